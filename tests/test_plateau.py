"""The plateau chapter: every claim has a verdict, numbers move the verdicts, results are valid."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from helpers import (
    argued,
    elevation,
    elevation_charts,
    flux_sites,
    geography,
    plateau_claims,
    plateau_rows,
    published,
    q10,
    results,
    statements,
    uneven_q10,
)
from helpers.errors import InputError

KEYS = ("beps", "vegas", "oco2-mip")
VALUES = (0.039, 0.031, -0.037)
EDGES = (0.0, 3500.0, 3750.0, 4250.0, 9000.0)


def fake_study(keys=KEYS, *, is_standin=True, period="2015-2019"):
    fluxes = {key: SimpleNamespace(attrs={"is_standin": is_standin}) for key in keys}
    choices = {"mask": "fraction", "boundary": "national", "period": period, "profile": "test"}
    return SimpleNamespace(fluxes=fluxes, products={}, titles={}, **choices)


def fake_totals(keys=KEYS, values=VALUES):
    shape = np.array([-0.01, 0.0, 0.0, 0.0, 0.01])
    return {
        key: xr.DataArray(value + shape, dims="year", coords={"year": range(2015, 2020)})
        for key, value in zip(keys, values, strict=True)
    }


def all_verdicts(study, totals):
    peak = elevation.Peak(band="3750-4250m", low=3750, high=4250, rate=1.0, is_interior=True)
    tested = plateau_claims.tests(study, totals, peaks=dict.fromkeys(totals, peak), within=250)
    return plateau_claims.verdicts(study, totals, tested=tested)


def wanted():
    known = published.claims()
    return set(known.loc[known["topic"].isin(plateau_claims.TOPICS), "id"])


@pytest.mark.parametrize("is_standin", [True, False])
def test_every_claim_has_a_verdict_and_none_twice(is_standin):
    found = all_verdicts(fake_study(is_standin=is_standin), fake_totals())
    assert {verdict.id for verdict in found} == wanted()
    assert len(wanted()) == 46
    pairs = [(verdict.id, verdict.product) for verdict in found]
    assert len(pairs) == len(set(pairs))
    assert all(verdict.reason or verdict.verdict == "reproduced" for verdict in found)


def test_the_reconstruction_never_supports_the_elevation_claim_and_originals_decide():
    for is_standin, word in ((True, "not-testable-here"), (False, "consistent")):
        found = all_verdicts(fake_study(is_standin=is_standin), fake_totals())
        assert {v.verdict for v in found if v.id == "pan21-plateau-alt"} == {word}


def test_a_peak_elsewhere_is_inconsistent_with_originals():
    study = fake_study(is_standin=False)
    low = elevation.Peak(band="3500-3750m", low=3500, high=3750, rate=1.0, is_interior=True)
    edge = elevation.Peak(band="over-4250m", low=3750, high=4250, rate=1.0, is_interior=False)
    for peak in (low, edge):
        test = plateau_claims.peak_tests(study, {"beps": peak}, within=250)[0]
        assert (
            statements.verdict(test, profile="test", notebook="plateau").verdict == "inconsistent"
        )


def test_another_sign_is_found():
    found = all_verdicts(fake_study(is_standin=False), fake_totals(values=(-0.01, 0.03, 0.02)))
    words = {verdict.id: verdict.verdict for verdict in found}
    assert words["z24-plateau-beps-sink"] == "inconsistent"
    assert words["z24-plateau-oco2-source"] == "inconsistent"
    assert words["z24-plateau-disagree"] == "consistent"
    assert words["z24-region-plateau-beps"] == "inconsistent"


def test_a_missing_product_leaves_its_claims_open():
    found = all_verdicts(fake_study(("beps",)), fake_totals(("beps",), (0.039,)))
    assert {verdict.id for verdict in found} == wanted()
    word = {verdict.id: verdict for verdict in found}
    assert word["z24-plateau-oco2-source"].verdict == "not-testable-here"
    assert "hold BEPS" in word["z24-plateau-oco2-source"].reason


def test_originals_of_other_years_decide_nothing():
    study = fake_study(is_standin=False, period="2016-2018")
    words = {v.id: v.verdict for v in all_verdicts(study, fake_totals())}
    for claim in ("z24-plateau-beps-sink", "z24-plateau-disagree", "z24-region-plateau-beps"):
        assert words[claim] == "not-testable-here"


def test_members_are_counted():
    years = fake_totals(("oco2-mip",), (0.0,))["oco2-mip"]
    spread = xr.DataArray([-0.3, -0.2, 0.1], dims="member", coords={"member": list("abc")})
    test = plateau_claims.sign_tests(fake_study(("oco2-mip",)), {"oco2-mip": years + spread})[0]
    assert test.note == "2 of 3 members release"
    assert test.holds


def test_printed_shares_fit_within_rounding():
    for product, slug in (("beps", "beps"), ("vegas", "vegas"), ("oco2-mip", "oco2")):
        share, slack = plateau_claims.printed_share(product)
        printed = published.claim(f"z24-region-pct-plateau-{slug}").value
        assert abs(share - printed) <= slack < 0.5


def test_the_nine_fold_spread_is_recomputed():
    found = {v.id: v for v in plateau_claims.published_verdicts(profile="test")}
    assert found["q21-model-spread"].computed == pytest.approx(652 / 74)
    assert found["pan21-36yr"].computed == 36
    assert found["pan21-plateau-wet"].computed == pytest.approx(3.80 / 85)


def test_a_wrong_published_number_would_be_found(monkeypatch):
    known = published.claims()
    known.loc[known["id"] == "z24-region-pct-plateau-beps", "value"] = 12.0
    monkeypatch.setattr(published, "claims", lambda: known)
    found = {v.id: v.verdict for v in plateau_claims.published_verdicts(profile="test")}
    assert found["z24-region-pct-plateau-beps"] == "inconsistent"


def test_argued_claims_are_not_computed_ones():
    computed = {v.id for v in plateau_claims.published_verdicts(profile="test")}
    words = argued.argued(plateau_claims.TOPICS, profile="test", notebook="plateau")
    assert not computed & {verdict.id for verdict in words}


def profiles():
    names = elevation.band_names(EDGES)
    data = {"rate": ("band", [9.0, 1.0, 5.0, 2.0]), "area": ("band", [1e10, 2e10, 6e10, 1e10]),
            "total": ("band", [0.1, 0.1, 0.1, 0.1])}  # fmt: skip
    return {"beps": xr.Dataset(data, coords={"band": names})}


def test_the_profile_becomes_rows_and_a_chart():
    found = profiles()
    peaks = elevation.peaks(found, edges=EDGES, lowest=3500)
    frame = plateau_rows.elevation_frame(found, peaks)
    assert frame.loc[frame["is_peak"], "band"].item() == "3750-4250m"
    assert frame["area_share"].sum() == pytest.approx(100)
    drawing = elevation_charts.elevation_chart(frame, target="3750-4250m")
    assert "BEPS: largest 9.0 at under 3500 m, least 1.0 at 3500–3750 m" in drawing.alt
    assert "60 %, is at 3750–4250 m" in drawing.alt
    coords = {"cell": ["analysis grid"], "band": frame["band"].values}
    kept = xr.DataArray([[0.1, 0.5, 0.9, 0.2]], dims=("cell", "band"), coords=coords)
    rows = plateau_rows.elevation_rows(frame, kept, peaks=peaks, period="2015-2019")
    table = results.check_results(results.to_frame(rows)).set_index(["quantity", "member"])["value"]
    assert table["peak_elevation", "mean"] == 4000
    assert table["probe_contrast", "analysis-grid"] == pytest.approx(0.8)


def test_bands_without_area_are_left_out():
    found = profiles()
    found["beps"]["area"][0] = 0.0
    frame = plateau_rows.elevation_frame(found, elevation.peaks(found, edges=EDGES))
    assert list(frame["band"]) == ["3500-3750m", "3750-4250m", "over-4250m"]


def test_a_chart_of_uneven_products_is_refused():
    frame = plateau_rows.elevation_frame(profiles(), elevation.peaks(profiles(), edges=EDGES))
    other = frame.iloc[1:].assign(product="vegas")
    with pytest.raises(
        InputError, match=r"every band of every product(?s:.*)7 rows, 4 bands(?s:.*)fix: Give"
    ):
        elevation_charts.elevation_chart(pd.concat([frame, other]))
    with pytest.raises(InputError, match=r"where: frame\n  found: absent: rate\n"):
        elevation_charts.elevation_chart(frame.drop(columns="rate"))


def test_calculator_rows_and_checks():
    plan = q10.Plan(stock=2.0, years=80.0, start=0.0, warming=0.04, decay=0.01, reference=5.0)
    rows = plateau_rows.release_rows(
        q10.comparison(plan, q10=2.0), q10.by_reference(plan, low=1.5, high=4, references=[5, 25])
    )
    rows += plateau_rows.uneven_rows(gains=uneven_q10.gains(2.0, spread=0.3, warming=3), needed=0.7)
    rows += plateau_rows.site_rows(confidence=0.95)
    table = results.check_results(results.to_frame(rows)).set_index(["quantity", "member"])["value"]
    assert table["sink_share", "mean"] == 81.25
    assert table["release_change", "constant"] == 0
    assert table["pinned_ratio", "25C"] > table["pinned_ratio", "5C"]
    assert all(check.holds for value in (1.0, 2.0) for check in
               plateau_rows.release_checks(plan, value))  # fmt: skip


def test_tables_show_the_numbers_they_are_made_from():
    sites = plateau_rows.site_intervals()
    assert list(sites.frame["independent places"]) == [32, 32, 16, 8]
    assert "<td>64.7</td>" in sites._repr_html_()
    plan = q10.Plan(stock=2.0, years=80.0, start=0.0, warming=0.04, decay=0.01, reference=5.0)
    compared = q10.comparison(plan, q10=2.0)
    shown = plateau_rows.release_shown(compared).frame.set_index("law")
    assert shown.loc["Lloyd–Taylor", "release [Pg C]"] == pytest.approx(
        compared.loc["lloyd-taylor", "release"], abs=5e-4
    )
    pinned = q10.by_reference(plan, low=1.5, high=4, references=[5])
    assert "rates equal at" in plateau_rows.pinned_shown(pinned)._repr_html_()


def test_files_that_are_not_given_are_said_to_be_absent():
    assert "fluxnet_dir" in plateau_rows.towers(None, "national").data
    absent = plateau_rows.soils_shown(plateau_rows.soils(None, "national", lowest=3000))
    assert "srdb_file" in absent.data


def test_towers_of_a_folder_are_those_in_the_region(tmp_path):
    table = pd.DataFrame(
        {"TIMESTAMP": [f"2004{month:02d}" for month in range(1, 13)],
         flux_sites.FLUX: -1.0, flux_sites.QUALITY: 0.9}
    )  # fmt: skip
    for site in ("CN-HaM", "CN-Din"):  # on the plateau, and in the south
        table.to_csv(tmp_path / f"FLX_{site}_FLUXNET2015_SUBSET_MM_2004-2004_1-4.csv", index=False)
    shown = plateau_rows.towers(tmp_path, "national").frame
    assert shown.set_index("site")["uptake"].to_dict() == {"CN-HaM": 366.0}


def test_soils_of_a_file_are_those_of_the_region_and_rounded(monkeypatch):
    asked = {}

    def accepted(records, *, lowest, inside):
        asked.update(lowest=lowest, inside=inside)
        return records

    monkeypatch.setattr(plateau_rows.respiration, "read_records", lambda file: file)
    monkeypatch.setattr(plateau_rows.respiration, "accepted", accepted)
    monkeypatch.setattr(
        plateau_rows.respiration, "summary", lambda records: pd.DataFrame({"median": [2.34567]})
    )
    found = plateau_rows.soils("srdb.csv", "national", lowest=3000)
    assert asked["lowest"] == 3000
    assert asked["inside"].equals(geography.region_polygons("national")["Qinghai-Tibet"])
    assert plateau_rows.soils_shown(found).frame["median"].item() == 2.35


def test_a_count_that_no_sample_can_shake_has_no_least_sample(monkeypatch):
    monkeypatch.setattr(plateau_rows.proportions, "least_independent", lambda *a, **k: None)
    names = {row.quantity for row in plateau_rows.site_rows()}
    assert "sink_share" in names
    assert "least_independent" not in names
