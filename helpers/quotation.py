"""Numbers in prose, read from the result tables while the book is built, so none is typed.

A Sphinx extension with one role. In a page,

    {result}`national_sink annual_mean beps mean China 2015-2019`

writes the value of the one row of ``build/results/national_sink.csv`` with that quantity, product,
member, scope and period. ``| .3f`` after it sets the format, ``| sd`` or ``| sd .3f`` quotes
another column. No such row, or more than one, is a build warning, and so a failed build.
"""

from __future__ import annotations

import csv
import os
from functools import cache
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from helpers.errors import InputError
from helpers.intake.origins import products_of
from helpers.project import OTHER_RUN
from helpers.source_note import sourced

_LOG = logging.getLogger(__name__)
CHAPTERS = "book/chapters"
KEYS = ("quantity", "product", "member", "scope", "period")


ABSENT = "(not in this run)"
"""Text for a number that a run with other choices does not have."""


def quote_any(reference: str, *, results: Path) -> tuple[str, dict[str, str]]:
    """Return what a reference stands for in a run with other choices than the book's own.

    The sentence around it was written for the book's own run. A value of another period is
    followed by that period; a value the run does not have reads :data:`ABSENT`.

    Parameters
    ----------
    reference : str
    results : Path
        As for :func:`quote`.

    Returns
    -------
    tuple of str and dict
        As from :func:`quote`.
    """
    try:
        return quote(reference, results=results)
    except InputError:
        words, _, manner = reference.partition("|")
        *rest, period = words.split()
        other = _other_period(rest, results=results)
        if other is None or other == period:
            row = dict(zip(KEYS, [*rest[1:], period], strict=False)) | {"unit": ""}
            return ABSENT, row
        again = " ".join([*rest, other]) + (f" |{manner}" if manner else "")
        text, row = quote_any(again, results=results)
        return (text if text == ABSENT else f"{text} ({other})"), row


def _other_period(rest: list[str], *, results: Path) -> str | None:
    """Return the one period for which a table has the quantity, product, member and scope."""
    table = results / f"{rest[0]}.csv"
    if not table.is_file():
        return None
    keys = dict(zip(KEYS, rest[1:], strict=False))
    periods = {row["period"] for row in _read(table) if all(row[key] == keys[key] for key in keys)}
    return periods.pop() if len(periods) == 1 else None


def quote(reference: str, *, results: Path) -> tuple[str, dict[str, str]]:
    """Return the text that a reference to a result stands for, and its row.

    Parameters
    ----------
    reference : str
        ``notebook quantity product member scope period``, optionally followed by
        ``| [column] [format]``; column ``value`` and format ``.2f`` unless told.
    results : Path
        Folder of the result tables.

    Returns
    -------
    tuple of str and dict
        The formatted number, with a true minus sign, and the row it comes from.

    Raises
    ------
    InputError
        If the reference is incomplete, the table is missing, not exactly one row matches, or the
        column holds no number.
    """
    address, _, manner = reference.partition("|")
    words = address.split()
    if len(words) != 1 + len(KEYS):
        raise InputError(
            "A reference to a result is incomplete.",
            where="{result}",
            found=repr(reference),
            accepted=" ".join(("notebook", *KEYS)),
            fix="Write one word for each, with spaces between them.",
        )
    table, keys = results / f"{words[0]}.csv", dict(zip(KEYS, words[1:], strict=True))
    rows = [row for row in _read(table) if all(row[key] == keys[key] for key in KEYS)]
    if len(rows) != 1:
        raise InputError(
            "A result quoted in the text is not one row of its table.",
            file=table.name,
            where=" ".join(words[1:]),
            found=f"{len(rows)} rows",
            accepted="exactly one",
            fix="correct the reference, or let the notebook write that row",
        )
    column, layout = _manner(manner.split())
    try:
        text = format(float(rows[0][column]), layout)
    except (KeyError, ValueError) as error:
        raise InputError(
            "A result quoted in the text has no such number.",
            file=table.name,
            where=f"{' '.join(words[1:])}, column {column!r}, format {layout!r}",
            found=repr(rows[0].get(column)),
            accepted="a column that holds a number in this row, and a format such as .2f",
            fix="Correct the column or the format of the reference.",
        ) from error
    return text.replace("-", "\u2212"), rows[0]


def _manner(words: list[str]) -> tuple[str, str]:
    """Return the column and the format asked for."""
    column = words.pop(0) if words and words[0].isidentifier() else "value"
    return column, words[0] if words else ".2f"


def _read(table: Path) -> tuple[dict[str, str], ...]:
    """Return the rows of a result table."""
    if not table.is_file():
        raise InputError(
            "The text quotes a result table that does not exist.",
            file=table.name,
            found="no such file",
            accepted="the table of a notebook that has run",
            fix=f"run the notebook: sinkbook run {table.stem}",
        )
    return _read_version(table, table.stat().st_mtime_ns)


@cache
def _read_version(table: Path, modified: int) -> tuple[dict[str, str], ...]:
    """Read one version of a table once, however often it is quoted."""
    with table.open(encoding="utf-8", newline="") as stream:
        return tuple(csv.DictReader(stream))


def source_line(row: dict[str, str], notebook: str) -> str:
    """Return what a quoted result is and which chapter computes it, in words."""
    about = ", ".join(row[key] for key in ("product", "scope", "period", "unit") if row.get(key))
    return f"Computed in the chapter {notebook}: {row['quantity'].replace('_', ' ')}; {about}."


class ResultRole(SphinxRole):
    """The role ``{result}``."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the number, or a warning at its place."""
        results = Path(self.env.srcdir) / self.config.results_folder
        read = quote_any if os.environ.get(OTHER_RUN) else quote
        try:
            text, row = read(self.text, results=results)
        except InputError as error:
            _, line = self.get_source_info()
            _LOG.warning(str(error), location=(self.env.docname, line), type="result")
            return [nodes.literal(text=self.text)], []
        notebook = self.text.split()[0]
        page = f"{CHAPTERS}/{notebook}"
        note = source_line(row, notebook)
        product = products_of(page, results=results).get(row["product"])
        if product is not None and product["is_standin"]:
            note += " Reconstructed, not model output."
        return [sourced(text, note=note, kind="result", page=page)], []


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the role and the folder it reads, relative to the source tree."""
    app.setup_extension("helpers.source_note")
    app.add_config_value("results_folder", "results", "env")
    app.add_role("result", ResultRole())
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
