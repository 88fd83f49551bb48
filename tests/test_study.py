"""What a notebook opens, and the rows it makes of it."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from helpers import summary
from helpers.errors import InputError
from helpers.study import keep_members, open_study

CHOICE = {
    "profile": "original",
    "data_dir": "nowhere-at-all",
    "start_year": 2015,
    "end_year": 2019,
    "experiment": "LNLGIS",
    "mask": "fraction",
}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"mask": "half"}, r"Unknown mask(.|\n)*'half'(.|\n)*fraction or centre or touched"),
        ({"boundary": "mine"}, r"Unknown boundary(.|\n)*national or natural-earth"),
        ({"data_dir": None}, r"needs a folder of data(.|\n)*data_dir"),
        ({}, r"No product was found(.|\n)*no such folder"),
    ],
)
def test_a_wrong_choice_is_refused(change, message):
    with pytest.raises(InputError, match=message):
        open_study(**{**CHOICE, **change})


def _ensemble(typed_flux):
    flux = typed_flux(lambda lat, lon, t: 1.0)
    return xr.concat(
        [flux, 2 * flux], dim=pd.Index(["a", "b"], name="member"), combine_attrs="override"
    )


def test_members_are_kept_by_name(typed_flux):
    ensemble = _ensemble(typed_flux)
    assert keep_members(ensemble, None).sizes["member"] == 2
    assert list(keep_members(ensemble, ["b"])["member"].values) == ["b"]
    with pytest.raises(InputError, match=r"Unknown member(.|\n)*found: c(.|\n)*accepted: a, b"):
        keep_members(ensemble, ["a", "c"])
    with pytest.raises(InputError, match="No member was chosen"):
        keep_members(ensemble, [])


TOTALS = {
    "one": xr.DataArray([1.0, 2.0, 6.0], dims="year", coords={"year": [2015, 2016, 2017]}),
    "many": xr.DataArray(
        [[1.0, 3.0], [2.0, 4.0], [3.0, 8.0]],
        dims=("year", "member"),
        coords={"year": [2015, 2016, 2017], "member": ["a", "b"]},
    ),
}


def test_rows_of_means_keep_the_two_spreads_apart():
    rows = {(r.quantity, r.product, r.member): r for r in summary.mean_rows(TOTALS, scope="China")}
    one = rows["annual_mean", "one", "mean"]
    assert (one.value, one.sd_kind, one.n, one.period) == (3.0, "interannual", 3, "2015-2017")
    assert one.sd == pytest.approx(np.std([1, 2, 6], ddof=1))
    many = rows["annual_mean", "many", "mean"]
    assert many.value == pytest.approx(3.5)
    assert many.sd == pytest.approx(np.std([2, 3, 5.5], ddof=1))
    across = rows["ensemble_mean", "many", "mean"]
    assert (across.sd_kind, across.n) == ("members", 2)
    assert across.sd == pytest.approx(np.std([2, 5], ddof=1))
    assert ("ensemble_mean", "one", "mean") not in rows
    assert rows["annual_mean", "many", "b"].value == pytest.approx(5.0)


def test_a_single_year_has_no_year_to_year_spread():
    single = {"one": TOTALS["one"].isel(year=[0])}
    (row,) = summary.mean_rows(single, scope="China")
    assert (row.sd, row.sd_kind, row.period) == (None, None, "2015")


def test_yearly_rows_hold_every_member_and_their_mean():
    rows = summary.annual_rows({"many": TOTALS["many"]}, scope="North")
    assert len(rows) == 9
    found = {(r.member, r.period): r.value for r in rows}
    assert found["mean", "2017"] == pytest.approx(5.5)
    assert found["b", "2015"] == 3.0


def test_claims_are_found_by_scope_and_carry_their_undefined_spread():
    ids = summary.study_claims("crop")
    assert ids == {
        "beps": "z24-eco-crop-beps",
        "vegas": "z24-eco-crop-vegas",
        "oco2-mip": "z24-eco-crop-oco2",
    }
    rows = summary.published_rows(ids, scope="crop", period="2015-2019")
    assert {r.sd_kind for r in rows} == {"published-undefined"}
    gap = summary.difference_row(rows, first="oco2-mip", second="vegas", quantity="gap")
    assert gap.value == pytest.approx(0.214 - 0.119)
    assert gap.sd is None


def test_published_rows_are_never_called_reconstructed():
    rows = summary.published_rows(summary.study_claims("China"), scope="China", period="2015-2019")
    table = summary.grouped(
        {"Here": (rows, {"beps": "BEPS (reconstructed)"}), "Published": (rows, {})}
    )
    assert table.loc[table["group"] == "Published", "label"].iloc[0] == "BEPS"
    assert table.loc[table["group"] == "Here", "label"].iloc[0] == "BEPS (reconstructed)"
