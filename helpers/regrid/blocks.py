"""The two banded products on arrays.

Two engines give the same bits: NumPy for small fields, which costs no import, and the compiled
:mod:`helpers.regrid.kernel` for large ones. Both add the source cells of a target in ascending
order, in float64, with a rounded product before each addition.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from helpers.regrid.bands import Bands

COMPILED_FROM = 4_000_000
"""Number of source values from which the compiled engine pays for its import."""


def apply(layer: np.ndarray, lat: Bands, *, lon: Bands) -> np.ndarray:
    """Return the sums over both axes of one layer without missing cells, float64.

    Parameters
    ----------
    layer : numpy.ndarray of float64, shape (lat.sources, lon.sources)
    lat, lon : Bands

    Returns
    -------
    numpy.ndarray, shape (lat.targets, lon.targets)
    """
    rows = np.zeros((lat.targets, layer.shape[1]))
    for cells, lengths in lat.ranks():
        rows += lengths[:, np.newaxis] * layer[cells]
    return _across(rows, lon)


def _across(rows: np.ndarray, lon: Bands) -> np.ndarray:
    result = np.zeros((rows.shape[0], lon.targets))
    for cells, lengths in lon.ranks():
        result += rows[:, cells] * lengths
    return result


def whole(lat: Bands, lon: Bands) -> np.ndarray:
    """Return what :func:`sums` covers of each target cell where nothing is missing."""
    heights = np.zeros((lat.targets, 1))  # the same in every column
    for _, lengths in lat.ranks():
        heights += lengths[:, np.newaxis]
    return _across(np.broadcast_to(heights, (lat.targets, lon.sources)), lon)


def sums(
    field: np.ndarray, lat: Bands, *, lon: Bands, threads: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """Return the weighted sum and the covered weight of every layer.

    Parameters
    ----------
    field : numpy.ndarray, shape (..., lat.sources, lon.sources)
        Any number type; missing where it is not finite.
    lat, lon : Bands
    threads : int
        Threads of the compiled engine.

    Returns
    -------
    tuple of numpy.ndarray of float64, each of shape (..., lat.targets, lon.targets)
    """
    stack = field.reshape((-1, *field.shape[-2:]))
    totals = np.empty((stack.shape[0], lat.targets, lon.targets))
    covered = np.empty_like(totals)
    pairs = (
        _compiled(stack, lat, lon=lon, threads=threads)
        if field.size >= COMPILED_FROM
        else (_plain(stack, lat, lon=lon))
    )
    for i, (total, cover) in enumerate(pairs):
        totals[i], covered[i] = total, cover
    shape = (*field.shape[:-2], *totals.shape[1:])
    return totals.reshape(shape), covered.reshape(shape)


def _plain(stack: np.ndarray, lat: Bands, *, lon: Bands) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    mask, cover = np.empty(0, bool), np.empty(0)
    for layer in stack:
        valid = np.isfinite(layer)
        if not np.array_equal(mask, valid):
            mask, cover = valid, apply(valid.astype(float), lat, lon=lon)
        yield apply(np.where(valid, layer, 0.0).astype(float, copy=False), lat, lon=lon), cover


def _compiled(
    stack: np.ndarray, lat: Bands, *, lon: Bands, threads: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    from helpers.regrid.kernel import add_layer

    with ThreadPoolExecutor(threads) as pool:
        yield from pool.map(lambda layer: add_layer(layer, lat, lon=lon), stack)


def mean(
    totals: np.ndarray, covered: np.ndarray, *, full: np.ndarray, min_valid: float
) -> np.ndarray:
    """Return the mean over the covered part, NaN where too little of a cell is covered.

    Parameters
    ----------
    totals, covered : numpy.ndarray, shape (..., lat, lon)
        From :func:`sums`.
    full : numpy.ndarray, shape (lat, lon)
        From :func:`whole`.
    min_valid : float
        Smallest covered part, as a fraction of `full`.
    """
    enough = (covered > 0) & (covered >= min_valid * full * (1 - 1e-9))
    return np.where(enough, totals / np.where(enough, covered, 1.0), np.nan)
