"""Real geography of the China box: boundaries, regions, land cover, elevation and climate.

Everything is read from the small files in ``data/inputs``, derived from public sources by
``data/derive_inputs.py``; their origin, licences and rules are in ``data/inputs/provenance.yml``.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import numpy as np
import shapely
import xarray as xr

from helpers.errors import InputError
from helpers.masks import check_polygon, polygon_weights
from helpers.regrid import conservative

BOUNDARIES: tuple[str, ...] = ("national", "natural-earth")
"""Depictions of the boundary. ``natural-earth``: the features Natural Earth files under China.
``national``: these and, from Natural Earth's other pieces, Taiwan, Hong Kong, Macau and the land
inside its lines of claim; an approximation of what the published study draws. Both are shown
because sources differ; the book takes no position."""

REGIONS: tuple[str, ...] = ("North", "South", "Northwest", "Qinghai-Tibet")
ECOSYSTEMS: tuple[str, ...] = ("forest", "shrub", "grass", "crop", "other")

WOODY_RULES: tuple[str, ...] = ("forest-shrub", "ndvi", "shrub", "forest")
"""What becomes of IGBP woody savanna (8) and savanna (9). ``forest-shrub``: 8 forest, 9 shrub;
``ndvi``: forest where the highest NDVI is at least the threshold, else shrub; ``shrub`` and
``forest``: both classes."""

NDVI_THRESHOLD = 0.82
"""Highest NDVI [1] from which the rule ``ndvi`` calls savanna forest."""

DATA_DIR = Path(__file__).parents[1] / "data" / "inputs"
_CLASSES = {"forest": (1, 2, 3, 4, 5), "shrub": (6, 7), "grass": (10,), "crop": (12, 14)}
_WOODY = {"forest-shrub": ("forest", "shrub"), "shrub": ("shrub", "shrub")}
_WATER = 5


def _input_path(name: str) -> Path:
    path = DATA_DIR / name
    if not path.is_file():
        raise InputError(
            "A real input of the book is missing.", file=path, found="no such file",
            accepted="the files of data/inputs in the repository",
            fix="Restore it from the repository; install the package in editable mode.",
        )  # fmt: skip
    return path


def _check_choice(value: str, *, accepted: tuple[str, ...], where: str) -> None:
    if value not in accepted:
        raise InputError(
            f"Unknown {where}.", where=where, found=repr(value), accepted=" or ".join(accepted),
            fix="Choose one of them.",
        )  # fmt: skip


def read_shapes(path: str | Path) -> dict[str, shapely.Geometry]:
    """Read the named shapes of a GeoJSON file.

    Parameters
    ----------
    path : str or Path
        A FeatureCollection in longitude and latitude [degrees], each feature with the property
        ``name``.

    Returns
    -------
    dict of str to shapely.Geometry

    Raises
    ------
    InputError
        If the file is not such a collection or a name is missing or repeated.
    """
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
        names = [feature["properties"]["name"] for feature in content["features"]]
        shapes = [shapely.from_geojson(json.dumps(f["geometry"])) for f in content["features"]]
    except (OSError, KeyError, TypeError, ValueError, shapely.errors.GEOSException) as error:
        raise InputError(
            "The file does not hold named shapes.", file=path,
            found=f"{type(error).__name__}: {error}",
            accepted="a GeoJSON FeatureCollection whose features have the property 'name'",
            fix="Export the polygons as GeoJSON (EPSG:4326) with a column 'name'.",
        ) from error  # fmt: skip
    if len(set(names)) != len(names):
        raise InputError(
            "A name is repeated.", file=path, found=str(sorted(names)), accepted="one of each",
            fix="Merge the features of one name into one MultiPolygon.",
        )  # fmt: skip
    return dict(zip(names, shapes, strict=True))


@lru_cache(maxsize=8)
def _input_shapes(name: str) -> dict[str, shapely.Geometry]:
    return read_shapes(_input_path(name))


@lru_cache(maxsize=4)
def _input_dataset(name: str) -> xr.Dataset:
    with xr.open_dataset(_input_path(name)) as data:
        return data.load()


def boundary_polygon(boundary: str = "national") -> shapely.Geometry:
    """Return China's land in degrees (EPSG:4326), in a depiction of :data:`BOUNDARIES`."""
    _check_choice(boundary, accepted=BOUNDARIES, where="boundary")
    return _input_shapes("boundaries.geojson")[boundary]


def region_polygons(
    boundary: str = "national", *, file: str | Path | None = None
) -> dict[str, shapely.Geometry]:
    """Return the four regions: a partition of the boundary, with no gap and no overlap.

    Parameters
    ----------
    boundary : {"national", "natural-earth"}
        The depiction that is cut into regions.
    file : str or Path, optional
        A GeoJSON file of the reader's own with the four regions; each is cut to the boundary.

    Returns
    -------
    dict of str to shapely.Geometry
        In the order of :data:`REGIONS`, degrees.

    Notes
    -----
    Rules, all in ``data/inputs/provenance.yml``: Qinghai-Tibet, smoothed elevation of 3000 m and
    more in one piece, with the southern slopes of the Himalaya; Northwest, dry side of the 400 mm
    isohyet; South, wet side of the 800 mm isohyet (Qinling and Huai river); North, the rest. ERA5
    rain is too wet, so its isohyets are read at 1.25 times their value.
    """
    _check_choice(boundary, accepted=BOUNDARIES, where="boundary")
    if file is None:
        shapes = _input_shapes("regions.geojson")
        return {name: shapes[f"{boundary}/{name}"] for name in REGIONS}
    shapes = read_shapes(file)
    if set(shapes) != set(REGIONS):
        raise InputError(
            "The regions are not the four of the book.", file=file,
            found=", ".join(sorted(shapes)), accepted=", ".join(REGIONS),
            fix="Name the features so; merge or split the polygons to four.",
        )  # fmt: skip
    land = boundary_polygon(boundary)
    for name, shape in shapes.items():
        check_polygon(shape, name=name)
    return {name: shapely.intersection(shapes[name], land) for name in REGIONS}


def line_work() -> dict[str, shapely.Geometry]:
    """Return lines for drawing, 60 to 150 E and 0 to 62 N [degrees].

    Returns
    -------
    dict of str to shapely.MultiLineString
        ``coast``, ``borders`` (of countries, as Natural Earth draws them), ``provinces``.
    """
    return dict(_input_shapes("lines.geojson"))


def land_polygon() -> shapely.Geometry:
    """Return the land between 60 and 150 E, 0 and 62 N [degrees]; lakes count as land."""
    return _input_shapes("land.geojson")["land"]


def surface() -> xr.Dataset:
    """Return elevation and climate on the 0.25 degree ERA5 grid over the China box.

    Returns
    -------
    xarray.Dataset
        ``elevation`` (lat, lon) [m], sea 0; ``air_temperature`` (month, lat, lon) [degC] and
        ``precipitation`` (month, lat, lon) [mm month-1], ERA5 means of 2000-2025, too wet over
        China, most on the plateau. Cells are centred on multiples of 0.25 degrees, so the outer
        ones reach beyond the box.
    """
    return _input_dataset("surface.nc").copy(deep=True)


def land_cover() -> xr.Dataset:
    """Return MODIS land cover of 2019 and NDVI bounds, 0.05 degrees over the China box.

    Returns
    -------
    xarray.Dataset, dims (lat, lon)
        ``igbp_class`` (uint8, 0 water, 1..16), ``ndvi_maximum`` and ``ndvi_minimum`` [1].
    """
    return _input_dataset("land_cover.nc").copy(deep=True)


@lru_cache(maxsize=8)
def _ecosystem_index(woody_rule: str, ndvi_threshold: float) -> np.ndarray:
    """Return the index in ECOSYSTEMS of every land-cover pixel, `_WATER` for water."""
    cover = _input_dataset("land_cover.nc")
    igbp = cover["igbp_class"].values
    table = np.full(256, ECOSYSTEMS.index("other"), dtype=np.uint8)
    for name, classes in _CLASSES.items():
        table[list(classes)] = ECOSYSTEMS.index(name)
    woody, savanna = _WOODY.get(woody_rule, ("forest", "forest"))
    table[[8, 9]] = ECOSYSTEMS.index(woody), ECOSYSTEMS.index(savanna)
    table[[0, 255]] = _WATER
    index = table[igbp]
    if woody_rule == "ndvi":
        green = np.round(cover["ndvi_maximum"].values.astype(float), 3) >= ndvi_threshold
        index[((igbp == 8) | (igbp == 9)) & ~green] = ECOSYSTEMS.index("shrub")
    return index


def ecosystem_fractions(
    grid: xr.Dataset | xr.DataArray,
    *,
    woody_rule: str = "forest-shrub",
    ndvi_threshold: float = NDVI_THRESHOLD,
) -> xr.DataArray:
    """Return the share of each ecosystem in the land of each cell, by exact overlap of areas.

    Parameters
    ----------
    grid : xarray.Dataset or xarray.DataArray
        Target cells: ascending ``lat`` and ``lon`` [degrees], aligned with the pixels or not.
    woody_rule : {"forest-shrub", "ndvi", "shrub", "forest"}
        What the IGBP classes woody savanna and savanna count as, see :data:`WOODY_RULES`. IGBP
        has next to no shrubland in China, so this rule decides the size of forest and shrub.
    ndvi_threshold : float
        Used by the rule ``ndvi`` only [1].

    Returns
    -------
    xarray.DataArray, dims (ecosystem, lat, lon) [1]
        Adds up to 1 in every cell. Water pixels do not count; a cell of water only, or outside
        the China box, is ``other`` = 1.

    Notes
    -----
    Forest: IGBP 1-5; shrub: 6, 7; grass: 10; crop: 12, 14; other: wetland, urban, ice, barren.
    """
    _check_choice(woody_rule, accepted=WOODY_RULES, where="woody_rule")
    cover = _input_dataset("land_cover.nc")
    index = _ecosystem_index(woody_rule, float(ndvi_threshold))
    members = np.where(index == _WATER, np.nan, np.arange(len(ECOSYSTEMS))[:, None, None] == index)
    pixels = xr.DataArray(
        members,
        dims=("ecosystem", "lat", "lon"),
        coords={"ecosystem": list(ECOSYSTEMS), "lat": cover["lat"], "lon": cover["lon"]},
    )
    target = grid if isinstance(grid, xr.Dataset) else grid.coords.to_dataset()
    fractions = conservative(pixels, target)
    without = xr.DataArray(
        [float(name == "other") for name in ECOSYSTEMS], coords={"ecosystem": list(ECOSYSTEMS)}
    )
    fractions = fractions.where(fractions.notnull(), without).rename("ecosystem_fraction")
    fractions.attrs = {
        "units": "1",
        "long_name": "share of the ecosystem in the land of the cell",
        "woody_rule": woody_rule,
        "source": "MODIS MCD12C1 v006, 2019 (IGBP)",
    }
    if woody_rule == "ndvi":
        fractions.attrs["ndvi_threshold"] = float(ndvi_threshold)
    return fractions


def majority_class(fractions: xr.DataArray) -> xr.DataArray:
    """Return the ecosystem with the largest share of each cell, as its name.

    Parameters
    ----------
    fractions : xarray.DataArray, dims (ecosystem, lat, lon) [1]
        From :func:`ecosystem_fractions`. Shares equal to 1e-9 are a tie, which the ecosystem
        that comes first wins.

    Returns
    -------
    xarray.DataArray of str, dims (lat, lon)
    """
    rounded = fractions.transpose("ecosystem", ...).round(9)
    names = fractions["ecosystem"].values.astype(str)[rounded.values.argmax(axis=0)]
    return xr.DataArray(
        names,
        dims=("lat", "lon"),
        coords={"lat": fractions["lat"], "lon": fractions["lon"]},
        name="ecosystem",
        attrs={"long_name": "ecosystem with the largest share"},
    )


def land_fraction(grid: xr.Dataset | xr.DataArray) -> xr.DataArray:
    """Return the share of land in each cell [1], by exact overlap with :func:`land_polygon`.

    Cells beyond 60 to 150 E, 0 to 62 N get 0.
    """
    return polygon_weights(land_polygon(), grid, name="land").rename("land_fraction")
