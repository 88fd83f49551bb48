"""Charts of totals by scope: computed in one or two ways, members behind, published beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from helpers.alttext import describe_estimates
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


@dataclass(frozen=True)
class Layer:
    """One way a value comes about, with its mark.

    Attributes
    ----------
    quantity : str
        Quantity in the table.
    words : str
        In the legend and in the text alternative.
    face : str
        ``filled``, ``pale`` or ``open``.
    """

    quantity: str
    words: str
    face: str = "filled"


COMPUTED = Layer("annual_mean", "computed here")
PUBLISHED = Layer("published_annual_mean", "as published", "open")

_LABEL, _STEP, _HEAD, _MEMBER_HEIGHT = 0.27, 0.17, 0.36, 0.10


def scope_totals(
    frame: pd.DataFrame,
    *,
    title: str,
    layers: Sequence[Layer] = (COMPUTED, PUBLISHED),
    titles: Mapping[str, str] | None = None,
) -> Drawing:
    """Draw the mean of every scope and product, one line of marks for each way to compute it.

    Parameters
    ----------
    frame : pandas.DataFrame
        Tidy rows of one unit: the quantities of `layers`; rows of members other than ``mean`` are
        drawn as ticks behind the first layer. Other quantities are left out.
    title : str
        Heading of the figure.
    layers : sequence of Layer
        What is drawn for each product, from top to bottom.
    titles : mapping of str to str, optional
        Names of products as shown.

    Returns
    -------
    helpers.style.Drawing
        The zero line is always in view; numbers stand beside the marks.

    Raises
    ------
    InputError
        See :func:`helpers.spreads.check_frame`; also if no row is of these layers.
    """
    rows = frame[frame["quantity"].isin([layer.quantity for layer in layers])]
    rows = rows.loc[:, list(COLUMNS)].reset_index(drop=True)
    if rows.empty:
        raise InputError("There is nothing to draw.", where="quantity",
                         found=", ".join(sorted(map(str, set(frame["quantity"])))) or "no row",
                         accepted=", ".join(layer.quantity for layer in layers),
                         fix="Give rows of these quantities, or other layers.")  # fmt: skip
    unit = check_frame(rows)
    means = rows[rows["member"] == "mean"]
    with book_style():
        figure = _totals_figure(rows, layers, unit=unit, title=title, titles=titles)
    return Drawing(figure, rows, _describe_totals(means, rows, layers=layers, titles=titles))


def _totals_figure(
    rows: pd.DataFrame,
    layers: Sequence[Layer],
    *,
    unit: str,
    title: str,
    titles: Mapping[str, str] | None,
) -> Figure:
    means = rows[rows["member"] == "mean"]
    row_height = _LABEL + _STEP * len(layers) + 0.06
    count = means[["scope", "product"]].drop_duplicates().shape[0]
    body = count * row_height + means["scope"].nunique() * _HEAD + 0.1
    kinds = list(dict.fromkeys(means.loc[means["sd"].notna(), "sd_kind"]))
    has_members = bool((rows["member"] != "mean").any())
    below = 0.68 + 0.27 * (len(kinds) + len(layers) + has_members)
    axes, figure = canvas(body, below=below, title=title)
    span(axes, rows)
    axes.set_xlabel(f"{unit_label(unit)}   (← release   |   land uptake positive →)")
    styles, y = product_styles(means["product"]), 0.0
    for scope, mine in means.groupby("scope", sort=False):
        line_text(axes, 0, y=y + 0.24, text=str(scope), weight="bold", size=12.5)
        y += _HEAD
        for product, same in mine.groupby("product", sort=False):
            members = rows[(rows["scope"] == scope) & (rows["product"] == product)]
            members = members[members["member"] != "mean"]
            _row(
                axes,
                same,
                members=members,
                layers=layers,
                style=styles[str(product)],
                y=y,
                titles=titles,
            )
            y += row_height
    _legend(figure, means, layers=layers, kinds=kinds, has_members=has_members)
    return figure


def canvas(body: float, *, below: float, title: str, above: float = 0.42) -> tuple[Axes, Figure]:
    """Return axes measured in inches from the top, and their figure."""
    figure = new_figure(above + body + below)
    height = figure.get_size_inches()[1]
    axes = figure.add_axes((0.1 / WIDTH_IN, below / height, 1 - 0.2 / WIDTH_IN, body / height))
    axes.set_ylim(body, 0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color=RULE)
    axes.axvline(0, color=INK, linewidth=1.2, zorder=1)
    axes.set_title(title)
    return axes, figure


def span(axes: Axes, rows: pd.DataFrame) -> None:
    """Set the limits so that every value, every ± and zero are in view."""
    spread = rows["sd"].fillna(0.0)
    low = min(0.0, float((rows["value"] - spread).min()))
    high = max(0.0, float((rows["value"] + spread).max()))
    axes.set_xlim(low - 0.05 * (high - low), high + 0.05 * (high - low))


def line_text(axes: Axes, x: float, *, y: float, text: str, **look: Any) -> None:
    """Write a line of text at the left (0) or right (1) edge, over the grid lines."""
    ground = {"facecolor": CARD, "edgecolor": "none", "pad": 1.2}
    side = "left" if x == 0 else "right"
    axes.text(x, y, text, zorder=5, transform=axes.get_yaxis_transform(), va="center", ha=side,
              bbox=ground, **look)  # fmt: skip


def _row(
    axes: Axes,
    same: pd.DataFrame,
    *,
    members: pd.DataFrame,
    layers: Sequence[Layer],
    style: ProductStyle,
    y: float,
    titles: Mapping[str, str] | None,
) -> None:
    """Draw one product: its name and numbers on a line of text, a line of marks for each layer."""
    line_text(axes, 0, y=y + 0.14, text=title_of(str(same["product"].iloc[0]), titles))
    told = []
    for place, layer in enumerate(layers):
        mine = same[same["quantity"] == layer.quantity]
        level = y + _LABEL + _STEP * (place + 0.5)
        if place == 0 and len(members):
            drawn = members[members["quantity"] == layer.quantity]["value"]
            axes.vlines(drawn, level - _MEMBER_HEIGHT, level + _MEMBER_HEIGHT,
                        color=style.colour, linewidth=1.0, alpha=0.45, zorder=2)  # fmt: skip
        for row in rows_of(mine):
            _mark(axes, row, layer=layer, style=style, y=level)
            told.append(number(row.value, 3))
    line_text(axes, 1, y=y + 0.14, text=" / ".join(told), color=MUTED, size=11)


def _mark(axes: Axes, row: Any, *, layer: Layer, style: ProductStyle, y: float) -> None:
    if pd.notna(row.sd):
        kind = SPREADS[row.sd_kind]
        for artist in spread_artists(
            kind, row.value - row.sd, high=row.value + row.sd, y=y, height=0.13, colour=style.colour
        ):
            artist.set_zorder(3)
            axes.add_artist(artist)
    axes.plot(row.value, y, style.marker, zorder=4, **face(layer.face, style.colour))


def face(kind: str, colour: str) -> dict[str, Any]:
    """Return the look of a marker: ``filled``, ``pale`` (ringed, half tone) or ``open``."""
    fill = {"filled": colour, "pale": "#d5d9df", "open": CARD}[kind]
    edge = CARD if kind == "filled" else colour
    return {"markerfacecolor": fill, "markeredgecolor": edge, "markersize": 8.5,
            "markeredgewidth": 1.0 if kind == "filled" else 2.0, "linestyle": ""}  # fmt: skip


def _legend(
    figure: Figure,
    means: pd.DataFrame,
    *,
    layers: Sequence[Layer],
    kinds: Sequence[str],
    has_members: bool,
) -> None:
    """Explain marks and every kind of ±, below the axis."""
    handles: list[Line2D] = [
        Line2D([], [], marker="o", **face(layer.face, INK)) for layer in layers
    ]
    labels = [layer.words for layer in layers]
    if has_members:
        handles.append(
            Line2D([], [], color=INK, marker="|", linestyle="", markersize=13, alpha=0.6)
        )
        labels.append("one member of an ensemble")
    spreads = [Line2D([], [], label=kind) for kind in kinds]
    labels += [spread_words(means[(means["sd_kind"] == k) & means["sd"].notna()]) for k in kinds]
    handler = {handle: SpreadHandle() for handle in spreads}
    legend_below(figure, [*handles, *spreads], labels=labels, handler_map=handler)


def legend_below(
    figure: Figure, handles: Sequence[Any], *, labels: Sequence[str], **options: Any
) -> None:
    """Put a legend of one column at the lower left corner."""
    height = figure.get_size_inches()[1]
    figure.legend(
        list(handles), list(labels), loc="lower left", handlelength=3.0, borderaxespad=0.0,
        bbox_to_anchor=(0.1 / WIDTH_IN, 0.06 / height), labelspacing=0.45, **options,
    )  # fmt: skip


def _describe_totals(
    means: pd.DataFrame,
    rows: pd.DataFrame,
    *,
    layers: Sequence[Layer],
    titles: Mapping[str, str] | None,
) -> str:
    words = {layer.quantity: layer.words for layer in layers}
    labels = [f"{title_of(row.product, titles)} {words[row.quantity]}" for row in rows_of(means)]
    text = describe_estimates(means.assign(group=means["scope"], label=labels))
    members = rows[rows["member"] != "mean"]
    for (scope, product), part in members.groupby(["scope", "product"], sort=False):
        low, high = number(part["value"].min()), number(part["value"].max())
        text += f" {scope}, members of {title_of(str(product), titles)}: {low} to {high}."
    return text
