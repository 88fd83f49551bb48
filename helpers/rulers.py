"""Rulers of spread: how large each kind of ± is, one line a kind, one mark a product."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from helpers.errors import InputError
from helpers.spreads import rows_of
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

COLUMNS = ("group", "label", "product", "sd", "unit", "is_open")
"""What a ruler needs of each spread."""

_LINE, _HEAD, _LABEL_IN = 0.29, 0.34, 2.55


def rulers(
    frame: pd.DataFrame, *, title: str, titles: Mapping[str, str] | None = None, note: str = ""
) -> Drawing:
    """Draw the size of spreads: groups under headings, one line a label, one mark a product.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns of `COLUMNS`: `group` (heading, may be empty), `label` (what the spread is),
        `product` (catalog key), `sd` [unit], `unit`, `is_open` (open mark, for published values).
    title : str
        Heading of the figure.
    titles : mapping of str to str, optional
        Names of products as shown.
    note : str
        A line below the axis.

    Returns
    -------
    helpers.style.Drawing
        Zero is always in view.

    Raises
    ------
    InputError
        If columns are absent, there is no row, a spread has no label or is negative, or units mix.
    """
    _check(frame)
    rows = frame.loc[:, list(COLUMNS)].reset_index(drop=True)
    groups = [(str(name), part) for name, part in rows.groupby("group", sort=False)]
    lines = sum(part["label"].nunique() for _, part in groups)
    body = lines * _LINE + sum(_HEAD for name, _ in groups if name) + 0.12
    styles = product_styles(rows["product"])
    below = 0.66 + 0.27 * len(styles) + (0.28 if note else 0.0)
    with book_style():
        figure, axes = label_canvas(body, below=below, title=title)
        axes.set_xlim(0, 1.07 * float(rows["sd"].max()) or 1.0)
        y = 0.06
        for name, part in groups:
            if name:
                line_label(axes, name, y=y + 0.2, weight="bold", size=12.5)
                y += _HEAD
            for label, same in part.groupby("label", sort=False):
                _ruler(axes, str(label), rows=same, styles=styles, y=y + _LINE / 2)
                y += _LINE
        axes.set_xlabel(f"one SD, {unit_label(rows['unit'].iloc[0])}")
        _legend(figure, styles, titles=titles, note=note)
    return Drawing(figure, rows, _describe(rows, title, titles=titles))


def _check(frame: pd.DataFrame) -> None:
    missing = [name for name in COLUMNS if name not in frame.columns]
    if missing or frame.empty:
        raise InputError("Rulers need spreads.", where="columns" if missing else "rows",
                         found="absent: " + ", ".join(missing) if missing else "no row",
                         accepted="a row or more with " + ", ".join(COLUMNS),
                         fix="Make the table from rows with a spread.")  # fmt: skip
    if frame["unit"].nunique() != 1:
        raise InputError("One axis cannot show several units.", where="unit",
                         found=", ".join(sorted(map(str, set(frame["unit"])))),
                         accepted="one unit", fix="Draw one figure for each unit.")  # fmt: skip
    odd = frame[~(frame["sd"].astype(float) >= 0) | (frame["label"].str.strip() == "")]
    if len(odd):
        row = rows_of(odd)[0]
        raise InputError("A spread to draw is not a number of at least 0 that says what it is.",
                         where=f"{row.group} {row.product}", found=f"± {row.sd}, {row.label!r}",
                         accepted="a spread and what it is",
                         fix="Correct the spread, or name it in `label`.")  # fmt: skip


def _plot_in() -> float:
    return WIDTH_IN - _LABEL_IN - 0.25


def label_canvas(body: float, *, below: float, title: str) -> tuple[Figure, Axes]:
    """Return a figure whose axis, in inches from the top, has room for labels at its left."""
    height = 0.42 + body + below
    figure = new_figure(height)
    place = ((_LABEL_IN + 0.1) / WIDTH_IN, below / height, _plot_in() / WIDTH_IN, body / height)
    axes = figure.add_axes(place)
    axes.set_ylim(body, 0)
    axes.set_yticks([])
    axes.grid(axis="x", color=RULE)
    axes.spines["left"].set_color(INK)
    figure.text(0.1 / WIDTH_IN, 1 - 0.26 / height, title, weight="bold", size=13, va="center")
    return figure, axes


def line_label(axes: Axes, text: str, *, y: float, **look: Any) -> None:
    """Write the label of a line at the left of the axis of :func:`label_canvas`."""
    words: dict[str, Any] = {"va": "center", "size": 11.5, **look}
    axes.text(-_LABEL_IN / _plot_in(), y, text, transform=axes.get_yaxis_transform(), **words)


def _ruler(
    axes: Axes, label: str, *, rows: pd.DataFrame, styles: Mapping[str, Any], y: float
) -> None:
    """Draw one line: the label, a rule to the largest mark, and the marks."""
    line_label(axes, label, y=y)
    axes.hlines(y, 0, float(rows["sd"].max()), color=MUTED, linewidth=1.0, zorder=2)
    for row in rows_of(rows):
        style = styles[row.product]
        axes.plot(row.sd, y, style.marker, markersize=8.5, zorder=3, clip_on=False,
                  markerfacecolor=CARD if row.is_open else style.colour,
                  markeredgecolor=style.colour if row.is_open else CARD,
                  markeredgewidth=2.0 if row.is_open else 1.0)  # fmt: skip


def _legend(
    figure: Figure, styles: Mapping[str, Any], *, titles: Mapping[str, str] | None, note: str
) -> None:
    height = figure.get_size_inches()[1]
    handles = [
        Line2D([], [], marker=style.marker, color=style.colour, linestyle="", markersize=8.5)
        for style in styles.values()
    ]
    labels = [title_of(product, titles) for product in styles]
    low = 0.06 + (0.28 if note else 0.0)
    figure.legend(handles, labels, loc="lower left", borderaxespad=0.0, labelspacing=0.45,
                  bbox_to_anchor=(0.1 / WIDTH_IN, low / height))  # fmt: skip
    if note:
        figure.text(0.1 / WIDTH_IN, 0.14 / height, note, color=MUTED, size=11)


def _describe(rows: pd.DataFrame, title: str, *, titles: Mapping[str, str] | None) -> str:
    """Return every spread in words, the largest and the smallest first."""
    low, high = rows.loc[rows["sd"].idxmin()], rows.loc[rows["sd"].idxmax()]
    ends = [f"{number(r.sd, 3)} ({_name(r, titles)})" for r in (low, high)]
    listed = []
    for (group, label), part in rows.groupby(["group", "label"], sort=False):
        values = ", ".join(
            f"{title_of(r.product, titles)} {number(r.sd, 3)}" for r in rows_of(part)
        )
        listed.append(f"{group + ', ' if group else ''}{label}: {values}")
    return (
        f"Dot chart of the size of spreads. {title}, one SD in {rows['unit'].iloc[0]}: from "
        f"{ends[0]} to {ends[1]}. {'; '.join(listed)}."
    )


def _name(row: Any, titles: Mapping[str, str] | None) -> str:
    group = f"{row.group}, " if row.group else ""
    return f"{group}{row.label}, {title_of(row['product'], titles)}"
