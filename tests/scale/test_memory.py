"""Data too large for memory: lazy and eager give the same bits, and lazy stays small."""

import tracemalloc

import dask
import numpy as np
import pytest
import xarray as xr

from helpers import grid, regrid, timeaxis
from helpers.catalog import load_catalog
from helpers.sources import gridded, read_product

YEARS = {"start_year": 2015, "end_year": 2016}


def read(folder):
    return read_product(load_catalog(folder)["yearly"], data_dir=folder, **YEARS)


def described(folder, **fields):
    """Change fields of the catalog entry."""
    text = (folder / "catalog.yml").read_text()
    for name, value in fields.items():
        lines = [f"  {name}: {value}" if line.startswith(f"  {name}:") else line
                 for line in text.splitlines()]  # fmt: skip
        text = "\n".join(lines)
    (folder / "catalog.yml").write_text(text)


@pytest.fixture(params=["yearly files", "Zarr", "members"])
def folder(request, data_dir):
    if request.param == "yearly files":
        return data_dir
    both = xr.open_mfdataset(sorted((data_dir / "yearly").glob("*.nc")), chunks=None).load()
    both.close()
    if request.param == "Zarr":
        both.chunk({"time": 5}).to_zarr(data_dir / "world.zarr", zarr_format=3, consolidated=False)
        described(data_dir, files="world.zarr")
        return data_dir
    (data_dir / "many").mkdir()
    for number in range(3):
        (both * (number + 1)).assign(nbp=both["nbp"].assign_attrs(units="kg m-2 s-1")).to_netcdf(
            data_dir / "many" / f"m{number}.nc"
        )
    described(data_dir, files="'many/{member}.nc'")
    return data_dir


def test_lazy_and_eager_give_the_same_bits(folder, monkeypatch):
    eager = read(folder)
    assert eager.chunks is None
    monkeypatch.setattr(gridded, "LAZY_BYTES", 1)
    lazy = read(folder)
    assert lazy.chunks is not None
    assert len(lazy.chunks[lazy.get_axis_num("time")]) == 2  # a year at a time
    target = grid.analysis_grid()
    xr.testing.assert_identical(
        regrid.conservative(lazy, target).compute(), regrid.conservative(eager, target)
    )


def test_files_that_are_large_only_together_are_read_lazily(data_dir, monkeypatch):
    one = xr.open_dataset(data_dir / "yearly" / "2015.nc")["nbp"].size * 8
    monkeypatch.setattr(gridded, "LAZY_BYTES", int(1.5 * one))
    assert read(data_dir).chunks is not None
    monkeypatch.setattr(gridded, "LAZY_BYTES", 3 * one)
    assert read(data_dir).chunks is None


def peak_of(folder):
    """Return the memory that reading and regridding take at most beside the result [bytes]."""
    read(folder)  # imports are not what is measured
    tracemalloc.start()
    try:
        with dask.config.set(scheduler="synchronous"):
            regridded = regrid.conservative(read(folder), grid.analysis_grid()).compute()
        assert np.isfinite(regridded).any()
        return tracemalloc.get_traced_memory()[1] - regridded.nbytes
    finally:
        tracemalloc.stop()


def test_the_memory_of_lazy_data_does_not_grow_with_the_record(data_dir, monkeypatch):
    monkeypatch.setattr(gridded, "LAZY_BYTES", 1)
    two = peak_of(data_dir)
    source = xr.open_dataset(data_dir / "yearly" / "2016.nc").load()
    source.close()
    for year in range(2017, 2023):
        months = timeaxis.month_starts(year, year)
        source.assign_coords(time=months).to_netcdf(data_dir / "yearly" / f"{year}.nc")
    monkeypatch.setitem(YEARS, "end_year", 2022)
    assert peak_of(data_dir) < 1.3 * two
