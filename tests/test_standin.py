"""The stand-in, made once and read back through the book's own readers.

Agreement with the published totals is built in: these tests check that it was built properly, not
that the study is right.
"""

import csv
import json
import shutil

import netCDF4
import numpy as np
import pytest
import xarray as xr

from helpers import (
    budget,
    catalog,
    geography,
    masks,
    regrid,
    sources,
    standin,
    standin_fields,
    standin_files,
    standin_prior,
    standin_products,
    standin_targets,
    timeaxis,
)
from helpers.errors import InputError
from helpers.grid import analysis_grid
from helpers.standin_fields import YEARS

PRODUCTS = list(standin_targets.PRODUCTS)
REAL_MODELS = (
    "ames", "baker", "cams", "cms", "cola", "csu", "jhu", "lofi", "nies", "tm5", "wombat",
)  # fmt: skip


@pytest.fixture(scope="module")
def made(root, tmp_path_factory):
    """Make the data set in a folder of its own; return the folder and the manifest."""
    folder = tmp_path_factory.mktemp("made") / "stand-in"
    return folder, standin.prepare(root=root, out=folder)


@pytest.fixture(scope="module")
def claims(root):
    return standin_targets.read_claims(root / "data" / "published" / "claims.csv")


@pytest.fixture(scope="module")
def weights():
    """Masks made here by the published rules, not by the code under test."""
    grid = analysis_grid()
    regions = [masks.polygon_weights(p, grid) for p in geography.region_polygons().values()]
    touched = masks.polygon_weights(geography.boundary_polygon(), grid, method="touched")
    majority = geography.majority_class(geography.ecosystem_fractions(grid))
    classes = [
        touched.where(majority == name, 0.0) for name in ("forest", "shrub", "grass", "crop")
    ]
    names = [*geography.REGIONS, "forest", "shrub", "grass", "crop"]
    return xr.DataArray(
        np.stack([w.values for w in [*regions, *classes]]),
        dims=("scope", "lat", "lon"),
        coords={"scope": names, "lat": grid["lat"], "lon": grid["lon"]},
    )


@pytest.fixture(scope="module")
def regridded(made):
    """Read each product as the book does, regridded to 1 degree."""
    folder, _ = made
    products = catalog.load_catalog(folder)
    result = {}
    for key in PRODUCTS:
        flux = sources.read_product(products[key], data_dir=folder, start_year=2015, end_year=2019)
        result[key] = regrid.conservative(flux, analysis_grid()).compute()
    return result


@pytest.fixture(scope="module")
def annual(regridded, weights):
    """Yearly totals by product: dims (year, scope) and, where there are members, member."""
    return {key: budget.annual_totals(flux, weights) for key, flux in regridded.items()}


def mean_series(annual, key):
    return budget.ensemble_mean(annual[key]).transpose("year", "scope")


@pytest.mark.parametrize("key", PRODUCTS)
def test_national_total_and_spread_round_to_the_published(key, annual, claims):
    targets = standin_targets.read_targets(claims, key)
    national = mean_series(annual, key)[:, :4].sum("scope")
    assert round(float(national.mean()), 2) == targets.national_mean
    assert round(float(national.std(ddof=1)), 2) == targets.national_spread


@pytest.mark.parametrize("key", PRODUCTS)
def test_regions_and_classes_carry_the_published_values(key, annual, claims):
    targets = standin_targets.read_targets(claims, key)
    series = mean_series(annual, key)
    np.testing.assert_allclose(series.mean("year"), targets.mean, atol=1e-4)
    np.testing.assert_allclose(series.std("year", ddof=1), targets.spread, atol=1e-4)


@pytest.mark.parametrize("key", PRODUCTS)
def test_manifest_and_table_say_what_the_files_hold(key, made, annual):
    folder, manifest = made
    series = mean_series(annual, key)
    attained = {
        (row["scope"], row["statistic"]): row["attained"]
        for row in manifest["checks"]
        if row["product"] == key
    }
    for scope in series["scope"].values:
        values = series.sel(scope=scope)
        np.testing.assert_allclose(attained[scope, "mean"], values.mean(), atol=1e-8)
        np.testing.assert_allclose(attained[scope, "interannual_sd"], values.std(ddof=1), atol=1e-8)
    with (folder / "residuals.csv").open(encoding="utf-8", newline="") as stream:
        assert [row["attained"] for row in csv.DictReader(stream)] == [
            str(row["attained"]) for row in manifest["checks"]
        ]


@pytest.mark.parametrize("key", PRODUCTS)
def test_every_cell_that_china_touches_has_data(key, regridded):
    touched = masks.polygon_weights(geography.boundary_polygon(), analysis_grid(), method="touched")
    there = regridded[key].notnull()
    there = there.all([d for d in there.dims if d not in ("lat", "lon")])
    assert bool(there.where(touched > 0, True).all())


def test_everything_is_labelled_as_reconstructed(made, regridded):
    folder, manifest = made
    products = catalog.load_catalog(folder)
    for key in PRODUCTS:
        assert products[key].title.endswith("(reconstructed)")
        assert products[key].is_standin
        assert regridded[key].attrs["is_standin"] == 1
        assert "reconstructed" in regridded[key].attrs["source"]
    for path in folder.rglob("*.nc*"):
        with netCDF4.Dataset(path) as dataset:
            assert "reconstructed" in dataset.title
            assert dataset.source.startswith("RECONSTRUCTED")
            assert "missing elsewhere" in dataset.extent
    assert (folder / "STAND-IN.md").read_text(encoding="utf-8").startswith("# Stand-in data")
    assert manifest["is_standin"] is True


def test_members_have_neutral_names_and_the_assumed_spread(made, regridded, annual, claims):
    folder, _ = made
    names = [str(name) for name in regridded["oco2-mip"]["member"].values]
    assert names == [f"member-{i:02d}" for i in range(1, 15)]
    for path in folder.rglob("*"):
        assert not any(model in path.name.lower() for model in REAL_MODELS)
    national = annual["oco2-mip"].sel(scope=list(geography.REGIONS)).sum("scope")
    low, high = (float(claims["z24-d-v9-range"][c]) for c in ("low", "high"))
    spread = budget.member_sd(national)
    np.testing.assert_allclose(spread, (high - low) / standin_fields.NORMAL_RANGE, rtol=1e-6)
    yearly = national - national.mean("year")
    assert float(yearly.std("member", ddof=1).mean()) > 0.02


def test_ensemble_mean_is_the_reconstructed_field(made, regridded, claims):
    grid = analysis_grid()
    fields = standin_fields.make_fields(
        "oco2-mip",
        targets=standin_targets.read_targets(claims, "oco2-mip"),
        weights=standin_targets.scope_weights(grid),
        grid=grid,
    )
    mean = regridded["oco2-mip"].mean("member") * 1000 * 31557600.0
    for year, month in ((2016, 2), (2019, 7)):
        np.testing.assert_allclose(
            mean.sel(time=f"{year}-{month:02d}-01"), fields.month(year, month), atol=1e-4
        )


def test_files_have_the_layouts_of_the_providers(made):
    folder, _ = made
    rasters = sorted((folder / "beps").glob("*.raw"))
    assert len(rasters) == 60
    grid = standin_prior.native_grid("beps")
    values = np.fromfile(rasters[6], "<i2").reshape(grid.sizes["lat"], grid.sizes["lon"])
    assert values[0, 0] > -32768  # north-west corner is land
    assert values[-1, -1] == -32768  # south-east corner is the Pacific
    with netCDF4.Dataset(folder / "vegas" / "VEGAS_S3_nbp.nc") as dataset:
        assert dataset["nbp"].shape == (60, 360, 720)
        assert dataset["nbp"].units == "kg m-2 s-1"
        assert dataset["time"].calendar == "noleap"
        assert dataset["lat"][0] > dataset["lat"][-1]
        assert dataset["lon"][:].min() == 0.25
        assert dataset["lon"][:].max() == 359.75
        assert dataset["nbp"][:, 300:, :].mask.all()
    inversions = folder / "oco2-v10-mip" / "LNLGIS"
    expected = {
        "member-01": ("time", 1, "gC per m2 per year"),
        "member-03": ("n_months", 1, "gC per m2 per year"),
        "member-06": ("time", None, "gC per m2 per year"),
        "member-09": ("time", 15, "gC per m2 per year"),
        "member-12": ("time", 1, None),
    }
    for member, (steps, day, units) in expected.items():
        with netCDF4.Dataset(inversions / f"{member}_gridded_fluxes_LNLGIS.nc4") as dataset:
            assert dataset["land"].dimensions == (steps, "latitude", "longitude")
            assert dataset["land"].shape == (60, 180, 360)
            assert ("time" in dataset.variables) == (steps == "time")
            found = dataset["start_date"][0, 2] if "start_date" in dataset.variables else None
            assert found == day
            assert getattr(dataset["land"], "units", None) == units


def test_months_are_plausible_and_seasons_lean_as_the_study_says(regridded, weights):
    """Direction only: the size of the seasons is an assumption."""
    national = weights.sel(scope=list(geography.REGIONS)).sum("scope")
    season = {}
    for key, flux in regridded.items():
        days = timeaxis.month_seconds(flux["time"])
        assert float(np.abs(flux * days).max()) * 1000 < standin_products.LARGEST_MONTH
        total = timeaxis.climatology(budget.ensemble_mean(budget.total(flux, national)))
        assert int(total.idxmax("month")) in (6, 7, 8)
        winter, summer = (total.sel(month=list(m)).mean() for m in ((12, 1, 2), (6, 7, 8)))
        season[key] = float(winter), float(summer - winter)
    assert season["vegas"][0] < season["oco2-mip"][0] < season["beps"][0]
    assert season["beps"][1] == min(amplitude for _, amplitude in season.values())


@pytest.fixture(scope="module")
def small_world():
    """Drivers of the coarsest product."""
    grid = standin_prior.native_grid("vegas")
    land = standin_prior.native_land(grid, analysis=analysis_grid())
    return standin_prior.drivers(grid, land=land)


@pytest.mark.parametrize("leap", [False, True])
def test_courses_of_the_year_have_mean_one(small_world, leap):
    days = standin_prior.MONTH_DAYS[leap]
    for course in standin_prior.activity(small_world, leap=leap):
        assert (course >= 0).all()
        np.testing.assert_allclose(np.average(course, axis=0, weights=days), 1.0, atol=1e-12)


def test_months_of_the_stand_in_are_those_of_the_time_axis():
    time = timeaxis.month_starts(YEARS[0], YEARS[-1])
    days = timeaxis.month_seconds(time).values / 86400
    found = [standin_files.month_days(*month) for month in standin_files.months()]
    np.testing.assert_array_equal(found, days)
    weights = [standin_fields.month_weight(2016, month) for month in range(1, 13)]
    np.testing.assert_allclose(sum(weights), 1.0)


def test_sunlight_is_even_at_the_equator_and_seasonal_in_the_north():
    light = standin_prior.sunlight(xr.DataArray([0.0, 50.0], dims="lat", coords={"lat": [0.0, 50]}))
    assert light.sel(lat=0.0).std() < 0.05
    north = light.sel(lat=50.0)
    assert int(north.idxmax("month")) == 6
    assert int(north.idxmin("month")) == 12


def test_rows_give_the_total_that_the_pipeline_gives(weights, typed_flux):
    # a smooth field on the 0.5 degree grid, once through regrid and budget, once by the rows
    grid = standin_prior.native_grid("vegas")
    land = standin_prior.native_land(grid, analysis=analysis_grid())
    flux = typed_flux(lambda lat, lon, t: 50 + 3 * (lat - 35) + lon - 100, grid=grid)
    flux = flux.where(land)
    totals = budget.total(regrid.conservative(flux, analysis_grid()), weights)
    rows = standin_targets.total_rows(weights, land, grid=analysis_grid())
    native = (flux.isel(time=0) * 1000 * 31557600.0).fillna(0.0).values
    np.testing.assert_allclose(
        np.einsum("kij,ij->k", rows, native), totals.isel(time=0).values, rtol=1e-10
    )


def test_rows_refuse_a_cell_without_data(weights):
    grid = standin_prior.native_grid("vegas")
    nothing = xr.zeros_like(grid["lat"] * grid["lon"], dtype=bool)
    with pytest.raises(InputError, match=r"no native data\.\n  where: valid\n"):
        standin_targets.total_rows(weights, nothing, grid=analysis_grid())


def test_rerun_changes_nothing(made, root):
    folder, manifest = made
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    said = []
    assert standin.prepare(root=root, out=folder, report=said.append) == manifest
    assert said == ["stand-in: up to date"]
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_what_a_killed_run_left_beside_a_whole_data_set_is_removed(made, root):
    folder, manifest = made
    remnant = folder.with_name(f".{folder.name}-abc-old")
    (remnant / "beps").mkdir(parents=True)
    assert standin.prepare(root=root, out=folder) == manifest
    assert not remnant.exists()


@pytest.mark.slow
def test_a_damaged_copy_is_made_again_byte_for_byte(made, root, tmp_path):
    folder, manifest = made
    copy = tmp_path / "stand-in"
    shutil.copytree(folder, copy)
    (copy / "beps" / "BEPS_NEP_201501.raw").write_bytes(b"damaged")
    assert standin.prepare(root=root, out=copy) == manifest
    names = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    assert {path.relative_to(copy) for path in copy.rglob("*") if path.is_file()} == names
    for name in names:
        assert (copy / name).read_bytes() == (folder / name).read_bytes(), name
    assert [p.name for p in tmp_path.iterdir() if p.is_dir()] == ["stand-in"]


def test_manifest_holds_no_path_and_lists_every_file(made):
    folder, manifest = made
    text = (folder / "manifest.json").read_text(encoding="utf-8")
    assert json.loads(text) == manifest
    assert str(folder.parent) not in text
    files = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert files == {*manifest["files"], "manifest.json"}
    assert sum(entry["bytes"] for entry in manifest["files"].values()) < 300e6


def test_a_failure_leaves_the_earlier_data_and_no_remnant(made, root, tmp_path, monkeypatch):
    copy = tmp_path / "stand-in"
    copy.mkdir()
    (copy / standin_files.MARKER).write_text("earlier")

    def fail(root, folder, **options):
        (folder / "half.nc").write_text("half")
        raise InputError("no luck")

    monkeypatch.setattr(standin, "_make", fail)
    with pytest.raises(InputError, match="no luck"):
        standin.prepare(root=root, out=copy)
    assert (copy / standin_files.MARKER).read_text() == "earlier"
    assert [p for p in tmp_path.iterdir() if p.is_dir()] == [copy]


def test_a_foreign_folder_is_not_replaced(root, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(InputError, match=r"something else(?s:.*)found: no STAND-IN\.md in it"):
        standin.prepare(root=root, out=tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


def test_absent_claims_are_refused(tmp_path):
    with pytest.raises(InputError, match=r"published claims cannot be read(.|\n)*claims\.csv"):
        standin.prepare(root=tmp_path, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_absent_number_is_named(claims):
    with pytest.raises(InputError, match=r"z24-eco-crop-beps, column value"):
        standin_targets.claim_number(
            claims | {"z24-eco-crop-beps": {}}, "z24-eco-crop-beps", column="value"
        )


def test_a_missed_total_is_refused():
    row = {"product": "beps", "scope": "North", "statistic": "mean", "residual": 0.01}
    with pytest.raises(
        InputError, match=r"where: means and largest months\n  found: beps North \+0.01"
    ):
        standin_products.check([row], {})
    with pytest.raises(InputError, match="500 g C m-2 month-1"):
        standin_products.check([], {"vegas": {"largest_month": 500.0}})


def test_a_flux_beyond_the_raster_format_is_refused(tmp_path):
    with pytest.raises(OverflowError, match="2015-01"):
        standin_files.write_raster_month(
            tmp_path, np.full((1, 1), 5000.0), land=np.ones((1, 1), bool), year=2015, month=1
        )
    assert not any(tmp_path.iterdir())


def test_constrained_claims_exist_and_the_built_in_ones_too(claims):
    ids = standin.constrained_claims(claims)
    assert len(set(ids)) == 3 * 9
    assert {*ids, *standin.BUILT_IN_CLAIMS} <= set(claims)
    assert not set(ids) & set(standin.BUILT_IN_CLAIMS)
