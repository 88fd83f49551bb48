"""Published budgets walked over the bridge, the products' places on it, and what is left over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import xarray as xr

from helpers import air_budget, air_spreads, bridge, contrasts, evidence
from helpers.bridge import Step, Stop
from helpers.closure import Identity, identity
from helpers.published import claim
from helpers.results import Row, accept
from helpers.statements import PUBLISHED, Test
from helpers.style import number
from helpers.uncertainty import PROPAGATED, Estimate, combine
from helpers.units import TOTAL_UNITS

PLACES = {"oco2-mip": "air", "vegas": "nbp", "beps": "nep"}
"""Where the quantity that each product of the study gives lies on the bridge (F15)."""

_CEOS_MEMBERS = 11
_JIANG = ("ev-jiang16-td", "ev-jiang16-td-lateral", "ev-jiang16-bu")

# East Asia in the 2000s, Ciais et al. (2021), Tg C yr-1 as printed: value and its ±
_EAST_ASIA = {"nee": (-321.0, 102.0), "stocks": (-300.0, 100.0), "trade": (-62.0, 10.0),
              "rivers": (88.0, 19.0)}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Example:
    """One published budget walked over the bridge [Pg C yr-1].

    Parameters
    ----------
    name, source : str
        What it is, and its citation.
    start, computed, printed : float
        Net uptake from the air, stock gain by the steps, and stock gain as printed.
    tolerance : float
        What rounding of the printed numbers leaves open, or their own ± where they do not close.
    """

    name: str
    source: str
    start: float
    computed: float
    printed: float
    tolerance: float

    @property
    def residual(self) -> float:
        """Computed less printed."""
        return self.computed - self.printed

    @property
    def holds(self) -> bool:
        """True if the walk meets the printed number within the tolerance."""
        return abs(self.residual) <= self.tolerance


def examples() -> list[Example]:
    """Return published pairs of net uptake and stock gain, walked with their own steps."""
    td, lateral, _ = (evidence.table().loc[name] for name in _JIANG)
    jiang = float(td["central_used"]) - float(lateral["central_used"])
    ceos = {(r.quantity, r.member): r.value
            for r in air_budget.budget_rows(None, start_year=2015, end_year=2019)}  # fmt: skip
    east = {key: value / 1000.0 for key, (value, _) in _EAST_ASIA.items()}
    return [
        _example("China 2006–2009, one lateral step", "jiang2016", start=float(td["central_used"]),
                 own={"rivers": -jiang}, printed=float(lateral["central_used"]), tolerance=0.005),
        _example("China 2015–2019, rivers and trade", "byrne2023",
                 start=ceos["net_uptake", "LNLGIS"],
                 own={}, printed=ceos["stock_gain", "LNLGIS"], tolerance=0.0002),
        _example("East Asia 2000s, rivers and trade", "ciais2021", start=-east["nee"],
                 own={"rivers": -east["rivers"], "trade": -east["trade"]}, printed=-east["stocks"],
                 tolerance=0.02),
    ]  # fmt: skip


def _example(
    name: str, source: str, *, start: float, own: dict[str, float], printed: float, tolerance: float
) -> Example:
    keys = list(own) or ["rivers", "trade"]
    steps = bridge.load_steps(on=keys, values={key: [value, 0.0] for key, value in own.items()})
    origin = Estimate(value=start, sd=0.0, kind=PROPAGATED)
    end = bridge.walk(origin, steps, origin="air", goal="stocks")[-1].total.value
    return Example(name=name, source=source, start=start, computed=end, printed=printed,
                   tolerance=tolerance)  # fmt: skip


def example_table(found: Sequence[Example]) -> pd.DataFrame:
    """Return the examples as a table for a page."""
    return pd.DataFrame(
        {
            "budget": item.name,
            "net uptake from the air": number(item.start, 3),
            "stock gain, walked": number(item.computed, 3),
            "stock gain, printed": number(item.printed, 3),
            "difference": number(item.residual, 4),
            "accepted": number(item.tolerance, 4),
            "outcome": "closes" if item.holds else "does not close",
        }
        for item in found
    ).set_index("budget")


def start_of(
    experiment: str, *, ceos_file: str | Path | None, start_year: int, end_year: int
) -> Estimate:
    """Return net uptake from the air in an experiment of the CEOS budget, with its ±.

    The ± is the spread of the ensemble in the table, whose 11 members the provider's notebook
    counts; without the table it is the one that the study's own quotation about the previous
    ensemble implies.
    """
    rows = air_budget.budget_rows(ceos_file, start_year=start_year, end_year=end_year)
    found = {row.member: row for row in rows if row.quantity == "net_uptake"}
    accept(experiment, where="experiment of the budget from the air", accepted=list(found))
    spread, n = contrasts.member_spread(), contrasts.V9_MEMBERS
    for item in air_spreads.air_spreads(ceos_file):
        part = item.within(start_year, end_year) or item
        if item.experiment == experiment and part.of_average_year is not None:
            spread, n = part.of_average_year, _CEOS_MEMBERS
    return Estimate(value=found[experiment].value, sd=spread, kind="members", n=n)


def product_places() -> list[tuple[str, str, Estimate]]:
    """Return the published national value of each product at its place on the bridge."""
    return [(level, product, _published(product)) for product, level in PLACES.items()]


def _published(product: str) -> Estimate:
    slug = {"oco2-mip": "oco2"}.get(product, product)
    found = claim(f"z24-national-{slug}")
    if found.value is None or found.uncertainty is None:
        message = f"{product} has no published value with ±"
        raise ValueError(message)
    return Estimate(value=found.value, sd=found.uncertainty, kind="published-undefined")


def leftovers(start: Estimate, steps: Sequence[Step]) -> dict[str, Estimate]:
    """Return what is left between the air and each model, at the level where the model belongs.

    Their errors are taken as independent. Keys are products; ``beps as nbp`` is what is left if
    NEP is read as NBP, as the study does.
    """
    stops = bridge.walk(start, steps, origin="air", goal="nep")
    places = {product: found for _, product, found in product_places()}
    pairs = {"vegas": "nbp", "beps": "nep", "beps as nbp": "nbp"}
    return {
        name: combine([bridge.at(stops, level), places[name.split()[0]]], weights=[1.0, -1.0],
                      correlation=0.0)
        for name, level in pairs.items()
    }  # fmt: skip


def beps_as_nbp(steps: Sequence[Step]) -> list[Stop]:
    """Return the walk of BEPS from NEP, what its equations give, down to NBP."""
    return bridge.walk(_published("beps"), steps, origin="nep", goal="nbp")


def leftover_frame(gaps: dict[str, Estimate], *, level: float) -> pd.DataFrame:
    """Return the leftovers as rows of :func:`helpers.curves.intervals`."""
    words = {"vegas": "air less VEGAS, both as NBP", "beps": "air less BEPS, both as NEP",
             "beps as nbp": "air less BEPS, NEP read as NBP"}  # fmt: skip
    rows = []
    for name, gap in gaps.items():
        low, high = gap.interval(level)
        rows.append({"group": "Left over", "label": words[name], "value": gap.value, "low": low,
                     "high": high, "is_open": name == "beps as nbp"})  # fmt: skip
    return pd.DataFrame(rows)


def step_table(steps: Sequence[Step]) -> pd.DataFrame:
    """Return every step with its value, source and switch, as a table for a page."""
    return pd.DataFrame(
        {
            "step": step.label,
            "from, to": f"{bridge.LEVELS[step.start]} → {bridge.LEVELS[step.end]}",
            "value": number(step.amount.value, 3),
            "SD": number(step.amount.sd, 3),
            "taken": "yes" if step.on else "no",
            "rests on": f"{step.basis}; {step.citation or 'own number'}; {step.note}",
        }
        for step in steps
    ).set_index("step")


def closures(steps: Sequence[Step], start: Estimate) -> list[Identity]:
    """Check that every walk and its way back end where they began."""
    found = []
    for goal in ("stocks", "nbp", "nep", "managed"):
        there = bridge.walk(start, steps, origin="air", goal=goal)
        back = bridge.walk(there[-1].total, steps, origin=goal, goal="air")
        values = [xr.DataArray(item.value, attrs={"units": TOTAL_UNITS})
                  for item in (back[-1].total, start)]  # fmt: skip
        found.append(
            identity(f"air to {goal} and back", values[0], whole=values[1], tolerance=1e-12)
        )
    return found


def bridge_rows(
    stops: Sequence[Stop], gaps: dict[str, Estimate], *,
    found: Sequence[Example], experiment: str, period: str, beps: Sequence[Stop],
) -> list[Row]:  # fmt: skip
    """Return the bridge as result rows: levels, steps taken, leftovers and examples."""
    shared = {"scope": "China", "period": period, "member": experiment}
    rows = [stop.total.row(quantity=f"level_{stop.level}", product="ceos", **shared)
            for stop in stops if stop.level]  # fmt: skip
    rows += [
        stop.change.row(quantity=f"step_{stop.step.key}", product="ceos", **shared)
        for stop in stops
        if stop.step and stop.step.on and stop.change
    ]
    rows += [gap.row(quantity=f"leftover_{name.replace(' ', '_')}", product="ceos", **shared)
             for name, gap in gaps.items()]  # fmt: skip
    rows.append(bridge.at(beps, "nbp").row(quantity="beps_as_nbp", product="beps", scope="China",
                                           period=period))  # fmt: skip
    keys = ("jiang", "ceos", "east_asia")
    for key, item in zip(keys, found, strict=True):
        values = {"start": item.start, "walked": item.computed, "printed": item.printed,
                  "lateral": item.printed - item.start}  # fmt: skip
        rows += [
            Row(quantity=f"example_{name}", product=key.replace("_", "-"), scope="China",
                period="static", value=value, unit=TOTAL_UNITS)
            for name, value in values.items()
            if key != "east_asia"
        ]  # fmt: skip
    return rows


def bridge_tests() -> list[Test]:
    """Return the statements about trade and errors that published numbers decide."""
    td, lateral, _ = (evidence.table().loc[name] for name in _JIANG)
    moved = float(td["central_used"]) - float(lateral["central_used"])
    trade = next(step for step in bridge.load_steps() if step.key == "trade")
    wide = contrasts.member_spread()
    return [
        Test(
            claim="z24-d-trade", product=PUBLISHED, value=trade.amount.value, unit=TOTAL_UNITS,
            holds=trade.amount.value != 0.0, is_standin=False,
            rule="the budget from the air needs a step for traded crops and wood to become a "
            "change of stocks",
            note=f"that step raises the stock gain; with rivers it lowers it in {_both()} budgets",
        ),
        Test(
            claim="z24-d-error-dominates", product=PUBLISHED, value=wide / moved, unit="1",
            holds=wide > moved, is_standin=False,
            rule="the spread across members that the quoted range implies is above the largest "
            "published correction for lateral carbon",
            note="range of the previous ensemble, Gaussian; correction of Jiang 2016",
        ),
    ]  # fmt: skip


def _both() -> str:
    found = [item for item in examples() if item.source != "ciais2021"]
    return "both" if all(item.printed < item.start for item in found) else "not all"
