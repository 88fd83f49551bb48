"""Printing with a browser that only pretends: the order of work, and every refusal."""

import io
from contextlib import contextmanager

import pytest
from pypdf import PdfReader, PdfWriter

from helpers.errors import InputError
from helpers.pdf import printing
from helpers.pdf.assembly import Heading, PrintedBook

HEADINGS = (
    Heading(1, "One", "one"),
    Heading(2, "Near the end", "one-end"),
    Heading(1, "Two", "two"),
)


def printed(*places):
    """Return a PDF of three sheets that knows on which of them each place is."""
    writer = PdfWriter()
    for _ in range(3):
        writer.add_blank_page(100, 100)
    for name, number in places:
        writer.add_named_destination(f"/{name}", number)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


class Paper:
    """A page of a browser: what it finds too wide or missing, and the PDFs it makes in turn."""

    def __init__(self, *pdfs, wide=(), missing=()):
        self.pdfs, self.wide, self.missing, self.visits = list(pdfs), wide, missing, []

    def set_viewport_size(self, size):
        self.width = size["width"]

    def emulate_media(self, **media):
        self.media = media

    def goto(self, address):
        self.visits.append(address)

    def evaluate(self, script, *arguments):
        return list(self.wide if arguments else self.missing)

    def pdf(self, **options):
        return self.pdfs.pop(0)


WHOLE = printed(("one", 0), ("one-end", 1), ("two", 2))


@pytest.fixture
def write(monkeypatch, tmp_path):
    def assemble(pages, *, html_root, title, notes, numbers=None):
        return PrintedBook(html=f"{title}: {numbers}", headings=HEADINGS)

    def run(paper):
        @contextmanager
        def browser(root, *, made):
            paper.made = made
            yield paper

        monkeypatch.setattr(printing, "assemble_print", assemble)
        monkeypatch.setattr(printing, "open_browser", browser)
        out = tmp_path / "pdf" / "book.pdf"
        return printing.write_pdf(("one", "two"), html_root=tmp_path, out=out, title="A book")

    return run


def test_the_second_print_carries_the_numbers_of_the_first(write):
    paper = Paper(WHOLE, WHOLE)
    reader = PdfReader(write(paper))
    assert paper.made == {printing.PLACE: "A book: [1, 2, 3]"}
    assert paper.visits == [printing.HOST + printing.PLACE] * 2
    assert (paper.width, paper.media["media"]) == (printing.SHEET_WIDTH_PX, "print")
    one, below, two = reader.outline
    assert (one.title, below[0].title, two.title) == ("One", "Near the end", "Two")
    assert reader.get_destination_page_number(below[0]) == 1
    assert (reader.metadata.title, reader.page_mode) == ("A book", "/UseOutlines")


@pytest.mark.parametrize(
    ("paper", "match"),
    [
        (Paper(WHOLE, wide=["one: table, 900 px"]), r"cut off(?s:.*)one: table, 900 px"),
        (Paper(WHOLE, missing=["a.png"]), r"image of the book is missing(?s:.*)a\.png"),
        (Paper(printed(("one", 0), ("two", 2))), r"lost headings(?s:.*)Near the end"),
        (Paper(WHOLE, printed(("one", 0), ("one-end", 2), ("two", 2))), "page numbers moved"),
    ],
)
def test_nothing_is_written_when_something_is_wrong(write, tmp_path, paper, match):
    with pytest.raises(InputError, match=match):
        write(paper)
    assert not (tmp_path / "pdf" / "book.pdf").exists()
