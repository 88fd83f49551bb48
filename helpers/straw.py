"""From crop production to what reaches the soil, burns, is eaten or is carried off.

Allocation follows Bolinder et al. (2007, bib key ``bolinder2007``): straw from the harvest index,
roots from the root:shoot ratio, and carbon that roots release while they grow as a share of root
carbon. Arrays broadcast, so one call serves one country or ten thousand parameter draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from helpers.errors import InputError
from helpers.soil_carbon import SoilRun, Turnover, simulate_sources, split_stock

Array = NDArray[np.float64]

PG_PER_MT: float = 1e-3
"""Petagrams in a megatonne [Pg Mt-1]."""

FATES = ("returned", "burnt", "fed", "removed")
"""What becomes of straw: into the soil, up in smoke, eaten by animals, used elsewhere."""


@dataclass(frozen=True)
class CropCarbon:
    """Carbon fixed by crops in a year, by where it ends up in the plant [Pg C yr-1]."""

    harvest: Array
    straw: Array
    roots: Array

    @property
    def total(self) -> Array:
        """Net primary production [Pg C yr-1]."""
        return self.harvest + self.straw + self.roots


def crop_carbon(
    production: ArrayLike,
    *,
    dry_share: ArrayLike,
    harvest_index: ArrayLike,
    root_shoot: ArrayLike,
    carbon_content: ArrayLike = 0.45,
    extra_root: ArrayLike = 0.65,
) -> CropCarbon:
    """Return the carbon in harvest, straw and roots, summed over crops.

    Parameters
    ----------
    production : array_like, shape (..., crop) [Mt yr-1, as harvested]
        Weight as sold.
    dry_share : array_like [1]
        Dry matter in that weight.
    harvest_index : array_like [1]
        Harvested share of the dry matter above ground, above 0 and at most 1.
    root_shoot : array_like [1]
        Root over shoot dry matter.
    carbon_content : array_like [1]
        Carbon in dry matter.
    extra_root : array_like [1]
        Carbon released by roots, as a share of root carbon.

    Returns
    -------
    CropCarbon
        ``roots`` includes what roots release.

    Raises
    ------
    InputError
        If a share is outside 0 to 1, a harvest index is 0, or an amount is negative.
    """
    index = _share(harvest_index, "harvest_index")
    if (index <= 0).any():
        raise InputError("A crop without harvest.", where="harvest_index",
                         found=np.array2string(index, threshold=6), accepted="above 0",
                         fix="Leave the crop out, or give its harvest index.")  # fmt: skip
    for values, name in ((root_shoot, "root_shoot"), (extra_root, "extra_root")):
        _amount(values, name)
    dry = _amount(production, "production") * _share(dry_share, "dry_share")
    harvest = dry * _share(carbon_content, "carbon_content") * PG_PER_MT
    shoot = harvest / index
    roots = shoot * np.asarray(root_shoot, float) * (1 + np.asarray(extra_root, float))
    parts = np.broadcast_arrays(harvest, shoot - harvest, roots)
    return CropCarbon(*(np.asarray(part.sum(axis=-1)) for part in parts))


def check_fates(shares: Mapping[str, ArrayLike]) -> dict[str, Array]:
    """Return the shares of straw, refused unless they name every fate and sum to 1.

    Raises
    ------
    InputError
        If a fate is missing or unknown, a share is outside 0 to 1, or the sum is not 1.
    """
    if set(shares) != set(FATES):
        raise InputError(
            "The fates of straw are not complete.",
            where="shares",
            found=", ".join(sorted(shares)) or "no fate",
            accepted=", ".join(FATES),
            fix="Name each of them once, with 0 where there is none.",
        )
    checked = {fate: _share(shares[fate], fate) for fate in FATES}
    total = np.asarray(sum(checked.values()))
    if not np.allclose(total, 1.0, rtol=0, atol=1e-9):
        raise InputError(
            "The fates of straw do not sum to 1.",
            where=", ".join(FATES),
            found=np.array2string(total, threshold=4),
            accepted="1: every straw goes somewhere, and only once",
            fix="Divide the shares by their sum, or correct one.",
        )
    return checked


def with_return(shares: Mapping[str, ArrayLike], returned: ArrayLike) -> dict[str, Array]:
    """Return the fates with another share returned, the others shrunk or grown alike.

    Raises
    ------
    InputError
        As `check_fates`; also if all straw is returned already, so that the others have no ratio.
    """
    before, share = check_fates(shares), _share(returned, "returned")
    rest = 1 - before["returned"]
    if (rest <= 0).any() and (share < 1).any():
        raise InputError(
            "All straw is returned, so the other fates have no ratio to keep.",
            where="returned",
            found=f"a share of {before['returned'].max():g} before",
            accepted="a share below 1 before",
            fix="give all four shares",
        )
    scale = (1 - share) / np.where(rest > 0, rest, 1.0)
    return {fate: share if fate == "returned" else before[fate] * scale for fate in FATES}


@dataclass(frozen=True)
class FieldRun:
    """The carbon of fields over years: everything in, everything out, everything kept.

    Attributes
    ----------
    soil : SoilRun
        Stocks and respiration of the soil.
    flows : dict of str to ndarray, shape (year, ...) [Pg C yr-1]
        ``fixed`` and ``manure`` in; ``harvest``, ``fed``, ``removed`` carried off; ``burnt`` to
        the air; ``returned`` and ``roots`` to the soil.
    """

    soil: SoilRun
    flows: dict[str, Array]

    @property
    def net_uptake(self) -> Array:
        """Uptake from the air over the field: fixed less respired less burnt [Pg C yr-1]."""
        return self.flows["fixed"] - self.soil.respired - self.flows["burnt"]

    @property
    def carried_off(self) -> Array:
        """Harvest and straw that leave the field, less manure brought to it [Pg C yr-1]."""
        out = self.flows["harvest"] + self.flows["fed"] + self.flows["removed"]
        return np.asarray(out - self.flows["manure"])

    def residual(self) -> float:
        """Largest |fixed + manure - respired - burnt - carried off - stored|, relative [1]."""
        error = np.abs(self.net_uptake - self.carried_off - self.soil.change)
        scale = self.flows["fixed"] + self.flows["manure"] + self.soil.stock[:-1]
        return float(np.max(error / np.maximum(scale, np.finfo(float).tiny), initial=0.0))


def run_fields(
    crops: CropCarbon,
    *,
    shares: Mapping[str, ArrayLike],
    manure: ArrayLike,
    growth: ArrayLike,
    stock: ArrayLike,
    humification: Mapping[str, ArrayLike],
    turnover: Turnover,
    base_shares: Mapping[str, ArrayLike] | None = None,
    years: int = 40,
) -> FieldRun:
    """Run the soil under crops, with the fates of straw changed in the first year.

    Parameters
    ----------
    crops : CropCarbon [Pg C yr-1]
        Carbon fixed in the year before the first.
    shares : mapping of fate to share
        From the first year on.
    manure : array_like [Pg C yr-1]
        Manure carbon brought to the fields, constant.
    growth : array_like [yr-1]
        Yearly growth of production, such as 0.01.
    stock : array_like [Pg C]
        Soil carbon at the start, split by `split_stock` with the inputs of the year before.
    humification : mapping of {"straw", "roots", "manure"} to array_like
        h of each input.
    turnover : Turnover
        Rates.
    base_shares : mapping, optional
        Fates in the year before; `shares` unless given.
    years : int
        How many.
    """
    fates, before = check_fates(shares), check_fates(base_shares or shares)
    young, old = split_stock(
        stock,
        crops.straw * before["returned"] + crops.roots + np.asarray(manure, float),
        turnover=turnover,
    )
    shape = np.broadcast_shapes(young.shape, np.shape(growth), crops.total.shape,
                                fates["returned"].shape)  # fmt: skip
    steps = np.arange(1, years + 1).reshape(-1, *(1,) * len(shape))
    factor = (1 + np.asarray(growth, float)) ** steps * np.ones(shape)
    flows = {fate: crops.straw * fates[fate] * factor for fate in FATES}
    flows |= {"fixed": crops.total * factor, "harvest": crops.harvest * factor}
    flows |= {"roots": crops.roots * factor, "manure": _amount(manure, "manure") * factor**0}
    soil = simulate_sources(
        {"straw": flows["returned"], "roots": flows["roots"], "manure": flows["manure"]},
        humification=humification,
        young=young,
        old=old,
        turnover=turnover,
    )
    return FieldRun(soil, flows)


def _share(values: ArrayLike, name: str) -> Array:
    array = np.asarray(values, float)
    if not ((array >= 0) & (array <= 1)).all():
        raise InputError(
            "A share is not between 0 and 1.",
            where=name,
            found=np.array2string(array, threshold=6),
            accepted="0 to 1",
            fix="Give a share, not a percentage.",
        )
    return array


def _amount(values: ArrayLike, name: str) -> Array:
    array = np.asarray(values, float)
    if not (np.isfinite(array).all() and (array >= 0).all()):
        raise InputError(
            "An amount is negative or missing.",
            where=name,
            found=np.array2string(array, threshold=6),
            accepted="finite, at least 0",
            fix="Correct the amount, or leave the crop out.",
        )
    return array
