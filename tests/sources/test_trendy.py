import gzip
import shutil

import numpy as np
import pytest

from helpers.errors import InputError
from helpers.sources import found, read_product

YEARS = {"start_year": 2015, "end_year": 2016}


@pytest.fixture
def check(tmp_path, provider, product):
    """Write a layout, read it, compare with the truth on every cell and month."""

    def run(*, truth=provider.varied, entry=None, rtol=1e-6, **layout):
        entry = {"positive": layout.get("positive", "land"), **(entry or {})}
        provider.write_netcdf(
            tmp_path / "m" / "M_S3_nbp.nc", provider.Layout(truth=truth, **layout)
        )
        flux = read_product(product("trendy", **entry), data_dir=tmp_path, **YEARS)
        want = provider.expected(flux, truth)
        assert flux.dims == ("time", "lat", "lon")
        assert flux.sizes["time"] == 24
        assert (flux["lat"].min() <= 17) & (flux["lat"].max() >= 55)
        assert (flux["lon"].min() <= 72) & (flux["lon"].max() >= 137)
        valid = np.isfinite(flux.values)
        np.testing.assert_allclose(flux.values[valid], want[valid], rtol=rtol)
        return flux

    return run


@pytest.mark.parametrize("positive", ["land", "atmosphere"])
@pytest.mark.parametrize("north_first", [False, True])
@pytest.mark.parametrize("start", [-180, 0])
def test_sign_and_orientation(check, provider, positive, north_first, start):
    flux = check(
        positive=positive, north_first=north_first, lon=provider.axis(start, start + 360, 2.0)
    )
    assert not flux.isnull().any()
    assert flux.attrs["positive"] == "land"
    assert flux.attrs["source"] == "A model"
    assert flux.attrs["notices"] == ""


@pytest.mark.parametrize("kind", [None, "standard", "noleap", "365_day", "360_day", "all_leap"])
@pytest.mark.parametrize("units", ["kg m-2 s-1", "gC m-2 month-1"])
def test_calendars(check, kind, units):
    origin = "days since 1700-01-01" if kind else "days since 1850-01-01"
    check(calendar=kind, units=units, time_units=origin)


@pytest.mark.parametrize("origin", ["1700-01-01", "1700-1-1 00:00:00", "1850-01-01T00:00:00"])
def test_origins(check, origin):
    check(time_units=f"days since {origin}", calendar="proleptic_gregorian")


def test_hours_and_seconds(check, provider):
    days = [provider.days_since(y, m, 14, origin=1900, kind="noleap")
            for y in (2015, 2016) for m in range(1, 13)]  # fmt: skip
    check(time_units="hours since 1900-01-01", time_values=np.array(days) * 24)
    check(time_units="seconds since 1900-01-01", time_values=np.array(days) * 86400)


@pytest.mark.parametrize(
    ("units", "values"),
    [
        ("months since 1700-01-16", np.arange(24) + 315 * 12),
        ("months since 1700-01-01", np.arange(24) + 315 * 12),
        ("years since AD 1700-Jan-1st", 315 + np.arange(24) / 12),
        ("year as %Y.%f", 2015 + (np.arange(24) + 0.5) / 12),
    ],
)
def test_units_of_time_that_decoders_refuse(check, units, values):
    check(time_units=units, time_values=values)


@pytest.mark.parametrize(
    "names",
    [
        {"lat_name": "latitude", "lon_name": "longitude"},
        {"lat_name": "lat_FULL", "lon_name": "lon_FULL", "time_name": "time_counter"},
        {"lat_name": "Latitude", "lon_name": "Longitude"},
        {"lat_name": "y", "lon_name": "x", "time_name": "t"},
    ],
)
def test_names_of_axes(check, names):
    check(**names)


def test_names_from_options(check):
    names = {"lat_name": "breite", "lon_name": "laenge", "time_name": "zeit"}
    options = {"latitude": "breite", "longitude": "laenge", "time": "zeit"}
    check(**names, entry={"options": options})


@pytest.mark.parametrize("order", [("time", "lon", "lat"), ("lat", "lon", "time")])
def test_order_of_dimensions(check, order):
    check(order=order)


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize("fill", [-99999.0, -9999.0, 1e20, 9.969209968386869e36, -1e34])
def test_fills(check, fill, declared):
    flux = check(
        fill=fill, fill_attribute=declared, missing=lambda lat, lon: (lat < 30) & (lon < 90)
    )
    empty = (flux["lat"] < 30) & (flux["lon"] < 90)
    assert bool((flux.isnull() == empty).all())


def test_nan_and_own_fill(check):
    gap = {"missing": lambda lat, lon: lat < 30 + 0 * lon}
    assert bool(check(**gap).sel(lat=slice(None, 29)).isnull().all())
    flux = check(
        fill=-77.0, fill_attribute=False, entry={"options": {"missing_values": [-77]}}, **gap
    )
    assert bool(flux.sel(lat=slice(None, 29)).isnull().all())


def test_packed_integers(check):
    flux = check(
        units="gC m-2 yr-1", dtype="i2", scale=0.02, fill=-32767, rtol=1e-3,
        missing=lambda lat, lon: lat < 30 + 0 * lon,
    )  # fmt: skip
    assert bool(flux.sel(lat=slice(None, 29)).isnull().all())


@pytest.mark.parametrize("form", ["NETCDF3_CLASSIC", "NETCDF3_64BIT_OFFSET", "NETCDF4_CLASSIC"])
def test_formats(check, form):
    check(format=form)


def test_gzipped(tmp_path, provider, product):
    path = provider.write_netcdf(tmp_path / "m" / "M_S3_nbp.nc", provider.Layout())
    with path.open("rb") as source, gzip.open(f"{path}.gz", "wb") as target:
        shutil.copyfileobj(source, target)
    path.unlink()
    entry = product("trendy")
    assert [p.name for p in found(entry, data_dir=tmp_path)] == ["M_S3_nbp.nc.gz"]
    flux = read_product(entry, data_dir=tmp_path, **YEARS)
    np.testing.assert_allclose(flux, provider.expected(flux), rtol=1e-6)


def test_rows_beyond_the_pole_are_dropped_with_a_notice(tmp_path, provider, product):
    lat = provider.axis(-90, 94, 2.0)
    provider.write_netcdf(tmp_path / "m" / "M_S3_nbp.nc", provider.Layout(lat=lat))
    flux = read_product(product("trendy"), data_dir=tmp_path, **YEARS)
    np.testing.assert_allclose(flux, provider.expected(flux), rtol=1e-6)
    assert flux.attrs["notices"] == "M_S3_nbp.nc: dropped 2 rows beyond the pole"


def test_swapped_axes_are_not_dropped_but_refused(tmp_path, provider, product):
    layout = provider.Layout(
        lat_name="lon",
        lon_name="lat",
        lat=provider.axis(-90, 90, 2),
        lon=provider.axis(-180, 180, 2),
    )
    provider.write_netcdf(tmp_path / "m" / "M_S3_nbp.nc", layout)
    with pytest.raises(InputError, match=r"beyond the pole.*\n(.*\n)*.*swapped"):
        read_product(product("trendy"), data_dir=tmp_path, **YEARS)


def month_ends(provider):
    """Whole years whose stamps close the months: they decode to February ... January."""
    steps = [(y, m) for y in (2015, 2016) for m in range(1, 13)]
    return {
        "time_units": "days since 1900-01-01",
        "calendar": "standard",
        "time_values": [
            provider.days_since(y, m, provider.days_in(y, m), origin=1900, kind="standard")
            for y, m in steps
        ],
    }


def test_stamps_at_month_ends_are_refused(check, provider):
    with pytest.raises(InputError, match=r"ambiguous.*\n(.*\n)*.*time_label: end"):
        check(**month_ends(provider))


def test_bounds_settle_the_month(check, provider):
    check(**month_ends(provider), bounds=True)


def test_a_declared_label_settles_the_month(check, provider):
    check(**month_ends(provider), entry={"options": {"time_label": "end"}})


def test_part_of_a_long_file(tmp_path, provider, product):
    provider.write_netcdf(tmp_path / "m" / "M_S3_nbp.nc", provider.Layout(years=(2013, 2018)))
    flux = read_product(product("trendy"), data_dir=tmp_path, start_year=2016, end_year=2017)
    assert str(flux["time"].values[0])[:10] == "2016-01-01"
    np.testing.assert_allclose(flux, provider.expected(flux), rtol=1e-6)


@pytest.mark.parametrize("stored", ["kgC m-2 s-1", "kg m-2 s-1", "kg C m^-2 s^-1", "kg/m2/s"])
def test_units_of_file_and_catalog_agree_in_any_spelling(check, stored):
    check(stored_units=stored, entry={"units": "kg m-2 s-1"})


def test_units_only_in_the_catalog(check):
    check(units="gC m-2 month-1", stored_units="", entry={"units": "g C m-2 month-1"})


def test_wrong_units_in_the_file_can_be_overruled(check):
    entry = {"units": "kg m-2 s-1", "options": {"ignore_file_units": True}}
    check(stored_units="1", entry=entry)


def test_lazy_reading_gives_the_same(tmp_path, provider, product, monkeypatch):
    provider.write_netcdf(tmp_path / "m" / "M_S3_nbp.nc", provider.Layout(north_first=True))
    eager = read_product(product("trendy"), data_dir=tmp_path, **YEARS)
    monkeypatch.setattr("helpers.sources.gridded.LAZY_BYTES", 0)
    lazy = read_product(product("trendy"), data_dir=tmp_path, **YEARS)
    assert lazy.chunks is not None
    assert eager.identical(lazy.compute())
