"""Strip plots: every way to draw a border as one dot, scope by scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from helpers.style import (
    CARD,
    INK,
    MUTED,
    RULE,
    WIDTH_IN,
    Drawing,
    book_style,
    new_figure,
    number,
    product_styles,
    title_of,
    unit_label,
)

MASK_MARKS: dict[str, tuple[str, str, str]] = {
    "fraction": ("#16307f", "o", "exact fraction"),
    "centre": ("#ca8200", "s", "cell centre inside"),
    "touched": ("#9c2c74", "^", "every touched cell"),
}
"""Colour, marker and words of each mask method; told apart by shape as well as by colour."""

_LINE = 0.42
_UPTAKE = f"{unit_label('Pg C yr-1')}   (← release   |   land uptake positive →)"


def area_strips(frame: pd.DataFrame, *, title: str = "Area on the grid") -> Drawing:
    """Draw how far each trial's area lies from that of the polygon, one strip a scope.

    Parameters
    ----------
    frame : pandas.DataFrame
        From :func:`helpers.trials.areas`: columns `scope`, `mask`, `excess` [%] and the trial.

    Returns
    -------
    helpers.style.Drawing
    """
    rows = frame.reset_index(drop=True)
    scopes = list(dict.fromkeys(rows["scope"]))
    with book_style():
        figure, axes = _canvas(len(scopes) * (_LINE + 0.16), legend_rows=3)
        for place, scope in enumerate(scopes):
            _strip(axes, rows[rows["scope"] == scope], column="excess", place=place, label=scope)
        _frame(axes, len(scopes), title=title)
        axes.set_xlabel("difference from the polygon's area in %")
        _legend(figure, list(dict.fromkeys(rows["mask"])))
    return Drawing(
        figure, rows, _describe(rows, "excess", unit="% from the polygon's area", name="scope")
    )


def total_strips(
    frame: pd.DataFrame, *, scope: str, titles: Mapping[str, str] | None = None
) -> Drawing:
    """Draw the total of one scope under each trial, one strip a product.

    Parameters
    ----------
    frame : pandas.DataFrame
        From :func:`helpers.trials.totals`: columns `product`, `scope`, `mask`, `value`
        [Pg C yr-1, land uptake positive] and the trial.
    scope : str
        Which scope to draw.
    titles : mapping of str to str, optional
        Names of products as shown.

    Returns
    -------
    helpers.style.Drawing
    """
    rows = frame[frame["scope"] == scope].reset_index(drop=True)
    rows["title"] = [title_of(product, titles) for product in rows["product"]]
    order = [(scope, product) for product in dict.fromkeys(rows["product"])]
    return _panel(rows, order, title=f"Mean uptake of {scope} under every mask")


def _canvas(body: float, *, legend_rows: int) -> tuple[Figure, Axes]:
    above, below = 0.5, 0.62 + 0.27 * legend_rows
    figure = new_figure(above + body + below)
    height = figure.get_size_inches()[1]
    axes = figure.add_axes((0.12 / WIDTH_IN, below / height, 1 - 0.24 / WIDTH_IN, body / height))
    return figure, axes


def _strip(
    axes: Axes, rows: pd.DataFrame, *, column: str, place: int, label: str, colour: str = INK
) -> None:
    """Draw one strip: name and range above, below a dot for each trial, a line for each mask."""
    low, high = float(rows[column].min()), float(rows[column].max())
    words: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "va": "center", "zorder": 5}
    words["bbox"] = {"facecolor": CARD, "edgecolor": "none", "pad": 1.2}
    axes.text(0.0, place + 0.18, label, color=colour, weight="bold", **words)
    span = f"{number(low)} to {number(high)}"
    axes.text(1.0, place + 0.18, span, color=MUTED, size=11, ha="right", **words)
    for level, (mask, (face, marker, _)) in enumerate(MASK_MARKS.items()):
        values = rows.loc[rows["mask"] == mask, column]
        axes.plot(values, [place + 0.46 + 0.17 * level] * len(values), marker, color=face,
                  markersize=7, markeredgecolor=CARD, markeredgewidth=0.7, alpha=0.85,
                  linestyle="", zorder=4)  # fmt: skip
    axes.axhline(place + 1, color=RULE, linewidth=0.7)


def _frame(axes: Axes, count: int, *, title: str) -> None:
    axes.set_ylim(count, 0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color=RULE)
    axes.axvline(0, color=INK, linewidth=1.2, zorder=1)
    low, high = min(axes.dataLim.x0, 0.0), max(axes.dataLim.x1, 0.0)
    room = 0.06 * (high - low)
    axes.set_xlim(low - room, high + room)
    axes.set_title(title)


def _legend(figure: Figure, kinds: list[str]) -> None:
    handles = [
        Line2D([], [], color=MASK_MARKS[k][0], marker=MASK_MARKS[k][1], linestyle="", markersize=8)
        for k in kinds
    ]
    labels = [f"{kind}: {MASK_MARKS[kind][2]}" for kind in kinds]
    height = figure.get_size_inches()[1]
    figure.legend(handles, labels, loc="lower left", borderaxespad=0.0, labelspacing=0.4,
                  bbox_to_anchor=(0.12 / WIDTH_IN, 0.08 / height))  # fmt: skip


def _describe(rows: pd.DataFrame, column: str, *, unit: str, name: str) -> str:
    """Return the range of each strip and of each mask in words."""
    parts = [f"Strip plot of {rows['trial'].nunique()} ways to draw the borders, in {unit}."]
    for key, part in rows.groupby(name, sort=False):
        by_mask = "; ".join(
            f"{mask} {number(float(v.min()))} to {number(float(v.max()))}"
            for mask, v in part.groupby("mask", sort=False)[column]
        )
        parts.append(f"{key}: {by_mask}.")
    return " ".join(parts)


def region_strips(
    frame: pd.DataFrame, *, scopes: Sequence[str], titles: Mapping[str, str] | None = None
) -> Drawing:
    """Draw the total of several scopes under each trial, a strip for each scope and product.

    Parameters
    ----------
    frame : pandas.DataFrame
        From :func:`helpers.trials.totals`.
    scopes : sequence of str
        Which scopes to draw, from top to bottom.
    titles : mapping of str to str, optional
        Names of products as shown.
    """
    rows = frame[frame["scope"].isin(scopes)].reset_index(drop=True)
    rows["title"] = [f"{row.scope}, {title_of(row.product, titles)}" for row in rows.itertuples()]
    order = [(s, p) for s in scopes for p in dict.fromkeys(rows["product"])]
    return _panel(rows, order, title="Mean uptake of the regions under every mask")


def class_strips(frame: pd.DataFrame, *, titles: Mapping[str, str] | None = None) -> Drawing:
    """Draw the total of each class under every rule, a strip for each class and product.

    Parameters
    ----------
    frame : pandas.DataFrame
        From :func:`helpers.trial_tables.class_table`.
    titles : mapping of str to str, optional
        Names of products as shown.
    """
    rows = frame.reset_index(drop=True)
    rows["title"] = [f"{row.scope}, {title_of(row.product, titles)}" for row in rows.itertuples()]
    order = [(s, p) for s in dict.fromkeys(rows["scope"]) for p in dict.fromkeys(rows["product"])]
    return _panel(rows, order, title="Mean uptake of classes under every mask and rule")


def _panel(rows: pd.DataFrame, order: Sequence[tuple[str, str]], *, title: str) -> Drawing:
    """Draw a strip for each scope and product in `order`."""
    styles = product_styles(rows["product"])
    with book_style():
        figure, axes = _canvas(len(order) * (_LINE + 0.16), legend_rows=3)
        for place, (scope, product) in enumerate(order):
            mine = rows[(rows["scope"] == scope) & (rows["product"] == product)]
            _strip(
                axes,
                mine,
                column="value",
                place=place,
                label=mine["title"].iloc[0],
                colour=styles[product].colour,
            )
        _frame(axes, len(order), title=title)
        axes.set_xlabel(_UPTAKE)
        _legend(figure, list(dict.fromkeys(rows["mask"])))
    return Drawing(
        figure, rows, _describe(rows, "value", unit="Pg C yr-1, land uptake positive", name="title")
    )


def step_bars(
    steps: Mapping[str, Mapping[str, float]], *, titles: Mapping[str, str] | None = None
) -> Drawing:
    """Draw what separates the four-class sum from the nation, one row a step and product.

    Parameters
    ----------
    steps : mapping of str to mapping of str to float [Pg C yr-1]
        From :func:`helpers.trials.excess_steps`, by product.
    titles : mapping of str to str, optional
        Names of products as shown.
    """
    rows = pd.DataFrame(
        [
            {"product": key, "title": title_of(key, titles), "step": name, "value": value}
            for key, found in steps.items()
            for name, value in found.items()
            if name in STEP_WORDS
        ]
    )
    styles = product_styles(rows["product"])
    products = list(dict.fromkeys(rows["product"]))
    with book_style():
        figure, axes = _canvas(len(products) * 1.9, legend_rows=0)
        for place, product in enumerate(products):
            _steps(
                axes, rows[rows["product"] == product], place=place, colour=styles[product].colour
            )
        _frame(axes, len(products), title="From the nation to the four-class sum")
        axes.set_xlabel("Pg C yr⁻¹ added to the sum (land uptake positive)")
    listed = "; ".join(
        f"{title}: " + ", ".join(f"{r.step} {number(r.value, 3)}" for r in part.itertuples())
        for title, part in rows.groupby("title", sort=False)
    )
    return Drawing(
        figure, rows, f"Bar chart of steps in Pg C yr-1, land uptake positive. {listed}."
    )


STEP_WORDS = {
    "left out": "land of no class left out",
    "majority": "whole cells to their majority",
    "touched": "every touched cell counted",
}
"""Words of each step on the way from the nation to the four-class sum."""


def _steps(axes: Axes, rows: pd.DataFrame, *, place: int, colour: str) -> None:
    words: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "va": "center", "zorder": 5}
    words["bbox"] = {"facecolor": CARD, "edgecolor": "none", "pad": 1.2}
    axes.text(0.0, place + 0.1, rows["title"].iloc[0], color=colour, weight="bold", **words)
    for line, row in enumerate(rows.itertuples()):
        y = place + 0.36 + 0.25 * line
        axes.barh(y, row.value, height=0.09, color=colour, zorder=4)
        axes.text(1.0, y - 0.11, f"{STEP_WORDS[row.step]} {number(row.value, 3)}", ha="right",
                  color=MUTED, size=11, **words)  # fmt: skip
    axes.axhline(place + 1, color=RULE, linewidth=0.7)
