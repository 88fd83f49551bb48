"""The metadata of a Zarr store, looked at before anything is read by it."""

from __future__ import annotations

import json
import re
from math import prod
from pathlib import Path
from typing import Any

import netCDF4
import numpy as np

from helpers.errors import InputError
from helpers.sources.netcdf import LONGEST_AXIS

ARRAYS = (".zarray", "zarr.json")
"""Names of the files that describe an array, in versions 2 and 3."""

Metadata = dict[str, Any]

LARGEST_CHUNK = 4_000_000_000
"""Bytes that one chunk may unpack to: a step of a global 0.0125 degree field has 3.3e9 [1]."""

_CHUNK = re.compile(r"(c\.)?\d+(\.\d+)*")
"""Name of the file of a chunk; others, such as those of a desktop, are none."""

_ZEROS = "where they held zeros, write the store with write_empty_chunks"
"""What to do where absent chunks are no fault: nothing tells them from lost ones."""


def checked(content: bytes, *, name: str, place: Path | str) -> bytes:
    """Return the file that describes an array, its fill replaced where that would be a value.

    What describes no array, or cannot be read, is returned as it is, for the library to refuse.

    Raises
    ------
    InputError
        See :func:`check`.
    """
    try:
        told = json.loads(content)
    except ValueError:
        return content
    if not isinstance(told, dict) or not isinstance(told.get("shape"), list):
        return content
    check(told, name=name, place=place)
    fill = missing_fill(told)
    return content if fill is None else json.dumps({**told, "fill_value": fill}).encode()


def check(told: Metadata, *, name: str, place: Path | str) -> None:
    """Refuse an array by its metadata: an axis or chunk too large, a codec that runs what it reads.

    Raises
    ------
    InputError
        Naming the array.
    """
    shape = told["shape"]
    longest = max((n for n in shape if isinstance(n, int)), default=0)
    if longest > LONGEST_AXIS:
        raise InputError(
            "An axis is too long.",
            file=place,
            where=name,
            found=f"{longest} steps",
            accepted=f"at most {LONGEST_AXIS}",
            fix="Fetch the store again: its metadata must be damaged.",
        )
    unpacked = _bytes_of_chunk(told)
    if unpacked > LARGEST_CHUNK:
        raise InputError(
            "The chunks of the Zarr store are too large to unpack.",
            file=place,
            where=name,
            found=f"chunks of {unpacked} bytes",
            accepted=f"at most {LARGEST_CHUNK}",
            fix="Write the store again in smaller chunks (rechunk), one step of time each.",
        )
    codecs = json.dumps([told.get(part) for part in ("codecs", "compressor", "filters")])
    if "pickle" in codecs.lower():
        raise InputError(
            "The Zarr store holds pickles, which run whatever they hold.",
            file=place,
            where=name,
            found=codecs[:200],
            accepted="codecs of numbers, such as blosc, zstd or zlib",
            fix="Ask for the store without pickles, or write it again where you trust it.",
        )


def missing_fill(told: Metadata) -> Any:
    """Return what stands for chunks that were never written, None where the store says it well.

    A number that nobody declared missing, mostly 0, would turn them into values. Axes are left
    alone: they may hold 0 and nothing else.
    """
    dtype, fill = _dtype(told), told.get("fill_value")
    if len(told["shape"]) < 2 or dtype is None or dtype.kind not in "iuf":
        return None
    if told.get("zarr_format") == 2 and fill not in (0, None):
        return None  # declares the missing values too
    wanted: Any = "NaN"
    if dtype.kind != "f":
        default = netCDF4.default_fillvals[dtype.str[1:]] if dtype.itemsize > 1 else None
        wanted = told.get("attributes", {}).get("_FillValue", default)
        wanted = int(wanted) if isinstance(wanted, int | float) else default
    return None if fill == wanted else wanted


def absent(store: Path, name: str) -> tuple[str, ...]:
    """Tell the chunks of an array of a local store that were never written, or were lost.

    Only those that nothing in the store declares missing.

    Raises
    ------
    InputError
        If there are some, and the type of the array has no number to stand for them.
    """
    file = next((path for path in (store / name / n for n in ARRAYS) if path.is_file()), None)
    if file is None:
        return ()
    told = json.loads(file.read_bytes())
    dtype, lengths = _dtype(told), _lengths(told)
    bytes_ = dtype is not None and dtype.kind in "iu" and dtype.itemsize == 1
    if lengths is None or (missing_fill(told) is None and not bytes_):
        return ()
    expected = prod(
        -(-size // max(length, 1)) for size, length in zip(told["shape"], lengths, strict=True)
    )
    chunks = [p for p in (store / name).rglob("*") if _CHUNK.fullmatch(p.name) and p.is_file()]
    lost = expected - len(chunks)
    if lost > 0 and missing_fill(told) is None:
        raise InputError(
            "Chunks of the Zarr store are absent.",
            file=store,
            where=name,
            found=f"{lost} of {expected} chunks absent, to be read as {told.get('fill_value')}",
            accepted=f"all chunks of an array of {dtype}, which has no number for missing values",
            fix="Copy the store again, or write it with its zeros (write_empty_chunks).",
        )
    told_so = f"{lost} of {expected} chunks, absent, were read as missing ({_ZEROS})"
    return (told_so,) if lost > 0 else ()


def _lengths(told: Metadata) -> Any:
    """Return the lengths of what is stored in one file, None where they are not told."""
    grid = told.get("chunk_grid", {})
    return told.get("chunks", grid.get("configuration", {}).get("chunk_shape"))


def _bytes_of_chunk(told: Metadata) -> int:
    """Return what a chunk unpacks to, 0 where it cannot be told; a shard's chunks count singly."""
    dtype = _dtype(told)
    try:
        lengths = _lengths(told)
        for codec in told.get("codecs") or ():
            if codec.get("name") == "sharding_indexed":
                lengths = codec["configuration"]["chunk_shape"]
        return prod(map(int, lengths)) * dtype.itemsize if dtype is not None else 0
    except (AttributeError, KeyError, TypeError, ValueError):
        return 0  # for the library to refuse


def _dtype(told: Metadata) -> np.dtype | None:
    try:
        return np.dtype(told.get("dtype", told.get("data_type")))
    except (TypeError, ValueError):
        return None
