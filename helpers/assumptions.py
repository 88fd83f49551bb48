"""What must be decided before published estimates can be pooled."""

from __future__ import annotations

import math
from dataclasses import dataclass

from helpers.errors import InputError

READINGS = ("ensemble", "printed")
"""What an undefined ± of an ensemble can be taken for."""


@dataclass(frozen=True, kw_only=True)
class Assumptions:
    """What must be decided before estimates of unlike kind can be pooled.

    Parameters
    ----------
    method : str
        See :func:`helpers.pooling.pool`.
    first_year : int
        Studies whose period ends earlier are left out; without a period, the year of publication.
    use_nep : bool
        Keep estimates of NEP, which leave out harvest and fire.
    use_syntheses : bool
        Keep syntheses, which are made of other rows.
    use_disputed : bool
        Keep rows whose result has been disputed in print.
    lateral : float
        Correction of inversions for carbon that rivers and trade move, from 0 (the smallest
        published one) through 1 (the largest); None for no correction [1].
    undefined : {"ensemble", "printed"}
        What to take for the ± of an ensemble mean whose meaning is not defined: the spread of
        the ensemble it came from, or the ± as printed.
    default_sd : float
        Standard deviation of an estimate that prints none, relative to its value [1].
    correlation : float
        Of errors among studies that share data or models [1].

    Raises
    ------
    InputError
        If `undefined` is another word, or `default_sd` is below 0 or not finite.
    """

    method: str = "dersimonian-laird"
    first_year: int = 2005
    use_nep: bool = False
    use_syntheses: bool = False
    use_disputed: bool = True
    lateral: float | None = 0.5
    undefined: str = "ensemble"
    default_sd: float = 0.3
    correlation: float = 0.5

    def __post_init__(self) -> None:
        if self.undefined not in READINGS:
            raise InputError("Not a reading of an undefined ±.", where="undefined",
                             found=repr(self.undefined), accepted=" or ".join(READINGS),
                             fix="Choose one of them.")  # fmt: skip
        if not 0.0 <= self.default_sd < math.inf:
            raise InputError("Not a standard deviation.", where="default_sd",
                             found=self.default_sd, accepted="a finite number of at least 0",
                             fix="Give it relative to the estimate, such as 0.3.")  # fmt: skip
