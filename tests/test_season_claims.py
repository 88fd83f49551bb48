"""The study's statements about seasons, tried on worlds where the answer is known."""

from dataclasses import dataclass, field

import numpy as np
import pytest
import xarray as xr
from shapely import box

from helpers import (
    closure,
    masks,
    published,
    results,
    season_claims,
    season_rules,
    seasonality,
)
from helpers.flux import make_flux
from helpers.grid import regular_grid

GRID = regular_grid(1.0, box=(100.0, 104.0, 18.0, 54.0))
BOXES = {
    "China": (18, 54),
    "North": (35, 54),
    "South": (18, 35),
    "Northwest": (40, 45),
    "Qinghai-Tibet": (30, 35),
}


@dataclass
class World:
    """What `measure` needs of a study."""

    fluxes: dict
    start_year: int = 2015
    end_year: int = 2019
    titles: dict = field(default_factory=lambda: dict.fromkeys(("beps", "vegas", "oco2-mip"), "x"))

    @property
    def period(self):
        return f"{self.start_year}-{self.end_year}"

    def weights(self, scope):
        south, north = BOXES[scope]
        return masks.polygon_weights(box(100, south, 104, north), GRID)


def flux(raw_field, *, size=1.0, shift=0.0, peak=7, is_standin=False, years=(2015, 2019)):
    """A cosine over the year that is flat and positive south of 25 N; `size` may list members."""

    def values(lat, lon, t):
        wave = np.cos(2 * np.pi * (t + 1 - peak) / 12)
        bands = 1.0 + np.exp(-(((lat - 30.0) / 3) ** 2)) + np.exp(-(((lat - 45.0) / 3) ** 2))
        return xr.where(lat < 25, 10.0, 100.0 * bands * (wave + shift)) + 0 * t + 0 * lon

    def one(factor):
        raw = raw_field(values, grid=GRID, start_year=years[0], end_year=years[1]) * factor
        return make_flux(raw, quantity="NBP", units="gC m-2 yr-1", positive="land",
                         source="test world", is_standin=is_standin)  # fmt: skip

    if np.isscalar(size):
        return one(size)
    parts = xr.concat([one(s) for s in size], dim="member").assign_coords(
        member=[f"member-{i:02d}" for i, _ in enumerate(size, 1)]
    )
    return parts.assign_attrs(one(1.0).attrs)


def tried(fluxes, **choices):
    seasons = seasonality.measure(World(fluxes, **choices), lat_bands=[18, 25, 54])
    return {(test.claim.removeprefix("z24-season-"), test.product): test
            for test in season_claims.season_tests(seasons)}  # fmt: skip


@pytest.fixture
def study_like(raw_field):
    return {
        "beps": flux(raw_field, size=0.5, shift=0.6),
        "vegas": flux(raw_field, size=1.05, shift=0.3),
        "oco2-mip": flux(raw_field, size=[0.9, 1.1], shift=0.5),
    }


ALL = "beps+vegas+oco2-mip"


def test_every_statement_about_seasons_is_tried(study_like):
    table = published.claims()
    ids = set(table.loc[table["topic"] == "seasonality", "id"])
    found = tried(study_like)
    assert {f"z24-season-{claim}" for claim, _ in found} == ids
    assert all(test.holds is not None for test in found.values())


def test_what_is_true_in_a_world_holds(study_like):
    found = tried(study_like)
    for product in ("beps", "vegas", "oco2-mip"):
        assert found["summer-peak", product].value == 7
        assert found["summer-peak", product].holds
        assert found["zonal-extratrop", product].value == pytest.approx(1.0)
        assert found["s25-weak", product].value == pytest.approx(0.0, abs=1e-9)
        assert found["s25-allyear", product].holds
        assert found["bands", product].value == 2
    assert found["s25-allyear", "beps"].value == pytest.approx(5.0)
    assert found["grow-order", ALL].holds
    assert found["winter-allrelease", "vegas"].holds
    assert not found["winter", "vegas"].holds  # a strong release
    assert "true of 2 of 2 members" in found["summer-peak", "oco2-mip"].note
    assert "over resampled years" in found["winter", "beps"].note


def test_winter_peaks_contradict_the_statements(raw_field):
    found = tried({"beps": flux(raw_field, peak=1)})
    assert not found["summer-peak", "beps"].holds
    assert not found["north-length", "beps"].holds
    assert found["winter-allrelease", "beps"].holds is False


def test_a_product_that_is_not_there_leaves_its_statement_undecided(raw_field):
    found = tried({"beps": flux(raw_field)})
    assert found["summer-peak", "vegas"].holds is None
    assert found["winter-order", ALL].holds is None
    assert found["summer-peak", "beps"].holds is not None


def test_other_years_are_computed_and_decide_nothing(raw_field):
    world = {"beps": flux(raw_field, years=(2016, 2016))}
    test = tried(world, start_year=2016, end_year=2016)["summer-peak", "beps"]
    assert test.holds is None
    assert test.value == 7
    assert test.note == "computed for 2016, the statement is about 2015-2019"


def test_reconstructed_products_are_marked(raw_field):
    assert tried({"beps": flux(raw_field, is_standin=True)})["winter", "beps"].is_standin


def test_rows_of_a_chapter_are_a_valid_table_and_close(study_like):
    seasons = seasonality.measure(World(study_like), lat_bands=[18, 25, 54])
    rows = [
        *seasonality.monthly_rows(seasons),
        *seasonality.mean_year_rows(seasons),
        *seasonality.season_rows(seasons),
        *seasonality.zonal_rows(seasons),
    ]
    table = results.check_results(results.to_frame(rows))
    peak = table[(table["quantity"] == "peak_month") & (table["scope"] == "North")]
    assert set(peak["value"]) == {7.0}
    south = table[(table["scope"] == "18-25N") & (table["quantity"] == "season_length")]
    assert set(south["value"]) == {12.0}
    starts = table[(table["scope"] == "18-25N") & (table["quantity"] == "season_start")]
    assert starts.empty
    closure.closure_card(seasonality.rows_make_nation(seasons))


def test_a_single_year_has_no_spread(raw_field):
    world = World({"beps": flux(raw_field, years=(2016, 2016))}, start_year=2016, end_year=2016)
    seasons = seasonality.measure(world, lat_bands=[18, 54])
    table = results.check_results(results.to_frame(seasonality.season_rows(seasons)))
    assert table["sd"].isna().all()
    assert set(table.loc[table["quantity"] == "amplitude", "period"]) == {"2016"}


def test_means_of_rows_weight_area_and_cut_rows():
    zonal = xr.DataArray(
        [1.0, 5.0],
        dims="lat",
        coords={"lat": [20.5, 21.5], "south": ("lat", [20.0, 21.0]),
                "north": ("lat", [21.0, 22.0]), "area": ("lat", [3.0, 1.0])},
    )  # fmt: skip
    assert season_rules.mean_of_rows(zonal, south=0, north=90).item() == pytest.approx(2.0)
    assert season_rules.mean_of_rows(zonal, south=0, north=21).item() == 1.0
    assert season_rules.mean_of_rows(zonal, south=20.5, north=22).item() == pytest.approx(2.6)


def test_two_years_have_four_equally_likely_means():
    low, high = season_claims.bootstrap_interval(np.array([0.0, 1.0]), level=0.5)
    assert (low, high) == (pytest.approx(0.375), pytest.approx(0.625))


def test_many_years_give_the_normal_interval():
    values = np.random.default_rng(1).normal(size=400)
    low, high = season_claims.bootstrap_interval(values)
    half = 1.645 * values.std() / 20
    assert low == pytest.approx(values.mean() - half, abs=0.01)
    assert high == pytest.approx(values.mean() + half, abs=0.01)
