"""Labs on areas: regions on a grid, uptake per square metre, ecosystems in a cell."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import xarray as xr

from helpers import budget, geography, masks, timeaxis, trials, units
from helpers import grid as grids
from helpers.closure import Identity
from helpers.geography import REGIONS
from helpers.study import Study
from helpers.style import number
from helpers.teaching.equalities import equal
from helpers.teaching.lab import Lab, State, Step

FINE_STEP = 0.5
"""Grid on which the map of ecosystems is measured again [degrees]."""

AREA_TOLERANCE = 0.03
"""What a border through a mixed cell may do to the area of an ecosystem, relative [1]."""


def study_start(study: Study, product: str) -> dict[str, Any]:
    """Return what a lab on fields starts from: one product and the choices of the study."""
    flux = budget.ensemble_mean(study.fluxes[product]).assign_attrs(study.fluxes[product].attrs)
    return {"flux": flux, "masks": study.masks["scope_weight"].sel(boundary=study.boundary),
            "boundary": study.boundary}  # fmt: skip


def mean_total(flux: xr.DataArray, weights: xr.DataArray) -> xr.DataArray:
    """Return the mean over years of the total of a flux [Pg C yr-1], months by their length."""
    return budget.annual_totals(flux, weights).mean("year")


def national_share(state: State) -> xr.DataArray:
    """Return the exact share of each cell that is China, dims (lat, lon) [1]."""
    return state["masks"].sel(mask="fraction", scope="China", drop=True)


def _region_shares(state: State, method: str) -> xr.DataArray:
    return state["masks"].sel(mask=method, scope=list(REGIONS), drop=True)


def _listed(values: xr.DataArray, digits: int) -> str:
    dim = str(values.dims[0])
    return "; ".join(f"{name} {number(float(values.sel({dim: name})), digits)}"
                     for name in values[dim].values.tolist())  # fmt: skip


def _grid_words(flux: xr.DataArray) -> str:
    sizes = flux.sizes
    return f"{sizes['time']} months, {sizes['lat']} × {sizes['lon']} cells"


def _area_km2(shares: xr.DataArray) -> xr.DataArray:
    return (shares * grids.cell_areas(shares)).sum(("lat", "lon")) / 1e6


def _regional_checks(state: State) -> list[Identity]:
    polygons = trials.polygon_areas(state["boundary"])
    found = _area_km2(state["shares"])
    lines = [
        equal(f"cells of the region = its outline, {name}", float(found.sel(scope=name)),
              whole=polygons[name], unit="km2", tolerance=1e-6)
        for name in REGIONS
    ]  # fmt: skip
    cell = state["shares"].sum("scope").max()
    return [
        *lines,
        equal("largest sum of a cell's shares = 1", float(cell), whole=1.0, unit="1"),
        equal("sum of the four = the sum stated", float(state["totals"].sum()),
              whole=state["nation"], unit=units.TOTAL_UNITS),
    ]  # fmt: skip


REGIONAL_BUDGET = Lab(
    key="regional_budget",
    steps=(
        Step(name="monthly", words="Took the typed flux of BEPS on the 1° grid, month by month.",
             run=lambda s: s["flux"], shows=_grid_words),
        Step(name="shares", words="Laid the outlines of the four regions on the grid, and gave "
             "each cell the share that counts for each region.",
             run=lambda s: _region_shares(s, "fraction"),
             fault=lambda s: _region_shares(s, "touched"),
             shows=lambda v: f"{int((v > 0).sum())} pairs of cell and region count"),
        Step(name="area", words="Multiplied the shares by exact areas of cells on the sphere.",
             run=lambda s: _area_km2(s["shares"]),
             shows=lambda v: f"{_listed(v / 1e6, 2)} million km²"),
        Step(name="totals", words="Added up flux × area, months weighted by their length, and "
             "took the mean of the years.", run=lambda s: mean_total(s["monthly"], s["shares"]),
             shows=lambda v: f"{_listed(v, 3)} Pg C yr⁻¹"),
        Step(name="nation", words="Added up the four regions, which together are China.",
             run=lambda s: float(s["totals"].sum()), shows=lambda v: f"{number(v, 3)} Pg C yr⁻¹"),
    ),
    claim=lambda s: f"The four regions take up {number(s['nation'], 2)} Pg C yr⁻¹ together. As "
    "they are China without gap or overlap, that is China's sink; the Plateau has "
    f"{number(float(s['totals'].sel(scope='Qinghai-Tibet')), 3)} of it.",
    asked="uptake of the Qinghai-Tibet Plateau",
    unit="Pg C yr⁻¹",
    answer=lambda s: float(s["totals"].sel(scope="Qinghai-Tibet")),
    checks=_regional_checks,
    tolerance=0.005,
    material=0.05,
    digits=4,
    hint_place="How large are the regions on the grid, and how large are their outlines?",
    hint_value="How often may a cell on a border count, all regions together?",
)  # fmt: skip


def region_means(density: xr.DataArray, weights: xr.DataArray) -> xr.DataArray:
    """Return the weighted mean of each region over the cells that have a value."""
    return density.weighted(weights).mean(("lat", "lon"))


def region_means_over_all_weights(density: xr.DataArray, weights: xr.DataArray) -> xr.DataArray:
    """Return mean of value x weight over mean weight: cells without a value keep their weight."""
    return (density * weights).mean(("lat", "lon")) / weights.mean()


def _within_regions(state: State) -> xr.DataArray:
    """Return the flux of each region, missing in cells of which half or less lies inside."""
    return state["density"].where(_region_shares(state, "fraction") > 0.5)


def cosine_weights(field: xr.DataArray) -> xr.DataArray:
    """Return the cosine of latitude on every cell, proportional to area on equal steps [1]."""
    return xr.ones_like(field, dtype=float) * np.cos(np.deg2rad(field["lat"]))


def _per_area_checks(state: State) -> list[Identity]:
    way, weights, fields = state["way"], state["weights"], state["regions"]
    ones = way(xr.ones_like(fields).where(fields.notnull()), weights)
    parts = (state["means"] * weights.where(fields.notnull()).sum(("lat", "lon"))).sum("scope")
    joined = fields.mean("scope")
    whole = (joined * weights).sum() / weights.where(joined.notnull()).sum()
    share = weights.where(joined.notnull()).sum()
    lines = [
        equal(
            f"mean of a field of ones = 1, {name}", float(ones.sel(scope=name)), whole=1.0, unit="1"
        )
        for name in REGIONS
    ]
    ratio = float((weights / grids.cell_areas(weights)).std() / (
        weights / grids.cell_areas(weights)).mean())  # fmt: skip
    return [
        equal("weights are in proportion to areas of cells", 1.0 + ratio, whole=1.0, unit="1"),
        *lines,
        equal("regions, by their area = all cells together", float(parts / share),
              whole=float(whole),
              unit=units.RATE_UNITS),
    ]  # fmt: skip


UPTAKE_PER_AREA = Lab(
    key="uptake_per_area",
    steps=(
        Step(name="density", words="Took the mean flux of BEPS over the period, months weighted "
             "by their length, in g C m⁻² yr⁻¹.",
             run=lambda s: units.to_rate(timeaxis.period_mean(s["flux"])),
             shows=lambda v: f"{number(float(v.min()), 0)} to {number(float(v.max()), 0)}"),
        Step(name="regions", words="Kept, for each region, the cells of which more than half lies "
             "inside, and made all others missing.", run=_within_regions,
             shows=lambda v: f"{_listed(v.notnull().sum(('lat', 'lon')), 0)} cells"),
        Step(name="weights", words="Gave each cell the cosine of its latitude as weight.",
             run=lambda s: cosine_weights(s["density"]),
             shows=lambda v: f"{number(float(v.min()), 2)} to {number(float(v.max()), 2)}"),
        Step(name="way", words="Averaged flux × weight over the cells, and divided by the average "
             "weight.", run=lambda s: region_means,
             fault=lambda s: region_means_over_all_weights, shows=lambda v: "no number yet"),
        Step(name="means", words="Applied this to the four regions.",
             run=lambda s: s["way"](s["regions"], s["weights"]),
             shows=lambda v: f"{_listed(v, 1)} g C m⁻² yr⁻¹"),
    ),
    claim=lambda s: f"A square metre of the South takes up "
    f"{number(float(s['means'].sel(scope='South')), 0)} g C yr⁻¹, "
    f"{number(float(s['means'].sel(scope='South') / s['means'].sel(scope='North')), 1)} times as "
    "much as one of the North. Areas are right: the weights follow the cosine of latitude.",
    asked="mean uptake of the South",
    unit="g C m⁻² yr⁻¹",
    answer=lambda s: float(s["means"].sel(scope="South")),
    checks=_per_area_checks,
    tolerance=0.005,
    material=0.05,
    digits=1,
    hint_place="What should the mean of a field of ones be, and which step can spoil it?",
    hint_value="Which cells have a weight, and which have a value? Keep the rule for cells.",
)  # fmt: skip


def class_shares(state: State) -> xr.DataArray:
    """Return the share of each ecosystem in each cell, dims (ecosystem, lat, lon) [1]."""
    return geography.ecosystem_fractions(state["flux"])


def whole_classes(state: State) -> xr.DataArray:
    """Return 1 for the ecosystem that covers most of a cell and 0 for the others."""
    shares = class_shares(state)
    return (geography.majority_class(shares) == shares["ecosystem"]).astype(float)


@lru_cache(maxsize=2)
def mapped_areas(boundary: str) -> Mapping[str, float]:
    """Return the area of each ecosystem in China, measured on a finer grid [km2]."""
    fine = grids.analysis_grid(FINE_STEP)
    china = masks.polygon_weights(geography.boundary_polygon(boundary), fine)
    found = _area_km2(geography.ecosystem_fractions(fine) * china)
    return {str(name): float(found.sel(ecosystem=name)) for name in found["ecosystem"].values}


def _class_checks(state: State) -> list[Identity]:
    mapped = mapped_areas(state["boundary"])
    sums = state["totals"]
    lines = [
        equal(f"area given to the class = area on the map, {name}",
              float(state["areas"].sel(ecosystem=name)), whole=mapped[name], unit="km2",
              tolerance=AREA_TOLERANCE)
        for name in geography.ECOSYSTEMS
    ]  # fmt: skip
    nation = float(mean_total(state["flux"], national_share(state)))
    return [
        equal(
            "sum of the classes = China", float(sums.sum()), whole=nation, unit=units.TOTAL_UNITS
        ),
        *lines,
    ]


ECOSYSTEM_SHARES = Lab(
    key="ecosystem_shares",
    steps=(
        Step(name="monthly", words="Took the typed flux of the inversions, mean of the ensemble, "
             "on the 1° grid.", run=lambda s: s["flux"],
             shows=_grid_words),
        Step(name="classes", words="Laid the land-cover map on the grid, and gave each cell to "
             "its ecosystem.", run=class_shares, fault=whole_classes,
             shows=lambda v: f"{int((v > 0).sum())} pairs of cell and class count"),
        Step(name="areas", words="Multiplied by China's exact share of the cell and by areas on "
             "the sphere.", run=lambda s: _area_km2(s["classes"] * national_share(s)),
             shows=lambda v: f"{_listed(v / 1e6, 2)} million km²"),
        Step(name="totals", words="Added up flux × area by ecosystem, months weighted by their "
             "length, and took the mean of the years.",
             run=lambda s: mean_total(s["monthly"], s["classes"] * national_share(s)),
             shows=lambda v: f"{_listed(v, 3)} Pg C yr⁻¹"),
        Step(name="percent", words="Divided by their sum.",
             run=lambda s: 100 * s["totals"] / s["totals"].sum(),
             shows=lambda v: f"{_listed(v, 1)} %"),
    ),
    claim=lambda s: f"Forest holds {number(float(s['percent'].sel(ecosystem='forest')), 0)} % of "
    f"China's sink and shrubland {number(float(s['percent'].sel(ecosystem='shrub')), 0)} %. The "
    "classes add up to the nation exactly, so every flux is where it belongs.",
    asked="uptake of shrubland",
    unit="Pg C yr⁻¹",
    answer=lambda s: float(s["totals"].sel(ecosystem="shrub")),
    checks=_class_checks,
    tolerance=0.01,
    material=0.05,
    hint_place="The sum closes, so look at what is not in the sum: the areas.",
    hint_value="How much of a cell with a third of shrub counts as shrub?",
)  # fmt: skip
