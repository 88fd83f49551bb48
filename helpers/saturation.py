"""How much more carbon fine particles could hold: the saturation deficit of Hassink (1997)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from helpers.errors import InputError

Array = NDArray[np.float64]


def capacity(fine_share: ArrayLike) -> Array:
    """Return the carbon that clay and fine silt can hold [g kg-1 of soil]: 4.09 + 0.37 x.

    The regression of Hassink (1997, bib key ``hassink1997``) over soils of many climates, with x
    the percentage of particles below 20 µm.

    Parameters
    ----------
    fine_share : array_like [%]
        Particles below 20 µm, 0 to 100.

    Raises
    ------
    InputError
        If a percentage is out of range.
    """
    fine = np.asarray(fine_share, float)
    if not ((fine >= 0) & (fine <= 100)).all():
        raise InputError("Not a percentage.", where="fine_share",
                         found=np.array2string(fine, threshold=6), accepted="0 to 100",
                         fix="Correct the share of particles below 20 µm.")  # fmt: skip
    return 4.09 + 0.37 * fine


def deficit(fine_carbon: ArrayLike, *, fine_share: ArrayLike) -> Array:
    """Return capacity less the carbon already held by fine particles, never below 0 [g kg-1].

    Parameters
    ----------
    fine_carbon : array_like [g kg-1 of soil]
        Carbon in particles below 20 µm.
    fine_share : array_like [%]
        Particles below 20 µm.
    """
    held = np.asarray(fine_carbon, float)
    if (held < 0).any():
        raise InputError("A concentration is negative.", where="fine_carbon",
                         found=np.array2string(held, threshold=6), accepted="0 or more",
                         fix="Correct the sample, or leave it out.")  # fmt: skip
    return np.maximum(0.0, capacity(fine_share) - held)


def approach(fine_carbon: ArrayLike, *, limit: ArrayLike, gain: ArrayLike, years: int) -> Array:
    """Return carbon over years when each year's gain shrinks with the deficit [g kg-1].

    dC/dt = gain (1 - C / limit), solved exactly: C = limit - (limit - C0) exp(-gain t / limit).
    Once the limit is reached, more input adds nothing.

    Parameters
    ----------
    fine_carbon : array_like [g kg-1]
        At the start.
    limit : array_like [g kg-1]
        Such as `capacity`, above 0.
    gain : array_like [g kg-1 yr-1]
        Gain of a soil without any such carbon, at least 0.
    years : int
        How many.

    Returns
    -------
    ndarray, shape (years + 1, ...)
    """
    start, most, rate = np.broadcast_arrays(
        np.asarray(fine_carbon, float), np.asarray(limit, float), np.asarray(gain, float)
    )
    if not ((most > 0).all() and (rate >= 0).all()):
        raise InputError("A limit is not above 0, or a gain is negative.", where="limit, gain",
                         found=f"limits from {most.min():g}, gains from {rate.min():g}",
                         accepted="limits above 0, gains of at least 0",
                         fix="Take the limit from `capacity`, and gains as they are.",
                         )  # fmt: skip
    steps = np.arange(years + 1).reshape(-1, *(1,) * start.ndim)
    return np.asarray(most - (most - start) * np.exp(-rate * steps / most))
