"""The printed book: contents that tell the truth, bookmarks, numbers, and nothing cut off.

Needs a browser; without one these tests are skipped and say so.
"""

import io
import os
import re

import pytest
from PIL import Image
from pypdf import PdfReader

from helpers.errors import InputError
from helpers.pdf import browser, printing
from helpers.pdf.assembly import Heading

pytestmark = pytest.mark.browser

PAGE = '<html><body><article class="bd-article"><h1>{}</h1>{}</article></body></html>'
SENTENCE = "<p>Paragraph of many words that fill a sheet, one after another.</p>"
LONG = SENTENCE * 120
PRINT = """@page { size: A4; margin: 17mm 16mm 19mm; @bottom-right { content: counter(page); } }
.printed-page, .print-contents { break-before: page; } table { border-spacing: 0; }"""


@pytest.fixture
def root(tmp_path):
    try:
        browser.find_browser()
    except InputError as error:
        missing = pytest.fail if os.environ.get("SINKBOOK_BROWSER_MUST_RUN") else pytest.skip
        missing(f"no browser: {error.fix}")
    (tmp_path / "_static").mkdir()
    (tmp_path / "_images").mkdir()
    Image.new("RGB", (40, 20), "#1a8a5e").save(tmp_path / "_images/a.png")
    (tmp_path / "_static/print.css").write_text(PRINT)
    (tmp_path / "one.html").write_text(PAGE.format("One", f"{LONG}<h2>Near the end</h2><p>x</p>"))
    (tmp_path / "two.html").write_text(
        PAGE.format("Two", '<p><a href="one.html">back</a></p><img src="_images/a.png" alt="A">')
    )
    return tmp_path


def write(root, out="book.pdf"):
    path = root / out
    printing.write_pdf(("one", "two"), html_root=root, out=path, title="A book", notes=("Note.",))
    return PdfReader(path)


def bookmarks(reader):
    """Return title, page from 1 and depth of each bookmark."""
    found = []

    def walk(items, depth):
        for item in items:
            if isinstance(item, list):
                walk(item, depth + 1)
            else:
                found.append((item.title, reader.get_destination_page_number(item) + 1, depth))

    walk(reader.outline, 0)
    return found


def test_book_has_bookmarks_contents_and_page_numbers_that_agree(root):
    reader = write(root)
    texts = [page.extract_text() for page in reader.pages]
    marks = bookmarks(reader)
    assert [(title, depth) for title, _, depth in marks] == [
        ("One", 0), ("Near the end", 1), ("Two", 0)
    ]  # fmt: skip
    assert marks[1][1] > marks[0][1] + 1  # the long chapter runs over sheets
    for title, page, _ in marks:
        assert title in texts[page - 1]
        assert re.search(rf"{title}\s*{page}\b", texts[1]), "contents"
    for number, text in enumerate(texts, start=1):
        foot = text.strip().split("\n")
        assert re.match(rf"{number}(?!\d)", foot[0]) or re.search(rf"(?<!\d){number}$", foot[-1])
    assert reader.metadata.title == "A book"
    assert "Note." in texts[0]


def test_links_lead_inside_the_book(root):
    reader = write(root)
    kinds = {
        "/Dest" in item.get_object() or item.get_object().get("/A", {}).get("/S")
        for page in reader.pages
        for item in page.get("/Annots", [])
    }
    assert kinds <= {True, "/GoTo"}
    assert kinds


def test_no_text_starts_beyond_its_sheet(root):
    for page in write(root).pages:
        beyond = []

        def look(text, matrix, place, *rest, box=page.mediabox, beyond=beyond):
            x, y = place[4] * matrix[0] + matrix[4], place[5] * matrix[3] + matrix[5]
            if text.strip() and not (0 <= x <= box.width and -1 <= y <= box.height + 1):
                beyond.append((text, x, y))

        page.extract_text(visitor_text=look)
        assert beyond == []


def test_table_that_would_be_cut_off_is_refused_and_named(root):
    row = "<td style='min-width:300px'>cell</td>" * 5
    (root / "two.html").write_text(PAGE.format("Two", f"<table><tr>{row}</tr></table>"))
    with pytest.raises(InputError, match=r"cut off(?s:.*)two: table, \d+ px"):
        write(root)
    assert not (root / "book.pdf").exists()


def test_missing_image_is_named(root):
    (root / "_images/a.png").unlink()
    with pytest.raises(InputError, match=r"image(?s:.*)_images/a\.png"):
        write(root)


def test_lost_heading_is_named(root):
    write(root)
    pdf = (root / "book.pdf").read_bytes()
    with pytest.raises(InputError, match=r"lost headings(?s:.*)Elsewhere"):
        printing.page_numbers(pdf, [Heading(1, "Elsewhere", "nowhere")])


def test_numbers_that_move_are_refused(root, monkeypatch):
    told = iter([[3, 4, 5], [3, 4, 6]])
    monkeypatch.setattr(printing, "page_numbers", lambda pdf, headings: next(told))
    with pytest.raises(InputError, match="moved"):
        write(root)


def test_bound_book_opens_with_its_bookmarks(root):
    write(root)
    reader = PdfReader(io.BytesIO((root / "book.pdf").read_bytes()))
    assert reader.page_mode == "/UseOutlines"
