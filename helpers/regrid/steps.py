"""The time steps of one plain variable, and how they become numbers."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from helpers.regrid.bands import Bands
from helpers.regrid.plain import NotPlainError, Stored, fill_exactly

GROUP_BYTES = 1 << 20
"""Rows that are read at once from a variable in one piece: they stay in the processor's cache."""

_TIME_WORDS = ("since", "day", "hour", "minute", "second", "millisecond", "microsecond")


@dataclass(frozen=True)
class Decoding:
    """How stored numbers become values; the same as xarray's.

    Attributes
    ----------
    fills : numpy.ndarray of float64
        Stored numbers that mean 'missing'.
    dtype : numpy.dtype or None
        Type in which packed numbers are unpacked; None where they are the values.
    scale, offset : Any
        Of packed numbers, or None.
    """

    fills: np.ndarray
    dtype: np.dtype[Any] | None = None
    scale: Any = None
    offset: Any = None

    def unpack(self, block: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return values and the numbers among them that still mean 'missing'."""
        if self.dtype is None:
            return block, self.fills
        values = block.astype(self.dtype)
        for fill in self.fills:
            values[block == fill] = np.nan
        if self.scale is not None:
            values *= self.scale
        if self.offset is not None:
            values += self.offset
        return values, self.fills[:0]


def decoding_of(attrs: Mapping[str, Any], stored: Stored) -> Decoding:
    """Return how the numbers of a variable are decoded.

    Parameters
    ----------
    attrs : mapping
        `_FillValue`, `missing_value`, `scale_factor`, `add_offset`, `units`, as the file has them.
    stored : Stored
        The variable.

    Raises
    ------
    NotPlainError
        If the numbers are times, or unsigned by an attribute.
    """
    unit = str(attrs.get("units", ""))
    if "_Unsigned" in attrs or any(word in unit.split("-")[0] for word in _TIME_WORDS):
        raise NotPlainError(f"numbers to be read as {attrs.get('_Unsigned', unit)}")
    fills = [
        float(one)
        for key in ("_FillValue", "missing_value")
        for one in np.atleast_1d(attrs.get(key, ()))
    ]
    packing = [attrs.get("scale_factor"), attrs.get("add_offset")]
    known = np.array([one for one in fills if np.isfinite(one)])
    if packing == [None, None]:
        return Decoding(known)
    return Decoding(known, _unpacked_type(attrs, stored), *packing)


def _unpacked_type(attrs: Mapping[str, Any], stored: Stored) -> np.dtype[Any]:
    """Return the type in which xarray unpacks the numbers."""
    import xarray as xr

    keys = ("_FillValue", "missing_value", "scale_factor", "add_offset")
    one = xr.Variable(("x",), np.ones(1, stored.native), {k: attrs[k] for k in keys if k in attrs})
    return xr.conventions.decode_cf_variable("x", one).dtype


@dataclass(frozen=True)
class Group:
    """Neighbouring target rows and the source rows they need."""

    targets: slice
    first: int
    last: int
    pointers: np.ndarray
    rows: np.ndarray
    heights: np.ndarray


@dataclass(frozen=True)
class Steps:
    """The layers of a plain variable that are wanted, in order.

    Attributes
    ----------
    stored : Stored
        The variable; latitude and longitude are its last dimensions.
    decoding : Decoding
    leading : tuple of numpy.ndarray
        Wanted positions along each dimension before latitude.
    rows, columns : numpy.ndarray
        Positions in the file of the rows from south to north, and of the columns from west to east.
    """

    stored: Stored
    decoding: Decoding
    leading: tuple[np.ndarray, ...]
    rows: np.ndarray
    columns: np.ndarray

    @property
    def size(self) -> int:
        """Return the number of layers."""
        return int(np.prod([one.size for one in self.leading], dtype=int))

    @cached_property
    def positions(self) -> list[tuple[int, ...]]:
        """Return the place of each layer along the leading dimensions."""
        table = np.meshgrid(*self.leading, indexing="ij")
        if not table:
            return [()]
        return [tuple(map(int, one)) for one in zip(*(t.ravel() for t in table), strict=True)]

    def units(self) -> Iterator[list[int]]:
        """Yield the numbers of consecutive layers that share their chunks."""
        lengths = self.stored.chunk_shape[:-2]
        unit: list[int] = []
        last = None
        for number, position in enumerate(self.positions):
            chunk = tuple(p // n for p, n in zip(position, lengths, strict=True))
            if unit and chunk != last:
                yield unit
                unit = []
            unit.append(number)
            last = chunk
        yield unit

    def groups(self, lat: Bands) -> list[Group]:
        """Return the target rows in groups that need few source rows at a time."""
        row_bytes = self.stored.shape[-1] * self.stored.dtype.itemsize
        groups: list[Group] = []
        start = 0
        while start < lat.targets:
            stop = start + 1
            while (
                stop < lat.targets
                and self._span(lat, start, stop=stop + 1) * row_bytes < GROUP_BYTES
            ):
                stop += 1
            if self._span(lat, start, stop=stop):
                groups.append(self._group(lat, start, stop=stop))
            start = stop
        return groups

    def _needed(self, lat: Bands, start: int, *, stop: int) -> np.ndarray:
        """Return the rows of the file that a range of target rows needs."""
        return self.rows[lat.columns[lat.pointers[start] : lat.pointers[stop]]]

    def _span(self, lat: Bands, start: int, *, stop: int) -> int:
        rows = self._needed(lat, start, stop=stop)
        return int(np.ptp(rows)) + 1 if rows.size else 0

    def _group(self, lat: Bands, start: int, *, stop: int) -> Group:
        rows = self._needed(lat, start, stop=stop)
        first, last = int(rows.min()), int(rows.max()) + 1
        heights = lat.lengths[lat.pointers[start] : lat.pointers[stop]]
        pointers = lat.pointers[start : stop + 1] - lat.pointers[start]
        return Group(slice(start, stop), first, last, pointers, rows - first, heights)

    def spans(self, lat: Bands, lon: Bands) -> tuple[slice, slice]:
        """Return the rows and columns of the file between which everything needed lies."""
        rows, columns = self.rows[lat.columns], self.columns[lon.columns]
        return slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1)

    def read_rows(self, handle: int, number: int, *, first: int, last: int) -> np.ndarray:
        """Return whole rows of one layer of a variable in one piece, as stored."""
        stored = self.stored
        leading = stored.shape[:-2]
        layer = int(np.ravel_multi_index(self.positions[number], leading)) if leading else 0
        row = layer * stored.shape[-2] + first
        block = np.empty((last - first, stored.shape[-1]), stored.dtype)
        offset = (stored.offset or 0) + row * stored.shape[-1] * stored.dtype.itemsize
        fill_exactly(handle, offset, buffer=block)
        return block.astype(stored.native, copy=False)

    def open(self) -> int:
        """Return a handle of the file, which the caller closes."""
        return os.open(self.stored.path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
