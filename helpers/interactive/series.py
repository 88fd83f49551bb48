"""Twins of figures with a time axis: years, months and the mean year, members behind their mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from helpers.interactive import look
from helpers.style import CARD, number, product_styles, title_of

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

_DIGITS = 3
_HEIGHT = 340


def annual(frame: pd.DataFrame, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the twin of :func:`helpers.charts.annual_series`: rows of its file, one a year."""
    years = sorted({int(period) for period in frame["period"]})
    places = {str(year): float(year) for year in years}
    step = -(-len(years) // 8)
    axis = alt.Axis(values=years[::step], format="d", title="year", grid=False)
    return _lines(frame, facts, places=places, axis=axis, word="year")


def mean_year(frame: pd.DataFrame, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the twin of :func:`helpers.season_charts.mean_year`: twelve months a series."""
    names = {f"{place:02d}": float(place) for place in range(1, 13)}
    letters = f"slice({MONTHS!r}[datum.value - 1], 0, 3)"
    axis = alt.Axis(values=list(range(1, 13)), labelExpr=letters, title="month", grid=False,
                    labelOverlap=True)  # fmt: skip
    shown = {f"{place:02d}": name for place, name in enumerate(MONTHS, start=1)}
    return _lines(frame, facts, places=names, axis=axis, word="month", shown=shown)


def monthly(frame: pd.DataFrame, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the twin of :func:`helpers.season_charts.monthly_series`: every month of all years."""
    periods = sorted(set(frame["period"]))
    places = {text: int(text[:4]) + (int(text[5:]) - 0.5) / 12 for text in periods}
    years = sorted({int(text[:4]) for text in periods})
    step = -(-(len(years) + 1) // 8)
    axis = alt.Axis(values=[*years, years[-1] + 1][::step], format="d", title="year")
    shown = {text: f"{MONTHS[int(text[5:]) - 1]} {text[:4]}" for text in periods}
    return _lines(frame, facts, places=places, axis=axis, word="month", shown=shown, small=True)


def _lines(
    frame: pd.DataFrame,
    facts: Mapping[str, Any],
    *,
    places: Mapping[str, float],
    axis: alt.Axis,
    word: str,
    shown: Mapping[str, str] | None = None,
    small: bool = False,
) -> dict[str, Any]:
    """Return lines over a numeric axis; every value is a point that can be met."""
    unit = str(frame["unit"].iloc[0])
    styles = product_styles(frame["product"])
    titles = {key: title_of(key, facts.get("titles")) for key in styles}
    rows = look.numbered(
        _row(row, titles, places=places, shown=shown or {}) for row in look.records(frame)
    )  # fmt: skip
    switches = list(dict.fromkeys(row["_switch"] for row in rows))
    low, high = min(places.values()), max(places.values())
    edge = 0.03 * (high - low or 1)
    x = alt.X("_x:Q", axis=axis, scale=alt.Scale(domain=[low - edge, high + edge], nice=False))
    y = alt.Y("value:Q", title=look.uptake_title(unit), scale=alt.Scale(zero=True))
    names, looks = [titles[key] for key in styles], styles.values()
    colours = alt.Scale(domain=names, range=[style.colour for style in looks])
    shapes = alt.Scale(domain=names, range=[look.SHAPES[style.marker] for style in looks])
    colour = alt.Color("_title:N", title=None, scale=colours)
    shape = alt.Shape("_title:N", title=None, scale=shapes)
    mean, member = "datum.member === 'mean'", "datum.member !== 'mean'"
    detail = ["product:N", "member:N"]
    layers = [
        look.zero("y"),
        alt.Chart().mark_line(strokeWidth=1, opacity=0.4).transform_filter(member)
        .encode(x=x, y=y, color=colour, detail=detail),
        alt.Chart().mark_line(strokeWidth=4.6, stroke=CARD).transform_filter(mean)
        .encode(x=x, y=y, detail=detail),
        alt.Chart().mark_line(strokeWidth=2.2).transform_filter(mean)
        .encode(x=x, y=y, color=colour, detail=detail),
        alt.Chart().mark_point(filled=True, opacity=1)
        .encode(x=x, y=y, color=colour, shape=shape,
                size=alt.condition(mean, alt.value(25 if small else 75), alt.value(8))),
        look.ring(x, y),
    ]  # fmt: skip
    columns = [["_title", "product"], ["member", "member"], ["_when", word],
               ["value", f"uptake, {look.unit_label(unit)}"]]  # fmt: skip
    page = {"keys": "series", "switches": switches, "columns": columns, "digits": _DIGITS,
            "pivot": {"column": "_series", "row": "_when", "value": "value"}}  # fmt: skip
    return look.finished(layers, rows, title=facts["title"], height=_HEIGHT, facts=page)


def _row(
    row: dict[str, Any], titles: Mapping[str, str], *, places: Mapping[str, float],
    shown: Mapping[str, str],
) -> dict[str, Any]:  # fmt: skip
    """Return a row of the file with its place, its names and its reading."""
    title, period = titles[row["product"]], str(row["period"])
    is_mean = row["member"] == "mean"
    series = title if is_mean else f"{title}, {row['member']}"
    when = shown.get(period, period)
    return {
        "product": row["product"],
        "member": row["member"],
        "period": period,
        "value": row["value"],
        "_x": places[period],
        "_title": title,
        "_when": when,
        "_series": series,
        "_switch": title if is_mean else f"{title}: members",
        "_text": f"{series}, {when}: {number(row['value'], _DIGITS)} "
        f"{look.unit_label(row['unit'])}",
    }
