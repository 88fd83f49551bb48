"""The Sphinx extensions at work on a page of their own, with Sphinx's plainest theme."""

import base64
import io
import json
import re
import warnings
from types import SimpleNamespace

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from helpers import ledger, ledger_page, published
from helpers.figures import METADATA_KEY

SETTINGS = {
    "extensions": [
        "helpers.mathml", "helpers.offline", "helpers.quotation", "helpers.claim_role",
        "helpers.excerpt", "helpers.ledger_page", "helpers.intake.origins",
    ],
    "html_math_renderer": "mathml",
    "html_theme": "basic",
    "html_js_files": ["https://example.org/remote.js"],
    "html_css_files": ["own.css"],
    "exclude_patterns": ["*.ipynb", "book/chapters/*.ipynb"],
}  # fmt: skip
HEADER = "quantity,product,member,scope,period,value,sd,sd_kind,n,unit"
ROW = "annual_mean,beps,mean,China,2017,0.41,,,,Pg C yr-1"
RANDOM = "01234567-0123-0123-0123-0123456789ab"
REFERENCE = ":result:`sink annual_mean beps mean China 2017`"


@pytest.fixture
def build(tmp_path):
    """Build pages from text; return what the index shows, and the warnings."""
    source = tmp_path / "source"
    chapters, results = source / "book" / "chapters", source / "results"
    chapters.mkdir(parents=True)
    results.mkdir()
    (source / "_static").mkdir()
    (results / "sink.csv").write_text(f"{HEADER}\n{ROW}\n")
    record = {"products": {"beps": {"title": "BEPS", "is_standin": True}}}
    (results / "sink.provenance.json").write_text(json.dumps(record))
    (chapters / "sink.rst").write_text("The sink\n========\n")
    (source / "book" / "ledger.rst").write_text("All claims\n==========\n")

    def run(text, *, builder="html", suffix="html"):
        (source / "index.rst").write_text(f"Page\n====\n\n{text}\n", encoding="utf-8")
        warned, out = io.StringIO(), tmp_path / builder
        with patch_docutils(), docutils_namespace(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of Sphinx and docutils among themselves
            app = Sphinx(
                source, None, out, tmp_path / "trees", builder, confoverrides=SETTINGS,
                status=None, warning=warned, freshenv=True, parallel=0,
            )  # fmt: skip
            app.build()
        shown = (out / f"index.{suffix}").read_text(encoding="utf-8")
        told = re.sub(r"\x1b\[[0-9;]*m", "", warned.getvalue())
        complaints = [line for line in told.splitlines() if "index.rst" in line]
        return shown, "\n".join(line for line in complaints if "toctree" not in line)

    run.source = source
    return run


def test_numbers_and_claims_tell_their_source_and_lead_there(build):
    shown, told = build(f"{REFERENCE} :claim:`z24-national-beps | value`")
    assert told == ""
    assert re.search(r'<a href="book/chapters/sink\.html"[^>]*source-1">0\.41</a>', shown)
    assert "annual mean; beps, China, 2017, Pg C yr-1. Reconstructed, not model output." in shown
    assert re.search(r'<a href="book/ledger\.html#[^"]+"[^>]*source-2">0\.38</a>', shown)


def test_a_number_of_a_model_is_not_called_reconstructed_and_links_only_to_pages(build):
    (build.source / "results" / "sink.provenance.json").write_text("{}")
    (build.source / "book" / "chapters" / "sink.rst").unlink()
    shown, _ = build(REFERENCE)
    assert "Reconstructed" not in shown
    assert re.search(r'<span tabindex="0"[^>]*>0\.41</span>', shown)


def test_in_plain_text_the_number_stands_alone(build):
    shown, _ = build(REFERENCE, builder="text", suffix="txt")
    assert shown.splitlines()[-1] == "0.41"


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        (":result:`sink annual_mean beps mean China 1850`", "is not one row"),
        (":claim:`z24-national-bep`", "Unknown claim"),
        (":product:`sink nothing`", "No product 'nothing'"),
        (":math:`\\frac{a`", "Cannot read formula"),
        (".. result-figure:: sink-maps", "not there"),
        (".. claims-ledger::", "No claims ledger"),
    ],
)
def test_what_cannot_be_shown_is_a_warning_at_its_place(build, text, warning):
    _, told = build(text)
    assert re.search(r"index\.rst:4: ", told)
    assert warning in told


def test_a_run_with_other_choices_goes_without_a_number(build, monkeypatch):
    monkeypatch.setenv("SINKBOOK_OTHER_RUN", "1")
    shown, told = build(":result:`sink annual_mean beps mean China 1850`")
    assert told == ""
    assert "0.41 (2017)" in shown


def test_formulas_have_numbers_and_only_lasting_places(build):
    blocks = [f".. math::\n   :label: {label}\n\n   x = 1\n" for label in ("one", RANDOM)]
    shown, told = build("\n".join([":math:`R^2`", "", *blocks, ".. math::\n\n   y = 2\n"]))
    assert told == ""
    assert '<math alttext="R^2">' in shown
    assert 'id="equation-one"' in shown
    assert shown.count('class="eqno"') == 2
    assert shown.count("Link to this equation") == 1
    assert RANDOM not in shown


def test_the_font_of_formulas_lies_beside_the_pages_and_nothing_is_fetched(build):
    shown, _ = build("Text.")
    assert "own.css" in shown
    assert "remote.js" not in shown
    pages = build.source.parent / "html"
    assert (pages / "_static" / "math.woff").stat().st_size > 10_000


def test_the_ledger_lists_every_claim(build):
    table = ledger.with_unjudged(ledger.to_frame([]), claim_ids=ledger.published_ids())
    table.to_csv(build.source / "results" / ledger.LEDGER, index=False)
    shown, told = build(".. claims-ledger::")
    assert told == ""
    assert all(f"claim-{name}" in shown for name in published.claims()["id"])


def test_a_chapters_figure_is_shown_with_its_text_alternative(build):
    facts = {"files": ["sink-annual.csv"], "parameters": {}}
    image = {"image/png": {"alt": "A line rises."}, METADATA_KEY: facts}
    output = {"data": {"image/png": base64.b64encode(b"png").decode()}, "metadata": image}
    cell = {
        "metadata": {"mystnb": {"figure": {"caption": "A line.", "name": "x"}}},
        "outputs": [output],
    }
    chapter = build.source / "book" / "chapters" / "sink.ipynb"
    chapter.write_text(json.dumps({"cells": [cell]}))
    shown, told = build(".. result-figure:: sink-annual")
    assert told == ""
    assert 'alt="A line rises."' in shown
    assert "A line. From" in shown
    assert (build.source / "book" / "excerpts" / "sink-annual.png").read_bytes() == b"png"


@pytest.mark.parametrize(("name", "marked"), [("sink.ipynb", True), ("sink.md", False)])
@pytest.mark.parametrize("more", [{}, {"id": "x"}])
def test_the_cell_of_verdicts_gets_its_place(name, marked, more):
    cell = {"cell_type": "code", "metadata": {}, "source": ["write_verdicts(x)"], **more}
    source = [json.dumps({"cells": [cell]})]
    app = SimpleNamespace(env=SimpleNamespace(doc2path=lambda document: name))
    ledger_page._on_source_read(app, "sink", source)
    cells = json.loads(source[0])["cells"]
    assert len(cells) == (2 if marked else 1)
    if marked:
        assert ledger_page.VERDICTS_PLACE in cells[0]["source"]
        assert ("id" in cells[0]) == bool(more)
