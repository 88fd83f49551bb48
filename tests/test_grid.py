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
    with pytest.raises(InputError, match="does not divide"):
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
    with pytest.raises(InputError, match="no dimension 'lon'"):
        grid.bounds_of(data)
