"""The spreads of a study, kind by kind and scope by scope: years, members, masks, propagated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import xarray as xr

from helpers import ecosystems, geography, scopes, summary, trial_tables, trials
from helpers.printed_spreads import computed_correlation
from helpers.results import Row
from helpers.study import Study
from helpers.uncertainty import combine, from_row
from helpers.units import TOTAL_UNITS

LABELS: dict[str, str] = {
    "interannual": "year to year",
    "members": "member to member",
    "experiments": "experiment to experiment",
    "masks": "mask to mask",
    "propagated": "parts, if independent",
    "published-undefined": "printed ±, undefined",
}
"""Words of each kind on a ruler, in the order drawn."""


def region_weights(study: Study) -> xr.DataArray:
    """Return what counts of each cell for China and its regions, dims (scope, lat, lon) [1]."""
    names = ["China", *geography.REGIONS]
    return xr.concat([study.weights(name) for name in names], dim=pd.Index(names, name="scope"))


def region_totals(study: Study) -> dict[str, xr.DataArray]:
    """Return yearly totals of China and its regions, dims (year, scope, ...) [Pg C yr-1]."""
    return scopes.annual_totals(study, region_weights(study))


def ecosystem_totals(study: Study, *, woody_rule: str) -> dict[str, xr.DataArray]:
    """Return yearly totals of the ecosystems by exact shares, dims (year, scope, ...)."""
    fractions = ecosystems.cell_fractions(study, woody_rule=woody_rule)
    return scopes.annual_totals(study, ecosystems.conserving_weights(study, fractions))


def own_rows(totals: Mapping[str, xr.DataArray]) -> list[Row]:
    """Return spreads over years and over members of every scope; quantity ``spread_<kind>``.

    The value of each row is the mean over years and members; a single year has no spread over
    years, a single run none over members.
    """
    kinds = {"annual_mean": "spread_interannual", "ensemble_mean": "spread_members"}
    return [
        _renamed(row, kinds[row.quantity])
        for row in scopes.mean_rows(totals)
        if row.member == "mean" and row.sd is not None
    ]


def mask_rows(study: Study) -> list[Row]:
    """Return the spread of each total of China and its regions over ways to draw the border.

    Three masks, two 1 degree grids half a cell apart and two depictions make 12 ways, all with
    whole coastal cells.
    """
    ways = [
        trial
        for trial in trials.all_trials()
        if trial.coast == "whole cell" and trial.grid.startswith("1 degree")
    ]
    return _over_ways(trials.totals(study.fluxes, ways), study)


def class_mask_rows(study: Study, *, names: Sequence[str]) -> list[Row]:
    """Return the spread of each ecosystem's total over 8 class maps: 4 rules, 2 ways to count.

    The ways are exact class shares inside the exact border, and whole majority cells in every
    touched cell.
    """
    ways = {"fractions": "fraction", "majority": "touched"}
    tried = [trials.Trial(mask=mask, boundary=study.boundary) for mask in ways.values()]
    table = trial_tables.class_table(study.fluxes, ways=tried)
    table = table[table["counting"].map(ways) == table["mask"]]
    return _over_ways(table[table["scope"].isin(list(names))], study)


def _over_ways(table: pd.DataFrame, study: Study) -> list[Row]:
    rows = []
    for (product, scope), part in table.groupby(["product", "scope"], sort=False):
        rows.append(
            Row(quantity="spread_masks", product=str(product), scope=str(scope),
                period=_period(study), value=float(part["value"].mean()),
                sd=float(part["value"].std(ddof=1)), sd_kind="masks", n=len(part),
                unit=TOTAL_UNITS)
        )  # fmt: skip
    return rows


def propagated_rows(rows: Sequence[Row], *, parts: Sequence[str], scope: str) -> list[Row]:
    """Return the ± of a whole from the year-to-year ± of its parts, as if they were independent.

    Parameters
    ----------
    rows : sequence of Row
        From :func:`own_rows`.
    parts : sequence of str
        Scopes that make up the whole.
    scope : str
        The whole.
    """
    found = []
    own = [row for row in rows if row.quantity == "spread_interannual" and row.scope in parts]
    for product in dict.fromkeys(row.product for row in own):
        terms = [row for row in own if row.product == product]
        if len(terms) == len(parts):
            whole = combine([from_row(row) for row in terms], correlation=0.0)
            found.append(whole.row(quantity="spread_propagated", product=product, scope=scope,
                                   period=terms[0].period))  # fmt: skip
    return found


def published_rows(names: Sequence[str]) -> list[Row]:
    """Return the printed means with their undefined ±; quantity ``spread_published``."""
    return [_renamed(row, "spread_published") for row in scopes.published_rows(names)]


def ruler_frame(rows: Sequence[Row], *, names: Sequence[str]) -> pd.DataFrame:
    """Return spreads as :func:`helpers.rulers.rulers` draws them, one group a scope."""
    order = list(LABELS)
    kept = [row for row in rows if row.scope in names and row.sd is not None]
    kept.sort(key=lambda row: (list(names).index(row.scope), order.index(str(row.sd_kind))))
    return pd.DataFrame(
        {
            "group": row.scope,
            "label": LABELS[str(row.sd_kind)],
            "product": row.product,
            "sd": row.sd,
            "unit": row.unit,
            "is_open": row.sd_kind == "published-undefined",
        }
        for row in kept
    )


def correlations(totals: Mapping[str, xr.DataArray], parts: Sequence[str]) -> dict[str, float]:
    """Return the mean correlation between parts over the years of each product's mean."""
    found = {key: computed_correlation(annual.sel(scope=list(parts)))
             for key, annual in totals.items()}  # fmt: skip
    return {key: value for key, value in found.items() if value is not None}


def _renamed(row: Row, quantity: str) -> Row:
    return Row(**{**row.__dict__, "quantity": quantity})


def _period(study: Study) -> str:
    annual = next(iter(study.annual_totals("China").values()))
    return summary.period_of(annual)
