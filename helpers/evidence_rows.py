"""Rows of result tables for the pages made from published numbers alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from helpers import evidence, forest, stocks, tension
from helpers.pooling import Pooled
from helpers.results import Row

_PG = "Pg C yr-1"
_COLOURS = {"Bottom-up, inventories": "beps", "Top-down": "oco2-mip", "Syntheses": "ceos"}
_HECTARE = 10.0
"""t C ha-1 in one kg C m-2."""


def slug(words: str) -> str:
    """Return words as one key: lower case, hyphens between.

    Examples
    --------
    >>> slug("Forest − crop, OCO-2")
    'forest-crop-oco-2'
    """
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")


def ladder_rows(
    chosen: pd.DataFrame, pools: Mapping[str, Pooled], *, choices: pd.DataFrame, left: pd.DataFrame
) -> list[Row]:
    """Return the rows of the evidence page.

    Parameters
    ----------
    chosen : pandas.DataFrame
        From :func:`helpers.evidence.select`.
    pools : mapping of str to Pooled
        Pooled estimates by label; labels become members through `slug`.
    choices : pandas.DataFrame
        From :func:`helpers.evidence.by_choice`.
    left : pandas.DataFrame
        From :func:`helpers.evidence.without_each`.
    """
    starts, ends = chosen["period_start"].min(), chosen["period_end"].max()
    shared: dict[str, Any] = {
        "product": "ladder",
        "scope": "China",
        "period": f"{starts:.0f}-{ends:.0f}",
    }
    rows = []
    for label, one in pools.items():
        member = slug(label)
        rows.append(Row(quantity="pooled_sink", member=member, value=one.centre, sd=one.se,
                        sd_kind="propagated", n=one.n, unit=_PG, **shared))  # fmt: skip
        numbers = {"pooled_low": one.low, "pooled_high": one.high, "between_study_sd": one.tau}
        if one.n > 2:
            numbers |= {"predicted_low": one.predicted_low, "predicted_high": one.predicted_high}
        rows += [Row(quantity=name, member=member, value=value, n=one.n, unit=_PG, **shared)
                 for name, value in numbers.items()]  # fmt: skip
    spans = {
        "defensible_low": choices["low"].median(), "defensible_high": choices["high"].median(),
        "outer_low": choices["low"].min(), "outer_high": choices["high"].max(),
        "centre_low": choices["centre"].min(), "centre_high": choices["centre"].max(),
    }  # fmt: skip
    rows += [Row(quantity=name, value=float(value), n=len(choices), unit=_PG, **shared)
             for name, value in spans.items()]  # fmt: skip
    rows.append(Row(quantity="choices", value=len(choices), unit="1", **shared))
    rows += [Row(quantity="pooled_sink_without", member=str(name), value=float(value), unit=_PG,
                 **shared) for name, value in left["centre"].items()]  # fmt: skip
    most = left["shift"].abs().max()
    rows.append(Row(quantity="largest_shift", value=float(most), unit=_PG, **shared))
    return [*rows, *_published(), *_tension()]


def _published() -> list[Row]:
    rows, ladder = [], evidence.table()
    for name, row in ladder[ladder["national"] == 1].iterrows():
        stated = row["period"].replace("–", "-")
        rows.append(
            Row(quantity="published_sink", product=str(name), scope="China", unit=_PG,
                period="static" if stated == "not stated" else stated,
                value=float(row["central_used"]))
        )  # fmt: skip
    for member, share in (("smallest", 0.0), ("largest", 1.0)):
        rows.append(Row(quantity="lateral_correction", product="ladder", member=member,
                        scope="China", period="static",
                        value=evidence.lateral_correction(share), unit=_PG))  # fmt: skip
    return rows


def _tension() -> list[Row]:
    shared: dict[str, Any] = {"scope": "China", "period": "static"}
    rows = [
        Row(quantity="contrast_z", product="contrast", member=slug(str(label)), value=float(z),
            unit="1", **shared)
        for label, z in tension.contrasts()["z"].items()
    ]  # fmt: skip
    arithmetic = tension.synthesis_arithmetic()
    for name in ("overlap", "mean", "weighted", "weighted_sd", "median_above_outer"):
        rows.append(Row(quantity=f"synthesis_{name}", product="yang22",
                        value=float(arithmetic[name]), unit=_PG, **shared))  # fmt: skip
    for row in tension.closeness().itertuples():
        if row.interval == "combined, outer":
            rows.append(Row(quantity="beyond_synthesis", product=slug(row.product),
                            value=row.beyond, unit=_PG, **shared))  # fmt: skip
    inside = tension.finding_f12().computed
    return [*rows, Row(quantity="inside_synthesis", product="yang22", value=inside, unit="1",
                       **shared)]  # fmt: skip


def forest_rows() -> list[Row]:
    """Return the rows of the forest inventory page."""
    table = forest.inventory()
    rows = [
        Row(quantity="stock", product="nfi", scope="forest", period=str(year), unit="Pg C",
            value=float(value))
        for year, value in table["stock"].items()
    ]  # fmt: skip
    for year, row in table.iloc[1:].iterrows():
        period = f"{row['start']:.0f}-{year}"
        rows += [
            Row(quantity="forest_sink", product="nfi", member=member, scope="forest",
                period=period, value=float(row[member]), unit=_PG)
            for member in ("printed", "computed", "total_change")
        ]  # fmt: skip
    low, high = forest.common_factor()
    shared: dict[str, Any] = {"product": "nfi", "scope": "forest", "period": "static", "unit": "1"}
    factors = {"low": low, "high": high, "method": forest.FACTOR}
    rows += [Row(quantity="factor", member=k, value=v, **shared) for k, v in factors.items()]
    wrong = table.loc[forest.SUSPECT, "relative"]
    rows.append(Row(quantity="printed_excess", product="nfi", scope="forest", unit="%",
                    period=f"1993-{forest.SUSPECT}", value=float(100 * wrong)))  # fmt: skip
    for (mean, version, weighting), row in forest.mean_sinks().iterrows():
        rows.append(Row(quantity=f"mean_sink_{mean}", product="nfi", unit=_PG, scope="forest",
                        member=f"{version}-{weighting}", period="static",
                        value=row["value"]))  # fmt: skip
    for name, row in forest.against_products().iterrows():
        rows += [
            Row(quantity="forest_sink", product=str(name), scope="forest", value=row["value"],
                period=row["period"].replace("–", "-"), unit=_PG),
            Row(quantity="excess_over_inventory", product=str(name), scope="forest",
                period=row["period"].replace("–", "-"), value=100 * row["excess"], unit="%"),
        ]  # fmt: skip
    for label, value in forest.independent_growth()["growth"].items():
        rows.append(Row(quantity="growth", product=slug(str(label)), scope="forest",
                        period="1981-2018", value=value, unit="Pg C"))  # fmt: skip
    return rows


def stock_rows() -> list[Row]:
    """Return the rows of the stocks page."""
    rows = []
    for name, row in stocks.stocks().iterrows():
        shared: dict[str, Any] = {
            "product": str(name),
            "scope": row["ecosystem"],
            "period": "static",
        }
        rows += [
            Row(quantity="stock", value=row["used"], unit="Pg C", **shared),
            Row(quantity="area", value=row["area"] * 1e4, unit="km2", **shared),
            Row(quantity="density", value=row["density"] * _HECTARE, unit="t C ha-1", **shared),
        ]
    for ecosystem, row in stocks.drivers().iterrows():
        for name in ("ratio", "area_ratio", "density_ratio", "area_share", "density_share"):
            rows.append(Row(quantity=f"range_{name}", product="table-2", scope=str(ecosystem),
                            period="static", value=float(row[name]), unit="1"))  # fmt: skip
    green = stocks.stocks()["veg_density"]
    rows += [
        Row(quantity="vegetation_ratio", product=name, scope="shrub", period="static",
            value=float(green["shrub3"] / green[name]), unit="1")
        for name in ("shrub1", "shrub2")
    ]  # fmt: skip
    low, high = stocks.four_systems()
    rows += [Row(quantity="four_systems", product="table-2", member=member, scope="China",
                 period="static", value=value, unit="Pg C")
             for member, value in (("low", low), ("high", high))]  # fmt: skip
    for name, row in stocks.surveys().iterrows():
        rows.append(Row(quantity="stock", product=str(name), scope=row["ecosystem"],
                        period="static", value=row["value"], sd=row["uncertainty"],
                        sd_kind="published-undefined", unit="Pg C"))  # fmt: skip
    return rows


def rungs(chosen: pd.DataFrame, pools: dict[str, Pooled]) -> pd.DataFrame:
    """Return the ladder as :func:`helpers.ladders.ladder` draws it.

    Parameters
    ----------
    chosen : pandas.DataFrame
        Rows in the pool, from :func:`helpers.evidence.select`; only their ids are used, as values
        are drawn as published.
    pools : dict of str to Pooled
        Pooled estimates by label, drawn last.
    """
    rows = evidence.table()
    rows = rows[(rows["national"] == 1) & (rows["estimate_type"] != "projection")]
    rows = rows.drop(index="ev-yang22-z24")
    is_top = rows["method_class"] == "top-down"
    is_whole = rows.index.str.startswith("ev-yang22") | (rows["method_class"] == "combined")
    group = np.where(is_whole, "Syntheses", np.where(is_top, "Top-down", "Bottom-up, inventories"))
    shown = rows["period"].where(rows["period"] != "not stated", "")
    drawn = pd.DataFrame({
        "label": (rows["study"] + ", " + shown).str.rstrip(", "), "group": group,
        "value": rows["central_used"], "low": rows["low"], "high": rows["high"],
        "kind": rows["kind"], "used": rows.index.isin(chosen.index),
        "disputed": rows["disputed_by"] != "",
        "colour": pd.Series(group, index=rows.index).map(_COLOURS),
    }).sort_values("value")  # fmt: skip
    order = {name: place for place, name in enumerate(_COLOURS)}
    drawn = drawn.sort_values("group", key=lambda names: names.map(order), kind="stable")
    last = pd.DataFrame(
        {
            "label": list(pools),
            "group": "Pooled on this page",
            "value": [one.centre for one in pools.values()],
            "low": [one.low for one in pools.values()],
            "high": [one.high for one in pools.values()],
            "kind": "confidence",
            "used": True,
            "disputed": False,
            "colour": "vegas",
        }
    )
    return pd.concat([drawn, last], ignore_index=True)
