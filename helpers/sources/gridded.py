"""Monthly fields in NetCDF: one file, one a year, or one a month."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import dask
import dask.array
import numpy as np
import pandas as pd
import xarray as xr

from helpers.errors import InputError
from helpers.regrid.parts import values_of
from helpers.sources import (
    cells,
    declaration,
    dimensions,
    joining,
    months,
    named_time,
    netcdf,
    patterns,
    stored,
    survey,
)
from helpers.sources.options import GriddedOptions
from helpers.sources.request import Request

if TYPE_CHECKING:
    from helpers.catalog import Product

LAZY_BYTES = 400_000_000
"""Size in float64 from which a product is read in pieces, as a Dask array [bytes]."""


class Months(Protocol):
    """Tells the month of each step of a file, and the calendar."""

    def __call__(
        self, dataset: xr.Dataset, dim: Hashable, *, file: Path
    ) -> tuple[pd.DatetimeIndex, str]:
        """Return the months along `dim`, and the name of the calendar."""
        ...


def series(
    matches: Sequence[patterns.Match],
    product: Product,
    *,
    request: Request,
    options: GriddedOptions,
    drop_beyond_pole: bool = False,
) -> declaration.Raw:
    """Read the monthly fields of one product, or of one member of it.

    Parameters
    ----------
    matches : sequence of patterns.Match
        Its files; the names may carry year and month.
    product : Product
        Catalog entry.
    request : Request
        Years and box.
    options : GriddedOptions
        Names and fills that the file does not declare.
    drop_beyond_pole : bool
        See :func:`cells.in_box`.

    Returns
    -------
    declaration.Raw

    Raises
    ------
    InputError
        If a file, variable, axis, unit or month is missing or wrong.
    """
    dated = "year" in matches[0].fields
    if not dated and len(matches) > 1:
        raise patterns.ambiguous(matches, "file")
    chosen = (
        patterns.chosen_files(matches, start_year=request.start_year, end_year=request.end_year)
        if dated
        else list(matches)
    )
    request = replace(request, files=len(chosen) * request.files)
    parts = []
    for match in chosen:
        parts.append(
            read_file(
                match.path,
                product,
                request=request,
                options=options,
                named_months=patterns.months_in_name(match.fields) if dated else None,
                drop_beyond_pole=drop_beyond_pole,
            )
        )
    return joining.joined(parts, chosen)


def read_file(
    path: Path,
    product: Product,
    *,
    request: Request,
    options: GriddedOptions,
    named_months: pd.DatetimeIndex | None = None,
    months_of: Months | None = None,
    drop_beyond_pole: bool = False,
) -> declaration.Raw:
    """Read the part of one NetCDF file that a request needs.

    Parameters
    ----------
    path : Path
        The file.
    product, request, options
        See :func:`series`.
    named_months : pandas.DatetimeIndex, optional
        Months that the file name stands for; the time axis may then be absent.
    months_of : callable, optional
        Gives the months instead of the file's time axis.
    drop_beyond_pole : bool
        See :func:`cells.in_box`.
    """
    name = str(product.variable)
    with netcdf.opened(path) as dataset:
        declaration.confirm_origin(dataset.attrs, product, file=path)
        variable = netcdf.variable(dataset, name, file=path)
        stored.check_numbers(variable, file=path)
        declaration.confirm_sign(variable.attrs, product, file=path)
        units = declaration.confirmed_units(
            netcdf.text(variable.attrs, "units"),
            product,
            file=path,
            ignore_file=options.ignore_file_units,
        )
        part = cells.in_box(
            dataset,
            variable,
            box=request.box,
            file=path,
            latitude=options.latitude,
            longitude=options.longitude,
            drop_beyond_pole=drop_beyond_pole,
        )
        time_dim, selection = dimensions.other_dimensions(
            variable, part, options=options, file=path
        )
        told: tuple[str, ...] = ()
        positions: slice | np.ndarray
        if named_months is not None and _steps(variable, time_dim) == named_months.size:
            calendar, told = named_time.calendar_of(
                dataset, time_dim, named=named_months, file=path, options=options,
                calendar=product.calendar,
            )  # fmt: skip
            index, positions = named_months, slice(None)
        else:
            decode_time = months_of or _months_on_axis(product, options)
            index, calendar, positions = _months(
                dataset,
                variable,
                dim=time_dim,
                file=path,
                request=request,
                named=named_months,
                decode=decode_time,
            )
        members = dimensions.member_names(dataset, options.member_dimension, file=path)
        order = [time_dim, options.member_dimension, part.lat_dim, part.lon_dim]
        selection |= {part.lat_dim: part.rows, part.lon_dim: part.columns}
        if time_dim is not None:
            selection[time_dim] = positions
        values, mended = _values(
            path, variable, selection=selection, order=[d for d in order if d is not None],
            missing_values=options.missing_values,
            files=request.files,
        )  # fmt: skip
    if time_dim is None:
        values = values[np.newaxis]
    coords = {"time": index, **members, "lat": part.lat, "lon": part.lon}
    data = xr.DataArray(values, dims=list(coords), coords=coords)
    return declaration.Raw(
        data,
        units,
        product.calendar or calendar,
        notices=(*part.notices, *(f"{path.name}: {text}" for text in (*told, *mended))),
        layout=(*dimensions.packing(variable), *part.layout),
    )


def _months_on_axis(product: Product, options: GriddedOptions) -> Months:
    def decode(dataset: xr.Dataset, dim: Hashable, *, file: Path) -> tuple[pd.DatetimeIndex, str]:
        return months.on_axis(
            dataset, dim, file=file, calendar=product.calendar, label=options.time_label
        )

    return decode


def _steps(variable: xr.DataArray, dim: Hashable | None) -> int:
    return 1 if dim is None else variable.sizes[dim]


def _months(
    dataset: xr.Dataset,
    variable: xr.DataArray,
    *,
    dim: Hashable | None,
    file: Path,
    request: Request,
    named: pd.DatetimeIndex | None,
    decode: Months,
) -> tuple[pd.DatetimeIndex, str, slice | np.ndarray]:
    """Return the months to read, the calendar of the file and their positions in it."""
    if dim is None:
        raise InputError(
            "The variable has no time dimension.",
            file=file,
            where=str(variable.name),
            found=f"dimensions {', '.join(map(str, variable.dims))}",
            accepted="one value a month",
            fix="Name the dimension under options, time; where each file holds one month, put "
            "{year} and {month} into `files`.",
        )
    index, calendar = decode(dataset, dim, file=file)
    first, last = request.start_year, request.end_year
    if named is not None:
        first = last = named[0].year
    positions = months.positions_of_years(index, start_year=first, end_year=last, file=file)
    return index[positions], calendar, positions


def _values(
    path: Path,
    variable: xr.DataArray,
    *,
    selection: dict[Hashable, Any],
    order: list[Hashable],
    missing_values: tuple[float, ...],
    files: int,
) -> tuple[Any, tuple[str, ...]]:
    """Read a selection, lazily where it is large, and tell repairs."""
    part = variable.isel(selection).transpose(*order)
    if part.size * 8 * files < LAZY_BYTES or path.suffix == ".gz":
        missing_values, told = survey.examined([part], missing_values, path=path)
        return _decoded(part, missing_values), told
    steps = np.arange(variable.sizes[order[0]])[selection[order[0]]]
    length = int(max(1, min(12, LAZY_BYTES // (8 * part.size // steps.size))))
    chosen = [
        {**selection, order[0]: steps[start : start + length]}
        for start in range(0, steps.size, length)
    ]
    parts = (variable.isel(piece).transpose(*order) for piece in chosen)  # one at a time in memory
    missing_values, told = survey.examined(parts, missing_values, path=path)
    pieces = []
    for piece in chosen:
        read = dask.delayed(_read_piece)(
            path, str(variable.name), selection=piece, order=order, missing_values=missing_values
        )
        shape = variable.isel(piece).transpose(*order).shape
        pieces.append(dask.array.from_delayed(read, shape=shape, dtype=float))
    return dask.array.concatenate(pieces), told


def _read_piece(
    path: Path,
    name: str,
    *,
    selection: dict[Hashable, Any],
    order: list[Hashable],
    missing_values: tuple[float, ...],
) -> np.ndarray:
    with netcdf.opened(path) as dataset:
        return _decoded(dataset[name].isel(selection).transpose(*order), missing_values)


def _decoded(part: xr.DataArray, missing_values: tuple[float, ...]) -> np.ndarray:
    return stored.decode(values_of(part), attrs=part.attrs, missing_values=missing_values)
