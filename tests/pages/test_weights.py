"""What a page costs a reader's connection: everything it fetches, uncompressed."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

LIMIT = 1_500_000
"""Largest page, with all its styles, scripts, images and fonts [bytes]."""


def fetched(page, soup, html):
    """Return the files that a browser fetches for a page, the page included."""
    wanted = [script["src"] for script in soup.select("script[src]")]
    wanted += [
        link["href"]
        for link in soup.select("link[href]")
        if {"stylesheet", "preload", "icon"} & set(link.get("rel", []))
    ]
    wanted += [image["src"] for image in soup.select("img[src]")]
    place = (html / page).parent
    files = {(place / unquote(urlsplit(name).path)).resolve() for name in wanted if ":" not in name}
    files.add((html / page).resolve())
    if soup.select_one("math"):
        files.add((html / "_static" / "math.woff").resolve())
    return files


def test_no_page_is_heavier_than_the_limit(soups, html):
    weights = {
        page: sum(path.stat().st_size for path in fetched(page, soup, html))
        for page, soup in soups.items()
    }
    assert {page: weight for page, weight in weights.items() if weight > LIMIT} == {}


def test_styles_ask_for_no_file_but_the_font_of_formulas(html):
    wanted = {
        (path.name, found)
        for path in (html / "_static").rglob("*.css")
        for found in re.findall(r"url\(\s*[\"']?(?!data:)([^\"')]+)", path.read_text("utf-8"))
    }
    assert {Path(found).name for _, found in wanted} <= {
        "math.woff", "check-solid.svg", "copy-button.svg", "plus.png", "minus.png", "file.png",
        "play-solid.svg"
    }  # fmt: skip


def test_index_of_the_search_is_fetched_by_the_search_page_only(soups, html):
    assert {page for page, soup in soups.items() if soup.select('script[src*="searchindex"]')} == (
        set()
    )
    assert "searchindex.js" in (html / "search.html").read_text("utf-8")
    assert (html / "searchindex.js").stat().st_size < 400_000
