"""A lab on months: from rates to amounts."""

from __future__ import annotations

import xarray as xr

from helpers import budget, timeaxis
from helpers.closure import Identity
from helpers.constants import DAYS_PER_YEAR, SECONDS_PER_DAY
from helpers.style import number
from helpers.teaching.area_labs import national_share
from helpers.teaching.equalities import equal
from helpers.teaching.lab import Lab, State, Step

DAYS_PER_MONTH = 30.0
"""What a month is often taken for [days]."""


def month_days(months: xr.DataArray) -> xr.DataArray:
    """Return the length of each month [days]."""
    return timeaxis.month_seconds(months["time"]) / SECONDS_PER_DAY


def _amounts(rates: xr.DataArray, days: xr.DataArray | float) -> xr.DataArray:
    """Return the amount of each month [Pg C] from rates [Pg C yr-1], with the days it counts."""
    counted = xr.zeros_like(rates) + days
    return (rates * counted / DAYS_PER_YEAR).assign_coords(days=counted)


def _month_checks(state: State) -> list[Identity]:
    calendar = month_days(state["rates"])
    by_year = calendar.groupby("time.year").sum()
    whole = (timeaxis.annual_mean(state["rates"]) * by_year).sum() / DAYS_PER_YEAR
    return [
        equal("months of a year = 12", state["rates"].sizes["time"] / state["years"].sizes["year"],
              whole=12, unit="1"),
        equal("sum of months = sum of years", float(state["amounts"].sum()),
              whole=float(state["years"].sum()), unit="Pg C"),
        equal("days counted = days of the calendar", float(state["amounts"]["days"].sum()),
              whole=float(calendar.sum()),
              unit="d"),
        equal("amounts = mean rate × length of the year", float(state["years"].sum()),
              whole=float(whole), unit="Pg C"),
    ]  # fmt: skip


def _month_words(amounts: xr.DataArray) -> str:
    by_month = amounts.groupby("time.month").mean()
    best, worst = (int(getattr(by_month, f"idx{end}")()) for end in ("max", "min"))
    return (f"largest in month {best}, {number(1000 * float(by_month.max()), 1)}; smallest in "
            f"month {worst}, {number(1000 * float(by_month.min()), 1)} Tg C")  # fmt: skip


MONTHLY_AMOUNTS = Lab(
    key="monthly_amounts",
    steps=(
        Step(name="rates", words="Took China's total of BEPS, month by month, as a rate.",
             run=lambda s: budget.total(s["flux"], national_share(s)),
             shows=lambda v: f"{number(float(v.min()), 2)} to {number(float(v.max()), 2)} "
             "Pg C yr⁻¹"),
        Step(name="amounts", words="Turned the rate of each month into its amount.",
             run=lambda s: _amounts(s["rates"], month_days(s["rates"])),
             fault=lambda s: _amounts(s["rates"], DAYS_PER_MONTH), shows=_month_words),
        Step(name="years", words="Added up the twelve months of each year.",
             run=lambda s: s["amounts"].groupby("time.year").sum(),
             shows=lambda v: "; ".join(f"{int(year)} {number(float(v.sel(year=year)), 3)}"
                                       for year in v["year"].values) + " Pg C"),
        Step(name="mean", words="Took the mean of the years.",
             run=lambda s: float(s["years"].mean("year")),
             shows=lambda v: f"{number(v, 4)} Pg C in a year"),
    ),
    claim=lambda s: f"In the mean year China's land takes up {number(s['mean'], 3)} Pg C. It is "
    "the plain sum of the months, so nothing can have been lost.",
    asked="amount of the mean year",
    unit="Pg C",
    answer=lambda s: s["mean"],
    checks=_month_checks,
    tolerance=0.002,
    material=0.01,
    digits=4,
    hint_place="How many days has a year of this analysis?",
    hint_value="How long is February, how long July, and in which is more taken up?",
)  # fmt: skip
