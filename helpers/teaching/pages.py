"""Exercises on pages: folded solutions, the note in each chapter, the table of the teaching page.

A Sphinx extension. Cells tagged ``solution`` that follow each other are folded together when a page
is read. A chapter that has exercises says so, with their outcomes, before its first code. The
directive ``{teaching-table}`` lists all of them, ``{labs-table}`` all labs.
"""

from __future__ import annotations

import json
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from helpers.teaching.outline import (
    EXERCISE,
    SOLUTION,
    Outline,
    read_outline,
    source_of,
    tags_of,
)

EXERCISES, LABS, CHAPTERS = "book/exercises", "book/labs", "book/chapters"


def fold_solutions(notebook: dict[str, Any]) -> dict[str, Any]:
    """Return a notebook whose solutions are folded, each under the name of its exercise.

    Parameters
    ----------
    notebook : dict
        An executed notebook, as JSON.
    """
    cells: list[dict[str, Any]] = []
    heading = ""
    for is_solution, group in groupby(
        notebook["cells"], key=lambda cell: SOLUTION in tags_of(cell)
    ):
        run = list(group)
        if is_solution:
            run = [_markdown(opening(heading)), *run, _markdown("</details>")]
        for cell in run:
            if cell["cell_type"] == "markdown" and EXERCISE in tags_of(cell):
                heading = source_of(cell).splitlines()[0].lstrip("# ")
        cells += run
    return {**notebook, "cells": _numbered(cells)}


def opening(heading: str) -> str:
    """Return the HTML that begins a folded solution.

    Examples
    --------
    >>> opening("3. Half a cell")
    '<details class="solution"><summary>Solution of 3. Half a cell</summary>'
    """
    name = f"Solution of {heading}" if heading else "Solution"
    return f'<details class="solution"><summary>{escape(name)}</summary>'


def add_note(notebook: dict[str, Any], outline: Outline) -> dict[str, Any]:
    """Return a chapter with a note on its exercises before its first code cell.

    Parameters
    ----------
    notebook : dict
        An executed chapter, as JSON.
    outline : Outline
        What its exercises offer.
    """
    cells = list(notebook["cells"])
    code = [number for number, cell in enumerate(cells) if cell["cell_type"] == "code"]
    cells.insert(code[0] if code else len(cells), _markdown(chapter_note(outline)))
    return {**notebook, "cells": _numbered(cells)}


def chapter_note(outline: Outline) -> str:
    """Return the note of a chapter on its exercises, as Markdown with a fold."""
    count, sheet = len(outline.exercises), f"../exercises/worksheets/{outline.topic}.ipynb"
    lines = [
        f'<details class="learn"><summary>Learn with this page: {count} exercises</summary>',
        "",
        "After reading and doing the exercises you can",
        "",
        *(f"- {one}" for one in outline.outcomes),
        "",
        f"Time for the exercises: {outline.time.rstrip('.')}. You need: {outline.needs}",
        "",
        f"[Exercises with solutions](../exercises/{outline.topic}.ipynb) · "
        f"{{download}}`worksheet without solutions <{sheet}>`",
        "",
        "</details>",
    ]
    return "\n".join(lines)


def teaching_table(outlines: list[Outline]) -> str:
    """Return the table of all exercises as Markdown: one chapter a section, with its outcomes."""
    lines = ["| chapter | exercises | time | you need | worksheet |", "|---|---|---|---|---|"]
    for one in outlines:
        lines.append(
            f"| [{_name(one)}](chapters/{one.topic}.ipynb) "
            f"| [{len(one.exercises)}](exercises/{one.topic}.ipynb) | {one.time.rstrip('.')} "
            f"| {_needs(one)} "
            f"| {{download}}`download <exercises/worksheets/{one.topic}.ipynb>` |"
        )
    return "\n".join(lines)


def labs_table(outlines: list[Outline]) -> str:
    """Return the table of all labs as Markdown: what each is about, its time and its worksheet."""
    lines = ["| lab | time | you need | worksheet |", "|---|---|---|---|"]
    for one in outlines:
        lines.append(
            f"| [{one.title}](labs/{one.topic}.ipynb) | {one.time.rstrip('.')} "
            f"| {_needs(one)} "
            f"| {{download}}`download <labs/worksheets/{one.topic}.ipynb>` |"
        )
    return "\n".join(lines)


def outcomes_list(outlines: list[Outline]) -> str:
    """Return what can be learnt, chapter by chapter, as Markdown."""
    blocks = [
        "\n".join([f"**{_name(one)}:** you can", "", *(f"- {item}" for item in one.outcomes)])
        for one in outlines
    ]
    return "\n\n".join(blocks)


class TeachingTable(SphinxDirective):
    """The directive ``{teaching-table}``: all exercises, in the order of the contents."""

    has_content = False
    folder = EXERCISES
    maker = staticmethod(teaching_table)

    def run(self) -> list[nodes.Node]:
        """Return what the maker writes, parsed."""
        source = Path(self.env.srcdir)
        text = self.maker(outlines_in_order(source, folder=self.folder))
        return self.parse_text_to_nodes(text)


class OutcomesList(TeachingTable):
    """The directive ``{teaching-outcomes}``: what can be learnt, chapter by chapter."""

    maker = staticmethod(outcomes_list)


class LabsTable(TeachingTable):
    """The directive ``{labs-table}``: all labs, in the order of the contents."""

    folder = LABS
    maker = staticmethod(labs_table)


def outlines_in_order(source: Path, *, folder: str = EXERCISES) -> list[Outline]:
    """Return what all notebooks of exercises of a source tree offer, in the order of the contents.

    Parameters
    ----------
    source : Path
        The source tree of the book, with ``_toc.yml`` and ``book/exercises``.
    folder : str
        Of exercises or of labs.
    """
    order = [
        line.partition("file:")[2].strip()
        for line in (source / "_toc.yml").read_text(encoding="utf-8").splitlines()
    ]
    paths = [source / f"{page}.ipynb" for page in order if page.startswith(f"{folder}/")]
    return [read_outline(path) for path in paths]


def _needs(outline: Outline) -> str:
    """Return the prerequisites of a notebook, its links as seen from one folder further up."""
    return outline.needs.rstrip(".").replace("](../", "](")


def _name(outline: Outline) -> str:
    """Return the name of a chapter from the title of its exercises."""
    return outline.title.partition(":")[2].strip().capitalize() or outline.title


def _markdown(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source, "id": ""}


def _numbered(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return cells with ids that are unique."""
    return [{**cell, "id": f"cell-{number}"} for number, cell in enumerate(cells)]


def _on_source_read(app: Sphinx, docname: str, source: list[str]) -> None:  # noqa: PLR0917  Sphinx calls it
    folder, _, topic = docname.rpartition("/")
    exercises = Path(app.srcdir) / EXERCISES / f"{topic}.ipynb"
    if not str(app.env.doc2path(docname)).endswith(".ipynb"):
        return
    if folder in (EXERCISES, LABS):
        notebook = fold_solutions(json.loads(source[0]))
    elif folder == CHAPTERS and exercises.is_file():
        app.env.note_dependency(str(exercises))
        notebook = add_note(json.loads(source[0]), read_outline(exercises))
    else:
        return
    source[0] = json.dumps(notebook, ensure_ascii=False)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directives, and listen to the reading of pages."""
    app.add_directive("teaching-table", TeachingTable)
    app.add_directive("teaching-outcomes", OutcomesList)
    app.add_directive("labs-table", LabsTable)
    app.connect("source-read", _on_source_read)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
