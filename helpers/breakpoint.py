"""Where a trend bends: a continuous broken line, its slopes, and how well the year is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from statsmodels.regression.linear_model import OLS

from helpers.errors import InputError

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Break:
    """A broken line fitted to a yearly series.

    Attributes
    ----------
    year : float
        Best year of the bend.
    interval : tuple of float
        First and last year not refused at `confidence`, from the profile of the sum of squares.
    slope_before, slope_after : float
        In the unit of the series per year, given `year`.
    slope_errors : tuple of float
        Standard errors of the two slopes, given `year`, so too small where the year is uncertain.
    p_value : float
        Of the plain line, by resampling its residuals: chance of as good a bend without one.
    fitted : ndarray
        The broken line at the years given.
    profile : pandas.DataFrame
        ``year, squares``: residual sum of squares at each candidate year.
    """

    year: float
    interval: tuple[float, float]
    confidence: float
    slope_before: float
    slope_after: float
    slope_errors: tuple[float, float]
    p_value: float
    fitted: Array
    profile: pd.DataFrame

    def summary(self) -> pd.Series:
        """Return the bend, its interval, the slopes and the p value as a table for a page."""
        return pd.Series(
            {
                "bend": self.year,
                "from": self.interval[0],
                "to": self.interval[1],
                "slope before": self.slope_before,
                "slope after": self.slope_after,
                "p, no bend": self.p_value,
            }
        )


def find_break(
    years: ArrayLike,
    values: ArrayLike,
    *,
    confidence: float = 0.90,
    margin: int = 3,
    resamples: int = 500,
    seed: int = 0,
) -> Break:
    """Return the broken line with the least residual sum of squares.

    At each candidate year b the model  y = a + c t + d max(0, t - b)  is fitted by ordinary least
    squares (statsmodels). The interval holds every b whose sum of squares S satisfies
    S <= S_min (1 + F(1, n - 4) / (n - 4)).

    Parameters
    ----------
    years, values : array_like, shape (year,)
        At least 8 years, ascending, errors independent.
    confidence : float [1]
        Of the interval.
    margin : int
        Years kept on either side of a bend.
    resamples : int
        For the p value; 0 gives nan.
    seed : int
        Of the resampling.

    Raises
    ------
    InputError
        If the series is short, unordered or has gaps.
    """
    time, series = np.asarray(years, float), np.asarray(values, float)
    if len(time) < 8 or len(time) != len(series) or (np.diff(time) <= 0).any() or not (
        np.isfinite(series).all()
    ):  # fmt: skip
        order = "ascending" if (np.diff(time) > 0).all() else "not ascending"
        gaps = int((~np.isfinite(series)).sum())
        raise InputError(
            "A series cannot be searched for a bend.",
            where="years, values",
            found=f"{len(time)} years, {order}; {len(series)} values, {gaps} not finite",
            accepted="8 or more ascending years, each with a value",
            fix="Sort by year, drop the years without a value, and keep 8 or more.",
        )
    candidates = np.arange(time[margin - 1], time[-margin] + 0.25, 0.25)
    squares = _squares(time, series, candidates=candidates)
    best = int(squares.argmin())
    fit = OLS(series, _design(time, candidates[best])).fit()
    freedom = len(time) - 4
    limit = squares[best] * (1 + stats.f.ppf(confidence, 1, freedom) / freedom)
    inside = candidates[squares <= limit]
    after = fit.params[1] + fit.params[2]
    error_after = float(np.sqrt(np.array([0, 1, 1]) @ fit.cov_params() @ np.array([0, 1, 1])))
    return Break(
        year=float(candidates[best]),
        interval=(float(inside.min()), float(inside.max())),
        confidence=confidence,
        slope_before=float(fit.params[1]),
        slope_after=float(after),
        slope_errors=(float(fit.bse[1]), error_after),
        p_value=_p_value(time, series, candidates=candidates, resamples=resamples, seed=seed),
        fitted=np.asarray(fit.fittedvalues, float),
        profile=pd.DataFrame({"year": candidates, "squares": squares}),
    )


def bent_series(
    years: ArrayLike, *, start: float, slopes: tuple[float, float], bend: float, noise: float,
    seed: int = 0,
) -> Array:  # fmt: skip
    """Return a synthetic series: a broken line with independent normal errors.

    Parameters
    ----------
    years : array_like
        Times.
    start : float
        Value in the first year, without error.
    slopes : tuple of float
        Before and after the bend, per year.
    bend : float
        Year of the bend.
    noise : float
        Standard deviation of the errors.
    seed : int
        Of the generator.
    """
    time = np.asarray(years, float)
    before, after = slopes
    line = start + before * (time - time[0]) + (after - before) * np.maximum(0, time - bend)
    return np.asarray(line + np.random.default_rng(seed).normal(0.0, noise, time.shape))


def _design(time: Array, bend: float) -> Array:
    return np.column_stack([np.ones_like(time), time - time[0], np.maximum(0.0, time - bend)])


def _squares(time: Array, series: Array, *, candidates: Array) -> Array:
    return np.array([OLS(series, _design(time, bend)).fit().ssr for bend in candidates])


def _p_value(time: Array, series: Array, *, candidates: Array, resamples: int, seed: int) -> float:
    """Return the share of resampled plain lines that a bend improves as much as the series."""
    if not resamples:
        return float("nan")
    line = OLS(series, _design(time, time[0])[:, :2]).fit()
    if line.ssr <= 1e-20 * float(series @ series):
        return 1.0
    generator = np.random.default_rng(seed)
    drawn = generator.choice(line.resid - line.resid.mean(), size=(len(time), resamples))
    samples = np.column_stack([series, line.fittedvalues[:, None] + drawn])
    plain = _residual(samples, _design(time, time[0])[:, :2])
    bent = np.min([_residual(samples, _design(time, bend)) for bend in candidates], axis=0)
    gain = (plain - bent) / bent
    return float((1 + np.sum(gain[1:] >= gain[0])) / (1 + resamples))


def _residual(samples: Array, design: Array) -> Array:
    """Return residual sums of squares of many series at once, by QR."""
    basis = np.linalg.qr(design)[0]
    return np.asarray(np.sum((samples - basis @ (basis.T @ samples)) ** 2, axis=0))
