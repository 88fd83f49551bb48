"""Dates written as plain numbers: 2015, 201501, 20150131 and 2015.04."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import xarray as xr

from helpers.sources import coordinates, netcdf
from helpers.sources.cf_steps import Steps, make_steps

DECIMAL_YEARS = "year as %Y.%f"
"""Unit of decimal years, as :func:`helpers.timecodes.decode_months` knows it."""

_YEARS = (1700, 2300)
_CODED = {"month": (170001, 230012), "day": (17000101, 23001231)}
_NEUTRAL = "|1|date"
_UNITS = {
    "year": rf"{_NEUTRAL}|(decimal |calendar )?(year|yr)s?( ad| ce)?|(?!.*mm|.*%m).*(%y|yyyy).*",
    "month": rf"{_NEUTRAL}|months?|.*(%y|yyyy).*",
    "day": rf"{_NEUTRAL}|days?|.*(%y|yyyy).*",
}


def steps_of(values: np.ndarray, *, units: str, calendar: str) -> Steps | None:
    """Return the steps of dates written as whole numbers, or None where they are not.

    Parameters
    ----------
    values : numpy.ndarray, shape (time,)
        Finite numbers.
    units : str
        Unit of the axis. Dates have none, a pattern such as ``%Y%m%d``, or the word of what they
        count: 'days' from 1800 to 1823 are no years.
    calendar : str
        Calendar of the axis.
    """
    values = np.floor(values) if "%m" in units else values
    if not (values == np.floor(values)).all():
        return None
    for kind, (low, high) in _CODED.items():
        if (values >= low).all() and (values <= high).all() and _says(units, kind):
            return _from_code(values.astype(int), kind, calendar=calendar)
    if are_years(values, units=units) and np.unique(values).size == values.size:
        return make_steps(values.astype(int) * 12, "year", calendar=calendar)
    return None


def are_years(values: np.ndarray, *, units: str) -> bool:
    """Tell whether numbers are years, with or without a fraction, by their size and unit."""
    inside = (values >= _YEARS[0]).all() and (values < _YEARS[1]).all()
    return bool(inside) and _says(units, "year")


def is_coded(axis: xr.DataArray, *, file: Path) -> bool:
    """Tell whether the numbers of an axis are dates themselves, such as 201501 or 20150131."""
    if axis.dtype.kind not in "iuf":
        return False
    values = coordinates.numbers(axis, file=file)
    units = netcdf.text(axis.attrs, "units") or ""
    if not np.isfinite(values).all():
        return False
    return are_years(values, units=units) or (
        steps_of(values, units=units, calendar="standard") is not None
    )


def _says(units: str, kind: str) -> bool:
    return bool(re.fullmatch(_UNITS[kind], units.strip().lower().replace("_", " ")))


def _from_code(values: np.ndarray, kind: str, *, calendar: str) -> Steps | None:
    """Decode 201501 or 20150131; a day on every month is a monthly axis."""
    number = values if kind == "month" else values // 100
    month, day = number % 100, values % 100
    if (month < 1).any() or (month > 12).any():
        return None
    if kind == "day" and ((day < 1).any() or (day > 31).any()):
        return None
    months = number // 100 * 12 + month - 1
    if kind == "day" and values.size > 1 and np.unique(months).size < values.size:
        return make_steps(months, "day", calendar=calendar, stamps=day.astype(float))
    spaced = values.size > 1 and (np.diff(months) >= 12).all()
    return make_steps(months, "year" if spaced else "month", calendar=calendar)
