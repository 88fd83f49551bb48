"""The smallest change: exact totals, nothing smaller, and series with the spread asked for."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from helpers.errors import InputError
from helpers.reconstruction import (
    centred_basis,
    diagonal_covariance,
    nearest_correlation,
    nearest_with_spread,
    reconstruct,
    series_with_spread,
    smooth_covariance,
)

SHAPE = (4, 5)
seeds = st.integers(0, 2**32 - 1)


def random_system(seed, *, totals=3):
    random = np.random.default_rng(seed)
    rows = random.uniform(0.0, 1.0, (totals, *SHAPE))
    return rows, random.uniform(0.5, 2.0, SHAPE), random


def test_two_equal_cells_share_a_missing_total_equally():
    # one total over two cells of equal room: each takes half; a cell without weight stays
    rows = np.array([[[1.0, 1.0, 0.0]]])
    solved = reconstruct(rows, diagonal_covariance(np.ones((1, 3))))
    np.testing.assert_allclose(solved.change(np.array([4.0])), [[2.0, 2.0, 0.0]])


def test_room_to_move_decides_who_moves():
    # variances 1 and 9: the change is shared 1 to 9
    rows = np.array([[[1.0, 1.0]]])
    solved = reconstruct(rows, diagonal_covariance(np.array([[1.0, 3.0]])))
    np.testing.assert_allclose(solved.change(np.array([10.0])), [[1.0, 9.0]])


def test_unit_covariance_is_the_pseudo_inverse():
    rows, _, random = random_system(1)
    missing = random.normal(size=3)
    expected = np.linalg.pinv(rows.reshape(3, -1)) @ missing
    solved = reconstruct(rows, diagonal_covariance(np.ones(SHAPE)))
    np.testing.assert_allclose(solved.change(missing).ravel(), expected, rtol=1e-9)


@given(seed=seeds, smooth=st.booleans())
@settings(max_examples=50, deadline=None)
def test_totals_are_met_exactly(seed, smooth):
    rows, room, random = random_system(seed)
    covariance = smooth_covariance(room, length=0.7) if smooth else diagonal_covariance(room)
    solved = reconstruct(rows, covariance)
    prior, wanted = random.normal(size=SHAPE), random.normal(size=3)
    field = prior + solved.change(wanted - solved.totals(prior))
    np.testing.assert_allclose(solved.totals(field), wanted, atol=1e-9 * solved.condition)
    assert solved.condition >= 1.0


@given(seed=seeds)
@settings(max_examples=50, deadline=None)
def test_no_other_change_with_the_same_totals_is_smaller(seed):
    rows, room, random = random_system(seed)
    change = reconstruct(rows, diagonal_covariance(room)).change(random.normal(size=3))
    flat = rows.reshape(3, -1)
    other = random.normal(size=flat.shape[1])
    other -= np.linalg.pinv(flat) @ (flat @ other)  # adds to no total
    other = other.reshape(SHAPE)
    np.testing.assert_allclose(np.einsum("kij,ij->k", rows, other), 0.0, atol=1e-10)

    def size(field):
        return ((field / room) ** 2).sum()

    assert size(change + other) >= size(change)
    # the other direction lies at right angles, as the Lagrange conditions say
    np.testing.assert_allclose((change * other / room**2).sum(), 0.0, atol=1e-8)


@given(seed=seeds)
@settings(max_examples=25, deadline=None)
def test_smooth_covariance_is_symmetric_and_not_negative(seed):
    random = np.random.default_rng(seed)
    room = random.uniform(0.0, 1.0, SHAPE)
    basis = np.eye(20).reshape(20, *SHAPE)
    matrix = smooth_covariance(room, length=1.3)(basis).reshape(20, 20)
    np.testing.assert_allclose(matrix, matrix.T, atol=1e-14)
    assert np.linalg.eigvalsh(matrix).min() > -1e-12


def test_a_cell_without_room_does_not_move():
    rows, room, _ = random_system(3)
    room[2, 2] = 0.0
    change = reconstruct(rows, smooth_covariance(room, length=1.0)).change(np.ones(3))
    assert change[2, 2] == 0.0
    assert np.abs(change).max() > 0


def test_a_total_over_cells_without_room_is_refused():
    rows, room, _ = random_system(4)
    with pytest.raises(InputError, match=r"no cell that may move\.\n  where: rows, covariance\n"):
        reconstruct(rows, diagonal_covariance(0 * room))


def test_totals_that_follow_from_each_other_are_refused():
    rows, room, _ = random_system(5, totals=2)
    rows = np.concatenate([rows, rows.sum(axis=0, keepdims=True)])
    with pytest.raises(InputError, match=r"not independent .*\n  where: rows\n"):
        reconstruct(rows, diagonal_covariance(room))


def test_two_parts_have_the_one_correlation_that_fits():
    # 3^2 + 4^2 + 2 * 3 * 4 * r = 6^2, so r = 11 / 24
    matrix, attained = nearest_correlation(np.array([3.0, 4.0]), total=6.0)
    np.testing.assert_allclose(matrix, [[1, 11 / 24], [11 / 24, 1]], atol=1e-12)
    assert attained == 6.0


def test_independent_parts_need_no_correlation():
    matrix, _ = nearest_correlation(np.array([3.0, 4.0]), total=5.0)
    np.testing.assert_allclose(matrix, np.eye(2), atol=1e-12)


def test_nearest_without_the_cone_has_correlations_in_proportion_to_the_spreads():
    # where positive semi-definiteness does not bind, Lagrange gives r_ij = c s_i s_j
    spread = np.array([1.0, 2.0, 3.0])
    matrix, _ = nearest_correlation(spread, total=4.0)
    ratio = matrix[np.triu_indices(3, 1)] / np.outer(spread, spread)[np.triu_indices(3, 1)]
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-9)


@given(
    spread=st.lists(st.floats(0.01, 1.0), min_size=2, max_size=5).map(np.array),
    place=st.floats(0.01, 0.98),
)
@example(spread=np.array([0.276, 0.2, 0.125]), place=0.0215)  # parts that all but cancel
@settings(max_examples=60, deadline=None)
def test_correlations_are_valid_and_give_the_spread(spread, place):
    low = max(0.0, 2 * spread.max() - spread.sum())
    total = low + place * (spread.sum() - low)
    matrix, attained = nearest_correlation(spread, total=total)
    assert attained == total
    np.testing.assert_allclose(np.diag(matrix), 1.0, atol=1e-12)
    np.testing.assert_allclose(matrix, matrix.T, atol=1e-15)
    assert np.linalg.eigvalsh(matrix).min() > -1e-9
    np.testing.assert_allclose(np.sqrt(spread @ matrix @ spread), total, rtol=1e-5)


@given(seed=seeds)
@settings(max_examples=20, deadline=None)
def test_no_valid_correlations_with_the_same_spread_are_nearer_to_none(seed):
    # walk from the answer towards other matrices that meet the condition: distance never falls
    random = np.random.default_rng(seed)
    spread = random.uniform(0.1, 1.0, 4)
    low, high = max(0.0, 2 * spread.max() - spread.sum()), spread.sum()
    target = low + random.uniform(0.05, 0.95) * (high - low)
    best, _ = nearest_correlation(spread, total=target)
    draws = random.normal(size=(200, 4, 6))
    draws /= np.linalg.norm(draws, axis=2, keepdims=True)
    others = draws @ draws.transpose(0, 2, 1)
    variances = np.einsum("i,nij,j->n", spread, others, spread)
    below, above = variances < target**2, variances >= target**2
    if not (below.any() and above.any()):
        return  # no pair of draws straddles the target
    first, second = others[below][0], others[above][0]
    v1, v2 = (spread @ m @ spread for m in (first, second))
    mixed = first + (second - first) * (target**2 - v1) / (v2 - v1)
    assert np.linalg.norm(mixed - np.eye(4)) >= np.linalg.norm(best - np.eye(4)) - 1e-6


@pytest.mark.parametrize(
    ("spread", "total", "closest"),
    [
        ([5.0, 1.0, 1.0], 1.0, 3.0),  # one part larger than all others: 5 - 1 - 1
        ([1.0, 1.0], 3.0, 2.0),  # more than all parts moving together
        ([2.0], 1.0, 2.0),
    ],
)
def test_unattainable_spreads_give_the_closest_and_say_so(spread, total, closest):
    matrix, attained = nearest_correlation(np.array(spread), total=total)
    np.testing.assert_allclose(attained, closest, rtol=1e-12)
    np.testing.assert_allclose(np.sqrt(spread @ matrix @ spread), closest, rtol=1e-6)


@given(seed=seeds)
@settings(max_examples=30, deadline=None)
def test_series_have_exactly_the_covariance_asked_for(seed):
    random = np.random.default_rng(seed)
    spread = random.uniform(0.01, 1.0, 4)
    total = np.sqrt((spread**2).sum()) * random.uniform(0.95, 1.2)
    matrix, _ = nearest_correlation(spread, total=total)
    basis = centred_basis(5, size=4, random=random)
    series = series_with_spread(spread, matrix, basis=basis)
    np.testing.assert_allclose(series.mean(axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(
        np.cov(series, rowvar=False), matrix * np.outer(spread, spread), atol=1e-9
    )


def test_basis_is_orthonormal_centred_and_depends_on_the_seed_only():
    first, again = (centred_basis(5, size=4, random=np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    np.testing.assert_allclose(first.T @ first, np.eye(4), atol=1e-14)
    np.testing.assert_allclose(first.sum(axis=0), 0.0, atol=1e-14)
    other = centred_basis(5, size=4, random=np.random.default_rng(8))
    assert np.abs(first - other).max() > 0.01


def test_stretched_series_keep_their_correlations():
    random = np.random.default_rng(2)
    series = random.normal(size=(5, 3))
    series -= series.mean(axis=0)
    stretched = nearest_with_spread(series, spread=np.array([1.0, 2.0, 3.0]))
    np.testing.assert_allclose(stretched.std(axis=0, ddof=1), [1, 2, 3])
    np.testing.assert_allclose(
        np.corrcoef(stretched, rowvar=False), np.corrcoef(series, rowvar=False), atol=1e-12
    )
