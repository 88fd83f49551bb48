"""Differences between the products of a study, resampled over years and over members, and maps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

import numpy as np
import pandas as pd
import xarray as xr

from helpers import budget, summary, timeaxis
from helpers.curves import intervals
from helpers.results import Row
from helpers.significance import Difference, bootstrap_mean, cell_p_values, discoveries
from helpers.study import Study
from helpers.style import Drawing, book_style, new_figure, title_of
from helpers.units import TOTAL_UNITS

OVER_YEARS, OVER_MEMBERS = "Resampling years", "Resampling members"
"""What the bootstrap draws from."""

_LEAST = 3


def difference_frame(
    totals: Mapping[str, xr.DataArray],
    *,
    titles: Mapping[str, str] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return the difference of every pair of products with its bootstrap intervals.

    Parameters
    ----------
    totals : mapping of str to xarray.DataArray, dims (year,) or (year, member) [Pg C yr-1]
        Yearly totals by catalog key, land uptake positive; common years are compared.
    titles : mapping of str to str, optional
        Names of products as shown.
    level : float
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        Columns `group` (what is resampled), `label`, `first`, `second`, `value`, `low`, `high`,
        `sd` [Pg C yr-1], `positive` (probability of a positive sign), `n`, `is_open`; the larger
        product comes first. With fewer than three years, or members, that group is left out.

    Notes
    -----
    Resampled years say how far the difference depends on the years that happen to be there,
    resampled members how far on the inversions that happen to be there. Neither is the error of
    the estimate.
    """
    rows = []
    for first, second, group, sample in _samples(totals):
        found = bootstrap_mean(sample, level=level)
        label = f"{title_of(first, titles)} − {title_of(second, titles)}"
        rows.append({"group": group, "label": label, "first": first, "second": second,
                     **_numbers(found), "is_open": False})  # fmt: skip
    columns = ["group", "label", "first", "second", "value", "low", "high", "sd", "positive", "n",
               "is_open"]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values("group", key=lambda c: c != OVER_YEARS, kind="stable",
                             ignore_index=True)  # fmt: skip


def _samples(
    totals: Mapping[str, xr.DataArray],
) -> Iterator[tuple[str, str, str, np.ndarray]]:
    """Yield each pair with its yearly differences and, for ensembles, those of its members."""
    level = {key: float(annual.mean()) for key, annual in totals.items()}
    for pair in combinations(totals, 2):
        first, second = sorted(pair, key=lambda key: -level[key])
        yearly = budget.ensemble_mean(totals[first]) - budget.ensemble_mean(totals[second])
        if yearly.size >= _LEAST:
            yield first, second, OVER_YEARS, yearly.values
        for key, sign in ((first, 1.0), (second, -1.0)):
            other = second if key == first else first
            if "member" in totals[key].dims and totals[key].sizes["member"] >= _LEAST:
                members = totals[key].mean("year").values - level[other]
                yield first, second, OVER_MEMBERS, sign * members


def _numbers(found: Difference) -> dict[str, float]:
    return {"value": found.value, "low": found.low, "high": found.high, "sd": found.sd,
            "positive": found.positive, "n": found.n}  # fmt: skip


def difference_chart(frame: pd.DataFrame, *, title: str) -> Drawing:
    """Draw the differences with their intervals; without any, a figure that says so."""
    if len(frame):
        return intervals(frame, title=title, x_label="Pg C yr⁻¹, first minus second", digits=2)
    text = "Nothing to compare: two products and three years, or members, are needed."
    with book_style():
        figure = new_figure(1.1)
        figure.text(0.02, 0.72, title, weight="bold", size=13)
        figure.text(0.02, 0.32, text, size=11.5)
    return Drawing(figure, frame, f"{title}. {text}")


def difference_rows(frame: pd.DataFrame, *, period: str) -> list[Row]:
    """Return the differences as result rows: ``difference_years`` and ``difference_members``.

    Product is ``<first>-<second>``; the ± is of kind ``sampling``. The probability of the sign is
    a row of its own, ``difference_<...>_sign`` [%].
    """
    rows = []
    for item in frame.itertuples():
        name = "difference_years" if item.group == OVER_YEARS else "difference_members"
        product = f"{item.first}-{item.second}"
        rows += [
            Row(quantity=name, product=product, scope="China", period=period, value=item.value,
                sd=item.sd, sd_kind="sampling", n=int(item.n), unit=TOTAL_UNITS),
            Row(quantity=f"{name}_sign", product=product, scope="China", period=period,
                value=100 * item.positive, unit="%"),
        ]  # fmt: skip
    return rows


def map_table(study: Study, *, rate: float) -> pd.DataFrame:
    """Return how much of each map differs from zero, naively and with false discoveries controlled.

    Parameters
    ----------
    study : helpers.study.Study
    rate : float
        Level of each test and accepted share of false discoveries.

    Returns
    -------
    pandas.DataFrame
        Columns `product`, `over` (years or members), `n`, `cells`, `naive`, `controlled`,
        `expected` [% of the area]. What has fewer than three years or members is left out.
    """
    rows = []
    weights = study.weights("China")
    for key, flux in study.fluxes.items():
        years = timeaxis.annual_mean(budget.ensemble_mean(flux))
        fields = [("years", "year", years)]
        if "member" in flux.dims:
            fields.append(("members", "member", timeaxis.period_mean(flux)))
        for words, dim, values in fields:
            if values.sizes[dim] >= _LEAST:
                found = discoveries(cell_p_values(values, dim=dim), weights, rate=rate)
                rows.append({"product": key, "over": words, "n": values.sizes[dim], **found})
    columns = ["product", "over", "n", "cells", "naive", "controlled", "expected"]
    return pd.DataFrame(rows, columns=columns)


def map_rows(table: pd.DataFrame, *, study: Study) -> list[Row]:
    """Return the map tests as result rows: ``map_naive_<over>`` and ``map_controlled_<over>``."""
    period = summary.period_of(next(iter(study.annual_totals("China").values())))
    return [
        Row(quantity=f"map_{name}_{row.over}", product=row.product, scope="China", period=period,
            value=getattr(row, name), unit="%")
        for row in table.itertuples()
        for name in ("naive", "controlled")
    ]  # fmt: skip


def map_view(table: pd.DataFrame, titles: Mapping[str, str]) -> pd.DataFrame:
    """Return the map tests as a table for a page."""
    return pd.DataFrame(
        {
            "product": [title_of(key, titles) for key in table["product"]],
            "tested over": [f"{r.n} {r.over}" for r in table.itertuples()],
            "cells": table["cells"].astype(int),
            "p below the level [% of area]": table["naive"].round(1),
            "after control [% of area]": table["controlled"].round(1),
        }
    ).set_index("product")
