"""Correlation of errors, as a number for every pair or as a matrix that some errors can have."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from helpers.errors import InputError

Correlation = float | np.ndarray | Sequence[Sequence[float]]
"""One number for every pair, or a matrix [1]."""

_ROUNDING = 1e-10


def correlation_matrix(correlation: Correlation, *, size: int) -> np.ndarray:
    """Return a valid correlation matrix, shape (size, size) [1].

    Raises
    ------
    InputError
        If it is not symmetric with unit diagonal, or no errors can be so correlated (an
        eigenvalue is negative): n errors cannot all be correlated below -1 / (n - 1).
    """
    matrix = np.asarray(correlation, float)
    if matrix.ndim == 0:
        matrix = np.full((size, size), float(matrix))
        np.fill_diagonal(matrix, 1.0)
    is_square = matrix.shape == (size, size)
    if not is_square or not (np.allclose(matrix, matrix.T) and np.allclose(np.diag(matrix), 1.0)):
        raise InputError("Not a correlation matrix.", where="correlation",
                         found=f"shape {matrix.shape}",
                         accepted=f"symmetric, ({size}, {size}), ones on the diagonal",
                         fix="Give one number for every pair, or such a matrix.")  # fmt: skip
    lowest = float(np.linalg.eigvalsh(matrix).min())
    if lowest < -_ROUNDING:
        raise InputError(
            "No set of errors has this correlation.", where="correlation",
            found=f"lowest eigenvalue {lowest:.3g}",
            accepted=f"at least {-1 / max(1, size - 1):.3g} if every pair has the same",
            fix="Bring the correlations nearer to zero.",
        )  # fmt: skip
    return matrix
