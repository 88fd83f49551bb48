"""One document for paper from the pages of the screen."""

import re

import pytest

from helpers.errors import InputError
from helpers.pdf.assembly import Heading, assemble_print

PAGE = """<html><head></head><body><nav>menu</nav><main><article><section id="{0}">
<h1>{1}<a class="headerlink" href="#{0}">#</a></h1>{2}</section></article></main></body></html>"""
FIRST = """<p id="here">See <a href="chapters/two.html#there">two</a>, <a href="#here">here</a>,
<a href="../_downloads/a.csv">values</a> and <a href="https://example.org/x">elsewhere</a>.</p>
<h2>Part &amp; whole<a class="headerlink" href="#p">#</a></h2>
<span class="sourced"><a href="chapters/two.html">0.5</a><span role="tooltip">from</span></span>
<details class="hide"><summary>Code</summary><pre>x = 1</pre></details>
<details class="admonition"><summary>Solution</summary><p>Because.</p></details>
<form><input></form><script>alert()</script>"""
SECOND = """<div class="cell"><div class="cell_input">y</div><figure id="there">
<img loading="lazy" src="../../_images/a.png" alt="A"><figcaption aria-labelledby="there">
<div class="legend"><p><a class="full-size" href="x">Full size</a> · Values drawn:
<a href="a.csv">CSV</a>. Parameters: mask <code>fraction</code>.</p></div></figcaption></figure>
</div><h2>More</h2>"""


@pytest.fixture
def root(tmp_path):
    (tmp_path / "book/chapters").mkdir(parents=True)
    (tmp_path / "_static").mkdir()
    (tmp_path / "_static/print.css").write_text("")
    (tmp_path / "book/one.html").write_text(PAGE.format("one", "One", FIRST))
    (tmp_path / "book/chapters/two.html").write_text(PAGE.format("two", 'The "two"', SECOND))
    return tmp_path


PAGES = ("book/one", "book/chapters/two")


def document(root, **options):
    return assemble_print(PAGES, html_root=root, title="A book", **options)


def test_pages_come_in_order_without_what_is_of_no_use_on_paper(root):
    html = document(root).html
    assert html.index('id="one"') < html.index('id="chapters-two"')
    for useless in (
        "menu",
        "x = 1",
        "<form",
        "<script",
        "tooltip",
        "Full size",
        "cell_input",
        ">#<",
    ):
        assert useless not in html
    assert "Because." in html
    assert '<details class="admonition" open="">' in html


def test_links_between_pages_become_links_inside(root):
    html = document(root).html
    assert '<a href="#chapters-two--there">two</a>' in html
    assert '<a href="#one--here">here</a>' in html
    assert '<a href="https://example.org/x">elsewhere</a>' in html
    assert "values" in html
    assert "_downloads" not in html
    places = set(re.findall(r'id="([^"]+)"', html))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= places
    assert "aria-labelledby" not in html


def test_line_below_a_caption_keeps_its_parameters_only(root):
    html = document(root).html
    assert '<div class="legend"><p>Parameters: mask fraction.</p></div>' in html
    bare = SECOND.replace("Parameters: mask <code>fraction</code>.", "")
    (root / "book/chapters/two.html").write_text(PAGE.format("two", "Two", bare))
    assert '<div class="legend"></div>' in document(root).html


def test_images_are_asked_for_from_the_root_and_at_once(root):
    html = document(root).html
    assert 'src="_images/a.png"' in html
    assert "lazy" not in html


def test_contents_hold_every_heading_with_its_number(root):
    book = document(root, notes=("Made of <paper>.",), numbers=(3, 3, 5, 6))
    assert book.headings == [
        Heading(1, "One", "one--heading-0"),
        Heading(2, "Part & whole", "one--heading-1"),
        Heading(1, 'The "two"', "chapters-two--heading-0"),
        Heading(2, "More", "chapters-two--heading-1"),
    ]
    assert re.findall(r"<b>(\d+)</b>", book.html) == ["3", "3", "5", "6"]
    assert "Made of &lt;paper&gt;." in book.html
    assert re.findall(r"<b>(\d+)</b>", document(root).html) == ["000"] * 4


def test_each_page_has_its_title_at_the_foot_and_only_styles_that_exist(root):
    html = document(root).html
    assert '@page p-chapters-two { @bottom-left { content: "The \\"two\\""; } }' in html
    assert re.findall(r'href="(/_static/[^"]+)"', html) == ["/_static/print.css"]


def test_page_that_is_not_rendered_is_named(root):
    (root / "book/one.html").unlink()
    with pytest.raises(InputError, match=r"not rendered(?s:.*)one\.html(?s:.*)make book"):
        document(root)


def test_page_without_article_is_named(root):
    (root / "book/one.html").write_text("<p>nothing</p>")
    with pytest.raises(InputError, match=r"no article(?s:.*)one\.html"):
        document(root)
