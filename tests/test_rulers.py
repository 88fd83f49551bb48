"""Rulers: what is drawn, in data and in words, and what is refused."""

import pandas as pd
import pytest

from helpers.errors import InputError
from helpers.rulers import rulers


def frame(**change):
    row = {"group": "China", "label": "year to year", "product": "beps", "sd": 0.04,
           "unit": "Pg C yr-1", "is_open": False}  # fmt: skip
    return pd.DataFrame([row, row | {"product": "vegas", "sd": 0.03} | change])


def test_every_spread_is_in_the_data_and_in_the_words():
    drawing = rulers(frame(), title="Spreads")
    assert list(drawing.data["sd"]) == [0.04, 0.03]
    assert "BEPS 0.040, VEGAS 0.030" in drawing.alt
    assert "from 0.030 (China, year to year, VEGAS) to 0.040" in drawing.alt
    (axes,) = drawing.figure.axes
    assert axes.get_xlim()[0] == 0.0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sd": -0.1}, r"at least 0 that says what it is(?s:.*)found: ± -0\.1(?s:.*)fix: Correct"),
        ({"sd": float("nan")}, "at least 0 that says what it is"),
        ({"label": " "}, "says what it is"),
        ({"unit": "%"}, r"several units(?s:.*)found: %, Pg C yr-1\n(?s:.*)fix: Draw one"),
    ],
)
def test_a_spread_that_does_not_say_what_it_is_is_refused(change, message):
    with pytest.raises(InputError, match=message):
        rulers(frame(**change), title="Spreads")


def test_no_spread_is_refused():
    with pytest.raises(
        InputError, match=r"Rulers need spreads\.\n  where: rows\n  found: no row\n(?s:.*)fix:"
    ):
        rulers(frame().iloc[:0], title="Spreads")
    with pytest.raises(InputError, match=r"where: columns\n  found: absent: is_open\n"):
        rulers(frame().drop(columns="is_open"), title="Spreads")


def test_groups_without_a_name_have_no_heading_and_a_note_stands_below():
    drawing = rulers(frame().assign(group=""), title="Spreads", note="A note.")
    assert "China" not in [text.get_text() for text in drawing.figure.axes[0].texts]
    assert "A note." in [text.get_text() for text in drawing.figure.texts]
