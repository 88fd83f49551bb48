"""The toy ensemble: simulation against exact coverage, and limits with known answers."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.coverage import (
    INTERVALS,
    Toy,
    coverage,
    coverage_curve,
    effective_members,
    exact_coverage,
    sd_range,
    simulate,
)
from helpers.errors import InputError

REPETITIONS = 4000


def within(found, exact):
    """Four and a half sampling SD of a simulated share, and what 4000 draws cannot resolve."""
    return 4.5 * math.sqrt(max(exact * (1 - exact), 1e-4) / REPETITIONS)


@settings(max_examples=10, deadline=None)
@given(
    members=st.integers(3, 20),
    years=st.integers(2, 6),
    shared=st.floats(0, 0.8),
    member=st.floats(0.1, 0.6),
    noise=st.floats(0, 0.3),
    seed=st.integers(0, 1000),
)
def test_simulation_and_formula_agree(members, years, shared, member, noise, seed):
    toy = Toy(members=members, years=years, shared=shared, member=member, noise=noise)
    found = coverage(toy, repetitions=REPETITIONS, seed=seed)
    for name, value in exact_coverage(toy).items():
        assert found[name] == pytest.approx(value, abs=within(found[name], value))


def test_without_shared_error_the_standard_error_is_honest_for_many_members():
    toy = Toy(members=2000, shared=0.0)
    assert exact_coverage(toy)["standard_error"] == pytest.approx(0.95, abs=0.001)
    assert exact_coverage(toy)["spread"] == pytest.approx(1.0)


def test_shared_error_as_large_as_the_biases_breaks_the_standard_error():
    toy = Toy(shared=0.37, member=0.37, noise=0.0)
    exact = exact_coverage(toy)
    # reach of the standard error: 1.96 / sqrt(1 + 14), Student t with 13 degrees of freedom
    assert exact["standard_error"] == pytest.approx(0.379, abs=0.001)
    assert exact["spread"] == pytest.approx(0.920, abs=0.001)


def test_variability_of_the_land_says_nothing_about_the_error():
    found = coverage(Toy(shared=0.3, noise=0.0), repetitions=REPETITIONS)
    assert found["years"] < 0.4
    assert found["years_error"] < found["years"]
    assert found["standard_error"] < found["spread"]


def test_the_truth_of_the_years_is_kept_by_the_simulation():
    quiet = Toy(shared=0.0, member=0.0, noise=1e-9, variability=0.3)
    means = simulate(quiet, repetitions=50).mean(axis=(1, 2))
    assert means == pytest.approx(np.full(50, quiet.truth), abs=1e-8)


def test_coverage_falls_as_the_shared_error_grows():
    curve = coverage_curve(Toy(), shared=[0.0, 0.5, 1.0, 2.0])
    for _, part in curve.groupby("series"):
        assert part["value"].is_monotonic_decreasing
    assert set(curve["series"]) <= set(INTERVALS.values())


def test_effective_members():
    assert effective_members(Toy(shared=0.0)) == pytest.approx(14)
    assert effective_members(Toy(shared=0.4, member=0.4, noise=0.0)) == pytest.approx(2 / (15 / 14))


def test_range_of_a_sample_sd():
    low, high = sd_range(5)
    assert (low, high) == pytest.approx((0.599, 2.874), abs=0.001)
    with pytest.raises(
        InputError, match=r"needs two values(?s:.*)found: 1\n(?s:.*)fix: Give the number"
    ):
        sd_range(1)


@pytest.mark.parametrize("change", [{"members": 1}, {"years": 1}, {"shared": -1},
                                    {"member": 0.0, "noise": 0.0}])  # fmt: skip
def test_an_ensemble_without_members_or_spread_is_refused(change):
    with pytest.raises(InputError, match=r"Not a toy ensemble(?s:.*)found: Toy\((?s:.*)fix: Raise"):
        Toy(**change)
