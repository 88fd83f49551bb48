"""Intervals of a share of sites, by hand and against scipy."""

import numpy as np
import pytest
from scipy import stats

from helpers import proportions
from helpers.errors import InputError

SCIPY = {"wilson": "wilson", "clopper-pearson": "exact"}


@pytest.mark.parametrize("method", list(SCIPY))
@pytest.mark.parametrize(("count", "sites"), [(26, 32), (0, 5), (5, 5), (1, 40)])
@pytest.mark.parametrize("confidence", [0.9, 0.95])
def test_intervals_are_those_of_scipy(method, count, sites, confidence):
    found = proportions.interval(count, sites, method=method, confidence=confidence)
    known = stats.binomtest(count, sites).proportion_ci(confidence, method=SCIPY[method])
    np.testing.assert_allclose(found, [known.low, known.high], rtol=1e-9, atol=1e-12)


def test_the_published_count_by_hand():
    z, p, n = stats.norm.ppf(0.975), 26 / 32, 32
    half = z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    by_hand = np.array([p + z**2 / (2 * n) - half, p + z**2 / (2 * n) + half]) / (1 + z**2 / n)
    np.testing.assert_allclose(proportions.interval(26, 32), by_hand, rtol=1e-12)
    assert [round(100 * end) for end in by_hand] == [65, 91]


def test_fewer_independent_places_widen_the_interval():
    table = proportions.dependence(26, 32, independent=[32, 16, 8])
    assert (np.diff(table["high"] - table["low"]) > 0).all()
    assert list(table["majority"]) == [True, True, False]
    np.testing.assert_allclose(table.loc[0, ["low", "high"]].astype(float),
                               proportions.interval(26, 32), rtol=1e-12)  # fmt: skip


def test_the_fewest_places_for_a_majority():
    fewest = proportions.least_independent(26, 32)
    assert proportions.interval(26 / 32 * fewest, fewest)[0] > 0.5
    assert proportions.interval(26 / 32 * (fewest - 1), fewest - 1)[0] <= 0.5
    assert proportions.least_independent(17, 32) is None


def test_break_even():
    assert proportions.break_even(26, 32) == pytest.approx(26 / 6)
    assert proportions.break_even(32, 32) == float("inf")


@pytest.mark.parametrize(
    ("action", "message"),
    [
        (lambda: proportions.interval(33, 32), r"where: count, sites\n.*33 of 32(?s:.*)fix: Count"),
        (lambda: proportions.interval(-1, 32), "not among the sites"),
        (lambda: proportions.interval(0, 0), "not among the sites"),
        (
            lambda: proportions.interval(1, 2, method="wald"),
            r"Unknown interval(?s:.*)'wald'(?s:.*)fix:",
        ),
        (lambda: proportions.interval(1, 2, confidence=95), r"found: 95\n(?s:.*)not a percentage"),
        (
            lambda: proportions.dependence(1, 2, independent=[3]),
            r"independent\n  found: 3\n(?s:.*)at most 2\n",
        ),
    ],
)
def test_impossible_counts_are_refused(action, message):
    with pytest.raises(InputError, match=message):
        action()
