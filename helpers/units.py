"""Conversion of flux units and species, in one place.

Inside the book a flux is a rate of carbon, kg m-2 s-1. A rate "per year" uses the Julian year
(365.25 d); an amount "per month" is divided by the length of its own month.
"""

from __future__ import annotations

import re
from functools import cache

import pint
import xarray as xr

from helpers.constants import (
    CARBON_MOLAR_MASS,
    CARBON_PER_CO2,
    KG_PER_PG,
    SECONDS_PER_YEAR,
)
from helpers.errors import InputError

INTERNAL_UNITS = "kg m-2 s-1"
"""Units of every typed flux."""

TOTAL_UNITS = "Pg C yr-1"
"""Units of every total."""

RATE_UNITS = "g C m-2 yr-1"
"""Units of every flux shown per area."""

ACCEPTED = (
    "mass (g, kg, Mg, t) or amount (mol, umol) of C or CO2 per area (m2, ha, km2) per time "
    "(s, h, day, month, year), such as 'kg m-2 s-1', 'gC m-2 yr-1', 'g CO2 m-2 month-1'"
)

_WORDS = {
    **dict.fromkeys(("yr", "yrs", "years", "a", "y", "annum"), "year"),
    **dict.fromkeys(("month", "months", "mon", "mo", "mth"), "calendar_month"),
    **dict.fromkeys(("d", "days"), "day"),
    **dict.fromkeys(("sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("h", "hr", "hrs", "hours"), "hour"),
    **dict.fromkeys(("gram", "grams"), "g"),
    **dict.fromkeys(("mole", "moles"), "mol"),
    **dict.fromkeys(("micromol", "micromole", "micromoles", "µmol", "μmol"), "umol"),
    **dict.fromkeys(("tonne", "tonnes", "ton", "tons"), "t"),
    **dict.fromkeys(("meter", "metre", "meters", "metres"), "m"),
    "ha": "hectare",
}
_SPECIES = re.compile(
    r"(?<![A-Za-z])(kg|g|Mg|Gg|Tg|Pg|t|umol|µmol|μmol|mmol|mol)?"
    r"[ _-]*\(?(CO2|co2|C)\)?(?![A-Za-z0-9])"
)
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_POWER = re.compile(r"(?<=[A-Za-z)])\s*(?:\^|\*\*)?\s*(?:([-+]?\d+)|\(([-+]?\d+)\)|\{([-+]?\d+)\})")
_PRODUCT = re.compile(
    r"(?:[A-Za-zµμ_]+|[\s*/().·]|(?<=[A-Za-z)])\*\*[-+]?\d{1,2}(?!\d)|1(?=\s*/))+"
)
"""Names with a power of at most two digits, multiplied and divided; no other number is read."""

LONGEST = 80
"""Characters of the longest unit that is read, without its species."""


@cache
def _registry() -> pint.UnitRegistry:
    registry: pint.UnitRegistry = pint.UnitRegistry()
    registry.define("calendar_month = [calendar_month]")
    return registry


def split_species(units: str) -> tuple[str, str | None]:
    """Separate the chemical species from a unit.

    Parameters
    ----------
    units : str
        A unit as a file states it, such as ``"gC m-2 yr-1"``.

    Returns
    -------
    tuple of str and (str or None)
        The unit without species, and ``"C"``, ``"CO2"`` or None where the unit names neither.

    Examples
    --------
    >>> split_species("g CO2 m-2 yr-1")
    ('g m-2 yr-1', 'CO2')
    """
    found = {match[1].upper() for match in _SPECIES.findall(units)}
    bare = _SPECIES.sub(lambda match: match.group(1) or "", units).strip()
    return (bare, found.pop()) if len(found) == 1 else (units, None)


_PER_CELL = re.compile(r"(/|\bper\b)\s*(grid[ -_]?)?cell\b|\b(grid[ -_]?)?cell\s*\^?-1(?!\d)", re.I)


def split_cell(units: str) -> tuple[str, bool]:
    """Tell whether a unit counts totals of grid cells, and return it per square metre.

    Parameters
    ----------
    units : str
        Such as ``"kg cell-1 s-1"``, ``"Tg C yr-1 per grid cell"``, ``"g m-2 s-1"``.

    Returns
    -------
    tuple of str and bool
        The unit with "m-2" in place of the cell, and True; or the unit as it is, and False.

    Examples
    --------
    >>> split_cell("kg cell-1 s-1")
    ('kg m-2 s-1', True)
    """
    bare, count = _PER_CELL.subn(" m-2 ", units)
    return (" ".join(bare.split()), True) if count else (units, False)


def with_area(units: str) -> str:
    """Return a unit per time as one per square metre and time, others as they are.

    Examples
    --------
    >>> with_area("kg s-1"), with_area("g m-2 s-1")
    ('kg s-1 m-2', 'g m-2 s-1')
    """
    try:
        flux_factor(units)
    except InputError:
        return f"{units} m-2"
    return units


@cache
def _parsed(bare: str) -> pint.Quantity:
    """Read a unit without species; month stays apart because its length varies.

    A unit from a file is text that anybody may have written, and the library computes what it
    reads, so what is more than a product of powers of names is refused before.
    """
    text = re.sub(r"\bper\b", "/", bare.translate(_SUPERSCRIPTS))
    text = _POWER.sub(lambda m: f"**{m[1] or m[2] or m[3]}", text)
    if len(text) > LONGEST or not _PRODUCT.fullmatch(text):
        raise ValueError("not a product of powers")
    text = re.sub(r"[A-Za-zµμ_]+", lambda m: _WORDS.get(m.group(0), m.group(0)), text)
    text = re.sub(r"(?<=[A-Za-z0-9])[ .·]+(?=[A-Za-z])", " * ", text)
    return _registry().Quantity(1.0, _registry().parse_units(text))


def _species_factor(quantity: pint.Quantity, species: str) -> tuple[pint.Quantity, float]:
    """Return the mass flux of carbon as a quantity in kg, and the factor that gives it."""
    if "[substance]" in quantity.dimensionality:
        mole = _registry().Quantity(CARBON_MOLAR_MASS, "kg/mol")
        return quantity * mole, 1.0
    return quantity, CARBON_PER_CO2 if species == "CO2" else 1.0


def flux_factor(units: str, *, species: str | None = None) -> tuple[float, bool]:
    """Return the factor from `units` to kg of carbon m-2 s-1, and whether it is per month.

    Parameters
    ----------
    units : str
        Mass or amount of C or CO2 per area and time.
    species : {"C", "CO2"}, optional
        Needed where `units` does not say; must agree where it does.

    Returns
    -------
    tuple of float and bool
        Factor [kg m-2 s-1 per unit]; if True, the factor is to kg m-2 month-1 and the value has
        still to be divided by the seconds of its month.

    Raises
    ------
    InputError
        If the unit is not a flux of carbon or CO2, or contradicts `species`.

    Examples
    --------
    >>> flux_factor("kg m-2 s-1", species="C")
    (1.0, False)
    """
    if not isinstance(units, str) or not units.strip():
        raise InputError(
            "The flux has no units.",
            where="units",
            found=repr(units),
            accepted=ACCEPTED,
            fix="State `units` in the catalog entry of the product.",
        )
    bare, stated = split_species(units)
    if stated and species and stated != species:
        raise InputError(
            "The unit and the declared species disagree.",
            where="units, species",
            found=f"units {units!r}, species {species!r}",
            accepted="the same species in both",
            fix="Correct `units` or `species` in the catalog entry.",
        )
    species = stated or species or "C"
    try:
        quantity, factor = _species_factor(_parsed(bare), species)
        monthly = "[calendar_month]" in quantity.dimensionality
        target = "kg/m**2/calendar_month" if monthly else "kg/m**2/s"
        return factor * float(quantity.to(target).magnitude), monthly
    except Exception as error:  # the parser raises many kinds, AssertionError among them
        raise InputError(
            "Unknown or unsuitable flux units.",
            where="units",
            found=repr(units[:LONGEST]),
            accepted=ACCEPTED,
            fix="State the unit of the file in the catalog entry of the product.",
        ) from error


def to_kg_carbon(
    data: xr.DataArray,
    *,
    units: str,
    species: str | None = None,
    month_seconds: xr.DataArray | None = None,
) -> xr.DataArray:
    """Convert a flux to kg of carbon m-2 s-1.

    Parameters
    ----------
    data : xarray.DataArray, any dims [`units`]
        The flux; the sign is kept.
    units : str
        Unit of `data`, see :func:`flux_factor`.
    species : {"C", "CO2"}, optional
        Species of the mass, where `units` does not say.
    month_seconds : xarray.DataArray, dims (time,) [s], optional
        Length of each month; needed for units per month.

    Returns
    -------
    xarray.DataArray [kg m-2 s-1]
        The rate of carbon, in float64 unless `data` is a lazy array of another float type.

    Raises
    ------
    InputError
        If the unit is unknown, or per month without `month_seconds`.
    """
    factor, monthly = flux_factor(units, species=species)
    result = data * factor
    if monthly:
        if month_seconds is None:
            raise InputError(
                "A flux per month needs the length of each month.",
                where="units",
                found=repr(units),
                accepted="a time axis of months",
                fix="Give the data a monthly time coordinate.",
            )
        result = result / month_seconds
    result.attrs = {**data.attrs, "units": INTERNAL_UNITS, "species": "C"}
    return result


def to_rate(flux: xr.DataArray) -> xr.DataArray:
    """Convert a typed flux [kg m-2 s-1] to g C m-2 yr-1, the unit of the book's maps."""
    result = flux * (1000.0 * SECONDS_PER_YEAR)
    result.attrs = {**flux.attrs, "units": RATE_UNITS}
    return result


def tg_co2_to_pg_carbon(value: float) -> float:
    """Convert Tg of CO2 to Pg of carbon (both per year); the sign is kept.

    Examples
    --------
    >>> round(tg_co2_to_pg_carbon(-3667.5), 4)
    -1.0
    """
    return value * CARBON_PER_CO2 * 1e-3


def kg_per_second_to_pg_per_year(total: xr.DataArray) -> xr.DataArray:
    """Convert an area integral [kg s-1] to Pg C yr-1."""
    result = total * (SECONDS_PER_YEAR / KG_PER_PG)
    result.attrs = {**total.attrs, "units": TOTAL_UNITS}
    return result
