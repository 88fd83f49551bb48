"""What the printed ± can be: candidates with known sizes, and statements that miss a number."""

import math
from dataclasses import replace

import pandas as pd
import pytest

from helpers import contrasts, uncertainty_claims
from helpers.air_spreads import AirSpread
from helpers.coverage import Toy, effective_members, sd_range
from helpers.published import claim

# Fifteen years whose SD is known, and the five of the study with an SD of 0.1.
YEARS = (0.2, 0.4) * 5 + (0.1, 0.2, 0.3, 0.2, 0.2)


def spread(**changes):
    settings = {"experiment": "LNLGIS", "years": YEARS, "first_year": 2005, **changes}
    return AirSpread(**settings)


@pytest.fixture
def sizes():
    frame = uncertainty_claims.candidates([spread(of_years=(0.5,) * 15)], members=16)
    return frame.set_index("label")["sd"].to_dict()


def test_candidates_are_the_spreads_of_the_window_and_of_the_members(sizes):
    assert sizes["years, SD over 5"] == pytest.approx(math.sqrt(0.02 / 4))
    assert sizes["members, CEOS table"] == pytest.approx(0.5)
    wide = sizes["members, from v9 range"]
    assert wide == pytest.approx(contrasts.member_spread())
    assert sizes["members, SD / √16"] == pytest.approx(wide / 4)
    assert sizes["printed ±, undefined"] == claim("z24-national-oco2").uncertainty


def test_without_the_table_or_the_window_there_is_less_to_show():
    frame = uncertainty_claims.candidates([spread(experiment="IS"), spread(first_year=1990)])
    assert "members, CEOS table" not in set(frame["label"])
    assert "years, SD over 15" in set(frame["label"])  # none of them in the window: all are taken


def test_candidates_as_rows_hold_the_same_numbers(sizes):
    frame = uncertainty_claims.candidates([spread()], members=16)
    rows = {row.quantity: row.value for row in uncertainty_claims.candidate_rows(frame)}
    assert rows["candidate_years"] == sizes["years, SD over 5"]
    assert rows["candidate_members_error"] == sizes["members, SD / √16"]
    ratio = sizes["members, from v9 range"] / sizes["printed ±, undefined"]
    assert rows["candidate_members_v9_ratio"] == pytest.approx(ratio)


def test_factors_are_of_the_five_years_of_the_study():
    rows = uncertainty_claims.factor_rows()
    found = {(row.quantity, row.product): row.value for row in rows}
    factors = found["sd_factor_low", "published"], found["sd_factor_high", "published"]
    assert factors == sd_range(5)
    for product in ("beps", "vegas"):
        needed = found["needed_correlation", product]
        assert needed == uncertainty_claims.needed_correlation(product)
        assert ("implied_correlation_region", product) in found
        assert ("implied_correlation_eco", product) in found


def test_needed_correlation_by_hand(monkeypatch):
    monkeypatch.setattr(
        uncertainty_claims.scopes, "published_spreads", lambda names, product: [3.0, 4.0, 12.0]
    )
    whole = replace(claim("z24-national-beps"), uncertainty=13.0)
    monkeypatch.setattr(uncertainty_claims, "claim", lambda name: whole)
    assert uncertainty_claims.needed_correlation("beps") == pytest.approx(0.0)  # 5-12-13
    whole = replace(whole, uncertainty=17.0)
    monkeypatch.setattr(uncertainty_claims, "claim", lambda name: whole)
    assert uncertainty_claims.needed_correlation("beps") == pytest.approx(1.0)  # 5 + 12


def test_coverage_in_percent():
    toy = Toy(shared=0.1, member=0.2, noise=0.0)
    simulated, exact = pd.Series({"spread": 0.5}), pd.Series({"spread": 0.625})
    rows = uncertainty_claims.coverage_rows(toy, simulated, exact=exact, level=0.95)
    found = {(row.quantity, row.member): row.value for row in rows}
    assert found["coverage_simulated", "spread"] == 50.0
    assert found["coverage_exact", "spread"] == 62.5
    assert found["coverage_nominal", "mean"] == 95.0
    assert found["shared_error", "mean"] == 0.1
    assert found["effective_members", "mean"] == effective_members(toy)


def test_the_parts_are_named_and_the_data_at_hand_left_out():
    table = uncertainty_claims.f3_table()
    assert list(dict.fromkeys(table.index.get_level_values("parts"))) == [
        "four regions", "four ecosystems",
    ]  # fmt: skip
    assert "in the data here" not in table.columns


def test_the_window_decides_without_any_product():
    (test,) = uncertainty_claims.spread_tests()
    assert test.value == 5.0
    assert not test.is_standin


@pytest.mark.parametrize(
    ("act", "missing", "match"),
    [
        (lambda: uncertainty_claims.needed_correlation("beps"), "uncertainty", "has no ±"),
        (lambda: uncertainty_claims.candidates([spread()]), "uncertainty", "has no ±"),
        (uncertainty_claims.spread_tests, "low", "has no years"),
    ],
)
def test_a_statement_without_its_number_is_told(monkeypatch, act, missing, match):
    def bare(name):
        return replace(claim(name), **{missing: None})

    monkeypatch.setattr(uncertainty_claims, "claim", bare)
    with pytest.raises(ValueError, match=match):
        act()
