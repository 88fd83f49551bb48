"""Plain files: HDF5 (NetCDF 4) variables whose bytes can be read without the library.

A variable is plain when it lies in one piece, or in chunks that are at most shuffled and deflated
(zlib). Its bytes are then read in parallel, where the HDF5 library reads one thing at a time.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import deflate
import numpy as np

_DEFLATE, _SHUFFLE = 1, 2
"""Numbers of the two filters, as registered with the HDF Group."""


class NotPlainError(Exception):
    """The variable has to be read through the library; the text says why."""


@dataclass(frozen=True)
class Stored:
    """Where the bytes of one variable are.

    Attributes
    ----------
    path : Path
        The file.
    name : str
        The variable, with its groups.
    shape : tuple of int
    dtype : numpy.dtype
        As stored, with byte order.
    attrs : mapping
        Attributes of the variable, single values as NumPy scalars.
    dims : tuple of str
        Names of the dimensions, "" where the file has none.
    offset : int or None
        First byte of a variable in one piece.
    chunk_shape : tuple of int
        Shape of a chunk; that of one layer where the variable lies in one piece.
    chunks : mapping
        First byte and length of each chunk, by its position among the chunks.
    filters : tuple of int
        Filters in the order in which they were applied.
    fill : numpy scalar
        Number that stands where no chunk was written.
    """

    path: Path
    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    attrs: Mapping[str, Any]
    dims: tuple[str, ...]
    offset: int | None
    chunk_shape: tuple[int, ...]
    chunks: Mapping[tuple[int, ...], tuple[int, int]] = field(repr=False)
    filters: tuple[int, ...] = ()
    fill: Any = 0

    @property
    def native(self) -> np.dtype[Any]:
        """Return the number type in the byte order of this machine."""
        return self.dtype.newbyteorder("=")

    def read_chunk(self, handle: int, position: tuple[int, ...]) -> bytes | bytearray | None:
        """Return the bytes of a chunk, inflated but still shuffled; None where none was written."""
        if position not in self.chunks:
            return None
        offset, size = self.chunks[position]
        packed = read_exactly(handle, offset, size=size)
        raw: bytes | bytearray = packed
        try:
            if _DEFLATE in self.filters:
                raw = deflate.zlib_decompress(packed, self.chunk_bytes)
        except deflate.DeflateError as error:
            raise OSError(
                f"a damaged chunk of {self.name}, or one of more than {self.chunk_bytes} bytes"
            ) from error
        if len(raw) != self.chunk_bytes:
            raise OSError(f"a chunk of {self.name} with {len(raw)} bytes, not {self.chunk_bytes}")
        return raw

    @property
    def chunk_bytes(self) -> int:
        """Return the size of an inflated chunk."""
        return int(np.prod(self.chunk_shape)) * self.dtype.itemsize

    @property
    def is_shuffled(self) -> bool:
        """Return whether the bytes of a chunk are shuffled."""
        return _SHUFFLE in self.filters


def read_exactly(handle: int, offset: int, *, size: int) -> bytes:
    """Return `size` bytes from `offset` on, or raise OSError."""
    raw = os.pread(handle, size, offset)
    while len(raw) < size:  # interrupted, or more than one call may return
        more = os.pread(handle, size - len(raw), offset + len(raw))
        if not more:
            raise OSError(f"the file ends {size - len(raw)} bytes early")
        raw += more
    return raw


def fill_exactly(handle: int, offset: int, *, buffer: np.ndarray) -> None:
    """Read bytes from `offset` on into a buffer until it is full, or raise OSError."""
    view = buffer.reshape(-1).view(np.uint8).data
    while len(view):
        count = os.preadv(handle, [view], offset)
        if not count:
            raise OSError(f"the file ends {len(view)} bytes early")
        view, offset = view[count:], offset + count


def stored(path: str | Path, name: str) -> Stored:
    """Return where the bytes of a variable are.

    Raises
    ------
    NotPlainError
        If file or variable cannot be read this way, for whatever reason.
    """
    import h5py

    if not hasattr(os, "preadv") or sys.byteorder != "little":
        raise NotPlainError("this system cannot read parts of files as needed")
    try:
        with h5py.File(path, "r") as file:
            if file.userblock_size:
                raise NotPlainError("the file has a user block")
            return _examined(Path(path), file[name])
    except (OSError, KeyError) as error:
        raise NotPlainError(str(error)) from error


def _examined(path: Path, dataset: Any) -> Stored:
    """Return the layout of an open variable."""
    import h5py

    if not isinstance(dataset, h5py.Dataset) or dataset.ndim < 2 or not dataset.size:
        raise NotPlainError("no variable on a grid")
    dtype = dataset.dtype
    if dtype.kind not in "iuf" or dtype.itemsize not in (1, 2, 4, 8) or dtype.metadata:
        raise NotPlainError(f"numbers of type {dtype}")
    chunk_shape, offset, chunks, filters = _layout(dataset)
    return Stored(
        path=path,
        name=dataset.name,
        shape=dataset.shape,
        dtype=dtype,
        attrs=attributes(dataset),
        dims=dimension_names(dataset),
        offset=offset,
        chunk_shape=chunk_shape,
        chunks=chunks,
        filters=filters,
        fill=dataset.fillvalue,
    )


def _layout(
    dataset: Any,
) -> tuple[tuple[int, ...], int | None, dict[tuple[int, ...], tuple[int, int]], tuple[int, ...]]:
    """Return shape of chunks, first byte, places of the chunks, and filters."""
    from h5py import h5d

    plan = dataset.id.get_create_plist()
    if plan.get_layout() == h5d.CONTIGUOUS:
        offset = dataset.id.get_offset()
        if offset is None or plan.get_external_count():
            raise NotPlainError("the values lie elsewhere, or nowhere")
        layer = (*(1 for _ in dataset.shape[:-2]), *dataset.shape[-2:])
        return layer, offset, {}, ()
    if plan.get_layout() != h5d.CHUNKED:
        raise NotPlainError("a layout without bytes of its own")
    filters = tuple(plan.get_filter(i)[0] for i in range(plan.get_nfilters()))
    if filters not in {(), (_DEFLATE,), (_SHUFFLE,), (_SHUFFLE, _DEFLATE)}:
        raise NotPlainError(f"filters {filters}")
    shape = dataset.chunks
    places: dict[tuple[int, ...], tuple[int, int]] = {}
    masks = set()

    def note(chunk: Any) -> None:
        position = tuple(o // n for o, n in zip(chunk.chunk_offset, shape, strict=True))
        places[position] = (chunk.byte_offset, chunk.size)
        masks.add(chunk.filter_mask)

    dataset.id.chunk_iter(note)
    if masks - {0}:
        raise NotPlainError("chunks that skip a filter")
    return shape, None, places, filters


def attributes(item: Any) -> dict[str, Any]:
    """Return the attributes of an HDF5 object, single values as scalars, text as str."""
    result = {}
    for key in item.attrs:
        if key in {"DIMENSION_LIST", "REFERENCE_LIST", "CLASS", "NAME"} or key.startswith(
            "_Netcdf"
        ):
            continue
        value = item.attrs[key]
        if isinstance(value, np.ndarray) and value.size == 1:
            value = value.reshape(-1)[0]
        result[key] = value.decode() if isinstance(value, bytes) else value
    return result


def dimension_names(dataset: Any) -> tuple[str, ...]:
    """Return the names of the dimensions that a variable shares with its coordinates."""
    return tuple(dim[0].name.rpartition("/")[2] if len(dim) else "" for dim in dataset.dims)
