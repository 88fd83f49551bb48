"""Printing the book: twice, because the contents need page numbers that only a print tells."""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.errors import InputError
from helpers.files import atomic_path
from helpers.pdf.assembly import Heading, PrintedBook, assemble_print
from helpers.pdf.browser import HOST, open_browser

if TYPE_CHECKING:
    from playwright.sync_api import Page

PLACE = "/print.html"
SHEET_WIDTH_PX = 673
"""Width of the text on an A4 sheet with margins of 16 mm, in CSS pixels."""

_LOADED = """async () => {
  await document.fonts.ready;
  await Promise.all([...document.images].map((image) => image.decode().catch(() => null)));
  return [...document.images].filter((image) => !image.naturalWidth).map((image) => image.src);
}"""
_TOO_WIDE = """(width) => {
  const wide = [];
  for (const element of document.querySelectorAll("table, pre, img, p, li, h1, h2, h3, div.math")) {
    const box = element.getBoundingClientRect();
    const limit = element.closest(".wide-sheet") ? width * 1.48 : width;
    if (box.width && box.left + Math.max(box.width, element.scrollWidth) > limit + 1)
      wide.push(`${element.closest(".printed-page")?.id}: ${element.localName}, `
        + `${Math.round(box.left + Math.max(box.width, element.scrollWidth))} px: `
        + element.textContent.trim().replace(/\\s+/g, " ").slice(0, 60));
  }
  return wide;
}"""


def write_pdf(
    pages: Sequence[str], *, html_root: Path, out: Path, title: str, notes: Sequence[str] = ()
) -> Path:
    """Write the rendered book as one PDF with contents, page numbers and bookmarks.

    Parameters
    ----------
    pages : sequence of str
        Pages in reading order, as in the table of contents.
    html_root : Path
        Folder of the rendered book.
    out : Path
        File to write.
    title : str
        Title of the book.
    notes : sequence of str
        Lines of the title page.

    Raises
    ------
    InputError
        If there is no browser, a page or an image is missing, or something is wider than a sheet
        and would be cut off.
    """
    first = assemble_print(pages, html_root=html_root, title=title, notes=notes)
    made = {PLACE: first.html}
    with open_browser(html_root, made=made) as page:
        draft = _print(page)
        too_wide = page.evaluate(_TOO_WIDE, SHEET_WIDTH_PX)
        if too_wide:
            raise InputError(
                "Something is wider than a printed sheet and would be cut off.",
                file=html_root,
                found="\n    ".join(["", *too_wide[:12]]),
                accepted="nothing wider than a sheet",
                fix="let it wrap or shrink in book/_static/print.css",
            )
        numbers = page_numbers(draft, first.headings)
        second = assemble_print(
            pages, html_root=html_root, title=title, notes=notes, numbers=numbers
        )
        made[PLACE] = second.html
        final = _print(page)
    if page_numbers(final, second.headings) != numbers:
        raise InputError("The page numbers moved between two prints.", file=out,
                         found="other numbers in the second", accepted="the same in both",
                         fix="try again")  # fmt: skip
    out.parent.mkdir(parents=True, exist_ok=True)
    with atomic_path(out) as temporary:
        temporary.write_bytes(_bind(final, second, numbers=numbers, title=title))
    return out


def _print(page: Page) -> bytes:
    """Return the PDF of the document as it is now."""
    page.set_viewport_size({"width": SHEET_WIDTH_PX, "height": 1000})
    page.emulate_media(media="print", color_scheme="light")
    page.goto(HOST + PLACE)
    missing = page.evaluate(_LOADED)
    if missing:
        raise InputError("An image of the book is missing.", where="images",
                         found=", ".join(missing[:5]), accepted="images that can be shown",
                         fix="make book")  # fmt: skip
    return page.pdf(prefer_css_page_size=True, print_background=True, tagged=True)


def page_numbers(pdf: bytes, headings: Sequence[Heading]) -> list[int]:
    """Return the number of the page on which each heading stands, counted from 1.

    Raises
    ------
    InputError
        If the PDF does not know the place of a heading.
    """
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(pdf))
    places = {name.lstrip("/#"): target for name, target in reader.named_destinations.items()}
    absent = [heading.title for heading in headings if heading.place not in places]
    if absent:
        raise InputError("The print has lost headings.", where="bookmarks",
                         found=", ".join(absent[:5]), accepted="a bookmark for each heading",
                         fix="make book, then print again")  # fmt: skip
    return [
        int(reader.get_destination_page_number(places[heading.place]) or 0) + 1
        for heading in headings
    ]


def _bind(pdf: bytes, book: PrintedBook, *, numbers: Sequence[int], title: str) -> bytes:
    """Return the PDF with bookmarks for chapters and sections, and facts about itself."""
    from pypdf import PdfWriter

    logging.getLogger("pypdf").setLevel(logging.ERROR)  # it counts a browser's objects aloud
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    chapter: Any = None
    for heading, number in zip(book.headings, numbers, strict=True):
        parent = None if heading.level == 1 else chapter
        mark = writer.add_outline_item(title=heading.title, page_number=number - 1, parent=parent)
        chapter = mark if heading.level == 1 else chapter
    writer.add_metadata({"/Title": title, "/Subject": "Printed from the rendered book"})
    writer.page_mode = "/UseOutlines"
    bound = io.BytesIO()
    writer.write(bound)
    return bound.getvalue()
