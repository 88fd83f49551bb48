"""Building the book, and the rendered pages as a reader's browser meets them.

The checks of the rendered pages read `build/html`; run `make book` first.
"""

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml

from helpers import book
from helpers.errors import InputError

ROOT = Path(__file__).parents[1]
HTML = ROOT / "build" / "html"
# Attributes that make a browser fetch, element by element; <a href> is the reader's own choice.
FETCHING = {
    **dict.fromkeys(("img", "script", "iframe", "source", "audio", "embed"), ("src", "srcset")),
    "link": ("href",),
    "video": ("src", "poster"),
    "object": ("data",),
    "image": ("href", "xlink:href"),
}


class Page(HTMLParser):
    """What one page fetches, shows and links to."""

    def __init__(self, path):
        super().__init__()
        self.path, self.fetched, self.images, self.links, self.ids = path, [], [], [], set()
        self.styles, self.scripts, self._inside = [], [], None
        self.text = path.read_text(encoding="utf-8")
        self.feed(self.text)

    def handle_starttag(self, tag, attrs):
        attributes = {name: value or "" for name, value in attrs}
        self._inside = tag if tag in ("script", "style") else None
        self.ids |= {attributes[name] for name in ("id", "name") if name in attributes}
        self.fetched += [attributes[name] for name in FETCHING.get(tag, ()) if name in attributes]
        self.styles.append(attributes.get("style", ""))
        if tag == "img":
            self.images.append(attributes)
        if tag == "a" and attributes.get("href"):
            self.links.append(attributes["href"])

    def handle_endtag(self, tag):
        self._inside = None

    def handle_data(self, data):
        if self._inside == "style":
            self.styles.append(data)
        if self._inside == "script":
            self.scripts.append(data)


@cache
def read_page(path):
    return Page(path)


def rendered_pages():
    if not (HTML / "index.html").is_file():
        pytest.skip("build/html is empty; run `make book` first")
    return [read_page(path) for path in sorted(HTML.rglob("*.html")) if "_static" not in path.parts]


def is_remote(address):
    return address.startswith("//") or urlsplit(address).scheme in ("http", "https", "ftp")


# --- the checks themselves can fail -------------------------------------------------------------


def test_page_finds_what_a_browser_would_fetch(tmp_path):
    path = tmp_path / "page.html"
    path.write_text(
        '<a href="https://a.org"><img src="//b.org/x.png"></a><script>import("https://c.org")'
        '</script><link href="d.css"><p id="here" style="background:url(https://e.org)">',
        encoding="utf-8",
    )
    page = Page(path)
    assert page.fetched == ["//b.org/x.png", "d.css"]
    assert [is_remote(address) for address in page.fetched] == [True, False]
    assert page.scripts == ['import("https://c.org")']
    assert page.ids == {"here"}
    assert page.links == ["https://a.org"]


# --- rendered pages -----------------------------------------------------------------------------


def test_every_page_of_the_contents_is_rendered():
    pages = {page.path.relative_to(HTML).with_suffix("").as_posix() for page in rendered_pages()}
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    assert set(book.pages_of(toc)) <= pages


def test_no_page_fetches_from_another_address():
    remote = {
        (page.path.name, address)
        for page in rendered_pages()
        for address in page.fetched
        if is_remote(address)
    }
    assert remote == set()


def test_no_script_or_style_in_a_page_names_another_address():
    pattern = re.compile(r"(?:https?:)?//(?!www\.w3\.org)[a-z0-9-]+(?:\.[a-z0-9-]+)+/")
    remote = {
        (page.path.name, found)
        for page in rendered_pages()
        for text in page.scripts + page.styles
        for found in pattern.findall(text)
    }
    assert remote == set()


def test_no_style_sheet_fetches_from_another_address():
    rendered_pages()
    remote = {
        (path.name, found)
        for path in HTML.rglob("*.css")
        for found in re.findall(
            r"(?:url\(|@import)\s*[\"']?\s*((?:https?:)?//[^\"')]+)",
            path.read_text(encoding="utf-8"),
        )
    }
    assert remote == set()


def test_every_image_says_what_it_shows():
    silent = {
        (page.path.name, image.get("src"))
        for page in rendered_pages()
        for image in page.images
        if len(alt := image.get("alt", "").strip()) < 4
        or Path(unquote(image.get("src", ""))).name in alt
        or Path(alt).suffix in (".png", ".svg", ".jpg")
        or alt.startswith("<Figure")
    }
    assert silent == set()


def test_no_page_shows_a_traceback_or_an_unread_role():
    wrong = {
        (page.path.name, mark)
        for page in rendered_pages()
        for mark in (
            "Traceback",
            "ModuleNotFoundError",
            "{result}",
            "{claim}",
            "{glue:",
            "&lt;Figure size",
        )
        if mark in page.text
    }
    assert wrong == set()


def test_every_internal_link_leads_somewhere():
    known = {page.path: page for page in rendered_pages()}
    broken = set()
    for page in known.values():
        for link in page.links:
            address = urlsplit(link)
            if address.scheme or link.startswith("//"):
                continue
            target = (page.path.parent / unquote(address.path)).resolve()
            target = page.path if not address.path else target
            place = unquote(address.fragment)
            missing = not target.exists() or (
                place and target in known and place not in known[target].ids
            )
            if missing:
                broken.add((page.path.name, link))
    assert broken == set()


# --- assembling and building --------------------------------------------------------------------


@pytest.fixture
def small(tmp_path):
    """A book of one page, with no notebook."""
    root = tmp_path / "root"
    (root / "book").mkdir(parents=True)
    (root / "_config.yml").write_text(
        "title: Small\nonly_build_toc_files: true\nexecute:\n  execute_notebooks: 'off'\n"
        "sphinx:\n  extra_extensions: [helpers.mathml, helpers.offline, helpers.quotation]\n"
        "  config:\n    html_math_renderer: mathml\n    nb_ipywidgets_js: {}\n"
    )
    (root / "_toc.yml").write_text("format: jb-book\nroot: book/intro\n")
    (root / "book" / "intro.md").write_text(
        "# Small\n\n$R^2$ and {result}`sink annual_mean beps mean China 2017`\n"
    )
    (root / "build" / "results").mkdir(parents=True)
    (root / "build" / "notebooks").mkdir()
    (root / "build" / "results" / "sink.csv").write_text(
        "quantity,product,member,scope,period,value,sd,sd_kind,n,unit\n"
        "annual_mean,beps,mean,China,2017,-0.41,,,,Pg C yr-1\n"
    )
    return root


def build(root, **options):
    return book.build_html(
        root, notebooks=root / "build" / "notebooks", out=root / "build" / "html", **options
    )


def test_pages_of_lists_parts_chapters_and_sections_in_order():
    toc = {
        "root": "a",
        "parts": [
            {"chapters": [{"file": "b", "sections": [{"file": "c"}]}]},
            {"chapters": [{"file": "d"}]},
        ],
    }
    assert list(book.pages_of(toc)) == ["a", "b", "c", "d"]


def test_assembled_tree_holds_settings_prose_notebooks_and_results(small, tmp_path):
    (small / "build" / "notebooks" / "sink.ipynb").write_text("{}")
    (small / "book" / "chapters").mkdir()
    (small / "book" / "chapters" / "old.ipynb").write_text("{}")
    source = book.assemble(
        small,
        notebooks=small / "build" / "notebooks",
        results=small / "build" / "results",
        into=tmp_path / "work",
    )
    files = sorted(path.relative_to(source).as_posix() for path in source.rglob("*.*"))
    assert files == [
        "_config.yml",
        "_toc.yml",
        "book/chapters/sink.ipynb",
        "book/intro.md",
        "results/sink.csv",
    ]


def test_assembled_tree_holds_exercises_and_worksheets_without_solutions(small, tmp_path):
    text = (
        '{"cells": [{"cell_type": "markdown", "metadata": {"tags": ["solution"]}, "source": "Two."}'
        '], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
    )
    for folder in ("notebooks/exercises", "build/notebooks/exercises", "build/notebooks/labs"):
        (small / folder).mkdir(parents=True)
        (small / folder / "sink.ipynb").write_text(text)
        (small / folder / "sink.stamp.json").write_text("{}")
    source = book.assemble(
        small,
        notebooks=small / "build" / "notebooks",
        results=small / "build" / "results",
        into=tmp_path / "work",
    )
    taught = ("exercises/sink.ipynb", "exercises/worksheets/sink.ipynb", "labs/sink.ipynb")
    found = sorted((source / "book").rglob("sink.*"))
    assert [path.relative_to(source / "book").as_posix() for path in found] == list(taught)
    assert "Two." in (source / "book" / taught[0]).read_text()
    assert "Two." not in (source / "book" / taught[1]).read_text()


@pytest.mark.parametrize("name", ["exercises/sink", "labs/sign"])
def test_exercises_that_were_not_run_are_named_with_their_command(small, name):
    with (small / "_toc.yml").open("a") as toc:
        toc.write(f"chapters:\n- file: book/{name}\n")
    with pytest.raises(InputError, match=rf"book/{name}(?s:.*)sinkbook run {name}"):
        build(small)


def test_chapter_that_was_not_run_is_named_with_its_command(small):
    with (small / "_toc.yml").open("a") as toc:
        toc.write("chapters:\n- file: book/chapters/sink\n")
    with pytest.raises(InputError, match=r"book/chapters/sink(?s:.*)sinkbook run sink"):
        build(small)
    assert not (small / "build" / "html").exists()


def test_missing_setting_is_named(small):
    (small / "_config.yml").unlink()
    with pytest.raises(InputError, match=r"setting(?s:.*)_config\.yml"):
        build(small)


@pytest.mark.slow
def test_book_is_built_once_and_kept_when_the_next_build_fails(small):
    index = build(small)
    page = (index.parent / "book" / "intro.html").read_text(encoding="utf-8")
    assert '<math alttext="R^2">' in page
    assert "−0.41" in page
    assert "unpkg" not in page
    assert str(small) not in page

    before = index.stat().st_mtime_ns
    assert build(small).stat().st_mtime_ns == before  # nothing changed, nothing done

    (small / "book" / "intro.md").write_text("# Small\n\n$\\nosuch$ and {ref}`nowhere`\n")
    with pytest.raises(InputError, match=r"intro\.md:3: WARNING(?s:.*)nosuch") as refusal:
        build(small)
    assert (small / "build" / "logs" / "book.log").is_file()
    assert str(small / "build" / "book") not in refusal.value.found
    assert index.stat().st_mtime_ns == before  # the old pages stay
