"""Sample sizes, detection, credit, saturation and bends, against statsmodels and by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.power import TTestPower
from statsmodels.stats.weightstats import DescrStatsW

from helpers.breakpoint import bent_series, find_break
from helpers.crediting import conservative_credit, cover
from helpers.errors import InputError
from helpers.sampling import (
    change_sd,
    detectable_change,
    paired_size,
    pooled_cv,
    simple_size,
    stratified_sizes,
    systematic_gain,
    years_to_detect,
)
from helpers.saturation import approach, capacity, deficit

STRATA = pd.DataFrame(
    {"weight": [0.5, 0.3, 0.2], "mean": [30.0, 50.0, 90.0], "sd": [6.0, 15.0, 40.0]},
    index=["a", "b", "c"],
)


def half_width_of(n, cv, confidence):
    """Interval of statsmodels for a sample of n values with mean 1 and exactly this spread."""
    values = np.random.default_rng(1).normal(size=n)
    values = 1 + cv * (values - values.mean()) / values.std(ddof=1)
    low, high = DescrStatsW(values).tconfint_mean(alpha=1 - confidence)
    return (high - low) / 2


@pytest.mark.parametrize("cv", [0.2, 0.5, 1.0, 2.0])
@pytest.mark.parametrize("confidence", [0.90, 0.95])
def test_simple_size_is_the_least_that_statsmodels_accepts(cv, confidence):
    n = simple_size(cv, precision=0.10, confidence=confidence)
    assert half_width_of(n, cv, confidence) <= 0.10
    assert half_width_of(n - 1, cv, confidence) > 0.10


def test_normal_deviate_alone_is_too_few():
    assert int(np.ceil((1.6449 * 0.5 / 0.10) ** 2)) == 68
    assert simple_size(0.5) == 70


def test_no_variance_needs_two_plots():
    assert simple_size(0.0) == 2
    assert stratified_sizes(STRATA.assign(sd=0.0)).tolist() == [2, 2, 2]
    assert paired_size(1.0, sd=0.0, correlation=0.0) == 2
    assert detectable_change(10, sd=5.0, correlation=1.0) == 0.0


def test_a_finite_population_is_sampled_at_most_whole():
    assert simple_size(10.0, population=50) <= 50
    assert simple_size(0.5, population=100) < simple_size(0.5)


def test_one_stratum_is_simple_sampling():
    one = pd.DataFrame({"weight": [1.0], "mean": [10.0], "sd": [5.0]})
    assert stratified_sizes(one).iloc[0] == simple_size(0.5)
    assert pooled_cv(one) == pytest.approx(0.5)


def test_neyman_allocation_follows_weight_times_sd_and_beats_simple_sampling():
    sizes = stratified_sizes(STRATA)
    share = STRATA["weight"] * STRATA["sd"]
    np.testing.assert_allclose(sizes / sizes.sum(), share / share.sum(), atol=1 / sizes.sum())
    assert sizes.sum() < simple_size(pooled_cv(STRATA))
    # by hand: half-width with these sizes is within 10 % of the mean of 48
    error = np.sqrt((share**2 / sizes).sum())
    assert 1.645 * error <= 4.8


@pytest.mark.parametrize(("change", "correlation"), [(2.0, 0.0), (2.0, 0.8), (0.5, 0.9), (20, 0.5)])
def test_paired_size_and_detectable_change_agree_with_statsmodels(change, correlation):
    n = paired_size(change, sd=15.0, correlation=correlation)
    effect = change / change_sd(15.0, correlation=correlation)
    exact = TTestPower().solve_power(effect_size=effect, alpha=0.10, power=0.80)
    assert n == int(np.ceil(exact))
    least = detectable_change(n, sd=15.0, correlation=correlation)
    found = least / change_sd(15.0, correlation=correlation)
    power = TTestPower().power(effect_size=found, nobs=n, alpha=0.10)
    assert power == pytest.approx(0.80, abs=1e-6)
    assert least <= change


@settings(max_examples=50, deadline=None)
@given(st.floats(0.05, 3), st.floats(0.02, 0.5), st.floats(0.5, 0.99))
def test_more_is_asked_of_more_samples(cv, precision, confidence):
    n = simple_size(cv, precision=precision, confidence=confidence)
    assert simple_size(cv * 1.1, precision=precision, confidence=confidence) >= n
    assert simple_size(cv, precision=precision * 0.9, confidence=confidence) >= n


def test_revisiting_correlated_plots_narrows_the_change():
    assert change_sd(10.0, correlation=0.0) == pytest.approx(np.sqrt(200))
    assert change_sd(10.0, correlation=0.5) == pytest.approx(10.0)
    assert change_sd(10.0, correlation=1.0) == 0.0


def test_years_to_detect():
    assert years_to_detect(0.02, change=2.0) == pytest.approx(100.0)
    with pytest.raises(InputError, match="rate"):
        years_to_detect(0.0, change=2.0)


def test_systematic_sample_of_a_trend_beats_and_of_a_wave_fails():
    # four starts a side on a plane of slope 1: variance 2 x 1.25 against 2 x 133.25 / 100 x 15/16
    plane = np.add.outer(np.arange(40.0), np.arange(40.0))
    random = plane.var(ddof=1) / 100 * 15 / 16
    assert systematic_gain(plane, step=4) == pytest.approx(2.5 / random)
    hill = np.multiply.outer(*2 * [np.sin(np.arange(64.0) / 64 * np.pi)])
    assert systematic_gain(hill, step=4) < 0.1
    wave = np.tile(np.array([0.0, 0.0, 0.0, 1.0]), (40, 10))
    assert systematic_gain(wave, step=4) > 10
    noise = np.random.default_rng(0).normal(size=(300, 300))
    assert systematic_gain(noise, step=10) == pytest.approx(1.0, abs=0.35)


def test_credit_is_the_bound_of_statsmodels_and_never_a_debt():
    values = np.array([1.0, 2.0, 0.5, 3.0, 1.5])
    low, _ = DescrStatsW(values).tconfint_mean(alpha=0.05, alternative="larger")
    credit = conservative_credit(values.mean(), sd=values.std(ddof=1), n=5, confidence=0.95)
    assert float(credit) == pytest.approx(low)
    assert float(conservative_credit(1.0, sd=100.0, n=5)) == 0.0
    assert float(conservative_credit(1.0, sd=0.0, n=2)) == 1.0


def test_cover_takes_the_fewest_and_counts_losses():
    flows = {"a": 50.0, "b": -45.0, "c": 4.0, "d": 1.0}
    assert cover(flows, share=0.95) == ["a", "b"]
    assert cover(flows, share=0.951) == ["a", "b", "c"]
    assert cover(flows, share=1.0) == ["a", "b", "c", "d"]


def test_saturation_by_hand():
    assert float(capacity(0.0)) == pytest.approx(4.09)
    assert float(capacity(50.0)) == pytest.approx(22.59)
    assert float(deficit(30.0, fine_share=50.0)) == 0.0
    assert float(deficit(12.59, fine_share=50.0)) == pytest.approx(10.0)


def test_a_saturated_soil_gains_nothing_and_an_empty_one_gains_at_the_rate():
    full = approach(20.0, limit=20.0, gain=1.0, years=30)
    np.testing.assert_allclose(full, 20.0, rtol=1e-14)
    path = approach(0.0, limit=20.0, gain=0.1, years=2000)
    assert path[1] - path[0] == pytest.approx(0.1, rel=0.01)
    assert path[-1] == pytest.approx(20.0, rel=1e-3)
    assert (np.diff(path) > 0).all()


def test_a_bend_without_noise_is_found_exactly():
    years = np.arange(1990, 2015)
    found = find_break(years, bent_series(years, start=100, slopes=(5, 1), bend=2003, noise=0))
    assert found.year == 2003.0
    assert (found.slope_before, found.slope_after) == pytest.approx((5.0, 1.0))
    assert found.p_value < 0.01


def test_a_straight_line_has_no_bend():
    years = np.arange(1990, 2015)
    straight = bent_series(years, start=100, slopes=(5, 5), bend=2003, noise=10, seed=3)
    found = find_break(years, straight)
    assert found.p_value > 0.10
    exact = find_break(years, bent_series(years, start=100, slopes=(5, 5), bend=2003, noise=0))
    assert exact.p_value == 1.0


def test_the_interval_of_the_bend_covers_the_truth_about_as_often_as_it_says():
    years = np.arange(1990, 2015)
    inside = 0
    for seed in range(100):
        series = bent_series(years, start=200, slopes=(11.2, 2.8), bend=2003, noise=8, seed=seed)
        low, high = find_break(years, series, resamples=0).interval
        inside += low <= 2003 <= high
    assert 80 <= inside <= 98


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: simple_size(-1.0), "cv"),
        (lambda: simple_size(0.5, precision=0.0), "precision"),
        (lambda: simple_size(0.5, confidence=1.0), "confidence"),
        (
            lambda: simple_size(1e6),
            r"No sample is large enough(?s:.*)accepted: at most(?s:.*)fix: Ask for less",
        ),
        (
            lambda: paired_size(0.0, sd=1.0, correlation=0.5),
            r"change of zero(?s:.*)found: 0\.0\n(?s:.*)fix: Give the least",
        ),
        (
            lambda: change_sd(1.0, correlation=1.5),
            r"found: 1\.5\n.*-1 to 1\n.*Give `correlation` within",
        ),
        (
            lambda: stratified_sizes(STRATA.assign(weight=0.5)),
            r"one population(?s:.*)weights from 0\.5 that sum(?s:.*)fix: Divide",
        ),
        (lambda: detectable_change(1, sd=1.0, correlation=0.0), "n"),
        (
            lambda: conservative_credit(1.0, sd=1.0, n=1),
            "bound cannot be drawn(?s:.*)fix: .*single plots",
        ),
        (lambda: cover({}), "Nothing to cover(?s:.*)fix: .*name each flow"),
        (lambda: capacity(101.0), r"Not a percentage(?s:.*)found: 101\.(?s:.*)fix: Correct"),
        (
            lambda: deficit(-1.0, fine_share=10.0),
            r"negative(?s:.*)found: -1\.\n.*0 or more\n.*fix:",
        ),
        (
            lambda: approach(1.0, limit=0.0, gain=1.0, years=1),
            r"not above 0(?s:.*)limits from 0, gains from 1\n(?s:.*)fix:",
        ),
        (
            lambda: find_break([1, 2, 3], [1, 2, 3]),
            "cannot be searched(?s:.*)3 years, ascending; 3",
        ),
        (lambda: find_break([*range(7), 6], [np.nan] * 8), "8 years, not ascending; .*, 8 not f"),
        (lambda: find_break([], []), "0 years(?s:.*)fix: Sort by year"),
        (lambda: systematic_gain(np.ones((3, 3)), step=2), r"\(3, 3\), step 2, 0 gaps(?s:.*)fix:"),
    ],
)
def test_sampling_refusals(call, message):
    with pytest.raises(InputError, match=message):
        call()
