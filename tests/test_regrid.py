"""Regridding: conservation, uniformity, missing cells, laziness, and CDO as an independent tool."""

import subprocess

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import grid, regrid
from helpers.constants import EARTH_RADIUS_M

GLOBE = (-180.0, 180.0, -90.0, 90.0)
ONE_DEGREE = grid.regular_grid(1.0, box=GLOBE)
BEPS_STEP = 1 / 13.75


def coastal_field(step, *, seed=0, steps=1):
    """Random field with coasts: a third of the cells missing, in patches."""
    cells = grid.regular_grid(step, box=GLOBE)
    rng = np.random.default_rng(seed)
    shape = (steps, cells.sizes["lat"], cells.sizes["lon"])
    lon, lat = np.meshgrid(np.deg2rad(cells["lon"]), np.deg2rad(cells["lat"]))
    land = np.sin(3 * lon + rng.uniform(0, 6)) * np.cos(5 * lat + rng.uniform(0, 6)) > -0.4
    values = np.where(land, rng.normal(size=shape) + 2, np.nan)
    coords = {"time": np.arange(steps), "lat": cells["lat"], "lon": cells["lon"]}
    return xr.DataArray(values, dims=("time", "lat", "lon"), coords=coords, name="flux")


def integral(field, weight):
    return (field.fillna(0) * weight).sum(("lat", "lon"))


@pytest.mark.parametrize("step", [BEPS_STEP, 0.5, 1.5, 2.0])
def test_global_integral_of_a_field_with_coasts_is_kept(step):
    source = coastal_field(step)
    result = regrid.conservative(source, ONE_DEGREE)
    kept = integral(result, regrid.valid_area(source, ONE_DEGREE))
    expected = integral(source, grid.cell_areas(source))
    np.testing.assert_allclose(kept, expected, rtol=1e-12)


@settings(deadline=None, max_examples=40)
@given(
    st.integers(4, 40), st.integers(4, 60), st.integers(2, 30), st.integers(2, 50),
    st.floats(0, 0.9), st.integers(0, 2**32 - 1), st.floats(-180, 180).map(lambda x: round(x, 6)),
)  # fmt: skip
def test_conservation_and_uniformity_for_any_two_global_grids(
    source_rows, source_columns, rows, columns, missing, seed, origin
):
    def axis(count, start, length):
        return start + length * (np.arange(count) + 0.5) / count

    rng = np.random.default_rng(seed)
    lon = np.sort((axis(source_columns, origin, 360.0) + 180) % 360 - 180)
    values = rng.normal(size=(source_rows, source_columns))
    values[rng.random(values.shape) < missing] = np.nan
    source = xr.DataArray(
        values, dims=("lat", "lon"), coords={"lat": axis(source_rows, -90.0, 180.0), "lon": lon}
    )
    target = grid.grid_from_edges(
        np.linspace(-90, 90, rows + 1), np.linspace(-180, 180, columns + 1)
    )
    result = regrid.conservative(source, target)
    area = regrid.valid_area(source, target)
    scale = float((np.abs(source) * grid.cell_areas(source)).sum()) + 1.0
    difference = float(integral(result, area) - integral(source, grid.cell_areas(source)))
    assert abs(difference) <= 1e-12 * scale
    uniform = regrid.conservative(source * 0 + 7.5, target)
    np.testing.assert_allclose(uniform.values[area.values > 1.0], 7.5, rtol=1e-9)
    low, high = source.min().fillna(0), source.max().fillna(0)
    assert ((result >= low - 1e-9) | result.isnull()).all()
    assert ((result <= high + 1e-9) | result.isnull()).all()


@pytest.mark.parametrize("origin", [1e-9, 8e-8, 1e-6])
def test_what_is_taken_for_rounding_of_edges_is_the_most_that_is_lost(origin):
    lon = (np.arange(4) + 0.5) * 90 + origin - 180
    source = xr.DataArray(
        np.random.default_rng(1).normal(size=(4, 4)), dims=("lat", "lon"),
        coords={"lat": [-67.5, -22.5, 22.5, 67.5], "lon": lon},
    )  # fmt: skip
    target = grid.grid_from_edges([-90.0, 0.0, 90.0], [-180.0, 0.0, 180.0])
    result = regrid.conservative(source, target)
    kept = integral(result, regrid.valid_area(source, target))
    areas = grid.cell_areas(source)
    lost = abs(float(kept - integral(source, areas))) / float((np.abs(source) * areas).sum())
    share = origin / 90.0
    assert lost <= (share if share < regrid.bands.ROUNDING else 1e-14) + 1e-14


def test_row_centred_on_a_pole_keeps_its_weight():
    source = xr.DataArray(
        np.ones((3, 4)), dims=("lat", "lon"),
        coords={"lat": [-90.0, 0.0, 90.0], "lon": [-135.0, -45.0, 45.0, 135.0]},
    )  # fmt: skip
    area = regrid.valid_area(source, grid.regular_grid(10.0, box=GLOBE))
    assert float(area.sum()) == pytest.approx(4 * np.pi * EARTH_RADIUS_M**2, rel=1e-12)


def test_mean_of_four_cells_one_missing():
    # 2 x 2 cells on the equator, equal areas: mean of 1, 2 and 6 is 3 (with the gap as 0: 2.25)
    source = xr.DataArray(
        [[1.0, 2.0], [6.0, np.nan]],
        dims=("lat", "lon"),
        coords={"lat": [-0.5, 0.5], "lon": [0.5, 1.5]},
    )
    target = grid.grid_from_edges([-1.0, 1.0], [0.0, 2.0])
    assert float(regrid.conservative(source, target)[0, 0]) == pytest.approx(3.0, rel=1e-12)
    assert np.isnan(regrid.conservative(source, target, min_valid=0.8)[0, 0])
    assert float(regrid.conservative(source, target, min_valid=0.75)[0, 0]) == pytest.approx(3.0)


def test_cells_beyond_the_source_are_missing_and_attributes_stay():
    source = coastal_field(2.0).sel(lat=slice(0, 40), lon=slice(0, 40)).fillna(1.0)
    source.attrs["units"] = "kg m-2 s-1"
    result = regrid.conservative(source, ONE_DEGREE)
    assert result.attrs["units"] == "kg m-2 s-1"
    assert np.isnan(result.sel(lat=60.5, lon=20.5)).all()
    assert result.sel(lat=20.5, lon=20.5).notnull().all()


def test_lazy_equals_eager():
    source = coastal_field(0.5, steps=4)
    lazy = regrid.conservative(source.chunk({"time": 1, "lat": 90}), ONE_DEGREE)
    assert lazy.chunks is not None
    xr.testing.assert_identical(lazy.compute(), regrid.conservative(source, ONE_DEGREE))


def test_a_turn_of_the_longitudes_changes_nothing():
    source = coastal_field(0.5)
    expected = regrid.conservative(source, ONE_DEGREE)
    east = source.roll(lon=source.sizes["lon"] // 2, roll_coords=True)
    east = east.assign_coords(lon=east["lon"] % 360)
    result = regrid.conservative(east, ONE_DEGREE)
    np.testing.assert_allclose(result, expected, rtol=1e-10)


@pytest.mark.parametrize(
    ("step", "north_first", "east"),
    [
        (0.5, False, False),
        (0.5, False, True),
        (0.5, True, False),
        (0.5, True, True),
        (BEPS_STEP, False, True),  # the fine grid takes CDO ten seconds: two of the four
        (BEPS_STEP, True, False),
    ],
)
def test_agreement_with_cdo_remapcon(cdo, tmp_path, step, north_first, east):
    source = coastal_field(step, seed=3)
    expected = regrid.conservative(source, ONE_DEGREE)
    as_file = source.isel(time=0, drop=True)
    if east:
        as_file = as_file.roll(lon=as_file.sizes["lon"] // 2, roll_coords=True)
        as_file = as_file.assign_coords(lon=as_file["lon"] % 360)
    if north_first:
        as_file = as_file.isel(lat=slice(None, None, -1))
    as_file["lat"].attrs = {"units": "degrees_north", "standard_name": "latitude"}
    as_file["lon"].attrs = {"units": "degrees_east", "standard_name": "longitude"}
    as_file.to_netcdf(tmp_path / "in.nc", encoding={"flux": {"_FillValue": 1e20}})
    (tmp_path / "grid.txt").write_text(
        "gridtype = lonlat\nxsize = 360\nysize = 180\n"
        "xfirst = -179.5\nxinc = 1\nyfirst = -89.5\nyinc = 1\n"
    )
    command = [
        cdo,
        "-s",
        "-O",
        "-P",
        "2",
        "-b",
        "F64",
        f"remapcon,{tmp_path}/grid.txt",
        f"{tmp_path}/in.nc",
    ]
    subprocess.run([*command, f"{tmp_path}/out.nc"], check=True, capture_output=True)
    with xr.open_dataset(tmp_path / "out.nc") as out:
        theirs = out["flux"].values.squeeze()
    ours = expected.values.squeeze()
    assert (np.isfinite(ours) == np.isfinite(theirs)).all()
    valid = np.isfinite(ours)
    scale = np.nanmax(np.abs(ours))
    np.testing.assert_allclose(ours[valid], theirs[valid], rtol=1e-6, atol=1e-6 * scale)
