"""The number that stands far above all others, again and again: a fill that nobody declared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from helpers.sources.stored import LARGEST

FAR, SMALLEST, OTHERS = 3.0, 100.0, 10
"""A fill is a whole number of at least the second size, and more than the first times as large as
any other number; the others must be more different ones than the third, as those of a flux are and
those of a map of classes, of zeros and ones, or of one value a province are not."""

_SAMPLE = 1000


@dataclass(frozen=True)
class Peak:
    """The number of largest size in what was looked at, if it can be a fill, and what is below.

    Attributes
    ----------
    number : float
        As stored.
    count : int
        How often it is there; 0 for one that is small or no whole number.
    below : float
        The next size.
    others : frozenset of float
        Some other numbers.
    """

    number: float = 0.0
    count: int = 0
    below: float = 0.0
    others: frozenset[float] = frozenset()

    def joined(self, other: Peak) -> Peak:
        """Return the peak of both parts."""
        low, high = sorted((self, other), key=lambda peak: abs(peak.number))
        others = self.others | other.others
        if low.number == high.number:
            return Peak(high.number, low.count + high.count, max(low.below, high.below), others)
        return Peak(high.number, high.count, max(abs(low.number), high.below), others)

    def is_fill(self, least: float) -> bool:
        """Tell whether the number is a fill, if it is there `least` times."""
        is_far = abs(self.number) > FAR * self.below > 0
        return is_far and self.count >= least and len(self.others) > OTHERS


def peak_of(values: np.ndarray, is_known: Callable[[float], bool]) -> Peak:
    """Return the peak of numbers in one row, but for those whose meaning is known."""
    with np.errstate(invalid="ignore"):
        sizes = np.abs(values)
        sizes[~(sizes < LARGEST)] = 0.0
    number, size = _largest(values, sizes, is_known=is_known)
    if size < SMALLEST or number % 1:
        return Peak(number, 0, size)
    there = values == number
    sizes[there] = 0.0
    _, below = _largest(values, sizes, is_known=is_known)
    step = max(1, values.size // _SAMPLE)
    some = values[::step][sizes[::step] > 0]
    return Peak(number, int(np.count_nonzero(there)), below, frozenset(some[: 2 * OTHERS].tolist()))


def _largest(
    values: np.ndarray, sizes: np.ndarray, *, is_known: Callable[[float], bool]
) -> tuple[float, float]:
    """Return the number of largest size, and that size; known ones get the size 0."""
    while sizes.size:
        place = int(sizes.argmax())
        number, size = float(values[place]), float(sizes[place])
        if size == 0.0 or not is_known(number):
            return number, size
        sizes[values == number] = 0.0
    return 0.0, 0.0
