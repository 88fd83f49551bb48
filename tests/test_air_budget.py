"""China's budget from the air: printed means, the real table, and the sign."""

import pytest

from helpers.air_budget import budget_rows, notices, overview
from helpers.errors import InputError

PRINTED = {
    ("net_uptake", "LNLGIS"): 0.6449,
    ("net_uptake", "IS"): 0.6006,
    ("net_uptake", "LNLG"): 0.5697,
    ("stock_gain", "LNLGIS"): 0.6251,
}


@pytest.fixture
def ceos_table(shared_data):
    path = shared_data / "ceos" / "pilot_topdown_CO2_Budget_countries_v1.csv"
    if not path.is_file():
        pytest.skip("the CEOS national table is not beside the project")
    return path


def values(rows):
    return {(row.quantity, row.member): row.value for row in rows}


def test_without_the_table_the_printed_means_are_uptake():
    rows = budget_rows(None, start_year=2015, end_year=2019)
    assert values(rows) == pytest.approx(PRINTED)
    assert all(row.sd is None and row.unit == "Pg C yr-1" for row in rows)


def test_the_real_table_gives_the_printed_means(ceos_table):
    found = values(budget_rows(ceos_table, start_year=2015, end_year=2019))
    for key, value in PRINTED.items():
        assert found[key] == pytest.approx(value, abs=1e-4)
    assert {member for _, member in found} == {"IS", "LNLG", "LNLGIS", "LNLGOGIS", "all"}


def test_the_real_table_closes_and_keeps_its_own_spread(ceos_table):
    rows = {
        (r.quantity, r.member): r for r in budget_rows(ceos_table, start_year=2015, end_year=2019)
    }
    net, stocks = rows["net_uptake", "LNLGIS"].value, rows["stock_gain", "LNLGIS"].value
    lateral = rows["river_gain", "all"].value + rows["trade_gain", "all"].value
    assert stocks == pytest.approx(net + lateral, abs=1e-5)
    assert rows["river_gain", "all"].value < 0 < rows["trade_gain", "all"].value
    spread = rows["net_uptake_spread", "LNLGIS"]
    assert spread.sd_kind == "propagated"
    assert spread.sd > 5 * rows["net_uptake", "LNLGIS"].sd
    assert any("negative uncertainties" in line for line in notices(ceos_table))


def test_other_years_of_the_real_table(ceos_table):
    rows = budget_rows(ceos_table, start_year=2020, end_year=2020)
    value = next(r for r in rows if (r.quantity, r.member) == ("net_uptake", "LNLGIS"))
    assert value.value == pytest.approx(1434.3e-3 * 12 / 44.01, abs=1e-4)
    assert value.sd is None


def test_years_outside_the_table_are_refused(ceos_table):
    with pytest.raises(InputError, match=r"does not hold these countries and years(.|\n)*2021"):
        budget_rows(ceos_table, start_year=2019, end_year=2021)


def test_the_page_shows_every_term_and_says_what_was_repaired(ceos_table):
    rows = budget_rows(ceos_table, start_year=2015, end_year=2019)
    shown = overview(rows, ceos_file=ceos_table)
    assert len(shown.frame) == 4
    assert "negative uncertainties" in shown.caption
    first = shown.frame.iloc[0]
    parts = first["net uptake from the air"] + first["rivers"] + first["crops and wood"]
    assert parts == pytest.approx(first["gain of stocks"], abs=1e-5)


def test_the_printed_means_leave_the_other_terms_blank():
    html = overview(budget_rows(None, start_year=2015, end_year=2019), ceos_file=None)._repr_html_()
    assert '<th scope="row">LNLGIS</th><td>0.645</td><td></td><td></td><td>0.625</td>' in html
