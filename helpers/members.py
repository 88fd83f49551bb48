"""Members of an ensemble: who they are, what each one does to a result, and what groups do."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from helpers import published, summary
from helpers.errors import InputError
from helpers.results import Row
from helpers.sources import patterns
from helpers.study import Study
from helpers.units import TOTAL_UNITS

TABLE = "oco2_members.csv"
"""Transport model and method of each member, as Table 1 of Zhang et al. (2024) lists them."""

SIZES = (11, 12, 13, 14)
"""Numbers of members that different studies kept."""

GEOS_CHEM = "GEOS-Chem"


def listed_members() -> pd.DataFrame:
    """Return the members as the study lists them: `member`, `transport`, `method`."""
    return pd.read_csv(published.FOLDER / TABLE, dtype=str, keep_default_na=False)


def ensemble_of(study: Study, *, chosen: str | None = None) -> str:
    """Return the catalog key of an ensemble of the study: the one chosen, else the first.

    Raises
    ------
    InputError
        If no product is an ensemble, or the chosen one is not.
    """
    there = [
        key for key, flux in study.fluxes.items()
        if "member" in flux.dims and flux.sizes["member"] > 1
    ]  # fmt: skip
    if chosen is not None and chosen not in there:
        raise InputError(
            "Not an ensemble of the study.", where="ensemble", found=repr(chosen),
            accepted=", ".join(there) or "no product has members", fix="Correct the parameter.",
        )  # fmt: skip
    if there:
        return chosen or there[0]
    raise InputError(
        "No product of the study is an ensemble of two members or more.",
        where="products", found=", ".join(study.fluxes), accepted="a product with members",
        fix="Add the ensemble's files, or choose more members.",
    )  # fmt: skip


def transport_of(names: Sequence[str]) -> dict[str, str] | None:
    """Return the transport model of each member, or None where a name is not a listed one.

    Spellings may differ in capitals and in ``-`` and ``_``. Members of the reconstruction are
    anonymous, so they have no transport model.

    Examples
    --------
    >>> transport_of(["CMS_FLUX", "lofi"])
    {'CMS_FLUX': 'GEOS-Chem', 'lofi': 'GEOS-Chem'}
    >>> transport_of(["member-01"]) is None
    True
    """
    known = {patterns.fold(row.member): row.transport for row in listed_members().itertuples()}
    folded = {name: patterns.fold(name) for name in names}
    if not all(name in known for name in folded.values()):
        return None
    return {name: known[fold] for name, fold in folded.items()}


def member_means(annual: xr.DataArray) -> xr.DataArray:
    """Return each member's mean over years, dims (scope, member) [Pg C yr-1]."""
    return annual.mean("year").transpose("scope", "member")


def leave_one_out(annual: xr.DataArray) -> pd.DataFrame:
    """Return the ensemble mean of each scope without each member in turn.

    Parameters
    ----------
    annual : xarray.DataArray, dims (year, scope, member) [Pg C yr-1]

    Returns
    -------
    pandas.DataFrame
        Columns `scope`, `member` (left out), `value` (mean of the others), `shift` (less the mean
        of all) [Pg C yr-1].
    """
    means = member_means(annual)
    n = _count(means)
    rows = []
    for scope in means["scope"].values:
        values = means.sel(scope=scope)
        whole = float(values.mean())
        for name in means["member"].values:
            without = (n * whole - float(values.sel(member=name))) / (n - 1)
            rows.append({"scope": str(scope), "member": str(name), "value": without,
                         "shift": without - whole})  # fmt: skip
    return pd.DataFrame(rows)


def subsets(annual: xr.DataArray, *, sizes: Sequence[int] = SIZES) -> pd.DataFrame:
    """Return what the ensemble mean and its spread can be for every choice of so many members.

    Parameters
    ----------
    annual : xarray.DataArray, dims (year, scope, member) [Pg C yr-1]
    sizes : sequence of int
        Members kept; sizes that the ensemble does not have are left out, and where none is left
        all but one, and all, are kept.

    Returns
    -------
    pandas.DataFrame
        Columns `scope`, `size`, `choices` (all are tried), `low`, `value` (mean over choices),
        `high` of the ensemble mean, and `sd_low`, `sd_high` of the spread across members
        [Pg C yr-1].
    """
    means = member_means(annual)
    n = _count(means)
    rows = []
    fitting = sorted({size for size in sizes if 2 <= size <= n}) or sorted({max(2, n - 1), n})
    for size in fitting:
        places: np.ndarray = np.array(list(combinations(range(n), size)))
        for scope in means["scope"].values:
            chosen = means.sel(scope=scope).values[places]
            level, spread = chosen.mean(axis=1), chosen.std(axis=1, ddof=1)
            rows.append({
                "scope": str(scope), "size": size, "choices": len(places),
                "low": float(level.min()), "value": float(level.mean()),
                "high": float(level.max()), "sd_low": float(spread.min()),
                "sd_high": float(spread.max()),
            })  # fmt: skip
    return pd.DataFrame(rows)


def group_means(annual: xr.DataArray, groups: dict[str, str]) -> pd.DataFrame:
    """Return the mean of each transport model's members by scope, and its difference from the rest.

    Parameters
    ----------
    annual : xarray.DataArray, dims (year, scope, member) [Pg C yr-1]
    groups : dict of str to str
        Transport model by member, from :func:`transport_of`.

    Returns
    -------
    pandas.DataFrame
        Columns `scope`, `transport`, `n`, `value`, `sd` (across members; NaN for one), `rest`
        (mean of all other members; NaN without any), `difference` [Pg C yr-1] and `p_value`: of a
        difference as large if members were dealt into groups at random (all deals, or 5000).
    """
    means = member_means(annual)
    names = [str(name) for name in means["member"].values]
    labels = np.array([groups[name] for name in names])
    rows = []
    for scope in means["scope"].values:
        values = means.sel(scope=scope).values
        for transport in sorted(set(labels), key=lambda t: (-int((labels == t).sum()), t)):
            inside = labels == transport
            own, rest = values[inside], values[~inside]
            other = float(rest.mean()) if rest.size else float("nan")
            rows.append({
                "scope": str(scope), "transport": str(transport), "n": int(inside.sum()),
                "value": float(own.mean()),
                "sd": float(own.std(ddof=1)) if own.size > 1 else float("nan"),
                "rest": other, "difference": float(own.mean()) - other,
                "p_value": _deal(values, int(inside.sum()),
                                 observed=abs(float(own.mean()) - other)),
            })  # fmt: skip
    return pd.DataFrame(rows)


def _deal(values: np.ndarray, size: int, *, observed: float) -> float:
    """Return the share of random groups of `size` that differ from the rest at least as much."""
    n = values.size
    if size == n:
        return float("nan")
    choices = list(combinations(range(n), size))
    if len(choices) > 5000:
        generator = np.random.default_rng(0)
        choices = [tuple(generator.permutation(n)[:size]) for _ in range(5000)]
    inside = values[np.array(choices)].sum(axis=1)
    difference = inside / size - (values.sum() - inside) / (n - size)
    return float((np.abs(difference) >= observed * (1 - 1e-12)).mean())


def member_rows(annual: xr.DataArray, *, product: str) -> list[Row]:
    """Return leave-one-out and subset results as rows of an ensemble.

    ``without`` (member: the one left out), ``without_low`` and ``without_high``, ``subset_low``
    and ``subset_high`` with member ``keep-11`` and so on.
    """
    period = summary.period_of(annual)
    shared: dict[str, Any] = {"product": product, "period": period, "unit": TOTAL_UNITS}
    rows = []
    out = leave_one_out(annual)
    for scope, part in out.groupby("scope", sort=False):
        rows += [
            Row(quantity="without", member=row.member, scope=str(scope), value=row.value, **shared)
            for row in part.itertuples()
        ]
        for name, value in (("low", part["value"].min()), ("high", part["value"].max())):
            rows.append(Row(quantity=f"without_{name}", scope=str(scope), value=float(value),
                            **shared))  # fmt: skip
    for item in subsets(annual).itertuples():
        for name in ("low", "high", "sd_low", "sd_high"):
            rows.append(Row(quantity=f"subset_{name}", member=f"keep-{item.size}",
                            scope=item.scope, value=getattr(item, name), n=int(item.choices),
                            **shared))  # fmt: skip
    return rows


def subset_frame(table: pd.DataFrame, *, scopes: Sequence[str], ends: bool = False) -> pd.DataFrame:
    """Return subsets as rows of :func:`helpers.curves.intervals`, one group a scope.

    With `ends` only the smallest size and the largest that leaves a choice are kept.
    """
    rows = table[table["scope"].isin(list(scopes))]
    if ends:
        open_sizes = table.loc[table["choices"] > 1, "size"]
        whole = table["size"] if open_sizes.empty else open_sizes
        rows = rows[rows["size"].isin([whole.min(), whole.max()])]
    return pd.DataFrame(
        {
            "group": row.scope,
            "label": f"{row.size} members, {row.choices} choice{'s' * (row.choices > 1)}",
            "value": row.value,
            "low": row.low,
            "high": row.high,
            "is_open": False,
        }
        for row in rows.itertuples()
    )


def _count(means: xr.DataArray) -> int:
    n = means.sizes["member"]
    if n < 2:
        raise InputError("Leaving members out needs two or more.", where="member", found=n,
                         accepted="2 members or more", fix="Add members.")  # fmt: skip
    return n
