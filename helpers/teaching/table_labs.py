"""Labs on published tables: a brief in carbon dioxide, a figure of years, bars of an experiment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from helpers import air_budget, air_spreads
from helpers.closure import Identity
from helpers.constants import CARBON_MOLAR_MASS, CARBON_PER_CO2
from helpers.project import project_root
from helpers.style import number
from helpers.teaching.equalities import equal
from helpers.teaching.lab import Lab, State, Step
from helpers.units import TOTAL_UNITS, tg_co2_to_pg_carbon

CO2_MOLAR_MASS = CARBON_MOLAR_MASS / CARBON_PER_CO2
"""Mass of a mole of carbon dioxide, by the convention of the book [kg mol-1]."""

ROUNDING = 2e-4
"""What the last printed digit of the budget leaves open, relative [1]."""

INVENTED_SPREADS = {"LNLGIS": 0.20, "IS": 0.45, "LNLG": 0.30}
"""Width of the distribution from which inversions are invented [Pg C yr-1]; no source."""

INVENTED_COUNT = 10
"""Invented inversions in each experiment."""

_PG = TOTAL_UNITS
_SEED = 20190101


def printed_nbe(name: str) -> pd.DataFrame:
    """Return rows of one published table of China's NBE, by file name."""
    table = pd.read_csv(project_root() / "data" / "published" / name)
    return table[table["quantity"] == "NBE"]


def brief_start() -> dict[str, Any]:
    """Return what the brief starts from: the mean NBE in carbon, and the years in CO2.

    Returns
    -------
    dict
        ``printed`` [Tg C yr-1] and ``provider`` [Tg CO2 yr-1], both positive to the air and means
        of 2015-2019 in the experiment LNLGIS; ``years``, how many.
    """
    means = printed_nbe(air_budget.PUBLISHED.name).set_index("experiment")["value"]
    years = printed_nbe(air_spreads.PUBLISHED_YEARS.name)
    years = years[years["year"].between(2015, 2019)]
    return {"printed": float(means["LNLGIS"]), "provider": float(years["value"].mean()),
            "years": len(years)}  # fmt: skip


def to_carbon_dioxide(carbon: float) -> float:
    """Return the mass of CO2 that holds a mass of carbon, in the unit given.

    Examples
    --------
    >>> round(to_carbon_dioxide(12.0), 2)
    44.01
    """
    return carbon / CARBON_PER_CO2


def _brief_checks(state: State) -> list[Identity]:
    return [
        # petagrams over kilograms a mole are teramoles
        equal("moles of carbon dioxide = moles of carbon in it", state["dioxide"]
              / CO2_MOLAR_MASS, whole=state["carbon"] / CARBON_MOLAR_MASS, unit="Tmol yr-1"),
        equal("brief = provider's own table in CO2", state["dioxide"],
              whole=-state["provider"] / 1000, unit="Pg CO2 yr-1", tolerance=ROUNDING),
        equal("amount of the period / years = amount of a year", state["amount"] / state["years"],
              whole=state["dioxide"], unit="Pg CO2 yr-1"),
    ]  # fmt: skip


POLICY_BRIEF = Lab(
    key="policy_brief",
    steps=(
        Step(name="read", words="Read China's mean NBE of 2015–2019, in Tg of carbon a year, "
             "positive to the air.", run=lambda s: s["printed"],
             shows=lambda v: f"{number(v, 1)} Tg C yr⁻¹"),
        Step(name="uptake", words="Turned the sign, so that uptake by land is positive.",
             run=lambda s: -s["read"], shows=lambda v: f"{number(v, 1)} Tg C yr⁻¹"),
        Step(name="carbon", words="Went from teragrams to petagrams.",
             run=lambda s: s["uptake"] / 1000, shows=lambda v: f"{number(v, 4)} Pg C yr⁻¹"),
        Step(name="dioxide", words="Stated it as carbon dioxide, with the molar masses of carbon "
             "and of carbon dioxide.", run=lambda s: to_carbon_dioxide(s["carbon"]),
             fault=lambda s: s["carbon"] * CARBON_PER_CO2,
             shows=lambda v: f"{number(v, 4)} Pg CO₂ yr⁻¹"),
        Step(name="amount", words="Multiplied by the five years, for the amount of the period.",
             run=lambda s: s["dioxide"] * s["years"], shows=lambda v: f"{number(v, 3)} Pg CO₂"),
    ),
    claim=lambda s: f"In {s['years']} years China's land has taken {number(s['amount'], 2)} Pg of "
    "carbon dioxide out of the air, counted in net. That is a small help beside what is emitted.",
    asked="uptake of the period",
    unit="Pg CO₂",
    answer=lambda s: s["amount"],
    checks=_brief_checks,
    tolerance=0.002,
    material=0.5,
    hint_place="Which line of the card fails, and between which two steps does it stand?",
    hint_value="Count atoms: what has a molecule of carbon dioxide that its carbon has not?",
)  # fmt: skip


def table_of_years() -> dict[str, Any]:
    """Return the provider's rows of China: six years and, below them, their mean [Tg CO2 yr-1]."""
    rows = printed_nbe(air_spreads.PUBLISHED_YEARS.name).sort_values("year")
    values = dict(zip(rows["year"].astype(str), rows["value"], strict=True))
    return {"rows": pd.Series({**values, "mean": float(rows["value"].mean())})}


def _points_for_rows(state: State) -> pd.Series:
    """Return one point for each row, years counted on from the first: the mean becomes a year."""
    rows, first = state["carbon"], int(state["carbon"].index[0])
    return pd.Series(rows.to_numpy(), index=range(first, first + len(rows)))


def _points_for_years(state: State) -> pd.Series:
    """Return one point for each row that is a year."""
    years = state["carbon"].drop("mean")
    return pd.Series(years.to_numpy(), index=[int(year) for year in years.index])


def _series_words(points: pd.Series) -> str:
    last = number(float(points.iloc[-1]), 3)
    return f"{len(points)} points, {points.index[0]} to {points.index[-1]}; the last is {last}"


def _years_checks(state: State) -> list[Identity]:
    points, mean = state["points"], float(state["carbon"]["mean"])
    names = [name for name in state["carbon"].index if name != "mean"]
    return [
        equal("mean of the points = mean in the table", points.mean(), whole=mean, unit=_PG),
        equal("points drawn = years in the table", len(points), whole=len(names), unit="1"),
        equal("sum of the points = years × mean in the table", points.sum(),
              whole=len(names) * mean,
              unit="Pg C"),
    ]  # fmt: skip


FIGURE_OF_YEARS = Lab(
    key="figure_of_years",
    steps=(
        Step(name="read", words="Read every row of China as the file has them: the years and, "
             "below, the row “mean”.", run=lambda s: s["rows"],
             shows=lambda v: f"{len(v)} rows, {v.index[0]} to {v.index[-1]}, Tg CO₂ yr⁻¹"),
        Step(name="uptake", words="Turned the sign, so that uptake by land is positive.",
             run=lambda s: -s["read"],
             shows=lambda v: f"{number(v.min(), 0)} to {number(v.max(), 0)} Tg CO₂ yr⁻¹"),
        Step(name="carbon", words="Went from Tg of carbon dioxide to Pg of carbon.",
             run=lambda s: s["uptake"] * tg_co2_to_pg_carbon(1.0),
             shows=lambda v: f"{number(v.min(), 3)} to {number(v.max(), 3)} Pg C yr⁻¹"),
        Step(name="points", words="Made the series to draw: points in the order of the file, on "
             "an axis of years.", run=_points_for_years, fault=_points_for_rows,
             shows=_series_words),
        Step(name="spread", words="Took the standard deviation of the points, divisor n − 1.",
             run=lambda s: float(s["points"].std(ddof=1)),
             shows=lambda v: f"±\u00a0{number(v, 4)} Pg C yr⁻¹"),
    ),
    claim=lambda s: f"After its low the net uptake recovered to {number(s['points'].iloc[-1], 2)} "
    f"Pg C yr⁻¹ in {s['points'].index[-1]}. Years differ by "
    f"±\u00a0{number(s['spread'], 3)} Pg C yr⁻¹.",
    asked="year-to-year standard deviation",
    unit="Pg C yr⁻¹",
    answer=lambda s: s["spread"],
    checks=_years_checks,
    tolerance=0.005,
    material=0.05,
    digits=4,
    hint_place="The mean of the points is right and their sum is not. What can do that?",
    hint_value="How many years does the file cover, and how many values did you use?",
)  # fmt: skip


def invented_inversions() -> dict[str, Any]:
    """Return invented inversions about the printed means of three experiments.

    Returns
    -------
    dict
        ``inversions``: columns are experiments, rows inversions [Pg C yr-1]. The column means are
        China's net uptake as printed; how far inversions lie apart is made up.
    """
    printed = printed_nbe(air_budget.PUBLISHED.name).set_index("experiment")["value"]
    draws = np.random.default_rng(_SEED).normal(size=(INVENTED_COUNT, len(INVENTED_SPREADS)))
    shape = draws - draws.mean(axis=0)
    columns = {
        name: -float(printed[name]) / 1000 + spread * shape[:, place]
        for place, (name, spread) in enumerate(INVENTED_SPREADS.items())
    }
    return {"inversions": pd.DataFrame(columns)}


def _listed(values: Mapping[str, float] | pd.Series) -> str:
    return "; ".join(f"{name} {number(float(value), 3)}" for name, value in values.items())


def _bars_checks(state: State) -> list[Identity]:
    ensemble = state["inversions"]
    pairs = state["members"].items()
    lines = [
        equal(f"mean drawn = mean of the inversions, {name}", state["means"][name],
              whole=ensemble[name].mean(), unit=_PG)
        for name, _ in pairs
    ]  # fmt: skip
    return lines + [
        equal(f"± drawn = SD of the inversions, {name}", state["bars"][name],
              whole=ensemble[name].std(ddof=1), unit=_PG)
        for name in state["means"].index
    ]  # fmt: skip


THREE_EXPERIMENTS = Lab(
    key="three_experiments",
    steps=(
        Step(name="members", words="Chose each experiment in turn and took its inversions.",
             run=lambda s: s["inversions"],
             shows=lambda v: f"{v.shape[0]} inversions in each of {v.shape[1]} experiments"),
        Step(name="means", words="Took the mean of the inversions of the experiment chosen.",
             run=lambda s: s["members"].mean(), shows=lambda v: f"{_listed(v)} Pg C yr⁻¹"),
        Step(name="bars", words="Took the standard deviation across inversions for the error bar, "
             "divisor n − 1.", run=lambda s: s["members"].std(ddof=1),
             fault=lambda s: pd.Series(float(s["members"]["LNLGIS"].std(ddof=1)),
                                       index=s["members"].columns),
             shows=lambda v: f"±\u00a0{_listed(v)} Pg C yr⁻¹"),
        Step(name="range", words="Drew mean and bar of each experiment, and wrote down the lower "
             "end of each bar.", run=lambda s: s["means"] - s["bars"],
             shows=lambda v: f"{_listed(v)} Pg C yr⁻¹"),
    ),
    claim=lambda s: "Station data alone, satellite data alone and both together give China's net "
    "uptake with the same ±, so the satellite adds nothing to what the stations tell.",
    asked="± of the experiment IS",
    unit="Pg C yr⁻¹",
    answer=lambda s: float(s["bars"]["IS"]),
    checks=_bars_checks,
    tolerance=0.01,
    material=0.2,
    hint_place="Change the experiment and watch which numbers of the record follow it.",
    hint_value="Which inversions belong to the bar of IS?",
)  # fmt: skip
