"""Which parameter moves a result: one at a time, and all together by Sobol's indices."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from helpers.errors import InputError

Array = NDArray[np.float64]
Model = Callable[[Mapping[str, Array]], Array]


def one_at_a_time(
    model: Model, *, baseline: Mapping[str, float], ranges: Mapping[str, tuple[float, float]]
) -> pd.DataFrame:
    """Return the result at both ends of each parameter's range, the others at their baseline.

    Parameters
    ----------
    model : callable
        Takes a mapping of parameter to array, shape (sample,); returns array, shape (sample,).
    baseline : mapping of str to float
        Value of every parameter.
    ranges : mapping of str to (low, high)
        Of the parameters to move.

    Returns
    -------
    pandas.DataFrame
        ``parameter, low, high, at_low, at_high, swing``, largest swing first.

    Raises
    ------
    InputError
        If a range is of an unknown parameter or is not ascending.
    """
    _check(baseline, ranges)
    names = list(ranges)
    table = {name: np.full(2 * len(names), value) for name, value in baseline.items()}
    for place, name in enumerate(names):
        table[name][2 * place : 2 * place + 2] = ranges[name]
    ends = np.asarray(model(table), float).reshape(len(names), 2)
    frame = pd.DataFrame(
        {
            "parameter": names,
            "low": [ranges[name][0] for name in names],
            "high": [ranges[name][1] for name in names],
            "at_low": ends[:, 0],
            "at_high": ends[:, 1],
            "swing": np.abs(ends[:, 1] - ends[:, 0]),
        }
    )
    return frame.sort_values("swing", ascending=False, kind="stable", ignore_index=True)


def sobol(
    model: Model,
    *,
    baseline: Mapping[str, float],
    ranges: Mapping[str, tuple[float, float]],
    draws: int = 1024,
    seed: int = 0,
) -> tuple[pd.DataFrame, Array]:
    """Return Sobol's indices for independent uniform parameters, and the results drawn.

    Parameters
    ----------
    model, baseline, ranges
        As in `one_at_a_time`.
    draws : int
        A power of 2; the model is evaluated ``draws * (parameters + 2)`` times.
    seed : int
        Of the quasi-random sequence.

    Returns
    -------
    pandas.DataFrame
        ``parameter, first_order, total``, largest total first. The first-order index is the share
        of the variance that fixing the parameter would remove; the total index adds interactions.
    ndarray, shape (2 * draws,)
        Results at independent draws.
    """
    _check(baseline, ranges)
    names = list(ranges)
    drawn: list[Array] = []

    def function(sample: Array) -> Array:
        table = {name: np.full(sample.shape[1], value) for name, value in baseline.items()}
        table |= {name: sample[place] for place, name in enumerate(names)}
        result = np.asarray(model(table), float)
        drawn.append(result.copy())  # scipy centres what it is given in place
        return result

    found = stats.sobol_indices(
        func=function,
        n=draws,
        dists=[stats.uniform(low, high - low) for low, high in ranges.values()],
        rng=np.random.default_rng(seed),
    )
    frame = pd.DataFrame(
        {"parameter": names, "first_order": found.first_order, "total": found.total_order}
    )
    frame = frame.sort_values("total", ascending=False, kind="stable", ignore_index=True)
    return frame, np.concatenate([part.ravel() for part in drawn])[: 2 * draws]


def _check(baseline: Mapping[str, float], ranges: Mapping[str, tuple[float, float]]) -> None:
    for name, (low, high) in ranges.items():
        if name not in baseline or not low < high:
            raise InputError(
                "A range of a parameter cannot be used.",
                where=name,
                found=f"{low} to {high}",
                accepted=f"low < high, one of {', '.join(baseline)}",
                fix="Give the lower end first; a parameter without a range stays out.",
            )
