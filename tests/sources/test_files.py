"""Damaged and misdeclared files: one clear error each, in every NetCDF form."""

import gzip
import tempfile

import netCDF4
import numpy as np
import pytest

from helpers.errors import InputError
from helpers.sources import classic, found, netcdf, read_product

YEARS = {"start_year": 2015, "end_year": 2016}
TWO_YEARS = [(year, month) for year in (2015, 2016) for month in range(1, 13)]


@pytest.fixture
def read(tmp_path, provider, product):
    """Write a layout (then maybe harm the file) and read it as reader cf or trendy."""

    def run(harm=None, *, reader="cf", entry=None, **layout):
        path = provider.write_netcdf(
            tmp_path / "m" / ("nep.nc" if reader == "cf" else "M_S3_nbp.nc"),
            provider.Layout(**layout),
        )
        if harm is not None:
            path.write_bytes(harm(path.read_bytes()))
        return read_product(product(reader, **(entry or {})), data_dir=tmp_path, **YEARS)

    return run


FORMS = ["NETCDF3_CLASSIC", "NETCDF3_64BIT_OFFSET", "NETCDF3_64BIT_DATA", "NETCDF4"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kept", [0.02, 0.5, 0.999])
def test_truncated(read, form, kept):
    """The C library would return zeros for the missing part of a classic file."""
    with pytest.raises(InputError, match=r"damaged or truncated.*\n.*nep.nc\n.*bytes(.*\n)*.*fix"):
        read(lambda data: data[: int(len(data) * kept)], format=form)


@pytest.mark.parametrize("form", FORMS[:3])
@pytest.mark.parametrize("unlimited", [True, False])
@pytest.mark.parametrize("dtype", ["f4", "i2", "i1"])
def test_size_of_classic_files(tmp_path, form, unlimited, dtype):
    """A complete file is at least as long as its header says, and at most padded to 4 bytes."""
    path = tmp_path / "x.nc"
    with netCDF4.Dataset(path, "w", format=form) as file:
        file.title = "a text of odd length."
        file.createDimension("time", None if unlimited else 7)
        file.createDimension("x", 5001)
        file.createVariable("b", "f8", ("x",))[:] = 1
        file.createVariable("a", dtype, ("time", "x"))[:] = np.ones((7, 5001))
    assert 0 <= path.stat().st_size - classic.expected_size(path) <= 3


def test_a_broken_chunk(tmp_path, provider, product, read):
    """Damage inside a compressed variable shows when it is read, not when it is opened."""
    path = tmp_path / "m" / "nep.nc"
    read()
    layout = provider.Layout()
    with netCDF4.Dataset(path, "w") as file:
        for name, values in (("time", np.arange(24.0)), ("lat", layout.lat), ("lon", layout.lon)):
            file.createDimension(name, values.size)
            file.createVariable(name, "f8", (name,))[:] = values
        file["time"].units = "months since 2015-01-01"
        noise = np.random.default_rng(1).normal(size=(24, layout.lat.size, layout.lon.size))
        flux = file.createVariable("nbp", "f4", ("time", "lat", "lon"), zlib=True, fletcher32=True)
        flux.units = "gC m-2 yr-1"
        flux[:] = noise
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 4000] = bytes(4000)
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"damaged or truncated.*\n.*nep.nc"):
        read_product(product("cf"), data_dir=tmp_path, **YEARS)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"file is empty.*\n.*nep.nc\n.*0 bytes"),
        (b"<!DOCTYPE html><html>Not found</html>", r"not NetCDF.*\n.*nep.nc\n.*web page"),
        (b"\n <html>", r"web page"),
        (b"PK\x03\x04zip", r"not NetCDF(.*\n)*.*bytes b'PK"),
        (gzip.compress(b"x"), r"not NetCDF(.*\n)*.*a gzip file"),
        (b"CDF\x01", r"damaged or truncated(.*\n)*.*within its header"),
        (b"CDF\x01" + b"\xff" * 600, r"damaged or truncated"),
        (b"\x89HDF\r\n\x1a\n" + bytes(50), r"damaged or truncated"),
    ],
    ids=lambda v: str(v)[:20],
)
def test_not_netcdf(read, content, message):
    with pytest.raises(InputError, match=message):
        read(lambda data: content)


def test_a_broken_gzip(tmp_path, product):
    path = tmp_path / "m" / "nep.nc.gz"
    path.parent.mkdir()
    path.write_bytes(gzip.compress(b"CDF" * 100)[:-10])
    with pytest.raises(InputError, match=r"damaged or truncated.*\n.*nep.nc.gz"):
        read_product(product("cf"), data_dir=tmp_path, **YEARS)


def test_missing_file(tmp_path, product):
    entry = product("cf")
    assert found(entry, data_dir=tmp_path) == []
    with pytest.raises(InputError, match=r"product is absent.*\n.*m.nep.nc\n(.*\n)*.*fix: ask"):
        read_product(entry, data_dir=tmp_path, **YEARS)
    with (
        pytest.raises(InputError, match=r"file is missing.*\n.*none.nc\n.*nothing"),
        netcdf.opened(tmp_path / "none.nc"),
    ):
        pass


def test_missing_variable(read):
    with pytest.raises(InputError, match=r"variable is missing.*\n.*nep.nc\n.*NBP\n.*found: nbp\n"
                                         r".*'NBP'\n.*variable: nbp"):  # fmt: skip
        read(entry={"variable": "NBP"})


@pytest.mark.parametrize(
    ("layout", "entry", "message"),
    [
        ({"stored_units": ""}, {}, r"no unit.*\n.*nep.nc\n.*nbp\n.*no `units` in the file nor"),
        ({"stored_units": "furlong"}, {}, r"Unknown or unsuitable.*\n.*nep.nc\n.*nbp\n.*'furlong'"),
        ({"stored_units": "1"}, {"units": "kg m-2 s-1"}, r"units.*\n.*nep.nc(.*\n)*.*ignore_file"),
        (
            {}, {"units": "g C m-2 yr-1"},
            r"disagree.*\n.*nep.nc\n.*nbp\n.*file 'kg m-2 s-1', catalog 'g C m-2 yr-1'",
        ),
        (
            {"units": "kg CO2 m-2 s-1"}, {"units": "kg C m-2 s-1"},
            r"disagree(.*\n)*.*file 'kg CO2 m-2 s-1', catalog 'kg C m-2 s-1'",
        ),
        (
            {"stored_units": "gC m-2 month-1"}, {"units": "gC m-2 yr-1"},
            r"disagree(.*\n)*.*month-1', catalog",
        ),
        ({"stored_units": "kg C m-2 s-1"}, {"species": "CO2"}, r"species disagree.*\n.*nep.nc"),
        (
            {"units": "gC m-2 yr-1", "stored_units": "kg m-2 s-1"}, {},
            r"too large.*\n.*nep.nc\n.*nbp\n.*g C m-2 per day when read as 'kg m-2 s-1'",
        ),
        (
            {"attrs": {"positive": "up"}}, {},
            r"sign of the file.*\n.*nep.nc\n.*nbp\n.*positive = 'up'; catalog positive = 'land'",
        ),
        (
            {"attrs": {"standard_name":
                       "surface_upward_mass_flux_of_carbon_dioxide_expressed_as_carbon"}}, {},
            r"sign of the file(.*\n)*.*standard_name = 'surface_upward",
        ),
        ({"time_units": None}, {}, r"time coordinate is missing.*\n.*nep.nc\n.*where: time"),
        ({"lat_name": "cell"}, {}, r"No latitude dimension.*\n.*nep.nc\n.*nbp\n.*time, cell, lon"),
        ({"lat": np.linspace(-98, 82, 90)}, {}, r"beyond the pole.*\n.*nep.nc\n.*lat\n.*-98 to 82"),
        ({"lon": np.arange(-180.0, 60.0, 2.0)}, {}, r"does not reach.*\n.*nep.nc\n.*-180 to 58"),
        (
            {"lat": np.concatenate([np.arange(-89, 30, 2.0), np.arange(30, 89, 3.0)])}, {},
            r"not equally spaced.*\n.*nep.nc\n.*lat\n.*steps from",
        ),
        (
            {"missing": lambda lat, lon: (lat > 0) & (lon > -999)}, {},
            r"holds no value.*\n.*nep.nc\n.*nbp, 2015-01-01\n.*24 empty months",
        ),
        ({"fill": 7e7, "missing": lambda lat, lon: (lat > 0) & (lon > 90)}, {
            "options": {"ignore_file_units": True}, "units": "kg m-2 s-1"}, None),
        (
            {"fill": 7e7, "fill_attribute": False,
             "missing": lambda lat, lon: (lat > 0) & (lon > 90)}, {},
            r"70000000 looks like a fill(.*\n)*.*missing_values",
        ),
    ],
    ids=lambda v: str(v).split("<function")[0][:40],
)  # fmt: skip
def test_misdeclared(read, layout, entry, message):
    if message is None:
        assert bool(read(entry=entry, **layout).isnull().any())
        return
    with pytest.raises(InputError, match=message):
        read(entry=entry, **layout)


def test_no_time_dimension(read):
    with pytest.raises(InputError, match=r"no time dimension.*\n.*nep.nc(.*\n)*.*\{year\}"):
        read(order=("lat", "lon"), time_units=None)


def test_surplus_dimensions(tmp_path, provider, product):
    path = provider.write_netcdf(tmp_path / "m" / "nep.nc", provider.Layout())
    with netCDF4.Dataset(path, "a") as file:
        file.createDimension("pft", 3)
        file.createDimension("level", 1)
        file.createVariable("by_pft", "f4", ("time", "pft", "lat", "lon"))
        one = file.createVariable("by_level", "f4", ("time", "level", "lat", "lon"))
        one.units = file["nbp"].units
        one[:] = file["nbp"][:][:, None]
    entry = {"units": "kg m-2 s-1"}
    with pytest.raises(InputError, match=r"not understood.*\n.*nep.nc\n.*by_pft\n.*pft \(3\)"):
        read_product(product("cf", variable="by_pft", **entry), data_dir=tmp_path, **YEARS)
    flux = read_product(product("cf", variable="by_level", **entry), data_dir=tmp_path, **YEARS)
    np.testing.assert_allclose(flux, provider.expected(flux), rtol=1e-6)


@pytest.mark.parametrize(
    ("layout", "entry", "message"),
    [
        (
            {"time_units": "fortnights since 1700", "time_values": range(24)}, {},
            r"Unknown time units.*\n.*M_S3_nbp.*\n.*time\n.*'fortnights since 1700'",
        ),
        ({"calendar": "mayan"}, {}, r"time axis cannot be decoded.*\n.*M_S3_nbp.*(.*\n)*.*'mayan'"),
        (
            {"months": [(2015, m) for m in range(1, 13)]}, {},
            r"does not cover.*\n.*M_S3_nbp.*\n.*time\n.*2015-01 to 2015-12; 12 months absent, "
            r"the first 2016-01\n.*all months of 2015 to 2016",
        ),
        (
            {"months": [step for step in TWO_YEARS if step != (2016, 5)]},
            {}, r"month is missing.*\n.*M_S3_nbp.*\n.*time\n.*2016-05 absent",
        ),
        (
            {"months": [(2016, 2) if step == (2016, 1) else step for step in TWO_YEARS]},
            {}, r"more than once.*\n.*M_S3_nbp.*\n.*time\n.*2016-02",
        ),
        (
            {"months": TWO_YEARS[12:] + TWO_YEARS[:12]},
            {}, r"not in order.*\n.*M_S3_nbp.*\n.*time\n.*2015-01",
        ),
        (
            {"months": [(y, 7) for y in range(2010, 2020)]}, {},
            r"not a month.*\n.*M_S3_nbp.*(.*\n)*.*yearly",
        ),
        (
            {"months": [step for step in TWO_YEARS for _ in range(30)],
             "lat": np.arange(15.0, 58.0), "lon": np.arange(70.0, 140.0)},
            {}, r"not a month.*\n.*M_S3_nbp.*(.*\n)*.*daily",
        ),
    ],
    ids=["units", "calendar", "years", "gap", "repeat", "order", "yearly", "daily"],
)  # fmt: skip
def test_time_axes_of_models_are_months_in_order(read, layout, entry, message):
    with pytest.raises(InputError, match=message):
        read(entry=entry, reader="trendy", **layout)


def test_an_axis_longer_than_any_memory_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "x.nc"
    with netCDF4.Dataset(path, "w") as file:
        file.createDimension("time", netcdf.LONGEST_AXIS + 1)
    with pytest.raises(InputError, match=r"axis is too long(?s:.*)time"), netcdf.opened(path):
        pass


def test_rows_of_any_length_are_no_numbers_and_texts_are_left_alone(tmp_path):
    path = tmp_path / "x.nc"
    with netCDF4.Dataset(path, "w") as file:
        file.createDimension("x", 2)
        file.createVariable("text", str, ("x",))[0] = "word"
    with netcdf.opened(path) as data:
        assert data["text"].values[0] == "word"
    with netCDF4.Dataset(path, "a") as file:
        file.createVariable("rows", file.createVLType(np.float64, "row"), ("x",))
    with (
        pytest.raises(InputError, match=r"any length(.|\n)*where: rows(.|\n)*variable length"),
        netcdf.opened(path),
    ):
        pass


def test_a_gzip_file_unpacks_to_no_more_than_its_size_makes_likely(tmp_path, monkeypatch):
    path, work = tmp_path / "x.nc.gz", tmp_path / "work"
    work.mkdir()
    path.write_bytes(gzip.compress(b"\x89HDF\r\n\x1a\n" + bytes(3 << 20)))
    monkeypatch.setattr(tempfile, "tempdir", str(work))
    for name, value in (("SMALL", 2 << 20), ("LARGEST", 1 << 20)):
        monkeypatch.setattr(netcdf, name, value)
        with pytest.raises(InputError, match=f"more than {value}\n"), netcdf.opened(path):
            pass
    assert list(work.iterdir()) == []
    monkeypatch.setattr(netcdf, "LARGEST", 1 << 30)
    monkeypatch.setattr(netcdf, "LARGEST_RATIO", 3000)
    with pytest.raises(InputError, match="damaged or truncated"), netcdf.opened(path):
        pass
