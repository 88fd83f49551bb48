"""Charts of months and of the mean year, with every member behind its mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from helpers.errors import InputError
from helpers.season_words import describe_months
from helpers.spreads import COLUMNS, check_frame
from helpers.style import (
    INK,
    RULE,
    Drawing,
    ProductStyle,
    book_style,
    new_figure,
    product_styles,
    title_of,
    unit_label,
)

MONTH_LETTERS = "JFMAMJJASOND"

Titles = Mapping[str, str] | None


def monthly_series(frame: pd.DataFrame, *, titles: Titles = None) -> Drawing:
    """Draw every month of each product in a panel of its own, members thin behind their mean.

    Parameters
    ----------
    frame : pandas.DataFrame
        Tidy rows of quantity ``monthly``, one scope, periods such as ``2017-07``.
    titles : mapping of str to str, optional
        Names of products as shown.

    Returns
    -------
    helpers.style.Drawing
        Panels share both axes; the zero line is always in view.

    Raises
    ------
    InputError
        If scopes or units are mixed, or a period is not a month.
    """
    rows = _checked(frame, r"\d{4}-\d{2}")
    styles = product_styles(rows["product"])
    with book_style():
        figure = new_figure(0.5 + 1.85 * len(styles))
        figure.set_layout_engine("constrained", w_pad=0.06, h_pad=0.06)
        panels = figure.subplots(len(styles), 1, sharex=True, sharey=True, squeeze=False)[:, 0]
        for axes, (product, style) in zip(panels, styles.items(), strict=True):
            mine = rows[rows["product"] == product]
            _lines(axes, mine, style=style, x=_decimal_years(mine["period"]), marker=False)
            count = mine["member"].nunique() - 1
            suffix = f": mean of {count} members" if count > 0 else ""
            axes.set_title(title_of(product, titles) + suffix)
            axes.axhline(0, color=INK, linewidth=1.2, zorder=3)
            axes.grid(axis="y")
        _year_axis(panels[-1], rows["period"])
        figure.supylabel(
            f"{unit_label(rows['unit'].iloc[0])}, land uptake positive", size=12, color=INK
        )
    title = f"Every month, {rows['scope'].iloc[0]}"
    twin = {"kind": "monthly", "title": title, "titles": dict(titles or {})}
    return Drawing(figure, rows, describe_months(rows, titles=titles), twin)


def mean_year(frame: pd.DataFrame, *, titles: Titles = None) -> Drawing:
    """Draw the mean year of all products on one axis, members thin behind their mean.

    Parameters
    ----------
    frame : pandas.DataFrame
        Tidy rows of quantity ``climatology``, one scope, periods ``01`` to ``12``.
    titles : mapping of str to str, optional
        Names of products as shown.
    """
    rows = _checked(frame, r"0[1-9]|1[0-2]")
    with book_style():
        figure = new_figure(4.8)
        figure.set_layout_engine("constrained", w_pad=0.06, h_pad=0.06)
        axes = figure.subplots()
        handles = []
        for product, style in product_styles(rows["product"]).items():
            mine = rows[rows["product"] == product]
            line = _lines(axes, mine, style=style, x=mine["period"].astype(float), marker=True)
            count = mine["member"].nunique() - 1
            suffix = f": mean, and {count} members (thin)" if count > 0 else ""
            line.set_label(title_of(product, titles) + suffix)
            handles.append(line)
        axes.axvspan(5.5, 8.5, color=RULE, alpha=0.35, zorder=0, linewidth=0)
        axes.axhline(0, color=INK, linewidth=1.2, zorder=3)
        axes.set_xlim(0.6, 12.4)
        axes.set_xticks(range(1, 13), list(MONTH_LETTERS))
        axes.grid(axis="y")
        axes.set_title(f"Mean year, {rows['scope'].iloc[0]} (June to August shaded)")
        axes.set_ylabel(f"{unit_label(rows['unit'].iloc[0])}, land uptake positive")
        figure.legend(handles=handles, loc="outside lower left", ncols=1, handlelength=2.4)
    title = f"Mean year, {rows['scope'].iloc[0]}"
    twin = {"kind": "mean-year", "title": title, "titles": dict(titles or {})}
    return Drawing(figure, rows, describe_months(rows, titles=titles), twin)


def _checked(frame: pd.DataFrame, pattern: str) -> pd.DataFrame:
    """Return rows in order, refusing several scopes or periods of another kind."""
    check_frame(frame)
    rows = frame.loc[:, list(COLUMNS)].copy()
    rows["period"] = rows["period"].astype(str)
    if rows["scope"].nunique() != 1 or not rows["period"].str.fullmatch(pattern).all():
        raise InputError(
            "A chart of months shows one scope, one row a month.",
            where="scope, period",
            found=f"scopes {sorted(set(rows['scope']))}, periods {sorted(set(rows['period']))[:6]}",
            accepted="one scope; periods such as 2017-07, or 07 for the mean year",
            fix="Select rows of one quantity and one scope.",
        )
    keys = list(dict.fromkeys(rows["product"]))
    order = rows["product"].map(keys.index)
    rows = rows.assign(order=order).sort_values(["order", "member", "period"], kind="stable")
    return rows.drop(columns="order").reset_index(drop=True)


def _lines(
    axes: Axes, rows: pd.DataFrame, *, style: ProductStyle, x: pd.Series, marker: bool
) -> Line2D:
    """Draw one product: members thin, the mean over them in the product's style."""
    for name in rows["member"].unique():
        if name != "mean":
            is_member = rows["member"] == name
            axes.plot(x[is_member], rows.loc[is_member, "value"], color=style.colour,
                      linewidth=0.8, alpha=0.38, zorder=2)  # fmt: skip
    is_mean = rows["member"] == "mean"
    values = rows.loc[is_mean, "value"]
    axes.plot(x[is_mean], values, color="white", linewidth=4.2, zorder=4)
    look: dict[str, Any] = {"linestyle": style.line, "linewidth": 2.2, "zorder": 5}
    if marker:
        look |= {"marker": style.marker, "markersize": 7, "markeredgecolor": "white"}
    return axes.plot(x[is_mean], values, color=style.colour, **look)[0]


def _decimal_years(periods: pd.Series) -> pd.Series:
    """Return the middle of each month in years."""
    parts = periods.str.split("-", expand=True).astype(float)
    return parts[0] + (parts[1] - 0.5) / 12.0


def _year_axis(axes: Axes, periods: pd.Series) -> None:
    """Mark years by lines at their start and names at their middle; months where there is one."""
    years = sorted({int(period[:4]) for period in periods})
    first, last = years[0], years[-1] + 1
    axes.set_xlim(first, last)
    if len(years) == 1:
        axes.set_xticks(first + (np.arange(12) + 0.5) / 12.0, list(MONTH_LETTERS))
        axes.set_xlabel(str(first))
        return
    step = -(-len(years) // 8)
    axes.set_xticks([year + 0.5 for year in years[::step]], [str(y) for y in years[::step]])
    axes.tick_params(axis="x", length=0)
    for panel in axes.figure.axes:
        for year in years[1:]:
            panel.axvline(year, color=RULE, linewidth=0.7, zorder=0)
