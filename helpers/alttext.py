"""Text alternatives of figures, computed from the data drawn: range, extremes, sign, comparison."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from helpers import grid
from helpers.style import number, title_of

AGREEMENT: float = 2 / 3
"""Least share of members with the sign of their mean for a cell to stay unmarked [1]."""

_SIGN = "land uptake positive"


def describe_series(frame: pd.DataFrame, *, titles: Mapping[str, str] | None = None) -> str:
    """Describe annual values per product.

    Parameters
    ----------
    frame : pandas.DataFrame
        Tidy rows of quantity ``annual``: the mean of each product (member ``mean``), and members.

    Returns
    -------
    str
        Range and extreme years of each product, its sign, the members' range, and which product
        is highest.
    """
    years = sorted(frame["period"].astype(int).unique())
    unit, scope = frame["unit"].iloc[0], frame["scope"].iloc[0]
    means = frame[frame["member"] == "mean"]
    parts = [f"Line chart of the annual land uptake of {scope}, {_span(years)}, {unit}, {_SIGN}."]
    for product in dict.fromkeys(frame["product"]):
        rows = means[means["product"] == product]
        if len(rows):
            parts.append(
                f"{title_of(product, titles)}: {_extremes(rows)}, {_signs(rows['value'])}."
            )
        members = frame[(frame["product"] == product) & (frame["member"] != "mean")]
        if len(members):
            low, high = _row(members, "idxmin"), _row(members, "idxmax")
            parts.append(
                f"Its {members['member'].nunique()} members range from {_where(low)} "
                f"to {_where(high)}."
            )
    return " ".join([*parts, *_ranking(means, titles)])


def _span(years: list[int]) -> str:
    return str(years[0]) if len(years) == 1 else f"{years[0]} to {years[-1]}"


def _row(frame: pd.DataFrame, which: str) -> Any:
    return frame.loc[getattr(frame["value"], which)()]


def _where(row: Any) -> str:
    return f"{number(row.value)} ({row.member}, {row.period})"


def _extremes(rows: pd.DataFrame) -> str:
    low, high = _row(rows, "idxmin"), _row(rows, "idxmax")
    if len(rows) == 1:
        return f"{number(low.value)} in {low.period}"
    mean = number(float(rows["value"].mean()))
    ends = f"lowest {number(low.value)} in {low.period}, highest {number(high.value)}"
    return f"{ends} in {high.period}, mean {mean}"


def _signs(values: pd.Series) -> str:
    if (values > 0).all():
        return "uptake every year" if len(values) > 1 else "uptake"
    if (values < 0).all():
        return "release every year" if len(values) > 1 else "release"
    return f"uptake in {int((values > 0).sum())} of {len(values)} years"


def _ranking(means: pd.DataFrame, titles: Mapping[str, str] | None) -> list[str]:
    """Say which product is highest, and how often, where there is more than one."""
    table = means.pivot(index="period", columns="product", values="value")
    if table.shape[1] < 2:
        return []
    full = table.dropna()
    order = table.mean().sort_values(ascending=False)
    top = order.index[0]
    often = int((full.idxmax(axis=1) == top).sum())
    names = ", ".join(
        f"{title_of(str(key), titles)} {number(value)}" for key, value in order.items()
    )
    return [
        f"Means from high to low: {names}; "
        f"{title_of(top, titles)} is highest in {often} of {len(full)} common years."
    ]


def describe_estimates(frame: pd.DataFrame) -> str:
    """Describe estimates on one axis.

    Parameters
    ----------
    frame : pandas.DataFrame
        As drawn: columns `label`, `group`, `value`, `sd`, `sd_kind`, `n`, `unit`.
    """
    points = frame.drop_duplicates(["group", "label", "value"])
    low, high = _row(points, "idxmin"), _row(points, "idxmax")
    values = points["value"]
    sign = (
        "all are uptake" if (values > 0).all()
        else "all are release" if (values < 0).all()
        else f"{int((values > 0).sum())} of {len(values)} are uptake"
    )  # fmt: skip
    listed = "; ".join(_estimate(rows) for _, rows in frame.groupby(["group", "label"], sort=False))
    return (
        f"Dot-and-interval chart of {len(points)} estimates, {frame['unit'].iloc[0]}, {_SIGN}: "
        f"from {number(low.value)} ({_name(low)}) to {number(high.value)} ({_name(high)}); {sign}. "
        f"{listed}."
    )


def _name(row: Any) -> str:
    return f"{row['group']}, {row['label']}" if row["group"] else str(row["label"])


def _estimate(rows: pd.DataFrame) -> str:
    spreads = [
        f"± {number(row.sd)} {row.sd_kind.replace('-', ', ')}"
        for row in list[Any](rows.itertuples())
        if pd.notna(row.sd)
    ]
    first = rows.iloc[0]
    return " ".join([f"{_name(first)} {number(first.value)}", *spreads])


def describe_maps(data: xr.Dataset) -> str:
    """Describe maps of fluxes: extremes with their place, area of uptake, agreement.

    Parameters
    ----------
    data : xarray.Dataset
        As drawn by :func:`helpers.maps.flux_maps`.
    """
    unit, count = data["flux"].attrs["units"], data.sizes["product"]
    head = "Map" if count == 1 else f"{count} maps on one scale"
    parts = [f"{head} of the mean flux in {unit}, {_SIGN}, green for uptake, brown for release."]
    area = grid.cell_areas(data) * data["weight"]
    means: dict[str, float] = {}
    for key in data["product"].values:
        panel = data.sel(product=key)
        title = str(panel["title"].item())
        part = area.where(panel["flux"].notnull())
        means[title] = float((panel["flux"] * part).sum() / part.sum())
        share = float(part.where(panel["flux"] > 0).sum() / part.sum())
        low, high = _place(panel["flux"], "argmin"), _place(panel["flux"], "argmax")
        text = f"{title}: from {low} to {high}, mean {number(means[title], 0)}; "
        text += f"{share:.0%} of the area takes up"
        if panel["agreement"].notnull().any():
            doubt = float(part.where(panel["agreement"] < AGREEMENT).sum() / part.sum())
            text += (
                f"; in {doubt:.0%} of the area fewer than two thirds of members agree on the sign"
            )
        parts.append(text + ".")
    if count > 1:
        order = sorted(means, key=lambda title: -means[title])
        parts.append("Means from high to low: " + ", ".join(order) + ".")
    return " ".join(parts)


def _place(field: xr.DataArray, which: str) -> str:
    """Return an extreme value and where it is."""
    values = np.where(np.isfinite(field), field, np.inf if which == "argmin" else -np.inf)
    row, column = np.unravel_index(getattr(values, which)(), values.shape)
    lat, lon = float(field["lat"][row]), float(field["lon"][column])
    north, east = ("N" if lat >= 0 else "S"), ("E" if lon >= 0 else "W")
    return f"{number(float(values[row, column]), 0)} at {abs(lat):g}°{north} {abs(lon):g}°{east}"
