"""Fields that are still in their file: found, read in blocks, and the same bits as in memory."""

import dask
import numpy as np
import pytest
import xarray as xr

from helpers import grid, regrid
from helpers.regrid import backing

pytestmark = pytest.mark.usefixtures("compiled_always")


@pytest.fixture
def path(tmp_path, coasts):
    """Return a packed file, north first, longitudes from -180."""
    file = tmp_path / "in.nc"
    encoding = {"dtype": "i2", "scale_factor": 0.01, "_FillValue": np.int16(-999), "zlib": True}
    field = coasts(steps=5).isel(lat=slice(None, None, -1))
    field.to_netcdf(file, encoding={"nep": {**encoding, "chunksizes": (2, 25, 40)}})
    return file


CHOICES = {
    "all": lambda data: data,
    "some months": lambda data: data.isel(time=slice(1, 4)),
    "every other month, backwards": lambda data: data.isel(time=slice(None, None, -2)),
    "months by number": lambda data: data.isel(time=[4, 0, 3]),
    "one month": lambda data: data.isel(time=2),
    "a box": lambda data: data.isel(lat=slice(5, 40), lon=slice(10, 70)),
    "a part of a part": lambda data: data.isel(time=slice(1, 5)).isel(time=slice(1, 3)),
}


@pytest.mark.parametrize("choice", CHOICES)
def test_what_is_chosen_from_a_file_is_found_and_gives_the_same_bits(path, target, choice):
    with xr.open_dataset(path) as opened, xr.open_dataset(path) as other:
        lazy = grid.normalise_lonlat(CHOICES[choice](opened["nep"]))
        assert backing.stored_steps(lazy) is not None
        eager = grid.normalise_lonlat(CHOICES[choice](other["nep"].load()))
        assert backing.stored_steps(eager) is None
        for function in (regrid.conservative, regrid.valid_area):
            xr.testing.assert_identical(function(lazy, target), function(eager, target))


@pytest.mark.parametrize("decoded", [True, False])
def test_numbers_as_stored_and_as_meant(path, target, decoded):
    options = {"mask_and_scale": decoded}
    with xr.open_dataset(path, **options) as opened, xr.open_dataset(path, **options) as other:
        lazy, eager = (grid.normalise_lonlat(one["nep"]) for one in (opened, other.load()))
        assert backing.stored_steps(lazy) is not None
        result = regrid.conservative(lazy, target)
        xr.testing.assert_identical(result, regrid.conservative(eager, target))


def test_a_field_in_a_group(tmp_path, coasts, target):
    file = tmp_path / "groups.nc"
    coasts(seed=1).to_netcdf(file)
    coasts(seed=2).to_netcdf(file, group="inner", mode="a")
    with xr.open_dataset(file, group="inner") as opened:
        steps = backing.stored_steps(opened["nep"])
        assert steps is not None
        assert steps.stored.name == "/inner/nep"
        expected = regrid.conservative(coasts(seed=2), target)
        np.testing.assert_array_equal(regrid.conservative(opened["nep"], target), expected)


CHANGES = {
    "arithmetic": lambda data: data * 2,
    "a mask": lambda data: data.where(data > 0),
    "a turn": lambda data: data.roll(lon=5, roll_coords=True),
    "a copy with values": lambda data: data.copy(data=np.zeros(data.shape)),
    "another order": lambda data: data.transpose("lon", "lat", "time"),
    "a type": lambda data: data.astype("f8"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_changed_fields_are_taken_as_they_are(path, target, change):
    with xr.open_dataset(path) as opened, xr.open_dataset(path) as other:
        lazy, eager = (CHANGES[change](one["nep"]) for one in (opened, other.load()))
        lazy, eager = (grid.normalise_lonlat(one) for one in (lazy, eager))
        result = regrid.conservative(lazy, target)
        xr.testing.assert_identical(result, regrid.conservative(eager, target))
        assert backing.stored_steps(lazy.transpose(..., "lat", "lon")) is None


def test_small_fields_are_read_by_xarray(path, target, monkeypatch):
    monkeypatch.undo()
    with xr.open_dataset(path) as opened:
        assert backing.stored_steps(opened["nep"]) is None


def test_a_lazy_field_stays_lazy_and_gives_the_same_bits(path, target):
    with xr.open_dataset(path, chunks={"time": 2, "lat": 25}) as opened:
        lazy = grid.normalise_lonlat(opened["nep"])
        result = regrid.conservative(lazy, target)
        assert result.chunks is not None
        with dask.config.set(scheduler="synchronous"):
            computed = result.compute()
    with xr.open_dataset(path) as other:
        eager = grid.normalise_lonlat(other["nep"].load())
    xr.testing.assert_identical(computed, regrid.conservative(eager, target))


def test_a_file_that_was_replaced_by_another_shape_is_not_read_behind_the_back(
    path, tmp_path, coasts, target
):
    with xr.open_dataset(path) as opened:
        data = opened["nep"]
        data.encoding["original_shape"] = (1, 2, 3)
        assert backing.stored_steps(data) is None


@pytest.mark.parametrize("dtype", ["i2", "i4"])
def test_whole_numbers_with_a_fill_are_of_the_type_xarray_gives(tmp_path, coasts, target, dtype):
    file = tmp_path / "whole.nc"
    field = (100 * coasts(steps=2)).round()
    field.to_netcdf(file, encoding={"nep": {"dtype": dtype, "_FillValue": -999}})
    with xr.open_dataset(file) as opened, xr.open_dataset(file) as other:
        assert backing.stored_steps(opened["nep"]) is not None
        result = regrid.conservative(opened["nep"], target)
        xr.testing.assert_identical(result, regrid.conservative(other["nep"].load(), target))


def test_a_field_whose_type_was_changed_by_hand_is_not_read_from_its_file(path):
    with xr.open_dataset(path) as opened:
        data = opened["nep"]
        data.encoding["dtype"] = np.dtype("f4")
        data.encoding["scale_factor"] = np.float32(1.0)
        data.encoding.pop("_FillValue")
        steps = backing.stored_steps(data.astype("f8"))
        assert steps is None


@pytest.mark.parametrize("dtype", ["i1", "u1", "i2", "i4", "f4", "f8"])
@pytest.mark.parametrize("fill", [None, 7])
def test_numbers_that_are_not_packed_are_found_whatever_their_type(tmp_path, dtype, fill):
    values = np.arange(2 * 12 * 24).reshape(2, 12, 24) % 100
    data = xr.DataArray(values.astype(dtype), dims=("time", "lat", "lon"), name="nep")
    path = tmp_path / "in.nc"
    data.to_netcdf(path, encoding={"nep": {"_FillValue": fill, "contiguous": True}})
    with xr.open_dataset(path) as opened:
        assert backing.stored_steps(opened["nep"]) is not None


def test_a_field_without_time_and_one_of_several_leading_dimensions(tmp_path, coasts, target):
    deep = xr.concat([coasts(seed=1), coasts(seed=2)], "member")
    deep.to_netcdf(tmp_path / "deep.nc", encoding={"nep": {"contiguous": True}})
    choices = (
        {"member": 1, "time": 2}, {"member": 1}, {"time": [2, 0]}, {"member": [1], "time": 0}
    )  # fmt: skip
    for choice in choices:
        with xr.open_dataset(tmp_path / "deep.nc") as opened:
            lazy = opened["nep"].isel(choice)
            assert backing.stored_steps(lazy) is not None
            expected = regrid.conservative(deep.isel(choice), target)
            np.testing.assert_array_equal(regrid.conservative(lazy, target), expected)


def test_single_rows_and_columns_are_left_to_xarray(path):
    with xr.open_dataset(path) as opened:
        for choice in ({"lat": 3}, {"lon": 3}, {"lat": 3, "lon": 3}):
            assert backing.file_steps(opened["nep"].isel(choice)) is None
