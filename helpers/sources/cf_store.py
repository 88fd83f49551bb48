"""NetCDF files and Zarr stores under one roof."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import xarray as xr

from helpers.errors import InputError
from helpers.sources import netcdf
from helpers.sources.patterns import is_store


@contextlib.contextmanager
def opened(path: Path) -> Iterator[xr.Dataset]:
    """Open a NetCDF file or a Zarr store (versions 2 and 3) with nothing decoded.

    In a Zarr store a fill value of 0 marks chunks that were never written, not missing values, and
    is left out.

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
    try:
        dataset = xr.open_zarr(place, **choice, storage_options=options)
    except Exception as error:  # the library raises many kinds
        raise _broken(place, error) from error
    with dataset:
        for name in dataset.variables:
            attrs = dataset[name].attrs
            if attrs.get("_FillValue") == 0:
                del attrs["_FillValue"]
        try:
            yield dataset
        except InputError:
            raise
        except (OSError, RuntimeError, KeyError, EOFError) as error:
            raise _broken(place, error) from error


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
