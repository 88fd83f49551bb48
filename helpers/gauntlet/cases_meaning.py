"""Cases of meaning: units, species and sign."""

from __future__ import annotations

from typing import Any

import numpy as np

from helpers.gauntlet.case import Case
from helpers.gauntlet.gridded import gridded_case
from helpers.gauntlet.world import DAYS, LAT, LON, fields, months_of

DAYS_OF_STEPS = np.array([DAYS[y][m - 1] for y, m in months_of()], dtype=float)[:, None, None]
NO_UNITS: dict[str, Any] = {"attrs": {}}


def with_units(unit: object, factor: Any = 1.0) -> dict[str, Any]:
    """Return a world whose values carry a unit, and are the truth times a factor."""
    return {"attrs": {"units": unit}, "values": fields(LAT, LON, steps=months_of()) * factor}


def cases() -> list[Case]:
    """Return the cases of units, species and sign."""
    amounts = DAYS_OF_STEPS / 365.25
    error: dict[str, Any] = {"expects": "error"}
    return [
        gridded_case("units-none", "no unit in file or catalog", world=NO_UNITS,
                     says="values have no unit", **error),
        gridded_case("units-unknown", "a unit nobody knows", world=with_units("furlong/fortnight"),
                     says="Unknown or unsuitable flux units", **error),
        gridded_case("units-arithmetic", "a unit that takes for ever to compute",
                     world=with_units("g C m-2 yr-1 9**9**9**9"),
                     says="Unknown or unsuitable flux units", **error),
        gridded_case("units-not-a-flux", "a stock, not a flux", world=with_units("kg m-2"),
                     says="unsuitable flux units", **error),
        gridded_case("units-a-number", "the attribute `units` is a number", world=with_units(42),
                     says="values have no unit", **error),
        gridded_case("units-contradict", "file and catalog disagree by 1000",
                     entry={"units": "kg C m-2 yr-1"}, says="units .* disagree", **error),
        gridded_case("units-per-month-or-year", "file per year, catalog per month",
                     entry={"units": "g C m-2 month-1"}, says="units .* disagree", **error),
        gridded_case("species-contradict", "file in CO2, catalog in C",
                     world=with_units("g CO2 m-2 yr-1"), entry={"species": "C"},
                     says="species disagree", **error),
        gridded_case("units-per-second", "grams declared as kilograms per second",
                     world=with_units("kg m-2 s-1"), says="too large for their unit", **error),
        gridded_case("units-carbon-dioxide", "values in CO2, said by the unit",
                     world=with_units("g CO2 m-2 yr-1", 44.01 / 12), expects="repair",
                     says="converted from 'g CO2 m-2 yr-1'"),
        gridded_case("units-amounts", "amounts of each month, months of unequal length",
                     world=with_units("g C m-2 month-1", amounts), expects="repair",
                     says="divided by the length of each month"),
        gridded_case("units-file-wrong", "the file's unit is nonsense, the catalog overrules it",
                     world=with_units("wrong"), expects="repair", says="converted from",
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
