"""Area-conserving regridding between rectilinear latitude-longitude grids.

The overlap of two cells is (overlap in longitude) x (overlap in sine of latitude), so the weights
separate into two small banded matrices and conservation is exact by construction. Missing cells
carry no weight: a target cell takes the area-weighted mean of the valid part that covers it, and
the valid fraction comes along so that integrals can be kept.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import scipy.sparse as sp
import xarray as xr

from helpers import grid as grids
from helpers.constants import EARTH_RADIUS_M


def overlap_matrix(
    source_edges: np.ndarray, target_edges: np.ndarray, *, period: float | None = None
) -> sp.csr_array:
    """Return the length of the overlap of every target interval with every source interval.

    Parameters
    ----------
    source_edges, target_edges : numpy.ndarray, shape (n + 1,) and (m + 1,)
        Ascending edges in the same unit (sine of latitude, or degrees of longitude).
    period : float, optional
        Length of a full circle where the axis is periodic.

    Returns
    -------
    scipy.sparse.csr_array, shape (m, n)
        Rows of a target inside the source add up to the length of the target.
    """
    shifts = (0.0,) if period is None else (-period, 0.0, period)
    total = sp.csr_array((target_edges.size - 1, source_edges.size - 1))
    for shift in shifts:
        low, high = source_edges[:-1] + shift, source_edges[1:] + shift
        first = np.searchsorted(high, target_edges[:-1], side="right")
        last = np.searchsorted(low, target_edges[1:], side="left")
        counts = np.maximum(last - first, 0)
        rows = np.repeat(np.arange(counts.size), counts)
        start = np.repeat(first - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
        columns = np.arange(counts.sum()) + start
        length = np.minimum(high[columns], target_edges[1:][rows]) - np.maximum(
            low[columns], target_edges[:-1][rows]
        )
        # edges that differ only by rounding share nothing
        real = length > 1e-9 * (high - low)[columns]
        entries = (length[real], (rows[real], columns[real]))
        total = total + sp.csr_array(entries, shape=total.shape)
    return total


def weight_matrices(
    source: xr.Dataset | xr.DataArray, target: xr.Dataset
) -> tuple[sp.csr_array, sp.csr_array]:
    """Return the overlap matrices in sine of latitude and in radians of longitude.

    Both grids need ascending `lat` and `lon` [degrees]; longitudes are periodic.
    """
    source_lat, source_lon = grids.bounds_of(source)
    target_lat, target_lon = grids.bounds_of(target)
    lat = overlap_matrix(np.sin(np.deg2rad(source_lat)), np.sin(np.deg2rad(target_lat)))
    lon = overlap_matrix(np.deg2rad(source_lon), np.deg2rad(target_lon), period=2 * np.pi)
    return lat, lon


def _apply(field: np.ndarray, lat: sp.csr_array, lon: sp.csr_array) -> np.ndarray:
    """Apply both matrices to the last two axes, in float64."""
    shape = field.shape[:-2]
    stack = field.reshape((-1, *field.shape[-2:]))
    result = np.empty((stack.shape[0], lat.shape[0], lon.shape[0]))
    columns = lon.T.tocsr()
    for i, layer in enumerate(stack):
        result[i] = (lat @ layer.astype(float, copy=False)) @ columns
    return result.reshape((*shape, *result.shape[1:]))


def _regrid_block(
    field: np.ndarray, *, lat: sp.csr_array, lon: sp.csr_array, min_valid: float
) -> np.ndarray:
    valid = np.isfinite(field)
    whole = np.outer(lat.sum(axis=1), lon.sum(axis=1))
    if valid.all():
        covered = np.broadcast_to(whole, (*field.shape[:-2], *whole.shape))
        sums = _apply(field, lat, lon)
    else:
        covered = _apply(valid, lat, lon)
        sums = _apply(np.where(valid, field, 0.0), lat, lon)
    enough = (covered > 0) & (covered >= min_valid * whole * (1 - 1e-9))
    return np.where(enough, sums / np.where(enough, covered, 1.0), np.nan)


def conservative(data: xr.DataArray, target: xr.Dataset, *, min_valid: float = 0.0) -> xr.DataArray:
    """Regrid by exact overlap of areas.

    Parameters
    ----------
    data : xarray.DataArray, dims (..., lat, lon)
        Any intensive quantity (a flux per area) on a regular grid; NaN where missing. May be a
        Dask array: then the result is lazy and computed block by block along the other axes.
    target : xarray.Dataset
        From :func:`helpers.grid.regular_grid`.
    min_valid : float
        Smallest valid part of the source below a target cell, as a fraction of what the source
        grid covers of it, for the cell not to be missing.

    Returns
    -------
    xarray.DataArray, dims (..., lat, lon)
        Mean over the valid part of each target cell, float64, attributes kept. Where the source
        does not reach the cell at all it is NaN.

    Notes
    -----
    F_j = sum_i A_ij v_i F_i / sum_i A_ij v_i with A_ij the overlap area of cells i and j and v_i
    one where the source is valid. With :func:`valid_area` as weight, the integral
    sum_j F_j sum_i A_ij v_i equals that of the source wherever the target covers it
    (Jones 1999, Mon. Weather Rev. 127, 2204-2210, first order).
    """
    lat, lon = weight_matrices(data, target)
    return _apply_to_array(
        data, target, _regrid_block, {"lat": lat, "lon": lon, "min_valid": min_valid}
    )


def _area_block(field: np.ndarray, *, lat: sp.csr_array, lon: sp.csr_array) -> np.ndarray:
    return _apply(np.isfinite(field), lat, lon) * EARTH_RADIUS_M**2


def valid_area(data: xr.DataArray, target: xr.Dataset) -> xr.DataArray:
    """Return the area of each target cell that valid source cells cover, dims (..., lat, lon) [m2].

    With it as weight, :func:`conservative` keeps the integral of the source.
    """
    lat, lon = weight_matrices(data, target)
    area = _apply_to_array(data, target, _area_block, {"lat": lat, "lon": lon})
    area.attrs = {"units": "m2", "long_name": "valid source area"}
    return area.rename("valid_area")


def _apply_to_array(
    data: xr.DataArray,
    target: xr.Dataset,
    function: Callable[..., np.ndarray],
    options: dict[str, object],
) -> xr.DataArray:
    """Run a block function over the last two axes, eagerly or lazily."""
    if data.chunks is not None:
        data = data.chunk({"lat": -1, "lon": -1})
    sizes = {"lat": target.sizes["lat"], "lon": target.sizes["lon"]}
    result = xr.apply_ufunc(
        function,
        data,
        kwargs=options,
        input_core_dims=[["lat", "lon"]],
        output_core_dims=[["lat", "lon"]],
        exclude_dims={"lat", "lon"},
        dask="parallelized",
        output_dtypes=[float],
        dask_gufunc_kwargs={"output_sizes": sizes},
    )
    result = result.assign_coords(lat=target["lat"], lon=target["lon"])
    result.attrs = dict(data.attrs)
    return result
