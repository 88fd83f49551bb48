"""From polygons to cell weights: three ways to draw a border on a grid.

A mask is a method, not a detail: on a 1 degree grid about a quarter of China's cells are partial.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import shapely
import xarray as xr

from helpers import grid as grids
from helpers.constants import EARTH_RADIUS_M
from helpers.errors import InputError

Method = Literal["fraction", "centre", "touched"]
METHODS: tuple[str, ...] = get_args(Method)
"""``fraction``: exact share of the cell's area inside; ``centre``: all of a cell whose centre is
inside; ``touched``: all of a cell that shares any area."""

_POLYGON = 3
"""shapely's type number of a polygon."""


def spherical_areas(geometries: np.ndarray) -> np.ndarray:
    """Return the exact area on the sphere of polygons whose edges are straight in degrees.

    Parameters
    ----------
    geometries : numpy.ndarray of shapely geometries, shape (n,)
        Longitudes and latitudes [degrees]. Lines and points in collections have no area.

    Returns
    -------
    numpy.ndarray, shape (n,) [m2]

    Notes
    -----
    By Green's theorem A = R^2 |closed integral of sin(lat) d(lon)|; along an edge straight in
    degrees the mean of the sine is sin(middle) sin(d/2) / (d/2), with d the difference of the two
    latitudes. Cutting a polygon anywhere leaves the sum of the areas unchanged.
    """
    parts, owner = shapely.get_parts(np.atleast_1d(geometries), return_index=True)
    areal = shapely.get_type_id(parts) == _POLYGON
    rings, part = shapely.get_rings(shapely.orient_polygons(parts[areal]), return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    lon, lat = np.deg2rad(points).T
    inside = ring[1:] == ring[:-1]
    half = (lat[1:] - lat[:-1]) / 2
    mean_sine = np.sin((lat[1:] + lat[:-1]) / 2) * np.sinc(half / np.pi)
    integral = np.where(inside, (lon[1:] - lon[:-1]) * mean_sine, 0.0)
    index = owner[areal][part[ring[:-1]]]
    # counter-clockwise rings give the negative of the area
    return -np.bincount(index, integral, minlength=np.size(geometries)) * EARTH_RADIUS_M**2


def polygon_area(polygon: shapely.Geometry) -> float:
    """Return the area on the sphere of a polygon in degrees of longitude and latitude [m2]."""
    return float(spherical_areas(np.array([polygon]))[0])


def check_polygon(polygon: shapely.Geometry, *, name: str = "polygon") -> None:
    """Refuse an empty, invalid or misplaced polygon.

    Raises
    ------
    InputError
        With the reason shapely gives, or with the extent found.
    """
    if shapely.is_empty(polygon) or polygon.geom_type not in ("Polygon", "MultiPolygon"):
        raise InputError(
            "Not a polygon with an area.",
            where=name,
            found=polygon.geom_type,
            accepted="Polygon or MultiPolygon",
            fix="Give areas, not points or lines.",
        )
    if not shapely.is_valid(polygon):
        raise InputError(
            "The polygon is not valid.",
            where=name,
            found=shapely.is_valid_reason(polygon),
            accepted="rings that do not cross",
            fix="Repair it, for instance with make_valid.",
        )
    west, south, east, north = shapely.bounds(polygon)
    if west < -180 or east > 360 or south < -90 or north > 90:
        raise InputError(
            "The polygon is not in degrees of longitude and latitude.",
            where=name,
            found=f"x {west:g} to {east:g}, y {south:g} to {north:g}",
            accepted="x -180 to 180, y -90 to 90 (EPSG:4326)",
            fix="Reproject it; do not swap axes.",
        )


def polygon_weights(
    polygon: shapely.Geometry,
    grid: xr.Dataset | xr.DataArray,
    *,
    method: str = "fraction",
    name: str = "polygon",
) -> xr.DataArray:
    """Return how much of each cell counts as inside a polygon.

    Parameters
    ----------
    polygon : shapely.Polygon or MultiPolygon
        Longitudes and latitudes [degrees].
    grid : xarray.Dataset or xarray.DataArray
        With ascending `lat` and `lon`.
    method : {"fraction", "centre", "touched"}
        See :data:`METHODS`.
    name : str
        Named in errors.

    Returns
    -------
    xarray.DataArray, dims (lat, lon) [1]
        Share of the cell's area, 0 to 1. With ``fraction``, the weights times the cell areas add
        up to the polygon's area where the grid covers it.

    Raises
    ------
    InputError
        If the method is unknown or the polygon is not usable.
    """
    if method not in METHODS:
        raise InputError(
            "Unknown mask method.",
            where="mask",
            found=repr(method),
            accepted=" or ".join(METHODS),
            fix="Choose one of them in the parameter `mask`.",
        )
    check_polygon(polygon, name=name)
    weights = _centre_inside(polygon, grid) if method == "centre" else _overlap(polygon, grid)
    if method == "touched":
        weights = (weights > 0).astype(float)
    return xr.DataArray(
        weights,
        dims=("lat", "lon"),
        coords={"lat": grid["lat"], "lon": grid["lon"]},
        name="weight",
        attrs={"units": "1", "long_name": f"share of cell in {name}", "mask": method},
    )


def _centre_inside(polygon: shapely.Geometry, grid: xr.Dataset | xr.DataArray) -> np.ndarray:
    lon, lat = np.meshgrid(grid["lon"].values, grid["lat"].values)
    shapely.prepare(polygon)
    return shapely.intersects_xy(polygon, lon, lat).astype(float)


def _overlap(polygon: shapely.Geometry, grid: xr.Dataset | xr.DataArray) -> np.ndarray:
    """Exact share of each cell: intersections in degrees, areas on the sphere."""
    lat, lon = grids.bounds_of(grid)
    west, south = np.meshgrid(lon[:-1], lat[:-1])
    east, north = np.meshgrid(lon[1:], lat[1:])
    cells = shapely.box(west, south, east, north)
    shapely.prepare(polygon)
    share = shapely.contains_properly(polygon, cells).astype(float)
    border = shapely.intersects(polygon, cells) & (share == 0)
    # cut the polygon to each row of cells first: intersections with a long border are slow
    for row in np.flatnonzero(border.any(axis=1)):
        strip = shapely.intersection(polygon, shapely.box(lon[0], lat[row], lon[-1], lat[row + 1]))
        columns = np.flatnonzero(border[row])
        parts = shapely.intersection(strip, cells[row, columns])
        share[row, columns] = spherical_areas(parts) / spherical_areas(cells[row, columns])
    return np.clip(share, 0.0, 1.0)
