"""Release of thawed carbon: constant against temperature-dependent and uneven Q10.

Q10 is the factor by which decay quickens over 10 degrees. Three laws are compared that have the
same rate and the same Q10 at one reference temperature, and differ everywhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.integrate import cumulative_simpson, simpson

from helpers.errors import InputError

KELVIN = 273.15
GAS_CONSTANT = 8.314462618e-3
"""Molar gas constant [kJ mol-1 K-1]."""

COLDEST = 227.13
"""Temperature at which respiration ends in the law of Lloyd and Taylor (1994) [K]."""

SUPPLIES = ("at-once", "linear")
"""All carbon thaws at the start, or evenly over the years."""

_STEPS = 2000


def constant(temperature: np.ndarray, *, q10: float, reference: float) -> np.ndarray:
    """Return Q10^((T - Tref) / 10) (van 't Hoff); temperatures [degC]."""
    return q10 ** ((np.asarray(temperature, float) - reference) / 10.0)


def arrhenius(temperature: np.ndarray, *, q10: float, reference: float) -> np.ndarray:
    """Return exp(Ea / R (1/Tref - 1/T)), Ea chosen so that d ln r / dT at Tref is ln(Q10) / 10."""
    pinned, kelvin = reference + KELVIN, np.asarray(temperature, float) + KELVIN
    energy = GAS_CONSTANT * pinned**2 * np.log(q10) / 10.0
    return np.exp(energy / GAS_CONSTANT * (1 / pinned - 1 / kelvin))


def lloyd_taylor(temperature: np.ndarray, *, q10: float, reference: float) -> np.ndarray:
    """Return exp(E0 (1/(Tref - T0) - 1/(T - T0))), T0 = 227.13 K, pinned as :func:`arrhenius`."""
    pinned, kelvin = reference + KELVIN - COLDEST, np.asarray(temperature, float) + KELVIN
    if (kelvin <= COLDEST).any() or pinned <= 0:
        lowest = float(np.fmin.reduce(kelvin, axis=None, initial=reference + KELVIN)) - KELVIN
        raise InputError("Too cold for this law.", where="temperature, reference",
                         found=f"{lowest:g} degC", accepted=f"above {COLDEST - KELVIN:g} degC",
                         fix="Choose another law, or leave such cold soil out.")  # fmt: skip
    strength = pinned**2 * np.log(q10) / 10.0
    return np.exp(strength * (1 / pinned - 1 / (kelvin - COLDEST)))


LAWS: dict[str, Callable[..., np.ndarray]] = {
    "constant": constant, "arrhenius": arrhenius, "lloyd-taylor": lloyd_taylor,
}  # fmt: skip
"""Relative rate of decay by law, 1 at the reference temperature."""

TITLES = {"constant": "constant Q10", "arrhenius": "Arrhenius", "lloyd-taylor": "Lloyd–Taylor"}
"""Names of the laws as shown."""


def rate(law: str, temperature: np.ndarray, *, q10: float, reference: float) -> np.ndarray:
    """Return the relative rate of decay under a law.

    Raises
    ------
    InputError
        If the law is unknown or Q10 is not above zero.
    """
    if law not in LAWS:
        raise InputError("Unknown law.", where="law", found=repr(law), accepted=", ".join(LAWS),
                         fix="Choose one of them.")  # fmt: skip
    if not (np.isfinite(q10) and q10 > 0):
        raise InputError("Q10 is not above zero.", where="q10", found=q10,
                         accepted="1 for no effect of temperature, usually 1.5 to 4",
                         fix="Give the factor by which 10 degrees raise the rate.")  # fmt: skip
    return LAWS[law](temperature, q10=q10, reference=reference)


def local_q10(law: str, temperature: float, *, q10: float, reference: float) -> float:
    """Return the rate 5 degrees above over the rate 5 degrees below a temperature [1]."""
    ends = np.array([temperature - 5.0, temperature + 5.0])
    low, high = rate(law, ends, q10=q10, reference=reference)
    return float(high / low)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What thaws, how warm it is, and how fast it decays.

    Parameters
    ----------
    stock : float
        Carbon that thaws over the years [Pg C].
    years : float
        Length of the projection.
    start : float
        Temperature of thawed soil at the start [degC].
    warming : float
        Rise of that temperature [degC yr-1].
    decay : float
        Share of the thawed carbon that decays in a year at the reference temperature [yr-1].
    reference : float
        Where all laws agree, as in an incubation [degC].
    supply : {"at-once", "linear"}
        See :data:`SUPPLIES`.
    """

    stock: float
    years: float
    start: float
    warming: float
    decay: float
    reference: float
    supply: str = "linear"

    def __post_init__(self) -> None:
        if min(self.stock, self.years, self.decay) < 0 or self.years == 0:
            raise InputError("A plan of release is impossible.", where="stock, years, decay",
                             found=f"{self.stock}, {self.years}, {self.decay}",
                             accepted="stock and decay of at least 0, years above 0",
                             fix="Correct the one out of range.")  # fmt: skip
        if self.supply not in SUPPLIES:
            raise InputError("Unknown supply.", where="supply", found=repr(self.supply),
                             accepted=" or ".join(SUPPLIES), fix="Choose one of them.")  # fmt: skip


def exposure(plan: Plan, *, q10: float, law: str = "constant") -> np.ndarray:
    """Return the integral of the rate of decay from the start to each of 2001 even times [1].

    Notes
    -----
    K(t) = k times the integral of r(T0 + w s) ds. For a constant Q10,
    K(t) = k Q10^((T0 - Tref)/10) 10 / (w ln Q10) (Q10^(w t / 10) - 1), and k t at Q10 = 1.
    """
    times = np.linspace(0.0, plan.years, _STEPS + 1)
    rates = plan.decay * rate(
        law, plan.start + plan.warming * times, q10=q10, reference=plan.reference
    )
    return cumulative_simpson(rates, x=times, initial=0.0)


def release(plan: Plan, *, q10: float, law: str = "constant") -> float:
    """Return the carbon released by the end [Pg C].

    Notes
    -----
    First-order decay. At once: S (1 - exp(-K)). Evenly: the mean over thaw times u of
    S (1 - exp(-(K(end) - K(u)))). Never more than the stock.
    """
    grown = exposure(plan, q10=q10, law=law)
    if plan.supply == "at-once":
        return float(plan.stock * -np.expm1(-grown[-1]))
    lost = -np.expm1(-(grown[-1] - grown))
    return float(plan.stock * simpson(lost, dx=1.0 / _STEPS))


def from_warming(plan: Plan, *, q10: float, law: str = "constant") -> float:
    """Return the release less what would be released without warming [Pg C]; 0 at Q10 = 1."""
    still = replace(plan, warming=0.0)
    return release(plan, q10=q10, law=law) - release(still, q10=q10, law=law)


def comparison(plan: Plan, *, q10: float) -> pd.DataFrame:
    """Return release and warming's part of it under each law, and against a constant Q10 [%]."""
    rows = [
        {"law": law, "Q10 at start": local_q10(law, plan.start, q10=q10, reference=plan.reference),
         "release": release(plan, q10=q10, law=law),
         "from warming": from_warming(plan, q10=q10, law=law)}
        for law in LAWS
    ]  # fmt: skip
    table = pd.DataFrame(rows).set_index("law")
    base = table.loc["constant"]
    for name in ("release", "from warming"):
        table[f"{name}, change [%]"] = [
            100 * (value / base[name] - 1) if base[name] else 0.0 for value in table[name]
        ]
    return table


def by_q10(plan: Plan, values: Sequence[float]) -> pd.DataFrame:
    """Return warming's part of the release for each Q10 and law as rows ``series, x, value``."""
    rows = [
        {"series": title, "x": float(q10), "value": from_warming(plan, q10=float(q10), law=law)}
        for law, title in TITLES.items()
        for q10 in values
    ]
    return pd.DataFrame(rows)


def by_reference(
    plan: Plan, *, low: float, high: float, references: Sequence[float]
) -> pd.DataFrame:
    """Return how far two Q10 lie apart in release, by where their rates are made equal.

    Parameters
    ----------
    plan : Plan
    low, high : float
        Two constant Q10.
    references : sequence of float
        Temperatures at which both decay alike [degC].

    Returns
    -------
    pandas.DataFrame, index reference
        Release for `low` and `high` [Pg C], and `ratio`, the larger over the smaller.
    """
    rows = []
    for reference in references:
        pinned = replace(plan, reference=float(reference))
        ends = [release(pinned, q10=value) for value in (low, high)]
        rows.append({"reference": float(reference), f"Q10 {low:g}": ends[0],
                     f"Q10 {high:g}": ends[1], "ratio": max(ends) / min(ends)})  # fmt: skip
    return pd.DataFrame(rows).set_index("reference")


def local_curves(q10: float, *, reference: float, temperatures: Sequence[float]) -> pd.DataFrame:
    """Return the local Q10 of each law against temperature as rows ``series, x, value``."""
    rows = [
        {"series": title, "x": float(degrees),
         "value": local_q10(law, float(degrees), q10=q10, reference=reference)}
        for law, title in TITLES.items()
        for degrees in temperatures
    ]  # fmt: skip
    return pd.DataFrame(rows)
