"""The smallest plausible change of a field that meets given totals, and series with given spread.

This is a small linear inversion with exact data: of all fields that have the totals wanted, take
the one nearest to a prior field, where "near" is measured by a covariance that says how much, and
over what distance, the field may move. Nothing here knows about carbon.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter

from helpers.errors import InputError

Covariance = Callable[[np.ndarray], np.ndarray]
"""Maps fields, shape (k, lat, lon), to the covariance matrix times each; linear, symmetric."""


@dataclass(frozen=True)
class Reconstruction:
    """The linear map from missing totals to the smallest change that supplies them.

    Attributes
    ----------
    rows : numpy.ndarray, shape (k, lat, lon)
        Weight of each cell in each total: total = sum over cells of row * field.
    patterns : numpy.ndarray, shape (k, lat, lon)
        Pattern j adds one unit to total j and nothing to the others.
    condition : float
        2-norm condition number of the k x k system, scaled to a unit diagonal [1].
    """

    rows: np.ndarray
    patterns: np.ndarray
    condition: float

    def totals(self, field: np.ndarray) -> np.ndarray:
        """Return the k totals of a field (lat, lon)."""
        return np.einsum("kij,ij->k", self.rows, field)

    def change(self, missing: np.ndarray) -> np.ndarray:
        """Return the smallest change, shape (lat, lon), with the k totals `missing`."""
        return np.einsum("k,kij->ij", missing, self.patterns)


def diagonal_covariance(spread: np.ndarray) -> Covariance:
    """Return the covariance of independent cells.

    Parameters
    ----------
    spread : numpy.ndarray, shape (lat, lon)
        Standard deviation of each cell; zero where the field may not move.
    """
    return lambda fields: fields * spread**2


def smooth_covariance(spread: np.ndarray, *, length: float) -> Covariance:
    """Return the covariance of cells that move together over a distance.

    Parameters
    ----------
    spread : numpy.ndarray, shape (lat, lon)
        Standard deviation of each cell up to a common factor; zero where the field may not move.
    length : float
        Standard deviation of the Gaussian kernel [cells].

    Notes
    -----
    W = D S S D with D = diag(spread) and S the truncated Gaussian filter with zeros beyond the
    edges. S is symmetric, so W is symmetric and positive semi-definite whatever the truncation.
    """

    def apply(fields: np.ndarray) -> np.ndarray:
        result = np.empty(fields.shape)
        for layer, field in enumerate(fields):
            smooth = field * spread
            for _ in range(2):
                smooth = gaussian_filter(smooth, length, mode="constant")
            result[layer] = smooth * spread
        return result

    return apply


def reconstruct(rows: np.ndarray, covariance: Covariance) -> Reconstruction:
    """Return the map from missing totals to the smallest change of the field.

    Parameters
    ----------
    rows : numpy.ndarray, shape (k, lat, lon)
        Weight of each cell in each total.
    covariance : callable
        W, from :func:`diagonal_covariance` or :func:`smooth_covariance`.

    Returns
    -------
    Reconstruction

    Raises
    ------
    InputError
        If the totals are not independent of each other on the cells that may move.

    Notes
    -----
    Minimise d' W^-1 d subject to A d = r. The Lagrange conditions give
    d = W A' (A W A')^-1 r (Tarantola 2005, Inverse Problem Theory, section 3.2, exact data);
    for W = I it is the Moore-Penrose solution.
    """
    spread_rows = covariance(rows)
    system = np.einsum("kij,lij->kl", rows, spread_rows)
    system = (system + system.T) / 2
    scale = np.sqrt(np.diag(system))
    if not (scale > 0).all():
        raise InputError(
            "A total has no cell that may move.",
            where="rows, covariance",
            found=f"total number {int(np.argmin(scale))}",
            accepted="every total covers some cells with spread above zero",
            fix="Drop the total, or let its cells move.",
        )
    scaled = system / np.outer(scale, scale)
    condition = float(np.linalg.cond(scaled))
    if condition > 1e10:
        raise InputError(
            "The totals are not independent of each other.",
            where="rows",
            found=f"condition number {condition:.1e}",
            accepted="below 1e10",
            fix="Drop a total that follows from the others.",
        )
    inverse = np.linalg.inv(scaled) / np.outer(scale, scale)
    return Reconstruction(rows, np.einsum("kl,lij->kij", inverse, spread_rows), condition)


def nearest_correlation(spread: np.ndarray, *, total: float) -> tuple[np.ndarray, float]:
    """Return the correlations nearest to none that give a sum the spread wanted.

    Parameters
    ----------
    spread : numpy.ndarray, shape (k,)
        Standard deviations of the parts, above zero.
    total : float
        Standard deviation wanted of their sum, same unit.

    Returns
    -------
    tuple of numpy.ndarray, shape (k, k), and float
        Correlation matrix R (symmetric, unit diagonal, positive semi-definite) nearest to the
        identity in the Frobenius norm with s' R s = total^2, and the total it gives: `total`, or
        the nearest attainable value where no correlations can give it.

    Notes
    -----
    Attainable are max(0, 2 max(s) - sum(s)) to sum(s). With the conditions written A(R) = b, the
    answer is the positive semi-definite part of I + A*(y), where y minimises the smooth convex
    dual 1/2 |(I + A*(y))+|^2 - b'y (Qi and Sun 2006, SIAM J. Matrix Anal. Appl. 28, 360-385).
    """
    spread = np.asarray(spread, dtype=float)
    low, high = max(0.0, 2 * spread.max() - spread.sum()), spread.sum()
    attained = float(np.clip(total, low, high))
    size = spread.size
    unit = spread / np.linalg.norm(spread)
    conditions = np.stack([*(np.outer(row, row) for row in np.eye(size)), np.outer(unit, unit)])
    wanted = np.append(np.ones(size), (attained / np.linalg.norm(spread)) ** 2)
    return _unit_diagonal(_nearest_to_identity(conditions, wanted)), attained


def _nearest_to_identity(conditions: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return the positive semi-definite R nearest to I with sum(condition * R) = wanted for each.

    Newton's method on the dual, with halved steps where a full one would not descend. Where the
    conditions leave next to no room the minimum lies far away, and the last digits are not met.
    """
    dual = np.zeros(wanted.size)
    value, gap, curvature, matrix = _dual(dual, conditions, wanted=wanted)
    for _ in range(500):
        if np.abs(gap).max() < 1e-14:
            break
        ridge = 1e-3 * np.clip(0.1 * np.linalg.norm(gap), 1e-14, 1e-3)
        step = np.linalg.solve(curvature + ridge * np.eye(wanted.size), -gap)
        for halving in range(40):
            trial = dual + 0.5**halving * step
            following = _dual(trial, conditions, wanted=wanted)
            enough = 1e-4 * 0.5**halving * (gap @ step) + 1e-16 * abs(value)
            if following[0] <= value + enough:
                break
        else:
            break
        dual, (value, gap, curvature, matrix) = trial, following
    return matrix


def _dual(
    dual: np.ndarray, conditions: np.ndarray, *, wanted: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray, np.ndarray]:
    """Return value, gradient and (generalised) second derivative of the dual, and its matrix."""
    values, vectors = np.linalg.eigh(
        np.eye(conditions.shape[1]) + np.tensordot(dual, conditions, 1)
    )
    positive = np.clip(values, 0.0, None)
    matrix = (vectors * positive) @ vectors.T
    gap = np.einsum("kij,ij->k", conditions, matrix) - wanted
    apart = values[:, None] - values
    same = np.abs(apart) < 1e-12
    slope = np.where(
        same, values[:, None] > 0, (positive[:, None] - positive) / np.where(same, 1.0, apart)
    )
    turned = vectors.T @ conditions @ vectors
    curvature = np.einsum("kij,ij,lij->kl", turned, slope, turned)
    return 0.5 * float((positive**2).sum()) - float(wanted @ dual), gap, curvature, matrix


def _unit_diagonal(matrix: np.ndarray) -> np.ndarray:
    scale = np.sqrt(np.diag(matrix))
    return (matrix + matrix.T) / 2 / np.outer(scale, scale)


def centred_basis(count: int, *, size: int, random: np.random.Generator) -> np.ndarray:
    """Return `size` orthonormal columns of length `count`, each with mean zero, turned at random.

    Parameters
    ----------
    count, size : int
        Length and number of the columns; size < count.
    random : numpy.random.Generator
        Chooses the orientation, evenly among all.
    """
    draw = random.standard_normal((count, size))
    basis, triangle = np.linalg.qr(draw - draw.mean(axis=0))
    return basis * np.sign(np.diag(triangle))


def series_with_spread(
    spread: np.ndarray, correlation: np.ndarray, *, basis: np.ndarray
) -> np.ndarray:
    """Return series with exactly the sample standard deviations and correlations given.

    Parameters
    ----------
    spread : numpy.ndarray, shape (k,)
        Sample standard deviations (divisor n - 1).
    correlation : numpy.ndarray, shape (k, k)
    basis : numpy.ndarray, shape (n, k)
        From :func:`centred_basis`.

    Returns
    -------
    numpy.ndarray, shape (n, k)
        Columns with mean zero.

    Notes
    -----
    Z = sqrt(n - 1) Q R^(1/2) diag(s), so Z'Z / (n - 1) = diag(s) R diag(s).
    """
    values, vectors = np.linalg.eigh(correlation)
    root = (vectors * np.sqrt(np.clip(values, 0.0, None))) @ vectors.T
    return np.sqrt(basis.shape[0] - 1) * basis @ root * spread


def nearest_with_spread(series: np.ndarray, *, spread: np.ndarray) -> np.ndarray:
    """Return the series nearest to those given whose columns have the standard deviations wanted.

    Parameters
    ----------
    series : numpy.ndarray, shape (n, k)
        Columns with mean zero, none of them constant.
    spread : numpy.ndarray, shape (k,)
        Sample standard deviations (divisor n - 1).

    Notes
    -----
    Nearest in the sum of squares: each column is stretched to its length. Correlations between
    the columns, and with anything else, stay as they were.
    """
    return series * (spread / series.std(axis=0, ddof=1))
