"""Notes and words on the reconstruction say what is so in the run that is shown."""

import json
from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.utils import new_document

from helpers.intake import origins
from helpers.intake.origins import listed, products_of, split

MADE = {"title": "BEPS (reconstructed)", "is_standin": True}
ALSO = {"title": "VEGAS (reconstructed)", "is_standin": True}
OWN = {"title": "VEGAS", "is_standin": False}


@pytest.fixture
def results(tmp_path):
    (tmp_path / "results").mkdir()

    def write(**records):
        for name, products in records.items():
            path = tmp_path / "results" / f"{name}.provenance.json"
            path.write_text(json.dumps({"products": products}))
        return tmp_path / "results"

    return write


def test_a_chapter_has_its_own_products_and_other_pages_those_of_all(results):
    folder = results(regions={"beps": MADE}, masks={"beps": OWN, "vegas": OWN})
    assert products_of("book/chapters/regions", results=folder) == {"beps": MADE}
    assert products_of("book/intro", results=folder) == {"beps": MADE, "vegas": OWN}
    assert products_of("book/exercises/regions", results=folder) == {}
    results(masks={}, zz={"vegas": ALSO})
    assert products_of("book/intro", results=folder)["vegas"] == ALSO


def test_a_record_without_products_has_none(tmp_path):
    (tmp_path / "old.provenance.json").write_text("{}")
    assert products_of("book/chapters/old", results=tmp_path) == {}


def test_products_are_split_and_listed():
    assert split({"beps": MADE, "vegas": OWN}) == (["BEPS (reconstructed)"], ["VEGAS"])
    assert listed([]) == ""
    assert listed(["A"]) == "A"
    assert listed(["A", "B"]) == "A and B"


def page_of(*parts):
    document = new_document("page", get_default_settings())
    for part in parts:
        document += part
    return document


def note_of(text, *, title=True, kind="standin-note"):
    note = nodes.admonition("", classes=[kind])
    if title:
        note += nodes.title("", "Reconstructed")
    note += nodes.paragraph("", text)
    return note


@pytest.fixture
def shown(results, tmp_path):
    """Return the text of a page after the transform."""

    def show(products, *parts, docname="book/chapters/regions"):
        results(regions=products)
        document = page_of(*parts)
        environment = SimpleNamespace(docname=docname, srcdir=tmp_path)
        config = SimpleNamespace(results_folder="results")
        document.settings.env = SimpleNamespace(**vars(environment), config=config)
        origins.Origins(document).apply()
        assert all(node.parent is not None for node in document.findall() if node is not document)
        return document

    return show


def test_notes_stay_where_all_is_reconstructed(shown):
    assert shown({"beps": MADE}, note_of("made")).astext() == "Reconstructed\n\nmade"
    assert shown({}, note_of("made")).astext() == "Reconstructed\n\nmade"


def test_notes_go_where_all_is_the_readers_own(shown):
    document = shown({"vegas": OWN}, note_of("one"), note_of("two"), note_of("x", kind="tip"))
    text = document.astext()
    assert text.startswith("Your own files\n\nComputed from the files that you gave: VEGAS.")
    assert "one" not in text.replace("reconstruction", "")
    assert "two" not in text
    assert text.endswith("Reconstructed\n\nx")
    note = next(document.findall(nodes.admonition))
    assert note["classes"] == ["note", "original-note"]


def test_a_mixed_run_says_which_is_which(shown):
    text = shown({"beps": MADE, "vegas": OWN}, note_of("made")).astext()
    assert text == (
        "Partly reconstructed\n\nBEPS (reconstructed) is a reconstruction; VEGAS from your files."
        "\n\nmade"
    )
    both = {"beps": MADE, "vegas": ALSO, "mine": {"title": "Mine", "is_standin": False}}
    text = shown(both, note_of("made", title=False)).astext()
    assert text.startswith("BEPS (reconstructed) and VEGAS (reconstructed) are reconstructions; ")


def test_the_page_about_the_reconstruction_keeps_its_notes(shown):
    document = shown({"vegas": OWN}, note_of("made"), docname=origins.ABOUT)
    assert document.astext() == "Reconstructed\n\nmade"
    assert shown({"vegas": OWN}, nodes.paragraph("", "plain")).astext() == "plain"


@pytest.fixture
def role(results, tmp_path):
    """Return what a role puts on a page, as text and as nodes."""

    def call(kind, text, **records):
        results(**records)
        one = kind()
        one.text = text
        config = SimpleNamespace(results_folder="results")
        settings = SimpleNamespace(
            env=SimpleNamespace(srcdir=tmp_path, config=config, docname="book/chapters/regions")
        )
        document = SimpleNamespace(settings=settings, current_source=None, current_line=None)
        reporter = SimpleNamespace(get_source_and_line=lambda _=None: ("page", 1))
        one.inliner = SimpleNamespace(document=document, reporter=reporter)
        one.lineno = 1
        found, messages = one.run()
        assert messages == []
        return "".join(node.astext() for node in found), found

    return call


def test_the_data_of_a_chapter_are_told_in_words(role):
    assert role(origins.DataOf, "regions", regions={"beps": MADE})[0] == "the stand-in"
    assert role(origins.DataOf, "regions", regions={"vegas": OWN})[0] == "your files"
    both = {"beps": MADE, "vegas": OWN}
    assert role(origins.DataOf, "regions", regions=both)[0] == "your files (VEGAS) and the stand-in"
    assert role(origins.DataOf, "regions", regions={})[0] == "the stand-in"


def test_a_product_is_called_what_it_is(role, caplog):
    both = {"beps": MADE, "vegas": OWN}
    assert role(origins.ProductTitle, "regions beps", regions=both)[0] == "BEPS (reconstructed)"
    assert role(origins.ProductTitle, "regions vegas", regions=both)[0] == "VEGAS"
    assert role(origins.ProductTitle, "regions oco2-mip", regions=both)[0] == "OCO-2 v10 MIP"
    text, (node,) = role(origins.ProductTitle, "regions nobody", regions=both)
    assert text == "regions nobody"
    assert isinstance(node, nodes.literal)
