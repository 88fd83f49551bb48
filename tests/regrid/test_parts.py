"""Parts of compressed files: what the library reads, read in threads."""

import netCDF4
import numpy as np
import pytest
import xarray as xr

from helpers.regrid import parts

LAYOUTS = {
    "shuffled": {"zlib": True, "chunksizes": (2, 25, 40)},
    "plain order": {"zlib": True, "shuffle": False, "chunksizes": (1, 61, 33)},
    "packed": {"zlib": True, "dtype": "i2", "scale_factor": 0.01, "_FillValue": np.int16(-1)},
    "narrow": {"zlib": True, "chunksizes": (3, 7, 9)},
    "bytes": {
        "zlib": True, "dtype": "u1", "scale_factor": 0.05, "add_offset": -5.0,
        "_FillValue": np.uint8(255), "chunksizes": (1, 30, 30),
    },
}  # fmt: skip
CHOICES = {
    "all": {},
    "a box": {"lat": slice(5, 40), "lon": slice(10, 70)},
    "the south-east corner": {"lat": slice(0, 3), "lon": slice(87, 90), "time": slice(3, 5)},
    "one cell": {"lat": [33], "lon": [44], "time": [2]},
    "backwards": {"lat": slice(None, None, -1), "time": [3, 1]},
    "over the seam": {"lon": np.r_[80:90, 0:7]},
    "one month": {"time": 2},
}


@pytest.mark.parametrize("choice", CHOICES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_the_library_reads(tmp_path, coasts, monkeypatch, layout, choice):
    monkeypatch.setattr(parts, "LARGE", 0)
    path = tmp_path / "in.nc"
    coasts(steps=5).to_netcdf(path, encoding={"nep": LAYOUTS[layout]})
    with xr.open_dataset(path, decode_cf=False, cache=False) as opened:
        part = opened["nep"].isel(CHOICES[choice])
        steps = parts.file_steps(part)
        assert steps is not None
        read = parts.read(steps, threads=2).reshape(part.shape)
        np.testing.assert_array_equal(read, part.values)
        np.testing.assert_array_equal(parts.values_of(part), part.values)
        assert read.dtype == part.dtype


def test_small_parts_and_files_in_one_piece_are_left_to_the_library(tmp_path, coasts, monkeypatch):
    path = tmp_path / "in.nc"
    coasts().to_netcdf(path, encoding={"nep": {"contiguous": True, "_FillValue": None}})
    monkeypatch.setattr(parts, "read", None)
    with xr.open_dataset(path, decode_cf=False, cache=False) as opened:
        small = parts.values_of(opened["nep"])
        monkeypatch.setattr(parts, "LARGE", 0)
        np.testing.assert_array_equal(parts.values_of(opened["nep"]), small)
        assert parts.values_of(opened["lat"]).size == 61


def test_only_the_chunks_that_are_needed_are_read(tmp_path, coasts, monkeypatch):
    path = tmp_path / "in.nc"
    field = coasts(steps=2).isel(lat=slice(0, 6), lon=slice(0, 8))
    field.to_netcdf(path, encoding={"nep": {"zlib": True, "chunksizes": (1, 1, 1)}})
    asked = []
    real = parts.Window.load
    monkeypatch.setattr(
        parts.Window, "load", lambda self, *a: asked.append(real(self, *a)) or asked[-1]
    )
    with xr.open_dataset(path, decode_cf=False, cache=False) as opened:
        part = opened["nep"].isel(time=[1], lat=slice(2, 4), lon=slice(3, 7))
        read = parts.read(parts.file_steps(part), threads=1)
        np.testing.assert_array_equal(read.reshape(part.shape), part.values)
    (chunks,) = asked
    assert set(chunks) == {(row, column) for row in (2, 3) for column in (3, 4, 5, 6)}
    assert None not in chunks.values()


def test_large_compressed_parts_are_read_in_threads(tmp_path, coasts, monkeypatch):
    path = tmp_path / "in.nc"
    coasts(steps=5).to_netcdf(path, encoding={"nep": LAYOUTS["shuffled"]})
    workers, read = [], []
    pool, real = parts.ThreadPoolExecutor, parts.read
    monkeypatch.setattr(parts, "ThreadPoolExecutor", lambda n: workers.append(n) or pool(n))
    monkeypatch.setattr(parts, "thread_count", lambda: 3)
    monkeypatch.setattr(parts, "read", lambda steps: read.append(1) or real(steps))
    with xr.open_dataset(path, decode_cf=False, cache=False) as opened:
        part = opened["nep"]
        steps = parts.file_steps(part)
        real(steps, threads=2)
        real(steps)
        assert workers == [2, 3]
        for large, times in ((part.nbytes + 1, 0), (part.nbytes, 1)):
            monkeypatch.setattr(parts, "LARGE", large)
            np.testing.assert_array_equal(parts.values_of(part), part.values)
            assert len(read) == times


@pytest.mark.parametrize("dtype", ["i2", "f4"])
def test_chunks_that_were_never_written_hold_the_fill_also_without_time(tmp_path, dtype):
    path = tmp_path / "in.nc"
    with netCDF4.Dataset(path, "w") as dataset:
        for name, size in (("lat", 6), ("lon", 8)):
            dataset.createDimension(name, size)
            dataset.createVariable(name, "f8", (name,))[:] = np.arange(size)
        made = dataset.createVariable(
            "nep", dtype, ("lat", "lon"), zlib=True, chunksizes=(2, 3), fill_value=-7
        )
        made[2:4, 3:6] = np.arange(6).reshape(2, 3)
    with xr.open_dataset(path, decode_cf=False, cache=False) as opened:
        for choice in ({}, {"lat": slice(3, 6), "lon": slice(4, 8)}):
            part = opened["nep"].isel(choice)
            read = parts.read(parts.file_steps(part), threads=1)
            np.testing.assert_array_equal(read[0], part.values)
            assert -7 in read
