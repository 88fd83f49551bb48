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


def test_totals_keep_members_and_months_apart_and_the_name(typed_flux):
    flux = typed_flux(lambda lat, lon, t: 50.0 + t)
    flux = xr.concat([flux, 2 * flux], dim="member").assign_attrs(flux.attrs)
    result = budget.total(flux, masks.polygon_weights(BOX, flux))
    assert result.dims == ("member", "time")
    assert result.name == flux.name
    assert result.attrs == {**flux.attrs, "units": "Pg C yr-1", "gap": 0.0}


def test_the_gap_is_the_largest_share_of_any_mask(typed_flux):
    flux = typed_flux(lambda lat, lon, t: 100.0)
    hole = flux.where(~((flux["lat"] == 30.5) & (flux["lon"] == 100.5)))
    whole = masks.polygon_weights(BOX, flux)
    nowhere_near = masks.polygon_weights(shapely.box(110.0, 30.0, 119.0, 40.0), flux)
    area = grid.cell_areas(flux)
    share = float(area.sel(lat=30.5, lon=100.5) / (area * whole).sum())
    both = xr.concat([nowhere_near, whole], dim="region")
    assert budget.total(hole, both).attrs["gap"] == pytest.approx(share, rel=1e-12)
    assert budget.total(hole, nowhere_near).attrs["gap"] == 0.0


def test_coordinates_may_differ_by_rounding_only(typed_flux):
    flux = typed_flux(lambda lat, lon, t: 100.0)
    weights = masks.polygon_weights(BOX, flux)
    exact = budget.total(flux, weights)
    for axis in ("lat", "lon"):
        near = weights.assign_coords({axis: weights[axis] + 9e-5})
        np.testing.assert_array_equal(budget.total(flux, near), exact)
        # as much at 135 degrees east as at the equator: the rounding is no share of the longitude
        with pytest.raises(InputError, match="different grids"):
            budget.total(flux, weights.assign_coords({axis: weights[axis] + 1.1e-4}))


def test_spreads_keep_other_dimensions_and_say_what_they_are_of():
    annual = xr.DataArray(
        np.arange(24.0).reshape(2, 3, 4) ** 1.5,
        dims=("region", "year", "member"),
        attrs={"units": "Pg C yr-1"},
    )
    between_years = budget.interannual_sd(annual)
    assert between_years.dims == ("region",)
    assert between_years.attrs == annual.attrs
    np.testing.assert_allclose(between_years, annual.values.mean(2).std(1, ddof=1), rtol=1e-12)
    between_members = budget.member_sd(annual)
    assert between_members.dims == ("region",)
    np.testing.assert_allclose(between_members, annual.values.mean(1).std(1, ddof=1), rtol=1e-12)
    alone = annual.isel(member=0, drop=True)
    assert budget.ensemble_mean(alone) is alone
    assert budget.ensemble_mean(annual).attrs == annual.attrs


def test_sign_agreement_is_of_each_cell_and_absent_where_a_member_is(typed_flux):
    one = typed_flux(lambda lat, lon, t: xr.where(lat > 35, 1.0, -1.0))
    flux = xr.concat([-one, one, one], dim="member").assign_attrs(one.attrs).copy(deep=True)
    flux[1, :, 0, 0] = np.nan
    share = budget.sign_agreement(flux)
    assert share.dims == ("lat", "lon")
    assert np.isnan(share[0, 0])
    np.testing.assert_allclose(share[1:], 2 / 3)


def test_a_flux_may_say_which_gap_it_tolerates_and_a_call_has_the_last_word(typed_flux):
    flux = typed_flux(lambda lat, lon, t: 100.0)
    weights = masks.polygon_weights(shapely.box(100.0, 30.0, 104.0, 31.0), flux)
    hole = flux.where(flux["lon"] != 100.5)
    gap = budget.missing_share(hole, weights)
    assert gap == pytest.approx(0.25, rel=1e-12)
    with pytest.raises(InputError, match=r"at most 0\.50%"):
        budget.total(hole, weights)
    with pytest.raises(InputError, match=r"at most 25\.00%"):
        budget.total(hole.assign_attrs(tolerated_gap=np.nextafter(gap, 0)), weights)
    tolerant = hole.assign_attrs(tolerated_gap=gap)
    assert budget.total(tolerant, weights).attrs["gap"] == gap
    with pytest.raises(InputError, match=r"at most 10\.00%"):
        budget.total(tolerant, weights, max_gap=0.1)


def test_a_mask_that_changes_with_time_leaves_the_months_apart(typed_flux):
    flux = typed_flux(lambda lat, lon, t: 100.0)
    weights = masks.polygon_weights(BOX, flux)
    growing = weights * xr.DataArray(np.arange(1.0, 25.0) / 24, coords={"time": flux["time"]})
    result = budget.total(flux, growing)
    assert result.dims == ("time",)
    np.testing.assert_allclose(
        result, budget.total(flux, weights) * np.arange(1.0, 25.0) / 24, rtol=1e-12
    )


def test_the_missing_share_is_that_of_the_total(typed_flux):
    flux = typed_flux(lambda lat, lon, t: 100.0)
    weights = masks.polygon_weights(BOX, flux)
    hole = flux.where(~((flux["lat"] == 30.5) & (flux["lon"] == 100.5)))
    assert budget.missing_share(hole, weights) == budget.total(hole, weights).attrs["gap"] > 0
    near = weights.assign_coords(lat=weights["lat"] + 5e-7)
    assert budget.missing_share(hole, near) == budget.missing_share(hole, weights)
    with pytest.raises(InputError, match="different grids"):
        budget.missing_share(hole, weights.isel(lat=slice(1, None)))


def test_attributes_stay_whatever_is_set_for_xarray():
    annual = _annual().assign_attrs(units="Pg C yr-1")
    with xr.set_options(keep_attrs=False):
        assert budget.ensemble_mean(annual).attrs == annual.attrs
        assert budget.interannual_sd(annual).attrs == annual.attrs
