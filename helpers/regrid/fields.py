"""Regridding of fields as xarray objects: in memory, lazy, or still in their file."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from helpers.constants import EARTH_RADIUS_M
from helpers.regrid import blocks
from helpers.regrid.bands import Bands, bands_of, overlaps
from helpers.regrid.threads import thread_count

if TYPE_CHECKING:
    import scipy.sparse as sp
    import xarray as xr


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
    return _matrix(overlaps(source_edges, target_edges, period=period))


def _matrix(bands: Bands) -> sp.csr_array:
    import scipy.sparse as sp

    entries = (bands.lengths, bands.columns, bands.pointers)
    return sp.csr_array(entries, shape=(bands.targets, bands.sources))


def weight_matrices(
    source: xr.Dataset | xr.DataArray, target: xr.Dataset
) -> tuple[sp.csr_array, sp.csr_array]:
    """Return the overlap matrices in sine of latitude and in radians of longitude.

    Both grids need ascending `lat` and `lon` [degrees]; longitudes are periodic.
    """
    lat, lon = axis_bands(source, target)
    return _matrix(lat), _matrix(lon)


def axis_bands(source: xr.Dataset | xr.DataArray, target: xr.Dataset) -> tuple[Bands, Bands]:
    """Return the overlaps along both axes, as :func:`weight_matrices` does."""
    from helpers import grid

    return bands_of(grid.bounds_of(source), grid.bounds_of(target))


def conservative(data: xr.DataArray, target: xr.Dataset, *, min_valid: float = 0.0) -> xr.DataArray:
    """Regrid by exact overlap of areas.

    Parameters
    ----------
    data : xarray.DataArray, dims (..., lat, lon)
        Any intensive quantity (a flux per area) on a regular grid; NaN where missing. May be a
        Dask array: then the result is lazy and computed block by block along the other axes. Where
        the values are still in one plain file, they are read from it in blocks, with the same
        result to the last bit, and are not kept.
    target : xarray.Dataset
        From :func:`helpers.grid.regular_grid`.
    min_valid : float
        Smallest valid part of the source below a target cell, as a fraction of what the source
        grid covers of it, for the cell not to be missing.

    Returns
    -------
    xarray.DataArray, dims (..., lat, lon)
        Mean over the valid part of each target cell, float64, attributes kept. Where the source
        does not reach the cell at all it is NaN. Sums are in float64 whatever the input.

    Notes
    -----
    F_j = sum_i A_ij v_i F_i / sum_i A_ij v_i with A_ij the overlap area of cells i and j and v_i
    one where the source is valid. With :func:`valid_area` as weight, the integral
    sum_j F_j sum_i A_ij v_i equals that of the source wherever the target covers it
    (Jones 1999, Mon. Weather Rev. 127, 2204-2210, first order).
    """
    lat, lon = axis_bands(data, target)
    full = blocks.whole(lat, lon)

    def finish(totals: np.ndarray, covered: np.ndarray) -> np.ndarray:
        return blocks.mean(totals, covered, full=full, min_valid=min_valid)

    return _apply(data, target, lat=lat, lon=lon, finish=finish)


def valid_area(data: xr.DataArray, target: xr.Dataset) -> xr.DataArray:
    """Return the area of each target cell that valid source cells cover, dims (..., lat, lon) [m2].

    With it as weight, :func:`conservative` keeps the integral of the source.
    """
    lat, lon = axis_bands(data, target)
    area = _apply(data, target, lat=lat, lon=lon, finish=covered_area)
    area.attrs = {"units": "m2", "long_name": "valid source area"}
    return area.rename("valid_area")


def covered_area(totals: np.ndarray, covered: np.ndarray) -> np.ndarray:
    """Return the area that valid source cells cover, from the covered weight [m2]."""
    return covered * EARTH_RADIUS_M**2


Finish = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""Makes a result of the weighted sums and the covered weights."""


def _apply(
    data: xr.DataArray, target: xr.Dataset, *, lat: Bands, lon: Bands, finish: Finish
) -> xr.DataArray:
    """Run the products over the last two axes: from the file, eagerly or lazily."""
    from helpers.regrid.backing import stored_steps
    from helpers.regrid.stream import stream

    data = data.transpose(..., "lat", "lon")
    steps = None if data.chunks is not None else stored_steps(data)
    if steps is None:
        return _ufunc(data, target, lat=lat, lon=lon, finish=finish)
    values = np.empty((steps.size, lat.targets, lon.targets))
    for number, pair in enumerate(stream(steps, lat, lon=lon)):
        values[number] = finish(*pair)
    return _labelled(data, target, values=values.reshape((*data.shape[:-2], *values.shape[1:])))


def _labelled(data: xr.DataArray, target: xr.Dataset, *, values: np.ndarray) -> xr.DataArray:
    """Return values on the target grid with the other coordinates of the data."""
    import xarray as xr

    others = {name: one for name, one in data.coords.items() if not {"lat", "lon"} & set(one.dims)}
    result = xr.DataArray(values, dims=data.dims, coords=others, name=data.name)
    result = result.assign_coords(lat=target["lat"], lon=target["lon"])
    result.attrs = dict(data.attrs)
    return result


def _ufunc(
    data: xr.DataArray, target: xr.Dataset, *, lat: Bands, lon: Bands, finish: Finish
) -> xr.DataArray:
    import xarray as xr

    threads = thread_count()
    if data.chunks is not None:  # the scheduler has threads of its own
        data, threads = data.chunk({"lat": -1, "lon": -1}), 1

    def regrid(field: np.ndarray) -> np.ndarray:
        return finish(*blocks.sums(field, lat, lon=lon, threads=threads))

    options: dict[str, Any] = {
        "input_core_dims": [["lat", "lon"]],
        "output_core_dims": [["lat", "lon"]],
        "exclude_dims": {"lat", "lon"},
        "dask": "parallelized",
        "output_dtypes": [float],
        "dask_gufunc_kwargs": {"output_sizes": {"lat": lat.targets, "lon": lon.targets}},
    }
    result = xr.apply_ufunc(regrid, data, **options)
    result = result.assign_coords(lat=target["lat"], lon=target["lon"])
    result.attrs = dict(data.attrs)
    return result
