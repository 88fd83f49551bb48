"""Each sentinel fires on its own fault and on nothing else; no number is ever changed."""

import math

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.sentinels import measures, rules


def course(winter=-0.6, summer=1.8, members=None):
    """A mean seasonal course: lowest in January, highest in July [Pg C yr-1]."""
    months = np.arange(1, 13)
    shape = (summer + winter) / 2 - (summer - winter) / 2 * np.cos(2 * np.pi * (months - 1) / 12)
    one = xr.DataArray(shape, dims="month", coords={"month": months})
    if members is None:
        return one
    names = pd.Index([f"m{i}" for i in range(len(members))], name="member")
    return xr.concat([factor * one for factor in members], names)


def units(data, quantity="NBP", others=None):
    return rules.units_alarm(data, product="world", quantity=quantity, others=others or {})


def test_the_sign_is_judged_by_january_and_july():
    assert rules.sign_alarm(course(), product="world") is None
    alarm = rules.sign_alarm(-course(), product="world")
    assert (alarm.code, alarm.product) == ("sign", "world")
    assert "0.6 Pg C yr-1 in January, -1.8 in July" in alarm.found
    assert "sign is reversed" in alarm.cause


def test_most_members_decide_about_the_sign_of_an_ensemble():
    assert rules.sign_alarm(course(members=[1, 1, -1]), product="world") is None
    assert rules.sign_alarm(course(members=[1, -1, -1]), product="world").code == "sign"


@pytest.mark.parametrize("factor", rules.MISTAKES)
@pytest.mark.parametrize("sign", [1, -1])
def test_a_wrong_unit_is_named_whatever_the_sign(factor, sign):
    alarm = units(sign * factor * course())
    assert alarm.code == "units"
    assert alarm.cause == rules.MISTAKES[factor]


def test_a_plausible_magnitude_is_left_alone():
    for size in np.linspace(0.75, 1.75, 9):
        assert units(size * course()) is None
    assert units(course(winter=-3.0, summer=1.5)) is None  # a net source is no mistake of units


def test_the_factor_is_written_plainly_and_the_other_products_are_quoted():
    alarm = units(course() / 12, others={"one": 1.5, "two": 2.1})
    assert "about 1/12." in alarm.message
    assert alarm.found == "0.15 Pg C yr-1 in the strongest month over China, 0.083 times the "\
        "middle of one, two"  # fmt: skip
    assert "about 1000." in units(course() * 1000).message


def test_gross_fluxes_and_zeros_are_not_judged_by_magnitude():
    assert units(1000 * course(), quantity="GPP") is None
    assert units(0 * course()) is None


@pytest.mark.parametrize("value", [0.0, 3.0, -2.0])
def test_a_constant_field_has_no_season(value):
    alarm = rules.season_alarm(course(value, value), product="world")
    assert alarm.code == "seasonless"
    assert rules.season_alarm(course(), product="world") is None
    assert rules.season_alarm(course(members=[1, 1]), product="world") is None


def test_the_coast_is_judged_by_its_power():
    assert rules.coast_alarm(None, product="world") is None
    assert rules.coast_alarm(0.4, product="world") is None
    assert "power 1.3" in rules.coast_alarm(1.3, product="world").found


def members(factors):
    data = course(members=factors)
    return [(a.code, a.product) for a in rules.member_alarms(data, data, product="w")]


def test_one_member_unlike_the_rest_is_named():
    assert members([1, 1.2, 0.8, 0.9, 1.1]) == []
    assert members([1, 1.2, -0.8, 0.9, 1.1]) == [("member-sign", "w, m2")]
    assert members([1, 1.2, 0.8, 0.9, 1.1 * 12 / 44]) == [("member-scale", "w, m4")]
    assert members([1, 1.2, 0.8, 900, 1.1]) == [("member-scale", "w, m3")]
    assert members([-1, -1.2, 0.8, -0.9, -1.1]) == [("member-sign", "w, m2")]


def test_an_undecided_or_small_ensemble_accuses_nobody():
    assert members([1, 1, -1, -1]) == []
    assert members([1, 1, -1]) == []
    assert rules.member_alarms(course(), course(), product="w") == []


def test_the_likely_unit_of_a_member_is_named_where_one_fits():
    def causes(factor):
        data = course(members=[1, 1, 1, 1, factor])
        return [a.cause for a in rules.member_alarms(data, data, product="w")]

    assert causes(12.0) == [rules.MISTAKES[12.0]]
    assert causes(1e8) == ["another unit, or values that are missing in the file"]
    assert causes(0.0) == ["another unit, or values that are missing in the file"]


def test_an_ensemble_of_zeros_but_one_accuses_the_one():
    assert members([0, 0, 0, 0, 1]) == [("member-scale", "w, m4")]


@settings(max_examples=50, deadline=None)
@given(factor=st.floats(1e-6, 1e6), sizes=st.lists(st.floats(0.2, 5.0), min_size=4, max_size=8))
def test_sign_season_and_members_do_not_depend_on_the_unit(factor, sizes):
    data = course(members=sizes)
    for scaled in (factor * data, data):
        assert rules.sign_alarm(scaled, product="w") is None
        assert rules.sign_alarm(-scaled, product="w").code == "sign"
        assert rules.season_alarm(scaled, product="w") is None
    first = rules.member_alarms(data, data, product="w")
    again = rules.member_alarms(factor * data, factor * data, product="w")
    margin = [abs(math.log(s / np.median(np.delete(sizes, i)))) for i, s in enumerate(sizes)]
    if all(abs(m - rules.MEMBER_LIMIT) > 1e-9 for m in margin):
        assert [(a.code, a.product) for a in first] == [(a.code, a.product) for a in again]


@settings(max_examples=50, deadline=None)
@given(power=st.floats(-2.5, 5.5), factor=st.floats(1e-9, 1e9), seed=st.integers(0, 99))
def test_the_coastal_power_is_found_whatever_the_unit(power, factor, seed):
    rng = np.random.default_rng(seed)
    reference, fraction = rng.uniform(1, 2, 30), rng.uniform(0.1, 0.9, 30)
    seen = float((factor * reference * fraction**power).sum())
    assert measures._exponent(seen, factor * reference, fraction=fraction) == pytest.approx(
        power, abs=1e-8
    )


def test_no_power_is_found_where_there_is_none():
    reference, fraction = np.ones(30), np.full(30, 0.5)
    assert measures._exponent(0.0, reference, fraction=fraction) is None
    assert measures._exponent(-1.0, reference, fraction=fraction) is None
