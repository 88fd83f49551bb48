"""Spreads of a study kind by kind: a world whose years, members and parts are known."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from helpers import rulers, spread_rows
from helpers.study_differences import (
    OVER_MEMBERS,
    OVER_YEARS,
    difference_chart,
    difference_frame,
    difference_rows,
)

YEARS = [2015, 2016, 2017]


def totals(values, *, members=None, scopes=("North", "South")):
    """Return yearly totals from nested lists: scope, year and, for ensembles, member."""
    dims = ("scope", "year", "member")[: np.ndim(values)]
    coords = {"scope": list(scopes), "year": YEARS} | ({"member": members} if members else {})
    return xr.DataArray(values, dims=dims, coords=coords, attrs={"units": "Pg C yr-1"})


@pytest.fixture
def world():
    single = totals([[0.1, 0.2, 0.3], [0.5, 0.4, 0.3]])
    ensemble = totals(
        [[[0.1, 0.3], [0.2, 0.4], [0.3, 0.5]], [[0.6, 0.2], [0.6, 0.2], [0.6, 0.2]]],
        members=["member-01", "member-02"],
    )
    return {"beps": single, "oco2-mip": ensemble}


def spreads(rows):
    return {(r.quantity, r.product, r.scope): (r.sd, r.sd_kind, r.n) for r in rows}


def test_each_spread_has_its_kind(world):
    found = spreads(spread_rows.own_rows(world))
    assert found["spread_interannual", "beps", "North"] == pytest.approx((0.1, "interannual", 3))
    assert found["spread_interannual", "oco2-mip", "South"][0] == pytest.approx(0.0, abs=1e-12)
    assert found["spread_members", "oco2-mip", "South"][0] == pytest.approx(0.4 / 2**0.5)
    assert found["spread_members", "oco2-mip", "South"][1:] == ("members", 2)
    assert ("spread_members", "beps", "South") not in found


def test_parts_taken_for_independent(world):
    own = spread_rows.own_rows(world)
    found = spreads(spread_rows.propagated_rows(own, parts=("North", "South"), scope="China"))
    sd, kind, _ = found["spread_propagated", "beps", "China"]
    assert (sd, kind) == (pytest.approx(0.1 * 2**0.5), "propagated")
    # here North and South compensate exactly, so the truth is zero
    assert spread_rows.correlations(world, ("North", "South"))["beps"] == pytest.approx(-1.0)


def test_a_missing_part_gives_no_propagated_spread(world):
    own = [row for row in spread_rows.own_rows(world) if row.scope == "North"]
    assert spread_rows.propagated_rows(own, parts=("North", "South"), scope="China") == []


def test_the_ruler_has_every_kind_in_order(world):
    rows = [*spread_rows.published_rows(["North"]), *spread_rows.own_rows(world)]
    frame = spread_rows.ruler_frame(rows, names=["South", "North"])
    assert list(dict.fromkeys(frame["group"])) == ["South", "North"]
    north = frame[frame["group"] == "North"]
    assert list(dict.fromkeys(north["label"])) == [
        "year to year", "member to member", "printed ±, undefined",
    ]  # fmt: skip
    assert set(frame.loc[frame["is_open"], "label"]) == {"printed ±, undefined"}
    assert "member to member: OCO-2 v10 MIP 0.283" in rulers.rulers(frame, title="T").alt


def test_fewer_members_change_data_and_words_together(world):
    one = {**world, "oco2-mip": world["oco2-mip"].isel(member=[0])}
    frame = spread_rows.ruler_frame(spread_rows.own_rows(one), names=["South"])
    assert "member to member" not in set(frame["label"])
    assert "member to member" not in rulers.rulers(frame, title="T").alt


def test_differences_over_years_and_members(world):
    nation = {key: value.sum("scope") for key, value in world.items()}
    # three members, so that they can be resampled
    third = nation["oco2-mip"].isel(member=[0]).assign_coords(member=["member-03"])
    nation["oco2-mip"] = xr.concat([nation["oco2-mip"], third], "member")
    frame = difference_frame(nation)
    assert list(frame["group"]) == [OVER_YEARS, OVER_MEMBERS]
    years, members = (row for _, row in frame.iterrows())
    assert (years["first"], years["second"]) == ("oco2-mip", "beps")
    assert years["value"] == pytest.approx(members["value"])
    assert (years["n"], members["n"]) == (3, 3)
    # resampled by hand: SD over years of the yearly differences, divided by root n, times
    # root((n - 1) / n), which is what a bootstrap of a mean gives
    yearly = (nation["oco2-mip"].mean("member") - nation["beps"]).values
    assert years["sd"] == pytest.approx(np.std(yearly) / 3**0.5, rel=0.05)
    assert "Resampling years: OCO-2 v10 MIP − BEPS" in difference_chart(frame, title="D").alt
    rows = difference_rows(frame, period="2015-2017")
    assert {r.sd_kind for r in rows if r.sd is not None} == {"sampling"}
    assert len(rows) == 4


def test_two_years_and_one_run_cannot_be_resampled(world):
    short = {key: value.sum("scope").isel(year=[0, 1]) for key, value in world.items()}
    frame = difference_frame(short)
    assert isinstance(frame, pd.DataFrame)
    assert frame.empty
    assert "Nothing to compare" in difference_chart(frame, title="Differences").alt


def test_ways_to_draw_a_border_have_a_spread_of_their_own(world):
    table = pd.DataFrame(
        {"product": ["beps", "beps", "vegas"], "scope": "China", "value": [1.0, 3.0, 5.0]}
    )
    study = SimpleNamespace(annual_totals=lambda scope: world)
    one, _ = spread_rows._over_ways(table.iloc[[0, 1, 2, 2]], study)
    assert (one.product, one.value, one.n, one.sd_kind) == ("beps", 2.0, 2, "masks")
    assert one.sd == pytest.approx(2**0.5)
    assert one.period == "2015-2017"
