"""What a page was computed from: the reconstruction, the reader's own files, or some of each.

A Sphinx extension. Notes of the class ``standin-note`` stay on pages whose products are all
reconstructed; where all are the reader's own files they give way to a note that says so, and where
some are, the note names which. Two roles say the same in a sentence:

    {data-of}`regions`           the stand-in, your files, or both
    {product}`seasonality vegas` the title of a product, which holds "(reconstructed)" where it is
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from helpers.source_note import sourced

_LOG = logging.getLogger(__name__)
NOTE = "standin-note"
"""Class of a note that speaks of the reconstruction."""

ABOUT = "book/standin"
"""Page about the reconstruction: its notes always stay."""

_TEACHING = ("exercises", "labs")
"""Folders of notebooks that always work on the stand-in, whatever the chapters read."""


def products_of(page: str, *, results: Path) -> dict[str, dict[str, Any]]:
    """Return the products that a page was computed from, by key: `title` and `is_standin`.

    Parameters
    ----------
    page : str
        Name of the document. A chapter has its own record, and any other page those of all
        chapters; notebooks for teaching have none.
    results : Path
        Folder of the records ``<notebook>.provenance.json``.
    """
    folder, _, name = page.rpartition("/")
    if folder.rpartition("/")[2] in _TEACHING:
        return {}
    own = results / f"{name}.provenance.json"
    is_chapter = folder.endswith("chapters") and own.is_file()
    records = [own] if is_chapter else sorted(results.glob("[!.]*.provenance.json"))
    found: dict[str, dict[str, Any]] = {}
    for record in records:
        for key, product in _read(record, record.stat().st_mtime_ns).items():
            known = found.setdefault(key, dict(product))
            if product["is_standin"] and not known["is_standin"]:
                found[key] = dict(product)
    return found


@cache
def _read(record: Path, modified: int) -> dict[str, dict[str, Any]]:
    """Return the products in one version of a record."""
    products: dict[str, dict[str, Any]] = json.loads(record.read_text(encoding="utf-8")).get(
        "products", {}
    )
    return products


def split(products: dict[str, dict[str, Any]]) -> tuple[list[str], list[str]]:
    """Return the titles of reconstructed products, and of those read from the reader's files."""
    made = [product["title"] for product in products.values() if product["is_standin"]]
    own = [product["title"] for product in products.values() if not product["is_standin"]]
    return made, own


def listed(names: list[str]) -> str:
    """Return names as a list in words.

    Examples
    --------
    >>> listed(["BEPS", "VEGAS", "OCO-2"])
    'BEPS, VEGAS and OCO-2'
    """
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


class Origins(SphinxTransform):
    """Let notes on the reconstruction say what is so in the run that is shown."""

    default_priority = 420

    def apply(self, **_: Any) -> None:
        """Replace or complete the notes of a page."""
        if self.env.docname == ABOUT:
            return
        notes = [
            node for node in self.document.findall(nodes.admonition) if NOTE in node["classes"]
        ]
        if not notes:
            return
        results = Path(self.env.srcdir) / self.config.results_folder
        made, own = split(products_of(self.env.docname, results=results))
        if not own:
            return
        for i, note in enumerate(notes):
            if made:
                _complete(note, made, own=own)
            elif i == 0:
                note.parent.replace(note, _own_note(own))
            else:
                note.parent.remove(note)


def _complete(note: nodes.admonition, made: list[str], *, own: list[str]) -> None:
    """Say at the top of a note which products are reconstructed and which are not."""
    title = note.next_node(nodes.title)
    if title is not None:
        note.replace(title, nodes.title("", "Partly reconstructed"))
    verb = "is a reconstruction" if len(made) == 1 else "are reconstructions"
    text = f"{listed(made)} {verb}; {listed(own)} from your files."
    place = 1 if title is not None else 0
    note.insert(place, nodes.paragraph("", text))


def _own_note(own: list[str]) -> nodes.admonition:
    text = (
        f"Computed from the files that you gave: {listed(own)}. "
        "Sentences on the reconstruction were written for the book's own run."
    )
    note = nodes.admonition("", classes=["note", "original-note"])
    note += nodes.title("", "Your own files")
    note += nodes.paragraph("", text)
    return note


class DataOf(SphinxRole):
    """The role ``{data-of}``: what the products of a notebook were read from."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return words for it; those for the stand-in lead to its page."""
        results = Path(self.env.srcdir) / self.config.results_folder
        made, own = split(products_of(f"book/chapters/{self.text.strip()}", results=results))
        found: list[nodes.Node] = []
        if own:
            found.append(nodes.Text(f"your files ({listed(own)})" if made else "your files"))
        if own and made:
            found.append(nodes.Text(" and "))
        if made or not own:
            note = "Reconstructed from published tables; this page tells how."
            found.append(sourced("the stand-in", note=note, kind="result", page=ABOUT))
        return found, []


class ProductTitle(SphinxRole):
    """The role ``{product}``: the title of a product in the run of a notebook."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the title, or a warning at its place."""
        notebook, _, key = self.text.strip().partition(" ")
        results = Path(self.env.srcdir) / self.config.results_folder
        products = products_of(f"book/chapters/{notebook}", results=results)
        if key in products:
            return [nodes.Text(products[key]["title"])], []
        from helpers.catalog import load_catalog

        catalog = load_catalog()
        if key in catalog:  # left out of this run
            return [nodes.Text(catalog[key].title)], []
        _, line = self.get_source_info()
        where = (self.env.docname, line)
        _LOG.warning(f"No product {key!r} in the run of {notebook}.", location=where, type="result")
        return [nodes.literal(text=self.text)], []


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the roles and the transform."""
    app.setup_extension("helpers.quotation")
    app.add_transform(Origins)
    app.add_role("data-of", DataOf())
    app.add_role("product", ProductTitle())
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
