"""Release of thawed carbon: limits, the closed form, laws that agree where pinned, uneven Q10."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad, solve_ivp

from helpers import q10, uneven_q10
from helpers.errors import InputError

PLAN = q10.Plan(stock=2.0, years=80.0, start=0.0, warming=0.04, decay=0.01, reference=5.0)
LAWS = pytest.mark.parametrize("law", list(q10.LAWS))


@LAWS
def test_at_q10_one_temperature_does_nothing(law):
    np.testing.assert_allclose(
        q10.rate(law, np.array([-10.0, 0.0, 25.0]), q10=1.0, reference=5.0), 1.0, rtol=0, atol=0
    )
    assert q10.from_warming(PLAN, q10=1.0, law=law) == 0.0
    assert q10.local_q10(law, 3.0, q10=1.0, reference=5.0) == 1.0


@given(st.floats(1.05, 5), st.floats(-5, 10), st.floats(0.001, 0.1), st.floats(10, 300))
def test_constant_q10_is_integrated_as_in_the_closed_form(value, start, warming, years):
    plan = replace(PLAN, start=start, warming=warming, years=years)
    slope = warming * np.log(value) / 10
    closed = 0.01 * value ** ((start - 5) / 10) * np.expm1(slope * years) / slope
    assert q10.exposure(plan, q10=value)[-1] == pytest.approx(closed, rel=1e-10)


def test_without_warming_decay_is_exponential():
    still = replace(PLAN, warming=0.0, start=5.0, supply="at-once")
    assert q10.release(still, q10=3.0) == pytest.approx(2.0 * (1 - np.exp(-0.8)), rel=1e-12)
    evenly = replace(still, supply="linear")
    by_hand = 2.0 * (1 - (1 - np.exp(-0.8)) / 0.8)
    assert q10.release(evenly, q10=3.0) == pytest.approx(by_hand, rel=1e-10)


@LAWS
def test_release_solves_its_differential_equation(law):
    def slope(time, state):
        warmth = np.array(PLAN.start + PLAN.warming * time)
        loss = PLAN.decay * q10.rate(law, warmth, q10=2.5, reference=PLAN.reference) * state[0]
        return [PLAN.stock / PLAN.years - loss, loss]

    solved = solve_ivp(slope, (0, PLAN.years), [0.0, 0.0], rtol=1e-10, atol=1e-12).y[1, -1]
    # the solver's own tolerance
    assert q10.release(PLAN, q10=2.5, law=law) == pytest.approx(solved, rel=1e-7)


@LAWS
def test_laws_agree_in_rate_and_slope_where_they_are_pinned(law):
    assert q10.rate(law, np.array([5.0]), q10=2.7, reference=5.0)[0] == pytest.approx(1.0)
    step = 1e-4
    ends = q10.rate(law, np.array([5.0 - step, 5.0 + step]), q10=2.7, reference=5.0)
    # a difference quotient
    assert np.diff(np.log(ends))[0] / (2 * step) == pytest.approx(np.log(2.7) / 10, rel=1e-6)


def test_varying_q10_falls_as_it_warms_and_constant_does_not():
    cold, warm = (
        {law: q10.local_q10(law, t, q10=2.0, reference=5.0) for law in q10.LAWS} for t in (-5, 20)
    )
    assert cold["constant"] == pytest.approx(warm["constant"], rel=1e-12)
    assert cold["lloyd-taylor"] > cold["arrhenius"] > 2.0 > warm["arrhenius"] > warm["lloyd-taylor"]


def test_lloyd_and_taylor_as_published():
    """E0 = 308.56 K at 10 degC, the value of the paper, is a Q10 there of about 2.6."""
    value = np.exp(10 * 308.56 / (283.15 - 227.13) ** 2)
    published = np.exp(308.56 * (1 / 56.02 - 1 / (298.15 - 227.13)))
    found = q10.rate("lloyd-taylor", np.array([25.0]), q10=value, reference=10.0)[0]
    assert found == pytest.approx(published, rel=1e-12)


@given(st.floats(0.5, 6), st.sampled_from(list(q10.LAWS)), st.sampled_from(q10.SUPPLIES))
def test_never_more_is_released_than_thaws(value, law, supply):
    lost = q10.release(replace(PLAN, decay=0.5, supply=supply), q10=value, law=law)
    assert 0 <= lost <= PLAN.stock * (1 + 1e-12)


def test_parameters_move_the_release_as_they_should():
    base = q10.from_warming(PLAN, q10=2.0)
    assert q10.from_warming(replace(PLAN, warming=0.08), q10=2.0) > base > 0
    assert q10.from_warming(PLAN, q10=3.0) > base
    assert q10.release(replace(PLAN, stock=0.0), q10=2.0) == 0.0
    assert q10.release(replace(PLAN, decay=0.0), q10=2.0) == 0.0
    assert q10.release(replace(PLAN, supply="at-once"), q10=2.0) > q10.release(PLAN, q10=2.0)


def test_the_tables_say_what_the_functions_say():
    table = q10.comparison(PLAN, q10=2.0)
    constant, curved = table.loc["constant"], table.loc["lloyd-taylor"]
    assert constant["release, change [%]"] == 0
    change = 100 * (curved["release"] / constant["release"] - 1)
    assert curved["release, change [%]"] == pytest.approx(change)
    pinned = q10.by_reference(PLAN, low=1.5, high=4.0, references=[0, 25])
    assert pinned.loc[25.0, "ratio"] > pinned.loc[0.0, "ratio"] > 1
    lines = q10.by_q10(PLAN, [1, 2])
    assert (lines.loc[lines["x"] == 1, "value"] == 0).all()


@pytest.mark.parametrize(
    ("action", "message"),
    [
        (lambda: q10.release(PLAN, q10=0.0), r"not above zero(?s:.*)found: 0\.0(?s:.*)fix: Give"),
        (lambda: q10.release(PLAN, q10=float("nan")), "not above zero"),
        (
            lambda: q10.release(PLAN, q10=2.0, law="linear"),
            r"Unknown law(?s:.*)'linear'(?s:.*)fix:",
        ),
        (
            lambda: replace(PLAN, years=0),
            r"impossible(?s:.*)found: \S+, 0, \S+\n(?s:.*)fix: Correct",
        ),
        (lambda: replace(PLAN, stock=-1), "impossible"),
        (lambda: replace(PLAN, supply="never"), r"Unknown supply(?s:.*)'never'(?s:.*)fix:"),
        (
            lambda: q10.lloyd_taylor(np.array([-60.0, np.nan]), q10=2.0, reference=5.0),
            r"Too cold(?s:.*)found: -60 degC(?s:.*)fix: Choose",
        ),
        (lambda: q10.lloyd_taylor(np.array([]), q10=2.0, reference=-60.0), "found: -60 degC"),
    ],
)
def test_impossible_choices_are_refused(action, message):
    with pytest.raises(InputError, match=message):
        action()


def test_even_q10_changes_nothing():
    assert uneven_q10.gain(2.0, warming=3.0, spread=0.0, carbon_spread=0.8) == pytest.approx(0)


def test_spread_alone_weakens_below_ten_degrees_and_strengthens_above():
    below, at, above = (uneven_q10.gain(2.0, warming=w, spread=0.4) for w in (3.0, 10.0, 15.0))
    assert below < 0 < above
    assert at == pytest.approx(0, abs=1e-10)
    assert uneven_q10.gain(2.0, warming=3.0, spread=0.4, held="geometric") > 0


@pytest.mark.parametrize("held", uneven_q10.MEANS)
def test_the_closed_form_is_the_mean_over_places(held):
    generator = np.random.default_rng(20)
    log_q10, log_carbon = generator.multivariate_normal(
        [0, 0], [[0.16, 0.5 * 0.4 * 0.8], [0.5 * 0.4 * 0.8, 0.64]], 400_000
    ).T
    middle = np.log(2.0) - (0.08 if held == "arithmetic" else 0.0)
    carbon = np.exp(log_carbon)
    sampled = (carbon * np.exp(0.3 * (middle + log_q10))).sum() / carbon.sum()
    found = uneven_q10.response(2.0, spread=0.4, warming=3.0, carbon_spread=0.8, correlation=0.5,
                                held=held)  # fmt: skip
    assert found == pytest.approx(sampled, rel=2e-3)  # sampling error of 400 000 draws


def test_the_mean_over_places_by_quadrature():
    def density(z):
        return np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) * np.exp(0.5 * (np.log(3) + 0.6 * z))

    found = uneven_q10.response(3.0, spread=0.6, warming=5.0, held="geometric")
    assert found == pytest.approx(quad(density, -12, 12)[0], rel=1e-10)


def test_the_needed_correlation_gives_the_target():
    given = {"warming": 2.5, "spread": 0.35, "carbon_spread": 0.7}
    needed = uneven_q10.needed_correlation(2.2, target=15.0, **given)
    assert uneven_q10.gain(2.2, correlation=needed, **given) == pytest.approx(15.0, rel=1e-10)


@pytest.mark.parametrize(
    ("action", "message"),
    [
        (
            lambda: uneven_q10.gain(1.0, warming=3.0, spread=0.2),
            r"Q10 1, warming 3 degC(?s:.*)fix:",
        ),
        (lambda: uneven_q10.gain(2.0, warming=0.0, spread=0.2), "no feedback"),
        (
            lambda: uneven_q10.gain(2.0, warming=3.0, spread=-0.2),
            r"impossible(?s:.*)spreads -0\.2 and 0(?s:.*)fix:",
        ),
        (lambda: uneven_q10.response(2.0, warming=3.0, spread=0.2, correlation=2), "impossible"),
        (lambda: uneven_q10.response(2.0, warming=3.0, spread=0.2, held="mode"), "impossible"),
        (
            lambda: uneven_q10.needed_correlation(
                2.0, target=25, warming=3.0, spread=0.0, carbon_spread=0.8
            ),
            r"no correlation matters(?s:.*)found: 0, 0\.8, 3\n(?s:.*)fix: Give",
        ),
    ],
)
def test_impossible_unevenness_is_refused(action, message):
    with pytest.raises(InputError, match=message):
        action()
