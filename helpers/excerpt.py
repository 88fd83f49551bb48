"""A figure of a chapter shown on another page, with all that it carries there.

A Sphinx extension with one directive. On a page,

    ```{result-figure} national_sink-estimates
    ```

shows the figure that the notebook ``national_sink`` published under the name ``estimates``, and
links to the chapter. A figure that does not exist is a build warning, and so a failed build.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from helpers.captions import figures_folder, legend
from helpers.errors import InputError
from helpers.figures import METADATA_KEY

CHAPTERS = Path("book/chapters")
"""Folder of the executed notebooks in the source tree."""


@dataclass(frozen=True)
class Excerpt:
    """A published figure: image, text alternative, caption, and the files and parameters of it."""

    png: bytes
    alt: str
    caption: str
    facts: Mapping[str, Any]


def find_figure(name: str, *, source: Path) -> Excerpt:
    """Return a figure that a chapter published.

    Parameters
    ----------
    name : str
        ``<notebook>-<figure>``, as its files are called.
    source : Path
        Root of the source tree.

    Raises
    ------
    InputError
        If the chapter is absent or published no such figure.
    """
    notebook = source / CHAPTERS / f"{name.partition('-')[0]}.ipynb"
    if not notebook.is_file():
        raise InputError(
            "A page shows a figure of a chapter that is not there.",
            where=name,
            found=f"no {notebook.name}",
            accepted=f"<notebook>-<figure>, the notebook in {CHAPTERS.as_posix()}",
            fix="Correct the name, or run the notebook.",
        )
    published = []
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            facts = output.get("metadata", {}).get(METADATA_KEY, {})
            files = facts.get("files", [])
            published += [Path(file).stem for file in files[:1]]
            if f"{name}.csv" in files:
                return Excerpt(
                    base64.b64decode(output["data"]["image/png"]),
                    output["metadata"]["image/png"]["alt"],
                    cell["metadata"]["mystnb"]["figure"]["caption"],
                    facts,
                )
    raise InputError(
        "A page shows a figure that the chapter did not publish.",
        file=notebook.name,
        where=name,
        found=f"no {name}.csv",
        accepted=", ".join(published) or "no figure",
        fix="Correct the name.",
    )


class ResultFigure(SphinxDirective):
    """The directive ``{result-figure}``."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the figure with its caption and a link to the chapter."""
        name, source = self.arguments[0], Path(self.env.srcdir)
        try:
            excerpt = find_figure(name, source=source)
        except InputError as error:
            raise self.error(str(error)) from error
        chapter = name.partition("-")[0]
        self.env.note_dependency(str(source / CHAPTERS / f"{chapter}.ipynb"))
        image = source / "book" / "excerpts" / f"{name}.png"
        image.parent.mkdir(parents=True, exist_ok=True)
        image.write_bytes(excerpt.png)
        page = Path(self.env.doc2path(self.env.docname)).parent
        place = Path(os.path.relpath(image, page)).as_posix()
        figure = nodes.figure("", nodes.image(uri=place, alt=excerpt.alt, classes=["dark-light"]))
        figure["classes"].append("result-figure")
        link = f"From [its chapter](/{(CHAPTERS / f'{chapter}.ipynb').as_posix()})."
        paragraph = self.parse_text_to_nodes(f"{excerpt.caption} {link}")[0]
        figure += nodes.caption("", "", *paragraph.children)
        files = legend(excerpt.facts, folder=figures_folder(self.env.docname))
        figure += nodes.legend("", *self.parse_text_to_nodes(files))
        return [figure]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("result-figure", ResultFigure)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
