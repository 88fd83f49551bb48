"""The rendered book, for tests that look at it."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def html():
    """Folder of the rendered book."""
    folder = ROOT / "build" / "html"
    if not (folder / "index.html").is_file():
        pytest.skip("build/html is empty; run `make book` first")
    return folder


@pytest.fixture(scope="session")
def soups(html):
    """Return the pages of the book, parsed, by their path in the folder."""
    pages = sorted((html / "book").rglob("*.html"))
    return {
        path.relative_to(html).as_posix(): BeautifulSoup(path.read_text("utf-8"), "html.parser")
        for path in pages
    }
