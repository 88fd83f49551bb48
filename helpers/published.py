"""Published values: the claims of the source documents and the estimates they are compared with.

The tables are typed from the documents, never computed, and stay apart from every result.
"""

from __future__ import annotations

import dataclasses
import difflib
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.errors import InputError
from helpers.published_schema import ClaimRow, EvidenceRow, check_rows

FOLDER = Path(__file__).resolve().parents[1] / "data" / "published"
"""Where the tables are."""

_CLAIM_NUMBERS = ("value", "uncertainty", "low", "high")
_EVIDENCE_NUMBERS = ("low", "central", "high", "central_used")
_CLAIM_COLUMNS = (
    "id", "source", "locator", "topic", "quantity", "product_or_study", "period", "scope",
    "value", "uncertainty", "low", "high", "unit", "kind", "cites", "note",
)  # fmt: skip
_EVIDENCE_COLUMNS = (
    "id", "category", "study", "pub_year", "method_class", "estimate_type", "period_start",
    "period_end", "low", "central", "high", "central_used", "bound_type", "unit", "scope",
    "national", "source_document", "locator", "as_printed", "duplicate_of", "note",
)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Claim:
    """One claim of a source document.

    Attributes
    ----------
    id, source, locator : str
        Its key in ``claims.csv``, the document (see `SOURCES` of the schema) and the place in it.
    value, uncertainty, low, high : float or None
        As printed; None where the claim has none. The source seldom says what an uncertainty is:
        its kind is ``published-undefined``.
    unit : str
        Unit of these numbers; empty for claims without one.
    kind : str
        ``number``, ``range``, ``percent``, ``ranking``, ``sign`` or ``qualitative``.
    quantity, product_or_study, period, scope : str
        What it is about.
    """

    id: str
    source: str
    locator: str
    value: float | None
    uncertainty: float | None
    low: float | None
    high: float | None
    unit: str
    kind: str
    quantity: str
    product_or_study: str
    period: str
    scope: str


def claims() -> pd.DataFrame:
    """Return all claims, one a row, indexed by nothing; texts are never missing.

    Returns
    -------
    pandas.DataFrame
        Columns of ``data/published/claims.csv``; value, uncertainty, low and high are float64 with
        NaN where the claim gives none.

    Raises
    ------
    InputError
        If the table is absent, a column is missing, a number cannot be read, an id is repeated,
        or a row breaks the schema of :mod:`helpers.published_schema`.
    """
    return _checked(FOLDER / "claims.csv", ClaimRow)


def evidence() -> pd.DataFrame:
    """Return published estimates of China's sinks, in Pg C yr-1, as :func:`claims` does."""
    return _checked(FOLDER / "evidence.csv", EvidenceRow)


def claim(identifier: str) -> Claim:
    """Return one claim.

    Parameters
    ----------
    identifier : str
        Such as ``"z24-national-beps"``.

    Raises
    ------
    InputError
        If there is none of that id, with the nearest ids.

    Examples
    --------
    >>> beps = claim("z24-national-beps")
    >>> beps.value, beps.uncertainty, beps.unit
    (0.38, 0.04, 'Pg C yr-1')
    """
    table = claims()
    rows = table[table["id"] == identifier]
    if rows.empty:
        near = difflib.get_close_matches(identifier, table["id"], n=4, cutoff=0.5)
        raise InputError(
            "Unknown claim.",
            file="data/published/claims.csv",
            where="id",
            found=repr(identifier),
            accepted="such as " + ", ".join(near or list(table["id"][:3])),
            fix="Correct the id.",
        )
    row = rows.iloc[0]
    fields: dict[str, Any] = {f.name: row[f.name] for f in dataclasses.fields(Claim)}
    fields |= {name: _number(row[name]) for name in _CLAIM_NUMBERS}
    return Claim(**fields)


def decimals(identifier: str) -> dict[str, int]:
    """Return with how many decimals each number of a claim is typed, by column.

    Examples
    --------
    >>> decimals("z24-lit-yang22")["low"]  # 0.20
    2
    """
    path = FOLDER / "claims.csv"
    return _decimals(path, path.stat().st_mtime_ns)[identifier]


@cache
def _decimals(path: Path, version: int) -> dict[str, dict[str, int]]:
    texts = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    texts = texts.set_index("id")[list(_CLAIM_NUMBERS)]
    counts = texts.map(lambda text: len(text.partition(".")[2]))
    records = counts.to_dict("index")
    return {str(name): {str(k): int(v) for k, v in row.items()} for name, row in records.items()}


def _number(value: float) -> float | None:
    return None if pd.isna(value) else float(value)


def _checked(path: Path, model: type[ClaimRow] | type[EvidenceRow]) -> pd.DataFrame:
    """Return a table of its own to each caller, read and checked once for each version of it."""
    version = path.stat().st_mtime_ns if path.is_file() else 0
    return _read_version(path, model, version=version).copy()


@cache
def _read_version(path: Path, model: type[Any], *, version: int) -> pd.DataFrame:
    is_claims = model is ClaimRow
    columns = _CLAIM_COLUMNS if is_claims else _EVIDENCE_COLUMNS
    numbers = _CLAIM_NUMBERS if is_claims else _EVIDENCE_NUMBERS
    return check_rows(_table(path, columns, numbers=numbers), model, file=path)


def _table(path: Path, columns: tuple[str, ...], *, numbers: tuple[str, ...]) -> pd.DataFrame:
    if not path.is_file():
        raise InputError(
            "A published table is missing.",
            file=path,
            found="nothing",
            accepted="a csv",
            fix="Restore the folder data/published of the repository.",
        )
    table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    absent = [name for name in columns if name not in table.columns]
    if absent:
        raise _damaged(
            path, "columns", found="absent: " + ", ".join(absent), accepted=", ".join(columns)
        )
    repeated = table.loc[table["id"].duplicated() | (table["id"] == ""), "id"]
    if len(repeated):
        raise _damaged(
            path, "id", found=repr(repeated.iloc[0]), accepted="each id once, none empty"
        )
    for name in numbers:
        values = pd.to_numeric(table[name].replace("", "nan"), errors="coerce")
        wrong = values.isna() & (table[name] != "")
        if wrong.any():
            row = table.loc[wrong.idxmax()]
            raise _damaged(
                path,
                f"{name} of {row['id']}",
                found=repr(row[name]),
                accepted="a number or nothing",
            )
        table[name] = values.astype(float)
    return table


def _damaged(path: Path, where: str, *, found: str, accepted: str) -> InputError:
    return InputError(
        "A published table is damaged.",
        file=path,
        where=where,
        found=found,
        accepted=accepted,
        fix="Correct that cell.",
    )
