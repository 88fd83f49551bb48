"""From published totals to monthly fields: years, seasons and ensemble members of the stand-in.

All fluxes here are rates in g C m-2 yr-1 (1 yr = 365.25 d), land uptake positive.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from scipy.ndimage import gaussian_filter

from helpers import reconstruction, standin_prior, standin_targets
from helpers.standin_prior import MONTH_DAYS, Assumptions
from helpers.standin_targets import Targets

YEARS: tuple[int, ...] = (2015, 2016, 2017, 2018, 2019)
REGION_COUNT = 4
SEED = 20152019
"""Seed of every random choice: which year is high, and how members differ."""

INVERSIONS_IN_RANGE = 10
NORMAL_RANGE = 3.078
"""Expected range of ten independent normal values, in standard deviations: turns the published
range of the ten version 9 inversions into a standard deviation."""


@dataclass(frozen=True)
class MemberAssumptions:
    """Choices about the ensemble: only its mean is published.

    Attributes
    ----------
    count : int
        Number of members, as in the study.
    length : float
        Standard deviation of the Gaussian that makes members' departures smooth [degrees].
    yearly_share : float
        Spread of a single year's departure beyond that of the mean, relative to it [1].
    season_spread : float
        Relative spread of the seasonal cycle across members [1].
    """

    count: int = 14
    length: float = 6.0
    yearly_share: float = 0.3
    season_spread: float = 0.2


@dataclass(frozen=True)
class Fields:
    """All that is needed to compute any month of one product.

    Attributes
    ----------
    product : str
    land : xarray.DataArray of bool, dims (lat, lon)
    reconstruction : Reconstruction
        Its rows are the eight published totals.
    prior, mean : numpy.ndarray, shape (lat, lon) [g C m-2 yr-1]
    anomalies : numpy.ndarray, shape (year, scope) [Pg C yr-1]
        Departures of the eight totals in each year.
    correlation : numpy.ndarray, shape (4, 4)
        Correlations of the regions that were needed.
    room : numpy.ndarray, shape (lat, lon) [g C m-2 yr-1]
        How much a cell may move; zero outside land.
    amplitude : numpy.ndarray, shape (lat, lon) [g C m-2 yr-1]
        Size of uptake and release over the year.
    courses : dict of bool to (uptake, release)
        Yearly courses for common and leap years, each shape (12, lat, lon) [1].
    """

    product: str
    land: xr.DataArray
    reconstruction: reconstruction.Reconstruction
    prior: np.ndarray
    mean: np.ndarray
    anomalies: np.ndarray
    correlation: np.ndarray
    room: np.ndarray
    amplitude: np.ndarray
    courses: dict[bool, tuple[np.ndarray, np.ndarray]]

    def season(self, year: int, month: int) -> np.ndarray:
        """Return the departure of a month from its year, with a yearly mean of zero."""
        uptake, release = self.courses[is_leap(year)]
        return self.amplitude * (uptake[month - 1] - release[month - 1])

    def growth(self, year: int, month: int) -> np.ndarray:
        """Return the weight of a month in a yearly anomaly, with a yearly mean of one."""
        return self.courses[is_leap(year)][0][month - 1]

    def month(self, year: int, month: int) -> np.ndarray:
        """Return the flux of a month, shape (lat, lon); zero outside land."""
        anomaly = self.reconstruction.change(self.anomalies[YEARS.index(year)])
        return self.mean + anomaly * self.growth(year, month) + self.season(year, month)


def is_leap(year: int) -> bool:
    """Return whether February of the year has 29 days."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def month_weight(year: int, month: int) -> float:
    """Return the share of a month in its year [1]."""
    days = MONTH_DAYS[is_leap(year)]
    return float(days[month - 1] / days.sum())


def random_for(product: str) -> np.random.Generator:
    """Return the generator of a product's random choices, always in the same state."""
    return np.random.default_rng([SEED, list(standin_targets.PRODUCTS).index(product)])


def yearly_anomalies(
    targets: Targets,
    *,
    rows: np.ndarray,
    covariance: reconstruction.Covariance,
    random: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the departures of the eight totals in each year, and the regions' correlations.

    Parameters
    ----------
    targets : Targets
        Published spreads.
    rows : numpy.ndarray, shape (8, lat, lon)
        Four regions, then four ecosystems.
    covariance : callable
        That of the reconstruction.
    random : numpy.random.Generator
        Chooses which years are high.

    Returns
    -------
    tuple of numpy.ndarray, shapes (year, 8) [Pg C yr-1] and (4, 4) [1]
        Regions have the published spreads and their sum the published national one, with the
        correlations nearest to none. Ecosystems are those that follow from the regions alone by
        the smallest change, each stretched to its published spread.
    """
    regions = slice(None, REGION_COUNT)
    spread = targets.spread[regions]
    correlation, _ = reconstruction.nearest_correlation(spread, total=targets.national_spread)
    basis = reconstruction.centred_basis(len(YEARS), size=REGION_COUNT, random=random)
    by_region = reconstruction.series_with_spread(spread, correlation, basis=basis)
    alone = reconstruction.reconstruct(rows[regions], covariance)
    implied = np.einsum("kij,lij->lk", rows[REGION_COUNT:], alone.patterns)
    by_class = reconstruction.nearest_with_spread(
        by_region @ implied, spread=targets.spread[REGION_COUNT:]
    )
    return np.concatenate([by_region, by_class], axis=1), correlation


def make_fields(
    product: str, *, targets: Targets, weights: xr.DataArray, grid: xr.Dataset
) -> Fields:
    """Reconstruct one product on its native grid.

    Parameters
    ----------
    product : {"beps", "vegas", "oco2-mip"}
    targets : Targets
        Published totals of the product.
    weights : xarray.DataArray, dims (scope, lat, lon) [1]
        What each cell of the analysis grid counts in each total.
    grid : xarray.Dataset
        The analysis grid.
    """
    assumed = standin_prior.ASSUMPTIONS[product]
    native = standin_prior.native_grid(product)
    land = standin_prior.native_land(native, analysis=grid)
    data = standin_prior.drivers(native, land=land)
    rows = standin_targets.total_rows(weights, land, grid=grid)
    step = float(native["lat"][1] - native["lat"][0])
    room = standin_prior.spread(data)
    covariance = reconstruction.smooth_covariance(room, length=assumed.length / step)
    solved = reconstruction.reconstruct(rows, covariance)
    prior = standin_prior.prior_flux(data, assumed)
    anomalies, correlation = yearly_anomalies(
        targets, rows=rows, covariance=covariance, random=random_for(product)
    )
    return Fields(
        product=product,
        land=land,
        reconstruction=solved,
        prior=prior,
        mean=prior + solved.change(targets.mean - solved.totals(prior)),
        anomalies=anomalies,
        correlation=correlation,
        room=room,
        amplitude=_amplitude(data, assumed, step=step),
        courses={leap: standin_prior.activity(data, leap=leap) for leap in (False, True)},
    )


def _amplitude(data: xr.Dataset, assumed: Assumptions, *, step: float) -> np.ndarray:
    return assumed.season * standin_prior.smooth_on_land(
        data["production"].values, data["land"].values, cells=assumed.smoothing / step
    )


@dataclass(frozen=True)
class Members:
    """Departures of ensemble members from the mean; they add up to zero over the members.

    Attributes
    ----------
    mean : numpy.ndarray, shape (member, lat, lon) [g C m-2 yr-1]
    yearly : numpy.ndarray, shape (member, year, lat, lon) [g C m-2 yr-1]
        Also adds up to zero over the years.
    season : numpy.ndarray, shape (member,) [1]
        Relative departure of the seasonal cycle.
    """

    mean: np.ndarray
    yearly: np.ndarray
    season: np.ndarray

    def month(self, fields: Fields, year: int, *, month: int) -> np.ndarray:
        """Return the departures in a month, shape (member, lat, lon)."""
        growth = fields.growth(year, month)
        season = self.season[:, None, None] * fields.season(year, month)
        return self.mean + self.yearly[:, YEARS.index(year)] * growth + season


def make_members(fields: Fields, *, spread: float, assumed: MemberAssumptions) -> Members:
    """Draw the departures of the members.

    Parameters
    ----------
    fields : Fields
        The ensemble mean.
    spread : float
        Sample standard deviation over members of the national mean sink [Pg C yr-1].
    assumed : MemberAssumptions
        The choices.

    Notes
    -----
    Departures are smooth Gaussian fields times the room a cell has to move, scaled so that the
    national spread over members is the one asked for.
    """
    random = np.random.default_rng([SEED, 99])
    step = float(fields.land["lat"][1] - fields.land["lat"][0])
    national = fields.reconstruction.rows[:REGION_COUNT].sum(axis=0)

    def smooth_noise(*shape: int) -> np.ndarray:
        draw = random.standard_normal((*shape, *fields.room.shape))
        width = assumed.length / step
        smooth = gaussian_filter(draw, width, mode="reflect", axes=(-2, -1))
        return fields.room * smooth

    mean = smooth_noise(assumed.count)
    mean = mean - mean.mean(axis=0)
    mean *= spread / np.einsum("mij,ij->m", mean, national).std(ddof=1)
    yearly = smooth_noise(assumed.count, len(YEARS))
    yearly = yearly - yearly.mean(axis=0)
    yearly = yearly - yearly.mean(axis=1, keepdims=True)
    totals = np.einsum("myij,ij->my", yearly, national)
    yearly *= (
        assumed.yearly_share
        * spread
        / np.sqrt((totals**2).sum(axis=0).mean() / (assumed.count - 1))
    )
    season = random.standard_normal(assumed.count)
    season -= season.mean()
    season *= assumed.season_spread / season.std(ddof=1)
    return Members(mean, yearly, season)
