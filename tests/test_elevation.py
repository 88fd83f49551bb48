"""Elevation bands: an analytic world, exact areas, and what a coarse grid leaves of a maximum."""

import numpy as np
import pytest
import shapely
import xarray as xr

from helpers import budget, elevation, flux, geography, masks, timeaxis
from helpers import grid as grids
from helpers.errors import InputError

EDGES = (0.0, 3000.0, 4000.0, 5000.0, 9000.0)
RATE = elevation.latitudes.RATE_UNITS


def world(height, grid, rate):
    """Return a typed flux of one month from rates [g C m-2 yr-1] on a grid."""
    values = xr.DataArray(
        rate, dims=("lat", "lon"), coords={"lat": grid["lat"], "lon": grid["lon"]}
    )
    data = values.expand_dims(time=timeaxis.month_starts(2017, 2017))
    return flux.make_flux(data, quantity="NBP", units="g m-2 yr-1", positive="land", source="world")


@pytest.fixture
def grid():
    return grids.regular_grid(1.0, box=(80.0, 92.0, 30.0, 38.0))


@pytest.fixture
def steps(grid):
    """One elevation a cell of the grid, on a finer grid whose pixels straddle its edges."""
    fine = grids.regular_grid(0.25, box=(79.875, 92.125, 29.875, 38.125))
    lat = np.clip(np.floor(fine["lat"] + 1e-9), 30, 37) - 30
    lon = np.clip(np.floor(fine["lon"] + 1e-9), 80, 91) - 80
    return (2500 + 320 * lat + 25 * lon).transpose("lat", "lon")


def pieces(height, grid, **options):
    return elevation.band_shares(height, grid, edges=EDGES, **options)


def test_a_flux_that_depends_on_elevation_only_is_found_in_its_bands(grid):
    height = xr.DataArray(
        np.repeat([2000.0, 3500.0, 4500.0, 6000.0], 2)[:, None] * np.ones(12),
        dims=("lat", "lon"), coords={"lat": grid["lat"], "lon": grid["lon"]},
    )  # fmt: skip
    true = xr.where(height == 2000, 5.0, xr.where(height == 3500, 20.0, 60.0 - height / 100))
    weights = pieces(height, grid)
    found = elevation.profile(world(height, grid, true), weights)
    np.testing.assert_allclose(found["rate"], [5.0, 20.0, 15.0, 0.0], atol=1e-6)
    assert found["rate"].attrs["units"] == RATE
    peak = elevation.peak(found["rate"], edges=EDGES)
    assert (peak.band, peak.is_interior) == ("3000-4000m", True)
    assert peak.is_near(3600, within=100)
    assert not peak.is_near(4000, within=100)


def test_pixels_are_cut_at_the_edges_of_cells(grid, steps):
    shares = pieces(steps, grid)
    np.testing.assert_allclose(shares.sum("band"), 1.0, rtol=0, atol=1e-14)
    mixed = ((shares > 1e-9) & (shares < 1 - 1e-9)).any("band")
    assert bool(mixed.any()), "a world of pure cells would not test the cutting"


def test_a_cell_split_by_a_pixel_edge_has_exact_shares():
    grid = grids.regular_grid(1.0, box=(90.0, 91.0, 0.0, 1.0))
    fine = grids.regular_grid(0.5, box=(89.75, 91.25, -0.25, 1.25))
    height = xr.DataArray(
        np.array([[1000.0, 3500.0, 4500.0]] * 3), dims=("lat", "lon"),
        coords={"lat": fine["lat"], "lon": fine["lon"]},
    )  # fmt: skip
    shares = pieces(height, grid).isel(lat=0, lon=0)
    np.testing.assert_allclose(shares, [0.25, 0.5, 0.25, 0.0], atol=1e-14)


def test_bands_of_a_region_have_its_area_and_total(grid, steps):
    region = shapely.Polygon([(80.3, 30.2), (91.1, 31.7), (87.4, 37.6), (82.0, 36.1)])
    whole = masks.polygon_weights(region, grid)
    weights = whole * pieces(steps, grid, inside=region)
    rates = 3.0 * (grid["lat"] - 33) + 0.5 * (grid["lon"] - 85)
    carbon = world(steps, grid, rates.transpose("lat", "lon"))
    found = elevation.profile(carbon, weights)
    assert elevation.areas_make_region(found, whole).residual <= 1e-3  # m2 of 5e11
    card = elevation.bands_make_region(found, budget.total(carbon, whole), label="world")
    assert card.holds
    assert float(found["area"].sum()) == pytest.approx(masks.polygon_area(region), rel=1e-12)
    assert (found["total"][:3] != 0).all()
    assert np.isnan(found["rate"][3])
    assert found["area"][3] == 0


def test_only_the_part_of_a_cell_in_the_region_counts():
    grid = grids.regular_grid(1.0, box=(90.0, 91.0, 0.0, 1.0))
    fine = grids.regular_grid(0.5, box=(90.0, 91.0, 0.0, 1.0))
    height = xr.DataArray([[1000.0, 4500.0]] * 2, dims=("lat", "lon"),
                          coords={"lat": fine["lat"], "lon": fine["lon"]})  # fmt: skip
    west = shapely.box(90.0, 0.0, 90.5, 1.0)
    inside = pieces(height, grid, inside=west).isel(lat=0, lon=0)
    np.testing.assert_allclose(inside, [1.0, 0.0, 0.0, 0.0], atol=1e-14)
    beside = pieces(height, grid, inside=shapely.box(60, 0, 61, 1)).isel(lat=0, lon=0)
    np.testing.assert_allclose(beside, [0.5, 0.0, 0.5, 0.0], atol=1e-14)


def test_the_real_region_is_divided_exactly():
    grid = grids.analysis_grid()
    region = geography.region_polygons()["Qinghai-Tibet"]
    shares = elevation.band_shares(
        geography.surface()["elevation"], grid, edges=elevation.BAND_EDGES, inside=region
    )
    area = shares * masks.polygon_weights(region, grid) * grids.cell_areas(grid)
    assert float(area.sum()) == pytest.approx(masks.polygon_area(region), rel=1e-9)
    assert float(area.sel(band="4750-5250m").sum() / area.sum()) > 0.2


def test_a_known_maximum_keeps_its_band_and_loses_height(grid):
    fine = grids.regular_grid(0.25, box=(80.0, 92.0, 30.0, 38.0))
    slope = 2400 + 400 * (fine["lat"] - 30) + 0 * fine["lon"]
    rough = slope + 300 * np.sin(40 * fine["lon"])
    height = rough.transpose("lat", "lon")
    weights = elevation.band_shares(height, grid, edges=elevation.BAND_EDGES)
    kept = elevation.probe(height, weights, centre=4000, width=500, cells=[(3, 4)])
    assert list(kept["cell"].values) == ["analysis grid", "3x4"]
    best = kept.idxmax("band")
    assert str(best.sel(cell="analysis grid").item()) == "3750-4250m"
    contrast = kept.max("band") - kept.min("band")
    assert float(contrast[0]) > float(contrast[1]) > 0


def test_the_bump_is_one_at_its_centre():
    heights = xr.DataArray([4000.0, 4500.0])
    np.testing.assert_allclose(
        elevation.bump(heights, centre=4000, width=500), [1.0, np.exp(-0.5)], rtol=1e-15
    )


def test_low_bands_can_be_passed_over():
    rate = xr.DataArray([90.0, 4.0, 7.0, 5.0], dims="band",
                        coords={"band": elevation.band_names(EDGES)})  # fmt: skip
    assert elevation.peak(rate, edges=EDGES).band == "under-3000m"
    assert not elevation.peak(rate, edges=EDGES).is_interior
    above = elevation.peak(rate, edges=EDGES, lowest=3000)
    assert (above.band, above.is_interior) == ("4000-5000m", True)
    with pytest.raises(
        InputError, match=r"No elevation band(?s:.*)lowest 9000 m(?s:.*)fix: Lower it"
    ):
        elevation.peak(rate, edges=EDGES, lowest=9000)


@pytest.mark.parametrize("edges", [[0, 3000, 9000], [0, 4000, 3000, 9000], []])
def test_bad_edges_are_refused(edges):
    with pytest.raises(InputError, match="ascending edges"):
        elevation.band_names(edges)


@pytest.mark.parametrize("step", [200.0, 250.0, 500.0, 1000.0])
def test_one_band_is_centred(step):
    edges = elevation.edges_around(4000, step=step)
    middles = (np.array(edges[1:-2]) + np.array(edges[2:-1])) / 2
    assert 4000 in middles
    np.testing.assert_allclose(np.diff(edges)[1:-1], step, rtol=1e-12)
    assert edges[1] >= 2000
    assert edges[-2] <= 5500


def test_the_default_bands_and_a_bad_step():
    assert elevation.edges_around(4000, step=500) == elevation.BAND_EDGES
    with pytest.raises(
        InputError, match=r"not above zero(?s:.*)where: step\n  found: 0\n(?s:.*)fix: Give"
    ):
        elevation.edges_around(4000, step=0)


def test_an_edge_belongs_to_the_upper_band():
    assert elevation.band_of(4000, edges=EDGES) == "4000-5000m"
    assert elevation.band_of(3999, edges=EDGES) == "3000-4000m"
    assert elevation.band_of(8848, edges=EDGES) == "over-5000m"
