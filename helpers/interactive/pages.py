"""Sphinx extension: a place for the twin below each figure that has one, and its files.

When a page is read, a place is put below every published figure whose output names a twin; once
the pages are written, so are the specifications, made from the files of the figures, and the
scripts. A twin that cannot be made is a build warning, and so a failed build.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

from helpers.errors import InputError
from helpers.figures import METADATA_KEY
from helpers.interactive import assets, specs

_LOG = logging.getLogger(__name__)

DATA_KEY = "sinkbook_data"
"""Key, in the metadata of an output, of the name of a data file that the output loads."""


def outputs_of(notebook: Path) -> Iterator[Mapping[str, Any]]:
    """Yield the metadata of every output of an executed notebook."""
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            yield output.get("metadata", {})


def twins_of(notebook: Path) -> dict[str, Mapping[str, Any]]:
    """Return what each figure with a twin left behind, by the stem of its files."""
    found = {}
    for metadata in outputs_of(notebook):
        facts = metadata.get(METADATA_KEY, {})
        if facts.get("twin"):
            found[Path(facts["files"][0]).stem] = facts
    return found


def place_of(name: str) -> str:
    """Return the HTML that the script of the page turns into a button and a panel."""
    return f'<div class="twin" data-twin="{escape(name)}"></div>'


def add_places(document: nodes.document, names: Mapping[str, Any]) -> list[str]:
    """Put a place below each figure whose caption offers the values of a twin; return the names."""
    added = []
    for figure in list(document.findall(nodes.figure)):
        offered = {
            Path(str(target)).stem
            for link in figure.findall()
            if isinstance(link, nodes.Element) and (target := _target(link)).endswith(".csv")
        }
        for name in sorted(offered & set(names)):
            place = figure.parent.index(figure) + 1
            figure.parent.insert(place, nodes.raw("", place_of(name), format="html"))
            added.append(name)
    return added


def _target(link: nodes.Element) -> str:
    return str(link.get("filename") or link.get("reftarget") or link.get("refuri") or "")


def write_files(source: Path, results: Path, *, out: Path) -> list[Path]:
    """Write the library, a file for each twin and the data of explorers; return the paths.

    Parameters
    ----------
    source, results : Path
        Folder of the executed notebooks, and of their result tables.
    out : Path
        The ``_static`` folder of the pages.

    Raises
    ------
    InputError
        If the values of a figure are missing, or a file is too large for a page.
    """
    written = []
    for notebook in sorted(source.rglob("*.ipynb")):
        for figure, facts in twins_of(notebook).items():
            spec = specs.twin_of(results / "figures" / f"{figure}.csv", facts)
            written.append(assets.write_data(out, figure, content=spec))
        for metadata in outputs_of(notebook):
            if name := str(metadata.get(DATA_KEY, "")):
                data = (results / "figures" / f"{name}.json").read_text(encoding="utf-8")
                written.append(assets.write_data(out, name, content=json.loads(data)))
    return [assets.write_library(out), *written] if written else []


def _on_doctree_read(app: Sphinx, document: nodes.document) -> None:
    path = Path(app.env.doc2path(app.env.docname))
    if path.suffix != ".ipynb":
        return
    twins = twins_of(path)
    for name in sorted(set(twins) - set(add_places(document, twins))):
        _LOG.warning("a figure has no link to its values: %s", name, location=app.env.docname)


def _on_finished(app: Sphinx, error: Exception | None) -> None:
    if error is not None or app.builder.format != "html":
        return
    source = Path(app.srcdir)
    results = source / getattr(app.config, "results_folder", "results")
    try:
        write_files(source / "book", results, out=Path(app.outdir) / "_static")
    except (InputError, OSError) as problem:
        _LOG.warning(str(problem), type="interactive")


def setup(app: Sphinx) -> dict[str, Any]:
    """Listen to the reading of pages and to the end of the build."""
    app.connect("doctree-read", _on_doctree_read)
    app.connect("build-finished", _on_finished)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
