import netCDF4
import numpy as np
import pytest

from helpers.errors import InputError
from helpers.sources import read_product

YEARS = {"start_year": 2015, "end_year": 2016}


@pytest.fixture
def write(tmp_path, provider):
    def run(name, *, time_units="seconds since 1970-01-01 00:00:00", add=0.0, stamp=0):
        folder = tmp_path / "oco2" / "LNLGIS"
        folder.mkdir(parents=True, exist_ok=True)
        lat, lon = provider.axis(-90, 90, 1.0), np.arange(360) + 0.5
        steps = [(y, m) for y in (2015, 2016) for m in range(1, 13)]
        with netCDF4.Dataset(folder / f"{name}_gridded_fluxes_LNLGIS.nc4", "w") as file:
            for dim, size in (("n_months", 24), ("latitude", 180), ("longitude", 360)):
                file.createDimension(dim, size)
            file.createVariable("latitude", "f8", ("latitude",))[:] = lat
            file.createVariable("longitude", "f8", ("longitude",))[:] = lon
            time = file.createVariable("time", "f8", ("n_months",))
            days = [
                provider.days_since(y, m, stamp, origin=1970, kind="standard") for y, m in steps
            ]
            time[:] = np.array(days) * 86400.0
            if time_units:
                time.units = time_units
            flux = file.createVariable("land_flux", "f4", ("n_months", "latitude", "longitude"))
            for step, (year, month) in enumerate(steps):
                flux[step] = -provider.varied(lat[:, None], lon[None, :], year, month) - add
        return tmp_path

    return run


@pytest.mark.parametrize("time_units", ["seconds since 1970-01-01 00:00:00", None])
@pytest.mark.parametrize("stamp", [0, 15])
def test_values_months_and_longitudes(write, provider, product, time_units, stamp):
    folder = write("CT-MP", time_units=time_units, stamp=stamp)
    flux = read_product(product("oco2-mip-v11"), data_dir=folder, **YEARS)
    assert list(flux["member"].values) == ["CT-MP"]
    np.testing.assert_allclose(flux[0], provider.expected(flux), rtol=1e-6)


def test_version_10_files_are_not_mistaken(tmp_path, provider, product):
    path = tmp_path / "oco2" / "LNLGIS" / "CT_gridded_fluxes_LNLGIS.nc4"
    provider.write_member(path)
    with pytest.raises(InputError, match=r"variable is missing(.*\n)*.*found: .*land"):
        read_product(product("oco2-mip-v11"), data_dir=tmp_path, **YEARS)
