"""Cases of the reader's own polygons."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import numpy as np

from helpers.constants import EARTH_RADIUS_M
from helpers.gauntlet.case import Answer, Case, Skip
from helpers.gauntlet.cases_files import HTML

BOX = [[100.0, 30.0], [110.0, 30.0], [110.0, 40.0], [100.0, 40.0], [100.0, 30.0]]
AREA = EARTH_RADIUS_M**2 * np.deg2rad(10.0) * (np.sin(np.deg2rad(40)) - np.sin(np.deg2rad(30)))
"""Area of the box on the sphere, by its formula [m2]."""


def collection(
    rings: Any = None, *, kind: str = "Polygon", name: Any = "mine", **more: Any
) -> dict[str, Any]:
    """Return GeoJSON of one feature; coordinates are those of the box unless given."""
    coordinates = [BOX] if rings is None else rings
    feature = {
        "type": "Feature",
        "properties": {"name": name},
        "geometry": {"type": kind, "coordinates": coordinates},
    }
    return {"type": "FeatureCollection", "features": [feature], **more}


def _text(content: Any) -> Callable[[Path], Any]:
    if isinstance(content, bytes):
        return lambda path: path.write_bytes(content)
    text = content if isinstance(content, str) else json.dumps(content)
    return lambda path: path.write_text(text, encoding="utf-8")


def _case(
    name: str,
    about: str,
    *,
    says: str,
    content: Any,
    expects: Literal["error", "repair"] = "error",
    file: str = "regions.geojson",
    area: float = AREA,
    name_field: str | None = None,
    drops_privilege: bool = False,
) -> Case:
    def build(folder: Path) -> None:
        try:
            (content if callable(content) else _text(content))(folder / file)
        except OSError as error:
            raise Skip(str(error)) from error

    def attempt(folder: Path) -> Answer:
        from helpers.masks import polygon_area
        from helpers.polygons import read_polygons

        found = read_polygons(folder / file, name_field=name_field)
        total = sum(polygon_area(polygon) for polygon in found.values())
        return Answer(abs(total - area) / area, "read " + ", ".join(found))

    return Case(
        name=f"polygon-{name}", area="polygons", about=about, build=build, attempt=attempt,
        expects=expects, says=says, drops_privilege=drops_privilege,
    )  # fmt: skip


def _moved(x: float, y: float = 0.0, *, factor: float = 1.0) -> list[list[list[float]]]:
    return [[[(a + x) * factor, (b + y) * factor] for a, b in BOX]]


def _web_mercator() -> dict[str, Any]:
    """Return the box in EPSG:3857, whose straight edges are parallels and meridians."""
    radius = 6378137.0
    ring = [
        [radius * np.deg2rad(x), radius * np.log(np.tan(np.pi / 4 + np.deg2rad(y) / 2))]
        for x, y in BOX
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    return collection([ring], crs=crs)


MOON = (
    'GEOGCS["Moon 2000",DATUM["D_Moon_2000",SPHEROID["Moon_2000_IAU_IAG",1737400.0,0.0]],'
    'PRIMEM["Greenwich",0],UNIT["Degree",0.0174532925199433]]'
)


def _shapefile(system: str | None, *, driver: str = "ESRI Shapefile") -> Callable[[Path], None]:
    """Return what writes the box as a shapefile with a .prj of its own, or without one."""

    def write(path: Path) -> None:
        import pyogrio
        import shapely

        shape = np.array([shapely.to_wkb(shapely.Polygon(BOX))], dtype=object)
        pyogrio.raw.write(
            path, shape, [np.array(["mine"], dtype=object)], ["name"], geometry_type="Polygon",
            crs="EPSG:4326", driver=driver,
        )  # fmt: skip
        if driver == "GPKG":
            return
        declared = path.with_suffix(".prj")
        declared.unlink() if system is None else declared.write_text(system)

    return write


VIRTUAL = (
    '<OGRVRTDataSource><OGRVRTLayer name="regions"><SrcDataSource relativeToVRT="1">x.geojson'
    "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
)


def _undefined_system(path: Path) -> None:
    """Write the box as a GeoPackage whose layer names a system that is not in its table."""
    import sqlite3

    _shapefile("", driver="GPKG")(path)
    base = sqlite3.connect(path)
    base.execute("update gpkg_geometry_columns set srs_id = 4711")
    base.commit()
    base.close()


def _odd() -> list[Case]:
    """Return the cases of coordinates that cannot be meant."""
    x, y = zip(*BOX, strict=True)
    swapped = [[list(pair) for pair in zip(y, x, strict=True)]]
    crossing = [[BOX[0], BOX[2], BOX[1], BOX[3], BOX[0]]]
    absurd = json.dumps(collection()).replace("110.0", "1e400")
    missing = json.dumps(collection()).replace("110.0", "NaN")
    outside = [*_moved(0), [[120.0, 35.0], [121.0, 35.0], [121.0, 36.0], [120.0, 35.0]]]
    return [
        _case("crossing", "a ring that crosses itself", says="not valid(.|\n)*Self-intersection",
              content=collection(crossing)),
        _case("hole-outside", "a hole outside its ring", says="not valid",
              content=collection(outside)),
        _case("swapped", "latitude before longitude", says="axes .* swapped",
              content=collection(swapped)),
        _case("america", "a polygon over America", says="outside China",
              content=collection(_moved(-200))),
        _case("micro-degrees", "millionths of a degree", says="degrees|outside China",
              content=collection(_moved(0, 0, factor=1e6))),
        _case("metres-undeclared", "metres without a coordinate system", says="not in degrees",
              content=collection(_moved(0, 0, factor=111_000.0))),
        _case("infinite", "an infinite coordinate", says="(?i)finite|cannot be read|degrees",
              content=absurd),
        _case("nan", "a coordinate that is NaN", says="(?i)finite|cannot be read|degrees|not valid",
              content=missing),
        _case("unclosed", "a ring that is not closed", says="cannot be read|not valid",
              content=collection([BOX[:3][:2]])),
        _case("no-area", "a ring without area", says="not valid|area",
              content=collection([[BOX[0], BOX[1], BOX[0], BOX[0]]])),
        _case("empty-rings", "a polygon without rings", says="area|geometry",
              content=collection([])),
        _case("points", "points", says="Not a polygon", content=collection(BOX[0], kind="Point")),
        _case("lines", "lines", says="Not a polygon", content=collection(BOX, kind="LineString")),
    ]  # fmt: skip


def _plain() -> list[Case]:
    """Return the cases of files, names and what is accepted."""
    three = [[[*point, 500.0] for point in BOX]]
    unnamed = collection()
    unnamed["features"][0]["properties"] = {"colour": "red"}
    nothing = {"type": "FeatureCollection", "features": []}
    bare = collection()
    bare["features"][0]["geometry"] = None
    deep = '{"type": "FeatureCollection", "features": ' + "[" * 100_000
    return [
        _case("plain", "a box in degrees", says="read mine", content=collection(),
              expects="repair"),
        _case("heights", "points with heights", says="read mine", content=collection(three),
              expects="repair"),
        _case("clockwise", "a ring the other way round", says="read mine",
              content=collection([BOX[::-1]]),
              expects="repair"),
        _case("repeated-point", "a point twice in a row", says="read mine",
              content=collection([[BOX[0], *BOX]]), expects="repair"),
        _case("metres", "metres, with their coordinate system", says="read mine",
              content=_web_mercator(),
              expects="repair"),
        _case("spelling", "a region's name in other letters", says="read Qinghai-Tibet",
              content=collection(name="qinghai\u2013tibet"), expects="repair"),
        _case("name-absent", "no column of names", says="no column of names", content=unnamed),
        _case("name-empty", "an empty name", says="no name", content=collection(name="  ")),
        _case("name-null", "a name that is null", says="no name|no column",
              content=collection(name=None)),
        _case("name-taken", "a region called China", says="no name that can be used",
              content=collection(name="China")),
        _case("name-path", "a name that is a path", says="no name that can be used",
              content=collection(name="../../x")),
        _case("name-field", "a column that is not there", says="no column of names",
              content=collection(),
              name_field="province"),
        _case("geometry-null", "a feature without geometry", says="no geometry", content=bare),
        _case("features-none", "no features", says="holds no polygon|cannot be read",
              content=nothing),
        _case("empty", "zero bytes", says="cannot be read", content=""),
        _case("html", "a web page", says="cannot be read", content=HTML),
        _case("json-cut", "a file that ends early", says="cannot be read",
              content=json.dumps(collection())[:120]),
        _case("json-deep", "a hundred thousand brackets", says="cannot be read", content=deep),
        _case("latin-1", "a name that is not UTF-8", says="UTF-8|cannot be read",
              content=json.dumps(collection()).encode().replace(b"mine", b"m\xefne")),
        _case("crs-unknown", "a coordinate system nobody knows",
              says="(?i)coordinate system|degrees",
              content=collection(_moved(0, 0, factor=111_000.0), crs={
                  "type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::999999"}})),
        _case("system-local", "a shapefile of a plane that lies nowhere", says="none of places on",
              content=_shapefile('LOCAL_CS["x",UNIT["Meter",1.0]]'), file="regions.shp"),
        _case("system-moon", "a shapefile of the Moon", says="none of places on(.|\n)*Moon",
              content=_shapefile(MOON), file="regions.shp"),
        _case("system-noise", "a shapefile whose .prj is noise", says="none of places on",
              content=_shapefile("garbage"), file="regions.shp"),
        _case("system-none", "a shapefile without a .prj", says="read mine",
              content=_shapefile(None), file="regions.shp", expects="repair"),
        _case("package-noise", "noise under the name of a GeoPackage", says="cannot be read",
              content=b"SQLite format 3\x00" + bytes(range(256)) * 20, file="regions.gpkg"),
        _case("package-system", "a GeoPackage whose system it does not define",
              says="none of places on(.|\n)*srs_id 4711", content=_undefined_system,
              file="regions.gpkg"),
        _case("other-files", "a list of further files under the name of GeoJSON",
              says="another kind of file", content=VIRTUAL),
        _case("other-server", "the address of a server under the name of GeoJSON",
              says="another kind of file",
              content="<OGRWFSDataSource><URL>http://127.0.0.1:9/</URL></OGRWFSDataSource>"),
        _case("pipeline", "JSON that names commands to be run", says="another kind of file",
              content={"type": "gdal_streamed_alg", "command_line": "gdal vector info x.geojson"}),
        _case("shape-alone", "a shapefile without its other parts", says="cannot be read",
              content=b"\x00\x00\x27\x0a" + bytes(96), file="regions.shp"),
        _case("suffix", "a spreadsheet", says="Not a kind of file", content=b"PK",
              file="regions.xlsx"),
        _case("absent", "no file", says="no file of polygons", content=lambda path: None),
        _case("folder", "a folder", says="no file of polygons", content=Path.mkdir),
        _case("loop", "a link to itself", says="no file of polygons",
              content=lambda path: path.symlink_to(path.name)),
        _case("forbidden", "a file that may not be read", says="may not be read",
              content=lambda path: (_text(collection())(path), path.chmod(0)),
              drops_privilege=True),
    ]  # fmt: skip


def cases() -> list[Case]:
    """Return all cases of polygons."""
    return _plain() + _odd()
