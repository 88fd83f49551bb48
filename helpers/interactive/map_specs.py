"""The charts of the map explorer: a map of cells, the mean year and the years of a selection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from helpers.interactive import look
from helpers.interactive.series import MONTHS
from helpers.style import CARD, INK

MAP_UNIT = "g C m⁻² yr⁻¹"

_EDGE = 0.5


def map_spec(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the map: cells filled by the script, outlines, the cell that is chosen.

    Parameters
    ----------
    data : mapping
        From :func:`helpers.interactive.fields.map_data`.
    """
    lon, lat = data["cells"]["lon"], data["cells"]["lat"]
    points = [{"line": n, "order": k, "x": x, "y": y}
              for n, line in enumerate(data["lines"]) for k, (x, y) in enumerate(line)]  # fmt: skip
    span: dict[str, Any] = {"nice": False, "zero": False}
    xs = alt.Scale(domain=[min(lon) - 1, max(lon) + 1], **span)
    ys = alt.Scale(domain=[min(lat) - 1, max(lat) + 1], **span)
    degrees: dict[str, Any] = {"grid": False, "labelExpr": "datum.value + '°'", "tickCount": 5}
    x, y = alt.X("west:Q", scale=xs), alt.Y("south:Q", scale=ys)
    x = x.axis(title="longitude, east", **degrees)
    y = y.axis(title="latitude, north", **degrees)
    scale = alt.Scale(type="quantize", range=data["colours"],
                      domain=[{"expr": "-limit"}, {"expr": "limit"}])  # fmt: skip
    title = f"{MAP_UNIT}, uptake positive"
    legend = alt.Legend(
        title=title,
        orient="bottom",
        direction="horizontal",
        gradientLength=260,
        labelOverlap="greedy",
        labelSeparation=12,
    )
    cells = alt.InlineData(values=[], name="cells")
    cell: dict[str, Any] = {"x": x, "x2": "east:Q", "y": y, "y2": "north:Q"}
    chosen: dict[str, Any] = {"filled": False, "stroke": INK, "strokeWidth": 2.5}
    lines = alt.Chart(alt.InlineData(values=points)).mark_line(color=INK, strokeWidth=0.8)
    layers = [
        alt.Chart(cells).mark_rect().encode(
            **cell, color=alt.Color("value:Q", scale=scale, legend=legend),
            opacity=alt.Opacity("share:Q", scale=alt.Scale(domain=[0, 1], range=[0.12, 1]),
                                legend=None)),
        lines.encode(x=alt.X("x:Q"), y=alt.Y("y:Q"), detail="line:N", order="order:O"),
        alt.Chart(cells).mark_rect(**chosen).encode(
            **cell, opacity=alt.condition("datum.cell === selected", alt.value(1), alt.value(0))),
    ]  # fmt: skip
    chart = alt.layer(*layers).add_params(
        alt.param(name="selected", value=-1), alt.param(name="limit", value=1.0)
    )
    return _whole(chart, height=380)


def curve_spec(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the chart of a selection: ``months`` of the mean year, or ``annual`` values.

    Rows are filled by the script: `_x`, `value`, `_series`, `colour`, `shape`, `is_mean`.
    """
    if kind == "months":
        letters = f"slice({MONTHS!r}[datum.value - 1], 0, 1)"
        axis = alt.Axis(values=list(range(1, 13)), labelExpr=letters, title=None, grid=False)
        ends = [0.5, 12.5]
    else:
        years = data["years"]
        axis = alt.Axis(values=years[:: -(-len(years) // 8)], format="d", title=None, grid=False)
        ends = [years[0] - 0.3, years[-1] + 0.3]
    x = alt.X("_x:Q", axis=axis, scale=alt.Scale(domain=ends, nice=False))
    y = alt.Y("value:Q", title=None, scale=alt.Scale(zero=True))
    colour = alt.Color("colour:N", scale=None)
    rows = alt.InlineData(values=[], name="rows")
    dash = alt.condition("datum.is_mean", alt.value([1, 0]), alt.value([5, 3]))
    unit = alt.InlineData(values=[{}])  # the title of the axis, which changes with the selection
    layers = [
        look.zero("y"),
        alt.Chart(unit).mark_text(align="left", baseline="bottom", dy=-8, fontSize=13, color=INK,
                                  text={"expr": "unit"}).encode(x=alt.value(0), y=alt.value(0)),
        alt.Chart(rows).mark_line(strokeWidth=4.4, stroke=CARD)
        .encode(x=x, y=y, detail="_series:N"),
        alt.Chart(rows).mark_line(strokeWidth=2.2)
        .encode(x=x, y=y, color=colour, detail="_series:N", strokeDash=dash),
        alt.Chart(rows).mark_point(filled=True, size=60, opacity=1)
        .encode(x=x, y=y, color=colour, shape=alt.Shape("shape:N", scale=None)),
        look.ring(x, y).properties(data=rows),
    ]  # fmt: skip
    chart = alt.layer(*layers).add_params(
        alt.param(name=look.CURSOR, value=-1), alt.param(name="unit", value="")
    )
    return _whole(chart, height=250)


def _whole(chart: Any, *, height: int) -> dict[str, Any]:
    chart = chart.properties(
        width="container", height=height,
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding", resize=True),
    )  # fmt: skip
    return {**chart.to_dict(), "config": look.config()}
