"""What the words in a file tell about its numbers, and what they leave open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from helpers import units
from helpers.adding.inspection import Inspection
from helpers.errors import InputError
from helpers.flux import QUANTITIES, AreaBasis, Direction
from helpers.sources import declaration, netcdf

CHOICES: dict[str, tuple[str, ...]] = {
    "quantity": tuple(QUANTITIES),
    "positive": get_args(Direction),
    "area_basis": get_args(AreaBasis),
    "method": ("bottom-up", "top-down"),
}
"""Accepted answers to each question but that for the unit."""

QUESTIONS: dict[str, str] = {
    "quantity": "What are the values",
    "units": "In which unit, with C or CO2 in it, such as 'g C m-2 yr-1'",
    "positive": "Where does a positive value go: land for uptake, atmosphere for release",
    "area_basis": "Per area of the whole cell, or of the land in it",
    "method": "bottom-up (models, inventories) or top-down (inversions of air measurements)",
}
"""What has to be known of every product, as asked on a terminal."""

OPTIONS: dict[str, str] = {name: "--" + name.replace("_", "-") for name in QUESTIONS}
"""The option of `sinkbook add` that answers each question."""

_PHRASES = {
    "GPP": ("gross_primary_prod", "gross primary prod"),
    "NPP": ("net_primary_prod", "net primary prod"),
    "NEP": ("net_ecosystem_prod", "net ecosystem prod"),
    "NBP": ("net_biome_prod", "net biome prod", "all_land_processes"),
    "NEE": ("net_ecosystem_exchange", "net ecosystem exchange"),
    "NBE": ("net_biosphere_exchange", "net biosphere exchange", "net biome exchange"),
}
_SIGN_OF = {"GPP": "land", "NPP": "land", "NEP": "land", "NBP": "land",
            "NEE": "atmosphere", "NBE": "atmosphere"}  # fmt: skip


@dataclass(frozen=True)
class Guess:
    """What is believed about one property, why, and whether it may be taken without asking."""

    value: str | None
    evidence: str
    is_certain: bool = False


def guess_all(found: Inspection, given: Mapping[str, str | None]) -> dict[str, Guess]:
    """Return a guess for each of :data:`QUESTIONS`; what the caller gives is certain.

    Parameters
    ----------
    found : Inspection
        What the file says.
    given : mapping
        Answers by name; None where there is none.

    Raises
    ------
    InputError
        If an answer is not one of those accepted.
    """
    guesses = {"quantity": _quantity(found)}
    quantity = given.get("quantity") or guesses["quantity"].value
    guesses["units"] = _units(found)
    guesses["positive"] = _positive(found, quantity)
    guesses["area_basis"] = _area_basis(found, given.get("units") or guesses["units"].value)
    guesses["method"] = _method(quantity)
    for name, answer in given.items():
        if answer is not None:
            told = guesses[name]
            other = told.is_certain and not _same(name, told.value, answer=answer)
            doubt = f"; but {told.evidence}" if other else ""
            guesses[name] = Guess(check_answer(name, answer), f"you said so{doubt}", True)
    return guesses


def check_answer(name: str, answer: str) -> str:
    """Return an accepted answer to a question.

    Raises
    ------
    InputError
        With the answers accepted.
    """
    if name == "units":
        flat, _ = units.split_cell(answer)
        units.flux_factor(flat)
        if not _names_species(flat):
            raise InputError("The unit does not say of what.", where="units", found=repr(answer),
                             accepted="C or CO2 in it, such as 'kg C m-2 s-1'",
                             fix="Write C or CO2 behind the mass.")  # fmt: skip
        return answer
    known = {choice.lower(): choice for choice in CHOICES[name]}
    if answer.lower() not in known:
        raise InputError(
            f"Unknown {name.replace('_', ' ')}.",
            where=OPTIONS[name],
            found=repr(answer),
            accepted=" or ".join(CHOICES[name]),
            fix="Choose one of these.",
        )
    return known[answer.lower()]


def contradicts_file(found: Inspection, answer: str) -> bool:
    """Tell whether a unit given by the caller differs from the one in the file."""
    stated = netcdf.text(found.attrs, "units")
    if stated is None:
        return False
    flat, per_cell = units.split_cell(answer)
    own = units.with_area(units.split_cell(stated)[0]) if per_cell else stated
    species = units.split_species(flat)[1]
    try:
        here = units.flux_factor(own, species=None if units.split_species(own)[1] else species)
    except InputError:
        return True
    there = units.flux_factor(flat)
    return here[1] != there[1] or abs(here[0] / there[0] - 1) > 1e-6


def _same(name: str, told: str | None, *, answer: str) -> bool:
    if name == "units" and told is not None:
        try:
            pair = [units.flux_factor(units.split_cell(u)[0]) for u in (told, answer)]
        except InputError:
            return False
        return pair[0] == pair[1]
    return told is not None and told.lower() == answer.lower()


def _names_species(unit: str) -> bool:
    return units.split_species(unit)[1] is not None or "mol" in unit.lower()


def _words(found: Inspection) -> str:
    parts = [netcdf.text(found.attrs, name) or "" for name in ("standard_name", "long_name")]
    return " ".join(parts).lower()


def _quantity(found: Inspection) -> Guess:
    words = _words(found)
    phrased = [name for name, phrases in _PHRASES.items() if any(p in words for p in phrases)]
    tokens = set(re.split(r"[^a-z0-9]+|(?<=[a-z])(?=[0-9])", found.variable.lower()))
    named = [name for name in QUANTITIES if name.lower() in tokens]
    if len(phrased) == 1 and named in ([], phrased):
        return Guess(phrased[0], f"the file calls it {words.strip()!r}", True)
    if len(named) == 1 and not phrased:
        return Guess(named[0], f"the variable is called {found.variable!r}", True)
    both = sorted({*phrased, *named})
    why = f"the file names {' and '.join(both)}" if both else "the file does not say"
    return Guess(both[0] if len(both) == 1 else None, why)


def _units(found: Inspection) -> Guess:
    stated = netcdf.text(found.attrs, "units")
    if stated is None:
        return Guess(None, "the file states no unit")
    flat = units.split_cell(stated)[0]
    try:
        units.flux_factor(flat)
    except InputError:
        return _odd_units(stated)
    if _names_species(flat):
        return Guess(stated, f"the file says {stated!r}", True)
    words = f"{_words(found)} {found.variable.lower()}"
    if "expressed_as_carbon" in words or "mass_flux_of_carbon_" in words:
        carbon = "carbon_dioxide" in words and "expressed_as_carbon" not in words
        species = "CO2" if carbon else "C"
        return Guess(_with_species(stated, species), f"the file says {stated!r} and calls it "
                     f"{netcdf.text(found.attrs, 'standard_name')!r}", True)  # fmt: skip
    guess = "CO2" if "co2" in words or "carbon dioxide" in words else "C"
    return Guess(_with_species(stated, guess), f"the file says {stated!r}, of C or of CO2 it does "
                 "not say")  # fmt: skip


def _odd_units(stated: str) -> Guess:
    try:
        units.flux_factor(f"{stated} m-2")
    except InputError:
        return Guess(None, f"the file says {stated!r}, which is no flux")
    bare = _with_species(f"{stated} cell-1", units.split_species(stated)[1] or "C")
    return Guess(bare, f"the file says {stated!r}, with no area: the total of each cell?")


def _with_species(stated: str, species: str) -> str:
    """Return a unit with the species behind its mass: 'kg m-2 s-1' becomes 'kg C m-2 s-1'."""
    if units.split_species(stated)[1] is not None:
        return stated
    return re.sub(r"^\s*([A-Za-z]+)", rf"\1 {species}", stated, count=1)


def _positive(found: Inspection, quantity: str | None) -> Guess:
    said = declaration.stated_direction(found.attrs)
    if len(set(said.values())) == 1:
        name, side = next(iter(said.items()))
        return Guess(side, f"the file says {name} = {found.attrs[name]!r}", True)
    if quantity is None:
        return Guess(None, "the file does not say")
    return Guess(_SIGN_OF[quantity], f"usual for {quantity}, but the file does not say")


def _area_basis(found: Inspection, unit: str | None) -> Guess:
    if unit is not None and units.split_cell(unit)[1]:
        return Guess("cell", "totals of cells", True)
    methods = (netcdf.text(found.attrs, "cell_methods") or "").lower()
    if re.search(r"area:\s*(mean|sum)\s+where\s+land", methods):
        return Guess("land", f"cell_methods = {methods!r}", True)
    if re.search(r"area:\s*mean(?!\s+where)", methods):
        return Guess("cell", f"cell_methods = {methods!r}", True)
    return Guess("cell", "usual, but the file does not say")


def _method(quantity: str | None) -> Guess:
    usual = "top-down" if quantity == "NBE" else "bottom-up"
    return Guess(usual, f"usual for {quantity}, but no file can tell" if quantity else "unknown")


def species_of(unit: str) -> str:
    """Return the species a unit names, carbon for moles and where it names none."""
    return units.split_species(units.split_cell(unit)[0])[1] or "C"


def citation_of(attrs: Mapping[str, Any], title: str) -> str:
    """Return how to cite a product: the words of its file, or that it was added here."""
    for name in ("references", "reference", "source"):
        words = netcdf.text(attrs, name)
        if words:
            return words[:300]
    return f"{title}, added by the reader"
