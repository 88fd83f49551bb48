"""Where the values of an xarray object still are, when nothing has been read yet.

xarray gives no public answer, so its wrappers are looked through. Whatever is not exactly as
expected means "not from a file": the values are then read by xarray itself, with the same result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from helpers.regrid import blocks
from helpers.regrid.plain import NotPlainError, Stored, stored
from helpers.regrid.steps import Steps, decoding_of

if TYPE_CHECKING:
    import xarray as xr

_READER = "NetCDF4ArrayWrapper"
_WRAPPERS = {
    *("MemoryCachedArray", "CopyOnWriteArray", "LazilyIndexedArray", "_ElementwiseFunctionArray"),
}
_CODING = ("_FillValue", "missing_value", "scale_factor", "add_offset")


def stored_steps(data: xr.DataArray) -> Steps | None:
    """Return the layers in a plain file that a field consists of, or None.

    Parameters
    ----------
    data : xarray.DataArray, dims (..., lat, lon)
        As opened, perhaps with parts selected or axes reversed; not a Dask array.

    Returns
    -------
    Steps or None
        None where the values are in memory, few, changed, or in a file that is not plain.
    """
    return None if data.size < blocks.COMPILED_FROM else file_steps(data)


def file_steps(data: xr.DataArray) -> Steps | None:
    """Return the same for a field of any size, whose last two dimensions may have any name."""
    try:
        return _steps(data)
    except (NotPlainError, AttributeError, KeyError, TypeError, ValueError, IndexError):
        return None


def _steps(data: xr.DataArray) -> Steps:
    reader, keys = _looked_through(data.variable._data)
    file = stored(data.encoding["source"], _name_in_file(reader))
    if file.shape != tuple(data.encoding["original_shape"]):
        raise NotPlainError("another variable than was opened")
    coded = {key: data.encoding[key] for key in _CODING if key in data.encoding}
    decoding = decoding_of({**coded, "units": data.attrs.get("units", "")}, file)
    kept = [np.arange(length) for length in file.shape]
    for key in keys:
        kept = _selected(kept, key)
    shape = tuple(one.size for one in kept if one.ndim)
    expected = decoding.dtype or _masked_type(file, has_fill=bool({*coded} & {*_CODING[:2]}))
    if shape != data.shape or data.dtype != expected or not (kept[-1].ndim and kept[-2].ndim):
        raise NotPlainError("changed since it was opened")
    leading = tuple(np.atleast_1d(one) for one in kept[:-2])
    return Steps(file, decoding, leading, rows=kept[-2], columns=kept[-1])


def _looked_through(array: Any) -> tuple[Any, list[tuple[Any, ...]]]:
    """Return the reader behind the wrappers, and the selections from the innermost on."""
    keys: list[tuple[Any, ...]] = []
    while type(array).__name__ in _WRAPPERS:
        if type(array).__name__ == "LazilyIndexedArray":
            keys.insert(0, array.key.tuple)
        array = array.array
    if type(array).__name__ != _READER:
        raise NotPlainError(f"values behind a {type(array).__name__}")
    return array, keys


def _name_in_file(reader: Any) -> str:
    """Return the name of a variable with its groups."""
    return f"{reader.datastore.ds.path.rstrip('/')}/{reader.variable_name}"


def _selected(kept: list[np.ndarray], key: tuple[Any, ...]) -> list[np.ndarray]:
    """Return the positions that a selection keeps; a single one has no dimension any more."""
    result, parts = [], iter(key)
    for one in kept:
        result.append(np.asarray(one[next(parts)]) if one.ndim else one)
    return result


def _masked_type(file: Stored, *, has_fill: bool) -> np.dtype[Any]:
    """Return the type xarray gives to numbers that are not packed."""
    if file.dtype.kind == "f" or not has_fill:
        return file.native
    return np.dtype(np.float32 if file.dtype.itemsize <= 2 else np.float64)
