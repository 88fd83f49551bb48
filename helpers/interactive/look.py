"""The look of interactive charts: that of the static figures, on the same light card."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from helpers.style import CARD, INK, MUTED, RULE, unit_label

FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif'

SHAPES = {
    "o": "circle", "s": "square", "D": "diamond", "^": "triangle-up", "v": "triangle-down",
    "P": "cross", "X": "cross", "<": "triangle-left", ">": "triangle-right", "h": "circle",
}  # fmt: skip
"""Marks of Vega for those of Matplotlib."""

CURSOR, HIDDEN = "cursor", "hidden"
"""Names of the parameters that the page sets: the row chosen by keyboard, the series not shown."""


def config() -> dict[str, Any]:
    """Return the settings common to all charts."""
    text = {"labelColor": INK, "titleColor": INK, "labelFontSize": 13, "titleFontSize": 13}
    return {
        "background": CARD,
        "font": FONT,
        "aria": False,  # the page describes the chart and reads its values out
        "axis": {**text, "titleFontWeight": 400, "gridColor": RULE, "domainColor": MUTED,
                 "tickColor": MUTED, "labelFlush": True},
        "legend": {**text, "orient": "bottom", "columns": 1, "labelLimit": 0, "titleLimit": 0,
                   "symbolStrokeWidth": 2, "symbolOpacity": 1},
        "title": {"anchor": "start", "color": INK, "fontSize": 15},
        "view": {"stroke": None},
    }  # fmt: skip


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as JSON can hold them: gaps are None, numbers plain."""
    return [
        {str(key): _plain(value) for key, value in zip(frame.columns, row, strict=True)}
        for row in frame.astype(object).itertuples(index=False, name=None)
    ]


def _plain(value: Any) -> Any:
    if hasattr(value, "item"):
        value = value.item()
    return None if value is None or (isinstance(value, float) and math.isnan(value)) else value


def uptake_title(unit: str) -> str:
    """Return the title of an axis of fluxes: unit and sign."""
    return f"{unit_label(unit)}, land uptake positive"


def finished(
    layers: Sequence[alt.Chart],
    rows: Sequence[Mapping[str, Any]],
    *,
    title: str,
    height: int,
    facts: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the specification of layered charts over rows, with what the page needs besides.

    Parameters
    ----------
    layers : sequence of altair.Chart
        Without data; each may use :data:`CURSOR` and :data:`HIDDEN`.
    rows : sequence of mapping
        Values drawn; names that start with ``_`` are layout, the others columns of the figure.
    title : str
        Heading.
    height : int
        Height [pixels].
    facts : mapping
        Under ``usermeta``: `columns`, `keys`, `switches`.
    """
    chart = alt.layer(*layers, data=alt.InlineData(values=list(rows), name="rows"))
    chart = chart.add_params(
        alt.param(name=CURSOR, value=-1), alt.param(name=HIDDEN, value=[])
    ).transform_filter(f"indexof({HIDDEN}, datum._switch) < 0")
    chart = chart.properties(
        width="container", height=height, title=alt.Title(title), usermeta=dict(facts),
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
    )  # fmt: skip
    return {**chart.to_dict(), "config": config()}


def ring(x: Any, y: Any) -> alt.Chart:
    """Return a ring about the value that the keyboard or the pointer has chosen."""
    chosen = alt.condition(f"datum._row === {CURSOR}", alt.value(1), alt.value(0))
    look: dict[str, Any] = {
        "size": 260,
        "stroke": INK,
        "strokeWidth": 2,
        "filled": False,
        "shape": "circle",
    }
    return alt.Chart().mark_point(**look).encode(x=x, y=y, opacity=chosen)


def zero(axis: str) -> alt.Chart:
    """Return the line at zero of an axis, which is always in view."""
    channel: Any = {"x": alt.X, "y": alt.Y}[axis]
    return alt.Chart().mark_rule(color=INK, strokeWidth=1.2).encode(**{axis: channel(datum=0)})


def numbered(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows with their place, which the page uses to point at one."""
    return [{**row, "_row": place} for place, row in enumerate(rows)]
