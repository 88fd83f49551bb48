"""Published numbers against their record: none changes unseen, and corrections stand beside them.

``claims.csv`` and ``evidence.csv`` hold what is printed, errors included. ``recorded_numbers.csv``
is a second copy of every number, so that a slip of the keyboard is caught. ``corrections.csv``
holds what a number should be, with the reason; it never replaces the printed one.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pandas as pd

from helpers import published
from helpers.errors import InputError
from helpers.files import write_text
from helpers.results import as_csv

RECORD = "recorded_numbers.csv"
CORRECTIONS = "corrections.csv"
TABLES = {
    "claims.csv": ("value", "uncertainty", "low", "high"),
    "evidence.csv": ("low", "central", "high", "central_used"),
}
"""Tables on record, with their columns of numbers."""

_CORRECTION_COLUMNS = ("id", "column", "printed", "corrected", "finding", "reason")


class Change(NamedTuple):
    """One number that differs from its record; None where it is absent."""

    table: str
    id: str
    column: str
    recorded: float | None
    found: float | None


def numbers() -> pd.DataFrame:
    """Return every number of the published tables: `table`, `id`, `column`, `value`."""
    parts = []
    for name, columns in TABLES.items():
        table = published.claims() if name == "claims.csv" else published.evidence()
        long = table.set_index("id")[list(columns)].stack().rename_axis(["id", "column"])
        parts.append(long.dropna().rename("value").reset_index().assign(table=name))
    joined = pd.concat(parts, ignore_index=True)[["table", "id", "column", "value"]]
    return joined.sort_values(["table", "id", "column"], ignore_index=True)


def changes() -> list[Change]:
    """Return the published numbers that differ from their record, in its order."""
    path = published.FOLDER / RECORD
    key = ["table", "id", "column"]
    recorded = pd.read_csv(path).set_index(key)["value"] if path.is_file() else None
    found = numbers().set_index(key)["value"]
    if recorded is None:
        recorded = found.iloc[:0]
    both = pd.concat({"recorded": recorded, "found": found}, axis=1).sort_index()
    moved = both[~(both["recorded"] == both["found"])]
    return [
        Change(str(table), str(name), str(column), _given(pair[0]), _given(pair[1]))
        for (table, name, column), pair in zip(moved.index, moved.to_numpy(float), strict=True)
    ]


def check_transcription() -> None:
    """Refuse published numbers that differ from their record.

    Raises
    ------
    InputError
        With file, id, column and both values of each.
    """
    moved = changes()
    if moved:
        lines = [
            f"{one.id}, {one.column}: recorded {one.recorded}, found {one.found}" for one in moved
        ]
        raise InputError(
            "A published number is not the one on record.",
            file=f"data/published/{moved[0].table}",
            where=moved[0].id,
            found="\n    ".join(["", *lines[:12]]),
            accepted=f"the numbers of data/published/{RECORD}",
            fix="restore the number; if the document does print the new one, run: sinkbook record",
        )


def record_transcription() -> tuple[Path, list[Change]]:
    """Write the record of the published numbers anew; return its path and what changed."""
    moved = changes()
    return write_text(published.FOLDER / RECORD, as_csv(numbers())), moved


def corrections() -> pd.DataFrame:
    """Return the corrections of printed numbers.

    Returns
    -------
    pandas.DataFrame
        `id` of the claim, `column`, `printed` and `corrected` as texts, `finding` they belong to,
        and `reason`.

    Raises
    ------
    InputError
        If a correction is about no number of ``claims.csv``, or its printed value is not there.
    """
    path = published.FOLDER / CORRECTIONS
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    if tuple(rows.columns) != _CORRECTION_COLUMNS:
        raise InputError(
            "The corrections have the wrong columns.",
            file=path,
            found=", ".join(rows.columns),
            accepted=", ".join(_CORRECTION_COLUMNS),
            fix="Name the columns so, in this order.",
        )
    claims = published.claims().set_index("id")
    for row in rows.itertuples():
        is_known = row.id in claims.index and row.column in (*TABLES["claims.csv"], "unit")
        printed = claims.loc[row.id, row.column] if is_known else None
        given = row.printed if row.column == "unit" else _float(row.printed)
        if printed is None or printed != given or not row.reason.strip():
            raise InputError(
                "A correction does not fit the claim it is about.",
                file=path,
                where=f"{row.column} of {row.id}",
                found=f"printed {row.printed}, reason {row.reason!r}",
                accepted=f"printed {printed} as in claims.csv, and a reason"
                if is_known
                else "an id and a column of claims.csv",
                fix="Correct the row; what was printed stays as it is in claims.csv.",
            )
    return rows


def _given(value: float) -> float | None:
    return None if pd.isna(value) else float(value)


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
