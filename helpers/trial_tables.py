"""Tables, identities and result rows of the trials of masks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import xarray as xr

from helpers import budget, geography, summary, trials
from helpers.closure import TOLERANCE, Identity, identity
from helpers.published import claim
from helpers.results import Row
from helpers.tables import Table
from helpers.units import TOTAL_UNITS

_FOUR = [name for name in geography.ECOSYSTEMS if name != "other"]
_AREA_QUANTITY = {"touched": "area_excess", "centre": "area_excess_centre"}


def class_table(
    fluxes: Mapping[str, xr.DataArray], *, ways: Sequence[trials.Trial] | None = None
) -> pd.DataFrame:
    """Return the total of each class under every mask, grid and border, and every rule for woods.

    Parameters
    ----------
    fluxes : mapping of str to xarray.DataArray [kg m-2 s-1]
        Typed flux of each product on the analysis grid; ensembles enter as their mean.
    ways : sequence of Trial, optional
        Ways to draw borders; all with whole coastal cells unless given.

    Returns
    -------
    pandas.DataFrame
        Columns `product`, `rule` (for woody savanna), `counting` (``fractions``: exact class
        shares of a cell; ``majority``: whole cells), those of the trial, `scope` (the class) and
        `value` [Pg C yr-1], land uptake positive.
    """
    if ways is None:
        ways = [trial for trial in trials.all_trials() if trial.coast == "whole cell"]
    shares = {grid: class_shares(grid) for grid in {trial.grid for trial in ways}}
    rows = []
    for key, grid, flux in trials.mean_fluxes(fluxes, ways):
        for trial in (t for t in ways if t.grid == grid):
            weights = trials.trial_weights(trial).sel(scope="China", drop=True)
            values = budget.total(flux, weights * shares[grid], max_gap=0.05).isel(time=0)
            table = values.to_series().reset_index(name="value")
            rows.append(
                table.drop(columns="time", errors="ignore").assign(
                    product=key,
                    grid=grid,
                    mask=trial.mask,
                    boundary=trial.boundary,
                    trial=trial.slug,
                )
            )
    return pd.concat(rows, ignore_index=True).rename(columns={"ecosystem": "scope"})


def class_shares(grid: str) -> xr.DataArray:
    """Return class shares of each cell, dims (rule, counting, ecosystem, lat, lon) [1]."""
    by_rule = []
    for rule in geography.WOODY_RULES:
        exact = geography.ecosystem_fractions(trials.GRIDS[grid], woody_rule=rule)
        both = [exact.drop_attrs(), trials.majority_shares(exact).drop_attrs()]
        by_rule.append(xr.concat(both, dim=pd.Index(["fractions", "majority"], name="counting")))
    return xr.concat(by_rule, dim=pd.Index(list(geography.WOODY_RULES), name="rule"))


def area_table(areas: pd.DataFrame, *, grid: str, scope: str) -> Table:
    """Return the areas of one grid and scope for the page."""
    chosen = areas[(areas["grid"] == grid) & (areas["scope"] == scope)]
    table = pd.DataFrame(
        {
            "border": chosen["boundary"],
            "mask": chosen["mask"],
            "area [Mkm²]": chosen["area"] / 1e6,
            "against the polygon [%]": chosen["excess"],
        }
    )
    return Table(table.sort_values(["border", "mask"], kind="stable"), f"Area of {scope}, {grid}")


TEXTBOOK_SHARES = {"North": 20, "South": 25, "Northwest": 30, "Qinghai-Tibet": 25}
"""Shares of China's area that geography textbooks give the four physical regions, about [%]."""


def region_table(boundary: str) -> Table:
    """Return area and share of each region in a depiction, beside the textbook share."""
    areas = trials.polygon_areas(boundary)
    rows = [
        {
            "region": name,
            "area [Mkm²]": areas[name] / 1e6,
            "share [%]": 100 * areas[name] / areas["China"],
            "textbook, about [%]": TEXTBOOK_SHARES[name],
        }
        for name in geography.REGIONS
    ]
    return Table(pd.DataFrame(rows), f"Regions of the book, {boundary} depiction", decimals=1)


def fraction_keeps_area(areas: pd.DataFrame) -> list[Identity]:
    """Check that exact fractions give every polygon its own area on every grid."""
    exact = areas[areas["mask"] == "fraction"]
    found = xr.DataArray(exact["area"].to_numpy(), dims="trial", attrs={"units": "km2"})
    polygon = xr.DataArray(
        [trials.polygon_areas(row.boundary)[row.scope] for row in exact.itertuples()],
        dims="trial",
        attrs={"units": "km2"},
    )
    return [identity("area by fraction = area of the polygon", found, whole=polygon)]


def steps_add_up(steps: Mapping[str, Mapping[str, float]]) -> list[Identity]:
    """Check that the steps from the nation to the four-class sum leave nothing over."""
    parts = [step["nation"] + step["left out"] + step["majority"] + step["touched"]
             for step in steps.values()]  # fmt: skip
    whole = [step["four classes"] for step in steps.values()]
    attrs = {"units": TOTAL_UNITS}
    return [
        identity(
            "nation + steps = four-class sum",
            xr.DataArray(parts, dims="product", attrs=attrs),
            whole=xr.DataArray(whole, dims="product", attrs=attrs),
            tolerance=TOLERANCE,
        )
    ]


def mask_rows(
    *,
    areas: pd.DataFrame,
    totals: pd.DataFrame,
    steps: Mapping[str, Mapping[str, float]],
    period: str,
) -> list[Row]:
    """Return the numbers of the chapter as result rows.

    Parameters
    ----------
    areas, totals : pandas.DataFrame
        From :func:`helpers.trials.areas` and :func:`helpers.trials.totals`.
    steps : mapping of str to mapping
        From :func:`helpers.trials.excess_steps`, by product.
    period : str
        Years of the totals.

    Returns
    -------
    list of Row
        ``area_<boundary>`` [km2] of the polygons; ``area_excess`` [%] of mask ``touched`` and
        ``area_excess_centre`` of ``centre`` (1 degree, national depiction); ``total_<trial>``,
        ``excess_<step>`` [Pg C yr-1], land uptake positive; ``published_excess`` [%] and
        ``published_excess_total``.
    """
    usual = areas[(areas["grid"] == "1 degree") & (areas["boundary"] == "national")]
    rows = [
        Row(quantity=_AREA_QUANTITY[row.mask], product="geography", scope=row.scope,
            period="static", value=row.excess, unit="%")
        for row in usual[usual["coast"] == "whole cell"].itertuples()
        if row.mask in _AREA_QUANTITY
    ]  # fmt: skip
    rows += [
        Row(quantity=f"area_{boundary.replace('-', '_')}", product="geography", scope=scope,
            period="static", value=area, unit="km2")
        for boundary in geography.BOUNDARIES
        for scope, area in trials.polygon_areas(boundary).items()
    ]  # fmt: skip
    rows += [
        Row(quantity=f"total_{row.trial}", product=row.product, scope=row.scope, period=period,
            value=row.value, unit=TOTAL_UNITS)
        for row in totals.itertuples()
    ]  # fmt: skip
    for key, step in steps.items():
        rows += [
            Row(quantity=f"excess_{name.replace(' ', '_')}", product=key, scope="China",
                period=period, value=value, unit=TOTAL_UNITS)
            for name, value in step.items()
        ]  # fmt: skip
    return rows + published_excess_rows()


def published_excess_rows() -> list[Row]:
    """Return by how much the printed four-class sums exceed the printed sums of regions (F2)."""
    regions = {name: summary.study_claims(name) for name in geography.REGIONS}
    classes = {name: summary.study_claims(name) for name in _FOUR}
    rows = []
    for product in summary.study_claims("China"):
        nation = sum(_value(ids[product]) for ids in regions.values())
        four = sum(_value(ids[product]) for ids in classes.values())
        values = {
            "published_excess": (100 * (four / nation - 1), "%"),
            "published_excess_total": (four - nation, TOTAL_UNITS),
        }
        rows += [
            Row(quantity=name, product=product, scope="China", period="2015-2019",
                value=value, unit=unit)
            for name, (value, unit) in values.items()
        ]  # fmt: skip
    return rows


def _value(name: str) -> float:
    value = claim(name).value
    if value is None:
        message = f"claim {name} has no value"
        raise ValueError(message)
    return value
