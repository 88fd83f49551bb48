"""Groups of a cube: chunks as notebooks read them, nothing lost between writing and reading."""

from pathlib import Path

import netCDF4
import numpy as np
import pytest
import xarray as xr

from helpers import grid, timeaxis
from helpers.catalog import Product
from helpers.cubes import content
from helpers.flux import make_flux
from helpers.holdings import Holding


def an_ensemble(years, members=3):
    cells = grid.analysis_grid()
    time = timeaxis.month_starts(*years)
    shape = (members, time.size, cells.sizes["lat"], cells.sizes["lon"])
    values = np.random.default_rng(1).normal(0.0, 1e-9, shape)
    values[..., :3] = np.nan
    names = [f"model-{i}" for i in range(members)]
    coords = {"member": names, "time": time, "lat": cells["lat"], "lon": cells["lon"]}
    data = xr.DataArray(values, dims=list(coords), coords=coords)
    return make_flux(
        data, quantity="NBE", units="kg m-2 s-1", positive="land", species="C", source="Made"
    )


@pytest.fixture
def holding(tmp_path):
    files = [tmp_path / f"part-{i:02d}.nc" for i in range(30)]
    for path in files:
        path.write_bytes(b"12345")
    product = Product(
        key="made", title="Made", method_class="top-down", reader="cf", files="part-*.nc",
        variable="nbe", quantity="NBE", positive="land", citation="nobody", licence="none",
        access="none",
    )  # fmt: skip
    return Holding(product, tmp_path, tuple(files))


def stored(flux, path, holding):
    data = content.labelled(flux, grid.analysis_grid(), holding=holding, fingerprint="f")
    xr.Dataset().to_netcdf(path)
    content.append(data, path, group="made")
    return path


def assert_same(again, flux):
    for axis in ("lat", "lon"):  # they say where their bounds are
        assert again[axis].attrs.pop("bounds") == f"{axis}_bnds"
    xr.testing.assert_identical(again, flux)


def test_an_ensemble_comes_back_bit_for_bit_with_a_chunk_for_each_member(tmp_path, holding):
    flux = an_ensemble((2015, 2015))
    path = stored(flux, tmp_path / "cube.nc", holding)
    assert_same(content.read_flux(path, group="made"), flux)
    with netCDF4.Dataset(path) as file:
        variable = file["made"]["flux"]
        assert variable.chunking() == [1, 12, *flux.shape[-2:]]
        assert variable.filters()["zlib"]
        assert "standard_name" not in variable.ncattrs()  # CF has none for this sign


def test_long_records_are_cut_into_ten_years(tmp_path, holding):
    path = stored(an_ensemble((1981, 1992), members=1), tmp_path / "cube.nc", holding)
    with netCDF4.Dataset(path) as file:
        assert file["made"]["flux"].chunking()[:2] == [1, content.CHUNK_MONTHS]


def test_many_files_are_named_in_short(tmp_path, holding):
    data = content.labelled(
        an_ensemble((2015, 2015)), grid.analysis_grid(), holding=holding, fingerprint="f"
    )
    assert data.attrs["input_files"].endswith("part-19.nc and 10 more")
    assert data.attrs["input_bytes"] == "150"


def test_what_was_kept_can_be_kept_again(tmp_path, holding):
    flux = an_ensemble((2015, 2015))
    first = stored(flux, tmp_path / "one.nc", holding)
    xr.Dataset().to_netcdf(tmp_path / "two.nc")
    content.append(content.kept(first, group="made"), tmp_path / "two.nc", group="made")
    assert_same(content.read_flux(tmp_path / "two.nc", group="made"), flux)
    with netCDF4.Dataset(first) as one, netCDF4.Dataset(tmp_path / "two.nc") as two:
        for name, variable in one["made"].variables.items():
            other = two["made"][name]
            assert variable.dtype == other.dtype
            assert {n: str(variable.getncattr(n)) for n in variable.ncattrs()} == {
                n: str(other.getncattr(n)) for n in other.ncattrs()
            }


def test_a_damaged_group_is_nothing_to_keep(tmp_path):
    (tmp_path / "cube.nc").write_bytes(b"no cube")
    assert content.kept(tmp_path / "cube.nc", group="made") is None
    assert content.kept(Path("absent.nc"), group="made") is None


def test_a_package_that_is_not_installed_is_said_so(monkeypatch):
    def absent(name):
        raise content.PackageNotFoundError(name)

    assert content.written_by().startswith("china-land-carbon-sink-book")
    monkeypatch.setattr(content, "version", absent)
    assert content.written_by().endswith("not installed")
