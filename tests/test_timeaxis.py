"""Months: completeness, weights of months and leap years."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from helpers import timeaxis
from helpers.errors import InputError

MONTHS = timeaxis.month_starts(2015, 2019)


@given(st.integers(1, 10), st.integers(0, 58))
def test_a_removed_month_is_found_and_named(count, start):
    keep = np.ones(60, dtype=bool)
    keep[start + 1 : min(start + 1 + count, 59)] = False
    if keep.all():
        return
    with pytest.raises(InputError, match=f"A month is missing(.|\n)*{MONTHS[start + 1]:%Y-%m}"):
        timeaxis.check_months(MONTHS[keep])


def test_a_repeated_month_is_named():
    with pytest.raises(InputError, match=r"more than once(.|\n)*2015-03"):
        timeaxis.check_months(MONTHS.insert(3, MONTHS[2]))


def test_unordered_months_are_refused():
    with pytest.raises(InputError, match="not in order"):
        timeaxis.check_months(MONTHS[::-1])


def test_reversed_years_are_refused():
    with pytest.raises(InputError, match=r"before the first(.|\n)*2019, 2015"):
        timeaxis.month_starts(2019, 2015)


def _monthly(values, years=(2015, 2019)):
    return xr.DataArray(values, dims="time", coords={"time": timeaxis.month_starts(*years)})


def test_annual_mean_weights_by_month_length_and_leap_year():
    # 1 in February, 0 otherwise: the year's mean is the share of February's days
    february = (pd.DatetimeIndex(MONTHS).month == 2).astype(float)
    annual = timeaxis.annual_mean(_monthly(february))
    expected = [28 / 365, 29 / 366, 28 / 365, 28 / 365, 28 / 365]
    np.testing.assert_allclose(annual, expected, rtol=1e-14)


def test_missing_months_count_neither_above_nor_below_the_line():
    values = np.ones(12)
    values[3] = np.nan
    assert float(timeaxis.annual_mean(_monthly(values, (2015, 2015)))[0]) == 1.0


def test_period_mean_and_climatology_of_a_known_series():
    months = _monthly(MONTHS.month.to_numpy(float))
    np.testing.assert_allclose(timeaxis.climatology(months), np.arange(1, 13), rtol=1e-14)
    days = MONTHS.days_in_month.to_numpy()
    expected = (MONTHS.month.to_numpy() * days).sum() / days.sum()
    assert float(timeaxis.period_mean(months)) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize(
    ("calendar", "days"), [("standard", 29), ("noleap", 28), ("360_day", 30), ("all_leap", 29)]
)
def test_length_of_february_2016_by_calendar(calendar, days):
    seconds = timeaxis.month_seconds(timeaxis.month_starts(2016, 2016), calendar=calendar)
    assert float(seconds[1]) == days * 86400


def test_month_bounds_touch():
    bounds = timeaxis.month_bounds(MONTHS)
    assert (bounds[1:, 0] == bounds[:-1, 1]).all()
    assert bounds[13, 1] == np.datetime64("2016-03-01")
