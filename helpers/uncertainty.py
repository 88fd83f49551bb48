"""Typed uncertainty: a value whose ± says what it is, and sums that say what they assume.

A ± without its kind is refused, two kinds never melt into one by accident, and every sum names the
correlation it assumes. All operations are linear, so that propagation of variances is exact.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from helpers.correlation import Correlation, correlation_matrix
from helpers.errors import InputError
from helpers.results import SD_KINDS, Row, accept, is_finite
from helpers.spreads import SPREADS
from helpers.units import TOTAL_UNITS

PROPAGATED = "propagated"
"""Kind of a ± that comes out of a calculation with more than one kind."""


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A value with a standard deviation of a declared kind.

    Parameters
    ----------
    value : float
        Finite, in `unit`.
    sd : float
        Standard deviation about it, at least 0, in `unit`.
    kind : str
        One of :data:`helpers.results.SD_KINDS`.
    n : int, optional
        Number of values behind `sd`; needed where the kind counts something (years, members …).
    unit : str
        Unit of both.
    assumption : str
        What a sum assumed about correlations; empty for an estimate as given.

    Raises
    ------
    InputError
        If a number is not finite, `sd` is negative, the kind is undeclared, or its n is missing.

    Examples
    --------
    >>> north = Estimate(value=0.3, sd=0.03, kind="interannual", n=5)
    >>> south = Estimate(value=0.2, sd=0.04, kind="interannual", n=5)
    >>> total = north + south
    >>> round(total.value, 3), round(total.sd, 3), total.assumption
    (0.5, 0.05, 'independent')
    """

    value: float
    sd: float
    kind: str
    n: int | None = None
    unit: str = TOTAL_UNITS
    assumption: str = ""

    def __post_init__(self) -> None:
        if self.kind is None:
            raise InputError(
                "A ± has no declared kind.", where="kind", found="no kind",
                accepted=", ".join(SD_KINDS), fix="State what the ± is.",
            )  # fmt: skip
        accept(self.kind, where="kind", accepted=SD_KINDS)
        for name, value, least in (("value", self.value, -math.inf), ("sd", self.sd, 0.0)):
            if not is_finite(value) or value < least:
                raise InputError(
                    f"An estimate has no valid {name}.", where=name, found=value,
                    accepted="a finite number" + (" of at least 0" if name == "sd" else ""),
                    fix="Correct it where it was computed or typed.",
                )  # fmt: skip
        if SPREADS[self.kind].needs_n and self.n is None:
            raise InputError(
                "A ± of this kind needs its n.", where="n", found=f"{self.kind}, n absent",
                accepted="the number of values behind the ±", fix="Give n.",
            )  # fmt: skip

    def __add__(self, other: Estimate) -> Estimate:
        """Return the sum of two independent estimates of one kind."""
        if not isinstance(other, Estimate):
            return NotImplemented
        return _sum(self, other)

    def __sub__(self, other: Estimate) -> Estimate:
        """Return the difference of two independent estimates of one kind."""
        if not isinstance(other, Estimate):
            return NotImplemented
        return _sum(self, -other)

    def __mul__(self, factor: float) -> Estimate:
        """Return the estimate scaled by an exact number."""
        if not isinstance(factor, int | float | np.number) or isinstance(factor, bool):
            return NotImplemented
        return replace(self, value=self.value * float(factor), sd=self.sd * abs(float(factor)))

    __rmul__ = __mul__

    def __neg__(self) -> Estimate:
        """Return the estimate with its sign turned."""
        return self * -1.0

    @property
    def z(self) -> float:
        """Distance from zero in standard deviations; infinite for an exact value off zero."""
        if self.sd == 0.0:
            return math.copysign(math.inf, self.value) if self.value else 0.0
        return self.value / self.sd

    @property
    def probability_positive(self) -> float:
        """Probability that the quantity is above zero if errors are Gaussian with this sd."""
        return float(stats.norm.cdf(self.z))

    def interval(self, coverage: float = 0.95) -> tuple[float, float]:
        """Return the central Gaussian interval of a coverage between 0 and 1."""
        half = gaussian_factor(coverage) * self.sd
        return self.value - half, self.value + half

    def row(self, **keys: str) -> Row:
        """Return the estimate as a result row; `keys` are those of a row without its numbers."""
        return Row(value=self.value, sd=self.sd, sd_kind=self.kind, n=self.n, unit=self.unit,
                   **keys)  # fmt: skip


def from_row(row: Row) -> Estimate:
    """Return a result row as an estimate, refusing a row without a ±.

    Raises
    ------
    InputError
        If the row has no ±; a value without one is not an exact value.
    """
    if row.sd is None or row.sd_kind is None:
        raise InputError(
            "A value without ± cannot enter a propagation.",
            where=f"{row.quantity} {row.product} {row.scope} {row.period}",
            found="no ±",
            accepted="an sd with its kind",
            fix="Give the ± and its kind; use sd=0 only for what is exact.",
        )
    return Estimate(value=row.value, sd=row.sd, kind=row.sd_kind, n=row.n, unit=row.unit)


def from_interval(
    low: float, high: float, *, coverage: float, kind: str, n: int | None = None,
    value: float | None = None, unit: str = TOTAL_UNITS,
) -> Estimate:  # fmt: skip
    """Return the estimate whose central Gaussian interval is as wide as a given one.

    Parameters
    ----------
    low, high : float
        Ends; equal ends make an exact value.
    coverage : float
        Share of the distribution between them, 0 to 1, such as 0.9 for 5 to 95 %.
    kind, n, unit
        As in `Estimate`.
    value : float, optional
        Centre, between the ends; their middle unless given. An interval that is not symmetric
        about it keeps its width only.

    Raises
    ------
    InputError
        If the ends are not in order, the centre lies outside, or `Estimate` refuses.

    Examples
    --------
    >>> round(from_interval(-1.645, 1.645, coverage=0.9, kind="sampling", n=8).sd, 3)
    1.0
    """
    centre = (low + high) / 2.0 if value is None else value
    if not low <= centre <= high:
        raise InputError("An interval does not hold its centre.", where="low, value, high",
                         found=f"{low}, {centre}, {high}", accepted="low <= value <= high",
                         fix="Correct the ends.")  # fmt: skip
    sd = (high - low) / 2.0 / gaussian_factor(coverage)
    return Estimate(value=centre, sd=sd, kind=kind, n=n, unit=unit)


def combine(
    estimates: Sequence[Estimate],
    *,
    correlation: Correlation,
    weights: Sequence[float] | None = None,
) -> Estimate:
    """Return a weighted sum with its ± propagated under a stated correlation.

    Parameters
    ----------
    estimates : sequence of Estimate
        One unit; kinds may differ, because this call is explicit.
    correlation : float or array, shape (n, n) [1]
        Of the errors: one number for every pair, or a symmetric matrix with unit diagonal. There
        is no default.
    weights : sequence of float, optional
        Exact factors; 1 unless given.

    Returns
    -------
    Estimate
        Kind ``propagated``; n is left out where kinds or counts differ.

    Raises
    ------
    InputError
        If units differ, lengths differ, or no set of errors has that correlation.

    Notes
    -----
    var(sum w_i x_i) = sum_ij w_i w_j r_ij s_i s_j, exact for any distribution.
    """
    values, sds = _arrays(estimates)
    factors = np.ones(values.size) if weights is None else np.asarray(weights, float)
    if factors.shape != values.shape or not np.isfinite(factors).all():
        raise InputError("A weighted sum needs one finite weight for each estimate.",
                         where="weights", found=f"{factors.tolist()} for {values.size} estimates",
                         accepted="one finite number for each",
                         fix="Give the weights in the order of the estimates.")  # fmt: skip
    matrix = correlation_matrix(correlation, size=values.size)
    scaled = factors * sds
    variance = float(scaled @ matrix @ scaled)
    counts = {(item.kind, item.n) for item in estimates}
    return Estimate(
        value=float(factors @ values), sd=math.sqrt(max(0.0, variance)), kind=PROPAGATED,
        n=estimates[0].n if len(counts) == 1 else None, unit=estimates[0].unit,
        assumption=_words(correlation, estimates),
    )  # fmt: skip


def monte_carlo(
    estimates: Sequence[Estimate],
    *,
    correlation: Correlation,
    weights: Sequence[float] | None = None,
    draws: int = 100_000,
    seed: int = 0,
) -> tuple[float, float]:
    """Return mean and SD of a weighted sum over Gaussian draws: a check of :func:`combine`."""
    values, sds = _arrays(estimates)
    factors = np.ones(values.size) if weights is None else np.asarray(weights, float)
    matrix = correlation_matrix(correlation, size=values.size) * np.outer(sds, sds)
    generator = np.random.default_rng(seed)
    sums = generator.multivariate_normal(values, matrix, size=draws, method="eigh") @ factors
    return float(sums.mean()), float(sums.std(ddof=1))


def gaussian_factor(coverage: float) -> float:
    """Return how many standard deviations a central interval of a coverage reaches."""
    if not 0.0 < coverage < 1.0:
        raise InputError("Not a coverage.", where="coverage", found=coverage,
                         accepted="between 0 and 1",
                         fix="Give a share, such as 0.95 for 95 %.")  # fmt: skip
    return float(stats.norm.ppf(0.5 + coverage / 2.0))


def _sum(first: Estimate, second: Estimate) -> Estimate:
    """Return the sum of two independent estimates, refusing two kinds."""
    if first.kind != second.kind:
        raise InputError(
            "Two kinds of ± do not add up to one.",
            where="kind",
            found=f"{first.kind} and {second.kind}",
            accepted="one kind",
            fix="Keep them apart, or call combine(..., correlation=...) and say what is assumed.",
        )
    whole = combine((first, second), correlation=0.0)
    counts = [item.n for item in (first, second) if item.n is not None]
    return replace(whole, kind=first.kind, n=min(counts) if counts else None)


def _arrays(estimates: Sequence[Estimate]) -> tuple[np.ndarray, np.ndarray]:
    """Return values and sds, refusing an empty list and mixed units."""
    found = sorted({item.unit for item in estimates})
    if len(found) != 1:
        raise InputError("A sum needs estimates of one unit.", where="unit",
                         found=", ".join(found) or "no estimate", accepted="one unit",
                         fix="Convert them to one unit first.")  # fmt: skip
    values = np.array([item.value for item in estimates])
    return values, np.array([item.sd for item in estimates])


def _words(correlation: Correlation, estimates: Sequence[Estimate]) -> str:
    """Return in words what a sum assumed."""
    if np.ndim(correlation) == 0:
        rho = float(correlation)  # type: ignore[arg-type]
        text = "independent" if rho == 0.0 else f"correlation {rho:g} between every pair"
    else:
        text = "a stated correlation matrix"
    kinds = sorted({item.kind for item in estimates})
    return text if len(kinds) == 1 else f"{text}; kinds {', '.join(kinds)}"
