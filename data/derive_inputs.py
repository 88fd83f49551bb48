"""Derive the small real inputs of the book from public source packages.

The book reads only the files in ``data/inputs``; nobody needs this script to run it. It needs this
package installed, pip, apt-get, and rasterio, geopandas and contourpy, none of which the book
needs::

    python data/derive_inputs.py --cache some/folder

Source packages are downloaded by the ordinary clients, unpacked without being installed, and every
file used is checked against the sha256 in ``input_sources.yml``. The same files give the same
bytes (with the same library versions); ``provenance.yml`` records both ends.
"""

from __future__ import annotations

import argparse
import lzma
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import rasterio
import shapely
import xarray as xr
import yaml
from derive_regions import (
    PARAMETERS,
    describe_areas,
    line_work,
    make_boundaries,
    make_land,
    make_regions,
    write_geojson,
)

from helpers.constants import CHINA_BOX
from helpers.files import atomic_path, sha256_of, write_text

OUTPUT = Path(__file__).parent / "inputs"


@dataclass(frozen=True)
class Source:
    """One file inside one package, with what must be said about it."""

    package: str
    version: str
    client: str  # "pip" or "apt-get"
    member: str
    sha256: str
    licence: str
    citation: str


SOURCES: dict[str, Source] = {
    name: Source(**entry)
    for name, entry in yaml.safe_load(
        (Path(__file__).parent / "input_sources.yml").read_text(encoding="utf-8")
    ).items()
}


def download(source: Source, cache: Path) -> Path:
    """Return the downloaded package archive, fetching it with its ordinary client when absent."""
    name = source.package.replace("-", "[-_]")
    found = sorted(cache.glob(f"{name}[-_]*{source.version.split('+')[0]}*"))
    if not found:
        pin = source.package + ("==" if source.client == "pip" else "=") + source.version
        command = {
            "pip": [sys.executable, "-m", "pip", "download", "--no-deps", "-d", ".", pin],
            "apt-get": ["apt-get", "download", pin],
        }[source.client]
        subprocess.run(command, cwd=cache, check=True)
        found = sorted(cache.glob(f"{name}[-_]*{source.version.split('+')[0]}*"))
    return found[0]


def read_member(archive: Path, member: str) -> bytes:
    """Return one file from a wheel (zip) or a Debian package (ar with a tar inside)."""
    if archive.suffix == ".whl":
        return zipfile.ZipFile(archive).read(member)
    content, position = archive.read_bytes(), 8
    while position < len(content):
        name = content[position : position + 16].decode().strip().rstrip("/")
        size = int(content[position + 48 : position + 58])
        start = position + 60
        if name == "data.tar.xz":
            plain = BytesIO(lzma.decompress(content[start : start + size]))
            with tarfile.open(fileobj=plain) as inner:
                return inner.extractfile(f"./{member}").read()
        position = start + size + size % 2
    raise FileNotFoundError(f"{member} in {archive.name}")


def unpack(source: Source, cache: Path) -> Path:
    """Return a checked copy of the source file in the cache."""
    path = cache / "unpacked" / source.package / Path(source.member).name
    if not path.exists():
        content = read_member(download(source, cache), source.member)
        with atomic_path(path) as temporary:
            temporary.write_bytes(content)
    if sha256_of(path) != source.sha256:
        raise ValueError(f"{source.member} of {source.package} {source.version}: wrong sha256")
    return path


def axis_attributes(name: str) -> dict[str, str]:
    """Return the CF attributes of a horizontal axis."""
    word = {"lat": "latitude", "lon": "longitude"}[name]
    end = {"lat": "degrees_north", "lon": "degrees_east"}[name]
    return {"standard_name": word, "units": end, "axis": {"lat": "Y", "lon": "X"}[name]}


def write_netcdf(data: xr.Dataset, path: Path, encoding: dict) -> None:  # noqa: PLR0917  Sphinx calls it
    """Write compressed netCDF with no time stamp in it."""
    compression = {"zlib": True, "complevel": 9}
    packing = {name: compression | encoding.get(name, {}) for name in data.data_vars}
    packing |= {name: {"dtype": "f8", "_FillValue": None} for name in ("lat", "lon")}
    with atomic_path(path) as temporary:
        data.to_netcdf(temporary, encoding=packing, engine="netcdf4")


def box_window(path: Path) -> np.ndarray:
    """Return the China box of a global 0.05 degree GeoTIFF, south first."""
    west, east, south, north = CHINA_BOX
    rows = slice(round((90 - north) * 20), round((90 - south) * 20))
    columns = slice(round((west + 180) * 20), round((east + 180) * 20))
    with rasterio.open(path) as raster:
        assert raster.shape == (3600, 7200), path
        return raster.read(1)[rows, columns][::-1]


def make_land_cover(files: dict[str, Path]) -> None:
    """Write ``land_cover.nc``: MODIS classes and NDVI bounds, 0.05 degrees over the China box."""
    west, east, south, north = CHINA_BOX
    dims = ("lat", "lon")
    lat = np.round(np.arange(south + 0.025, north, 0.05), 3)
    lon = np.round(np.arange(west + 0.025, east, 0.05), 3)
    data = xr.Dataset(
        coords={
            "lat": ("lat", lat, axis_attributes("lat")),
            "lon": ("lon", lon, axis_attributes("lon")),
        },
        attrs={
            "Conventions": "CF-1.11",
            "title": "Land cover and greenness bounds of the China box",
            "source": "MCD12C1 v006 (2019); BESS-JPL 1.28.0",
            "references": "see provenance.yml",
        },
    )
    data["igbp_class"] = (dims, box_window(files["land cover"]), {
        "long_name": "IGBP majority class, MODIS MCD12C1 v006, 2019", "units": "1",
        "flag_values": np.arange(17, dtype="u1"),
        "flag_meanings": "water evergreen_needleleaf_forest evergreen_broadleaf_forest "
        "deciduous_needleleaf_forest deciduous_broadleaf_forest mixed_forest closed_shrubland "
        "open_shrubland woody_savanna savanna grassland permanent_wetland cropland urban "
        "cropland_natural_mosaic snow_and_ice barren"})  # fmt: skip
    for name, long_name in (("maximum", "highest"), ("minimum", "lowest")):
        values = box_window(files[f"ndvi {name}"]).astype(float)
        values[values < -1] = np.nan
        data[f"ndvi_{name}"] = (dims, np.clip(values, -0.25, 1.0), {
            "long_name": f"{long_name} normalised difference vegetation index of a cell",
            "units": "1", "comment": "stored to 0.005"})  # fmt: skip
    packing = {"dtype": "u1", "scale_factor": 0.005, "add_offset": -0.25, "_FillValue": 255}
    encoding = {"ndvi_maximum": packing, "ndvi_minimum": packing,
                "igbp_class": {"dtype": "u1", "_FillValue": None}}  # fmt: skip
    write_netcdf(data, OUTPUT / "land_cover.nc", encoding)


def read_elevation(path: Path, land: shapely.Geometry) -> xr.DataArray:
    """Return ETOPO5 around the China box [m], sea 0; land below sea level keeps its sign."""
    west, east, south, north = CHINA_BOX
    with xr.open_dataset(path, decode_times=False) as data:
        relief = data["ROSE"].rename(ETOPO05_Y="lat", ETOPO05_X="lon")
        relief = relief.sel(lat=slice(south - 2, north + 2), lon=slice(west - 2, east + 2)).load()
    lon, lat = np.meshgrid(relief["lon"].values, relief["lat"].values)
    shapely.prepare(land)
    return relief.where((relief > 0) | shapely.contains_xy(land, lon, lat), 0.0)


def read_climate(path: Path) -> xr.Dataset:
    """Return the ERA5 climatology around the China box.

    The file's own units are wrong: it says K and m, and holds degC and mm per month.
    """
    west, east, south, north = CHINA_BOX
    with xr.open_dataset(path) as data:
        data = data.rename(latitude="lat", longitude="lon").sortby("lat").drop_vars("number")
        data = data.sel(lat=slice(south - 2, north + 2), lon=slice(west - 2, east + 2)).load()
    assert -60 < float(data["t2m"].min()) < float(data["t2m"].max()) < 50, "not degC"
    assert 100 < float(data["tp"].max()) < 5000, "not mm per month"
    return data


def make_surface(elevation: xr.DataArray, climate: xr.Dataset) -> None:
    """Write ``surface.nc``: elevation, temperature and rain on the 0.25 degree ERA5 grid."""
    west, east, south, north = CHINA_BOX
    inside = climate.sel(lat=slice(south, north), lon=slice(west, east))
    # nodes every 5 minutes: a 0.25 degree cell around an ERA5 node holds exactly 3 x 3 of them
    mean = elevation.rolling(lat=3, lon=3, center=True).mean()
    mean = mean.sel(lat=inside["lat"], lon=inside["lon"], method="nearest")
    data = xr.Dataset(
        {
            "elevation": (("lat", "lon"), mean.values, {
                "standard_name": "surface_altitude", "units": "m",
                "long_name": "mean elevation (ETOPO5), sea 0"}),
            "air_temperature": (("month", "lat", "lon"), inside["t2m"].values, {
                "standard_name": "air_temperature", "units": "degC",
                "long_name": "2 m air temperature, ERA5 mean 2000-2025"}),
            "precipitation": (("month", "lat", "lon"), inside["tp"].values, {
                "units": "mm month-1", "long_name": "precipitation, ERA5 mean 2000-2025",
                "comment": "too wet over China, most on the Qinghai-Tibet plateau"}),
        },
        coords={"month": ("month", np.arange(1, 13, dtype="i4"), {"long_name": "month of year"}),
                "lat": ("lat", inside["lat"].values.astype(float), axis_attributes("lat")),
                "lon": ("lon", inside["lon"].values.astype(float), axis_attributes("lon"))},
        attrs={"Conventions": "CF-1.11", "title": "Elevation and climate of the China box",
               "source": "ETOPO5; ERA5 (contains modified Copernicus Climate Change Service "
               "information)", "references": "see provenance.yml"},
    )  # fmt: skip
    integer = {"dtype": "i2", "shuffle": True, "_FillValue": -32768}
    encoding = {"elevation": integer | {"scale_factor": 1.0},
                "air_temperature": integer | {"scale_factor": 0.01},
                "precipitation": integer | {"scale_factor": 0.1}}  # fmt: skip
    write_netcdf(data, OUTPUT / "surface.nc", encoding)


DERIVED = {
    "land_cover.nc": ("land cover", "ndvi maximum", "ndvi minimum"),
    "surface.nc": ("elevation", "climate", "land 10m.shp", "land 50m.shp"),
    "boundaries.geojson": ("provinces",),
    "regions.geojson": ("provinces", "elevation", "climate"),
    "lines.geojson": ("provinces", "land 50m.shp", "admin_0_boundary_lines_land 50m.shp"),
    "land.geojson": ("land 10m.shp", "land 50m.shp"),
}


def write_provenance(areas: dict) -> None:
    """Write ``provenance.yml``: where every byte of ``data/inputs`` comes from."""
    record = {
        "made_by": "data/derive_inputs.py",
        "sources": {name: asdict(source) for name, source in SOURCES.items()},
        "outputs": {
            name: {"sha256": sha256_of(OUTPUT / name), "bytes": (OUTPUT / name).stat().st_size,
                   "sources": list(sources)}
            for name, sources in DERIVED.items()
        },
        "region_parameters": PARAMETERS,
        "areas": areas,
    }  # fmt: skip
    text = yaml.safe_dump(record, sort_keys=False, width=100, allow_unicode=True)
    write_text(OUTPUT / "provenance.yml", text)


def main() -> None:
    """Fetch, check, derive and record."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", type=Path, required=True, help="folder for the downloads")
    cache = parser.parse_args().cache.resolve()
    cache.mkdir(parents=True, exist_ok=True)
    OUTPUT.mkdir(exist_ok=True)
    files = {name: unpack(source, cache) for name, source in SOURCES.items()}

    make_land_cover(files)
    land = make_land(files["land 10m.shp"], files["land 50m.shp"])
    write_geojson(OUTPUT / "land.geojson", {"land": land})
    elevation, climate = read_elevation(files["elevation"], land), read_climate(files["climate"])
    make_surface(elevation, climate)
    boundaries, pieces = make_boundaries(files["provinces"])
    boundaries, regions = make_regions(boundaries, elevation, climate["tp"].sum("month"))
    write_geojson(OUTPUT / "boundaries.geojson", boundaries)
    write_geojson(OUTPUT / "regions.geojson", {
        f"{boundary}/{region}": shape for boundary, part in regions.items()
        for region, shape in part.items()})  # fmt: skip
    borders = files["admin_0_boundary_lines_land 50m.shp"]
    write_geojson(OUTPUT / "lines.geojson",
                  line_work(files["land 50m.shp"], borders, files["provinces"]))  # fmt: skip
    areas = describe_areas(boundaries, regions, pieces)
    write_provenance(areas)
    print(yaml.safe_dump(areas, sort_keys=False))


if __name__ == "__main__":
    main()
