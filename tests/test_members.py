"""Members: the listed fourteen, leaving out, subsets and groups, on ensembles made by hand."""

from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from helpers import members
from helpers.curves import intervals
from helpers.errors import InputError
from helpers.published import claim


def ensemble(values, *, names=None, years=2, scope="China"):
    """Return yearly totals whose mean by member is `values`."""
    base = np.asarray(values, float)
    names = names or [f"member-{place:02d}" for place in range(1, base.size + 1)]
    swing = np.linspace(-0.1, 0.1, years) if years > 1 else np.zeros(1)
    data = (base[:, None] + swing)[None]
    coords = {"scope": [scope], "member": names, "year": range(2015, 2015 + years)}
    return xr.DataArray(data, dims=("scope", "member", "year"), coords=coords)


def test_the_listed_members_are_the_fourteen_of_the_study():
    table = members.listed_members()
    assert len(table) == claim("z24-m-oco2-n").value == 14
    counts = table["transport"].value_counts()
    assert counts.to_dict() == {
        "GEOS-Chem": 8, "TM5": 3, "PCTM": 1, "LMDz": 1, "NIES-TM/FLEXPART": 1,
    }  # fmt: skip
    assert (table["method"] == "4D-Var").sum() == 7


def test_anonymous_members_have_no_transport():
    assert members.transport_of(["member-01", "CT"]) is None
    assert members.transport_of(["TM5_4DVAR", "ct"]) == {"TM5_4DVAR": "TM5", "ct": "TM5"}


@given(st.lists(st.floats(-1, 2), min_size=2, max_size=12))
def test_leaving_one_out_shifts_by_its_distance(values):
    table = members.leave_one_out(ensemble(values)).set_index("member")
    whole = np.mean(values)
    for place, value in enumerate(values, start=1):
        row = table.loc[f"member-{place:02d}"]
        assert row["value"] == pytest.approx(
            np.mean(values[: place - 1] + values[place:]), abs=1e-9
        )
        assert row["shift"] == pytest.approx((whole - value) / (len(values) - 1), abs=1e-9)
    assert table["shift"].sum() == pytest.approx(0.0, abs=1e-9)


def test_every_subset_is_tried():
    values = [0.1, 0.2, 0.6, 0.9, 1.0]
    table = members.subsets(ensemble(values), sizes=(3, 5, 7)).set_index("size")
    assert list(table.index) == [3, 5]
    means = [np.mean(chosen) for chosen in combinations(values, 3)]
    assert table.loc[3, "choices"] == 10
    assert table.loc[3, "low"] == pytest.approx(min(means))
    assert table.loc[3, "high"] == pytest.approx(max(means))
    assert table.loc[3, "value"] == pytest.approx(np.mean(values))
    assert table.loc[5, "low"] == table.loc[5, "high"] == pytest.approx(np.mean(values))
    assert table.loc[5, "sd_high"] == pytest.approx(np.std(values, ddof=1))


def test_subsets_of_fourteen():
    table = members.subsets(ensemble(np.linspace(0, 1.3, 14)))
    assert dict(zip(table["size"], table["choices"], strict=True)) == {
        11: 364,
        12: 91,
        13: 14,
        14: 1,
    }
    width = table.set_index("size").eval("high - low")
    assert width.is_monotonic_decreasing


def test_a_small_ensemble_still_has_its_subsets():
    table = members.subsets(ensemble([0.1, 0.4, 0.7]))
    assert list(table["size"]) == [2, 3]
    ends = members.subset_frame(table, scopes=["China"], ends=True)
    assert list(ends["label"]) == ["2 members, 3 choices"]
    pair = members.subset_frame(members.subsets(ensemble([0.1, 0.4])), scopes=["China"], ends=True)
    assert list(pair["label"]) == ["2 members, 1 choice"]


def test_groups_differ_from_the_rest():
    names = ["Ames", "UT", "CT", "OU", "CAMS"]
    table = members.group_means(
        ensemble([0.9, 0.7, 0.2, 0.4, 0.3], names=names), members.transport_of(names)
    ).set_index("transport")
    geos = table.loc["GEOS-Chem"]
    assert (geos["n"], geos["value"], geos["rest"]) == (2, pytest.approx(0.8), pytest.approx(0.3))
    assert geos["difference"] == pytest.approx(0.5)
    # of the ten pairs that can be dealt, only this one differs so much
    assert geos["p_value"] == pytest.approx(0.1)
    assert np.isnan(table.loc["LMDz", "sd"])
    assert next(iter(table.index)) == "GEOS-Chem"


def test_one_transport_for_all_has_no_rest():
    names = ["Ames", "UT"]
    table = members.group_means(ensemble([0.9, 0.7], names=names), members.transport_of(names))
    assert np.isnan(table["difference"]).all()
    assert np.isnan(table["p_value"]).all()


def test_rows_figure_and_words_follow_the_members():
    rows = members.member_rows(ensemble(np.linspace(0, 1.3, 14)), product="oco2-mip")
    found = {(row.quantity, row.member): row.value for row in rows}
    assert found["without", "member-14"] == pytest.approx(0.6)
    assert found["without_low", "mean"] == pytest.approx(0.6)
    assert found["subset_high", "keep-11"] == pytest.approx(0.8)
    frame = members.subset_frame(
        members.subsets(ensemble(np.linspace(0, 1.3, 14))), scopes=["China"]
    )
    few = members.subset_frame(members.subsets(ensemble(np.linspace(0, 1.0, 11))), scopes=["China"])
    whole = intervals(frame, title="T", x_label="x").alt
    small = intervals(few, title="T", x_label="x").alt
    assert "13 members, 14 choices" in whole
    assert "13 members" not in small
    assert "11 members, 1 choice " in small


def test_a_single_member_is_refused():
    with pytest.raises(InputError, match="needs two or more"):
        members.leave_one_out(ensemble([0.3]))


def test_a_large_ensemble_is_dealt_at_random_and_a_study_without_one_is_refused():
    values = np.arange(15.0)
    share = members._deal(values, 7, observed=abs(values[:7].mean() - values[7:].mean()))
    assert 0 < share < 0.01  # the lowest seven together: two deals of 6435
    study = SimpleNamespace(fluxes={"beps": ensemble([0.1, 0.2]).isel(member=0)})
    with pytest.raises(InputError, match=r"No product of the study is an ensemble(?s:.*)beps"):
        members.ensemble_of(study)
