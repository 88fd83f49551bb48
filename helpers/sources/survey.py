"""Stored numbers looked through: what is read as missing though nobody says so, what is refused.

Nothing is guessed that changes a total: numbers that look like a fill nobody declared, and whole
numbers that ran over the limits of their type, are refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from helpers.errors import InputError
from helpers.regrid.parts import values_of
from helpers.sources.peaks import Peak, peak_of
from helpers.sources.stored import LARGEST, declared, outside, signed_as_said

UNDECLARED = (-9999.0, -99999.0)
"""Numbers that mean 'missing' in provider files whether or not the file says so."""

SUSPECTS = (-99.0, -99.9, -99.99, -999.0, -999.9, -999.99, 999.0, 9999.0, 99999.0)
"""Numbers that are often fills, and could be values too: refused where they are many."""

SUSPECT_SHARE = 1e-3
"""Share of the values from which a repeated suspect, or a limit of the type, is refused [1]."""

NEAR, TIMES = 50, 3
"""A whole number stands out where it is there more than so many times as often as any other whole
number that is so near: in packed data -99 and -9999 are numbers like others."""

_LEAST = 10
_REACH = 99_999 + NEAR
_BLOCK = 1 << 21
"""Numbers that are looked at together where copies are made."""


class Survey:
    """What the stored numbers of a selection hold, looked through whole or piece by piece.

    Parameters
    ----------
    attrs, missing_values
        See :func:`helpers.sources.stored.decode`.

    Notes
    -----
    Only counts are kept, so the pieces do not change what is refused or told.
    """

    def __init__(self, attrs: Mapping[str, Any], *, missing_values: tuple[float, ...] = ()) -> None:
        self.attrs, self.missing_values = attrs, missing_values
        self._size = 0
        self._counts: Counter[str] = Counter()
        self._whole = np.zeros(2 * _REACH + 1, dtype=np.int64)
        self._declared: list[float] = []
        self._large: float | None = None
        self._dtype = np.dtype("i2")
        self._peak = Peak()

    def add(self, values: np.ndarray) -> None:
        """Count a piece, shape (..., longitude), as stored."""
        values = signed_as_said(values, self.attrs)
        self._declared = declared(values, self.attrs, missing_values=self.missing_values)
        self._dtype = values.dtype
        self._size += values.size
        result = values.astype(float)
        self._add_missing(result)
        self._add_whole(result)
        if values.dtype.kind == "f":
            for suspect in SUSPECTS:
                if suspect % 1:
                    number = values.dtype.type(suspect)
                    if float(number) not in self._declared:
                        self._counts[f"{suspect:g}"] += _count(values == number)
        else:
            self._add_limits(values)

    def join(self, other: Survey) -> None:
        """Count what another survey of the same kind of numbers has counted."""
        self._declared, self._dtype = other._declared, other._dtype
        self._size += other._size
        self._counts.update(other._counts)
        self._whole += other._whole
        self._large = other._large if self._large is None else self._large
        self._peak = self._peak.joined(other._peak)

    def _add_missing(self, result: np.ndarray) -> None:
        with np.errstate(invalid="ignore"):
            known = np.isin(result, self._declared) | np.isnan(result)
            large = ~known & np.isfinite(result) & (np.abs(result) >= LARGEST)
            self._counts["infinite"] += _count(np.isinf(result))
            self._counts["large"] += _count(large)
            self._counts["outside"] += _count(
                outside(result, self.attrs, dtype=self._dtype) & ~known
            )
        if self._large is None and large.any():
            self._large = float(result[large].flat[0])

    def _add_whole(self, result: np.ndarray) -> None:
        flat = result.reshape(-1)
        for start in range(0, flat.size, _BLOCK):
            block = flat[start : start + _BLOCK]
            with np.errstate(invalid="ignore"):
                whole = block[(np.abs(block) <= _REACH) & (block == np.rint(block))]
            places = whole.astype(np.int64) + _REACH
            self._whole += np.bincount(places, minlength=self._whole.size)
            self._peak = self._peak.joined(peak_of(block, self._is_known))
        for fill in self._declared:
            if abs(fill) <= _REACH and not fill % 1:
                self._whole[int(fill) + _REACH] = 0

    def _is_known(self, number: float) -> bool:
        if number in self._declared or number in UNDECLARED or number in SUSPECTS:
            return True
        return bool(outside(np.array([number]), self.attrs, dtype=self._dtype)[0])

    def _add_limits(self, values: np.ndarray) -> None:
        info = np.iinfo(values.dtype)
        known = np.isin(values, self._declared)
        ends = (values == info.max) | ((values == info.min) & (info.min < 0))
        steps = np.abs(np.diff(np.where(known, np.nan, values.astype(float)), axis=-1))
        with np.errstate(invalid="ignore"):
            wrapped = steps > 0.9 * (float(info.max) - float(info.min))
        self._counts["clipped"] += _count(ends & ~known)
        self._counts["wrapped"] += _count(wrapped)

    def _standing_out(self, number: float) -> int:
        """Return how often a number is there, 0 where it is one like its neighbours."""
        if number % 1:
            return self._counts[f"{number:g}"]
        place = int(number) + _REACH
        near = self._whole[place - NEAR : place + NEAR + 1].copy()
        count, near[NEAR] = int(near[NEAR]), 0
        return count if count > TIMES * int(near.max()) else 0

    def undeclared(self) -> tuple[float, ...]:
        """Return the numbers that mean 'missing' though neither file nor catalog says so."""
        return tuple(fill for fill in UNDECLARED if self._standing_out(fill))

    def repairs(self) -> tuple[str, ...]:
        """Return what is read as missing though the file does not say so, in words."""
        missing = "read as missing"
        counts = self._counts
        found = [f"{counts['infinite']} infinite values were {missing}"]
        names = [(f"{fill:g}", self._standing_out(fill)) for fill in self.undeclared()]
        names += [] if self._large is None else [(f"{self._large:g}", counts["large"])]
        found += [f"{count} values of {name}, not declared, were {missing}"
                  for name, count in names]  # fmt: skip
        found.append(f"{counts['outside']} values outside the valid range were {missing}")
        return tuple(_singular(text) for text in found if not text.startswith("0 "))

    def refuse(self, *, file: Path, where: str) -> None:
        """Refuse numbers that look like undeclared fills, and whole numbers that ran over."""
        limit = max(_LEAST, SUSPECT_SHARE * self._size)
        for suspect in SUSPECTS:
            count = self._standing_out(suspect)
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
        if self._peak.is_fill(limit):
            number, count = int(self._peak.number), self._peak.count
            raise _suspect(str(number), count, file=file, where=where)


def examined(
    parts: Iterable[xr.DataArray], missing_values: tuple[float, ...], *, path: Path
) -> tuple[tuple[float, ...], tuple[str, ...]]:
    """Refuse stored numbers that look mistaken, and return what means missing, and told in words.

    The parts of a large selection are looked through one by one, all of them: a trouble that
    begins in a later month is no smaller, and what is told does not depend on the size.

    Returns
    -------
    tuple of float
        `missing_values`, and the fills that nobody declared.
    tuple of str
        What is read as missing though the file does not say so.
    """
    survey, name = None, ""
    for part in parts:
        if survey is None:
            survey, name = Survey(part.attrs, missing_values=missing_values), str(part.name)
        survey.add(values_of(part))
    if survey is None:
        return missing_values, ()
    survey.refuse(file=path, where=name)
    return (*missing_values, *survey.undeclared()), survey.repairs()


def _overflow(dtype: np.dtype, clipped: int, *, wrapped: int, file: Path, where: str) -> InputError:
    info = np.iinfo(dtype)
    return InputError(
        "The stored whole numbers show an overflow.",
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


def _count(where: np.ndarray) -> int:
    return int(np.count_nonzero(where))


def _singular(text: str) -> str:
    return text.replace("values", "value").replace("were", "was") if text.startswith("1 ") else text
