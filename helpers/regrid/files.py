"""From files to the target grid in one call."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from helpers.errors import InputError
from helpers.regrid import blocks
from helpers.regrid.bands import bands_of, edges_from_centres
from helpers.regrid.fields import covered_area
from helpers.regrid.sources import Source, open_source
from helpers.regrid.threads import thread_count

if TYPE_CHECKING:
    import xarray as xr


def conservative_file(
    paths: str | Path | Sequence[str | Path],
    grid: xr.Dataset | float = 1.0,
    *,
    variable: str,
    min_valid: float = 0.0,
    threads: int | None = None,
) -> xr.Dataset:
    """Regrid a variable of one file, or of files that follow each other, by exact overlap of areas.

    The values are never in memory together: a plain file (NetCDF 4 on a regular grid,
    uncompressed or zlib) is read in blocks by as many threads as there are processors, any other
    file layer by layer through xarray, with the same result to the last bit.

    Parameters
    ----------
    paths : str, Path or sequence of them
        Files with the same variable on the same grid. Layers are joined along the first dimension.
    grid : xarray.Dataset or float
        Target, from :func:`helpers.grid.regular_grid`; a number stands for a global grid of that
        many degrees.
    variable : str
        Name of the variable; latitude and longitude, in any order of the cells, are its last
        dimensions. Numbers are decoded as xarray does: fills, scale and offset.
    min_valid : float
        As for :func:`conservative`.
    threads : int, optional
        Layers at a time; one per processor unless given.

    Returns
    -------
    xarray.Dataset
        `variable` (..., lat, lon), as :func:`conservative` gives it, and `valid_area` [m2], the
        area that valid source cells cover in each layer, so that the integral is kept. Where the
        gaps never change, `valid_area` is one layer seen again and again, which cannot be written
        to.

    Raises
    ------
    InputError
        If a file or variable is missing, is not on a regular grid, or differs from the first.
    """
    files = [paths] if isinstance(paths, str | Path) else list(paths)
    sources = [open_source(Path(path), variable) for path in files]
    _check_alike(sources)
    first = sources[0]
    source_edges = edges_from_centres(first.lat, limit=90.0), edges_from_centres(first.lon)
    lat, lon = bands_of(source_edges, _target_edges(grid))
    full = blocks.whole(lat, lon)
    shape = (sum(source.size for source in sources), lat.targets, lon.targets)
    values, areas = np.empty(shape), _Layers()
    pairs = (
        pair for one in sources for pair in one.pairs(lat, lon, threads=threads or thread_count())
    )
    for number, (totals, covered) in enumerate(pairs):
        values[number] = blocks.mean(totals, covered, full=full, min_valid=min_valid)
        areas.append(covered_area(totals, covered))
    return _labelled(sources, _target(grid), values=values, areas=areas.joined())


def _target_edges(grid: xr.Dataset | float) -> tuple[np.ndarray, np.ndarray]:
    if isinstance(grid, int | float):
        rows = 180.0 / grid
        if abs(rows - round(rows)) < 1e-6:  # with no wait for xarray
            return np.linspace(-90, 90, round(rows) + 1), np.linspace(
                -180, 180, round(rows) * 2 + 1
            )
    from helpers import grid as grids

    return grids.bounds_of(_target(grid))


def _target(grid: xr.Dataset | float) -> xr.Dataset:
    if isinstance(grid, int | float):
        from helpers.grid import regular_grid

        return regular_grid(grid, box=(-180.0, 180.0, -90.0, 90.0))
    return grid


def _check_alike(sources: list[Source]) -> None:
    first = sources[0]
    for other in sources[1:]:
        same = np.array_equal(first.lat, other.lat) and np.array_equal(first.lon, other.lon)
        if not same or first.shape[1:] != other.shape[1:] or not first.shape:
            raise InputError(
                "The files are not on the same grid.",
                file=other.path,
                found=f"{other.lat.size} x {other.lon.size} cells, layers {other.shape}",
                accepted=f"as in {first.path.name}: {first.lat.size} x {first.lon.size} cells, "
                f"layers {first.shape}",
                fix="Regrid them one by one.",
            )


class _Layers:
    """Layers that are often the same: equal neighbours are kept once."""

    def __init__(self) -> None:
        self.layers: list[np.ndarray] = []

    def append(self, layer: np.ndarray) -> None:
        is_same = bool(self.layers) and np.array_equal(self.layers[-1], layer)
        self.layers.append(self.layers[-1] if is_same else layer)

    def joined(self) -> np.ndarray:
        """Return all layers as one array; a view of the first where all are the same."""
        first = self.layers[0]
        if all(layer is first for layer in self.layers):
            return np.broadcast_to(first, (len(self.layers), *first.shape))
        return np.stack(self.layers)


def _labelled(
    sources: list[Source], target: xr.Dataset, *, values: np.ndarray, areas: np.ndarray
) -> xr.Dataset:
    """Return the result with the coordinates of the layers."""
    import xarray as xr

    first = sources[0]
    labels = [source.labels() for source in sources]
    coords = labels[0] if len(labels) == 1 else xr.concat(labels, first.dims[0])
    shape = (sum(source.shape[0] for source in sources), *first.shape[1:]) if first.shape else ()
    dims = (*first.dims, "lat", "lon")
    result = xr.Dataset(coords=coords.coords).assign_coords(lat=target["lat"], lon=target["lon"])
    result[first.name] = (dims, values.reshape((*shape, *values.shape[1:])), first.attrs)
    result["valid_area"] = (dims, areas.reshape((*shape, *values.shape[1:])), _AREA)
    return result


_AREA: dict[str, Any] = {"units": "m2", "long_name": "valid source area"}
