"""Spreads of the national budget from the air: printed years, the real table, and rows."""

import numpy as np
import pytest

from helpers import air_spreads
from helpers.rulers import rulers

YEARS = {"start_year": 2015, "end_year": 2019}


@pytest.fixture
def ceos_table(shared_data):
    path = shared_data / "ceos" / "pilot_topdown_CO2_Budget_countries_v1.csv"
    if not path.is_file():
        pytest.skip("the CEOS national table is not beside the project")
    return path


def test_the_printed_years_give_the_spread_over_years_alone():
    (only,) = air_spreads.air_spreads(None)
    assert (only.experiment, only.period, len(only.years)) == ("LNLGIS", "2015-2020", 6)
    assert only.years[0] == pytest.approx(2716.6e-3 * 12 / 44.01)
    assert only.of_average_year is None
    assert only.if_independent is None
    rows = air_spreads.spread_rows([only], start_year=2015, end_year=2020)
    assert [row.sd_kind for row in rows] == ["interannual"]


def test_a_period_is_cut_from_the_years():
    (only,) = air_spreads.air_spreads(None)
    part = only.within(2015, 2019)
    assert part.period == "2015-2019"
    # Tg CO2 as printed, sample SD by hand, turned to Pg C
    assert part.interannual == pytest.approx(234.85e-3 * 12 / 44.01, rel=2e-3)
    assert only.within(2019, 2019) is None
    assert only.within(2021, 2025) is None
    rows = air_spreads.spread_rows([only], **YEARS)
    assert [row.period for row in rows] == ["2015-2020", "2015-2019"]


def test_the_printed_years_are_those_of_the_table(ceos_table):
    (printed,) = air_spreads.air_spreads(None)
    table = {item.experiment: item for item in air_spreads.air_spreads(ceos_table)}
    assert table["LNLGIS"].years == pytest.approx(printed.years, abs=2e-5)
    assert table["LNLGIS"].interannual == pytest.approx(printed.interannual, abs=1e-5)


def test_ensemble_spread_does_not_average_down_with_years(ceos_table):
    for item in air_spreads.air_spreads(ceos_table):
        assert item.of_mean / item.of_average_year > 0.8
        assert item.if_independent / item.of_average_year < 0.45
        # year-to-year variability is the smaller thing by far
        assert item.interannual < 0.5 * item.of_average_year


def test_independent_years_are_a_plain_quadrature():
    item = air_spreads.AirSpread(experiment="IS", years=(0.1, 0.3), first_year=2015,
                                 of_years=(0.3, 0.4), of_mean=0.36)  # fmt: skip
    assert item.if_independent == pytest.approx(0.25)
    assert item.of_average_year == pytest.approx(0.35)
    assert item.interannual == pytest.approx(0.2 / 2**0.5)


def test_spread_across_experiments(ceos_table):
    rows, spread = air_spreads.experiment_rows(ceos_table, start_year=2015, end_year=2019)
    assert spread.n == 4
    assert spread.sd == pytest.approx(np.std([row.value for row in rows], ddof=1))
    printed, of_printed = air_spreads.experiment_rows(None, start_year=2015, end_year=2019)
    assert {row.member for row in printed} == {"IS", "LNLG", "LNLGIS"}
    assert of_printed.n == 3


def test_figure_and_rows_change_with_the_table(ceos_table):
    few, many = air_spreads.air_spreads(None), air_spreads.air_spreads(ceos_table)
    small = rulers(air_spreads.spread_frame(few, **YEARS), title="Air")
    large = rulers(air_spreads.spread_frame(many, **YEARS), title="Air")
    assert len(small.data) == 2
    assert len(large.data) == 20
    assert "LNLGOGIS" in large.alt
    assert "LNLGOGIS" not in small.alt
