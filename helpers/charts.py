"""Charts of results: annual values with every member, and estimates whose every ± has a kind."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from helpers.alttext import describe_estimates, describe_series
from helpers.errors import InputError
from helpers.spreads import (
    COLUMNS,
    SPREADS,
    SpreadHandle,
    check_frame,
    rows_of,
    spread_artists,
    spread_words,
)
from helpers.style import (
    CARD,
    INK,
    MUTED,
    RULE,
    WIDTH_IN,
    Drawing,
    ProductStyle,
    book_style,
    new_figure,
    number,
    product_styles,
    title_of,
    unit_label,
)


def annual_series(
    frame: pd.DataFrame, *, titles: Mapping[str, str] | None = None, height_in: float = 4.4
) -> Drawing:
    """Draw annual values: each product's mean as a line with markers, its members thin behind.

    Parameters
    ----------
    frame : pandas.DataFrame
        Tidy rows of quantity ``annual``, one scope, periods one year each; member ``mean`` for
        the mean or the single run.
    titles : mapping of str to str, optional
        Names of products as shown.
    height_in : float
        Height [in].

    Returns
    -------
    helpers.style.Drawing
        The zero line is always in view.

    Raises
    ------
    InputError
        See :func:`check_frame`; also if scopes are mixed or a period is not a year.
    """
    unit = check_frame(frame)
    rows = frame.loc[:, list(COLUMNS)].sort_values(["product", "member", "period"], kind="stable")
    rows["period"] = rows["period"].astype(str)
    if rows["scope"].nunique() != 1 or not rows["period"].str.fullmatch(r"\d{4}").all():
        raise InputError(
            "Annual values of one place are drawn, one row a year.", where="scope, period",
            found=f"scopes {sorted(set(rows['scope']))}, periods {sorted(set(rows['period']))[:8]}",
            accepted="one scope; periods such as 2017",
            fix="Select rows of quantity 'annual' and one scope.",
        )  # fmt: skip
    twice = rows.loc[rows.duplicated(["product", "member", "period"]), ["product", "period"]]
    if len(twice):
        raise InputError("A year of a product's member is given twice.", where="period",
                         found=" ".join(map(str, twice.iloc[0])), accepted="each year once",
                         fix="Select one quantity, scope and unit.")  # fmt: skip
    order = list(dict.fromkeys(frame["product"]))
    rows = rows.iloc[np.argsort([order.index(p) for p in rows["product"]], kind="stable")]
    rows = rows.reset_index(drop=True)
    with book_style():
        figure = new_figure(height_in)
        axes = figure.subplots()
        figure.set_layout_engine("constrained", w_pad=0.06, h_pad=0.06)
        handles = _series(axes, rows, titles=titles)
        _finish_series(axes, rows, unit=unit)
        figure.legend(handles=handles, loc="outside lower left", ncols=1, handlelength=2.4)
    title = f"Annual land uptake, {rows['scope'].iloc[0]}"
    twin = {"kind": "annual", "title": title, "titles": dict(titles or {})}
    return Drawing(figure, rows, describe_series(rows, titles=titles), twin)


def _series(axes: Axes, rows: pd.DataFrame, *, titles: Mapping[str, str] | None) -> list[Line2D]:
    handles = []
    styles = product_styles(rows["product"])
    for order, (product, style) in enumerate(styles.items()):
        mine = rows[rows["product"] == product]
        members = mine[mine["member"] != "mean"]
        for _, member in members.groupby("member", sort=True):
            axes.plot(member["period"].astype(int), member["value"], color=style.colour,
                      linewidth=0.9, alpha=0.4, zorder=2)  # fmt: skip
        mean = mine[mine["member"] == "mean"]
        axes.plot(
            mean["period"].astype(int),
            mean["value"],
            color="white",
            linewidth=4.6,
            zorder=4 + order,
        )
        line, = axes.plot(
            mean["period"].astype(int), mean["value"], color=style.colour, linestyle=style.line,
            marker=style.marker, markersize=7.5, markeredgecolor="white", linewidth=2.4,
            zorder=4.5 + order, label=_series_label(product, members, titles=titles),
        )  # fmt: skip
        handles.append(line)
    return handles


def _series_label(product: str, members: pd.DataFrame, *, titles: Mapping[str, str] | None) -> str:
    count = members["member"].nunique()
    suffix = f": mean, and {count} members (thin)" if count else ""
    return title_of(product, titles) + suffix


def _finish_series(axes: Axes, rows: pd.DataFrame, *, unit: str) -> None:
    years = sorted(rows["period"].astype(int).unique())
    axes.set_xlim(years[0] - 0.3, years[-1] + 0.3)
    axes.set_xticks(years if len(years) <= 8 else years[:: -(-len(years) // 8)])
    _include_zero(axes, axis="y")
    axes.grid(axis="y")
    axes.axhline(0, color=INK, linewidth=1.2, zorder=3)
    axes.set_title(f"Annual land uptake, {rows['scope'].iloc[0]}")
    axes.set_ylabel(f"{unit_label(unit)}, land uptake positive")


def _include_zero(axes: Axes, *, axis: str) -> None:
    """Widen an axis so that zero lies inside it, off the edge."""
    low, high = getattr(axes, f"get_{axis}lim")()
    span = max(high, 0.0) - min(low, 0.0)
    getattr(axes, f"set_{axis}lim")(min(low, -0.06 * span), max(high, 0.06 * span))


def estimates(
    frame: pd.DataFrame,
    *,
    titles: Mapping[str, str] | None = None,
    open_groups: Collection[str] = (),
    title: str = "Mean land uptake",
) -> Drawing:
    """Draw estimates on one axis, a line of text above each, every kind of ± with its own mark.

    Parameters
    ----------
    frame : pandas.DataFrame
        Tidy rows, drawn from top to bottom. Optional columns: `label` (text of the row, else the
        product's name), `group` (bold heading; rows of a group stand together),
        `is_standin`. Rows of equal `group`, `label`, `value` are one estimate with several ±.
    titles : mapping of str to str, optional
        Names of products as shown.
    open_groups : collection of str
        Values of `label` or `group` drawn with an open marker, such as published values.
    title : str
        Heading of the figure.

    Returns
    -------
    helpers.style.Drawing
        The zero line is always in view; the legend names each kind of ± and its n.

    Raises
    ------
    InputError
        See :func:`check_frame`.
    """
    unit = check_frame(frame)
    rows = frame.copy().reset_index(drop=True)
    if "label" not in rows:
        rows["label"] = [title_of(product, titles) for product in rows["product"]]
    if "group" not in rows:
        rows["group"] = ""
    kept = [name for name in ("is_standin",) if name in rows]
    rows = rows.loc[:, [*COLUMNS, "group", "label", *kept]]
    rows["value"] = _merged(rows)
    with book_style():
        figure = _estimates_figure(rows, unit, opened=set(open_groups), title=title)
    twin = {"kind": "estimates", "title": title, "open": sorted(open_groups)}
    return Drawing(figure, rows, describe_estimates(rows), twin)


def _merged(rows: pd.DataFrame) -> pd.Series:
    """Return the values, those of one label that differ by rounding only made equal."""
    exact = rows["value"].astype(float)
    key = exact.map("{:.9g}".format)
    return exact.groupby([rows["group"], rows["label"], key]).transform("first")


_ROW, _HEAD = 0.50, 0.38
_MARK = 0.30


def _estimates_figure(rows: pd.DataFrame, unit: str, *, opened: set[str], title: str) -> Figure:
    """Lay the rows out in inches from the top, marks below their labels."""
    groups = [(name, part) for name, part in rows.groupby("group", sort=False)]
    points = rows.drop_duplicates(["group", "label", "value"])
    body = len(points) * _ROW + sum(_HEAD for name, _ in groups if name) + 0.1
    kinds = list(dict.fromkeys(rows.loc[rows["sd"].notna(), "sd_kind"]))
    above, below = 0.42, 0.68 + 0.27 * len(kinds)
    figure = new_figure(above + body + below)
    height = figure.get_size_inches()[1]
    axes = figure.add_axes((0.1 / WIDTH_IN, below / height, 1 - 0.2 / WIDTH_IN, body / height))
    axes.set_ylim(body, 0)
    _span_axis(axes, rows)
    styles, y = product_styles(rows["product"]), 0.0
    for name, part in groups:
        if name:
            _row_text(axes, 0, y=y + 0.27, text=str(name), weight="bold", size=12.5)
            y += _HEAD
        for _, same in part.groupby(["label", "value"], sort=False):
            first = same.iloc[0]
            is_open = bool({first["label"], first["group"]} & opened)
            _estimate(axes, same, style=styles[first["product"]], y=y, is_open=is_open)
            y += _ROW
    axes.set_title(title)
    axes.set_xlabel(f"{unit_label(unit)}   (← release   |   land uptake positive →)")
    _spread_legend(figure, rows, kinds=kinds)
    return figure


def _span_axis(axes: Axes, rows: pd.DataFrame) -> None:
    spread = rows["sd"].fillna(0.0)
    low = min(0.0, float((rows["value"] - spread).min()))
    high = max(0.0, float((rows["value"] + spread).max()))
    axes.set_xlim(low - 0.05 * (high - low), high + 0.05 * (high - low))
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color=RULE)
    axes.axvline(0, color=INK, linewidth=1.2, zorder=1)


def _estimate(
    axes: Axes, same: pd.DataFrame, *, style: ProductStyle, y: float, is_open: bool
) -> None:
    """Draw one estimate: label and value on a line of text, mark and its ± below."""
    first = same.iloc[0]
    _row_text(axes, 0, y=y + 0.16, text=str(first["label"]))
    known = same[same["sd"].notna()]
    spread = [f"± {number(row.sd)} ({SPREADS[row.sd_kind].tag})" for row in rows_of(known)]
    _row_text(
        axes, 1, y=y + 0.16, text=" ".join([number(first["value"]), *spread]), color=MUTED, size=11
    )
    for row in rows_of(known):
        low, high = row.value - row.sd, row.value + row.sd
        for artist in spread_artists(
            SPREADS[row.sd_kind],
            low,
            high=high,
            y=y + _MARK + 0.06,
            height=0.16,
            colour=style.colour,
        ):
            artist.set_zorder(3)
            axes.add_artist(artist)
    edge, width = (style.colour, 2.0) if is_open else (CARD, 1.0)
    look: dict[str, Any] = {
        "markeredgecolor": edge,
        "markeredgewidth": width,
        "markersize": 9,
        "zorder": 4,
    }
    fill = CARD if is_open else style.colour
    axes.plot(first["value"], y + _MARK + 0.06, style.marker, markerfacecolor=fill, **look)


def _row_text(axes: Axes, x: float, *, y: float, text: str, **look: Any) -> None:
    """Write a line of text from edge to edge, over the grid lines."""
    ground = {"facecolor": CARD, "edgecolor": "none", "pad": 1.5}
    side = "left" if x == 0 else "right"
    place: dict[str, Any] = {
        "transform": axes.get_yaxis_transform(),
        "va": "center",
        "ha": side,
        "bbox": ground,
    }
    axes.text(x, y, text, zorder=2, **place, **look)


def _spread_legend(figure: Figure, rows: pd.DataFrame, *, kinds: list[str]) -> None:
    handles = [Line2D([], [], label=kind) for kind in kinds]
    labels = [spread_words(rows[(rows["sd_kind"] == kind) & rows["sd"].notna()]) for kind in kinds]
    if handles:
        height = figure.get_size_inches()[1]
        figure.legend(
            handles, labels, loc="lower left", bbox_to_anchor=(0.1 / WIDTH_IN, 0.06 / height),
            handler_map={Line2D: SpreadHandle()}, handlelength=3.0, borderaxespad=0.0,
            labelspacing=0.45,
        )  # fmt: skip
