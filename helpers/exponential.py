"""The exponential of many small matrices at once.

``scipy.linalg.expm`` loops over matrices, a hundred times slower for the thousands of draws of a
sensitivity analysis; the tests compare the two.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def exponential(matrices: Array) -> Array:
    """Return the exponential of each matrix, by scaling, Taylor series and squaring.

    Parameters
    ----------
    matrices : ndarray, shape (..., n, n)
        Small and of moderate norm; all are scaled alike, by the largest.

    Returns
    -------
    ndarray, shape (..., n, n)
    """
    largest = float(np.abs(matrices).sum(axis=-1).max(initial=0.0))
    halvings = max(0, int(np.ceil(np.log2(max(largest, 1e-300) / 0.5))))
    small = matrices / 2.0**halvings
    term = total = np.broadcast_to(np.eye(matrices.shape[-1]), matrices.shape)
    for order in range(1, 16):
        term = term @ small / order
        total = total + term
    for _ in range(halvings):
        total = total @ total
    return np.asarray(total)
