"""Measured Q10: reading, the quality filter, medians of studies; the real file when it is there."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from helpers import geography, respiration
from helpers.errors import InputError

REAL = Path(__file__).parents[2] / "shared" / "data" / "srdb" / "srdb-data.csv"
GOOD = {
    "Study_number": "7", "Country": "China", "Latitude": "33.1", "Longitude": "96.2",
    "Elevation": "4100", "Manipulation": "", "Quality_flag": "", "Duplicate_record": "",
    "Site_name": "Höhe",
}  # fmt: skip


def write(folder, *records, equations=None):
    """Write both files; each record is (changes to a good one, its Q10 at 0-10 and 10-20)."""
    rows = [{"Record_number": str(i), **GOOD, **change} for i, (change, _) in enumerate(records)]
    pd.DataFrame(rows).to_csv(folder / "srdb-data.csv", index=False, encoding="latin-1")
    table = pd.DataFrame(
        [{"Record_number": str(i), "Q10_0_10": q[0], "Q10_5_15": "", "Q10_10_20": q[1],
          "Q10_0_20": ""} for i, (_, q) in enumerate(records)]
    )  # fmt: skip
    table = table if equations is None else equations(table)
    table.to_csv(folder / respiration.EQUATIONS, index=False, encoding="latin-1")
    return folder / "srdb-data.csv"


def test_records_are_joined_and_those_without_q10_left_out(tmp_path):
    path = write(tmp_path, ({}, ("3.0", "2.5")), ({}, ("", "")), ({}, ("NA", "2.0")))
    records = respiration.read_records(path)
    assert list(records["Record_number"]) == ["0", "2"]
    np.testing.assert_allclose(records["Q10_0_10"], [3.0, np.nan])


@pytest.mark.parametrize(
    "change",
    [
        {"Country": "Mongolia"}, {"Elevation": "2999"}, {"Elevation": ""}, {"Elevation": "7556"},
        {"Manipulation": "Warmed"}, {"Quality_flag": "Q01,Q12"}, {"Duplicate_record": "812"},
    ],
)  # fmt: skip
def test_the_filter_drops_what_it_says(tmp_path, change):
    path = write(tmp_path, (change, ("3.0", "2.5")), ({"Manipulation": "Control"}, ("4.0", "")))
    kept = respiration.accepted(respiration.read_records(path))
    assert list(kept["Record_number"]) == ["1"]


def test_only_records_in_a_region_are_kept(tmp_path):
    path = write(tmp_path, ({"Latitude": "43.0"}, ("3.0", "")), ({}, ("4.0", "")))
    records = respiration.read_records(path)
    kept = respiration.accepted(records, inside=shapely.box(80, 25, 105, 40))
    assert list(kept["Record_number"]) == ["1"]


def test_the_filter_keeps_figures_and_blanks_and_drops_impossible_values(tmp_path):
    path = write(tmp_path, ({"Quality_flag": "Q01", "Country": "China "}, ("666636", "2.5")))
    kept = respiration.accepted(respiration.read_records(path))
    assert np.isnan(kept["Q10_0_10"].item())
    assert kept["Q10_10_20"].item() == 2.5


def test_each_study_counts_once(tmp_path):
    many = [({"Study_number": "1"}, (value, "")) for value in ("2", "2", "8")]
    one = [({"Study_number": "2"}, ("4", ""))]
    table = respiration.summary(
        respiration.accepted(respiration.read_records(write(tmp_path, *many, *one)))
    )
    row = table.loc["0–10 °C"]
    assert (row["records"], row["studies"], row["median"]) == (4, 2, 3.0)
    assert row["log_sd"] == pytest.approx(np.log(2) / np.sqrt(2))
    assert respiration.log_spread(table, default=9.0) == pytest.approx(np.log(2) / np.sqrt(2))
    points = respiration.marks(table)
    assert points[["x", "value"]].to_numpy().tolist() == [[5.0, 3.0]]


def test_without_records_the_defaults_stay():
    assert respiration.log_spread(None, default=0.3) == 0.3
    assert respiration.marks(None) is None


def test_constant_fits_are_counted(tmp_path):
    path = write(tmp_path, ({}, ("2.0", "2.0")), ({}, ("3.0", "2.0")), ({}, ("2.0", "")))
    assert respiration.share_fitted_constant(respiration.read_records(path)) == (0.5, 2)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.drop(columns="Q10_0_10"), "column .* is missing"),
        (lambda t: pd.concat([t, t]), r"stands twice(?s:.*)found: 0\n(?s:.*)fix: Remove"),
        (
            lambda t: t.assign(Q10_0_10="about 3"),
            r"cannot be read(?s:.*)'about 3'(?s:.*)fix: Correct",
        ),
    ],
)
def test_damaged_files_are_refused(tmp_path, change, message):
    path = write(tmp_path, ({}, ("3.0", "2.5")), equations=change)
    with pytest.raises(InputError, match=message):
        respiration.read_records(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"missing(.|\n)*srdb-data\.csv"):
        respiration.read_records(tmp_path / "srdb-data.csv")
    path = write(tmp_path, ({}, ("3.0", "2.5")))
    (tmp_path / respiration.EQUATIONS).unlink()
    with pytest.raises(InputError, match=r"srdb-equations\.csv"):
        respiration.read_records(path)


@pytest.mark.skipif(not REAL.is_file(), reason="the soil respiration database is not at hand")
def test_the_real_database():
    records = respiration.read_records(REAL)
    region = geography.region_polygons()["Qinghai-Tibet"]
    plateau = respiration.accepted(records, inside=region)
    assert len(plateau) <= len(respiration.accepted(records))
    assert plateau["Latitude"].between(25, 42).all()
    assert plateau["Longitude"].between(73, 106).all()
    table = respiration.summary(plateau)
    assert table["studies"].max() >= 5
    assert table["median"].between(1.5, 6).all()
    share, number = respiration.share_fitted_constant(records)
    assert number > 500
    assert share > 0.5, "most records with two ranges come from one exponential"


def test_without_a_least_height_soils_of_unknown_height_count(tmp_path):
    path = write(tmp_path, ({}, ("3.0", "2.5")), ({"Elevation": ""}, ("3.0", "2.5")))
    records = respiration.read_records(path)
    assert len(respiration.accepted(records, lowest=-np.inf)) == 2
    assert len(respiration.accepted(records, lowest=0.0)) == 1


def test_records_with_one_temperature_alone_are_refused(tmp_path):
    path = write(tmp_path, ({}, ("3.0", "")), ({}, ("", "2.0")))
    records = respiration.read_records(path)
    with pytest.raises(InputError, match=r"No record(?s:.*)found: 2 records, none(?s:.*)fix:"):
        respiration.share_fitted_constant(records)
