"""Chart of an ensemble's members: each one's mean, and the mean of all the others without it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from helpers import members
from helpers.rulers import label_canvas, line_label
from helpers.scope_charts import legend_below
from helpers.spreads import SPREADS, rows_of, spread_artists
from helpers.style import (
    CARD,
    INK,
    Drawing,
    book_style,
    number,
    product_styles,
    title_of,
    unit_label,
)

_LINE, _HEAD = 0.29, 0.34


def member_chart(
    annual: xr.DataArray,
    *,
    scope: str,
    product: str,
    groups: Mapping[str, str] | None = None,
    titles: Mapping[str, str] | None = None,
) -> Drawing:
    """Draw the mean of every member with its spread over years, and the mean without it.

    Parameters
    ----------
    annual : xarray.DataArray, dims (year, scope, member) [Pg C yr-1]
        Yearly totals, land uptake positive.
    scope : str
        China or a region.
    product : str
        Catalog key, for colour and name.
    groups : mapping of str to str, optional
        Transport model by member: members are then drawn under its name.
    titles : mapping of str to str, optional
        Names of products as shown.

    Returns
    -------
    helpers.style.Drawing
        The band is one SD across members about their mean.
    """
    frame = _frame(annual.sel(scope=scope), groups)
    style = product_styles([product])[product]
    heads = [name for name in dict.fromkeys(frame["transport"]) if name]
    body = len(frame) * _LINE + len(heads) * _HEAD + 0.12
    title = f"{title_of(product, titles)}: members, {scope}"
    with book_style():
        figure, axes = label_canvas(body, below=0.66 + 0.27 * 4, title=title)
        _span(axes, frame)
        centre, spread = float(frame["value"].mean()), float(frame["value"].std(ddof=1))
        axes.add_patch(Rectangle((centre - spread, 0), 2 * spread, body, zorder=0,
                                 facecolor=style.colour, alpha=0.12))  # fmt: skip
        axes.axvline(centre, color=style.colour, linewidth=2.2, zorder=1)
        axes.axvline(0, color=INK, linewidth=1.2, zorder=1)
        _rows(axes, frame, style=style)
        axes.set_xlabel(f"{unit_label('Pg C yr-1')}, land uptake positive")
        handles = [
            Line2D([], [], marker=style.marker, color=style.colour, linewidth=6, alpha=0.8),
            Line2D([], [], marker="|", color=INK, linestyle="", markersize=12,
                   markeredgewidth=2),
            Line2D([], [], color=style.colour, linewidth=2.2),
            Patch(facecolor=style.colour, alpha=0.12),
        ]  # fmt: skip
        labels = ["member, ± 1 SD over its years", "mean of the others, without it",
                  "mean of all", f"± 1 SD across {len(frame)} members"]  # fmt: skip
        legend_below(figure, handles, labels=labels)
    twin = {"kind": "members", "title": title, "product": product}
    return Drawing(figure, frame, _describe(frame, title, centre=centre, spread=spread), twin)


def _frame(annual: xr.DataArray, groups: Mapping[str, str] | None) -> pd.DataFrame:
    """Return the members from the largest mean to the smallest, by transport where known."""
    without = members.leave_one_out(annual.expand_dims("scope")).set_index("member")["value"]
    years = annual.sizes["year"]
    rows = []
    for name in annual["member"].values:
        series = annual.sel(member=name)
        rows.append({
            "transport": (groups or {}).get(str(name), ""), "member": str(name),
            "value": float(series.mean()),
            "sd": float(series.std(ddof=1)) if years > 1 else float("nan"),
            "sd_kind": "interannual" if years > 1 else "", "n": years,
            "without": float(without[str(name)]), "unit": "Pg C yr-1",
        })  # fmt: skip
    frame = pd.DataFrame(rows)
    size = frame.groupby("transport")["member"].transform("size")
    order = frame.assign(size=-size).sort_values(
        ["size", "transport", "value"], ascending=[True, True, False], kind="stable"
    )
    return order.drop(columns="size").reset_index(drop=True)


def _span(axes: Axes, frame: pd.DataFrame) -> None:
    spread = frame["sd"].fillna(0.0)
    low = min(0.0, float((frame["value"] - spread).min()))
    high = max(0.0, float((frame["value"] + spread).max()))
    axes.set_xlim(low - 0.05 * (high - low), high + 0.05 * (high - low))


def _rows(axes: Axes, frame: pd.DataFrame, *, style: Any) -> None:
    y = 0.06
    for transport, part in frame.groupby("transport", sort=False):
        if transport:
            line_label(axes, str(transport), y=y + 0.2, weight="bold", size=12)
            y += _HEAD
        for row in rows_of(part):
            place = y + _LINE / 2
            line_label(axes, f"{row.member}  {number(row.value)}", y=place, size=11)
            if pd.notna(row.sd):
                for artist in spread_artists(
                    SPREADS["interannual"], row.value - row.sd, high=row.value + row.sd,
                    y=place, height=0.1, colour=style.colour,
                ):  # fmt: skip
                    axes.add_artist(artist)
            axes.plot(row.value, place, style.marker, color=style.colour, markersize=7.5,
                      markeredgecolor=CARD, zorder=4)  # fmt: skip
            axes.plot(row.without, place, "|", color=INK, markersize=11, markeredgewidth=2,
                      zorder=5)  # fmt: skip
            y += _LINE


def _describe(frame: pd.DataFrame, title: str, *, centre: float, spread: float) -> str:
    listed = "; ".join(
        f"{row.transport + ', ' if row.transport else ''}{row.member} {number(row.value)}"
        for row in rows_of(frame)
    )
    low, high = frame["without"].min(), frame["without"].max()
    return (
        f"Dot chart. {title}, Pg C yr-1, land uptake positive: mean of {len(frame)} members "
        f"{number(centre)}, SD across members {number(spread)}; leaving one out gives "
        f"{number(low)} to {number(high)}. {listed}."
    )
