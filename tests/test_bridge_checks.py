"""Published budgets on the bridge, places of products, and what changes together."""

from dataclasses import replace

import pytest

from helpers import bridge, bridge_charts, bridge_checks
from helpers.air_spreads import AirSpread
from helpers.bridge_checks import examples, leftovers, product_places, start_of
from helpers.errors import InputError
from helpers.published import claim
from helpers.uncertainty import Estimate

YEARS = {"start_year": 2015, "end_year": 2019}


def drawn(experiment="LNLGIS", **options):
    steps = bridge.load_steps(**options)
    start = start_of(experiment, ceos_file=None, **YEARS)
    stops = bridge.walk(start, steps, origin="air", goal="nep")
    chart = bridge_charts.waterfall(stops, title="Bridge", products=product_places())
    rows = bridge_checks.bridge_rows(
        stops, leftovers(start, steps), found=examples(), experiment=experiment, period="2015-2019",
        beps=bridge_checks.beps_as_nbp(steps),
    )  # fmt: skip
    return chart, {(row.quantity, row.member): row for row in rows}


@pytest.mark.parametrize("item", examples(), ids=lambda item: item.source)
def test_published_examples_close(item):
    assert item.holds
    assert item.residual == pytest.approx(item.computed - item.printed)


def test_the_example_of_jiang_is_as_printed():
    jiang = examples()[0]
    assert (jiang.start, jiang.computed, jiang.printed) == pytest.approx((0.45, 0.35, 0.35))


def test_the_two_lateral_corrections_of_china_differ_five_times():
    jiang, ceos, _ = examples()
    assert (jiang.printed - jiang.start) / (ceos.printed - ceos.start) == pytest.approx(5, abs=0.2)


def test_products_stand_where_their_quantity_lies():
    places = {product: (level, item.value) for level, product, item in product_places()}
    assert places == {"oco2-mip": ("air", 0.54), "vegas": ("nbp", 0.22), "beps": ("nep", 0.38)}
    assert {item.kind for _, _, item in product_places()} == {"published-undefined"}


def test_reading_nep_as_nbp_hides_a_gap():
    steps = bridge.load_steps()
    start = Estimate(value=0.6, sd=0.3, kind="members", n=14)
    gaps = leftovers(start, steps)
    harvest = sum(s.amount.value for s in steps if (s.start, s.on) == ("nbp", True))
    assert gaps["beps"].value - gaps["beps as nbp"].value == pytest.approx(harvest)
    assert gaps["vegas"].kind == "propagated"
    assert gaps["vegas"].sd > 0.3


def test_choosing_an_experiment_changes_value_rows_and_words_together():
    one, rows = drawn("LNLGIS")
    other, other_rows = drawn("LNLG")
    assert rows["level_air", "LNLGIS"].value == pytest.approx(0.6449)
    assert other_rows["level_air", "LNLG"].value == pytest.approx(0.5697)
    assert "uptake from air, −NBE: 0.64 ±" in one.alt
    assert "uptake from air, −NBE: 0.57 ±" in other.alt
    assert one.data["value"].iloc[0] != other.data["value"].iloc[0]


def test_switching_a_step_changes_value_rows_and_words_together():
    one, rows = drawn()
    other, other_rows = drawn(on=["rivers", "fire", "crops"])
    assert "crops and wood bought 0.059 (sourced)" in one.alt
    assert "crops and wood bought off" in other.alt
    assert ("step_trade", "LNLGIS") in rows
    assert ("step_trade", "LNLGIS") not in other_rows
    level = ("level_stocks", "LNLGIS")
    assert rows[level].value - other_rows[level].value == pytest.approx(0.0587)


def test_an_unknown_experiment_is_refused():
    with pytest.raises(InputError, match="did you mean 'LNLGIS'"):
        start_of("LNLGI", ceos_file=None, **YEARS)


def test_every_walk_closes_on_the_card():
    start = start_of("IS", ceos_file=None, **YEARS)
    assert all(item.holds for item in bridge_checks.closures(bridge.load_steps(), start))


def test_statements_rest_on_published_numbers():
    tests = {test.claim: test for test in bridge_checks.bridge_tests()}
    assert tests["z24-d-error-dominates"].value == pytest.approx(3.70, abs=0.01)
    assert tests["z24-d-trade"].holds


def test_the_spread_of_the_experiment_comes_from_the_table_where_there_is_one(monkeypatch):
    def spreads(ceos_file):
        years = {"years": (0.5,) * 5, "first_year": 2015}
        return [
            AirSpread(experiment="IS", of_years=(0.9,) * 5, **years),
            AirSpread(experiment="LNLGIS", of_years=(0.25,) * 5, **years),
        ]

    monkeypatch.setattr(bridge_checks.air_spreads, "air_spreads", spreads)
    found = start_of("LNLGIS", ceos_file=None, **YEARS)
    assert (found.sd, found.kind, found.n) == (0.25, "members", 11)


def test_a_product_without_a_printed_spread_is_told(monkeypatch):
    bare = replace(claim("z24-national-beps"), uncertainty=None)
    monkeypatch.setattr(bridge_checks, "claim", lambda name: bare)
    with pytest.raises(ValueError, match="beps has no published value with ±"):
        bridge_checks.beps_as_nbp([])


def test_leftovers_become_intervals_and_the_misreading_is_open():
    gap = Estimate(value=0.2, sd=0.1, kind="propagated")
    frame = bridge_checks.leftover_frame({"vegas": gap, "beps as nbp": gap}, level=0.95)
    assert frame["high"].values == pytest.approx([0.396, 0.396], abs=1e-4)
    assert list(frame["is_open"]) == [False, True]
