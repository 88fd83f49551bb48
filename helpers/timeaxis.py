"""Months: their starts, lengths, completeness and the means weighted by them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from helpers.constants import SECONDS_PER_DAY
from helpers.errors import InputError

YEARS = (1678, 2261)
"""Years that dates of nanoseconds can hold."""


def month_starts(start_year: int, end_year: int) -> pd.DatetimeIndex:
    """Return the first day of every month from January of one year to December of another.

    Raises
    ------
    InputError
        If `end_year` lies before `start_year`, or a year cannot be a date.
    """
    if not all(YEARS[0] <= year <= YEARS[1] for year in (start_year, end_year)):
        raise InputError(
            "A year is out of range.",
            where="start_year, end_year",
            found=f"{start_year}, {end_year}",
            accepted=f"{YEARS[0]} to {YEARS[1]}",
            fix="Choose years that the products cover.",
        )
    if end_year < start_year:
        raise InputError(
            "The last year lies before the first.",
            where="start_year, end_year",
            found=f"{start_year}, {end_year}",
            accepted="start_year <= end_year",
            fix="Swap them.",
        )
    return pd.date_range(f"{start_year:04d}-01-01", f"{end_year:04d}-12-01", freq="MS", name="time")


def month_bounds(time: pd.DatetimeIndex) -> np.ndarray:
    """Return start and end of each month, shape (time, 2), datetime64."""
    starts = pd.DatetimeIndex(time).to_period("M")
    return np.stack([starts.start_time.values, (starts + 1).start_time.values], axis=1)


def month_seconds(
    time: xr.DataArray | pd.DatetimeIndex, *, calendar: str = "standard"
) -> xr.DataArray:
    """Return the length of each month in its calendar.

    Parameters
    ----------
    time : xarray.DataArray or pandas.DatetimeIndex, dims (time,)
        Any instant in each month.
    calendar : str
        ``standard`` (leap years), ``noleap``/``365_day``, ``all_leap``/``366_day``, ``360_day``.

    Returns
    -------
    xarray.DataArray, dims (time,) [s]
        February 2016 has 29 days in the standard calendar and 28 in ``noleap``.
    """
    index = pd.DatetimeIndex(time.values)
    days = index.days_in_month.to_numpy(dtype=float)
    february = index.month == 2
    if calendar in ("noleap", "365_day"):
        days[february] = 28
    elif calendar in ("all_leap", "366_day"):
        days[february] = 29
    elif calendar == "360_day":
        days[:] = 30
    return xr.DataArray(
        days * SECONDS_PER_DAY, dims="time", coords={"time": index}, attrs={"units": "s"}
    )


def check_months(time: pd.DatetimeIndex, *, file: str | Path | None = None) -> None:
    """Refuse a monthly axis with a repeated, missing or unordered month.

    Raises
    ------
    InputError
        Naming the first months at fault.
    """
    periods = pd.DatetimeIndex(time).to_period("M")
    fix = "Repair the file, or choose years that it covers completely."
    accepted = "every month once, in order"
    if periods.has_duplicates:
        repeated = periods[periods.duplicated()].unique()
        raise InputError(
            "A month appears more than once.",
            file=file,
            where="time",
            found=_listed(repeated),
            accepted=accepted,
            fix=fix,
        )
    if not periods.is_monotonic_increasing:
        raise InputError(
            "The months are not in order.",
            file=file,
            where="time",
            found=_listed(periods[1:][np.diff(periods.astype("int64")) < 0]),
            accepted=accepted,
            fix="Sort the file along time.",
        )
    missing = pd.period_range(periods[0], periods[-1], freq="M").difference(periods)
    if len(missing):
        raise InputError(
            "A month is missing.",
            file=file,
            where="time",
            found=_listed(missing) + " absent",
            accepted=accepted,
            fix=fix,
        )


def _listed(periods: pd.PeriodIndex) -> str:
    shown = ", ".join(str(p) for p in periods[:6])
    return shown + (f" and {len(periods) - 6} more" if len(periods) > 6 else "")


def annual_mean(data: xr.DataArray) -> xr.DataArray:
    """Return the mean rate of each year, every month weighted by its length.

    Parameters
    ----------
    data : xarray.DataArray, dims (..., time, ...)
        Monthly rates, any unit per time; missing months count neither above nor below the line.

    Returns
    -------
    xarray.DataArray, dims (year, ...)
        Same unit. Leap years have 29 days in February.

    Notes
    -----
    mean = sum(rate * days) / sum(days) over the months of the year.
    """
    return _weighted(data.groupby("time.year"), data)


def climatology(data: xr.DataArray) -> xr.DataArray:
    """Return the mean rate of each calendar month over the years, dims (month, ...)."""
    return _weighted(data.groupby("time.month"), data)


def period_mean(data: xr.DataArray) -> xr.DataArray:
    """Return the mean rate over all months, every month weighted by its length."""
    with xr.set_options(keep_attrs=True):
        return data.weighted(month_seconds(data["time"])).mean("time")


def _weighted(groups: xr.core.groupby.DataArrayGroupBy, data: xr.DataArray) -> xr.DataArray:
    result = groups.map(period_mean)
    result.attrs = dict(data.attrs)
    return result.rename(data.name)
