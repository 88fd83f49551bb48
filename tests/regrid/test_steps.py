"""Which layers share chunks, which rows are read together, and where they lie in the file."""

import os

import netCDF4
import numpy as np
import pytest

from helpers.regrid import bands, plain, steps


def made(tmp_path, *, shape=(5, 12, 6), chunks=None, wanted=None, dtype="<f4"):
    """Return the layers of a small file, in one piece or in chunks."""
    path = tmp_path / "in.nc"
    with netCDF4.Dataset(path, "w") as dataset:
        names = ("member", "time", "lat", "lon")[-len(shape) :]
        for name, size in zip(names, shape, strict=True):
            dataset.createDimension(name, size)
        options = {"contiguous": True} if chunks is None else {"chunksizes": chunks}
        endian = "big" if dtype.startswith(">") else "little"
        variable = dataset.createVariable("nep", dtype, names, endian=endian, **options)
        variable[:] = np.arange(np.prod(shape)).reshape(shape)
    stored = plain.stored(path, "nep")
    leading = tuple(np.arange(size) for size in shape[:-2]) if wanted is None else wanted
    rows, columns = np.arange(shape[-2]), np.arange(shape[-1])
    return steps.Steps(stored, steps.decoding_of({}, stored), leading, rows=rows, columns=columns)


@pytest.mark.parametrize(
    ("wanted", "units"),
    [
        (None, [[0, 1], [2, 3], [4]]),
        ((np.array([4, 0, 3]),), [[0], [1], [2]]),
        ((np.array([2, 3, 1, 0]),), [[0, 1], [2, 3]]),
    ],
)
def test_layers_that_share_their_chunks_are_one_unit(tmp_path, wanted, units):
    assert list(made(tmp_path, chunks=(2, 12, 6), wanted=wanted).units()) == units


def test_layers_in_one_piece_are_units_of_their_own(tmp_path):
    found = made(tmp_path, shape=(2, 3, 4, 6))
    assert list(found.units()) == [[number] for number in range(6)]
    assert found.positions == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]
    assert found.size == 6
    flat = made(tmp_path, shape=(4, 6))
    assert (list(flat.units()), flat.positions, flat.size) == ([[0]], [()], 1)


def test_groups_take_as_many_targets_as_stay_below_the_limit(tmp_path, monkeypatch):
    found = made(tmp_path)
    edges = np.arange(13.0)
    lat = bands.overlaps(edges, np.array([0.5, 2.5, 3.0, 4.0, 7.5, 9.0, 12.0, 14.0, 15.0]))
    row = 6 * 4
    needed = [(0, 3), (2, 3), (3, 4), (4, 8), (7, 9), (9, 12), None, None]
    for rows in range(1, 15):
        monkeypatch.setattr(steps, "GROUP_BYTES", rows * row)
        groups = found.groups(lat)
        start = 0
        for group in groups:
            assert group.targets.start == start
            spans = [one for one in needed[group.targets] if one is not None]
            assert (group.first, group.last) == (spans[0][0], spans[-1][1])
            alone = group.targets.stop - group.targets.start == 1
            assert alone or (group.last - group.first) < rows
            if group.targets.stop < 6:  # one more would have been too many
                assert needed[group.targets.stop][1] - group.first >= rows
            entries = slice(lat.pointers[group.targets.start], lat.pointers[group.targets.stop])
            np.testing.assert_array_equal(group.rows + group.first, lat.columns[entries])
            np.testing.assert_array_equal(group.heights, lat.lengths[entries])
            assert group.pointers[0] == 0
            assert group.pointers.size == group.targets.stop - start + 1
            start = group.targets.stop
        assert start >= 6


def test_spans_hold_what_is_needed_and_no_more(tmp_path):
    found = made(tmp_path)
    lat = bands.overlaps(np.arange(13.0), np.array([2.5, 4.0, 6.5]))
    lon = bands.overlaps(np.arange(7.0), np.array([1.0, 2.5]))
    assert found.spans(lat, lon) == (slice(2, 7), slice(1, 3))


@pytest.mark.parametrize("shape", [(4, 6), (3, 4, 6), (2, 3, 4, 6)])
@pytest.mark.parametrize("dtype", [">f4", "<i2", ">f8"])
def test_rows_of_a_layer_are_found_in_the_file(tmp_path, shape, dtype):
    found = made(tmp_path, shape=shape, dtype=dtype)
    values = np.arange(np.prod(shape)).reshape(-1, *shape[-2:])
    handle = found.open()
    try:
        for number in range(found.size):
            for first, last in ((0, 4), (1, 3), (3, 4)):
                rows = found.read_rows(handle, number, first=first, last=last)
                np.testing.assert_array_equal(rows, values[number, first:last])
                assert rows.dtype == np.dtype(dtype).newbyteorder("=")
                assert rows.shape == (last - first, 6)
    finally:
        os.close(handle)


def test_fills_are_numbers_and_units_of_time_are_refused(tmp_path):
    stored = made(tmp_path).stored
    found = steps.decoding_of({"_FillValue": 3, "missing_value": np.array([5.0, np.nan])}, stored)
    assert found.fills.tolist() == [3.0, 5.0]
    assert found.dtype is None
    block = np.array([[3.0, 1.0]], "f4")
    values, fills = found.unpack(block)
    assert values is block
    assert fills.tolist() == [3.0, 5.0]
    for word in ("since", "day", "hour", "minute", "second", "millisecond", "microsecond"):
        with pytest.raises(plain.NotPlainError, match=f"numbers to be read as {word}"):
            steps.decoding_of({"units": f"{word} 2000-01-01"}, stored)
    assert steps.decoding_of({"units": "kg m-2 s-1"}, stored).fills.size == 0
    assert steps.decoding_of({"units": "g m-2 -day"}, stored).fills.size == 0
    packed = steps.decoding_of({"_FillValue": 3, "scale_factor": 0.5, "add_offset": 1.0}, stored)
    values, fills = packed.unpack(np.array([[3.0, 4.0]], "f4"))
    assert np.isnan(values[0, 0])
    assert (values[0, 1], fills.size) == (3.0, 0)
