"""Rows and bands of latitude on worlds whose flux is a function of latitude."""

import numpy as np
import pytest
import xarray as xr
from shapely import box

from helpers import budget, grid, latitudes, masks
from helpers.errors import InputError


@pytest.fixture
def small_grid():
    return grid.regular_grid(1.0, box=(100.0, 104.0, 20.0, 30.0))


def test_a_flux_of_latitude_gives_the_exact_section(typed_flux, small_grid):
    flux = typed_flux(lambda lat, lon, t: lat * 2.0 + 0 * t, grid=small_grid)
    weights = masks.polygon_weights(box(101.0, 21.5, 103.5, 29.0), small_grid)
    found = latitudes.section(flux, weights)
    assert found["lat"].values.tolist() == [21.5 + i for i in range(8)]
    np.testing.assert_allclose(found["rate"].isel(time=0), found["lat"] * 2.0, rtol=1e-12)
    height = np.sin(np.deg2rad(found["north"])) - np.sin(np.deg2rad(found["south"]))
    exact = 6371007.1809**2 * height * np.deg2rad(2.5)
    np.testing.assert_allclose(found["area"].values[1:], exact.values[1:], rtol=1e-12)
    per_degree = found["lat"] * 2.0 * found["area"] * 1e-15
    np.testing.assert_allclose(found["density"].isel(time=3), per_degree, rtol=1e-12)
    whole = budget.total(flux, weights)
    np.testing.assert_allclose(found["total"].sum("lat"), whole, rtol=1e-12)


def test_a_row_without_data_is_left_out_and_a_gap_is_refused(typed_flux, small_grid):
    values = typed_flux(lambda lat, lon, t: lat + 0 * t, grid=small_grid)
    speck = xr.zeros_like(small_grid["lat"] + small_grid["lon"]) + 1.0
    speck = speck.where(speck["lat"] > 21.0, 1e-3)
    gap = values.where(values["lat"] > 21.0)
    assert latitudes.section(gap, speck)["lat"].values[0] == 21.5
    with pytest.raises(InputError, match="missing in part of the mask"):
        latitudes.section(gap, speck * 0 + 1.0)


def test_bands_cut_rows_by_area(small_grid):
    whole = masks.polygon_weights(box(100.0, 20.0, 104.0, 30.0), small_grid)
    bands = latitudes.band_weights(whole, [20, 24.5, 30])
    assert bands["band"].values.tolist() == ["20-24.5N", "24.5-30N"]
    np.testing.assert_allclose(bands.sum("band"), whole, rtol=1e-12)
    south = float((bands.isel(band=0) * grid.cell_areas(small_grid)).sum())
    assert south == pytest.approx(masks.polygon_area(box(100.0, 20.0, 104.0, 24.5)), rel=1e-9)


@pytest.mark.parametrize("edges", [[20.0], [25, 20], [20, 20], [0, 91]])
def test_edges_out_of_order_are_refused(small_grid, edges):
    whole = masks.polygon_weights(box(100.0, 20.0, 104.0, 30.0), small_grid)
    with pytest.raises(
        InputError, match=r"ascending edges(?s:.*)where: lat_bands\n  found: \[(?s:.*)fix: Sort"
    ):
        latitudes.band_weights(whole, edges)


def test_an_empty_band_is_refused(small_grid):
    whole = masks.polygon_weights(box(100.0, 20.0, 104.0, 30.0), small_grid)
    with pytest.raises(InputError, match="holds nothing of the mask"):
        latitudes.band_weights(whole, [20, 30, 40])


def test_a_rate_is_the_total_over_the_area(typed_flux, small_grid):
    flux = typed_flux(lambda lat, lon, t: 7.0 + 0 * t, grid=small_grid)
    weights = masks.polygon_weights(box(101.0, 21.5, 103.5, 29.0), small_grid)
    rate = latitudes.rate_per_area(budget.total(flux, weights), weights)
    np.testing.assert_allclose(rate, 7.0, rtol=1e-12)
    assert rate.attrs["units"] == "g C m-2 yr-1"
