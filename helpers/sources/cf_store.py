"""NetCDF files and Zarr stores under one roof."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

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
    try:
        dataset = xr.open_zarr(path, decode_cf=False, consolidated=False, chunks=None)
    except Exception as error:  # the library raises many kinds
        raise _broken(path, error) from error
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
            raise _broken(path, error) from error


def _broken(path: Path, error: Exception) -> InputError:
    return InputError(
        "The Zarr store cannot be read.",
        file=path,
        found=f"{type(error).__name__}: {error}",
        accepted="a complete store with named dimensions",
        fix="Write it again, for instance with xarray's to_zarr.",
    )
