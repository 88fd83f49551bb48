import re

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.catalog import load_catalog
from helpers.errors import InputError
from helpers.sources import found, read_product
from helpers.sources.beps import read_raster
from helpers.sources.options import BepsOptions

YEARS = {"start_year": 2015, "end_year": 2016}
COARSE = {"step": 0.5, "west": 60.0, "north": 60.0, "shape": (100, 170)}


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"byte_order": "big"},
        {"row_order": "south-first"},
        {"dtype": "float32", "scale": 1.0, "nodata": -9999.0},
        {"dtype": "float32", "scale": 1.0, "nodata": -9999.0, "byte_order": "big"},
        {"dtype": "int32", "scale": 1e-4, "nodata": -99999},
        {"dtype": "uint16", "scale": 0.01, "offset": -200.0, "nodata": 65535},
        {"dtype": "float64", "scale": 1000.0, "nodata": [-1.0, -2.0]},
        {"header": b"BEPS" * 8},
        {"dtype": "float32", "scale": 1.0, "nodata": -9999.0, "unit": "kg CO2 m-2 s-1"},
    ],
    ids=str,
)
def test_rasters(tmp_path, provider, product, form):
    gap = form.get("nodata", -32768)
    write = {**COARSE, **form, "nodata": gap[-1] if isinstance(gap, list) else gap}
    options = provider.write_rasters(
        tmp_path / "beps", missing=lambda lat, lon: (lat < 30) & (lon < 90), **write
    )
    entry = product(
        "beps", options={**options, "nodata": gap}, units=form.get("unit", "g C m-2 month-1")
    )
    flux = read_product(entry, data_dir=tmp_path, **YEARS)
    empty = (flux["lat"] < 30) & (flux["lon"] < 90)
    assert bool((flux.isnull() == empty).all())
    want = provider.expected(flux)
    # integers keep the stored step: half of 0.01 g C m-2 month-1
    step = 0.005 * 1e-3 / (28 * 86400) * max(write.get("scale", 0.01) / 0.01, 1e-3)
    close = {"atol": step} if "float" not in write.get("dtype", "int16") else {"rtol": 1e-6}
    np.testing.assert_allclose(flux.values, np.where(flux.isnull(), np.nan, want), **close)
    assert flux.attrs["quantity"] == "NEP"


def test_real_cell_size(tmp_path, provider, product):
    options = provider.write_rasters(
        tmp_path / "beps", years=(2016, 2016), dtype="float32", scale=1.0
    )
    options["resolution"] = "1/13.75"
    flux = read_product(
        product("beps", options=options), data_dir=tmp_path, start_year=2016, end_year=2016
    )
    assert flux.chunks is not None
    np.testing.assert_allclose(np.diff(flux["lon"]), 2 / 27.5, rtol=1e-9)
    one = flux.sel(time="2016-02-01")
    want = provider.expected(flux.isel(time=[1]).astype("f4"))[0]
    np.testing.assert_allclose(one, want, rtol=1e-6)


def test_global_raster_is_cropped(tmp_path, provider, product):
    """The layout of the catalog: 2475 x 4950 cells, written sparsely, one file linked 12 times."""
    folder = tmp_path / "beps"
    folder.mkdir()
    first = folder / "BEPS_NEP_201501.raw"
    with first.open("wb") as stream:
        stream.truncate(2475 * 4950 * 4)
    field = np.memmap(first, dtype="<f4", mode="r+", shape=(2475, 4950))
    lat = 90 - (np.arange(2475) + 0.5) / 13.75
    lon = -180 + (np.arange(4950) + 0.5) / 13.75
    inside = slice(*np.flatnonzero((lat < 57) & (lat > 15))[[0, -1]] + [0, 1])
    field[inside] = provider.varied(lat[inside, None], lon, 2015, 1)
    field.flush()
    for month in range(2, 13):
        (folder / f"BEPS_NEP_2015{month:02d}.raw").hardlink_to(first)
    provider.write_catalog(
        tmp_path,
        {"beps": {"units": "g C m-2 yr-1",
                  "options": {"dtype": "float32", "scale": 1, "nodata": -9999}}},
    )  # fmt: skip
    flux = read_product(
        load_catalog(tmp_path)["beps"], data_dir=tmp_path, start_year=2015, end_year=2015
    )
    assert flux.sizes["lat"] < 600
    january = flux.isel(time=[0])
    np.testing.assert_allclose(january, provider.expected(january), rtol=1e-6)


@pytest.mark.parametrize("with_time", [False, True])
@pytest.mark.parametrize("folder", ["beps", "beps/NEP/2001-2016"])
def test_half_degree_netcdf(tmp_path, provider, product, folder, with_time):
    """One field a file, latitude south to north, gC m-2 month-1."""
    for year in (2015, 2016):
        for month in range(1, 13):
            provider.write_netcdf(
                tmp_path / folder / f"BEPS.fluxes.halfDeg.global.{year}{month:02d}.nc",
                provider.Layout(
                    variable="NEP", units="gC m-2 month-1", stored_units="", calendar="standard",
                    lat=provider.axis(-90, 90, 0.5), lon=provider.axis(60, 150, 0.5),
                    order=("time", "lat", "lon") if with_time else ("lat", "lon"),
                    months=[(year, month)], time_units=None,
                ),
            )  # fmt: skip
    pattern = folder.replace("2001-2016", "*") + "/BEPS.fluxes.halfDeg.global.{year}{month:02d}.nc"
    entry = product("beps", files=pattern, variable="NEP")
    assert len(found(entry, data_dir=tmp_path)) == 24
    flux = read_product(entry, data_dir=tmp_path, **YEARS)
    np.testing.assert_allclose(flux, provider.expected(flux), rtol=1e-6)


def test_netcdf_with_a_time_axis(tmp_path, provider, product):
    layout = provider.Layout(
        variable="NEP", units="gC m-2 month-1", calendar="standard",
        time_units="days since 1981-01-01", lat=provider.axis(14, 58, 1 / 13.75),
        lon=provider.axis(68, 140, 1 / 13.75), months=[(2015, m) for m in range(1, 13)],
    )  # fmt: skip
    provider.write_netcdf(tmp_path / "beps" / "nep.nc", layout)
    entry = product("beps", files="beps/nep.nc", variable="NEP")
    flux = read_product(entry, data_dir=tmp_path, start_year=2015, end_year=2015)
    np.testing.assert_allclose(flux, provider.expected(flux), rtol=1e-6)


@pytest.fixture
def holed(tmp_path, provider, product):
    """Write rasters, a number over a block of one of them, and read them."""

    def read(number, *, unit="<i2", month="201603", **options):
        form = {} if unit == "<i2" else {"dtype": "float32", "scale": 1.0}
        written = provider.write_rasters(tmp_path / "beps", **COARSE, **form)
        path = tmp_path / "beps" / f"BEPS_NEP_{month}.raw"
        field = np.fromfile(path, unit).reshape(COARSE["shape"])
        field[40:46, 50:60] = number
        field.tofile(path)
        entry = product("beps", options={**written, **options})
        return read_product(entry, data_dir=tmp_path, **YEARS)

    return read


@pytest.mark.parametrize(
    ("number", "unit", "told"),
    [
        (-9999, "<i2", r"24 rasters: 60 values of -9999"),
        (1e20, "<f4", r"24 rasters: 60 values of 1e\+20"),
        (np.inf, "<f4", r"24 rasters: 60 infinite values"),
        (-32768, "<i2", r"^$"),
    ],
)
def test_what_means_missing_in_a_later_raster_is_told(holed, number, unit, told):
    flux = holed(number, unit=unit, nodata=-32768)
    assert int(flux.sel(time="2016-03-01").isnull().sum()) == int(flux.isnull().sum()) == 60
    assert re.search(told, flux.attrs["notices"])


@pytest.mark.parametrize(
    ("number", "found"),
    [(-999, "-999 in 60 values"), (-32768, "60 values at the limit of int16"),
     (32767, "60 values at the limit of int16")],
)  # fmt: skip
def test_fills_and_overflows_in_a_later_raster_are_refused(holed, number, found):
    with pytest.raises(InputError, match=rf"201603\.raw\n.*stored numbers \(int16\)\n.*{found}"):
        holed(number, nodata=-9999)
    flux = holed(number, nodata=-9999, missing_values=[number])
    assert int(flux.isnull().sum()) == 60


def test_layout_must_be_declared(tmp_path, provider, product):
    provider.write_rasters(tmp_path / "beps", **COARSE)
    with pytest.raises(InputError, match=r"not declared(.*\n)*.*absent: dtype, scale, nodata\b"):
        read_product(
            product("beps", options={"shape": [100, 170], "west": 60, "north": 60,
                                     "resolution": 0.5}),
            data_dir=tmp_path, **YEARS,
        )  # fmt: skip


def test_size_must_match(tmp_path, provider, product):
    options = provider.write_rasters(tmp_path / "beps", **COARSE)
    wrong = {**options, "dtype": "float32"}
    with pytest.raises(InputError, match=r"size(.*\n)*.*found: 34000 bytes\n.*accepted: 68000"):
        read_product(product("beps", options=wrong), data_dir=tmp_path, **YEARS)
    short = tmp_path / "beps" / "BEPS_NEP_201603.raw"
    short.write_bytes(short.read_bytes()[:-2])
    with pytest.raises(InputError, match=r"201603.raw\n.*found: 33998 bytes"):
        read_product(product("beps", options=options), data_dir=tmp_path, **YEARS)


def test_a_missing_month_is_named(tmp_path, provider, product):
    options = provider.write_rasters(tmp_path / "beps", **COARSE)
    (tmp_path / "beps" / "BEPS_NEP_201603.raw").unlink()
    with pytest.raises(InputError, match=r"1 of 24 files absent, the first for 2016-03"):
        read_product(product("beps", options=options), data_dir=tmp_path, **YEARS)


def test_a_month_in_two_folders_is_refused(tmp_path, provider, product):
    options = provider.write_rasters(tmp_path / "beps" / "a", **COARSE)
    provider.write_rasters(tmp_path / "beps" / "b", **COARSE)
    entry = product("beps", files="beps/*/BEPS_NEP_{year}{month:02d}.raw", options=options)
    with pytest.raises(InputError, match=r"More than one file(.*\n)*.*2015-01"):
        read_product(entry, data_dir=tmp_path, **YEARS)


def test_raster_beyond_the_pole_is_refused(tmp_path, provider, product):
    options = provider.write_rasters(tmp_path / "beps", **COARSE)
    wrong = {**options, "resolution": 2.0}
    with pytest.raises(InputError, match=r"beyond a pole(.*\n)*.*south edge -140"):
        read_product(product("beps", options=wrong), data_dir=tmp_path, **YEARS)


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    dtype=st.sampled_from(
        ["int8", "uint8", "int16", "uint16", "int32", "uint32", "float32", "float64"]
    ),
    byte_order=st.sampled_from(["little", "big"]),
    header=st.integers(0, 9),
    rows=st.integers(1, 5),
    columns=st.integers(1, 5),
    scale=st.sampled_from([1.0, 0.01, 2.5]),
    offset=st.sampled_from([0.0, -3.0]),
)
def test_any_raster_comes_back(tmp_path, dtype, byte_order, header, rows, columns, scale, offset):
    stored = np.arange(rows * columns).reshape(rows, columns) + 1
    code = (">" if byte_order == "big" else "<") + np.dtype(dtype).str[1:]
    path = tmp_path / "field.raw"
    path.write_bytes(b"\xff" * header + stored.astype(code).tobytes())
    options = BepsOptions(
        shape=(rows, columns), dtype=dtype, byte_order=byte_order, header_bytes=header,
        scale=scale, offset=offset, nodata=1,
    )  # fmt: skip
    values = read_raster(path, options=options, rows=slice(0, rows), columns=slice(0, columns))
    want = np.where(stored == 1, np.nan, stored * scale + offset)
    np.testing.assert_allclose(values, want, rtol=1e-15)
