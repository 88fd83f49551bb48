"""China's budget seen from the air: the national table of Byrne et al. (2023), turned to uptake."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from helpers.project import project_root, resolve
from helpers.results import Row
from helpers.sources import ceos
from helpers.tables import Table
from helpers.units import TOTAL_UNITS

QUANTITIES = {
    "NBE": ("net_uptake", -1.0),
    "dC_loss": ("stock_gain", -1.0),
    "rivers": ("river_gain", 1.0),
    "wood_crop": ("trade_gain", 1.0),
}
"""Name of each term in result tables, and the factor that makes it a gain by the land: NBE and
dC_loss are positive to the air, rivers and wood_crop are negative where carbon leaves."""

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
        Product ``ceos``, member the experiment (``all`` for terms that are the same in all);
        ``net_uptake`` is -NBE, ``stock_gain`` -dC_loss, ``river_gain`` and ``trade_gain`` the
        lateral terms, negative where carbon leaves [Pg C yr-1]. With the table the sd is
        ``interannual``, and rows ``net_uptake_spread`` and so on repeat each value with the mean
        of the yearly uncertainties of the table, kind ``propagated`` (they join the spread of the
        ensemble with that of fossil emissions).

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
    period = means.attrs["period"] if end_year > start_year else str(start_year)
    rows = []
    for row in terms.itertuples():
        shared = {"product": "ceos", "member": row.experiment, "scope": "China", "period": period}
        name, sign = QUANTITIES[row.quantity]
        value = sign * row.value_pg_c
        yearly = row.interannual_sd_pg_c if row.n > 1 else None
        rows.append(
            Row(quantity=name, value=value, unit=TOTAL_UNITS, sd=yearly, n=int(row.n),
                sd_kind=None if yearly is None else "interannual", **shared)
        )  # fmt: skip
        if pd.notna(row.member_sd_pg_c):
            rows.append(
                Row(quantity=f"{name}_spread", value=value, unit=TOTAL_UNITS,
                    sd=row.member_sd_pg_c, sd_kind="propagated", **shared)
            )  # fmt: skip
    return rows


def notices(ceos_file: str | Path | None) -> list[str]:
    """Return what was repaired in the national table, for the page; empty without the table."""
    if ceos_file is None:
        return []
    return list(ceos.read_budget_table(resolve(ceos_file)).attrs["notices"])


def _printed_rows() -> list[Row]:
    """Return the printed means, Tg C positive to the atmosphere, as Pg C of uptake."""
    table = pd.read_csv(project_root() / PUBLISHED)
    return [
        Row(
            quantity=QUANTITIES[row.quantity][0],
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


def overview(rows: Sequence[Row], *, ceos_file: str | Path | None) -> Table:
    """Return the terms of the budget, one experiment a row, with the repairs made in reading it.

    Parameters
    ----------
    rows : sequence of Row
        From :func:`budget_rows`.
    ceos_file : str or Path, optional
        The table they come from.
    """
    words = {
        "net_uptake": "net uptake from the air",
        "river_gain": "rivers",
        "trade_gain": "crops and wood",
        "stock_gain": "gain of stocks",
    }
    found = {(row.quantity, row.member): row.value for row in rows}
    experiments = [row.member for row in rows if row.quantity == "net_uptake"]
    table = [
        {"experiment": name}
        | {
            word: found.get((quantity, name), found.get((quantity, ceos.SHARED)))
            for quantity, word in words.items()
        }
        for name in experiments
    ]
    caption = "CEOS budget of China, Pg C yr⁻¹, gain by the land positive"
    return Table(pd.DataFrame(table), ". ".join([caption, *notices(ceos_file)]), decimals=3)
