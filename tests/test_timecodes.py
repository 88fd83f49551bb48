"""Decoding every provider's time axis to months."""

import cftime
import numpy as np
import pytest

from helpers import timeaxis, timecodes
from helpers.errors import InputError

MONTHS = timeaxis.month_starts(2015, 2019)


@pytest.mark.parametrize(
    "calendar", ["standard", "noleap", "365_day", "360_day", "proleptic_gregorian"]
)
@pytest.mark.parametrize(
    "unit", ["days since 1700-01-01", "hours since 1700-01-01 00:00:00", "seconds since 2000-03-15"]
)
@pytest.mark.parametrize("day", [1, 16, 28])
def test_cf_axes_of_all_calendars_decode_to_their_month(calendar, unit, day):
    dates = [cftime.datetime(m.year, m.month, day, calendar=calendar) for m in MONTHS]
    values = cftime.date2num(dates, unit, calendar=calendar)
    assert timecodes.decode_months(values, units=unit, calendar=calendar).equals(MONTHS)


@pytest.mark.parametrize(
    "unit", ["months since 1700-01-16", "months since 1700-01-01", "mon since 1700-1-1"]
)
@pytest.mark.parametrize("offset", [0.0, 0.5])
def test_months_since(unit, offset):
    first = (2015 - 1700) * 12
    values = first + np.arange(60) + offset
    assert timecodes.decode_months(values, units=unit).equals(MONTHS)


@pytest.mark.parametrize("offset", [0.0, 0.5])
@pytest.mark.parametrize(
    ("unit", "origin"),
    [("years since AD 1700-Jan-1st", 1700), ("years since 1700-01-01", 1700), ("year as %Y.%f", 0)],
)
def test_decimal_years(unit, origin, offset):
    values = 2015 - origin + (np.arange(60) + offset) / 12
    assert timecodes.decode_months(values, units=unit).equals(MONTHS)


@pytest.mark.parametrize(
    "unit", ["fortnights since 1700-01-01", "", "days", "days since yesterday"]
)
def test_unknown_time_units_are_refused(unit):
    with pytest.raises(InputError, match="Unknown time units"):
        timecodes.decode_months(np.arange(3), units=unit, file="a.nc")


def test_unknown_calendar_is_refused():
    with pytest.raises(InputError, match=r"cannot be decoded(.|\n)*julianish"):
        timecodes.decode_months(np.arange(3), units="days since 1700-01-01", calendar="julianish")


def test_infinite_time_is_refused():
    with pytest.raises(InputError, match="missing or infinite"):
        timecodes.decode_months(np.array([0, np.inf]), units="days since 1700-01-01")


@pytest.mark.parametrize("unit", ["years since AD 1700-Foo-1st", "days since 1700-13-01"])
def test_a_month_that_does_not_exist_is_told(unit):
    with pytest.raises(InputError, match=r"(Unknown month|cannot be decoded)(?s:.*)1700"):
        timecodes.decode_months(np.arange(3.0), units=unit)


def test_months_beyond_all_dates_are_told():
    with pytest.raises(InputError, match=r"cannot be decoded(?s:.*)years from"):
        timecodes.decode_months(np.array([0.0, 1e6]), units="months since 1700-01-01")
