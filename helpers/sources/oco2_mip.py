"""OCO-2 MIP version 10: gridded fluxes, one NetCDF file for each inversion and experiment.

`land` is a rate (a month's value is an annual rate), positive to the atmosphere: net biosphere
exchange with fires, without fossil fuel. The time axis is not CF: months come from `start_date`,
or are counted from January 2015 where a file has none.
"""

from __future__ import annotations

import datetime
from collections.abc import Hashable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from helpers import timeaxis
from helpers.errors import InputError
from helpers.sources import declaration, ensemble, gridded
from helpers.sources.options import Version10Options
from helpers.sources.request import Request

if TYPE_CHECKING:
    from helpers.catalog import Product

find = ensemble.find

_EARLIEST, _LATEST = datetime.timedelta(days=-3), datetime.timedelta(days=20)
"""How far a start date may lie from the start of its month (some files carry mid-month dates)."""


def read(product: Product, request: Request) -> xr.DataArray:
    """Return the typed flux of the version 10 ensemble on its 1 degree grid.

    Parameters
    ----------
    product : Product
        Catalog entry with reader ``oco2-mip-v10``.
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
    options = Version10Options.model_validate(product.options)

    def months_of(
        dataset: xr.Dataset, dim: Hashable, *, file: Path
    ) -> tuple[pd.DatetimeIndex, str]:
        first = pd.Timestamp(options.first_month)
        return _months(dataset, dataset.sizes[dim], first=first, file=file), "standard"

    def read_member(path: Path, request: Request) -> declaration.Raw:
        return gridded.read_file(
            path, product, request=request, options=options, months_of=months_of
        )

    return ensemble.read_members(product, request, read_member=read_member)


def _months(
    dataset: xr.Dataset, steps: int, *, first: pd.Timestamp, file: Path
) -> pd.DatetimeIndex:
    if "start_date" not in dataset.variables:
        if steps % 12:
            raise InputError(
                "The file has no dates, and its steps are no whole years.",
                file=file,
                where="start_date",
                found=f"{steps} steps",
                accepted=f"start_date, or whole years of months from {first:%Y-%m}",
                fix="Fetch the file again, or add start_date (year, month, day).",
            )
        return pd.date_range(first, periods=steps, freq="MS")
    dates = _dates(np.asarray(dataset["start_date"].values), steps, file=file)
    for month in (dates[0].replace(day=1), _next_month(dates[0])):
        counted = pd.date_range(month, periods=steps, freq="MS")
        offsets = [d - c.date() for d, c in zip(dates, counted, strict=True)]
        if all(_EARLIEST <= offset <= _LATEST for offset in offsets):
            return counted
    stated = pd.DatetimeIndex([d.replace(day=1) for d in dates])
    timeaxis.check_months(stated, file=file)
    return stated


def _dates(values: np.ndarray, steps: int, *, file: Path) -> list[datetime.date]:
    table = values.T if values.shape == (3, steps) != (steps, 3) else values
    try:
        if table.shape != (steps, 3):
            raise ValueError(f"shape {values.shape}")
        return [datetime.date(int(y), int(m), int(d)) for y, m, d in table]
    except (ValueError, OverflowError) as error:
        raise InputError(
            "The start dates cannot be understood.",
            file=file,
            where="start_date",
            found=str(error),
            accepted=f"year, month and day for each of {steps} steps",
            fix="Fetch the file again.",
        ) from error


def _next_month(date: datetime.date) -> datetime.date:
    return (date.replace(day=1) + datetime.timedelta(days=32)).replace(day=1)
