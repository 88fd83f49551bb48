"""Stored numbers: from what a file holds to values, NaN where missing, and what was mended.

Nothing is guessed that changes a total: numbers that look like a fill nobody declared, and packed
numbers that ran over, are refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import netCDF4
import numpy as np
import xarray as xr

from helpers.errors import InputError

UNDECLARED = (-9999.0, -99999.0)
"""Numbers that mean 'missing' in provider files whether or not the file says so."""

LARGEST = 1e15
"""Magnitudes beyond this are fills (1e20, 9.97e36, -1e34), whatever the unit."""

SUSPECTS = (-99.0, -99.9, -99.99, -999.0, -999.9, -999.99, 999.0, 9999.0, 99999.0)
"""Numbers that are often fills, and could be values too: refused where they are many."""

SUSPECT_SHARE = 1e-3
"""Share of the values from which a repeated suspect, or a limit of packing, is refused [1]."""

_LEAST = 10


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
        Further numbers that mean 'missing'.

    Returns
    -------
    numpy.ndarray of float64, same shape

    Notes
    -----
    Missing are declared fills, :data:`UNDECLARED`, the default fill of integers, magnitudes above
    :data:`LARGEST`, infinities, `missing_values`, and what lies outside the valid range.
    """
    values = _signed_as_said(values, attrs)
    declared = _declared(values, attrs, missing_values=missing_values)
    result = values.astype(float)
    with np.errstate(invalid="ignore", over="ignore"):
        missing = np.isin(result, [*declared, *UNDECLARED]) | ~(np.abs(result) < LARGEST)
        missing |= _outside(result, attrs)
    result = result * _number(attrs, "scale_factor", default=1.0) + _number(
        attrs, "add_offset", default=0.0
    )
    result[missing] = np.nan
    return result


def unpacked(values: np.ndarray, attrs: Mapping[str, Any]) -> np.ndarray:
    """Return stored numbers of a coordinate as float64, unpacked as the attributes say."""
    values = _signed_as_said(values, attrs).astype(float)
    scale = _number(attrs, "scale_factor", default=1.0)
    return values * scale + _number(attrs, "add_offset", default=0.0)


class Survey:
    """What the stored numbers of a selection hold, looked through whole or piece by piece.

    Parameters
    ----------
    attrs, missing_values
        See :func:`decode`.

    Notes
    -----
    Only counts are kept, so the pieces do not change what is refused or told.
    """

    def __init__(self, attrs: Mapping[str, Any], *, missing_values: tuple[float, ...] = ()) -> None:
        self.attrs, self.missing_values = attrs, missing_values
        self._size = 0
        self._counts: Counter[str] = Counter()
        self._large: float | None = None
        self._dtype = np.dtype("i2")

    def add(self, values: np.ndarray) -> None:
        """Count a piece, shape (..., longitude), as stored."""
        values = _signed_as_said(values, self.attrs)
        declared = _declared(values, self.attrs, missing_values=self.missing_values)
        self._size += values.size
        self._add_missing(values.astype(float), declared)
        if values.dtype.kind == "f":
            for suspect in SUSPECTS:
                number = values.dtype.type(suspect)
                if float(number) not in declared:
                    self._counts[f"{suspect:g}"] += _count(values == number)
        elif "scale_factor" in self.attrs:
            self._add_limits(values, declared)

    def _add_missing(self, result: np.ndarray, declared: list[float]) -> None:
        with np.errstate(invalid="ignore"):
            known = np.isin(result, declared) | np.isnan(result)
            large = ~known & np.isfinite(result) & (np.abs(result) >= LARGEST)
            self._counts["infinite"] += _count(np.isinf(result))
            self._counts["large"] += _count(large)
            for fill in UNDECLARED:
                self._counts[f"{fill:g}"] += _count((result == fill) & ~known)
            self._counts["outside"] += _count(_outside(result, self.attrs) & ~known)
        if self._large is None and large.any():
            self._large = float(result[large].flat[0])

    def _add_limits(self, values: np.ndarray, declared: list[float]) -> None:
        info = np.iinfo(values.dtype)
        known = np.isin(values, declared)
        ends = (values == info.max) | ((values == info.min) & (info.min < 0))
        steps = np.abs(np.diff(np.where(known, np.nan, values.astype(float)), axis=-1))
        with np.errstate(invalid="ignore"):
            wrapped = steps > 0.9 * (float(info.max) - float(info.min))
        self._counts["clipped"] += _count(ends & ~known)
        self._counts["wrapped"] += _count(wrapped)
        self._dtype = values.dtype

    def repairs(self) -> tuple[str, ...]:
        """Return what is read as missing though the file does not say so, in words."""
        missing = "read as missing"
        counts = self._counts
        found = [f"{counts['infinite']} infinite values were {missing}"]
        names = [(f"{fill:g}", counts[f"{fill:g}"]) for fill in UNDECLARED]
        names += [] if self._large is None else [(f"{self._large:g}", counts["large"])]
        found += [f"{count} values of {name}, not declared, were {missing}"
                  for name, count in names]  # fmt: skip
        found.append(f"{counts['outside']} values outside the valid range were {missing}")
        return tuple(_singular(text) for text in found if not text.startswith("0 "))

    def refuse(self, *, file: Path, where: str) -> None:
        """Refuse numbers that look like undeclared fills, and packed numbers that ran over."""
        limit = max(_LEAST, SUSPECT_SHARE * self._size)
        for suspect in SUSPECTS:
            count = self._counts[f"{suspect:g}"]
            if count >= limit:
                raise _suspect(f"{suspect:g}", count, file=file, where=where)
        clipped, wrapped = self._counts["clipped"], self._counts["wrapped"]
        if clipped >= limit or wrapped >= _LEAST:
            raise _overflow(
                self._dtype,
                clipped if clipped >= limit else 0,
                wrapped=wrapped,
                file=file,
                where=where,
            )


def repairs(
    values: np.ndarray, *, attrs: Mapping[str, Any], missing_values: tuple[float, ...] = ()
) -> tuple[str, ...]:
    """Return what :func:`decode` takes for missing though the file does not say so, in words."""
    survey = Survey(attrs, missing_values=missing_values)
    survey.add(values)
    return survey.repairs()


def check_suspects(
    values: np.ndarray,
    *,
    attrs: Mapping[str, Any],
    missing_values: tuple[float, ...] = (),
    file: Path,
    where: str,
) -> None:
    """Refuse stored numbers as :meth:`Survey.refuse` does, those of one piece."""
    survey = Survey(attrs, missing_values=missing_values)
    survey.add(values)
    survey.refuse(file=file, where=where)


def _overflow(dtype: np.dtype, clipped: int, *, wrapped: int, file: Path, where: str) -> InputError:
    info = np.iinfo(dtype)
    return InputError(
        "The packed numbers show an overflow.",
        file=file,
        where=where,
        found=f"{clipped} values at the limit of {dtype}"
        if clipped
        else (f"{wrapped} jumps from one end of {dtype} to the other"),
        accepted=f"numbers inside {info.min} to {info.max}",
        fix="Ask for the file unpacked; if that number means missing, name it under options, "
        "missing_values.",
    )


def _suspect(name: str, count: int, *, file: Path, where: str) -> InputError:
    return InputError(
        f"The number {name} looks like a fill that the file does not declare.",
        file=file,
        where=where,
        found=f"{name} in {count} values",
        accepted="fills that are declared",
        fix=f"Name it in the catalog entry: options, missing_values: [{name}].",
    )


def _signed_as_said(values: np.ndarray, attrs: Mapping[str, Any]) -> np.ndarray:
    """Read signed integers as unsigned where `_Unsigned` says so, and the reverse."""
    said = str(attrs.get("_Unsigned", "")).lower()
    if (values.dtype.kind, said) in (("i", "true"), ("u", "false")):
        kind = "u" if values.dtype.kind == "i" else "i"
        return values.view(f"{values.dtype.byteorder}{kind}{values.dtype.itemsize}")
    return values


def _declared(
    values: np.ndarray, attrs: Mapping[str, Any], *, missing_values: tuple[float, ...]
) -> list[float]:
    """Return the stored numbers that file or catalog declare to mean missing."""
    fills = [*_numbers(attrs, "_FillValue"), *_numbers(attrs, "missing_value"), *missing_values]
    if values.dtype.kind in "iu" and "_FillValue" not in attrs:
        fills.append(netCDF4.default_fillvals.get(values.dtype.str[1:], UNDECLARED[0]))
    if values.dtype.kind == "f":
        with np.errstate(over="ignore"):
            return [float(values.dtype.type(fill)) for fill in fills]
    return [float(fill) for fill in fills]


def _outside(result: np.ndarray, attrs: Mapping[str, Any]) -> np.ndarray:
    """Tell which stored numbers lie outside the valid range of the file."""
    low, high = _numbers(attrs, "valid_min"), _numbers(attrs, "valid_max")
    both = _numbers(attrs, "valid_range")
    if len(both) == 2:
        low, high = both[:1], both[1:]
    outside = np.zeros(result.shape, dtype=bool)
    if low.size:
        outside |= result < low[0]
    if high.size:
        outside |= result > high[0]
    return outside


def _numbers(attrs: Mapping[str, Any], name: str) -> np.ndarray:
    """Return an attribute as numbers, none where it is absent or holds text."""
    values = np.atleast_1d(attrs.get(name, ()))
    return values.astype(float) if values.dtype.kind in "iuf" else np.empty(0)


def _number(attrs: Mapping[str, Any], name: str, *, default: float) -> float:
    return float(np.atleast_1d(attrs.get(name, default))[0])


def _count(where: np.ndarray) -> int:
    return int(np.count_nonzero(where))


def _singular(text: str) -> str:
    return text.replace("values", "value").replace("were", "was") if text.startswith("1 ") else text
