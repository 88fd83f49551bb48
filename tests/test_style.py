"""One look: colours that stay apart for every eye and in grey, and no global side effect."""

import copy
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import font_manager
from matplotlib.colors import to_rgb

from helpers import style
from helpers.errors import InputError

# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB
DEFICIENCIES = {
    "none": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)


def linear(colour):
    rgb = np.array(to_rgb(colour))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    xyz = XYZ @ rgb / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(one, other):
    light, dark = sorted((float((XYZ @ linear(c))[1]) for c in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("matrix", DEFICIENCIES.values(), ids=DEFICIENCIES)
def test_product_colours_stay_apart(matrix):
    seen = {
        key: lab(np.clip(np.array(matrix) @ linear(look.colour), 0, 1))
        for key, look in style.PRODUCTS.items()
    }
    # a difference of 20 in CIE Lab is plain at a glance; 2 is just noticeable
    assert min(np.linalg.norm(seen[a] - seen[b]) for a, b in combinations(seen, 2)) > 20


def test_product_colours_stay_apart_in_grey():
    lightness = sorted(lab(linear(look.colour))[0] for look in style.PRODUCTS.values())
    assert np.diff(lightness).min() > 9


def test_marks_and_text_have_contrast_with_the_card():
    for look in (*style.PRODUCTS.values(), *style.FURTHER):
        assert contrast(look.colour, style.CARD) >= 3.0
    for text, ground in (
        (style.INK, style.CARD),
        (style.MUTED, style.CARD),
        (style.BAND_INK, style.BAND),
    ):
        assert contrast(text, ground) >= 4.5


def test_further_products_keep_their_style_and_never_share_one():
    alone = style.product_styles(["my-product"])["my-product"]
    together = style.product_styles(["beps", "my-product"])
    assert together["my-product"] == alone
    assert together["beps"] == style.PRODUCTS["beps"]
    many = style.product_styles([f"p{i}" for i in range(len(style.FURTHER))])
    assert len(set(many.values())) == len(style.FURTHER)
    markers = [look.marker for look in (*style.PRODUCTS.values(), *style.FURTHER)]
    assert len(set(markers)) == len(markers)


def test_style_holds_inside_its_block_only():
    before = dict(mpl.rcParams)
    with style.book_style():
        assert mpl.rcParams["font.size"] >= 12
        assert mpl.rcParams["font.family"] == ["DejaVu Sans"]
    assert dict(mpl.rcParams) == before


def test_style_does_not_depend_on_the_readers_settings():
    with mpl.rc_context({"lines.linewidth": 17, "font.family": "serif"}), style.book_style():
        assert mpl.rcParams["lines.linewidth"] == mpl.rcParamsDefault["lines.linewidth"]


def test_numbers_have_a_true_minus_and_no_negative_zero():
    assert style.number(-1.236) == "−1.24"
    assert style.number(-0.004) == "0.00"


def test_unknown_unit_is_refused():
    with pytest.raises(InputError, match=r"found: 'Tg C'"):
        style.unit_label("Tg C")


def test_a_missing_font_is_refused_before_anything_is_drawn(monkeypatch):
    bare = copy.copy(font_manager.fontManager)
    bare.ttflist = [font for font in bare.ttflist if font.name != style.FONT]
    monkeypatch.setattr(font_manager, "fontManager", bare)
    with (
        pytest.raises(InputError, match=r"font of the figures is missing.*\n  where: DejaVu Sans"),
        style.book_style(),
    ):
        pass


def test_a_list_of_fonts_from_another_place_is_made_again(monkeypatch):
    stale = copy.copy(font_manager.fontManager)
    stale.ttflist = [replace(f, fname=f"/gone{f.fname}") for f in stale.ttflist]
    monkeypatch.setattr(font_manager, "fontManager", stale)
    with style.book_style():
        assert Path(stale.findfont(style.FONT)).is_file()
