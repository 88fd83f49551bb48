"""A toy ensemble whose truth is known, and how often each interval about its mean holds it.

Member m in year t estimates truth + b + b_m + e_mt: an error b that all members share (one
satellite, one fossil-fuel inventory), a bias of each member, and noise of each year, all Gaussian.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from helpers.errors import InputError
from helpers.uncertainty import gaussian_factor

INTERVALS = {
    "spread": "mean ± SD across members",
    "standard_error": "mean ± SD / √members",
    "years": "mean ± SD over years",
    "years_error": "mean ± SD over years / √years",
}
"""Intervals about the ensemble mean, each scaled to the same nominal coverage."""


@dataclass(frozen=True, kw_only=True)
class Toy:
    """Sizes of an ensemble and of its errors, in one unit.

    Parameters
    ----------
    members, years : int
        At least 2 each.
    shared, member, noise : float
        SD of the error common to all members, of each member's bias, and of each year's noise.
    truth : float
        The value to be estimated.
    variability : float
        SD of the real differences between years, the same for every member.
    """

    members: int = 14
    years: int = 5
    shared: float = 0.2
    member: float = 0.37
    noise: float = 0.1
    truth: float = 0.4
    variability: float = 0.05

    def __post_init__(self) -> None:
        sizes = (self.shared, self.member, self.noise, self.variability)
        if min(self.members, self.years) < 2 or min(sizes) < 0 or self.member + self.noise == 0:
            raise InputError(
                "Not a toy ensemble.", where="Toy", found=self,
                accepted="2 members and years or more, SDs of at least 0, members that differ",
                fix="Raise members or years to 2, an SD below 0 to 0, or member or noise above 0.",
            )  # fmt: skip

    @property
    def across(self) -> float:
        """SD across members of their means over years, in expectation of its square."""
        return math.hypot(self.member, self.noise / math.sqrt(self.years))

    @property
    def error_of_mean(self) -> float:
        """SD of the ensemble mean about the truth of the same years."""
        return math.hypot(self.shared, self.across / math.sqrt(self.members))


def simulate(toy: Toy, *, repetitions: int, seed: int = 0) -> np.ndarray:
    """Return simulated ensembles, shape (repetitions, members, years)."""
    generator = np.random.default_rng(seed)
    shape = (repetitions, toy.members, toy.years)
    real = toy.variability * generator.normal(size=(repetitions, 1, toy.years))
    real -= real.mean(axis=2, keepdims=True)
    shared = toy.shared * generator.normal(size=(repetitions, 1, 1))
    bias = toy.member * generator.normal(size=(repetitions, toy.members, 1))
    noise = toy.noise * generator.normal(size=shape)
    return toy.truth + real + shared + bias + noise


def coverage(toy: Toy, *, level: float = 0.95, repetitions: int = 4000, seed: int = 0) -> pd.Series:
    """Return how often each interval of :data:`INTERVALS` holds the truth [1].

    Parameters
    ----------
    toy : Toy
    level : float
        Nominal coverage; every interval is its SD times the Gaussian factor of this level.
    repetitions, seed : int
        Size and start of the simulation; the sampling SD of a coverage p is
        sqrt(p (1 - p) / repetitions).
    """
    sample = simulate(toy, repetitions=repetitions, seed=seed)
    by_member, by_year = sample.mean(axis=2), sample.mean(axis=1)
    off = np.abs(by_member.mean(axis=1) - toy.truth)
    across, over = by_member.std(axis=1, ddof=1), by_year.std(axis=1, ddof=1)
    halves = {
        "spread": across,
        "standard_error": across / math.sqrt(toy.members),
        "years": over,
        "years_error": over / math.sqrt(toy.years),
    }
    factor = gaussian_factor(level)
    return pd.Series({name: float((off <= factor * half).mean()) for name, half in halves.items()})


def exact_coverage(toy: Toy, *, level: float = 0.95) -> pd.Series:
    """Return the coverage of the two intervals across members without simulation [1].

    Notes
    -----
    The mean is off by a Gaussian of SD `error_of_mean`, and the sample variance across members is
    independent of it, across^2 chi2(m - 1) / (m - 1). So the coverage of mean ± z k s is the
    Student t distribution, P(|t| <= z k across / error_of_mean), with m - 1 degrees of freedom and
    k = 1 or 1 / sqrt(m).
    """
    factor, degrees = gaussian_factor(level), toy.members - 1
    result = {}
    for name, scale in (("spread", 1.0), ("standard_error", 1 / math.sqrt(toy.members))):
        reach = factor * scale * toy.across / toy.error_of_mean
        result[name] = float(2 * stats.t.cdf(reach, degrees) - 1)
    return pd.Series(result)


def coverage_curve(toy: Toy, *, shared: Sequence[float], level: float = 0.95) -> pd.DataFrame:
    """Return the exact coverage as the shared error grows, long form for a line chart.

    Returns
    -------
    pandas.DataFrame
        Columns `x` [SD of the shared error / SD of the members' biases], `series` (the interval in
        words) and `value` [%].
    """
    rows = []
    for size in shared:
        case = Toy(**{**toy.__dict__, "shared": size * toy.member})
        for name, value in exact_coverage(case, level=level).items():
            rows.append({"x": size, "series": INTERVALS[str(name)], "value": 100 * float(value)})
    return pd.DataFrame(rows)


def effective_members(toy: Toy) -> float:
    """Return how many independent members would give a mean as good as this one [1].

    Notes
    -----
    (SD of one member's error / SD of the mean's error)^2. With any shared error it stays below
    1 + (across / shared)^2, however many members there are.
    """
    one = math.hypot(toy.shared, toy.across)
    return (one / toy.error_of_mean) ** 2


def sd_range(n: int, *, level: float = 0.95) -> tuple[float, float]:
    """Return by which factors the true SD can differ from one estimated from n values.

    Examples
    --------
    >>> [round(factor, 1) for factor in sd_range(5)]
    [0.6, 2.9]
    """
    if n < 2:
        raise InputError("An SD needs two values.", where="n", found=n, accepted="2 or more",
                         fix="Give the number of values behind the SD.")  # fmt: skip
    low, high = stats.chi2.ppf([0.5 + level / 2, 0.5 - level / 2], n - 1)
    return math.sqrt((n - 1) / low), math.sqrt((n - 1) / high)
