"""Fields in and out: names, attributes, coordinates, threads, and the weights as matrices."""

import numpy as np
import pytest
import xarray as xr

from helpers import grid, regrid
from helpers.constants import EARTH_RADIUS_M
from helpers.regrid import bands, blocks, fields


def test_weights_as_matrices_give_the_same_means(coasts, target):
    field = coasts(steps=1, dtype=np.float64).isel(time=0)
    lat, lon = regrid.weight_matrices(field, target)
    assert (lat.shape, lon.shape) == ((18, 61), (36, 90))
    valid = np.isfinite(field.values)
    totals = lat @ np.nan_to_num(field.values) @ lon.T
    covered = lat @ valid.astype(float) @ lon.T
    result = regrid.conservative(field, target)
    np.testing.assert_allclose(result, totals / covered, rtol=1e-12, atol=1e-12)
    area = regrid.valid_area(field, target)
    np.testing.assert_allclose(area, covered * EARTH_RADIUS_M**2, rtol=1e-12)
    # rows and columns that nothing covers are there all the same
    far = regrid.overlap_matrix(np.array([0.0, 1.0, 2.0, 3.0]), np.array([0.0, 1.0, 8.0, 9.0]))
    assert far.shape == (3, 3)
    assert far.toarray().tolist() == [[1, 0, 0], [0, 1, 1], [0, 0, 0]]
    around = regrid.overlap_matrix(np.array([350.0, 370.0]), np.array([0.0, 5.0]), period=360.0)
    assert around.toarray().tolist() == [[5.0]]


@pytest.mark.parametrize("kind", ["in memory", "lazy", "in a file"])
def test_what_comes_along(tmp_path, coasts, target, kind, monkeypatch):
    field = coasts(steps=2).assign_coords(
        zone=("lat", np.arange(61.0)), side=("lon", np.arange(90.0)), season=("time", [1, 2]), run=3
    )
    if kind == "lazy":
        field = field.chunk({"time": 1, "lat": 30, "lon": 45})
    if kind == "in a file":
        monkeypatch.setattr(blocks, "COMPILED_FROM", 0)
        field.to_netcdf(tmp_path / "in.nc")
        field = xr.open_dataset(tmp_path / "in.nc")["nep"]
    for turned in (field, field.transpose("lon", "time", "lat")):
        result = regrid.conservative(turned, target)
        area = regrid.valid_area(turned, target)
        assert (result.name, area.name) == ("nep", "valid_area")
        assert result.attrs == field.attrs
        assert area.attrs == {"units": "m2", "long_name": "valid source area"}
        for one in (result, area):
            assert one.dims == ("time", "lat", "lon")
            assert one.dtype == float
            assert set(one.coords) == {"time", "lat", "lon", "season", "run"}
            assert (one.chunks is not None) == (kind == "lazy")
            xr.testing.assert_identical(one["lat"].drop_vars("run"), target["lat"])
            xr.testing.assert_identical(one["lon"].drop_vars("run"), target["lon"])
        eager = field.load()
        np.testing.assert_array_equal(result, regrid.conservative(eager, target))
    field.close()


def test_a_lazy_field_leaves_the_threads_to_its_scheduler(coasts, target, monkeypatch):
    seen = []
    real = blocks.sums
    monkeypatch.setattr(
        blocks, "sums", lambda *a, **k: seen.append((a[0].shape, k["threads"])) or real(*a, **k)
    )
    monkeypatch.setattr(fields, "thread_count", lambda: 5)
    field = coasts(steps=3)
    regrid.conservative(field, target)
    assert seen == [((3, 61, 90), 5)]
    seen.clear()
    lazy = regrid.conservative(field.chunk({"time": 1, "lat": 10, "lon": 10}), target)
    lazy.compute(scheduler="synchronous")
    assert seen == [((1, 61, 90), 1)] * 3


def test_the_smallest_valid_part_is_one_of_what_the_source_covers():
    # the target reaches a whole cell beyond the source: half of what is covered is valid
    source = xr.DataArray(
        [[1.0, np.nan], [3.0, np.nan]],
        dims=("lat", "lon"), coords={"lat": [-0.5, 0.5], "lon": [0.5, 1.5]},
    )  # fmt: skip
    target = grid.grid_from_edges([-1.0, 1.0], [0.0, 3.0])
    for least, kept in ((0.0, True), (0.5, True), (0.5 + 1e-8, False), (1.0, False)):
        result = regrid.conservative(source, target, min_valid=least)
        assert np.isfinite(result.values).all() == kept
    nowhere = regrid.conservative(source.where(False), target)
    assert np.isnan(nowhere.values).all()
    totals, covered, full = np.array([[4.0, 0.0]]), np.array([[2.0, 0.0]]), np.array([[4.0, 4.0]])
    found = blocks.mean(totals, covered, full=full, min_valid=0.0)
    np.testing.assert_array_equal(found, [[2.0, np.nan]])
    found = blocks.mean(totals, covered, full=full, min_valid=0.5 + 4e-10)  # rounding of a sum
    np.testing.assert_array_equal(found, [[2.0, np.nan]])


def test_bands_of_two_grids_are_sines_and_radians(target):
    lat, lon = fields.axis_bands(target, target)
    assert isinstance(lat, bands.Bands)
    np.testing.assert_allclose(lat.lengths, np.diff(np.sin(np.deg2rad(np.arange(-90, 91, 10)))))
    np.testing.assert_allclose(lon.lengths, np.deg2rad(10))
