"""Polygons of the reader's own: three formats, any coordinate system, and clear refusals."""

import contextlib
import json
import sqlite3

import numpy as np
import pyogrio
import pytest
import shapely

from helpers.errors import InputError
from helpers.masks import polygon_area
from helpers.polygons import read_polygons

EAST = shapely.box(105, 28, 118, 36)
WEST = shapely.box(92, 28, 106, 36)
DRIVERS = {".geojson": "GeoJSON", ".gpkg": "GPKG", ".shp": "ESRI Shapefile"}


def write(path, shapes, *, names=None, field="name", crs="EPSG:4326"):
    """Write polygons through pyogrio, as a GIS would."""
    names = [f"part {i}" for i, _ in enumerate(shapes, 1)] if names is None else names
    kind = "MultiPolygon" if any(s.geom_type == "MultiPolygon" for s in shapes) else "Polygon"
    pyogrio.raw.write(
        path, np.array([shapely.to_wkb(s) for s in shapes], dtype=object),
        [np.array(names, dtype=object)], [field], geometry_type=kind, crs=crs,
        driver=DRIVERS[path.suffix], promote_to_multi=False,
    )  # fmt: skip
    return path


@pytest.mark.parametrize("suffix", DRIVERS)
def test_every_format_gives_the_same_polygons(tmp_path, suffix):
    file = write(tmp_path / f"parts{suffix}", [WEST, EAST], names=["west", "east"])
    found = read_polygons(file)
    assert list(found) == ["west", "east"]
    assert shapely.equals(found["west"], WEST)
    assert polygon_area(found["east"]) == pytest.approx(polygon_area(EAST), rel=1e-12)


@pytest.mark.parametrize("crs", ["EPSG:3857", "ESRI:102025", "EPSG:4490"])
def test_another_coordinate_system_is_reprojected(tmp_path, crs):
    import pyproj

    there = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform
    fine = shapely.segmentize(EAST, 0.01)
    moved = shapely.transform(fine, there, interleaved=False)
    found = read_polygons(write(tmp_path / "parts.gpkg", [moved], crs=crs))["part 1"]
    assert polygon_area(found) == pytest.approx(polygon_area(EAST), rel=1e-6)


def test_long_edges_keep_their_course_when_reprojected(tmp_path):
    """A rectangle in an Albers plane is curved in degrees: its area is kept all the same."""
    square = shapely.box(-1e6, 3.5e6, 5e5, 4.5e6)  # 1.5e12 m2 on the ellipsoid of the plane
    file = write(tmp_path / "square.gpkg", [square], crs="+proj=aea +lat_1=25 +lat_2=47 "
                 "+lat_0=0 +lon_0=105 +datum=WGS84")  # fmt: skip
    area = polygon_area(read_polygons(file)["part 1"])
    assert area == pytest.approx(1.5e12, rel=3e-3)  # authalic sphere against the ellipsoid


def test_long_edges_keep_their_course_in_any_unit_of_length(tmp_path):
    plane = "+proj=aea +lat_1=25 +lat_2=47 +lat_0=0 +lon_0=105 +datum=WGS84"
    found = [
        read_polygons(write(tmp_path / f"{unit}.gpkg", [square], crs=f"{plane} +units={unit}"))
        for unit, square in (
            ("m", shapely.box(-1e6, 3.5e6, 5e5, 4.5e6)), ("km", shapely.box(-1e3, 3.5e3, 500, 4500))
        )
    ]  # fmt: skip
    metres, kilometres = (one["part 1"] for one in found)
    assert polygon_area(kilometres) == pytest.approx(polygon_area(metres), rel=1e-9)
    assert shapely.get_num_coordinates(kilometres) == shapely.get_num_coordinates(metres) > 100


def test_a_polygon_in_degrees_is_taken_point_by_point(tmp_path):
    two = shapely.MultiPolygon([WEST, shapely.box(110, 40, 112, 42)])
    found = read_polygons(write(tmp_path / "parts.gpkg", [two]))["part 1"]
    assert found.geom_type == "MultiPolygon"
    assert shapely.get_coordinates(found).tolist() == shapely.get_coordinates(two).tolist()


@pytest.mark.parametrize("box", [
    (70, 30, 72, 31), (137, 30, 138, 31), (100, 15, 101, 17), (100, 55, 101, 56),
])  # fmt: skip
def test_a_polygon_that_only_touches_the_box_of_china_lies_outside(tmp_path, box):
    with pytest.raises(InputError, match="outside China"):
        read_polygons(write(tmp_path / "a.gpkg", [shapely.box(*box)]))
    west, south, east, north = box
    wider = shapely.box(west - 0.1, south - 0.1, east + 0.1, north + 0.1)
    assert len(read_polygons(write(tmp_path / "b.gpkg", [wider]))) == 1


def test_a_column_of_names_is_found_or_chosen(tmp_path):
    file = write(tmp_path / "parts.gpkg", [WEST, EAST], names=["a", "b"], field="NAME")
    assert list(read_polygons(file)) == ["a", "b"]
    file = write(tmp_path / "other.gpkg", [WEST, EAST], names=["a", "b"], field="province")
    assert list(read_polygons(file, name_field="province")) == ["a", "b"]
    with pytest.raises(InputError, match=r"no column of names(.|\n)*province"):
        read_polygons(file)
    with pytest.raises(InputError, match=r"no column of names(.|\n)*accepted: 'county'"):
        read_polygons(file, name_field="county")


def test_features_of_one_name_are_one_polygon(tmp_path):
    apart = shapely.box(110, 40, 112, 42)
    file = write(tmp_path / "parts.gpkg", [EAST, apart], names=["east", "east"])
    found = read_polygons(file)
    assert list(found) == ["east"]
    assert polygon_area(found["east"]) == pytest.approx(polygon_area(EAST) + polygon_area(apart))


@pytest.mark.parametrize("name", ["qinghai-tibet", "Qinghai–Tibet", "QINGHAI TIBET"])
def test_the_books_names_are_spelled_as_in_the_book(tmp_path, name):
    assert list(read_polygons(write(tmp_path / "a.gpkg", [WEST], names=[name]))) == [
        "Qinghai-Tibet"
    ]


def test_other_letters_are_no_hyphens(tmp_path):
    assert list(read_polygons(write(tmp_path / "a.gpkg", [WEST], names=["QinghaiXTibet"]))) == [
        "QinghaiXTibet"
    ]


def test_a_feature_without_name_is_refused_also_in_a_column_of_numbers(tmp_path):
    file = tmp_path / "a.geojson"
    for given in ([None, "b"], [1, None], [1.5, None]):
        features = [
            {"type": "Feature", "properties": {"name": name}, "geometry": shape.__geo_interface__}
            for name, shape in zip(given, [WEST, EAST], strict=True)
        ]
        file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        where = given.index(None) + 1
        with pytest.raises(InputError, match=rf"where: feature {where}\n  found: no name"):
            read_polygons(file)


@pytest.mark.parametrize("name", ["", "china", "Forest", "a/b", "mean"])
def test_names_that_mean_something_else_are_refused(tmp_path, name):
    with pytest.raises(InputError, match=r"no name that can be used(.|\n)*feature 1"):
        read_polygons(write(tmp_path / "a.gpkg", [WEST], names=[name]))


def test_swapped_axes_are_named(tmp_path):
    swapped = shapely.transform(EAST, lambda x, y: (y, x), interleaved=False)
    with pytest.raises(InputError, match=r"axes of the polygon are swapped(.|\n)*x 28 to 36"):
        read_polygons(write(tmp_path / "a.geojson", [swapped], names=["east"]))


def test_a_place_outside_china_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"outside China(.|\n)*x -10 to 5"):
        read_polygons(write(tmp_path / "a.gpkg", [shapely.box(-10, 40, 5, 50)]))


def test_metres_without_a_coordinate_system_are_refused(tmp_path):
    plane = shapely.box(2e5, 3e6, 8e5, 4e6)
    with pytest.warns(UserWarning, match="'crs' was not provided"):
        file = write(tmp_path / "a.shp", [plane], crs=None)
    with pytest.raises(InputError, match=r"not in degrees(.|\n)*where: a\.shp, part 1\n"):
        read_polygons(file)


def test_an_invalid_polygon_is_refused_with_the_reason(tmp_path):
    bow = shapely.Polygon([(100, 30), (110, 40), (110, 30), (100, 40)])
    with pytest.raises(InputError, match=r"not valid(.|\n)*Self-intersection"):
        read_polygons(write(tmp_path / "a.geojson", [EAST, bow]))


def geojson(path, *geometries):
    features = [
        {"type": "Feature", "properties": {"name": f"part {i}"}, "geometry": g}
        for i, g in enumerate(geometries, 1)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def test_features_without_an_area_are_refused(tmp_path):
    line = shapely.geometry.mapping(shapely.LineString([(100, 30), (110, 30)]))
    with pytest.raises(InputError, match=r"no geometry(.|\n)*feature 1"):
        read_polygons(geojson(tmp_path / "none.geojson", None))
    with pytest.raises(InputError, match=r"Not a polygon with an area(.|\n)*LineString"):
        read_polygons(geojson(tmp_path / "line.geojson", line))
    with pytest.raises(InputError, match=r"holds no polygon"):
        read_polygons(geojson(tmp_path / "empty.geojson"))


def test_files_that_cannot_be_read_are_refused(tmp_path):
    broken = tmp_path / "broken.geojson"
    broken.write_text("{not json")
    with pytest.raises(InputError, match=r"cannot be read(.|\n)*GeoPackage") as caught:
        read_polygons(broken)
    assert str(tmp_path) not in str(caught.value)
    with pytest.raises(InputError, match="no file of polygons"):
        read_polygons(tmp_path / "absent.gpkg")
    with pytest.raises(InputError, match=r"Not a kind of file(.|\n)*\.csv"):
        read_polygons(tmp_path / "table.csv")


WGS = 'DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0]'
MOON = 'DATUM["D_Moon_2000",SPHEROID["Moon_2000_IAU_IAG",1737400.0,0.0]],PRIMEM["Greenwich",0]'
DEGREE = 'UNIT["Degree",0.0174532925199433]'
REFUSAL = "coordinate system of the polygons is none of places on the Earth"


@pytest.mark.parametrize(
    "stated",
    [
        'LOCAL_CS["mine",UNIT["Meter",1.0]]',
        f'GEOCCS["mine",{WGS},UNIT["Meter",1]]',
        f'GEOGCS["mine",{MOON},{DEGREE}]',
        'VERT_CS["mine",VERT_DATUM["y",2005],UNIT["m",1.0]]',
        "mine",
    ],
    ids=["local", "geocentric", "moon", "vertical", "garbage"],
)
def test_a_coordinate_system_that_is_none_of_the_earth_is_refused(tmp_path, stated):
    file = write(tmp_path / "a.shp", [EAST])
    file.with_suffix(".prj").write_text(stated)
    with pytest.raises(InputError, match=REFUSAL) as caught:
        read_polygons(file)
    error = caught.value
    assert (error.file, error.where) == ("a.shp", "coordinate system")
    assert error.found.replace('"mine"', "").startswith(stated.split('"')[0])
    assert len(error.found) <= 160
    assert error.accepted.startswith("longitude and latitude on the Earth")
    assert "(.prj)" in error.fix


@pytest.mark.parametrize("crs", ["EPSG:4978", "EPSG:4979"])
def test_heights_above_degrees_are_no_matter_and_places_in_space_are_none(tmp_path, crs):
    file = write(tmp_path / "a.gpkg", [EAST], crs=crs)
    if crs == "EPSG:4979":
        assert shapely.equals(read_polygons(file)["part 1"], EAST)
        return
    with pytest.raises(InputError, match=rf"{REFUSAL}(.|\n)*found: EPSG:4978\n"):
        read_polygons(file)


def test_a_declaration_of_other_letters_is_shown_and_the_first_one_counts(tmp_path):
    file = write(tmp_path / "a.shp", [EAST])
    file.with_suffix(".prj").write_bytes(b"m\xefne")
    file.with_suffix(".PRJ").write_text("other")
    with pytest.raises(InputError, match=rf"{REFUSAL}(.|\n)*found: m\ufffdne\n"):
        read_polygons(file)


def test_a_long_declaration_is_shown_in_one_short_line(tmp_path):
    file = write(tmp_path / "a.shp", [EAST])
    file.with_suffix(".prj").write_text("not  a\nsystem " * 40)
    with pytest.raises(InputError, match=REFUSAL) as caught:
        read_polygons(file)
    assert caught.value.found == ("not a system " * 40)[:160]


@pytest.mark.parametrize("ending", [".shp", ".SHP"])
@pytest.mark.parametrize("declared", [".prj", ".PRJ"])
def test_the_case_of_the_endings_does_not_matter(tmp_path, ending, declared):
    file = write(tmp_path / "a.shp", [EAST])
    file.with_suffix(".prj").unlink()
    file = file.rename(file.with_suffix(ending))
    if ending == ".SHP":
        for part in (".shx", ".dbf"):
            (tmp_path / f"a{part}").rename(tmp_path / f"a{part.upper()}")
    assert shapely.equals(read_polygons(file)["part 1"], EAST)
    file.with_suffix(declared).write_text("mine")
    with pytest.raises(InputError, match=rf"{REFUSAL}(.|\n)*found: mine\n"):
        read_polygons(file)


def test_only_shapefiles_have_their_system_in_a_file_beside_them(tmp_path):
    with pytest.warns(UserWarning, match="'crs' was not provided"):
        file = write(tmp_path / "a.gpkg", [EAST], crs=None)
    file.with_suffix(".prj").write_text("mine")
    assert shapely.equals(read_polygons(file)["part 1"], EAST)
    blank = write(tmp_path / "b.shp", [EAST])
    blank.with_suffix(".prj").write_text(" \n")
    assert shapely.equals(read_polygons(blank)["part 1"], EAST)


def test_what_no_program_has_declared_is_read_or_refused(tmp_path):
    """-1 of a GeoPackage is an undefined plane, 0 are degrees of an unknown datum."""
    for number in (-1, 0):
        file = write(tmp_path / f"a{number}.gpkg", [EAST])
        with contextlib.closing(sqlite3.connect(file)) as package, package:
            for table in ("gpkg_geometry_columns", "gpkg_contents"):
                package.execute(f"update {table} set srs_id=?", (number,))
    with pytest.raises(InputError, match=rf"{REFUSAL}(.|\n)*Undefined Cartesian"):
        read_polygons(tmp_path / "a-1.gpkg")
    assert shapely.equals(read_polygons(tmp_path / "a0.gpkg")["part 1"], EAST)


@pytest.mark.parametrize("suffix", DRIVERS)
@pytest.mark.parametrize(
    "content",
    [
        "<OGRVRTDataSource><OGRVRTLayer name='a'><SrcDataSource>HERE</SrcDataSource></OGRVRTLayer>"
        "</OGRVRTDataSource>",
        "<OGRWFSDataSource><URL>http://127.0.0.1:9/</URL></OGRWFSDataSource>",
        '{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read HERE"}',
    ],
)
def test_a_file_that_names_other_files_is_not_followed(tmp_path, suffix, content):
    there = write(tmp_path / "a.geojson", [EAST])
    file = tmp_path / f"b{suffix}"
    file.write_text(content.replace("HERE", str(there)))
    with pytest.raises(InputError, match="another kind of file, which begins"):
        read_polygons(file)


def test_a_geojson_may_begin_with_blanks_and_a_mark(tmp_path):
    file = write(tmp_path / "a.geojson", [EAST])
    file.write_bytes(b"\xef\xbb\xbf \r\n" + file.read_bytes())
    assert list(read_polygons(file)) == ["part 1"]


def test_a_geopackage_that_names_an_undefined_system_is_refused(tmp_path):
    file = write(tmp_path / "a.gpkg", [EAST])
    with contextlib.closing(sqlite3.connect(file)) as base:
        base.execute("update gpkg_geometry_columns set srs_id = 4711")
        base.commit()
    with pytest.raises(InputError, match=r"none of places on the Earth(.|\n)*srs_id 4711"):
        read_polygons(file)


def test_a_geopackage_without_a_system_holds_degrees(tmp_path):
    with pytest.warns(UserWarning, match="'crs' was not provided"):
        file = write(tmp_path / "a.gpkg", [EAST], crs=None)
    assert list(read_polygons(file)) == ["part 1"]
