"""A made-up product to try the commands with: no model, no measurement."""

from __future__ import annotations

from pathlib import Path

import netCDF4
import numpy as np

from helpers.errors import InputError
from helpers.files import atomic_path

YEARS = (2015, 2019)
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_UPTAKE = 30.0
_SWING = 250.0


def write_example(path: Path, *, force: bool = False) -> Path:
    """Write a made-up product: half a degree, monthly, kg of carbon m-2 s-1, 2015 to 2019.

    Parameters
    ----------
    path : Path
        NetCDF file to make.
    force : bool
        Replace a file that is there.

    Raises
    ------
    InputError
        If the file is there already.

    Notes
    -----
    Uptake = (30 + 250 cos(2 pi (month - 7) / 12) + 6 (year - 2017)) p [g C m-2 yr-1], with p from
    0.35 in the far west to 1.65 in the south-east.
    """
    if path.exists() and not force:
        raise InputError(
            "The file is there already.", file=path, found="a file of this name",
            accepted="a free name", fix="Add --force to replace it.",
        )  # fmt: skip
    lat, lon = np.arange(15.25, 58, 0.5), np.arange(70.25, 140, 0.5)
    east, north = (lon - 112.0) / 18.0, (lat - 28.0) / 14.0
    place = 0.35 + 1.3 * np.exp(-(east[None, :] ** 2) - north[:, None] ** 2)
    with atomic_path(path) as temporary, netCDF4.Dataset(temporary, "w") as file:
        file.title = "Example (made up): no model and no measurement"
        file.license = "None needed: made up."
        file.source = "sinkbook example-product"
        file.Conventions = "CF-1.11"
        for name, values, units in (("lat", lat, "degrees_north"), ("lon", lon, "degrees_east")):
            file.createDimension(name, values.size)
            axis = file.createVariable(name, "f8", (name,))
            axis.units, axis[:] = units, values
        file.createDimension("time", None)
        time = file.createVariable("time", "f8", ("time",))
        time.units, time.calendar = "days since 2015-01-01", "noleap"
        flux = file.createVariable("nbp", "f4", ("time", "lat", "lon"), zlib=True)
        flux.units = "kg m-2 s-1"
        flux.long_name = "net biome production (made up)"
        starts = np.cumsum([0, *_DAYS[:-1]])
        for step in range(12 * (YEARS[1] - YEARS[0] + 1)):
            year, month = divmod(step, 12)
            time[step] = 365 * year + starts[month] + _DAYS[month] / 2
            swing = _SWING * np.cos(2 * np.pi * (month - 6) / 12)
            rate = place * (_UPTAKE + swing + 6 * (year - 2))
            flux[step] = rate * 1e-3 / (365.25 * 86400)
    return path
