"""Labs on members against ensembles small enough to see through."""

import numpy as np
import pytest
import xarray as xr

from helpers import timeaxis
from helpers.teaching import ensemble_labs


def yearly(values):
    return xr.DataArray(np.array(values, float), dims=("member", "year"),
                        coords={"member": [f"m{i}" for i in range(len(values))]})  # fmt: skip


def test_one_spread_sees_only_years_and_the_other_only_members():
    same_years = yearly([[1.0, 1.0, 1.0], [3.0, 3.0, 3.0]])
    assert ensemble_labs.over_years(same_years) == pytest.approx(0.0)
    assert ensemble_labs.over_members(same_years) == pytest.approx(np.sqrt(2))
    same_members = yearly([[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]])
    assert ensemble_labs.over_years(same_members) == pytest.approx(1.0)
    assert ensemble_labs.over_members(same_members) == pytest.approx(0.0)


def test_doubling_moves_members_apart_and_keeps_their_mean():
    before = yearly([[1.0, 2.0], [3.0, 5.0], [0.0, 1.0]])
    after = ensemble_labs._doubled(before)
    np.testing.assert_allclose(after.mean("member"), before.mean("member"))
    assert ensemble_labs.over_members(after) == pytest.approx(
        2 * ensemble_labs.over_members(before)
    )


def test_listing_members_twice_fools_the_standard_error():
    one = xr.DataArray([0.0, 1.0, 2.0, 5.0], dims="member")
    twice = xr.concat([one, one], dim="member")
    ratio = ensemble_labs.standard_error(twice) / ensemble_labs.standard_error(one)
    assert ratio == pytest.approx(np.sqrt(3 / 7))


def test_the_middle_member_is_left_unturned_and_no_other():
    time = timeaxis.month_starts(2015, 2015)
    means = np.array([0.3, 0.1, 0.2])
    monthly = xr.DataArray(np.repeat(means[:, None], 12, axis=1), dims=("member", "time"),
                           coords={"member": ["a", "b", "c"], "time": time})  # fmt: skip
    assert ensemble_labs.middle_member(monthly) == "c"
    turned = ensemble_labs.one_unturned(monthly)
    np.testing.assert_allclose(turned.mean("time"), [0.3, 0.1, -0.2])
