"""Time axes that lack what is needed to read them."""

import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from helpers.errors import InputError
from helpers.sources import months, oco2_mip

FILE = Path("f.nc")


def axis(name="t", *, dims="time", **attrs):
    return xr.Dataset({"flux": ("time", np.zeros(12)), name: (dims, np.arange(12.0), attrs)})


def test_the_axis_may_have_another_name_if_its_units_say_what_it_is():
    data = axis(units="months since 2015-01-01")
    data["lat_of_step"] = ("time", np.zeros(12), {"units": "degrees"})
    found = months._time_variable(data, "time", file=FILE)
    assert found.name == "t"


@pytest.mark.parametrize("data", [axis(units="K"), axis("lat", dims="lat")])
def test_without_a_time_axis_the_variables_are_listed(data):
    with pytest.raises(InputError, match=r"time coordinate is missing(?s:.*)flux"):
        months._time_variable(data, "time", file=FILE)


def test_an_axis_without_units_is_refused():
    with pytest.raises(InputError, match="time axis has no units"):
        months.on_axis(axis("time"), "time", file=FILE)


def test_no_month_in_the_years_is_told_with_what_there_is():
    index = pd.date_range("2001-01-01", periods=24, freq="MS")
    with pytest.raises(InputError, match=r"2001-01(?s:.*)"):
        months.positions_of_years(index, start_year=2015, end_year=2016, file=FILE)


def test_undated_steps_are_whole_years_or_refused():
    data = xr.Dataset({"flux": ("time", np.zeros(13))})
    first = pd.Timestamp("2015-01-01")
    assert oco2_mip._months(data, 12, first=first, file=FILE)[-1] == pd.Timestamp("2015-12-01")
    with pytest.raises(InputError, match="no dates, and its steps are no whole years"):
        oco2_mip._months(data, 13, first=first, file=FILE)


def test_dates_are_three_numbers_a_step():
    table = np.array([[2015, 2015], [1, 2], [15, 15]])
    dates = [datetime.date(2015, 1, 15), datetime.date(2015, 2, 15)]
    assert oco2_mip._dates(table, 2, file=FILE) == dates
    assert oco2_mip._dates(table.T, 2, file=FILE) == dates
    with pytest.raises(InputError, match=r"shape \(2, 2\)"):
        oco2_mip._dates(table[:2], 2, file=FILE)
