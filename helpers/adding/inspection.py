"""What a file says about itself: its variables, grid, steps, members and words."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from helpers.errors import InputError
from helpers.sources import (
    cells,
    cf_grid,
    cf_store,
    cf_time,
    dimensions,
    named_time,
    netcdf,
    patterns,
)
from helpers.sources.cf_steps import Steps
from helpers.sources.options import CfOptions

MEMBER_NAMES = (
    *("member", "members", "ensemble", "ens", "realization", "realisation", "number", "model"),
    *("models", "sample", "run"),
)
"""Names by which a dimension counts members."""

_GLOBE = (-180.0, 180.0, -90.0, 90.0)
_NOT_FLUX = ("area", "mask", "fraction", "bnds", "bounds", "std", "stdev", "sigma", "unc", "error")


@dataclass(frozen=True)
class Inspection:
    """What was found in a file.

    Attributes
    ----------
    variable : str
    candidates : tuple of str
        Every variable with latitude and longitude that could be meant.
    attrs, file_attrs : dict
        Attributes of the variable and of the file.
    grid : str
        The grid in words.
    steps : Steps or None
        None where the file has no time axis that gives dates.
    start_year, end_year : int or None
        Whole years on the axis.
    member_dimension : str or None
    members : int
    undated : str
        Why there are no steps, in words.
    """

    variable: str
    candidates: tuple[str, ...]
    attrs: dict[str, Any]
    file_attrs: dict[str, Any]
    grid: str
    steps: Steps | None
    start_year: int | None
    end_year: int | None
    member_dimension: str | None
    members: int
    undated: str = "no time axis"

    @property
    def period(self) -> str:
        """Years and step of the time axis in words."""
        if self.steps is None:
            return f"{self.undated}; the name of each file gives its time"
        plural = {"day": "days", "month": "months", "year": "years"}[self.steps.kind]
        index = self.steps.index
        return (
            f"{self.steps.months.size} {plural}, {index.min():%Y-%m} to {index.max():%Y-%m}, "
            f"calendar {self.steps.calendar}"
        )


def inspect(
    path: Path,
    *,
    variable: str | None = None,
    label: str | None = None,
    named: pd.DatetimeIndex | None = None,
) -> Inspection:
    """Look into one file of a product.

    Parameters
    ----------
    path : Path
        NetCDF file or Zarr store.
    variable : str, optional
        Found where only one can be meant.
    label : {"within", "end"}, optional
        Where time stamps lie, see :func:`helpers.sources.cf_time.decode`.
    named : pandas.DatetimeIndex, optional
        Months that the name of the file stands for.

    Raises
    ------
    InputError
        If no variable or more than one can be meant, or grid or time are not understood.
    """
    with cf_store.opened(path) as dataset:
        dataset, _ = cf_grid.with_centres(dataset, file=path)
        candidates = flux_variables(dataset)
        name = variable or _only(candidates, dataset, path=path)
        chosen = netcdf.variable(dataset, name, file=path)
        cf_grid.refuse_other_grids(dataset, chosen, file=path)
        members = member_dimension(chosen)
        part = cells.in_box(dataset, chosen, box=_GLOBE, file=path, has_bounds=True)
        options = CfOptions.model_validate({"member_dimension": members})
        time, _ = dimensions.other_dimensions(chosen, part, options=options, file=path)
        steps, told = _steps(dataset, time, path=path, label=label, named=named)
        first, last = _whole_years(steps)
        return Inspection(
            variable=name,
            candidates=tuple(candidates),
            attrs=dict(chosen.attrs),
            file_attrs=dict(dataset.attrs),
            grid=_grid(part),
            steps=steps,
            start_year=first,
            end_year=last,
            member_dimension=members,
            members=1 if members is None else chosen.sizes[members],
            undated="a time axis without dates" if told else "no time axis",
        )


def _steps(
    dataset: xr.Dataset,
    time: Hashable | None,
    *,
    path: Path,
    label: str | None,
    named: pd.DatetimeIndex | None,
) -> tuple[Steps | None, tuple[str, ...]]:
    """Return the steps of a file, confirmed by its name where that gives its months."""
    if named is not None and (time is None or dataset.sizes[time] == named.size):
        return named_time.confirmed(dataset, time, named=named, file=path, label=label)
    if time is None:
        return None, ()
    return cf_time.decode(dataset, time, file=path, label=label, named=named), ()


def flux_variables(dataset: xr.Dataset) -> list[str]:
    """Return the variables with latitude and longitude that could hold a flux."""
    names = []
    for name, variable in dataset.data_vars.items():
        dims = {str(d).lower() for d in variable.dims}
        flat = any(dims & set(known) for known in cells.NAMES.values())
        numeric = variable.dtype.kind in "iuf"
        words = set(str(name).lower().replace("-", "_").split("_"))
        if numeric and flat and variable.ndim >= 2 and not words & set(_NOT_FLUX):
            names.append(str(name))
    return names


def member_dimension(variable: xr.DataArray) -> str | None:
    """Return the dimension that counts members by its name, or None."""
    found = [str(d) for d in variable.dims if str(d).lower() in MEMBER_NAMES]
    return found[0] if len(found) == 1 else None


def _only(candidates: list[str], dataset: xr.Dataset, *, path: Path) -> str:
    if len(candidates) == 1:
        return candidates[0]
    told = [
        f"{name} ({netcdf.text(dataset[name].attrs, 'long_name') or 'no long name'})"
        for name in candidates
    ]
    raise InputError(
        "More than one variable could be the flux." if candidates else "No gridded variable.",
        file=path,
        found="; ".join(told) or ", ".join(map(str, dataset.variables)) or "nothing",
        accepted="a variable with latitude, longitude and time",
        fix=f"Add --variable {candidates[0]}, or the one you mean."
        if candidates
        else "Give the flux as a variable on a grid, with coordinates that name their axes.",
    )


def _whole_years(steps: Steps | None) -> tuple[int | None, int | None]:
    """Return the first and the last year of which every month is there."""
    if steps is None:
        return None, None
    months = np.unique(steps.months)
    years, counts = np.unique(months // 12, return_counts=True)
    whole = years[counts == (1 if steps.kind == "year" else 12)]
    return (int(whole[0]), int(whole[-1])) if whole.size else (None, None)


def _grid(part: cells.Cells) -> str:
    """Return rows, columns and step of a grid in words."""
    words = []
    for axis, centres in (("latitude", part.lat), ("longitude", part.lon)):
        step = np.median(np.abs(np.diff(centres))) if centres.size > 1 else np.nan
        words.append(f"{centres.size} x {step:.6g}° {axis} {centres[0]:.6g} to {centres[-1]:.6g}")
    return ", ".join(words)


def named_months(path: Path, name: str) -> pd.DatetimeIndex | None:
    """Return the months that the name of a file stands for by a pattern, or None."""
    found = patterns.expression(name).fullmatch(path.name)
    fields = found.groupdict() if found else {}
    return patterns.months_in_name(fields) if "year" in fields else None
