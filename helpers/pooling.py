"""Pooling of estimates: random effects, robust centres, dependence and leave-one-out."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from helpers.errors import InputError

METHODS = ("dersimonian-laird", "paule-mandel", "fixed", "huber", "median")
"""Ways to pool; the first two estimate the variance between studies, the last two are robust."""

HUBER_TUNING = 1.345
"""Distance, in units of scale, beyond which Huber's weight falls; 95 % efficient if Gaussian."""


@dataclass(frozen=True, kw_only=True)
class Pooled:
    """A pooled estimate, in the unit of the values.

    Attributes
    ----------
    centre, se : float
        Pooled value and its standard error.
    low, high : float
        Confidence interval of the centre.
    tau : float
        Standard deviation between studies; 0 where the method has none.
    q, i2 : float
        Cochran's Q, and the share of variance that lies between studies [1].
    predicted_low, predicted_high : float
        Interval for one further study of the same kind; NaN for fewer than three studies.
    weights : numpy.ndarray, shape (studies,)
        Sum to 1.
    n : int
        Number of studies.
    """

    centre: float
    se: float
    low: float
    high: float
    tau: float
    q: float
    i2: float
    predicted_low: float
    predicted_high: float
    weights: np.ndarray
    n: int


def pool(
    values: Sequence[float],
    sds: Sequence[float],
    *,
    method: str = "dersimonian-laird",
    clusters: Sequence[str] | None = None,
    correlation: float = 0.0,
    confidence: float = 0.95,
) -> Pooled:
    """Return the pooled estimate of one quantity from several studies.

    Parameters
    ----------
    values, sds : sequence of float, shape (studies,)
        Estimates and their standard deviations, in one unit; `sds` at least 0. Studies with an
        exact value (sd 0) are taken at their word: with ``fixed`` they take all the weight.
    method : {"dersimonian-laird", "paule-mandel", "fixed", "huber", "median"}
        ``huber`` and ``median`` weigh every study alike and use `sds` for Q and I2 only.
    clusters : sequence of str, optional
        Studies with one name share data or models; an empty name stands alone.
    correlation : float
        Correlation of errors inside a cluster, 0 to 1. Weights stay; the standard error grows.
    confidence : float
        Of both intervals, 0 to 1.

    Returns
    -------
    Pooled

    Raises
    ------
    InputError
        If nothing is given, lengths differ, or a number is out of range.

    Notes
    -----
    With v the variances and w = 1/v, DerSimonian and Laird (1986):
    tau2 = max(0, (Q - (k - 1)) / (sum w - sum w2 / sum w)). Paule and Mandel (1982): tau2 solves
    Q(tau2) = k - 1. The standard error is sqrt(w' V w) with the weights w that sum to 1 and V
    the covariance, v + tau2 on its diagonal and `correlation` inside clusters. The prediction
    interval is that of Higgins, Thompson and Spiegelhalter (2009).
    """
    x, v = _checked(values, sds, method=method, correlation=correlation, level=confidence)
    tau2 = _between(x, v, method=method)
    weights = _weights(x, v, tau2=tau2, method=method)
    centre = _centre(x, weights, method=method)
    spread2 = v + tau2 if method in METHODS[:3] else np.full(x.size, _robust_variance(x, centre))
    names = [""] * x.size if clusters is None else list(clusters)
    se = _standard_error(weights, spread2, clusters=names, correlation=correlation)
    if method == "median":
        se *= math.sqrt(math.pi / 2.0)
    q = _q(x, v, tau2=0.0)
    half = float(stats.norm.ppf(0.5 + confidence / 2.0)) * se
    ahead = _prediction(
        tau2 if method in METHODS[:3] else spread2[0], se, n=x.size, confidence=confidence
    )
    return Pooled(
        centre=centre, se=se, low=centre - half, high=centre + half, tau=float(np.sqrt(tau2)),
        q=q, i2=max(0.0, 1.0 - (x.size - 1) / q) if q > 0 else 0.0,
        predicted_low=centre - ahead, predicted_high=centre + ahead, weights=weights, n=x.size,
    )  # fmt: skip


def leave_one_out(pooled: Callable[[list[int]], Pooled], *, n: int) -> list[Pooled]:
    """Return the pooled estimate without each study in turn.

    Parameters
    ----------
    pooled : callable
        Takes the positions of the studies to keep.
    n : int
        Number of studies, at least 2.
    """
    return [pooled([other for other in range(n) if other != left]) for left in range(n)]


def contrast(
    first: float, second: float, *, first_sd: float, second_sd: float, correlation: float = 0.0
) -> tuple[float, float, float, float]:
    """Return difference, its sd, z and the probability that the first is larger.

    The ± are taken as standard deviations of Gaussian errors with the stated correlation; where
    a source does not say what its ± is, z inherits that doubt.

    Examples
    --------
    >>> [round(float(x), 2) for x in contrast(0.54, 0.38, first_sd=0.05, second_sd=0.04)]
    [0.16, 0.06, 2.5, 0.99]
    """
    sd = float(np.sqrt(first_sd**2 + second_sd**2 - 2.0 * correlation * first_sd * second_sd))
    difference = first - second
    z = difference / sd if sd > 0 else float(np.sign(difference)) * np.inf if difference else 0.0
    return difference, sd, z, float(stats.norm.cdf(z))


def range_to_sd(width: float, *, n: int) -> float:
    """Return the standard deviation that a range of n Gaussian values suggests.

    The expected range of n draws is d2(n) standard deviations; d2(2) is 2/sqrt(pi) = 1.128.

    Parameters
    ----------
    width : float
        Largest less smallest.
    n : int
        Number of values, at least 2.
    """
    if n < 2:
        raise InputError("A range needs two values.", where="n", found=n, accepted="2 or more",
                         fix="Give the number of values that the range is of.")  # fmt: skip
    grid = np.linspace(-9.0, 9.0, 20001)
    below = stats.norm.cdf(grid)
    expected = np.trapezoid(1.0 - below**n - (1.0 - below) ** n, grid)
    return float(width / expected)


def _checked(
    values: Sequence[float], sds: Sequence[float], *, method: str, correlation: float, level: float
) -> tuple[np.ndarray, np.ndarray]:
    x, s = np.asarray(values, float), np.asarray(sds, float)
    if x.size == 0 or x.shape != s.shape or x.ndim != 1:
        raise InputError(
            "Pooling needs one sd for each value.", where="values, sds",
            found=f"{x.shape} values, {s.shape} sds", accepted="one value or more, as many sds",
            fix="Give two lists of the same length.",
        )  # fmt: skip
    if not (np.isfinite(x).all() and np.isfinite(s).all() and (s >= 0).all()):
        bad = int(np.argmin(np.isfinite(x) & np.isfinite(s) & (s >= 0)))
        raise InputError("A value or sd cannot be pooled.", where=f"values, sds, number {bad + 1}",
                         found=f"{x[bad]:g} with sd {s[bad]:g}",
                         accepted="finite values, sds of at least 0",
                         fix="Correct it, or leave the study out.")  # fmt: skip
    if method not in METHODS:
        raise InputError("Not a way to pool.", where="method", found=repr(method),
                         accepted=", ".join(METHODS), fix="Choose one of them.")  # fmt: skip
    if not (0.0 <= correlation <= 1.0 and 0.0 < level < 1.0):
        raise InputError("Correlation or confidence is out of range.", where="correlation, level",
                         found=f"correlation {correlation}, level {level}",
                         accepted="correlation 0 to 1, level between 0 and 1",
                         fix="Give both as shares, such as 0.5 and 0.95.")  # fmt: skip
    return x, s**2


def _inverse(v: np.ndarray) -> np.ndarray:
    """Return inverse variances that sum to 1; exact values share all the weight."""
    w = (v == 0).astype(float) if (v == 0).any() else v.min() / v
    return w / w.sum()


def _q(x: np.ndarray, v: np.ndarray, *, tau2: float) -> float:
    """Return Cochran's Q; infinite when exact values differ from the centre."""
    total = v + tau2
    centre = float(_inverse(total) @ x)
    squares = (x - centre) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.where(squares == 0, 0.0, squares / total).sum())


def _between(x: np.ndarray, v: np.ndarray, *, method: str) -> float:
    """Return the variance between studies."""
    if x.size < 2 or method not in METHODS[:2]:
        return 0.0
    if (v == 0).all():
        return float(x.var(ddof=1))
    if method == "paule-mandel" or (v == 0).any():
        return _paule_mandel(x, v)
    w = 1.0 / v
    return float(max(0.0, (_q(x, v, tau2=0.0) - (x.size - 1)) / (w.sum() - (w**2).sum() / w.sum())))


def _paule_mandel(x: np.ndarray, v: np.ndarray) -> float:
    def excess(tau2: float) -> float:
        return min(_q(x, v, tau2=tau2), 1e300) - (x.size - 1)

    if excess(0.0) <= 0.0:
        return 0.0
    high = float(np.ptp(x)) ** 2 * x.size
    return float(optimize.brentq(excess, 0.0, high, xtol=1e-16, rtol=1e-14))


def _weights(x: np.ndarray, v: np.ndarray, *, tau2: float, method: str) -> np.ndarray:
    if method in METHODS[:3]:
        return _inverse(v + tau2)
    if method == "median":
        return np.full(x.size, 1.0 / x.size)
    scale = _mad(x)
    centre = float(np.median(x))
    if scale <= 1e-12 * max(1.0, abs(centre)):  # more than half agree: they are the centre
        w = (np.abs(x - centre) <= 1e-12 * max(1.0, abs(centre))).astype(float)
        return w / w.sum()
    w = np.ones(x.size)
    for _ in range(200):
        away = np.abs(x - centre) / scale
        w = np.minimum(1.0, HUBER_TUNING / np.maximum(away, 1e-300))
        centre, before = float(w @ x / w.sum()), centre
        if abs(centre - before) <= 1e-14 * max(1.0, abs(centre)):
            break
    return w / w.sum()


def _centre(x: np.ndarray, weights: np.ndarray, *, method: str) -> float:
    return float(np.median(x)) if method == "median" else float(weights @ x)


def _mad(x: np.ndarray) -> float:
    """Return the median absolute deviation, scaled to the sd of a Gaussian."""
    return float(np.median(np.abs(x - np.median(x))) / stats.norm.ppf(0.75))


def _robust_variance(x: np.ndarray, centre: float) -> float:
    """Return the variance of Huber's residuals, clipped at the tuning distance."""
    if x.size < 2:
        return 0.0
    limit = HUBER_TUNING * _mad(x)
    clipped = np.clip(x - centre, -limit, limit)
    inside = max(1, int((np.abs(x - centre) <= limit).sum()))
    return float((clipped**2).sum() / (x.size - 1) * (x.size / inside) ** 2)


def _standard_error(
    weights: np.ndarray, variances: np.ndarray, *, clusters: list[str], correlation: float
) -> float:
    names = np.array([name or f"alone {row}" for row, name in enumerate(clusters)])
    sd = np.sqrt(variances)
    covariance = correlation * (names[:, None] == names[None, :]) * np.outer(sd, sd)
    np.fill_diagonal(covariance, variances)
    return float(np.sqrt(weights @ covariance @ weights))


def _prediction(tau2: float, se: float, *, n: int, confidence: float) -> float:
    if n < 3:
        return float("nan")
    return float(stats.t.ppf(0.5 + confidence / 2.0, n - 2) * np.sqrt(tau2 + se**2))
