"""The grid of any file: cells by their bounds, and grids that are refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import xarray as xr

from helpers import grid
from helpers.errors import InputError
from helpers.sources import cells, coordinates, netcdf

_GAP = 1e-3
"""Largest gap between neighbouring cells, as a share of the largest cell."""

_ASIDE = 1e-2
"""Distance of a coordinate from the middle of its cell that is told, as a share of the cell."""

_TURN = 360.0


def refuse_other_grids(dataset: xr.Dataset, variable: xr.DataArray, *, file: Path) -> None:
    """Refuse a grid that is not made of rows of latitude and columns of longitude.

    Raises
    ------
    InputError
        For curvilinear, rotated-pole, projected and unstructured grids.
    """
    found = None
    mapping = netcdf.text(variable.attrs, "grid_mapping")
    if mapping in dataset.variables:
        kind = netcdf.text(dataset[mapping].attrs, "grid_mapping_name")
        found = None if kind in (None, "latitude_longitude") else f"grid mapping {kind}"
    for name in dataset.variables:
        axis = dataset[name]
        stated = (netcdf.text(axis.attrs, "units"), netcdf.text(axis.attrs, "standard_name"))
        if not {"degrees_north", "latitude"} & set(stated) or not set(axis.dims) <= set(
            variable.dims
        ):
            continue
        if axis.ndim == 2:
            table = np.asarray(axis.values, dtype=float)
            straight = [np.ptp(table, axis=k).max() < 1e-6 for k in (0, 1)]
            found = found or (None if any(straight) else f"two-dimensional latitudes {name}")
        elif axis.ndim == 1 and (np.diff(np.sign(np.diff(axis.values))) != 0).any():
            found = found or f"unordered latitudes along {axis.dims[0]}"
    if found:
        raise InputError(
            "The grid is not one of latitudes and longitudes.",
            file=file,
            where=str(variable.name),
            found=found,
            accepted="one latitude for each row, one longitude for each column",
            fix="Regrid the product conservatively to a regular grid first (cdo remapcon).",
        )


def with_centres(dataset: xr.Dataset, *, file: Path) -> tuple[xr.Dataset, tuple[str, ...]]:
    """Put the middle of each cell in place of coordinates for which the file gives bounds.

    Some files label cells by a corner; their bounds tell.

    Returns
    -------
    dataset : xarray.Dataset
        With the middles.
    notices : tuple of str
        Which coordinates were not the middles of their cells.

    Raises
    ------
    InputError
        If a coordinate lies outside its bounds.
    """
    changed, notices = {}, []
    for axis, (name, table) in _tables(dataset).items():
        coordinate = dataset[name]
        turn = _TURN if axis == "lon" else None
        coordinates.refuse_other_bounds(coordinate, table, file=file, turn=turn)
        middles = table.mean(axis=1)
        away = np.abs(middles - coordinates.numbers(coordinate, file=file))
        away = np.minimum(away % _TURN, -away % _TURN)
        if (away > _ASIDE * np.diff(table, axis=1)[:, 0]).any():
            notices.append(
                f"cells are placed by {coordinate.attrs['bounds']}: {name} lies up to "
                f"{away.max():.4g} degrees off their middles"
            )
        attrs = coordinates.without_packing(coordinate.attrs)
        changed[name] = (coordinate.dims, middles, attrs)
    return (dataset.assign(changed) if changed else dataset), tuple(notices)


def bounds(dataset: xr.Dataset) -> dict[str, np.ndarray] | None:
    """Return the bounds of both axes, ``lat`` and ``lon``, or None where the file lacks any."""
    tables = _tables(dataset)
    return {axis: table for axis, (_, table) in tables.items()} if len(tables) == 2 else None


def edges(dataset: xr.Dataset, part: cells.Cells) -> dict[str, tuple[str, np.ndarray]]:
    """Return the bounds of cells of unequal size as coordinates; none for equal cells.

    Parameters
    ----------
    dataset : xarray.Dataset
        The open file.
    part : cells.Cells
        Rows and columns of the request; of unequal cells the bounds are known.
    """
    try:
        grid.edges_from_centres(np.sort(part.lat))
        grid.edges_from_centres(np.sort(wrapped(part.lon)))
    except InputError:
        tables = bounds(dataset)
        if tables is None:
            raise
        rows, columns = tables["lat"][part.rows], tables["lon"][part.columns]
        columns = columns + (wrapped(part.lon) - part.lon)[:, np.newaxis]
        return {
            f"{axis}_{side}": (axis, table[:, k])
            for axis, table in (("lat", rows), ("lon", columns))
            for k, side in enumerate(("low", "high"))
        }
    return {}


def wrapped(lon: np.ndarray) -> np.ndarray:
    """Return longitudes in -180 to 180, those already there untouched."""
    return np.where((lon >= -180) & (lon < 180), lon, (lon + 180.0) % 360.0 - 180.0)


def _tables(dataset: xr.Dataset) -> dict[str, tuple[str, np.ndarray]]:
    """Return name and contiguous bounds of the one-dimensional axes that have them."""
    found = {}
    for axis, words in (("lat", ("lat", "latitude")), ("lon", ("lon", "longitude"))):
        for name in dataset.variables:
            variable = dataset[name]
            stated = netcdf.text(variable.attrs, "standard_name") or str(name).lower()
            table = coordinates.bounds_of(dataset, variable) if variable.ndim == 1 else None
            if stated in words and table is not None and _is_contiguous(table):
                found[axis] = (str(name), table)
    return found


def _is_contiguous(table: np.ndarray) -> bool:
    ordered = table[np.argsort(table[:, 0])]
    gaps = np.abs(ordered[1:, 0] - ordered[:-1, 1])
    return bool((gaps < _GAP * np.diff(ordered, axis=1).max()).all())
