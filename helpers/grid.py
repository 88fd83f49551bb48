"""Latitude-longitude grids: bounds, exact areas and one orientation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import xarray as xr

from helpers.constants import CHINA_BOX, EARTH_RADIUS_M, LATITUDE_NAMES, LONGITUDE_NAMES
from helpers.errors import InputError
from helpers.regrid.bands import edges_from_centres

__all__ = [
    "analysis_grid", "bounds_of", "cell_areas", "edges_from_centres", "grid_from_edges",
    "normalise_lonlat", "regular_grid",
]  # fmt: skip


def regular_grid(resolution: float, *, box: tuple[float, float, float, float]) -> xr.Dataset:
    """Return a grid of equal steps in degrees that fills a box.

    Parameters
    ----------
    resolution : float
        Step in latitude and longitude [degrees].
    box : tuple of float
        West, east, south and north edge [degrees].

    Returns
    -------
    xarray.Dataset
        Coordinates `lat`, `lon` (ascending cell centres) and variables `lat_bnds`, `lon_bnds`,
        dims (lat, bnds) and (lon, bnds) [degrees].

    Raises
    ------
    InputError
        If the step does not divide the box.
    """
    west, east, south, north = box
    n_lon, n_lat = (east - west) / resolution, (north - south) / resolution
    if abs(n_lon - round(n_lon)) > 1e-6 or abs(n_lat - round(n_lat)) > 1e-6:
        raise InputError(
            "The resolution does not divide the box.",
            where="resolution, box",
            found=f"{resolution} degrees in {box}",
            accepted="a whole number of cells",
            fix="Choose another resolution or box.",
        )
    lon_edges = np.linspace(west, east, round(n_lon) + 1)
    lat_edges = np.linspace(south, north, round(n_lat) + 1)
    return grid_from_edges(lat_edges, lon_edges)


def analysis_grid(
    resolution: float = 1.0, *, box: tuple[float, float, float, float] = CHINA_BOX
) -> xr.Dataset:
    """Return the grid on which the book compares products: 1 degree over the China box."""
    return regular_grid(resolution, box=box)


def grid_from_edges(lat_edges: np.ndarray, lon_edges: np.ndarray) -> xr.Dataset:
    """Return the grid between ascending cell edges [degrees], as :func:`regular_grid` does."""
    lat_edges, lon_edges = np.asarray(lat_edges, float), np.asarray(lon_edges, float)
    lat = xr.DataArray(
        (lat_edges[1:] + lat_edges[:-1]) / 2,
        dims="lat",
        attrs={"standard_name": "latitude", "units": "degrees_north", "bounds": "lat_bnds"},
    )
    lon = xr.DataArray(
        (lon_edges[1:] + lon_edges[:-1]) / 2,
        dims="lon",
        attrs={"standard_name": "longitude", "units": "degrees_east", "bounds": "lon_bnds"},
    )
    return xr.Dataset(
        {
            "lat_bnds": (("lat", "bnds"), np.stack([lat_edges[:-1], lat_edges[1:]], axis=1)),
            "lon_bnds": (("lon", "bnds"), np.stack([lon_edges[:-1], lon_edges[1:]], axis=1)),
        },
        coords={"lat": lat, "lon": lon},
    )


def bounds_of(data: xr.DataArray | xr.Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Return ascending edges of the `lat` and `lon` axes of data [degrees].

    Those of `lat_bnds` and `lon_bnds` (in an array, of the coordinates `lat_low`, `lat_high`,
    `lon_low` and `lon_high`) where the data have them, else half-way between the centres of a
    regular grid.
    """
    for axis in ("lat", "lon"):
        if axis not in data.dims:
            raise InputError(
                f"The data have no dimension {axis!r}.",
                where=axis,
                found=str(tuple(data.dims)),
                accepted="dims lat and lon",
                fix="Use helpers.grid.normalise_lonlat first.",
            )
    if {"lat_low", "lat_high", "lon_low", "lon_high"} <= set(data.coords):
        pairs = [(data[f"{axis}_low"].values, data[f"{axis}_high"].values)
                 for axis in ("lat", "lon")]  # fmt: skip
        return tuple(np.append(np.sort(low), high.max()) for low, high in pairs)  # type: ignore
    if isinstance(data, xr.Dataset) and {"lat_bnds", "lon_bnds"} <= set(data.variables):
        lat, lon = data["lat_bnds"].values, data["lon_bnds"].values
        return np.append(lat[:, 0], lat[-1, 1]), np.append(lon[:, 0], lon[-1, 1])
    lat_edges = edges_from_centres(data["lat"].values, limit=90.0)
    return lat_edges, edges_from_centres(data["lon"].values)


def cell_areas(grid: xr.Dataset | xr.DataArray) -> xr.DataArray:
    """Return the exact area of each cell on the sphere.

    Parameters
    ----------
    grid : xarray.Dataset or xarray.DataArray
        Has regular coordinates `lat` and `lon`, or `lat_bnds` and `lon_bnds` [degrees].

    Returns
    -------
    xarray.DataArray, dims (lat, lon) [m2]

    Notes
    -----
    A = R^2 (lon_2 - lon_1) (sin lat_2 - sin lat_1), angles in radians, R the authalic radius.
    The areas of a global grid add up to 4 pi R^2.
    """
    lat_edges, lon_edges = bounds_of(grid)
    height = np.abs(np.diff(np.sin(np.deg2rad(lat_edges))))
    width = np.abs(np.diff(np.deg2rad(lon_edges)))
    return xr.DataArray(
        EARTH_RADIUS_M**2 * np.outer(height, width),
        dims=("lat", "lon"),
        coords={"lat": grid["lat"], "lon": grid["lon"]},
        name="cell_area",
        attrs={"standard_name": "cell_area", "units": "m2"},
    )


def normalise_lonlat(data: xr.DataArray, *, file: str | Path | None = None) -> xr.DataArray:
    """Rename, wrap and sort the horizontal axes to one orientation.

    Parameters
    ----------
    data : xarray.DataArray
        With latitude and longitude dimensions under any usual name, north or south first,
        longitudes 0..360 or -180..180.
    file : str or Path, optional
        Named in errors.

    Returns
    -------
    xarray.DataArray
        Dims named `lat` and `lon`, both ascending, longitudes in [-180, 180).

    Raises
    ------
    InputError
        If an axis or its values are missing, repeated or outside the Earth.
    """
    data = _renamed(
        _renamed(data, "lat", names=LATITUDE_NAMES, file=file),
        "lon",
        names=LONGITUDE_NAMES,
        file=file,
    )
    lat, lon = _centres(data, "lat", file=file), _centres(data, "lon", file=file)
    if np.abs(lat).max() > 90.0 + 1e-6:
        raise InputError(
            "A latitude lies beyond the pole.",
            file=file,
            where="lat",
            found=f"{lat.min():g} to {lat.max():g}",
            accepted="-90 to 90",
            fix="Drop those rows, or correct the axis (lat and lon swapped?).",
        )
    if lon.min() < -360.0 or lon.max() > 540.0:
        raise InputError(
            "A longitude is out of range.",
            file=file,
            where="lon",
            found=f"{lon.min():g} to {lon.max():g}",
            accepted="-180 to 180 or 0 to 360",
            fix="Correct the axis.",
        )
    wrapped = (lon + 180.0) % 360.0 - 180.0
    for axis, values in (("lat", lat), ("lon", np.round(wrapped, 9))):
        if np.unique(values).size != values.size:
            raise InputError(
                "A coordinate is repeated.",
                file=file,
                where=axis,
                found=f"{values.size - np.unique(values).size} repeated values",
                accepted="each row and column once",
                fix="Drop the repeated cells.",
            )
    data = data.assign_coords(lat=("lat", lat), lon=("lon", wrapped))
    return _sorted(_sorted(data, "lat"), "lon")


def _centres(data: xr.DataArray, axis: str, *, file: str | Path | None) -> np.ndarray:
    """Return the values of an axis; without any, xarray counts cells as if they were degrees."""
    there = axis in data.coords
    values = data[axis].values.astype(float)
    if not there or not np.isfinite(values).all():
        raise InputError(
            "An axis has no values.",
            file=file,
            where=axis,
            found="values that are missing or infinite" if there else "a dimension only",
            accepted="the centre of every cell in degrees",
            fix="Add the coordinate to the file.",
        )
    return values


def _sorted(data: xr.DataArray, axis: str) -> xr.DataArray:
    """Sort along an axis; a reversed axis stays a view."""
    steps = np.diff(data[axis].values)
    if (steps > 0).all():
        return data
    return data.isel({axis: slice(None, None, -1)}) if (steps < 0).all() else data.sortby(axis)


def _renamed(
    data: xr.DataArray, axis: str, *, names: tuple[str, ...], file: str | Path | None
) -> xr.DataArray:
    for name in names:
        if name in data.dims:
            return data if name == axis else data.rename({name: axis})
    raise InputError(
        f"No {'latitude' if axis == 'lat' else 'longitude'} dimension.",
        file=file,
        found=str(tuple(data.dims)),
        accepted=", ".join(names),
        fix="Rename the dimension in the file, or name it in the catalog entry.",
    )
