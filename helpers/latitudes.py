"""Latitudes of a flux: bands, and sections of latitude by time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import xarray as xr

from helpers import budget, units
from helpers import grid as grids
from helpers.constants import SECONDS_PER_YEAR
from helpers.errors import InputError

RATE_UNITS = "g C m-2 yr-1"
"""Unit of a flux per area, as figures and tables show it."""

_PER_SQUARE_METRE = 1000.0 * SECONDS_PER_YEAR


def band_weights(weights: xr.DataArray, edges: Sequence[float]) -> xr.DataArray:
    """Return cell weights of latitude bands.

    Parameters
    ----------
    weights : xarray.DataArray, dims (lat, lon) [1]
        Share of each cell that counts, such as ``study.weights("China")``.
    edges : sequence of float
        Ascending latitudes [degrees north]; band i runs from one to the next.

    Returns
    -------
    xarray.DataArray, dims (band, lat, lon) [1]
        A row cut by an edge counts with the share of its area in the band. Names such as
        ``25-35N`` in `band`.

    Raises
    ------
    InputError
        If there are fewer than two edges, they do not ascend, or a band holds nothing of the mask.
    """
    limits = np.asarray(edges, dtype=float)
    if limits.size < 2 or (np.diff(limits) <= 0).any() or np.abs(limits).max() > 90.0:
        raise InputError(
            "Latitude bands need ascending edges.",
            where="lat_bands",
            found=list(edges),
            accepted="two or more latitudes from south to north, such as [18, 25, 35, 54]",
            fix="Sort the edges from south to north, within -90 and 90.",
        )
    rows = np.sin(np.deg2rad(grids.bounds_of(weights)[0]))
    cuts = np.clip(np.sin(np.deg2rad(limits)), rows[0], rows[-1])
    low = np.maximum(rows[:-1], cuts[:-1, None])
    high = np.minimum(rows[1:], cuts[1:, None])
    names = [band_name(south, north) for south, north in pairwise(limits)]
    share = xr.DataArray(
        np.clip(high - low, 0.0, None) / np.diff(rows),
        dims=("band", "lat"),
        coords={"band": names, "lat": weights["lat"]},
    )
    bands = (share * weights).transpose("band", "lat", "lon")
    empty = [str(n) for n in bands["band"].values[~(bands > 0).any(("lat", "lon")).values]]
    if empty:
        raise InputError(
            "A latitude band holds nothing of the mask.",
            where="lat_bands",
            found=", ".join(empty),
            accepted="bands that cut China",
            fix="Drop those edges.",
        )
    return bands


def band_name(south: float, north: float) -> str:
    """Return the name of a band as result tables write it: ``25-35N``."""
    return f"{south:g}-{north:g}N"


def section(flux: xr.DataArray, weights: xr.DataArray) -> xr.Dataset:
    """Return a latitude by time section: what each row of cells takes up, in all and per area.

    Parameters
    ----------
    flux : xarray.DataArray, dims (..., lat, lon) [kg m-2 s-1]
        Typed flux, land uptake positive.
    weights : xarray.DataArray, dims (lat, lon) [1]
        Share of each cell that counts.

    Returns
    -------
    xarray.Dataset
        `total` (..., lat) [Pg C yr-1] of each row, whose sum is :func:`helpers.budget.total`;
        `density` [Pg C yr-1 degree-1]; `rate` [g C m-2 yr-1], the mean over the part of the row
        that counts and has data; `area` (lat) [m2] that counts; edges `south` and `north` (lat)
        [degrees]. Rows without such area are left out.

    Raises
    ------
    InputError
        As :func:`helpers.budget.total`.
    """
    budget.total(flux, weights)  # refuses other grids and gaps in the data
    edges = grids.bounds_of(flux)[0]
    area = (weights * grids.cell_areas(flux)).assign_coords(lat=flux["lat"], lon=flux["lon"])
    integral = xr.dot(flux.fillna(0.0), area, dim="lon")
    known = xr.dot(flux.notnull().astype(float), area, dim="lon")
    other = [d for d in known.dims if d != "lat"]
    total = units.kg_per_second_to_pg_per_year(integral)
    signs = {"positive": "land", "species": "C"}
    data = xr.Dataset(
        {
            "total": total.assign_attrs(units=units.TOTAL_UNITS, **signs),
            "density": (total / np.diff(edges)[0]).assign_attrs(
                units=f"{units.TOTAL_UNITS} degree-1", **signs
            ),
            "rate": (integral / known.where(known > 0) * _PER_SQUARE_METRE).assign_attrs(
                units=RATE_UNITS, **signs
            ),
            "area": area.sum("lon").assign_attrs(units="m2"),
        }
    ).assign_coords(south=("lat", edges[:-1]), north=("lat", edges[1:]))
    return data.isel(lat=np.flatnonzero(((known > 0).all(other) & (data["area"] > 0)).values))


def rate_per_area(total: xr.DataArray, weights: xr.DataArray) -> xr.DataArray:
    """Return totals over the area of their mask [g C m-2 yr-1].

    Parameters
    ----------
    total : xarray.DataArray [Pg C yr-1]
    weights : xarray.DataArray, dims (..., lat, lon) [1]
        The mask they were taken over.
    """
    area = (weights * grids.cell_areas(weights)).sum(("lat", "lon"))
    return (total * 1e15 / area).assign_attrs(total.attrs, units=RATE_UNITS)
