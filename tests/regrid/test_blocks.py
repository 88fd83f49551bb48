"""The two engines: the same bits as each other, the same numbers as sparse matrices."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import regrid
from helpers.regrid import bands, blocks, kernel


def two_grids(rng, counts, *, origin=0.0, box=False):
    """Return the bands between two random grids, and the grids as edges."""
    rows, columns, target_rows, target_columns = counts
    source = (
        np.linspace(-90, 90, rows + 1),
        np.linspace(-180, 180, columns + 1) + origin,
    )
    low, high = sorted(rng.uniform(-90, 90, 2)) if box else (-90, 90)
    target = np.linspace(low, high, target_rows + 1), np.linspace(-180, 180, target_columns + 1)
    return (*bands.bands_of(source, target), source, target)


@settings(deadline=None, max_examples=60)
@given(
    st.tuples(st.integers(1, 40), st.integers(2, 60), st.integers(1, 30), st.integers(2, 50)),
    st.floats(0, 1), st.integers(0, 2**32 - 1), st.floats(-180, 180), st.booleans(),
    st.sampled_from(["f4", "f8"]),
)  # fmt: skip
def test_both_engines_give_the_same_bits(counts, missing, seed, origin, box, dtype):
    rng = np.random.default_rng(seed)
    lat, lon, source, target = two_grids(rng, counts, origin=origin, box=box)
    field = rng.normal(size=(2, lat.sources, lon.sources)).astype(dtype)
    field[rng.random(field.shape) < missing] = np.nan
    totals, covered = blocks.sums(field, lat, lon=lon)
    for layer, total, cover in zip(field, totals, covered, strict=True):
        pair = kernel.add_layer(layer, lat, lon=lon)
        np.testing.assert_array_equal(pair[0], total)
        np.testing.assert_array_equal(pair[1], cover)
    # sparse matrices add the same numbers in an order of their own
    matrices = (
        regrid.overlap_matrix(np.sin(np.deg2rad(source[0])), np.sin(np.deg2rad(target[0]))),
        regrid.overlap_matrix(np.deg2rad(source[1]), np.deg2rad(target[1]), period=2 * np.pi),
    )
    filled = np.nan_to_num(field.astype(float))
    for layer, total in zip(filled, totals, strict=True):
        expected = (matrices[0] @ layer) @ matrices[1].T
        scale = float((matrices[0] @ np.abs(layer) @ matrices[1].T).max()) + 1e-300
        np.testing.assert_allclose(total, expected, rtol=1e-12, atol=1e-12 * scale)


def test_what_is_covered_without_gaps_has_the_bits_of_the_full_grid():
    lat, lon, *_ = two_grids(np.random.default_rng(0), (31, 47, 12, 18), origin=7.3)
    _, covered = blocks.sums(np.ones((1, 31, 47)), lat, lon=lon)
    np.testing.assert_array_equal(covered[0], blocks.whole(lat, lon))
    _, cover = kernel.add_layer(np.ones((31, 47), "f4"), lat, lon=lon)
    np.testing.assert_array_equal(cover, covered[0])


def test_single_precision_input_loses_nothing_on_the_way():
    rng = np.random.default_rng(1)
    lat, lon, *_ = two_grids(rng, (31, 47, 12, 18))
    single = rng.normal(size=(1, 31, 47)).astype("f4")
    for narrow, wide in zip(
        blocks.sums(single, lat, lon=lon),
        blocks.sums(single.astype("f8"), lat, lon=lon),
        strict=True,
    ):
        np.testing.assert_array_equal(narrow, wide)


def test_large_fields_take_the_compiled_engine(monkeypatch):
    lat, lon, *_ = two_grids(np.random.default_rng(0), (8, 12, 4, 6))
    field = np.random.default_rng(2).normal(size=(5, 8, 12))[:, ::-1]
    expected = blocks.sums(field, lat, lon=lon)
    seen = []
    real = kernel.add_layer
    monkeypatch.setattr(kernel, "add_layer", lambda *a, **k: seen.append(1) or real(*a, **k))
    monkeypatch.setattr(blocks, "COMPILED_FROM", 1)
    for one, two in zip(blocks.sums(field, lat, lon=lon, threads=2), expected, strict=True):
        np.testing.assert_array_equal(one, two)
    assert len(seen) == 5


@pytest.mark.parametrize("gap", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_missing_in_both(gap):
    lat, lon, *_ = two_grids(np.random.default_rng(0), (2, 2, 1, 2))
    field = np.array([[1.0, 2.0], [gap, 4.0]])
    totals, covered = blocks.sums(field, lat, lon=lon)
    assert np.isfinite(totals).all()
    assert covered[0, 0] == pytest.approx(covered[0, 1] / 2)
    pair = kernel.add_layer(field, lat, lon=lon)
    np.testing.assert_array_equal(pair[0], totals)


def test_gaps_that_stay_are_added_once(monkeypatch):
    lat, lon, *_ = two_grids(np.random.default_rng(0), (8, 12, 4, 6))
    field = np.ones((4, 8, 12))
    field[:2, 0, 0] = np.nan
    expected = [blocks.sums(one, lat, lon=lon) for one in field]
    seen = []
    real = blocks.apply
    monkeypatch.setattr(blocks, "apply", lambda *a, **k: seen.append(1) or real(*a, **k))
    for result, layers in zip(
        blocks.sums(field, lat, lon=lon), zip(*expected, strict=True), strict=True
    ):
        np.testing.assert_array_equal(result, layers)
    assert len(seen) == 4 + 2  # each layer, and two different gaps
