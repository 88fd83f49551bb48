"""Maps of a world that takes up carbon in one half and nothing in the other."""

from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from helpers import timeaxis
from helpers.study_differences import map_rows, map_table, map_view

LAT, LON = np.arange(17.5, 55.0), np.arange(72.5, 137.0)


def flux(*, years=3, members=None):
    """Return monthly rates: sure in the west, exactly none in the east."""
    time = timeaxis.month_starts(2015, 2014 + years)
    rate = xr.DataArray(
        np.where(np.arange(LON.size) < 32, 1e-8, 0.0), coords={"lon": LON}, dims="lon"
    )
    rise = xr.DataArray(1 + 1e-4 * np.arange(time.size), coords={"time": time}, dims="time")
    field = (rate * rise).expand_dims(lat=LAT).transpose("time", "lat", "lon")
    if members:
        some = xr.DataArray(1 + 1e-3 * np.arange(members), dims="member",
                            coords={"member": [f"m{k}" for k in range(members)]})  # fmt: skip
        field = (field * some).transpose("time", "member", "lat", "lon")
    return field.assign_attrs(units="kg m-2 s-1")


@pytest.fixture
def study():
    fluxes = {"beps": flux(), "oco2-mip": flux(members=3), "vegas": flux(years=2),
              "pair": flux(members=2)}  # fmt: skip
    half = xr.DataArray(np.ones((LAT.size, LON.size)), coords={"lat": LAT, "lon": LON},
                        dims=("lat", "lon"))  # fmt: skip
    annual = xr.DataArray(np.zeros(3), coords={"year": [2015, 2016, 2017]}, dims="year")
    return SimpleNamespace(fluxes=fluxes, weights=lambda scope: half,
                           annual_totals=lambda scope: {"beps": annual})  # fmt: skip


def test_each_map_is_tested_over_years_and_members_that_suffice(study):
    table = map_table(study, rate=0.05)
    assert list(zip(table["product"], table["over"], table["n"], strict=True)) == [
        ("beps", "years", 3), ("oco2-mip", "years", 3), ("oco2-mip", "members", 3),
        ("pair", "years", 3),
    ]  # fmt: skip
    assert table["naive"].values == pytest.approx(100 * 32 / LON.size)
    assert table["controlled"].values == pytest.approx(100 * 32 / LON.size)
    assert (table["expected"] == 5.0).all()
    rows = map_rows(table, study=study)
    assert {row.quantity for row in rows} >= {"map_naive_years", "map_controlled_members"}
    assert {row.period for row in rows} == {"2015-2017"}
    assert len(map_view(table, {"beps": "A model"})) == 4


def test_with_too_few_of_everything_the_table_is_empty_and_keeps_its_columns(study):
    study.fluxes = {"vegas": flux(years=2)}
    table = map_table(study, rate=0.05)
    assert list(table.columns)[:3] == ["product", "over", "n"]
    assert table.empty
