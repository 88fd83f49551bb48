"""TRENDY and global carbon budget models (VEGAS and its kind): NetCDF on the model's own grid.

Survives other names of axes (`lat_FULL`, `time_counter`), every time unit and calendar of
:func:`helpers.timecodes.decode_months`, longitudes 0..360, north-first rows, undeclared fills, and
rows beyond the poles, which are dropped with a notice. Files may be gzipped.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import xarray as xr

from helpers.sources import declaration, gridded, patterns
from helpers.sources.options import GriddedOptions
from helpers.sources.request import Request

if TYPE_CHECKING:
    from helpers.catalog import Product


def find(product: Product, *, data_dir: Path, experiment: str) -> list[patterns.Match]:
    """Return the files of the product, plain or gzipped, that belong to an experiment."""
    matches = patterns.matching_files(data_dir, product.files, suffixes=("", ".gz"))
    return [m for m in matches if m.fields.get("experiment", experiment) == experiment]


def read(product: Product, request: Request) -> xr.DataArray:
    """Return the typed flux of a TRENDY-style product on its own grid.

    Parameters
    ----------
    product : Product
        Catalog entry with reader ``trendy``.
    request : Request
        Years and box.

    Returns
    -------
    xarray.DataArray, dims (time, lat, lon) [kg m-2 s-1]
        Carbon, land uptake positive.

    Raises
    ------
    InputError
        If the file or its content is not as declared.
    """
    matches = find(product, data_dir=request.data_dir, experiment=request.experiment)
    options = GriddedOptions.model_validate(product.options)
    raw = gridded.series(matches, product, request=request, options=options, drop_beyond_pole=True)
    return declaration.typed(raw, product, request=request, file=matches[0].path)
