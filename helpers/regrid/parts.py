"""Reading a part of a plain variable into memory, chunks inflated in threads."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from helpers.regrid.backing import file_steps
from helpers.regrid.steps import Steps
from helpers.regrid.threads import thread_count
from helpers.regrid.window import Window

if TYPE_CHECKING:
    import xarray as xr

LARGE = 8_000_000
"""Size of a part from which its file is looked at [bytes]."""


def values_of(part: xr.DataArray) -> np.ndarray:
    """Return the values of a part of a variable that was opened with nothing decoded.

    Parameters
    ----------
    part : xarray.DataArray, dims (..., lat, lon)
        As selected from an open file, under any names of the dimensions.

    Returns
    -------
    numpy.ndarray
        What ``part.values`` would be, sooner where the file is plain and compressed.
    """
    steps = file_steps(part) if part.nbytes >= LARGE else None
    if steps is None or steps.stored.offset is not None:
        return part.values  # in one piece, the library is as fast
    return read(steps).reshape(part.shape)


def read(steps: Steps, *, threads: int | None = None) -> np.ndarray:
    """Return the numbers of all layers of a chunked variable as stored.

    Parameters
    ----------
    steps : Steps
        Layers, rows and columns wanted.
    threads : int, optional
        Sets of chunks at a time; one per processor unless given.

    Returns
    -------
    numpy.ndarray, shape (layers, rows, columns)
    """
    result = np.empty((steps.size, steps.rows.size, steps.columns.size), steps.stored.native)
    rows = slice(int(steps.rows.min()), int(steps.rows.max()) + 1)
    columns = slice(int(steps.columns.min()), int(steps.columns.max()) + 1)
    view = Window.over(steps, rows, columns=columns)
    handle = steps.open()

    def fill(numbers: list[int]) -> None:
        chunks = view.load(handle, numbers[0])
        for number in numbers:
            layer = view.block(chunks, number, first=rows.start, last=rows.stop, kernel=_Bytes)
            wanted = np.ix_(steps.rows - rows.start, steps.columns - view.first_column)
            result[number] = layer[wanted]

    try:
        with ThreadPoolExecutor(threads or thread_count()) as pool:
            list(pool.map(fill, steps.units()))
    finally:
        os.close(handle)
    return result


class _Bytes:
    """Undoes the byte shuffle with NumPy: for a part, compiled code would not pay."""

    @staticmethod
    def unshuffle(raw: np.ndarray, start: int, out: np.ndarray) -> None:  # noqa: PLR0917  as the compiled one
        planes = raw.reshape(out.itemsize, -1)[:, start : start + out.size]
        by_byte = out.view(np.uint8).reshape((*out.shape, out.itemsize))
        for byte, plane in enumerate(planes):
            by_byte[..., byte] = plane.reshape(out.shape)
