"""A browser without a window, which sees the rendered book and nothing else."""

from __future__ import annotations

import mimetypes
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from helpers.errors import InputError

if TYPE_CHECKING:
    from playwright.sync_api import Page

HOST = "http://book.invalid"
"""Address of the pages inside the browser; the name is reserved and never leads anywhere."""

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""Programs that can print the book."""

HINT = "install one, for example: sudo apt-get install chromium"
_OPTIONS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")


def find_browser() -> str:
    """Return the path of a browser.

    Raises
    ------
    InputError
        If there is none.
    """
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        raise InputError(
            "There is no browser to print the book with.",
            where="PATH",
            accepted="one of these",
            found=f"none of {', '.join(NAMES)}",
            fix=HINT,
        )
    return found


def answer(
    address: str, *, html_root: Path, made: Mapping[str, str]
) -> tuple[int, str, bytes | None]:
    """Return status, type and content for an address: a page made here, or a file of the book.

    Anything outside the folder, and any other host, is answered with 404.
    """
    parts = urlsplit(address)
    path = unquote(parts.path)
    if f"{parts.scheme}://{parts.netloc}" != HOST:
        return 404, "text/plain", None
    if path in made:
        return 200, "text/html; charset=utf-8", made[path].encode()
    file = (html_root / path.lstrip("/")).resolve()
    if not (file.is_relative_to(html_root.resolve()) and file.is_file()):
        return 404, "text/plain", None
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return 200, kind, file.read_bytes()


@contextmanager
def open_browser(html_root: Path, *, made: dict[str, str]) -> Iterator[Page]:
    """Open an empty page of a browser for which `html_root` is the whole web.

    Parameters
    ----------
    html_root : Path
        Folder of the rendered book.
    made : dict of str to str
        Further pages by path, such as ``"/print.html"``; may be changed while the page is open.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise InputError(
            "The package that drives the browser is not installed.",
            where="playwright",
            found="no module playwright",
            accepted="the packages of requirements.lock",
            fix="make venv (it is in requirements.lock), or pip install playwright pypdf",
        ) from error

    def serve(route: Any) -> None:
        status, kind, content = answer(route.request.url, html_root=html_root, made=made)
        route.fulfill(status=status, content_type=kind, body=content or b"")

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(_OPTIONS))
        try:
            page = browser.new_page(viewport={"width": 800, "height": 1100}, color_scheme="light")
            page.route("**/*", serve)
            yield page
        finally:
            browser.close()
