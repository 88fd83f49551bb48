"""The inventory table: limits, printed arithmetic, and the findings that rest on it."""

import math

import pytest

from helpers import evidence_rows, forest, inventories, ladders, results, table_checks
from helpers.errors import InputError


@pytest.mark.parametrize("factor", [0.0, -2.439, math.inf, math.nan])
def test_a_factor_that_cannot_be_one_is_refused(factor):
    with pytest.raises(InputError, match=r"Not a factor of carbon\.\n.*factor"):
        forest.inventory(factor=factor)


def test_factor_one_leaves_the_change_of_the_stock():
    rows = forest.inventory(factor=1.0).iloc[1:]
    assert (rows["computed"] == rows["total_change"]).all()
    total = (rows["total_change"] * rows["years"]).sum()
    assert total == pytest.approx(21.44 - 12.51, abs=1e-12)


def test_recomputed_sinks_at_printed_precision():
    rows = forest.inventory().iloc[1:]
    assert list(rows["computed"].round(4)) == [
        0.0771, 0.0240, 0.0172, 0.0328, 0.1074, 0.0886, 0.1443, 0.2312,
    ]  # fmt: skip
    assert list(rows.index[~rows["agrees"].astype(bool)]) == [1998]


def test_one_factor_fits_all_rows_but_one():
    low, high = forest.common_factor()
    assert low < forest.FACTOR < high
    assert high - low < 0.03
    low, high = forest.common_factor(without=())
    assert low > high


def test_no_whole_number_of_years_explains_the_suspect_row():
    rows = forest.inventory()
    change = rows["stock"].diff()[forest.SUSPECT]
    years = change / forest.FACTOR / rows.loc[forest.SUSPECT, "printed"]
    assert years == pytest.approx(8.6, abs=0.05)


def test_pools_add_up_to_the_stock():
    pools = forest.pools(2018)
    assert sum(pools.values()) == pytest.approx(21.44, abs=1e-12)
    assert pools["trees"] == pytest.approx(8.79, abs=0.005)
    bare = forest.pools(2018, understory=0.0, soil=0.0)
    assert bare["trees"] == 21.44


def test_the_printed_means_fit_one_weighting_each():
    means = forest.mean_sinks()
    assert means.loc[("all", "printed", "years"), "fits"]
    assert not means.loc[("all", "printed", "rows"), "fits"]
    assert means.loc[("early", "printed", "rows"), "fits"]
    assert not means.loc[("early", "printed", "years"), "fits"]
    assert round(means.loc[("early", "printed", "years"), "value"], 4) == 0.0465
    assert means.loc[("late", "printed", "rows"), "value"] == pytest.approx(0.1875)
    assert round(means.loc[("all", "corrected", "years"), "value"], 4) == 0.0872


def test_an_independent_estimate_supports_the_factor():
    growth = forest.independent_growth()["growth"]
    ours, theirs = growth["this table, trees"], growth["Yang C. 2022"]
    assert ours == pytest.approx(theirs, rel=0.01)
    assert growth["this table, as printed"] > 2 * theirs


def test_products_against_the_inventory():
    excess = (100 * forest.against_products()["excess"]).round()
    assert (excess["ev-f-beps"], excess["ev-f-oco2"], excess["ev-f-vegas"]) == (8, 35, -68)


@pytest.mark.parametrize(
    ("finding", "computed"),
    [
        (forest.finding_f7, 0.0328),
        (forest.finding_f8, 2.44),
        (forest.finding_f9, 12.51),
        (forest.finding_f13, 0.50),
    ],
)
def test_findings(finding, computed):
    found = finding()
    assert found.holds
    assert found.computed == pytest.approx(computed, abs=0.005)


def test_f7_would_not_hold_for_a_consistent_row(monkeypatch):
    rows = forest.inventory()
    rows["agrees"] = True
    monkeypatch.setattr(forest, "inventory", lambda: rows)
    assert not forest.finding_f7().holds


def test_figures_and_rows():
    drawing = inventories.sink_columns(forest.inventory())
    assert len(drawing.data) == 8
    assert "7 of 8 periods" in drawing.alt
    beside = ladders.ladder(forest.rungs(forest.against_products()), title="Forest")
    assert len(beside.data) == 6
    table = results.check_results(results.to_frame(evidence_rows.forest_rows()))
    assert (table["scope"] == "forest").all()
    assert all(item.holds for item in table_checks.forest_checks())
