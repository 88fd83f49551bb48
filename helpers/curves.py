"""Charts of accounting and sampling: curves, intervals and bars, each described in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from helpers.errors import InputError
from helpers.style import CARD, INK, MUTED, RULE, WIDTH_IN, Drawing, book_style, new_figure, number

LOOKS: tuple[tuple[str, str], ...] = (
    ("#16307f", "-"),
    ("#ca8200", "-"),
    ("#1a8a5e", "--"),
    ("#9c2c74", ":"),
    ("#0f7d9c", "-."),
    ("#8c4a1e", "--"),
)
"""Colour and line of each curve in turn; lines differ where colours come close."""

_ROW, _HEAD, _SIDE = 0.50, 0.38, 0.1


def curves(
    frame: pd.DataFrame,
    *,
    title: str,
    x_label: str,
    y_label: str,
    marks: pd.DataFrame | None = None,
    levels: Mapping[str, float] | None = None,
    bands: Mapping[str, tuple[float, float]] | None = None,
    log: Sequence[str] = (),
    digits: int = 2,
    height_in: float = 5.0,
) -> Drawing:
    """Draw one line for each series, with single points, levels and bands to compare them with.

    Parameters
    ----------
    frame, marks : pandas.DataFrame
        Columns ``series, x, value``; `marks` are drawn as points.
    title, x_label, y_label : str
        Words of the figure, units included.
    levels : mapping of str to float
        Horizontal lines by name.
    bands : mapping of str to (low, high)
        Horizontal bands by name.
    log : sequence of {"x", "y"}
        Logarithmic axes.
    digits : int
        Decimals in the text alternative.
    height_in : float
        Height [in].

    Returns
    -------
    helpers.style.Drawing
        Data with a column ``kind``: curve, point, level or band.

    Raises
    ------
    InputError
        If a column is missing or a value is not finite.
    """
    points = frame.iloc[:0] if marks is None else marks
    data = _table(frame, points, levels=levels or {}, bands=bands or {})
    with book_style():
        figure = new_figure(height_in)
        axes = figure.subplots()
        figure.set_layout_engine("constrained", w_pad=0.06, h_pad=0.06)
        for (low, high), name in zip((bands or {}).values(), bands or {}, strict=True):
            axes.axhspan(low, high, color=RULE, alpha=0.55, linewidth=0, label=name, zorder=0)
        looks = cycle(LOOKS)
        for name, part in frame.groupby("series", sort=False):
            colour, line = next(looks)
            axes.plot(part["x"], part["value"], color=colour, linestyle=line, linewidth=2.4,
                      label=name, zorder=3)  # fmt: skip
        for marker, (name, part) in zip(
            cycle("oDs^vP"), points.groupby("series", sort=False), strict=False
        ):
            axes.plot(part["x"], part["value"], marker, color=INK, markersize=8, label=name,
                      markerfacecolor=CARD, markeredgewidth=1.8, zorder=4)  # fmt: skip
        for dash, (name, level) in zip(cycle(((1, 1.5), (5, 2), (7, 2, 1, 2))),
                                       (levels or {}).items(), strict=False):  # fmt: skip
            axes.axhline(level, color=INK, linewidth=1.4, linestyle=(0, dash), label=name)
        _finish(axes, log)
        axes.set(title=title, xlabel=x_label, ylabel=y_label)
        figure.legend(loc="outside lower left", ncols=1, handlelength=2.8)
    alt = f"Line chart. {title}; {x_label} against {y_label}. " + _in_words(data, digits)
    return Drawing(figure, data, alt)


def intervals(
    frame: pd.DataFrame, *, title: str, x_label: str, digits: int = 3, note: str = ""
) -> Drawing:
    """Draw published ranges and values on one axis, a line of text above each, in groups.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns ``group, label, value`` and ``low, high`` (NaN where none is printed), and
        ``is_open`` (drawn with an open marker, such as a value not to be used).
    title, x_label : str
        Words of the figure.
    digits : int
        Decimals.
    note : str
        A line below the axis, such as what open markers mean.
    """
    rows = frame.reset_index(drop=True)
    _finite(rows["value"])
    groups = [(name, part) for name, part in rows.groupby("group", sort=False)]
    body = len(rows) * _ROW + len(groups) * _HEAD + 0.1
    with book_style():
        figure, axes = _frame(body, below=0.68 + (0.3 if note else 0.0))
        _span(axes, rows[["low", "value", "high"]].to_numpy(float))
        y = 0.0
        for place, (name, part) in enumerate(groups):
            _words(axes, 0, y=y + 0.27, text=str(name), weight="bold", size=12.5)
            y += _HEAD
            for row in part.itertuples():
                _interval(axes, row, y=y, colour=LOOKS[place % len(LOOKS)][0], digits=digits)
                y += _ROW
        axes.set(title=title, xlabel=x_label)
        if note:
            figure.text(_SIDE / WIDTH_IN, 0.1 / figure.get_size_inches()[1], note, color=MUTED,
                        size=11)  # fmt: skip
    alt = f"Ranges on one axis. {title}; {x_label}. " + " ".join(
        f"{name}: " + "; ".join(_of_row(row, digits) for row in part.itertuples()) + "."
        for name, part in groups
    )
    return Drawing(figure, rows, f"{alt} {note}".strip())


def bars(frame: pd.DataFrame, *, title: str, x_label: str, digits: int = 3) -> Drawing:
    """Draw one bar for each row, from ``start`` to ``end``, its text above it.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns ``label, start, end, text`` and ``group`` (bold heading, which gives the colour).
    title, x_label : str
        Words of the figure.
    digits : int
        Decimals of the text alternative.
    """
    rows = frame.reset_index(drop=True)
    _finite(rows[["start", "end"]])
    groups = [(name, part) for name, part in rows.groupby("group", sort=False)]
    heads = sum(1 for name, _ in groups if name)
    with book_style():
        figure, axes = _frame(len(rows) * _ROW + heads * _HEAD + 0.1, below=0.68)
        _span(axes, rows[["start", "end"]].to_numpy(float))
        y = 0.0
        for place, (name, part) in enumerate(groups):
            if name:
                _words(axes, 0, y=y + 0.27, text=str(name), weight="bold", size=12.5)
                y += _HEAD
            for row in part.itertuples():
                _words(axes, 0, y=y + 0.16, text=row.label)
                _words(axes, 1, y=y + 0.16, text=row.text, color=MUTED, size=11)
                axes.barh(y + 0.38, row.end - row.start, left=row.start, height=0.17, zorder=3,
                          color=LOOKS[place % len(LOOKS)][0])  # fmt: skip
                y += _ROW
        axes.set(title=title, xlabel=x_label)
    parts = (
        f"{row.label} {number(row.start, digits)} to {number(row.end, digits)}"
        for row in rows.itertuples()
    )
    return Drawing(figure, rows, f"Bar chart. {title}; {x_label}. " + "; ".join(parts) + ".")


def _table(
    frame: pd.DataFrame,
    marks: pd.DataFrame,
    *,
    levels: Mapping[str, float],
    bands: Mapping[str, tuple[float, float]],
) -> pd.DataFrame:
    """Return everything a chart of curves draws, one row a value."""
    ends = [(name, end) for name, pair in bands.items() for end in pair]
    parts = [
        frame.assign(kind="curve"),
        marks.assign(kind="point"),
        pd.DataFrame({"series": list(levels), "x": np.nan, "value": list(levels.values()),
                      "kind": "level"}),
        pd.DataFrame({"series": [name for name, _ in ends], "x": np.nan,
                      "value": [end for _, end in ends], "kind": "band"}),
    ]  # fmt: skip
    filled = [part[["series", "x", "value", "kind"]] for part in parts if len(part)]
    if not filled or parts[0].empty:
        raise InputError("Nothing to draw.", where="frame", found="no row",
                         accepted="rows with series, x and value",
                         fix="Give the rows of at least one curve.")  # fmt: skip
    table = pd.concat(filled, ignore_index=True)
    _finite(table["value"])
    return table


def _finite(values: pd.Series | pd.DataFrame) -> None:
    table = pd.DataFrame(values).astype(float)
    bad = ~np.isfinite(table.to_numpy())
    if bad.any():
        raise InputError(
            "A value to draw is not finite.",
            where=", ".join(table.columns[bad.any(axis=0)].map(str)),
            found=f"{bad.sum()} of {bad.size} values, first {table.to_numpy()[bad][0]}",
            accepted="finite numbers",
            fix="Leave out the rows without a value.",
        )


def _finish(axes: Axes, log: Sequence[str]) -> None:
    axes.grid(color=RULE)
    for name in log:
        getattr(axes, f"set_{name}scale")("log")
        axis = getattr(axes, f"{name}axis")
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}".replace(",", " ")))
    if "y" not in log:
        low, high = axes.get_ylim()
        if low < 0 < high:
            axes.axhline(0, color=INK, linewidth=1.2, zorder=2)


def _in_words(data: pd.DataFrame, digits: int) -> str:
    """Return each series from its first to its last value, with its extremes inside."""
    parts = []
    for (kind, name), part in data.groupby(["kind", "series"], sort=False):
        values = part["value"]
        if kind == "curve":
            first, last = (number(values.iloc[end], digits) for end in (0, -1))
            where = f"from {first} at {part['x'].iloc[0]:g} to {last} at {part['x'].iloc[-1]:g}"
            low, high = number(values.min(), digits), number(values.max(), digits)
            inside = {low, high} - {first, last}
            parts.append(f"{name}: {where}" + (f", lowest {low}, highest {high}" if inside else ""))
        elif kind == "point":
            here = (f"{number(row.value, digits)} at {row.x:g}" for row in part.itertuples())
            shown = list(here)
            few = shown if len(shown) <= 6 else [shown[0], f"{len(shown) - 2} more", shown[-1]]
            parts.append(f"point {name}: " + ", ".join(few))
        elif kind == "level":
            parts.append(f"line at {number(values.iloc[0], digits)}: {name}")
        else:
            ends = " to ".join(number(value, digits) for value in values)
            parts.append(f"band {ends}: {name}")
    return "; ".join(parts) + "."


def _frame(body: float, *, below: float) -> tuple[Figure, Axes]:
    """Return a figure whose axes are `body` inches high, counted downwards."""
    figure = new_figure(0.42 + body + below)
    height = figure.get_size_inches()[1]
    axes = figure.add_axes(
        (_SIDE / WIDTH_IN, below / height, 1 - 2 * _SIDE / WIDTH_IN, body / height)
    )
    axes.set_ylim(body, 0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color=RULE)
    return figure, axes


def _span(axes: Axes, values: Any) -> None:
    low, high = min(0.0, float(np.nanmin(values))), max(0.0, float(np.nanmax(values)))
    room = 0.04 * (high - low)
    axes.set_xlim(low - room, high + room)
    ticks = [tick for tick in axes.get_xticks() if low - room <= tick <= high + room]
    axes.set_xlim(min(low, *ticks) - room, max(high, *ticks) + room)  # numbers of ticks fit in
    axes.set_xticks(ticks)
    axes.axvline(0, color=INK, linewidth=1.2, zorder=1)


def _words(axes: Axes, x: float, *, y: float, text: str, **look: Any) -> None:
    ground = {"facecolor": CARD, "edgecolor": "none", "pad": 1.5}
    axes.text(x, y, text, transform=axes.get_yaxis_transform(), va="center", zorder=2,
              ha="left" if x == 0 else "right", bbox=ground, **look)  # fmt: skip


def _interval(axes: Axes, row: Any, *, y: float, colour: str, digits: int) -> None:
    _words(axes, 0, y=y + 0.16, text=row.label)
    _words(axes, 1, y=y + 0.16, text=_of_row(row, digits, named=False), color=MUTED, size=11)
    if np.isfinite(row.low) and np.isfinite(row.high):
        axes.plot([row.low, row.high], 2 * [y + 0.38], color=colour, linewidth=8, alpha=0.4,
                  solid_capstyle="butt", zorder=3)  # fmt: skip
    axes.plot(row.value, y + 0.38, "o", color=colour, markersize=6.5, zorder=4, markeredgewidth=1.8,
              markerfacecolor=CARD if row.is_open else colour)  # fmt: skip


def _of_row(row: Any, digits: int, *, named: bool = True) -> str:
    span = ""
    if np.isfinite(row.low) and np.isfinite(row.high):
        span = f" ({number(row.low, digits)} to {number(row.high, digits)})"
    return (f"{row.label} " if named else "") + number(row.value, digits) + span
