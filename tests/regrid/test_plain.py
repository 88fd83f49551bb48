"""What is plain and what is not, with the reason."""

import os
import zlib

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
    assert "complex" in refused(file, "complex")
    assert "no variable on a grid" in refused(file, "line")
    assert "no variable on a grid" in refused(file, "group")
    assert "filters" in refused(file, "lzf")
    assert "filters" in refused(file, "checked")
    assert "nowhere" in refused(file, "unwritten")
    assert "layout" in refused(file, "virtual")
    assert "none" in refused(file, "none")
    monkeypatch.setattr(plain.sys, "byteorder", "big")
    assert "this system" in refused(file, "line")


def test_user_blocks_and_chunks_that_skip_a_filter(tmp_path):
    with h5py.File(tmp_path / "block.h5", "w", userblock_size=512) as opened:
        opened["nep"] = np.zeros((4, 6))
        assert "user block" in refused(opened, "nep")
    with h5py.File(tmp_path / "skip.h5", "w") as opened:
        made = opened.create_dataset(
            "nep", shape=(1, 4, 6), dtype="f4", chunks=(1, 4, 6), compression="gzip"
        )
        made.id.write_direct_chunk((0, 0, 0), np.zeros(24, "f4").tobytes(), filter_mask=1)
        assert "skip a filter" in refused(opened, "nep")


def test_attributes_are_single_values_and_texts(file):
    made = file.create_dataset("nep", data=np.zeros((4, 6)))
    made.attrs["scale_factor"] = np.array([0.5])
    made.attrs["units"] = np.bytes_(b"kg")
    made.attrs["valid_range"] = np.array([0.0, 1.0])
    found = plain.attributes(made)
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
        assert plain.read_exactly(handle, 10, 20) == bytes(range(10, 30))
        buffer = np.zeros(20, "u1")
        plain.fill_exactly(handle, 10, buffer)
        assert buffer.tobytes() == bytes(range(10, 30))
        with pytest.raises(OSError, match="ends 10 bytes early"):
            plain.read_exactly(handle, 90, 20)
        with pytest.raises(OSError, match="ends 10 bytes early"):
            plain.fill_exactly(handle, 90, buffer)
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
    layers = stream.stream(wanted, lat, lon, threads=1)
    first = next(layers)
    layers.close()
    assert first[0].shape == (18, 36)


def test_processors_are_counted_without_affinity(monkeypatch):
    assert threads.thread_count() >= 1
    monkeypatch.delattr(threads.os, "sched_getaffinity", raising=False)
    assert threads.thread_count() == (os.cpu_count() or 1)
