"""Annual carbon balance of flux towers from FLUXNET2015 monthly files of the reader's own."""

from __future__ import annotations

import calendar
import re
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from helpers import evidence
from helpers.errors import InputError
from helpers.project import resolve

PLACES = "flux_sites.csv"
"""Published table of site coordinates."""

FLUX, QUALITY, MISSING = "NEE_VUT_REF", "NEE_VUT_REF_QC", -9999.0
"""Column of the flux [g C m-2 d-1, positive to the atmosphere], of its quality, and no value."""

_NAME = re.compile(r"FLX_([A-Z]{2}-\w{3})_FLUXNET2015_SUBSET_MM_.*\.csv")


def read_years(folder: str | Path) -> pd.DataFrame:
    """Return the balance of each site and complete year.

    Parameters
    ----------
    folder : str or Path
        Holds files such as ``FLX_CN-HaM_FLUXNET2015_SUBSET_MM_2002-2004_1-4.csv``.

    Returns
    -------
    pandas.DataFrame
        `site`, `year`, `uptake` [g C m-2 yr-1, land uptake positive], `measured` [1], the mean
        share of half hours measured or filled with confidence. Years with a month missing are left
        out.

    Raises
    ------
    InputError
        If the folder holds no such file, or a file lacks a column or has a wrong date.

    Notes
    -----
    uptake = -sum over months of NEE times the days of the month.
    """
    path = resolve(folder)
    files = sorted(p for p in path.glob("*.csv") if _NAME.fullmatch(p.name))
    if not files:
        raise InputError(
            "No monthly files of flux towers.", file=path, found="none",
            accepted="FLX_<site>_FLUXNET2015_SUBSET_MM_<years>_<version>.csv",
            fix="Give their folder, or None to leave the sites out.",
        )  # fmt: skip
    return pd.concat([_years_of(file) for file in files], ignore_index=True)


def _years_of(file: Path) -> pd.DataFrame:
    matched = _NAME.fullmatch(file.name)
    table = pd.read_csv(file, dtype={"TIMESTAMP": str})
    absent = [name for name in ("TIMESTAMP", FLUX, QUALITY) if name not in table]
    if matched is None or absent:
        raise InputError("A file of a flux tower lacks a column.", file=file,
                         found="absent: " + ", ".join(absent),
                         accepted=f"TIMESTAMP, {FLUX}, {QUALITY}",
                         fix="Take the monthly file as it was downloaded.")  # fmt: skip
    wrong = ~table["TIMESTAMP"].str.fullmatch(r"\d{4}(0[1-9]|1[0-2])")
    if wrong.any() or table["TIMESTAMP"].duplicated().any():
        raise InputError("A file of a flux tower has a wrong or repeated month.", file=file,
                         found=", ".join(table.loc[wrong, "TIMESTAMP"].head(3)) or "a repetition",
                         accepted="each month once, as 200207",
                         fix="Take the monthly file as it was downloaded.")  # fmt: skip
    year = table["TIMESTAMP"].str[:4].astype(int)
    month = table["TIMESTAMP"].str[4:].astype(int)
    days = [calendar.monthrange(y, m)[1] for y, m in zip(year, month, strict=True)]
    flux = table[FLUX].where(table[FLUX] > MISSING + 1)
    quality = table[QUALITY].where(table[QUALITY] > MISSING + 1)
    months = pd.DataFrame({"year": year, "uptake": -flux * np.array(days), "measured": quality})
    grouped = months.groupby("year")
    complete = grouped["uptake"].count() == 12
    years = pd.DataFrame(
        {"uptake": grouped["uptake"].sum(), "measured": grouped["measured"].mean()}
    )[complete]
    return years.reset_index().assign(site=matched[1])[["site", "year", "uptake", "measured"]]


def places() -> pd.DataFrame:
    """Return `lat`, `lon` [degrees] and `ecosystem` of the Chinese sites, index site."""
    table = evidence.further(PLACES).set_index("id")
    return table.assign(**{name: table[name].astype(float) for name in ("lat", "lon")})


def inside(years: pd.DataFrame, region: shapely.Geometry) -> pd.DataFrame:
    """Return the mean of each site in a region.

    Returns
    -------
    pandas.DataFrame, index site
        `ecosystem`, `years`, `uptake` (mean), `low`, `high` (least and largest year)
        [g C m-2 yr-1] and `measured` [1]. Sites that the book has no coordinates of are refused.

    Raises
    ------
    InputError
        If a site is not in the table of coordinates.
    """
    known = places()
    unknown = sorted(set(years["site"]) - set(known.index))
    if unknown:
        raise InputError("A flux tower has no coordinates in the book.", where="site",
                         found=", ".join(unknown[:8]),
                         accepted=", ".join(known.index),
                         fix=f"Add it to data/published/{PLACES}.")  # fmt: skip
    here = known[shapely.contains_xy(region, known["lon"], known["lat"])]
    mine = years[years["site"].isin(here.index)].groupby("site")
    table = pd.DataFrame(
        {"years": mine["year"].count(), "uptake": mine["uptake"].mean(),
         "low": mine["uptake"].min(), "high": mine["uptake"].max(),
         "measured": mine["measured"].mean()}
    )  # fmt: skip
    return here[["ecosystem"]].join(table, how="inner").rename_axis("site")
