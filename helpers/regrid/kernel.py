"""The two banded products, compiled: one pass over the source, missing cells found on the way.

Importing this module imports Numba (a few tenths of a second). The machine code is kept beside the
module, or in the user's cache folder where the package cannot be written; without either it is
compiled anew in each process.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np

from helpers.regrid.bands import Bands

NO_FILLS = np.empty(0)


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function that lets other threads run, keeping the machine code if possible."""
    try:
        return numba.njit(function, cache=True, nogil=True, error_model="numpy")
    except RuntimeError:  # no folder for the machine code can be written
        return numba.njit(function, nogil=True, error_model="numpy")


def _add_rows(  # noqa: PLR0917  compiled: no names
    block: np.ndarray,
    pointers: np.ndarray,
    rows: np.ndarray,
    heights: np.ndarray,
    lon_pointers: np.ndarray,
    columns: np.ndarray,
    widths: np.ndarray,
    fills: np.ndarray,
    totals: np.ndarray,
    covered: np.ndarray,
) -> None:
    """Fill rows of `totals` and `covered` [targets, lon targets] from rows of `block`."""
    if columns.size == 0:
        totals[:] = 0.0
        covered[:] = 0.0
        return
    first, last = columns.min(), columns.max() + 1
    total, cover = np.empty(last - first), np.empty(last - first)
    for j in range(pointers.size - 1):
        total[:] = 0.0
        cover[:] = 0.0
        for entry in range(pointers[j], pointers[j + 1]):
            height = heights[entry]
            row = block[rows[entry], first:last]
            if fills.size == 0:
                for c in range(row.size):
                    value = float(row[c])
                    valid = np.abs(value) < np.inf
                    total[c] += height * value if valid else 0.0
                    cover[c] += height if valid else 0.0
            else:
                for c in range(row.size):
                    value = float(row[c])
                    valid = np.abs(value) < np.inf
                    for fill in fills:
                        valid &= value != fill
                    total[c] += height * value if valid else 0.0
                    cover[c] += height if valid else 0.0
        for i in range(lon_pointers.size - 1):
            sum_total, sum_cover = 0.0, 0.0
            for entry in range(lon_pointers[i], lon_pointers[i + 1]):
                c = columns[entry] - first
                sum_total += total[c] * widths[entry]
                sum_cover += cover[c] * widths[entry]
            totals[j, i] = sum_total
            covered[j, i] = sum_cover


def _unshuffle(raw: np.ndarray, start: int, out: np.ndarray) -> None:  # noqa: PLR0917  compiled: no names
    """Undo the byte shuffle of HDF5, in which first bytes precede second bytes and so on.

    `raw` are the shuffled bytes of a chunk; `out` takes its numbers from number `start` on, as
    unsigned integers of their width.
    """
    width, across = out.itemsize, out.shape[1]
    count = raw.size // width
    for row in range(out.shape[0]):
        begin = start + row * across
        line = out[row]
        if width == 4:  # by far the most frequent, and twice as fast in one go
            second = raw[count + begin : count + begin + across]
            third = raw[2 * count + begin : 2 * count + begin + across]
            fourth = raw[3 * count + begin : 3 * count + begin + across]
            for i in range(across):
                line[i] = (
                    np.uint32(raw[begin + i])
                    | (np.uint32(second[i]) << np.uint32(8))
                    | (np.uint32(third[i]) << np.uint32(16))
                    | (np.uint32(fourth[i]) << np.uint32(24))
                )
            continue
        line[:] = raw[begin : begin + across]
        for byte in range(1, width):
            part = raw[byte * count + begin : byte * count + begin + across]
            for i in range(across):
                line[i] |= out.dtype.type(part[i]) << out.dtype.type(8 * byte)


add_rows = compiled(_add_rows)
unshuffle = compiled(_unshuffle)


def add_layer(layer: np.ndarray, lat: Bands, *, lon: Bands) -> tuple[np.ndarray, np.ndarray]:
    """Return weighted sum and covered weight of one layer, as :func:`helpers.regrid.blocks.sums`.

    Parameters
    ----------
    layer : numpy.ndarray, shape (lat.sources, lon.sources)
        Any number type; missing where it is not finite.
    lat, lon : Bands
    """
    totals = np.empty((lat.targets, lon.targets))
    covered = np.empty_like(totals)
    layer = np.ascontiguousarray(layer, layer.dtype.newbyteorder("="))
    add_rows(
        layer, lat.pointers, lat.columns, lat.lengths, lon.pointers, lon.columns, lon.lengths,
        NO_FILLS, totals, covered,
    )  # fmt: skip
    return totals, covered
