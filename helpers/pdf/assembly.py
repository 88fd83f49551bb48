"""One document from all rendered pages: what is read on paper, in order, with links that work.

Code, forms, players and links to files stay behind; folded text is open. Ids are made unique by the
name of their page, so a link from one chapter to a place in another leads there.
"""

from __future__ import annotations

import json
import os.path
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, Tag

from helpers.errors import InputError

LEFT_OUT = (
    *("script", "style", "noscript", "form", "button", "iframe", "canvas", "dialog"),
    *("a.headerlink", "a.full-size", '[role="tooltip"]', "div.cell_input", "details.hide"),
    ".screen-only",
)
"""What of a page is of no use on paper, as CSS selectors."""

_STYLES = ("styles/theme.css", "styles/pydata-sphinx-theme.css", "pygments.css", "basic.css")
_OWN_STYLES = ("sphinx-design.min.css", "book.css", "icons.css", "claims.css", "print.css")


@dataclass(frozen=True)
class Heading:
    """A line of the table of contents: level 1 for a page, 2 for a section of it."""

    level: int
    title: str
    place: str


@dataclass(frozen=True)
class PrintedBook:
    """The document to print.

    Attributes
    ----------
    html : str
        With placeholders of the same width where page numbers of the contents will stand.
    headings : sequence of Heading
        Lines of the table of contents, in order.
    """

    html: str = field(repr=False)
    headings: Sequence[Heading]


def assemble_print(
    pages: Sequence[str],
    *,
    html_root: Path,
    title: str,
    notes: Sequence[str] = (),
    numbers: Sequence[int] = (),
) -> PrintedBook:
    """Return one document of all pages.

    Parameters
    ----------
    pages : sequence of str
        Names of the pages in reading order, as in the table of contents, such as ``book/data``.
    html_root : Path
        Folder of the rendered book.
    title : str
        Title of the book.
    notes : sequence of str
        Lines of the title page.
    numbers : sequence of int
        Page number of each heading; none while they are not known.

    Raises
    ------
    InputError
        If a page is not rendered, or has no article.
    """
    chapters = [_chapter(page, pages=pages, html_root=html_root) for page in pages]
    headings = [heading for chapter in chapters for heading in _headings(chapter)]
    shown = [str(number) for number in numbers] or ["000"] * len(headings)
    body = "\n".join(
        (_title_page(title, notes), _contents(headings, shown), *(str(one) for one in chapters))
    )
    return PrintedBook(_document(body, chapters, title=title, html_root=html_root), headings)


def _chapter(page: str, *, pages: Sequence[str], html_root: Path) -> Tag:
    """Return the article of a page, fit for paper."""
    path = html_root / f"{page}.html"
    if not path.is_file():
        raise InputError(
            "A page of the book is not rendered.", file=path, found="no such file",
            accepted="a built book", fix="make book (or sinkbook build)",
        )  # fmt: skip
    article = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").select_one("article")
    if article is None:
        raise InputError("A rendered page has no article.", file=path, found="no <article>",
                         accepted="a page of this book", fix="make book")  # fmt: skip
    for useless in article.select(", ".join(LEFT_OUT)):
        useless.decompose()
    for legend in article.select(".legend p"):
        _keep_parameters(legend)
    for folded in article.select("details"):
        folded["open"] = ""
    for image in article.select("img"):
        image["src"] = _address(str(image["src"]), page=page)
        image.attrs.pop("loading", None)
    _name_places(article, prefix=_prefix(page))
    for link in article.select("a[href]"):
        _turn(link, page=page, pages=pages)
    article.name = "section"
    article["class"] = f"bd-article printed-page of-{_prefix(page)}"
    article["id"] = _prefix(page)
    return article


def _keep_parameters(legend: Tag) -> None:
    """Leave of the line below a caption what needs no file: the parameters of the figure."""
    text = legend.get_text()
    legend.clear()
    _, _, parameters = text.partition("Parameters:")
    if parameters:
        legend.append(f"Parameters: {' '.join(parameters.split())}")
    else:
        legend.decompose()


def _prefix(page: str) -> str:
    """Return a name for the places of a page that no other page has."""
    return re.sub(r"[^a-zA-Z0-9]+", "-", page.removeprefix("book/"))


def _address(target: str, *, page: str) -> str:
    """Return the address of a file, relative to the root of the rendered book."""
    return target if ":" in target else os.path.normpath(Path(page).parent / unquote(target))


def _name_places(article: Tag, *, prefix: str) -> None:
    """Make the ids of a page unlike those of all others, and what refers to them alike."""
    for element in article.select("[id]"):
        element["id"] = f"{prefix}--{element['id']}"
    for name in ("aria-labelledby", "aria-describedby", "for", "headers"):
        for element in article.select(f"[{name}]"):
            del element[name]


def _turn(link: Tag, *, page: str, pages: Sequence[str]) -> None:
    """Make a link lead to a place in the document, or, to a file of the site, be plain text."""
    address = urlsplit(str(link["href"]))
    if address.scheme:
        return
    target = page
    if address.path:
        target = os.path.normpath(Path(page).parent / unquote(address.path)).removesuffix(".html")
    if target not in pages:
        link.unwrap()
        return
    place = unquote(address.fragment)
    link.attrs = {"href": f"#{_prefix(target)}" + (f"--{place}" if place else "")}


def _headings(chapter: Tag) -> list[Heading]:
    """Return title and sections of a page, each with the id of its place."""
    found: list[Heading] = []
    for element in chapter.select("h1, h2"):
        level = int(element.name[1])
        element["id"] = f"{chapter['id']}--heading-{len(found)}"
        text = " ".join(element.get_text(" ", strip=True).split())
        found.append(Heading(level, text, str(element["id"])))
    return found


def _title_page(title: str, notes: Sequence[str]) -> str:
    lines = "".join(f"<p>{escape(note)}</p>" for note in notes)
    return (
        f'<section class="print-title"><p class="print-name">{escape(title)}</p>{lines}</section>'
    )


def _contents(headings: Sequence[Heading], numbers: Sequence[str]) -> str:
    lines = "".join(
        f'<li class="level-{heading.level}"><a href="#{heading.place}">'
        f"<span>{escape(heading.title)}</span><i></i><b>{number}</b></a></li>"
        for heading, number in zip(headings, numbers, strict=True)
    )
    return f'<section class="print-contents"><p>Contents</p><ol>{lines}</ol></section>'


def _document(body: str, chapters: Sequence[Tag], *, title: str, html_root: Path) -> str:
    static = html_root / "_static"
    sheets = "".join(
        f'<link rel="stylesheet" href="/_static/{name}">'
        for name in (*_STYLES, *_OWN_STYLES)
        if (static / name).is_file()
    )
    running = "".join(_running_title(chapter) for chapter in chapters)
    return (
        '<!DOCTYPE html><html lang="en" data-theme="light" data-mode="light"><head>'
        f'<meta charset="utf-8"><base href="/"><title>{escape(title)}</title>{sheets}'
        f"<style>{running}</style></head><body><main>{body}</main></body></html>"
    )


def _running_title(chapter: Tag) -> str:
    """Return the style that prints the title of a page at the foot of its sheets."""
    first = chapter.select_one("h1")
    text = json.dumps(first.get_text(" ", strip=True) if first else "", ensure_ascii=False)
    name = chapter["id"]
    foot = f"@page p-{name} {{ @bottom-left {{ content: {text}; }} }}"
    return f"{foot}\n.of-{name} {{ page: p-{name}; }}\n"
