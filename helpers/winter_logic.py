"""Three statements about winter, tried against each other without any data.

The study says, of the same products and years, that BEPS is neutral in winter, that all models
release in winter, and that land south of 25 degrees north takes up in every month. A product's
winter has a sign in the tropical south, a sign in the rest of China, and one for the nation that
must be possible as their sum. Trying all of them shows which statements can be true together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product as combinations

import pandas as pd

from helpers.statements import PUBLISHED, Test

NEUTRAL = "z24-season-winter-order"
RELEASE = "z24-season-winter-allrelease"
UPTAKE = "z24-season-s25-allyear"


@dataclass(frozen=True)
class Winter:
    """Signs of a winter flux: 1 uptake, 0 neutral, -1 release.

    Attributes
    ----------
    south, rest, nation : int
        South of 25 degrees north, the rest of China, and both together.
    """

    south: int
    rest: int
    nation: int


Statement = Callable[[Winter], bool]

READINGS: dict[str, Statement] = {
    "China as a whole": lambda winter: winter.nation < 0,
    "every part of China": lambda winter: winter.south < 0 and winter.rest < 0,
    "China outside the tropical south": lambda winter: winter.rest < 0,
}
"""What “all models show winter land as a release” may be about; the last is not what it says."""

AS_PRINTED = ("China as a whole", "every part of China")
"""Readings that the printed words bear."""


def is_neutral(winter: Winter) -> bool:
    """Tell whether the nation is neutral, as the study says of BEPS."""
    return winter.nation == 0


def is_uptake_in_south(winter: Winter) -> bool:
    """Tell whether land south of 25 degrees north takes up, as the study says of every month."""
    return winter.south > 0


def possible_winters() -> list[Winter]:
    """Return every pattern of signs in which the nation can be the sum of its two parts.

    Examples
    --------
    >>> len(possible_winters())
    13
    """
    winters = []
    for south, rest in combinations((-1, 0, 1), repeat=2):
        opposed = south * rest < 0
        sums = (-1, 0, 1) if opposed else (max(-1, min(1, south + rest)),)
        winters += [Winter(south, rest, nation) for nation in sums]
    return winters


def count(*statements: Statement) -> int:
    """Return the number of possible winters in which all statements are true."""
    return sum(all(true(winter) for true in statements) for winter in possible_winters())


def readings_table() -> pd.DataFrame:
    """Return, for each reading of “all models release”, whether it can stand beside the others.

    Returns
    -------
    pandas.DataFrame
        Index: the reading. Columns: beside neutral BEPS, beside uptake all year in the south,
        beside both; each ``possible`` or ``impossible``.
    """
    others: dict[str, tuple[Statement, ...]] = {
        "BEPS neutral": (is_neutral,),
        "uptake all year south of 25° N": (is_uptake_in_south,),
        "both": (is_neutral, is_uptake_in_south),
    }
    return pd.DataFrame(
        {
            heading: {
                name: "possible" if count(reading, *beside) else "impossible"
                for name, reading in READINGS.items()
            }
            for heading, beside in others.items()
        }
    ).rename_axis("“all models release” is about")


def conflict() -> Test:
    """Return the test of the statement that cannot stand beside the other two.

    Returns
    -------
    Test
        Of `RELEASE`, product `PUBLISHED`: the number of sign patterns that make it true, in
        either reading its words bear, together with `NEUTRAL` and `UPTAKE`. It rests on the
        published statements alone, so it decides whatever the data are.
    """
    both = [count(READINGS[name], is_neutral, is_uptake_in_south) for name in AS_PRINTED]
    return Test(
        claim=RELEASE,
        product=PUBLISHED,
        rule="some pattern of signs makes it true beside BEPS neutral in winter and uptake in "
        "every month south of 25° N",
        value=max(both),
        unit="1",
        holds=max(both) > 0,
        is_standin=False,
        note="from the published statements alone; the other two can both be true, and all three "
        "only if this one leaves out the tropical south",
    )
