"""Maps of divisions: each region at its mean rate, and the class that each cell counts for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import shapely
import xarray as xr
from cartopy.mpl.geoaxes import GeoAxes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke

from helpers import budget, geography, grid, masks, outlines, panels, timeaxis
from helpers.maps import flux_maps, shared_limit
from helpers.outlines import EXTENT, PROJECTION, Outline
from helpers.partition import Partition
from helpers.spreads import rows_of
from helpers.study import Study
from helpers.style import (
    INK,
    MUTED,
    WIDTH_IN,
    Drawing,
    book_style,
    new_figure,
    number,
    title_of,
)

CLASS_COLOURS: dict[str, str] = {
    "forest": "#0b6b45",
    "shrub": "#9ac15a",
    "grass": "#f0d98c",
    "crop": "#c8692c",
    "other": "#b9bfc9",
}
"""Colour of each ecosystem; lightness differs between neighbours, and the order is the legend's."""

Box = tuple[float, float, float, float]

_MARGIN, _GAP, _TITLE, _BAR, _KEY = 0.08, 0.12, 0.34, 0.98, 0.72


def region_rate_maps(
    frame: pd.DataFrame,
    partition: Partition,
    *,
    boundary: str,
    titles: Mapping[str, str] | None = None,
) -> Drawing:
    """Draw each region in the colour of its mean rate, one panel a product, and one of names.

    Parameters
    ----------
    frame : pandas.DataFrame
        Rows of quantity ``rate``, member ``mean`` [g C m-2 yr-1], for the polygons' scopes.
    partition : helpers.partition.Partition
        The polygons.
    boundary : str
        One of :data:`helpers.geography.BOUNDARIES`.
    titles : mapping of str to str, optional
        Names of products as shown.

    Returns
    -------
    helpers.style.Drawing
    """
    chosen = (frame["quantity"] == "rate") & (frame["member"] == "mean")
    rows = frame[chosen & frame["scope"].isin(partition.names)].reset_index(drop=True)
    products = list(dict.fromkeys(rows["product"]))
    values = xr.DataArray(rows["value"].to_numpy(dtype=float))
    outline = partition.outline(boundary).projected()
    with book_style():
        figure, places = _panels(len(products) + 1, below=_BAR)
        scale = panels.flux_scale(values, shared_limit({"all": values}, quantile=1.0))
        for index, product in enumerate(products):
            axes = _axes(figure, places[index], title=title_of(product, titles), outline=outline)
            mine = rows[rows["product"] == product]
            _fill(
                axes,
                outline,
                values=dict(zip(mine["scope"], mine["value"], strict=True)),
                scale=scale,
            )
        axes = _axes(figure, places[-1], title="Regions", outline=outline)
        _names(axes, outline)
        bar = (0.3 / WIDTH_IN, 0.6 / _height(figure), 1 - 0.6 / WIDTH_IN, 0.17 / _height(figure))
        panels.colour_bar(figure, bar, scale=scale, unit="g C m-2 yr-1")
    listed = "; ".join(
        f"{title_of(row.product, titles)}, {row.scope} {number(row.value, 0)}"
        for row in rows_of(rows)
    )
    alt = (
        f"{len(products)} maps of the mean rate of each region in g C m-2 yr-1, land uptake "
        f"positive, and a map of their names: {', '.join(partition.names)}. {listed}."
    )
    return Drawing(figure, rows, alt)


def _height(figure: Figure) -> float:
    return float(figure.get_size_inches()[1])


def _panels(count: int, *, below: float) -> tuple[Figure, list[Box]]:
    """Return an empty figure and the places of its maps, two in a row, with room below."""
    columns = min(count, 2)
    width = (WIDTH_IN - 2 * _MARGIN - (columns - 1) * _GAP) / columns
    height, rows = width * outlines.ASPECT, math.ceil(count / columns)
    total = below + rows * (height + _TITLE) + _MARGIN
    places = [
        (
            (_MARGIN + (index % columns) * (width + _GAP)) / WIDTH_IN,
            (total - _MARGIN - (index // columns + 1) * (height + _TITLE)) / total,
            width / WIDTH_IN,
            height / total,
        )
        for index in range(count)
    ]
    return new_figure(total), places


def _axes(figure: Figure, place: Box, *, title: str, outline: Outline) -> GeoAxes:
    axes = figure.add_axes(place, projection=PROJECTION, label=title)
    axes.set_xlim(EXTENT[0], EXTENT[1])
    axes.set_ylim(EXTENT[2], EXTENT[3])
    axes.set_title(title)
    for part in (axes, outlines.add_inset(axes)):
        outlines.draw_ground(part, outline)
        outlines.draw_lines(part, outline, regions=part is axes, scale=1.0 if part is axes else 0.7)
        part.spines["geo"].set(edgecolor=MUTED, linewidth=0.6)
    return axes


def _fill(axes: GeoAxes, outline: Outline, *, values: Mapping[str, float], scale: Any) -> None:
    for name, shape in outline.regions.items():
        colour = scale.colours(scale.norm(values[name]))
        axes.add_geometries([shape], crs=PROJECTION, facecolor=colour, edgecolor="none", zorder=2)
        point = shapely.point_on_surface(_largest(shape))
        _write(axes, point, text=number(values[name], 0))


def _names(axes: GeoAxes, outline: Outline) -> None:
    for name, shape in outline.regions.items():
        axes.add_geometries([shape], crs=PROJECTION, facecolor="#dfe3ea", edgecolor="none",
                            zorder=2, alpha=0.7)  # fmt: skip
        _write(axes, shapely.point_on_surface(_largest(shape)), text=name.replace("-", "-\n"))


def _write(axes: GeoAxes, point: shapely.Point, *, text: str) -> None:
    halo = [withStroke(linewidth=2.6, foreground="white")]
    axes.text(point.x, point.y, text, ha="center", va="center", size=11.5, weight="bold",
              color=INK, zorder=4, path_effects=halo)  # fmt: skip


def _largest(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the largest part of a shape, where its label belongs."""
    return max(shapely.get_parts(shape), key=lambda part: float(shapely.area(part)))


def class_map(fractions: xr.DataArray, *, boundary: str, title: str) -> Drawing:
    """Draw the class that each touched cell counts for under the majority rule.

    Parameters
    ----------
    fractions : xarray.DataArray, dims (scope, lat, lon) [1]
        Share of each ecosystem, from :func:`helpers.ecosystems.cell_fractions`.
    boundary : str
        One of :data:`helpers.geography.BOUNDARIES`.
    title : str
        Heading.
    """
    majority = geography.majority_class(fractions.rename({"scope": "ecosystem"}))
    weights = masks.polygon_weights(geography.boundary_polygon(boundary), fractions)
    touched = weights > 0
    code = xr.zeros_like(weights)
    for place, name in enumerate(CLASS_COLOURS):
        code = code.where(majority != name, place)
    code = code.where(touched)
    outline = outlines.china_projected(boundary)
    with book_style():
        figure, places = _panels(1, below=_KEY)
        axes = _axes(figure, places[0], title=title, outline=outline)
        _cells(axes, code, weights=weights)
        _class_key(figure)
    frame = _class_frame(majority, weights)
    listed = ", ".join(f"{row.scope} {number(row.cells, 0)}" for row in rows_of(frame))
    alt = (
        f"Map of the class that each cell counts for; cells by class: {listed}. "
        f"{int(frame['partial'].sum())} of {int(frame['cells'].sum())} lie partly outside China "
        "and are marked with a stroke."
    )
    return Drawing(figure, frame, alt)


def _cells(axes: GeoAxes, code: xr.DataArray, *, weights: xr.DataArray) -> None:
    lat, lon = grid.bounds_of(code)
    corners = outlines.to_metres(*np.meshgrid(lon, lat))
    colours = ListedColormap(list(CLASS_COLOURS.values()))
    axes.pcolormesh(corners[..., 0], corners[..., 1], code.values, cmap=colours, zorder=1,
                    vmin=-0.5, vmax=len(CLASS_COLOURS) - 0.5)  # fmt: skip
    rows, columns = np.nonzero(((weights > 0) & (weights < 1 - 1e-9)).values)
    ends = np.stack([corners[rows, columns], corners[rows + 1, columns + 1]], axis=1)
    axes.plot(ends[..., 0].T, ends[..., 1].T, color=INK, linewidth=0.7, alpha=0.7, zorder=2.5)


def _class_key(figure: Figure) -> None:
    handles: list[Any] = [
        Patch(facecolor=colour, edgecolor=MUTED, label=name)
        for name, colour in CLASS_COLOURS.items()
    ]
    handles.append(Line2D([], [], color=INK, linewidth=0.9, label="cell partly outside China"))
    figure.legend(handles=handles, loc="upper left", ncols=3, borderaxespad=0.3, columnspacing=1.2,
                  bbox_to_anchor=(0.08 / WIDTH_IN, (_KEY - 0.03) / _height(figure)))  # fmt: skip


def _class_frame(majority: xr.DataArray, weights: xr.DataArray) -> pd.DataFrame:
    """Return cells and areas of each class: whole touched cells, and their part inside China."""
    area = grid.cell_areas(weights)
    rows = []
    for name in CLASS_COLOURS:
        mine = (majority == name) & (weights > 0)
        rows.append(
            {
                "scope": name,
                "cells": int(mine.sum()),
                "partial": int((mine & (weights < 1 - 1e-9)).sum()),
                "area_touched": float(area.where(mine, 0.0).sum()) / 1e6,
                "area_inside": float((area * weights).where(mine, 0.0).sum()) / 1e6,
                "unit": "km2",
            }
        )
    return pd.DataFrame(rows)


def outlined_fluxes(study: Study, partition: Partition) -> Drawing:
    """Draw the mean flux of every product with the polygons outlined, see :func:`flux_maps`."""
    fluxes = study.fluxes.items()
    return flux_maps(
        {key: timeaxis.period_mean(budget.ensemble_mean(flux)) for key, flux in fluxes},
        boundary=study.boundary,
        outline=partition.outline(study.boundary),
        agreement={k: budget.sign_agreement(flux) for k, flux in fluxes if "member" in flux.dims},
        titles=study.titles,
    )
