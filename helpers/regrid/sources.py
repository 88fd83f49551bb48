"""A variable on a regular grid in a file: plain, or through xarray; both give the same layers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from helpers.constants import LATITUDE_NAMES, LONGITUDE_NAMES
from helpers.errors import InputError
from helpers.regrid import blocks
from helpers.regrid.bands import Bands
from helpers.regrid.plain import NotPlainError, attributes, stored
from helpers.regrid.steps import Steps, decoding_of
from helpers.regrid.stream import Pair, stream

if TYPE_CHECKING:
    import xarray as xr

CODING = ("_FillValue", "missing_value", "scale_factor", "add_offset", "coordinates")
"""Attributes that tell how numbers are stored, and are no property of the values."""

_DEGREES = ("", "degrees", "degree_north", "degree_east", "degrees_north", "degrees_east")


@dataclass(frozen=True)
class Source(ABC):
    """Layers of one variable of one file, rows from south to north, columns from -180 on.

    Attributes
    ----------
    path : Path
        The file.
    name : str
        The variable.
    dims, shape : tuple
        Names and lengths of the dimensions before latitude.
    lat, lon : numpy.ndarray
        Centres of the cells, ascending [degrees].
    attrs : dict
        Attributes of the variable.
    """

    path: Path
    name: str
    dims: tuple[str, ...]
    shape: tuple[int, ...]
    lat: np.ndarray
    lon: np.ndarray
    attrs: dict[str, Any]

    @property
    def size(self) -> int:
        """Return the number of layers."""
        return int(np.prod(self.shape, dtype=int))

    @abstractmethod
    def pairs(self, lat: Bands, lon: Bands, *, threads: int) -> Iterator[Pair]:
        """Yield weighted sum and covered weight of each layer."""

    @abstractmethod
    def labels(self) -> xr.Dataset:
        """Return the coordinates of the layers."""


def open_source(path: Path, variable: str) -> Source:
    """Return the layers of a variable, from the bytes of the file where it is plain.

    Raises
    ------
    InputError
        If the file, the variable or its grid is not there.
    """
    if not path.exists():
        raise InputError("The file is missing.", file=path, found="no such file",
                         accepted="NetCDF or Zarr", fix="Correct the path.")  # fmt: skip
    try:
        return PlainSource.opened(path, variable)
    except NotPlainError:
        return LibrarySource.opened(path, variable)


@dataclass(frozen=True)
class PlainSource(Source):
    """Layers read from the bytes of a file."""

    steps: Steps
    coordinates: dict[str, tuple[np.ndarray, dict[str, Any]]]

    @classmethod
    def opened(cls, path: Path, variable: str) -> PlainSource:
        """Return the layers of a variable, or raise NotPlainError."""
        import h5py

        file = stored(path, variable)
        if np.prod(file.shape) < blocks.COMPILED_FROM:
            raise NotPlainError("few values")
        if file.dims[-2] not in LATITUDE_NAMES or file.dims[-1] not in LONGITUDE_NAMES:
            raise NotPlainError(f"dimensions {file.dims}")
        with h5py.File(path, "r") as opened:
            scales = [dim[0] if len(dim) else None for dim in opened[variable].dims]
            axes = [_numbers(scale) for scale in scales[-2:]]
            if not all(_is_plain_degrees(scale) for scale in scales[-2:]):
                raise NotPlainError("axes in another unit")  # which the library's way refuses
            coordinates = {
                name: (_numbers(scale), attributes(scale))
                for name, scale in zip(file.dims[:-2], scales[:-2], strict=True)
                if scale is not None and not _is_only_a_length(scale)
            }
        if np.abs(axes[0]).max() > 90.0 or axes[1].min() < -360.0 or axes[1].max() > 540.0:
            raise NotPlainError("axes that are no degrees")  # which the library's way refuses
        rows, lat = _ascending(axes[0].astype(float))
        columns, lon = _ascending((axes[1].astype(float) + 180.0) % 360.0 - 180.0)
        leading = tuple(np.arange(length) for length in file.shape[:-2])
        steps = Steps(file, decoding_of(file.attrs, file), leading, rows=rows, columns=columns)
        return cls(
            path=path,
            name=variable,
            dims=file.dims[:-2],
            shape=file.shape[:-2],
            lat=lat,
            lon=lon,
            attrs={key: value for key, value in file.attrs.items() if key not in CODING},
            steps=steps,
            coordinates=coordinates,
        )

    def pairs(self, lat: Bands, lon: Bands, *, threads: int) -> Iterator[Pair]:
        """Yield weighted sum and covered weight of each layer.

        Raises
        ------
        InputError
            If the bytes are damaged or end early.
        """
        try:
            yield from stream(self.steps, lat, lon=lon, threads=threads)
        except OSError as error:
            raise InputError(
                "The file is damaged or truncated.",
                file=self.path,
                where=self.name,
                found=error,
                accepted="a complete NetCDF file",
                fix="Fetch the file again and compare its size with the provider's.",
            ) from error

    def labels(self) -> xr.Dataset:
        """Return the coordinates of the layers, decoded by xarray."""
        import xarray as xr

        raw = {name: (name, values, attrs) for name, (values, attrs) in self.coordinates.items()}
        return xr.decode_cf(xr.Dataset(coords=raw))


def _numbers(scale: Any) -> np.ndarray:
    if scale.ndim != 1 or scale.dtype.kind not in "iuf":
        raise NotPlainError("an axis that is no list of numbers")
    if not {"scale_factor", "add_offset"}.isdisjoint(scale.attrs):
        raise NotPlainError("an axis of packed numbers")
    return np.asarray(scale[:])


def _is_plain_degrees(scale: Any) -> bool:
    units = scale.attrs.get("units", "")
    units = units.decode(errors="replace") if isinstance(units, bytes) else units
    return isinstance(units, str) and units in _DEGREES


def _is_only_a_length(scale: Any) -> bool:
    return b"This is a netCDF dimension but not a netCDF variable" in scale.attrs.get("NAME", b"")


def _ascending(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the order that sorts an axis, and the sorted axis."""
    order = np.argsort(values)
    if not (np.diff(values[order]) > 0).all():
        raise NotPlainError("an axis with gaps or repeated cells")
    return order, values[order]


@dataclass(frozen=True)
class LibrarySource(Source):
    """Layers read one at a time through xarray."""

    field: xr.DataArray

    @classmethod
    def opened(cls, path: Path, variable: str) -> LibrarySource:
        """Return the layers of a variable.

        Raises
        ------
        InputError
            If the file cannot be opened, or the variable is not there or not on a grid.
        """
        import xarray as xr

        from helpers.grid import normalise_lonlat
        from helpers.sources.coordinates import refuse_other_units

        try:
            dataset = xr.open_dataset(path, cache=False)
        except (OSError, ValueError) as error:
            raise InputError(
                "The file cannot be read.", file=path, found=error, accepted="NetCDF or Zarr",
                fix="Fetch the file again, or convert it.",
            ) from error  # fmt: skip
        if variable not in dataset.data_vars:
            raise InputError(
                "The variable is missing.",
                file=path,
                where=variable,
                found=", ".join(map(str, dataset.data_vars)) or "no variable",
                accepted="a variable of the file",
                fix="Name another variable.",
            )
        field = dataset[variable]
        for names, word in ((LATITUDE_NAMES, "latitude"), (LONGITUDE_NAMES, "longitude")):
            for name in {*names} & {*field.indexes}:
                refuse_other_units(field[name], word, file=path)
        field = normalise_lonlat(field, file=path).transpose(..., "lat", "lon")
        return cls(
            path=path,
            name=variable,
            dims=tuple(map(str, field.dims[:-2])),
            shape=field.shape[:-2],
            lat=field["lat"].values,
            lon=field["lon"].values,
            attrs=dict(field.attrs),
            field=field,
        )

    def pairs(self, lat: Bands, lon: Bands, *, threads: int) -> Iterator[Pair]:
        """Yield weighted sum and covered weight of each layer."""
        for position in np.ndindex(self.shape):
            yield blocks.sums(self.field[position].values, lat, lon=lon, threads=threads)

    def labels(self) -> xr.Dataset:
        """Return the coordinates of the layers."""
        others = [name for name, one in self.field.coords.items() if {"lat", "lon"} & {*one.dims}]
        return self.field.coords.to_dataset().drop_vars(others)
