"""Identities of the pages made from published tables, ready for their closure cards."""

from __future__ import annotations

import numpy as np

from helpers import forest, stocks, tension
from helpers.closure import TOLERANCE, Identity
from helpers.pooling import Pooled


def _identity(name: str, parts: object, *, whole: object, unit: str, tolerance: float) -> Identity:
    a, b = np.asarray(parts, float), np.asarray(whole, float)
    return Identity(name=name, residual=float(np.abs(a - b).max()), tolerance=tolerance, unit=unit,
                    scale=float(np.abs(b).max()))  # fmt: skip


def ladder_checks(pools: dict[str, Pooled]) -> list[Identity]:
    """Return identities of the evidence page: weights, and differences that must add up."""
    table = tension.contrasts()["difference"]
    weights = [one.weights.sum() for one in pools.values()]
    return [
        _identity("weights of every pool = 1", weights, whole=np.ones(len(weights)), unit="1",
                  tolerance=TOLERANCE),
        _identity("(OCO-2 − BEPS) + (BEPS − VEGAS) = OCO-2 − VEGAS",
                  table["OCO-2 − BEPS"] + table["BEPS − VEGAS"], whole=table["OCO-2 − VEGAS"],
                  unit="Pg C yr-1", tolerance=TOLERANCE),
    ]  # fmt: skip


def forest_checks() -> list[Identity]:
    """Return identities of the inventory page; the last holds to the rounding of the table."""
    rows = forest.inventory()
    steps = rows.iloc[1:]
    pools = forest.pools(2018)
    sound = steps.drop(index=forest.SUSPECT)
    slack = (sound["high"] - sound["low"]).max() / 2 + forest.SINK_ROUNDING
    return [
        _identity("changes over years = last stock − first stock",
                  (steps["total_change"] * steps["years"]).sum(),
                  whole=rows["stock"].iloc[-1] - rows["stock"].iloc[0], unit="Pg C",
                  tolerance=TOLERANCE),
        _identity("trees + understory + soil = stock of 2018", sum(pools.values()),
                  whole=rows["stock"].iloc[-1], unit="Pg C", tolerance=TOLERANCE),
        _identity("printed sink = recomputed sink, seven rows, to rounding", sound["printed"],
                  whole=sound["computed"], unit="Pg C yr-1",
                  tolerance=float(slack / sound["computed"].max())),
    ]  # fmt: skip


def stock_checks() -> list[Identity]:
    """Return identities of the stocks page; the last holds to the rounding of the table."""
    rows, drivers, sums = stocks.stocks(), stocks.drivers(), stocks.row_sums()
    logs = np.log(drivers["area_ratio"].astype(float)) + np.log(
        drivers["density_ratio"].astype(float)
    )
    return [
        _identity("area × density = stock", rows["area"] * rows["density"] / 100.0,
                  whole=rows["used"],
                  unit="Pg C", tolerance=TOLERANCE),
        _identity("ln area ratio + ln density ratio = ln stock ratio", logs,
                  whole=np.log(drivers["ratio"].astype(float)), unit="1", tolerance=TOLERANCE),
        _identity("parts of Table 2 = printed totals, to rounding", sums["summed"],
                  whole=sums["printed"], unit="Pg C",
                  tolerance=float(3 * stocks.ROUNDING / sums["printed"].max())),
    ]  # fmt: skip
