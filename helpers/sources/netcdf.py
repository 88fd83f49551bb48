"""NetCDF files: opening and closing them, reading values, and errors that name the file."""

from __future__ import annotations

import contextlib
import difflib
import gzip
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import netCDF4
import numpy as np
import xarray as xr

from helpers.errors import InputError
from helpers.sources import classic

_SIGNATURES = (b"\x89HDF\r\n\x1a\n", b"CDF\x01", b"CDF\x02", b"CDF\x05")
_GZIP = b"\x1f\x8b"

UNDECLARED = (-9999.0, -99999.0)
"""Numbers that mean 'missing' in provider files whether or not the file says so."""

LARGEST = 1e15
"""Magnitudes beyond this are fills (1e20, 9.97e36, -1e34), whatever the unit."""

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
        try:
            dataset = xr.open_dataset(plain, engine="netcdf4", decode_cf=False, cache=False)
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
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.stem
        try:
            with gzip.open(path) as source, copy.open("wb") as target:
                shutil.copyfileobj(source, target)
        except (OSError, EOFError) as error:
            raise _broken(path, error) from error
        yield copy


def _check_present(path: Path) -> None:
    if not path.is_file():
        raise InputError(
            "The file is missing.",
            file=path,
            found="a folder" if path.is_dir() else "nothing",
            accepted="a NetCDF file",
            fix="Put the file there, or correct `files` in the catalog entry.",
        )
    if path.stat().st_size == 0:
        raise InputError(
            "The file is empty.", file=path, found="0 bytes", accepted="a NetCDF file", fix=_FIX
        )


def _check_signature(plain: Path, path: Path) -> None:
    with plain.open("rb") as stream:
        head = stream.read(512)
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
    if head.startswith(b"CDF"):
        _check_classic(plain, path)


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


def decode(
    values: np.ndarray, *, attrs: Mapping[str, Any], missing_values: tuple[float, ...] = ()
) -> np.ndarray:
    """Turn stored numbers into float64 values with NaN where they are missing.

    Parameters
    ----------
    values : numpy.ndarray
        As stored.
    attrs : mapping
        Attributes of the variable: `_FillValue`, `missing_value`, `scale_factor`, `add_offset`.
    missing_values : tuple of float
        Further numbers that mean 'missing'.

    Returns
    -------
    numpy.ndarray of float64, same shape

    Notes
    -----
    Missing are declared fills, :data:`UNDECLARED`, the default fill of integers, magnitudes above
    :data:`LARGEST`, infinities, and `missing_values`.
    """
    fills = [
        *np.atleast_1d(attrs.get("_FillValue", ())),
        *np.atleast_1d(attrs.get("missing_value", ())),
    ]
    fills += [*UNDECLARED, *missing_values]
    if values.dtype.kind in "iu" and "_FillValue" not in attrs:
        fills.append(netCDF4.default_fillvals.get(values.dtype.str[1:], UNDECLARED[0]))
    result = values.astype(float)
    with np.errstate(invalid="ignore", over="ignore"):
        numbers = [float(np.float32(f)) if values.dtype == np.float32 else float(f) for f in fills]
        missing = np.isin(result, numbers) | ~(np.abs(result) < LARGEST)
    result = result * _number(attrs, "scale_factor", 1.0) + _number(attrs, "add_offset", 0.0)
    result[missing] = np.nan
    return result


def _number(attrs: Mapping[str, Any], name: str, default: float) -> float:
    return float(np.atleast_1d(attrs.get(name, default))[0])
