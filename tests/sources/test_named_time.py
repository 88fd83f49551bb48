"""The time in a file's name beside the time on its axis."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from helpers import timeaxis
from helpers.errors import InputError
from helpers.sources import named_time

FILE = Path("nbp_2015.nc")
YEAR = timeaxis.month_starts(2015, 2015)
MAY = pd.DatetimeIndex(["2015-05-01"])
MIDDLES = np.cumsum([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30]) + 15.0


def axis(values, units=None, *, name="time", dims=("time",), **attrs):
    attrs |= {} if units is None else {"units": units}
    return xr.Dataset({name: (dims, np.asarray(values), attrs)})


def confirmed(dataset, named=YEAR, dim="time", **choice):
    return named_time.confirmed(dataset, dim, named=named, file=FILE, **choice)


@pytest.mark.parametrize(
    ("values", "units", "named"),
    [
        (MIDDLES, "days since 2015-01-01", YEAR),
        (MIDDLES * 24, "hours since 2015-01-01", YEAR),
        (np.arange(12) + 3780, "months since 1700-01-16", YEAR),
        (315 + (np.arange(12) + 0.5) / 12, "years since AD 1700-Jan-1st", YEAR),
        (MIDDLES, "days since AD 2015-Jan-1st", YEAR),
        (201501 + np.arange(12), None, YEAR),
        (20150116.5 + 100 * np.arange(12), "day as %Y%m%d.%f", YEAR),
        ([135.0], "days since 2015-01-01", MAY),
        ([4.5], "months since 2015-01-01", MAY),
        ([201505], None, MAY),
    ],
)
def test_an_axis_that_says_the_same_is_read(values, units, named):
    steps, told = confirmed(axis(values, units), named)
    assert told == ()
    assert list(steps.index) == list(named)


@pytest.mark.parametrize(
    ("values", "units", "named", "found"),
    [
        (MIDDLES - 31, "days since 2015-01-01", YEAR, "2014-12, 2015-01"),
        (MIDDLES[::-1], "days since 2015-01-01", YEAR, "2015-12, 2015-11"),
        (MIDDLES, "days since 2017-01-01", YEAR, "2017-01, 2017-02"),
        (np.arange(12.0), "years since 2015-01-01", YEAR, "year 2015-01, 2016-01"),
        (201701 + np.arange(12), None, YEAR, "2017-01"),
        (20170116.5 + 100 * np.arange(12), "day as %Y%m%d.%f", YEAR, "2017-01"),
        ([166.0], "days since 2015-01-01", MAY, "month 2015-06 on the axis"),
        ([2015], None, MAY, "year 2015-01 on the axis"),
    ],
)
def test_an_axis_that_says_something_else_is_refused(values, units, named, found):
    with pytest.raises(InputError, match=rf"name disagree(.|\n)*{found}(.|\n)*as the name says"):
        confirmed(axis(values, units), named)


def test_a_damaged_axis_is_refused():
    with pytest.raises(InputError, match=r"missing or infinite"):
        confirmed(axis([np.nan, *MIDDLES[1:]], "days since 2015-01-01"))
    with pytest.raises(InputError, match=r"not understood"):
        confirmed(axis(MIDDLES, "days since 2015-01-01", calendar="martian"))


def test_stamps_that_close_their_months_must_be_declared():
    ends = np.cumsum([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) * 1.0
    with pytest.raises(InputError, match=r"ambiguous(.|\n)*time_label: end"):
        confirmed(axis(ends, "days since 2015-01-01"))
    assert confirmed(axis(ends, "days since 2015-01-01"), label="end")[0].index[0] == YEAR[0]
    for values, units in (([151.0], "days since 2015-01-01"), ([5.0], "months since 2015-01-01"),
                          ([5 / 12], "years since 2015-01-01")):  # fmt: skip
        assert confirmed(axis(values, units), MAY, label="end")[0].index[0] == MAY[0]
        with pytest.raises(InputError, match=r"disagree(.|\n)*time_label: end"):
            confirmed(axis(values, units), MAY)


def test_the_name_alone_counts_where_there_is_no_axis_or_it_gives_no_dates():
    assert confirmed(xr.Dataset()) == (None, ())
    assert confirmed(axis(np.arange(12))) == (None, ())
    assert confirmed(axis(np.arange(12) + 1)) == (None, ())
    steps, (told,) = confirmed(axis(np.arange(12) * 30.0, "moons of creation"))
    assert steps is None
    assert "units 'moons of creation'" in told
    steps, (told,) = confirmed(axis([f"month {n}" for n in range(12)]))
    assert steps is None
    assert "gives no dates" in told


def test_a_time_beside_a_variable_without_time_counts():
    one = {"name": "time", "dims": ()}
    assert confirmed(axis(135.0, "days since 2015-01-01", **one), MAY, None)[0].kind == "month"
    assert confirmed(axis(182.0, "days since 2015-01-01", **one), YEAR, None)[0].kind == "year"
    with pytest.raises(InputError, match=r"disagree"):
        confirmed(axis(135.0, "days since 2017-01-01", **one), MAY, None)
    with pytest.raises(InputError, match=r"disagree"):
        confirmed(axis([182.0], "days since 2017-01-01"), YEAR, None)
    assert confirmed(axis(0.0, "1", name="level", dims=()), MAY, None) == (None, ())


def test_days_that_look_like_years_give_no_dates():
    steps, told = confirmed(axis(1800.0 + np.arange(12), "days"))
    assert steps is None
    assert "gives no dates" in told[0]
