"""The Sphinx extension: a place below each figure with a twin, files when the pages are written."""

import json
from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.utils import new_document

from helpers import charts, figures
from helpers.interactive import pages, specs


@pytest.fixture
def book(tmp_path, rows_for):
    """Return a source tree with one executed chapter, one figure and one data file."""
    drawing = charts.annual_series(rows_for(["2015", "2016"]), titles={})
    shown = figures.publish(drawing, name="annual", notebook="sink", is_standin=True,
                            results_dir=tmp_path / "results", parameters={})  # fmt: skip
    bundle, metadata = shown._repr_mimebundle_()
    (tmp_path / "results" / "figures" / "sink-map.json").write_text('{"cells": [1, 2]}')
    outputs = [
        {"output_type": "display_data", "data": bundle, "metadata": metadata},
        {"output_type": "display_data", "data": {}, "metadata": {pages.DATA_KEY: "sink-map"}},
        {"output_type": "stream", "text": "no metadata"},
    ]
    folder = tmp_path / "book" / "chapters"
    folder.mkdir(parents=True)
    cells = [{"cell_type": "markdown", "source": "# A"}, {"outputs": outputs}]
    (folder / "sink.ipynb").write_text(json.dumps({"cells": cells}))
    return tmp_path


def document_with(target):
    document = new_document("test")
    figure = nodes.figure("", nodes.image(uri="a.png"))
    figure += nodes.caption("", "Words, and ", nodes.reference("", "CSV", refuri=target))
    document += [nodes.paragraph("", "before"), figure, nodes.paragraph("", "after")]
    return document


def app_of(book, docname="book/chapters/sink", suffix=".ipynb", fmt="html"):
    env = SimpleNamespace(docname=docname, doc2path=lambda name: str(book / f"{name}{suffix}"))
    return SimpleNamespace(
        env=env,
        srcdir=str(book),
        outdir=str(book / "out"),
        config=SimpleNamespace(),
        builder=SimpleNamespace(format=fmt),
    )


def test_the_place_follows_the_figure(book):
    document = document_with("../../results/figures/sink-annual.csv")
    pages._on_doctree_read(app_of(book), document)
    kinds = [type(node).__name__ for node in document.children]
    assert kinds == ["paragraph", "figure", "raw", "paragraph"]
    assert 'data-twin="sink-annual"' in document.children[2].astext()


def test_a_figure_without_a_twin_or_a_page_of_prose_stays(book):
    document = document_with("../../results/figures/sink-other.csv")
    assert pages.add_places(document, {"sink-annual": {}}) == []
    pages._on_doctree_read(app_of(book, docname="book/intro", suffix=".md"), document)
    assert len(document.children) == 3


def test_a_twin_that_the_page_cannot_place_is_a_warning(book, monkeypatch):
    said = []
    monkeypatch.setattr(pages._LOG, "warning", lambda text, *args, **_: said.append(text % args))
    pages._on_doctree_read(app_of(book), document_with("elsewhere.csv"))
    assert said == ["a figure has no link to its values: sink-annual"]


def test_files_are_written_with_the_pages(book):
    pages._on_finished(app_of(book), None)
    folder = book / "out" / "_static" / "interactive"
    assert sorted(path.name for path in folder.iterdir()) == [
        "sink-annual.js", "sink-map.js", "vega.js"
    ]  # fmt: skip
    assert specs.read_script((folder / "sink-map.js").read_text()) == {"cells": [1, 2]}


def test_nothing_is_written_for_other_formats_after_an_error_or_without_a_twin(book):
    pages._on_finished(app_of(book, fmt="latex"), None)
    pages._on_finished(app_of(book), ValueError("the build failed"))
    assert pages.write_files(book / "none", book, out=book / "out") == []
    assert not (book / "out").exists()


def test_values_that_are_gone_are_a_warning(book, monkeypatch):
    said = []
    monkeypatch.setattr(pages._LOG, "warning", lambda text, *args, **_: said.append(text))
    (book / "results" / "figures" / "sink-annual.csv").unlink()
    pages._on_finished(app_of(book), None)
    assert "values of a figure are missing" in said[0]


def test_the_extension_says_that_it_can_run_in_parallel():
    events = []
    app = SimpleNamespace(connect=lambda name, _: events.append(name))
    assert pages.setup(app)["parallel_read_safe"] is True
    assert events == ["doctree-read", "build-finished"]
