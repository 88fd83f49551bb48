"""The lab on months against months counted by hand."""

import numpy as np
import pytest
import xarray as xr

from helpers import timeaxis
from helpers.teaching import month_labs


def rates(values):
    time = timeaxis.month_starts(2015, 2016)
    return xr.DataArray(np.tile(values, 2), dims="time", coords={"time": time})


def test_a_steady_rate_loses_the_days_that_are_not_counted():
    steady = rates(np.ones(12))
    right = month_labs._amounts(steady, month_labs.month_days(steady))
    wrong = month_labs._amounts(steady, month_labs.DAYS_PER_MONTH)
    assert float(right.sum()) == pytest.approx((365 + 366) / 365.25)
    assert float(wrong.sum()) == pytest.approx(720 / 365.25)


def test_what_is_taken_up_in_february_alone_becomes_too_much():
    only = rates(np.eye(12)[1])
    right = month_labs._amounts(only, month_labs.month_days(only))
    wrong = month_labs._amounts(only, month_labs.DAYS_PER_MONTH)
    assert float(wrong.sum() / right.sum()) == pytest.approx(60 / (28 + 29))
