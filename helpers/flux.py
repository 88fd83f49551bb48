"""The typed flux: the contract between readers and everything after them.

A typed flux is an :class:`xarray.DataArray` named after its quantity, in kg of carbon m-2 s-1,
land uptake positive, dims (time, lat, lon) or (member, time, lat, lon), whose attributes say what
it is. Readers make one with :func:`make_flux`; every other function checks it with
:func:`check_flux` and refuses anything else.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import xarray as xr

from helpers import grid, timeaxis, units
from helpers.errors import InputError

Quantity = Literal["GPP", "NPP", "NEP", "NBP", "NEE", "NBE"]
Direction = Literal["land", "atmosphere"]
AreaBasis = Literal["cell", "land"]

QUANTITIES: dict[str, str] = {
    "GPP": "gross primary production",
    "NPP": "net primary production",
    "NEP": "net ecosystem production (GPP - autotrophic - heterotrophic respiration)",
    "NBP": "net biome production (NEP - fire - harvest - other losses)",
    "NEE": "net ecosystem exchange (-NEP)",
    "NBE": "net biosphere exchange (-NBP, fires included, fossil fuel excluded)",
}
"""Quantities a flux can have; all are shown land-uptake positive inside the book."""

_DIMS = (("time", "lat", "lon"), ("member", "time", "lat", "lon"))
_REQUIRED = ("units", "quantity", "species", "positive", "area_basis", "source", "is_standin")


def _choose(
    value: object, accepted: tuple[str, ...], *, where: str, file: str | Path | None
) -> None:
    if value not in accepted:
        raise InputError(
            f"Unknown {where.replace('_', ' ')}.",
            file=file,
            where=where,
            found=repr(value),
            accepted=" or ".join(repr(a) for a in accepted),
            fix=f"State `{where}` in the catalog entry of the product.",
        )


def make_flux(
    data: xr.DataArray,
    *,
    quantity: str,
    units: str,
    positive: str,
    source: str,
    species: str | None = None,
    area_basis: str = "cell",
    calendar: str = "standard",
    experiment: str = "",
    citation: str = "",
    is_standin: bool = False,
    file: str | Path | None = None,
) -> xr.DataArray:
    """Make a typed flux from raw values on a latitude-longitude grid.

    Parameters
    ----------
    data : xarray.DataArray, dims time, latitude, longitude and optionally member [`units`]
        Raw values; `time` holds one date in every month. Missing cells are NaN.
    quantity : {"GPP", "NPP", "NEP", "NBP", "NEE", "NBE"}
        What the values are.
    units : str
        Their unit, see :func:`helpers.units.flux_factor`.
    positive : {"land", "atmosphere"}
        Where a positive value goes: ``land`` for uptake, ``atmosphere`` for release.
    source : str
        Name of the product.
    species : {"C", "CO2"}, optional
        Species of the mass where `units` does not name it; carbon if neither does.
    area_basis : {"cell", "land"}
        Per area of the cell or of the land in it.
    calendar : str
        Calendar of the file, for units per month.
    experiment, citation : str
        Carried along.
    is_standin : bool
        True if the values are a reconstruction and not the product itself.
    file : str or Path, optional
        Named in errors.

    Returns
    -------
    xarray.DataArray, dims (time, lat, lon) or (member, time, lat, lon) [kg m-2 s-1]
        Carbon, land uptake positive, latitudes and longitudes ascending, month starts in `time`.

    Raises
    ------
    InputError
        If a declaration is not one of those accepted, or the axes cannot be understood.
    """
    _choose(quantity, tuple(QUANTITIES), where="quantity", file=file)
    _choose(positive, ("land", "atmosphere"), where="positive", file=file)
    _choose(area_basis, ("cell", "land"), where="area_basis", file=file)
    data = grid.normalise_lonlat(data, file=file)
    if "time" not in data.dims:
        raise InputError(
            "The data have no time dimension.",
            file=file,
            found=str(tuple(data.dims)),
            accepted="dims time, lat, lon",
            fix="Add a monthly time axis.",
        )
    index = pd.DatetimeIndex(data["time"].values).to_period("M").start_time
    timeaxis.check_months(index, file=file)
    data = data.assign_coords(time=("time", index))
    try:
        seconds = timeaxis.month_seconds(index, calendar=calendar)
        flux = _convert(data, units, species=species, seconds=seconds)
    except InputError as error:
        raise _in_file(error, file, data=data) from error
    flux = flux if positive == "land" else -flux
    order = _DIMS[1] if "member" in flux.dims else _DIMS[0]
    flux = flux.transpose(*order).rename(quantity)
    flux.attrs = {
        "units": "kg m-2 s-1",
        "long_name": QUANTITIES[quantity] + ", land uptake positive",
        "quantity": quantity,
        "species": "C",
        "positive": "land",
        "area_basis": area_basis,
        "source": source,
        "experiment": experiment,
        "citation": citation,
        "is_standin": int(is_standin),
    }
    flux["time"].attrs = {"standard_name": "time", "long_name": "start of month"}
    flux["lat"].attrs = {"standard_name": "latitude", "units": "degrees_north"}
    flux["lon"].attrs = {"standard_name": "longitude", "units": "degrees_east"}
    check_flux(flux)
    return flux


def _convert(
    data: xr.DataArray, unit: str, *, species: str | None, seconds: xr.DataArray
) -> xr.DataArray:
    return units.to_kg_carbon(data, units=unit, species=species, month_seconds=seconds)


def _in_file(error: InputError, file: str | Path | None, *, data: xr.DataArray) -> InputError:
    return InputError(
        error.what,
        file=file or error.file,
        where=error.where or str(data.name),
        found=error.found,
        accepted=error.accepted,
        fix=error.fix,
    )


def check_flux(flux: xr.DataArray) -> None:
    """Refuse anything that is not a typed flux.

    Raises
    ------
    InputError
        If an attribute is missing or not that of the contract, or the axes are not
        (time, lat, lon) with ascending latitudes and longitudes in -180..180.
    """
    fix = "Make it with helpers.flux.make_flux."
    if not isinstance(flux, xr.DataArray):
        raise InputError(
            "Not a typed flux.",
            where="flux",
            found=type(flux).__name__,
            accepted="DataArray",
            fix=fix,
        )
    missing = [name for name in _REQUIRED if name not in flux.attrs]
    if missing:
        raise InputError(
            "Not a typed flux: attributes are missing.",
            where=str(flux.name),
            found="absent: " + ", ".join(missing),
            accepted=", ".join(_REQUIRED),
            fix=fix,
        )
    contract = {"units": "kg m-2 s-1", "species": "C", "positive": "land"}
    wrong = {k: flux.attrs[k] for k, v in contract.items() if flux.attrs[k] != v}
    if wrong:
        raise InputError(
            "Not in the units and sign of the book.",
            where=str(flux.name),
            found=wrong,
            accepted=contract,
            fix=fix,
        )
    if flux.dims not in _DIMS:
        raise InputError(
            "Wrong dimensions.", where=str(flux.name), found=flux.dims, accepted=_DIMS[0], fix=fix
        )
    for axis, limit in (("lat", 90.0), ("lon", 180.0)):
        values = flux[axis].values
        if (np.diff(values) <= 0).any() or np.abs(values).max() > limit:
            raise InputError(
                "An axis is not ascending or out of range.",
                where=axis,
                found=f"{values[0]:g} to {values[-1]:g}",
                accepted=f"ascending, -{limit:g} to {limit:g}",
                fix=fix,
            )
