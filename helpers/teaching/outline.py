"""What a notebook of exercises says of itself: time, prerequisites, outcomes, exercises.

Its cell tagged ``outcomes`` is written so that a reader and this module both read it::

    **Time:** about an hour.
    **You need:** the chapter; areas on a sphere.

    Afterwards you can

    - tell ...
    - compute ...
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.errors import InputError

OUTCOMES, EXERCISE, SOLUTION = "outcomes", "exercise", "solution"
_HEADING = re.compile(r"^## +(.+)$", re.MULTILINE)
_TITLE = re.compile(r"^# +(.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Outline:
    """What a notebook of exercises offers.

    Attributes
    ----------
    topic : str
        Name of the chapter.
    title : str
        Heading of the page.
    time, needs : str
        How long it takes, and what a reader should know before.
    outcomes : tuple of str
        What a reader can do afterwards, each a verb phrase.
    exercises : tuple of str
        Headings of the exercises.
    """

    topic: str
    title: str
    time: str
    needs: str
    outcomes: tuple[str, ...]
    exercises: tuple[str, ...]


def tags_of(cell: Any) -> list[str]:
    """Return the tags of a cell."""
    tags: list[str] = cell.get("metadata", {}).get("tags", [])
    return tags


def source_of(cell: Any) -> str:
    """Return the source of a cell as one text."""
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def read_outline(path: Path) -> Outline:
    """Return what a notebook of exercises says of itself.

    Parameters
    ----------
    path : Path
        The notebook, as it stands or executed.

    Raises
    ------
    InputError
        If the notebook has no title or no cell tagged ``outcomes`` with time, prerequisites and at
        least one outcome.
    """
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    title = _TITLE.search(source_of(cells[0])) if cells else None
    told = [source_of(cell) for cell in cells if OUTCOMES in tags_of(cell)]
    text = told[0] if told else ""
    time, needs = (_line(text, label=label) for label in ("Time", "You need"))
    outcomes = tuple(re.findall(r"^- +(.+)$", text, re.MULTILINE))
    if not (title and time and needs and outcomes):
        raise InputError(
            "A notebook of exercises does not say what it offers.",
            file=path.name,
            where=f"title, and the cell tagged {OUTCOMES!r}",
            found="a line or the list is absent",
            accepted="lines '**Time:** ...' and '**You need:** ...', then a list of outcomes",
            fix="Write what is absent.",
        )
    exercises = tuple(
        heading
        for cell in cells
        if cell["cell_type"] == "markdown" and EXERCISE in tags_of(cell)
        for heading in _HEADING.findall(source_of(cell))
    )
    return Outline(path.stem, title[1].strip(), time, needs, outcomes, exercises)


def _line(text: str, *, label: str) -> str:
    """Return what a labelled line says, without its label."""
    found = re.search(rf"^\*\*{label}:\*\* +(.+)$", text, re.MULTILINE)
    return found[1].strip() if found else ""
