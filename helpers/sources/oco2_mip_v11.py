"""OCO-2 MIP version 11: as version 10 with other names and a usable time axis.

Variables are `land_flux` and its kind, the time dimension is `n_months`, time counts seconds since
1970, and longitudes may exceed 180.
"""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import xarray as xr

from helpers.sources import declaration, ensemble, gridded, months
from helpers.sources.options import Version11Options
from helpers.sources.request import Request

if TYPE_CHECKING:
    from helpers.catalog import Product

find = ensemble.find

DEFAULT_TIME_UNITS = "seconds since 1970-01-01"
"""Unit of the time axis where a file states none."""


def read(product: Product, request: Request) -> xr.DataArray:
    """Return the typed flux of the version 11 ensemble.

    Parameters
    ----------
    product : Product
        Catalog entry with reader ``oco2-mip-v11``.
    request : Request
        Years, box, experiment, members.

    Returns
    -------
    xarray.DataArray, dims (member, time, lat, lon) [kg m-2 s-1]
        Carbon, land uptake positive.

    Raises
    ------
    InputError
        If the experiment, a member or a month is not there, or a file is not as declared.
    """
    options = Version11Options.model_validate(product.options)

    def months_of(
        dataset: xr.Dataset, dim: Hashable, *, file: Path
    ) -> tuple[pd.DatetimeIndex, str]:
        return months.on_axis(
            dataset,
            dim,
            file=file,
            calendar=product.calendar,
            label=options.time_label,
            default_units=DEFAULT_TIME_UNITS,
        )

    def read_member(path: Path, request: Request) -> declaration.Raw:
        return gridded.read_file(
            path, product, request=request, options=options, months_of=months_of
        )

    return ensemble.read_members(product, request, read_member=read_member)
