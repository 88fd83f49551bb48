"""Chart of a flux by elevation: one line a product, elevation upwards, area of each band."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from helpers.errors import InputError
from helpers.style import (
    INK,
    MUTED,
    RULE,
    Drawing,
    book_style,
    new_figure,
    number,
    product_styles,
    title_of,
    unit_label,
)

COLUMNS = ("product", "band", "rate", "area_share", "is_peak")
RATE_UNITS = "g C m-2 yr-1"


def elevation_chart(
    frame: pd.DataFrame, *, titles: Mapping[str, str] | None = None, target: str | None = None
) -> Drawing:
    """Draw the rate in each elevation band, lowest band at the bottom, peaks with a large marker.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns `product`, `band`, `rate` [g C m-2 yr-1], `area_share` of the region [%] and
        `is_peak`; bands from low to high, the same for each product.
    titles : mapping of str to str, optional
        Names of products as shown.
    target : str, optional
        Band that a published statement names; shaded.

    Raises
    ------
    InputError
        If a column is missing, or products differ in their bands.
    """
    absent = [name for name in COLUMNS if name not in frame]
    bands = [] if absent else list(dict.fromkeys(frame["band"]))
    uneven = not absent and any(
        list(part["band"]) != bands for _, part in frame.groupby("product", sort=False)
    )
    if absent or uneven or not bands:
        raise InputError(
            "An elevation profile needs every band of every product.",
            where="frame",
            found=f"absent: {', '.join(absent)}"
            if absent
            else f"{len(frame)} rows, {len(bands)} bands",
            accepted=f"columns {', '.join(COLUMNS)}; the same bands for each product",
            fix="Give one row for each band of each product, from low to high.",
        )
    rows = frame.loc[:, list(COLUMNS)].reset_index(drop=True)
    with book_style():
        figure = new_figure(1.9 + 0.48 * len(bands) + 0.27 * rows["product"].nunique())
        axes = figure.subplots()
        figure.set_layout_engine("constrained", w_pad=0.06, h_pad=0.06)
        _lines(axes, rows, bands=bands, titles=titles)
        _frame(axes, rows, bands=bands, target=target)
        figure.legend(loc="outside lower left", ncols=1, handlelength=2.4)
    return Drawing(figure, rows, _describe(rows, bands, titles=titles))


def label_of(band: str) -> str:
    """Return a band as shown.

    Examples
    --------
    >>> label_of("3750-4250m"), label_of("over-5250m")
    ('3750–4250', 'over 5250')
    """
    words = band.removesuffix("m")
    return words.replace("-", " ") if words[0].isalpha() else words.replace("-", "–")


def _lines(
    axes: Axes, rows: pd.DataFrame, *, bands: list[str], titles: Mapping[str, str] | None
) -> None:
    for product, style in product_styles(rows["product"]).items():
        mine = rows[rows["product"] == product]
        axes.plot(mine["rate"], range(len(bands)), color=style.colour, linestyle=style.line,
                  marker=style.marker, markersize=6.5, markeredgecolor="white", linewidth=2.2,
                  label=title_of(product, titles), zorder=3)  # fmt: skip
        top = mine.reset_index(drop=True).query("is_peak")
        axes.plot(top["rate"], top.index, style.marker, color=style.colour, markersize=13,
                  markeredgecolor=INK, markeredgewidth=1.4, zorder=4)  # fmt: skip
    axes.plot([], [], "o", markersize=11, markerfacecolor="none", markeredgecolor=INK,
              markeredgewidth=1.4, label="largest uptake per area")  # fmt: skip


def _frame(axes: Axes, rows: pd.DataFrame, *, bands: list[str], target: str | None) -> None:
    if target in bands:
        at = bands.index(str(target))
        axes.axhspan(at - 0.5, at + 0.5, color=RULE, alpha=0.5, linewidth=0, zorder=0)
    axes.axvline(0, color=INK, linewidth=1.2, zorder=1)
    axes.grid(axis="x", color=RULE)
    axes.set_ylim(-0.6, len(bands) - 0.4)
    axes.set_yticks(range(len(bands)), [label_of(band) for band in bands])
    shares = rows.drop_duplicates("band")["area_share"]
    right = axes.secondary_yaxis("right")
    right.set_yticks(range(len(bands)), [f"{share:.0f} %" for share in shares])
    right.tick_params(length=0, labelcolor=MUTED)
    right.spines["right"].set_visible(False)
    axes.set_title("Uptake by elevation (right: share of the area)")
    axes.set_ylabel("elevation in m")
    axes.set_xlabel(f"{unit_label(RATE_UNITS)}   (← release | land uptake →)")


def _describe(rows: pd.DataFrame, bands: list[str], *, titles: Mapping[str, str] | None) -> str:
    parts = [
        f"Profile of uptake per area in {len(bands)} elevation bands from {label_of(bands[0])} to "
        f"{label_of(bands[-1])} m, {RATE_UNITS}, land uptake positive."
    ]
    for product, mine in rows.groupby("product", sort=False):
        top, low = mine.loc[mine["rate"].idxmax()], mine.loc[mine["rate"].idxmin()]
        parts.append(
            f"{title_of(str(product), titles)}: largest {number(top['rate'], 1)} at "
            f"{label_of(top['band'])} m, least {number(low['rate'], 1)} at "
            f"{label_of(low['band'])} m, uptake in {int((mine['rate'] > 0).sum())} bands."
        )
    most = rows.loc[rows["area_share"].idxmax()]
    parts.append(f"Most of the area, {most['area_share']:.0f} %, is at {label_of(most['band'])} m.")
    return " ".join(parts)
