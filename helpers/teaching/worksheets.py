"""Worksheets: the notebooks of exercises without their solutions, with room for answers."""

from __future__ import annotations

import copy
import json
import re
from itertools import groupby
from pathlib import Path
from typing import Any

from helpers.files import write_text
from helpers.teaching.folders import EXERCISES, NOTEBOOKS, teaching_names
from helpers.teaching.outline import SOLUTION, source_of, tags_of

ANSWER = "answer"
WORDS = "**Your answer:** "
CODE = "# your work"
PREFACE = """\
> **Worksheet.** Made from the page of the book, without its solutions.
> It runs in a checkout of the book (`make venv`), with the kernel of `.venv`.
> Each exercise has room for your answer; the page of the book has the solutions."""
LAB_PREFACE = """\
> **Worksheet.** Made from the page of the book, without the solution.
> It runs in a checkout of the book (`make venv`), with the kernel of `.venv`.
> Write your answers where `None` stands, and run the cell below them."""
_ADMONITION = re.compile(
    r"^(?P<fence>`{3,}|:{3,})\{admonition\} *(?P<title>.*)\n(?P<body>(?:.*\n)*?)(?P=fence)\s*$",
    re.MULTILINE,
)
_ROLE = re.compile(r"\{[\w:.-]+\}`([^`<]+?)(?: *<[^`>]*>)?`")
_LINK = re.compile(r"\[([^\]]+)\]\((?!https?:)[^)]*\)")


def make_worksheet(notebook: dict[str, Any], *, with_room: bool = True) -> dict[str, Any]:
    """Return the worksheet of a notebook of exercises or of a lab.

    Cells tagged ``solution`` give way to empty answers: a text cell, and a code cell where the
    solution computes. Outputs are left out. Directives, roles and links, which only the book can
    show, become plain Markdown.

    Parameters
    ----------
    notebook : dict
        The notebook as JSON, with or without outputs; not changed.
    with_room : bool
        Make room for answers; a lab has cells for them already.
    """
    sheet = copy.deepcopy(notebook)
    cells: list[dict[str, Any]] = []
    for is_solution, group in groupby(sheet["cells"], key=lambda cell: SOLUTION in tags_of(cell)):
        run = list(group)
        if not is_solution:
            cells += [_kept(cell) for cell in run]
        elif with_room:
            cells += _answers(run)
    cells.insert(1, _text(PREFACE if with_room else LAB_PREFACE))
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    sheet["cells"] = cells
    return sheet


def write_worksheets(
    root: Path, *, into: Path, topics: tuple[str, ...] | None = None, folder: str = EXERCISES
) -> list[Path]:
    """Write the worksheets of the book's exercises or labs and return their paths.

    Parameters
    ----------
    root : Path
        Root of the book.
    into : Path
        Folder of ``<topic>.ipynb``.
    topics : tuple of str, optional
        Chapters or labs; all that there are unless given.
    folder : {"exercises", "labs"}
        Which of the two.
    """
    written = []
    for name in teaching_names(root, folder=folder):
        path = root / NOTEBOOKS / f"{name}.ipynb"
        if topics is None or path.stem in topics:
            notebook = json.loads(path.read_text(encoding="utf-8"))
            sheet = make_worksheet(notebook, with_room=folder == EXERCISES)
            text = json.dumps(sheet, indent=1, ensure_ascii=False)
            written.append(write_text(into / path.name, f"{text}\n"))
    return written


def plain_markdown(text: str) -> str:
    """Return Markdown that shows everywhere, for text written for the book.

    Examples
    --------
    >>> plain_markdown("{term}`NEP` leaves out fire ([methods](../methods.md)).")
    'NEP leaves out fire (methods).'
    """
    text = _ADMONITION.sub(_quote, text)
    return _LINK.sub(r"\1", _ROLE.sub(r"\1", text))


def _quote(found: re.Match[str]) -> str:
    """Return an admonition as a block quote."""
    lines = [line for line in found["body"].splitlines() if not re.match(r":[\w-]+:", line)]
    return "\n".join(f"> {line}".rstrip() for line in [f"**{found['title']}.**", *lines])


def _kept(cell: dict[str, Any]) -> dict[str, Any]:
    """Return a cell that a worksheet keeps."""
    if cell["cell_type"] == "code":
        return {**cell, "outputs": [], "execution_count": None}
    source = [line for line in source_of(cell).splitlines() if "{download}" not in line]
    return {**cell, "source": plain_markdown("\n".join(source))}


def _answers(solution: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the empty cells that take the place of a solution."""
    answers = [_text(WORDS)]
    if any(cell["cell_type"] == "code" for cell in solution):
        code = {**_text(CODE), "cell_type": "code", "execution_count": None, "outputs": []}
        answers.insert(0, code)
    return answers


def _text(source: str) -> dict[str, Any]:
    """Return a Markdown cell."""
    return {"cell_type": "markdown", "metadata": {"tags": [ANSWER]}, "source": source}
