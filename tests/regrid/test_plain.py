"""What is plain and what is not, with the reason."""

import os
import zlib
from pathlib import Path

import h5py
import numpy as np
import pytest

from helpers.regrid import bands, plain, steps, stream, threads


@pytest.fixture
def file(tmp_path):
    with h5py.File(tmp_path / "in.h5", "w") as opened:
        yield opened


def refused(opened, name):
    opened.flush()
    with pytest.raises(plain.NotPlainError, match=r".") as caught:
        plain.stored(opened.filename, name)
    return str(caught.value)


def test_what_is_not_plain(file, monkeypatch):
    values = np.zeros((2, 4, 6), "f4")
    file["complex"] = values.astype("c8")
    file["line"] = values[0, 0]
    file.create_dataset("lzf", data=values, compression="lzf")
    file.create_dataset("checked", data=values, fletcher32=True)
    file.create_dataset("unwritten", shape=(2, 4, 6), dtype="f4")
    file.create_group("group")
    layout = h5py.VirtualLayout(shape=(2, 4, 6), dtype="f4")
    layout[0] = h5py.VirtualSource("elsewhere.h5", "values", shape=(4, 6))
    file.create_virtual_dataset("virtual", layout)
    file["empty"] = np.zeros((0, 4, 6))
    file["text"] = np.full((2, 2), b"abcd")
    file["half"] = np.zeros((4, 6), "f2")
    file["logical"] = np.zeros((4, 6), bool)
    outside = file.create_dataset(
        "outside", (4, 6), "f4", external=[(file.filename + ".raw", 0, h5py.h5f.UNLIMITED)]
    )
    outside[:] = 1.0
    assert refused(file, "complex") == "numbers of type complex64"
    for name in ("line", "group", "empty"):
        assert refused(file, name) == "no variable on a grid"
    assert refused(file, "text") == "numbers of type |S4"
    assert refused(file, "logical") == "numbers of type bool"
    assert refused(file, "lzf") == "filters (32000,)"
    assert refused(file, "checked") == "filters (3,)"
    for name in ("unwritten", "outside"):
        assert refused(file, name) == "the values lie elsewhere, or nowhere"
    assert refused(file, "virtual") == "a layout without bytes of its own"
    assert "none" in refused(file, "none")
    assert plain.stored(file.filename, "half").dtype == np.dtype("f2")
    said = "this system cannot read parts of files as needed"
    monkeypatch.setattr(plain.sys, "byteorder", "big")
    assert refused(file, "half") == said
    monkeypatch.undo()
    monkeypatch.delattr(plain.os, "preadv")
    assert refused(file, "half") == said


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("deflate", [False, True])
def test_where_the_bytes_of_chunks_are(file, shuffle, deflate):
    values = np.arange(2 * 4 * 6, dtype="f4").reshape(2, 4, 6)
    made = file.create_dataset(
        "nep", data=values, chunks=(1, 3, 6), shuffle=shuffle, fillvalue=-9.0,
        compression="gzip" if deflate else None,
    )  # fmt: skip
    for axis, name in enumerate(("time", "lat", "lon")):
        scale = file.require_group("axes").create_dataset(name, data=np.arange(made.shape[axis]))
        scale.make_scale(name)
        if axis:
            made.dims[axis].attach_scale(scale)
    file.flush()
    found = plain.stored(file.filename, "nep")
    assert (found.name, found.shape, found.dtype) == ("/nep", (2, 4, 6), np.dtype("f4"))
    assert found.path == Path(file.filename)
    assert found.dims == ("", "lat", "lon")
    assert (found.offset, found.chunk_shape, found.fill) == (None, (1, 3, 6), -9.0)
    assert found.filters == (2,) * shuffle + (1,) * deflate
    assert found.is_shuffled == shuffle
    assert found.chunk_bytes == 1 * 3 * 6 * 4
    assert set(found.chunks) == {(t, row, 0) for t in range(2) for row in range(2)}
    assert found.attrs == {}
    handle = os.open(file.filename, os.O_RDONLY)
    try:
        raw = np.frombuffer(found.read_chunk(handle, (1, 0, 0)), "u1")
    finally:
        os.close(handle)
    raw = raw.reshape(4, -1).T.reshape(-1) if shuffle else raw
    np.testing.assert_array_equal(raw.copy().view("f4").reshape(3, 6), values[1, :3])


def test_where_a_variable_in_one_piece_is(file):
    made = file.create_dataset("nep", data=np.arange(2.0 * 3 * 4 * 6).reshape(2, 3, 4, 6))
    made.attrs["long_name"] = "net uptake"
    file.flush()
    found = plain.stored(file.filename, "nep")
    assert found.offset == made.id.get_offset() > 0
    assert (found.chunk_shape, found.chunks, found.filters) == ((1, 1, 4, 6), {}, ())
    assert found.dims == ("", "", "", "")
    assert found.attrs == {"long_name": "net uptake"}
    assert not found.is_shuffled


def test_user_blocks_and_chunks_that_skip_a_filter(tmp_path):
    with h5py.File(tmp_path / "block.h5", "w", userblock_size=512) as opened:
        opened["nep"] = np.zeros((4, 6))
        assert refused(opened, "nep") == "the file has a user block"
    with h5py.File(tmp_path / "skip.h5", "w") as opened:
        made = opened.create_dataset(
            "nep", shape=(1, 4, 6), dtype="f4", chunks=(1, 4, 6), compression="gzip"
        )
        made.id.write_direct_chunk((0, 0, 0), np.zeros(24, "f4").tobytes(), filter_mask=1)
        assert refused(opened, "nep") == "chunks that skip a filter"


def test_attributes_are_single_values_and_texts(file):
    made = file.create_dataset("nep", data=np.zeros((4, 6)))
    made.attrs["scale_factor"] = np.array([0.5])
    made.attrs["units"] = np.bytes_(b"kg")
    made.attrs["valid_range"] = np.array([0.0, 1.0])
    made.attrs["CLASS"] = "x"
    made.attrs["NAME"] = "x"
    made.attrs["DIMENSION_LIST"] = "x"
    made.attrs["REFERENCE_LIST"] = "x"
    made.attrs["_Netcdf4Dimid"] = 0
    made.attrs["NAMES"] = "kept"
    made.attrs["table"] = np.array([[2.5]])
    found = plain.attributes(made)
    assert set(found) == {"scale_factor", "units", "valid_range", "NAMES", "table"}
    assert found["table"] == 2.5
    assert np.ndim(found["table"]) == 0
    assert found["scale_factor"] == 0.5
    assert found["units"] == "kg"
    assert found["valid_range"].tolist() == [0.0, 1.0]


def test_reads_that_are_cut_short_go_on_or_fail(tmp_path, monkeypatch):
    path = tmp_path / "bytes"
    path.write_bytes(bytes(range(100)))
    handle = os.open(path, os.O_RDONLY)
    real, real_vector = os.pread, os.preadv
    monkeypatch.setattr(plain.os, "pread", lambda h, n, o: real(h, min(n, 7), o))
    monkeypatch.setattr(plain.os, "preadv", lambda h, b, o: real_vector(h, [b[0][:7]], o))
    try:
        assert plain.read_exactly(handle, 10, size=20) == bytes(range(10, 30))
        buffer = np.zeros(20, "u1")
        plain.fill_exactly(handle, 10, buffer=buffer)
        assert buffer.tobytes() == bytes(range(10, 30))
        with pytest.raises(OSError, match="ends 10 bytes early"):
            plain.read_exactly(handle, 90, size=20)
        with pytest.raises(OSError, match="ends 10 bytes early"):
            plain.fill_exactly(handle, 90, buffer=buffer)
    finally:
        os.close(handle)


def test_a_chunk_of_the_wrong_size_is_refused(file, tmp_path):
    made = file.create_dataset("nep", shape=(4, 6), dtype="f4", chunks=(4, 6), compression="gzip")
    made.id.write_direct_chunk((0, 0), zlib.compress(b"short"))
    file.flush()
    stored = plain.stored(file.filename, "nep")
    handle = os.open(file.filename, os.O_RDONLY)
    try:
        with pytest.raises(OSError, match="with 5 bytes, not 96"):
            stored.read_chunk(handle, (0, 0))
        assert stored.read_chunk(handle, (5, 5)) is None
        made.id.write_direct_chunk((0, 0), zlib.compress(bytes(97)))
        file.flush()
        longer = plain.stored(file.filename, "nep")
        with pytest.raises(OSError, match="damaged chunk of /nep, or one of more than 96 bytes"):
            longer.read_chunk(handle, (0, 0))
    finally:
        os.close(handle)


@pytest.mark.parametrize("attrs", [{"_Unsigned": "true"}, {"units": "days since 2000-01-01"}])
def test_times_and_unsigned_numbers_are_left_to_xarray(file, attrs):
    file["nep"] = np.zeros((4, 6), "i2")
    file.flush()
    with pytest.raises(plain.NotPlainError, match="to be read as"):
        steps.decoding_of(attrs, plain.stored(file.filename, "nep"))


def test_a_stream_that_is_left_early_ends_its_threads(tmp_path, coasts):
    path = tmp_path / "in.nc"
    coasts(steps=9).to_netcdf(path, encoding={"nep": {"contiguous": True}})
    made = plain.stored(path, "nep")
    wanted = steps.Steps(
        made, steps.decoding_of(made.attrs, made), (np.arange(9),), np.arange(61), np.arange(90)
    )
    edges = np.linspace(-90, 90, 62), np.linspace(-180, 180, 91)
    lat, lon = bands.bands_of(edges, (np.linspace(-90, 90, 19), np.linspace(-180, 180, 37)))
    layers = stream.stream(wanted, lat, lon=lon, threads=1)
    first = next(layers)
    layers.close()
    assert first[0].shape == (18, 36)


def test_processors_are_counted_without_affinity(monkeypatch):
    assert threads.thread_count() >= 1
    monkeypatch.delattr(threads.os, "sched_getaffinity", raising=False)
    assert threads.thread_count() == (os.cpu_count() or 1)
