"""Tables, identities and result rows of the trials of masks."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import xarray as xr

from helpers import geography, summary, trials
from helpers.closure import TOLERANCE, Identity, identity
from helpers.published import claim
from helpers.results import Row
from helpers.tables import Table
from helpers.units import TOTAL_UNITS

_FOUR = [name for name in geography.ECOSYSTEMS if name != "other"]
_AREA_QUANTITY = {"touched": "area_excess", "centre": "area_excess_centre"}


def class_table(fluxes: Mapping[str, xr.DataArray], *, boundary: str) -> pd.DataFrame:
    """Return the total of each class under every rule for woody savanna, by both ways to count.

    Parameters
    ----------
    fluxes : mapping of str to xarray.DataArray [kg m-2 s-1]
        Typed flux of each product on the analysis grid; ensembles enter as their mean.
    boundary : {"national", "natural-earth"}
        Depiction of China.

    Returns
    -------
    pandas.DataFrame
        Columns `product`, `rule`, `mask` (``fraction``: exact class fractions inside the border;
        ``touched``: whole majority cells), `scope` (the class), `trial` and `value` [Pg C yr-1],
        land uptake positive.
    """
    grid = trials.GRIDS["1 degree"]
    rows = []
    for rule in geography.WOODY_RULES:
        fractions = geography.ecosystem_fractions(grid, woody_rule=rule)
        shares = {"fraction": fractions, "touched": trials.majority_shares(fractions)}
        for (mask, share), (key, flux) in ((s, f) for s in shares.items() for f in fluxes.items()):
            weights = trials.trial_weights(trials.Trial(mask=mask, boundary=boundary))
            values = trials.class_totals(
                flux, weights=weights.sel(scope="China", drop=True), shares=share
            )
            rows += [
                {"product": key, "rule": rule, "mask": mask, "scope": name,
                 "trial": f"{rule} {mask}", "value": float(values.sel(ecosystem=name))}
                for name in geography.ECOSYSTEMS
            ]  # fmt: skip
    return pd.DataFrame(rows)


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
    return [identity("area by fraction = area of the polygon", found, polygon)]


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
            xr.DataArray(whole, dims="product", attrs=attrs),
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
