"""China's budget seen from the air: the national table of Byrne et al. (2023), turned to uptake."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from helpers.project import project_root, resolve
from helpers.results import Row
from helpers.sources import ceos
from helpers.units import TOTAL_UNITS

QUANTITIES = {"NBE": "net_uptake", "dC_loss": "stock_gain"}
"""Name in result tables of each term, after its sign is turned to land uptake positive."""

PUBLISHED = Path("data/published/ceos_china.csv")
"""Means as printed, for readers without the table; from the repository's root."""


def budget_rows(ceos_file: str | Path | None, *, start_year: int, end_year: int) -> list[Row]:
    """Return China's net uptake from the air and gain of stocks, by experiment.

    Parameters
    ----------
    ceos_file : str or Path, optional
        The national table. Without it the printed means of 2015-2019 are returned, whatever the
        years asked for, and they carry no spread.
    start_year, end_year : int
        Whole years to average, both included.

    Returns
    -------
    list of Row
        Product ``ceos``, member the experiment; ``net_uptake`` is -NBE, ``stock_gain`` -dC_loss
        [Pg C yr-1], land uptake positive. With the table the sd is ``interannual``.

    Raises
    ------
    InputError
        If the table is not the one of the provider or lacks a year.
    """
    if ceos_file is None:
        return _printed_rows()
    table = ceos.read_budget_table(resolve(ceos_file))
    means = ceos.china_budget(table, start_year=start_year, end_year=end_year)
    terms = means[means["quantity"].isin(QUANTITIES)]
    return [
        Row(
            quantity=QUANTITIES[row.quantity],
            product="ceos",
            member=row.experiment,
            scope="China",
            period=means.attrs["period"] if end_year > start_year else str(start_year),
            value=-row.value_pg_c,
            sd=row.interannual_sd_pg_c if row.n > 1 else None,
            sd_kind="interannual" if row.n > 1 else None,
            n=int(row.n),
            unit=TOTAL_UNITS,
        )
        for row in terms.itertuples()
    ]


def _printed_rows() -> list[Row]:
    """Return the printed means, Tg C positive to the atmosphere, as Pg C of uptake."""
    table = pd.read_csv(project_root() / PUBLISHED)
    return [
        Row(
            quantity=QUANTITIES[row.quantity],
            product="ceos",
            member=row.experiment,
            scope="China",
            period=row.period,
            value=-float(row.value) * 1e-3,
            unit=TOTAL_UNITS,
        )
        for row in table.itertuples()
        if row.quantity in QUANTITIES
    ]
