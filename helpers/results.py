"""Tidy result tables: one row a value, one vocabulary, the same bytes on every run."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.errors import InputError
from helpers.files import write_text
from helpers.project import resolve, shown

SD_KINDS = (
    "interannual",
    "members",
    "experiments",
    "masks",
    "propagated",
    "published-undefined",
    "sampling",
)
UNITS = (
    "Pg C yr-1",
    "g C m-2 yr-1",
    "Pg C yr-2",
    "g C m-2 yr-2",
    "Pg C",
    "t C ha-1",
    "t C ha-1 yr-1",
    "yr",
    "%",
    "1",
    "km2",
    "month",
    "day",
    "m",
)
SCOPES = (
    *("China", "North", "South", "Northwest", "Qinghai-Tibet"),
    *("forest", "shrub", "grass", "crop", "other", "wetland"),
)
FLOAT_FORMAT = "%.10g"
_QUANTITY = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_PERIOD = re.compile(r"\d{4}(-\d{4})?|\d{4}-(0[1-9]|1[0-2])|0[1-9]|1[0-2]|(DJF|MAM|JJA|SON)|static")
_READ_AS: dict[Any, Any] = {"member": str, "period": str, "n": "Int64"}
_KEY = ("quantity", "product", "member", "scope", "period", "unit")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One value with its meaning, its spread and its unit; land uptake positive.

    Parameters
    ----------
    quantity : str
        What the value is, in snake_case: ``annual_mean``, ``annual``, ``share`` …
    product, member : str
        Catalog key, and a member's name or ``mean``.
    scope : str
        ``China``, a region, an ecosystem or ``region/ecosystem``.
    period : str
        ``2015-2019``, ``2017``, ``2017-07``, a season such as ``JJA``, a month of the mean year
        such as ``07``, or ``static``.
    value : float
        Finite, in `unit`.
    unit : str
        One of `UNITS`.
    sd : float, optional
        Spread about `value`, in `unit`, at least 0. Needs `sd_kind`.
    sd_kind : str, optional
        One of `SD_KINDS`. Needs `sd`.
    n : int, optional
        Number of values behind `sd` or `value`.

    Raises
    ------
    InputError
        If a word is outside the vocabulary, a number is not finite, or a spread has no kind.
    """

    quantity: str
    product: str
    member: str = "mean"
    scope: str
    period: str
    value: float
    sd: float | None = None
    sd_kind: str | None = None
    n: int | None = None
    unit: str

    def __post_init__(self) -> None:
        _check_words(self)
        _check_numbers(self)


COLUMNS = tuple(field.name for field in fields(Row))


def to_frame(rows: Iterable[Row]) -> pd.DataFrame:
    """Return result rows as a table with the columns `COLUMNS`, in the order given."""
    frame = pd.DataFrame([asdict(row) for row in rows], columns=list(COLUMNS))
    return frame.astype({"value": float, "sd": float, "n": "Int64"})


def check_results(frame: pd.DataFrame) -> pd.DataFrame:
    """Return `frame` as a valid result table: every row checked, none twice.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns of `COLUMNS`, in any order; ``member``, ``sd``, ``sd_kind`` and ``n`` may be absent.

    Raises
    ------
    InputError
        If a column is missing or unknown, a row breaks the rules of `Row`, or two rows have the
        same quantity, product, member, scope, period and unit.
    """
    optional = {
        field.name for field in fields(Row) if field.name in ("member", "sd", "sd_kind", "n")
    }
    found = set(frame.columns)
    if not set(COLUMNS) - optional <= found <= set(COLUMNS):
        raise InputError(
            "A result table has the wrong columns.",
            where="columns",
            found=", ".join(map(str, frame.columns)),
            accepted=", ".join(COLUMNS),
            fix="Make it with `to_frame`.",
        )
    records = frame.astype(object).to_dict("records")
    table = to_frame(Row(**_without_gaps(record)) for record in records)
    twice = table.duplicated(list(_KEY))
    if twice.any():
        raise InputError(
            "A result table gives one value twice.",
            where=f"row {int(twice.to_numpy().argmax()) + 1}",
            found=" ".join(map(str, table.loc[twice, list(_KEY)].iloc[0])),
            accepted=f"one row for each {', '.join(_KEY)}",
            fix="Leave one of them out.",
        )
    return table


def write_results(
    rows: pd.DataFrame | Iterable[Row], *, notebook: str, results_dir: str | Path
) -> Path:
    """Write ``<results_dir>/<notebook>.csv`` atomically and return its path.

    Parameters
    ----------
    rows : pandas.DataFrame or iterable of Row
        See `check_results`. The order is kept.
    notebook : str
        Name of the notebook, without suffix.
    results_dir : str or Path
        Folder; taken from the root of the book when relative.

    Raises
    ------
    InputError
        As `check_results`.
    """
    frame = rows if isinstance(rows, pd.DataFrame) else to_frame(rows)
    path = resolve(results_dir) / f"{notebook}.csv"
    return write_text(path, as_csv(check_results(frame)))


def read_results(notebook: str, *, results_dir: str | Path) -> pd.DataFrame:
    """Return the checked result table of a notebook.

    Raises
    ------
    InputError
        If the table is missing or breaks the rules.
    """
    path = resolve(results_dir) / f"{notebook}.csv"
    if not path.is_file():
        raise InputError("No result table.", file=shown(path), found="no such file",
                         accepted="the table of a run", fix=f"sinkbook run {notebook}")  # fmt: skip
    return check_results(pd.read_csv(path, dtype=_READ_AS))


def as_csv(frame: pd.DataFrame) -> str:
    """Return a table as CSV text with ten significant digits and no negative zero."""
    numbers = frame.select_dtypes("float").columns
    frame = frame.assign(**{name: frame[name] + 0.0 for name in numbers})
    return frame.to_csv(index=False, float_format=FLOAT_FORMAT, lineterminator="\n")


def accept(word: object, *, where: str, accepted: Iterable[str]) -> None:
    """Refuse a word outside a vocabulary, naming its nearest match.

    Raises
    ------
    InputError
        If `word` is not in `accepted`.
    """
    words = list(accepted)
    if word not in words:
        near = get_close_matches(str(word), words, n=1)
        raise InputError(
            "A word is outside the vocabulary.",
            where=where,
            found=repr(word),
            accepted=", ".join(words),
            fix=f"did you mean {near[0]!r}?" if near else "Use one of the accepted words.",
        )


def _check_words(row: Row) -> None:
    """Refuse a row with a word outside the vocabulary."""
    for name, pattern, accepted in (
        ("quantity", _QUANTITY, "snake_case"),
        ("period", _PERIOD, "2015-2019, 2017, 2017-07, JJA, 07 or static"),
    ):
        found = getattr(row, name)
        if not isinstance(found, str) or not pattern.fullmatch(found):
            raise InputError(
                f"A result has no valid {name}.", where=name, found=repr(found),
                accepted=accepted, fix=f"Correct `{name}`.",
            )  # fmt: skip
    for name in ("product", "member", "scope"):
        found = getattr(row, name)
        if not isinstance(found, str) or not found or found != found.strip():
            raise InputError(
                f"A result has no {name}.", where=name, found=repr(found), accepted="a word",
                fix=f"Give `{name}` without blanks around it.",
            )  # fmt: skip
    for part in row.scope.split("/"):
        known = {_folded(scope): scope for scope in SCOPES}.get(_folded(part), part)
        accept(part, where="scope", accepted=[known])
    accept(row.unit, where="unit", accepted=UNITS)
    if row.sd_kind is not None:
        accept(row.sd_kind, where="sd_kind", accepted=SD_KINDS)


def _check_numbers(row: Row) -> None:
    """Refuse numbers that are not finite and a spread without a kind, or the reverse."""
    where = f"{row.quantity} {row.product} {row.member} {row.scope} {row.period}"
    if not is_finite(row.value):
        raise InputError("A result is not a finite number.", where=where, found=row.value,
                         accepted="a finite number", fix="Refuse the input.")  # fmt: skip
    if (row.sd is None) != (row.sd_kind is None):
        raise InputError(
            "A spread must come with its kind, and a kind with its spread.",
            where=where,
            found=f"sd {row.sd}, sd_kind {row.sd_kind}",
            accepted=f"sd_kind: {', '.join(SD_KINDS)}",
            fix="Give both, or neither.",
        )
    if row.sd is not None and not (is_finite(row.sd) and row.sd >= 0):
        raise InputError(
            "A spread is not a finite number of at least 0.", where=where, found=row.sd,
            accepted="0 or more", fix="Leave it out where there is none.",
        )  # fmt: skip
    if row.n is not None and (isinstance(row.n, bool) or int(row.n) != row.n or row.n < 1):
        raise InputError("n is not a whole number of at least 1.", where=where, found=row.n,
                         accepted="1, 2, ...", fix="Give what was counted.")  # fmt: skip


def is_finite(value: object) -> bool:
    """Tell whether a value is a finite number, and not a truth value."""
    try:
        return not isinstance(value, bool) and math.isfinite(value)  # type: ignore[arg-type]
    except TypeError:
        return False


def _folded(word: str) -> str:
    """Return a word without case and with plain hyphens, for near matches."""
    return re.sub(r"[\u2010-\u2015\s_]", "-", word).casefold()


def _without_gaps(record: Mapping[Any, Any]) -> dict[str, Any]:
    """Return a record with its missing optional entries left out."""
    optional = ("member", "sd", "sd_kind", "n")
    return {
        str(name): value
        for name, value in record.items()
        if name not in optional or not (value is None or value == "" or pd.isna(value))
    }
