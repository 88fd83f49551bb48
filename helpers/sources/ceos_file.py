"""The printed form of the CEOS national CO2 budgets: column names, rows and digits."""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.errors import InputError

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
    lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
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
    return wide, [moved] if first != HEADER_LINES else []


def _parsed(lines: list[str], path: Path) -> pd.DataFrame:
    try:
        wide = pd.read_csv(io.StringIO("\n".join(lines)), dtype=str, keep_default_na=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise InputError("The table is damaged.", file=path, found=str(error)) from error
    return wide.rename(columns=str.strip)


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
