"""The data of the map explorer: cells, seasons and years of every product, and totals of places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import matplotlib as mpl
import numpy as np
import shapely
import xarray as xr

from helpers import budget, ecosystems, geography, season, timeaxis
from helpers.constants import SECONDS_PER_YEAR
from helpers.figures import MARKS, StandIn
from helpers.maps import shared_limit
from helpers.panels import flux_colours
from helpers.study import Study
from helpers.style import product_styles

LEAST_SHARE = 0.005
"""Least share of a cell inside China for the cell to be on the map [1]."""

CELL_DIGITS, TOTAL_DIGITS, SHARE_DIGITS = 0, 5, 2
"""Decimals kept of fluxes per area [g C m-2 yr-1], totals [Pg C yr-1] and shares [1]."""

PERIODS: dict[str, tuple[int, ...]] = {"Whole year": tuple(range(1, 13)), **season.SEASONS}
"""What the map can show the mean of, besides single months: calendar months."""

_ALL_LAND = "all land"
_TOLERANCE = 0.12


def map_data(study: Study, *, woody_rule: str) -> dict[str, Any]:
    """Return everything the map explorer works on, as JSON can hold it.

    Parameters
    ----------
    study : helpers.study.Study
        Products on one grid.
    woody_rule : str
        What woody savanna counts as, see :func:`helpers.geography.ecosystem_fractions`.

    Returns
    -------
    dict
        `cells` (lat, lon and, of each region and ecosystem, the share of the cell), `series` (one
        a product, and one a member: `months` and `annual` by cell in g C m-2 yr-1, rounded to
        whole ones), `totals` (by region and ecosystem, `months` and `annual` in Pg C yr-1),
        `days` of the months, `limits` of the colour scale, `lines` to draw, `mark`.
    """
    fractions = ecosystems.cell_fractions(study, woody_rule=woody_rule)
    regions = {name: study.weights(name) for name in ("China", *geography.REGIONS)}
    inside = regions["China"].values > LEAST_SHARE
    kinds = {_ALL_LAND: xr.ones_like(regions["China"])} | {
        str(name): fractions.sel(scope=name, drop=True) for name in fractions["scope"].values
    }
    weights = xr.concat(
        [share * kind for share in regions.values() for kind in kinds.values()], dim="scope"
    )
    series = [
        _series(study, key, member=member, weights=weights, inside=inside)
        for key, flux in study.fluxes.items()
        for member in ("mean", *map(str, flux["member"].values if "member" in flux.dims else ()))
    ]
    lat, lon = np.meshgrid(weights["lat"], weights["lon"], indexing="ij")
    return {
        "period": study.period,
        "years": list(range(study.start_year, study.end_year + 1)),
        "days": _mean_days(study),
        "periods": {name: list(months) for name, months in PERIODS.items()},
        "regions": {name: _numbers(share.values[inside], SHARE_DIGITS)
                    for name, share in regions.items()},
        "ecosystems": {name: _numbers(kind.values[inside], SHARE_DIGITS)
                       for name, kind in kinds.items()},
        "cells": {"lat": lat[inside].tolist(), "lon": lon[inside].tolist()},
        "series": series,
        "limits": _limits(study),
        "colours": [mpl.colors.to_hex(colour) for colour in flux_colours()(np.arange(12))],
        "lines": _lines(study.boundary),
        "mark": "" if study.is_standin is False else MARKS[cast(StandIn, study.is_standin)],
    }  # fmt: skip


def _series(
    study: Study, key: str, *, member: str, weights: xr.DataArray, inside: np.ndarray
) -> dict[str, Any]:
    """Return one product, or one member of it: its name, its look and its values."""
    flux = mean_flux(study, key, member=member)
    style = product_styles(study.fluxes)[key]
    per_area = 1000.0 * SECONDS_PER_YEAR
    months = season.climatology(flux).transpose("month", "lat", "lon").values[:, inside] * per_area
    years = timeaxis.annual_mean(flux).transpose("year", "lat", "lon").values[:, inside] * per_area
    monthly = budget.total(flux, weights)
    annual = timeaxis.annual_mean(monthly).transpose("scope", "year")
    return {
        "product": key,
        "member": member,
        "title": study.titles[key] + ("" if key not in study.without_months else ", yearly values"),
        "colour": style.colour,
        "marker": style.marker,
        "months": [_numbers(row, CELL_DIGITS) for row in months],
        "annual": [_numbers(row, CELL_DIGITS) for row in years],
        "totals": {
            "months": [_numbers(row, TOTAL_DIGITS)
                       for row in season.climatology(monthly).transpose("scope", "month").values],
            "annual": [_numbers(row, TOTAL_DIGITS) for row in annual.values],
        },
    }  # fmt: skip


def mean_flux(study: Study, key: str, *, member: str = "mean") -> xr.DataArray:
    """Return the flux of a product: its member of that name, or the mean of its members."""
    flux = study.fluxes[key]
    if "member" not in flux.dims:
        return flux
    if member != "mean":
        return flux.sel(member=member, drop=True)
    with xr.set_options(keep_attrs=True):
        return flux.mean("member")


def _limits(study: Study) -> dict[str, float]:
    """Return the end of the colour scale of each season and of single months, for all products."""
    means = {key: season.climatology(mean_flux(study, key)) for key in study.fluxes}
    inside = study.weights("China") > LEAST_SHARE
    limits = {}
    for name, months in PERIODS.items():
        part = {key: _mean(mean, months).where(inside) for key, mean in means.items()}
        limits[name] = shared_limit(part)
    limits["month"] = max(
        shared_limit({key: _mean(mean, (month,)).where(inside) for key, mean in means.items()})
        for month in range(1, 13)
    )
    return limits


def _mean(mean_year: xr.DataArray, months: tuple[int, ...]) -> xr.DataArray:
    """Return the mean over some months, weighted by their length [g C m-2 yr-1]."""
    part = mean_year.sel(month=list(months))
    mean = part.weighted(part["days"].drop_vars("days")).mean("month")
    return mean * (1000.0 * SECONDS_PER_YEAR)


def _mean_days(study: Study) -> list[float]:
    flux = next(iter(study.fluxes.values()))
    return [round(float(days), 4) for days in season.climatology(flux.isel(lat=0, lon=0))["days"]]


def _numbers(values: np.ndarray, digits: int) -> list[Any]:
    """Return rounded numbers, whole ones as integers, no negative zero, gaps as None."""
    rounded: np.ndarray = np.round(np.asarray(values, float), digits) + 0.0
    return [None if np.isnan(v) else int(v) if v == int(v) else float(v) for v in rounded.ravel()]


def _lines(boundary: str) -> list[list[list[float]]]:
    """Return the outlines of the country and its regions, simplified, as lists of points."""
    shapes = [geography.boundary_polygon(boundary), *geography.region_polygons(boundary).values()]
    lines = []
    for shape in shapes:
        simple = shapely.simplify(shape, _TOLERANCE)
        for part in shapely.get_parts(simple):
            if part.area > 0.05:
                ring = shapely.get_coordinates(part.exterior)
                lines.append([[round(float(x), 2), round(float(y), 2)] for x, y in ring])
    return lines


def season_totals(data: Mapping[str, Any], product: str, *, place: int, period: str) -> float:
    """Return the mean rate of a place in a season, as the page computes it [Pg C yr-1].

    Parameters
    ----------
    data : mapping
        From :func:`map_data`.
    product : str
        Catalog key; its mean is meant.
    place : int
        Position of the region and ecosystem: regions by ecosystems, in their order.
    period : str
        Key of :data:`PERIODS`.
    """
    found = next(s for s in data["series"] if (s["product"], s["member"]) == (product, "mean"))
    months, days = data["periods"][period], np.array(data["days"])
    values = np.array(found["totals"]["months"][place])
    index = np.array(months) - 1
    return float((values[index] * days[index]).sum() / days[index].sum())
