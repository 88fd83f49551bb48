"""Coordinates of a file: their numbers unpacked, in degrees, and the bounds of their cells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from helpers.errors import InputError
from helpers.sources import netcdf, stored

PACKING = ("scale_factor", "add_offset", "_Unsigned")
"""Attributes that say how stored numbers become those of the coordinate."""

_DEGREES = r"(decimal|angular|arc)?(degs?|degrees?|°)"
_SPELLINGS = {
    "latitude": re.compile(rf"{_DEGREES}(n|north|lat|latitude)?"),
    "longitude": re.compile(rf"{_DEGREES}(e|east|lon|longitude)?"),
}
_BETWEEN = re.compile(r"[\s_.\-]+")

BESIDE = 1e-3
"""How far a coordinate may lie outside its bounds, as a share of the cell [1]."""

BESIDE_TIME = 0.1
"""The same for times, which files round to whole hours or days, or store in short numbers [1]."""


def numbers(axis: xr.DataArray, *, file: Path) -> np.ndarray:
    """Return the numbers of a coordinate, unpacked where the file packs them.

    Parameters
    ----------
    axis : xarray.DataArray
        As stored, nothing decoded.
    file : Path
        Named in errors.

    Returns
    -------
    numpy.ndarray of float64, same shape

    Raises
    ------
    InputError
        If it holds text, or `scale_factor` or `add_offset` cannot be used.
    """
    if axis.dtype.kind not in "iuf":
        raise InputError(
            "A coordinate holds no numbers.",
            file=file,
            where=str(axis.name),
            found=f"type {axis.dtype}",
            accepted="whole or floating-point numbers",
            fix="Write the coordinate as numbers with units.",
        )
    stored.check_numbers(axis, file=file)
    return stored.unpacked(np.asarray(axis.values), axis.attrs)


def without_packing(attrs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes of a coordinate whose numbers are unpacked."""
    return {name: value for name, value in attrs.items() if name not in PACKING}


def refuse_other_units(variable: xr.DataArray, axis: str, *, file: Path) -> None:
    """Refuse a latitude or longitude whose unit is not degrees to the north or east.

    No unit passes, and any usual spelling of degrees.

    Raises
    ------
    InputError
        For degrees to the west or south, radians, metres and any other unit.
    """
    stated = netcdf.text(variable.attrs, "units")
    if stated is None or _SPELLINGS[axis].fullmatch(_BETWEEN.sub("", stated.lower())):
        return
    right = "degrees_north" if axis == "latitude" else "degrees_east"
    raise InputError(
        f"The {axis} is not in degrees {right.rpartition('_')[2]}.",
        file=file,
        where=str(variable.name),
        found=f"units {stated!r}",
        accepted=f"{right!r}, 'degrees', or no unit",
        fix=f"Give the coordinate in {right} and say so in its attribute `units`.",
    )


def bounds_of(
    dataset: xr.Dataset, axis: xr.DataArray, *, size: int | None = None
) -> np.ndarray | None:
    """Return the bounds that a file gives for a coordinate, each pair ascending, or None.

    Parameters
    ----------
    dataset : xarray.Dataset
        The open file, nothing decoded.
    axis : xarray.DataArray
        The coordinate; its attribute `bounds` names them.
    size : int, optional
        Number of steps they must have; that of the axis unless given.
    """
    name = netcdf.text(axis.attrs, "bounds")
    if name is None or name not in dataset.variables:
        return None
    found = dataset[name]
    if found.shape != (size or axis.size, 2) or found.dtype.kind not in "iuf":
        return None
    try:
        bounds = np.sort(stored.unpacked(np.asarray(found.values), found.attrs), axis=1)
    except (TypeError, ValueError):
        return None
    usable = np.isfinite(bounds).all() and (bounds[:, 0] < bounds[:, 1]).all()
    return bounds if usable else None


def time_bounds(dataset: xr.Dataset, axis: xr.DataArray, *, file: Path) -> np.ndarray | None:
    """Return the bounds of the steps of a time axis as :func:`bounds_of` does.

    Raises
    ------
    InputError
        If a stamp lies outside its bounds.
    """
    bounds = bounds_of(dataset, axis, size=axis.size)
    if bounds is not None:
        refuse_other_bounds(axis, bounds, file=file, beside=BESIDE_TIME)
    return bounds


def refuse_other_bounds(
    axis: xr.DataArray, bounds: np.ndarray, *, file: Path, turn: float | None = None,
    beside: float = BESIDE,
) -> None:  # fmt: skip
    """Refuse bounds that do not hold the coordinates they are of.

    Parameters
    ----------
    axis : xarray.DataArray, shape (cell,)
        The coordinate.
    bounds : numpy.ndarray, shape (cell, 2)
        From :func:`bounds_of`.
    file : Path
        Named in errors.
    turn : float, optional
        Length after which a coordinate comes back: 360 for longitudes in degrees.
    beside : float
        How far a coordinate may lie outside, as a share of the largest cell [1].

    Raises
    ------
    InputError
        Naming the first cell, because nothing tells which of the two is right.
    """
    values = numbers(axis, file=file)
    if turn is not None:
        with np.errstate(invalid="ignore"):
            values = values + turn * np.round((bounds.mean(axis=1) - values) / turn)
    margin = beside * np.diff(bounds, axis=1).max()
    inside = (bounds[:, 0] - margin <= values) & (values <= bounds[:, 1] + margin)
    wrong = np.flatnonzero(~inside)
    if wrong.size:
        first = int(wrong[0])
        low, high = bounds[first]
        raise InputError(
            "A coordinate and its bounds disagree.",
            file=file,
            where=f"{axis.name} and {axis.attrs['bounds']}",
            found=f"{wrong.size} of {values.size} outside, the first at position {first + 1}: "
            f"{values[first]:.10g} not in {low:.10g} to {high:.10g}",
            accepted="each coordinate inside its bounds",
            fix=f"Correct {axis.attrs['bounds']} in the file (order, offset), or remove the "
            f"attribute `bounds` of {axis.name}.",
        )
