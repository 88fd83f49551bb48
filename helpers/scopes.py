"""Totals, shares and rates of many scopes at once: regions, ecosystems, polygons of the reader.

A scope is what a weight selects. Everything takes yearly totals stacked along a dimension
``scope``, so that parts and wholes come out of one and the same integral.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import pandas as pd
import xarray as xr

from helpers import budget, summary
from helpers import grid as grids
from helpers.published import claim
from helpers.results import Row
from helpers.study import Study
from helpers.style import number, title_of
from helpers.units import TOTAL_UNITS

RATE_UNITS = "g C m-2 yr-1"
TOP_DOWN, BOTTOM_UP = "top-down", "bottom-up"
EXCESS = "top_down_excess"
"""Quantity: mean of top-down products less mean of bottom-up products."""

_GRAMS_PER_PG = 1e15


def monthly_totals(study: Study, weights: xr.DataArray) -> dict[str, xr.DataArray]:
    """Return the total of each month, scope and product, dims (time, scope, ...) [Pg C yr-1]."""
    return {key: budget.total(flux, weights) for key, flux in study.fluxes.items()}


def annual_totals(study: Study, weights: xr.DataArray) -> dict[str, xr.DataArray]:
    """Return the total of each year, scope and product, dims (year, scope, ...) [Pg C yr-1]."""
    return {key: budget.annual_totals(flux, weights) for key, flux in study.fluxes.items()}


def of_scope(totals: Mapping[str, xr.DataArray], scope: str) -> dict[str, xr.DataArray]:
    """Return the totals of one scope, without the dimension."""
    return {key: annual.sel(scope=scope, drop=True) for key, annual in totals.items()}


def scope_names(totals: Mapping[str, xr.DataArray]) -> list[str]:
    """Return the scopes of stacked totals, in order."""
    first = next(iter(totals.values()))
    return [str(name) for name in first["scope"].values]


def annual_rows(totals: Mapping[str, xr.DataArray]) -> list[Row]:
    """Return each year's total of every scope, product and member; quantity ``annual``."""
    return [
        row
        for name in scope_names(totals)
        for row in summary.annual_rows(of_scope(totals, name), scope=name)
    ]


def mean_rows(totals: Mapping[str, xr.DataArray], *, quantity: str = "annual_mean") -> list[Row]:
    """Return the mean over years of every scope, each spread under its own name.

    Parameters
    ----------
    totals : mapping of str to xarray.DataArray, dims (year, scope) and optionally member
        Yearly totals by catalog key [Pg C yr-1], land uptake positive.
    quantity : str
        Name of the mean; the ensemble's own row keeps ``ensemble_mean`` with this as a prefix
        where it differs from ``annual_mean``.
    """
    rows = [
        row
        for name in scope_names(totals)
        for row in summary.mean_rows(of_scope(totals, name), scope=name)
    ]
    if quantity == "annual_mean":
        return rows
    names = {"annual_mean": quantity, "ensemble_mean": f"{quantity}_ensemble"}
    return [replace(row, quantity=names[row.quantity]) for row in rows]


def means(totals: Mapping[str, xr.DataArray]) -> dict[str, xr.DataArray]:
    """Return the mean over years and members of each scope, dims (scope,) [Pg C yr-1]."""
    return {key: budget.ensemble_mean(annual).mean("year") for key, annual in totals.items()}


def share_rows(
    totals: Mapping[str, xr.DataArray],
    whole: Mapping[str, xr.DataArray],
    *,
    quantity: str = "share",
) -> list[Row]:
    """Return the mean of each scope in percent of the mean of a whole; no ± is given.

    Parameters
    ----------
    totals : mapping of str to xarray.DataArray, dims (year, scope) and optionally member
        Parts [Pg C yr-1].
    whole : mapping of str to xarray.DataArray, dims (year,) and optionally member
        What they are shares of [Pg C yr-1]. A product whose whole is zero gets no share; parts of
        the other sign than the whole are negative shares.
    quantity : str
        Name of the share.
    """
    rows = []
    for key, parts in means(totals).items():
        denominator = float(budget.ensemble_mean(whole[key]).mean("year"))
        if denominator == 0.0:
            continue
        period = summary.period_of(totals[key])
        rows += [
            Row(quantity=quantity, product=key, scope=str(name), period=period,
                value=100 * float(parts.sel(scope=name)) / denominator, unit="%")
            for name in parts["scope"].values
        ]  # fmt: skip
    return rows


def areas(weights: xr.DataArray) -> xr.DataArray:
    """Return the area that counts in each scope, dims (scope,) [m2]."""
    return (weights * grids.cell_areas(weights)).sum(("lat", "lon"))


def area_rows(weights: xr.DataArray) -> list[Row]:
    """Return the area that counts in each scope [km2], as product ``geography``."""
    return [
        Row(quantity="area", product="geography", scope=str(name), period="static",
            value=float(area) / 1e6, unit="km2")
        for name, area in zip(weights["scope"].values, areas(weights).values, strict=True)
    ]  # fmt: skip


def rate_rows(totals: Mapping[str, xr.DataArray], weights: xr.DataArray) -> list[Row]:
    """Return the mean uptake per area of every scope, spreads included [g C m-2 yr-1].

    Parameters
    ----------
    totals : mapping of str to xarray.DataArray, dims (year, scope) and optionally member
        Yearly totals made with `weights` [Pg C yr-1].
    weights : xarray.DataArray, dims (scope, lat, lon) [1]
        Their area is what is divided by.
    """
    area = areas(weights)
    rows = []
    for row in mean_rows(totals):
        factor = _GRAMS_PER_PG / float(area.sel(scope=row.scope))
        quantity = {"annual_mean": "rate", "ensemble_mean": "rate_ensemble"}[row.quantity]
        spread = None if row.sd is None else row.sd * factor
        rows.append(
            replace(row, quantity=quantity, value=row.value * factor, sd=spread, unit=RATE_UNITS)
        )
    return rows


def published_rows(scopes: Iterable[str]) -> list[Row]:
    """Return the published means of scopes of the study, for its three products, 2015-2019."""
    return [
        row
        for name in scopes
        for row in summary.published_rows(
            summary.study_claims(name), scope=name, period="2015-2019"
        )
    ]


def excess_rows(
    rows: Iterable[Row], *, classes: Mapping[str, str], quantity: str = EXCESS
) -> list[Row]:
    """Return, scope by scope, the mean of top-down products less the mean of bottom-up ones.

    Parameters
    ----------
    rows : iterable of Row
        Means of member ``mean``, one for each product and scope; others are left out.
    classes : mapping of str to str
        ``top-down`` or ``bottom-up`` by product.
    quantity : str
        Name of the difference; ``<quantity>_share`` is the scope's share of the sum of all.

    Returns
    -------
    list of Row
        Product ``top-down``; empty when either class is missing. No ± is given.
    """
    kept = [row for row in rows if row.member == "mean" and row.quantity.endswith("annual_mean")]
    by_class = {
        method: [row for row in kept if classes.get(row.product) == method]
        for method in (TOP_DOWN, BOTTOM_UP)
    }
    if not all(by_class.values()):
        return []
    found = []
    for scope in dict.fromkeys(row.scope for row in kept):
        level = {
            method: [row.value for row in members if row.scope == scope]
            for method, members in by_class.items()
        }
        value = _mean(level[TOP_DOWN]) - _mean(level[BOTTOM_UP])
        found.append(
            Row(quantity=quantity, product=TOP_DOWN, scope=scope, period=kept[0].period,
                value=value, unit=TOTAL_UNITS)
        )  # fmt: skip
    whole = sum(row.value for row in found)
    shares = [
        replace(row, quantity=f"{quantity}_share", value=100 * row.value / whole, unit="%")
        for row in found
        if whole
    ]
    return found + shares


def published_classes() -> dict[str, str]:
    """Return how each product of the published study works, by catalog key."""
    return {"beps": BOTTOM_UP, "vegas": BOTTOM_UP, "oco2-mip": TOP_DOWN}


def method_classes(study: Study) -> dict[str, str]:
    """Return how each product of a study works, by catalog key."""
    return {key: str(product.method_class) for key, product in study.products.items()}


def published_means(scopes: Iterable[str], *, product: str) -> list[float]:
    """Return the published means of scopes for one product [Pg C yr-1]."""
    return [_printed(summary.study_claims(scope)[product])[0] for scope in scopes]


def published_spreads(scopes: Iterable[str], *, product: str) -> list[float]:
    """Return the ± printed with the means of scopes for one product [Pg C yr-1]."""
    return [_printed(summary.study_claims(scope)[product])[1] for scope in scopes]


def _printed(identifier: str) -> tuple[float, float]:
    found = claim(identifier)
    if found.value is None or found.uncertainty is None:
        message = f"{identifier} has no value with ±"
        raise ValueError(message)
    return found.value, found.uncertainty


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


SHARE_WORDS: dict[str, str] = {
    "share": "of China",
    "share_of_four_classes": "of four classes",
    "share_of_four_classes_majority": "of four classes, majority rule",
}
"""What a share is of, by quantity."""


def share_table(
    rows: Iterable[Row], *, titles: Mapping[str, str] | None = None, digits: int = 1
) -> pd.DataFrame:
    """Return shares as a table for a page: a line for each product and whole, scopes across [%]."""
    table: dict[str, dict[str, str]] = {}
    for row in rows:
        line = f"{title_of(row.product, titles)}, {SHARE_WORDS[row.quantity]}"
        table.setdefault(line, {})[row.scope] = number(row.value, digits)
    return pd.DataFrame([{"share": name, **cells} for name, cells in table.items()]).fillna("")
