"""The printed form of the CEOS national CO2 budgets: column names, rows and digits."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.errors import InputError
from helpers.files import check_readable

EXPERIMENTS = ("IS", "LNLG", "LNLGIS", "LNLGOGIS")
"""Inversion experiments of the table."""

SHARED = "all"
"""Entry of `experiment` for terms that are the same in all of them."""

HEADER_LINES = 52
"""Lines before the column names in version 1 of the file."""

UNIT = "TgCO2"
"""Unit in every column name of the budget; the values are per year."""

SHARED_COLUMNS = {
    "rivers": ("Rivers", "River unc"),
    "wood_crop": ("Wood+Crop", "Wood+Crop unc"),
    "fossil": ("FF", "FF unc"),
}
"""Quantity of the terms that do not depend on the experiment, with their columns."""


CONSTRAINTS = {"z_statistic": "Z-statistic", "fur": "FUR {experiment}"}
"""How far the observations decide: LNLG against IS, and reduction of the prior spread [1]."""


def columns() -> dict[tuple[str, str], tuple[str, str]]:
    """Return, for each experiment and quantity, the columns of value and uncertainty."""
    named = {
        (experiment, quantity): (f"{experiment} {quantity}", f"{experiment} {quantity} unc")
        for quantity in ("dC_loss", "NBE", "NCE")
        for experiment in EXPERIMENTS
    }
    named |= {(SHARED, quantity): pair for quantity, pair in SHARED_COLUMNS.items()}
    return {key: (f"{v} ({UNIT})", f"{u} ({UNIT})") for key, (v, u) in named.items()}


def rows_as_text(path: Path) -> tuple[pd.DataFrame, list[str]]:
    """Return the table as text, found by its column names, and notices.

    Raises
    ------
    InputError
        If the file is not that table, a column is missing, or a row has no year or is repeated.
    """
    if not path.is_file() or path.stat().st_size == 0:
        raise InputError(
            "The table is missing or empty.",
            file=path,
            found="0 bytes" if path.is_file() else "nothing",
            accepted="pilot_topdown_CO2_Budget_countries_v1.csv",
            fix="Download it from the CEOS greenhouse gas pages and give its path.",
        )
    lines, notices = _lines(path)
    first = next((i for i, s in enumerate(lines) if s.startswith("Alpha 3 Code,")), None)
    if first is None:
        head = next((s.strip() for s in lines if s.strip()), "")
        raise InputError(
            "The file is not the national budget table.",
            file=path,
            found="a web page (HTML)" if head.startswith("<") else repr(head[:60]),
            accepted="a line of column names that starts with 'Alpha 3 Code,'",
            fix="Fetch the csv itself, not the page about it.",
        )
    wide = _parsed(lines[first:], path)
    needed = ["Alpha 3 Code", "Year", *(name for pair in columns().values() for name in pair)]
    absent = [name for name in needed if name not in wide.columns]
    if absent:
        raise InputError(
            "Columns are missing.",
            file=path,
            where=f"line {first + 1}",
            found="absent: " + ", ".join(absent[:6]),
            accepted=f"the columns of version 1, values in {UNIT}",
            fix="Use version 1 of the table.",
        )
    _check_rows(wide, path)
    moved = f"column names in line {first + 1}, expected in line {HEADER_LINES + 1}"
    return wide, notices + ([moved] if first != HEADER_LINES else [])


def _lines(path: Path) -> tuple[list[str], list[str]]:
    """Return the lines of a text file, and a notice where its comments are not UTF-8."""
    check_readable(path)
    content = path.read_bytes()
    lines = content.decode("utf-8-sig", errors="replace").splitlines()
    damaged = [i for i, line in enumerate(lines, 1) if "\ufffd" in line]
    head = next((i for i, s in enumerate(lines, 1) if s.startswith("Alpha 3 Code,")), None)
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    if wide or (head is not None and any(i >= head for i in damaged)):
        raise InputError(
            "The table is not in UTF-8.",
            file=path,
            where=None if wide else f"line {max(damaged)}",
            found="UTF-16" if wide else "bytes that are no character",
            accepted="UTF-8",
            fix="Save it again as UTF-8, or fetch it again.",
        )
    return lines, [f"not UTF-8, in comments: line {i}" for i in damaged if head is not None]


def _parsed(lines: list[str], path: Path) -> pd.DataFrame:
    names, *rows = csv.reader(lines)
    for number, row in enumerate(rows, 1):
        if row and len(row) != len(names):
            found = f"row {number} below the names has {len(row)} cells, not {len(names)}"
            raise _damaged(path, found)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise _damaged(path, f"column {twice[0]!r} twice")
    wide = pd.DataFrame([row for row in rows if row], columns=names, dtype=str)
    return wide.rename(columns=str.strip)


def _damaged(path: Path, found: str) -> InputError:
    return InputError(
        "The table is damaged.",
        file=path,
        found=found,
        accepted="every row as long as the line of names, every name once",
        fix="Fetch the file again.",
    )


def _check_rows(wide: pd.DataFrame, path: Path) -> None:
    years = wide["Year"]
    wrong = years[~years.str.fullmatch(r"\d{4}|mean")]
    repeated = wide[wide.duplicated(["Alpha 3 Code", "Year"])]
    if len(wrong) or len(repeated):
        row = wide.loc[wrong.index[0] if len(wrong) else repeated.index[0]]
        raise InputError(
            "A row has no year." if len(wrong) else "A country and year appear twice.",
            file=path,
            where="Alpha 3 Code, Year",
            found=f"{row['Alpha 3 Code']}, {row['Year']!r}",
            accepted="each country once a year, and once as 'mean'",
            fix="Fetch the file again.",
        )


def numbers(wide: pd.DataFrame, name: str, *, file: Path) -> pd.Series:
    """Return a column as numbers, refusing anything but a number or 'nan'."""
    result = pd.to_numeric(wide[name], errors="coerce").astype(float)
    wrong = ~np.isfinite(result) & (wide[name].str.strip().str.lower() != "nan")
    if wrong.any():
        row = wide.loc[wrong.idxmax()]
        raise InputError(
            "A cell is not a number.",
            file=file,
            where=f"{name}, {row['Alpha 3 Code']} {row['Year']}",
            found=repr(row[name]),
            accepted="a number, or 'nan' for an unknown uncertainty",
            fix="Fetch the file again.",
        )
    return result


def half_digit(printed: str) -> float:
    """Return half of the last printed digit of a number: how far rounding may have moved it.

    Examples
    --------
    >>> half_digit("-2.71662e+03")
    0.005
    """
    match = re.fullmatch(r"[-+]?\d+(?:\.(\d*))?(?:[eE]([-+]?\d+))?", printed.strip())
    if match is None:
        return float("nan")
    return 5.0 * 10.0 ** (int(match[2] or 0) - len(match[1] or "") - 1)
