"""One file of any gridded flux: its grid, its steps averaged to months, its values."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dask
import dask.array
import numpy as np
import pandas as pd
import xarray as xr

from helpers import grid, timeaxis, units
from helpers.errors import InputError
from helpers.regrid.parts import values_of
from helpers.sources import (
    cells,
    cf_grid,
    cf_steps,
    cf_store,
    cf_time,
    declaration,
    dimensions,
    gridded,
    named_time,
    netcdf,
    patterns,
    stored,
    survey,
    zarr_metadata,
)
from helpers.sources.options import CfOptions
from helpers.sources.request import Request

if TYPE_CHECKING:
    from helpers.catalog import Product


_PART_BYTES = 50_000_000
"""Size in float64 of what is looked through at a time where a file is large [bytes]."""


@dataclass(frozen=True)
class _Place:
    """Where the values of a request lie in a file, and how its steps make up months."""

    path: Path
    name: str
    selection: dict[Hashable, Any]
    order: list[Hashable]
    time: Hashable | None
    missing_values: tuple[float, ...]
    files: int


def read_file(
    match: patterns.Match, product: Product, *, request: Request, options: CfOptions
) -> declaration.Raw:
    """Read the part of one NetCDF file or Zarr store that a request needs, as months.

    Parameters
    ----------
    match : patterns.Match
        The file; its name may carry year and month.
    product : Product
        Catalog entry with reader ``cf``.
    request : Request
        Years and box.
    options : CfOptions
        What the file does not declare.

    Returns
    -------
    declaration.Raw
        Days averaged over each month; a yearly value stands for each month of its year.

    Raises
    ------
    InputError
        If grid, time, unit or sign are not understood or not as declared.
    """
    path, name = match.path, str(product.variable)
    with cf_store.opened(path) as dataset:
        dataset, placed = cf_grid.with_centres(dataset, file=path)
        variable = netcdf.variable(dataset, name, file=path)
        stored.check_numbers(variable, file=path)
        cf_grid.refuse_other_grids(dataset, variable, file=path)
        declaration.confirm_origin(dataset.attrs, product, file=path)
        declaration.confirm_sign(variable.attrs, product, file=path)
        unit, per_cell = _unit(
            netcdf.text(variable.attrs, "units"), product, file=path, options=options
        )
        part = cells.in_box(
            dataset, variable, box=request.box, file=path, latitude=options.latitude,
            longitude=options.longitude, has_bounds=cf_grid.bounds(dataset) is not None,
        )  # fmt: skip
        time, selection = dimensions.other_dimensions(variable, part, options=options, file=path)
        members = dimensions.member_names(dataset, options.member_dimension, file=path)
        wanted = _wanted(match, request)
        step, calendar, places, told = _places(
            dataset, time, match=match, product=product, options=options, wanted=wanted
        )
        selection |= {part.lat_dim: part.rows, part.lon_dim: part.columns}
        order = [time, options.member_dimension, part.lat_dim, part.lon_dim]
        place = _Place(path, name, selection, [d for d in order if d is not None], time,
                       options.missing_values, request.files)  # fmt: skip
        edges = cf_grid.edges(dataset, part)
        lost = zarr_metadata.absent(path, name)
        missing_values, mended = survey.examined(
            _parts(place, places, variable=variable), options.missing_values, path=path
        )
        place = replace(place, missing_values=missing_values)
        values = _months(place, places, variable=variable)
        layout = (*dimensions.packing(variable), *part.layout)
    coords = {"time": wanted, **members, "lat": part.lat, "lon": cf_grid.wrapped(part.lon)}
    data = xr.DataArray(values, dims=list(coords), coords=coords).assign_coords(edges)
    if per_cell:
        data = data / grid.cell_areas(data)
    notices = (
        *part.notices,
        *(f"{path.name}: {text}" for text in (*placed, *told, *lost, *mended)),
    )
    return declaration.Raw(data, unit, product.calendar or calendar, notices, step, layout)


def _parts(
    place: _Place, places: list[np.ndarray], *, variable: xr.DataArray
) -> Iterator[xr.DataArray]:
    """Yield all steps that are read, in one part, or in several where they are many."""
    part = variable.isel(place.selection).transpose(*place.order)
    if place.time is None:
        yield part
        return
    steps = np.unique(np.concatenate(places))
    size = part[0].size * 8
    few = size * steps.size * place.files < gridded.LAZY_BYTES
    length = max(min(12, gridded.LAZY_BYTES // size), _PART_BYTES // size, 1)
    length = steps.size if few else length
    for start in range(0, steps.size, length):
        yield part.isel({place.time: patterns.as_slice(steps[start : start + length])})


def _unit(
    stated: str | None, product: Product, *, file: Path, options: CfOptions
) -> tuple[str, bool]:
    """Return the unit per square metre, and whether values are totals of cells."""
    declared, per_cell = units.split_cell(product.units or stated or "")
    if stated is not None:
        own, own_cell = units.split_cell(stated)
        stated = units.with_area(own) if per_cell else stated
        per_cell = per_cell or (product.units is None and own_cell)
    if not per_cell:
        chosen = declaration.confirmed_units(
            stated, product, file=file, ignore_file=options.ignore_file_units
        )
        return chosen, False
    flat = product.model_copy(update={"units": declared if product.units else None})
    chosen = declaration.confirmed_units(
        stated if product.units else declared, flat, file=file,
        ignore_file=options.ignore_file_units,
    )  # fmt: skip
    return chosen, True


def _wanted(match: patterns.Match, request: Request) -> pd.DatetimeIndex:
    """Return the months that a file is to give."""
    if "year" in match.fields:
        return patterns.months_in_name(match.fields)
    return timeaxis.month_starts(request.start_year, request.end_year)


def _places(
    dataset: xr.Dataset,
    time: Hashable | None,
    *,
    match: patterns.Match,
    product: Product,
    options: CfOptions,
    wanted: pd.DatetimeIndex,
) -> tuple[str, str, list[np.ndarray], tuple[str, ...]]:
    """Return the step ("month" or "year"), the calendar, the positions for each month, notices."""
    named = wanted if "year" in match.fields else None
    steps = 1 if time is None else dataset.sizes[time]
    if named is not None and (time is None or steps == named.size):
        calendar, told = named_time.calendar_of(
            dataset, time, named=named, file=match.path, options=options,
            calendar=product.calendar,
        )  # fmt: skip
        if steps == named.size:
            return "month", calendar, [np.array([i]) for i in range(steps)], told
        return "year", calendar, [np.array([0]) for _ in wanted], told
    if time is None:
        raise InputError(
            "The variable has no time dimension.",
            file=match.path,
            where=str(product.variable),
            found="one field",
            accepted="a time axis, or the year in the name of each file",
            fix="Name the dimension under options, time; where each file holds one month or year, "
            "put {year} (and {month}) into `files`.",
        )
    found = cf_time.decode(dataset, time, file=match.path, calendar=product.calendar,
                           label=options.time_label, named=named)  # fmt: skip
    places = cf_steps.months_of(found, wanted=wanted, file=match.path)
    return "year" if found.kind == "year" else "month", found.calendar, places, ()


def _months(place: _Place, places: list[np.ndarray], *, variable: xr.DataArray) -> Any:
    """Read months, at once or lazily where they are large; days are averaged on the way."""
    shape = variable.isel(place.selection).transpose(*place.order).shape
    size = len(places) * int(np.prod(shape[1:] if place.time is not None else shape)) * 8
    if size * place.files < gridded.LAZY_BYTES or place.path.suffix == ".gz":
        return _mean_months(variable, place, places=places)
    pieces = []
    for start in range(0, len(places), 12):
        chosen = places[start : start + 12]
        read = dask.delayed(_read_months)(place, chosen)
        pieces.append(dask.array.from_delayed(read, shape=(len(chosen), *shape[1:]), dtype=float))
    return dask.array.concatenate(pieces)


def _read_months(place: _Place, places: list[np.ndarray]) -> np.ndarray:
    with cf_store.opened(place.path) as dataset:
        return _mean_months(dataset[place.name], place, places=places)


def _mean_months(variable: xr.DataArray, place: _Place, *, places: list[np.ndarray]) -> np.ndarray:
    """Return the mean over the steps of each month, missing steps left out, (month, ...)."""
    if place.time is None:
        field = _decoded(variable.isel(place.selection).transpose(*place.order), place)
        return np.broadcast_to(field, (len(places), *field.shape)).copy()
    months, kept = [], (np.array([-1]), np.empty(0))
    for positions in places:
        if np.array_equal(positions, kept[0]):
            months.append(kept[1])  # the same year again
            continue
        step = {**place.selection, place.time: patterns.as_slice(positions)}
        values = _decoded(variable.isel(step).transpose(*place.order), place)
        kept = (positions, values[0] if positions.size == 1 else _mean(values))
        months.append(kept[1])
    return np.stack(months)


def _mean(values: np.ndarray) -> np.ndarray:
    """Return the mean over the first axis of what is there, NaN where nothing is."""
    valid = np.isfinite(values)
    count = valid.sum(axis=0)
    total = np.where(valid, values, 0.0).sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _decoded(part: xr.DataArray, place: _Place) -> np.ndarray:
    return stored.decode(values_of(part), attrs=part.attrs, missing_values=place.missing_values)
