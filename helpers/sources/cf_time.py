"""Decoding any time axis to steps of days, months or years."""

from __future__ import annotations

import re
from collections.abc import Hashable
from pathlib import Path

import cftime
import numpy as np
import pandas as pd
import xarray as xr

from helpers import timecodes
from helpers.errors import InputError
from helpers.sources import cf_codes, coordinates, netcdf
from helpers.sources.cf_steps import Step, Steps, index_of, make_steps

ACCEPTED = (
    "'<days|hours|months|years> since <date>', or years (2015), months (201501), days (20150131) "
    "or decimal years (2015.04) as numbers without another unit"
)
"""Time axes that are understood."""

_SINCE = re.compile(r"^\s*(day|d|hour|h|minute|min|second|sec|s)[a-z]*\s+since\s", re.IGNORECASE)
_COARSE = re.compile(r"^\s*(month|mon|year|yr)[a-z]*\s+since\s", re.IGNORECASE)
_NAMES = ("time", "year", "years", "date", "yyyymm", "month", "months")


def decode(
    dataset: xr.Dataset,
    dim: Hashable,
    *,
    file: Path,
    calendar: str | None = None,
    label: str | None = None,
    named: pd.DatetimeIndex | None = None,
) -> Steps:
    """Return what the steps along a time dimension stand for.

    Parameters
    ----------
    dataset : xarray.Dataset
        The open file, nothing decoded.
    dim : str
        The time dimension.
    file : Path
        Named in errors.
    calendar : str, optional
        Used instead of the calendar in the file.
    label : {"within", "end"}, optional
        Where a stamp lies in its step; bounds in the file settle it.
    named : pandas.DatetimeIndex, optional
        Months that the name of the file stands for; tells the length of a single step.

    Raises
    ------
    InputError
        If the axis is missing or not understood, or its step is none of the three.
    """
    axis = _variable(dataset, dim, file=file)
    units = netcdf.text(axis.attrs, "units") or ""
    calendar = (calendar or netcdf.text(axis.attrs, "calendar") or "standard").lower()
    if axis.dtype.kind not in "iuf":
        raise _unknown(units, np.asarray(axis.values), file=file, axis=axis)
    values = coordinates.numbers(axis, file=file)
    if not np.isfinite(values).all():
        raise _not_finite(values, file=file, axis=axis)
    coded = cf_codes.steps_of(values, units=units, calendar=calendar)
    if coded is not None:
        return coded
    if cf_codes.are_years(values, units=units):
        units = cf_codes.DECIMAL_YEARS
    if _SINCE.match(units):
        return _dated(dataset, axis, units=units, calendar=calendar, label=label, named=named,
                      file=file)  # fmt: skip
    if not (_COARSE.match(units) or "%Y" in units):
        raise _unknown(units, values, file=file, axis=axis)
    bounds = coordinates.time_bounds(dataset, axis, file=file)
    middle = values if bounds is None else bounds.mean(axis=1)
    if bounds is None and label == "end":
        middle = middle - _half_step(middle, units, named=named)
    found = timecodes.decode_months(middle, units=units, calendar=calendar, file=file)
    months = np.asarray(found.year * 12 + found.month - 1)
    kind = _coarse_kind(months, named)
    if kind is None:
        raise _step_error(file, axis, found=f"steps of {_typical(months):g} months")
    if kind == "month" and bounds is None and label is None:
        _refuse_month_ends(months, file, where=str(axis.name))
    return make_steps(months, kind, calendar=calendar)


def _dated(
    dataset: xr.Dataset,
    axis: xr.DataArray,
    *,
    units: str,
    calendar: str,
    label: str | None,
    named: pd.DatetimeIndex | None,
    file: Path,
) -> Steps:
    """Decode an axis of days or shorter units since a date."""
    per_day = _per_day(units)
    values = coordinates.numbers(axis, file=file)
    bounds = coordinates.time_bounds(dataset, axis, file=file)
    if bounds is not None:
        values, width = bounds.mean(axis=1), float(np.median(np.diff(bounds, axis=1)))
    elif values.size > 1:
        width = float(np.median(np.diff(values)))
    else:
        width = (0.0 if named is None else 30.0 if named.size == 1 else 365.0) * per_day
    days = width / per_day
    kind = _kind(days)
    if kind is None:
        found = "one step" if values.size == 1 else f"steps of {days:.3g} days"
        raise _step_error(file, axis, found=found)
    if bounds is None and label == "end":
        values = values - width / 2
    try:
        dates = np.atleast_1d(cftime.num2date(values, units, calendar=calendar))
    except (ValueError, OverflowError) as error:
        raise _unknown(f"{units}, calendar {calendar}", values, file=file, axis=axis) from error
    months = np.array([date.year * 12 + date.month - 1 for date in dates])
    if kind == "month" and bounds is None and label is None:
        _refuse_month_ends(months, file, where=str(axis.name))
    return make_steps(months, kind, calendar=calendar, days=days, stamps=values / per_day)


def coordinate(dataset: xr.Dataset, dim: Hashable) -> xr.DataArray | None:
    """Return the variable that gives the times along a dimension, or None where there is none."""
    along = [n for n in dataset.variables if dataset[n].dims == (dim,)]
    stated = [n for n in along if " since " in (netcdf.text(dataset[n].attrs, "units") or "")]
    named = [n for n in along if str(n).lower() in _NAMES]
    for name in [n for n in along if n == dim] + stated + named:
        return dataset[name]
    return None


def _variable(dataset: xr.Dataset, dim: Hashable, *, file: Path) -> xr.DataArray:
    found = coordinate(dataset, dim)
    if found is not None:
        return found
    along = [n for n in dataset.variables if dataset[n].dims == (dim,)]
    raise InputError(
        "The time coordinate is missing.",
        file=file,
        where=str(dim),
        found=", ".join(map(str, along)) or "no numbers along it",
        accepted=ACCEPTED,
        fix="Add the coordinate to the file.",
    )


def _half_step(values: np.ndarray, units: str, *, named: pd.DatetimeIndex | None) -> float:
    """Return half a step of an axis in months or years; of a single step as its name says."""
    if values.size > 1:
        return float(np.median(np.diff(values))) / 2
    in_months = units.strip().lower().startswith("mon")
    return 0.0 if named is None else named.size / (2 if in_months else 24)


def _kind(days: float) -> Step | None:
    for kind, low, high in (("day", 0.0, 1.01), ("month", 26.0, 33.0), ("year", 350.0, 370.0)):
        if low < days <= high:
            return kind  # type: ignore[return-value]
    return None


def _coarse_kind(months: np.ndarray, named: pd.DatetimeIndex | None) -> Step | None:
    if months.size == 1:
        return None if named is None else "month" if named.size == 1 else "year"
    kinds: dict[float, Step] = {1.0: "month", 12.0: "year"}
    return kinds.get(_typical(months))


def _typical(months: np.ndarray) -> float:
    return float(np.median(np.diff(months))) if months.size > 1 else 0.0


def _per_day(units: str) -> float:
    """Return how many of the unit of an axis make a day."""
    word = units.strip().lower()
    for start, count in (("d", 1.0), ("h", 24.0), ("m", 1440.0), ("s", 86400.0)):
        if word.startswith(start):
            return count
    raise AssertionError(units)


def _refuse_month_ends(months: np.ndarray, file: Path, *, where: str) -> None:
    if months.size % 12 == 0 and months[0] % 12 == 1 and (np.diff(months) == 1).all():
        raise InputError(
            "The months are ambiguous: the stamps may close them.",
            file=file,
            where=where,
            found=f"{months.size} steps from {index_of(months)[0]:%Y-%m} to "
            f"{index_of(months)[-1]:%Y-%m}",
            accepted="whole years from January, or a declared label",
            fix="Set `time_label: end` (or `within`) under options in the catalog entry.",
        )


def _not_finite(values: np.ndarray, *, file: Path, axis: xr.DataArray) -> InputError:
    bad = np.flatnonzero(~np.isfinite(values))
    return InputError(
        "The time axis holds missing or infinite values.",
        file=file,
        where=str(axis.name),
        found=f"{bad.size} of {values.size}, the first at position {bad[0] + 1}",
        accepted="finite numbers",
        fix="Repair the time coordinate of the file.",
    )


def _unknown(units: str, values: np.ndarray, *, file: Path, axis: xr.DataArray) -> InputError:
    first = values.ravel()[:2].tolist()
    return InputError(
        "The time axis is not understood.",
        file=file,
        where=str(axis.name),
        found=f"units {units!r}, first values {first}",
        accepted=ACCEPTED,
        fix="Correct `units` and `calendar` of the time variable.",
    )


def _step_error(file: Path, axis: xr.DataArray, *, found: str) -> InputError:
    return InputError(
        "The time step is neither a day, a month nor a year.",
        file=file,
        where=str(axis.name),
        found=found,
        accepted="daily or shorter, monthly or yearly steps, forward in time; bounds where there "
        "is one step",
        fix="Average the file to months first; sort it along time.",
    )
