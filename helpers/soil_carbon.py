"""Two pools of soil carbon, solved exactly a year at a time, with every gram accounted for.

The model is ICBM (Andrén and Kätterer 1997, bib key ``andren1997``): a young pool Y fed by plant
carbon and manure, and an old pool O fed by what the young pool humifies,

    dY/dt = i - r kY Y,    dO/dt = h r kY Y - r kO O,    dR/dt = (1 - h) r kY Y + r kO O.

R is the carbon respired. Adding the three gives d(Y + O + R)/dt = i, which the matrix exponential
keeps to rounding. Inputs are constant within a year.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from helpers.errors import InputError
from helpers.exponential import exponential

Array = NDArray[np.float64]

PLANT_HUMIFICATION: float = 0.125
"""Share of the young pool's outflow from plant residues that becomes old carbon [1], the value
for nitrogen and straw in Table 1 of Andrén and Kätterer (1997)."""


def _check(values: Any, *, name: str, high: float = np.inf) -> Array:
    """Return values as floats, or refuse what is negative, too large or not finite."""
    array = np.asarray(values, float)
    if not (np.isfinite(array).all() and (array >= 0).all() and (array <= high).all()):
        raise InputError(
            "A soil-carbon parameter is out of range.", where=name,
            found=np.array2string(array, threshold=6),
            accepted=f"finite, from 0 to {high:g}" if np.isfinite(high) else "finite, at least 0",
            fix=f"Correct `{name}`.",
        )  # fmt: skip
    return array


@dataclass(frozen=True)
class Turnover:
    """How fast the two pools turn over.

    Parameters
    ----------
    young, old : array_like [yr-1]
        Rate constants kY and kO; defaults are those of Andrén and Kätterer (1997).
    climate : array_like [1]
        Their factor r: 1 for central Sweden, more where it is warmer or moister.

    Raises
    ------
    InputError
        If a rate is negative or not finite.
    """

    young: ArrayLike = 0.8
    old: ArrayLike = 0.00605
    climate: ArrayLike = 1.0

    def __post_init__(self) -> None:
        for name in ("young", "old", "climate"):
            _check(getattr(self, name), name=name)

    @property
    def rates(self) -> tuple[Array, Array]:
        """Rates r kY and r kO [yr-1]."""
        climate = np.asarray(self.climate, float)
        return climate * np.asarray(self.young, float), climate * np.asarray(self.old, float)


ICBM = Turnover()
"""The published rates in the published climate."""


@dataclass(frozen=True)
class SoilRun:
    """Stocks at the turn of each year and the carbon respired in each.

    Attributes
    ----------
    young, old : ndarray, shape (year + 1, ...)
        Stocks, in the unit of the inputs times a year.
    respired, inputs : ndarray, shape (year, ...)
        Amounts of each year.
    """

    young: Array
    old: Array
    respired: Array
    inputs: Array

    @property
    def stock(self) -> Array:
        """Stock of both pools, shape (year + 1, ...)."""
        return self.young + self.old

    @property
    def change(self) -> Array:
        """Change of the stock in each year, shape (year, ...)."""
        return np.diff(self.stock, axis=0)

    def residual(self) -> float:
        """Largest |input - respired - change of stock| over all years, relative to the flows [1].

        Computed from stocks and respiration that are solved for separately.
        """
        error = np.abs(self.inputs - self.respired - self.change)
        scale = np.abs(self.inputs) + np.abs(self.respired) + np.abs(self.stock[:-1])
        return float(np.max(error / np.maximum(scale, np.finfo(float).tiny), initial=0.0))

    def __add__(self, other: SoilRun) -> SoilRun:
        """Return the run of both carbons together, which the linear model allows."""
        return SoilRun(
            self.young + other.young,
            self.old + other.old,
            self.respired + other.respired,
            self.inputs + other.inputs,
        )


def year_matrix(turnover: Turnover, *, humification: ArrayLike) -> Array:
    """Return the matrix that moves (Y, O, R, i) over one year exactly.

    Parameters
    ----------
    turnover : Turnover
        Rates [yr-1]; zero and equal rates are allowed.
    humification : array_like [1]
        h, between 0 and 1; broadcast against the rates.

    Returns
    -------
    ndarray, shape (..., 4, 4)
        Its last row leaves i as it is; each column of the first three rows sums to 1.

    Raises
    ------
    InputError
        If h is outside 0 to 1.
    """
    h = _check(humification, name="humification", high=1.0)
    fast, slow = turnover.rates
    fast, slow, h = np.broadcast_arrays(fast, slow, h)
    flows = np.zeros((*h.shape, 4, 4))
    flows[..., 0, 0] = -fast
    flows[..., 0, 3] = 1.0
    flows[..., 1, 0] = h * fast
    flows[..., 1, 1] = -slow
    flows[..., 2, 0] = (1 - h) * fast
    flows[..., 2, 1] = slow
    return exponential(flows)


def simulate(
    inputs: ArrayLike,
    *,
    humification: ArrayLike = PLANT_HUMIFICATION,
    young: ArrayLike = 0.0,
    old: ArrayLike = 0.0,
    turnover: Turnover = ICBM,
) -> SoilRun:
    """Run the soil for as many years as there are inputs.

    Parameters
    ----------
    inputs : array_like, shape (year, ...) [carbon yr-1]
        Carbon put into the young pool in each year, at a constant rate, at least 0.
    humification : array_like [1]
        h of that carbon and of `young`.
    young, old : array_like [carbon]
        Stocks at the start, at least 0.
    turnover : Turnover
        Rates; arrays are broadcast against ``inputs[0]``, so that many runs go at once.

    Raises
    ------
    InputError
        If an amount is negative or not finite, or no year is given.
    """
    given = _check(inputs, name="inputs")
    if given.ndim == 0 or not len(given):
        raise InputError("No year of inputs.", where="inputs", found=f"shape {given.shape}",
                         accepted="shape (year, ...)", fix="Give one amount a year.")  # fmt: skip
    first = _check(young, name="young"), _check(old, name="old")
    matrix = year_matrix(turnover, humification=humification)
    shape = np.broadcast_shapes(given.shape[1:], first[0].shape, first[1].shape, matrix.shape[:-2])
    given = np.broadcast_to(given.reshape(len(given), *_pad(given.shape[1:], shape)),
                            (len(given), *shape))  # fmt: skip
    state = np.zeros((*shape, 4))
    state[..., 0], state[..., 1] = first
    states, respired = [state], []
    for amount in given:
        state = state.copy()
        state[..., 2], state[..., 3] = 0.0, amount
        state = (matrix @ state[..., None])[..., 0]
        states.append(state)
        respired.append(state[..., 2])
    track = np.stack(states)
    return SoilRun(track[..., 0], track[..., 1], np.stack(respired), np.array(given))


def simulate_sources(
    inputs: Mapping[str, ArrayLike],
    *,
    humification: Mapping[str, ArrayLike],
    young: ArrayLike,
    old: ArrayLike,
    turnover: Turnover = ICBM,
) -> SoilRun:
    """Run the soil on several kinds of input, each humified in its own way.

    Parameters
    ----------
    inputs : mapping of str to array_like, shape (year, ...)
        Such as ``straw``, ``roots``, ``manure``.
    humification : mapping of str to array_like
        h of each kind.
    young, old : array_like
        Stocks at the start; `young` humifies as plant residues do.
    turnover : Turnover
        Rates, shared.

    Raises
    ------
    InputError
        If a kind has no h, or as in `simulate`.
    """
    missing = set(inputs) ^ set(humification)
    if missing or not inputs:
        raise InputError(
            "Inputs and humification do not name the same kinds.", where="inputs, humification",
            found=f"in one only: {', '.join(sorted(missing))}" if missing else "no input",
            accepted="one humification for each input", fix="Name each kind in both.",
        )  # fmt: skip
    given = {kind: _check(amounts, name=kind) for kind, amounts in inputs.items()}
    others = (np.shape(young), np.shape(old), *(rate.shape for rate in turnover.rates))
    shape = np.broadcast_shapes(*(array.shape[1:] for array in given.values()), *others)
    years = len(next(iter(given.values())))
    total = simulate(np.zeros((years, *shape)), young=young, old=old, turnover=turnover)
    for kind, array in given.items():
        full = np.broadcast_to(array.reshape(len(array), *_pad(array.shape[1:], shape)),
                               (years, *shape))  # fmt: skip
        total = total + simulate(full, humification=humification[kind], turnover=turnover)
    return total


def steady_state(
    inputs: ArrayLike, *, humification: ArrayLike = PLANT_HUMIFICATION, turnover: Turnover = ICBM
) -> tuple[Array, Array]:
    """Return the stocks (Y, O) that constant inputs lead to: i / (r kY) and h i / (r kO).

    Raises
    ------
    InputError
        If a rate is zero, so that there is no such stock.
    """
    fast, slow = turnover.rates
    if not (np.all(fast > 0) and np.all(slow > 0)):
        raise InputError(
            "A pool that never decays has no steady state.", where="turnover",
            found=f"least rates {np.min(fast):g}, {np.min(slow):g}", accepted="rates above 0",
            fix="Give both pools a rate above 0, or run `simulate`.",
        )  # fmt: skip
    given, h = np.asarray(inputs, float), np.asarray(humification, float)
    return given / fast, h * given / slow


def split_stock(
    stock: ArrayLike, inputs: ArrayLike, *, turnover: Turnover = ICBM
) -> tuple[Array, Array]:
    """Divide a measured stock: the young pool in balance with `inputs`, the rest old.

    The young pool follows its inputs within a few years, so its balance is a fair start.

    Raises
    ------
    InputError
        If the young pool alone would exceed the stock.
    """
    young = steady_state(inputs, turnover=turnover)[0]
    old = np.asarray(stock, float) - young
    if np.any(old < 0):
        raise InputError(
            "The young pool in balance with the inputs exceeds the whole stock.",
            where="stock, inputs", accepted="a stock of at least the young pool",
            found=f"young {np.max(young):.3g}, stock {np.min(np.asarray(stock)):.3g}",
            fix="smaller inputs, a larger stock or a faster turnover",
        )  # fmt: skip
    return young, old


def _pad(shape: tuple[int, ...], target: tuple[int, ...]) -> tuple[int, ...]:
    """Return `shape` with leading ones, so that it aligns with `target` from the right."""
    return (1,) * (len(target) - len(shape)) + shape
