"""Twins of figures with one estimate a line: comparisons, the evidence ladder, members."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from helpers.interactive import look
from helpers.ladders import INTERVALS
from helpers.spreads import SPREADS, SpreadStyle
from helpers.style import CARD, INK, PRODUCTS, number, product_styles

_ROW, _HEAD = 40, 34


def estimates(frame: pd.DataFrame, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the twin of :func:`helpers.charts.estimates`: every row with its kind of ±."""
    styles = product_styles(frame["product"])
    opened = set(facts.get("open", ()))
    rows = []
    for row in look.records(frame):
        style, sd = styles[row["product"]], row["sd"]
        kind = _words(SPREADS[row["sd_kind"]], row["n"]) if sd is not None else ""
        rows.append({
            **row, "_from": None if sd is None else row["value"] - sd,
            "_to": None if sd is None else row["value"] + sd, "_kind": kind,
            "_colour": style.colour, "_shape": look.SHAPES[style.marker],
            "_fill": CARD if {row["label"], row["group"]} & opened else style.colour,
            "_extra": f" ± {number(sd)} ({kind})" if sd is not None else "",
        })  # fmt: skip
    columns = [["group", "group"], ["label", "estimate"], ["value", "value"], ["sd", "±"],
               ["_kind", "what the ± is"]]  # fmt: skip
    return _chart(rows, facts, columns=columns, digits=2, unit=str(frame["unit"].iloc[0]))


def ladder(frame: pd.DataFrame, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the twin of :func:`helpers.ladders.ladder`: published estimates, each its interval."""
    used, unused = facts["marks"]
    rows = []
    for row in look.records(frame):
        colour, has = PRODUCTS[row["colour"]].colour, row["kind"] != "none"
        notes = [used if row["used"] else unused, *(["disputed"] if row["disputed"] else [])]
        span = f" ({number(row['low'])} to {number(row['high'])}, " if has else " ("
        kind = INTERVALS[row["kind"]].words
        rows.append({
            **row, "_from": row["low"], "_to": row["high"], "_kind": kind if has else "",
            "_colour": colour, "_fill": colour if row["used"] else CARD,
            "_shape": "cross" if row["disputed"] else "circle", "_status": ", ".join(notes),
            "_extra": f"{span}{kind}); {', '.join(notes)}",
        })  # fmt: skip
    columns = [["group", "group"], ["label", "estimate"], ["value", "value"], ["low", "low"],
               ["high", "high"], ["_kind", "interval"], ["_status", "use"]]  # fmt: skip
    return _chart(rows, facts, columns=columns, digits=2, unit="Pg C yr-1")


def members(frame: pd.DataFrame, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the twin of :func:`helpers.member_charts.member_chart`."""
    style = product_styles([facts["product"]])[facts["product"]]
    rows = []
    for row in look.records(frame):
        sd, without = row["sd"], number(row["without"], 3)
        kind = _words(SPREADS["interannual"], row["n"]) if sd is not None else ""
        spread = f" ± {number(sd, 3)} ({kind})" if sd is not None else ""
        rows.append({
            **row, "transport": row["transport"] or "", "group": row["transport"] or "",
            "label": row["member"], "_kind": kind,
            "_from": None if sd is None else row["value"] - sd,
            "_to": None if sd is None else row["value"] + sd, "_tick": row["without"],
            "_colour": style.colour, "_fill": style.colour,
            "_shape": look.SHAPES[style.marker],
            "_extra": f"{spread}; mean of the others without it {without}",
        })  # fmt: skip
    columns = [["transport", "transport model"], ["member", "member"], ["value", "mean"],
               ["sd", "± over years"], ["without", "mean of the others"]]  # fmt: skip
    if not any(row["transport"] for row in rows):
        columns = columns[1:]
    return _chart(rows, facts, columns=columns, digits=3, unit="Pg C yr-1")


def _words(style: SpreadStyle, n: float | None) -> str:
    return style.words.format(n="" if n is None else f"{n:.0f}")


def _placed(rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]], int]:
    """Return rows and headings with their heights [pixels] from the top, and the whole height."""
    placed, heads, y = [], [], 0
    group, last = None, None
    for row in rows:
        if row["group"] != group:
            group, last = row["group"], None
            if group:
                heads.append({"_head": group, "_y": y + 20, "_switch": ""})
                y += _HEAD
        here = (row["label"], row["value"])
        is_again = here == last  # a further ± of the same estimate, on the same line
        y += 0 if is_again else _ROW
        last = here
        placed.append({**row, "_y": y - 12, "_label": "" if is_again else row["label"]})
    return placed, heads, y + 8


def _chart(
    rows: list[dict[str, Any]],
    facts: Mapping[str, Any],
    *,
    columns: list[list[str]],
    digits: int,
    unit: str,
) -> dict[str, Any]:
    """Return marks below their labels, as the static figures have them."""
    placed, heads, height = _placed(rows)
    label = look.unit_label(unit)
    data = look.numbered(
        {**row, "_switch": row["group"] or "",
         "_text": f"{row['label']}: {number(row['value'], digits)} {label}{row['_extra']}"}
        for row in placed
    )  # fmt: skip
    place = alt.Y("_y:Q", axis=None, scale=alt.Scale(domain=[0, height], reverse=True, nice=False))
    title = f"{label} (← release | land uptake positive →)"
    x = alt.X("value:Q", title=title, scale=alt.Scale(zero=True), axis=alt.Axis(tickCount=6))
    colour = alt.Color("_colour:N", scale=None)
    text: dict[str, Any] = {
        "align": "left",
        "baseline": "middle",
        "limit": {"expr": "width"},
        "color": INK,
    }
    left: dict[str, Any] = {"x": alt.value(0), "y": place}
    layers = [
        look.zero("x"),
        alt.Chart(alt.InlineData(values=heads)).mark_text(fontSize=14, fontWeight="bold", **text)
        .encode(text="_head:N", **left),
        alt.Chart().mark_text(fontSize=12.5, dy=-17, **text).encode(text="_label:N", **left),
        alt.Chart().mark_rule(strokeWidth=3, opacity=0.55)
        .encode(x=alt.X("_from:Q"), x2="_to:Q", y=place, color=colour),
        alt.Chart().mark_point(size=110, strokeWidth=2, opacity=1)
        .encode(x=x, y=place, shape=alt.Shape("_shape:N", scale=None),
                fill=alt.Fill("_fill:N", scale=None), stroke=alt.Stroke("_colour:N", scale=None)),
        look.ring(x, place),
    ]  # fmt: skip
    if any("_tick" in row for row in data):
        layers.insert(5, alt.Chart().mark_tick(color=INK, thickness=2, size=18)
                      .encode(x="_tick:Q", y=place))  # fmt: skip
    page = {"keys": "rows", "switches": [], "columns": columns, "digits": digits}
    return look.finished(layers, data, title=facts["title"], height=height, facts=page)
