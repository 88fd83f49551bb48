"""The ladder: the table, the common definition, the pool, and what the printed ± resolve."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.meta_analysis import combine_effects

from helpers import evidence, evidence_rows, ladders, published, results, table_checks, tension
from helpers.errors import InputError
from helpers.findings import findings_table, in_full

PLAIN = evidence.Assumptions()


def test_every_land_row_has_its_attributes():
    rows = evidence.table()
    assert not rows["definition"].isna().any()
    assert (rows["definition"] != "").all()
    left_out = rows[(rows["pool"] != "yes")]
    assert (left_out["reason"] != "").all()


def test_attributes_name_only_rows_that_exist():
    named = set(evidence.further("evidence_attributes.csv")["id"])
    assert named <= set(evidence.table().index)


def test_further_rows_say_where_they_are_from():
    rows = evidence.further("evidence_further.csv")
    assert rows["source_document"].str.startswith("10.").all()
    assert (rows["as_printed"] != "").all()
    assert not set(rows["id"]) & set(published.evidence()["id"])


def test_ceos_rows_are_those_of_the_carried_table():
    table = pd.read_csv(Path(published.FOLDER) / "ceos_china.csv").set_index(
        ["experiment", "quantity"]
    )["value"]
    rows = evidence.table()["central_used"]
    for name, key in (
        ("lnlgis", ("LNLGIS", "NBE")), ("is", ("IS", "NBE")), ("lnlg", ("LNLG", "NBE")),
        ("stock", ("LNLGIS", "dC_loss")),
    ):  # fmt: skip
        assert rows[f"ev-ceos-{name}"] == pytest.approx(-table[key] / 1000, abs=1e-9)


def test_conversion_of_the_east_asian_rows():
    rows = evidence.table()
    for name, tg, spread in (("ev-ea24-td", 1229.3, 430.9), ("ev-ea24-bu", 1353.8, 158.5)):
        row = rows.loc[name]
        per_pg = 12 / 44.01 / 1000
        assert row["central_used"] == pytest.approx(tg * per_pg, abs=1e-4)
        assert (row["high"] - row["low"]) / 2 == pytest.approx(spread * per_pg, abs=1e-4)


def test_a_broken_table_is_refused():
    rows = evidence.table().head(2)
    with pytest.raises(
        InputError, match=r"does not hold its centre(?s:.*)found: ev-.*, ev-(?s:.*)fix: Corr"
    ):
        evidence._check(rows.assign(low=rows["high"] + 1))
    with pytest.raises(
        InputError, match=r"unit(?s:.*)found: ev-.*, ev-.*\n  accepted: Pg C yr-1\n  fix: C"
    ):
        evidence._check(rows.assign(unit="Tg C yr-1"))
    with pytest.raises(
        InputError, match=r"stands twice(?s:.*)accepted: each id once\n  fix: Rename"
    ):
        evidence._check(pd.concat([rows, rows]))
    with pytest.raises(
        InputError, match=r"does not exist(?s:.*)found: ev-nowhere(?s:.*)fix: Correct"
    ):
        evidence._check(rows.assign(duplicate_of="ev-nowhere"))


def test_lateral_correction_runs_between_the_two_published():
    assert evidence.lateral_correction(0.0) == pytest.approx(0.6449 - 0.6251)
    assert evidence.lateral_correction(1.0) == pytest.approx(0.45 - 0.35)
    assert evidence.lateral_correction(None) == 0.0
    with pytest.raises(InputError, match=r"Not a share(?s:.*)found: 1.5\n(?s:.*)fix: Give 0.5"):
        evidence.lateral_correction(1.5)


def test_only_uncorrected_inversions_are_corrected():
    chosen = evidence.select(PLAIN)
    assert (chosen.loc[chosen["lateral"] != "not-removed", "correction"] == 0).all()
    assert (chosen.loc[chosen["lateral"] == "not-removed", "correction"] > 0).all()
    assert "ev-jiang16-td" not in chosen.index
    assert chosen.loc["ev-jiang16-td-lateral", "value"] == 0.35


def test_standard_deviations_follow_their_rules():
    rows = evidence.table()
    sds = evidence.standard_deviations(rows, PLAIN)["sd"]
    assert sds["ev-yang22-bu"] == pytest.approx((0.2936 - 0.07) / 3.28971, rel=1e-5)
    assert sds["ev-vegas24"] == pytest.approx(0.03)
    assert sds["ev-fang18"] == pytest.approx(0.3 * 0.2)
    assert sds["ev-oco2v9"] == pytest.approx(1.14 / 3.07751, rel=1e-5)
    assert sds["ev-oco2v10"] == sds["ev-oco2v9"]
    printed = evidence.standard_deviations(rows, replace(PLAIN, undefined="printed"))["sd"]
    assert printed["ev-oco2v10"] == pytest.approx(0.05)


def test_choices_move_the_pool_as_they_should():
    here = evidence.select(PLAIN)
    uncorrected = evidence.select(replace(PLAIN, lateral=None))
    assert (
        evidence.pooled_sink(uncorrected, PLAIN).centre > evidence.pooled_sink(here, PLAIN).centre
    )
    assert "ev-beps24" in evidence.select(replace(PLAIN, use_nep=True)).index
    assert "ev-yang22-comb" in evidence.select(replace(PLAIN, use_syntheses=True)).index
    undisputed = evidence.select(replace(PLAIN, use_disputed=False))
    assert not {"ev-wang20", "ev-trendy-yu22"} & set(undisputed.index)
    late = evidence.select(replace(PLAIN, first_year=2015))
    assert "ev-zhang14" not in late.index
    tied = evidence.pooled_sink(here, replace(PLAIN, correlation=1.0))
    free = evidence.pooled_sink(here, replace(PLAIN, correlation=0.0))
    assert tied.centre == free.centre
    assert tied.se > free.se


def test_pool_agrees_with_statsmodels_on_the_same_rows():
    rows = evidence.select(PLAIN)
    mine = evidence.pooled_sink(rows, replace(PLAIN, correlation=0.0))
    other = combine_effects(rows["value"].to_numpy(), rows["sd"].to_numpy() ** 2, method_re="dl")
    assert mine.centre == pytest.approx(other.mean_effect_re, rel=1e-12)
    assert mine.se == pytest.approx(other.sd_eff_w_re, rel=1e-12)


def test_leaving_one_out_agrees_with_pooling_the_rest():
    rows = evidence.select(PLAIN)
    left = evidence.without_each(rows, PLAIN)
    rest = evidence.pooled_sink(rows.drop(index="ev-wang20"), PLAIN)
    assert left.loc["ev-wang20", "centre"] == rest.centre
    assert left["weight"].sum() == pytest.approx(1.0)


def test_every_combination_of_choices_is_tried_once():
    grid = evidence.by_choice(PLAIN, lateral=(None, 1.0))
    assert len(grid) == 4 * 2 * 2 * 2 * 2 * 2
    assert not grid.drop(columns=["centre", "low", "high", "tau", "n"]).duplicated().any()
    assert (grid["low"] < grid["centre"]).all()


def test_what_the_page_says_of_every_combination():
    grid = evidence.by_choice(PLAIN)
    assert (grid["low"] > 0).all()
    assert (grid["high"] < evidence.table().loc["ev-wang20", "central_used"]).all()


def test_contrasts_at_printed_precision():
    z = tension.contrasts()["z"].round(1)
    assert list(z.iloc[:3]) == [2.5, 5.5, 3.2]
    assert z["South − North, OCO-2"] == 3.5
    assert z["Forest − crop, BEPS"] == 3.9
    unresolved = tension.contrasts().query("not resolved").index
    assert {"North − South, VEGAS", "Wang 2020 − OCO-2"} <= set(unresolved)


def test_errors_in_common_resolve_more():
    pair = {"a": ("z24-national-oco2", "z24-national-beps")}
    free, tied = (tension.contrasts(pair, correlation=r)["z"]["a"] for r in (0.0, 0.9))
    assert tied > free


def test_synthesis_arithmetic_at_printed_precision():
    found = tension.synthesis_arithmetic()
    assert found["overlap"] == pytest.approx(0.0036)
    assert (round(100 * found["low_share"]), round(100 * found["high_share"])) == (16, 46)
    assert (round(1000 * found["weighted"]), round(1000 * found["weighted_sd"])) == (291, 36)
    assert round(1000 * found["mean"]) == 253
    assert found["median_above_outer"] == pytest.approx(0.004)


def test_findings_hold_and_can_fail(monkeypatch):
    found = [tension.finding_f4(), tension.finding_f6(), tension.finding_f12()]
    assert all(one.holds for one in found)
    assert found[1].computed == 2010
    assert found[2].computed == 1
    assert list(findings_table(found)["holds"]) == ["yes"] * 3
    page = in_full(findings_table(found), "findings").to_html()
    assert page == in_full(findings_table(found), "findings").to_html()
    assert all(one.sentence in page for one in found)
    wide = {"combined, outer": "ev-wide"}
    rows = evidence.table()
    rows.loc["ev-wide"] = rows.loc["ev-yang22-comb-ci"]
    rows.loc["ev-wide", ["low", "high"]] = 0.0, 1.0
    monkeypatch.setattr(tension.evidence, "table", lambda: rows)
    assert tension.closeness(intervals=wide)["inside"].all()


def test_rows_fit_the_vocabulary_and_the_ladder_is_drawn():
    chosen = evidence.select(PLAIN)
    pools = evidence.pools(chosen, PLAIN)
    grid = evidence.by_choice(PLAIN, lateral=(0.0,))
    left = evidence.without_each(chosen, PLAIN)
    table = results.check_results(
        results.to_frame(evidence_rows.ladder_rows(chosen, pools, choices=grid, left=left))
    )
    assert {"pooled_sink", "defensible_low", "contrast_z"} <= set(table["quantity"])
    drawing = ladders.ladder(evidence_rows.rungs(chosen, pools), title="Sink")
    assert drawing.data["used"].sum() == len(chosen) + len(pools)
    assert "Wang 2020" in drawing.alt
    assert all(item.holds for item in table_checks.ladder_checks(pools))


def test_a_ladder_refuses_an_interval_without_a_mark():
    rows = evidence_rows.rungs(evidence.select(PLAIN), {})
    with pytest.raises(
        InputError, match=r"no mark(?s:.*)where: kind\n  found: guess\n(?s:.*)fix: Correct"
    ):
        ladders.ladder(rows.assign(kind="guess"), title="Sink")
    with pytest.raises(InputError, match=r"needs rows(?s:.*)found: absent: used\n(?s:.*)fix: Make"):
        ladders.ladder(rows.drop(columns="used"), title="Sink")
    with pytest.raises(InputError, match="found: no row"):
        ladders.ladder(rows.iloc[:0], title="Sink")


def test_tension_chart_names_what_is_not_resolved():
    drawing = ladders.tension_chart(tension.contrasts(), resolved=2.0, title="Resolved?")
    assert "Crop − shrub, BEPS" in drawing.alt.split("Not resolved:")[1]
    assert np.isclose(drawing.data["z"].max(), tension.contrasts()["z"].max())


def test_table_in_full_leaves_missing_numbers_blank():
    page = in_full(pd.DataFrame({"id": ["a", "b"], "value": [1.25, np.nan]}), "small").to_html()
    assert "1.250" in page
    assert "nan" not in page
