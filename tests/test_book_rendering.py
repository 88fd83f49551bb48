"""Rendering with a renderer that only pretends: what is kept, what is told, when work is saved."""

from pathlib import Path

import pytest

from helpers import book
from helpers.errors import InputError

# Writes the text of the only page, and whether this is another run; ends as the page says.
RENDERER = """
import os, pathlib, sys
assert int(sys.argv.pop(1)) == os.getppid()
source = pathlib.Path(sys.argv[2])
output = pathlib.Path(sys.argv[sys.argv.index("--path-output") + 1])
text = (source / "book" / "intro.md").read_text()
pages = output / "_build" / "html"
pages.mkdir(parents=True)
if "empty" not in text:
    (pages / "index.html").write_text(text + os.environ["SINKBOOK_OTHER_RUN"])
print("\\x1b[31m" + text + "\\x1b[0m", source / "book" / "intro.md")
raise SystemExit("ERROR" in text or "silent" in text)
"""


@pytest.fixture
def build(tmp_path, monkeypatch):
    """Build a book of one page with a text; return the text of the rendered page."""
    monkeypatch.setattr(book, "_RENDERER", RENDERER)
    monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)  # there is nothing to measure
    root = tmp_path / "root"
    (root / "book").mkdir(parents=True)
    (root / "data" / "published").mkdir(parents=True)
    (root / "_config.yml").write_text("title: Small\n")
    (root / "_toc.yml").write_text("root: book/intro\n")

    def run(text, **options):
        (root / "book" / "intro.md").write_text(text)
        notebooks = tmp_path / "build" / "notebooks"
        out = tmp_path / "build" / "html"
        return book.build_html(root, notebooks=notebooks, out=out, **options).read_text()

    return run


def test_nothing_is_rendered_again_until_something_changes(build, monkeypatch):
    assert build("one") == "one"
    monkeypatch.setattr(book, "_RENDERER", "raise SystemExit(1)")
    assert build("one") == "one"
    with pytest.raises(InputError, match="does not build"):
        build("one", force=True)


def test_new_pages_take_the_place_of_the_old(build, tmp_path):
    build("one")
    (tmp_path / "build" / "html" / "gone.html").write_text("no longer in the book")
    assert build("two", is_other_run=True) == "two1"
    assert sorted(path.name for path in (tmp_path / "build" / "html").iterdir()) == [
        ".inputs.sha256", "index.html",
    ]  # fmt: skip
    assert not (tmp_path / "build" / "html.old").exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ERROR of one page", r"\n    ERROR of one page book/intro\.md"),
        ("empty", r"\n    empty book/intro\.md"),
        ("silent", r"\n    silent book/intro\.md"),
    ],
)
def test_a_failure_keeps_the_old_pages_and_quotes_the_log(build, tmp_path, text, told):
    build("one")
    with pytest.raises(InputError, match=rf"does not build without warnings(?s:.*){told}"):
        build(text)
    assert (tmp_path / "build" / "html" / "index.html").read_text() == "one"
    assert "\x1b" not in (tmp_path / "build" / "logs" / "book.log").read_text()


@pytest.mark.parametrize("had_pages", [True, False])
def test_pages_that_cannot_be_moved_leave_the_old_ones(tmp_path, monkeypatch, had_pages):
    out, pages = tmp_path / "html", tmp_path / "pages"
    pages.mkdir()
    if had_pages:
        out.mkdir()
        (out / "index.html").write_text("old")
    move = Path.rename

    def refuse(self, target):
        if self == pages:
            raise OSError("no space")
        return move(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(OSError, match="no space"):
        book._swap(pages, out)
    assert out.exists() == had_pages
    assert not (tmp_path / "html.old").exists()
