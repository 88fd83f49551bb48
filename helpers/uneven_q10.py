"""What it does to a feedback that Q10 differs from place to place.

Q10 and carbon are taken as lognormal over places, correlated in their logarithms. Then the mean
response is known in closed form, and falls apart into the mean, the spread, and the correlation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from helpers.errors import InputError

Held = Literal["arithmetic", "geometric"]
MEANS: tuple[str, ...] = ("arithmetic", "geometric")
"""Which mean of the uneven Q10 equals the constant it is compared with."""


def response(
    q10: float,
    *,
    spread: float,
    warming: float,
    carbon_spread: float = 0.0,
    correlation: float = 0.0,
    held: str = "arithmetic",
) -> float:
    """Return the mean factor by which respiration rises, over places weighted by their carbon.

    Parameters
    ----------
    q10 : float
        Mean Q10.
    spread, carbon_spread : float
        Standard deviation of ln Q10, and of ln carbon (today's respiration), over places.
    warming : float
        Warming, the same everywhere [degC].
    correlation : float
        Of ln Q10 with ln carbon, -1 to 1.
    held : {"arithmetic", "geometric"}
        Which mean `q10` is.

    Raises
    ------
    InputError
        If a value is outside its range.

    Notes
    -----
    With x = warming / 10, m the geometric mean, s and c the spreads:
    E[C Q10^x] / E[C] = m^x exp(x^2 s^2 / 2 + x r s c), and q10 = m exp(s^2 / 2) if arithmetic.
    """
    if q10 <= 0 or min(spread, carbon_spread) < 0 or abs(correlation) > 1 or held not in MEANS:
        raise InputError(
            "An uneven Q10 is impossible.",
            where="q10, spread, carbon_spread, correlation, held",
            found=f"q10 {q10:g}, spreads {spread:g} and {carbon_spread:g}, "
            f"correlation {correlation:g}, held {held!r}",
            accepted="q10 above 0, spreads of at least 0, correlation -1 to 1, "
            + " or ".join(MEANS),
            fix="Correct the one out of range.",
        )
    x = warming / 10.0
    shift = -(spread**2) / 2 if held == "arithmetic" else 0.0
    exponent = x * shift + (x * spread) ** 2 / 2 + x * correlation * spread * carbon_spread
    return float(q10**x * np.exp(exponent))


def gain(q10: float, *, warming: float, **unevenness: float | str) -> float:
    """Return how much the feedback of an uneven Q10 exceeds that of a constant one [%].

    The feedback is the rise of respiration above today's, ``response - 1``. Keywords as in
    :func:`response`. Undefined, and refused, where a constant Q10 gives no feedback.
    """
    even = q10 ** (warming / 10.0) - 1.0
    if even == 0:
        raise InputError(
            "A constant Q10 gives no feedback here.",
            where="q10, warming",
            found=f"Q10 {q10:g}, warming {warming:g} degC",
            accepted="Q10 other than 1, and warming",
            fix="Choose some warming and a Q10 that reacts to it.",
        )
    uneven = response(q10, warming=warming, **unevenness) - 1.0  # type: ignore[arg-type]
    return 100.0 * (uneven / even - 1.0)


def gains(q10: float, *, spread: float, warming: float) -> dict[str, float]:
    """Return the gain of spread alone [%], by the mean that is held (:data:`MEANS`)."""
    return {held: gain(q10, warming=warming, spread=spread, held=held) for held in MEANS}


def needed_correlation(
    q10: float,
    *,
    target: float,
    warming: float,
    spread: float,
    carbon_spread: float,
    held: str = "arithmetic",
) -> float:
    """Return the correlation of Q10 with carbon at which the gain is `target` [%]; may exceed 1.

    Solves :func:`gain` for the correlation.
    """
    if spread * carbon_spread * warming == 0:
        raise InputError("Without spread or warming no correlation matters.",
                         where="spread, carbon_spread, warming",
                         found=f"{spread:g}, {carbon_spread:g}, {warming:g}",
                         accepted="spread, carbon_spread and warming above 0",
                         fix="Give the one that is 0 another value.")  # fmt: skip
    x = warming / 10.0
    even = response(q10, spread=spread, warming=warming, held=held)
    wanted = 1.0 + (1.0 + target / 100.0) * (q10**x - 1.0)
    return float(np.log(wanted / even) / (x * spread * carbon_spread))


def by_correlation(
    q10: float,
    *,
    warming: float,
    spreads: Sequence[float],
    carbon_spread: float,
    held: str = "arithmetic",
) -> pd.DataFrame:
    """Return the gain against the correlation, one series a spread: ``series, x, value`` [%]."""
    rows = [
        {"series": f"spread of ln Q10: {spread:.2f}", "x": float(r),
         "value": gain(q10, warming=warming, spread=spread, carbon_spread=carbon_spread,
                       correlation=float(r), held=held)}
        for spread in spreads
        for r in np.linspace(-1.0, 1.0, 41)
    ]  # fmt: skip
    return pd.DataFrame(rows)
