"""From totals to rows of a result table: years, means, spreads, and what was published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import xarray as xr

from helpers import budget, geography
from helpers.errors import InputError
from helpers.published import claim
from helpers.results import Row, to_frame
from helpers.style import title_of
from helpers.units import TOTAL_UNITS

_CLAIMS = {"beps": "beps", "vegas": "vegas", "oco2-mip": "oco2"}
_REGION_SLUGS = {
    "North": "north",
    "South": "south",
    "Northwest": "northwest",
    "Qinghai-Tibet": "plateau",
}


def study_claims(scope: str) -> dict[str, str]:
    """Return the ids of the claims of Zhang et al. (2024) about a scope, by catalog key.

    Parameters
    ----------
    scope : str
        ``China``, one of the four regions, or ``forest``, ``shrub``, ``grass``, ``crop``.

    Examples
    --------
    >>> study_claims("Qinghai-Tibet")["oco2-mip"]
    'z24-region-plateau-oco2'
    """
    if scope == "China":
        stem = "z24-national"
    elif scope in geography.REGIONS:
        stem = f"z24-region-{_REGION_SLUGS[scope]}"
    else:
        stem = f"z24-eco-{scope}"
    return {product: f"{stem}-{slug}" for product, slug in _CLAIMS.items()}


def annual_rows(totals: Mapping[str, xr.DataArray], *, scope: str) -> list[Row]:
    """Return one row for each product, member and year.

    Parameters
    ----------
    totals : mapping of str to xarray.DataArray, dims (year,) or (year, member) [Pg C yr-1]
        Yearly totals by catalog key, land uptake positive.
    scope : str
        ``China``, a region or an ecosystem.

    Returns
    -------
    list of Row
        Quantity ``annual``; ensembles have member ``mean`` besides their members.
    """
    rows = []
    for product, annual in totals.items():
        for member, series in _series(annual):
            rows += [
                Row(quantity="annual", product=product, member=member, scope=scope,
                    period=str(int(year)), value=float(value), unit=TOTAL_UNITS)
                for year, value in zip(series["year"].values, series.values, strict=True)
            ]  # fmt: skip
    return rows


def mean_rows(totals: Mapping[str, xr.DataArray], *, scope: str) -> list[Row]:
    """Return the mean over years of each product and member, with each spread under its own name.

    Parameters
    ----------
    totals : mapping of str to xarray.DataArray, dims (year,) or (year, member) [Pg C yr-1]
        Yearly totals by catalog key, land uptake positive.
    scope : str
        ``China``, a region or an ecosystem.

    Returns
    -------
    list of Row
        ``annual_mean`` with the ``interannual`` SD (absent for a single year) and, for ensembles,
        ``ensemble_mean``: the same mean with the SD across ``members``.
    """
    rows = []
    for product, annual in totals.items():
        years = annual["year"].values
        shared = {"product": product, "scope": scope, "unit": TOTAL_UNITS}
        shared["period"] = period_of(annual)
        for member, series in _series(annual):
            spread = float(budget.interannual_sd(series)) if years.size > 1 else None
            rows.append(
                Row(quantity="annual_mean", member=member, value=float(series.mean()), sd=spread,
                    sd_kind=None if spread is None else "interannual", n=int(years.size), **shared)
            )  # fmt: skip
        across = budget.member_sd(annual) if annual.sizes.get("member", 1) > 1 else None
        if across is not None:
            rows.append(
                Row(quantity="ensemble_mean", value=float(annual.mean()), sd=float(across),
                    sd_kind="members", n=int(annual.sizes["member"]), **shared)
            )  # fmt: skip
    return rows


def published_rows(ids: Mapping[str, str], *, scope: str, period: str) -> list[Row]:
    """Return published values as rows, each from the claims ledger.

    Parameters
    ----------
    ids : mapping of str to str
        Claim id by catalog key.
    scope, period : str
        What the claims are about.

    Returns
    -------
    list of Row
        Quantity ``published_annual_mean``; a printed ± has kind ``published-undefined``.
    """
    rows = []
    for product, name in ids.items():
        found = claim(name)
        if found.value is None:
            raise InputError(
                "A published value is missing.", file="data/published/claims.csv", where=name,
                found="no value", accepted="a number", fix="Name a claim with a number.",
            )  # fmt: skip
        rows.append(
            Row(quantity="published_annual_mean", product=product, scope=scope, period=period,
                value=found.value, sd=found.uncertainty,
                sd_kind=None if found.uncertainty is None else "published-undefined",
                unit=found.unit)
        )  # fmt: skip
    return rows


def difference_row(rows: Sequence[Row], *, first: str, second: str, quantity: str) -> Row:
    """Return the value of one product less that of another, as a row of the first.

    The rows must be of one quantity, scope, period and unit; no ± is given, because that would
    need to know how the two vary together.
    """
    by_product = {row.product: row for row in rows}
    high, low = by_product[first], by_product[second]
    return Row(quantity=quantity, product=first, scope=high.scope, period=high.period,
               value=high.value - low.value, unit=high.unit)  # fmt: skip


def grouped(groups: Mapping[str, tuple[Sequence[Row], Mapping[str, str]]]) -> pd.DataFrame:
    """Return rows as a table for :func:`helpers.charts.estimates`, under headings.

    Parameters
    ----------
    groups : mapping of str to (sequence of Row, mapping of str to str)
        Heading, the rows below it in order, and the names of their products: those of the data at
        hand for computed rows, those of the source for published ones. Members other than
        ``mean`` are appended to the name.
    """
    frames = []
    for heading, (rows, names) in groups.items():
        labels = [
            title_of(row.product, names) + ("" if row.member == "mean" else f", {row.member}")
            for row in rows
        ]
        frames.append(to_frame(rows).assign(group=heading, label=labels))
    return pd.concat(frames, ignore_index=True)


def period_of(annual: xr.DataArray) -> str:
    """Return the years of a series as result tables write them: ``2015-2019`` or ``2017``."""
    first, last = int(annual["year"].min()), int(annual["year"].max())
    return str(first) if first == last else f"{first}-{last}"


def _series(annual: xr.DataArray) -> list[tuple[str, xr.DataArray]]:
    """Return the ensemble mean, and then each member, as named yearly series."""
    series = [("mean", budget.ensemble_mean(annual))]
    if "member" in annual.dims:
        series += [(str(m), annual.sel(member=m)) for m in annual["member"].values]
    return series
