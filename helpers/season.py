"""Seasons of a flux: the mean year, its amplitude, its peak and its growing season."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from helpers import timeaxis
from helpers.constants import SECONDS_PER_DAY
from helpers.errors import InputError

SEASONS: dict[str, tuple[int, ...]] = {
    "DJF": (12, 1, 2),
    "MAM": (3, 4, 5),
    "JJA": (6, 7, 8),
    "SON": (9, 10, 11),
}
"""Calendar months of each season. A year's winter is its own January, February and December."""

SPAN_METHODS = ("months", "days")
"""Ways to tell a growing season, see :func:`growing_season`."""


def climatology(monthly: xr.DataArray) -> xr.DataArray:
    """Return the mean year of monthly rates, with the length of its months.

    Parameters
    ----------
    monthly : xarray.DataArray, dims (time, ...)
        Monthly rates of whole years, any unit; members and other dimensions are kept.

    Returns
    -------
    xarray.DataArray, dims (month, ...)
        Same unit; coordinate `days` (month) holds the mean length over these years [d]: February
        has 28.2 days in 2015-2019.

    Raises
    ------
    InputError
        If a calendar month is absent.
    """
    mean = timeaxis.climatology(monthly)
    if mean.sizes["month"] != 12:
        raise InputError(
            "A mean year needs every month.",
            where="time",
            found=f"{mean.sizes['month']} calendar months",
            accepted="12",
            fix="Take whole years.",
        )
    days = timeaxis.month_seconds(monthly["time"]) / SECONDS_PER_DAY
    return mean.assign_coords(days=days.groupby("time.month").mean())


def season_mean(mean_year: xr.DataArray, season: str) -> xr.DataArray:
    """Return the mean rate of a season, months weighted by their length.

    Parameters
    ----------
    mean_year : xarray.DataArray, dims (month, ...)
        From :func:`climatology`.
    season : {"DJF", "MAM", "JJA", "SON"}

    Returns
    -------
    xarray.DataArray, dims (...)
        Same unit; equal to the mean over all days of that season in all years.
    """
    part = mean_year.sel(month=list(SEASONS[season]))
    with xr.set_options(keep_attrs=True):
        return part.weighted(part["days"].drop_vars("days")).mean("month")


def season_by_year(monthly: xr.DataArray, season: str) -> xr.DataArray:
    """Return the mean rate of a season in each calendar year, dims (year, ...).

    Winter is January, February and December of one calendar year, so that no year is lost; the
    mean over years differs from that of the mean year only by the leap days.
    """
    inside = monthly["time"].dt.month.isin(SEASONS[season])
    return timeaxis.annual_mean(monthly.isel(time=np.flatnonzero(inside)))


def amplitude(mean_year: xr.DataArray) -> xr.DataArray:
    """Return the largest month of the mean year less the smallest, same unit."""
    with xr.set_options(keep_attrs=True):
        return mean_year.max("month") - mean_year.min("month")


def peak_month(mean_year: xr.DataArray) -> xr.DataArray:
    """Return the calendar month of largest uptake, 1 to 12; the first where two are equal."""
    return mean_year["month"][mean_year.argmax("month")].drop_vars(["month", "days"])


def growing_season(mean_year: xr.DataArray, *, method: str = "months") -> xr.Dataset:
    """Return when uptake starts and ends around its peak.

    Parameters
    ----------
    mean_year : xarray.DataArray, dims (month, ...)
        From :func:`climatology`, land uptake positive.
    method : {"months", "days"}
        ``months``: whole months with uptake above zero, contiguous around the peak month and
        across the turn of the year. ``days``: zero crossings of the straight lines through the
        middles of the months, in days since the start of the year.

    Returns
    -------
    xarray.Dataset
        `start`, `end` and `length`, dims (...). ``months``: calendar months and their number; with
        uptake all year 1, 12 and 12; with none 0, 0 and 0. ``days``: [d]; with uptake all year 0
        and twice the length of the year; with none zeros. Where `end` is below `start` the season
        runs across the turn of the year.

    Notes
    -----
    An uptake in a second, separate season of the year is not counted.
    """
    if method not in SPAN_METHODS:
        raise InputError(
            "Unknown method for the growing season.",
            where="method",
            found=repr(method),
            accepted=" or ".join(SPAN_METHODS),
            fix="Choose one of them.",
        )
    found = xr.apply_ufunc(
        _months_of_uptake if method == "months" else _days_of_uptake,
        mean_year,
        mean_year["days"],
        input_core_dims=[["month"], ["month"]],
        output_core_dims=[[], [], []],
        vectorize=True,
    )
    unit = "month" if method == "months" else "day"
    names = ("start", "end", "length")
    return xr.Dataset(
        {name: part.assign_attrs(units=unit) for name, part in zip(names, found, strict=True)}
    )


def _uptake_around_peak(values: np.ndarray) -> tuple[int, int]:
    """Return the position of the first month of uptake and the number of months."""
    peak = int(np.argmax(values))
    if values[peak] <= 0:
        return 0, 0
    if (values > 0).all():
        return 0, 12
    around = np.roll(values, -peak) > 0  # the peak first
    after = int(np.argmin(around))
    before = int(np.argmin(around[::-1]))
    return (peak - before) % 12, before + after


def _months_of_uptake(values: np.ndarray, days: np.ndarray) -> tuple[int, int, int]:
    first, length = _uptake_around_peak(values)
    return (first + 1, (first + length - 1) % 12 + 1, length) if length else (0, 0, 0)


def _days_of_uptake(values: np.ndarray, days: np.ndarray) -> tuple[float, float, float]:
    first, count = _uptake_around_peak(values)
    year = float(days.sum())
    if count in (0, 12):
        return 0.0, year * (count > 0), year * (count > 0)
    middle = np.cumsum(days) - days / 2
    middles = np.concatenate([middle - year, middle, middle + year])
    cycle = np.tile(values, 3)
    first += 12
    last = first + count - 1

    def crossing(left: int) -> float:
        share = cycle[left] / (cycle[left] - cycle[left + 1])
        return float(middles[left] + share * (middles[left + 1] - middles[left]))

    start, end = crossing(first - 1), crossing(last)
    return start % year, end % year, end - start


def uptake_share(mean_year: xr.DataArray, months: Sequence[int]) -> xr.DataArray:
    """Return the share of the year's gross uptake that falls in some months.

    Parameters
    ----------
    mean_year : xarray.DataArray, dims (month, ...)
        From :func:`climatology`, land uptake positive.
    months : sequence of int
        Calendar months, such as 6, 7, 8.

    Returns
    -------
    xarray.DataArray, dims (...) [1]
        Amounts of months with net uptake, rate times length; months of release count as zero.
        Zero where no month takes up.
    """
    amounts = (mean_year.clip(min=0.0) * mean_year["days"]).drop_vars("days")
    whole = amounts.sum("month")
    part = amounts.sel(month=list(months)).sum("month")
    return (part / whole.where(whole > 0, 1.0)).assign_attrs(units="1")


def first_harmonic(mean_year: xr.DataArray) -> xr.Dataset:
    """Return the cosine of one year's period that fits the mean year best.

    Returns
    -------
    xarray.Dataset, dims (...)
        `amplitude` (half of highest less lowest, same unit), `peak` (in months, 1 to 13, where
        7.5 lies between July and August) and `variance_share` (of the twelve months [1]; zero
        where all are equal).

    Notes
    -----
    c = (1/6) sum of x_m exp(-2 pi i (m - 1) / 12), months equally spaced; amplitude |c|, peak at
    the angle -arg c. A cosine explains |c|^2 / 2 of the variance.
    """
    angle = 2.0 * np.pi * (mean_year["month"].drop_vars("days") - 1) / 12.0
    cosine = (mean_year * np.cos(angle)).sum("month") / 6.0
    sine = (mean_year * np.sin(angle)).sum("month") / 6.0
    size = (cosine**2 + sine**2) ** 0.5
    variance = mean_year.var("month")
    flat = variance <= 1e-24 * (mean_year**2).max("month")
    share = (size**2 / 2.0 / variance.where(~flat, 1.0)).where(~flat, 0.0)
    return xr.Dataset(
        {
            "amplitude": size.assign_attrs(mean_year.attrs),
            "peak": (np.arctan2(sine, cosine) * 6.0 / np.pi) % 12.0 + 1.0,
            "variance_share": share.assign_attrs(units="1"),
        }
    )
