"""Rules for the core study's statements about seasons: what is computed, and when it holds.

The statements have no numbers, so every rule has a threshold of the book's own, set before any
original file was looked at and kept in :class:`Thresholds`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from helpers import latitudes, season
from helpers.published import claim
from helpers.units import TOTAL_UNITS

Outcome = tuple[float, bool]
"""The number that decides, and whether the rule holds."""

Fields = Mapping[str, xr.DataArray]


@dataclass(frozen=True)
class Thresholds:
    """Thresholds of the book's own, for words that the study leaves without numbers.

    Attributes
    ----------
    neutral : float
        Largest winter flux, either sign, that is neutral, as a share of the summer mean.
    weak_release : float
        Largest winter release that is weak, as a share of the summer mean.
    comparable : float
        Largest difference of comparable summers, as a share of the larger.
    smaller : float
        A summer is clearly smaller below this share of the others.
    clear_cycle : float
        Least share of the mean year's variance in its first harmonic.
    weak_cycle : float
        A seasonal cycle is weak below this share of the amplitude farther north.
    concentrated : float
        Least share of gross uptake; a flat season from May to September has 0.6 in summer.
    """

    neutral: float = 0.1
    weak_release: float = 1 / 3
    comparable: float = 0.25
    smaller: float = 0.75
    clear_cycle: float = 0.5
    weak_cycle: float = 0.5
    concentrated: float = 2 / 3


@dataclass(frozen=True)
class Rule:
    """A rule in words, the unit of its number, and the function that tries it."""

    words: str
    unit: str
    attempt: Callable[..., Outcome]


def _means(mean_year: xr.DataArray) -> tuple[float, float]:
    """Return the winter and the summer mean."""
    return float(season.season_mean(mean_year, "DJF")), float(season.season_mean(mean_year, "JJA"))


def summer_peak(limits: Thresholds) -> Rule:
    """Return the rule that uptake is largest in summer."""

    def attempt(mean_year: xr.DataArray) -> Outcome:
        month = int(season.peak_month(mean_year))
        return month, month in season.SEASONS["JJA"]

    return Rule("the month of largest uptake is June, July or August", "calendar month", attempt)


def winter_weak(limits: Thresholds) -> Rule:
    """Return the rule that winter is neutral to a weak release."""

    def attempt(mean_year: xr.DataArray) -> Outcome:
        winter, summer = _means(mean_year)
        return winter, -limits.weak_release * summer <= winter <= limits.neutral * summer

    words = (
        f"winter lies between a release of {limits.weak_release:.0%} and an uptake of "
        f"{limits.neutral:.0%} of the summer mean"
    )
    return Rule(words, TOTAL_UNITS, attempt)


def winter_order(limits: Thresholds) -> Rule:
    """Return the rule for the order of the three products in winter."""

    def attempt(mean_years: Fields) -> Outcome:
        winter = {key: _means(data)[0] for key, data in mean_years.items()}
        summer = _means(mean_years["beps"])[1]
        steps = (winter["oco2-mip"] - winter["vegas"], winter["beps"] - winter["oco2-mip"])
        is_neutral = abs(winter["beps"]) <= limits.neutral * summer
        return min(steps), min(steps) > 0 and winter["oco2-mip"] < 0 and is_neutral

    words = (
        "winter means ascend from VEGAS over OCO-2, below zero, to BEPS, which is within "
        f"{limits.neutral:.0%} of its summer mean from zero; the number is the smaller step"
    )
    return Rule(words, TOTAL_UNITS, attempt)


def winter_release(limits: Thresholds) -> Rule:
    """Return the rule that winter land is a release."""

    def attempt(mean_year: xr.DataArray) -> Outcome:
        winter = _means(mean_year)[0]
        return winter, winter < 0

    return Rule("the winter mean of China is below zero", TOTAL_UNITS, attempt)


def summer_order(limits: Thresholds) -> Rule:
    """Return the rule for the order of the three products in summer."""

    def attempt(mean_years: Fields) -> Outcome:
        summer = {key: _means(data)[1] for key, data in mean_years.items()}
        low, high = sorted((summer["vegas"], summer["oco2-mip"]))
        ratio = summer["beps"] / low
        return ratio, ratio < limits.smaller and high - low <= limits.comparable * high

    words = (
        f"summer means of VEGAS and OCO-2 differ by at most {limits.comparable:.0%} of the larger "
        f"and BEPS is below {limits.smaller:.0%} of the smaller; the number is that ratio"
    )
    return Rule(words, "1", attempt)


def clear_cycle(limits: Thresholds) -> Rule:
    """Return the rule that there is a clear season at every latitude outside the tropics."""
    limit = southern_limit()

    def attempt(zonal: xr.DataArray) -> Outcome:
        outside = zonal.isel(lat=np.flatnonzero((zonal["south"] >= limit - 1e-9).values))
        least = float(season.first_harmonic(outside)["variance_share"].min())
        return least, least >= limits.clear_cycle

    words = (
        f"in every row of latitude north of {limit:g}° N the first harmonic holds at least "
        f"{limits.clear_cycle:.0%} of the variance of the mean year; the number is the least share"
    )
    return Rule(words, "1", attempt)


def weak_cycle(limits: Thresholds) -> Rule:
    """Return the rule that the season is weak in the tropical south."""
    limit, end = southern_limit(), claim("z24-season-bands").high or 90.0

    def attempt(zonal: xr.DataArray) -> Outcome:
        south = season.amplitude(mean_of_rows(zonal, south=0.0, north=limit))
        north = season.amplitude(mean_of_rows(zonal, south=limit, north=end))
        ratio = float(south / north)
        return ratio, ratio < limits.weak_cycle

    words = (
        f"the amplitude per area south of {limit:g}° N is below {limits.weak_cycle:.0%} of that "
        f"from there to {end:g}° N; the number is the ratio"
    )
    return Rule(words, "1", attempt)


def all_year(limits: Thresholds) -> Rule:
    """Return the rule that the tropical south takes up in every month."""
    limit = southern_limit()

    def attempt(zonal: xr.DataArray) -> Outcome:
        least = float(mean_of_rows(zonal, south=0.0, north=limit).min("month"))
        return least, least > 0

    words = f"the lowest month of the mean year south of {limit:g}° N is above zero"
    return Rule(words, latitudes.RATE_UNITS, attempt)


def band_maxima(limits: Thresholds) -> Rule:
    """Return the rule that summer uptake is strong in the bands the study names."""
    bands = summer_bands()

    def attempt(zonal: xr.DataArray) -> Outcome:
        summer = season.season_mean(zonal, "JJA")
        level = float(summer.weighted(zonal["area"]).mean())
        smooth = summer.rolling(lat=3, center=True, min_periods=2).mean()
        peaks = smooth["lat"].values[_local_maxima(smooth.values) & (smooth.values > level)]
        found = sum(bool(((peaks >= a) & (peaks <= b)).any()) for a, b in bands)
        return found, found == len(bands)

    named = " and ".join(f"{south:g}–{north:g}° N" for south, north in bands)
    words = (
        f"summer uptake per area, smoothed over three rows, has a maximum above China's mean in "
        f"{named}; the number counts the bands that have one"
    )
    return Rule(words, "1", attempt)


def south_length(limits: Thresholds) -> Rule:
    """Return the rule that uptake in the South lasts from spring to late autumn."""

    def attempt(mean_year: xr.DataArray) -> Outcome:
        found = season.growing_season(mean_year)
        start, end = int(found["start"]), int(found["end"])
        holds = start in season.SEASONS["MAM"] and end in (10, 11)
        return int(found["length"]), holds

    words = (
        "months of uptake in the South start in March, April or May and end in October or "
        "November; the number is how many they are"
    )
    return Rule(words, "months", attempt)


def north_summer(limits: Thresholds) -> Rule:
    """Return the rule that uptake in the North is concentrated in summer."""
    about = claim("z24-season-north-length")
    months = range(int(about.low or 6), int(about.high or 8) + 1)

    def attempt(mean_year: xr.DataArray) -> Outcome:
        share = float(season.uptake_share(mean_year, list(months)))
        return 100.0 * share, share >= limits.concentrated

    words = (
        f"months {months[0]} to {months[-1]} hold at least {limits.concentrated:.0%} of the gross "
        "uptake of the North"
    )
    return Rule(words, "%", attempt)


def summer_bands() -> list[tuple[float, float]]:
    """Return the latitude bands of strong summer uptake that the study names [degrees north]."""
    scope = claim("z24-season-bands").scope
    return [(float(a), float(b)) for a, b in re.findall(r"(\d+)-(\d+)N", scope)]


def southern_limit() -> float:
    """Return the latitude south of which the study sees hardly a season [degrees north]."""
    return float(re.findall(r"south of (\d+)N", claim("z24-season-s25-allyear").scope)[0])


def mean_of_rows(zonal: xr.DataArray, *, south: float, north: float) -> xr.DataArray:
    """Return the mean over rows of latitude, weighted by area, dims without lat.

    Parameters
    ----------
    zonal : xarray.DataArray, dims (..., lat)
        Rates with coordinates `south`, `north` [degrees] and `area` [m2] along lat.
    south, north : float
        Limits [degrees north]; a row counts with its share in degrees.
    """
    low = np.maximum(zonal["south"], south)
    high = np.minimum(zonal["north"], north)
    share = (high - low).clip(min=0.0) / (zonal["north"] - zonal["south"])
    weights = xr.DataArray(np.asarray(share * zonal["area"]), dims="lat")
    return zonal.weighted(weights).mean("lat")


def _local_maxima(values: np.ndarray) -> np.ndarray:
    """Return which inner values are above both neighbours."""
    inner = (values[1:-1] > values[:-2]) & (values[1:-1] > values[2:])
    return np.concatenate([[False], inner, [False]])
