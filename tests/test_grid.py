"""Areas and orientation of grids."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from helpers import grid
from helpers.constants import EARTH_RADIUS_M
from helpers.errors import InputError

GLOBE = (-180.0, 180.0, -90.0, 90.0)


@pytest.mark.parametrize("step", [1 / 13.75, 0.25, 0.5, 1.0, 2.0, 5.0, 7.5])
def test_cells_of_the_globe_add_up_to_the_sphere(step):
    areas = grid.cell_areas(grid.regular_grid(step, box=GLOBE))
    assert float(areas.sum()) == pytest.approx(4 * np.pi * EARTH_RADIUS_M**2, rel=1e-12)
    assert areas.attrs["units"] == "m2"


def test_cell_area_against_the_closed_form_of_a_cap():
    # the cap north of 30 degrees is a quarter of the sphere: (1 - sin 30) / 2
    areas = grid.cell_areas(grid.regular_grid(1.0, box=(-180.0, 180.0, 30.0, 90.0)))
    assert float(areas.sum()) == pytest.approx(np.pi * EARTH_RADIUS_M**2, rel=1e-12)


def test_rows_centred_on_the_poles_keep_half_a_cell():
    lat = np.linspace(-90, 90, 91)
    data = xr.DataArray(
        np.zeros((91, 180)),
        dims=("lat", "lon"),
        coords={"lat": lat, "lon": np.arange(-179, 180, 2.0)},
    )
    areas = grid.cell_areas(data)
    assert (areas > 0).all()
    assert float(areas.sum()) == pytest.approx(4 * np.pi * EARTH_RADIUS_M**2, rel=1e-12)


@given(st.integers(2, 60), st.floats(0.01, 3), st.floats(-50, 50))
def test_edges_lie_half_way_between_centres(count, step, start):
    centres = start + step * np.arange(count)
    edges = grid.edges_from_centres(centres)
    np.testing.assert_allclose((edges[1:] + edges[:-1]) / 2, centres, atol=1e-9)


def test_unequal_steps_are_refused():
    with pytest.raises(InputError, match=r"not equally spaced(.|\n)*1 to 2"):
        grid.edges_from_centres(np.array([0.0, 1.0, 3.0]))


def test_one_cell_is_no_grid():
    with pytest.raises(InputError, match="at least two cells"):
        grid.edges_from_centres(np.array([0.0]))


def test_a_step_that_does_not_divide_the_box_is_refused():
    with pytest.raises(InputError, match=r"does not divide(.|\n)*where: resolution, box\n"):
        grid.regular_grid(0.7, box=GLOBE)


def _field(lat, lon, names=("lat", "lon")):
    values = np.add.outer(np.asarray(lat, float), np.asarray(lon, float) % 360)
    return xr.DataArray(values, dims=names, coords={names[0]: lat, names[1]: lon})


@pytest.mark.parametrize(
    "names", [("lat", "lon"), ("latitude", "longitude"), ("lat_FULL", "lon_FULL")]
)
@pytest.mark.parametrize("north_first", [False, True])
@pytest.mark.parametrize("east", [False, True])
def test_every_orientation_becomes_the_same_field(names, north_first, east):
    lat = np.arange(-88.0, 90, 4)
    lon = np.arange(2.0, 360, 4) if east else np.arange(-178.0, 180, 4)
    raw = _field(lat[::-1] if north_first else lat, lon, names)
    result = grid.normalise_lonlat(raw)
    expected = _field(lat, np.arange(-178.0, 180, 4))
    xr.testing.assert_identical(result, expected)


def test_latitude_beyond_the_pole_is_refused():
    with pytest.raises(InputError, match=r"beyond the pole(.|\n)*file: f.nc"):
        grid.normalise_lonlat(_field([0.0, 91.0], [0.0, 1.0]), file="f.nc")


def test_repeated_longitude_is_refused():
    with pytest.raises(InputError, match=r"repeated(.|\n)*lon"):
        grid.normalise_lonlat(_field([0.0, 1.0], [-180.0, 0.0, 180.0]))


def test_longitude_out_of_range_is_refused():
    with pytest.raises(InputError, match="longitude is out of range"):
        grid.normalise_lonlat(_field([0.0, 1.0], [0.0, 999.0]))


def test_missing_axis_is_refused():
    with pytest.raises(InputError, match="No latitude dimension"):
        grid.normalise_lonlat(xr.DataArray(np.zeros((2, 2)), dims=("row", "column")))


def test_data_without_an_axis_have_no_edges():
    data = xr.DataArray(np.zeros(3), dims="lat", coords={"lat": [1.0, 2.0, 3.0]})
    with pytest.raises(InputError, match=r"no dimension 'lon'.\n  where: lon\n"):
        grid.bounds_of(data)


def test_a_grid_says_what_its_axes_are():
    cells = grid.grid_from_edges([0, 1, 3], [10, 20])
    assert cells["lat"].attrs == {
        "standard_name": "latitude", "units": "degrees_north", "bounds": "lat_bnds"
    }  # fmt: skip
    assert cells["lon"].attrs == {
        "standard_name": "longitude", "units": "degrees_east", "bounds": "lon_bnds"
    }  # fmt: skip
    assert cells["lat"].values.tolist() == [0.5, 2.0]
    assert cells["lat_bnds"].dims == ("lat", "bnds")
    assert cells["lon_bnds"].dims == ("lon", "bnds")
    assert cells["lat_bnds"].values.tolist() == [[0.0, 1.0], [1.0, 3.0]]
    assert cells["lon_bnds"].values.tolist() == [[10.0, 20.0]]
    assert cells["lat_bnds"].dtype == cells["lon_bnds"].dtype == float
    areas = grid.cell_areas(cells)
    assert (areas.name, areas.dims) == ("cell_area", ("lat", "lon"))
    assert areas.attrs == {"standard_name": "cell_area", "units": "m2"}
    np.testing.assert_array_equal(areas["lat"], cells["lat"])
    np.testing.assert_array_equal(areas["lon"], cells["lon"])


def test_the_grid_of_the_book_is_one_degree_over_the_box_of_china():
    cells = grid.analysis_grid()
    assert (cells.sizes["lat"], cells.sizes["lon"]) == (38, 65)
    assert (float(cells["lat"][0]), float(cells["lon"][0])) == (17.5, 72.5)
    assert float(cells["lon_bnds"][-1, 1]) == 137.0


@pytest.mark.parametrize("box", [(0.0, 1.0, 0.0, 6.25), (0.0, 6.25, 0.0, 1.0)])
def test_a_step_has_to_divide_both_sides_of_the_box(box):
    with pytest.raises(InputError, match="does not divide"):
        grid.regular_grid(0.5 if box[1] == 1.0 else 1.0, box=(*box[:3], box[3] + 0.1))
    with pytest.raises(InputError, match="does not divide"):
        grid.regular_grid(1.0, box=box)


def test_edges_come_from_the_bounds_where_there_are_any():
    cells = grid.grid_from_edges([0.0, 1.0, 3.0], [10.0, 20.0, 25.0])
    lat, lon = grid.bounds_of(cells)
    assert (lat.tolist(), lon.tolist()) == ([0.0, 1.0, 3.0], [10.0, 20.0, 25.0])
    data = xr.DataArray(np.zeros((2, 2)), dims=("lat", "lon"), coords={
        "lat": [2.0, 0.5], "lon": [15.0, 22.5],
        "lat_low": ("lat", [1.0, 0.0]), "lat_high": ("lat", [3.0, 1.0]),
        "lon_low": ("lon", [10.0, 20.0]), "lon_high": ("lon", [20.0, 25.0]),
    })  # fmt: skip
    lat, lon = grid.bounds_of(data)
    assert (lat.tolist(), lon.tolist()) == ([0.0, 1.0, 3.0], [10.0, 20.0, 25.0])
    # with a part of them, and without, the centres decide; rows on the poles are cut there
    for partly in (data.drop_vars("lat_low"), data.drop_vars(["lat_low", "lon_high"])):
        lat, _ = grid.bounds_of(partly)
        assert lat.tolist() == [2.75, 1.25, -0.25]
    poles = xr.DataArray(
        np.zeros((3, 2)), dims=("lat", "lon"), coords={"lat": [-90, 0, 90], "lon": [-170, 170]}
    )
    lat, lon = grid.bounds_of(poles)
    assert (lat.tolist(), lon.tolist()) == ([-90.0, -45.0, 45.0, 90.0], [-340.0, 0.0, 340.0])


def test_the_ends_of_the_axes_are_accepted_and_what_lies_beyond_is_not():
    at_the_poles = _field([-90.0000005, 90.0000005], [0.0, 1.0])
    assert grid.normalise_lonlat(at_the_poles).sizes["lat"] == 2
    for lat in ([-90.01, 0.0], [0.0, 90.01]):
        with pytest.raises(InputError, match="beyond the pole"):
            grid.normalise_lonlat(_field(lat, [0.0, 1.0]))
    for lon in ([-360.0, 1.0], [1.0, 540.0]):
        wrapped = grid.normalise_lonlat(_field([0.0, 1.0], lon))["lon"].values
        assert wrapped.tolist() == [(lon[0] + 180) % 360 - 180, (lon[1] + 180) % 360 - 180] or (
            wrapped.tolist() == [-180.0, 1.0]
        )
    for lon in ([-360.5, 1.0], [1.0, 540.5]):
        with pytest.raises(InputError, match="longitude is out of range"):
            grid.normalise_lonlat(_field([0.0, 1.0], lon))


def test_a_longitude_met_again_after_a_turn_is_repeated_but_for_rounding():
    with pytest.raises(InputError, match=r"repeated(.|\n)*1 repeated values"):
        grid.normalise_lonlat(_field([0.0, 1.0], [0.1, 120.1, 360.1 + 1e-11]))
    near = grid.normalise_lonlat(_field([0.0, 1.0], [0.1, 0.1 + 1e-8]))
    assert near.sizes["lon"] == 2


def test_a_reversed_axis_stays_a_view_and_any_other_order_is_sorted():
    data = _field([3.0, 2.0, 1.0], [0.0, 2.0, 1.0])
    result = grid.normalise_lonlat(data.isel(lon=[0, 2, 1]))
    assert result["lat"].values.tolist() == [1.0, 2.0, 3.0]
    assert result["lon"].values.tolist() == [0.0, 1.0, 2.0]
    straight = _field([3.0, 2.0, 1.0], [0.0, 1.0, 2.0])
    assert np.shares_memory(grid.normalise_lonlat(straight).values, straight.values)
    mixed = _field([2.0, 3.0, 1.0], [0.0, 1.0, 2.0])
    xr.testing.assert_identical(grid.normalise_lonlat(mixed), grid.normalise_lonlat(straight))


@pytest.mark.parametrize("axis", ["lat", "lon"])
def test_an_axis_without_values_is_refused_and_not_counted_in_cells(axis):
    whole = _field(np.arange(0.0, 72.0), np.arange(0.0, 144.0))
    with pytest.raises(InputError, match=rf"no values(.|\n)*where: {axis}\n  found: a dimension"):
        grid.normalise_lonlat(whole.drop_vars(axis))
    for bad in (np.nan, np.inf):
        values = whole[axis].values.copy()
        values[3] = bad
        with pytest.raises(InputError, match=rf"no values(.|\n)*where: {axis}\n  found: values"):
            grid.normalise_lonlat(whole.assign_coords({axis: values}))
