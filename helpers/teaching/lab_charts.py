"""Figures of the labs, as the analyst drew them: each shows the analysis with its mistake."""

from __future__ import annotations

import pandas as pd
import xarray as xr

from helpers import charts, curves
from helpers.results import Row, to_frame
from helpers.style import Drawing
from helpers.teaching.lab import Case
from helpers.units import TOTAL_UNITS


def series_of_years(case: Case) -> Drawing:
    """Draw the points of the lab on a figure of years."""
    rows = [
        Row(quantity="annual", product="ceos", member="mean", scope="China", period=str(year),
            value=float(value), unit=TOTAL_UNITS)
        for year, value in case.values["points"].items()
    ]  # fmt: skip
    return charts.annual_series(to_frame(rows), titles={"ceos": "CEOS budget, LNLGIS"})


def bars_of_experiments(case: Case) -> Drawing:
    """Draw means and bars of the lab on three experiments."""
    values = case.values
    frames = [
        to_frame([
            Row(quantity="annual_mean", product="ceos", member="mean", scope="China",
                period="2015-2019", value=float(mean), unit=TOTAL_UNITS,
                sd=float(values["bars"][name]), sd_kind="members", n=len(values["members"]))
        ]).assign(label=f"Experiment {name}")
        for name, mean in values["means"].items()
    ]  # fmt: skip
    title = "China by experiment, invented inversions"
    return charts.estimates(pd.concat(frames, ignore_index=True), title=title)


def regions(case: Case, *, product: str, period: str) -> Drawing:
    """Draw the totals of the lab on a regional budget, and their sum."""
    totals: xr.DataArray = case.values["totals"]
    parts = {str(name): float(totals.sel(scope=name)) for name in totals["scope"].values}
    frames = [
        to_frame([
            Row(quantity="annual_mean", product=product, member="mean",
                scope="China" if name == "Sum of the four" else name, period=period, value=value,
                unit=TOTAL_UNITS)
        ]).assign(label=name)
        for name, value in {**parts, "Sum of the four": case.values["nation"]}.items()
    ]  # fmt: skip
    title = "Mean land uptake of the regions"
    return charts.estimates(pd.concat(frames, ignore_index=True), title=title)


def months(case: Case) -> Drawing:
    """Draw the mean amount of each calendar month of the lab on monthly amounts."""
    amounts = 1000 * case.values["amounts"].groupby("time.month").mean()
    return curves.curves(
        _curve(amounts, "mean of the years"),
        title="China's uptake, month by month",
        x_label="month",
        y_label="Tg C in the month, land uptake positive",
        digits=1,
    )


def seasons(case: Case) -> Drawing:
    """Draw the season of the mean of all files, and the lowest and highest in each month."""
    season = case.values["turned"].groupby("time.month").mean()
    lines = {
        "mean of the inversions": season.mean("member"),
        "highest inversion of each month": season.max("member"),
        "lowest inversion of each month": season.min("member"),
    }
    return curves.curves(
        pd.concat([_curve(values, name) for name, values in lines.items()], ignore_index=True),
        title="China's uptake through the year",
        x_label="month",
        y_label="Pg C yr⁻¹, land uptake positive",
    )


def _curve(values: xr.DataArray, name: str) -> pd.DataFrame:
    return pd.DataFrame({"series": name, "x": values["month"].values, "value": values.values})
