"""Charts say quantity, unit and sign; every ± says what it is; data and words are those drawn."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.lines import Line2D
from matplotlib.text import Text

from helpers import charts
from helpers.errors import InputError
from helpers.spreads import COLUMNS, SPREADS, check_frame, spread_artists


def row(product, value, *, period="2015", member="mean", sd=None, kind=None, n=None, **extra):
    values = ("annual", product, member, "China", period, value, sd, kind, n, "Pg C yr-1")
    return dict(zip(COLUMNS, values, strict=True)) | extra


@pytest.fixture
def annual():
    """Return two products: one rises 0.1, 0.2, 0.3, the other is a release with two members."""
    rows = [row("beps", 0.1 * i, period=str(2014 + i)) for i in (1, 2, 3)]
    rows += [row("oco2-mip", -0.2, period=str(2014 + i)) for i in (1, 2, 3)]
    rows += [row("oco2-mip", -0.5, period=str(2014 + i), member="member-01") for i in (1, 2, 3)]
    rows += [
        row("oco2-mip", 0.1 + 0.01 * i, period=str(2014 + i), member="member-02") for i in (1, 2, 3)
    ]
    return pd.DataFrame(rows)


def texts(figure):
    return [text.get_text() for text in figure.findobj(Text)]


def test_series_says_quantity_unit_and_sign(annual):
    axes = charts.annual_series(annual).figure.axes[0]
    assert axes.get_title(loc="left") == "Annual land uptake, China"
    assert axes.get_ylabel() == "Pg C yr⁻¹, land uptake positive"


@pytest.mark.parametrize("sign", [1, -1])
def test_zero_is_always_in_view(sign):
    frame = pd.DataFrame([row("beps", sign * v, period=p) for v, p in ((5, "2015"), (5.1, "2016"))])
    low, high = charts.annual_series(frame).figure.axes[0].get_ylim()
    assert low < 0 < high


def test_series_draws_every_member_behind_the_mean(annual):
    axes = charts.annual_series(annual).figure.axes[0]
    thin = [line for line in axes.lines if line.get_linewidth() < 1]
    mean = next(line for line in axes.lines if str(line.get_label()).startswith("OCO-2"))
    drawn = sorted(tuple(np.round(line.get_ydata(), 6)) for line in thin)
    assert drawn == [(-0.5, -0.5, -0.5), (0.11, 0.12, 0.13)]
    assert max(line.get_zorder() for line in thin) < mean.get_zorder()
    assert mean.get_label() == "OCO-2 v10 MIP: mean, and 2 members (thin)"


def test_series_returns_the_rows_it_draws(annual):
    shuffled = annual.sample(frac=1, random_state=3)
    drawing = charts.annual_series(shuffled)
    key = ["product", "member", "period"]
    pd.testing.assert_frame_equal(
        drawing.data.sort_values(key, ignore_index=True),
        annual.loc[:, list(COLUMNS)].sort_values(key, ignore_index=True),
    )


def test_series_in_words_is_right(annual):
    alt = charts.annual_series(annual, titles={"beps": "Model B"}).alt
    for part in (
        "annual land uptake of China, 2015 to 2017, Pg C yr-1, land uptake positive",
        "Model B: lowest 0.10 in 2015, highest 0.30 in 2017, mean 0.20, uptake every year",
        "release every year",
        "2 members range from −0.50 (member-01, 2015) to 0.13 (member-02, 2017)",
        "Model B 0.20, OCO-2 v10 MIP −0.20; Model B is highest in 3 of 3 common years",
    ):
        assert part in alt


def test_series_refuses_mixed_scopes_seasons_and_repeats(annual):
    with pytest.raises(InputError, match=r"where: scope, period(?s:.*)one scope"):
        charts.annual_series(annual.assign(scope=["China"] * 11 + ["North"]))
    with pytest.raises(InputError, match="periods such as 2017"):
        charts.annual_series(annual.assign(period="2015-2017"))
    with pytest.raises(
        InputError, match=r"given twice(?s:.*)found: \S+ 2015\n(?s:.*)fix: Select one"
    ):
        charts.annual_series(pd.concat([annual, annual]))


@pytest.mark.parametrize("kind", [None, np.nan, "", "uncertainty"])
def test_a_spread_without_a_declared_kind_is_refused(kind):
    frame = pd.DataFrame(
        [row("beps", 0.3), row("beps", 0.4, period="2016", sd=0.1, kind=kind, n=5)]
    )
    for draw in (charts.annual_series, charts.estimates):
        with pytest.raises(InputError, match="without a declared kind is not drawn"):
            draw(frame)


def test_other_bad_rows_are_refused():
    with pytest.raises(InputError, match="needs its n"):
        check_frame(pd.DataFrame([row("beps", 0.3, sd=0.1, kind="members")]))
    with pytest.raises(InputError, match=r"negative(?s:.*)found: -0\.1\n(?s:.*)fix: Correct"):
        check_frame(pd.DataFrame([row("beps", 0.3, sd=-0.1, kind="propagated")]))
    with pytest.raises(InputError, match=r"not finite(?s:.*)found: nan\n(?s:.*)fix: Correct"):
        check_frame(pd.DataFrame([row("beps", np.nan)]))
    with pytest.raises(
        InputError, match=r"several units(?s:.*)accepted: one unit\n(?s:.*)fix: Draw one"
    ):
        check_frame(pd.DataFrame([row("beps", 1.0), row("beps", 1.0) | {"unit": "%"}]))
    with pytest.raises(InputError, match=r"where: columns\n  found: absent: unit"):
        check_frame(pd.DataFrame([row("beps", 1.0)]).drop(columns="unit"))


def test_every_kind_of_spread_has_its_own_mark_and_place():
    marks = set()
    for style in SPREADS.values():
        first, *caps = spread_artists(style, 1.0, high=3.0, y=0.0, height=0.2, colour="black")
        if isinstance(first, Line2D):
            assert list(first.get_xdata()) == [1.0, 3.0]
            look = (str(style.line.get("linestyle", "-")), first.get_linewidth(), style.cap)
        else:
            assert (first.get_x(), first.get_width()) == (1.0, 2.0)
            look = ("open bar",)
        assert len(caps) == (style.cap is not None)
        marks.add(look)
    assert len(marks) == len(SPREADS)


@pytest.fixture
def compared():
    """Return one product with two kinds of ± and its published value."""
    return pd.DataFrame(
        [
            row("oco2-mip", 0.54, sd=0.05, kind="interannual", n=5, group="OCO-2", label="book"),
            row("oco2-mip", 0.54, sd=0.25, kind="members", n=14, group="OCO-2", label="book"),
            row("oco2-mip", 0.5, sd=0.05, kind="published-undefined", group="OCO-2", label="paper"),
            row("beps", -0.1, group="BEPS", label="book"),
        ]
    )


def test_estimates_say_unit_sign_kind_and_n(compared):
    words = texts(charts.estimates(compared, open_groups=["paper"]).figure)
    assert "Pg C yr⁻¹   (← release   |   land uptake positive →)" in words
    for expected in (
        "± 1 SD over 5 years",
        "± 1 SD over 14 members",
        "published ±, kind not stated",
        "0.54 ± 0.05 (years) ± 0.25 (members)",
        "−0.10",
    ):
        assert expected in words


def test_values_that_differ_by_rounding_are_one_estimate(compared):
    compared.loc[1, "value"] += 1e-13
    words = texts(charts.estimates(compared).figure)
    assert "0.54 ± 0.05 (years) ± 0.25 (members)" in words
    compared.loc[1, "value"] += 1e-3
    words = texts(charts.estimates(compared).figure)
    assert "0.54 ± 0.25 (members)" in words


def test_estimates_draw_points_and_intervals_where_they_belong(compared):
    axes = charts.estimates(compared, open_groups=["paper"]).figure.axes[0]
    lines = [[round(float(x), 6) for x in np.atleast_1d(line.get_xdata())] for line in axes.lines]
    for interval in ([0.49, 0.59], [0.29, 0.79], [0.45, 0.55]):
        assert interval in lines
    points = {line[0] for line in lines if len(line) == 1}
    assert points == {0.54, 0.5, -0.1}
    low, high = axes.get_xlim()
    assert low < -0.1
    assert high > 0.79


def test_estimates_in_words_are_right(compared):
    alt = charts.estimates(compared).alt
    assert "3 estimates, Pg C yr-1, land uptake positive" in alt
    assert "from −0.10 (BEPS, book) to 0.54 (OCO-2, book); 2 of 3 are uptake" in alt
    assert "OCO-2, book 0.54 ± 0.05 interannual ± 0.25 members" in alt


def test_no_text_leaves_the_figure_or_meets_another(compared):
    short = pd.DataFrame([row("beps", 0.3), row("beps", 0.4, period="2016")])
    for drawing in (charts.estimates(compared, title="Long " * 9), charts.annual_series(short)):
        figure = drawing.figure
        figure.draw_without_rendering()
        beyond = []  # labels of ticks outside the axis, which are not drawn
        for axis in (figure.axes[0].xaxis, figure.axes[0].yaxis):
            low, high = sorted(axis.get_view_interval())
            beyond += [t.label1 for t in axis.get_major_ticks() if not low <= t.get_loc() <= high]
        boxes = [
            text.get_window_extent()
            for text in figure.findobj(Text)
            if text.get_visible() and text.get_text() and text not in beyond
        ]
        assert len(boxes) > 5
        for index, box in enumerate(boxes):
            assert min(box.x0, box.y0) >= 0
            assert box.x1 <= figure.bbox.x1
            assert box.y1 <= figure.bbox.y1
            assert not any(box.overlaps(other) for other in boxes[index + 1 :])
