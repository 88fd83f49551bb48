"""Products of yearly values: in every yearly figure, named and left out where there are months."""

import numpy as np
import pytest
import xarray as xr

from helpers import sentinels, timeaxis
from helpers.catalog import Product
from helpers.cube import standard_masks
from helpers.errors import InputError
from helpers.flux import make_flux
from helpers.grid import analysis_grid
from helpers.interactive import fields
from helpers.members import ensemble_of
from helpers.study import Study


@pytest.fixture(scope="module")
def study():
    grid = analysis_grid()
    time = timeaxis.month_starts(2016, 2016)
    t = xr.DataArray(np.arange(12.0), dims="time", coords={"time": time})
    flat = 0 * (grid["lat"] + grid["lon"])
    season = (30.0 - 200 * np.cos(2 * np.pi * t / 12) + flat).transpose("time", "lat", "lon")
    shared = {"quantity": "NBP", "units": "gC m-2 yr-1", "positive": "land", "source": "made"}
    yearly = make_flux(xr.zeros_like(season) + 20.0, **shared)
    yearly.attrs["time_step"] = "year"
    both = xr.concat([season, season + 1], dim="member").assign_coords(member=["a", "b"])
    fluxes = {"beps": make_flux(season, **shared), "own": yearly, "two": make_flux(both, **shared)}
    return Study(
        profile="stand-in", mask="fraction", boundary="national", experiment="", start_year=2016,
        end_year=2016, fluxes=fluxes, masks=standard_masks(grid),
        products={key: Product.model_construct(key=key, title=key.upper(), method_class="x")
                  for key in fluxes},
    )  # fmt: skip


def test_it_is_named_and_left_out_of_seasons(study):
    assert study.without_months == ["own"]
    assert list(study.seasonal().fluxes) == ["beps", "two"]
    assert list(study.seasonal().titles) == ["beps", "two"]
    assert "OWN" in repr(study.season_note().frame)
    assert study.seasonal().season_note() is None
    assert list(study.overview().frame["values"]) == ["months", "years", "months"]
    assert "values" not in study.seasonal().overview().frame


def test_without_any_months_there_is_no_page_on_seasons(study):
    from dataclasses import replace

    alone = replace(study, fluxes={"own": study.fluxes["own"]})
    with pytest.raises(InputError, match=r"No product has months(.*\n)*.*BEPS, OWN"):
        alone.seasonal()


def test_it_sets_off_no_sentinel(study):
    own = {"own": study.fluxes["own"]}
    assert sentinels.watch(own, study.masks) == []
    loud = {"own": own["own"].assign_attrs(time_step="month")}
    assert [alarm.code for alarm in sentinels.watch(loud, study.masks)] == ["seasonless"]


def test_the_explorer_says_so(study):
    data = fields.map_data(study, woody_rule="forest-shrub")
    titles = {series["product"]: series["title"] for series in data["series"]}
    assert titles["own"] == "OWN, yearly values"
    assert titles["beps"] == "BEPS"


def test_any_ensemble_can_be_shown(study):
    assert ensemble_of(study) == ensemble_of(study, chosen="two") == "two"
    with pytest.raises(InputError, match=r"Not an ensemble(.*\n)*.*accepted: two"):
        ensemble_of(study, chosen="own")
