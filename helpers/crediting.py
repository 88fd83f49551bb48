"""Rules of cautious accounting: what to credit, and which sources may be left out."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from helpers.errors import InputError

Array = NDArray[np.float64]


def conservative_credit(
    mean: ArrayLike, *, sd: ArrayLike, n: ArrayLike, confidence: float = 0.95
) -> Array:
    """Return the removal to credit: the lower one-sided confidence bound, never below 0.

    Parameters
    ----------
    mean, sd : array_like
        Measured mean gain and standard deviation of the gain between plots.
    n : array_like of int
        Plots, at least 2.
    confidence : float [1]
        One-sided.

    Raises
    ------
    InputError
        If there are fewer than 2 plots or the confidence is out of range.
    """
    count = np.asarray(n, float)
    if not (0.5 <= confidence < 1 and (count >= 2).all()):
        raise InputError(
            "A bound cannot be drawn.",
            where="confidence, n",
            found=f"{confidence}, {n!r}",
            accepted="confidence from 0.5 to below 1, at least 2 plots",
            fix="Give the confidence as a share, such as 0.95, and leave out single plots.",
        )
    error = stats.t.ppf(confidence, count - 1) * np.asarray(sd, float) / np.sqrt(count)
    return np.maximum(0.0, np.asarray(mean, float) - error)


def cover(flows: Mapping[str, float], *, share: float = 0.95) -> list[str]:
    """Return the fewest pools or sources that cover a share of the total of absolute values.

    Parameters
    ----------
    flows : mapping of str to float
        Size of each, of either sign.
    share : float [1]
        At least this much must be covered.

    Raises
    ------
    InputError
        If there is no flow or the share is out of range.

    Examples
    --------
    >>> cover({"trees": 6.0, "soil": -3.5, "litter": 0.5}, share=0.9)
    ['trees', 'soil']
    """
    if not 0 < share <= 1 or not flows:
        raise InputError("Nothing to cover.", where="share, flows", found=f"{share}, {len(flows)}",
                         accepted="a share above 0 and at most 1, one flow or more",
                         fix="Give the share as 0.95 for 95 %, and name each flow.")  # fmt: skip
    order = sorted(flows, key=lambda name: -abs(flows[name]))
    total, sizes = sum(map(abs, flows.values())), np.array([abs(flows[name]) for name in order])
    covered = np.cumsum(sizes)
    count = int(np.searchsorted(covered, share * total * (1 - 1e-12)) + 1)
    return order[:count]
