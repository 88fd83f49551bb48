"""Parts of compressed files: what the library reads, read in threads."""

import numpy as np
import pytest
import xarray as xr

from helpers.regrid import parts

LAYOUTS = {
    "shuffled": {"zlib": True, "chunksizes": (2, 25, 40)},
    "plain order": {"zlib": True, "shuffle": False, "chunksizes": (1, 61, 33)},
    "packed": {"zlib": True, "dtype": "i2", "scale_factor": 0.01, "_FillValue": np.int16(-1)},
    "bytes": {
        "zlib": True, "dtype": "u1", "scale_factor": 0.05, "add_offset": -5.0,
        "_FillValue": np.uint8(255), "chunksizes": (1, 30, 30),
    },
}  # fmt: skip
CHOICES = {
    "all": {},
    "a box": {"lat": slice(5, 40), "lon": slice(10, 70)},
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
