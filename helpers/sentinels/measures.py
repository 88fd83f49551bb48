"""What the sentinels look at: seasonal swing, peak month, and how a flux falls toward the coast."""

from __future__ import annotations

import numpy as np
import xarray as xr
from scipy.ndimage import uniform_filter
from scipy.optimize import brentq

from helpers import budget, timeaxis

SUMMER, WINTER = (6, 7, 8), (12, 1, 2)
"""Months whose difference is the seasonal swing of a cell."""

NEIGHBOURHOOD = 5
"""Width of the square in which inland cells serve as reference for a coastal one [cells]."""

FEWEST_COASTAL_CELLS = 20
"""Coastal cells below which nothing is said about the coast."""


def course(flux: xr.DataArray, weights: xr.DataArray) -> xr.DataArray:
    """Return the mean total of each calendar month, dims (..., month) [Pg C yr-1].

    Parameters
    ----------
    flux : xarray.DataArray, dims (time, lat, lon) or (member, time, lat, lon) [kg m-2 s-1]
        Typed flux, land uptake positive. Cells without data count as zero: a gap is not the
        sentinels' business.
    weights : xarray.DataArray, dims (..., lat, lon) [1]
        Share of each cell that counts; further dimensions (scope) are kept.
    """
    totals = budget.total(flux, weights, max_gap=1.0)
    return totals.groupby("time.month").mean("time").transpose(..., "month")


def swing(months: xr.DataArray) -> xr.DataArray:
    """Return July minus January of a mean seasonal course, dims () or (member,)."""
    return months.sel(month=7, drop=True) - months.sel(month=1, drop=True)


def peak(months: xr.DataArray) -> xr.DataArray:
    """Return the largest magnitude of the mean seasonal course, dims () or (member,)."""
    return abs(months).max("month")


def coastal_exponent(
    flux: xr.DataArray, *, land_fraction: xr.DataArray, weights: xr.DataArray
) -> float | None:
    """Return the power of the land fraction by which the seasonal swing falls at the coast.

    Parameters
    ----------
    flux : xarray.DataArray, dims (time, lat, lon) or (member, time, lat, lon) [kg m-2 s-1]
        Typed flux; the mean of its members is used.
    land_fraction : xarray.DataArray, dims (lat, lon) [1]
        Share of land in each cell.
    weights : xarray.DataArray, dims (lat, lon) [1]
        Share of each cell inside China; only coasts of China are looked at.

    Returns
    -------
    float or None
        Near 0 where values are per area of land, near 1 where they are per area of the cell, near
        2 where the land fraction came in twice; None with too few coastal cells or no season.

    Notes
    -----
    p solves sum(S) = sum(R f^p) over coastal cells, with S the summer-minus-winter swing of the
    cell, f its land fraction and R the mean swing of inland cells around it.
    """
    season = timeaxis.climatology(budget.ensemble_mean(flux))
    parts = [season.sel(month=list(m)).mean("month") for m in (SUMMER, WINTER)]
    values = (parts[0] - parts[1]).transpose("lat", "lon").values
    land = land_fraction.transpose("lat", "lon").values
    there = np.isfinite(values)
    inland = there & (land > 0.99)
    share = uniform_filter(inland.astype(float), NEIGHBOURHOOD, mode="constant")
    around = uniform_filter(np.where(inland, values, 0.0), NEIGHBOURHOOD, mode="constant")
    inside = weights.transpose("lat", "lon").values > 0.05
    coast = there & inside & (land > 0.1) & (land < 0.9) & (share > 1e-9)
    if coast.sum() < FEWEST_COASTAL_CELLS:
        return None
    reference, fraction = around[coast] / share[coast], land[coast]
    seen = values[coast].sum()
    return _exponent(seen, reference, fraction=fraction)


def _exponent(seen: float, reference: np.ndarray, *, fraction: np.ndarray) -> float | None:
    """Solve sum(reference fraction^p) = seen for p, or None where no p in -3..6 does."""

    def excess(power: float) -> float:
        return float((reference * fraction**power).sum() / seen) - 1.0

    if seen == 0 or excess(-3.0) * excess(6.0) >= 0:
        return None
    return float(brentq(excess, -3.0, 6.0, xtol=1e-12))
