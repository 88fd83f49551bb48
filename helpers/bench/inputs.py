"""The inputs of the benchmark: synthetic monthly fields on the fine grid of BEPS.

Run as a program, so that the memory it needs is not counted for the programs measured later:
``python -m helpers.bench.inputs FOLDER``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np

from helpers.files import atomic_path

ROWS, COLUMNS = 2476, 4952
"""Cells of 0.0727 degrees around the globe."""
CHUNKS = (1, 619, 1238)
"""Chunks of the compressed form."""
VARIABLE = "nep"
MONTHS = (12, 24, 48)
GRID_TEXT = (
    "gridtype = lonlat\nxsize = 360\nysize = 180\n"
    "xfirst = -179.5\nxinc = 1\nyfirst = -89.5\nyinc = 1\n"
)
"""The target grid in the words of CDO."""


def input_name(months: int, *, form: str = "plain") -> str:
    """Return the file name of an input."""
    return f"{form}-{months}.nc"


def make_inputs(folder: Path, *, rows: int = ROWS, columns: int = COLUMNS) -> None:
    """Write all inputs that are not there yet.

    Parameters
    ----------
    folder : Path
        Gets ``plain-12.nc``, ``plain-24.nc``, ``plain-48.nc``, ``zlib-24.nc`` and ``grid.txt``.
    rows, columns : int
        Cells of the grid.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "grid.txt").write_text(GRID_TEXT, encoding="utf-8")
    for months, form in [*((m, "plain") for m in MONTHS), (24, "zlib")]:
        path = folder / input_name(months, form=form)
        if not path.is_file():
            with atomic_path(path) as temporary:
                write_months(temporary, months=months, form=form, rows=rows, columns=columns)


def write_months(path: Path, *, months: int, form: str, rows: int, columns: int) -> None:
    """Write months of a flux with coasts, float32, NaN over the ocean [kg m-2 s-1]."""
    import netCDF4

    chunks = tuple(min(n, m) for n, m in zip(CHUNKS, (months, rows, columns), strict=True))
    layout: dict[str, Any] = (
        {"contiguous": True} if form == "plain" else {"zlib": True, "chunksizes": chunks}
    )
    with netCDF4.Dataset(path, "w") as file:
        lat = -90 + (np.arange(rows) + 0.5) * 180 / rows
        lon = -180 + (np.arange(columns) + 0.5) * 360 / columns
        time = 15.0 + 30.4375 * np.arange(months)
        _axis(
            file,
            "time",
            values=time,
            attrs={"units": "days since 2000-01-01", "calendar": "standard"},
        )
        _axis(
            file, "lat", values=lat, attrs={"units": "degrees_north", "standard_name": "latitude"}
        )
        _axis(
            file, "lon", values=lon, attrs={"units": "degrees_east", "standard_name": "longitude"}
        )
        flux = file.createVariable(
            VARIABLE, "f4", ("time", "lat", "lon"), fill_value=np.float32(np.nan), **layout
        )
        flux.units = "kg m-2 s-1"
        land, base, noise = _patterns(np.deg2rad(lat), np.deg2rad(lon))
        for month in range(months):
            season = np.float32(1 + 0.5 * np.sin(month / 6 * np.pi))
            values = base * season + np.roll(noise, 17 * month, axis=1)
            flux[month] = np.where(land, values, np.float32(np.nan))


def _axis(file: Any, name: str, *, values: np.ndarray, attrs: dict[str, str]) -> None:
    file.createDimension(name, values.size)
    axis = file.createVariable(name, "f8", (name,))
    axis.setncatts(attrs)
    axis[:] = values


def _patterns(lat: np.ndarray, lon: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return land (three tenths of the cells), a smooth flux, and noise."""
    east, north = np.meshgrid(lon, lat)
    land = np.sin(3 * east) * np.cos(5 * north) > 0.25
    base = 1e-8 * (np.cos(north) + 0.3 * np.sin(7 * east))
    noise = np.random.default_rng(0).normal(0, 1e-9, size=land.shape)
    return land, base.astype(np.float32), noise.astype(np.float32)


if __name__ == "__main__":
    make_inputs(Path(sys.argv[1]))
