"""Last touches to the HTML: links to whole figures, labels, and nothing that no page uses."""

from types import SimpleNamespace

import pytest

from helpers.pages import finish

IMAGE = '<img alt="A" src="../_images/a.png"/>'
FIGURE = f'<figure id="a">{IMAGE}<figcaption><p>A</p>{{}}</figcaption></figure>'
LEGEND = '<div class="legend">\n<p>Values drawn: CSV.</p></div>'


def test_figure_with_values_gets_its_link_beside_them():
    body = finish.finish(FIGURE.format(LEGEND))
    link = '<a class="full-size" href="../_images/a.png">Full size</a>'
    assert f"<p>{link} · Values drawn: CSV.</p>" in body
    assert body.count("full-size") == 1
    assert 'loading="lazy"' in body


def test_finishing_twice_changes_nothing():
    once = finish.finish(FIGURE.format(LEGEND))
    assert finish.finish(once) == once


@pytest.mark.parametrize("text", ["<figure><svg></svg></figure>", '<img alt="A" src="a.png">'])
def test_what_is_no_figure_with_an_image_stays(text):
    assert finish.finish(text) == text


def test_label_of_folded_code_is_what_is_visible():
    body = '<summary aria-label="Toggle hidden content"><p>Code</p></summary>'
    assert finish.finish(body) == "<summary><p>Code</p></summary>"


def test_blank_cell_above_a_column_is_no_header():
    row = '<tr><th class="head"><p></p></th><th class="head"><p>b</p></th></tr>'
    assert finish.finish(row) == '<tr><td></td><th class="head"><p>b</p></th></tr>'


def test_list_of_references_has_no_role_that_browsers_gave_up():
    body = '<div role="list" class="citation-list"><div role="doc-biblioentry">A</div></div>'
    assert finish.finish(body) == '<div class="citation-list"><div>A</div></div>'


@pytest.fixture
def static(tmp_path):
    for name in (
        "styles/theme.css",
        "styles/theme.css.map",
        "scripts/fontawesome.js",
        "scripts/fontawesome.js.LICENSE.txt",
        "scripts/bootstrap.js",
        "vendor/fontawesome/webfonts/fa.woff2",
    ):
        path = tmp_path / "_static" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        codes = '.a{b:c}.fa-x:before{content:"x"}'
        path.write_text(codes + "@font-face{font-family:Font Awesome\\ 6 Free;src:url(q)}")
    return tmp_path / "_static"


def test_end_of_the_build_leaves_what_pages_use(static):
    app = SimpleNamespace(builder=SimpleNamespace(format="html"), outdir=static.parent)
    finish._on_finish(app, None)
    left = sorted(path.relative_to(static).as_posix() for path in static.rglob("*.*"))
    assert left == ["scripts/bootstrap.js", "styles/theme.css"]
    assert (static / "styles/theme.css").read_text() == ".a{b:c}"


@pytest.mark.parametrize(("error", "kind"), [(ValueError("no"), "html"), (None, "latex")])
def test_failed_or_other_build_is_left_alone(static, error, kind):
    app = SimpleNamespace(builder=SimpleNamespace(format=kind), outdir=static.parent)
    finish._on_finish(app, error)
    assert (static / "scripts/fontawesome.js").is_file()


def test_page_without_body_is_left_alone():
    context = {}
    finish._on_page(None, "search", "search.html", context, None)
    assert context == {}
    context = {"body": FIGURE.format(LEGEND)}
    finish._on_page(None, "a", "page.html", context, None)
    assert "full-size" in context["body"]


@pytest.mark.parametrize("module", ["finish", "questions"])
def test_extension_says_that_it_may_run_in_parallel(module):
    import importlib

    events = []
    app = SimpleNamespace(connect=lambda name, *rest, **more: events.append(name))
    facts = importlib.import_module(f"helpers.pages.{module}").setup(app)
    assert facts["parallel_read_safe"]
    assert "html-page-context" in events
