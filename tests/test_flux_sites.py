"""Towers: months weighted by length, missing months, places; the real files when they are there."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from helpers import flux_sites, geography
from helpers.errors import InputError

REAL = Path(__file__).parents[2] / "shared" / "data" / "fluxnet2015_cn"


def write(folder, *, site="CN-HaM", flux=None, stamps=None, drop=()):
    stamps = [f"2004{month:02d}" for month in range(1, 13)] if stamps is None else stamps
    table = pd.DataFrame({
        "TIMESTAMP": stamps,
        flux_sites.FLUX: np.zeros(len(stamps)) if flux is None else flux,
        flux_sites.QUALITY: 0.9,
    }).drop(columns=list(drop))  # fmt: skip
    table.to_csv(folder / f"FLX_{site}_FLUXNET2015_SUBSET_MM_2004-2004_1-4.csv", index=False)
    return folder


def test_months_count_by_their_length_and_uptake_is_positive(tmp_path):
    flux = np.zeros(12)
    flux[1], flux[6] = 1.0, -2.0
    years = flux_sites.read_years(write(tmp_path, flux=flux))
    assert years["uptake"].item() == -29.0 + 62.0  # 2004 is a leap year
    assert years[["site", "year"]].to_numpy().tolist() == [["CN-HaM", 2004]]


def test_a_year_with_a_month_missing_is_left_out(tmp_path):
    flux = np.ones(12)
    flux[3] = flux_sites.MISSING
    assert flux_sites.read_years(write(tmp_path, flux=flux)).empty


def test_only_sites_in_the_region_are_kept(tmp_path):
    write(tmp_path, flux=np.full(12, -1.0))
    write(tmp_path, site="CN-Din")
    years = flux_sites.read_years(tmp_path)
    west = flux_sites.inside(years, shapely.box(80, 25, 105, 40))
    assert list(west.index) == ["CN-HaM"]
    assert west["uptake"].item() == 366.0
    assert (west["low"] == west["high"]).all()


def test_coordinates_of_the_plateau_sites_lie_in_the_region():
    sites = flux_sites.places()
    region = geography.region_polygons()["Qinghai-Tibet"]
    found = sites.index[shapely.contains_xy(region, sites["lon"], sites["lat"])]
    assert list(found) == ["CN-Dan", "CN-Ha2", "CN-HaM"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"drop": [flux_sites.FLUX]},
            "lacks a column(?s:.*)found: absent: NEE_VUT_REF\n(?s:.*)fix: Take",
        ),
        ({"stamps": ["200401", "200401"]}, "repeated month(?s:.*)a repetition(?s:.*)fix: Take"),
        ({"stamps": ["2004-1", "200402"]}, "wrong or repeated month"),
    ],
)
def test_damaged_files_are_refused(tmp_path, change, message):
    with pytest.raises(InputError, match=message):
        flux_sites.read_years(write(tmp_path, **change))


def test_an_empty_folder_and_an_unknown_site_are_refused(tmp_path):
    with pytest.raises(InputError, match="No monthly files"):
        flux_sites.read_years(tmp_path)
    years = flux_sites.read_years(write(tmp_path, site="XX-Abc"))
    with pytest.raises(
        InputError, match=r"no coordinates(?s:.*)where: site\n  found: XX-Abc\n(?s:.*)fix: Add"
    ):
        flux_sites.inside(years, shapely.box(80, 25, 105, 40))


@pytest.mark.skipif(not REAL.is_dir(), reason="the tower files are not at hand")
def test_the_real_towers_of_the_plateau():
    table = flux_sites.inside(
        flux_sites.read_years(REAL), geography.region_polygons()["Qinghai-Tibet"]
    )
    assert list(table.index) == ["CN-Dan", "CN-Ha2", "CN-HaM"]
    assert (table["years"] >= 2).all()
    # alpine meadows: some tens to some hundreds, whatever the sign
    assert table["uptake"].abs().between(10, 500).all()
