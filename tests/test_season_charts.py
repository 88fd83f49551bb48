"""Figures of seasons draw exactly their data and say so in words."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from helpers import figures, latitude_charts, season_bars, season_charts, season_words, timeaxis
from helpers.errors import InputError
from helpers.results import Row, to_frame


def months(values, *, product="beps", member="mean", quantity="climatology", scope="China"):
    return [
        Row(quantity=quantity, product=product, member=member, scope=scope,
            period=period, value=float(value), unit="Pg C yr-1")
        for period, value in values.items()
    ]  # fmt: skip


def cosine(size=1.0, peak=7):
    return {f"{m:02d}": size * np.cos(2 * np.pi * (m - peak) / 12) for m in range(1, 13)}


def series(years=(2015, 2016)):
    return {f"{t:%Y-%m}": np.cos(2 * np.pi * (t.month - 7) / 12) + 0.1 * (t.year - 2015)
            for t in timeaxis.month_starts(*years)}  # fmt: skip


@pytest.fixture
def ensemble():
    rows = months(cosine()) + months(cosine(2.0), product="oco2-mip")
    for i, size in enumerate((1.5, 2.5), 1):
        rows += months(cosine(size), product="oco2-mip", member=f"member-{i:02d}")
    return to_frame(rows)


def texts(figure):
    return [text.get_text() for axes in figure.axes for text in [axes.title, *axes.texts]]


def test_the_mean_year_shows_every_member(ensemble):
    drawing = season_charts.mean_year(ensemble)
    lines = [line for line in drawing.figure.axes[0].lines if len(line.get_xdata()) == 12]
    assert len(lines) == 2 + 2 + 2  # two means, each on a white line, and two members
    assert len(drawing.data) == len(ensemble)
    assert "BEPS: highest 1.00 in July, lowest −1.00 in January" in drawing.alt
    assert "members is from 1.50 to 2.50" in drawing.alt
    assert "Range from large to small: OCO-2 v10 MIP, BEPS" in drawing.alt


@pytest.mark.parametrize("years", [(2015, 2016), (2016, 2016), (1990, 2019)])
def test_months_are_drawn_where_they_are(years):
    rows = months(series(years), quantity="monthly")
    drawing = season_charts.monthly_series(to_frame(rows))
    line = next(part for part in drawing.figure.axes[0].lines if len(part.get_xdata()) > 2)
    assert line.get_xdata()[0] == pytest.approx(years[0] + 0.5 / 12)
    assert f"in July {years[1]}" in drawing.alt
    figures.png_of(drawing.figure, is_standin=True)


def test_a_panel_for_each_product(ensemble):
    frame = pd.concat([
        to_frame(months(series(), quantity="monthly", product=key)) for key in ("vegas", "beps")
    ])  # fmt: skip
    drawing = season_charts.monthly_series(frame, titles={"beps": "B (x)"})
    assert [axes.get_title(loc="left") for axes in drawing.figure.axes] == ["VEGAS", "B (x)"]


def test_several_scopes_are_refused(ensemble):
    mixed = pd.concat([ensemble, ensemble.assign(scope="North")])
    with pytest.raises(InputError, match=r"one row a month\.\n  where: scope, period\n"):
        season_charts.mean_year(mixed)


def bar(product, member, *, start, end, length, count, peak, scope="South"):
    shared = {"product": product, "member": member, "scope": scope, "period": "2015-2019"}
    rows = [
        Row(quantity="season_length_days", value=length, unit="day", **shared),
        Row(quantity="season_length", value=count, unit="month", **shared),
        Row(quantity="peak_month", value=peak, unit="month", **shared),
    ]
    if start is not None:
        rows += [
            Row(quantity="season_start_day", value=start, unit="day", **shared),
            Row(quantity="season_end_day", value=end, unit="day", **shared),
        ]
    return rows


def test_bars_wrap_the_year_fill_it_or_stay_empty():
    rows = bar("beps", "mean", start=300, end=60, length=125, count=4, peak=12)
    rows += bar("vegas", "mean", start=None, end=None, length=365.25, count=12, peak=6)
    rows += bar("oco2-mip", "mean", start=None, end=None, length=0, count=0, peak=1)
    drawing = season_bars.growing_seasons(to_frame(rows))
    axes = drawing.figure.axes[0]
    widths = [patch.get_width() for patch in axes.patches if 0.1 < patch.get_height() < 0.3]
    assert widths == pytest.approx([60 * 12 / 365.25, 12 - 300 * 12 / 365.25, 12.0])
    assert {"125 days", "all year", "none"} <= set(texts(drawing.figure))
    assert "BEPS 125 days from 28 October to 2 March, peak in December" in drawing.alt
    assert "VEGAS all year, peak in June" in drawing.alt
    assert "OCO-2 v10 MIP no month of uptake" in drawing.alt


def test_no_season_is_refused():
    with pytest.raises(
        InputError, match=r"no growing season(?s:.*)accepted: season_start_day(?s:.*)fix:"
    ):
        season_bars.growing_seasons(to_frame(months(cosine())))


@pytest.fixture
def section():
    time = timeaxis.month_starts(2016, 2016)
    lat = xr.DataArray([20.5, 21.5, 22.5], dims="lat")
    wave = xr.DataArray(np.arange(12.0) - 3.0, dims="time", coords={"time": time})
    rate = (wave * xr.DataArray([1.0, 2.0, 3.0], dims="lat")).assign_coords(
        lat=lat, south=lat - 0.5, north=lat + 0.5
    )
    rate = rate.assign_attrs(units="g C m-2 yr-1")
    return xr.Dataset({"rate": rate, "density": rate * 1e-3})


def test_sections_share_one_scale_about_zero(section):
    drawing = latitude_charts.sections({"beps": section, "vegas": section * 5}, marks=[21])
    meshes = [axes.collections[0] for axes in drawing.figure.axes[:2]]
    assert meshes[0].norm.vmin == -meshes[0].norm.vmax == meshes[1].norm.vmin
    np.testing.assert_allclose(meshes[0].get_array().ravel()[-1], 24.0)
    assert len(drawing.data) == 2 * 3 * 12
    assert "BEPS: highest 24 at 22 to 23°N in December 2016" in drawing.alt
    assert "lowest −9 at 22 to 23°N in January 2016" in drawing.alt


def test_sections_of_rows_apart_are_refused(section):
    with pytest.raises(
        InputError, match=r"do not touch(?s:.*)ends at 21, the next begins at 22\n(?s:.*)fix: Draw"
    ):
        latitude_charts.sections({"beps": section.isel(lat=[0, 2])})


def test_profiles_show_members_and_shade_bands(section):
    year = section["rate"].rename(time="month").assign_coords(month=np.arange(1, 13))
    year = year.assign_coords(days=("month", np.full(12, 30.0)))
    both = xr.concat([year, 3 * year], dim="member").assign_coords(member=["a", "b"])
    drawing = latitude_charts.profiles({"oco2-mip": both}, bands=[(20, 21)])
    table = drawing.data
    july = table[(table["member"] == "mean") & (table["period"] == "JJA")]
    np.testing.assert_allclose(july["value"], [6.0, 12.0, 18.0])
    assert "JJA from 6 at 20°N to 18 at 22°N" in drawing.alt


@pytest.mark.parametrize(
    ("day", "name"), [(0, "1 January"), (59, "1 March"), (365.1, "31 December")]
)
def test_days_have_names(day, name):
    assert season_words.day_name(day) == name


def test_nothing_to_draw_is_refused():
    with pytest.raises(
        InputError, match=r"no section was given(?s:.*)found: no section(?s:.*)fix: Make"
    ):
        latitude_charts.sections({})


def test_several_years_are_marked_by_their_names(section):
    later = section.assign_coords(time=timeaxis.month_starts(2017, 2017))
    both = xr.concat([section, later], dim="time", data_vars="minimal")
    drawing = latitude_charts.sections({"beps": both})
    axes = drawing.figure.axes[0]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["2016", "2017"]
    assert 2017 in [line.get_xdata()[0] for line in axes.lines]


def test_a_product_without_a_season_in_a_scope_and_members_are_told_apart():
    rows = bar("beps", "mean", start=300, end=60, length=125, count=4, peak=12)
    rows += bar("beps", "member-01", start=310, end=50, length=105, count=4, peak=1)
    rows += bar("vegas", "mean", start=100, end=200, length=100, count=4, peak=6, scope="North")
    drawing = season_bars.growing_seasons(to_frame(rows))
    labels = [text.get_text() for text in drawing.figure.legends[0].get_texts()]
    assert "tick: start or end in one member" in labels
    assert {"South", "North"} <= set(texts(drawing.figure))
