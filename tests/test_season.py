"""Seasons of worlds whose season is known."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from helpers import season, timeaxis
from helpers.errors import InputError

MONTHS = np.arange(1, 13)


def series(function, *, start_year=2015, end_year=2019):
    """Monthly rates from a function of year and calendar month."""
    time = timeaxis.month_starts(start_year, end_year)
    values = [function(t.year, t.month) for t in time]
    return xr.DataArray(np.array(values, float), dims="time", coords={"time": time})


def mean_year(values):
    return season.climatology(series(lambda year, month: values[month - 1]))


def cosine(peak, *, mean=0.0, size=1.0):
    return mean_year(mean + size * np.cos(2 * np.pi * (MONTHS - peak) / 12))


def test_the_mean_year_weights_the_leap_day():
    found = season.climatology(series(lambda year, month: float(year == 2016)))
    assert found.sel(month=2).item() == pytest.approx(29 / (29 + 4 * 28))
    assert found.sel(month=7).item() == pytest.approx(0.2)
    assert found["days"].sel(month=2).item() == pytest.approx(28.2)


def test_a_mean_year_of_some_months_is_refused():
    with pytest.raises(InputError, match="A mean year needs every month"):
        season.climatology(series(lambda year, month: 1.0).isel(time=slice(2, 9)))


@pytest.mark.parametrize("years", [(2016, 2016), (2017, 2017), (2015, 2019)])
def test_a_season_is_the_mean_over_its_days(years):
    monthly = series(
        lambda year, month: month + year / 1000, start_year=years[0], end_year=years[1]
    )
    days = monthly["time"].dt.days_in_month
    for name, months in season.SEASONS.items():
        inside = monthly["time"].dt.month.isin(months)
        exact = float((monthly * days)[inside].sum() / days[inside].sum())
        assert season.season_mean(season.climatology(monthly), name).item() == pytest.approx(exact)


def test_four_seasons_make_the_year():
    monthly = series(lambda year, month: np.sin(month) + year)
    mean = season.climatology(monthly)
    parts = sum(
        season.season_mean(mean, name) * mean["days"].sel(month=list(months)).sum()
        for name, months in season.SEASONS.items()
    )
    assert float(parts / mean["days"].sum()) == pytest.approx(float(timeaxis.period_mean(monthly)))


def test_winter_of_a_year_is_its_own_three_months():
    found = season.season_by_year(series(lambda year, month: float(year)), "DJF")
    assert found["year"].values.tolist() == [2015, 2016, 2017, 2018, 2019]
    np.testing.assert_allclose(found, found["year"])


@pytest.mark.parametrize("peak", [1, 4, 7, 12])
def test_a_cosine_has_its_amplitude_and_peak(peak):
    found = cosine(peak, mean=0.3, size=2.5)
    assert season.amplitude(found).item() == pytest.approx(5.0)
    assert season.peak_month(found).item() == peak
    harmonic = season.first_harmonic(found)
    assert harmonic["amplitude"].item() == pytest.approx(2.5)
    assert harmonic["peak"].item() == pytest.approx(peak)
    assert harmonic["variance_share"].item() == pytest.approx(1.0)


def test_a_harmonic_between_two_months_has_its_peak_there():
    assert season.first_harmonic(cosine(7.5))["peak"].item() == pytest.approx(7.5)


def test_half_yearly_waves_and_flat_years_have_no_first_harmonic():
    twice = mean_year(np.cos(4 * np.pi * MONTHS / 12))
    for found in (twice, mean_year(np.full(12, 3.0))):
        harmonic = season.first_harmonic(found)
        assert harmonic["variance_share"].item() == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(
    ("positive", "start", "end", "length"),
    [
        ({5, 6, 7, 8, 9}, 5, 9, 5),
        ({11, 12, 1, 2}, 11, 2, 4),
        ({12}, 12, 12, 1),
        ({1}, 1, 1, 1),
        (set(range(1, 13)), 1, 12, 12),
        (set(range(1, 13)) - {1}, 2, 12, 11),
        (set(range(1, 13)) - {6}, 7, 5, 11),
        (set(), 0, 0, 0),
    ],
)
def test_the_growing_season_is_read_off(positive, start, end, length):
    values = np.array([1.0 if month in positive else -1.0 for month in MONTHS])
    found = season.growing_season(mean_year(values))
    assert [int(found[name]) for name in ("start", "end", "length")] == [start, end, length]


def test_a_second_season_of_uptake_is_not_counted():
    values = np.full(12, -1.0)
    values[[2, 6, 7, 8]] = [0.5, 1.0, 3.0, 1.0]
    found = season.growing_season(mean_year(values))
    assert [int(found[name]) for name in ("start", "end", "length")] == [7, 9, 3]


def test_days_of_uptake_are_zero_crossings():
    values = np.full(12, -1.0)
    values[5:8] = [1.0, 2.0, 3.0]
    found = season.growing_season(mean_year(values), method="days")
    days = mean_year(values)["days"].values
    middle = np.cumsum(days) - days / 2
    assert found["start"].item() == pytest.approx((middle[4] + middle[5]) / 2)
    assert found["end"].item() == pytest.approx(middle[7] + 0.75 * (middle[8] - middle[7]))
    assert found["length"].item() == pytest.approx(found["end"].item() - found["start"].item())


def test_days_of_uptake_cross_the_turn_of_the_year():
    values = np.full(12, -1.0)
    values[[11, 0]] = 1.0
    found = season.growing_season(mean_year(values), method="days")
    assert found["start"].item() > 330
    assert found["end"].item() < 35
    assert found["length"].item() == pytest.approx(31.0 + 30.5, abs=1.5)


@pytest.mark.parametrize(("value", "length"), [(1.0, 365.2), (-1.0, 0.0)])
def test_days_of_a_year_all_of_uptake_or_none(value, length):
    found = season.growing_season(mean_year(np.full(12, value)), method="days")
    assert found["length"].item() == pytest.approx(length)


@given(
    st.lists(st.floats(-5, 5, allow_subnormal=False), min_size=12, max_size=12),
    st.integers(0, 11),
)
def test_turning_the_year_turns_the_season(values, shift):
    values = np.array(values) + 1e-3 * np.arange(12) ** 1.1  # no ties
    days = xr.DataArray(np.full(12, 30.5), dims="month", coords={"month": MONTHS})

    def year(rates):
        return days.copy(data=rates).assign_coords(days=days)

    found = season.growing_season(year(values))
    turned = season.growing_season(year(np.roll(values, shift)))
    assert int(found["length"]) == int(turned["length"])
    if 0 < int(found["length"]) < 12:
        assert (int(found["start"]) - 1 + shift) % 12 + 1 == int(turned["start"])
        start, length = int(found["start"]), int(found["length"])
        inside = [(start - 1 + step) % 12 for step in range(length)]
        assert (values[inside] > 0).all()
        assert int(np.argmax(values)) in inside
        assert values[(start - 2) % 12] <= 0
        span = season.growing_season(year(values), method="days")["length"].item()
        assert 30.5 * (length - 1) <= span <= 30.5 * (length + 1) + 1e-9


def test_an_unknown_way_to_tell_the_season_is_refused():
    with pytest.raises(InputError, match=r"Unknown method(?s:.*)'weeks'(?s:.*)fix: Choose"):
        season.growing_season(cosine(7), method="weeks")


def test_the_share_of_summer_counts_months_of_uptake_by_length():
    values = np.array([-9.0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, -9])
    found = season.uptake_share(mean_year(values), (6, 7, 8))
    assert found.item() == pytest.approx(92 / 153)
    assert season.uptake_share(mean_year(-np.ones(12)), (6, 7, 8)).item() == 0.0


def test_members_keep_their_own_season():
    both = xr.concat([cosine(6), cosine(9)], dim="member").assign_coords(member=["a", "b"])
    assert season.peak_month(both).values.tolist() == [6, 9]
    found = season.growing_season(both)
    assert found["start"].dims == ("member",)
    assert (found["start"].values[1] - found["start"].values[0]) == 3
