"""What is read in pieces is refused, mended and told as what is read at once."""

import gzip

import netCDF4
import numpy as np
import pytest

from helpers.errors import InputError
from helpers.sources import gridded, read_product

YEARS = {"start_year": 2015, "end_year": 2016}


@pytest.fixture(params=["cf", "trendy", "cf-by-year", "trendy-by-year"])
def world(request, tmp_path, provider, product, monkeypatch):
    """Write the truth with one number in the sea of the sixth month, and read it either way."""
    reader, _, yearly = request.param.partition("-")

    def read(number, *, lazy):
        monkeypatch.setattr(gridded, "LAZY_BYTES", 1 if lazy else 400_000_000)
        for year in (2015, 2016) if yearly else (None,):
            layout = provider.Layout(years=(year, year) if year else (2015, 2016))
            path = tmp_path / "m" / f"nbp_{year or 'all'}.nc"
            provider.write_netcdf(path, layout)
            if year in (2015, None):
                with netCDF4.Dataset(path, "a") as file:
                    file["nbp"][5, 55:70, 150:158] = number
        name = "nbp_{year}.nc" if yearly else "nbp_all.nc"
        flux = read_product(product(reader, files=f"m/{name}"), data_dir=tmp_path, **YEARS)
        assert (flux.chunks is not None) == lazy
        return flux.compute()

    return read


@pytest.mark.parametrize(("number", "told"), [(-9999.0, "of -9999"), (np.inf, "infinite values")])
def test_repairs_of_a_later_month_are_told(world, number, told):
    eager, lazy = world(number, lazy=False), world(number, lazy=True)
    assert told in lazy.attrs["notices"]
    assert eager.identical(lazy)
    assert np.isnan(lazy[5]).any()


@pytest.mark.parametrize("lazy", [False, True])
def test_a_suspect_of_a_later_month_is_refused(world, lazy):
    with pytest.raises(InputError, match=r"-999 looks like a fill(.|\n)*-999 in \d+ values"):
        world(-999.0, lazy=lazy)


@pytest.mark.parametrize("lazy", [False, True])
def test_a_packed_file_has_every_month_looked_at(tmp_path, provider, product, monkeypatch, lazy):
    path = tmp_path / "m" / "nbp_all.nc"
    provider.write_netcdf(path, provider.Layout(units="gC m-2 yr-1", dtype="i2", scale=0.01))
    with netCDF4.Dataset(path, "a") as file:
        file["nbp"].set_auto_maskandscale(False)
        file["nbp"][5, 55:70, 150:158] = 32767
    monkeypatch.setattr(gridded, "LAZY_BYTES", 1 if lazy else 400_000_000)
    with pytest.raises(InputError, match=r"an overflow"):
        read_product(product("cf", files="m/nbp_all.nc"), data_dir=tmp_path, **YEARS)


def test_a_packed_away_file_has_every_month_looked_at(tmp_path, provider, product, monkeypatch):
    path = provider.write_netcdf(tmp_path / "m" / "nbp.nc", provider.Layout())
    with netCDF4.Dataset(path, "a") as file:
        file["nbp"][5, 55:70, 150:158] = -999.0
    path.with_suffix(".nc.gz").write_bytes(gzip.compress(path.read_bytes(), 1))
    path.unlink()
    monkeypatch.setattr(gridded, "LAZY_BYTES", 1)
    with pytest.raises(InputError, match=r"-999 looks like a fill"):
        read_product(product("cf", files="m/nbp.nc"), data_dir=tmp_path, **YEARS)
