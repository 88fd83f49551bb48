"""NetCDF files: opening and closing them, reading values, and errors that name the file."""

from __future__ import annotations

import contextlib
import difflib
import gzip
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import netCDF4
import xarray as xr

from helpers.errors import InputError
from helpers.files import check_readable
from helpers.sources import classic
from helpers.sources.opening import LOCK

_SIGNATURES = (b"\x89HDF\r\n\x1a\n", b"CDF\x01", b"CDF\x02", b"CDF\x05")
_GZIP = b"\x1f\x8b"

LONGEST_AXIS = 20_000_000
"""Steps along an axis beyond which no file can be meant."""

LARGEST_RATIO, SMALL, LARGEST = 200, 50_000_000, 64_000_000_000
"""What a gzip file may unpack to: so many times its size or so many bytes, whichever is more, and
never more than the last [1, bytes, bytes]."""

_BLOCK = 1 << 20

_FIX = "Fetch the file again and compare its size with the provider's."


@contextlib.contextmanager
def opened(path: Path) -> Iterator[xr.Dataset]:
    """Open a NetCDF file (or its .gz) with nothing decoded, and close it whatever happens.

    Parameters
    ----------
    path : Path
        NetCDF 3 or 4, possibly gzipped.

    Yields
    ------
    xarray.Dataset
        Raw numbers and attributes.

    Raises
    ------
    InputError
        If the file is absent, empty, truncated or no NetCDF, or breaks while it is read.
    """
    with _plain(Path(path)) as plain:
        _check_signature(plain, path)
        _check_lengths(plain, path)
        try:
            with LOCK:
                dataset = xr.open_dataset(
                    plain, engine="netcdf4", decode_cf=False, cache=False, lock=LOCK
                )
        except (OSError, RuntimeError, ValueError) as error:
            raise _broken(path, error) from error
        with dataset:
            try:
                yield dataset
            except InputError:
                raise
            except (OSError, RuntimeError, EOFError) as error:
                raise _broken(path, error) from error


@contextlib.contextmanager
def _plain(path: Path) -> Iterator[Path]:
    """Yield the file itself, or a temporary copy of what a gzip file holds."""
    _check_present(path)
    if path.suffix != ".gz":
        yield path
        return
    _check_packed_signature(path)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.stem
        try:
            _unpack(path, copy)
        except (OSError, EOFError, zlib.error) as error:
            raise _broken(path, error) from error
        yield copy


def _unpack(path: Path, copy: Path) -> None:
    """Write what a gzip file holds, never more than its own size makes likely."""
    allowed = min(LARGEST, max(SMALL, LARGEST_RATIO * path.stat().st_size))
    size = 0
    with gzip.open(path) as source, copy.open("wb") as target:
        while block := source.read(_BLOCK):
            size += len(block)
            if size > allowed:
                raise InputError(
                    "The gzip file unpacks to more than its size makes likely.",
                    file=path,
                    found=f"{path.stat().st_size} bytes that become more than {allowed}",
                    accepted=f"at most {LARGEST_RATIO} times as much, and {LARGEST} bytes",
                    fix="Nothing of it was kept. Fetch the file again; if it is right, unpack it "
                    "by hand and correct `files` in the catalog entry.",
                )
            target.write(block)


def _check_lengths(plain: Path, path: Path) -> None:
    """Refuse an axis that would fill the memory, and numbers in rows of any length."""
    try:
        with LOCK, netCDF4.Dataset(plain) as file:
            sizes = {name: dimension.size for name, dimension in file.dimensions.items()}
            ragged = [name for name, one in file.variables.items() if _is_ragged(one)]
    except (OSError, RuntimeError) as error:
        raise _broken(path, error) from error
    too_long = [name for name, size in sizes.items() if size > LONGEST_AXIS]
    if too_long:
        raise InputError(
            "An axis is too long.",
            file=path,
            where=too_long[0],
            found=f"{sizes[too_long[0]]} steps",
            accepted=f"at most {LONGEST_AXIS}",
            fix="Fetch the file again: its header must be damaged.",
        )
    if ragged:
        raise InputError(
            "A variable holds rows of any length in place of numbers.",
            file=path,
            where=ragged[0],
            found="a type of variable length",
            accepted="whole or floating-point numbers",
            fix="Write the variable as numbers, or the file without it.",
        )


def _is_ragged(variable: netCDF4.Variable) -> bool:
    return variable.dtype is not str and isinstance(variable.datatype, netCDF4.VLType)


def _check_present(path: Path) -> None:
    if not path.is_file():
        raise InputError(
            "The file is missing.",
            file=path,
            found="a folder" if path.is_dir() else "nothing",
            accepted="a NetCDF file",
            fix="Put the file there, or correct `files` in the catalog entry.",
        )
    check_readable(path)
    if path.stat().st_size == 0:
        raise InputError(
            "The file is empty.", file=path, found="0 bytes", accepted="a NetCDF file", fix=_FIX
        )


def _check_packed_signature(path: Path) -> None:
    """Refuse a gzip file of something else before it is unpacked, however large that may be."""
    try:
        with gzip.open(path) as stream:
            head = stream.read(512)
    except (OSError, EOFError, zlib.error) as error:
        raise _broken(path, error) from error
    _check_head(head, path)


def _check_signature(plain: Path, path: Path) -> None:
    with plain.open("rb") as stream:
        head = stream.read(512)
    _check_head(head, path)
    if head.startswith(b"CDF"):
        _check_classic(plain, path)


def _check_head(head: bytes, path: Path) -> None:
    if not head.startswith(_SIGNATURES):
        text = head.lstrip().lower()
        found = "a web page (HTML)" if text.startswith((b"<!doctype", b"<html", b"<?xml")) else None
        found = found or ("a gzip file" if head.startswith(_GZIP) else f"bytes {head[:8]!r}")
        raise InputError(
            "The file is not NetCDF.",
            file=path,
            found=found,
            accepted="NetCDF 3 or 4",
            fix="Fetch the file itself, not the page about it; unpack archives.",
        )


def _check_classic(plain: Path, path: Path) -> None:
    """Refuse a short NetCDF 3 file: the C library would fill what is missing with zeros."""
    try:
        expected = classic.expected_size(plain)
    except (EOFError, ValueError) as error:
        raise _broken(path, error) from error
    size = plain.stat().st_size
    if size < expected:
        raise _broken(path, ValueError(f"its header announces {expected} bytes"))


def _broken(path: Path, error: Exception) -> InputError:
    return InputError(
        "The file is damaged or truncated.",
        file=path,
        found=f"{path.stat().st_size} bytes; {error}",
        accepted="a complete NetCDF file",
        fix=_FIX,
    )


def variable(dataset: xr.Dataset, name: str, *, file: Path) -> xr.DataArray:
    """Return one variable, refusing a missing one with the names there are."""
    if name in dataset.variables:
        return dataset[name]
    names = [str(n) for n, v in dataset.variables.items() if v.ndim >= 2] or [
        str(n) for n in dataset.variables
    ]
    near = {n.lower(): n for n in names}
    guess = difflib.get_close_matches(name.lower(), near, n=1)
    raise InputError(
        "The variable is missing.",
        file=file,
        where=name,
        found=", ".join(names) or "no variable",
        accepted=repr(name),
        fix=f"Set `variable: {near[guess[0]]}` in the catalog entry if that is it."
        if guess
        else "Correct `variable` in the catalog entry, or fetch the right file.",
    )


def text(attrs: Mapping[str, Any], name: str) -> str | None:
    """Return a text attribute without surrounding blanks, or None where it is absent or blank."""
    value = attrs.get(name)
    return value.strip() or None if isinstance(value, str) else None
