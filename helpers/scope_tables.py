"""Figures of tables: regions by ecosystems, every number in the colour of the maps."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.patches import Rectangle

from helpers.ecosystems import cross_table
from helpers.panels import flux_colours
from helpers.style import (
    CARD,
    INK,
    WIDTH_IN,
    Drawing,
    book_style,
    new_figure,
    number,
    title_of,
    unit_label,
)

_ROW, _HEAD, _LABEL = 0.33, 0.66, 1.42


def cross_tables(
    tables: Mapping[str, xr.DataArray], *, titles: Mapping[str, str] | None = None
) -> Drawing:
    """Draw the region by ecosystem table of every product, margins included.

    Parameters
    ----------
    tables : mapping of str to xarray.DataArray, dims (region, ecosystem) [Pg C yr-1]
        Land uptake positive.
    titles : mapping of str to str, optional
        Names of products as shown.

    Returns
    -------
    helpers.style.Drawing
        Cells are shaded on one scale over all products; margins are plain.
    """
    frames = {key: cross_table(values) for key, values in tables.items()}
    limit = max(float(abs(values).max()) for values in tables.values()) or 1.0
    heights = [_height(frame) for frame in frames.values()]
    with book_style():
        figure = new_figure(sum(heights) + 0.42)
        total = figure.get_size_inches()[1]
        top = total
        for (key, frame), height in zip(frames.items(), heights, strict=True):
            top -= height
            axes = figure.add_axes((0.08 / WIDTH_IN, top / total, 1 - 0.16 / WIDTH_IN,
                                    height / total), label=key)  # fmt: skip
            _table(axes, frame, title=title_of(key, titles), limit=limit)
        figure.text(0.08 / WIDTH_IN, 0.14 / total,
                    f"{unit_label('Pg C yr-1')}, land uptake positive")  # fmt: skip
    return Drawing(figure, _long(frames), _describe(frames, titles))


def _table(axes: Axes, frame: pd.DataFrame, *, title: str, limit: float) -> None:
    colours, norm = flux_colours(), Normalize(-1.25 * limit, 1.25 * limit)
    height = _height(frame)
    width = (WIDTH_IN - 0.16 - _LABEL) / len(frame.columns)
    axes.set(xlim=(0, WIDTH_IN - 0.16), ylim=(height, 0))
    axes.set_axis_off()
    axes.text(0, 0.2, title, weight="bold", size=13)
    for column, name in enumerate(frame.columns):
        words = name.replace("all ecosystems", "all")
        axes.text(_LABEL + (column + 1) * width - 0.08, 0.5, words, ha="right", va="center")
    for row, name in enumerate(frame.index):
        y = _HEAD + row * _ROW
        axes.text(0, y + _ROW / 2, _short(str(name)), va="center", size=11.5)
        for column, value in enumerate(frame.iloc[row]):
            x = _LABEL + column * width
            is_margin = row == len(frame) - 1 or column == len(frame.columns) - 1
            shade = CARD if is_margin else colours(norm(value))
            dark = not is_margin and abs(value) > 0.9 * limit
            axes.add_patch(Rectangle((x, y), width - 0.03, _ROW - 0.03, facecolor=shade))
            axes.text(x + width - 0.08, y + _ROW / 2, number(float(value), 3), ha="right",
                      va="center", color=CARD if dark else INK, size=11.5,
                      weight="bold" if is_margin else "normal")  # fmt: skip


def _height(frame: pd.DataFrame) -> float:
    return _HEAD + _ROW * (len(frame) + 0.2)


def _short(name: str) -> str:
    return name if len(name) <= 16 else name[:15] + "…"


def _long(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    parts = [
        frame.rename_axis("region").reset_index().melt("region", var_name="ecosystem").assign(
            product=key, unit="Pg C yr-1")
        for key, frame in frames.items()
    ]  # fmt: skip
    columns = ["product", "region", "ecosystem", "value", "unit"]
    return pd.concat(parts, ignore_index=True)[columns]


def _describe(frames: Mapping[str, pd.DataFrame], titles: Mapping[str, str] | None) -> str:
    parts = ["Tables of mean uptake by region and ecosystem in Pg C yr-1, land uptake positive."]
    for key, frame in frames.items():
        inner = frame.iloc[:-1, :-1].stack()
        low, high = inner.idxmin(), inner.idxmax()
        whole = number(float(frame.iloc[-1, -1]), 3)
        parts.append(
            f"{title_of(key, titles)}: all {whole}; largest {' '.join(high)} "
            f"{number(float(inner[high]), 3)}, smallest {' '.join(low)} "
            f"{number(float(inner[low]), 3)}."
        )
    return " ".join(parts)
