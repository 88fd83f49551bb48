"""Differences with their intervals, by the bootstrap, and maps with their false discoveries.

No stars: a difference comes with its interval and the probability of its sign, a map with the
share of its area that stands after allowing for the number of cells looked at.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from scipy import stats

from helpers import grid as grids
from helpers.errors import InputError
from helpers.results import Row
from helpers.units import TOTAL_UNITS

RESAMPLES = 4999
"""Bootstrap samples."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A mean or a difference of means with its bootstrap interval.

    Parameters
    ----------
    value, low, high, sd : float
        In one unit: the value, ends of the central interval of coverage `level`, and SD over
        bootstrap samples.
    positive : float
        Share of bootstrap samples above zero, ties counted half: the probability of the sign.
    n : int
        Number of values resampled.
    level : float
        Coverage of the interval.
    """

    value: float
    low: float
    high: float
    sd: float
    positive: float
    n: int
    level: float

    def row(self, *, quantity: str, product: str, scope: str, period: str) -> Row:
        """Return the difference as a result row; the ± is of kind ``sampling``."""
        return Row(quantity=quantity, product=product, scope=scope, period=period,
                   value=self.value, sd=self.sd, sd_kind="sampling", n=self.n,
                   unit=TOTAL_UNITS)  # fmt: skip


def bootstrap_mean(
    values: Sequence[float] | np.ndarray, *, level: float = 0.95, block: int = 1, seed: int = 0
) -> Difference:
    """Return the mean of a sample with its percentile bootstrap interval.

    For a difference of two series over the same years or members give the paired differences, so
    that what they share cancels.

    Parameters
    ----------
    values : sequence or array of float, length 3 or more
        One number a year, or one a member.
    level : float
        Coverage of the interval.
    block : int
        Years resampled together (moving blocks), 1 for values without memory. Short blocks cannot
        show dependence longer than themselves, and a handful of years cannot show any.
    seed : int
        Start of the generator.

    Raises
    ------
    InputError
        If there are fewer than three values, one is not finite, or the blocks are longer than
        half of the series.

    Notes
    -----
    The percentile interval of n values is too narrow by about sqrt((n - 1) / n), 11 % for five.
    """
    x = np.asarray(values, float)
    if x.ndim != 1 or x.size < 3 or not np.isfinite(x).all():
        raise InputError("A bootstrap needs three finite values or more.", where="values",
                         found=np.array2string(x, threshold=6), accepted="three numbers or more",
                         fix="Leave out gaps; with fewer values give none.")  # fmt: skip
    if not 1 <= block <= max(1, x.size // 2):
        raise InputError("Blocks do not fit the series.", where="block", found=block,
                         accepted=f"1 to {max(1, x.size // 2)}",
                         fix="Take shorter blocks.")  # fmt: skip
    means = _block_means(x, block, seed=seed) if block > 1 else _scipy_means(x, seed)
    low, high = np.quantile(means, [0.5 - level / 2, 0.5 + level / 2])
    return Difference(
        value=float(x.mean()), low=float(low), high=float(high), sd=float(means.std(ddof=1)),
        positive=float((means > 0).mean() + 0.5 * (means == 0).mean()), n=x.size, level=level,
    )  # fmt: skip


def _scipy_means(x: np.ndarray, seed: int) -> np.ndarray:
    with warnings.catch_warnings():
        # a sample without spread is answered by its value, not by a warning
        warnings.simplefilter("ignore", stats.DegenerateDataWarning)
        found = stats.bootstrap((x,), np.mean, n_resamples=RESAMPLES, method="percentile",
                                rng=np.random.default_rng(seed))  # fmt: skip
    return np.asarray(found.bootstrap_distribution)


def _block_means(x: np.ndarray, block: int, *, seed: int) -> np.ndarray:
    """Return means of series put together from random blocks that wrap around the end."""
    generator = np.random.default_rng(seed)
    count = -(-x.size // block)
    starts = generator.integers(0, x.size, size=(RESAMPLES, count, 1))
    places = (starts + np.arange(block)).reshape(RESAMPLES, -1)[:, : x.size] % x.size
    return x[places].mean(axis=1)


def cell_p_values(values: xr.DataArray, *, dim: str) -> xr.DataArray:
    """Return, cell by cell, the two-sided p value of Student's t test of a mean against zero.

    Parameters
    ----------
    values : xarray.DataArray, dims (dim, lat, lon)
        One map a year or member; at least three.
    dim : str
        What is averaged. Its entries are taken as independent, which members are not: their p
        values are then too small.

    Returns
    -------
    xarray.DataArray, dims (lat, lon) [1]
        NaN where a value is missing; 1 where all are zero.
    """
    if values.sizes[dim] < 3:
        raise InputError("A test needs three maps or more.", where=dim, found=values.sizes[dim],
                         accepted="3 or more", fix="Choose more years or members.")  # fmt: skip
    n = values.sizes[dim]
    mean, sd = values.mean(dim, skipna=False), values.std(dim, ddof=1, skipna=False)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.abs(mean) / (sd / np.sqrt(n))
    p = xr.where((mean == 0) & (sd == 0), 1.0, 2 * stats.t.sf(t, n - 1))
    return p.where(mean.notnull()).rename("p_value")


def discoveries(p_values: xr.DataArray, weights: xr.DataArray, *, rate: float) -> dict[str, float]:
    """Return which share of an area is significant, cell by cell and by false discovery rate.

    Parameters
    ----------
    p_values : xarray.DataArray, dims (lat, lon) [1]
    weights : xarray.DataArray, dims (lat, lon) [1]
        Share of each cell that counts; cells without are left out, so that the domain is stated.
    rate : float
        Level of each test, and accepted share of false ones among the discoveries.

    Returns
    -------
    dict of str to float
        ``cells`` looked at; ``naive`` and ``controlled``: shares of the area [%] with p below
        `rate`, and after the procedure of Benjamini and Yekutieli, which holds for dependent
        cells; ``expected``: what chance alone gives naively [%].
    """
    counted = (weights > 0) & p_values.notnull()
    area = (grids.cell_areas(p_values) * weights).where(counted, 0.0)
    flat = p_values.values[counted.values]
    adjusted = xr.full_like(p_values, np.nan)
    adjusted.values[counted.values] = stats.false_discovery_control(flat, method="by")
    whole = float(area.sum())
    return {
        "cells": float(flat.size),
        "naive": 100 * float(area.where(p_values < rate, 0.0).sum()) / whole,
        "controlled": 100 * float(area.where(adjusted < rate, 0.0).sum()) / whole,
        "expected": 100 * rate,
    }
