"""Stored numbers: from what a file holds to values, NaN where missing.

What a file does not say of its numbers is found by :mod:`helpers.sources.survey`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import netCDF4
import numpy as np
import xarray as xr

from helpers.errors import InputError

LARGEST = 1e15
"""Magnitudes beyond this are fills (1e20, 9.97e36, -1e34), whatever the unit."""


def check_numbers(variable: xr.DataArray, *, file: Path) -> None:
    """Refuse a variable that holds no numbers, or whose packing cannot be meant.

    Raises
    ------
    InputError
        If it holds text, or `scale_factor` or `add_offset` is no finite number, or the scale 0.
    """
    if variable.dtype.kind not in "iuf":
        raise InputError(
            "The values are not numbers.",
            file=file,
            where=str(variable.name),
            found=f"type {variable.dtype}",
            accepted="whole or floating-point numbers",
            fix="Correct `variable` in the catalog entry.",
        )
    for name, refused in (("scale_factor", 0.0), ("add_offset", None)):
        try:
            value = _number(variable.attrs, name, default=1.0)
        except (TypeError, ValueError):
            value = np.nan
        if not np.isfinite(value) or value == refused:
            raise InputError(
                f"The attribute {name} cannot be used.",
                file=file,
                where=str(variable.name),
                found=f"{name} = {variable.attrs[name]!r}",
                accepted="a finite number" + (", not 0" if refused == 0.0 else ""),
                fix="Correct the attribute in the file.",
            )


def decode(
    values: np.ndarray, *, attrs: Mapping[str, Any], missing_values: tuple[float, ...] = ()
) -> np.ndarray:
    """Turn stored numbers into float64 values with NaN where they are missing.

    Parameters
    ----------
    values : numpy.ndarray
        As stored.
    attrs : mapping
        Attributes of the variable: `_FillValue`, `missing_value`, `scale_factor`, `add_offset`,
        `valid_range`, `valid_min`, `valid_max`, `_Unsigned`.
    missing_values : tuple of float
        Further numbers that mean 'missing', such as those that :func:`survey.examined` found.

    Returns
    -------
    numpy.ndarray of float64, same shape

    Notes
    -----
    Missing are declared fills, the default fill of integers, magnitudes above :data:`LARGEST`,
    infinities, `missing_values`, and what lies outside the valid range.
    """
    values = signed_as_said(values, attrs)
    known = declared(values, attrs, missing_values=missing_values)
    result = values.astype(float)
    with np.errstate(invalid="ignore", over="ignore"):
        missing = np.isin(result, known) | ~(np.abs(result) < LARGEST)
        missing |= outside(result, attrs, dtype=values.dtype)
    result = result * _number(attrs, "scale_factor", default=1.0) + _number(
        attrs, "add_offset", default=0.0
    )
    result[missing] = np.nan
    return result


def unpacked(values: np.ndarray, attrs: Mapping[str, Any]) -> np.ndarray:
    """Return stored numbers of a coordinate as float64, unpacked as the attributes say."""
    values = signed_as_said(values, attrs).astype(float)
    scale = _number(attrs, "scale_factor", default=1.0)
    return values * scale + _number(attrs, "add_offset", default=0.0)


def signed_as_said(values: np.ndarray, attrs: Mapping[str, Any]) -> np.ndarray:
    """Read signed integers as unsigned where `_Unsigned` says so, and the reverse."""
    if (values.dtype.kind, _said(attrs)) in (("i", "true"), ("u", "false")):
        kind = "u" if values.dtype.kind == "i" else "i"
        return values.view(f"{values.dtype.byteorder}{kind}{values.dtype.itemsize}")
    return values


def _said(attrs: Mapping[str, Any]) -> str:
    return str(attrs.get("_Unsigned", "")).lower()


def _also_as_said(numbers: np.ndarray, attrs: Mapping[str, Any], *, dtype: np.dtype) -> np.ndarray:
    """Read numbers of attributes, which have the sign of the file's type, as `dtype` is read."""
    if (dtype.kind, _said(attrs)) not in (("u", "true"), ("i", "false")):
        return numbers
    info = np.iinfo(dtype)
    turn = 2.0 ** (8 * dtype.itemsize)
    return np.where(numbers < info.min, numbers + turn,
                    np.where(numbers > info.max, numbers - turn, numbers))  # fmt: skip


def declared(
    values: np.ndarray, attrs: Mapping[str, Any], *, missing_values: tuple[float, ...]
) -> list[float]:
    """Return the stored numbers that file or catalog declare to mean missing.

    NetCDF fills what is not written in whole numbers of two bytes and more; in bytes it does not.
    `values` are signed as the file says, the fills as its type is.
    """
    fills = [*_numbers(attrs, "_FillValue"), *_numbers(attrs, "missing_value"), *missing_values]
    if values.dtype.kind in "iu" and values.dtype.itemsize > 1 and "_FillValue" not in attrs:
        kind = {"true": "i", "false": "u"}.get(_said(attrs), values.dtype.kind)
        fills.append(netCDF4.default_fillvals[f"{kind}{values.dtype.itemsize}"])
    fills = [*_also_as_said(np.array(fills), attrs, dtype=values.dtype)]
    if values.dtype.kind == "f":
        with np.errstate(over="ignore"):
            return [float(values.dtype.type(fill)) for fill in fills]
    return [float(fill) for fill in fills]


def outside(result: np.ndarray, attrs: Mapping[str, Any], *, dtype: np.dtype) -> np.ndarray:
    """Tell which stored numbers, of a type that is read as `dtype`, lie outside the valid range."""
    low, high, both = (
        _also_as_said(_numbers(attrs, name), attrs, dtype=dtype)
        for name in ("valid_min", "valid_max", "valid_range")
    )
    if len(both) == 2:
        low, high = both[:1], both[1:]
    beyond = np.zeros(result.shape, dtype=bool)
    if low.size:
        beyond |= result < low[0]
    if high.size:
        beyond |= result > high[0]
    return beyond


def _numbers(attrs: Mapping[str, Any], name: str) -> np.ndarray:
    """Return an attribute as numbers, none where it is absent or holds other text than numbers."""
    values = np.atleast_1d(attrs.get(name, ()))
    try:
        return values.astype(float) if values.dtype.kind in "iufUS" else np.empty(0)
    except ValueError:
        return np.empty(0)


def _number(attrs: Mapping[str, Any], name: str, *, default: float) -> float:
    return float(np.atleast_1d(attrs.get(name, default)).item())
