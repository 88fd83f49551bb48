"""From raw values to a typed flux: what the catalog says, confirmed by what the file says."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from helpers import units
from helpers.errors import InputError
from helpers.flux import make_flux
from helpers.sources import netcdf
from helpers.sources.request import Request

if TYPE_CHECKING:
    from helpers.catalog import Product

IMPLAUSIBLE = 1e-5
"""Magnitude [kg C m-2 s-1] that no monthly land flux reaches: 316 kg C m-2 yr-1, some fifty times
the gross uptake of a rain forest. Beyond it the declared unit must be wrong."""

_TOWARDS_LAND = ("downward", "net_biome_productivity", "net_ecosystem_productivity", "uptake")
_TOWARDS_ATMOSPHERE = ("upward", "emission", "net_ecosystem_exchange", "net_biome_exchange")


@dataclass(frozen=True)
class Raw:
    """Values as the provider has them, cropped to a request.

    Attributes
    ----------
    data : xarray.DataArray, dims (time, lat, lon), optionally member
        In the provider's unit and sign, NaN where missing, month starts in `time`.
    units : str
        Their unit, confirmed.
    calendar : str
        Calendar of the file.
    notices : tuple of str
        Repairs a reader of the book should know of.
    step : {"month", "year"}
        ``year`` where every month of a year has the value of the year.
    layout : tuple of str
        How the file was laid out, where that had to be turned into the layout of the book.
    """

    data: xr.DataArray
    units: str
    calendar: str
    notices: tuple[str, ...] = ()
    step: str = "month"
    layout: tuple[str, ...] = ()


def confirmed_units(
    stated: str | None, product: Product, *, file: Path, ignore_file: bool = False
) -> str:
    """Return the unit of a product's values, refusing a file that contradicts the catalog.

    Parameters
    ----------
    stated : str or None
        Attribute `units` of the variable.
    product : Product
        Its `units` may be None: then the file decides.
    file : Path
        Named in errors.
    ignore_file : bool
        Trust the catalog whatever the file says.
    """
    if product.units is None:
        if stated is None:
            raise InputError(
                "The values have no unit.",
                file=file,
                where=str(product.variable),
                found="no `units` in the file nor in the catalog",
                accepted=units.ACCEPTED,
                fix=f"State `units` in the catalog entry {product.key!r}.",
            )
        _factor(stated, product, file=file)
        return stated
    if stated is not None and not ignore_file:
        here, there = (
            _factor(stated, product, file=file),
            _factor(product.units, product, file=file),
        )
        if here[1] != there[1] or not math.isclose(here[0], there[0], rel_tol=1e-6):
            raise InputError(
                "The units of the file and of the catalog disagree.",
                file=file,
                where=str(product.variable),
                found=f"file {stated!r}, catalog {product.units!r}",
                accepted="the same unit in both",
                fix=f"Correct `units` in the catalog entry {product.key!r}; if the file is wrong, "
                "set `ignore_file_units: true` under its options.",
            )
    return product.units


def _factor(unit: str, product: Product, *, file: Path) -> tuple[float, bool]:
    try:
        return units.flux_factor(unit, species=product.species)
    except InputError as error:
        raise InputError(
            error.what,
            file=file,
            where=f"units of {product.variable}",
            found=error.found,
            accepted=error.accepted,
            fix=f"State `units` in the catalog entry {product.key!r}; if those in the file are "
            "wrong, set `ignore_file_units: true` under its options.",
        ) from error


def confirm_origin(attrs: Mapping[str, Any], product: Product, *, file: Path) -> None:
    """Refuse a file that says it is a reconstruction under an entry that does not.

    Raises
    ------
    InputError
        So that a copy of the stand-in never passes for the product.
    """
    if attrs.get("is_standin") and not product.is_standin:
        raise InputError(
            "The file is a reconstruction made by this book, not the product.",
            file=file,
            where=f"product {product.key!r}",
            found="global attribute is_standin",
            accepted="the provider's file",
            fix="Put the provider's file in its place, or state `is_standin: true` for the entry "
            "in catalog.yml of the data folder.",
        )


def confirm_sign(attrs: Mapping[str, Any], product: Product, *, file: Path) -> None:
    """Refuse a file whose own words on direction contradict the catalog.

    The words (`positive`, `standard_name`) only confirm: without a declared `positive` there is no
    product, and nothing is guessed from them.
    """
    said = stated_direction(attrs)
    wrong = [f"{k} = {attrs[k]!r}" for k, v in said.items() if v != product.positive]
    if wrong:
        raise InputError(
            "The sign of the file and of the catalog disagree.",
            file=file,
            where=str(product.variable),
            found=f"file {', '.join(wrong)}; catalog positive = {product.positive!r}",
            accepted="the same direction in both",
            fix=f"Correct `positive` in the catalog entry {product.key!r}.",
        )


def stated_direction(attrs: Mapping[str, Any]) -> dict[str, str]:
    """Return what the words of a file say of its sign: attribute -> ``land`` or ``atmosphere``."""
    said = {}
    direction = (netcdf.text(attrs, "positive") or "").lower()
    if direction in ("up", "down"):
        said["positive"] = "atmosphere" if direction == "up" else "land"
    name = (netcdf.text(attrs, "standard_name") or "").lower()
    land = any(word in name for word in _TOWARDS_LAND)
    if land != any(word in name for word in _TOWARDS_ATMOSPHERE):
        said["standard_name"] = "land" if land else "atmosphere"
    return said


def typed(raw: Raw, product: Product, *, request: Request, file: Path) -> xr.DataArray:
    """Make the typed flux of a product, with the notices of its reader as an attribute.

    Raises
    ------
    InputError
        If a month has no value in the box, or the values are too large for their unit.
    """
    flux = make_flux(
        raw.data.rename(product.variable or product.quantity),
        quantity=product.quantity,
        units=raw.units,
        positive=product.positive,
        source=product.title,
        species=product.species,
        area_basis=product.area_basis,
        calendar=raw.calendar,
        experiment=request.experiment,
        citation=product.citation,
        is_standin=product.is_standin,
        file=file,
    )
    flux.attrs["notices"] = "; ".join(raw.notices)
    if raw.step != "month":
        flux.attrs["time_step"] = raw.step
    flux.attrs["layout"] = "; ".join(_layout(raw, product, flux=flux))
    place = f"{product.variable or product.quantity}"
    if flux.chunks is None:
        _check_months(flux, file, place=place)
        _check_size(flux.values, unit=raw.units, file=file, place=place)
        return flux
    values = flux.data.map_blocks(
        _checked_block,
        months=[f"{t:%Y-%m}" for t in flux.indexes["time"]],
        unit=raw.units,
        file=file,
        place=place,
        dtype=flux.dtype,
        meta=flux.data._meta,
    )
    return flux.copy(data=values)


def _layout(raw: Raw, product: Product, *, flux: xr.DataArray) -> list[str]:
    """Return in words how the file was read, for whoever wants to check it."""
    first, last = (str(flux["time"].values[i])[:7] for i in (0, -1))
    words = [f"months {first} to {last}, calendar {raw.calendar}", *raw.layout]
    words.append(f"converted from {raw.units!r}")
    if units.flux_factor(raw.units, species=product.species)[1]:
        words.append("divided by the length of each month")
    if product.positive == "atmosphere":
        words.append("sign turned, because positive was to the atmosphere")
    return words


def _checked_block(
    values: np.ndarray,
    *,
    months: list[str],
    unit: str,
    file: Path,
    place: str,
    block_info: Any = None,
) -> np.ndarray:
    """Pass a block of a lazy flux on, shape (..., time, lat, lon), once it has been looked at."""
    first = block_info[0]["array-location"][-3][0]
    empty = np.isnan(values).all(axis=(-2, -1))
    if empty.any():
        month = months[first + int(np.argwhere(empty)[0][-1])]
        raise _empty_month(file, f"{place}, {month}", count=int(empty.sum()))
    _check_size(values, unit=unit, file=file, place=f"{place}, {months[first]}")
    return values


def _check_months(flux: xr.DataArray, file: Path, *, place: str) -> None:
    empty = flux.isnull().all(["lat", "lon"])
    if empty.any():
        step = flux.isel(
            {d: int(i[0]) for d, i in zip(empty.dims, empty.values.nonzero(), strict=True)}
        )
        where = " ".join(str(step[d].values)[:10] for d in empty.dims)
        raise _empty_month(file, f"{place}, {where}", count=int(empty.sum()))


def _empty_month(file: Path, where: str, *, count: int) -> InputError:
    return InputError(
        "A month holds no value in the box.",
        file=file,
        where=where,
        found=f"{count} empty month{'s' if count > 1 else ''}",
        accepted="values over land in every month",
        fix="Complete the file, or correct its fill values under options, missing_values.",
    )


def _check_size(values: np.ndarray, *, unit: str, file: Path, place: str) -> None:
    largest = float(np.nanmax(np.abs(values), initial=0.0))
    if largest > IMPLAUSIBLE:
        raise InputError(
            "The values are too large for their unit.",
            file=file,
            where=place,
            found=f"up to {largest * 1000 * 86400:.3g} g C m-2 per day when read as {unit!r}",
            accepted=f"at most {IMPLAUSIBLE * 1000 * 86400:.3g} g C m-2 per day",
            fix="Correct `units`, or name the fill value under options, missing_values.",
        )
