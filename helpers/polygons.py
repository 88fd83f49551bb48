"""Polygons of the reader's own: read from vector files, checked, and said in plain words.

GeoJSON, GeoPackage and shapefiles are read through pyogrio; a coordinate system other than degrees
of longitude and latitude is reprojected. What cannot be meant is refused; what can be meant but
changes totals (overlaps, gaps, land outside) is measured by :mod:`helpers.partition`.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pyogrio
import pyproj
import shapely

from helpers import geography
from helpers.constants import CHINA_BOX
from helpers.errors import InputError
from helpers.files import check_readable
from helpers.masks import check_polygon
from helpers.project import resolve

SUFFIXES: tuple[str, ...] = (".geojson", ".json", ".gpkg", ".shp")
"""Files that are read: GeoJSON, GeoPackage, shapefile."""

NAME_FIELDS: tuple[str, ...] = ("name", "region", "title", "label", "id")
"""Columns that name a polygon, tried in this order and in any case, when none is given."""

EDGE_DEGREES = 0.05
"""Longest straight piece of an edge that is reprojected as it is [degrees]; longer ones are cut."""

_DEGREES = "EPSG:4326"
_SHAPES = (".shp", ".SHP")
_HEADS = {".gpkg": b"SQLite format 3\0", ".shp": b"\0\0\x27\x0a"}
_BLANK = b"\xef\xbb\xbf \t\r\n"
_METRES_PER_DEGREE = 111_000.0


def read_polygons(
    file: str | Path, *, name_field: str | None = None
) -> dict[str, shapely.Geometry]:
    """Read named polygons in degrees of longitude and latitude.

    Parameters
    ----------
    file : str or Path
        GeoJSON, GeoPackage (first layer) or shapefile; taken from the root of the book when
        relative. Without a coordinate system, degrees are assumed and checked.
    name_field : str, optional
        Column with the names; the first of `NAME_FIELDS` that is there unless given.

    Returns
    -------
    dict of str to shapely.Geometry
        In the order of the file; features of one name are one polygon. A name that differs from
        one of the book's regions only in case or kind of hyphen is spelled as in the book.

    Raises
    ------
    InputError
        If the file cannot be read, a name is missing or means something else in the book, or a
        polygon is empty, invalid, on swapped axes or outside China.
    """
    path = _checked_path(file)
    meta, shapes, columns = _read(path)
    names = _names(path, meta["fields"], columns=columns, name_field=name_field)
    found: dict[str, list[shapely.Geometry]] = {}
    for number, (name, shape) in enumerate(zip(names, shapes, strict=True), start=1):
        _check_shape(shape, path=path, where=f"feature {number}, {name!r}")
        found.setdefault(name, []).append(shapely.force_2d(shape))
    polygons = {}
    source = _system(meta["crs"], path)
    for name, parts in found.items():
        parts = [_in_degrees(part, source) for part in parts]
        for part in parts:
            _check_place(part, path=path, name=name)
        polygons[name] = parts[0] if len(parts) == 1 else shapely.union_all(parts)
    return polygons


def _checked_path(file: str | Path) -> Path:
    path = resolve(file)
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(
            "Not a kind of file that polygons are read from.", file=path.name,
            where="regions_file", found=path.suffix or "no suffix", accepted=", ".join(SUFFIXES),
            fix="Export the polygons as GeoJSON or GeoPackage.",
        )  # fmt: skip
    check_readable(path)
    if not path.is_file():
        raise InputError(
            "There is no file of polygons.", file=path.name, where="regions_file",
            found="no such file", accepted="an existing file",
            fix="Correct the parameter `regions_file`; a relative path starts at the book's root.",
        )  # fmt: skip
    _check_head(path)
    undefined = _undefined(path) if path.suffix.lower() == ".gpkg" else None
    if undefined is not None:
        raise _not_earth(path, undefined)
    return path


def _check_head(path: Path) -> None:
    """Refuse another format under the name: some lead the library to further files and servers."""
    wanted = _HEADS.get(path.suffix.lower(), b"{")
    with path.open("rb") as stream:
        head = stream.read(1 << 20)
    head = head.lstrip(_BLANK) if wanted == b"{" else head
    if not head.startswith(wanted) or b"gdal_streamed_alg" in head:
        raise InputError(
            "The file of polygons cannot be read.", file=path.name,
            found=f"another kind of file, which begins {head[:30]!r}",
            accepted="the format that its suffix names",
            fix="Export the polygons again, as GeoJSON or GeoPackage.",
        )  # fmt: skip


def _read(path: Path) -> tuple[dict, list[shapely.Geometry | None], list[np.ndarray]]:
    """Return what pyogrio finds: meta data, one geometry a feature, one array a column."""
    try:
        meta, _, coded, columns = pyogrio.raw.read(path)
        shapes = [None if code is None else shapely.from_wkb(bytes(code)) for code in coded]
    except (pyogrio.errors.DataSourceError, shapely.errors.GEOSException, ValueError) as error:
        raise InputError(
            "The file of polygons cannot be read.", file=path.name,
            found=f"{type(error).__name__}: {str(error).replace(str(path), path.name)}",
            accepted="features whose geometries are polygons",
            fix="Export the polygons again, as GeoJSON or GeoPackage.",
        ) from error  # fmt: skip
    if not shapes:
        raise InputError(
            "The file holds no polygon.", file=path.name, found="0 features",
            accepted="at least one polygon", fix="Export the layer that holds the polygons.",
        )  # fmt: skip
    return meta, shapes, columns


def _names(
    path: Path, fields: np.ndarray, *, columns: list[np.ndarray], name_field: str | None
) -> list[str]:
    """Return the name of each feature, spelled as in the book where it is the book's."""
    there = [str(field) for field in fields]
    folded = {field.casefold(): field for field in reversed(there)}
    chosen = next((folded[n] for n in NAME_FIELDS if n in folded), None)
    chosen = chosen if name_field is None else name_field
    if chosen not in there:
        raise InputError(
            "The polygons have no column of names.", file=path.name, where="regions_name_field",
            found=", ".join(there) or "no column",
            accepted=repr(name_field) if name_field else "one of " + ", ".join(NAME_FIELDS),
            fix="Say in `regions_name_field` which column holds the names.",
        )  # fmt: skip
    values = columns[there.index(chosen)]
    return [_name(value, path=path, where=f"feature {i}") for i, value in enumerate(values, 1)]


def _name(value: object, *, path: Path, where: str) -> str:
    missing = value is None or value != value  # NaN is not itself
    text = "" if missing else str(value).strip()
    known = {_folded(region): region for region in geography.REGIONS}
    taken = {_folded(word) for word in ("China", *geography.ECOSYSTEMS, "mean")}
    if not text or "/" in text or _folded(text) in taken:
        raise InputError(
            "A polygon has no name that can be used.", file=path.name, where=where,
            found=repr(text) if text else "no name",
            accepted="a name without '/', other than China, mean or an ecosystem",
            fix="Rename it, or choose another column in `regions_name_field`.",
        )  # fmt: skip
    return known.get(_folded(text), text)


def _folded(word: str) -> str:
    plain = "".join("-" if c in "\u2010\u2011\u2012\u2013\u2014 _" else c for c in word)
    return plain.casefold()


def _check_shape(shape: shapely.Geometry | None, *, path: Path, where: str) -> None:
    if shape is None:
        raise InputError(
            "A feature has no geometry.", file=path.name, where=where, found="nothing",
            accepted="Polygon or MultiPolygon", fix="Remove the feature, or draw it.",
        )  # fmt: skip
    if shapely.is_empty(shape) or shape.geom_type not in ("Polygon", "MultiPolygon"):
        found = "an empty " + shape.geom_type if shapely.is_empty(shape) else shape.geom_type
        raise InputError(
            "Not a polygon with an area.", file=path.name, where=where, found=found,
            accepted="Polygon or MultiPolygon", fix="Give areas, not points or lines.",
        )  # fmt: skip
    if not shapely.is_valid(shape):
        raise InputError(
            "The polygon is not valid.", file=path.name, where=where,
            found=shapely.is_valid_reason(shape), accepted="rings that do not cross",
            fix="Repair it where it was drawn, for instance with make_valid in a GIS.",
        )  # fmt: skip


def _system(crs: str | None, path: Path) -> pyproj.CRS | None:
    """Return the coordinate system of a file, or None where none is stated."""
    if crs is None:
        stated = _stated(path)
        if stated:
            raise _not_earth(path, stated)
        return None
    try:
        source = pyproj.CRS.from_user_input(crs)
        pyproj.Transformer.from_crs(source, _DEGREES)  # refuses the Moon, and what is undefined
    except pyproj.exceptions.ProjError as error:
        raise _not_earth(path, crs) from error
    if not (source.is_geographic or source.is_projected):
        raise _not_earth(path, crs)
    return source


def _stated(path: Path) -> str:
    """Return what the .prj of a shapefile says, where the library made nothing of it."""
    files = (path.with_suffix(suffix) for suffix in (".prj", ".PRJ") if path.suffix in _SHAPES)
    texts = (file.read_bytes().decode(errors="replace") for file in files if file.is_file())
    return next(texts, "").strip()


def _undefined(path: Path) -> str | None:
    """Return the system that a GeoPackage names and does not define, None where there is none."""
    found = (
        "select srs_id from gpkg_geometry_columns"
        " where srs_id not in (select srs_id from gpkg_spatial_ref_sys)"
    )
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as base:
        try:
            rows = base.execute(found).fetchall()
        except sqlite3.Error:
            return None  # which the library refuses
    return f"srs_id {rows[0][0]}, which the file does not define" if rows else None


def _not_earth(path: Path, stated: str) -> InputError:
    return InputError(
        "The coordinate system of the polygons is none of places on the Earth.", file=path.name,
        where="coordinate system", found=" ".join(stated.split())[:160],
        accepted="longitude and latitude on the Earth, or a projection of them, such as EPSG:4326",
        fix="Declare the right one in a GIS; for plain degrees, remove the declaration (.prj).",
    )  # fmt: skip


def _in_degrees(shape: shapely.Geometry, source: pyproj.CRS | None) -> shapely.Geometry:
    """Reproject to degrees, long edges cut first so that they keep their course."""
    if source is None:
        return shape
    if source.is_exact_same(pyproj.CRS.from_user_input(_DEGREES)):
        return shape
    if source.is_projected:
        metres = source.axis_info[0].unit_conversion_factor
        shape = shapely.segmentize(shape, EDGE_DEGREES * _METRES_PER_DEGREE / metres)
    transformer = pyproj.Transformer.from_crs(source, _DEGREES, always_xy=True)
    return shapely.transform(shape, transformer.transform, interleaved=False)


def _check_place(shape: shapely.Geometry, *, path: Path, name: str) -> None:
    """Refuse swapped axes, coordinates that are no degrees, and places outside China."""
    west, south, east, north = shapely.bounds(shape)
    extent = f"x {west:g} to {east:g}, y {south:g} to {north:g}"
    china = f"x {CHINA_BOX[0]:g} to {CHINA_BOX[1]:g}, y {CHINA_BOX[2]:g} to {CHINA_BOX[3]:g}"
    if not _meets_box(west, south, east=east, north=north) and _meets_box(
        south, west, east=north, north=east
    ):
        raise InputError(
            "The axes of the polygon are swapped: latitude stands before longitude.",
            file=path.name, where=name, found=extent, accepted=f"longitude first: {china}",
            fix="Swap the two axes where the file was made.",
        )  # fmt: skip
    check_polygon(shape, name=f"{path.name}, {name}")
    if not _meets_box(west, south, east=east, north=north):
        raise InputError(
            "The polygon lies outside China.", file=path.name, where=name, found=extent,
            accepted=china, fix="Remove it; the book's fluxes cover China only.",
        )  # fmt: skip


def _meets_box(west: float, south: float, *, east: float, north: float) -> bool:
    w, e, s, n = CHINA_BOX
    return bool(west < e and east > w and south < n and north > s)
