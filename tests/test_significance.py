"""Bootstrap of differences and false discoveries on maps: known cases and refusals."""

import numpy as np
import pytest
import xarray as xr
from scipy import stats

from helpers.errors import InputError
from helpers.grid import analysis_grid
from helpers.significance import bootstrap_mean, cell_p_values, discoveries


def test_bootstrap_of_a_known_sample():
    sample = np.random.default_rng(1).normal(1.0, 2.0, size=400)
    found = bootstrap_mean(sample)
    half = 1.96 * sample.std(ddof=1) / 20
    assert found.value == pytest.approx(sample.mean())
    # 4999 bootstrap samples resolve an end of the interval to a few per cent of its length
    assert (found.low, found.high) == pytest.approx(
        (sample.mean() - half, sample.mean() + half), abs=0.08 * half
    )
    assert found.positive == 1.0
    assert found.n == 400


def test_one_sign_and_no_spread():
    found = bootstrap_mean([-0.2, -0.2, -0.2])
    assert (found.value, found.sd, found.positive) == pytest.approx((-0.2, 0.0, 0.0))
    assert bootstrap_mean([0.0, 0.0, 0.0]).positive == 0.5


def test_a_percentile_interval_of_five_values_is_too_narrow():
    sample = [1.0, 2.0, 3.0, 4.0, 5.0]
    expected = np.std(sample, ddof=1) / 5**0.5 * (4 / 5) ** 0.5
    assert bootstrap_mean(sample).sd == pytest.approx(expected, rel=0.05)


def test_blocks_widen_the_interval_of_a_series_with_memory():
    generator, series = np.random.default_rng(3), [0.0]
    for shock in generator.normal(size=399):
        series.append(0.9 * series[-1] + shock)
    assert bootstrap_mean(series, block=25).sd > 2 * bootstrap_mean(series).sd


@pytest.mark.parametrize(
    ("values", "options", "message"),
    [
        ([1.0, 2.0], {}, r"three finite values(?s:.*)found: \[1\. 2\.\](?s:.*)fix: Leave"),
        ([1.0, 2.0, np.nan], {}, "three finite values"),
        (
            [1.0, 2.0, 3.0, 4.0],
            {"block": 3},
            r"Blocks do not fit(?s:.*)found: 3\n.*1 to 2\n.*fix: Take shorter",
        ),
    ],
)
def test_too_little_is_refused(values, options, message):
    with pytest.raises(InputError, match=message):
        bootstrap_mean(values, **options)


@pytest.fixture
def maps():
    grid = analysis_grid()
    shape = (14, grid.sizes["lat"], grid.sizes["lon"])
    noise = np.random.default_rng(5).normal(size=shape)
    coords = {"lat": grid["lat"], "lon": grid["lon"]}
    return xr.DataArray(noise, dims=("member", "lat", "lon"), coords=coords)


def test_p_values_are_those_of_student(maps):
    found = cell_p_values(maps, dim="member")
    expected = stats.ttest_1samp(maps.values, 0.0, axis=0).pvalue
    assert found.values == pytest.approx(expected)


def test_a_missing_value_and_a_map_of_zeros(maps):
    holed = maps.copy()
    holed[3, 0, 0] = np.nan
    holed[:, 1, 1] = 0.0
    found = cell_p_values(holed, dim="member")
    assert np.isnan(found[0, 0])
    assert found[1, 1] == 1.0
    with pytest.raises(
        InputError, match=r"three maps or more(?s:.*)member\n.*2\n.*3 or more\n.*fix:"
    ):
        cell_p_values(maps[:2], dim="member")


def test_noise_gives_naive_discoveries_and_no_controlled_ones(maps):
    weights = xr.ones_like(maps[0], dtype=float)
    found = discoveries(cell_p_values(maps, dim="member"), weights, rate=0.05)
    assert found["naive"] == pytest.approx(5.0, abs=2.5)
    assert found["controlled"] == 0.0
    assert found["cells"] == maps[0].size


def test_a_signal_in_half_the_area_is_found_there(maps):
    signal = maps + 10.0 * (maps["lon"] < float(maps["lon"].mean()))
    weights = xr.ones_like(maps[0], dtype=float)
    found = discoveries(cell_p_values(signal, dim="member"), weights, rate=0.05)
    share = 100 * float((maps["lon"] < float(maps["lon"].mean())).mean())
    assert found["controlled"] == pytest.approx(share, abs=1.0)
