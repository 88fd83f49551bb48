"""Masks on trial: one flux, every way to draw its borders, and what each choice does to a total."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product as combinations

import numpy as np
import pandas as pd
import shapely
import xarray as xr

from helpers import budget, geography, masks, regrid, timeaxis
from helpers import grid as grids
from helpers.constants import CHINA_BOX
from helpers.errors import InputError

GRIDS: dict[str, xr.Dataset] = {
    "1 degree": grids.analysis_grid(),
    "1 degree, shifted half a cell": grids.regular_grid(1.0, box=(72.5, 136.5, 17.5, 54.5)),
    "2 degrees": grids.regular_grid(2.0, box=(72.0, 138.0, 17.0, 55.0)),
}
"""Grids on which borders are drawn; all hold China's land in either depiction."""

COASTS = ("whole cell", "land part", "land carries all")
"""What counts of a coastal cell: all of what the mask says; only the share that is land, an error
with exact fractions; or the mask's share of the land instead of the cell, right for a flux per area
of the cell that sea has diluted."""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One way to draw borders.

    Parameters
    ----------
    grid, mask, boundary, coast : str
        Keys of `GRIDS`, `masks.METHODS`, `geography.BOUNDARIES` and `COASTS`.
    """

    grid: str = "1 degree"
    mask: str = "fraction"
    boundary: str = "national"
    coast: str = "whole cell"

    def __post_init__(self) -> None:
        known = {
            "grid": tuple(GRIDS),
            "mask": masks.METHODS,
            "boundary": geography.BOUNDARIES,
            "coast": COASTS,
        }
        for name, accepted in known.items():
            if getattr(self, name) not in accepted:
                raise InputError(
                    "Unknown choice in a trial of masks.", where=name,
                    found=repr(getattr(self, name)), accepted=", ".join(accepted),
                    fix="Choose one of these.",
                )  # fmt: skip

    @property
    def slug(self) -> str:
        """Name for result tables, in snake_case."""
        words = [self.mask, self.grid, self.boundary, self.coast]
        return "_".join(words).replace(",", "").replace(" ", "_").replace("-", "_")


def all_trials() -> list[Trial]:
    """Return every combination of grid, mask, depiction and treatment of coasts."""
    choices = combinations(GRIDS, masks.METHODS, geography.BOUNDARIES, COASTS)
    return [Trial(grid=g, mask=m, boundary=b, coast=c) for g, m, b, c in choices]


def scope_polygons(boundary: str) -> dict[str, shapely.Geometry]:
    """Return the polygon of China and of each region in a depiction."""
    return {"China": geography.boundary_polygon(boundary)} | geography.region_polygons(boundary)


@lru_cache(maxsize=64)
def trial_weights(trial: Trial) -> xr.DataArray:
    """Return the share of each cell that counts, dims (scope, lat, lon) [1]."""
    cells = GRIDS[trial.grid]
    parts = [
        masks.polygon_weights(polygon, cells, method=trial.mask, name=name)
        for name, polygon in scope_polygons(trial.boundary).items()
    ]
    weights = xr.concat(parts, dim=pd.Index(["China", *geography.REGIONS], name="scope"))
    land = _land(trial.grid) if trial.coast != "whole cell" else None
    if land is None:
        return weights
    if trial.coast == "land part":
        return weights * land
    # outlines of coast and country differ a little, so a share may come out above one
    return (weights / land.where(land > 0)).clip(max=1.0).fillna(weights)


@lru_cache(maxsize=8)
def _land(grid: str) -> xr.DataArray:
    return geography.land_fraction(GRIDS[grid])


def areas(trials: Sequence[Trial]) -> pd.DataFrame:
    """Return the area each trial gives to China and the regions.

    Returns
    -------
    pandas.DataFrame
        Columns of the trial, `scope`, `area` [km2] and `excess` [%], the difference from the area
        of the polygon in the same depiction.
    """
    rows = []
    for trial in trials:
        found = (trial_weights(trial) * grids.cell_areas(GRIDS[trial.grid])).sum(("lat", "lon"))
        exact = polygon_areas(trial.boundary)
        for scope in found["scope"].values:
            area = float(found.sel(scope=scope)) / 1e6
            rows.append(_labels(trial) | {
                "scope": str(scope), "area": area, "excess": 100 * (area / exact[str(scope)] - 1),
            })  # fmt: skip
    return pd.DataFrame(rows)


@lru_cache(maxsize=4)
def polygon_areas(boundary: str) -> Mapping[str, float]:
    """Return the exact area of China and of each region in a depiction [km2].

    What lies outside the analysis box (small islands south of it) is not counted.
    """
    west, east, south, north = CHINA_BOX
    box = shapely.box(west, south, east, north)
    return {
        name: masks.polygon_area(shapely.intersection(polygon, box)) / 1e6
        for name, polygon in scope_polygons(boundary).items()
    }


def totals(fluxes: Mapping[str, xr.DataArray], trials: Sequence[Trial]) -> pd.DataFrame:
    """Return the mean total of each product, scope and trial.

    Parameters
    ----------
    fluxes : mapping of str to xarray.DataArray [kg m-2 s-1]
        Typed flux of each product on the analysis grid; ensembles enter as their mean.
    trials : sequence of Trial
        Ways to draw borders.

    Returns
    -------
    pandas.DataFrame
        Columns `product`, those of the trial, `scope` and `value` [Pg C yr-1], land uptake
        positive. On other grids than 1 degree the flux is regridded conservatively first.
    """
    rows = []
    for key, grid, flux in mean_fluxes(fluxes, trials):
        for trial in (t for t in trials if t.grid == grid):
            values = budget.total(flux, trial_weights(trial), max_gap=0.05).isel(time=0)
            for scope in values["scope"].values:
                value = float(values.sel(scope=scope))
                rows.append(
                    {"product": key} | _labels(trial) | {"scope": str(scope), "value": value}
                )
    return pd.DataFrame(rows)


def mean_fluxes(
    fluxes: Mapping[str, xr.DataArray], trials: Sequence[Trial]
) -> Iterator[tuple[str, str, xr.DataArray]]:
    """Yield each product's mean flux on each grid that the trials need."""
    for key, flux in fluxes.items():
        mean = mean_of_years(flux)
        for grid in dict.fromkeys(trial.grid for trial in trials):
            same = grid == "1 degree"
            yield key, grid, mean if same else regrid.conservative(mean, GRIDS[grid])


def mean_of_years(flux: xr.DataArray) -> xr.DataArray:
    """Return the mean of the yearly means as a typed flux with one time step.

    Yearly means weight months by length; the years count alike, as in every total of the book.
    """
    annual = timeaxis.annual_mean(budget.ensemble_mean(flux)).mean("year")
    result = annual.expand_dims(time=flux["time"].values[:1])
    result.attrs = dict(flux.attrs)
    return result


def _labels(trial: Trial) -> dict[str, str]:
    return {
        "grid": trial.grid,
        "mask": trial.mask,
        "boundary": trial.boundary,
        "coast": trial.coast,
        "trial": trial.slug,
    }


def class_totals(
    flux: xr.DataArray, *, weights: xr.DataArray, shares: xr.DataArray
) -> xr.DataArray:
    """Return the mean total of each ecosystem, dims (ecosystem,) [Pg C yr-1].

    Parameters
    ----------
    flux : xarray.DataArray [kg m-2 s-1]
        Typed flux on the analysis grid; an ensemble enters as its mean.
    weights : xarray.DataArray, dims (lat, lon) [1]
        Share of each cell that counts for the nation.
    shares : xarray.DataArray, dims (ecosystem, lat, lon) [1]
        Share of each ecosystem in what counts: fractions, or :func:`majority_shares`.
    """
    mean = mean_of_years(flux)
    return budget.total(mean, weights * shares, max_gap=0.05).isel(time=0, drop=True)


def majority_shares(fractions: xr.DataArray) -> xr.DataArray:
    """Return shares that give each cell whole to its majority class, dims (ecosystem, lat, lon)."""
    majority = geography.majority_class(fractions)
    return (majority == fractions["ecosystem"]).astype(float).transpose(*fractions.dims)


def excess_steps(flux: xr.DataArray, *, fractions: xr.DataArray, boundary: str) -> dict[str, float]:
    """Take the excess of the four-class sum over the national total apart, step by step.

    Parameters
    ----------
    flux : xarray.DataArray [kg m-2 s-1]
        Typed flux on the analysis grid; an ensemble enters as its mean.
    fractions : xarray.DataArray, dims (ecosystem, lat, lon) [1]
        Ecosystem fractions that add up to one.
    boundary : {"national", "natural-earth"}
        Depiction of China.

    Returns
    -------
    dict of str to float [Pg C yr-1]
        ``nation``: total by exact fractions. ``left out``: less the land of no class, sign turned.
        ``majority``: what giving cells whole to their majority class adds. ``touched``: what
        counting every touched cell whole adds. ``four classes``: the sum of all four steps, equal
        to the four-class sum under the whole-cell majority rule.

    Notes
    -----
    The steps telescope: S(majority, touched) - N = [S(f, f) - N] + [S(m, f) - S(f, f)] +
    [S(m, t) - S(m, f)], with S the sum over four classes, f exact fractions, m majority, t touched.
    """
    four = [name for name in geography.ECOSYSTEMS if name != "other"]
    exact = trial_weights(Trial(boundary=boundary)).sel(scope="China", drop=True)
    touched = trial_weights(Trial(boundary=boundary, mask="touched")).sel(scope="China", drop=True)
    majority = majority_shares(fractions)

    def four_sum(weights: xr.DataArray, shares: xr.DataArray) -> float:
        totals = class_totals(flux, weights=weights, shares=shares)
        return float(totals.sel(ecosystem=four).sum())

    nation = float(budget.total(mean_of_years(flux), exact, max_gap=0.05).squeeze())
    by_fraction, by_majority = four_sum(exact, fractions), four_sum(exact, majority)
    whole = four_sum(touched, majority)
    return {
        "nation": nation,
        "left out": by_fraction - nation,
        "majority": by_majority - by_fraction,
        "touched": whole - by_majority,
        "four classes": whole,
    }


def spread_of(values: pd.Series, *, reference: float) -> dict[str, float]:
    """Return lowest and highest value and their distance from a reference [%]."""
    low, high = float(values.min()), float(values.max())
    scale = abs(reference) if reference else np.nan
    return {
        "low": low,
        "high": high,
        "below": 100 * (low - reference) / scale,
        "above": 100 * (high - reference) / scale,
    }
