"""The measurement side: tables and statements of the monitoring chapter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import ArrayLike, NDArray
from statsmodels.stats.power import TTestPower

from helpers import published, sampling, saturation
from helpers.breakpoint import Break
from helpers.closure import Identity, identity
from helpers.crediting import conservative_credit, cover
from helpers.cropland import estimates
from helpers.errors import InputError
from helpers.fields import book_account
from helpers.geography import land_cover

Array = NDArray[np.float64]

WHOLE_SOILS = 2400.0
"""Carbon of the world's soils, all depths, behind the first 4 per 1000 sum [Pg C] (`inra2019`)."""

CROPLAND = 12
"""Class of cropland in the land cover (IGBP)."""


def sizes_by_variation(
    cvs: ArrayLike, *, precision: float, confidences: Sequence[float]
) -> pd.DataFrame:
    """Return the size of a simple random sample for each coefficient of variation, as curves."""
    rows = [
        (f"{100 * confidence:.0f} % confidence", cv,
         sampling.simple_size(cv, precision=precision, confidence=confidence))
        for confidence in confidences
        for cv in np.asarray(cvs, float)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["series", "x", "value"])


def designs(strata: pd.DataFrame, *, precision: float, confidence: float) -> pd.DataFrame:
    """Return the plots that simple and stratified samples of one population need, by stratum."""
    stratified = sampling.stratified_sizes(strata, precision=precision, confidence=confidence)
    simple = sampling.simple_size(
        sampling.pooled_cv(strata), precision=precision, confidence=confidence
    )
    table = strata.assign(stratified=stratified, simple=(simple * strata["weight"]).round(1))
    total = {"weight": 1.0, "mean": float(strata["weight"] @ strata["mean"]),
             "sd": np.nan, "stratified": int(stratified.sum()),
             "simple": float(simple)}  # fmt: skip
    return pd.concat([table, pd.DataFrame(total, index=["whole"])])


def detection_curves(
    sizes: Sequence[int],
    *,
    sd: float,
    correlations: Mapping[str, float],
    confidence: float,
    power: float,
) -> pd.DataFrame:
    """Return the least change found by each number of plots, for each way to revisit, as curves."""
    rows = [
        (name, n, sampling.detectable_change(n, sd=sd, correlation=correlation,
                                             confidence=confidence, power=power))
        for name, correlation in correlations.items()
        for n in sizes
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["series", "x", "value"])


def years_table(rates: Mapping[str, float], *, change: float) -> pd.DataFrame:
    """Return the years until each steady gain [t C ha-1 yr-1] reaches a detectable change."""
    return pd.DataFrame(
        {
            "gain": list(rates),
            "t C ha-1 yr-1": list(rates.values()),
            "years": [sampling.years_to_detect(rate, change=change) for rate in rates.values()],
        }
    )


def credit_curves(
    sizes: Sequence[int], *, mean: float, sds: Sequence[float], confidence: float
) -> pd.DataFrame:
    """Return the share of a true gain that is credited, for each number of plots, as curves [%]."""
    rows = [
        (f"gains of plots differ by {sd:.1f} t C ha⁻¹ (SD)", n,
         100 * float(conservative_credit(mean, sd=sd, n=n, confidence=confidence)) / mean)
        for sd in sds
        for n in sizes
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["series", "x", "value"])


def covered(*, share: float) -> pd.DataFrame:
    """Return which classes each product must cover for a share of its four-class flux."""
    rows = []
    for product, title in (("beps", "BEPS"), ("vegas", "VEGAS"), ("oco2", "OCO-2 v10 MIP")):
        flows = {name: claimed(f"z24-eco-{name}-{product}")
                 for name in ("forest", "shrub", "grass", "crop")}  # fmt: skip
        kept = cover(flows, share=share)
        part = sum(abs(flows[name]) for name in kept) / sum(map(abs, flows.values()))
        left = ", ".join(name for name in flows if name not in kept) or "none"
        rows.append((title, ", ".join(kept), 100 * part, left))
    return pd.DataFrame(rows, columns=["product", "must be covered", "share covered, %", "may go"])


def saturation_curves(
    starts: Mapping[str, float], *, fine_share: float, gain: float, years: int
) -> pd.DataFrame:
    """Return fine-particle carbon over years towards its capacity, from each start, as curves."""
    limit = float(saturation.capacity(fine_share))
    parts = [
        pd.DataFrame({"series": name, "x": np.arange(years + 1.0),
                      "value": saturation.approach(start, limit=limit, gain=gain, years=years)})
        for name, start in starts.items()
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def map_gains(steps: Sequence[int], *, box: tuple[float, float, float, float]) -> pd.DataFrame:
    """Return the variance of systematic over random samples of a real map, for each spacing.

    The map is where the book's land cover is cropland (IGBP class 12), so a sample estimates the
    share of cropland; `box` is west, east, south, north [degrees].
    """
    west, east, south, north = box
    kind = land_cover()["igbp_class"].sel(lon=slice(west, east), lat=slice(south, north))
    field = (kind == CROPLAND).to_numpy().astype(float)
    rows = [(step, sampling.systematic_gain(field, step=step)) for step in steps]
    return pd.DataFrame(rows, columns=["spacing", "variance ratio"])


def gain_rates(stock: float) -> dict[str, float]:
    """Return steady gains to be detected [t C ha-1 yr-1], from claims, evidence and the account.

    Parameters
    ----------
    stock : float [t C ha-1]
        Mean stock, which the goal of 4 per 1000 is a share of.
    """
    account, area = book_account(), claimed("d22-t2-crop2-area")  # 1e4 km2, which is 1e6 ha
    more = account.run(returned=claimed("z24-crop-yu13-straw") / 100).soil.change.mean()
    observed = estimates().set_index("id").loc["ev-c-piao09", "value"]
    return {
        "4 per 1000 of the stock": claimed("eu21-4p1000") / 100 * stock,
        "observed gain (Piao 2009)": float(1e3 * observed / area),
        "90 % of straw, by the account": float(
            1e3 * (more - account.run().soil.change.mean()) / area
        ),
        "maize trial, if every year": claimed("eu21-maize-stock"),
    }


def identities(
    strata: pd.DataFrame,
    *,
    least: float,
    plots: int,
    spread: float,
    power: float,
    confidence: float,
) -> list[Identity]:
    """Return what must hold: strata make the whole, and statsmodels agrees on the power.

    Parameters
    ----------
    strata : pandas.DataFrame
        As in :func:`helpers.sampling.stratified_sizes`.
    least, spread : float [t C ha-1]
        Least change found, and standard deviation of the change between plots.
    plots : int
        Plots visited twice.
    power, confidence : float [1]
        Asked for.
    """
    found = TTestPower().power(effect_size=least / spread, nobs=plots, alpha=1 - confidence)
    weights, mean = strata["weight"], strata["weight"] @ strata["mean"]
    whole = (sampling.pooled_cv(strata) * mean) ** 2 + mean**2
    squares = weights @ (strata["sd"] ** 2 + strata["mean"] ** 2)
    checks = [
        ("weights of strata = 1", weights.sum(), 1.0, 1e-12),
        ("mean squares of strata = mean square of the whole", squares, whole, 1e-12),
        ("power by statsmodels = power asked", found, power, 1e-6),
    ]
    return [
        identity(
            name, xr.DataArray(float(part)), whole=xr.DataArray(float(total)), tolerance=tolerance
        )
        for name, part, total, tolerance in checks
    ]


def quoted(
    *, least: float, years: pd.DataFrame, bend: Break, plots: int, world: Mapping[str, float],
    precision: float, confidence: float,
) -> dict[str, tuple[float, str]]:  # fmt: skip
    """Return the numbers the chapter's prose quotes: value and unit by quantity."""
    waits = years.set_index("gain")["years"]
    share = 0.4 / world["emissions"]
    half = sampling.simple_size(0.5, precision=precision, confidence=confidence)
    return {
        "plots_half": (half, "1"),
        "plots": (plots, "1"),
        "least_change": (least, "t C ha-1"),
        "years_goal": (float(waits.iloc[0]), "yr"),
        "years_straw": (float(waits.iloc[2]), "yr"),
        "trial_factor": (least / claimed("eu21-maize-stock"), "1"),
        "goal_share": (2 * world["atmosphere"] * share, "%"),
        "goal_share_deep": (WHOLE_SOILS * share, "%"),
        "bend": (bend.year, "yr"),
        "bend_from": (bend.interval[0], "yr"),
        "bend_to": (bend.interval[1], "yr"),
    }


def claimed(claim: str) -> float:
    """Return the value of a claim, refused when it has none."""
    value = published.claim(claim).value
    if value is None:
        raise InputError("A claim has no value.", where=claim, found="no value",
                         accepted="a claim with one number",
                         fix="Name another claim, or use its low and high.")  # fmt: skip
    return value
