"""The compiled functions as plain Python, so that their every line is looked at."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.regrid import bands, kernel


@pytest.mark.parametrize("function", [kernel._add_rows, kernel.add_rows])
def test_two_cells_into_one_with_a_fill_by_hand(function):
    lat = bands.overlaps(np.array([0.0, 1.0, 3.0]), np.array([0.0, 3.0]))
    lon = bands.overlaps(np.array([0.0, 1.0, 2.0]), np.array([0.0, 2.0]))
    block = np.array([[1.0, 2.0], [-9.0, 4.0]], "f4")
    totals, covered = np.empty((1, 1)), np.empty((1, 1))
    function(
        block, lat.pointers, lat.columns, lat.lengths, lon.pointers, lon.columns, lon.lengths,
        np.array([-9.0]), totals, covered,
    )  # fmt: skip
    assert (totals[0, 0], covered[0, 0]) == (1 * 1 + 1 * 2 + 2 * 4, 4.0)  # row two is 2 high
    function(
        block, lat.pointers, lat.columns, lat.lengths, lon.pointers, lon.columns, lon.lengths,
        kernel.NO_FILLS, totals, covered,
    )  # fmt: skip
    assert (totals[0, 0], covered[0, 0]) == (1 + 2 - 18 + 8, 6.0)


@pytest.mark.parametrize("function", [kernel._add_rows, kernel.add_rows])
def test_no_overlap_gives_nothing(function):
    lat = bands.overlaps(np.array([0.0, 1.0, 2.0]), np.array([0.0, 2.0]))
    lon = bands.overlaps(np.array([0.0, 1.0, 2.0]), np.array([5.0, 6.0]))
    totals, covered = np.ones((1, 1)), np.ones((1, 1))
    function(
        np.ones((2, 2)), lat.pointers, lat.columns, lat.lengths, lon.pointers, lon.columns,
        lon.lengths, kernel.NO_FILLS, totals, covered,
    )  # fmt: skip
    assert (totals[0, 0], covered[0, 0]) == (0.0, 0.0)


@pytest.mark.parametrize("function", [kernel._unshuffle, kernel.unshuffle])
@pytest.mark.parametrize("dtype", ["u2", "u4", "u8"])
def test_shuffled_bytes_come_back(function, dtype):
    values = np.random.default_rng(0).integers(0, 2**16 - 1, size=(5, 6)).astype(dtype) * 40503
    width = values.dtype.itemsize
    shuffled = values.reshape(-1).view("u1").reshape(-1, width).T.copy().reshape(-1)
    out = np.zeros((2, 6), dtype)
    function(shuffled, 12, out)
    np.testing.assert_array_equal(out, values[2:4])


def test_without_a_folder_for_machine_code_it_is_compiled_in_each_process(monkeypatch):
    def refuse(function, *, cache=False, **options):
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return function, options

    monkeypatch.setattr(kernel.numba, "njit", refuse)
    assert kernel.compiled(len) == (len, {"nogil": True, "error_model": "numpy"})


def test_machine_code_is_kept_and_lets_other_threads_run(monkeypatch):
    monkeypatch.setattr(kernel.numba, "njit", lambda function, **options: (function, options))
    kept = {"cache": True, "nogil": True, "error_model": "numpy"}
    assert kernel.compiled(len) == (len, kept)


def csr(rng, targets, sources):
    """Return random overlaps of targets with sources, some of them empty, as pointers and lists."""
    dense = np.where(
        rng.random((targets, sources)) < 0.5, rng.uniform(0.5, 2, (targets, sources)), 0
    )
    dense[:, 0] = 0.0  # the first source is never needed
    rows, columns = np.nonzero(dense)
    pointers = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=targets))])
    return dense, pointers, columns, dense[rows, columns]


@pytest.mark.parametrize("function", [kernel._add_rows, kernel.add_rows])
@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 2**32 - 1), dtype=st.sampled_from(["f4", "f8", "i2"]))
def test_every_product_is_added_once(function, seed, dtype):
    rng = np.random.default_rng(seed)
    targets, sources, across, wide = rng.integers(1, 5, 4)
    height, pointers, rows, heights = csr(rng, targets, sources)
    width, lon_pointers, columns, widths = csr(rng, across, wide)
    block = rng.integers(-3, 4, (sources, wide)).astype(dtype)
    fills = np.array([[], [2.0], [2.0, -1.0]][rng.integers(3)], float)
    if dtype != "i2":
        block[rng.random(block.shape) < 0.2] = rng.choice([np.nan, np.inf, -np.inf])
    totals, covered = rng.normal(size=(2, targets, across))
    function(
        block, pointers, rows, heights, lon_pointers, columns, widths, fills, totals, covered
    )  # fmt: skip
    valid = np.isfinite(block) & ~np.isin(block, fills)
    np.testing.assert_allclose(
        totals, height @ np.where(valid, block, 0).astype(float) @ width.T, atol=1e-12
    )
    np.testing.assert_allclose(covered, height @ valid.astype(float) @ width.T, atol=1e-12)
