"""Typed uncertainty: refusals, exact algebra, Monte Carlo and an independent library."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from uncertainties import correlated_values_norm, ufloat

from helpers.correlation import correlation_matrix
from helpers.errors import InputError
from helpers.results import SD_KINDS, Row
from helpers.uncertainty import (
    Estimate,
    combine,
    from_interval,
    from_row,
    gaussian_factor,
    monte_carlo,
)

NUMBERS = st.floats(-5, 5, allow_nan=False)
SDS = st.floats(0.01, 2.0)


def interannual(value, sd):
    return Estimate(value=value, sd=sd, kind="interannual", n=5)


@st.composite
def terms(draw, low=2, high=5):
    """Estimates, weights and a valid correlation matrix made from random factors."""
    size = draw(st.integers(low, high))
    values = [draw(NUMBERS) for _ in range(size)]
    sds = [draw(SDS) for _ in range(size)]
    weights = [draw(st.floats(-3, 3)) for _ in range(size)]
    factors = np.random.default_rng(draw(st.integers(0, 10**6))).normal(size=(size, size))
    covariance = factors @ factors.T
    scale = np.sqrt(np.diag(covariance))
    return values, sds, weights, covariance / np.outer(scale, scale)


# --- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": None}, "no declared kind"),
        ({"kind": "sigma"}, "outside the vocabulary"),
        ({"kind": "interanual"}, "did you mean 'interannual'"),
        ({"sd": -0.1}, "no valid sd"),
        ({"sd": float("nan")}, "no valid sd"),
        ({"value": float("inf")}, "no valid value"),
        ({"n": None}, "needs its n"),
    ],
)
def test_an_undeclared_or_impossible_spread_is_refused(change, message):
    fields = {"value": 0.4, "sd": 0.1, "kind": "interannual", "n": 5} | change
    with pytest.raises(InputError, match=message):
        Estimate(**fields)


@pytest.mark.parametrize("operation", ["__add__", "__sub__"])
def test_two_kinds_do_not_mix_silently(operation):
    years = interannual(0.3, 0.04)
    members = Estimate(value=0.2, sd=0.4, kind="members", n=14)
    with pytest.raises(InputError, match=r"Two kinds of ±(.|\n)*interannual and members"):
        getattr(years, operation)(members)
    mixed = combine([years, members], correlation=0.0)
    assert mixed.kind == "propagated"
    assert mixed.n is None
    assert mixed.assumption == "independent; kinds interannual, members"


def test_a_correlation_has_no_default():
    with pytest.raises(TypeError, match="correlation"):
        combine([interannual(1, 1)])


def test_units_do_not_mix():
    other = Estimate(value=1.0, sd=0.1, kind="propagated", unit="g C m-2 yr-1")
    with pytest.raises(InputError, match=r"one unit(?s:.*)accepted: one unit\n"):
        combine([Estimate(value=1.0, sd=0.1, kind="propagated"), other], correlation=0.0)


@pytest.mark.parametrize(
    ("correlation", "message"),
    [
        (-0.6, "No set of errors has this correlation(?s:.*)fix: Bring .* nearer to zero"),
        (1.2, "No set of errors"),
        (np.eye(2), "Not a correlation matrix(?s:.*)fix: Give one number"),
        ([[1, 0.5, 0], [0.4, 1, 0], [0, 0, 1]], "Not a correlation matrix"),
        ([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]], "No set of errors"),
    ],
)
def test_impossible_correlations_are_refused(correlation, message):
    with pytest.raises(InputError, match=message):
        correlation_matrix(correlation, size=3)


def test_a_product_of_two_estimates_is_not_offered():
    with pytest.raises(TypeError, match="unsupported operand"):
        interannual(1, 1) * interannual(1, 1)
    with pytest.raises(TypeError, match="unsupported operand"):
        interannual(1, 1) + 0.5


# --- algebra --------------------------------------------------------------------------------------


def test_sum_difference_and_scaling_of_known_numbers():
    a, b = interannual(0.5, 0.3), interannual(0.2, 0.4)
    assert (a + b).value == pytest.approx(0.7)
    assert (a - b).value == pytest.approx(0.3)
    assert (a + b).sd == pytest.approx(0.5)
    assert (a - b).sd == pytest.approx(0.5)
    assert (a + b).kind == "interannual"
    assert (a + b).n == 5
    assert (-2 * a).value == pytest.approx(-1.0)
    assert (-2 * a).sd == pytest.approx(0.6)
    assert combine([a, b], correlation=1.0).sd == pytest.approx(0.7)
    assert combine([a, b], correlation=-1.0).sd == pytest.approx(0.1)


def test_exact_values_take_no_part_in_the_spread():
    exact = Estimate(value=2.0, sd=0.0, kind="propagated")
    assert exact.probability_positive == 1.0
    assert (-exact).z == -np.inf
    assert combine([exact, interannual(1, 0.3)], correlation=0.9).sd == pytest.approx(0.3)


def test_interval_and_back():
    low, high = interannual(0.4, 0.1).interval(0.9)
    again = from_interval(low, high, coverage=0.9, kind="interannual", n=5)
    assert again.sd == pytest.approx(0.1)
    assert again.value == pytest.approx(0.4)
    with pytest.raises(
        InputError, match=r"does not hold its centre\.\n  where: low, value, high\n"
    ):
        from_interval(0, 1, coverage=0.9, kind="propagated", value=2)
    with pytest.raises(InputError, match=r"Not a coverage\.\n  where: coverage\n"):
        gaussian_factor(1.0)


def test_gaussian_factors_are_those_of_any_table():
    assert gaussian_factor(0.6826894921) == pytest.approx(1.0, abs=1e-9)
    assert gaussian_factor(0.9544997361) == pytest.approx(2.0, abs=1e-9)
    for impossible in (0.0, -0.1, 1.5):
        with pytest.raises(InputError, match="Not a coverage"):
            gaussian_factor(impossible)


def test_the_usual_interval_covers_95_percent():
    low, high = interannual(0.4, 0.1).interval()
    assert (low, high) == pytest.approx((0.4 - 0.1959964, 0.4 + 0.1959964))


def test_a_centre_may_lie_on_an_end_and_the_unit_is_kept():
    for value in (0.0, 1.0):
        found = from_interval(0.0, 1.0, coverage=0.9, kind="propagated", value=value, unit="%")
        assert (found.value, found.unit) == (value, "%")


def test_a_turned_sign_keeps_size_and_spread():
    turned = -interannual(0.4, 0.1)
    assert (turned.value, turned.sd, turned.kind) == (-0.4, 0.1, "interannual")


def test_a_sum_counts_as_few_values_as_its_weaker_part():
    few = Estimate(value=1.0, sd=0.1, kind="interannual", n=3)
    assert (few + interannual(1, 0.1)).n == 3
    exact = Estimate(value=1.0, sd=0.1, kind="propagated")
    assert (exact + exact).n is None


def test_draws_use_the_weights_and_can_be_repeated():
    pair = [interannual(1.0, 0.3), interannual(2.0, 0.4)]
    mean, sd = monte_carlo(pair, correlation=0.0)
    assert mean == pytest.approx(3.0, abs=0.01)
    assert sd == pytest.approx(0.5, abs=0.01)
    mean, sd = monte_carlo(pair, correlation=0.0, weights=[2, -1])
    assert mean == pytest.approx(0.0, abs=0.01)
    assert sd == pytest.approx(np.hypot(0.6, 0.4), abs=0.01)
    assert monte_carlo(pair, correlation=0.0) == monte_carlo(pair, correlation=0.0)


def test_draws_are_as_many_as_documented_and_have_the_spread_of_a_sample():
    pair = [interannual(1.0, 0.3), interannual(2.0, 0.4)]
    documented = monte_carlo(pair, correlation=0.0, draws=100_000, seed=0)
    assert monte_carlo(pair, correlation=0.0) == documented
    sds = [monte_carlo(pair, correlation=0.0, draws=2, seed=seed)[1] for seed in range(2000)]
    assert np.mean(np.square(sds)) == pytest.approx(0.25, rel=0.15)  # unbiased only with n - 1


def test_a_sum_says_what_it_assumed_and_keeps_unit_and_count():
    pair = [Estimate(value=v, sd=1.0, kind="members", n=14, unit="%") for v in (1.0, 2.0)]
    assumed = {
        "independent": 0.0,
        "correlation 0.5 between every pair": 0.5,
        "a stated correlation matrix": np.eye(2),
    }
    for words, correlation in assumed.items():
        whole = combine(pair, correlation=correlation)
        assert (whole.assumption, whole.unit, whole.n) == (words, "%", 14)
    assert combine(pair[:1], correlation=0.0).n == 14
    assert (pair[0] + pair[1]).unit == "%"


def test_weights_may_be_fractions():
    thirds = [Fraction(1, 3), Fraction(2, 3)]
    pair = [interannual(1, 0.3), interannual(2, 0.4)]
    whole = combine(pair, correlation=0.0, weights=thirds)
    assert whole.value == pytest.approx(5 / 3, rel=1e-12)
    assert whole.sd == pytest.approx(np.hypot(0.1, 0.8 / 3), rel=1e-12)
    same = monte_carlo(pair, correlation=0.0, weights=[1 / 3, 2 / 3])
    assert monte_carlo(pair, correlation=0.0, weights=thirds) == same


@pytest.mark.parametrize("kind", SD_KINDS)
def test_rows_and_back(kind):
    estimate = Estimate(value=0.4, sd=0.1, kind=kind, n=6)
    row = estimate.row(quantity="annual_mean", product="beps", scope="China", period="2015-2019")
    assert from_row(row) == estimate
    percent = Estimate(value=40.0, sd=10.0, kind=kind, n=6, unit="%")
    keys = {"quantity": "share", "product": "beps", "scope": "China", "period": "2015-2019"}
    assert from_row(percent.row(**keys)) == percent


def test_a_row_without_spread_is_not_exact():
    row = Row(quantity="a", product="b", scope="China", period="2017", value=1.0, unit="Pg C yr-1")
    with pytest.raises(InputError, match="cannot enter a propagation"):
        from_row(row)


# --- against Monte Carlo and another library ------------------------------------------------------


@pytest.mark.parametrize("rho", [0.0, 0.8, -0.8])
def test_agrees_with_monte_carlo(rho):
    parts = [interannual(0.2, 0.05), interannual(0.1, 0.08)]
    exact = combine(parts, correlation=rho, weights=[1.0, -2.0])
    mean, sd = monte_carlo(parts, correlation=rho, weights=[1.0, -2.0], draws=200_000, seed=7)
    # four standard errors of a mean and of a standard deviation from 200 000 draws
    assert mean == pytest.approx(exact.value, abs=4 * exact.sd / 200_000**0.5)
    assert sd == pytest.approx(exact.sd, rel=4 / (2 * 200_000) ** 0.5)


@settings(max_examples=25, deadline=None)
@given(terms())
def test_agrees_with_monte_carlo_for_any_correlation(case):
    values, sds, weights, matrix = case
    parts = [interannual(v, s) for v, s in zip(values, sds, strict=True)]
    exact = combine(parts, correlation=matrix, weights=weights)
    mean, sd = monte_carlo(parts, correlation=matrix, weights=weights, draws=20_000)
    # six standard errors: 50 comparisons; nearly cancelling sums keep rounding of the draws
    assert mean == pytest.approx(exact.value, abs=6 * exact.sd / 20_000**0.5 + 1e-6)
    assert sd == pytest.approx(exact.sd, rel=6 / 40_000**0.5, abs=1e-6)


@settings(max_examples=100, deadline=None)
@given(terms())
def test_agrees_with_an_independent_library(case):
    values, sds, weights, matrix = case
    parts = [interannual(v, s) for v, s in zip(values, sds, strict=True)]
    ours = combine(parts, correlation=matrix, weights=weights)
    theirs = sum(
        w * x
        for w, x in zip(
            weights, correlated_values_norm(list(zip(values, sds, strict=True)), matrix),
            strict=True,
        )
    )  # fmt: skip
    scale = sum(abs(w) * s for w, s in zip(weights, sds, strict=True))
    assert ours.value == pytest.approx(getattr(theirs, "n", theirs), rel=1e-12, abs=1e-12)
    # the variance, because a sum that nearly cancels loses half of its digits in the root
    assert ours.sd**2 == pytest.approx(getattr(theirs, "s", 0.0) ** 2, abs=1e-12 * scale**2 + 1e-15)


@given(NUMBERS, SDS, NUMBERS, SDS, st.floats(-3, 3))
def test_operators_agree_with_an_independent_library(a, sa, b, sb, factor):
    ours = interannual(a, sa) + factor * interannual(b, sb) - interannual(b, sa)
    theirs = ufloat(a, sa) + factor * ufloat(b, sb) - ufloat(b, sa)
    assert ours.value == pytest.approx(theirs.n, rel=1e-12, abs=1e-12)
    assert ours.sd == pytest.approx(theirs.s, rel=1e-12)


@given(st.floats(-5, 5), st.floats(0.1, 2))
def test_probability_of_sign_mirrors(value, sd):
    one, other = interannual(value, sd), interannual(-value, sd)
    assert one.probability_positive + other.probability_positive == pytest.approx(1.0)
