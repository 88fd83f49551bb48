"""Waterfall of the bridge: levels with their ±, steps as bars, products where they belong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from helpers.bridge import Stop
from helpers.rulers import label_canvas, line_label
from helpers.scope_charts import legend_below
from helpers.spreads import SPREADS, rows_of, spread_artists
from helpers.style import (
    CARD,
    INK,
    MUTED,
    Drawing,
    book_style,
    number,
    product_styles,
    title_of,
    unit_label,
)
from helpers.uncertainty import Estimate

GAIN, LOSS = "#01665e", "#8c510a"
"""Steps that add and that take away: the ends of the maps' scale."""

_HATCHES = {"sourced": "", "computed": "", "other region": "////", "assumed": "...."}
_LINE = 0.37


def waterfall(
    stops: Sequence[Stop],
    *,
    title: str,
    products: Sequence[tuple[str, str, Estimate]] = (),
    titles: Mapping[str, str] | None = None,
) -> Drawing:
    """Draw a walk over the bridge from top to bottom.

    Parameters
    ----------
    stops : sequence of Stop
        From :func:`helpers.bridge.walk`.
    title : str
        Heading.
    products : sequence of (level, product, Estimate)
        Estimates to set beside the levels of the walk where they belong; others are left out.
    titles : mapping of str to str, optional
        Names of products as shown.

    Returns
    -------
    helpers.style.Drawing
        Steps that are off keep their line, without a bar.
    """
    frame = _frame(stops, products)
    drawn = product_styles(frame.loc[frame["what"] == "product", "product"])
    entries = 4 + len(drawn)
    with book_style():
        figure, axes = label_canvas(
            len(stops) * _LINE + 0.1, below=0.66 + 0.27 * entries, title=title
        )
        _span(axes, frame)
        for place, stop in enumerate(stops):
            y = 0.05 + _LINE * (place + 0.5)
            if stop.level:
                _level(axes, stop, frame=frame, styles=drawn, y=y)
            else:
                _step(axes, stop, y=y)
        axes.axvline(0, color=INK, linewidth=1.0, zorder=1)
        axes.set_xlabel(f"{unit_label('Pg C yr-1')}, land uptake positive")
        handles, labels = _entries(drawn, titles)
        legend_below(figure, handles, labels=labels)
    return Drawing(figure, frame, _describe(frame, title, titles=titles))


def _frame(stops: Sequence[Stop], products: Sequence[tuple[str, str, Estimate]]) -> pd.DataFrame:
    """Return levels, steps and products as rows, in the order walked."""
    rows = []
    for place, stop in enumerate(stops):
        step = stop.step
        rows.append({
            "place": place, "what": "level" if stop.level else "step", "label": stop.label,
            "product": "", "change": stop.change.value if stop.change else 0.0,
            "change_sd": stop.change.sd if stop.change else 0.0,
            "value": stop.total.value, "sd": stop.total.sd, "sd_kind": stop.total.kind,
            "basis": step.basis if step else "", "on": step.on if step else True,
        })  # fmt: skip
        rows += [
            {"place": place, "what": "product", "label": stop.label, "product": product,
             "change": 0.0, "change_sd": 0.0, "value": found.value, "sd": found.sd,
             "sd_kind": found.kind, "basis": "", "on": True}
            for level, product, found in products
            if level == stop.level and level
        ]  # fmt: skip
    return pd.DataFrame(rows).assign(unit="Pg C yr-1")


def _span(axes: Axes, frame: pd.DataFrame) -> None:
    low = min(0.0, float((frame["value"] - frame["sd"]).min()))
    high = max(0.0, float((frame["value"] + frame["sd"]).max()))
    axes.set_xlim(low - 0.04 * (high - low), high + 0.04 * (high - low))


def _level(
    axes: Axes, stop: Stop, *, frame: pd.DataFrame, styles: Mapping[str, Any], y: float
) -> None:
    line_label(axes, stop.label, y=y - 0.07, weight="bold", size=11)
    line_label(axes, _spread(stop.total.value, stop.total.sd, kind=stop.total.kind), y=y + 0.11,
               color=MUTED, size=10.5)  # fmt: skip
    total = stop.total
    for artist in spread_artists(SPREADS[total.kind], total.value - total.sd,
                                 high=total.value + total.sd, y=y, height=0.14,
                                 colour=INK):  # fmt: skip
        axes.add_artist(artist)
    axes.plot(total.value, y, "o", color=INK, markersize=9, markeredgecolor=CARD, zorder=4)
    here = frame[(frame["what"] == "product") & (frame["label"] == stop.label)]
    for row in rows_of(here):
        style = styles[row.product]
        axes.plot(row.value, y, style.marker, markersize=9, markerfacecolor=CARD,
                  markeredgecolor=style.colour, markeredgewidth=2.0, zorder=5)  # fmt: skip


def _spread(value: float, sd: float, *, kind: str) -> str:
    return f"{number(value)} ± {number(sd)} ({SPREADS[kind].tag})"


def _step(axes: Axes, stop: Stop, *, y: float) -> None:
    step, change = stop.step, stop.change
    if step is None or change is None:
        return
    sign = "+" if change.value > 0 else ""
    text = f"{sign}{number(change.value, 3)}" if step.on else "off"
    line_label(axes, stop.label, y=y - 0.06, color=INK if step.on else MUTED, size=11)
    line_label(axes, text, y=y + 0.12, color=MUTED, size=10.5)
    if step.on:
        colour = GAIN if change.value >= 0 else LOSS
        axes.barh(y, change.value, left=stop.total.value - change.value, height=0.2, zorder=3,
                  facecolor=CARD if _HATCHES[step.basis] else colour, edgecolor=colour,
                  hatch=_HATCHES[step.basis], linewidth=1.2)  # fmt: skip


def _entries(
    styles: Mapping[str, Any], titles: Mapping[str, str] | None
) -> tuple[list[Any], list[str]]:
    handles: list[Any] = [
        Line2D([], [], marker="o", color=INK, linestyle=(0, (5, 2.5)), markersize=9),
        Patch(facecolor=GAIN, edgecolor=GAIN),
        Patch(facecolor=CARD, edgecolor=LOSS, hatch="////"),
        Patch(facecolor=CARD, edgecolor=LOSS, hatch="...."),
    ]
    labels = ["running total ± propagated, steps independent",
              "step with a number for China; green adds, brown takes away",
              "number of a larger region, not scaled", "assumption"]  # fmt: skip
    for product, style in styles.items():
        handles.append(Line2D([], [], marker=style.marker, linestyle="", markersize=9,
                              markerfacecolor=CARD, markeredgecolor=style.colour,
                              markeredgewidth=2.0))  # fmt: skip
        labels.append(f"{title_of(product, titles)}, where it belongs")
    return handles, labels


def _describe(frame: pd.DataFrame, title: str, *, titles: Mapping[str, str] | None) -> str:
    parts = []
    for row in rows_of(frame):
        if row.what == "level":
            parts.append(f"{row.label}: {_spread(row.value, row.sd, kind=row.sd_kind)}")
        elif row.what == "product":
            parts.append(f"{title_of(row.product, titles)} there {number(row.value)}")
        elif row.on:
            parts.append(f"{row.label} {number(row.change, 3)} ({row.basis})")
        else:
            parts.append(f"{row.label} off")
    return f"Waterfall chart. {title}, Pg C yr-1, land uptake positive. {'; '.join(parts)}."
