"""What the study says of its members, and a bias of one transport that is put in by hand."""

import numpy as np
import pytest
import xarray as xr

from helpers import member_claims, members

TRANSPORTS = {"a": "GEOS-Chem", "b": "GEOS-Chem", "c": "TM5"}


def ensemble(values):
    swing = xr.DataArray([-0.1, 0.1], coords={"year": [2015, 2016]}, dims="year")
    level = xr.DataArray(values, coords={"member": list("abc")}, dims="member")
    return (level + swing).expand_dims(scope=["China"])


def test_the_listed_members_decide_what_the_study_counts():
    tests = {test.claim: test for test in member_claims.listed_tests()}
    assert tests["z24-m-oco2-n"].value == 14
    assert all(test.holds for test in tests.values())
    assert "GEOS-Chem 8" in tests["z24-m-oco2-transport"].note
    rows = {row.quantity: row.value for row in member_claims.claim_rows()}
    assert rows == {"listed_members": 14.0, "listed_geos_chem": 8.0}


@pytest.mark.parametrize(("values", "holds"), [([0.5, 0.7, 0.1], True), ([0.1, 0.3, 0.7], False)])
def test_the_bias_is_the_mean_of_the_group_less_the_rest(values, holds):
    test = member_claims.bias_test(
        ensemble(values), TRANSPORTS, product="oco2-mip", is_standin=False
    )
    assert test.value == pytest.approx(np.mean(values[:2]) - values[2])
    assert test.holds is holds
    assert "random groups differ as much in 33 %" in test.note


@pytest.mark.parametrize(
    "groups", [None, dict.fromkeys("abc", "GEOS-Chem"), {"a": "TM5", "b": "LMDz", "c": "TM5"}]
)
def test_without_two_groups_nothing_is_decided(groups):
    test = member_claims.bias_test(
        ensemble([0.5, 0.7, 0.1]), groups, product="oco2-mip", is_standin=False
    )
    assert (test.value, test.holds) == (None, None)
    assert "anonymous or share one transport" in test.note


def test_the_table_shows_each_group_or_says_why_not():
    shown = member_claims.group_view(ensemble([0.5, 0.7, 0.1]), TRANSPORTS)
    assert shown.loc["GEOS-Chem", "members"] == 2
    assert shown.loc["TM5", "SD across them"] == "one member"
    assert shown.loc["TM5", "mean of China"] == "0.10"
    off = member_claims.group_view(ensemble([0.5, 0.7, 0.1]), None)
    assert off["members listed by the study"].sum() == len(members.listed_members())
    assert set(off["mean of China"]) == {"off: members are anonymous"}
