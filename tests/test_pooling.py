"""Pooling: exact limits first, then invariants, then an independent library."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.meta_analysis import combine_effects

from helpers.errors import InputError
from helpers.pooling import METHODS, contrast, leave_one_out, pool, range_to_sd

VALUES = [0.22, 0.54, 0.61, 1.11, 0.20, 0.35, 0.33]
SDS = [0.03, 0.05, 0.37, 0.38, 0.10, 0.10, 0.20]
MILLIONTHS = st.integers(-2_000_000, 2_000_000).map(lambda count: count / 1e6)


@pytest.mark.parametrize("method", METHODS)
def test_one_study_is_its_own_pool(method):
    one = pool([0.4], [0.1], method=method)
    assert (one.centre, one.tau, one.n) == (0.4, 0.0, 1)
    assert math.isnan(one.predicted_low)
    if method in METHODS[:3]:
        assert one.se == pytest.approx(0.1, rel=1e-14)


@pytest.mark.parametrize("method", METHODS)
def test_identical_studies_have_nothing_between_them(method):
    same = pool([0.3] * 5, [0.1] * 5, method=method)
    assert same.centre == pytest.approx(0.3, rel=1e-14)
    assert same.tau == 0.0
    assert same.i2 == 0.0
    if method in METHODS[:3]:
        assert same.se == pytest.approx(0.1 / math.sqrt(5), rel=1e-14)


def test_without_variance_the_spread_of_the_values_remains():
    exact = pool([1.0, 2.0, 6.0], [0.0, 0.0, 0.0])
    assert exact.centre == pytest.approx(3.0)
    assert exact.tau == pytest.approx(np.std([1, 2, 6], ddof=1))
    assert exact.se == pytest.approx(np.std([1, 2, 6], ddof=1) / math.sqrt(3))


def test_an_exact_study_takes_all_the_weight_of_a_fixed_pool():
    mixed = pool([0.2, 0.9], [0.0, 0.3], method="fixed")
    assert (mixed.centre, mixed.se) == (0.2, 0.0)


def test_fully_correlated_equal_errors_do_not_average_down():
    free = pool([0.3] * 4, [0.1] * 4, clusters=["a"] * 4, correlation=0.0)
    tied = pool([0.3] * 4, [0.1] * 4, clusters=["a"] * 4, correlation=1.0)
    alone = pool([0.3] * 4, [0.1] * 4, clusters=[""] * 4, correlation=1.0)
    assert tied.se == pytest.approx(0.1)
    assert alone.se == pytest.approx(free.se) == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("ours", "theirs"), [("dersimonian-laird", "dl"), ("paule-mandel", "iterated")]
)
def test_agrees_with_statsmodels(ours, theirs):
    mine = pool(VALUES, SDS, method=ours)
    other = combine_effects(np.array(VALUES), np.array(SDS) ** 2, method_re=theirs)
    # Their iteration stops at 1e-5 of Q; the closed form agrees to rounding.
    rtol = 1e-12 if theirs == "dl" else 1e-6
    assert mine.centre == pytest.approx(other.mean_effect_re, rel=rtol)
    assert mine.se == pytest.approx(other.sd_eff_w_re, rel=rtol)
    assert mine.tau**2 == pytest.approx(other.tau2, rel=rtol)
    assert mine.q == pytest.approx(other.q, rel=1e-12)
    assert mine.i2 == pytest.approx(other.i2, rel=1e-12)
    low, high = other.conf_int()[1]
    assert (mine.low, mine.high) == pytest.approx((low, high), rel=rtol)


def test_fixed_effect_agrees_with_statsmodels():
    mine = pool(VALUES, SDS, method="fixed")
    other = combine_effects(np.array(VALUES), np.array(SDS) ** 2, method_re="dl")
    assert (mine.centre, mine.se) == pytest.approx((other.mean_effect_fe, other.sd_eff_w_fe))


def test_where_most_agree_huber_is_what_they_say():
    assert pool([0.3, 0.3, 0.3, 9.0], [0.1] * 4, method="huber").centre == pytest.approx(0.3)


def test_one_wild_study_hardly_moves_the_robust_centre():
    calm, wild = [0.2, 0.25, 0.3, 0.35, 0.4], [0.2, 0.25, 0.3, 0.35, 100.0]
    for method in ("huber", "median"):
        moved = (
            pool(wild, [0.1] * 5, method=method).centre
            - pool(calm, [0.1] * 5, method=method).centre
        )
        assert 0 <= moved < 0.1
    assert pool(wild, [0.1] * 5, method="fixed").centre > 15


def test_huber_without_outliers_is_the_mean():
    values = [0.9, 1.0, 1.1]
    assert pool(values, [0.1] * 3, method="huber").centre == pytest.approx(1.0)


@given(
    st.lists(st.tuples(MILLIONTHS, st.floats(0.01, 2)), min_size=2, max_size=12),
    st.sampled_from(METHODS),
    st.floats(-3, 3),
)
def test_pool_lies_inside_and_moves_with_its_values(studies, method, shift):
    values, sds = (list(column) for column in zip(*studies, strict=True))
    here = pool(values, sds, method=method)
    there = pool([value + shift for value in values], sds, method=method)
    assert min(values) - 1e-9 <= here.centre <= max(values) + 1e-9
    assert there.centre == pytest.approx(here.centre + shift, abs=1e-6)
    assert here.weights.sum() == pytest.approx(1.0)


def test_leave_one_out_leaves_each_out_once():
    left = leave_one_out(lambda keep: pool([1.0, 2.0, 4.0][keep[0] : keep[0] + 1], [1.0]), n=3)
    assert [one.centre for one in left] == [2.0, 1.0, 1.0]


def test_contrast_reproduces_the_printed_arithmetic():
    difference, sd, z, probability = contrast(1.11, 0.54, first_sd=0.38, second_sd=0.05)
    assert (round(difference, 2), round(sd, 2), round(z, 1)) == (0.57, 0.38, 1.5)
    assert round(probability, 2) == 0.93


def test_contrast_of_exact_numbers_is_certain_or_nothing():
    assert contrast(2.0, 1.0, first_sd=0.0, second_sd=0.0)[2] == math.inf
    assert contrast(1.0, 1.0, first_sd=0.0, second_sd=0.0)[2] == 0.0


def test_expected_range_of_draws():
    assert 1 / range_to_sd(1.0, n=2) == pytest.approx(2 / math.sqrt(math.pi), rel=1e-9)
    # d2 of quality-control tables, to their three printed decimals.
    assert 1 / range_to_sd(1.0, n=10) == pytest.approx(3.078, abs=5e-4)
    with pytest.raises(InputError, match=r"two values(?s:.*)found: 1\n(?s:.*)fix: Give the number"):
        range_to_sd(1.0, n=1)


@pytest.mark.parametrize(
    ("values", "sds", "extra", "message"),
    [
        ([], [], {}, r"one sd(?s:.*)found: \(0,\) values(?s:.*)fix: Give two lists"),
        ([1.0], [1.0, 2.0], {}, "one sd for each value"),
        ([1.0], [-1.0], {}, r"cannot be pooled(?s:.*)number 1\n.*found: 1 with sd -1\n"),
        ([1.0, math.nan], [1.0, 2.0], {}, r"number 2\n.*found: nan with sd 2\n"),
        ([1.0], [1.0], {"method": "mean"}, r"Not a way to pool\.\n.*method\n.*'mean'"),
        ([1.0], [1.0], {"correlation": 1.5}, r"out of range(?s:.*)correlation 1\.5, level 0\.95\n"),
    ],
)
def test_refuses_what_cannot_be_pooled(values, sds, extra, message):
    with pytest.raises(InputError, match=message):
        pool(values, sds, **extra)
