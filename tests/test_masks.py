"""Polygon masks against polygons whose areas are known in closed form."""

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyproj import Geod

from helpers import grid, masks
from helpers.constants import EARTH_RADIUS_M
from helpers.errors import InputError

GRID = grid.analysis_grid()
AREAS = grid.cell_areas(GRID)
GRID_TOP = float(grid.bounds_of(GRID)[0][-1])


def weighted_area(polygon, method, cells=GRID):
    weights = masks.polygon_weights(polygon, cells, method=method)
    return float((weights * grid.cell_areas(cells)).sum())


@settings(deadline=None, max_examples=50)
@given(st.floats(73, 100), st.floats(1, 30), st.floats(18, 35), st.floats(1, 15))
@example(100.3, 10.1, 50.2, GRID_TOP - 50.4)  # ends inside the last row
def test_fraction_gives_the_closed_form_area_of_any_box(west, width, south, height):
    box = shapely.box(west, south, west + width, south + height)
    sines = np.sin(np.deg2rad([south, south + height]))
    expected = EARTH_RADIUS_M**2 * np.deg2rad(width) * (sines[1] - sines[0])
    assert weighted_area(box, "fraction") == pytest.approx(expected, rel=1e-9)
    assert masks.polygon_area(box) == pytest.approx(expected, rel=1e-9)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**32 - 1))
def test_order_of_the_three_methods_and_additivity(seed):
    rng = np.random.default_rng(seed)
    angle = np.sort(rng.uniform(0, 2 * np.pi, 12))
    radius = rng.uniform(3, 12, 12)
    star = shapely.Polygon(
        np.column_stack([105 + radius * np.cos(angle), 36 + radius * np.sin(angle)])
    )
    star = shapely.make_valid(star)
    if star.geom_type not in ("Polygon", "MultiPolygon"):
        return
    fraction = masks.polygon_weights(star, GRID)
    touched = masks.polygon_weights(star, GRID, method="touched")
    centre = masks.polygon_weights(star, GRID, method="centre")
    assert (touched >= fraction).all()
    assert (touched >= centre * (fraction > 0)).all()
    # cutting a polygon in two and adding the parts gives the whole back
    west = shapely.intersection(star, shapely.box(80, 10, 104.3, 60))
    east = shapely.difference(star, shapely.box(80, 10, 104.3, 60))
    parts = [
        p for p in (west, east) if p.geom_type in ("Polygon", "MultiPolygon") and not p.is_empty
    ]
    total = sum(masks.polygon_weights(p, GRID) for p in parts)
    np.testing.assert_allclose(total, fraction, atol=1e-9)


def test_triangle_against_an_independent_geodesic_area():
    # meridian and parallels curve less than the geodesics pyproj uses, so compare to 0.1 percent
    triangle = shapely.segmentize(shapely.Polygon([(80, 25), (120, 27), (100, 50)]), 0.05)
    sphere = Geod(a=EARTH_RADIUS_M, b=EARTH_RADIUS_M)
    expected = abs(sphere.geometry_area_perimeter(triangle)[0])
    assert masks.polygon_area(triangle) == pytest.approx(expected, rel=1e-5)
    assert weighted_area(triangle, "fraction") == pytest.approx(expected, rel=1e-5)


def test_half_a_cell_by_the_three_methods():
    box = shapely.box(100.0, 30.0, 100.4, 31.0)
    cell = {"lat": 30.5, "lon": 100.5}
    weight = {m: float(masks.polygon_weights(box, GRID, method=m).sel(cell)) for m in masks.METHODS}
    assert weight["fraction"] == pytest.approx(0.4, rel=1e-12)
    assert (weight["centre"], weight["touched"]) == (0.0, 1.0)


def test_a_cell_that_only_shares_an_edge_is_not_touched():
    weights = masks.polygon_weights(shapely.box(100, 30, 101, 31), GRID, method="touched")
    assert float(weights.sum()) == 1.0


def test_unknown_method_is_refused():
    with pytest.raises(
        InputError, match=r"Unknown mask method(.|\n)*fraction or centre or touched"
    ):
        masks.polygon_weights(shapely.box(100, 30, 101, 31), GRID, method="half")


@pytest.mark.parametrize(
    ("polygon", "message"),
    [
        (shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]), r"not valid(.|\n)*Self-intersection"),
        (shapely.Point(1, 1), "Not a polygon"),
        (shapely.Polygon(), "Not a polygon"),
        (shapely.box(1e5, 2e5, 3e5, 4e5), r"not in degrees(.|\n)*EPSG:4326"),
    ],
)
def test_unusable_polygons_are_refused(polygon, message):
    with pytest.raises(InputError, match=message):
        masks.polygon_weights(polygon, GRID, name="mine")


def test_a_polygon_across_the_edge_of_the_grid_counts_where_the_grid_is():
    west, east, south, north = 72.0, 137.0, 17.0, 55.0  # the edges of the grid
    for box, share in (
        (shapely.box(west - 0.5, 30.0, west + 0.25, 31.0), 0.25),
        (shapely.box(east - 0.25, 30.0, east + 0.5, 31.0), 0.25),
        (shapely.box(100.0, south - 0.5, 101.0, south + 1.0), 1.0),
        (shapely.box(100.0, north - 1.0, 101.0, north + 0.5), 1.0),
    ):
        weights = masks.polygon_weights(box, GRID)
        assert float(weights.sum()) == pytest.approx(share, rel=1e-12)
    whole = masks.polygon_weights(shapely.box(west - 1, south - 1, east + 1, north + 1), GRID)
    assert (whole == 1.0).all()


def test_the_centre_decides_for_the_whole_cell():
    triangle = shapely.Polygon([(90.2, 25.1), (110.9, 25.1), (110.9, 44.7)])
    inside = [
        [triangle.covers(shapely.Point(lon, lat)) for lon in GRID["lon"].values]
        for lat in GRID["lat"].values
    ]
    weights = masks.polygon_weights(triangle, GRID, method="centre")
    np.testing.assert_array_equal(weights, np.array(inside, float))
    assert 150 < float(weights.sum()) < 250


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1))
def test_no_weight_leaves_zero_to_one_by_rounding(seed):
    rng = np.random.default_rng(seed)
    west, south = rng.uniform(90, 92), rng.uniform(30, 32)
    sliver = 10.0 ** rng.uniform(-16, -9)
    points = [(west, south), (93 + sliver, south), (93 + sliver, 33 + sliver), (west, 33 + sliver)]
    weights = masks.polygon_weights(shapely.Polygon(points), GRID)
    assert float(weights.min()) >= 0.0
    assert float(weights.max()) <= 1.0


def test_weights_say_what_they_are_of():
    weights = masks.polygon_weights(shapely.box(100, 30, 101, 31), GRID, name="mine")
    expected = {"units": "1", "long_name": "share of cell in mine", "mask": "fraction"}
    assert (weights.name, weights.dims, weights.attrs) == ("weight", ("lat", "lon"), expected)
    unnamed = masks.polygon_weights(shapely.box(100, 30, 101, 31), GRID)
    assert unnamed.attrs["long_name"] == "share of cell in polygon"
    for options, name in (({}, "polygon"), ({"name": "mine"}, "mine")):
        with pytest.raises(InputError, match=rf"Not a polygon(.|\n)*where: {name}\n"):
            masks.polygon_weights(shapely.Point(1, 1), GRID, **options)
        with pytest.raises(InputError, match=rf"Not a polygon(.|\n)*where: {name}\n"):
            masks.check_polygon(shapely.Point(1, 1), **options)


@pytest.mark.parametrize("beyond", [
    (-180.5, 0, 1, 1), (0, 0, 360.5, 1), (0, -90.5, 1, 0), (0, 0, 1, 90.5),
])  # fmt: skip
def test_polygons_may_reach_the_ends_of_the_earth_and_not_beyond(beyond):
    masks.check_polygon(shapely.box(-180, -90, 360, 90))
    with pytest.raises(InputError, match="not in degrees"):
        masks.check_polygon(shapely.box(*beyond))
