"""Growing seasons as bars over the year, with the ends of every member."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from helpers.errors import InputError
from helpers.season_charts import MONTH_LETTERS, Titles
from helpers.season_words import describe_seasons
from helpers.style import (
    INK,
    MUTED,
    RULE,
    WIDTH_IN,
    Drawing,
    ProductStyle,
    book_style,
    new_figure,
    product_styles,
    title_of,
)

QUANTITIES: dict[str, str] = {
    "season_start_day": "start",
    "season_end_day": "end",
    "season_length_days": "length",
    "season_length": "months",
    "peak_month": "peak_month",
}
"""Quantities that make a bar, and their columns in :func:`season_table`."""

_HEAD, _BAR = 0.36, 0.34


def season_table(frame: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each scope, product and member with its growing season.

    Parameters
    ----------
    frame : pandas.DataFrame
        Tidy rows of the :data:`QUANTITIES`; others are left out.

    Returns
    -------
    pandas.DataFrame
        Columns `scope`, `product`, `member`, `start`, `end`, `length` [days], `peak_month`,
        `whole_year`; `start` and `end` are missing where uptake lasts all year or never occurs.
    """
    keys = ["scope", "product", "member"]
    wide = frame[frame["quantity"].isin(QUANTITIES)].pivot(
        index=keys, columns="quantity", values="value"
    )
    wide = wide.reindex(columns=list(QUANTITIES)).rename(columns=QUANTITIES).reset_index()
    order = {
        key: {word: place for place, word in enumerate(dict.fromkeys(frame[key]))} for key in keys
    }
    wide = wide.sort_values(keys, key=lambda column: column.map(order[column.name]))
    wide["whole_year"] = wide["months"] == 12
    return wide.drop(columns="months").rename_axis(columns=None).reset_index(drop=True)


def growing_seasons(frame: pd.DataFrame, *, titles: Titles = None) -> Drawing:
    """Draw growing seasons as bars over the year, by scope and product.

    Parameters
    ----------
    frame : pandas.DataFrame
        See :func:`season_table`.
    titles : mapping of str to str, optional
        Names of products as shown.

    Returns
    -------
    helpers.style.Drawing
        A bar from the first to the last day of uptake around the peak; a mark in the peak month;
        a tick at the start and the end of each member.
    """
    rows = season_table(frame)
    if rows.empty:
        raise InputError("There is no growing season to draw.", where="quantity", found="no row",
                         accepted=", ".join(QUANTITIES),
                         fix="Give rows of the growing season.")  # fmt: skip
    styles = product_styles(rows["product"])
    scopes = list(dict.fromkeys(rows["scope"]))
    bars = rows[rows["member"] == "mean"]
    body = len(scopes) * _HEAD + len(bars) * _BAR + 0.1
    has_members = bool((rows["member"] != "mean").any())
    below = 0.35 + 0.27 * (len(styles) + 1 + has_members) + 0.1
    with book_style():
        figure = new_figure(0.12 + body + below)
        height = figure.get_size_inches()[1]
        place = (0.02, below / height, 1 - 1.02 / WIDTH_IN, body / height)
        axes = figure.add_axes(place, label="seasons")
        _month_axis(axes, body)
        y = 0.0
        for scope in scopes:
            axes.text(0.05, y + 0.24, scope, weight="bold", va="center", zorder=6)
            y += _HEAD
            for product in dict.fromkeys(rows["product"]):
                mine = rows[(rows["scope"] == scope) & (rows["product"] == product)]
                if len(mine):
                    _season_bar(axes, mine, style=styles[product], y=y + _BAR / 2)
                    y += _BAR
        _season_legend(figure, styles, titles=titles, has_members=has_members)
    return Drawing(figure, rows, describe_seasons(rows, titles=titles))


def _month_axis(axes: Axes, depth: float) -> None:
    axes.set_xlim(0, 12)
    axes.set_ylim(depth, 0)
    axes.set_xticks(np.arange(12) + 0.5, list(MONTH_LETTERS))
    axes.tick_params(axis="x", length=0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    for month in range(13):
        axes.axvline(month, color=RULE, linewidth=0.7, zorder=0)
    axes.axvspan(5, 8, color=RULE, alpha=0.35, zorder=0, linewidth=0)


def _season_bar(axes: Axes, rows: pd.DataFrame, *, style: ProductStyle, y: float) -> None:
    """Draw the bar of the mean, its peak and its length, and the ends of the members."""
    mean = rows[rows["member"] == "mean"].iloc[0]
    per_day = 12.0 / 365.25
    for left, right in _spans(mean, per_day):
        axes.barh(y, right - left, left=left, height=0.2, color=style.colour, alpha=0.55, zorder=2)
    members = rows[(rows["member"] != "mean") & rows["start"].notna()]
    for column in ("start", "end"):
        axes.plot(members[column] * per_day, np.full(len(members), y), "|", color=INK,
                  markersize=11, markeredgewidth=0.9, alpha=0.7, zorder=3)  # fmt: skip
    if mean["length"] > 0:
        axes.plot(mean["peak_month"] - 0.5, y, style.marker, color=style.colour, markersize=8.5,
                  markeredgecolor="white", zorder=4)  # fmt: skip
    words = "all year" if mean["whole_year"] else f"{mean['length']:.0f} days"
    axes.text(12.12, y, words if mean["length"] > 0 else "none", va="center", color=MUTED, size=11)


def _spans(mean: pd.Series, per_day: float) -> list[tuple[float, float]]:
    """Return the parts of a season on the year's axis; two where it crosses the new year."""
    if mean["length"] <= 0:
        return []
    if mean["whole_year"]:
        return [(0.0, 12.0)]
    start, end = mean["start"] * per_day, mean["end"] * per_day
    return [(start, end)] if start < end else [(0.0, end), (start, 12.0)]


def _season_legend(
    figure: Figure, styles: Mapping[str, ProductStyle], *, titles: Titles, has_members: bool
) -> None:
    handles: list[Line2D] = [
        Line2D([], [], color=style.colour, marker=style.marker, markersize=8.5, linewidth=5.5,
               markeredgecolor="white", label=title_of(product, titles))
        for product, style in styles.items()
    ]  # fmt: skip
    handles.append(Line2D([], [], linestyle="", marker="D", markersize=7, color=MUTED,
                          label="mark: month of largest uptake"))  # fmt: skip
    if has_members:
        handles.append(Line2D([], [], linestyle="", marker="|", markersize=11, color=INK,
                              label="tick: start or end in one member"))  # fmt: skip
    figure.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(0.0, 0.0), ncols=1, handlelength=2.2
    )
