"""The record of computed values: what the book has published, so that none moves unseen.

``data/published/recorded_results.csv`` holds the result rows of the book as it is built by default,
each with a tolerance. A build compares; a value that has left its tolerance needs an entry in
``CHANGELOG.md`` under "Results changed" that names it, and then `sinkbook record` writes the record
anew. The id of a value is what the role ``{result}`` calls it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from helpers import provenance
from helpers.errors import InputError
from helpers.files import write_text
from helpers.results import as_csv

RECORD = Path("data/published/recorded_results.csv")
CHANGELOG = Path("CHANGELOG.md")
HEADING = "Results changed"
COLUMNS = (
    *("notebook", "quantity", "product", "member", "scope", "period", "unit"),
    *("value", "tolerance"),
)
RELATIVE, ABSOLUTE = 1e-4, 1e-6
"""Tolerance of a value that enters the record: this share of it, and at least this much [unit of
the value]. Other processors move a value by far less, and no reader sees so small a change."""

_KEY = list(COLUMNS[:6])
_TEXT = dict.fromkeys(COLUMNS[:7], str)


class Drift(NamedTuple):
    """A value that is not the recorded one; None where it is absent."""

    id: str
    recorded: float | None
    found: float | None
    tolerance: float


def result_id(row: Mapping[str, Any]) -> str:
    """Return what a value is called: the words of the role ``{result}``.

    Examples
    --------
    >>> result_id({"notebook": "sink", "quantity": "annual_mean", "product": "beps",
    ...            "member": "mean", "scope": "China", "period": "2015-2019", "value": 0.4})
    'sink annual_mean beps mean China 2015-2019'
    """
    return " ".join(str(row[name]) for name in _KEY)


def headline(results_dir: Path, *, notebooks: Iterable[str]) -> pd.DataFrame:
    """Return the values that the record holds: every result row that is not a single member's.

    Parameters
    ----------
    results_dir : Path
        Folder of the result tables.
    notebooks : iterable of str
        Notebooks whose tables are read; one without a table adds nothing.

    Returns
    -------
    pandas.DataFrame
        Columns of `COLUMNS`, sorted, each key once.
    """
    parts = []
    for name in sorted(notebooks):
        path = results_dir / f"{name}.csv"
        if path.is_file():
            table = pd.read_csv(path, dtype=_TEXT, keep_default_na=False)
            table["value"] = pd.to_numeric(table["value"], errors="coerce")
            parts.append(table[table["member"] == "mean"].assign(notebook=name))
    if not parts:
        return pd.DataFrame(columns=list(COLUMNS))
    rows = pd.concat(parts, ignore_index=True)
    rows["tolerance"] = (rows["value"].abs() * RELATIVE).clip(lower=ABSOLUTE)
    rows = rows[list(COLUMNS)].drop_duplicates(_KEY)
    return rows.sort_values(_KEY, ignore_index=True)


def read_record(root: Path) -> pd.DataFrame:
    """Return the record; empty when there is none."""
    path = root / RECORD
    if not path.is_file():
        return pd.DataFrame(columns=list(COLUMNS))
    return pd.read_csv(path, dtype=_TEXT, keep_default_na=False)


def drifted(recorded: pd.DataFrame, found: pd.DataFrame) -> list[Drift]:
    """Return recorded values that are gone or have left their tolerance, in order."""
    values = found.set_index(_KEY)["value"].to_dict()
    drifts = []
    for row in recorded.to_dict("records"):
        value = values.get(tuple(row[name] for name in _KEY))
        if value is None or not abs(value - row["value"]) <= row["tolerance"]:
            drifts.append(Drift(result_id(row), float(row["value"]), value, row["tolerance"]))
    return drifts


def announced(changelog: str) -> str:
    """Return what the newest "Results changed" section of a change log says.

    Examples
    --------
    >>> text = ["## [1]", "### Results changed", "- `a`: 1 -> 2", "## [0]", "- older"]
    >>> announced(chr(10).join(text))
    '- `a`: 1 -> 2'
    """
    newest = re.split(r"^## ", changelog, flags=re.MULTILINE)[1:2]
    found = re.search(
        rf"^### {HEADING}\s*$(.*?)(?=^### |\Z)", "".join(newest), re.MULTILINE | re.DOTALL
    )
    return found[1].strip() if found else ""


def check_drift(root: Path, *, results_dir: Path, notebooks: Iterable[str]) -> list[Drift]:
    """Return the announced drifts, or refuse those that are not announced.

    Parameters
    ----------
    root : Path
        Root of the book, with record and change log.
    results_dir : Path
        Folder of the result tables.
    notebooks : iterable of str
        Notebooks that were run with the book's own values.

    Raises
    ------
    InputError
        With file, id and both values of each value that has left its tolerance and is not named in
        the change log.
    """
    notebooks = set(notebooks)
    recorded = read_record(root)
    recorded = recorded[recorded["notebook"].isin(notebooks)]
    drifts = drifted(recorded, headline(results_dir, notebooks=notebooks))
    path = root / CHANGELOG
    text = announced(path.read_text(encoding="utf-8")) if path.is_file() else ""
    silent = [one for one in drifts if f"`{one.id}`" not in text]
    if silent:
        lines = [
            f"{one.id}: recorded {one.recorded:.10g}, found {_shown(one.found)}" for one in silent
        ]
        more = [f"and {len(lines) - 20} more"] if len(lines) > 20 else []
        raise InputError(
            "A computed value has left its tolerance, and nothing announces it.",
            file=f"{silent[0].id.split()[0]}.csv",
            where=silent[0].id,
            found="\n    ".join(["", *lines[:20], *more]),
            accepted=f"the values of {RECORD}, each within its tolerance",
            fix=(
                f"if the change is meant, name each id in `{CHANGELOG}` under '{HEADING}', as "
                "`id`: old -> new, and why; then run: sinkbook record"
            ),
        )
    return drifts


def write_record(
    root: Path, *, results_dir: Path, notebooks: Iterable[str]
) -> tuple[Path, list[Drift]]:
    """Write the record anew and return its path and every value that moved, came or went.

    A tolerance that was set by hand is kept. Notebooks not named keep their rows.

    Parameters
    ----------
    root, results_dir, notebooks
        As in `check_drift`.
    """
    notebooks = set(notebooks)
    old = read_record(root)
    others = old[~old["notebook"].isin(notebooks)]
    new = headline(results_dir, notebooks=notebooks)
    before = old.set_index(_KEY)[["value", "tolerance"]].to_dict("index")
    mine = old[old["notebook"].isin(notebooks)]
    moved = drifted(mine, new)
    for place, row in new.iterrows():
        key = tuple(row[name] for name in _KEY)
        if key not in before:
            moved.append(Drift(result_id(row), None, float(row["value"]), float(row["tolerance"])))
        elif not _is_usual(before[key]):
            new.loc[place, "tolerance"] = before[key]["tolerance"]
    kept = [table for table in (others, new) if len(table)]
    joined = pd.concat(kept, ignore_index=True) if kept else new
    path = write_text(root / RECORD, as_csv(joined.sort_values(_KEY, ignore_index=True)))
    return path, moved


def books_own(
    root: Path, *, values: Mapping[str, Mapping[str, Any]], results_dir: Path
) -> set[str]:
    """Return the notebooks whose results were made with the book's own values.

    Parameters
    ----------
    root : Path
        Root of the book.
    values : mapping
        The book's values, as :func:`helpers.runner.values_of` returns.
    results_dir : Path
        Folder of results and their records of provenance.
    """
    own = set()
    for name, expected in values.items():
        record = provenance.read_record(name, results_dir=results_dir)
        if record and record["parameters"] == provenance.plain(dict(expected), root=root):
            own.add(name)
    return own


def _is_usual(entry: Mapping[str, float]) -> bool:
    """Tell whether a tolerance is the one that values get by themselves."""
    usual = max(abs(entry["value"]) * RELATIVE, ABSOLUTE)
    return abs(entry["tolerance"] - usual) <= 1e-6 * usual


def _shown(value: float | None) -> str:
    return "nothing" if value is None else f"{value:.10g}"
