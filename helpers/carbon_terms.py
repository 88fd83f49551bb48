"""Carbon numbers that know what they are, and a sum that refuses those that do not add.

Net uptake over cropland counts the harvest as uptake; the harvest is eaten and respired somewhere
else; the change of soil carbon is what is left. The three describe one carbon atom at three places
in its life, so their sum means nothing. Observed rates, potentials and scenarios do not add either.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from helpers.errors import InputError

QUANTITIES: dict[str, str] = {
    "NEP": "net ecosystem uptake, harvest counted as uptake",
    "NBP": "net biome uptake, harvest and fire as the model treats them",
    "NBE": "net exchange with the air, seen from the air",
    "harvest": "carbon carried off the field",
    "SOC change": "observed change of soil carbon stock",
    "SOC potential": "most that soils could gain, by an author's reckoning",
    "SOC scenario": "gain of soil carbon if a scenario came true",
}
"""What a number about cropland carbon can be."""


@dataclass(frozen=True, kw_only=True)
class CarbonTerm:
    """One amount of carbon with its meaning.

    Parameters
    ----------
    quantity : str
        One of `QUANTITIES`.
    value : float
        In `unit`; uptake or gain positive, harvest positive off the field.
    unit : str
        Such as ``Pg C yr-1``.
    scope, period, source : str
        Where, when, and by whom.

    Raises
    ------
    InputError
        If the quantity is unknown or the value is not finite.
    """

    quantity: str
    value: float
    unit: str
    scope: str
    period: str
    source: str

    def __post_init__(self) -> None:
        if self.quantity not in QUANTITIES:
            raise InputError(
                "A carbon term does not say what it is.",
                where="quantity",
                found=repr(self.quantity),
                accepted=", ".join(QUANTITIES),
                fix="Name the one that the source means.",
            )
        if not np.isfinite(self.value):
            raise InputError(
                "A carbon term is not finite.",
                where=self.source,
                found=self.value,
                accepted="a finite number",
                fix="Give the number of the source, or leave the term out.",
            )


def add_carbon(*terms: CarbonTerm) -> CarbonTerm:
    """Return the sum of terms that add: one quantity, unit, period and source, separate places.

    Raises
    ------
    InputError
        If the terms differ in anything but their place, or name a place twice.
    """
    if not terms:
        raise InputError("Nothing to add.", where="terms", found="no term",
                         accepted="one term or more", fix="Give the terms.")  # fmt: skip
    for name in ("quantity", "unit", "period", "source"):
        found = list(dict.fromkeys(getattr(term, name) for term in terms))
        if len(found) > 1:
            raise InputError(
                "These do not add.",
                where=name,
                found="; ".join(_in_words(name, word) for word in found),
                accepted=f"one {name}",
                fix="show them side by side",
            )
    places = [term.scope for term in terms]
    if len(set(places)) < len(places):
        raise InputError(
            "These do not add.",
            where="scope",
            found=", ".join(places),
            accepted="each place once",
            fix="Leave out the term that repeats a place.",
        )
    first = terms[0]
    return CarbonTerm(
        quantity=first.quantity,
        value=float(sum(term.value for term in terms)),
        unit=first.unit,
        scope=" + ".join(places),
        period=first.period,
        source=first.source,
    )


def _in_words(name: str, word: str) -> str:
    return f"{word} ({QUANTITIES[word]})" if name == "quantity" else word


def refusal(*terms: CarbonTerm) -> str:
    """Return the words with which `add_carbon` refuses these terms.

    Raises
    ------
    AssertionError
        If it does not refuse them: then the guard is broken.
    """
    try:
        total = add_carbon(*terms)
    except InputError as error:
        return str(error)
    message = f"These were added: {total}"
    raise AssertionError(message)
