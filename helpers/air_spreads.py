"""Spreads of the national budget from the air: over years, over experiments, across the ensemble.

With the provider's table everything is computed for each experiment; without it, from the yearly
values and means that are printed, and what needs the table is left out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from helpers import air_budget
from helpers.project import project_root, resolve
from helpers.results import Row
from helpers.sources import ceos
from helpers.units import TOTAL_UNITS, tg_co2_to_pg_carbon

PUBLISHED_YEARS = Path("data/published/ceos_china_years.csv")
"""Yearly values as printed, for readers without the table; from the repository's root."""


@dataclass(frozen=True, kw_only=True)
class AirSpread:
    """Spreads of China's net uptake from the air in one experiment [Pg C yr-1].

    Parameters
    ----------
    experiment : str
        Such as ``LNLGIS``.
    years : tuple of float
        Net uptake of each year, land uptake positive.
    first_year : int
        Year of the first.
    of_years : tuple of float
        Spread across the ensemble in each year; empty without the table.
    of_mean : float or None
        Spread across the ensemble of the mean of all years, as the table gives it.
    """

    experiment: str
    years: tuple[float, ...]
    first_year: int
    of_years: tuple[float, ...] = ()
    of_mean: float | None = None

    @property
    def interannual(self) -> float:
        """Sample SD over years."""
        return float(np.std(self.years, ddof=1))

    def within(self, start_year: int, end_year: int) -> AirSpread | None:
        """Return the years of a period alone, or None with fewer than two; no spread of a mean."""
        chosen = [year - self.first_year for year in range(start_year, end_year + 1)]
        kept = [place for place in chosen if 0 <= place < len(self.years)]
        if len(kept) < 2:
            return None
        return AirSpread(
            experiment=self.experiment,
            years=tuple(self.years[place] for place in kept),
            first_year=self.first_year + kept[0],
            of_years=tuple(self.of_years[place] for place in kept) if self.of_years else (),
        )

    @property
    def of_average_year(self) -> float | None:
        """Mean over years of the spread across the ensemble."""
        return float(np.mean(self.of_years)) if self.of_years else None

    @property
    def if_independent(self) -> float | None:
        """Spread of the mean of all years if each year's spread were drawn anew."""
        if not self.of_years:
            return None
        return math.sqrt(sum(s**2 for s in self.of_years)) / len(self.of_years)

    @property
    def period(self) -> str:
        """Years, as result tables write them."""
        return f"{self.first_year}-{self.first_year + len(self.years) - 1}"


def air_spreads(ceos_file: str | Path | None) -> list[AirSpread]:
    """Return the spreads of China's net uptake, one entry an experiment, over all years there are.

    Raises
    ------
    InputError
        If the table is not the one of the provider.
    """
    if ceos_file is None:
        table = pd.read_csv(project_root() / PUBLISHED_YEARS)
        return [
            AirSpread(
                experiment=str(name),
                years=tuple(-tg_co2_to_pg_carbon(1.0) * part.sort_values("year")["value"]),
                first_year=int(part["year"].min()),
            )
            for name, part in table.groupby("experiment", sort=False)
        ]
    path = resolve(ceos_file)
    years = _china(ceos.read_budget_table(path))
    means = _china(ceos.read_budget_table(path, rows="mean")).set_index("experiment")
    return [
        AirSpread(
            experiment=str(name),
            years=tuple(-part["value_pg_c"]),
            first_year=int(part["year"].min()),
            of_years=tuple(part["uncertainty_pg_c"]),
            of_mean=float(means.loc[name, "uncertainty_pg_c"]),
        )
        for name, part in years.groupby("experiment", sort=False)
    ]


def experiment_rows(
    ceos_file: str | Path | None, *, start_year: int, end_year: int
) -> tuple[list[Row], Row]:
    """Return net uptake by experiment and, as one row, its spread across experiments.

    Parameters
    ----------
    ceos_file : str or Path, optional
        The national table; without it the printed means of 2015-2019.
    start_year, end_year : int
        Years to average.

    Returns
    -------
    tuple of list of Row and Row
        The second has quantity ``spread_experiments`` and kind ``experiments``.
    """
    rows = [
        row
        for row in air_budget.budget_rows(ceos_file, start_year=start_year, end_year=end_year)
        if row.quantity == "net_uptake"
    ]
    values = [row.value for row in rows]
    spread = Row(quantity="spread_experiments", product="ceos", scope="China",
                 period=rows[0].period, value=float(np.mean(values)),
                 sd=float(np.std(values, ddof=1)), sd_kind="experiments", n=len(values),
                 unit=TOTAL_UNITS)  # fmt: skip
    return rows, spread


def spread_frame(spreads: Sequence[AirSpread], *, start_year: int, end_year: int) -> pd.DataFrame:
    """Return spreads as :func:`helpers.rulers.rulers` draws them, one group an experiment.

    The year-to-year spread is given for a period and for all years there are.
    """
    lines = []
    for item in spreads:
        count, part = len(item.years), item.within(start_year, end_year)
        inside = None if part is None or part.period == item.period else part
        for label, size, is_open in (
            (f"years {inside.period if inside else ''}", inside and inside.interannual, False),
            (f"years {item.period}", item.interannual, False),
            ("ensemble, average year", item.of_average_year, False),
            (f"ensemble, mean of {count} years", item.of_mean, False),
            ("the same, if independent", item.if_independent, True),
        ):
            if size is not None:
                lines.append({"group": item.experiment, "label": label, "product": "ceos",
                              "sd": size, "unit": TOTAL_UNITS, "is_open": is_open})  # fmt: skip
    return pd.DataFrame(lines)


def spread_rows(spreads: Sequence[AirSpread], *, start_year: int, end_year: int) -> list[Row]:
    """Return the spreads as result rows, member the experiment.

    ``air_interannual``, ``air_ensemble`` and ``air_ensemble_mean`` (kind members, without n: the
    table does not count them), and ``air_independent`` (propagated over years), for all years
    there are and for a period.
    """
    rows = []
    parts = [item.within(start_year, end_year) for item in spreads]
    known = {item.period for item in spreads}
    for item in [*spreads, *(part for part in parts if part and part.period not in known)]:
        shared: dict[str, Any] = {
            "product": "ceos",
            "member": item.experiment,
            "scope": "China",
            "period": item.period,
            "value": float(np.mean(item.years)),
            "unit": TOTAL_UNITS,
        }
        for quantity, size, kind, n in (
            ("air_interannual", item.interannual, "interannual", len(item.years)),
            ("air_ensemble", item.of_average_year, "members", None),
            ("air_ensemble_mean", item.of_mean, "members", None),
            ("air_independent", item.if_independent, "propagated", len(item.years)),
        ):
            if size is not None:
                rows.append(Row(quantity=quantity, sd=size, sd_kind=kind, n=n, **shared))
    return rows


def _china(table: pd.DataFrame) -> pd.DataFrame:
    """Return China's net biosphere exchange, by experiment and year."""
    part = table[(table["iso"] == "CHN") & (table["quantity"] == "NBE")]
    return part.sort_values(["experiment", "year"], kind="stable")
