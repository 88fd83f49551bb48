"""Elevation bands of a region, exactly: what a flux is in each, and where it is largest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
import xarray as xr

from helpers import budget, latitudes, masks, regrid, timeaxis
from helpers import grid as grids
from helpers.closure import TOLERANCE, Identity, identity
from helpers.errors import InputError

BAND_EDGES = (0.0, 2250.0, 2750.0, 3250.0, 3750.0, 4250.0, 4750.0, 5250.0, 9000.0)
"""Edges of the bands [m]: steps of 500 m, one band centred on 4000 m, the outer ones open."""


def edges_around(
    centre: float, *, step: float, low: float = 2000.0, high: float = 5500.0
) -> tuple[float, ...]:
    """Return edges of even bands of which one is centred on an elevation [m].

    Even steps run from `low` to `high`; two open bands take what lies below and above.

    Raises
    ------
    InputError
        If the step is not above zero.

    Examples
    --------
    >>> edges_around(4000, step=1000)
    (0.0, 2500.0, 3500.0, 4500.0, 5500.0, 9000.0)
    """
    if step <= 0:
        raise InputError("A step of elevation is not above zero.", where="step", found=step,
                         accepted="above 0 m", fix="Give a step such as 500.")  # fmt: skip
    first = centre - step / 2 - step * np.floor((centre - step / 2 - low) / step)
    return (0.0, *(float(edge) for edge in np.arange(first, high + 1e-6, step)), BAND_EDGES[-1])


def band_names(edges: Sequence[float]) -> list[str]:
    """Return the names of bands as result tables write them.

    Raises
    ------
    InputError
        If there are fewer than three bands or the edges do not ascend.

    Examples
    --------
    >>> band_names([0, 3000, 4000, 9000])
    ['under-3000m', '3000-4000m', 'over-4000m']
    """
    if len(edges) < 4 or (np.diff(edges) <= 0).any():
        raise InputError(
            "Elevation bands need ascending edges.", where="elevation_edges", found=list(edges),
            accepted="four or more elevations in m, such as [0, 3000, 4000, 9000]",
            fix="A maximum inside the profile needs a band on either side of it.",
        )  # fmt: skip
    inner = [f"{low:g}-{high:g}m" for low, high in pairwise(edges)][1:-1]
    return [f"under-{edges[1]:g}m", *inner, f"over-{edges[-2]:g}m"]


def refined_grid(first: xr.DataArray, second: xr.Dataset | xr.DataArray) -> xr.Dataset:
    """Return the grid of all edges of two grids, inside the second: no cell is cut by either."""
    axes = zip(grids.bounds_of(first), grids.bounds_of(second), strict=True)
    lat, lon = (
        np.unique(np.round([*(e for e in fine if coarse[0] < e < coarse[-1]), *coarse], 9))
        for fine, coarse in axes
    )
    return grids.grid_from_edges(lat, lon)


def band_shares(
    elevation: xr.DataArray,
    grid: xr.Dataset | xr.DataArray,
    *,
    edges: Sequence[float],
    inside: shapely.Geometry | None = None,
) -> xr.DataArray:
    """Return how the part of each cell that lies in a region divides into elevation bands.

    Parameters
    ----------
    elevation : xarray.DataArray, dims (lat, lon) [m]
        On a grid of its own that covers `grid`; a pixel has one elevation.
    grid : xarray.Dataset or xarray.DataArray
        Cells to divide.
    edges : sequence of float
        Ascending [m]; the first and the last band also take what lies beyond.
    inside : shapely.Geometry, optional
        Region [degrees]; whole cells if left out, and for cells without a part in it.

    Returns
    -------
    xarray.DataArray, dims (band, lat, lon) [1]
        Adds up to one over the bands of every cell.

    Notes
    -----
    Pixels and cells are cut by each other's edges and by the polygon, areas on the sphere, so the
    bands of the region have exactly the area of the region.
    """
    names = band_names(edges)
    fine = refined_grid(elevation, grid)
    height = elevation.sel(lat=fine["lat"], lon=fine["lon"], method="nearest")
    index = np.searchsorted(np.asarray(edges[1:-1]), height.values, side="right")
    belongs = index == np.arange(len(names))[:, None, None]
    coords = {"band": names, "lat": fine["lat"], "lon": fine["lon"]}
    bands = xr.DataArray(belongs.astype(float), dims=("band", "lat", "lon"), coords=coords)
    target = grid if isinstance(grid, xr.Dataset) else grids.grid_from_edges(*grids.bounds_of(grid))
    whole = _on_cells(bands, fine, target=target)
    if inside is None:
        return whole
    parts = _on_cells(bands * masks.polygon_weights(inside, fine), fine, target=target)
    covered = parts.sum("band")
    shares = xr.where(covered > 0, parts / covered.where(covered > 0, 1.0), whole)
    return shares.transpose("band", "lat", "lon")


def _on_cells(bands: xr.DataArray, fine: xr.Dataset, *, target: xr.Dataset) -> xr.DataArray:
    """Return area means on coarse cells of data on cells that nest in them."""
    area = bands * grids.cell_areas(fine)
    lat, lon = grids.bounds_of(target)
    row = np.searchsorted(lat, fine["lat"].values) - 1
    column = np.searchsorted(lon, fine["lon"].values) - 1
    sums = np.add.reduceat(area.values, np.unique(row, return_index=True)[1], axis=1)
    sums = np.add.reduceat(sums, np.unique(column, return_index=True)[1], axis=2)
    cells = grids.cell_areas(target)
    coords = {"band": bands["band"], "lat": target["lat"], "lon": target["lon"]}
    return xr.DataArray(sums, dims=("band", "lat", "lon"), coords=coords) / cells


def profile(flux: xr.DataArray, weights: xr.DataArray) -> xr.Dataset:
    """Return the mean flux of each band over all months.

    Parameters
    ----------
    flux : xarray.DataArray, dims (..., time, lat, lon) [kg m-2 s-1]
        Typed flux, land uptake positive.
    weights : xarray.DataArray, dims (band, lat, lon) [1]
        Share of each cell that counts for each band: the shares of :func:`band_shares` times the
        weights of the region.

    Returns
    -------
    xarray.Dataset, dims (..., band)
        `total` [Pg C yr-1], which adds up to the region's; `rate` [g C m-2 yr-1]; `area` [m2].

    Notes
    -----
    A cell has one flux, so all bands in it share that flux: the profile is smeared by relief inside
    cells. :func:`probe` tells how much.
    """
    total = timeaxis.period_mean(budget.total(flux, weights))
    area = (weights * grids.cell_areas(weights)).sum(("lat", "lon"))
    rate = latitudes.rate_per_area(total, weights)
    return xr.Dataset({"total": total, "rate": rate, "area": area.assign_attrs(units="m2")})


def bands_make_region(profile_: xr.Dataset, whole: xr.DataArray, *, label: str) -> Identity:
    """Check that the totals of the bands add up to the region's mean total."""
    parts = profile_["total"].sum("band")
    return identity(f"sum of elevation bands = region, {label}", parts,
                    whole=timeaxis.period_mean(whole), tolerance=TOLERANCE)  # fmt: skip


def areas_make_region(profile_: xr.Dataset, weights: xr.DataArray) -> Identity:
    """Check that the areas of the bands add up to the area of the region."""
    whole = (weights * grids.cell_areas(weights)).sum(("lat", "lon")).assign_attrs(units="m2")
    return identity(
        "sum of band areas = area of the region", profile_["area"].sum("band"), whole=whole
    )


@dataclass(frozen=True, kw_only=True)
class Peak:
    """The band of the largest uptake per area.

    Parameters
    ----------
    band : str
        Its name.
    low, high : float
        Its edges [m].
    rate : float
        Uptake per area there [g C m-2 yr-1].
    is_interior : bool
        A band with area lies below and another above.
    """

    band: str
    low: float
    high: float
    rate: float
    is_interior: bool

    def is_near(self, elevation: float, *, within: float) -> bool:
        """Tell whether the maximum is inside the profile, its band centred near an elevation."""
        return self.is_interior and abs((self.low + self.high) / 2 - elevation) <= within


def peak(rate: xr.DataArray, *, edges: Sequence[float], lowest: float = 0.0) -> Peak:
    """Return the band with the largest rate, dims (band).

    Bands without area, and those that begin below `lowest` [m], are passed over.

    Raises
    ------
    InputError
        If no band is left.
    """
    values = np.where(np.asarray(edges[:-1]) >= lowest, rate.values, np.nan)
    known = np.flatnonzero(np.isfinite(values))
    if known.size == 0:
        raise InputError("No elevation band has a value.", where="lowest",
                         found=f"lowest {lowest:g} m", accepted="below the highest band",
                         fix="Lower it to the start of a band that has area.")  # fmt: skip
    index = int(known[np.argmax(values[known])])
    return Peak(
        band=str(rate["band"].values[index]), low=float(edges[index]),
        high=float(edges[index + 1]), rate=float(values[index]),
        is_interior=bool(known[0] < index < known[-1]),
    )  # fmt: skip


def peaks(
    profiles: Mapping[str, xr.Dataset], *, edges: Sequence[float], lowest: float = 0.0
) -> dict[str, Peak]:
    """Return the peak of the mean over members of each profile."""
    return {
        key: peak(budget.ensemble_mean(found["rate"]), edges=edges, lowest=lowest)
        for key, found in profiles.items()
    }


def band_of(height: float, *, edges: Sequence[float]) -> str:
    """Return the name of the band that holds an elevation [m]; an edge belongs to the upper one."""
    return band_names(edges)[int(np.searchsorted(edges[1:-1], height, side="right"))]


def bump(elevation: xr.DataArray, *, centre: float, width: float) -> xr.DataArray:
    """Return a flux that peaks at one elevation: exp(-(z - centre)^2 / (2 width^2)), dims as z."""
    return xr.DataArray(np.exp(-((elevation - centre) ** 2) / (2 * width**2)))


def probe(
    elevation: xr.DataArray,
    weights: xr.DataArray,
    *,
    centre: float,
    width: float,
    cells: Sequence[tuple[float, float]] = (),
) -> xr.DataArray:
    """Return what is left of a known profile when it is put on coarse cells and binned again.

    Parameters
    ----------
    elevation : xarray.DataArray, dims (lat, lon) [m]
        Fine elevation; the true flux on it is :func:`bump`.
    weights : xarray.DataArray, dims (band, lat, lon) [1]
        As in :func:`profile`, on the analysis grid.
    centre, width : float
        Of the bump [m].
    cells : sequence of (float, float)
        Sizes in latitude and longitude [degrees] of coarser cells that the flux is averaged over
        before it reaches the analysis grid, as in an inversion.

    Returns
    -------
    xarray.DataArray, dims (cell, band) [1]
        Mean of the bump in each band; `cell` holds ``analysis grid`` and sizes such as ``3x4``.
    """
    grid = grids.grid_from_edges(*grids.bounds_of(weights))
    true = bump(elevation, centre=centre, width=width)
    fields = {"analysis grid": regrid.conservative(true, grid)}
    for height, length in cells:
        coarse = _coarse_grid(grid, height, length=length)
        fields[f"{height:g}x{length:g}"] = regrid.conservative(
            regrid.conservative(true, coarse), grid
        )
    area = weights * grids.cell_areas(grid)
    means = [
        (field * area).sum(("lat", "lon")) / area.sum(("lat", "lon")) for field in fields.values()
    ]
    return xr.concat(means, dim=xr.DataArray(list(fields), dims="cell", name="cell"))


def _coarse_grid(grid: xr.Dataset, height: float, *, length: float) -> xr.Dataset:
    """Return cells of one size from the south-west corner that cover a grid."""
    edges = (
        axis[0] + step * np.arange(np.ceil((axis[-1] - axis[0]) / step) + 1)
        for axis, step in zip(grids.bounds_of(grid), (height, length), strict=True)
    )
    return grids.grid_from_edges(*edges)
