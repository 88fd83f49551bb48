"""The built book in a real browser: served from `build/html`, every error and request noted.

Chromium is the one that `SINKBOOK_CHROMIUM` names, else one on the path, else Playwright's own.
`SINKBOOK_HTML` names other pages than `build/html`.
"""

import http.server
import os
import shutil
import threading
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).parents[2]
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@dataclass
class Visit:
    """A page of the book in the browser, with what it said and asked for.

    Attributes
    ----------
    page : playwright.sync_api.Page
    errors : list of str
        Console errors and uncaught exceptions, in order.
    requests : list of str
        Addresses asked for, `data:` left out.
    failed : list of str
        Addresses that were asked for and did not answer, or answered with an error.
    """

    page: object
    base: str
    errors: list = field(default_factory=list)
    requests: list = field(default_factory=list)
    failed: list = field(default_factory=list)
    sizes: dict = field(default_factory=dict)

    def open(self, path):
        """Go to a page of the book, such as ``book/chapters/masks.html``, and wait for it."""
        self.page.goto(f"{self.base}/{path}", wait_until="load")
        return self

    def outside(self):
        """Return the addresses asked for that are not the book's own."""
        own = urlsplit(self.base).netloc
        return [address for address in self.requests if urlsplit(address).netloc != own]


def missing(what):
    """Skip, saying what is missing; fail where a browser's verdict was asked for."""
    if os.environ.get("SINKBOOK_BROWSER_MUST_RUN"):  # set by `make browser`
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def html():
    """Return the folder of the rendered pages, or skip saying so."""
    folder = Path(os.environ.get("SINKBOOK_HTML", ROOT / "build" / "html"))
    if not (folder / "index.html").is_file():
        missing("build/html is empty; run `make book` first")
    return folder


@pytest.fixture(scope="session")
def served_book(html):
    """Serve the book from this machine and return its address."""
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(QuietHandler, directory=str(html))
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def browser():
    """Start Chromium without a window, or skip saying what is missing."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = os.environ.get("SINKBOOK_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    with playwright.sync_playwright() as driver:
        path = path or driver.chromium.executable_path
        if not Path(path).exists():
            missing("Chromium is not installed: set SINKBOOK_CHROMIUM to its path")
        started = driver.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def visit(browser, served_book):
    """Open pages: ``visit(path, width=1280, theme="light")`` returns a :class:`Visit`."""
    contexts = []

    def start(path, *, width=1280, height=900, theme="light", **options):
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=theme, **options
        )
        contexts.append(context)
        seen = Visit(context.new_page(), served_book)
        seen.page.on(
            "console", lambda message: message.type == "error" and seen.errors.append(message.text)
        )
        seen.page.on("pageerror", lambda error: seen.errors.append(str(error)))
        seen.page.on(
            "request",
            lambda request: request.url.startswith("data:") or seen.requests.append(request.url),
        )
        seen.page.on("response", lambda response: _note_size(seen, response))
        seen.page.on("requestfailed", lambda request: _note_failure(seen, request))
        return seen.open(path)

    yield start
    for context in contexts:
        context.close()


def _note_failure(seen, request):
    if request.method != "HEAD":  # an answer without a body is told as a failure
        seen.failed.append(request.url)


def _note_size(seen, response):
    if response.status >= 400:
        seen.failed.append(response.url)
    length = response.headers.get("content-length", "0")
    seen.sizes[response.url] = int(length) if length.isdigit() else 0


def pytest_terminal_summary(terminalreporter):
    """Print the heaviest pages and the first paint, as the checks of the pages measured them."""
    reports = terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
    told = [measured for report in reports for measured in report.user_properties]
    weights = sorted((value for name, value in told if name == "weight"), key=lambda pair: -pair[1])
    for path, weight in weights[:5]:
        terminalreporter.write_line(f"{weight / 1e6:.2f} MB with all it loads: {path}")
    for name, value in told:
        if name == "paint":
            terminalreporter.write_line(f"first paint of the landing page after {value:.0f} ms")
