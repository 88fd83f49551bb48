"""Verdicts on regions and ecosystems: every claim of the topics, and none that says too much."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from helpers import ecosystem_claims, geography, printed, region_claims, scope_claims, statements
from helpers.catalog import load_catalog
from helpers.cube import standard_masks
from helpers.ecosystems import FOUR
from helpers.grid import analysis_grid
from helpers.scopes import published_means
from helpers.study import Study


@pytest.fixture(scope="module")
def grid_masks():
    return standard_masks(analysis_grid())


@pytest.fixture
def study(typed_flux, grid_masks):
    """Build a study whose fluxes rise to the southeast; its totals are not those of the paper."""

    def build(*, keys=scope_claims.ALL, is_standin=False, **options):
        catalog = load_catalog()
        fluxes = {}
        for key in keys:
            flux = typed_flux(lambda lat, lon, t: 2 * (lon - 95) - 3 * (lat - 30))
            flux.attrs["is_standin"] = int(is_standin)
            fluxes[key] = flux
        choices = {"start_year": 2015, "end_year": 2019, "mask": "fraction"} | options
        return Study(profile="stand-in" if is_standin else "original", boundary="national",
                     experiment="LNLGIS", products={key: catalog[key] for key in keys},
                     fluxes=fluxes, masks=grid_masks, **choices)  # fmt: skip

    return build


def totals(names, *, shift=0.0):
    """Yearly totals whose means are the published ones plus a shift."""
    wave = np.array([-1.0, 0.0, 1.0, 0.0, 0.0])[:, None] * 0.01
    return {
        key: xr.DataArray(
            np.array(published_means(names, product=key)) + wave + shift,
            dims=("year", "scope"),
            coords={"year": range(2015, 2020), "scope": list(names)},
        )
        for key in scope_claims.ALL
    }


def region_verdicts(study, annual):
    found = scope_claims.judge_totals(
        study, annual, names=geography.REGIONS, notebook="regions",
        constrained=scope_claims.is_as_built(study),
    )  # fmt: skip
    shares = printed.printed_shares(geography.REGIONS)
    found += scope_claims.judge_shares(shares, study=study, notebook="regions")
    tests = region_claims.region_tests(study, annual)
    return found + statements.verdicts(tests, profile=study.profile, notebook="regions")


def ecosystem_verdicts(study, annual):
    built = ecosystem_claims.is_built_rule(study, "forest-shrub")
    found = scope_claims.judge_totals(
        study, annual, names=FOUR, notebook="ecosystems", constrained=built
    )
    shares = printed.printed_shares(FOUR)
    found += scope_claims.judge_shares(shares, study=study, notebook="ecosystems")
    tests = ecosystem_claims.ecosystem_tests(study, annual, woody_rule="forest-shrub")
    return found + statements.verdicts(tests, profile=study.profile, notebook="ecosystems")


def by_id(found):
    assert len({verdict.id for verdict in found}) == len(found)
    return {verdict.id: verdict for verdict in found}


@pytest.mark.parametrize("keys", [scope_claims.ALL, ("beps",), ("oco2-mip", "vegas")])
@pytest.mark.parametrize("is_standin", [True, False])
def test_every_claim_of_the_topics_has_a_verdict(study, keys, is_standin):
    here = study(keys=keys, is_standin=is_standin)
    regions = {key: totals(geography.REGIONS)[key] for key in keys}
    classes = {key: totals(FOUR)[key] for key in keys}
    if len(keys) < 3:
        regions = {key: regions[key] for key in keys}
    assert scope_claims.unjudged(region_verdicts(here, regions), ["regions"]) == []
    assert scope_claims.unjudged(ecosystem_verdicts(here, classes), ["ecosystems"]) == []


def test_a_reconstruction_earns_by_construction_at_most(study):
    here = study(is_standin=True)
    found = [*region_verdicts(here, totals(geography.REGIONS)),
             *ecosystem_verdicts(here, totals(FOUR))]  # fmt: skip
    gridded = [verdict for verdict in found if verdict.product != statements.PUBLISHED]
    assert {v.verdict for v in gridded} == {"by-construction", "not-testable-here"}
    assert by_id(found)["z24-region-south-beps"].verdict == "by-construction"
    assert by_id(found)["z24-gradient"].verdict == "not-testable-here"
    assert "published" not in by_id(found)["z24-region-south-beps"].reason.lower()[:20]


@pytest.mark.parametrize("choice", [{"mask": "touched"}, {"start_year": 2016}, {"end_year": 2018}])
def test_other_choices_are_not_by_construction(study, choice):
    here = study(is_standin=True, **choice)
    found = by_id(region_verdicts(here, totals(geography.REGIONS)))
    assert found["z24-region-south-beps"].verdict == "not-testable-here"
    assert found["z24-rank-south-beps"].verdict == "not-testable-here"


def test_the_majority_rule_takes_no_mask(study):
    here = study(is_standin=True, mask="touched")
    found = by_id(ecosystem_verdicts(here, totals(FOUR)))
    assert found["z24-eco-shrub-beps"].verdict == "by-construction"
    assert not ecosystem_claims.is_built_rule(here, "ndvi")


def test_two_members_are_not_what_was_built(study, typed_flux):
    here = study(is_standin=True)
    flux = here.fluxes["oco2-mip"].expand_dims(member=["member-01", "member-02"])
    product = here.products["oco2-mip"].model_copy(
        update={"members": [f"member-{i:02d}" for i in range(1, 15)]}
    )
    two = replace(here, fluxes={**here.fluxes, "oco2-mip": flux},
                  products={**here.products, "oco2-mip": product})  # fmt: skip
    assert scope_claims.is_as_built(here)
    assert not scope_claims.is_as_built(two)


def test_the_products_own_files_are_judged(study):
    here = study()
    right = by_id(region_verdicts(here, totals(geography.REGIONS)))
    assert right["z24-region-south-beps"].verdict == "reproduced"
    assert right["z24-rank-south-beps"].verdict == "consistent"
    near = by_id(region_verdicts(here, totals(geography.REGIONS, shift=0.004)))
    assert near["z24-region-northwest-beps"].verdict == "consistent"
    far = by_id(region_verdicts(here, totals(geography.REGIONS, shift=0.2)))
    assert far["z24-region-northwest-beps"].verdict == "inconsistent"


def test_other_years_of_the_products_own_files_decide_nothing(study):
    here = study(start_year=2010, end_year=2014)
    found = by_id(region_verdicts(here, totals(geography.REGIONS)))
    assert found["z24-region-south-beps"].verdict == "not-testable-here"
    assert "2010-2014" in found["z24-region-south-beps"].reason
    assert found["z24-gradient"].verdict == "not-testable-here"


def test_printed_shares_are_corrected_whatever_the_profile(study):
    for is_standin in (True, False):
        found = by_id(ecosystem_verdicts(study(is_standin=is_standin), totals(FOUR)))
        shrub = found["z24-eco-pct-shrub-beps"]
        assert (shrub.verdict, shrub.product) == ("corrected", "published")
        assert shrub.computed == pytest.approx(22.4, abs=0.05)
        assert found["z24-eco-pct-grass-oco2"].verdict == "consistent"


def test_a_strong_sink_in_the_south_is_not_in_the_printed_numbers():
    test = region_claims.south_strong_test()
    assert test.holds is False
    assert test.value == pytest.approx(0.82, abs=0.005)


def test_a_reversed_pattern_fails_its_tests(study):
    here = study()
    flipped = replace(here, fluxes={k: (-f).assign_attrs(f.attrs) for k, f in here.fluxes.items()})
    annual = totals(geography.REGIONS)
    up = {t.claim: t for t in region_claims.region_tests(here, annual)}
    down = {t.claim: t for t in region_claims.region_tests(flipped, annual)}
    assert up["z24-gradient"].holds is True
    assert down["z24-gradient"].holds is False
    assert up["z24-gradient"].value == pytest.approx(-max(_contrasts(flipped)), rel=1e-9)
    assert up["z24-spatial-disagree"].value == pytest.approx(1.0)
    assert up["z24-spatial-disagree"].holds is False


def _contrasts(study):
    from helpers import places

    field = places.mean_rate_field(study.fluxes["beps"])
    areas = [places.area_of(study, side) for side in ("southeast", "northwest")]
    east, west = (places.mean_rate(field, area) for area in areas)
    return [east - west]


def test_a_ranking_that_fails_on_files_is_inconsistent(study):
    annual = totals(geography.REGIONS)
    annual["beps"] = annual["beps"].assign_coords(scope=list(reversed(geography.REGIONS)))
    found = by_id(region_verdicts(study(), annual))
    assert found["z24-rank-south-beps"].verdict == "inconsistent"


def test_other_topics_are_left_to_other_chapters(study):
    found = region_verdicts(study(), totals(geography.REGIONS))
    kept = scope_claims.in_topics(found, ["regions"])
    assert not any("plateau" in verdict.id for verdict in kept)
    assert any("plateau" in verdict.id for verdict in found)


def test_a_page_shows_claim_verdict_value_and_reason(study):
    found = region_verdicts(study(is_standin=True), totals(geography.REGIONS))
    table = scope_claims.verdict_table(found).set_index("claim")
    assert table.loc["z24-region-south-beps", "computed"] == "0.241 Pg C yr-1"
    assert table.loc["z24-spatial-disagree", "computed"] == "1.00"
    assert table.loc["z24-lit-he19", "computed"] == ""
    assert (table["why"] != "").all()


def test_one_year_has_no_spread_and_regions_of_a_reader_are_the_books(study, monkeypatch):
    here = study()
    one = totals(geography.REGIONS)["beps"].isel(year=[0], scope=0)
    printed = scope_claims.published.claim("z24-national-beps")
    assert "a single year has no spread" in scope_claims._about_spread(one, printed)
    books = SimpleNamespace(is_books=True)
    given = {"beps": one}
    assert scope_claims.study_regions(here, books, totals=given) is given
    own = scope_claims.study_regions(here, SimpleNamespace(is_books=False), totals=given)
    assert set(own["beps"]["scope"].values) == set(geography.REGIONS)
    nation = here.annual_totals("China")["beps"]
    np.testing.assert_allclose(own["beps"].sum("scope"), nation, rtol=1e-6)


def test_members_in_which_a_region_is_largest_are_counted():
    names = ["South", "North"]
    values = xr.DataArray(
        [[[3.0, 1.0, 2.0], [1.0, 2.0, 2.0]]], dims=("year", "scope", "member"),
        coords={"scope": names, "year": [2015]},
    )  # fmt: skip
    told = region_claims._members(values, "South")
    assert told == "; South is the largest in 2 of 3 members"
