"""Input of the gauntlet: provider files written by netCDF4 and bytes, and their analytic truth.

The truth is a flux in g C m-2 yr-1, land uptake positive, a formula of latitude, longitude and
month without any symmetry. Nothing here uses the package's readers or its unit conversion.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import netCDF4
import numpy as np
import xarray as xr
import yaml

from helpers.gauntlet.case import Answer

SECONDS = 365.25 * 86400.0
YEARS = (2015, 2016)

LAT = np.arange(-89.0, 90.0, 2.0)
LON = np.arange(-179.0, 180.0, 2.0)


def truth(lat: np.ndarray, lon: np.ndarray, *, year: int, month: int) -> np.ndarray:
    """Return the flux at points [g C m-2 yr-1]; any flip, roll or shifted month changes it."""
    lon = (lon + 180.0) % 360.0 - 180.0
    wave = 40.0 * np.sin(np.deg2rad(3 * lat + 10)) * np.cos(np.deg2rad(2 * lon + 20))
    return 60.0 + wave + 0.4 * lat + 0.3 * lon + 7.0 * month + 2.0 * (year - 2010)


def months_of(years: tuple[int, int] = YEARS) -> list[tuple[int, int]]:
    """Return every (year, month) of whole years."""
    return [(y, m) for y in range(years[0], years[1] + 1) for m in range(1, 13)]


def fields(
    lat: np.ndarray, lon: np.ndarray, *, steps: list[tuple[int, int]], formula: Callable = truth
) -> np.ndarray:
    """Return the truth on axes, shape (time, lat, lon) [g C m-2 yr-1]."""
    return np.stack([formula(lat[:, None], lon[None, :], year=y, month=m) for y, m in steps])


@dataclass
class World:
    """A NetCDF file of the truth; every part can be replaced."""

    lat: np.ndarray = field(default_factory=lambda: LAT.copy())
    lon: np.ndarray = field(default_factory=lambda: LON.copy())
    steps: list[tuple[int, int]] = field(default_factory=months_of)
    values: np.ndarray | None = None
    stamps: np.ndarray | None = None
    dtype: str = "f4"
    fill: float | None = None
    attrs: dict[str, Any] = field(default_factory=lambda: {"units": "g C m-2 yr-1"})
    time_attrs: dict[str, Any] = field(
        default_factory=lambda: {"units": "months since 2015-01-01", "calendar": "standard"}
    )
    variable: str = "nbp"
    names: tuple[str, str, str] = ("time", "lat", "lon")
    format: Literal["NETCDF4", "NETCDF3_CLASSIC"] = "NETCDF4"
    tweak: Callable[[Any], None] | None = None

    def write(self, path: Path) -> Path:
        """Write the file and return its path."""
        values = (
            fields(self.lat, self.lon, steps=self.steps) if self.values is None else self.values
        )
        stamps = self.stamps
        if stamps is None:
            stamps = np.array([(y - 2015) * 12.0 + m - 1 for y, m in self.steps])
        axes = (stamps, self.lat, self.lon)
        path.parent.mkdir(parents=True, exist_ok=True)
        with netCDF4.Dataset(path, "w", format=self.format) as file:
            for name, axis in zip(self.names, axes, strict=True):
                file.createDimension(name, len(axis))
                file.createVariable(name, "f8", (name,))[:] = axis
            file[self.names[0]].setncatts(self.time_attrs)
            data = file.createVariable(self.variable, self.dtype, self.names, fill_value=self.fill)
            data.set_auto_maskandscale(False)
            data.setncatts(self.attrs)
            data[:] = values
            if self.tweak is not None:
                self.tweak(file)
        return path


def write_member(path: Path, *, lat: np.ndarray = LAT, factor: float = 1.0, **changes: Any) -> Path:
    """Write an OCO-2 version 10 file: positive to the atmosphere, dates in `start_date`."""
    steps = changes.pop("steps", months_of())
    dates = changes.pop("dates", np.array([(y, m, 1) for y, m in steps]))
    more = changes.pop("tweak", None)

    def tweak(file: Any) -> None:
        if dates is not None:
            file.createDimension("date_component", dates.shape[1])
            file.createVariable("start_date", "i2", ("time", "date_component"))[:] = dates
        if more is not None:
            more(file)

    world = World(
        lat=lat,
        steps=steps,
        values=-factor * fields(lat, LON, steps=steps),
        variable="land",
        names=("time", "latitude", "longitude"),
        attrs={"units": "gC per m2 per year"},
        time_attrs={},
        stamps=np.arange(len(steps)) + 1.0,
        tweak=tweak,
    )
    for name, value in changes.items():
        setattr(world, name, value)
    return world.write(path)


RASTER: dict[str, Any] = {
    "shape": [200, 360],
    "dtype": "int16",
    "byte_order": "little",
    "scale": 0.01,
    "nodata": -32768,
    "row_order": "north-first",
    "west": 70.0,
    "north": 58.0,
    "resolution": 0.2,
}
"""Layout of the rasters of the gauntlet, as catalog options."""

DAYS = {2015: [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31],
        2016: [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]}  # fmt: skip


def rough(lat: np.ndarray, lon: np.ndarray, *, year: int, month: int) -> np.ndarray:
    """Return the truth of the rasters [g C m-2 yr-1]: as :func:`truth`, with finer relief."""
    return truth(lat, lon, year=year, month=month) + 40.0 * np.sin(2.1 * lat) * np.cos(1.9 * lon)


def write_rasters(
    folder: Path, *, steps: list[tuple[int, int]] | None = None, code: str = "<i2",
    change: Callable[[np.ndarray], np.ndarray] | None = None,
) -> None:  # fmt: skip
    """Write headerless rasters in hundredths of g C m-2 month-1, north first, one a month."""
    rows, columns = RASTER["shape"]
    lat = 58.0 - 0.2 * (np.arange(rows) + 0.5)
    lon = 70.0 + 0.2 * (np.arange(columns) + 0.5)
    folder.mkdir(parents=True, exist_ok=True)
    for year, month in steps or months_of():
        rate = rough(lat[:, None], lon[None, :], year=year, month=month)
        stored = np.round(rate * DAYS[year][month - 1] / 365.25 * 100)
        stored = stored if change is None else change(stored)
        (folder / f"BEPS_NEP_{year}{month:02d}.raw").write_bytes(stored.astype(code).tobytes())


CARD = {
    "title": "Gauntlet",
    "method_class": "bottom-up",
    "citation": "none",
    "licence": "made by the gauntlet",
    "access": "Made by `sinkbook gauntlet`.",
}
ENTRIES: dict[str, dict[str, Any]] = {
    "cf": {"files": "world.nc", "variable": "nbp", "quantity": "NBP", "positive": "land"},
    "trendy": {"files": "M_S3_nbp.nc", "variable": "nbp", "quantity": "NBP", "positive": "land"},
    "beps": {
        "files": "beps/BEPS_NEP_{year}{month:02d}.raw", "quantity": "NEP", "positive": "land",
        "units": "g C m-2 month-1", "options": RASTER,
    },
    "oco2-mip-v10": {
        "files": "mip/{member}_gridded_fluxes_{experiment}.nc4", "variable": "land",
        "quantity": "NBE", "positive": "atmosphere", "units": "g C m-2 yr-1",
        "experiment": "LNLGIS",
    },
    "oco2-mip-v11": {
        "files": "mip/{member}_gridded_fluxes_{experiment}.nc4", "variable": "land_flux",
        "quantity": "NBE", "positive": "atmosphere", "units": "g C m-2 yr-1",
        "experiment": "LNLGIS",
    },
}  # fmt: skip
"""Catalog entry of the world in each layout."""


def write_catalog(folder: Path, reader: str, **changes: Any) -> None:
    """Write a catalog whose one new entry, `world`, is read by `reader`; None removes a field."""
    entry = {"reader": reader, **CARD, **ENTRIES[reader], **changes}
    entry = {name: value for name, value in entry.items() if value is not ...}
    text = yaml.safe_dump({"world": entry}, sort_keys=False, allow_unicode=True)
    (folder / "catalog.yml").write_text(text, encoding="utf-8")


def deviation(
    flux: xr.DataArray,
    *,
    formula: Callable = truth,
    factor: float = 1.0,
    missing: Callable[[np.ndarray, np.ndarray], np.ndarray] | None = None,
    rounding: float = 0.0,
) -> float:
    """Return the largest deviation of a typed flux from the truth, relative to 100 g C m-2 yr-1.

    Parameters
    ----------
    flux : xarray.DataArray, dims (time, lat, lon) or (member, time, lat, lon) [kg m-2 s-1]
        In memory.
    formula : callable
        The truth.
    factor : float
        Of the truth.
    missing : callable, optional
        Of latitude and longitude: where the flux must be missing; nowhere unless given.
    rounding : float
        What rounding in the file explains [g C m-2 yr-1]; taken off.
    """
    lat, lon = flux["lat"].values, flux["lon"].values
    steps = [(int(t.dt.year), int(t.dt.month)) for t in flux["time"]]
    if steps != months_of(YEARS):
        return float("inf")
    wanted = factor * fields(lat, lon, steps=steps, formula=formula)
    if missing is not None:
        wanted = np.where(missing(lat[:, None], lon[None, :]), np.nan, wanted)
    seen = flux.values * 1e3 * SECONDS
    if (np.isnan(seen) != np.broadcast_to(np.isnan(wanted), seen.shape)).any():
        return float("inf")
    worst = float(np.nanmax(np.abs(seen - wanted))) - rounding
    return max(worst, 0.0) / 100.0


def reports(flux: xr.DataArray) -> str:
    """Return everything a flux reports of how it was read."""
    parts = [str(flux.attrs.get(name, "")) for name in ("notices", "layout")]
    return "; ".join(part for part in parts if part)


def read(folder: Path, *, years: tuple[int, int] = YEARS, **choice: Any) -> xr.DataArray:
    """Read the product `world` of a folder by the public way, into memory."""
    from helpers.catalog import load_catalog, product_of
    from helpers.sources import read_product

    product = product_of(load_catalog(folder), "world")
    start, end = years
    flux = read_product(product, data_dir=folder, start_year=start, end_year=end, **choice)
    return flux.compute()


def reading(
    *, years: tuple[int, int] = YEARS, choice: dict[str, Any] | None = None, **check: Any
) -> Callable[[Path], Answer]:
    """Return an attempt that reads the world and compares every cell and month."""

    def attempt(folder: Path) -> Answer:
        flux = read(folder, years=years, **(choice or {}))
        return Answer(deviation(flux, **check), reports(flux))

    return attempt
