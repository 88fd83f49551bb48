"""Line work for maps of China, projected once: Albers equal-area, and the South China Sea inset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import cartopy.crs as ccrs
import numpy as np
import shapely
from cartopy.mpl.geoaxes import GeoAxes
from matplotlib.path import Path

from helpers import geography

PROJECTION = ccrs.AlbersEqualArea(
    central_longitude=105.0, central_latitude=36.0, standard_parallels=(25.0, 47.0)
)
"""The usual equal-area projection for China; lengths in metres on WGS 84."""

EXTENT: tuple[float, float, float, float] = (-2.74e6, 2.28e6, -2.38e6, 2.17e6)
"""West, east, south and north edge of a map [m]: the mainland, Hainan and Taiwan."""

ASPECT: float = (EXTENT[3] - EXTENT[2]) / (EXTENT[1] - EXTENT[0])
"""Height of a map over its width [1]."""

INSET_BOX = (106.5, 2.5, 122.0, 23.3)
"""West, south, east and north edge of the South China Sea inset [degrees]."""

_INSET_WIDTH = 0.118
_TOLERANCE = 0.03
"""Detail below this [degrees] is dropped: half a pixel of the largest map."""

_LAND, _SEA, _COAST, _BORDER = "#ebebe8", "#f6f9fb", "#9aa3ad", "#1c2430"


@dataclass(frozen=True)
class Outline:
    """Polygons and lines of a map, in degrees of longitude and latitude.

    Attributes
    ----------
    boundary : shapely.Geometry
        The country: cells are drawn inside it only.
    regions : mapping of str to shapely.Geometry
        Outlined on top; may be empty.
    lines : mapping of str to shapely.Geometry
        Any of ``coast``, ``borders`` (drawn outside the country), ``provinces``.
    land : shapely.Geometry
        Ground colour outside the country; may be empty.
    """

    boundary: shapely.Geometry
    regions: Mapping[str, shapely.Geometry]
    lines: Mapping[str, shapely.Geometry]
    land: shapely.Geometry

    def projected(self) -> Outline:
        """Return the outline in metres of :data:`PROJECTION`, without invisible detail."""
        outside = shapely.buffer(shapely.simplify(self.boundary, 0.05), 0.2)
        lines = dict(self.lines)
        if "borders" in lines:
            lines["borders"] = shapely.difference(lines["borders"], outside)
        return Outline(
            boundary=project(self.boundary),
            regions={name: project(shape) for name, shape in self.regions.items()},
            lines={name: project(shape) for name, shape in lines.items()},
            land=project(self.land),
        )


def project(shape: shapely.Geometry) -> shapely.Geometry:
    """Map a geometry in degrees to metres of :data:`PROJECTION`, simplified for drawing."""
    fine = shapely.segmentize(shapely.simplify(shape, _TOLERANCE), 2.0)
    return shapely.transform(fine, lambda points: to_metres(points[:, 0], points[:, 1]))


def to_metres(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Map longitudes and latitudes [degrees] to x and y [m], shape (..., 2)."""
    return PROJECTION.transform_points(ccrs.PlateCarree(), np.asarray(lon), np.asarray(lat))[
        ..., :2
    ]


def china(boundary: str = "national") -> Outline:
    """Return the outline of China from the book's own files, in degrees.

    Parameters
    ----------
    boundary : str
        One of :data:`helpers.geography.BOUNDARIES`.
    """
    return Outline(
        boundary=geography.boundary_polygon(boundary),
        regions=geography.region_polygons(boundary),
        lines=geography.line_work(),
        land=geography.land_polygon(),
    )


@cache
def china_projected(boundary: str = "national") -> Outline:
    """Return :func:`china` in metres; computed once."""
    return china(boundary).projected()


def path_of(shape: shapely.Geometry) -> Path:
    """Return the rings of polygons as one path, to clip with."""
    polygons = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    rings = [ring for part in polygons for ring in (part.exterior, *part.interiors)]
    return Path.make_compound_path(*(Path(ring.coords, closed=True) for ring in rings))


def draw_ground(axes: GeoAxes, outline: Outline) -> None:
    """Draw what lies under the cells: sea, and land outside the country."""
    axes.set_facecolor(_SEA)
    _add(axes, outline.land, facecolor=_LAND, edgecolor="none", zorder=0.5)


def draw_lines(axes: GeoAxes, outline: Outline, *, regions: bool, scale: float = 1.0) -> None:
    """Draw coast, borders, provinces, region outlines and the country's outline, thin to thick."""
    kinds = {"coast": (_COAST, 0.5), "borders": (_COAST, 0.6), "provinces": ("#6b7480", 0.35)}
    for name, (colour, width) in kinds.items():
        if name in outline.lines:
            _add_line(axes, outline.lines[name], colour=colour, width=width * scale, z=3.0)
    if regions:
        for shape in outline.regions.values():
            _add_line(axes, shape, colour=_BORDER, width=0.8 * scale, z=3.2)
    _add_line(axes, outline.boundary, colour=_BORDER, width=0.9 * scale, z=3.3)


def _add_line(
    axes: GeoAxes, shape: shapely.Geometry, *, colour: str, width: float, z: float
) -> None:
    _add(axes, shape, facecolor="none", edgecolor=colour, linewidth=width, zorder=z)


def _add(axes: GeoAxes, shape: shapely.Geometry, **look: object) -> None:
    if not shapely.is_empty(shape):
        axes.add_geometries([shape], crs=PROJECTION, **look)


def add_inset(axes: GeoAxes) -> GeoAxes:
    """Add the South China Sea in the lower right corner of a map, at a third of its scale."""
    west, south, east, north = INSET_BOX
    corners = to_metres(np.array([west, east, west, east]), np.array([south, south, north, north]))
    (x0, y0), (x1, y1) = corners.min(axis=0), corners.max(axis=0)
    height = _INSET_WIDTH * (y1 - y0) / (x1 - x0) / ASPECT
    box = axes.get_position()
    inset = axes.figure.add_axes(
        [
            box.x1 - _INSET_WIDTH * box.width,
            box.y0,
            _INSET_WIDTH * box.width,
            height * box.height,
        ],
        projection=PROJECTION,
        label="inset",
        zorder=axes.get_zorder() + 1,
    )
    inset.set_xlim(x0, x1)
    inset.set_ylim(y0, y1)
    return inset
