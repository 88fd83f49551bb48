"""A benchmark in words: lines for the terminal and tables for the book."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from helpers.bench.plan import TITLES
from helpers.bench.summary import Row
from helpers.bench.targets import TARGETS

_DIGITS = 3


def number(value: float) -> str:
    """Return a number with three digits, and no more than are there.

    Examples
    --------
    >>> number(0.8371), number(12.34), number(1234.5)
    ('0.837', '12.3', '1230')
    """
    if value == 0:
        return "0"
    return f"{float(f'{value:.{_DIGITS}g}'):.10g}"


def lines(rows: Iterable[Row]) -> list[str]:
    """Return a benchmark as lines of text."""
    rows = list(rows)
    result = []
    for row in rows:
        if row.measure == "seconds":
            peak = _find(rows, "peak_mb", like=row)
            result.append(
                f"{TITLES.get(row.name, row.name)} [{row.size}]: {number(row.value)} s "
                f"({number(row.low)} to {number(row.high)}, n = {row.n}), "
                f"{number(peak.value)} MB"
            )
    for row in rows:
        if row.measure == "slope":
            result.append(f"slope of {TITLES[row.name]}: {number(row.value)} {row.unit}")
    return [*result, *(verdict(row) for row in rows if row.measure == "target")]


def _find(rows: Sequence[Row], measure: str, *, like: Row) -> Row:
    return next(
        row for row in rows if (row.measure, row.name, row.size) == (measure, like.name, like.size)
    )


def verdict(row: Row) -> str:
    """Return a line that says whether a target is met."""
    return (
        f"{'met   ' if row.met == 'yes' else 'MISSED'} {asked(row)}: {number(row.value)} {row.unit}"
    ).rstrip() + f" ({number(row.low)} to {number(row.high)}, n = {row.n})"


def asked(row: Row) -> str:
    """Return what a target asks for."""
    target = next(one for one in TARGETS if one.name == row.name)
    return target.says.format(limit=number(target.limit))
