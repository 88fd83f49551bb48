"""Panels of a map figure: layout, cells, hatching, key and the one colour bar."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from cartopy.mpl.geoaxes import GeoAxes
from matplotlib import colormaps
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import BoundaryNorm, Colormap, ListedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from helpers import outlines
from helpers.alttext import AGREEMENT
from helpers.outlines import EXTENT, PROJECTION, Outline
from helpers.style import DIVERGING, INK, MUTED, WIDTH_IN, new_figure, number, unit_label

CLASSES = 6
"""Even classes of the scale on each side of zero."""

Box = tuple[float, float, float, float]

_MARGIN, _GAP, _TITLE, _NOTE, _BAR, _KEY = 0.08, 0.12, 0.34, 0.24, 0.98, 0.36
_MISSING = "#d9d4e3"


def flux_colours() -> Colormap:
    """Return the classes of the scale, symmetric about zero, and colours for what is beyond."""
    samples = colormaps[DIVERGING](np.linspace(0.0, 1.0, 2 * CLASSES + 2))
    colours = ListedColormap(samples[1:-1], name="flux")
    return colours.with_extremes(under=tuple(samples[0]), over=tuple(samples[-1]))


@dataclass(frozen=True)
class _Layout:
    """Places of panels, key and colour bar, in inches from the lower left corner."""

    columns: int
    rows: int
    width: float
    height: float
    head: float
    key_in_grid: bool

    @property
    def total(self) -> float:
        strip = 0.0 if self.key_in_grid else _KEY
        return _BAR + strip + self.rows * (self.height + self.head) + _MARGIN

    def place(self, index: int) -> Box:
        row, column = divmod(index, self.columns)
        left = _MARGIN + column * (self.width + _GAP)
        bottom = self.total - _MARGIN - (row + 1) * (self.height + self.head)
        return self.fraction(left, bottom, width=self.width, height=self.height)

    def fraction(self, left: float, bottom: float, *, width: float, height: float) -> Box:
        total = self.total
        return left / WIDTH_IN, bottom / total, width / WIDTH_IN, height / total


def _layout(count: int, *, notes: bool) -> _Layout:
    columns = 1 if count == 1 else 2
    width = (WIDTH_IN - 2 * _MARGIN - (columns - 1) * _GAP) / columns
    rows = math.ceil(count / columns)
    head = _TITLE + (_NOTE if notes else 0.0)
    return _Layout(columns, rows, width, width * outlines.ASPECT, head, columns * rows > count)


def map_figure(
    data: xr.Dataset, outline: Outline, *, limit: float, regions: bool, notes: Mapping[str, str]
) -> Figure:
    """Draw the panels of a dataset made by :func:`helpers.maps.flux_maps`.

    Parameters
    ----------
    data : xarray.Dataset
        `flux` [g C m-2 yr-1], `agreement`, `weight`, `title` and cell bounds.
    outline : helpers.outlines.Outline
        Projected.
    limit : float
        End of the scale [g C m-2 yr-1].
    regions : bool
        Whether regions are outlined.
    notes : mapping of str to str
        Line below the title, by product.
    """
    layout = _layout(data.sizes["product"], notes=bool(notes))
    figure = new_figure(layout.total)
    scale = flux_scale(data["flux"], limit)
    for index, key in enumerate(data["product"].values):
        axes = figure.add_axes(layout.place(index), projection=PROJECTION, label=str(key))
        panel = data.sel(product=key)
        _panel(axes, panel, outline=outline, scale=scale, regions=regions)
        axes.set_title(str(panel["title"].item()), pad=6 + (_NOTE * 72 if notes else 0))
        place: dict[str, Any] = {
            "xycoords": "axes fraction",
            "textcoords": "offset points",
            "xytext": (0, 6),
        }
        axes.annotate(notes.get(str(key), ""), (0, 1), color=MUTED, fontsize=11.5, **place)
    _key(figure, data, layout=layout, regions=regions and bool(outline.regions))
    _bar(figure, layout, scale=scale, unit=str(data["flux"].attrs["units"]))
    return figure


@dataclass(frozen=True)
class FluxScale:
    """Bounds of the classes, their colours, and at which end values lie beyond."""

    levels: np.ndarray
    colours: Colormap
    norm: BoundaryNorm
    extend: str


def flux_scale(values: xr.DataArray, limit: float) -> FluxScale:
    """Return the classes of the one scale of a figure, from `-limit` to `limit`."""
    levels = np.linspace(-limit, limit, 2 * CLASSES + 1)
    below, above = bool((values < -limit).any()), bool((values > limit).any())
    extend = {(0, 0): "neither", (1, 0): "min", (0, 1): "max", (1, 1): "both"}[(below, above)]
    return FluxScale(levels, flux_colours(), BoundaryNorm(levels, 2 * CLASSES), extend)


def _panel(
    axes: GeoAxes, panel: xr.Dataset, *, outline: Outline, scale: FluxScale, regions: bool
) -> None:
    axes.set_xlim(EXTENT[0], EXTENT[1])
    axes.set_ylim(EXTENT[2], EXTENT[3])
    inset = outlines.add_inset(axes)
    for part, width in ((axes, 1.0), (inset, 0.7)):
        outlines.draw_ground(part, outline)
        _cells(part, panel, outline=outline, scale=scale)
        outlines.draw_lines(part, outline, regions=regions and part is axes, scale=width)
        part.spines["geo"].set(edgecolor=MUTED, linewidth=0.6)


def _cells(axes: GeoAxes, panel: xr.Dataset, *, outline: Outline, scale: FluxScale) -> None:
    """Draw cells cut at the boundary, and a stroke across each cell where members disagree."""
    lat = np.append(panel["lat_bnds"].values[:, 0], panel["lat_bnds"].values[-1, 1])
    lon = np.append(panel["lon_bnds"].values[:, 0], panel["lon_bnds"].values[-1, 1])
    corners = outlines.to_metres(*np.meshgrid(lon, lat))
    axes.add_geometries([outline.boundary], crs=PROJECTION, facecolor=_MISSING, zorder=1)
    x, y = corners[..., 0], corners[..., 1]
    values = panel["flux"].values
    mesh = axes.pcolormesh(x, y, values, norm=scale.norm, cmap=scale.colours, zorder=2)
    rows, columns = np.nonzero(panel["agreement"].values < AGREEMENT)
    ends = np.stack([corners[rows, columns], corners[rows + 1, columns + 1]], axis=1)
    strokes = LineCollection(list(ends), colors=INK, linewidths=0.7, alpha=0.75, zorder=2.5)
    strokes.set_gid("disagreement")
    axes.add_collection(strokes, autolim=False)
    for artist in (mesh, strokes):
        artist.set_clip_box(axes.bbox)
        artist.set_clip_path(outlines.path_of(outline.boundary), transform=axes.transData)


def _key(figure: Figure, data: xr.Dataset, *, layout: _Layout, regions: bool) -> None:
    """Explain marks: in the free place of the grid, or in a strip below the panels."""
    handles: list[Patch | Line2D] = []
    if regions:
        handles.append(Line2D([], [], color=INK, linewidth=1.4, label="border of a region"))
    if data["agreement"].notnull().any():
        label = "fewer than 2/3 of members" + ("\n" if layout.key_in_grid else " ")
        label += "agree on the sign"
        handles.append(Patch(facecolor="white", edgecolor=INK, hatch="////", label=label))
    if (data["flux"].isnull() & (data["weight"] > 0)).any():
        handles.append(Patch(facecolor=_MISSING, edgecolor=MUTED, label="no data"))
    if not handles:
        return
    if layout.key_in_grid:
        x, y, _, height = layout.place(data.sizes["product"])
        place, columns = (x, y + height), 1
    else:
        place, columns = (_MARGIN / WIDTH_IN, (_BAR + _KEY) / layout.total), 3
    look = {"labelspacing": 0.9, "columnspacing": 1.2, "borderaxespad": 0.3, "handlelength": 1.8}
    figure.legend(handles=handles, loc="upper left", bbox_to_anchor=place, ncols=columns, **look)


def _bar(figure: Figure, layout: _Layout, *, scale: FluxScale, unit: str) -> None:
    place = layout.fraction(0.3, 0.6, width=WIDTH_IN - 0.6, height=0.17)
    colour_bar(figure, place, scale=scale, unit=unit)


def colour_bar(figure: Figure, place: Box, *, scale: FluxScale, unit: str) -> None:
    """Draw the one colour bar of a figure: unit, sign and direction in words.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    place : tuple of float
        Left, bottom, width and height of the bar, as shares of the figure; the words below it
        need another 0.5 inches.
    scale : FluxScale
        From :func:`flux_scale`.
    unit : str
        As in :func:`helpers.style.unit_label`.
    """
    axes = figure.add_axes(place, label="colour bar")
    ticks = scale.levels[::2]
    bar = figure.colorbar(
        ScalarMappable(scale.norm, scale.colours),
        cax=axes,
        orientation="horizontal",
        ticks=ticks,
        extend=scale.extend,
        extendfrac=0.04,
        spacing="proportional",
    )
    digits = 0 if np.allclose(ticks, np.round(ticks)) else 1
    bar.ax.set_xticklabels([number(level, digits) for level in ticks])
    bar.ax.tick_params(length=3)
    bar.ax.minorticks_off()
    bar.outline.set(edgecolor=MUTED, linewidth=0.6)
    words: tuple[tuple[float, str, str, dict[str, Any]], ...] = (
        (0.0, "left", "← release", {"color": "#6b4108", "weight": "bold"}),
        (0.5, "center", unit_label(unit), {}),
        (1.0, "right", "land uptake →", {"color": "#01584e", "weight": "bold"}),
    )
    for x, side, text, look in words:
        axes.text(x, -2.1, text, transform=axes.transAxes, va="top", ha=side, **look)
