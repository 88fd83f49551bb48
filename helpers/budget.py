"""Area integrals of typed fluxes: totals, their years, months and spreads."""

from __future__ import annotations

import numpy as np
import xarray as xr

from helpers import grid as grids
from helpers import timeaxis, units
from helpers.errors import InputError
from helpers.flux import check_flux

MAX_GAP = 0.005
"""Largest share of a mask's area without data that a total tolerates [1]; it counts as zero."""

SAME_PLACE = 1e-4
"""Distance up to which two cell centres are the same [degrees]: the rounding of single precision,
and what products print."""


def total(
    flux: xr.DataArray, weights: xr.DataArray, *, max_gap: float | None = None
) -> xr.DataArray:
    """Integrate a typed flux over the cells of a mask.

    Parameters
    ----------
    flux : xarray.DataArray, dims (..., lat, lon) [kg m-2 s-1]
        Typed flux, land uptake positive.
    weights : xarray.DataArray, dims (..., lat, lon) [1]
        Share of each cell that counts, from :func:`helpers.masks.polygon_weights`. Further
        dimensions (region, ecosystem) are kept.
    max_gap : float
        Largest share of the mask's area that may lack data, such as a small island on a coarse
        grid; :data:`MAX_GAP`, or attribute `tolerated_gap` of the flux, unless given. It counts as
        zero flux, and attribute `gap` of the result holds the largest share.

    Returns
    -------
    xarray.DataArray, dims (...) [Pg C yr-1]
        Land uptake positive; a rate, 1 yr = 365.25 d.

    Raises
    ------
    InputError
        If the grids differ, or more than `max_gap` of a mask has no data.

    Notes
    -----
    T = sum over cells of F * w * A, with A the exact spherical area.
    """
    check_flux(flux)
    weights = _same_cells(weights, flux)
    area = weights * grids.cell_areas(flux)
    gap = _gap(flux, area)
    if max_gap is None:
        max_gap = float(flux.attrs.get("tolerated_gap", MAX_GAP))
    if gap > max_gap:
        raise InputError(
            "The flux is missing in part of the mask.",
            where=str(flux.attrs["source"]),
            found=f"{gap:.2%} of the area without data",
            accepted=f"at most {max_gap:.2%}",
            fix="Choose a product or mask that it covers, or raise max_gap knowingly.",
        )
    integral = xr.dot(flux.fillna(0.0), area, dim=("lat", "lon"))
    result = units.kg_per_second_to_pg_per_year(integral)
    result.attrs = {**flux.attrs, "units": units.TOTAL_UNITS, "gap": gap}
    return result.rename(flux.name)


def missing_share(flux: xr.DataArray, weights: xr.DataArray) -> float:
    """Return the largest share of a mask's area where a month or member lacks data [1]."""
    weights = _same_cells(weights, flux)
    return _gap(flux, weights * grids.cell_areas(flux))


def _same_cells(weights: xr.DataArray, flux: xr.DataArray) -> xr.DataArray:
    for axis in ("lat", "lon"):
        same = flux.sizes[axis] == weights.sizes[axis]
        if not same or not np.allclose(flux[axis], weights[axis], rtol=0.0, atol=SAME_PLACE):
            raise InputError(
                "Flux and mask are on different grids.",
                where=axis,
                found=f"{_extent(flux[axis])} and {_extent(weights[axis])}",
                accepted="the same cells",
                fix="Regrid the flux, or make the mask on its grid.",
            )
    return weights.assign_coords(lat=flux["lat"], lon=flux["lon"])


def _extent(axis: xr.DataArray) -> str:
    return f"{axis.size} cells from {float(axis.min()):g} to {float(axis.max()):g}"


def _gap(flux: xr.DataArray, area: xr.DataArray) -> float:
    """Largest share of a mask's area where any time or member lacks data."""
    other = [d for d in flux.dims if d not in ("lat", "lon")]
    missing = flux.isnull().any(other)
    share = area.where(missing).sum(("lat", "lon")) / area.sum(("lat", "lon"))
    return float(share.max())


def annual_totals(flux: xr.DataArray, weights: xr.DataArray) -> xr.DataArray:
    """Return the total of each year, months weighted by length, dims (year, ...) [Pg C yr-1]."""
    return timeaxis.annual_mean(total(flux, weights))


def ensemble_mean(data: xr.DataArray) -> xr.DataArray:
    """Return the mean over members, or the data themselves where there are none."""
    return data.mean("member", keep_attrs=True) if "member" in data.dims else data


def interannual_sd(annual: xr.DataArray) -> xr.DataArray:
    """Return the sample SD over years of the ensemble mean; kind ``interannual``, n years.

    Parameters
    ----------
    annual : xarray.DataArray, dims (year, ...) and optionally member
        Yearly values in any unit.

    Returns
    -------
    xarray.DataArray
        Same unit, divisor n - 1. This is variability of the sink, not error of the estimate.
    """
    return ensemble_mean(annual).std("year", ddof=1, keep_attrs=True)


def member_sd(annual: xr.DataArray) -> xr.DataArray | None:
    """Return the sample SD over members of the mean over years; kind ``members``, n members.

    None where the product has no members. Not divided by the square root of n: members share
    observations, fossil-fuel inputs and often priors, so they are not independent draws.
    """
    if "member" not in annual.dims:
        return None
    return annual.mean("year").std("member", ddof=1)


def sign_agreement(flux: xr.DataArray) -> xr.DataArray:
    """Return the share of members whose period-mean flux has the sign of the ensemble mean.

    Parameters
    ----------
    flux : xarray.DataArray, dims (member, time, lat, lon)

    Returns
    -------
    xarray.DataArray, dims (lat, lon) [1]
    """
    mean = timeaxis.period_mean(flux)
    agrees = np.sign(mean) == np.sign(mean.mean("member"))
    return agrees.mean("member").where(mean.notnull().all("member"))
