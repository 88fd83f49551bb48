"""Labs on tables against arithmetic done by hand."""

import numpy as np
import pytest

from helpers.teaching import table_labs


def test_the_factor_is_squared_when_it_is_turned_round():
    start = {"printed": -12.0, "provider": -44.01, "years": 5}
    right = table_labs.POLICY_BRIEF.follow(start, faulty=False)
    wrong = table_labs.POLICY_BRIEF.follow(start, faulty=True)
    assert right["dioxide"] == pytest.approx(0.04401)
    assert right["amount"] == pytest.approx(0.22005)
    assert wrong["amount"] / right["amount"] == pytest.approx((12 / 44.01) ** 2)


def test_the_printed_mean_and_the_printed_years_agree():
    start = table_labs.brief_start()
    assert start["years"] == 5
    assert -start["printed"] * 44.01 / 12 == pytest.approx(-start["provider"], rel=2e-4)


def test_a_mean_taken_for_a_year_shrinks_the_spread_by_a_known_factor():
    lab, start = table_labs.FIGURE_OF_YEARS, table_labs.table_of_years()
    right, wrong = (lab.follow(start, faulty=faulty) for faulty in (False, True))
    # one value more, of which the squared distance from the mean is nil
    assert wrong["spread"] / right["spread"] == pytest.approx(np.sqrt(5 / 6))
    assert list(right["points"].index) == [2015, 2016, 2017, 2018, 2019, 2020]
    assert wrong["points"].index[-1] == 2021
    assert wrong["points"].mean() == pytest.approx(right["points"].mean())


def test_invented_inversions_lie_about_the_printed_means():
    ensemble = table_labs.invented_inversions()["inversions"]
    assert ensemble.mean().round(4).to_dict() == {"LNLGIS": 0.6449, "IS": 0.6006, "LNLG": 0.5697}
    assert ensemble.std(ddof=1).is_unique
    assert ensemble.equals(table_labs.invented_inversions()["inversions"])
