"""The cells of a raw variable: which dimensions are horizontal, and the part to read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr

from helpers import grid
from helpers.errors import InputError
from helpers.sources import coordinates
from helpers.sources.patterns import as_slice

NAMES = {
    "latitude": ("lat", "latitude", "lat_full", "nav_lat", "y"),
    "longitude": ("lon", "longitude", "lon_full", "nav_lon", "x"),
}
"""Usual names of the horizontal dimensions, in small letters."""

_LIMIT_MARGIN = 1e-6


@dataclass(frozen=True)
class Cells:
    """Rows and columns of a variable that a request needs.

    Attributes
    ----------
    lat_dim, lon_dim : str
        Names of the dimensions in the file.
    rows, columns : slice or numpy.ndarray
        Positions along them.
    lat, lon : numpy.ndarray
        Cell centres at those positions as the file has them [degrees].
    notices : tuple of str
        What was dropped on the way.
    layout : tuple of str
        Order of the rows and range of the longitudes in the file.
    """

    lat_dim: str
    lon_dim: str
    rows: slice | np.ndarray
    columns: slice | np.ndarray
    lat: np.ndarray
    lon: np.ndarray
    notices: tuple[str, ...] = ()
    layout: tuple[str, ...] = ()


MOST_CELLS = 40_000_000
"""Cells of the box and its margin that a month may have, about a hundredth of a degree."""


def in_box(
    dataset: xr.Dataset,
    variable: xr.DataArray,
    *,
    box: tuple[float, float, float, float],
    file: Path,
    latitude: str | None = None,
    longitude: str | None = None,
    drop_beyond_pole: bool = False,
    has_bounds: bool = False,
) -> Cells:
    """Find the cells of a variable in a box and a margin around it.

    Parameters
    ----------
    dataset : xarray.Dataset
        The open file, nothing decoded.
    variable : xarray.DataArray
        A variable of it with a latitude and a longitude dimension.
    box : tuple of float
        West, east, south and north edge [degrees]. One degree, or one cell if that is more, is
        kept beyond it, so that every cell that overlaps the box is there.
    file : Path
        Named in errors.
    latitude, longitude : str, optional
        Names of the dimensions where they are unusual.
    drop_beyond_pole : bool
        Drop rows beyond the poles, with a notice, instead of refusing them.
    has_bounds : bool
        The file gives the edges of its cells, which may then differ in size.

    Returns
    -------
    Cells

    Raises
    ------
    InputError
        If an axis is missing, irregular, out of range, or does not reach the box.
    """
    lat_dim = _dimension(dataset, variable, axis="latitude", name=latitude, file=file)
    lon_dim = _dimension(dataset, variable, axis="longitude", name=longitude, file=file)
    lat = _centres(dataset, lat_dim, axis="latitude", file=file)
    lon = _centres(dataset, lon_dim, axis="longitude", file=file)
    beyond = np.abs(lat) > 90.0 + _LIMIT_MARGIN
    notices: tuple[str, ...] = ()
    if beyond.any():
        if not drop_beyond_pole or beyond.mean() > 0.1:
            raise _beyond_pole(lat, file, where=lat_dim)
        notices = (f"{file.name}: dropped {beyond.sum()} rows beyond the pole",)
    west, east, south, north = box
    wrapped = (lon + 180.0) % 360.0 - 180.0
    margins = [max(1.0, np.abs(np.median(np.diff(a)))) if a.size > 1 else 1.0 for a in (lat, lon)]
    rows = np.flatnonzero((lat >= south - margins[0]) & (lat <= north + margins[0]) & ~beyond)
    columns = np.flatnonzero((wrapped >= west - margins[1]) & (wrapped <= east + margins[1]))
    if not (rows.size and columns.size):
        raise _outside(lat, wrapped, box=box, file=file)
    if not has_bounds:
        _check_regular(np.sort(lat[rows]), lat_dim, file=file)
        _check_regular(np.sort(wrapped[columns]), lon_dim, file=file)
    if rows.size * columns.size > MOST_CELLS:
        raise InputError(
            "The grid has too many cells.",
            file=file,
            where=str(variable.name),
            found=f"{rows.size} x {columns.size} in the box",
            accepted=f"at most {MOST_CELLS} a month",
            fix="Average the product to a coarser grid first; a tenth of a degree is plenty.",
        )
    return Cells(
        lat_dim,
        lon_dim,
        as_slice(rows),
        as_slice(columns),
        lat[rows],
        lon[columns],
        notices,
        _layout(lat, lon),
    )


def _layout(lat: np.ndarray, lon: np.ndarray) -> tuple[str, str]:
    """Return in words how rows and columns lie in the file."""
    steps = np.diff(lat)
    order = "from south to north" if (steps > 0).all() else "from north to south"
    order = order if (steps > 0).all() or (steps < 0).all() else "in no order"
    half = abs(float(np.median(np.diff(np.sort(lon))))) / 2 if lon.size > 1 else 0.0
    west, east = lon.min() - half, lon.max() + half
    return f"rows {order}", f"longitudes from {west:.6g} to {east:.6g}"


def _check_regular(centres: np.ndarray, where: str, *, file: Path) -> None:
    try:
        grid.edges_from_centres(centres)
    except InputError as error:
        raise InputError(
            error.what,
            file=file,
            where=where,
            found=error.found,
            accepted=error.accepted,
            fix="Regrid the product to a regular latitude-longitude grid first.",
        ) from error


def _dimension(
    dataset: xr.Dataset, variable: xr.DataArray, *, axis: str, name: str | None, file: Path
) -> str:
    dims = [str(d) for d in variable.dims]
    candidates = [d for d in dims if d == name] if name else _candidates(dataset, dims, axis=axis)
    if len(candidates) == 1:
        return candidates[0]
    raise InputError(
        f"No {axis} dimension." if not candidates else f"More than one {axis} dimension.",
        file=file,
        where=str(variable.name),
        found=f"dimensions {', '.join(dims) or 'none'}",
        accepted=name or ", ".join(NAMES[axis]),
        fix=f"Name it in the catalog entry: options, {axis}.",
    )


def _candidates(dataset: xr.Dataset, dims: list[str], *, axis: str) -> list[str]:
    named = [d for d in dims if d.lower() in NAMES[axis]]
    degrees = "degrees_north" if axis == "latitude" else "degrees_east"
    typed = [
        d
        for d in dims
        if d in dataset.variables
        and (
            dataset[d].attrs.get("standard_name") == axis
            or dataset[d].attrs.get("units") == degrees
        )
    ]
    return named or typed


def _centres(dataset: xr.Dataset, dim: str, *, axis: str, file: Path) -> np.ndarray:
    """Return the coordinate along a dimension, also where its variable has another name."""
    options = [dataset[dim]] if dim in dataset.variables else []
    options += [dataset[n] for n in dataset.variables if str(n).lower() in NAMES[axis] and n != dim]
    options = [option for option in options if option.dtype.kind in "iuf"]
    tables = [o for o in options if o.ndim == 2 and dim in o.dims]
    curved = [o for o in tables if not _is_straight(_by_row(o, dim, file=file))]
    for option in options:
        straight = option.ndim == 2 and dim in option.dims
        if (option.dims == (dim,) or straight) and not curved:
            coordinates.refuse_other_units(option, axis, file=file)
            values = _by_row(option, dim, file=file)
            return _finite(values[:, 0] if straight else values, axis, file=file, where=dim)
    raise InputError(
        f"The {axis} coordinate is missing or not one-dimensional.",
        file=file,
        where=dim,
        found=", ".join(f"{o.name}{o.dims}" for o in curved or options) or "no such variable",
        accepted=f"numbers along {dim}",
        fix="Add the coordinate to the file, or regrid it to a regular grid.",
    )


def _by_row(option: xr.DataArray, dim: str, *, file: Path) -> np.ndarray:
    return coordinates.numbers(option.transpose(dim, ...), file=file)


def _is_straight(table: np.ndarray) -> bool:
    """Tell whether a coordinate is the same all along a row, so that the grid is regular."""
    return bool(np.allclose(table, table[:, :1], atol=1e-6, equal_nan=True))


def _finite(values: np.ndarray, axis: str, *, file: Path, where: str) -> np.ndarray:
    bad = np.flatnonzero(~np.isfinite(values))
    if bad.size:
        raise InputError(
            f"The {axis} coordinate holds missing or infinite numbers.",
            file=file,
            where=where,
            found=f"{bad.size} of {values.size}, the first at position {bad[0] + 1}",
            accepted="finite numbers",
            fix="Repair the coordinate of the file.",
        )
    return values


def _beyond_pole(lat: np.ndarray, file: Path, *, where: str) -> InputError:
    return InputError(
        "A latitude lies beyond the pole.",
        file=file,
        where=where,
        found=f"{lat.min():g} to {lat.max():g}",
        accepted="-90 to 90",
        fix="Correct the axis (latitude and longitude swapped?).",
    )


def _outside(
    lat: np.ndarray, lon: np.ndarray, *, box: tuple[float, float, float, float], file: Path
) -> InputError:
    west, east, south, north = box
    return InputError(
        "The grid does not reach the analysis box.",
        file=file,
        found=f"lat {lat.min():g} to {lat.max():g}, lon {lon.min():g} to {lon.max():g}",
        accepted=f"cells in lat {south:g} to {north:g}, lon {west:g} to {east:g}",
        fix="Check the coordinates of the file.",
    )
