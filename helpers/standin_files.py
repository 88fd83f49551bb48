"""Writers of the stand-in: the providers' own layouts, marked as reconstructed in every file.

Each writer takes monthly fields, writes them, and hands back the values as a reader will see them
(after packing), so that what is claimed of the files is computed from the files' own numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import cftime
import netCDF4
import numpy as np
import xarray as xr
import yaml

from helpers import grid as grids
from helpers.constants import DAYS_PER_YEAR, SECONDS_PER_YEAR
from helpers.files import told_by_the_system
from helpers.standin_fields import YEARS
from helpers.standin_prior import MONTH_DAYS

MARKER = "STAND-IN.md"
CITATION = "Reconstructed by this book from Zhang et al. (2024); see its page on the stand-in"
EXPERIMENT = "LNLGIS"
RASTER_SCALE, RASTER_NODATA = 0.01, -32768
NETCDF_MISSING = -99999.0

VARIANTS: dict[str, str] = {
    "member-03": "time dimension n_months, no time variable",
    "member-06": "no start_date",
    "member-09": "start dates in mid-month",
    "member-12": "no units attribute",
}
"""Departures from the provider's documented layout that real files show, one member each."""

NOTICE = (
    "RECONSTRUCTED, not the product named: made to carry published totals for China, 2015-2019. "
    "Not for any use outside the book."
)

Month = tuple[int, int]


def months() -> Iterator[Month]:
    """Yield year and month of every step."""
    yield from ((year, month) for year in YEARS for month in range(1, 13))


def month_days(year: int, month: int) -> float:
    """Return the days of a month."""
    return float(MONTH_DAYS[year % 4 == 0][month - 1])


def write_raster_month(
    folder: Path, flux: np.ndarray, *, land: np.ndarray, year: int, month: int
) -> np.ndarray:
    """Write a month of BEPS: headerless int16, north row first, 0.01 g C m-2 month-1.

    Parameters
    ----------
    folder : Path
        The folder ``beps``.
    flux, land : numpy.ndarray, shape (lat, lon), south first
        Flux [g C m-2 yr-1], land uptake positive, and the cells that hold data.
    year, month : int

    Returns
    -------
    numpy.ndarray, shape (lat, lon) [g C m-2 yr-1]
        The flux after rounding; zero outside land.
    """
    per_month = month_days(year, month) / DAYS_PER_YEAR
    counts = np.rint(flux * (per_month / RASTER_SCALE))
    if np.abs(counts[land]).max() >= -RASTER_NODATA:
        raise OverflowError(f"flux beyond the range of int16 in {year}-{month:02d}")
    stored = np.where(land, counts, RASTER_NODATA).astype("<i2")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"BEPS_NEP_{year}{month:02d}.raw"
    with told_by_the_system(path):
        path.write_bytes(stored[::-1].tobytes())
    return np.where(land, counts, 0.0) * (RASTER_SCALE / per_month)


def _global_rows(grid: xr.DataArray, step: float) -> tuple[slice, slice]:
    """Place of the box in a global grid that starts at 180 W and 90 S."""
    south = round((float(grid["lat"][0]) - step / 2 + 90) / step)
    west = round((float(grid["lon"][0]) - step / 2 + 180) / step)
    return slice(south, south + grid.sizes["lat"]), slice(west, west + grid.sizes["lon"])


def _with_attributes(dataset: netCDF4.Dataset, title: str) -> None:
    dataset.title = title
    dataset.source = NOTICE
    dataset.extent = "values inside 72-137 E, 17-55 N only; missing elsewhere"
    dataset.references = CITATION
    dataset.is_standin = np.int32(1)


def _plain(
    dataset: netCDF4.Dataset, name: str, *, dims: tuple[str, ...], values: np.ndarray
) -> None:
    variable = dataset.createVariable(name, values.dtype, dims)
    variable[:] = values


def write_trendy(path: Path, flux: np.ndarray, *, land: xr.DataArray) -> np.ndarray:
    """Write VEGAS as TRENDY does: 0.5 degrees, 0 to 360 E, north first, noleap, kg m-2 s-1.

    Parameters
    ----------
    path : Path
    flux : numpy.ndarray, shape (60, lat, lon) [g C m-2 yr-1]
        Land uptake positive, south first.
    land : xarray.DataArray of bool, dims (lat, lon)

    Returns
    -------
    numpy.ndarray, shape (60, lat, lon) [g C m-2 yr-1]
        As stored in float32; zero outside land.
    """
    factor = 1e-3 / SECONDS_PER_YEAR
    stored = np.where(land.values, flux * factor, NETCDF_MISSING).astype(np.float32)
    rows, columns = _global_rows(land, 0.5)
    whole = np.full((len(stored), 360, 720), NETCDF_MISSING, dtype=np.float32)
    whole[:, rows, columns] = stored
    whole = np.roll(whole[:, ::-1], 360, axis=2)
    origin = cftime.DatetimeNoLeap(1700, 1, 1)
    middle = [(cftime.DatetimeNoLeap(y, m, 16) - origin).days for y, m in months()]
    path.parent.mkdir(parents=True, exist_ok=True)
    with told_by_the_system(path), netCDF4.Dataset(path, "w", format="NETCDF4") as dataset:
        _with_attributes(dataset, "VEGAS (reconstructed), net biome production")
        for name, size in (("time", len(stored)), ("lat", 360), ("lon", 720)):
            dataset.createDimension(name, size)
        _plain(dataset, "time", dims=("time",), values=np.array(middle, dtype=float))
        dataset["time"].units = "days since 1700-01-01"
        dataset["time"].calendar = "noleap"
        _plain(dataset, "lat", dims=("lat",), values=89.75 - 0.5 * np.arange(360))
        dataset["lat"].units = "degrees_north"
        _plain(dataset, "lon", dims=("lon",), values=0.25 + 0.5 * np.arange(720))
        dataset["lon"].units = "degrees_east"
        nbp = dataset.createVariable(
            "nbp", "f4", ("time", "lat", "lon"), fill_value=NETCDF_MISSING,
            chunksizes=(1, 360, 720), zlib=True, complevel=4,
        )  # fmt: skip
        nbp.units = "kg m-2 s-1"
        nbp.long_name = "reconstructed net biome production of carbon, land uptake positive"
        nbp[:] = whole
    return np.where(land.values, stored.astype(float) / factor, 0.0)


def write_inversion(
    folder: Path, flux: np.ndarray, *, member: str, land: xr.DataArray
) -> np.ndarray:
    """Write one member of the OCO-2 MIP ensemble: 1 degree, positive to the atmosphere.

    Parameters
    ----------
    folder : Path
        Folder of the experiment.
    flux : numpy.ndarray, shape (60, lat, lon) [g C m-2 yr-1]
        Land uptake positive, south first; zero at sea.
    member : str
        Its layout may vary, see :data:`VARIANTS`.
    land : xarray.DataArray of bool, dims (lat, lon)

    Returns
    -------
    numpy.ndarray, shape (60, lat, lon) [g C m-2 yr-1]
        Land uptake positive, as stored in float32.
    """
    variant = VARIANTS.get(member, "")
    stored = np.where(land.values, -flux, 0.0).astype(np.float32)
    rows, columns = _global_rows(land, 1.0)
    whole = np.full((len(stored), 180, 360), np.nan, dtype=np.float32)
    whole[:, rows, columns] = stored
    steps = "n_months" if variant.startswith("time dimension") else "time"
    day = 15 if variant.startswith("start dates") else 1
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{member}_gridded_fluxes_{EXPERIMENT}.nc4"
    with told_by_the_system(path), netCDF4.Dataset(path, "w", format="NETCDF4") as dataset:
        _with_attributes(dataset, f"OCO-2 v10 MIP (reconstructed), {member}")
        dataset.comment = "land only; ocean and net are not reconstructed. Spread is an assumption."
        for name, size in (("latitude", 180), ("longitude", 360), (steps, len(stored))):
            dataset.createDimension(name, size)
        _plain(
            dataset, "latitude", dims=("latitude",), values=np.arange(-89.5, 90, dtype=np.float32)
        )
        _plain(
            dataset,
            "longitude",
            dims=("longitude",),
            values=np.arange(-179.5, 180, dtype=np.float32),
        )
        if steps == "time":
            _plain(
                dataset, "time", dims=(steps,), values=np.arange(1, len(stored) + 1, dtype=np.int16)
            )
        if variant != "no start_date":
            dataset.createDimension("date_component", 3)
            dates = np.array([date(y, m, day).timetuple()[:3] for y, m in months()], np.int16)
            _plain(dataset, "start_date", dims=(steps, "date_component"), values=dates)
        values = dataset.createVariable(
            "land", "f4", (steps, "latitude", "longitude"), fill_value=np.float32(np.nan),
            chunksizes=(len(stored), 36, 40), zlib=True, complevel=4,
        )  # fmt: skip
        if variant != "no units attribute":
            values.units = "gC per m2 per year"
        values[:] = whole
    return -stored.astype(float)


def catalog_entries(raster: xr.DataArray, *, members: list[str]) -> dict[str, dict[str, object]]:
    """Return what the stand-in changes in the book's catalog.

    Parameters
    ----------
    raster : xarray.DataArray, dims (lat, lon)
        The grid of the BEPS rasters.
    members : list of str
        Names of the ensemble's members.
    """
    lat_edges, lon_edges = grids.bounds_of(raster)
    common = {
        "is_standin": True,
        "citation": CITATION,
        "licence": "As the book. Reconstructed; not the product.",
        "access": "Made by `sinkbook prepare --profile stand-in`.",
    }
    layout = {
        "shape": [raster.sizes["lat"], raster.sizes["lon"]],
        "dtype": "int16",
        "byte_order": "little",
        "scale": RASTER_SCALE,
        "nodata": RASTER_NODATA,
        "row_order": "north-first",
        "west": round(float(lon_edges[0]), 9),
        "north": round(float(lat_edges[-1]), 9),
        "resolution": "1/13.75",
    }
    ensemble = {"experiment": EXPERIMENT, "members": members, "units": "g C m-2 yr-1"}
    return {
        "beps": {"title": "BEPS (reconstructed)", **common, "options": layout},
        "vegas": {"title": "VEGAS (reconstructed)", **common},
        "oco2-mip": {"title": "OCO-2 v10 MIP (reconstructed)", **common, **ensemble},
    }


def write_catalog(path: Path, entries: dict[str, dict[str, object]]) -> None:
    """Write the overlay of the catalog."""
    heading = f"# {NOTICE}\n# Changes the book's data/catalog.yml for this folder.\n"
    text = yaml.safe_dump(entries, sort_keys=False, allow_unicode=True)
    path.write_text(heading + text, encoding="utf-8", newline="\n")


def write_marker(path: Path) -> None:
    """Write the note that says what the folder is."""
    variants = "\n".join(f"- `{member}`: {what}" for member, what in VARIANTS.items())
    path.write_text(
        f"""# Stand-in data: reconstructed, not the products

{NOTICE}

BEPS and VEGAS output is not openly available, and the OCO-2 MIP files cannot be shipped.
These files have the providers' layouts and grids and carry, by construction, the totals that
Zhang et al. (2024) print. They confirm nothing. Maps, months and the order of the years are
assumptions; the members of the ensemble are drawn at random around the reconstructed mean.

- `manifest.json`: assumptions, checks, checksums.
- `residuals.csv`: published and attained totals.

Layouts that vary on purpose, as real files do:

{variants}
""",
        encoding="utf-8",
        newline="\n",
    )
