"""The look of the pages: colours of products as in the figures, and text that can be read."""

import re
from pathlib import Path

import pytest

from helpers.style import PRODUCTS

CSS = (Path(__file__).parents[2] / "book" / "_static" / "book.css").read_text(encoding="utf-8")
PAGE = {"light": "#ffffff", "dark": "#121212"}


def variables(theme):
    block = re.search(rf'html\[data-theme="{theme}"\] \{{(.*?)\}}', CSS, re.DOTALL)[1]
    return dict(re.findall(r"(--[\w-]+):\s*(#[0-9a-f]{3,6});", block))


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4) for p in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_black_and_white_is_known():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_products_have_the_colours_of_the_figures_on_the_light_page():
    colours = variables("light")
    assert {key: colours[f"--product-{key}"] for key in PRODUCTS} == {
        key: style.colour for key, style in PRODUCTS.items()
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_of_products_stand_out_from_the_page_and_the_cards(theme):
    colours = variables(theme)
    for key in PRODUCTS:
        for ground in (PAGE[theme], colours["--card-fill"]):
            assert contrast(colours[f"--product-{key}"], ground) >= 2.9, (key, ground)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "name", ["--pst-color-link", "--pst-color-primary", "--pst-color-secondary"]
)
def test_text_in_a_colour_can_be_read(theme, name):
    colours = variables(theme)
    for ground in (PAGE[theme], colours["--card-fill"]):
        assert contrast(colours[name], ground) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_on_the_mark_of_the_stand_in_can_be_read(theme):
    colours = variables(theme)
    assert contrast(colours["--standin-text"], colours["--standin-fill"]) >= 4.5


def test_readers_who_want_no_motion_get_none():
    assert "@media (prefers-reduced-motion: reduce)" in CSS
    assert re.search(r":focus-visible \{\s*outline: 3px", CSS)
