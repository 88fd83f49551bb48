"""Cases of meaning: units, species, sign, calendar and time axis."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from helpers.gauntlet.case import Case
from helpers.gauntlet.gridded import gridded_case
from helpers.gauntlet.world import DAYS, LAT, LON, fields, months_of

DAYS_OF_STEPS = np.array([DAYS[y][m - 1] for y, m in months_of()], dtype=float)[:, None, None]
NO_UNITS: dict[str, Any] = {"attrs": {}}


def _units(unit: object, factor: Any = 1.0) -> dict[str, Any]:
    return {"attrs": {"units": unit}, "values": fields(LAT, LON, steps=months_of()) * factor}


def _time(stamps: object, units: str = "days since 2015-01-01", **attrs: Any) -> dict[str, Any]:
    return {"stamps": np.asarray(stamps, dtype=float), "time_attrs": {"units": units, **attrs}}


def _stamps(calendar_days: np.ndarray) -> np.ndarray:
    """Middle of each month, counted in days."""
    return np.concatenate([[0.0], np.cumsum(calendar_days)[:-1]]) + 14.0


def units_and_sign() -> list[Case]:
    """Return the cases of units, species and sign."""
    amounts = DAYS_OF_STEPS / 365.25
    error: dict[str, Any] = {"expects": "error"}
    return [
        gridded_case("units-none", "no unit in file or catalog", world=NO_UNITS,
                     says="values have no unit", **error),
        gridded_case("units-unknown", "a unit nobody knows", world=_units("furlong/fortnight"),
                     says="Unknown or unsuitable flux units", **error),
        gridded_case("units-arithmetic", "a unit that takes for ever to compute",
                     world=_units("g C m-2 yr-1 9**9**9**9"),
                     says="Unknown or unsuitable flux units", **error),
        gridded_case("units-not-a-flux", "a stock, not a flux", world=_units("kg m-2"),
                     says="unsuitable flux units", **error),
        gridded_case("units-a-number", "the attribute `units` is a number", world=_units(42),
                     says="values have no unit", **error),
        gridded_case("units-contradict", "file and catalog disagree by 1000",
                     entry={"units": "kg C m-2 yr-1"}, says="units .* disagree", **error),
        gridded_case("units-per-month-or-year", "file per year, catalog per month",
                     entry={"units": "g C m-2 month-1"}, says="units .* disagree", **error),
        gridded_case("species-contradict", "file in CO2, catalog in C",
                     world=_units("g CO2 m-2 yr-1"), entry={"species": "C"},
                     says="species disagree", **error),
        gridded_case("units-per-second", "grams declared as kilograms per second",
                     world=_units("kg m-2 s-1"), says="too large for their unit", **error),
        gridded_case("units-carbon-dioxide", "values in CO2, said by the unit",
                     world=_units("g CO2 m-2 yr-1", 44.01 / 12), expects="repair",
                     says="converted from 'g CO2 m-2 yr-1'"),
        gridded_case("units-amounts", "amounts of each month, months of unequal length",
                     world=_units("g C m-2 month-1", amounts), expects="repair",
                     says="divided by the length of each month"),
        gridded_case("units-file-wrong", "the file's unit is nonsense, the catalog overrules it",
                     world=_units("wrong"), expects="repair", says="converted from",
                     entry={"units": "g C m-2 yr-1", "options": {"ignore_file_units": True}}),
        gridded_case("sign-attribute", "the file says `positive: up`, the catalog land",
                     world={"attrs": {"units": "g C m-2 yr-1", "positive": "up"}},
                     says="sign .* disagree", **error),
        gridded_case("sign-standard-name", "a standard name of emission, the catalog says uptake",
                     world={"attrs": {"units": "g C m-2 yr-1",
                                      "standard_name": "surface_upward_mass_flux_of_carbon"}},
                     says="sign .* disagree", **error),
        gridded_case("sign-undeclared", "no `positive` in the catalog", entry={"positive": ...},
                     says="positive", **error),
        gridded_case("sign-sideways", "`positive: sideways`", entry={"positive": "sideways"},
                     says="sideways", **error),
        gridded_case("sign-atmosphere", "positive is to the atmosphere, and declared so",
                     world={"values": -fields(LAT, LON, steps=months_of())},
                     entry={"positive": "atmosphere"}, expects="repair", says="sign turned"),
    ]  # fmt: skip


def time_axes() -> list[Case]:
    """Return the cases of calendar and time axis, through the reader `trendy`."""
    case = partial(gridded_case, reader="trendy")
    noleap = np.where(DAYS_OF_STEPS.ravel() == 29, 28, DAYS_OF_STEPS.ravel())
    thirty = np.full(24, 30.0)
    whole, steps = np.arange(24.0), months_of()
    months = "months since 2015-01-01"
    error: dict[str, Any] = {"expects": "error"}
    return [
        case("calendar-unknown", "a calendar nobody knows",
                     world=_time(_stamps(noleap), calendar="martian"),
                     says="time axis cannot be decoded", **error),
        case("calendar-noleap", "no leap years, stamps in days",
                     world=_time(_stamps(noleap), calendar="noleap"), expects="repair",
                     says="calendar noleap"),
        case("calendar-360", "amounts of months of 30 days",
                     world={**_time(_stamps(thirty), calendar="360_day"),
                            **_units("g C m-2 month-1", 30 / 365.25)},
                     expects="repair", says="calendar 360_day"),
        case("time-gap", "a month is missing",
                     world={"steps": steps[:7] + steps[8:]}, says="2015-08", **error),
        case("time-repeat", "a month is there twice",
                     world=_time([*whole[:7], 6.0, *whole[8:]], months),
                     says="month appears more than once(.|\n)*2015-07", **error),
        case("time-unsorted", "two months have changed places",
                     world=_time([0, 1, 3, 2, *whole[4:]], months), says="not in order", **error),
        case("time-backwards", "the axis runs backwards",
                     world=_time(whole[::-1], months), says="not in order", **error),
        case("time-no-units", "the axis has no unit", world={"time_attrs": {}},
                     says="time axis has no units", **error),
        case("time-units-unknown", "'moons since creation'",
                     world=_time(whole, "moons since creation"), says="Unknown time units",
                     **error),
        case("time-month-13", "'days since 2015-13-01'",
                     world=_time(_stamps(noleap), "days since 2015-13-01"), says="time units",
                     **error),
        case("time-nan", "a time stamp is missing",
                     world=_time([*whole[:5], np.nan, *whole[6:]], months),
                     says="missing or infinite", **error),
        case("time-absurd", "time stamps of 1e300 days",
                     world=_time(np.full(24, 1e300)), says="time axis cannot be decoded", **error),
        case("time-far-months", "months 1e18 after the origin",
                     world=_time(whole + 1e18, months), says="time axis cannot be decoded",
                     **error),
        case("time-other-years", "a file of other years", world=_time(whole - 240, months),
                     says="does not cover the years", **error),
        case("time-yearly", "one value a year",
                     world={"steps": [(y, 1) for y in range(2010, 2020)],
                            "time_attrs": {"units": months}}, says="yearly steps", **error),
        case("time-daily", "one value a day",
                     world={"steps": [(2015, 1 + d // 31) for d in range(365)],
                            **_time(np.arange(365.0))}, says="daily", **error),
        case("time-month-ends", "stamps that close their months",
                     world=_time(np.cumsum(DAYS_OF_STEPS)), says="months are ambiguous", **error),
        case("time-names-in-words", "'months since AD 2015-Jan-1st'",
                     world=_time(whole, "months since AD 2015-Jan-1st"), expects="repair",
                     says="2015-01 to 2016-12"),
        case("time-decimal-years", "decimal years, 'year as %Y.%f'",
                     world=_time(2015 + (whole + 0.5) / 12, "year as %Y.%f"), expects="repair",
                     says="2015-01 to 2016-12"),
        case("years-reversed", "the last year asked for lies before the first",
                     years=(2016, 2015), says="last year lies before the first", **error),
        case("years-absurd", "the year 99999 is asked for", years=(2015, 99999),
                     says="year", **error),
    ]  # fmt: skip


def cases() -> list[Case]:
    """Return all cases of meaning."""
    return units_and_sign() + time_axes()
