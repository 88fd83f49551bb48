"""A world whose totals are known: boxes, a flux of latitude and class, months of true length."""

import calendar
import math

import numpy as np
import pytest
import shapely
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import closure, ecosystems, geography, masks, partition, scopes
from helpers.catalog import load_catalog
from helpers.constants import EARTH_RADIUS_M
from helpers.grid import analysis_grid
from helpers.results import check_results, to_frame
from helpers.study import Study

LAND = shapely.box(80.25, 20.5, 119.75, 44.4)
REGIONS = {
    "North": shapely.box(100.6, 33.3, 119.75, 44.4),
    "South": shapely.box(100.6, 20.5, 119.75, 33.3),
    "Northwest": shapely.box(80.25, 33.3, 100.6, 44.4),
    "Qinghai-Tibet": shapely.box(80.25, 20.5, 100.6, 33.3),
}
CLASS_RATES = {"forest": 120.0, "shrub": 60.0, "grass": 15.0, "crop": 90.0, "other": -10.0}


def box_area(box, *, south=-90.0, north=90.0):
    """Closed form R^2 (sin north - sin south) (east - west), cut to a band."""
    west, low, east, high = box.bounds
    low, high = max(low, south), min(high, north)
    if low >= high:
        return 0.0
    strip = math.sin(math.radians(high)) - math.sin(math.radians(low))
    return EARTH_RADIUS_M**2 * strip * math.radians(east - west)


def season(t):
    """A cycle whose mean depends on the true length of months, and differs between years."""
    return 1.0 + 0.5 * np.sin(2 * np.pi * (t + 0.3) / 12) + 0.01 * t


def mean_season(start_year, end_year):
    """Mean over years of the year's mean, days counted by the calendar."""
    years, index = [], 0
    for year in range(start_year, end_year + 1):
        days = [calendar.monthrange(year, month)[1] for month in range(1, 13)]
        values = [season(index + i) for i in range(12)]
        years.append(sum(d * v for d, v in zip(days, values, strict=True)) / sum(days))
        index += 12
    return years


@pytest.fixture
def world(typed_flux):
    """Build a study of one box-shaped country from fluxes in g C m-2 yr-1 by product."""

    def build(functions, *, mask="fraction", land=LAND, regions=REGIONS):
        grid = analysis_grid()
        weights = [
            masks.polygon_weights(shape, grid, method=mask) for shape in (land, *regions.values())
        ]
        scope = xr.concat(weights, dim="scope", coords="minimal", compat="override")
        scope = scope.assign_coords(scope=["China", *regions])
        scope = scope.expand_dims(boundary=["national"], mask=[mask])
        catalog = load_catalog()
        return Study(
            profile="original", mask=mask, boundary="national", experiment="LNLGIS",
            start_year=2015, end_year=2016,
            products={key: catalog[key] for key in functions},
            fluxes={key: typed_flux(function) for key, function in functions.items()},
            masks=xr.Dataset({"scope_weight": scope}),
        )  # fmt: skip

    return build


def by_latitude(lat, lon, t):
    return (200.0 - 4.0 * lat) * season(t)


def exact_total(box, *, rate):
    """Integral of a rate constant in each 1 degree row of cells [Pg per year]."""
    rows = range(17, 55)
    return sum(rate(r + 0.5) * box_area(box, south=r, north=r + 1) for r in rows) * 1e-15


def test_regional_totals_of_a_flux_of_latitude_are_exact(world):
    study = world({"beps": by_latitude})
    part = partition.divide(REGIONS, LAND, source="boxes")
    totals = scopes.annual_totals(study, part.weights(study.fluxes["beps"]))["beps"]
    for name, box in REGIONS.items():
        space = exact_total(box, rate=lambda lat: 200.0 - 4.0 * lat)
        wanted = [space * year for year in mean_season(2015, 2016)]
        assert totals.sel(scope=name).values == pytest.approx(wanted, rel=1e-10)


def test_a_year_of_equal_months_would_be_wrong(world):
    """The leap year counts: with months of one length the second year would be off by 1e-4."""
    study = world({"beps": by_latitude})
    annual = study.annual_totals("China")["beps"]
    equal = study.monthly_totals("China")["beps"].values.reshape(2, 12).mean(axis=1)
    assert np.all(np.abs(equal / annual.values - 1) > 1e-4)


def pure_classes():
    """Each cell wholly of one class, by longitude."""
    grid = analysis_grid()
    names = list(geography.ECOSYSTEMS)
    index = (np.arange(grid.sizes["lon"]) // 3) % len(names)
    own = np.arange(len(names))[:, None, None] == index[None, None, :]
    own = np.broadcast_to(own, (len(names), grid.sizes["lat"], grid.sizes["lon"]))
    coords = {"scope": names, "lat": grid["lat"], "lon": grid["lon"]}
    return xr.DataArray(own.astype(float), dims=("scope", "lat", "lon"), coords=coords)


def class_boxes(name, box):
    """Parts of a box that the columns of a class cover."""
    place = list(geography.ECOSYSTEMS).index(name)
    west, south, east, north = box.bounds
    for column in range(65):
        if (column // 3) % 5 == place:
            low, high = max(72 + column, west), min(73 + column, east)
            if low < high:
                yield shapely.box(low, south, high, north)


def by_class_and_latitude(lat, lon, t):
    rate = sum(
        CLASS_RATES[str(name)] * pure_classes().sel(scope=name, drop=True)
        for name in geography.ECOSYSTEMS
    )
    return rate * (1 + 0.01 * lat) * season(t)


def test_class_totals_of_a_flux_of_class_and_latitude_are_exact(world):
    study, fractions = world({"beps": by_class_and_latitude}), pure_classes()
    weights = ecosystems.conserving_weights(study, fractions)
    totals = scopes.annual_totals(study, weights)["beps"]
    cross = scopes.annual_totals(
        study, ecosystems.cross_weights(
            partition.divide(REGIONS, LAND, source="").weights(fractions), fractions)
    )["beps"]  # fmt: skip
    for name, rate in CLASS_RATES.items():
        parts = {
            region: sum(
                exact_total(piece, rate=lambda lat, rate=rate: rate * (1 + 0.01 * lat))
                for piece in class_boxes(name, box)
            )
            for region, box in REGIONS.items()
        }
        years = np.array(mean_season(2015, 2016))
        assert totals.sel(scope=name).values == pytest.approx(sum(parts.values()) * years, rel=1e-6)
        for region, part in parts.items():
            found = cross.sel(region=region, ecosystem=name).values
            assert found == pytest.approx(part * years, rel=1e-6)


def test_majority_counts_whole_touched_cells(monkeypatch):
    monkeypatch.setattr(geography, "boundary_polygon", lambda boundary: LAND)
    weights = ecosystems.majority_weights(pure_classes(), boundary="national")
    area = float(scopes.areas(weights).sum())
    assert area == pytest.approx(box_area(shapely.box(80, 20, 120, 45)), rel=1e-12)
    assert set(np.unique(weights)) == {0.0, 1.0}


def mixed(lat, lon, t):
    return 40 * np.sin(lon / 9) * season(t) + lat - 25


@pytest.mark.parametrize("mask", masks.METHODS)
def test_conserving_margins_close_under_every_mask(world, mask):
    study = world({"beps": mixed, "vegas": by_latitude}, mask=mask)
    fractions = ecosystems.cell_fractions(study, woody_rule="ndvi")
    part = partition.divide(REGIONS, LAND, source="")
    regions = part.weights(fractions, mask=mask)
    monthly = {
        name: scopes.monthly_totals(study, weights)
        for name, weights in {
            "regions": regions,
            "classes": ecosystems.conserving_weights(study, fractions),
            "cross": ecosystems.cross_weights(regions, fractions),
            "majority": ecosystems.conserving_weights(study, fractions).round(),
        }.items()
    }
    card = closure.closure_card([
        *partition.closure(study, part, totals=monthly["regions"]),
        *ecosystems.closure(study, **monthly),
    ])  # fmt: skip
    enforced = [item for item in card.identities if np.isfinite(item.tolerance)]
    assert all(item.residual <= 1e-10 * item.scale for item in enforced)
    assert len(enforced) == (2 * 2 if mask == "touched" else 4 * 2)
    shown = [item for item in card.identities if not np.isfinite(item.tolerance)]
    assert any("majority rule" in item.name for item in shown)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    regions=st.integers(1, 5),
    classes=st.integers(1, 6),
)
def test_margins_of_any_partition_close(seed, regions, classes):
    """Shares that add up to one in both ways give tables whose margins and corner agree."""
    random = np.random.default_rng(seed)
    grid = analysis_grid()
    shape = (grid.sizes["lat"], grid.sizes["lon"])
    axes = {"lat": grid["lat"], "lon": grid["lon"]}

    def shares(count):
        values = random.dirichlet(np.ones(count), size=shape).transpose(2, 0, 1)
        return xr.DataArray(values, dims=("scope", "lat", "lon"),
                            coords={"scope": [f"s{i}" for i in range(count)], **axes})  # fmt: skip

    inside = xr.DataArray(random.random(shape), dims=("lat", "lon"), coords=axes)
    flux = xr.DataArray(random.normal(size=shape), dims=("lat", "lon"), coords=axes)
    rows, columns = shares(regions) * inside, shares(classes)
    cross = (flux * ecosystems.cross_weights(rows, columns)).sum(("lat", "lon"))
    by_row, by_column = ((flux * w).sum(("lat", "lon")) for w in (rows, columns * inside))
    scale = float(np.abs(flux * inside).sum())
    assert np.abs(cross.sum("ecosystem").values - by_row.values).max() <= 1e-10 * scale
    assert np.abs(cross.sum("region").values - by_column.values).max() <= 1e-10 * scale
    assert abs(float(cross.sum() - (flux * inside).sum())) <= 1e-10 * scale


THREE = {
    "a": shapely.box(82, 22, 100, 40),
    "b": shapely.box(96, 30, 112, 43),
    "c": shapely.box(98, 24, 125, 35),
}


def test_overlaps_gaps_and_land_outside_are_said_with_their_areas():
    part = partition.divide(THREE, LAND, source="three.geojson")
    overlap = box_area(shapely.box(96, 30, 100, 40)) / 1e6
    assert part.overlaps["a", "b"] == pytest.approx(overlap, rel=1e-9)
    assert set(part.overlaps) == {("a", "b"), ("a", "c"), ("b", "c")}
    covered = shapely.union_all([shapely.intersection(s, LAND) for s in THREE.values()])
    gap = box_area(LAND) / 1e6 - masks.polygon_area(covered) / 1e6
    assert part.gap_area == pytest.approx(gap, rel=1e-9)
    said = " ".join(part.messages)
    assert f"a and b overlap by {overlap:,.0f} km²" in said
    assert f"{gap:,.0f} km² of China" in said
    assert "of c lie outside China and were cut off" in said
    assert "need not add up" in said
    assert not part.is_exact
    assert said.split(":", maxsplit=1)[0] in part._repr_html_()


def test_totals_of_overlapping_polygons_are_right_one_by_one(world):
    study = world({"beps": by_latitude})
    part = partition.divide(THREE, LAND, source="three.geojson")
    totals = scopes.annual_totals(study, part.weights(study.fluxes["beps"]))["beps"]
    for name, box in THREE.items():
        inside = shapely.box(*shapely.intersection(box, LAND).bounds)
        space = exact_total(inside, rate=lambda lat: 200.0 - 4.0 * lat)
        wanted = [space * year for year in mean_season(2015, 2016)]
        assert totals.sel(scope=name).values == pytest.approx(wanted, rel=1e-10)


def test_overlaps_and_gaps_explain_the_residual_to_rounding(world):
    """The middle of the three is covered three times: each time counts."""
    study = world({"beps": mixed})
    part = partition.divide(THREE, LAND, source="three.geojson")
    monthly = scopes.monthly_totals(study, part.weights(study.fluxes["beps"]))
    bare, explained = partition.closure(study, part, totals=monthly)
    assert bare.residual > 0.01
    assert math.isinf(bare.tolerance)
    assert explained.residual <= 1e-10 * explained.scale
    assert "counted twice" in explained.name


def test_a_partition_says_nothing_and_must_close(world):
    study = world({"beps": mixed})
    part = partition.divide(REGIONS, LAND, source="")
    assert part.is_exact
    assert part.messages == []
    totals = scopes.monthly_totals(study, part.weights(study.fluxes["beps"]))
    (bare,) = partition.closure(study, part, totals=totals)
    assert bare.tolerance == closure.TOLERANCE
    assert bare.holds
    wrong = {"beps": totals["beps"] * 1.001}
    with pytest.raises(closure.ClosureError, match="sum of regions = China"):
        closure.closure_card(partition.closure(study, part, totals=wrong))


def test_shares_rates_and_excess_of_known_totals():
    years = {"year": [2015, 2016]}

    def annual(values):
        data = np.array([values, values]) * np.array([[0.9], [1.1]])
        return xr.DataArray(data, dims=("year", "scope"),
                            coords={**years, "scope": ["North", "South"]})  # fmt: skip

    totals = {"beps": annual([0.1, 0.3]), "vegas": annual([0.2, 0.1]),
              "oco2-mip": annual([0.3, -0.1])}  # fmt: skip
    whole = {key: value.sum("scope") for key, value in totals.items()}
    shares = {(r.product, r.scope): r.value for r in scopes.share_rows(totals, whole)}
    assert shares["beps", "South"] == pytest.approx(75.0)
    assert shares["oco2-mip", "South"] == pytest.approx(-50.0)
    means = scopes.mean_rows(totals)
    classes = scopes.published_classes()
    excess = {(r.quantity, r.scope): r.value for r in scopes.excess_rows(means, classes=classes)}
    assert excess[scopes.EXCESS, "North"] == pytest.approx(0.15)
    assert excess[scopes.EXCESS, "South"] == pytest.approx(-0.3)
    assert excess[f"{scopes.EXCESS}_share", "North"] == pytest.approx(-100.0)
    assert scopes.excess_rows(means, classes={"beps": "bottom-up"}) == []
    first = means[0]
    assert (first.sd, first.sd_kind, first.n) == (
        pytest.approx(0.1 * 0.2 / 2**0.5),
        "interannual",
        2,
    )
    check_results(to_frame([*means, *scopes.share_rows(totals, whole)]))


def test_a_whole_of_zero_has_no_shares():
    zero = xr.DataArray([[1.0, -1.0]], dims=("year", "scope"),
                        coords={"year": [2015], "scope": ["North", "South"]})  # fmt: skip
    assert scopes.share_rows({"beps": zero}, {"beps": zero.sum("scope")}) == []


def test_rates_divide_by_the_area_that_counts(world):
    study = world({"beps": lambda lat, lon, t: 50.0}, mask="touched")
    weights = partition.divide(REGIONS, LAND, source="").weights(
        study.fluxes["beps"], mask="touched"
    )
    rows = scopes.rate_rows(scopes.annual_totals(study, weights), weights)
    assert [row.value for row in rows] == pytest.approx([50.0] * 4, rel=1e-12)
    assert {row.unit for row in rows} == {"g C m-2 yr-1"}
