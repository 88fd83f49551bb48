"""Soil carbon stocks by depth and by mass, and with stones.

A fixed depth holds more soil after compaction, so a fixed-depth stock rises when nothing was
stored. An equivalent mass compares the same soil (Ellert and Bettany 1995, Wendt and Hauser 2013;
bib keys ``ellert1995``, ``wendt2013``). Stones hold no carbon and must leave both the density and
the volume (Poeplau et al. 2017, bib key ``poeplau2017``).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from helpers.errors import InputError

Array = NDArray[np.float64]

ROCK_DENSITY: float = 2.6
"""Density of rock fragments [g cm-3], the usual assumption."""

ROCK_METHODS: dict[str, str] = {
    "M1": "density of the whole sample, stones ignored",
    "M2": "density of fine soil, volume of stones ignored",
    "M3": "density of the whole sample, volume of stones taken off",
    "M4": "density of fine soil, volume of stones taken off (unbiased)",
}
"""The four ways to count stones that Poeplau et al. (2017) compare."""


def layer_mass(bulk_density: ArrayLike, thickness: ArrayLike) -> Array:
    """Return fine-soil mass [t ha-1] from density [g cm-3] and thickness [cm]: 100 density depth.

    Raises
    ------
    InputError
        If a density or thickness is not positive.
    """
    density, depth = np.asarray(bulk_density, float), np.asarray(thickness, float)
    if not ((density > 0).all() and (depth > 0).all()):
        raise InputError(
            "A layer has no soil.",
            where="bulk_density, thickness",
            found=", ".join(np.array2string(part, threshold=6) for part in (density, depth)),
            accepted="above 0",
            fix="Correct the layer, or leave it out.",
        )
    return 100.0 * density * depth


def depth_stock(
    concentration: ArrayLike, *, bulk_density: ArrayLike, thickness: ArrayLike, depth: float
) -> float:
    """Return the carbon stock to a fixed depth [t C ha-1].

    Parameters
    ----------
    concentration : array_like, shape (layer,) [g kg-1]
        Carbon in fine soil, from the top layer down.
    bulk_density : array_like, shape (layer,) [g cm-3]
        Of fine soil.
    thickness : array_like, shape (layer,) [cm]
        Of each layer.
    depth : float [cm]
        Depth from the surface.

    Raises
    ------
    InputError
        If the profile does not reach that deep.
    """
    mass = layer_mass(bulk_density, thickness)
    return _cumulative(concentration, mass, along=np.asarray(thickness, float), at=depth, what="cm")


def mass_stock(
    concentration: ArrayLike, *, bulk_density: ArrayLike, thickness: ArrayLike, mass: float
) -> float:
    """Return the carbon stock in a fixed mass of fine soil from the surface [t C ha-1].

    Layers are taken as uniform, so that cumulative carbon is linear in cumulative mass between
    layer limits (Ellert and Bettany 1995).

    Parameters
    ----------
    concentration, bulk_density, thickness : array_like, shape (layer,)
        As in `depth_stock`.
    mass : float [t ha-1]
        Reference mass, usually that of the fixed depth at the first survey.

    Raises
    ------
    InputError
        If the profile holds less soil than that.
    """
    layers = layer_mass(bulk_density, thickness)
    return _cumulative(concentration, layers, along=layers, at=mass, what="t ha-1")


def compaction_bias(
    concentration: ArrayLike,
    *,
    bulk_density: ArrayLike,
    thickness: ArrayLike,
    depth: float,
    density_change: float,
) -> float:
    """Return the stock that compaction alone seems to add to a fixed depth [t C ha-1].

    The same soil is pressed into thinner layers: mass and carbon of each layer stay, so the true
    change is zero and whatever a fixed depth shows is bias.

    Parameters
    ----------
    concentration, bulk_density, thickness : array_like, shape (layer,)
        Profile before.
    depth : float [cm]
        Fixed depth.
    density_change : float [1]
        Relative change of density, above -1; 0.05 is 5 % denser.
    """
    if density_change <= -1:
        raise InputError("No soil is left.", where="density_change", found=density_change,
                         accepted="above -1", fix="Give a share: 0.05 is 5 % denser.",
                         )  # fmt: skip
    denser = np.asarray(bulk_density, float) * (1 + density_change)
    thinner = np.asarray(thickness, float) / (1 + density_change)
    before = depth_stock(concentration, bulk_density=bulk_density, thickness=thickness, depth=depth)
    after = depth_stock(concentration, bulk_density=denser, thickness=thinner, depth=depth)
    return after - before


def stony_stock(
    concentration: ArrayLike,
    *,
    fine_density: ArrayLike,
    rock_volume: ArrayLike,
    thickness: ArrayLike,
    method: str = "M4",
    rock_density: float = ROCK_DENSITY,
) -> Array:
    """Return the carbon stock of a stony layer by one of four methods [t C ha-1].

    Parameters
    ----------
    concentration : array_like [g kg-1]
        Carbon in fine soil.
    fine_density : array_like [g cm-3]
        Mass of fine soil over the volume that is not stone.
    rock_volume : array_like [1]
        Share of the volume that is stone, below 1.
    thickness : array_like [cm]
        Of the layer.
    method : {"M1", "M2", "M3", "M4"}
        See `ROCK_METHODS`.
    rock_density : float [g cm-3]
        Of stones.

    Raises
    ------
    InputError
        If the method is unknown or stones fill the soil.
    """
    stones, fine = np.asarray(rock_volume, float), np.asarray(fine_density, float)
    if not ((stones >= 0) & (stones < 1)).all():
        raise InputError("Stones fill the soil.", where="rock_volume",
                         found=np.array2string(stones, threshold=6), accepted="0 to below 1",
                         fix="Give the share of the volume, not a percentage.")  # fmt: skip
    if method not in ROCK_METHODS:
        raise InputError("Unknown method.", where="method", found=repr(method),
                         accepted=", ".join(ROCK_METHODS), fix="Choose one of them.",
                         )  # fmt: skip
    density = fine if method in ("M2", "M4") else fine * (1 - stones) + rock_density * stones
    volume = 1 - stones if method in ("M3", "M4") else 1.0
    depth = np.asarray(thickness, float)
    return np.asarray(0.1 * np.asarray(concentration, float) * density * volume * depth)


def _cumulative(
    concentration: ArrayLike, mass: Array, *, along: Array, at: float, what: str
) -> float:
    """Return carbon from the surface down to a cumulative depth or mass."""
    carbon = np.asarray(concentration, float) * mass * 1e-3
    if not (np.isfinite(carbon).all() and (carbon >= 0).all()):
        raise InputError("A concentration is negative or missing.", where="concentration",
                         found=np.array2string(np.asarray(concentration, float), threshold=6),
                         accepted="finite, at least 0",
                         fix="Correct the sample, or leave the profile out.")  # fmt: skip
    limits = np.concatenate([[0.0], np.cumsum(along)])
    if not 0 < at <= limits[-1] * (1 + 1e-12):
        raise InputError(
            "The profile does not reach that far.",
            where="depth" if what == "cm" else "mass",
            found=f"{at:g} {what}",
            accepted=f"above 0, at most {limits[-1]:g} {what}",
            fix="sample deeper than the reference, as equivalent mass needs",
        )
    return float(np.interp(at, limits, np.concatenate([[0.0], np.cumsum(carbon)])))
