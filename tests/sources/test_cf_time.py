"""Time axes of any kind become days, months or years."""

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from helpers import timeaxis
from helpers.errors import InputError
from helpers.sources import cf_steps, cf_time

FILE = Path("f.nc")


def axis(values, units=None, *, calendar=None, bounds=None, name="time"):
    attrs = {k: v for k, v in (("units", units), ("calendar", calendar)) if v is not None}
    data = {name: ("time", np.asarray(values), attrs)}
    if bounds is not None:
        data[name][2]["bounds"] = "time_bnds"
        data["time_bnds"] = (("time", "two"), np.asarray(bounds, float))
    return xr.Dataset(data)


def decode(dataset, **options):
    return cf_time.decode(dataset, "time", file=FILE, **options)


def months(steps):
    return [f"{m:%Y-%m}" for m in steps.index]


@pytest.mark.parametrize(
    ("values", "units", "kind", "first"),
    [
        ([15, 46, 74], "days since 2015-01-01", "month", "2015-01"),
        ([0, 1, 2], "days since 2015-02-28", "day", "2015-02"),
        ([0, 3, 6], "hours since 2015-02-28", "day", "2015-02"),
        ([0, 360, 720], "minutes since 2015-02-28", "day", "2015-02"),
        ([0, 365 * 86400], "seconds since 2015-07-01", "year", "2015-01"),
        ([0, 1, 2], "months since 2015-03-01", "month", "2015-03"),
        ([0, 1, 2], "years since 2015-03-01", "year", "2015-01"),
        ([201503, 201504], None, "month", "2015-03"),
        ([20150315, 20150415], "YYYYMMDD", "month", "2015-03"),
        ([20150301, 20150302], None, "day", "2015-03"),
        ([20150601, 20160601], None, "year", "2015-01"),
        ([2015, 2016, 2018], None, "year", "2015-01"),
        ([2015.04, 2015.12], "year as %Y.%f", "month", "2015-01"),
        ([2015.04, 2015.12], "decimal years", "month", "2015-01"),
        ([2015, 2016], "Years", "year", "2015-01"),
        ([2015, 2016], "calendar_year AD", "year", "2015-01"),
        ([201503, 201504], "month", "month", "2015-03"),
        ([20150301.5, 20150302.5], "day as %Y%m%d.%f", "day", "2015-03"),
    ],
)
def test_kinds(values, units, kind, first):
    steps = decode(axis(values, units))
    assert steps.kind == kind
    assert months(steps)[0] == first
    assert steps.months.size == len(values)


@pytest.mark.parametrize("calendar", ["standard", "noleap", "360_day"])
@pytest.mark.parametrize("place", [0.0, 0.5])
def test_decimal_years_by_day_of_year(calendar, place):
    index = timeaxis.month_starts(2015, 2016)
    days = timeaxis.month_seconds(index, calendar=calendar).values.reshape(2, 12) / 86400
    starts = np.cumsum(days, axis=1) - days + place * days
    values = (np.array([[2015], [2016]]) + starts / days.sum(axis=1, keepdims=True)).ravel()
    found = decode(axis(values, calendar=calendar))
    assert list(found.index) == list(index)
    by_twelfths = 2015 + (np.arange(24) + place) / 12
    assert list(decode(axis(by_twelfths)).index) == list(index)


def test_a_gap_in_decimal_years_is_not_hidden():
    values = np.delete(2015 + (np.arange(24) + 0.5) / 12, 5)
    steps = decode(axis(values))
    with pytest.raises(InputError, match=r"1 months absent, the first 2015-06"):
        cf_steps.months_of(steps, wanted=timeaxis.month_starts(2015, 2015), file=FILE)


def test_bounds_win_over_stamps():
    bounds = [(0, 31), (31, 59), (59, 90)]
    ends = axis([31, 59, 90], "days since 2015-01-01", bounds=bounds)
    assert months(decode(ends)) == ["2015-01", "2015-02", "2015-03"]
    single = axis([365], "days since 2015-01-01", bounds=[(0, 365)])
    assert decode(single).kind == "year"
    coarse = axis([1, 2], "months since 2015-01-01", bounds=[(0, 1), (1, 2)])
    assert months(decode(coarse)) == ["2015-01", "2015-02"]


def test_unusable_bounds_are_passed_over():
    for bounds in ([(0, 0), (31, 31)], [(0, np.nan), (31, 59)]):
        found = decode(axis([15, 46], "days since 2015-01-01", bounds=bounds))
        assert months(found) == ["2015-01", "2015-02"]
    odd = axis([15, 46], "days since 2015-01-01")
    odd["time"].attrs["bounds"] = "absent"
    assert months(decode(odd)) == ["2015-01", "2015-02"]


def test_labels_at_the_end():
    ends = np.cumsum([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    with pytest.raises(InputError, match=r"may close them(.*\n)*.*2015-02 to 2016-01"):
        decode(axis(ends, "days since 2015-01-01"))
    found = decode(axis(ends, "days since 2015-01-01"), label="end")
    assert months(found)[0] == "2015-01"
    assert months(decode(axis([1, 2], "months since 2015-01-01"), label="end"))[0] == "2015-01"


@pytest.mark.parametrize(
    "closing",
    [
        axis(np.arange(1.0, 25.0), "months since 2015-01-01"),
        axis(2015 + np.arange(1.0, 25.0) / 12),
        axis(2015 + np.arange(1.0, 25.0) / 12, "year as %Y.%f"),
        axis(np.arange(1.0, 25.0) / 12, "years since 2015-01-01"),
    ],
)
def test_coarse_labels_at_the_end(closing):
    with pytest.raises(InputError, match=r"may close them(.*\n)*.*2015-02 to 2017-01"):
        decode(closing)
    assert months(decode(closing, label="end"))[0] == "2015-01"
    assert months(decode(closing, label="within"))[0] == "2015-02"


def test_stamps_outside_their_bounds_are_refused():
    bounds = [(31, 59), (59, 90)]
    with pytest.raises(InputError, match=r"disagree(.*\n)*.*time and time_bnds(.*\n)*.*2 of 2"):
        decode(axis([15, 46], "days since 2015-01-01", bounds=bounds))
    assert months(decode(axis([30, 59], "days since 2015-01-01", bounds=bounds)))[0] == "2015-02"


@pytest.mark.parametrize(
    ("dataset", "match"),
    [
        (axis(["a", "b"]), "not understood"),
        (
            axis([1.0, np.nan], "days since 2015-01-01"),
            r"infinite(.*\n)*.*1 of 2(.*\n)*.*position 2",
        ),
        (axis([1800, 1801], "days"), r"not understood(.*\n)*.*'days'"),
        (axis([200001, 200002], "days"), r"not understood"),
        (axis([1800.5, 1801.5], "months"), r"not understood"),
        (axis([20150100, 20150101]), "not understood"),
        (axis([2015.5]), "one step|steps of 0 months"),
        (axis([3, 2, 1], "months since 2015-01-01"), "steps of -1 months(.*\n)*.*sort it"),
        (axis([3, 3], "days since 2015-01-01"), "steps of 0 days"),
        (axis([1, 2]), r"units ''(.*\n)*.*201501"),
        (axis([201513, 201514]), "not understood"),
        (axis([1, 2], "fortnights since 2015-01-01"), "not understood"),
        (axis([1, 2], "days since 2015-01-01", calendar="odd"), "calendar odd"),
        (axis([0, 8, 16], "days since 2015-01-01"), "steps of 8 days"),
        (axis([0], "days since 2015-01-01"), "one step"),
        (axis([0, 3], "months since 2015-01-01"), "steps of 3 months"),
        (axis([0], "months since 2015-01-01"), "neither a day"),
        (xr.Dataset({"x": ("time", [1.0, 2.0])}), "time coordinate is missing(.*\n)*.*found: x"),
        (xr.Dataset(coords={"lat": [1.0]}), "no numbers along it"),
    ],
)
def test_refusals(dataset, match):
    with pytest.raises(InputError, match=match):
        decode(dataset)


def test_the_name_of_a_file_tells_the_length_of_one_step():
    one = axis([10], "days since 2015-01-01")
    assert decode(one, named=timeaxis.month_starts(2015, 2015)).kind == "year"
    assert decode(one, named=pd.DatetimeIndex(["2015-01-01"])).kind == "month"
    coarse = axis([0], "months since 2015-01-01")
    assert decode(coarse, named=timeaxis.month_starts(2015, 2015)).kind == "year"
    assert decode(coarse, named=pd.DatetimeIndex(["2015-01-01"])).kind == "month"


def test_an_axis_under_another_name():
    assert decode(axis([201501, 201502], name="yyyymm")).kind == "month"
    assert decode(axis([1, 32], "days since 2015-01-01", name="stamp")).kind == "month"


def test_months_that_lack_days_are_refused():
    steps = decode(axis(np.arange(20, 80), "days since 2015-01-01"))
    with pytest.raises(InputError, match=r"2015-01(.*\n)*.*11 days in 11 steps(.*\n)*.*31 days"):
        cf_steps.months_of(steps, wanted=pd.DatetimeIndex(["2015-01-01"]), file=FILE)
    (place,) = cf_steps.months_of(steps, wanted=pd.DatetimeIndex(["2015-02-01"]), file=FILE)
    assert place.size == 28


def test_a_month_twice_is_refused():
    steps = decode(axis([201501, 201501, 201502]))
    with pytest.raises(InputError, match=r"more than once(.*\n)*.*2015-01"):
        cf_steps.months_of(steps, wanted=pd.DatetimeIndex(["2015-01-01", "2015-02-01"]), file=FILE)


JANUARY = pd.DatetimeIndex(["2015-01-01"])


def since(values, calendar):
    return axis(values, "days since 2015-01-01", calendar=calendar)


@pytest.mark.parametrize(
    ("whole", "make"),
    [
        *((np.arange(31.0), partial(since, calendar=c)) for c in ("standard", "noleap")),
        (np.arange(31 * 8) / 8, partial(since, calendar="standard")),
        (np.arange(30 * 8) / 8, partial(since, calendar="360_day")),
        (20150101 + np.arange(31), axis),
    ],
)
def test_days_of_a_month_follow_each_other(whole, make):
    (place,) = cf_steps.months_of(decode(make(whole)), wanted=JANUARY, file=FILE)
    assert place.size == whole.size
    twice, swapped = whole.copy(), whole.copy()
    twice[5], swapped[[5, 6]] = twice[4], swapped[[6, 5]]
    for wrong in (twice, swapped):
        with pytest.raises(InputError, match=r"repeated or out of order(.*\n)*.*steps 5 and 6"):
            cf_steps.months_of(decode(make(wrong)), wanted=JANUARY, file=FILE)


def test_short_numbers_and_leap_days_are_no_gaps():
    hours = (np.arange(29 * 24) + 1017576.0).astype("f4")
    steps = decode(axis(hours, "hours since 1900-01-01"))
    (place,) = cf_steps.months_of(steps, wanted=pd.DatetimeIndex(["2016-02-01"]), file=FILE)
    assert place.size == 29 * 24


def test_months_out_of_order_are_refused():
    steps = decode(axis([0, 1, 3, 2, *range(4, 12)], "months since 2015-01-01"))
    wanted = timeaxis.month_starts(2015, 2015)
    with pytest.raises(InputError, match=r"not in order(.*\n)*.*2015-03"):
        cf_steps.months_of(steps, wanted=wanted, file=FILE)
