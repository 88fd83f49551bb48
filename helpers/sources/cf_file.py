"""One file of any gridded flux: its grid, its steps averaged to months, its values."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dask
import dask.array
import numpy as np
import pandas as pd
import xarray as xr

from helpers import grid, timeaxis, units
from helpers.errors import InputError
from helpers.sources import cells, cf_store, cf_time, declaration, gridded, netcdf, patterns
from helpers.sources.options import CfOptions
from helpers.sources.request import Request

if TYPE_CHECKING:
    from helpers.catalog import Product

_EDGE_TOLERANCE = 1e-3


@dataclass(frozen=True)
class _Place:
    """Where the values of a request lie in a file, and how its steps make up months."""

    path: Path
    name: str
    selection: dict[Hashable, Any]
    order: list[Hashable]
    time: Hashable | None
    missing_values: tuple[float, ...]


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
        dataset = _with_centres(dataset)
        variable = netcdf.variable(dataset, name, file=path)
        refuse_other_grids(dataset, variable, file=path)
        declaration.confirm_sign(variable.attrs, product, file=path)
        unit, per_cell = _unit(netcdf.text(variable.attrs, "units"), product, path, options)
        part = cells.in_box(
            dataset, variable, box=request.box, file=path, latitude=options.latitude,
            longitude=options.longitude, has_bounds=_edges_known(dataset),
        )  # fmt: skip
        time, selection = gridded.other_dimensions(variable, part, options, path)
        members = gridded.member_names(dataset, options.member_dimension)
        wanted = _wanted(match, request)
        step, calendar, places = _places(dataset, time, match, product, options, wanted)
        selection |= {part.lat_dim: part.rows, part.lon_dim: part.columns}
        order = [time, options.member_dimension, part.lat_dim, part.lon_dim]
        place = _Place(path, name, selection, [d for d in order if d is not None], time,
                       options.missing_values)  # fmt: skip
        edges = _edges(dataset, part)
        values = _months(place, places, variable)
    coords = {"time": wanted, **members, "lat": part.lat, "lon": _wrapped(part.lon)}
    data = xr.DataArray(values, dims=list(coords), coords=coords).assign_coords(edges)
    if per_cell:
        data = data / grid.cell_areas(data)
    return declaration.Raw(data, unit, product.calendar or calendar, part.notices, step)


def refuse_other_grids(dataset: xr.Dataset, variable: xr.DataArray, *, file: Path) -> None:
    """Refuse a grid that is not made of rows of latitude and columns of longitude.

    Raises
    ------
    InputError
        For curvilinear, rotated-pole, projected and unstructured grids.
    """
    found = None
    mapping = netcdf.text(variable.attrs, "grid_mapping")
    if mapping in dataset.variables:
        kind = netcdf.text(dataset[mapping].attrs, "grid_mapping_name")
        found = None if kind in (None, "latitude_longitude") else f"grid mapping {kind}"
    for name in dataset.variables:
        axis = dataset[name]
        stated = (netcdf.text(axis.attrs, "units"), netcdf.text(axis.attrs, "standard_name"))
        if not {"degrees_north", "latitude"} & set(stated) or not set(axis.dims) < set(
            variable.dims
        ):
            continue
        if axis.ndim == 2:
            table = np.asarray(axis.values, dtype=float)
            straight = [np.ptp(table, axis=k).max() < 1e-6 for k in (0, 1)]
            found = found or (None if any(straight) else f"two-dimensional latitudes {name}")
        elif axis.ndim == 1 and (np.diff(np.sign(np.diff(axis.values))) != 0).any():
            found = found or f"unordered latitudes along {axis.dims[0]}"
    if found:
        raise InputError(
            "The grid is not one of latitudes and longitudes.",
            file=file,
            where=str(variable.name),
            found=found,
            accepted="one latitude for each row, one longitude for each column",
            fix="Regrid the product conservatively to a regular grid first (cdo remapcon).",
        )


def _unit(stated: str | None, product: Product, file: Path, options: CfOptions) -> tuple[str, bool]:
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


def _with_centres(dataset: xr.Dataset) -> xr.Dataset:
    """Put the middle of each cell in place of coordinates for which the file gives bounds.

    Some files label cells by a corner; their bounds tell.
    """
    changed = {}
    for name in dataset.variables:
        axis = dataset[name]
        standard = netcdf.text(axis.attrs, "standard_name") or str(name).lower()
        if axis.ndim == 1 and standard in ("lat", "latitude", "lon", "longitude"):
            bounds = cf_time.bounds_of(dataset, axis)
            if bounds is not None and _contiguous(bounds):
                changed[name] = (axis.dims, bounds.mean(axis=1), axis.attrs)
    return dataset.assign(changed) if changed else dataset


def _contiguous(bounds: np.ndarray) -> bool:
    ordered = bounds[np.argsort(bounds[:, 0])]
    gaps = np.abs(ordered[1:, 0] - ordered[:-1, 1])
    return bool((gaps < _EDGE_TOLERANCE * np.diff(ordered, axis=1).max()).all())


def _edges_known(dataset: xr.Dataset) -> bool:
    found = {
        axis
        for axis, names in (("lat", ("lat", "latitude")), ("lon", ("lon", "longitude")))
        for name in dataset.variables
        if str(name).lower() in names and cf_time.bounds_of(dataset, dataset[name]) is not None
    }
    return len(found) == 2


def _edges(dataset: xr.Dataset, part: cells.Cells) -> dict[str, tuple[tuple[str, str], np.ndarray]]:
    """Return the bounds of cells of unequal size as coordinates; none for equal cells."""
    edges = {}
    for axis, dim, places, centres in (
        ("lat", part.lat_dim, part.rows, part.lat),
        ("lon", part.lon_dim, part.columns, part.lon),
    ):
        try:
            ordered = np.sort(centres if axis == "lat" else _wrapped(centres))
            grid.edges_from_centres(ordered)
        except InputError:
            bounds = cf_time.bounds_of(dataset, dataset[dim])
            if bounds is None:
                raise
            edges[axis] = bounds[places]
    if not edges:
        return {}
    for axis, dim, places in (
        ("lat", part.lat_dim, part.rows),
        ("lon", part.lon_dim, part.columns),
    ):
        bounds = cf_time.bounds_of(dataset, dataset[dim])
        edges[axis] = bounds[places] if bounds is not None else edges[axis]
    shift = _wrapped(part.lon) - part.lon
    edges["lon"] = edges["lon"] + shift[:, None]
    return {f"{axis}_bnds": ((axis, "bnds"), table) for axis, table in edges.items()}


def _wrapped(lon: np.ndarray) -> np.ndarray:
    """Return longitudes in -180 to 180, those already there untouched."""
    return np.where((lon >= -180) & (lon < 180), lon, (lon + 180.0) % 360.0 - 180.0)


def _wanted(match: patterns.Match, request: Request) -> pd.DatetimeIndex:
    """Return the months that a file is to give."""
    if "year" in match.fields:
        return patterns.months_in_name(match.fields)
    return timeaxis.month_starts(request.start_year, request.end_year)


def _places(
    dataset: xr.Dataset,
    time: Hashable | None,
    match: patterns.Match,
    product: Product,
    options: CfOptions,
    wanted: pd.DatetimeIndex,
) -> tuple[str, str, list[np.ndarray]]:
    """Return the step ("month" or "year"), the calendar and the positions for each month."""
    named = wanted if "year" in match.fields else None
    steps = 1 if time is None else dataset.sizes[time]
    if named is not None and steps == named.size:
        return "month", "standard", [np.array([i]) for i in range(steps)]
    if named is not None and time is None:
        return "year", "standard", [np.array([0]) for _ in wanted]
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
    places = cf_time.months_of(found, wanted=wanted, file=match.path)
    return "year" if found.kind == "year" else "month", found.calendar, places


def _months(place: _Place, places: list[np.ndarray], variable: xr.DataArray) -> Any:
    """Read months, at once or lazily where they are large; days are averaged on the way."""
    shape = variable.isel(place.selection).transpose(*place.order).shape
    size = len(places) * int(np.prod(shape[1:] if place.time is not None else shape)) * 8
    if size < gridded.LAZY_BYTES or place.path.suffix == ".gz":
        return _mean_months(variable, place, places)
    pieces = []
    for start in range(0, len(places), 12):
        chosen = places[start : start + 12]
        read = dask.delayed(_read_months)(place, chosen)
        pieces.append(dask.array.from_delayed(read, shape=(len(chosen), *shape[1:]), dtype=float))
    return dask.array.concatenate(pieces)


def _read_months(place: _Place, places: list[np.ndarray]) -> np.ndarray:
    with cf_store.opened(place.path) as dataset:
        return _mean_months(dataset[place.name], place, places)


def _mean_months(variable: xr.DataArray, place: _Place, places: list[np.ndarray]) -> np.ndarray:
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
    return netcdf.decode(part.values, attrs=part.attrs, missing_values=place.missing_values)
