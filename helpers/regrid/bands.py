"""One axis of a regridding: which source cells lie below each target cell, and by how much.

Only NumPy is imported here: a program that regrids one file should not wait for more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from helpers.errors import InputError

ROUNDING = 1e-9
"""Overlaps below this share of a source cell are taken for rounding of edges and dropped: the most
that an integral loses."""


@dataclass(frozen=True)
class Bands:
    """The overlaps along one axis, target by target, source cells ascending.

    Attributes
    ----------
    pointers : numpy.ndarray of int64, shape (targets + 1,)
        Where the entries of each target begin.
    columns : numpy.ndarray of int64, shape (entries,)
        Source cells.
    lengths : numpy.ndarray of float64, shape (entries,)
        Overlap of target and source, in the unit of the edges.
    sources : int
        Number of source cells.
    """

    pointers: np.ndarray
    columns: np.ndarray
    lengths: np.ndarray
    sources: int

    @property
    def targets(self) -> int:
        """Return the number of target cells."""
        return self.pointers.size - 1

    def ranks(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield source cell and length of the first entry of every target, the second, and so on.

        A target that has no such entry gets cell 0 with length 0.
        """
        counts = np.diff(self.pointers)
        for rank in range(int(counts.max(initial=0))):
            there = counts > rank
            entry = np.where(there, self.pointers[:-1] + rank, 0)
            yield np.where(there, self.columns[entry], 0), np.where(there, self.lengths[entry], 0.0)


def overlaps(
    source_edges: np.ndarray, target_edges: np.ndarray, *, period: float | None = None
) -> Bands:
    """Return the length of the overlap of every target interval with every source interval.

    Parameters
    ----------
    source_edges, target_edges : numpy.ndarray, shape (n + 1,) and (m + 1,)
        Ascending edges in the same unit (sine of latitude, or longitude).
    period : float, optional
        Length of a full circle where the axis is periodic.

    Examples
    --------
    >>> halves = overlaps(np.array([0.0, 1.0, 2.0]), np.array([0.5, 2.0]))
    >>> halves.columns.tolist(), halves.lengths.tolist()
    ([0, 1], [0.5, 1.0])
    """
    shifts = [0.0] if period is None else _turns(source_edges, target_edges, period=period)
    found = [
        _overlaps_at(source_edges[:-1] + shift, source_edges[1:] + shift, target_edges=target_edges)
        for shift in shifts
    ]
    rows, columns, lengths = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.lexsort((columns, rows))
    rows, columns, lengths = rows[order], columns[order], lengths[order]
    if rows.size:  # a cell met from both sides of the seam counts once, with both overlaps
        first = np.flatnonzero(np.append(True, (np.diff(rows) != 0) | (np.diff(columns) != 0)))
        rows, columns, lengths = rows[first], columns[first], np.add.reduceat(lengths, first)
    counts = np.bincount(rows, minlength=target_edges.size - 1)
    pointers = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Bands(pointers, columns.astype(np.int64), lengths, source_edges.size - 1)


def _turns(source_edges: np.ndarray, target_edges: np.ndarray, *, period: float) -> list[float]:
    """Return the shifts by full circles that bring the source over the target, ascending."""
    first = int(np.floor((target_edges[0] - source_edges[-1]) / period))
    last = int(np.ceil((target_edges[-1] - source_edges[0]) / period))
    return [turn * period for turn in range(first, last + 1)]


def _overlaps_at(
    low: np.ndarray, high: np.ndarray, *, target_edges: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return target, source and length of each overlap of two sets of intervals."""
    first = np.searchsorted(high, target_edges[:-1], side="right")
    last = np.searchsorted(low, target_edges[1:], side="left")
    counts = np.maximum(last - first, 0)
    rows = np.repeat(np.arange(counts.size), counts)
    start = np.repeat(first - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
    columns = np.arange(counts.sum()) + start
    length = np.minimum(high[columns], target_edges[1:][rows]) - np.maximum(
        low[columns], target_edges[:-1][rows]
    )
    real = length > ROUNDING * (high - low)[columns]
    return rows[real], columns[real], length[real]


def bands_of(
    source: tuple[np.ndarray, np.ndarray], target: tuple[np.ndarray, np.ndarray]
) -> tuple[Bands, Bands]:
    """Return the bands in sine of latitude and in radians of longitude.

    Parameters
    ----------
    source, target : tuple of numpy.ndarray
        Ascending edges of latitude and of longitude [degrees]; longitudes are periodic.
    """
    lat = overlaps(np.sin(np.deg2rad(source[0])), np.sin(np.deg2rad(target[0])))
    return lat, overlaps(np.deg2rad(source[1]), np.deg2rad(target[1]), period=2 * np.pi)


def edges_from_centres(
    centres: np.ndarray, *, limit: float | None = None, tolerance: float = 1e-3
) -> np.ndarray:
    """Return the edges half-way between regular cell centres.

    Parameters
    ----------
    centres : numpy.ndarray, shape (n,)
        Ascending or descending centres [degrees], equally spaced to `tolerance` of the step.
    limit : float, optional
        Edges are clipped to plus and minus this value (90 for latitudes), so that a row centred
        on a pole keeps its half cell.
    tolerance : float
        Allowed departure from equal steps, as a fraction of the step.

    Returns
    -------
    numpy.ndarray, shape (n + 1,)

    Raises
    ------
    InputError
        If there are fewer than two centres or the steps differ.
    """
    centres = np.asarray(centres, dtype=float)
    if centres.ndim != 1 or centres.size < 2:
        raise InputError(
            "A grid needs at least two cells along each axis.",
            where="centres of the cells",
            found=f"shape {centres.shape}",
            accepted="a one-dimensional, regular axis",
            fix="Regrid the product to a regular latitude-longitude grid first.",
        )
    step = (centres[-1] - centres[0]) / (centres.size - 1)
    steps = np.diff(centres)
    # a row centred at, say, 89.9 beside a regular 0.5 degree grid is an error, not a feature
    if step == 0 or not np.abs(steps - step).max() <= tolerance * abs(step):  # also where NaN
        raise InputError(
            "The cells are not equally spaced.",
            where="centres of the cells",
            found=f"steps from {steps.min():g} to {steps.max():g} degrees",
            accepted="equal steps",
            fix="Regrid the product, or give bounds in the file (lat_bnds, lon_bnds).",
        )
    edges = centres[0] - step / 2 + step * np.arange(centres.size + 1)
    return edges if limit is None else np.clip(edges, -limit, limit)
