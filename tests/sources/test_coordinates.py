"""Coordinates are unpacked, in degrees, and inside their bounds."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from helpers.errors import InputError
from helpers.sources import cells, cf_time, coordinates, months, named_time

FILE = Path("f.nc")


def axis(values, name="lat", **attrs):
    return xr.DataArray(np.asarray(values), dims=name, name=name, attrs=attrs)


def test_numbers_are_unpacked():
    packed = axis(np.array([0, 2], dtype="i2"), scale_factor=0.5, add_offset=-179.0)
    assert list(coordinates.numbers(packed, file=FILE)) == [-179.0, -178.0]
    bare = axis(np.array([-9999, 120], dtype="i2"), _FillValue=-9999)
    assert list(coordinates.numbers(bare, file=FILE)) == [-9999.0, 120.0]
    unsigned = axis(np.array([-1, 1], dtype="i1"), _Unsigned="true")
    assert list(coordinates.numbers(unsigned, file=FILE)) == [255.0, 1.0]
    assert coordinates.without_packing(packed.attrs) == {}


@pytest.mark.parametrize(
    ("found", "match"),
    [
        (axis(["20N"]), "coordinate holds no numbers"),
        (axis([1.0], scale_factor=0.0), "scale_factor cannot be used"),
        (axis([1.0], add_offset="a"), "add_offset cannot be used"),
    ],
)
def test_what_cannot_be_unpacked_is_refused(found, match):
    with pytest.raises(InputError, match=match):
        coordinates.numbers(found, file=FILE)


@pytest.mark.parametrize(
    ("along", "unit"),
    [
        *(("latitude", u) for u in ("degrees_north", "degree_north", "degree_N", "degrees_N")),
        *(("latitude", u) for u in ("degreeN", "degreesN", "Degrees North", "degrees", "deg")),
        *(("longitude", u) for u in ("degrees_east", "degree_east", "degree_E", "degrees_E")),
        *(("longitude", u) for u in ("degreeE", "degreesE", "decimal degrees", "°E", " ", 42)),
    ],
)
def test_degrees_in_every_usual_spelling(along, unit):
    coordinates.refuse_other_units(axis([1.0], units=unit), along, file=FILE)


@pytest.mark.parametrize(
    ("along", "unit"),
    [
        *(("longitude", u) for u in ("degrees_west", "degrees_north", "radians", "m", "1")),
        *(("latitude", u) for u in ("degrees_south", "degrees_east", "km", "degrees C")),
    ],
)
def test_other_units_of_places_are_refused(along, unit):
    with pytest.raises(InputError, match=rf"{along} is not in degrees (.*\n)*.*{unit}"):
        coordinates.refuse_other_units(axis([1.0], units=unit), along, file=FILE)


def grid(**lon):
    data = {
        "flux": (("lat", "lon"), np.zeros((8, 12))),
        "lat": ("lat", np.arange(20.5, 28.5)),
        "lon": ("lon", np.arange(12, dtype="i2"), lon),
    }
    return xr.Dataset(data)


def test_a_packed_longitude_places_its_cells():
    data = grid(add_offset=100.5, units="degrees_east")
    part = cells.in_box(data, data["flux"], box=(102.0, 110.0, 22.0, 27.0), file=FILE)
    np.testing.assert_array_equal(part.lon, np.arange(101.5, 111.5))
    west = grid(add_offset=100.5, units="degrees_west")
    with pytest.raises(InputError, match="longitude is not in degrees east"):
        cells.in_box(west, west["flux"], box=(102.0, 110.0, 22.0, 27.0), file=FILE)


def test_a_packed_time_is_read_as_it_is_meant():
    since = {"units": "months since 2015-01-01", "add_offset": -12.0}
    data = xr.Dataset({"time": ("time", np.arange(24), since)})
    assert f"{cf_time.decode(data, 'time', file=FILE).index[0]:%Y-%m}" == "2014-01"
    assert f"{months.on_axis(data, 'time', file=FILE)[0][0]:%Y-%m}" == "2014-01"
    days = {"units": "days since 2015-01-01", "scale_factor": 30.5, "add_offset": 15.0}
    data = xr.Dataset({"time": ("time", np.arange(24), days)})
    assert f"{cf_time.decode(data, 'time', file=FILE).index[-1]:%Y-%m}" == "2016-12"
    coded = xr.Dataset({"time": ("time", np.arange(12), {"add_offset": 201501.0})})
    index = cf_time.decode(coded, "time", file=FILE).index
    assert named_time.confirmed(coded, "time", named=index, file=FILE)[0] is not None


def test_bounds_are_unpacked_by_their_own_attributes():
    data = xr.Dataset({"lat": ("lat", [1.0, 2.0], {"bounds": "b"}),
                       "b": (("lat", "two"), np.array([[1, 3], [5, 3]], dtype="i2"),
                             {"scale_factor": 0.5})})  # fmt: skip
    found = coordinates.bounds_of(data, data["lat"])
    assert found is not None
    assert found.tolist() == [[0.5, 1.5], [1.5, 2.5]]
    data["b"].attrs["scale_factor"] = "half"
    assert coordinates.bounds_of(data, data["lat"]) is None
