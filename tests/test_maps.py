"""Maps: typed input only, one scale symmetric about zero, right places, no network."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
import xarray as xr
from matplotlib.collections import QuadMesh

from helpers import maps, outlines
from helpers.constants import SECONDS_PER_YEAR
from helpers.errors import InputError
from helpers.grid import analysis_grid
from helpers.outlines import Outline


@pytest.fixture
def square():
    """Return a country of four by four degrees with two regions and half a cell of coast."""
    west, east = shapely.box(100, 30, 102, 34), shapely.box(102, 30, 104.5, 34)
    return Outline(
        boundary=shapely.union(west, east),
        regions={"west": west, "east": east},
        lines={"borders": shapely.LineString([(90, 35), (110, 35)])},
        land=shapely.box(90, 25, 115, 45),
    )


def field(function, **attributes):
    grid = analysis_grid(box=(98.0, 107.0, 28.0, 36.0))
    lat, lon = xr.broadcast(grid["lat"], grid["lon"])
    attrs = {"units": "g C m-2 yr-1", "positive": "land"} | attributes
    return function(lat, lon).assign_attrs(attrs)


@pytest.fixture
def rising():
    return field(lambda lat, lon: 10.0 * (lon - 102.0))


def test_untyped_fields_are_refused(rising, square):
    for bad, message in (
        (rising.assign_attrs(units="1"), "wrong unit"),
        (rising.assign_attrs(positive="atmosphere"), "wrong sign"),
        (rising.assign_attrs(species="CO2"), "wrong sign or species"),
        (rising.expand_dims("time"), "wrong dimensions"),
        (rising.drop_attrs(), "wrong unit"),
        (rising.values, "ndarray"),
    ):
        with pytest.raises(InputError, match=message):
            maps.flux_maps({"beps": bad}, outline=square)
    with pytest.raises(InputError, match="different grids"):
        maps.flux_maps({"a": rising, "b": rising.isel(lat=slice(1, None))}, outline=square)
    with pytest.raises(
        InputError, match=r"no field was given(?s:.*)found: no field\n(?s:.*)fix: Give"
    ):
        maps.flux_maps({}, outline=square)
    with pytest.raises(
        InputError, match=r"no cell has a value(?s:.*)cells in beps\n(?s:.*)fix: Draw"
    ):
        maps.shared_limit({"beps": rising * np.nan})


def test_internal_units_are_converted(rising):
    internal = (rising / (1000 * SECONDS_PER_YEAR)).assign_attrs(
        units="kg m-2 s-1", positive="land"
    )
    np.testing.assert_allclose(maps.rate_field(internal), rising, rtol=1e-12)


def test_scale_is_one_and_symmetric_about_zero(rising, square):
    figure = maps.flux_maps({"a": rising, "b": -2 * rising}, outline=square).figure
    meshes = [mesh for mesh in figure.findobj(QuadMesh) if mesh.axes.get_label() != "colour bar"]
    bounds = {tuple(mesh.norm.boundaries) for mesh in meshes}
    assert len(bounds) == 1
    levels = np.array(bounds.pop())
    np.testing.assert_allclose(levels, -levels[::-1], atol=1e-12)
    assert 0.0 in np.round(levels, 12)
    up, down = meshes[0].to_rgba([1e-6, -1e-6])
    assert up[1] >= up[0]  # uptake is green, release is brown, from the first class on
    assert down[0] > down[2]


@pytest.mark.parametrize(
    ("largest", "limit"), [(60.0, 60.0), (143.0, 150.0), (0.011, 0.012), (299.0, 300.0)]
)
def test_shared_limit_is_round_and_wide_enough(largest, limit):
    assert maps.shared_limit({"a": field(lambda y, x: 0 * x + largest)}) == pytest.approx(limit)


def test_values_outside_are_not_drawn_and_half_cells_count_half(rising, square):
    data = maps.flux_maps({"a": rising}, outline=square).data
    assert int(data["flux"].notnull().sum()) == 4 * 5
    assert float(data["weight"].sel(lat=32.5, lon=104.5)) == pytest.approx(0.5, abs=1e-9)
    inside = data["flux"].sel(product="a", lat=32.5, lon=101.5)
    assert float(inside) == pytest.approx(-5.0)
    assert data["flux"].attrs["positive"] == "land"


def test_colour_bar_says_unit_and_sign_and_shows_what_is_beyond(rising, square):
    drawing = maps.flux_maps({"a": rising}, outline=square, limit=12.0)
    axes = next(a for a in drawing.figure.axes if a.get_label() == "colour bar")
    words = [text.get_text() for text in axes.texts]
    assert words == ["← release", "g C m⁻² yr⁻¹", "land uptake →"]
    assert [tick.get_text() for tick in axes.get_xticklabels()][::3] == ["−12", "0", "12"]
    assert drawing.data.attrs["scale_limit"] == 12.0
    assert axes._colorbar.extend == "both"
    wide = maps.flux_maps({"a": rising}, outline=square, limit=60.0).figure
    assert wide.axes[-1]._colorbar.extend == "neither"


def test_disagreement_is_marked_where_it_is_and_explained(rising, square):
    share = field(lambda lat, lon: xr.where((lat == 32.5) & (lon < 102), 0.6, 0.9) + 0 * lon)
    figure = maps.flux_maps(
        {"a": rising, "b": rising}, outline=square, agreement={"b": share}
    ).figure
    for key, count in (("a", 0), ("b", 2)):
        axes = next(a for a in figure.axes if a.get_label() == key)
        strokes = next(c for c in axes.collections if c.get_gid() == "disagreement")
        assert len(strokes.get_segments()) == count
    key = " ".join(text.get_text() for text in figure.legends[0].get_texts())
    assert "fewer than 2/3 of members agree on the sign" in key.replace("\n", " ")


def test_maps_in_words_are_right(rising, square):
    share = field(lambda lat, lon: 0 * lon + 0.5)
    alt = maps.flux_maps(
        {"a": rising, "b": -rising + 1},
        outline=square,
        agreement={"b": share},
        titles={"a": "Alpha"},
    ).alt
    # values at centres 100.5 to 104.5: -15 to 25; the last column counts half
    assert (
        "Alpha: from −15 at 30.5°N 100.5°E to 25 at 30.5°N 104.5°E, mean 3; 56% of the area" in alt
    )
    assert "b: from −24 at 30.5°N 104.5°E to 16 at 30.5°N 100.5°E" in alt
    assert "in 100% of the area fewer than two thirds of members agree" in alt
    assert "Means from high to low: Alpha, b." in alt


def test_projection_is_equal_area(square):
    plane = shapely.area(outlines.project(shapely.segmentize(shapely.box(100, 30, 101, 31), 0.01)))
    assert plane == pytest.approx(1.0621e10, rel=5e-3)  # WGS 84 area of that cell [m2]


def test_real_outline_is_drawn_without_network(monkeypatch):
    def refuse(*_):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("urllib.request.urlopen", refuse)
    grid = analysis_grid()
    lat, lon = xr.broadcast(grid["lat"], grid["lon"])
    attrs = {"units": "g C m-2 yr-1", "positive": "land"}
    flux = ((lon - 100) * 3 + (lat - 35)).assign_attrs(attrs)
    drawing = maps.flux_maps({"beps": flux, "vegas": flux, "oco2-mip": flux})
    drawing.figure.draw_without_rendering()
    assert drawing.data["flux"].notnull().any()


def test_real_outline_fits_and_the_inset_hides_no_land():
    outline = outlines.china_projected()
    west, _, east, north = shapely.bounds(outline.boundary)
    frame = outlines.EXTENT
    assert frame[0] < west < east < frame[1]
    assert north < frame[3]
    figure = maps.flux_maps({"a": field(lambda y, x: 0 * x + 1.0)}).figure
    main, inset = (next(a for a in figure.axes if a.get_label() == k) for k in ("a", "inset"))
    box = (
        inset.get_position().transformed(figure.transFigure).transformed(main.transData.inverted())
    )
    covered = shapely.intersection(outline.boundary, shapely.box(*box.extents))
    assert shapely.area(covered) < 1e8  # islets of the South China Sea, shown in the inset [m2]


def legend_of(drawing):
    return [text.get_text() for legend in drawing.figure.legends for text in legend.get_texts()]


def test_cells_without_data_are_explained(rising, square):
    holes = rising.where(rising["lon"] > 102.0)
    assert "no data" in legend_of(maps.flux_maps({"beps": holes}, outline=square))
    assert "no data" not in legend_of(maps.flux_maps({"beps": rising}, outline=square))


def test_a_country_alone_needs_no_key(rising, square):
    bare = replace(square, regions={}, lines={}, land=shapely.Polygon())
    drawing = maps.flux_maps({"beps": rising}, outline=bare, regions=False)
    assert legend_of(drawing) == []
