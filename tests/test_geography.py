"""Known places lie where they should; partitions have no gap; fractions add up."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import geography
from helpers.constants import CHINA_BOX, EARTH_RADIUS_M
from helpers.errors import InputError
from helpers.geography import (
    BOUNDARIES,
    ECOSYSTEMS,
    REGIONS,
    WOODY_RULES,
    boundary_polygon,
    ecosystem_fractions,
    land_cover,
    land_fraction,
    land_polygon,
    line_work,
    majority_class,
    read_shapes,
    region_polygons,
    surface,
)
from helpers.grid import analysis_grid, cell_areas, grid_from_edges
from helpers.masks import polygon_area, polygon_weights

PLACES = {
    "Lhasa": (91.11, 29.65, "Qinghai-Tibet"),
    "Golmud": (94.90, 36.41, "Qinghai-Tibet"),  # in the Qaidam basin, below 3000 m
    "Xining": (101.77, 36.62, "Qinghai-Tibet"),
    "Beijing": (116.40, 39.90, "North"),
    "Harbin": (126.63, 45.75, "North"),
    "Xi'an": (108.94, 34.34, "North"),
    "Jinan": (117.00, 36.65, "North"),
    "Urumqi": (87.62, 43.82, "Northwest"),
    "Turpan": (89.19, 42.95, "Northwest"),
    "Yinchuan": (106.23, 38.49, "Northwest"),
    "Hailar": (119.75, 49.21, "Northwest"),
    "Guangzhou": (113.26, 23.13, "South"),
    "Chengdu": (104.07, 30.67, "South"),
    "Hanzhong": (107.02, 33.07, "South"),  # south of the Qinling crest
    "Shanghai": (121.40, 31.20, "South"),
    "Hainan": (109.80, 19.20, "South"),
    "Taiwan": (121.00, 23.80, "South"),
    "Hong Kong": (114.15, 22.40, "South"),
}


# ---- boundaries and regions ---------------------------------------------------------------------


@pytest.mark.parametrize("place", PLACES)
def test_place_lies_in_its_region(place):
    lon, lat, region = PLACES[place]
    inside = [name for name, p in region_polygons().items() if p.contains(shapely.Point(lon, lat))]
    assert inside == [region]


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_regions_partition_the_boundary(boundary):
    regions = list(region_polygons(boundary).values())
    whole = boundary_polygon(boundary)
    assert list(region_polygons(boundary)) == list(REGIONS)
    assert all(shapely.is_valid([*regions, whole]))
    union = shapely.union_all(regions)
    # areas in square degrees: only rounding of the union may remain
    assert shapely.symmetric_difference(union, whole).area < 1e-9
    overlaps = [a.intersection(b).area for i, a in enumerate(regions) for b in regions[i + 1 :]]
    assert max(overlaps) < 1e-9
    assert sum(map(polygon_area, regions)) == pytest.approx(polygon_area(whole), rel=1e-9)


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_regions_have_no_sliver_on_the_mainland(boundary):
    regions = region_polygons(boundary)
    for name in ("Qinghai-Tibet", "Northwest"):
        assert shapely.get_num_geometries(regions[name]) == 1
    for name, others in (("North", ("South", "Northwest")), ("South", ("North",))):
        parts = sorted(shapely.get_parts(regions[name]), key=shapely.area)[:-1]
        near = shapely.union_all([regions[other] for other in others])
        # what is detached from the largest part is an island: it borders no other region
        assert max(shapely.length(part.intersection(near)) for part in parts) == 0


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_region_shares_are_near_the_textbook(boundary):
    textbook = {"North": 20, "South": 25, "Northwest": 30, "Qinghai-Tibet": 25}
    whole = polygon_area(boundary_polygon(boundary))
    for name, polygon in region_polygons(boundary).items():
        assert 100 * polygon_area(polygon) / whole == pytest.approx(textbook[name], abs=5)


def test_depictions_differ_by_the_stated_pieces():
    national, plain = boundary_polygon("national"), boundary_polygon("natural-earth")
    assert shapely.difference(plain, national).area < 1e-9
    added = [(121.0, 23.8), (114.15, 22.4), (113.56, 22.15), (94.0, 28.0)]
    for lon, lat in added:
        assert national.intersects(shapely.Point(lon, lat).buffer(0.02))
        assert not plain.contains(shapely.Point(lon, lat))
    aksai_chin = shapely.Point(79.5, 35.2)
    assert plain.contains(aksai_chin)
    gain = (polygon_area(national) - polygon_area(plain)) / 1e12
    # Taiwan 0.036 and Arunachal Pradesh about 0.07 million km2
    assert 0.10 < gain < 0.12


def test_areas_are_near_published_ones():
    # Natural Earth's China: 9.37 million km2; official land figures run from 9.5 to 9.6
    assert polygon_area(boundary_polygon("natural-earth")) / 1e12 == pytest.approx(9.37, abs=0.02)
    assert polygon_area(boundary_polygon("national")) / 1e12 == pytest.approx(9.53, abs=0.06)


@pytest.mark.parametrize("function", [boundary_polygon, region_polygons])
def test_unknown_boundary_is_refused(function):
    with pytest.raises(
        InputError, match=r"Unknown boundary\.\s+where: boundary\s+found: 'disputed'"
    ):
        function("disputed")


# ---- a reader's own regions ---------------------------------------------------------------------


def write_collection(path, shapes):
    features = [
        {"type": "Feature", "properties": {"name": name},
         "geometry": json.loads(shapely.to_geojson(shape))}
        for name, shape in shapes
    ]  # fmt: skip
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def quarters():
    edges = [(70, 90), (90, 105), (105, 115), (115, 140)]
    return [
        (name, shapely.box(west, 10, east, 60))
        for name, (west, east) in zip(REGIONS, edges, strict=True)
    ]


def test_own_regions_are_cut_to_the_boundary(tmp_path):
    file = write_collection(tmp_path / "mine.geojson", quarters())
    regions = region_polygons("natural-earth", file=file)
    assert list(regions) == list(REGIONS)
    total = sum(map(polygon_area, regions.values()))
    assert total == pytest.approx(polygon_area(boundary_polygon("natural-earth")), rel=1e-9)


def test_own_regions_need_the_four_names(tmp_path):
    file = write_collection(tmp_path / "three.geojson", quarters()[:3])
    with pytest.raises(InputError, match="not the four of the book"):
        region_polygons(file=file)


def test_own_regions_must_be_valid(tmp_path):
    bow = shapely.Polygon([(70, 10), (90, 60), (90, 10), (70, 60)])
    file = write_collection(tmp_path / "bow.geojson", [("North", bow), *quarters()[1:]])
    with pytest.raises(InputError, match="not valid"):
        region_polygons(file=file)


@pytest.mark.parametrize("text", ["", "{}", '{"features": [{"geometry": null}]}', "[1, 2]"])
def test_other_files_are_refused(tmp_path, text):
    file = tmp_path / "other.geojson"
    file.write_text(text)
    with pytest.raises(InputError, match="does not hold named shapes"):
        read_shapes(file)


def test_repeated_names_are_refused(tmp_path):
    file = write_collection(tmp_path / "twice.geojson", quarters()[:1] * 2)
    with pytest.raises(InputError, match="A name is repeated"):
        read_shapes(file)


def test_missing_input_says_where_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setattr(geography, "DATA_DIR", tmp_path)
    geography._input_shapes.cache_clear()
    with pytest.raises(InputError, match="real input of the book is missing"):
        land_polygon()


# ---- land and lines -----------------------------------------------------------------------------


def test_land_fraction_at_known_cells():
    grid = grid_from_edges(np.array([29.0, 30.0, 31.0]), np.array([102.0, 103.0, 125.0, 126.0]))
    land = land_fraction(grid)
    assert float(land.sel(lat=29.5, lon=102.5)) == pytest.approx(1.0, abs=1e-12)
    assert float(land.sel(lat=29.5, lon=125.5)) == 0.0
    # the coast near 121.5 E (Hangzhou Bay): (121.5 - 103) / 22 = 0.84
    assert float(land.sel(lat=30.5, lon=114.0)) == pytest.approx(0.84, abs=0.04)


def test_land_fraction_sums_to_the_area_of_the_land():
    grid = analysis_grid(1.0)
    west, east, south, north = CHINA_BOX
    land = shapely.intersection(land_polygon(), shapely.box(west, south, east, north))
    total = float((land_fraction(grid) * cell_areas(grid)).sum())
    # 1e-6: the straight edges of the polygon are followed in steps
    assert total == pytest.approx(polygon_area(land), rel=1e-6)


def test_boundaries_are_on_land_but_for_the_coast():
    off = polygon_area(shapely.difference(boundary_polygon(), land_polygon()))
    # two Natural Earth coasts of different detail
    assert off / polygon_area(boundary_polygon()) < 0.006


def test_lines_stay_in_the_drawing_box():
    lines = line_work()
    assert set(lines) == {"coast", "borders", "provinces"}
    for line in lines.values():
        assert "Line" in line.geom_type
        west, south, east, north = line.bounds
        assert west >= 60
        assert south >= 0
        assert east <= 150
        assert north <= 62


def test_clipping_left_no_frame_in_the_coast():
    frame = shapely.box(60, 0, 150, 62).boundary.buffer(1e-4)
    assert shapely.length(shapely.intersection(line_work()["coast"], frame)) < 0.01


# ---- grids --------------------------------------------------------------------------------------


def test_surface_at_known_places():
    data = surface()
    assert float(data["elevation"].sel(lat=33, lon=90)) == pytest.approx(5040, abs=100)
    turpan = data["elevation"].sel(lat=slice(42.4, 43), lon=slice(88.5, 90))
    assert float(turpan.min()) < 100  # ETOPO5 holds 0 m where the basin lies below the sea
    assert float(data["elevation"].sel(lat=20, lon=130)) == 0  # the sea
    warm = data["air_temperature"].sel(lat=30, lon=110)
    assert float(warm.sel(month=7)) == pytest.approx(22.7, abs=0.3)
    assert float(data["air_temperature"].sel(lat=45.75, lon=126.5, month=1)) < -15
    rain = data["precipitation"].sel(lat=31.25, lon=121.5).sum("month")
    assert float(rain) == pytest.approx(1263, abs=100)


def test_surface_covers_the_box_with_units():
    data = surface()
    west, east, south, north = CHINA_BOX
    assert (float(data["lat"][0]), float(data["lat"][-1])) == (south, north)
    assert (float(data["lon"][0]), float(data["lon"][-1])) == (west, east)
    units = {name: data[name].attrs["units"] for name in data.data_vars}
    assert units == {"elevation": "m", "air_temperature": "degC", "precipitation": "mm month-1"}
    assert list(data["month"].values) == list(range(1, 13))
    assert not any(data[name].isnull().any() for name in data.data_vars)


def test_land_cover_classes_and_greenness():
    data = land_cover()
    assert data["igbp_class"].dtype == np.uint8
    assert int(data["igbp_class"].max()) == 16
    assert int(data["igbp_class"].sel(lat=29.97, lon=110.03, method="nearest")) == 5  # mixed forest
    assert int(data["igbp_class"].sel(lat=36.02, lon=114.52, method="nearest")) == 12  # cropland
    assert float(data["ndvi_maximum"].sel(lat=30, lon=110, method="nearest")) == pytest.approx(
        0.858, abs=0.04
    )
    on_land = data["igbp_class"] > 0
    assert not data["ndvi_maximum"].where(on_land, 0).isnull().any()
    assert (data["ndvi_minimum"] <= data["ndvi_maximum"] + 0.005).where(on_land, True).all()


def test_returned_data_can_be_changed_without_harm():
    first = land_cover()
    first["igbp_class"].values[:] = 0
    assert int(land_cover()["igbp_class"].max()) == 16


# ---- ecosystems ---------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", WOODY_RULES)
def test_fractions_add_up_to_one(rule):
    fractions = ecosystem_fractions(analysis_grid(1.0), woody_rule=rule)
    assert fractions.dims == ("ecosystem", "lat", "lon")
    assert list(fractions["ecosystem"].values) == list(ECOSYSTEMS)
    assert float(fractions.min()) >= 0
    np.testing.assert_allclose(fractions.sum("ecosystem"), 1.0, rtol=0, atol=1e-12)


@settings(max_examples=25, deadline=None)
@given(
    south=st.floats(10, 45),
    west=st.floats(60, 120),
    height=st.floats(0.01, 7),
    width=st.floats(0.01, 7),
)
def test_fractions_add_up_on_any_grid(south, west, height, width):
    grid = grid_from_edges(south + height * np.arange(4) / 2, west + width * np.arange(4) / 2)
    fractions = ecosystem_fractions(grid)
    np.testing.assert_allclose(fractions.sum("ecosystem"), 1.0, rtol=0, atol=1e-9)


def test_fractions_count_pixels_by_area():
    # one row of pixels high: all pixels have the same area, so fractions are counts
    grid = grid_from_edges(np.array([30.0, 30.05]), np.array([108.0, 109.0]))
    pixels = land_cover()["igbp_class"].sel(lat=30.02, method="nearest").sel(lon=slice(108, 109))
    dry = pixels.values[pixels.values > 0]
    fractions = ecosystem_fractions(grid, woody_rule="forest-shrub")[:, 0, 0]
    expected = {
        "forest": np.isin(dry, [1, 2, 3, 4, 5, 8]).mean(),
        "shrub": np.isin(dry, [6, 7, 9]).mean(),
        "grass": (dry == 10).mean(),
        "crop": np.isin(dry, [12, 14]).mean(),
    }
    assert np.unique(dry).size > 2
    for name, share in expected.items():
        assert float(fractions.sel(ecosystem=name)) == pytest.approx(share, abs=1e-12)


def test_fractions_keep_areas_across_grids():
    coarse, fine = analysis_grid(1.0), analysis_grid(0.5)
    west, south = 105.0, 27.0  # ten degrees of land without sea: water pixels are few
    totals = []
    for grid in (coarse, fine):
        area = cell_areas(grid) * ecosystem_fractions(grid)
        totals.append(area.sel(lat=slice(south, 35), lon=slice(west, 115)).sum(("lat", "lon")))
    # water pixels weigh differently: below one part in a hundred here
    xr.testing.assert_allclose(totals[0], totals[1], rtol=0.01)


def test_water_and_outside_count_as_other():
    grid = grid_from_edges(np.array([20.0, 21.0]), np.array([130.0, 131.0, 150.0, 151.0]))
    fractions = ecosystem_fractions(grid)[:, 0, :]
    np.testing.assert_array_equal(fractions.sel(ecosystem="other")[[0, 2]], 1.0)


def test_known_cells():
    fractions = ecosystem_fractions(analysis_grid(1.0))
    assert float(fractions.sel(ecosystem="forest", lat=30.5, lon=110.5)) > 0.8
    assert float(fractions.sel(ecosystem="crop", lat=36.5, lon=114.5)) > 0.7
    assert float(fractions.sel(ecosystem="other", lat=39.5, lon=84.5)) > 0.95  # Taklamakan
    assert float(fractions.sel(ecosystem="grass", lat=33.5, lon=94.5)) > 0.8


def forest_area(rule, **options):
    grid = analysis_grid(1.0)
    weights = polygon_weights(boundary_polygon(), grid) * cell_areas(grid)
    fractions = ecosystem_fractions(grid, woody_rule=rule, **options)
    return float((fractions.sel(ecosystem="forest") * weights).sum()) / 1e12


def test_woody_rules_order_the_forest():
    area = {rule: forest_area(rule) for rule in WOODY_RULES}
    assert area["shrub"] < area["ndvi"] < area["forest"]
    assert area["shrub"] < area["forest-shrub"] < area["forest"]
    # IGBP forest 1-5 alone: 0.98 million km2; with all savanna about 2.6
    assert area["shrub"] == pytest.approx(0.98, abs=0.02)
    assert area["forest"] == pytest.approx(2.61, abs=0.05)


def test_threshold_at_its_ends_is_one_of_the_plain_rules():
    assert forest_area("ndvi", ndvi_threshold=-1.0) == pytest.approx(forest_area("forest"))
    assert forest_area("ndvi", ndvi_threshold=1.1) == pytest.approx(forest_area("shrub"))


def test_rule_is_recorded():
    fractions = ecosystem_fractions(analysis_grid(1.0), woody_rule="ndvi", ndvi_threshold=0.8)
    assert fractions.attrs["woody_rule"] == "ndvi"
    assert fractions.attrs["ndvi_threshold"] == 0.8
    assert fractions.attrs["units"] == "1"


def test_unknown_rule_is_refused():
    with pytest.raises(InputError, match="Unknown woody_rule"):
        ecosystem_fractions(analysis_grid(1.0), woody_rule="trees")


def test_a_data_array_serves_as_grid():
    grid = analysis_grid(1.0)
    xr.testing.assert_allclose(
        ecosystem_fractions(cell_areas(grid)), ecosystem_fractions(grid), atol=1e-12
    )


def test_majority_and_its_ties():
    shares = xr.DataArray(
        [[[0.4, 0.2, 0.0]], [[0.4, 0.2, 0.0]], [[0.2, 0.2 + 1e-12, 0.0]], [[0.0, 0.2, 0.4]],
         [[0.0, 0.2, 0.6]]],
        dims=("ecosystem", "lat", "lon"),
        coords={"ecosystem": list(ECOSYSTEMS), "lat": [30.0], "lon": [1.0, 2.0, 3.0]},
    )  # fmt: skip
    assert majority_class(shares).values.tolist() == [["forest", "forest", "other"]]
    swapped = majority_class(shares.transpose("lat", "lon", "ecosystem"))
    assert swapped.values.tolist() == [["forest", "forest", "other"]]


def test_majority_names_known_cells():
    classes = majority_class(ecosystem_fractions(analysis_grid(1.0)))
    assert str(classes.sel(lat=30.5, lon=110.5).values) == "forest"
    assert str(classes.sel(lat=36.5, lon=114.5).values) == "crop"
    assert classes.dtype.kind == "U"


def test_regions_fill_the_boundary_on_the_grid():
    grid = analysis_grid(1.0)
    whole = polygon_weights(boundary_polygon(), grid)
    parts = sum(polygon_weights(p, grid) for p in region_polygons().values())
    np.testing.assert_allclose(parts, whole, rtol=0, atol=1e-9)
    # the box holds all of it but the Paracel Islands, 2 km2
    covered = float((whole * cell_areas(grid)).sum())
    assert covered == pytest.approx(polygon_area(boundary_polygon()), rel=1e-6)
    assert covered < 4 * np.pi * EARTH_RADIUS_M**2 / 50
