"""Figures by latitude: sections over time on one scale, and profiles of winter and summer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers import budget, latitudes, season
from helpers.errors import InputError
from helpers.maps import shared_limit
from helpers.panels import FluxScale, colour_bar, flux_scale
from helpers.season_charts import MONTH_LETTERS, Titles
from helpers.season_words import describe_profiles, describe_sections
from helpers.seasonality import with_mean
from helpers.style import (
    INK,
    MUTED,
    RULE,
    WIDTH_IN,
    Drawing,
    ProductStyle,
    book_style,
    new_figure,
    product_styles,
    title_of,
    unit_label,
)


def section_table(sections: Mapping[str, xr.Dataset]) -> pd.DataFrame:
    """Return latitude by time sections as a table, the mean over members where there are any.

    Parameters
    ----------
    sections : mapping of product to xarray.Dataset
        From :func:`helpers.latitudes.section`, dims (time, lat[, member]).

    Returns
    -------
    pandas.DataFrame
        Columns `product`, `south`, `north` [degrees], `period` (``2017-07``), `value`, `unit`
        [g C m-2 yr-1] and `density` [Pg C yr-1 degree-1].
    """
    frames = []
    for product, data in sections.items():
        mean = xr.Dataset({name: budget.ensemble_mean(data[name]) for name in ("rate", "density")})
        frame = mean.to_dataframe(dim_order=["lat", "time"]).reset_index()
        frame["period"] = frame["time"].dt.strftime("%Y-%m")
        frame = frame.assign(product=product, unit=latitudes.RATE_UNITS, value=frame["rate"])
        frames.append(frame[["product", "south", "north", "period", "value", "unit", "density"]])
    if not frames:
        raise InputError("There is nothing to draw: no section was given.", where="sections",
                         found="no section", accepted="one section or more, by product",
                         fix="Make them with helpers.latitudes.section.")  # fmt: skip
    return pd.concat(frames, ignore_index=True)


_HEAD, _PANEL, _AXIS, _BAR, _LEFT = 0.36, 1.95, 0.12, 1.0, 0.55


def sections(
    data: Mapping[str, xr.Dataset], *, marks: Sequence[float] = (), titles: Titles = None
) -> Drawing:
    """Draw latitude by time sections of uptake per area, one panel a product, on one scale.

    Parameters
    ----------
    data : mapping of product to xarray.Dataset
        From :func:`helpers.latitudes.section`, dims (time, lat[, member]); means over members.
    marks : sequence of float
        Latitudes drawn as dashed lines [degrees north].
    titles : mapping of str to str, optional
        Names of products as shown.

    Returns
    -------
    helpers.style.Drawing
        The scale is symmetric about zero and holds nearly all values of all products.
    """
    table = section_table(data)
    values = {key: budget.ensemble_mean(part["rate"]) for key, part in data.items()}
    limit = shared_limit(values, quantile=0.98)
    scale = flux_scale(xr.DataArray(table["value"].to_numpy()), limit)
    with book_style():
        figure = new_figure(len(values) * (_HEAD + _PANEL + _AXIS) + 0.2 + _BAR)
        height = figure.get_size_inches()[1]
        for index, (product, field) in enumerate(values.items()):
            bottom = height - (index + 1) * (_HEAD + _PANEL) - index * _AXIS
            place = (_LEFT / WIDTH_IN, bottom / height, 1 - (_LEFT + 0.12) / WIDTH_IN,
                     _PANEL / height)  # fmt: skip
            axes = figure.add_axes(place, label=product)
            _section(axes, field, scale=scale, marks=marks)
            axes.set_title(title_of(product, titles))
            axes.tick_params(axis="x", labelbottom=index == len(values) - 1)
        bar = (0.3 / WIDTH_IN, 0.6 / height, 1 - 0.6 / WIDTH_IN, 0.17 / height)
        colour_bar(figure, bar, scale=scale, unit=latitudes.RATE_UNITS)
    return Drawing(figure, table, describe_sections(table, titles=titles))


def _section(axes: Axes, field: xr.DataArray, *, scale: FluxScale, marks: Sequence[float]) -> None:
    """Draw one panel: months from left to right, south at the bottom."""
    field = field.transpose("lat", "time")
    index = field.indexes["time"]
    start = index[0].year + (index[0].month - 1) / 12.0
    months = start + np.arange(index.size + 1) / 12.0
    edges = np.append(field["south"].values, field["north"].values[-1])
    north, south = field["north"].values[:-1], field["south"].values[1:]
    if not np.allclose(south, north):
        at = int(np.isclose(south, north).argmin())
        raise InputError(
            "Rows of latitude do not touch.", where="south, north",
            found=f"a row ends at {north[at]:g}, the next begins at {south[at]:g}",
            accepted="each row begins where the one before it ends",
            fix="Draw the rows on either side of the gap on their own.",
        )  # fmt: skip
    axes.pcolormesh(months, edges, field.values, norm=scale.norm, cmap=scale.colours)
    axes.set_ylim(edges[0], edges[-1])
    ticks = [tick for tick in range(20, 60, 10) if edges[0] <= tick <= edges[-1]]
    axes.set_yticks(ticks, [f"{tick}°N" for tick in ticks])
    for mark in marks:
        axes.axhline(mark, color=INK, linewidth=1.0, linestyle=(0, (4, 3)))
    years = sorted(set(index.year))
    if len(years) == 1:
        axes.set_xticks(years[0] + (np.arange(12) + 0.5) / 12.0, list(MONTH_LETTERS))
        return
    for year in years[1:]:
        axes.axvline(year, color=INK, linewidth=0.5, alpha=0.6)
    step = -(-len(years) // 8)
    axes.set_xticks([year + 0.5 for year in years[::step]], [str(y) for y in years[::step]])
    axes.tick_params(axis="x", length=0)


def profile_table(zonal_years: Mapping[str, xr.DataArray]) -> pd.DataFrame:
    """Return winter and summer means of every row, product and member as a table.

    Parameters
    ----------
    zonal_years : mapping of product to xarray.DataArray, dims (month, lat[, member])
        Rates of the mean year [g C m-2 yr-1] with coordinates `south`, `north`.
    """
    frames = []
    for product, data in zonal_years.items():
        for name in ("DJF", "JJA"):
            mean = with_mean(season.season_mean(data, name)).rename("value")
            frame = mean.to_dataframe(dim_order=["member", "lat"]).reset_index()
            frame = frame.assign(product=product, period=name, unit=latitudes.RATE_UNITS)
            frames.append(frame[["product", "member", "period", "south", "north", "value", "unit"]])
    return pd.concat(frames, ignore_index=True)


def profiles(
    zonal_years: Mapping[str, xr.DataArray],
    *,
    bands: Sequence[tuple[float, float]] = (),
    titles: Titles = None,
) -> Drawing:
    """Draw winter and summer uptake per area by latitude, members thin behind their mean.

    Parameters
    ----------
    zonal_years : mapping of product to xarray.DataArray
        See :func:`profile_table`.
    bands : sequence of pairs of float
        Bands of latitude shaded in the summer panel [degrees north].
    titles : mapping of str to str, optional
        Names of products as shown.
    """
    table = profile_table(zonal_years)
    styles = product_styles(table["product"])
    with book_style():
        figure = new_figure(5.6)
        figure.set_layout_engine("constrained", w_pad=0.06, h_pad=0.06)
        panels = figure.subplots(1, 2, sharey=True)
        for axes, (name, title) in zip(
            panels, (("DJF", "Winter (DJF)"), ("JJA", "Summer (JJA)")), strict=True
        ):
            part = table[table["period"] == name]
            for product, style in styles.items():
                _profile(axes, part[part["product"] == product], style=style)
            axes.axvline(0, color=INK, linewidth=1.2, zorder=3)
            axes.grid(axis="x")
            axes.set_title(title)
            axes.locator_params(axis="x", nbins=5)
            axes.set_xlabel(f"{unit_label(latitudes.RATE_UNITS)} (uptake +)")
        for south, north in bands:
            panels[1].axhspan(south, north, color=RULE, alpha=0.35, zorder=0, linewidth=0)
        _latitude_axis(panels[0], table)
        _profile_legend(figure, table, titles=titles)
    return Drawing(figure, table, describe_profiles(table, titles=titles))


def _profile(axes: Axes, rows: pd.DataFrame, *, style: ProductStyle) -> None:
    for name, one in rows.groupby("member", sort=False):
        middle = (one["south"] + one["north"]) / 2.0
        if name == "mean":
            axes.plot(one["value"], middle, color="white", linewidth=4.0, zorder=4)
            axes.plot(one["value"], middle, color=style.colour, linestyle=style.line,
                      linewidth=2.2, zorder=5)  # fmt: skip
            every = slice(2, None, 6)
            axes.plot(one["value"][every], middle[every], style.marker, color=style.colour,
                      markersize=6.5, markeredgecolor="white", zorder=6)  # fmt: skip
        else:
            axes.plot(one["value"], middle, color=style.colour, linewidth=0.7, alpha=0.35, zorder=2)


def _latitude_axis(axes: Axes, table: pd.DataFrame) -> None:
    low, high = float(table["south"].min()), float(table["north"].max())
    axes.set_ylim(low, high)
    ticks = [tick for tick in range(0, 90, 5) if low <= tick <= high]
    axes.set_yticks(ticks, [f"{tick}°N" for tick in ticks])
    axes.tick_params(axis="y", colors=MUTED, labelcolor=INK)


def _profile_legend(figure: Figure, table: pd.DataFrame, *, titles: Titles) -> None:
    handles = []
    for product, style in product_styles(table["product"]).items():
        count = table.loc[table["product"] == product, "member"].nunique() - 1
        suffix = f": mean, and {count} members (thin)" if count > 0 else ""
        line = figure.axes[0].plot([], [], color=style.colour, linestyle=style.line,
                                   marker=style.marker, markersize=6.5, linewidth=2.2,
                                   markeredgecolor="white")[0]  # fmt: skip
        line.set_label(title_of(product, titles) + suffix)
        handles.append(line)
    figure.legend(handles=handles, loc="outside lower left", ncols=1, handlelength=2.4)
