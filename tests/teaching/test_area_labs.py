"""Labs on areas against fields whose answer is visible."""

import numpy as np
import pytest
import xarray as xr

from helpers.teaching import area_labs


def field(values, lat):
    return xr.DataArray(
        np.array(values, float), dims=("lat", "lon"),
        coords={"lat": lat, "lon": np.arange(len(values[0]), dtype=float)},
    )  # fmt: skip


def test_weights_without_a_value_spoil_the_mean_of_a_constant():
    values = field([[2.0, 2.0], [np.nan, np.nan]], [0.0, 60.0])
    weights = area_labs.cosine_weights(values)
    assert float(area_labs.region_means(values, weights)) == pytest.approx(2.0)
    # weights 1 and 1/2: mean of 2 x 1 over mean of 3/4
    wrong = area_labs.region_means_over_all_weights(values, weights)
    assert float(wrong) == pytest.approx(2.0 / 0.75)


def test_both_ways_agree_where_nothing_is_missing():
    values = field([[1.0, 2.0], [3.0, 5.0]], [0.0, 60.0])
    weights = area_labs.cosine_weights(values)
    expected = (1 + 2 + 0.5 * 3 + 0.5 * 5) / 3
    for way in (area_labs.region_means, area_labs.region_means_over_all_weights):
        assert float(way(values, weights)) == pytest.approx(expected)


def test_areas_on_a_finer_grid_add_up_to_the_country():
    mapped = area_labs.mapped_areas("national")
    assert set(mapped) == {"forest", "shrub", "grass", "crop", "other"}
    assert sum(mapped.values()) == pytest.approx(9.5e6, rel=0.02)
