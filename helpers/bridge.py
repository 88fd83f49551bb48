"""The bridge between what the air sees and what the land keeps, one step at a time, both ways.

Four quantities lie on it: net uptake from the air (-NBE), the gain of carbon stocks on land
including products, the net biome production of ecosystems (NBP) and their net ecosystem production
(NEP); a side road leads to managed land. A step adds its value along its direction and takes it
off against it; land uptake is positive.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import pandas as pd

from helpers import published
from helpers.errors import InputError
from helpers.project import resolve
from helpers.results import accept
from helpers.sources import ceos
from helpers.straw import crop_carbon
from helpers.uncertainty import PROPAGATED, Estimate, combine

LEVELS: dict[str, str] = {
    "air": "uptake from air, −NBE",
    "stocks": "gain of stocks",
    "nbp": "NBP of ecosystems",
    "nep": "NEP of ecosystems",
    "managed": "NBP of managed land",
}
"""Quantities on the bridge, and their words."""

BASES = ("sourced", "computed", "other region", "assumed")
"""What the value of a step rests on; only the first two are numbers for China with a source."""

STEPS_FILE = "bridge_steps.csv"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One correction between two quantities.

    Parameters
    ----------
    key, label : str
        Name, and words for figures.
    start, end : str
        Levels; `amount` is added on the way from start to end.
    amount : Estimate
        Value [Pg C yr-1, land uptake positive] with its ±.
    scope, basis, citation, note : str
        Where the number holds, what it rests on (one of `BASES`), its source, and caveats.
    on : bool
        Whether the step is taken.
    """

    key: str
    label: str
    start: str
    end: str
    amount: Estimate
    scope: str
    basis: str
    citation: str
    note: str
    on: bool

    def __post_init__(self) -> None:
        for name in (self.start, self.end):
            accept(name, where=f"level of step {self.key}", accepted=LEVELS)
        accept(self.basis, where=f"basis of step {self.key}", accepted=BASES)


@dataclass(frozen=True, kw_only=True)
class Stop:
    """One place on a walk over the bridge.

    Parameters
    ----------
    label : str
        A level's words, or the step that led here.
    total : Estimate
        Running total, its ± propagated from the start with independent steps.
    change : Estimate or None
        What the step added, sign as walked; None at a level.
    step : Step or None
        The step, also when it is switched off.
    level : str
        The level, where this is one.
    """

    label: str
    total: Estimate
    change: Estimate | None = None
    step: Step | None = None
    level: str = ""


def load_steps(
    *,
    on: Sequence[str] | None = None,
    values: Mapping[str, Sequence[float]] | None = None,
    ceos_file: str | Path | None = None,
    start_year: int = 2015,
    end_year: int = 2019,
) -> list[Step]:
    """Return the steps of the bridge with their published or assumed values.

    Parameters
    ----------
    on : sequence of str, optional
        Steps to take; those marked so in the table unless given. An empty list takes none.
    values : mapping of str to (value, sd), optional
        Own numbers for some steps [Pg C yr-1]; they count as assumed.
    ceos_file : str or Path, optional
        The national table, for rivers, trade and the ± of fossil emissions over the years.
    start_year, end_year : int
        Years to average in that table.

    Raises
    ------
    InputError
        If a step is unknown, or a pair of numbers is not one.
    """
    table = pd.read_csv(published.FOLDER / STEPS_FILE, dtype=str, keep_default_na=False)
    for name in [*(on or ()), *(values or {})]:
        accept(name, where="step of the bridge", accepted=list(table["key"]))
    steps = [_step(row) for row in table.to_dict("records")]
    if ceos_file is not None:
        steps = _with_table(steps, ceos_file, start_year=start_year, end_year=end_year)
    if values:
        steps = [_with_value(step, values[step.key]) if step.key in values else step
                 for step in steps]  # fmt: skip
    return steps if on is None else [replace(step, on=step.key in on) for step in steps]


def _step(row: Mapping[str, str]) -> Step:
    value = harvested_crops() if row["basis"] == "computed" else float(row["value"])
    amount = Estimate(value=value, sd=float(row["sd"]), kind=PROPAGATED)
    words = {name: row[name] for name in ("key", "label", "start", "end", "scope", "basis",
                                          "citation", "note")}  # fmt: skip
    return Step(**words, amount=amount, on=row["on"] == "yes")


def harvested_crops() -> float:
    """Return the carbon in China's crop harvest, from production [Pg C yr-1]."""
    crops = pd.read_csv(published.FOLDER / "crops.csv")
    names = ("dry_share", "harvest_index", "root_shoot")
    parts = {name: crops[name].to_numpy(float) for name in names}
    return float(crop_carbon(crops["production"].to_numpy(float), **parts).harvest)


def _with_value(step: Step, numbers: Sequence[float]) -> Step:
    if len(numbers) != 2:
        raise InputError("A step needs a value and its sd.", where=step.key, found=numbers,
                         accepted="[value, sd] in Pg C yr-1",
                         fix="Give two numbers, such as [0.05, 0.02].")  # fmt: skip
    amount = Estimate(value=float(numbers[0]), sd=float(numbers[1]), kind=PROPAGATED)
    return replace(step, amount=amount, basis="assumed", citation="", note="own number")


def _with_table(
    steps: Iterable[Step], ceos_file: str | Path, *, start_year: int, end_year: int
) -> list[Step]:
    """Put the table's means and spreads into the steps that it holds."""
    means = ceos.china_budget(
        ceos.read_budget_table(resolve(ceos_file)), start_year=start_year, end_year=end_year
    ).set_index("quantity")
    shared = means[means["experiment"] == "all"]
    # a positive river flux in the table is a gain of the air less the loss of stocks: dC_loss =
    # NBE - rivers - wood_crop, so stocks gain -NBE + rivers + wood_crop
    found = {
        "fossil": (0.0, shared.loc["fossil", "member_sd_pg_c"]),
        "rivers": (shared.loc["rivers", "value_pg_c"], shared.loc["rivers", "member_sd_pg_c"]),
        "trade": (shared.loc["wood_crop", "value_pg_c"], shared.loc["wood_crop", "member_sd_pg_c"]),
    }
    return [
        replace(step, amount=replace(step.amount, value=float(found[step.key][0]),
                                     sd=float(found[step.key][1])), note="from the table")
        if step.key in found
        else step
        for step in steps
    ]  # fmt: skip


def walk(start: Estimate, steps: Sequence[Step], *, origin: str, goal: str) -> list[Stop]:
    """Return every stop on the way from one quantity to another.

    Parameters
    ----------
    start : Estimate
        Value at `origin`.
    steps : sequence of Step
        From :func:`load_steps`; those switched off add nothing and are listed.
    origin, goal : str
        Keys of `LEVELS`.

    Returns
    -------
    list of Stop
        First the origin, last the goal.

    Raises
    ------
    InputError
        If a level is unknown or the steps do not connect the two.
    """
    path = _path(steps, origin, goal=goal)
    stops = [Stop(label=LEVELS[origin], total=start, level=origin)]
    parts, total = [start], start
    for here, there in pairwise(path):
        for step, sign in _between(steps, here, there=there):
            change = sign * step.amount if step.on else 0.0 * step.amount
            if step.on:
                parts.append(change)
                total = _sum(parts, assumption="steps independent")
            stops.append(Stop(label=step.label, total=total, change=change, step=step))
        stops.append(Stop(label=LEVELS[there], total=total, level=there))
    return stops


def leftover(top: Estimate, bottom: Estimate, *, correlation: float) -> Estimate:
    """Return what remains between two estimates of one quantity, top less bottom."""
    return combine([top, bottom], weights=[1.0, -1.0], correlation=correlation)


def at(stops: Sequence[Stop], level: str) -> Estimate:
    """Return the total at a level of a walk.

    Raises
    ------
    InputError
        If the walk does not pass there.
    """
    for stop in stops:
        if stop.level == level:
            return stop.total
    raise InputError("The walk does not pass there.", where="level", found=level,
                     accepted=", ".join(stop.level for stop in stops if stop.level),
                     fix="Choose one of these levels, or walk to another goal.")  # fmt: skip


def _sum(parts: Sequence[Estimate], *, assumption: str) -> Estimate:
    """Return a sum with its value added up in the order walked, so that a walk can be retraced."""
    whole = combine(parts, correlation=0.0)
    return replace(whole, value=sum(part.value for part in parts), assumption=assumption)


def _between(steps: Sequence[Step], here: str, *, there: str) -> list[tuple[Step, float]]:
    forward = [(step, 1.0) for step in steps if (step.start, step.end) == (here, there)]
    backward = [(step, -1.0) for step in steps if (step.start, step.end) == (there, here)]
    return forward or backward[::-1]


def _path(steps: Sequence[Step], origin: str, *, goal: str) -> list[str]:
    """Return the levels from one to the other; the bridge is a tree, so there is one way."""
    for name in (origin, goal):
        accept(name, where="level", accepted=LEVELS)
    ways, seen = [[origin]], {origin}
    while ways:
        way = ways.pop(0)
        if way[-1] == goal:
            return way
        for step in steps:
            for here, there in ((step.start, step.end), (step.end, step.start)):
                if here == way[-1] and there not in seen:
                    seen.add(there)
                    ways.append([*way, there])
    raise InputError("The steps do not connect the two quantities.", where="levels",
                     found=f"{origin} to {goal}", accepted="a way over steps",
                     fix="Give all steps of load_steps, also those switched off.")  # fmt: skip
