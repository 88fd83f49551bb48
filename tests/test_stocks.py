"""Stocks: area and density taken apart exactly, printed sums, scopes of "largest"."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import evidence_rows, inventories, results, stocks, table_checks
from helpers.errors import InputError

POSITIVE = st.floats(0.01, 1000)


def row(area, density):
    return pd.Series({"area": area, "density": density, "used": area * density})


def test_all_area_or_all_density():
    one = stocks.decompose(row(10, 5), row(20, 5))
    assert (one["area_share"], one["density_share"]) == pytest.approx((1.0, 0.0))
    other = stocks.decompose(row(10, 5), row(10, 15))
    assert (other["area_share"], other["density_share"]) == pytest.approx((0.0, 1.0))


def test_equal_stocks_have_no_shares():
    same = stocks.decompose(row(10, 5), row(10, 5))
    assert same["ratio"] == 1.0
    assert math.isnan(same["area_share"])


@given(POSITIVE, POSITIVE, POSITIVE, POSITIVE)
def test_parts_multiply_to_the_ratio_in_both_directions(a, b, c, d):
    there, back = stocks.decompose(row(a, b), row(c, d)), stocks.decompose(row(c, d), row(a, b))
    assert there["area_ratio"] * there["density_ratio"] == pytest.approx(there["ratio"], rel=1e-12)
    assert there["ratio"] * back["ratio"] == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize("area", [0.0, -1.0, math.nan])
def test_a_stock_without_area_cannot_be_taken_apart(area):
    with pytest.raises(
        InputError, match=rf"taken apart(?s:.*)area {area:g} and 20;(?s:.*)fix: Choose"
    ):
        stocks.decompose(row(area, 5), row(20, 5))


def test_drivers_at_printed_precision():
    rows = stocks.drivers()
    assert rows.loc["grass", "ratio"] == pytest.approx(3.4, abs=0.05)
    assert rows.loc["grass", "area_ratio"] == pytest.approx(2.36, abs=0.005)
    assert rows.loc["grass", "density_ratio"] == pytest.approx(1.45, abs=0.005)
    assert rows.loc["crop", "area_ratio"] == pytest.approx(1.66, abs=0.005)
    assert rows.loc["crop", "density_ratio"] < 1


def test_densities_at_printed_precision():
    rows = stocks.stocks()
    assert rows.loc["grass2", "soil_density"] == pytest.approx(8.5, abs=0.05)
    assert rows.loc["grass3", "soil_density"] == pytest.approx(14.3, abs=0.05)
    green = rows["veg_density"]
    assert round(green["shrub3"] / green["shrub1"], 1) == 8.5
    assert round(green["shrub3"] / green["shrub2"]) == 47
    assert rows.loc["crop1", "density"] == pytest.approx(12.6, abs=0.05)


def test_printed_totals_are_the_sums_of_their_parts():
    sums = stocks.row_sums()
    assert sums["holds"].all()
    assert sums.loc[("wet2", "low"), "difference"] == pytest.approx(0.07)
    assert set(sums.index.get_level_values("id")) == {
        "grass1", "grass2", "grass3", "shrub1", "shrub2", "shrub3", "wet2", "wet3",
    }  # fmt: skip


def test_four_systems_at_printed_precision():
    low, high = stocks.four_systems()
    assert (round(low, 1), round(high, 1)) == (60.5, 126.4)
    assert low < 79.24 < high


def test_survey_adds_up_to_its_printed_total():
    rows = stocks.surveys()
    assert rows.loc[rows["study"] == "Tang 2018", "value"].sum() == pytest.approx(79.24)


def test_largest_pool_depends_on_the_scope():
    largest = stocks.ranking()["forest_is_largest"]
    assert not largest["total carbon, largest rows"]
    assert largest["vegetation carbon"]
    assert largest["total carbon, Tang 2018"]


def test_finding_f10_holds_and_can_fail(monkeypatch):
    found = stocks.finding_f10()
    assert found.holds
    assert found.computed == 59.5
    small = stocks.stocks().assign(used=1.0)
    monkeypatch.setattr(stocks, "stocks", lambda: small)
    assert not stocks.finding_f10().holds


def test_figure_and_rows():
    drawing = inventories.area_and_density(stocks.stocks())
    assert len(drawing.data) == 12
    assert "wetland" in drawing.alt
    table = results.check_results(results.to_frame(evidence_rows.stock_rows()))
    assert (table["value"] > 0).sum() > 40
    assert all(item.holds for item in table_checks.stock_checks())
