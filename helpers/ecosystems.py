"""Ecosystems by two rules: shares of cells that conserve, and whole cells of the majority class.

The published study gives every cell whole to its largest class and counts cells that the country
only touches; its four classes then add up to more than the nation. Conserving shares cannot.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import pandas as pd
import xarray as xr

from helpers import budget, geography, masks, scopes, timeaxis, trials
from helpers.closure import TOLERANCE, Identity, identity
from helpers.results import Row
from helpers.study import Study
from helpers.style import title_of
from helpers.units import TOTAL_UNITS

FOUR: tuple[str, ...] = ("forest", "shrub", "grass", "crop")
"""The classes of the study; the rest of the land is ``other``."""


def cell_fractions(study: Study, *, woody_rule: str) -> xr.DataArray:
    """Return the share of each ecosystem in each cell, dims (scope, lat, lon) [1]; adds up to 1."""
    grid = next(iter(study.fluxes.values()))
    found = geography.ecosystem_fractions(grid, woody_rule=woody_rule)
    return found.rename({"ecosystem": "scope"})


def conserving_weights(study: Study, fractions: xr.DataArray) -> xr.DataArray:
    """Return what each cell counts for each ecosystem, by its share, dims (scope, lat, lon) [1].

    Over all five ecosystems they add up to the weights of China, whatever the mask.
    """
    return fractions * study.weights("China")


def majority_weights(fractions: xr.DataArray, *, boundary: str) -> xr.DataArray:
    """Return what each cell counts by the study's rule, dims (scope, lat, lon) [1].

    Parameters
    ----------
    fractions : xarray.DataArray, dims (scope, lat, lon) [1]
        From :func:`cell_fractions`.
    boundary : {"national", "natural-earth"}
        Depiction of China.

    Returns
    -------
    xarray.DataArray
        One in every cell that China touches and whose largest share is that ecosystem, else zero.
        The rule is inferred: the study only says that classes were read at 1 degree by majority.
    """
    polygon = geography.boundary_polygon(boundary)
    touched = masks.polygon_weights(polygon, fractions, method="touched")
    whole = trials.majority_shares(fractions.rename({"scope": "ecosystem"}))
    return whole.rename({"ecosystem": "scope"}) * touched


def cross_weights(regions: xr.DataArray, fractions: xr.DataArray) -> xr.DataArray:
    """Return what each cell counts for each ecosystem in each region.

    Parameters
    ----------
    regions : xarray.DataArray, dims (scope, lat, lon) [1]
        Weights of the regions.
    fractions : xarray.DataArray, dims (scope, lat, lon) [1]
        Shares of the ecosystems.

    Returns
    -------
    xarray.DataArray, dims (region, ecosystem, lat, lon) [1]
        A cell on a border has the same mix of ecosystems on both sides: at 1 degree nothing finer
        is known of the flux.
    """
    return regions.rename({"scope": "region"}) * fractions.rename({"scope": "ecosystem"})


def four_sum(totals: Mapping[str, xr.DataArray]) -> dict[str, xr.DataArray]:
    """Return the sum over the four classes of the study, by product."""
    return {key: annual.sum("scope") for key, annual in only_four(totals).items()}


def excess_rows(
    totals: Mapping[str, xr.DataArray], nation: Mapping[str, xr.DataArray], *, rule: str
) -> list[Row]:
    """Return by how much the sum of four classes exceeds the nation (F2).

    Parameters
    ----------
    totals, nation : mapping of str to xarray.DataArray [Pg C yr-1]
        Yearly totals of ecosystems (with ``scope``) and of China, by product.
    rule : str
        ``fraction`` or ``majority``; quantities are ``four_class_sum_<rule>``,
        ``four_class_excess_<rule>`` [Pg C yr-1] and ``four_class_excess_share_<rule>`` [%].
    """
    rows = []
    whole = scopes.means({k: v.expand_dims(scope=["China"]) for k, v in nation.items()})
    for key, found in scopes.means(totals).items():
        four = float(found.sel(scope=list(FOUR)).sum())
        china = float(whole[key].squeeze())
        period = f"{int(nation[key]['year'].min())}-{int(nation[key]['year'].max())}"
        values = {f"four_class_sum_{rule}": four, f"four_class_excess_{rule}": four - china}
        period = period if nation[key].sizes["year"] > 1 else period[:4]
        rows += [
            Row(quantity=name, product=key, scope="China", period=period, value=value,
                unit=TOTAL_UNITS)
            for name, value in values.items()
        ]  # fmt: skip
        if china:
            rows.append(
                Row(quantity=f"four_class_excess_share_{rule}", product=key, scope="China",
                    period=period, value=100 * (four - china) / china, unit="%")
            )  # fmt: skip
    return rows


def published_excess_rows() -> list[Row]:
    """Return F2 from the printed totals: sum of four classes, and its excess over four regions."""
    rows = []
    for key in scopes.published_classes():
        four = sum(scopes.published_means(FOUR, product=key))
        nation = sum(scopes.published_means(geography.REGIONS, product=key))
        values = (
            ("published_four_class_sum", four, TOTAL_UNITS),
            ("published_four_class_excess", four - nation, TOTAL_UNITS),
            ("published_four_class_excess_share", 100 * (four - nation) / nation, "%"),
        )
        rows += [
            Row(quantity=name, product=key, scope="China", period="2015-2019", value=value,
                unit=unit)
            for name, value, unit in values
        ]  # fmt: skip
    return rows


def cross_rows(table: Mapping[str, xr.DataArray], *, period: str) -> list[Row]:
    """Return a region by ecosystem table as rows, scope ``region/ecosystem``.

    Parameters
    ----------
    table : mapping of str to xarray.DataArray, dims (region, ecosystem) [Pg C yr-1]
        From :func:`cross_means`.
    period : str
        Years, as ``2015-2019``.
    """
    return [
        Row(quantity="annual_mean", product=key, scope=f"{region}/{ecosystem}", period=period,
            value=float(values.sel(region=region, ecosystem=ecosystem)), unit=TOTAL_UNITS)
        for key, values in table.items()
        for region in values["region"].values
        for ecosystem in values["ecosystem"].values
    ]  # fmt: skip


def cross_means(totals: Mapping[str, xr.DataArray]) -> dict[str, xr.DataArray]:
    """Return the mean over years and members, dims (region, ecosystem) [Pg C yr-1]."""
    means = scopes.means(totals)
    return {key: value.transpose("region", "ecosystem") for key, value in means.items()}


def cross_table(values: xr.DataArray) -> pd.DataFrame:
    """Return one product's table with its margins, for a page [Pg C yr-1]."""
    frame = values.to_pandas().rename_axis(index=None, columns=None)
    frame = frame.assign(**{"all ecosystems": frame.sum(axis=1)})
    return pd.concat([frame, frame.sum().rename("all regions").to_frame().T])


def closure(
    study: Study,
    *,
    classes: Mapping[str, xr.DataArray],
    majority: Mapping[str, xr.DataArray],
    cross: Mapping[str, xr.DataArray],
    regions: Mapping[str, xr.DataArray],
    is_exact: bool = True,
) -> list[Identity]:
    """Check ecosystems and the table of regions by ecosystems in every month and member.

    Parameters
    ----------
    study : helpers.study.Study
    classes, majority, regions : mapping of str to xarray.DataArray, dims (time, scope, ...)
        Monthly totals [Pg C yr-1] by conserving shares, by the majority rule, and of regions.
    cross : mapping of str to xarray.DataArray, dims (time, region, ecosystem, ...)
        Monthly totals of ecosystems in regions.
    is_exact : bool
        The regions cover China once and entirely.

    Returns
    -------
    list of Identity
        Conserving shares against China and against each region: enforced with every mask. Regions
        against each ecosystem: enforced where the regions add up to China. The majority rule: the
        residual is shown, never enforced.
    """
    nation = study.monthly_totals("China")
    once = is_exact and study.mask != "touched"
    found: list[Identity] = []
    for key, title in ((key, study.titles[key]) for key in nation):
        by_region = regions[key].rename({"scope": "region"})
        by_class = classes[key].rename({"scope": "ecosystem"})
        nation_of, once_or_shown = nation[key], TOLERANCE if once else math.inf
        whole_cells, mean_of = _mean_of(majority[key]), _mean_of(nation_of)
        pairs = (
            ("sum of ecosystems = China", classes[key].sum("scope"), nation_of, TOLERANCE),
            ("table, ecosystems = region", cross[key].sum("ecosystem"), by_region, TOLERANCE),
            ("table, regions = ecosystem", cross[key].sum("region"), by_class, once_or_shown),
            ("majority rule, four classes = China, mean of all months",
             whole_cells.sel(scope=list(FOUR)).sum("scope"), mean_of, math.inf),
            ("majority rule, all five classes = China, mean of all months",
             whole_cells.sum("scope"), mean_of, math.inf),
        )  # fmt: skip
        found += [
            identity(f"{name}, {title}", part, whole=whole, tolerance=accepted)
            for name, part, whole, accepted in pairs
        ]
    return found


def _mean_of(monthly: xr.DataArray) -> xr.DataArray:
    """Return the mean of all months and members, months weighted by length."""
    return timeaxis.period_mean(budget.ensemble_mean(monthly)).assign_attrs(monthly.attrs)


def only_four(totals: Mapping[str, xr.DataArray]) -> dict[str, xr.DataArray]:
    """Return the totals of the four classes of the study, without ``other``."""
    return {key: annual.sel(scope=list(FOUR)) for key, annual in totals.items()}


def share_of_four_rows(totals: Mapping[str, xr.DataArray], *, quantity: str) -> list[Row]:
    """Return the mean of each of the four classes in percent of their sum [%]."""
    return scopes.share_rows(only_four(totals), four_sum(totals), quantity=quantity)


def excess_table(rows: Iterable[Row], *, titles: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Return the excess of four classes by product and rule, in percent of the nation."""
    words = {
        "four_class_excess_share_fraction": "by shares of cells",
        "four_class_excess_share_majority": "by majority",
        "published_four_class_excess_share": "as published",
    }
    table: dict[str, dict[str, float]] = {}
    for row in rows:
        if row.quantity in words:
            table.setdefault(row.product, {})[words[row.quantity]] = row.value
    lines = [{"product": title_of(key, titles), **values} for key, values in table.items()]
    return pd.DataFrame(lines)
