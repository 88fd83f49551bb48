"""Statements about the ensemble: how many members, which transport, which methods, and its bias."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import xarray as xr

from helpers import members
from helpers.published import claim
from helpers.results import Row
from helpers.statements import PUBLISHED, Test
from helpers.style import number
from helpers.units import TOTAL_UNITS


def listed_tests() -> list[Test]:
    """Return the statements that the study's own table of members decides."""
    table = members.listed_members()
    stated = claim("z24-m-oco2-n").value
    transport, method = table["transport"].value_counts(), table["method"].value_counts()
    return [
        Test(claim="z24-m-oco2-n", product=PUBLISHED, value=float(len(table)), unit="1",
             holds=len(table) == stated, is_standin=False,
             rule="the study's table lists as many members as its text counts"),
        Test(claim="z24-m-oco2-transport", product=PUBLISHED,
             value=float(transport[members.GEOS_CHEM]), unit="1",
             holds=int(transport[members.GEOS_CHEM]) > len(table) / 2, is_standin=False,
             rule="more than half of the listed members share one transport model",
             note=_counts(transport)),
        Test(claim="z24-m-oco2-methods", product=PUBLISHED, value=float(method.sum()), unit="1",
             holds=int(method.sum()) == stated, is_standin=False,
             rule="the methods listed add up to the members counted", note=_counts(method)),
    ]  # fmt: skip


def bias_test(
    annual: xr.DataArray, groups: Mapping[str, str] | None, *, product: str, is_standin: bool
) -> Test:
    """Return the test whether members with GEOS-Chem lie above the rest for China."""
    rule = "the mean of members with GEOS-Chem lies above the mean of the others for China"
    shared: dict[str, Any] = {"claim": "z24-d-geoschem", "product": product, "rule": rule,
                              "unit": TOTAL_UNITS}  # fmt: skip
    if groups is None or len(set(groups.values())) < 2 or members.GEOS_CHEM not in groups.values():
        return Test(**shared, value=None, holds=None, is_standin=is_standin,
                    note="the members at hand are anonymous or share one transport")  # fmt: skip
    table = members.group_means(annual, dict(groups)).set_index(["scope", "transport"])
    row = table.loc[("China", members.GEOS_CHEM)]
    return Test(**shared, value=float(row["difference"]), holds=bool(row["difference"] > 0),
                is_standin=is_standin,
                note=f"random groups differ as much in {number(100 * row['p_value'], 0)} % of "
                "deals")  # fmt: skip


def group_view(annual: xr.DataArray, groups: Mapping[str, str] | None) -> pd.DataFrame:
    """Return the members by transport model as a table for a page, or why there is none."""
    if groups is None:
        counts = members.listed_members()["transport"].value_counts()
        return pd.DataFrame(
            {"transport": name, "members listed by the study": int(count),
             "mean of China": "off: members are anonymous"}
            for name, count in counts.items()
        ).set_index("transport")  # fmt: skip
    table = members.group_means(annual, dict(groups))
    china = table[table["scope"] == "China"]
    return pd.DataFrame(
        {"transport": row.transport, "members": row.n, "mean of China": number(row.value),
         "SD across them": number(row.sd) if row.n > 1 else "one member",
         "less the rest": number(row.difference),
         "random groups as far apart": f"{number(100 * row.p_value, 0)} %"}
        for row in china.itertuples()
    ).set_index("transport")  # fmt: skip


def claim_rows() -> list[Row]:
    """Return the counts of the study's table as result rows of product ``published``."""
    table = members.listed_members()
    counts = {"listed_members": len(table),
              "listed_geos_chem": int((table["transport"] == members.GEOS_CHEM).sum())}  # fmt: skip
    return [
        Row(quantity=name, product=PUBLISHED, scope="China", period="static", value=float(value),
            unit="1")
        for name, value in counts.items()
    ]  # fmt: skip


def _counts(counts: pd.Series) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())
