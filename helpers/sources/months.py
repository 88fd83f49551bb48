"""The months of a raw variable: decoding its time axis, and the steps to read."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from helpers import timeaxis, timecodes
from helpers.errors import InputError
from helpers.sources import coordinates, netcdf
from helpers.sources.patterns import as_slice


def on_axis(
    dataset: xr.Dataset,
    dim: Hashable,
    *,
    file: Path,
    calendar: str | None = None,
    label: str | None = None,
    default_units: str | None = None,
) -> tuple[pd.DatetimeIndex, str]:
    """Return the month of every step along a time dimension, and the calendar.

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
        Where a time stamp lies. Bounds in the file settle it; without either, an axis that looks
        closed at month ends (a whole number of years from February) is refused.
    default_units : str, optional
        Unit of the axis where the file states none.

    Raises
    ------
    InputError
        If the axis is missing or cannot be decoded, or its labels are ambiguous.
    """
    axis = _time_variable(dataset, dim, file=file)
    units = netcdf.text(axis.attrs, "units") or default_units
    if units is None:
        raise InputError(
            "The time axis has no units.",
            file=file,
            where=str(axis.name),
            found="no attribute `units`",
            accepted="such as 'days since 1700-01-01'",
            fix="Add the attribute `units` to the time variable.",
        )
    calendar = calendar or netcdf.text(axis.attrs, "calendar") or "standard"
    values = coordinates.numbers(axis, file=file)
    bounds = coordinates.time_bounds(dataset, axis, file=file)
    if bounds is not None:
        values = bounds.mean(axis=1)
    elif label == "end" and values.size > 1:
        values = values - np.diff(values, prepend=2 * values[0] - values[1]) / 2
    months = timecodes.decode_months(values, units=units, calendar=calendar.lower(), file=file)
    if bounds is None and label is None and months.size % 12 == 0 and months.size:
        _refuse_month_ends(months, file, where=str(axis.name))
    return months, calendar.lower()


def _refuse_month_ends(months: pd.DatetimeIndex, file: Path, *, where: str) -> None:
    steps = np.diff(months.year * 12 + months.month)
    if months[0].month == 2 and (steps == 1).all():
        raise InputError(
            "The months are ambiguous: the stamps may close them.",
            file=file,
            where=where,
            found=f"{months.size} steps from {months[0]:%Y-%m} to {months[-1]:%Y-%m}",
            accepted="whole years from January, or a declared label",
            fix="Set `time_label: end` (or `within`) under options in the catalog entry.",
        )


def _time_variable(dataset: xr.Dataset, dim: Hashable, *, file: Path) -> xr.DataArray:
    if dim in dataset.variables:
        return dataset[dim]
    for name in dataset.variables:
        stated = netcdf.text(dataset[name].attrs, "units") or ""
        if dataset[name].dims == (dim,) and (" since " in stated or name == "time"):
            return dataset[name]
    raise InputError(
        "The time coordinate is missing.",
        file=file,
        where=str(dim),
        found=", ".join(map(str, dataset.variables)),
        accepted=f"numbers along {dim} with units such as 'days since 1700-01-01'",
        fix="Add the coordinate to the file.",
    )


def positions_of_years(
    months: pd.DatetimeIndex, *, start_year: int, end_year: int, file: Path
) -> slice | np.ndarray:
    """Return the positions of the months of whole years along a monthly axis.

    Raises
    ------
    InputError
        If the axis is not monthly, a month is repeated or missing, or the years are not covered.
    """
    wanted = timeaxis.month_starts(start_year, end_year)
    inside = np.flatnonzero((months >= wanted[0]) & (months <= wanted[-1]))
    selected = months[inside]
    _check_step(selected, months, file=file)
    if selected.size:
        timeaxis.check_months(selected, file=file)
    absent = wanted.difference(selected)
    if len(absent):
        found = f"{months.min():%Y-%m} to {months.max():%Y-%m}" if months.size else "no months"
        raise InputError(
            "The file does not cover the years asked for.",
            file=file,
            where="time",
            found=f"{found}; {len(absent)} months absent, the first {absent[0]:%Y-%m}",
            accepted=f"all months of {start_year} to {end_year}",
            fix="Choose start_year and end_year inside the period, or complete the file.",
        )
    return as_slice(inside)


def _check_step(selected: pd.DatetimeIndex, months: pd.DatetimeIndex, *, file: Path) -> None:
    daily = selected.size and selected.size >= 20 * selected.nunique()
    yearly = months.size > 1 and (np.diff(months.year * 12 + months.month) >= 12).all()
    if daily or yearly:
        raise InputError(
            "The time step is not a month.",
            file=file,
            where="time",
            found="daily or shorter steps" if daily else "yearly steps",
            accepted="one value a month",
            fix="Average the file to months first." if daily else "Ask for the monthly output.",
        )
