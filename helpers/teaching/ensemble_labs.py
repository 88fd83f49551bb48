"""Labs on members of an ensemble: their signs, their spread, and years taken for members."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import xarray as xr

from helpers import budget, coverage, timeaxis
from helpers.closure import Identity
from helpers.members import ensemble_of
from helpers.study import Study
from helpers.style import number
from helpers.teaching.area_labs import study_start
from helpers.teaching.equalities import at_least, equal
from helpers.teaching.lab import Lab, State, Step
from helpers.units import TOTAL_UNITS

TWICE_LISTED = 0.05
"""What listing every member twice may do to a sample SD through its divisor n - 1 [1]."""

SHARED_PART = 0.5
"""Error common to all members, as a share of their SD, in the toy of a check; an assumption."""

_PG = TOTAL_UNITS


def ensemble_start(study: Study, *, scope: str, other: str | None = None) -> dict[str, Any]:
    """Return what a lab on members starts from: totals of each member, month by month.

    Parameters
    ----------
    study : Study
        With an ensemble.
    scope : str
        China or a region.
    other : str, optional
        Product to compare with; the first without members unless given.

    Returns
    -------
    dict
        ``monthly`` dims (member, time) and ``other``, the mean of the other product [Pg C yr-1].
    """
    key = ensemble_of(study)
    single = other or next(name for name, flux in study.fluxes.items() if "member" not in flux.dims)
    start = study_start(study, single)
    weights = start["masks"].sel(mask="fraction", scope=scope, drop=True)
    return {
        "monthly": budget.total(study.fluxes[key], weights),
        "other": float(budget.annual_totals(start["flux"], weights).mean()),
    }


def _sd(values: xr.DataArray) -> float:
    return float(values.std(ddof=1))


def _spread_words(values: xr.DataArray) -> str:
    return (f"{values.size} values, {number(float(values.min()), 2)} to "
            f"{number(float(values.max()), 2)} Pg C yr⁻¹")  # fmt: skip


def _member_means(state: State) -> xr.DataArray:
    return timeaxis.annual_mean(state["monthly"]).mean("year")


def _sure_checks(state: State) -> list[Identity]:
    members = state["members"]
    twice = state["rule"](xr.concat([members, members], dim="member"))
    size = _sd(members)
    toy = coverage.Toy(members=members.size, member=size, shared=SHARED_PART * size, noise=0.0)
    reach = coverage.exact_coverage(toy)
    held = reach["standard_error" if state["rule"] is standard_error else "spread"]
    return [
        equal("mean of members = the mean stated", float(members.mean()), whole=state["mean"],
              unit=_PG),
        equal("± with every member listed twice = ± with each once", twice, whole=state["bar"],
              unit=_PG,
              tolerance=TWICE_LISTED),
        at_least("share of toy ensembles with a shared error whose 95 % interval holds the truth "
                 "≥ 0.9", float(held), least=0.9),
    ]  # fmt: skip


def standard_error(members: xr.DataArray) -> float:
    """Return SD / sqrt(n), the error of the mean of independent draws."""
    return _sd(members) / math.sqrt(members.size)


SURE_ENSEMBLE = Lab(
    key="sure_ensemble",
    steps=(
        Step(name="members", words="Took the mean of China's uptake over the years, for each "
             "inversion.", run=_member_means, shows=_spread_words),
        Step(name="mean", words="Took the mean over the inversions.",
             run=lambda s: float(s["members"].mean()),
             shows=lambda v: f"{number(v, 3)} Pg C yr⁻¹"),
        Step(name="rule", words="Chose the rule for ±: the standard error of a mean of n values.",
             run=lambda s: _sd, fault=lambda s: standard_error, shows=lambda v: "no number yet"),
        Step(name="bar", words="Applied the rule to the inversions.",
             run=lambda s: s["rule"](s["members"]),
             shows=lambda v: f"±\u00a0{number(v, 3)} Pg C yr⁻¹"),
        Step(name="distance", words="Divided the distance from the other product by this ±.",
             run=lambda s: (s["mean"] - s["other"]) / s["bar"],
             shows=lambda v: f"{number(v, 1)} times the ±"),
    ),
    claim=lambda s: f"The inversions give {number(s['mean'], 2)} ±\u00a0{number(s['bar'], 2)} "
    f"Pg C yr⁻¹. VEGAS lies {number(abs(s['distance']), 1)} times that ± away, so the two "
    "methods contradict each other.",
    asked="± that does not take the inversions for independent draws",
    unit="Pg C yr⁻¹",
    answer=lambda s: s["bar"],
    checks=_sure_checks,
    tolerance=0.01,
    material=0.5,
    hint_place="What would happen to each number if every inversion were listed twice?",
    hint_value="What is left of the rule when nothing is known about how members depend on each "
    "other?",
)  # fmt: skip


def _doubled(members: xr.DataArray) -> xr.DataArray:
    """Return members twice as far from their mean, each shifted alike in all years."""
    means = members.mean("year")
    return members + (means - means.mean("member"))


def over_years(annual: xr.DataArray) -> float:
    """Return the sample SD over years of the ensemble mean [Pg C yr-1]."""
    return float(budget.interannual_sd(annual))


def over_members(annual: xr.DataArray) -> float:
    """Return the sample SD over members of their means over years [Pg C yr-1]."""
    return _sd(annual.mean("year"))


def _plateau_checks(state: State) -> list[Identity]:
    annual, rule = state["annual"], state["rule"]
    means = annual.mean("year")
    inside = (np.abs(means - means.mean()) <= 2 * state["bar"]).mean()
    return [
        equal("mean of years of the mean = mean of members", state["mean"],
              whole=float(means.mean()),
              unit=_PG),
        equal("inversions twice as far apart = ± twice as large", rule(_doubled(annual)),
              whole=2 * state["bar"], unit=_PG),
        at_least("share of inversions within two ± of the mean ≥ 0.9", float(inside), least=0.9),
    ]  # fmt: skip


PLATEAU_SOURCE = Lab(
    key="plateau_source",
    steps=(
        Step(name="annual", words="Took the Plateau's uptake in each year, for each inversion, "
             "months weighted by their length.",
             run=lambda s: timeaxis.annual_mean(s["monthly"]),
             shows=lambda v: f"{v.sizes['member']} inversions, {v.sizes['year']} years"),
        Step(name="series", words="Took the mean over inversions, year by year.",
             run=lambda s: s["annual"].mean("member"), shows=_spread_words),
        Step(name="mean", words="Took the mean over years.",
             run=lambda s: float(s["series"].mean()), shows=lambda v: f"{number(v, 3)} Pg C yr⁻¹"),
        Step(name="rule", words="Chose what scatters for ±, to say how well the mean is known.",
             run=lambda s: over_members, fault=lambda s: over_years,
             shows=lambda v: "values over " + ("years" if v is over_years else "members")),
        Step(name="bar", words="Took the standard deviation, divisor n − 1.",
             run=lambda s: s["rule"](s["annual"]),
             shows=lambda v: f"±\u00a0{number(v, 3)} Pg C yr⁻¹"),
        Step(name="distance", words="Divided the mean by this ±.",
             run=lambda s: s["mean"] / s["bar"], shows=lambda v: f"{number(v, 1)} times the ±"),
    ),
    claim=lambda s: f"The Plateau is a source: {number(s['mean'], 3)} ±\u00a0{number(s['bar'], 3)} "
    f"Pg C yr⁻¹ is {number(abs(s['distance']), 1)} times its ± below zero, so the inversions agree "
    "on the sign.",
    asked="± that says how far inversions agree",
    unit="Pg C yr⁻¹",
    answer=lambda s: s["bar"],
    checks=_plateau_checks,
    tolerance=0.01,
    material=0.5,
    hint_place="Which numbers would change if the inversions disagreed twice as much?",
    hint_value="What varies from year to year, and what from inversion to inversion?",
)  # fmt: skip


def middle_member(monthly: xr.DataArray) -> str:
    """Return the member whose mean is the middle one (the upper of two)."""
    means = timeaxis.annual_mean(monthly).mean("year")
    order = np.argsort(means.values, kind="stable")
    return str(monthly["member"].values[order[means.size // 2]])


def one_unturned(monthly: xr.DataArray) -> xr.DataArray:
    """Return members of which one has been left positive to the air."""
    unturned = monthly["member"] == middle_member(monthly)
    return xr.where(unturned, -monthly, monthly)


def _season_words(monthly: xr.DataArray) -> str:
    season = monthly.groupby("time.month").mean().mean("member")
    july, january = (number(float(season.sel(month=month)), 2) for month in (7, 1))
    return f"mean of all in July {july}, in January {january} Pg C yr⁻¹"


def _files_checks(state: State) -> list[Identity]:
    turned, means = state["turned"], state["members"]
    season = turned.groupby("time.month").mean()
    summer = season.sel(month=7) > season.sel(month=1)
    return [
        equal("sum of members / n = mean", float(means.sum()) / means.size, whole=state["mean"],
              unit=_PG),
        equal("sum of months = year, in every member",
              float(timeaxis.annual_mean(turned).mean()), whole=float(means.mean()), unit=_PG),
        equal("members that take up more in July than in January = members", int(summer.sum()),
              whole=turned.sizes["member"], unit="1"),
    ]  # fmt: skip


FOURTEEN_FILES = Lab(
    key="fourteen_files",
    steps=(
        Step(name="read", words="Read the file of each inversion; as published, a flux to the air "
             "is positive.", run=lambda s: -s["monthly"],
             shows=lambda v: f"{v.sizes['member']} files, {v.sizes['time']} months each"),
        Step(name="turned", words="Turned the sign of each, so that uptake by land is positive.",
             run=lambda s: -s["read"], fault=lambda s: one_unturned(-s["read"]),
             shows=_season_words),
        Step(name="members", words="Took the mean over the years, months weighted by their "
             "length.", run=lambda s: timeaxis.annual_mean(s["turned"]).mean("year"),
             shows=_spread_words),
        Step(name="mean", words="Took the mean over the inversions.",
             run=lambda s: float(s["members"].mean()),
             shows=lambda v: f"{number(v, 3)} Pg C yr⁻¹"),
        Step(name="spread", words="Took the standard deviation over the inversions, divisor "
             "n − 1.", run=lambda s: _sd(s["members"]),
             shows=lambda v: f"±\u00a0{number(v, 3)} Pg C yr⁻¹"),
    ),
    claim=lambda s: f"The inversions give {number(s['mean'], 2)} ±\u00a0{number(s['spread'], 2)} "
    "Pg C yr⁻¹. One of them finds a strong source, which shows how little is known.",
    asked="mean of the inversions",
    unit="Pg C yr⁻¹",
    answer=lambda s: s["mean"],
    checks=_files_checks,
    tolerance=0.002,
    material=0.05,
    hint_place="Look at the seasons of single inversions, not at their mean.",
    hint_value="In which month does a land of northern summers take up carbon? Look at each "
    "inversion.",
)  # fmt: skip
