"""Grids that are read by their bounds, and grids that are refused."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from helpers.errors import InputError
from helpers.sources import cells, cf_grid

FILE = Path("f.nc")
NORTH = {"units": "degrees_north", "standard_name": "latitude"}


def field(dims, sizes, **variables):
    data = {"flux": (dims, np.zeros(sizes)), **variables}
    return xr.Dataset(data)


@pytest.mark.parametrize(
    ("dataset", "match"),
    [
        (
            field(("y", "x"), (3, 4), nav_lat=(("y", "x"), np.arange(12.0).reshape(3, 4), NORTH)),
            "two-dimensional latitudes nav_lat",
        ),
        (
            field(("time", "cell"), (2, 4), clat=(("cell",), [1.0, 3.0, 2.0, 5.0], NORTH)),
            "unordered latitudes along cell",
        ),
    ],
)
def test_other_grids(dataset, match):
    with pytest.raises(InputError, match=match):
        cf_grid.refuse_other_grids(dataset, dataset["flux"], file=FILE)


def test_a_rotated_pole():
    data = field(("rlat", "rlon"), (3, 4))
    data["pole"] = ((), 0, {"grid_mapping_name": "rotated_latitude_longitude"})
    data["flux"].attrs["grid_mapping"] = "pole"
    with pytest.raises(InputError, match=r"grid mapping rotated(.*\n)*.*cdo remapcon"):
        cf_grid.refuse_other_grids(data, data["flux"], file=FILE)
    data["pole"].attrs["grid_mapping_name"] = "latitude_longitude"
    cf_grid.refuse_other_grids(data, data["flux"], file=FILE)


def test_straight_tables_of_latitude_are_no_curves():
    table = np.repeat(np.arange(3.0)[:, None], 4, axis=1)
    data = field(("y", "x"), (3, 4), nav_lat=(("y", "x"), table, NORTH))
    cf_grid.refuse_other_grids(data, data["flux"], file=FILE)


def gaussian(lat_bounds=True, gap=0.0):
    edges_lat, edges_lon = np.array([20.0, 21.0, 23.0, 26.0]), np.arange(350.0, 470.0, 30.0)
    low, high = edges_lat[:-1], edges_lat[1:] - gap
    data = xr.Dataset(
        {
            "lat": ("lat", low, {"bounds": "lat_bnds"} if lat_bounds else {}),
            "lon": ("lon", edges_lon[:-1] + 15, {"bounds": "lon_bnds"}),
            "lat_bnds": (("lat", "two"), np.stack([low, high], axis=1)),
            "lon_bnds": (("lon", "two"), np.stack([edges_lon[:-1], edges_lon[1:]], axis=1)),
        }
    )
    part = cells.Cells("lat", "lon", slice(0, 3), slice(0, 3), data["lat"].values,
                       data["lon"].values)  # fmt: skip
    return data, part


def test_unequal_cells_carry_their_bounds():
    data, part = gaussian()
    assert list(cf_grid.with_centres(data)["lat"].values) == [20.5, 22.0, 24.5]
    found = cf_grid.edges(data, part)
    assert list(found["lat_high"][1]) == [21.0, 23.0, 26.0]
    assert list(found["lon_low"][1]) == [-10.0, 20.0, 50.0]


@pytest.mark.parametrize("options", [{"lat_bounds": False}, {"gap": 0.5}])
def test_unequal_cells_without_usable_bounds_are_refused(options):
    data, part = gaussian(**options)
    assert cf_grid.bounds(data) is None
    with pytest.raises(InputError, match="not equally spaced"):
        cf_grid.edges(data, part)


def test_equal_cells_need_none():
    data, _ = gaussian()
    part = cells.Cells("lat", "lon", slice(0, 2), slice(0, 2), np.array([1.0, 2.0]),
                       np.array([359.0, 360.0]))  # fmt: skip
    assert cf_grid.edges(data, part) == {}
    assert cf_grid.with_centres(xr.Dataset()).equals(xr.Dataset())
