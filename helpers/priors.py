"""Prior beside posterior: whether the observations decided a region, or the prior did.

Where files of the experiment ``Prior`` are at hand, the spread across members before and after
the observations, and the shift between them, give a plain verdict for each region.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import xarray as xr

from helpers import budget, members, regrid, sources, spread_rows
from helpers import grid as grids
from helpers.errors import InputError
from helpers.project import resolve
from helpers.results import Row
from helpers.sources import ceos, ensemble
from helpers.study import Study
from helpers.style import number
from helpers.units import TOTAL_UNITS

PRIOR = "Prior"
DATA, PRIOR_DRIVEN, OPEN = "data-driven", "prior-driven", "undetermined"
"""Verdicts: the observations decide, the prior decides, or it cannot be told."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """When a region counts as decided by the data, or by the prior.

    Parameters
    ----------
    reduction : float
        Least reduction of the spread across members, 1 - posterior SD / prior SD, for the data.
    idle : float
        Largest reduction for the prior.
    shift : float
        Largest shift of the ensemble mean, in prior SD, for the prior.
    """

    reduction: float = 0.4
    idle: float = 0.1
    shift: float = 0.5

    def verdict(self, *, reduction: float, shift: float) -> str:
        """Return the verdict for a reduction and a shift in prior SD."""
        if reduction >= self.reduction:
            return DATA
        if reduction <= self.idle and abs(shift) <= self.shift:
            return PRIOR_DRIVEN
        return OPEN


def prior_totals(study: Study, *, data_dir: str | Path | None) -> xr.DataArray | None:
    """Return yearly totals of the prior ensemble by scope, or None where its files are absent.

    Parameters
    ----------
    study : helpers.study.Study
        The posterior; its choices are used for the prior too.
    data_dir : str or Path, optional
        Folder of provider files, as the study was opened with.
    """
    key = members.ensemble_of(study)
    if data_dir is None or study.experiment == PRIOR:
        return None
    product = study.products[key]
    if not sources.found(product, data_dir=resolve(data_dir), experiment=PRIOR):
        return None
    names = tuple(match.fields["member"] for match in
                  ensemble.find(product, data_dir=resolve(data_dir), experiment=PRIOR))  # fmt: skip
    flux = sources.read_product(
        product, data_dir=resolve(data_dir), start_year=study.start_year, end_year=study.end_year,
        experiment=PRIOR, members=names,
    )  # fmt: skip
    on_grid = regrid.conservative(flux.compute(), grids.analysis_grid()).compute()
    return budget.annual_totals(on_grid, spread_rows.region_weights(study))


def verdict_table(
    posterior: xr.DataArray, prior: xr.DataArray | None, *, rule: Rule
) -> pd.DataFrame:
    """Return prior beside posterior for each scope, and who decided.

    Parameters
    ----------
    posterior, prior : xarray.DataArray, dims (year, scope, member) [Pg C yr-1]
        Yearly totals; only members that both have are compared.
    rule : Rule

    Returns
    -------
    pandas.DataFrame
        Columns `scope`, `prior`, `prior_sd`, `posterior`, `posterior_sd` [Pg C yr-1], `reduction`,
        `shift` [1], `n` and `verdict`. Without a prior all but the posterior are NaN and the
        verdict is ``undetermined``.

    Raises
    ------
    InputError
        If fewer than three members are in both, or the years differ.
    """
    if prior is None:
        after = members.member_means(posterior)
        return pd.DataFrame(
            {"scope": str(scope), "prior": float("nan"), "prior_sd": float("nan"),
             "posterior": float(after.sel(scope=scope).mean()),
             "posterior_sd": float(after.sel(scope=scope).std(ddof=1)),
             "reduction": float("nan"), "shift": float("nan"), "n": 0, "verdict": OPEN}
            for scope in after["scope"].values
        )  # fmt: skip
    after, before = _common(posterior, prior)
    rows = []
    for scope in after["scope"].values:
        new, old = after.sel(scope=scope), before.sel(scope=scope)
        spread = float(old.std(ddof=1))
        reduction = 1.0 - float(new.std(ddof=1)) / spread if spread else 0.0
        shift = float(new.mean() - old.mean()) / spread if spread else 0.0
        rows.append({
            "scope": str(scope), "prior": float(old.mean()), "prior_sd": spread,
            "posterior": float(new.mean()), "posterior_sd": float(new.std(ddof=1)),
            "reduction": reduction, "shift": shift, "n": int(new.size),
            "verdict": rule.verdict(reduction=reduction, shift=shift),
        })  # fmt: skip
    return pd.DataFrame(rows)


def _common(posterior: xr.DataArray, prior: xr.DataArray) -> tuple[xr.DataArray, xr.DataArray]:
    if list(posterior["year"].values) != list(prior["year"].values):
        raise InputError("Prior and posterior are of different years.", where="year",
                         found=f"{prior['year'].values}, {posterior['year'].values}",
                         accepted="the same years in the same order",
                         fix="Take both over the years that they share.")  # fmt: skip
    after, before = members.member_means(posterior), members.member_means(prior)
    both = [name for name in after["member"].values if name in before["member"].values]
    if len(both) < 3:
        raise InputError(
            "Too few members have a prior.", where="member",
            found=", ".join(map(str, both)) or "none",
            accepted="three members or more with files of both experiments",
            fix="Add prior files of more members, or remove those that are there.",
        )  # fmt: skip
    return after.sel(member=both), before.sel(member=both)


def verdict_rows(table: pd.DataFrame, *, product: str, period: str) -> list[Row]:
    """Return prior beside posterior as result rows; only what is there."""
    rows = []
    for item in table.itertuples():
        shared = {"product": product, "scope": item.scope, "period": period}
        if item.n:
            rows += [
                Row(quantity="prior_mean", value=item.prior, sd=item.prior_sd, sd_kind="members",
                    n=item.n, unit=TOTAL_UNITS, **shared),
                Row(quantity="posterior_mean", value=item.posterior, sd=item.posterior_sd,
                    sd_kind="members", n=item.n, unit=TOTAL_UNITS, **shared),
                Row(quantity="spread_reduction", value=100 * item.reduction, unit="%", **shared),
            ]  # fmt: skip
    return rows


def verdict_view(table: pd.DataFrame) -> pd.DataFrame:
    """Return the verdicts as a table for a page."""
    gap = "no prior files"
    prior, posterior = (f"{name}, ± SD across members" for name in ("prior", "posterior"))
    return pd.DataFrame(
        {
            "region": row.scope,
            prior: f"{number(row.prior)} ± {number(row.prior_sd)}" if row.n else gap,
            posterior: f"{number(row.posterior)} ± {number(row.posterior_sd)}",
            "spread reduced by": f"{number(100 * row.reduction, 0)} %" if row.n else gap,
            "verdict": row.verdict,
        }
        for row in table.itertuples()
    ).set_index("region")


def interval_frame(table: pd.DataFrame) -> pd.DataFrame:
    """Return prior and posterior, ± 1 SD across members, for :func:`helpers.curves.intervals`."""
    rows = [
        (row.scope, words, value, sd, words == "prior")
        for row in table.itertuples()
        if row.n
        for words, value, sd in (
            ("prior", row.prior, row.prior_sd),
            ("posterior", row.posterior, row.posterior_sd),
        )
    ]
    return pd.DataFrame(
        {"group": scope, "label": words, "value": value, "low": value - sd, "high": value + sd,
         "is_open": is_open}
        for scope, words, value, sd, is_open in rows
    )  # fmt: skip


def constraint_table(
    ceos_file: str | Path | None, *, rule: Rule, experiments: Sequence[str] = ceos.EXPERIMENTS
) -> pd.DataFrame:
    """Return what the CEOS table says about China: reduction of the prior spread, and LNLG v IS.

    Returns
    -------
    pandas.DataFrame
        Index experiment: `spread reduced by` [%], `LNLG against IS, z` and `verdict`, which
        rests on the reduction alone, because the table holds no prior mean. Without the table
        every experiment is undetermined.
    """
    if ceos_file is None:
        gap = "needs the table"
        return pd.DataFrame(
            {"experiment": name, "spread reduced by": gap, "LNLG against IS, z": gap,
             "verdict": OPEN}
            for name in experiments
        ).set_index("experiment")  # fmt: skip
    table = ceos.read_constraints(resolve(ceos_file))
    china = table[(table["iso"] == "CHN") & (table["year"] == 0)].set_index("experiment")
    return pd.DataFrame(
        {
            "experiment": name,
            "spread reduced by": f"{number(100 * china.loc[name, 'fur'], 0)} %",
            "LNLG against IS, z": number(china.loc[name, "z_statistic"]),
            "verdict": rule.verdict(reduction=float(china.loc[name, "fur"]), shift=1.0e9),
        }
        for name in experiments
    ).set_index("experiment")
