"""NetCDF files and Zarr stores under one roof."""

from __future__ import annotations

import contextlib
import lzma
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import xarray as xr

from helpers.errors import InputError
from helpers.sources import netcdf
from helpers.sources.patterns import is_store

_DAMAGE = (OSError, RuntimeError, KeyError, EOFError, ValueError, zlib.error, lzma.LZMAError)
"""What the library raises while it reads a damaged chunk."""


@contextlib.contextmanager
def opened(path: Path) -> Iterator[xr.Dataset]:
    """Open a NetCDF file or a Zarr store (versions 2 and 3) with nothing decoded.

    In a Zarr store a fill value of 0 marks chunks that were never written, not missing values, and
    is left out; what is not there is missing, see :mod:`helpers.sources.zarr_metadata`.

    Raises
    ------
    InputError
        If it cannot be read, naming it.
    """
    if not is_store(path):
        with netcdf.opened(path) as dataset:
            yield dataset
        return
    with store(path) as dataset:
        yield dataset


@contextlib.contextmanager
def store(place: Path | str, *, options: dict[str, Any] | None = None) -> Iterator[xr.Dataset]:
    """Open a Zarr store as :func:`opened` does; one at an address, which has `options`, lazily."""
    chunks: dict[str, int] | None = None if options is None else {}
    choice: dict[str, Any] = {"decode_cf": False, "consolidated": False, "chunks": chunks}
    refusals: list[InputError] = []
    try:
        dataset = xr.open_zarr(_checked(place, options, refusals=refusals), **choice)
    except Exception as error:  # the library raises many kinds
        raise (refusals or [_broken(place, error)])[0] from error
    with dataset:
        if refusals:
            raise refusals[0]
        for name in dataset.variables:
            attrs = dataset[name].attrs
            if attrs.get("_FillValue") == 0:
                del attrs["_FillValue"]
        try:
            yield dataset
        except InputError:
            raise
        except _DAMAGE as error:
            raise _broken(place, error) from error


def _checked(
    place: Path | str, options: dict[str, Any] | None, *, refusals: list[InputError]
) -> Any:
    """Return a store that refuses or mends arrays by their metadata; zarr is imported here only."""
    from zarr.storage import FsspecStore, LocalStore

    from helpers.sources.zarr_store import CheckedStore

    if isinstance(place, Path):
        return CheckedStore(LocalStore(place, read_only=True), refusals)
    source = FsspecStore.from_url(place, storage_options=options, read_only=True)
    return CheckedStore(source, refusals)


def _broken(place: Path | str, error: Exception) -> InputError:
    return InputError(
        "The Zarr store cannot be read.",
        file=place,
        found=f"{type(error).__name__}: {error}",
        accepted="a complete store with named dimensions",
        fix="Set `anonymous: false` under options, remote, and give your credentials."
        if isinstance(error, PermissionError) and isinstance(place, str)
        else "Write it again, for instance with xarray's to_zarr.",
    )
