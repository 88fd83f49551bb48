"""Zarr stores: what is refused, and that files inside are found."""

import numpy as np
import pytest
import xarray as xr
import zarr

from helpers.errors import InputError
from helpers.sources import cf_store, found, patterns, read_product


def store(path, **attrs):
    group = zarr.open_group(path, mode="w", zarr_format=2)
    array = group.create_array("x", shape=(4,), chunks=(2,), dtype="f8")
    array[:] = [0.0, 1.0, 2.0, 3.0]
    array.attrs.update({"_ARRAY_DIMENSIONS": ["t"], **attrs})
    return path


def test_zero_is_no_missing_value(tmp_path):
    with cf_store.opened(store(tmp_path / "x.zarr")) as data:
        assert "_FillValue" not in data["x"].attrs
        np.testing.assert_array_equal(data["x"].values, [0, 1, 2, 3])


def test_a_broken_store(tmp_path):
    path = store(tmp_path / "x.zarr")
    (path / "x" / ".zarray").write_text("{")
    with (
        pytest.raises(InputError, match=r"Zarr store cannot be read(.*\n)*.*x.zarr"),
        cf_store.opened(path) as data,
    ):
        data["x"].values  # noqa: B018
    with (
        pytest.raises(InputError, match=r"found: OSError: gone"),
        cf_store.opened(store(tmp_path / "y.zarr")),
    ):
        raise OSError("gone")
    with (
        pytest.raises(InputError, match="own words"),
        cf_store.opened(store(tmp_path / "z.zarr")),
    ):
        raise InputError("own words")


def test_every_file_of_a_store_counts(tmp_path, product):
    path = store(tmp_path / "m" / "x.zarr")
    entry = product("cf", files="m/x.zarr", variable="x")
    files = found(entry, data_dir=tmp_path)
    assert len(files) > 3
    assert all(file.is_file() for file in files)
    assert patterns.files_in(files[0]) == [files[0]]
    assert patterns.is_store(path)


def test_large_fields_are_read_in_pieces(tmp_path, product, provider, monkeypatch):
    from helpers.sources import gridded

    provider.write_netcdf(tmp_path / "m" / "nep.nc", provider.Layout())
    years = {"start_year": 2015, "end_year": 2016}
    whole = read_product(product("cf"), data_dir=tmp_path, **years)
    monkeypatch.setattr(gridded, "LAZY_BYTES", 1)
    pieces = read_product(product("cf"), data_dir=tmp_path, **years)
    assert pieces.chunks is not None
    xr.testing.assert_equal(pieces.compute(), whole)


def test_a_field_without_time(tmp_path, product, provider):
    layout = provider.Layout(order=("lat", "lon"), years=(2015, 2015), months=[(2015, 1)])
    provider.write_netcdf(tmp_path / "m" / "nep.nc", layout)
    with pytest.raises(InputError, match=r"no time dimension(.*\n)*.*year in the name"):
        read_product(product("cf"), data_dir=tmp_path, start_year=2015, end_year=2015)


def test_missing_days_are_left_out_of_the_mean():
    from helpers.sources.cf_file import _mean

    values = np.array([[1.0, np.nan, np.nan], [3.0, 5.0, np.nan]])
    np.testing.assert_array_equal(_mean(values), [2.0, 5.0, np.nan])
