"""Totals and spreads of worlds whose answers are worked out by hand."""

import numpy as np
import pytest
import shapely
import xarray as xr

from helpers import budget, grid, masks, timeaxis
from helpers.constants import EARTH_RADIUS_M
from helpers.errors import InputError

BOX = shapely.box(90.3, 25.7, 120.9, 45.2)


def test_uniform_flux_gives_area_times_flux(typed_flux):
    flux = typed_flux(lambda lat, lon, t: 100.0)
    result = budget.annual_totals(flux, masks.polygon_weights(BOX, flux))
    expected = masks.polygon_area(BOX) * 0.1 / 1e12
    np.testing.assert_allclose(result, expected, rtol=1e-9)
    assert result.attrs["units"] == "Pg C yr-1"
    assert result.attrs["gap"] == 0.0


def test_flux_that_varies_with_latitude_month_and_leap_year(typed_flux):
    # 1 g per year in every cell row by sine of latitude, only in February
    def function(lat, lon, t):
        return 1000.0 * np.sin(np.deg2rad(lat)) * (t % 12 == 1)

    flux = typed_flux(function, start_year=2015, end_year=2016)
    world = shapely.box(100.0, 20.0, 110.0, 50.0)
    lat = np.arange(20.5, 50)
    height = np.diff(np.sin(np.deg2rad(np.arange(20.0, 51))))
    area = EARTH_RADIUS_M**2 * np.deg2rad(10) * height
    year = (area * np.sin(np.deg2rad(lat))).sum() / 1e12
    result = budget.annual_totals(flux, masks.polygon_weights(world, flux))
    np.testing.assert_allclose(result, [year * 28 / 365, year * 29 / 366], rtol=1e-9)


def test_parts_add_up_to_the_whole(typed_flux):
    flux = typed_flux(lambda lat, lon, t: lat * lon + t)
    west = shapely.intersection(BOX, shapely.box(0, 0, 101.77, 90))
    east = shapely.difference(BOX, west)
    parts = [budget.total(flux, masks.polygon_weights(p, flux)) for p in (west, east)]
    whole = budget.total(flux, masks.polygon_weights(BOX, flux))
    np.testing.assert_allclose(parts[0] + parts[1], whole, rtol=1e-10)


def test_masks_with_a_region_dimension_give_one_total_each(typed_flux):
    flux = typed_flux(lambda lat, lon, t: lat)
    one = masks.polygon_weights(BOX, flux)
    both = xr.concat([one, one * 0.5], dim="region")
    result = budget.total(flux, both)
    assert set(result.dims) == {"time", "region"}
    np.testing.assert_allclose(result.isel(region=1) * 2, result.isel(region=0), rtol=1e-12)


def test_a_small_gap_counts_as_zero_and_is_stated_a_large_one_is_refused(typed_flux):
    flux = typed_flux(lambda lat, lon, t: 100.0)
    weights = masks.polygon_weights(BOX, flux)
    hole = flux.where(~((flux["lat"] == 30.5) & (flux["lon"] == 100.5)))
    result = budget.total(hole, weights)
    cell = float(grid.cell_areas(flux).sel(lat=30.5, lon=100.5))
    assert result.attrs["gap"] == pytest.approx(cell / masks.polygon_area(BOX), rel=1e-6)
    full = budget.total(flux, weights)
    np.testing.assert_allclose(full - result, cell * 0.1 / 1e12, rtol=1e-6)
    with pytest.raises(InputError, match=r"missing in part of the mask(.|\n)*test world"):
        budget.total(flux.where(flux["lat"] > 30), weights)


def test_flux_and_mask_on_different_grids_are_refused(typed_flux):
    flux = typed_flux(lambda lat, lon, t: 1.0)
    weights = masks.polygon_weights(BOX, grid.analysis_grid(2.5, box=(70.0, 140.0, 15.0, 55.0)))
    with pytest.raises(InputError, match="different grids"):
        budget.total(flux, weights)


def _annual():
    values = [[1.0, 2.0, 3.0], [2.0, 4.0, 12.0]]
    return xr.DataArray(
        values, dims=("member", "year"), coords={"member": ["a", "b"], "year": [2015, 2016, 2017]}
    )


def test_the_two_spreads_are_different_things():
    # ensemble mean by year 1.5, 3, 7.5; member means 2 and 6
    assert float(budget.interannual_sd(_annual())) == pytest.approx(3.1224989991991987)
    assert float(budget.member_sd(_annual())) == pytest.approx(np.sqrt(8))


def test_a_single_product_has_no_spread_of_members():
    assert budget.member_sd(_annual().isel(member=0, drop=True)) is None


def test_sign_agreement_counts_members_with_the_sign_of_the_mean(typed_flux):
    flux = typed_flux(lambda lat, lon, t: 1.0)
    members = xr.concat([-0.5 * flux, flux, flux * 2, flux * 0.1], dim="member")
    np.testing.assert_allclose(budget.sign_agreement(members), 0.75)
    assert timeaxis.period_mean(members).dims == ("member", "lat", "lon")
