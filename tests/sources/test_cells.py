"""Axes of a grid where the file names or shapes them in an unusual way."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from helpers.errors import InputError
from helpers.sources import cells

FILE = Path("f.nc")
LAT, LON = np.arange(20.5, 30.5), np.arange(100.5, 112.5)
BOX = (102.0, 110.0, 22.0, 28.0)


def dataset(*, lat=LAT, lon=LON, lat_dims=("lat",), lon_dims=("lon",)):
    flux = np.zeros((LAT.size, LON.size))
    return xr.Dataset(
        {"flux": (("y", "x"), flux), "latitude": (lat_dims, lat), "longitude": (lon_dims, lon)}
    )


def locate(data):
    return cells.in_box(data, data["flux"], box=BOX, file=FILE, latitude="y", longitude="x")


def test_tables_that_are_straight_are_read_by_their_first_line():
    lat, lon = np.meshgrid(LAT, LON, indexing="ij")
    found = locate(dataset(lat=lat, lon=lon, lat_dims=("y", "x"), lon_dims=("y", "x")))
    np.testing.assert_array_equal(found.lat, np.arange(21.5, 29.5))
    np.testing.assert_array_equal(found.lon, np.arange(101.5, 111.5))


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"lat_dims": ("z",), "lon_dims": ("x",)}, "latitude coordinate is missing"),
        (
            {"lat": LAT[:, None] + 0.1 * LON, "lat_dims": ("y", "x"), "lon_dims": ("x",)},
            "latitude coordinate is missing or not one-dimensional",
        ),
        (
            {"lat": np.where(LAT > 25, np.nan, LAT), "lat_dims": ("y",), "lon_dims": ("x",)},
            "missing or infinite",
        ),
    ],
)
def test_axes_that_place_nothing_are_refused(options, match):
    with pytest.raises(InputError, match=match):
        locate(dataset(**options))


def test_more_cells_than_any_product_has_are_refused(monkeypatch):
    monkeypatch.setattr(cells, "MOST_CELLS", 79)
    with pytest.raises(InputError, match="too many cells"):
        locate(dataset(lat_dims=("y",), lon_dims=("x",)))
