"""Dividing a country: the book's regions or a file of the reader's, and what is cut off."""

import json

import pytest
import shapely

from helpers import geography, partition
from helpers.errors import InputError

LAND = shapely.box(100, 20, 120, 40)


def test_a_polygon_elsewhere_is_refused():
    parts = {"West": shapely.box(100, 20, 110, 40), "Ocean": shapely.box(0, 0, 5, 5)}
    with pytest.raises(InputError, match=r"outside China(?s:.*)Ocean(?s:.*)0 km² of it in China"):
        partition.divide(parts, LAND, source="parts.gpkg")


def test_what_is_cut_off_is_said_and_shown():
    part = partition.divide({"East": shapely.box(110, 20, 130, 40)}, LAND, source="east.gpkg")
    assert any("of East lie outside China and were cut off" in said for said in part.messages)
    assert "outside China, cut off [km²]" in part.table().columns
    assert "shared with others [km²]" not in part.table().columns
    assert str(part).splitlines()[-1] == part.messages[-1]
    assert not part.is_books


@pytest.fixture
def country(monkeypatch):
    halves = {name: shapely.box(100 + 5 * i, 20, 105 + 5 * i, 40)
              for i, name in enumerate(geography.REGIONS)}  # fmt: skip
    monkeypatch.setattr(geography, "boundary_polygon", lambda boundary: LAND)
    monkeypatch.setattr(geography, "region_polygons", lambda boundary: halves)


def test_without_a_file_the_regions_are_the_books(country):
    part = partition.open_partition(boundary="national")
    assert part.is_books
    assert part.source == "the book's four regions"
    assert part.is_exact


def test_a_file_of_polygons_is_cut_to_the_country(country, tmp_path):
    shape = shapely.geometry.mapping(shapely.box(90, 20, 110, 40))
    features = [{"type": "Feature", "properties": {"name": "West"}, "geometry": shape}]
    path = tmp_path / "west.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    part = partition.open_partition(boundary="national", regions_file=path)
    assert part.source == "west.geojson"
    assert part.polygons["West"].equals(shapely.box(100, 20, 110, 40))
