"""Derive boundaries, regions and line work from Natural Earth, ETOPO5 and ERA5.

Part of ``derive_inputs.py``. Coordinates are degrees of longitude and latitude on a grid of 1e-5
degrees (about 1 m), so that neighbours share their vertices exactly after being written as text.
"""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import contourpy
import geopandas as gpd
import numpy as np
import shapely
import xarray as xr
from scipy.ndimage import gaussian_filter
from shapely.geometry.polygon import orient

from helpers.constants import CHINA_BOX
from helpers.files import write_text
from helpers.masks import polygon_area

REGIONS = ("North", "South", "Northwest", "Qinghai-Tibet")
TEXTBOOK_SHARES = {"North": 20, "South": 25, "Northwest": 30, "Qinghai-Tibet": 25}

PARAMETERS: dict[str, float] = {
    # ERA5 rain over China is too wet: about 813 against 640 mm a year in gauges. The isohyets that
    # text books name, 400 and 800 mm, are looked for at this multiple.
    "era5_rain_factor": 1.25,
    # Qinghai-Tibet: high ground in one piece; gaps closed and holes (Qaidam) filled
    "plateau_elevation_m": 3000.0,
    "plateau_smoothing_degrees": 0.35,
    "plateau_closing_degrees": 1.2,
    "plateau_north_limit": 40.0,
    "plateau_east_limit": 104.5,
    # the southern slopes of the Himalaya belong to it: off the plateau, west and south of these
    "plateau_rim_east_limit": 98.0,
    "plateau_rim_north_limit": 34.0,
    # Northwest: dry side of the 400 mm isohyet (Greater Khingan, Yin and Helan ranges); east of
    # this longitude only high ground, for the plain east of the Greater Khingan is also dry
    "northwest_rain_mm": 400.0,
    "northwest_east_lowland_from": 110.0,
    "northwest_east_elevation_m": 500.0,
    "northwest_south_limit": 35.0,
    # wet mountains (Tian Shan, Altai) west of this longitude count as Northwest
    "northwest_all_west_of": 98.0,
    # South: wet side of the 800 mm isohyet (Qinling and Huai river)
    "south_rain_mm": 800.0,
    "south_north_limit": 35.0,
    "south_all_south_of": 31.0,
    "rain_smoothing_degrees": 0.75,
    # pieces below this size go to the neighbour they share most border with
    "smallest_piece_km2": 60_000.0,
    "contour_simplify_degrees": 0.01,
    "coordinate_grid_degrees": 1e-5,
}
GRID = PARAMETERS["coordinate_grid_degrees"]
DRAWING_BOX = shapely.box(60.0, 0.0, 150.0, 62.0)


def write_geojson(path: Path, shapes: dict[str, shapely.Geometry]) -> None:
    """Write named shapes as GeoJSON with 5 decimals, one feature a line."""
    lines = []
    for name, shape in shapes.items():
        geometry = json.loads(shapely.to_geojson(_oriented(shape)))
        geometry["coordinates"] = _rounded(geometry["coordinates"])
        feature = {"type": "Feature", "properties": {"name": name}, "geometry": geometry}
        lines.append(json.dumps(feature, separators=(",", ":")))
    body = ",\n".join(lines)
    write_text(path, f'{{"type":"FeatureCollection","features":[\n{body}\n]}}\n')


def _rounded(values: list) -> list:
    return [_rounded(v) if isinstance(v, list) else round(v, 5) for v in values]


def _oriented(shape: shapely.Geometry) -> shapely.Geometry:
    """Return polygons with outer rings counter-clockwise (RFC 7946) in one fixed order."""
    shape = shapely.normalize(shape)
    if shape.geom_type == "Polygon":
        return orient(shape)
    if shape.geom_type == "MultiPolygon":
        return shapely.multipolygons([orient(part) for part in shapely.get_parts(shape)])
    return shape


def _polygons_only(shape: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shape)
    return shapely.union_all([p for p in parts if p.geom_type == "Polygon"], grid_size=GRID)


# ---- boundaries ---------------------------------------------------------------------------------


def claimed_pieces(provinces: gpd.GeoDataFrame, claims: gpd.GeoDataFrame) -> shapely.Geometry:
    """Return what Natural Earth's lines named "Chinese claim" cut off its neighbours.

    The lines end up to 0.01 degrees short of the neighbour's border: their ends are prolonged to
    it. Kept are all pieces but the largest of each neighbour that touch the China features.
    """
    china = shapely.union_all(provinces[provinces["admin"] == "China"].geometry.values)
    pieces = []
    claims = claims[claims["name"] == "Chinese claim"]
    for neighbour in sorted(set(claims["adm0_left"])):
        shapes = provinces[provinces["admin"] == neighbour].geometry.values
        border = shapely.union_all(shapes).boundary
        lines = list(claims[claims["adm0_left"] == neighbour].geometry.values)
        ends = [_to_border(point, border) for line in lines for point in _ends(line)]
        net = shapely.union_all([border, *lines, *ends])
        faces = shapely.get_parts(shapely.polygonize(list(shapely.get_parts(net))))
        faces = sorted(faces, key=shapely.area)[:-1]
        faces = [f for f in faces if polygon_area(f) > 1e6]  # below 1 km2: noise of the lines
        pieces += [f for f in faces if shapely.length(f.boundary.intersection(china)) > 0]
    return shapely.union_all(pieces)


def _ends(line: shapely.Geometry) -> list[shapely.Point]:
    return list(shapely.get_parts(shapely.line_merge(line).boundary))


def _to_border(point: shapely.Point, border: shapely.Geometry) -> shapely.LineString:
    """Return the shortest line from a point to the border, prolonged by half."""
    start, end = shapely.get_coordinates(shapely.shortest_line(point, border))
    return shapely.LineString([start, end + 0.5 * (end - start)])


def make_boundaries(
    path: Path,
) -> tuple[dict[str, shapely.Geometry], dict[str, shapely.Geometry]]:
    """Return the two depictions and the pieces in which they differ."""
    provinces = gpd.read_file(path, layer="states_provinces")
    claims = gpd.read_file(path, layer="disputed_borders")
    pieces = {
        name: shapely.union_all(
            provinces[provinces["admin"] == name].geometry.values, grid_size=GRID
        )
        for name in ("China", "Taiwan", "Hong Kong S.A.R.", "Macau S.A.R")
    }
    claimed = claimed_pieces(provinces, claims)
    for index, part in enumerate(sorted(shapely.get_parts(claimed), key=shapely.area)[::-1]):
        lon, lat = part.representative_point().coords[0]
        pieces[f"claim {index + 1} near {lat:.1f}N {lon:.1f}E"] = shapely.set_precision(part, GRID)
    national = shapely.union_all(list(pieces.values()), grid_size=GRID)
    return {"national": national, "natural-earth": pieces["China"]}, pieces


# ---- regions ------------------------------------------------------------------------------------


def smooth(field: xr.DataArray, degrees: float) -> xr.DataArray:
    """Return the field smoothed by a Gaussian of that standard deviation."""
    step = float(field["lat"][1] - field["lat"][0])
    values = gaussian_filter(field.values.astype(float), degrees / step, mode="nearest")
    return field.copy(data=values)


def above(field: xr.DataArray, threshold: float) -> shapely.Geometry:
    """Return the polygons where a (lat, lon) field exceeds a threshold."""
    generator = contourpy.contour_generator(
        field["lon"].values, field["lat"].values, field.values, fill_type="OuterOffset"
    )
    points, offsets = generator.filled(threshold, np.inf)
    shapes = [
        shapely.Polygon(p[o[0] : o[1]], [p[a:b] for a, b in pairwise(o[1:])])
        for p, o in zip(points, offsets, strict=True)
    ]
    shape = shapely.make_valid(shapely.union_all(shapes))
    return shapely.simplify(shape, PARAMETERS["contour_simplify_degrees"])


def largest_filled(shape: shapely.Geometry) -> shapely.Polygon:
    """Return the largest part of a shape without its holes."""
    part = max(shapely.get_parts(shape), key=shapely.area)
    return shapely.Polygon(part.exterior)


def plateau_shape(high: xr.DataArray) -> shapely.Geometry:
    """Return the Qinghai-Tibet plateau and its southern rim from smoothed elevation."""
    p, (west, _, south, _) = PARAMETERS, CHINA_BOX
    limits = shapely.box(west - 2, south, p["plateau_east_limit"], p["plateau_north_limit"])
    ground = largest_filled(above(high, p["plateau_elevation_m"]) & limits)
    reach = p["plateau_closing_degrees"]
    plateau = largest_filled(ground.buffer(reach).buffer(-reach))
    rim = shapely.box(west, south, p["plateau_rim_east_limit"], p["plateau_rim_north_limit"])
    return plateau | rim


def region_shapes(elevation: xr.DataArray, rain: xr.DataArray) -> dict[str, shapely.Geometry]:
    """Return where each rule holds, in order of precedence; the rest is North.

    Parameters
    ----------
    elevation, rain : xarray.DataArray, dims (lat, lon) [m], [mm year-1]
    """
    p, (west, east, south, north) = PARAMETERS, CHINA_BOX
    high = smooth(elevation, p["plateau_smoothing_degrees"])
    rain = smooth(rain, p["rain_smoothing_degrees"]) / p["era5_rain_factor"]
    bottom = p["northwest_south_limit"]
    dry = shapely.box(west, bottom, east, north) - above(rain, p["northwest_rain_mm"])
    steppe = above(high, p["northwest_east_elevation_m"])
    steppe = steppe | shapely.box(west, south, p["northwest_east_lowland_from"], north)
    wet = above(rain, p["south_rain_mm"]) & shapely.box(west, south, east, p["south_north_limit"])
    return {
        "Qinghai-Tibet": plateau_shape(high),
        "Northwest": (dry & steppe) | shapely.box(west, bottom, p["northwest_all_west_of"], north),
        "South": wet | shapely.box(west, south - 2, east, p["south_all_south_of"]),
    }


def make_faces(lines: list[shapely.Geometry]) -> np.ndarray:
    """Return the faces of a net of lines, noded on the coordinate grid."""
    net = shapely.union_all(lines, grid_size=GRID)
    return shapely.get_parts(shapely.polygonize(list(shapely.get_parts(net))))


def make_regions(  # noqa: PLR0917  Sphinx calls it
    boundaries: dict[str, shapely.Geometry], elevation: xr.DataArray, rain: xr.DataArray
) -> tuple[dict[str, shapely.Geometry], dict[str, dict[str, shapely.Geometry]]]:
    """Return the boundaries with shared vertices, and the partition of each into four regions."""
    shapes = region_shapes(elevation, rain)
    national = boundaries["national"]
    cuts = [shape.boundary & national for shape in shapes.values()]
    faces = make_faces([shape.boundary for shape in boundaries.values()] + cuts)
    points = shapely.point_on_surface(faces)
    faces = faces[shapely.contains(national, points)]
    points = shapely.point_on_surface(faces)
    labels = np.full(faces.size, "North", dtype=object)
    for name in reversed(shapes):
        labels[shapely.contains(shapes[name], points)] = name
    labels = merge_small(faces, labels)
    kept = {"national": np.ones(faces.size, dtype=bool),
            "natural-earth": shapely.contains(boundaries["natural-earth"], points)}  # fmt: skip
    regions = {
        boundary: {name: shapely.union_all(faces[inside & (labels == name)], grid_size=GRID)
                   for name in REGIONS}
        for boundary, inside in kept.items()
    }  # fmt: skip
    whole = {boundary: shapely.union_all(faces[inside], grid_size=GRID)
             for boundary, inside in kept.items()}  # fmt: skip
    return whole, regions


def merge_small(faces: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Give every small detached piece to the region it shares most border with.

    A piece that touches no other region is an island and keeps its label.
    """
    labels = labels.copy()
    while True:
        pieces = [
            (polygon_area(part) / 1e6, name, part)
            for name in REGIONS
            for part in shapely.get_parts(shapely.union_all(faces[labels == name], grid_size=GRID))
        ]
        for size, name, part in sorted(pieces, key=lambda piece: piece[0]):
            others = [q for q in pieces if q[1] != name]
            shared = [shapely.length(part.boundary & other[2].boundary) for other in others]
            if size < PARAMETERS["smallest_piece_km2"] and max(shared) > 0:
                inside = shapely.contains(part, shapely.point_on_surface(faces))
                labels[inside] = others[int(np.argmax(shared))][1]
                break
        else:
            return labels


# ---- land and lines -----------------------------------------------------------------------------


def _read(path: Path) -> shapely.Geometry:
    shapes = gpd.read_file(path, bbox=DRAWING_BOX.bounds).geometry.values
    return shapely.union_all(shapely.make_valid(shapes))


def make_land(fine: Path, coarse: Path) -> shapely.Geometry:
    """Return the land: 10m detail around the China box, 50m in the rest of the drawing box."""
    west, east, south, north = CHINA_BOX
    near = shapely.box(west - 1, south - 1, east + 1, north + 1)
    land = (_read(fine) & near) | ((_read(coarse) & DRAWING_BOX) - near)
    land = shapely.simplify(land, 0.003)
    return _polygons_only(shapely.set_precision(land, GRID))


def line_work(land: Path, borders: Path, provinces: Path) -> dict[str, shapely.Geometry]:  # noqa: PLR0917  Sphinx calls it
    """Return coast, borders and province lines for drawing, clipped to the drawing box."""
    inner = DRAWING_BOX.buffer(-1e-6)
    shapes = gpd.read_file(provinces, layer="states_provinces")
    shapes = shapes[shapes["admin"] == "China"].geometry.values
    shared = [shapely.intersection(a.boundary, b.boundary) for i, a in enumerate(shapes)
              for b in shapes[i + 1 :] if a.intersects(b)]  # fmt: skip
    lines = {
        "coast": _read(land).boundary & inner,
        "borders": _read(borders) & inner,
        "provinces": shapely.simplify(shapely.line_merge(shapely.union_all(shared)), 0.01),
    }
    return {name: _lines_only(line) for name, line in lines.items()}


def _lines_only(shape: shapely.Geometry) -> shapely.Geometry:
    parts = [p for p in shapely.get_parts(shape) if "Line" in p.geom_type]
    return shapely.line_merge(shapely.multilinestrings(parts))


# ---- areas --------------------------------------------------------------------------------------


def describe_areas(  # noqa: PLR0917  Sphinx calls it
    boundaries: dict[str, shapely.Geometry],
    regions: dict[str, dict[str, shapely.Geometry]],
    pieces: dict[str, shapely.Geometry],
) -> dict:
    """Return the areas [km2] and the shares of the regions beside the textbook's [%]."""

    def area(shape: shapely.Geometry) -> int:
        return round(polygon_area(shape) / 1e6)

    return {
        "unit": "km2 on the sphere of the book",
        "boundaries": {name: area(shape) for name, shape in boundaries.items()},
        "pieces": {name: area(shape) for name, shape in pieces.items()},
        "regions": {
            boundary: {
                name: {"km2": area(shape),
                       "percent": round(100 * area(shape) / area(boundaries[boundary]), 1),
                       "textbook_percent": TEXTBOOK_SHARES[name]}
                for name, shape in part.items()
            }
            for boundary, part in regions.items()
        },
    }  # fmt: skip
