"""Measured Q10 of soil respiration: the global soil respiration database, read and summed up.

The file is the reader's own (SRDB version 5, MIT licence; Jian et al. 2021); nothing of it is part
of the book, and only summary statistics leave this module for a page.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from helpers.errors import InputError
from helpers.project import resolve

EQUATIONS = "srdb-equations.csv"
"""File with the Q10 columns, beside the data file; joined by `Record_number`."""

RANGES: dict[str, str] = {
    "Q10_0_10": "0–10 °C",
    "Q10_5_15": "5–15 °C",
    "Q10_10_20": "10–20 °C",
    "Q10_0_20": "0–20 °C",
}
"""Columns of Q10 with the range of soil temperature each is about."""

MIDDLES: dict[str, float] = {"Q10_0_10": 5.0, "Q10_5_15": 10.0, "Q10_10_20": 15.0}
"""Middle of the ranges that span ten degrees [degC]."""

HIGHEST_SOIL, LARGEST_Q10 = 6000.0, 20.0
"""Above these a record is taken for an error: elevation of a soil [m], and Q10."""

_DATA = ("Record_number", "Study_number", "Country", "Latitude", "Longitude", "Elevation",
         "Manipulation", "Quality_flag", "Duplicate_record")  # fmt: skip
_DOUBTFUL = r"Q1\d"
_UNTREATED = ("", "none", "control")


def read_records(data_file: str | Path) -> pd.DataFrame:
    """Return the records that have a Q10, with place, treatment and quality flags.

    Parameters
    ----------
    data_file : str or Path
        ``srdb-data.csv`` (Latin-1), with ``srdb-equations.csv`` in the same folder.

    Returns
    -------
    pandas.DataFrame
        Columns of `_DATA` and of :data:`RANGES`; texts are never missing, numbers may be NaN.

    Raises
    ------
    InputError
        If a file is absent, a column is missing, a number cannot be read, or a record stands twice.
    """
    path = resolve(data_file)
    data = _table(path, _DATA)
    equations = _table(path.with_name(EQUATIONS), ("Record_number", *RANGES))
    records = data[list(_DATA)].merge(equations[["Record_number", *RANGES]], on="Record_number")
    for name in ("Latitude", "Longitude", "Elevation", *RANGES):
        records[name] = _numbers(records, name, path=path)
    return records[records[list(RANGES)].notna().any(axis=1)].reset_index(drop=True)


def accepted(
    records: pd.DataFrame,
    *,
    country: str = "China",
    lowest: float = 3000.0,
    inside: shapely.Geometry | None = None,
) -> pd.DataFrame:
    """Return the records of a country above an elevation that pass the quality filter.

    Parameters
    ----------
    records : pandas.DataFrame
        From :func:`read_records`.
    country : str
        As the database writes it, without blanks around it; every country if empty.
    lowest : float
        Least elevation [m]; minus infinity keeps records without one.
    inside : shapely.Geometry, optional
        Region that the coordinates must lie in [degrees].

    Returns
    -------
    pandas.DataFrame
        Untreated plots only, no known duplicate, no flag from Q10 to Q19 (problem, duplicate or
        inconsistency), elevation up to :data:`HIGHEST_SOIL`, and Q10 above 0 and up to
        :data:`LARGEST_Q10`; others become NaN.
    """
    untreated = records["Manipulation"].str.strip().str.lower().isin(_UNTREATED)
    sound = ~records["Quality_flag"].str.contains(_DOUBTFUL, regex=True)
    single = records["Duplicate_record"].str.strip().isin(("", "NA"))
    here = (records["Country"].str.strip() == country) | (country == "")
    high = records["Elevation"].between(lowest, HIGHEST_SOIL)
    if np.isneginf(lowest):
        high |= records["Elevation"].isna()
    if inside is not None:
        here &= shapely.contains_xy(inside, records["Longitude"], records["Latitude"])
    kept = records[untreated & sound & single & here & high].copy()
    values = kept[list(RANGES)]
    kept[list(RANGES)] = values.where((values > 0) & (values <= LARGEST_Q10))
    return kept[kept[list(RANGES)].notna().any(axis=1)]


def summary(records: pd.DataFrame) -> pd.DataFrame:
    """Return median and quartiles of Q10 by range of temperature, over studies.

    Returns
    -------
    pandas.DataFrame, index temperature
        `records`, `studies`, `median`, `low`, `high` (quartiles) and `log_sd`, the standard
        deviation of ln Q10 (NaN for a single study). Each study counts once, by the median of its
        records, because its plots repeat one another.
    """
    rows = []
    for column, words in RANGES.items():
        known = records.dropna(subset=[column])
        if known.empty:
            continue
        studies = known.groupby("Study_number")[column].median()
        rows.append(
            {"temperature": words, "records": len(known), "studies": len(studies),
             "median": float(studies.median()), "low": float(studies.quantile(0.25)),
             "high": float(studies.quantile(0.75)), "log_sd": float(np.log(studies).std(ddof=1))}
        )  # fmt: skip
    columns = ["temperature", "records", "studies", "median", "low", "high", "log_sd"]
    return pd.DataFrame(rows, columns=columns).set_index("temperature")


def share_fitted_constant(records: pd.DataFrame, *, within: float = 0.01) -> tuple[float, int]:
    """Return the share of records whose Q10 at 0–10 and 10–20 °C are equal, and their number.

    Equal values come from fitting an exponential, which has one Q10 by construction: such records
    cannot show whether Q10 falls with temperature.

    Raises
    ------
    InputError
        If no record has both.
    """
    both = records.dropna(subset=["Q10_0_10", "Q10_10_20"])
    if both.empty:
        raise InputError("No record has a Q10 at both temperatures.", where="Q10_0_10, Q10_10_20",
                         found=f"{len(records)} records, none with both",
                         accepted="records with Q10_0_10 and Q10_10_20",
                         fix="Give all records of the database, not a selection.")  # fmt: skip
    equal = (both["Q10_0_10"] / both["Q10_10_20"] - 1).abs() <= within
    return float(equal.mean()), len(both)


def marks(table: pd.DataFrame | None) -> pd.DataFrame | None:
    """Return medians as points for a chart of Q10 against temperature: ``series, x, value``."""
    if table is None:
        return None
    rows = [
        {"series": "plateau soils, median of studies", "x": middle,
         "value": float(table.loc[RANGES[column], "median"])}
        for column, middle in MIDDLES.items()
        if RANGES[column] in table.index
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["series", "x", "value"])


def log_spread(table: pd.DataFrame | None, *, default: float) -> float:
    """Return the SD of ln Q10 in the range of temperature with most studies, or `default`."""
    known = None if table is None else table["log_sd"].dropna()
    if table is None or known is None or known.empty:
        return default
    return float(known[table.loc[known.index, "studies"].idxmax()])


def _table(path: Path, needed: tuple[str, ...]) -> pd.DataFrame:
    if not path.is_file():
        raise InputError(
            "A file of the soil respiration database is missing.", file=path, found="nothing",
            accepted=f"srdb-data.csv with {EQUATIONS} beside it",
            fix="Give the path of srdb-data.csv, or None to leave the records out.",
        )  # fmt: skip
    table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="latin-1")
    absent = [name for name in needed if name not in table.columns]
    if absent:
        raise InputError(
            "A column of the soil respiration database is missing.", file=path,
            found="absent: " + ", ".join(absent), accepted=", ".join(needed),
            fix="Use version 5 of the database.",
        )  # fmt: skip
    twice = table["Record_number"].duplicated()
    if twice.any():
        raise InputError("A record stands twice.", file=path, where="Record_number",
                         found=table.loc[twice, "Record_number"].iloc[0],
                         accepted="each record once",
                         fix="Remove the repeat, or fetch the database again.")  # fmt: skip
    return table


def _numbers(records: pd.DataFrame, name: str, *, path: Path) -> pd.Series:
    text = records[name].str.strip().replace("NA", "")
    values = pd.to_numeric(text.where(text != ""), errors="coerce")
    wrong = values.isna() & (text != "")
    if wrong.any():
        raise InputError(
            "A number of the soil respiration database cannot be read.", file=path,
            where=f"{name} of record {records.loc[wrong, 'Record_number'].iloc[0]}",
            found=repr(text[wrong].iloc[0]), accepted="a number, NA or nothing",
            fix="Correct the entry, or fetch the database again.",
        )  # fmt: skip
    return values.astype(float)
