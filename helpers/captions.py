"""Sphinx extension: text alternative, downloads and parameters of figures made in notebooks.

MyST-NB takes the text alternative of an image from the metadata of its cell only, but a computed
one is known when the cell has run. When a notebook is read, this extension copies what
:func:`helpers.figures.publish` left in the output to the place where MyST-NB looks, and adds a line
below the caption with links to the values drawn. The files themselves are not changed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from sphinx.application import Sphinx
from sphinx.util import logging

from helpers.figures import METADATA_KEY

_LOG = logging.getLogger(__name__)
_FORMATS = {".csv": "CSV", ".nc": "NetCDF"}


def complete_captions(
    notebook: dict[str, Any], *, folder: str, complain: Callable[[str], None]
) -> dict[str, Any]:
    """Put text alternative and links of published figures into the metadata of their cells.

    Parameters
    ----------
    notebook : dict
        An executed notebook; changed in place and returned.
    folder : str
        Folder of the figures' files, relative to the page.
    complain : callable
        Told, in a sentence, of a cell with a published figure but no caption, no label or more
        than one figure.
    """
    for index, cell in enumerate(notebook.get("cells", [])):
        outputs = [o for o in cell.get("outputs", []) if METADATA_KEY in o.get("metadata", {})]
        if not outputs:
            continue
        settings = cell.setdefault("metadata", {}).setdefault("mystnb", {})
        figure = settings.setdefault("figure", {})
        missing = [key for key in ("caption", "name") if not figure.get(key)]
        shows = [o for o in cell["outputs"] if o.get("output_type") != "stream"]
        if missing or len(shows) > 1:
            what = f"has no {' and no '.join(missing)}" if missing else "shows more than one output"
            complain(f"cell {index} publishes a figure but {what} (metadata mystnb.figure)")
        metadata = outputs[0]["metadata"]
        image = {"alt": metadata["image/png"]["alt"], "classes": "dark-light"}
        settings["image"] = {**settings.get("image", {}), **image}
        figure["caption"] = (
            f"{figure.get('caption', '')}\n\n{legend(metadata[METADATA_KEY], folder=folder)}"
        )
    return notebook


def legend(facts: Mapping[str, Any], *, folder: str) -> str:
    """Return the line below a caption, as Markdown: links to the files, and the parameters.

    Parameters
    ----------
    facts : mapping
        What :func:`helpers.figures.publish` left: ``files`` and ``parameters``.
    folder : str
        Folder of the files, relative to the page.
    """
    links = [f"[{_FORMATS[Path(name).suffix]}]({folder}/{name})" for name in facts["files"]]
    values = [f"{key} `{value}`" for key, value in facts["parameters"].items()]
    return f"Values drawn: {', '.join(links)}. Parameters: {', '.join(values) or 'none'}."


def figures_folder(docname: str, *, results: str = "results") -> str:
    """Return the folder of the figures' files, relative to a page.

    Examples
    --------
    >>> figures_folder("book/chapters/regions")
    '../../results/figures'
    """
    return "../" * (len(PurePosixPath(docname).parts) - 1) + f"{results}/figures"


def _on_source_read(app: Sphinx, docname: str, source: list[str]) -> None:  # noqa: PLR0917  Sphinx calls it
    if not str(app.env.doc2path(docname)).endswith(".ipynb"):
        return
    results = getattr(app.config, "results_folder", "results")

    def complain(text: str) -> None:
        _LOG.warning(text, location=docname, type="figure")

    notebook = complete_captions(
        json.loads(source[0]), folder=figures_folder(docname, results=results), complain=complain
    )
    source[0] = json.dumps(notebook, ensure_ascii=False)


def setup(app: Sphinx) -> dict[str, Any]:
    """Listen to the reading of pages."""
    app.connect("source-read", _on_source_read)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
