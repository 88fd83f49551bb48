"""BEPS: headerless rasters, one a month, or NetCDF.

Files whose name ends in `.nc`, `.nc4` or `.nc.gz` are NetCDF: one field a month (the half-degree
form) or with a time axis. All others are rasters laid out as `options` of the catalog entry says.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import dask
import dask.array
import numpy as np
import pandas as pd
import xarray as xr

from helpers.errors import InputError
from helpers.files import check_readable
from helpers.sources import cells, declaration, gridded, patterns, stored, survey
from helpers.sources.options import BepsOptions
from helpers.sources.request import Request

if TYPE_CHECKING:
    from helpers.catalog import Product

NETCDF_SUFFIXES = (".nc", ".nc4", ".nc.gz")
"""Endings of files that are read as NetCDF."""

LEAST_LIKENESS, MOST_JUMPS = 0.3, 0.04
"""What tells a map from noise [1]: correlation of neighbouring cells, and share of neighbours that
differ by more than half of the range of the map (its 5 to 95 per cent)."""


def find(product: Product, *, data_dir: Path, experiment: str) -> list[patterns.Match]:
    """Return the files of the product."""
    matches = patterns.matching_files(data_dir, product.files)
    return [m for m in matches if m.fields.get("experiment", experiment) == experiment]


def read(product: Product, request: Request) -> xr.DataArray:
    """Return the typed flux of BEPS on its own grid; rasters lazily, a month at a time.

    Parameters
    ----------
    product : Product
        Catalog entry with reader ``beps``.
    request : Request
        Years and box.

    Returns
    -------
    xarray.DataArray, dims (time, lat, lon) [kg m-2 s-1]
        Carbon, land uptake positive.

    Raises
    ------
    InputError
        If a month is missing, or a file is not as declared.
    """
    matches = find(product, data_dir=request.data_dir, experiment=request.experiment)
    options = BepsOptions.model_validate(product.options)
    if product.files.endswith(NETCDF_SUFFIXES):
        raw = gridded.series(matches, product, request=request, options=options)
    else:
        raw = _rasters(matches, product, request=request, options=options)
    return declaration.typed(raw, product, request=request, file=matches[0].path)


def _rasters(
    matches: list[patterns.Match], product: Product, *, request: Request, options: BepsOptions
) -> declaration.Raw:
    _check_declared(options, product)
    if not {"year", "month"} <= patterns.fields_of(product.files):
        raise InputError(
            "Rasters need a file for each month.",
            where=f"entry {product.key!r}, field files",
            found=product.files,
            accepted="a pattern with {year} and {month:02d}",
            fix="Put both into `files` of the catalog entry.",
        )
    chosen = patterns.chosen_files(
        matches, start_year=request.start_year, end_year=request.end_year
    )
    for match in chosen:
        _check_size(match.path, options)
    part = _cells(options, request, file=chosen[0].path)
    _check_texture(chosen[0].path, options, part=part)
    options, notices = _examined([match.path for match in chosen], options, part=part)
    shape = (part.lat.size, part.lon.size)
    fields = [
        dask.array.from_delayed(
            dask.delayed(read_raster)(
                m.path, options=options, rows=part.rows, columns=part.columns
            ),
            shape=shape,
            dtype=float,
        )
        for m in chosen
    ]
    months = [patterns.months_in_name(m.fields)[0] for m in chosen]
    data = xr.DataArray(
        dask.array.stack(fields),
        dims=("time", "lat", "lon"),
        coords={"time": pd.DatetimeIndex(months), "lat": part.lat, "lon": part.lon},
    )
    units = declaration.confirmed_units(None, product, file=chosen[0].path)
    return declaration.Raw(
        data, units, product.calendar or "standard", notices=notices, layout=part.layout
    )


def _examined(
    paths: list[Path], options: BepsOptions, *, part: cells.Cells
) -> tuple[BepsOptions, tuple[str, ...]]:
    """Look through all that is read, refuse what looks mistaken, and name the undeclared fills.

    Returns
    -------
    BepsOptions
        With those fills among `missing_values`.
    tuple of str
        What is read as missing though the catalog does not say so.
    """
    attrs, total = _attributes(options), None
    for path in paths:
        one = survey.Survey(attrs, missing_values=options.missing_values)
        one.add(_stored(path, options, rows=part.rows, columns=part.columns))
        one.refuse(file=path, where=f"stored numbers ({options.dtype})")
        if total is None:
            total = one
        else:
            total.join(one)
    assert total is not None
    told = tuple(f"{len(paths)} rasters: {text}" for text in total.repairs())
    return _without(options, total.undeclared()), told


def _without(options: BepsOptions, fills: tuple[float, ...]) -> BepsOptions:
    return options.model_copy(update={"missing_values": (*options.missing_values, *fills)})


def _check_declared(options: BepsOptions, product: Product) -> None:
    needed = ("shape", "dtype", "scale", "nodata", "west", "resolution")
    absent = [name for name in needed if getattr(options, name) is None]
    if options.north is None and options.south is None:
        absent.append("north")
    if absent:
        raise InputError(
            "The layout of the raster is not declared.",
            where=f"entry {product.key!r}, options",
            found="absent: " + ", ".join(absent),
            accepted="; ".join(
                f"{name}: {BepsOptions.model_fields[name].description}" for name in absent
            ),
            fix="The provider documents neither number format nor scale. Learn them from whoever "
            "gave you the files, and state them in catalog.yml of the data folder.",
        )


def _check_size(path: Path, options: BepsOptions) -> None:
    check_readable(path)
    rows, columns = options.shape or (0, 0)
    dtype = np.dtype(options.dtype)
    expected = options.header_bytes + rows * columns * dtype.itemsize
    size = path.stat().st_size
    if size != expected:
        raise InputError(
            "The raster does not have the declared size.",
            file=path,
            found=f"{size} bytes",
            accepted=f"{expected} bytes ({rows} x {columns} values of {dtype.name}"
            + (f" after {options.header_bytes} bytes)" if options.header_bytes else ")"),
            fix="Correct shape, dtype or header_bytes under options, or fetch the file again.",
        )


def _check_texture(path: Path, options: BepsOptions, *, part: cells.Cells) -> None:
    """Refuse a first raster whose neighbouring cells have nothing to do with each other."""
    sure = _without(options, survey.UNDECLARED)
    values = read_raster(path, options=sure, rows=part.rows, columns=part.columns)
    pairs = (values[:-1], values[1:]), (values[:, :-1], values[:, 1:])
    span = (
        float(np.diff(np.nanquantile(values, [0.05, 0.95]))[0]) if np.isfinite(values).any() else 0
    )
    seen = [_texture(one, other, span=span) for one, other in pairs]
    likeness, jumps = min(s[0] for s in seen), max(s[1] for s in seen)
    if likeness < LEAST_LIKENESS or jumps > MOST_JUMPS:
        raise InputError(
            "The values look like noise.",
            file=path,
            where="options dtype, byte_order, shape, header_bytes",
            found=f"neighbouring cells with a correlation of {likeness:.2f}, "
            f"{jumps:.0%} of them far apart",
            accepted=f"at least {LEAST_LIKENESS:g} and at most {MOST_JUMPS:.0%}, as of any map",
            fix="Correct the layout of the raster under options in the catalog entry.",
        )


def _texture(one: np.ndarray, other: np.ndarray, *, span: float) -> tuple[float, float]:
    """Correlation of neighbours and share that lie far apart; of a map where too few are there."""
    both = np.isfinite(one) & np.isfinite(other)
    if both.sum() < 100 or np.ptp(one[both]) == 0 or np.ptp(other[both]) == 0:
        return 1.0, 0.0
    far = np.abs(one[both] - other[both]) > 0.5 * span
    return float(np.corrcoef(one[both], other[both])[0, 1]), float(far.mean())


def _cells(options: BepsOptions, request: Request, *, file: Path) -> cells.Cells:
    """Return the rows and columns of the raster in the box, from its edges and cell size."""
    (rows, columns), step = options.shape or (0, 0), options.resolution or 0.0
    south = options.south if options.south is not None else (options.north or 0.0) - rows * step
    if south < -90.0 - step / 2 or south + rows * step > 90.0 + step / 2:
        raise InputError(
            "The raster reaches beyond a pole.",
            file=file,
            where="options north, south, resolution, shape",
            found=f"south edge {south:g}, north edge {south + rows * step:g}",
            accepted="-90 to 90",
            fix="Correct the edge, the cell size or the shape.",
        )
    lat = south + (np.arange(rows) + 0.5) * step
    lat = lat[::-1] if options.row_order == "north-first" else lat
    lon = (options.west or 0.0) + (np.arange(columns) + 0.5) * step
    grid = xr.Dataset(coords={"lat": lat, "lon": lon})
    layout = xr.DataArray(np.empty((0,)), dims="none").expand_dims(lat=lat, lon=lon)
    return cells.in_box(grid, layout, box=request.box, file=file)


def read_raster(
    path: Path, *, options: BepsOptions, rows: slice | np.ndarray, columns: slice | np.ndarray
) -> np.ndarray:
    """Return part of one raster in the unit of the catalog, NaN where missing.

    Parameters
    ----------
    path : Path
        The file, of the size that `options` announces.
    options : BepsOptions
        Its layout.
    rows, columns : slice or numpy.ndarray
        Part to read, in the order of the file.

    Returns
    -------
    numpy.ndarray of float64, shape (rows, columns)
        stored number * scale + offset; see :func:`stored.decode` for what is missing.
    """
    values = _stored(path, options, rows=rows, columns=columns)
    return stored.decode(values, attrs=_attributes(options), missing_values=options.missing_values)


def _stored(
    path: Path, options: BepsOptions, *, rows: slice | np.ndarray, columns: slice | np.ndarray
) -> np.ndarray:
    """Return part of one raster as stored."""
    dtype = np.dtype(("<" if options.byte_order == "little" else ">") + _code(options))
    whole = np.memmap(path, dtype=dtype, mode="r", offset=options.header_bytes, shape=options.shape)
    return np.asarray(whole[rows][:, columns])


def _attributes(options: BepsOptions) -> dict[str, Any]:
    """Return what the catalog says of the stored numbers, as a NetCDF file would."""
    return {
        "_FillValue": np.atleast_1d(np.asarray(options.nodata, dtype=float)),
        "scale_factor": options.scale or 1.0,
        "add_offset": options.offset,
    }


def _code(options: BepsOptions) -> str:
    """Return the letter and width of the number format, such as 'i2' for int16."""
    return np.dtype(str(options.dtype)).str[1:]
