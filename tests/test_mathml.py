"""Formulas become MathML at build time, and a bad one is an error rather than red text."""

from xml.etree import ElementTree

import pytest
from fontTools.ttLib import TTFont

from helpers.mathml import to_mathml, write_font


def texts(markup, tag):
    """Return the text of every element named `tag`; parsing proves the markup well formed."""
    tree = ElementTree.fromstring(markup.replace("&ApplyFunction;", "\u2061"))
    return [element.text for element in tree.iter(tag)]


def test_fraction_has_numerator_and_denominator():
    assert texts(to_mathml(r"\frac{12}{44}"), "mn") == ["12", "44"]


@pytest.mark.parametrize(("display", "attribute"), [(True, "block"), (False, None)])
def test_display_is_declared(display, attribute):
    assert ElementTree.fromstring(to_mathml("x", display=display)).get("display") == attribute


def test_source_is_kept_for_screen_readers_with_its_signs_escaped():
    assert ElementTree.fromstring(to_mathml(r"a <  b \%")).get("alttext") == r"a < b \%"


@pytest.mark.parametrize(
    "latex",
    [
        r"a &= b \\ c &= d",
        r"\begin{align}a &= b \label{one} \\ c &= d \nonumber\end{align}",
        r"\begin{align*}a &= b \\ c &= d\end{align*}",
        r"\begin{equation}\begin{split}a &= b \\ c &= d\end{split}\end{equation}",
        r"\begin{aligned}a &= b \\ c &= d\end{aligned}",
    ],
)
def test_lines_are_rows_without_a_number_of_their_own(latex):
    markup = to_mathml(latex, display=True)
    assert texts(markup, "mi") == ["a", "b", "c", "d"]
    assert len(texts(markup, "mtr")) == 2
    assert texts(markup, "mtext") == []


def test_the_formula_of_the_reconstruction_is_read():
    markup = to_mathml(r"x = g + \sum_i A^\mathsf{T}(A A^\mathsf{T})^{-1}(b - A g)", display=True)
    assert "∑" in texts(markup, "mo")


@pytest.mark.parametrize(
    ("latex", "reason"),
    [(r"\nosuch{x}", "Unknown command"), (r"\frac{a", "closing"), ("a_1_2", "subscript")],
)
def test_bad_formula_is_refused_and_quoted(latex, reason):
    with pytest.raises(ValueError, match=rf"(?i)Cannot read formula '.*{reason}"):
        to_mathml(latex)


def test_font_is_a_small_web_font_with_the_tables_and_signs_of_mathematics(tmp_path):
    path = write_font(tmp_path / "math.woff")
    assert path.read_bytes()[:4] == b"wOFF"
    assert path.stat().st_size < 300_000
    with TTFont(path) as font:
        assert "MATH" in font
        signs = font.getBestCmap()
    assert all(ord(sign) in signs for sign in "a1=−∑√λφΔ±⁻𝑎𝐖𝜎‖ℝ")
