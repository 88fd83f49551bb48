"""The map explorer: its data are the cube's, its totals the chapters', its charts the book's."""

import json

import numpy as np
import pytest
import xarray as xr

from helpers import budget, season, timeaxis
from helpers.catalog import Product
from helpers.constants import SECONDS_PER_YEAR
from helpers.cube import standard_masks
from helpers.figures import MARKS
from helpers.flux import make_flux
from helpers.grid import analysis_grid
from helpers.interactive import explorer, fields, map_specs
from helpers.interactive.pages import DATA_KEY
from helpers.study import Study


@pytest.fixture(scope="module")
def study():
    """A model that takes up more in summer and in the south, and an ensemble of two members."""
    grid = analysis_grid()
    time = timeaxis.month_starts(2016, 2017)
    t = xr.DataArray(np.arange(24.0), dims="time", coords={"time": time})
    north = (grid["lat"] - 35.0) + 0 * grid["lon"]
    summer = -np.cos(2 * np.pi * t / 12)
    values = (100.0 * summer + 3.0 * t - 2.0 * north).transpose("time", "lat", "lon")
    shared = {"quantity": "NBP", "units": "gC m-2 yr-1", "positive": "land", "is_standin": True}
    members = xr.concat([values + 40.0, values - 60.0], dim="member").assign_coords(
        member=["member-01", "member-02"]
    )
    return Study(
        profile="stand-in", mask="fraction", boundary="national", experiment="LNLGIS",
        start_year=2016, end_year=2017,
        products={key: Product.model_construct(key=key, title=f"{key} (made)", method_class="x")
                  for key in ("beps", "oco2-mip")},
        fluxes={"beps": make_flux(values, source="made", **shared),
                "oco2-mip": make_flux(members, source="made", **shared)},
        masks=standard_masks(grid),
    )  # fmt: skip


@pytest.fixture(scope="module")
def data(study):
    return fields.map_data(study, woody_rule="forest-shrub")


def series_of(data, product, member="mean"):
    return next(s for s in data["series"] if (s["product"], s["member"]) == (product, member))


def test_cells_are_those_of_the_flux_to_rounding(study, data):
    flux = study.fluxes["oco2-mip"].sel(member="member-02")
    mean = season.climatology(flux) * 1000.0 * SECONDS_PER_YEAR
    found = series_of(data, "oco2-mip", "member-02")
    for cell in (0, 500, len(data["cells"]["lat"]) - 1):
        place = {"lat": data["cells"]["lat"][cell], "lon": data["cells"]["lon"][cell]}
        assert [row[cell] for row in found["months"]] == pytest.approx(
            mean.sel(place).values, abs=0.5
        )
        years = timeaxis.annual_mean(flux).sel(place) * 1000.0 * SECONDS_PER_YEAR
        assert [row[cell] for row in found["annual"]] == pytest.approx(years.values, abs=0.5)
    assert all(isinstance(value, int) for value in found["annual"][0])
    names = [(s["product"], s["member"]) for s in data["series"]]
    assert names == [("beps", "mean"), ("oco2-mip", "mean"), ("oco2-mip", "member-01"),
                     ("oco2-mip", "member-02")]  # fmt: skip


def test_totals_are_those_of_the_chapters(study, data):
    kinds, regions = list(data["ecosystems"]), list(data["regions"])
    assert kinds[0] == "all land"
    for region in ("China", "Qinghai-Tibet"):
        place = regions.index(region) * len(kinds)
        annual = budget.annual_totals(study.fluxes["beps"], study.weights(region))
        found = series_of(data, "beps")["totals"]["annual"][place]
        assert found == pytest.approx(annual.values, abs=1e-5)
    parts = [series_of(data, "beps")["totals"]["annual"][place] for place in range(1, len(kinds))]
    whole = series_of(data, "beps")["totals"]["annual"][0]
    assert np.sum(parts, axis=0) == pytest.approx(whole, abs=1e-4)
    ensemble = budget.annual_totals(study.fluxes["oco2-mip"].mean("member", keep_attrs=True),
                                    study.weights("China"))  # fmt: skip
    assert series_of(data, "oco2-mip")["totals"]["annual"][0] == pytest.approx(
        ensemble.values, abs=1e-5
    )


def test_the_rate_of_a_season_is_that_of_the_mean_year(study, data):
    monthly = budget.total(study.fluxes["beps"], study.weights("China"))
    wanted = float(season.season_mean(season.climatology(monthly), "DJF"))
    found = fields.season_totals(data, "beps", place=0, period="DJF")
    assert found == pytest.approx(wanted, abs=1e-5)
    assert data["periods"]["DJF"] == [12, 1, 2]
    assert data["days"][1] == 28.5


def test_scales_lines_and_marks_are_there(data):
    assert set(data["limits"]) == {*fields.PERIODS, "month"}
    assert data["limits"]["month"] >= data["limits"]["Whole year"] > 0
    assert len(data["colours"]) == 12
    lon = [point[0] for line in data["lines"] for point in line]
    assert 70 < min(lon) < 76
    assert 130 < max(lon) < 137
    assert data["mark"] == MARKS[True]
    shares = np.array(list(data["ecosystems"].values())[1:]).sum(axis=0)
    assert shares == pytest.approx(1.0, abs=0.03)


def test_gaps_stay_gaps():
    assert fields._numbers(np.array([1.2, np.nan, -0.2, 0.25]), 0) == [1, None, 0, 0]
    assert fields._numbers(np.array([0.256, 2.0]), 2) == [0.26, 2]


def test_the_chapter_shows_a_place_and_writes_the_data(study, tmp_path):
    made = explorer.map_explorer(study, notebook="explorer", results_dir=tmp_path,
                                 woody_rule="forest-shrub")  # fmt: skip
    bundle, metadata = made._repr_mimebundle_()
    assert metadata == {DATA_KEY: "explorer-map"}
    assert 'data-map="explorer-map"' in bundle["text/html"]
    assert "4 series, 2016-2017" in bundle["text/plain"]
    path = tmp_path / "figures" / "explorer-map.json"
    saved = json.loads(path.read_text(encoding="utf-8"))
    assert saved["series"][0]["shape"] == "circle"
    assert set(saved["specs"]) == {"map", "months", "annual"}
    table = explorer.season_table(saved)
    assert len(table.frame) == 5 * 2
    assert list(table.frame.columns) == ["region", "product", *fields.PERIODS]
    assert "Pg C yr⁻¹" in table.caption


def test_season_fields_are_typed_means(study):
    found = explorer.season_fields(study, "JJA")
    assert set(found) == {"beps", "oco2-mip"}
    assert set(found["oco2-mip"].dims) == {"lat", "lon"}
    assert found["oco2-mip"].attrs["units"] == "kg m-2 s-1"


def test_charts_name_unit_and_sign_and_ask_nothing(data):
    text = json.dumps(map_specs.map_spec(data), ensure_ascii=False)
    assert "g C m⁻² yr⁻¹, uptake positive" in text
    years = map_specs.curve_spec("annual", data)
    assert years["layer"][3]["encoding"]["x"]["axis"]["values"] == [2016, 2017]
    months = map_specs.curve_spec("months", data)
    for spec in (text, json.dumps(years), json.dumps(months)):
        assert '"url"' not in spec
