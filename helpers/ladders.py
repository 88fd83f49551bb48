"""Figures of published evidence: the ladder of estimates, and the tension between pairs of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.legend_handler import HandlerBase
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from helpers.errors import InputError
from helpers.spreads import SpreadStyle, spread_artists
from helpers.style import (
    CARD,
    INK,
    MUTED,
    PRODUCTS,
    RULE,
    WIDTH_IN,
    Drawing,
    book_style,
    new_figure,
    number,
)

INTERVALS: dict[str, SpreadStyle] = {
    "undefined": SpreadStyle(
        "printed ±, meaning not stated", "±", False,
        {"linewidth": 1.8, "linestyle": (0, (1.2, 1.6))}, cap="o",
    ),
    "percentiles": SpreadStyle("5–95 % range", "5–95 %", False, {"linewidth": 1.8}, cap="|"),
    "range": SpreadStyle("range of models, runs or methods", "range", False, is_open_bar=True),
    "confidence": SpreadStyle(
        "95 % interval of the pool", "95 %", False, {"linewidth": 6.0, "alpha": 0.45}
    ),
    "none": SpreadStyle("no interval printed", "none", False),
}  # fmt: skip
"""Mark of each kind of interval of a published estimate."""


_ROW, _HEAD, _MARK = 0.47, 0.40, 0.26


def ladder(
    rows: pd.DataFrame, *, title: str, marks: tuple[str, str] = ("in the pool", "shown only")
) -> Drawing:
    """Draw estimates from the smallest to the largest in each group, each interval as what it is.

    Parameters
    ----------
    rows : pandas.DataFrame
        `label`, `group`, `value`, `low`, `high` [Pg C yr-1], `kind` (key of :data:`INTERVALS`),
        `used` (filled marker), `disputed` (crossed ring), `colour` (catalog key); drawn in the
        order given.
    title : str
        Heading of the figure.
    marks : tuple of str
        What a filled and an open marker mean.

    Returns
    -------
    helpers.style.Drawing
        One axis, zero in view; the legend explains filled, open and disputed and each interval.
    """
    needed = ("label", "group", "value", "low", "high", "kind", "used", "disputed", "colour")
    absent = [name for name in needed if name not in rows]
    if absent or rows.empty:
        raise InputError("A ladder needs rows.", where="rows",
                         found=f"absent: {', '.join(absent)}" if absent else "no row",
                         accepted=f"one row or more with {', '.join(needed)}",
                         fix="Make them as helpers.evidence_rows.rungs does.")  # fmt: skip
    unknown = set(rows["kind"]) - set(INTERVALS)
    if unknown:
        raise InputError("An interval has no mark.", where="kind",
                         found=", ".join(sorted(map(str, unknown))), accepted=", ".join(INTERVALS),
                         fix="Correct the kind of the row.")  # fmt: skip
    rows = rows.loc[:, list(needed)].reset_index(drop=True)
    with book_style():
        figure = _ladder_figure(rows, title, marks=marks)
    twin = {"kind": "ladder", "title": title, "marks": list(marks)}
    return Drawing(figure, rows, _describe_ladder(rows, title), twin)


def _ladder_figure(rows: pd.DataFrame, title: str, *, marks: tuple[str, str]) -> Figure:
    groups = list(dict.fromkeys(rows["group"]))
    kinds = [kind for kind in INTERVALS if kind in set(rows["kind"]) - {"none"}]
    entries = len(kinds) + 2 + int(rows["disputed"].any())
    body, above, below = len(rows) * _ROW + len(groups) * _HEAD + 0.1, 0.42, 0.70 + 0.27 * entries
    height = above + body + below
    figure = new_figure(height)
    axes = figure.add_axes((0.1 / WIDTH_IN, below / height, 1 - 0.2 / WIDTH_IN, body / height))
    axes.set_ylim(body, 0)
    _frame(axes, rows)
    y = 0.0
    for name in groups:
        _text(axes, 0, y=y + 0.26, words=name, weight="bold", size=12.5)
        y += _HEAD
        for row in rows[rows["group"] == name].itertuples():
            _rung(axes, row, y=y)
            y += _ROW
    axes.set_title(title)
    axes.set_xlabel("Pg C yr⁻¹   (← release   |   land uptake positive →)")
    _ladder_legend(figure, kinds, words=marks, disputed=bool(rows["disputed"].any()))
    return figure


def _frame(axes: Axes, rows: pd.DataFrame) -> None:
    low = min(0.0, float(np.nanmin([rows["low"].min(), rows["value"].min()])))
    high = float(np.nanmax([rows["high"].max(), rows["value"].max()]))
    axes.set_xlim(low - 0.03 * (high - low), high + 0.03 * (high - low))
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color=RULE)
    axes.axvline(0, color=INK, linewidth=1.2, zorder=1)


def _rung(axes: Axes, row: Any, *, y: float) -> None:
    colour, line = PRODUCTS[row.colour].colour, y + _MARK + 0.05
    _text(axes, 0, y=y + 0.12, words=row.label, size=11.5)
    interval = "" if row.kind == "none" else f" ({number(row.low)} to {number(row.high)})"
    _text(axes, 1, y=y + 0.12, words=number(row.value) + interval, color=MUTED, size=11)
    if row.kind != "none":
        style = INTERVALS[row.kind]
        for artist in spread_artists(
            style, row.low, high=row.high, y=line, height=0.14, colour=colour
        ):
            artist.set_zorder(3)
            axes.add_artist(artist)
    fill = colour if row.used else CARD
    axes.plot(row.value, line, "o", markersize=8, markerfacecolor=fill, markeredgecolor=colour,
              markeredgewidth=1.8, zorder=5)  # fmt: skip
    if row.disputed:
        axes.plot(row.value, line, "x", markersize=13, color=INK, markeredgewidth=1.6, zorder=6)


def _text(axes: Axes, x: float, *, y: float, words: str, **look: Any) -> None:
    ground = {"facecolor": CARD, "edgecolor": "none", "pad": 1.2}
    side = "left" if x == 0 else "right"
    axes.text(x, y, words, transform=axes.get_yaxis_transform(), va="center", ha=side, zorder=2,
              bbox=ground, **look)  # fmt: skip


class _IntervalHandle(HandlerBase):
    """Legend entry drawn exactly as the interval it explains."""

    def create_artists(  # noqa: PLR0917  Matplotlib calls it
        self, legend: Any, handle: Any, x: float, y: float, width: float, height: float,
        size: float, transform: Any,
    ) -> list[Any]:  # fmt: skip
        style = INTERVALS[handle.get_label()]
        artists = spread_artists(
            style, x, high=x + width, y=y + height / 2, height=height * 0.8, colour=INK
        )
        for artist in artists:
            artist.set_transform(transform)
        return artists


def _ladder_legend(
    figure: Figure, kinds: Sequence[str], *, words: tuple[str, str], disputed: bool
) -> None:
    look: dict[str, Any] = {
        "linestyle": "",
        "markeredgecolor": INK,
        "markersize": 8,
        "markeredgewidth": 1.8,
    }
    marks = [
        Line2D([], [], marker="o", markerfacecolor=INK, label=words[0], **look),
        Line2D([], [], marker="o", markerfacecolor=CARD, label=words[1], **look),
    ]
    if disputed:
        marks.append(Line2D([], [], marker="x", label="disputed in print",
                            **{**look, "markersize": 11}))  # fmt: skip
    spans = [Line2D([], [], label=kind) for kind in kinds]
    handlers: dict[Any, Any] = {span: _IntervalHandle() for span in spans}
    labels = [str(mark.get_label()) for mark in marks] + [INTERVALS[kind].words for kind in kinds]
    height = figure.get_size_inches()[1]
    figure.legend(
        [*marks, *spans], labels, loc="lower left", bbox_to_anchor=(0.1 / WIDTH_IN, 0.06 / height),
        handler_map=handlers, handlelength=3.0, borderaxespad=0.0, labelspacing=0.45,
    )  # fmt: skip


def _describe_ladder(rows: pd.DataFrame, title: str) -> str:
    low, high = rows.loc[rows["value"].idxmin()], rows.loc[rows["value"].idxmax()]
    parts = [
        f"{title}: {len(rows)} estimates on one axis in Pg C per year, land uptake positive, from "
        f"{number(low['value'])} ({low['label']}) to {number(high['value'])} ({high['label']})."
    ]
    for name, group in rows.groupby("group", sort=False):
        parts.append(
            f"{name}: {number(group['value'].min())} to {number(group['value'].max())}, "
            f"median {number(group['value'].median())}, {len(group)} rows."
        )
    if rows["disputed"].any():
        parts.append("Disputed: " + ", ".join(rows.loc[rows["disputed"], "label"]) + ".")
    return " ".join(parts)


def tension_chart(rows: pd.DataFrame, *, resolved: float, title: str) -> Drawing:
    """Draw how many combined ± each difference is away from zero.

    Parameters
    ----------
    rows : pandas.DataFrame, index label
        `difference`, `sd` [Pg C yr-1] and `z`, from :func:`helpers.tension.contrasts`.
    resolved : float
        Least z that counts as resolved; drawn as a line.
    title : str
        Heading of the figure.
    """
    rows = rows.sort_values("z", ascending=False)
    height = 1.35 + 0.44 * len(rows)
    with book_style():
        figure = new_figure(height)
        axes = figure.add_axes((0.1 / WIDTH_IN, 0.85 / height, 1 - 0.25 / WIDTH_IN,
                                0.44 * len(rows) / height))  # fmt: skip
        axes.set_ylim(0.44 * len(rows), 0)
        axes.set_xlim(0, 1.08 * float(rows["z"].max()))
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.add_patch(Rectangle((0, 0), resolved, 0.44 * len(rows), color="#eef0f3", zorder=0))
        axes.axvline(resolved, color=INK, linewidth=1.4, zorder=1)
        for order, row in enumerate(rows.itertuples()):
            y = 0.44 * order
            colour = PRODUCTS["beps" if row.z >= resolved else "vegas"].colour
            words = f"{number(row.difference, 3)} ± {number(row.sd, 3)}"
            axes.text(0.06, y + 0.13, row.Index, va="center", size=11.5)
            axes.text(0.995, y + 0.13, words, va="center", ha="right", color=MUTED, size=11,
                      transform=axes.get_yaxis_transform())  # fmt: skip
            axes.hlines(y + 0.32, 0, row.z, color=colour, linewidth=4)
            marker = "o" if row.z >= resolved else "s"
            axes.plot(row.z, y + 0.32, marker, color=colour, markersize=8, markeredgecolor=CARD)
        axes.set_xlabel(
            f"difference / combined ±   (line: {number(resolved, 0)}; shaded: not resolved)"
        )
        axes.set_title(title)
    data = rows.rename_axis("contrast").reset_index()
    unresolved = list(rows.index[rows["z"] < resolved])
    alt = (
        f"{title}: {len(rows)} differences, {len(rows) - len(unresolved)} at least "
        f"{number(resolved, 0)} combined ± from zero, the largest {number(rows['z'].max(), 1)} "
        f"({rows.index[0]}). Not resolved: {', '.join(unresolved) or 'none'}."
    )
    return Drawing(figure, data, alt)
