"""Every refusal of the numeric core, word for word: what, where, found, accepted and the fix.

The texts stand in core_refusals.txt, to be read as a user reads them. FOLDER stands for the folder
of the files; what follows … in a line, and the lines up to the next part, belong to a library.
"""

import json
import re
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
import xarray as xr

from helpers import budget, grid, masks, regrid, uncertainty, units
from helpers.errors import InputError
from helpers.flux import make_flux
from helpers.polygons import read_polygons
from helpers.regrid import bands, blocks
from helpers.results import Row

EAST = shapely.box(105, 28, 118, 36)
SQUARE = shapely.geometry.mapping(EAST)
BOW = shapely.Polygon([(100, 30), (110, 40), (110, 30), (100, 40)])


def field(lat, lon, *, names=("lat", "lon")):
    """Return a field of zeros on given centres."""
    shape = (len(lat), len(lon))
    return xr.DataArray(np.zeros(shape), dims=names, coords={names[0]: lat, names[1]: lon})


def flux():
    """Return two months of a typed flux over a few cells."""
    cells = field([30.5, 31.5], [100.5, 101.5, 102.5])
    time = np.array(["2015-01-01", "2015-02-01"], "datetime64[ns]")
    data = cells.expand_dims(time=time) + 1.0
    return make_flux(data, quantity="NBP", units="gC m-2 yr-1", positive="land", source="a test")


def estimate(**changes):
    """Return an estimate with something changed."""
    fields = {"value": 0.4, "sd": 0.1, "kind": "interannual", "n": 5} | changes
    return uncertainty.Estimate(**fields)


def shapes(folder, *geometries, names=None, crs="EPSG:4326", field="name"):
    """Write geometries as a GIS would, and read them as the book does."""
    names = [f"part {number}" for number, _ in enumerate(geometries, 1)] if names is None else names
    pyogrio.raw.write(
        folder / "parts.gpkg", np.array([shapely.to_wkb(one) for one in geometries], dtype=object),
        [np.array(names, dtype=object)], [field], geometry_type=geometries[0].geom_type, crs=crs,
        driver="GPKG", promote_to_multi=False,
    )  # fmt: skip
    return read_polygons(folder / "parts.gpkg")


def features(folder, *geometries, properties=None):
    """Write geometries as GeoJSON, and read them as the book does."""
    properties = {"name": "east"} if properties is None else properties
    listed = [{"type": "Feature", "properties": properties, "geometry": one} for one in geometries]
    text = json.dumps({"type": "FeatureCollection", "features": listed})
    (folder / "parts.geojson").write_text(text, encoding="utf-8")
    return read_polygons(folder / "parts.geojson")


def broken(folder):
    """Read a file that is no GeoJSON."""
    (folder / "broken.geojson").write_text("{not json", encoding="utf-8")
    return read_polygons(folder / "broken.geojson")


def two_files(folder):
    """Regrid two files of different grids."""
    for name, rows in (("a.nc", 4), ("b.nc", 6)):
        lat = -90 + 180 / rows * (np.arange(rows) + 0.5)
        field(lat, np.arange(-165.0, 180, 30)).rename("nep").to_netcdf(folder / name)
    return regrid.conservative_file([folder / "a.nc", folder / "b.nc"], 30, variable="nep")


def another_variable(folder):
    """Regrid a variable that is not in the file."""
    both = xr.Dataset({"nep": field([0.0, 1.0], [0.0, 1.0]), "gpp": field([0.0, 1.0], [0.0, 1.0])})
    both.to_netcdf(folder / "a.nc")
    return regrid.conservative_file(folder / "a.nc", 30, variable="npp")


def no_variable(folder):
    """Regrid a file without variables."""
    xr.Dataset(coords={"lat": [0.0, 1.0]}).to_netcdf(folder / "a.nc")
    return regrid.conservative_file(folder / "a.nc", 30, variable="npp")


def no_latitude(folder):
    """Regrid a variable on a list of stations."""
    xr.Dataset({"nep": field([0.0, 1.0], [0, 1], names=("row", "lon"))}).to_netcdf(folder / "a.nc")
    return regrid.conservative_file(folder / "a.nc", 30, variable="nep")


def text_file(folder):
    """Regrid a page of the web."""
    (folder / "page.nc").write_text("<html>", encoding="utf-8")
    return regrid.conservative_file(folder / "page.nc", 30, variable="npp")


def short_file(folder):
    """Regrid a file whose end is missing."""
    from helpers.regrid import sources

    kept, blocks.COMPILED_FROM = blocks.COMPILED_FROM, 0
    try:
        lat, lon = np.arange(-85.0, 90, 10), np.arange(-175.0, 180, 10)
        data = field(lat, lon).rename("nep")
        data.to_netcdf(folder / "a.nc", encoding={"nep": {"contiguous": True}})
        source = sources.open_source(folder / "a.nc", "nep")
        with (folder / "a.nc").open("r+b") as opened:
            opened.truncate(source.steps.stored.offset + 10 * lon.size * 8)
        edges = np.linspace(-90, 90, 19), np.linspace(-180, 180, 37)
        return list(source.pairs(*bands.bands_of(edges, edges), threads=1))
    finally:
        blocks.COMPILED_FROM = kept


def half(folder):
    """Sum a flux that lacks a third of a mask."""
    data = flux()
    weights = xr.ones_like(data.isel(time=0, drop=True))
    return budget.total(data.where(data["lon"] > 101), weights)


REFUSALS = {
    "flux: gap": half,
    "flux: cells": lambda _: budget.total(flux(), field([30.5, 31.5], [100.5, 101.5])),
    "flux: places": lambda _: budget.total(flux(), field([30.5, 31.6], [100.5, 101.5, 102.5])),
    "grid: step": lambda _: grid.regular_grid(0.7, box=(0.0, 1.0, 0.0, 7.0)),
    "grid: dimension": lambda _: grid.bounds_of(xr.DataArray(np.zeros(2), dims="lat")),
    "grid: pole": lambda f: grid.normalise_lonlat(field([0.0, 91.0], [0, 1]), file="a.nc"),
    "grid: lon": lambda f: grid.normalise_lonlat(field([0.0, 1.0], [0, 999]), file="a.nc"),
    "grid: repeated lat": lambda f: grid.normalise_lonlat(field([1, 1], [0, 9]), file="a.nc"),
    "grid: repeated lon": lambda f: grid.normalise_lonlat(
        field([0, 1], [-180, 0, 180, 540]), file="a.nc"
    ),
    "grid: no lat": lambda f: grid.normalise_lonlat(
        field([0, 1], [0, 1], names=("row", "lon")), file="a.nc"
    ),
    "grid: no lon": lambda f: grid.normalise_lonlat(
        field([0, 1], [0, 1], names=("lat", "column")), file="a.nc"
    ),
    "grid: one cell": lambda _: grid.edges_from_centres(np.array([0.0])),
    "grid: steps": lambda _: grid.edges_from_centres(np.array([0.0, 1.0, 3.0])),
    "mask: method": lambda _: masks.polygon_weights(EAST, grid.analysis_grid(), method="half"),
    "mask: point": lambda _: masks.check_polygon(shapely.Point(1, 1), name="mine"),
    "mask: crossing": lambda _: masks.check_polygon(BOW, name="mine"),
    "mask: metres": lambda _: masks.check_polygon(shapely.box(1e5, 2e5, 3e5, 4e5), name="mine"),
    "polygons: kind": lambda f: read_polygons(f / "parts.csv"),
    "polygons: no suffix": lambda f: read_polygons(f / "parts"),
    "polygons: absent": lambda f: read_polygons(f / "parts.gpkg"),
    "polygons: broken": broken,
    "polygons: none": features,
    "polygons: column": lambda f: shapes(f, EAST, field="province"),
    "polygons: columns": lambda f: features(f, SQUARE, properties={"county": "a", "area": 1}),
    "polygons: no column": lambda f: features(f, SQUARE, properties={}),
    "polygons: name": lambda f: shapes(f, EAST, names=["china"]),
    "polygons: no name": lambda f: shapes(f, EAST, names=[" "]),
    "polygons: no geometry": lambda f: features(f, None),
    "polygons: line": lambda f: features(
        f, {"type": "LineString", "coordinates": [[100, 30], [110, 30]]}
    ),
    "polygons: empty": lambda f: features(f, {"type": "Polygon", "coordinates": []}),
    "polygons: crossing": lambda f: shapes(f, EAST, BOW),
    "polygons: swapped": lambda f: shapes(f, shapely.box(28, 105, 36, 118)),
    "polygons: abroad": lambda f: shapes(f, shapely.box(-10, 40, 5, 50)),
    "polygons: system": lambda f: shapes(f, EAST, crs="EPSG:4978"),
    "regrid: grids": two_files,
    "regrid: absent": lambda f: regrid.conservative_file(f / "a.nc", 30, variable="nep"),
    "regrid: variable": another_variable,
    "regrid: no variable": no_variable,
    "regrid: no latitude": no_latitude,
    "regrid: page": text_file,
    "regrid: short": short_file,
    "estimate: no kind": lambda _: estimate(kind=None),
    "estimate: kind": lambda _: estimate(kind="sigma"),
    "estimate: value": lambda _: estimate(value=np.inf),
    "estimate: sd": lambda _: estimate(sd=-0.1),
    "estimate: n": lambda _: estimate(n=None),
    "estimate: row": lambda _: uncertainty.from_row(
        Row(quantity="annual_mean", product="beps", scope="China", period="2017", value=1.0,
            unit="Pg C yr-1")
    ),
    "estimate: centre": lambda _: uncertainty.from_interval(
        0, 1, coverage=0.9, kind="propagated", value=2
    ),
    "estimate: weights": lambda _: uncertainty.combine([estimate()], correlation=0, weights=[1, 2]),
    "estimate: coverage": lambda _: uncertainty.gaussian_factor(1.0),
    "estimate: kinds": lambda _: estimate() + estimate(kind="members"),
    "estimate: units": lambda _: uncertainty.combine(
        [estimate(), estimate(unit="%")], correlation=0
    ),
    "estimate: none": lambda _: uncertainty.combine([], correlation=0),
    "units: none": lambda _: units.flux_factor(" "),
    "units: species": lambda _: units.flux_factor("gCO2 m-2 yr-1", species="C"),
    "units: unknown": lambda _: units.flux_factor("W m-2"),
    "units: month": lambda _: units.to_kg_carbon(xr.DataArray(1.0), units="g m-2 month-1"),
}  # fmt: skip

TEXTS = Path(__file__).with_name("core_refusals.txt").read_text(encoding="utf-8")
EXPECTED = dict(re.findall(r"^\[(.+)\]\n((?:.+\n)+)", TEXTS, flags=re.MULTILINE))


def test_each_refusal_has_its_text():
    assert list(EXPECTED) == list(REFUSALS)


@pytest.mark.parametrize("name", REFUSALS)
def test_the_words_of_a_refusal(name, tmp_path):
    with pytest.raises(InputError, match=r".") as caught:
        REFUSALS[name](tmp_path)
    found = str(caught.value).replace(str(tmp_path), "FOLDER") + "\n"
    pattern = re.escape(EXPECTED[name]).replace("…", r"(?:.|\n)*")
    assert re.fullmatch(pattern, found), f"{found}\nnot as in core_refusals.txt:\n{EXPECTED[name]}"
