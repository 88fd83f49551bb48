"""Figures of inventories: sinks printed and recomputed, and stocks as area times density."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.style import (
    CARD,
    INK,
    MUTED,
    PRODUCTS,
    RULE,
    Drawing,
    book_style,
    new_figure,
    number,
)

LOOKS = {
    "grass": PRODUCTS["beps"],
    "shrub": PRODUCTS["vegas"],
    "wetland": PRODUCTS["oco2-mip"],
    "crop": PRODUCTS["ceos"],
}
"""Colour and marker of each ecosystem."""


def sink_columns(rows: pd.DataFrame) -> Drawing:
    """Draw the printed forest sink of each period beside the one its stocks give.

    Parameters
    ----------
    rows : pandas.DataFrame, index end year
        From :func:`helpers.forest.inventory`.

    Returns
    -------
    helpers.style.Drawing
        Bars as wide as their periods; a ring where printed and computed disagree.
    """
    rows = rows[rows["printed"].notna()]
    with book_style():
        figure = new_figure(4.6)
        axes = figure.subplots()
        figure.set_layout_engine("constrained", w_pad=0.06, h_pad=0.06)
        _sink_bars(axes, rows)
        figure.legend(loc="outside lower left", ncols=1)
    data = rows.reset_index()[["start", "end", "years", "computed", "low", "high", "printed"]]
    return Drawing(figure, data, _describe_sinks(rows))


def _sink_bars(axes: Axes, rows: pd.DataFrame) -> None:
    width = rows["years"] - 0.4
    axes.bar(rows["start"] + 0.2, rows["computed"], width=width, align="edge", color="#b9dccd",
             edgecolor=PRODUCTS["beps"].colour, label="trees, from the printed stocks")  # fmt: skip
    for order, row in enumerate(rows.itertuples()):
        axes.hlines(row.printed, row.start + 0.2, row.Index - 0.2, color=INK, linewidth=2.6,
                    label="sink as printed" if order == 0 else "")  # fmt: skip
    wrong = rows[~rows["agrees"].astype(bool)]
    for order, row in enumerate(wrong.itertuples()):
        middle = (row.start + row.Index) / 2
        axes.plot(middle, row.printed, "o", markersize=16, markerfacecolor="none",
                  markeredgecolor=PRODUCTS["ceos"].colour, markeredgewidth=2.2, linestyle="",
                  label="does not follow from the stocks" if order == 0 else "")  # fmt: skip
    axes.set_xticks([int(rows["start"].iloc[0]), *map(int, rows.index)])
    axes.tick_params(axis="x", labelsize=11, rotation=45)
    axes.grid(axis="y")
    axes.set_ylim(0, 1.12 * float(rows["computed"].max()))
    axes.set_ylabel("Pg C yr⁻¹, land uptake positive")
    axes.set_title("Forest sink between inventories")


def _describe_sinks(rows: pd.DataFrame) -> str:
    low, high = rows["computed"].idxmin(), rows["computed"].idxmax()
    wrong = rows[~rows["agrees"].astype(bool)]
    listed = "; ".join(
        f"{row.start:.0f}–{row.Index}: printed {number(row.printed, 3)}, from the stocks "
        f"{number(row.computed, 3)}"
        for row in wrong.itertuples()
    )
    return (
        f"Bar chart of the forest sink over {len(rows)} periods, Pg C per year: lowest "
        f"{number(rows.loc[low, 'computed'], 3)} in the period ending {low}, highest "
        f"{number(rows.loc[high, 'computed'], 3)} in that ending {high}. Printed and recomputed "
        f"values agree in {len(rows) - len(wrong)} of {len(rows)} periods; not in {listed}."
    )


def area_and_density(rows: pd.DataFrame) -> Drawing:
    """Draw stocks as points of area and density, with lines of equal stock.

    Parameters
    ----------
    rows : pandas.DataFrame
        `ecosystem`, `area` [1e4 km2], `density` [kg C m-2], `used` [Pg C], from
        :func:`helpers.stocks.stocks`.

    Returns
    -------
    helpers.style.Drawing
        Both axes logarithmic: moving right is area, moving up is density, and crossing lines of
        equal stock is the product.
    """
    rows = rows[["ecosystem", "method", "area", "density", "used"]].reset_index()
    with book_style():
        figure = new_figure(5.4)
        axes = figure.subplots()
        figure.set_layout_engine("constrained", w_pad=0.06, h_pad=0.06)
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xlim(17, 560)
        axes.set_ylim(4, 45)
        _equal_stocks(axes)
        for name, group in rows.groupby("ecosystem", sort=False):
            look, group = LOOKS[str(name)], group.sort_values("used")
            axes.plot(group["area"], group["density"], look.line, color=look.colour, linewidth=1.2,
                      alpha=0.7, zorder=3)  # fmt: skip
            axes.plot(group["area"], group["density"], look.marker, color=look.colour,
                      markersize=9, markeredgecolor=CARD, label=str(name), zorder=4)  # fmt: skip
            for order, row in enumerate(group.itertuples()):
                is_below = name == "crop" or (name == "shrub" and order == 0)
                axes.annotate(number(row.used, 1), (row.area, row.density), size=10.5, color=INK,
                              textcoords="offset points", zorder=5,
                              xytext=(-10, -17) if is_below else (8, 5))  # fmt: skip
        for axis, ticks in ((axes.xaxis, (20, 50, 100, 200, 400)), (axes.yaxis, (5, 10, 20, 40))):
            axis.set_ticks(list(ticks), labels=[str(tick) for tick in ticks])
            axis.set_ticks([], minor=True)
        axes.set_xlabel("area, 10⁴ km²")
        axes.set_ylabel("density, kg C m⁻²")
        axes.set_title("Stock = area × density (labels: Pg C)")
        figure.legend(loc="outside lower left", ncols=4, handletextpad=0.3, columnspacing=1.4)
    return Drawing(figure, rows, _describe_areas(rows))


def _equal_stocks(axes: Axes) -> None:
    area = np.array([10.0, 1000.0])
    for stock in (2, 5, 10, 20, 40, 80):
        density = stock * 100.0 / area
        axes.plot(area, density, color=RULE, linewidth=1.0, zorder=1)
        x = stock * 100.0 / 40.0
        if 17 < x < 500:
            ground = {"facecolor": CARD, "edgecolor": "none", "pad": 1}
            axes.text(x, 40, f"{stock} Pg", color=MUTED, size=10, rotation=-45, ha="center",
                      va="center", bbox=ground, zorder=2)  # fmt: skip


def _describe_areas(rows: pd.DataFrame) -> str:
    parts = ["Area against density of each row of the stocks table, both logarithmic."]
    for name, group in rows.groupby("ecosystem", sort=False):
        spans = {
            column: f"{number(group[column].min(), 1)} to {number(group[column].max(), 1)}"
            for column in ("area", "density", "used")
        }
        parts.append(
            f"{name}: area {spans['area']} 10⁴ km², density {spans['density']} kg C m⁻², stock "
            f"{spans['used']} Pg C."
        )
    return " ".join(parts)
