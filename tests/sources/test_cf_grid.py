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
            "lat": ("lat", edges_lat[:-1], {"bounds": "lat_bnds"} if lat_bounds else {}),
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
    placed, notices = cf_grid.with_centres(data, file=FILE)
    assert list(placed["lat"].values) == [20.5, 22.0, 24.5]
    assert notices == (
        "cells are placed by lat_bnds: lat lies up to 1.5 degrees off their middles",
    )
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
    same, notices = cf_grid.with_centres(xr.Dataset(), file=FILE)
    assert same.equals(xr.Dataset())
    assert not notices


@pytest.mark.parametrize("turns", [-360.0, 0.0, 720.0])
def test_bounds_may_lie_turns_apart_but_must_hold_their_cell(turns):
    data, _ = gaussian()
    data["lon_bnds"] = data["lon_bnds"] + turns
    _, notices = cf_grid.with_centres(data, file=FILE)
    assert not any("lon" in text for text in notices)
    data["lon"] = data["lon"].where(data["lon"] < 400, np.inf)
    data["lon"].attrs["bounds"] = "lon_bnds"
    with pytest.raises(InputError, match="1 of 3 outside"):
        cf_grid.with_centres(data, file=FILE)
    data["lon_bnds"] = data["lon_bnds"] + 180.0
    with pytest.raises(InputError, match=r"disagree(.*\n)*.*lon and lon_bnds(.*\n)*.*3 of 3"):
        cf_grid.with_centres(data, file=FILE)


@pytest.mark.parametrize(("offset", "fits"), [(-1e-3, True), (-0.1, False), (5.1, False)])
def test_a_coordinate_may_lie_on_the_edge_of_its_cell(offset, fits):
    data, _ = gaussian()
    data["lat"] = data["lat"] + offset
    data["lat"].attrs["bounds"] = "lat_bnds"
    if fits:
        cf_grid.with_centres(data, file=FILE)
        return
    with pytest.raises(InputError, match=r"lat and lat_bnds(.*\n)*.*the first at position 1"):
        cf_grid.with_centres(data, file=FILE)


def test_bounds_in_the_other_order_than_their_rows_are_refused():
    data, _ = gaussian()
    data["lat"] = data["lat"][::-1] + 0.5
    data["lat"].attrs["bounds"] = "lat_bnds"
    with pytest.raises(InputError, match=r"2 of 3 outside, the first at position 1: 23.5"):
        cf_grid.with_centres(data, file=FILE)


def test_a_packed_coordinate_is_unpacked_once():
    data, _ = gaussian()
    attrs = {"bounds": "lat_bnds", "scale_factor": 0.1, "units": "degrees_north"}
    data["lat"] = ("lat", np.array([205, 220, 245], dtype="i2"), attrs)
    placed, notices = cf_grid.with_centres(data, file=FILE)
    assert list(placed["lat"].values) == [20.5, 22.0, 24.5]
    assert not notices
    assert placed["lat"].attrs == {"bounds": "lat_bnds", "units": "degrees_north"}
