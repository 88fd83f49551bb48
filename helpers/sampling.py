"""How many soil samples a question needs, and what change a survey can see.

Sizes follow Cochran (1977, bib key ``cochran1977``). Student's t depends on the size it is used to
find, so sizes are searched for, not computed once with the normal deviate.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, stats

from helpers.errors import InputError

Array = NDArray[np.float64]

LARGEST: int = 10_000_000
"""Largest sample size searched for [1]."""


def simple_size(
    cv: float, *, precision: float = 0.10, confidence: float = 0.90, population: float = np.inf
) -> int:
    """Return the least n of a simple random sample whose mean is precise enough.

    The smallest n of at least 2 with t(n - 1) cv sqrt((1 - n/N) / n) <= precision.

    Parameters
    ----------
    cv : float [1]
        Standard deviation over mean of what is sampled, at least 0.
    precision : float [1]
        Half-width of the confidence interval relative to the mean, above 0.
    confidence : float [1]
        Two-sided, between 0 and 1.
    population : float
        Number of possible plots N; infinite unless given.

    Raises
    ------
    InputError
        If an argument is out of range or no size up to `LARGEST` will do.

    Examples
    --------
    >>> simple_size(0.0), simple_size(0.5), simple_size(1.0)
    (2, 70, 273)
    """
    _check_goal(precision, confidence)
    _check(cv, name="cv", low=0.0)

    def half_width(n: int) -> float:
        left = max(0.0, 1 - n / population)
        return float(_t(confidence, n - 1) * cv * np.sqrt(left / n))

    return _least(lambda n: half_width(n) <= precision, largest=min(population, LARGEST))


def stratified_sizes(
    strata: pd.DataFrame, *, precision: float = 0.10, confidence: float = 0.90
) -> pd.Series:
    """Return the sample size of each stratum by Neyman's optimal allocation.

    Sizes are proportional to weight times standard deviation, rounded up, at least 2, with the
    least total whose interval for the stratified mean is precise enough. Degrees of freedom are
    the total less the number of strata.

    Parameters
    ----------
    strata : pandas.DataFrame
        One row a stratum: ``weight`` (share of the area, summing to 1), ``mean``, ``sd``.
    precision, confidence : float
        As in `simple_size`.

    Returns
    -------
    pandas.Series of int
        Indexed as `strata`.

    Raises
    ------
    InputError
        If weights do not sum to 1, a value is negative, or the mean is zero.
    """
    _check_goal(precision, confidence)
    weight, mean, sd = (strata[name].to_numpy(float) for name in ("weight", "mean", "sd"))
    overall = float(weight @ mean)
    if abs(weight.sum() - 1) > 1e-9 or min(weight.min(), sd.min()) < 0 or overall <= 0:
        raise InputError(
            "The strata do not describe one population.",
            where="weight, mean, sd",
            found=f"weights from {weight.min():g} that sum to {weight.sum():g}, "
            f"sd from {sd.min():g}, mean {overall:g}",
            accepted="weights that sum to 1, sd of at least 0, a mean above 0",
            fix="Divide the weights by their sum; correct what is negative.",
        )
    share = weight * sd
    ideal = share / share.sum() if share.sum() > 0 else np.full(len(share), 1 / len(share))

    def sizes(n: int) -> NDArray[np.int64]:
        return np.maximum(2, np.ceil(n * ideal - 1e-9)).astype(np.int64)

    def enough(n: int) -> bool:
        each = sizes(n)
        error = np.sqrt(np.sum(share**2 / each))
        freedom = int(each.sum()) - len(each)
        return bool(_t(confidence, freedom) * error <= precision * overall)

    return pd.Series(sizes(_least(enough)), index=strata.index, name="n")


def pooled_cv(strata: pd.DataFrame) -> float:
    """Return the coefficient of variation of the whole that strata make up [1].

    Within-stratum variance plus variance of the stratum means, over the overall mean.
    """
    weight, mean, sd = (strata[name].to_numpy(float) for name in ("weight", "mean", "sd"))
    overall = weight @ mean
    return float(np.sqrt(weight @ (sd**2 + (mean - overall) ** 2)) / overall)


def change_sd(sd: float, *, correlation: float, sd_after: float | None = None) -> float:
    """Return the standard deviation of the difference of two visits to the same plots.

    sqrt(s1² + s2² - 2 r s1 s2): visiting other plots is r = 0.

    Parameters
    ----------
    sd, sd_after : float
        Between plots at the first visit and the second; equal unless given.
    correlation : float [1]
        Between visits, from -1 to 1.
    """
    _check(correlation, name="correlation", low=-1.0, high=1.0)
    second = sd if sd_after is None else sd_after
    variance = sd**2 + second**2 - 2 * correlation * sd * second
    return float(np.sqrt(max(variance, 0.0)))


def paired_size(
    change: float, *, sd: float, correlation: float, confidence: float = 0.90, power: float = 0.80
) -> int:
    """Return the number of plots to visit twice so that a true change is found.

    Exact power of the two-sided paired t test, from the noncentral t distribution.

    Parameters
    ----------
    change : float
        True mean change, not zero, in the unit of `sd`.
    sd : float
        Between plots at one visit.
    correlation : float [1]
        Between the visits of a plot.
    confidence, power : float [1]
        One less the risk of a false alarm; chance of finding the change.

    Raises
    ------
    InputError
        If the change is zero, or more than `LARGEST` plots are needed.
    """
    _check_goal(1.0, confidence)
    _check(power, name="power", low=0.01, high=0.9999)
    if change == 0:
        raise InputError("No number of plots finds a change of zero.", where="change", found=change,
                         accepted="any other number", fix="Give the least change that matters.",
                         )  # fmt: skip
    spread = change_sd(sd, correlation=correlation)
    if spread == 0:
        return 2
    effect = abs(change) / spread
    return _least(lambda n: _power(effect, n, confidence=confidence) >= power)


def detectable_change(
    n: int, *, sd: float, correlation: float, confidence: float = 0.90, power: float = 0.80
) -> float:
    """Return the least mean change that `n` plots visited twice would find.

    Parameters
    ----------
    n : int
        At least 2.
    sd, correlation, confidence, power
        As in `paired_size`.

    Returns
    -------
    float
        In the unit of `sd`; 0 when plots do not differ in their change.
    """
    _check(float(n), name="n", low=2.0)
    spread = change_sd(sd, correlation=correlation)
    if spread == 0:
        return 0.0
    high = 1.0
    while _power(high, n, confidence=confidence) < power:
        high *= 2
    effect = optimize.brentq(
        lambda x: _power(x, n, confidence=confidence) - power, 0.0, high, xtol=1e-12
    )
    return float(effect * spread)


def years_to_detect(rate: float, *, change: float) -> float:
    """Return the years until a steady gain reaches a detectable change [yr].

    Raises
    ------
    InputError
        If the rate is not above 0.
    """
    _check(rate, name="rate", low=1e-300)
    return change / rate


def systematic_gain(field: ArrayLike, *, step: int) -> float:
    """Return the variance of a systematic sample's mean over that of a random sample of its size.

    Every ``step``-th row and column from each of the ``step²`` starts is one systematic sample;
    the simple random sample is drawn without replacement from the same cells.

    Parameters
    ----------
    field : array_like, shape (row, column)
        Without gaps; trimmed to a multiple of `step`.
    step : int
        Spacing, at least 2.

    Returns
    -------
    float
        Below 1 where the regular grid does better.
    """
    cells = np.asarray(field, float)
    if step < 2 or min(cells.shape) < 2 * step or not np.isfinite(cells).all():
        raise InputError(
            "A map cannot be sampled so.",
            where="field, step",
            found=f"shape {cells.shape}, step {step}, {np.sum(~np.isfinite(cells))} gaps",
            accepted="no gaps, at least two samples along each side, a step of at least 2",
            fix="Take a part of the map without gaps, or another step.",
        )
    cells = cells[: cells.shape[0] // step * step, : cells.shape[1] // step * step]
    size = cells.size // step**2
    means = [cells[i::step, j::step].mean() for i in range(step) for j in range(step)]
    random = cells.var(ddof=1) / size * (1 - size / cells.size)
    return float(np.var(means) / random)


def _power(effect: float, n: int, *, confidence: float) -> float:
    """Return the chance that a two-sided t test on `n` differences finds an effect in sd."""
    limit = stats.t.ppf((1 + confidence) / 2, n - 1)
    away = effect * np.sqrt(n)
    far, near = stats.nct.sf(limit, n - 1, away), stats.nct.cdf(-limit, n - 1, away)
    # scipy gives nan where the tail on the wrong side is too small for it
    return float(min(1.0, np.nan_to_num(far, nan=1.0) + np.nan_to_num(near, nan=0.0)))


def _t(confidence: float, freedom: int) -> float:
    return float(stats.t.ppf((1 + confidence) / 2, freedom))


def _least(enough: Callable[[int], bool], *, largest: float = LARGEST) -> int:
    """Return the least n of at least 2 for which a condition holds that stays true above it."""
    low, high = 1, 2
    while not enough(high):
        low, high = high, high * 2
        if low >= largest:
            raise InputError("No sample is large enough.", where="number of plots",
                             found=f"more than {largest:g}", accepted=f"at most {largest:g}",
                             fix="Ask for less precision or confidence.")  # fmt: skip
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _check_goal(precision: float, confidence: float) -> None:
    _check(precision, name="precision", low=1e-9)
    _check(confidence, name="confidence", low=0.01, high=0.999999)


def _check(value: float, *, name: str, low: float, high: float = np.inf) -> None:
    if not (np.isfinite(value) and low <= value <= high):
        raise InputError(
            "A design parameter is out of range.",
            where=name,
            found=value,
            accepted=f"{low:g} to {high:g}",
            fix=f"Give `{name}` within these limits.",
        )
