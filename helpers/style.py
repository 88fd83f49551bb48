"""The look of every figure: one colour per product, large labels, a light card on any page."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import matplotlib as mpl
import pandas as pd
import xarray as xr
from matplotlib import font_manager
from matplotlib.figure import Figure

from helpers.errors import InputError

WIDTH_IN: float = 6.6
"""Width of every figure [in]. Shown 360 pixels wide, 12 point is 9 pixels."""

DPI: int = 150
"""Resolution of the image files [pixels per inch]."""

FONT = "DejaVu Sans"
"""Font of every figure. It comes with matplotlib and has every sign that the book writes."""

INK, MUTED, RULE = "#1c2430", "#56606e", "#c9ced6"
"""Text and main lines; second-rank text (7:1 and 6:1 on the card); grid lines."""

CARD = "#ffffff"
"""Background of every figure, drawn in the file so that it also works on a dark page."""

BAND, BAND_INK = "#fdf1d6", "#5c3d00"
"""The band that marks reconstructed values, and its text (8:1)."""

DIVERGING = "BrBG"
"""Colour map of fluxes: brown for release, green for uptake; safe with colour-blind eyes."""


@dataclass(frozen=True)
class ProductStyle:
    """Colour, marker and line style of one product."""

    colour: str
    marker: str
    line: str = "-"


# Lightness L* falls in steps (61, 51, 38, 23), so the four stay apart in grey; contrast with the
# card is at least 3:1; pairs stay apart under protanopia, deuteranopia and tritanopia (tested).
PRODUCTS: dict[str, ProductStyle] = {
    "beps": ProductStyle("#1a8a5e", "o"),
    "vegas": ProductStyle("#ca8200", "s"),
    "oco2-mip": ProductStyle("#16307f", "D"),
    "ceos": ProductStyle("#9c2c74", "^"),
}
"""Styles of the products of the core study, by catalog key."""

FURTHER: tuple[ProductStyle, ...] = (
    ProductStyle("#0f7d9c", "v", "--"),
    ProductStyle("#8c4a1e", "P", "--"),
    ProductStyle("#6a4fb3", "X", "--"),
    ProductStyle("#5f7a00", "<", "--"),
    ProductStyle("#b3261e", ">", "--"),
    ProductStyle("#4d5663", "h", "--"),
)
"""Styles of further products; dashed lines and other markers help where colours come close."""

TITLES: dict[str, str] = {
    "beps": "BEPS",
    "vegas": "VEGAS",
    "oco2-mip": "OCO-2 v10 MIP",
    "ceos": "CEOS budget",
}
"""Names of products where the caller, who knows the catalog, gives none."""

UNIT_LABELS: dict[str, str] = {
    "Pg C yr-1": "Pg C yr⁻¹",
    "g C m-2 yr-1": "g C m⁻² yr⁻¹",
    "g C m-2 month-1": "g C m⁻² month⁻¹",
    "%": "%",
}
"""Units that a figure may show, as typeset."""


@dataclass(frozen=True)
class Drawing:
    """A figure with exactly what it draws and what it shows in words.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
    data : pandas.DataFrame or xarray.Dataset
        The values drawn, no more and no less.
    alt : str
        Text alternative, computed from `data`.
    twin : mapping, optional
        What the page needs, besides `data`, to show an interactive twin: `kind` (a key of
        :data:`helpers.interactive.specs.KINDS`) and its words. None: the figure has no twin.
    """

    figure: Figure
    data: pd.DataFrame | xr.Dataset
    alt: str
    twin: Mapping[str, Any] | None = None


def product_styles(products: Iterable[str]) -> dict[str, ProductStyle]:
    """Return the style of each product.

    Products of the core study have fixed styles. Any other gets one from its key, the same in
    every figure; where two keys fall on one style, the later in the alphabet takes the next free
    one, and after the last they repeat.
    """
    keys = list(dict.fromkeys(products))
    chosen = {key: PRODUCTS[key] for key in keys if key in PRODUCTS}
    used: set[int] = set()
    for key in sorted(key for key in keys if key not in PRODUCTS):
        first = hashlib.sha256(key.encode()).digest()[0] % len(FURTHER)
        turns = [(first + step) % len(FURTHER) for step in range(len(FURTHER))]
        index = next((turn for turn in turns if turn not in used), first)
        used.add(index)
        chosen[key] = FURTHER[index]
    return {key: chosen[key] for key in keys}


def title_of(product: str, titles: Mapping[str, str] | None = None) -> str:
    """Return the name of a product as shown: from `titles`, from :data:`TITLES`, or its key."""
    return (titles or {}).get(product) or TITLES.get(product, product)


def unit_label(unit: str) -> str:
    """Return a unit as typeset.

    Raises
    ------
    InputError
        If the unit is not one that figures show.
    """
    if unit not in UNIT_LABELS:
        raise InputError(
            "A figure cannot show values in this unit.",
            where="unit",
            found=repr(unit),
            accepted=", ".join(UNIT_LABELS),
            fix="Convert the values first.",
        )
    return UNIT_LABELS[unit]


def number(value: float, digits: int = 2) -> str:
    """Return a number with fixed decimals, a true minus sign and no negative zero.

    Examples
    --------
    >>> number(-0.3), number(-0.001)
    ('−0.30', '0.00')
    """
    text = f"{value:.{digits}f}"
    is_zero = float(text) == 0
    return text.lstrip("-") if is_zero else text.replace("-", "−")


@contextmanager
def book_style() -> Iterator[None]:
    """Apply the look of the book inside the block and nowhere else.

    Raises
    ------
    InputError
        If matplotlib does not have the font of the book: another would move every label.
    """
    settings: dict[str, Any] = {
        "font.family": FONT,
        "font.size": 12.0,
        "axes.titlesize": 13.0,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.labelsize": 12.0,
        "axes.labelcolor": INK,
        "axes.edgecolor": MUTED,
        "axes.linewidth": 0.8,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "axes.facecolor": CARD,
        "axes.unicode_minus": True,
        "text.color": INK,
        "text.usetex": False,
        "xtick.color": INK,
        "ytick.color": INK,
        "xtick.labelsize": 12.0,
        "ytick.labelsize": 12.0,
        "grid.color": RULE,
        "grid.linewidth": 0.7,
        "legend.fontsize": 11.5,
        "legend.frameon": False,
        "hatch.linewidth": 0.8,
        "figure.facecolor": CARD,
        "savefig.facecolor": "auto",
        "savefig.bbox": None,
        "figure.dpi": DPI,
        "savefig.dpi": DPI,
    }
    with mpl.rc_context():
        mpl.rcParams.update({k: v for k, v in mpl.rcParamsDefault.items() if k != "backend"})
        mpl.rcParams.update(cast(Any, settings))
        _check_font()
        yield


def _check_font() -> None:
    known = font_manager.fontManager
    try:
        known.findfont(FONT, fallback_to_default=False)
    except ValueError as error:
        raise InputError(
            "The font of the figures is missing.",
            where=FONT,
            found=f"{len(known.ttflist)} fonts, none of this name",
            accepted="the font as it comes with matplotlib",
            fix="Install the packages again, with `make clean` and `make venv`.",
        ) from error


def new_figure(height_in: float) -> Figure:
    """Return an empty figure of the book's width, apart from pyplot's global state."""
    return Figure(figsize=(WIDTH_IN, height_in), facecolor=CARD, dpi=DPI)
