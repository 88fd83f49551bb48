"""The three products of the stand-in: month by month to their files, and what they add up to.

Every number here is computed from the values as stored, after rounding and packing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from helpers import geography, standin_fields, standin_files, standin_prior, standin_targets
from helpers.constants import DAYS_PER_YEAR
from helpers.errors import InputError
from helpers.standin_fields import REGION_COUNT, YEARS, Fields, MemberAssumptions
from helpers.standin_targets import Targets

Claims = dict[str, dict[str, str]]

LARGEST_RESIDUAL = 1e-4
"""Largest departure of an attained mean from the published one [Pg C yr-1]."""

LARGEST_MONTH = 400.0
"""Largest plausible flux of a month [g C m-2 month-1]."""


@dataclass(frozen=True)
class Attained:
    """What the files of one product hold.

    Attributes
    ----------
    annual : numpy.ndarray, shape (year, scope) [Pg C yr-1]
        Totals of the eight published scopes, of the ensemble mean where there are members.
    extreme : float
        Largest monthly flux of a cell, without sign [g C m-2 month-1].
    ensemble : dict
        Assumptions and attained spread of the members; empty where there are none.
    """

    annual: np.ndarray
    extreme: float
    ensemble: dict[str, Any]


def _annual(monthly: np.ndarray) -> np.ndarray:
    """Average months (month, ...) to years (year, ...), weighted by their days."""
    weights = np.array([standin_fields.month_weight(*month) for month in standin_files.months()])
    by_year = (monthly.T * weights).T.reshape((len(YEARS), 12, *monthly.shape[1:]))
    return by_year.sum(axis=1)


def _per_month(flux: np.ndarray, year: int, *, month: int) -> float:
    days = standin_files.month_days(year, month)
    return float(np.abs(flux).max() * days / DAYS_PER_YEAR)


def write_beps(folder: Path, fields: Fields, *, claims: Claims) -> Attained:
    """Write the BEPS rasters."""
    totals, extreme = [], 0.0
    for year, month in standin_files.months():
        stored = standin_files.write_raster_month(
            folder / "beps",
            fields.month(year, month),
            land=fields.land.values,
            year=year,
            month=month,
        )
        totals.append(fields.reconstruction.totals(stored))
        extreme = max(extreme, _per_month(stored, year, month=month))
    return Attained(_annual(np.array(totals)), extreme, {})


def write_vegas(folder: Path, fields: Fields, *, claims: Claims) -> Attained:
    """Write the VEGAS file."""
    months = list(standin_files.months())
    flux = np.stack([fields.month(*month) for month in months])
    stored = standin_files.write_trendy(
        folder / "vegas" / "VEGAS_S3_nbp.nc", flux, land=fields.land
    )
    totals = np.array([fields.reconstruction.totals(layer) for layer in stored])
    extreme = max(
        _per_month(layer, m[0], month=m[1]) for layer, m in zip(stored, months, strict=True)
    )
    return Attained(_annual(totals), extreme, {})


def member_names(count: int) -> list[str]:
    """Return the neutral names of ensemble members: never those of real models."""
    return [f"member-{number:02d}" for number in range(1, count + 1)]


def member_spread(claims: Claims) -> float:
    """Return the assumed standard deviation over members [Pg C yr-1].

    The range published for an earlier version of the ensemble, divided by the expected range of
    as many normal values.
    """
    low, high = (
        standin_targets.claim_number(claims, "z24-d-v9-range", column=column)
        for column in ("low", "high")
    )
    return (high - low) / standin_fields.NORMAL_RANGE


def write_ensemble(folder: Path, fields: Fields, *, claims: Claims) -> Attained:
    """Write the members of the OCO-2 MIP ensemble."""
    assumed = MemberAssumptions()
    spread = member_spread(claims)
    members = standin_fields.make_members(fields, spread=spread, assumed=assumed)
    months = list(standin_files.months())
    flux = np.stack(
        [fields.month(*m) + members.month(fields, m[0], month=m[1]) for m in months], axis=1
    )
    totals, extreme = [], 0.0
    for name, values in zip(member_names(assumed.count), flux, strict=True):
        stored = standin_files.write_inversion(
            folder / "oco2-v10-mip" / standin_files.EXPERIMENT,
            values,
            member=name,
            land=fields.land,
        )
        totals.append([fields.reconstruction.totals(layer) for layer in stored])
        for layer, month in zip(stored, months, strict=True):
            extreme = max(extreme, _per_month(layer, month[0], month=month[1]))
    by_member = np.moveaxis(np.array(totals), 0, 1)
    annual = _annual(by_member)
    national = annual[..., :REGION_COUNT].sum(axis=-1).mean(axis=0)
    ensemble = {
        "assumptions": asdict(assumed),
        "spread_claim": "z24-d-v9-range",
        "spread_assumed": _rounded(spread),
        "spread_attained": _rounded(float(national.std(ddof=1))),
        "sd_kind": "members",
        "national_by_member": [_rounded(float(value)) for value in national],
        "layouts": standin_files.VARIANTS,
    }
    return Attained(annual.mean(axis=1), extreme, ensemble)


class Writer(Protocol):
    """Writes the files of one product, and tells what their totals attain."""

    def __call__(self, folder: Path, fields: Fields, *, claims: Claims) -> Attained:
        """Write the files below `folder`."""
        ...


WRITERS: dict[str, Writer] = {
    "beps": write_beps,
    "vegas": write_vegas,
    "oco2-mip": write_ensemble,
}
"""Writer of each product, by catalog key."""


def _rounded(value: float, digits: int = 9) -> float:
    """Round so that the last bits of a sum, which differ between machines, do not show."""
    return round(float(value), digits) + 0.0


def residual_rows(targets: Targets, annual: np.ndarray) -> list[dict[str, Any]]:
    """Set attained means and spreads beside the published ones.

    Parameters
    ----------
    targets : Targets
    annual : numpy.ndarray, shape (year, scope) [Pg C yr-1]

    Returns
    -------
    list of dict
        Keys product, scope, statistic (``mean`` or ``interannual_sd``), claim, published,
        attained, residual and unit. China is the sum of the four regions; its published value has
        two decimals, so its residual is that of rounding.
    """
    china = annual[:, :REGION_COUNT].sum(axis=1, keepdims=True)
    series = np.concatenate([china, annual], axis=1)
    scopes = ("China", *targets.scopes)
    ids = (targets.national_claim, *targets.claims)
    published = {
        "mean": (targets.national_mean, *targets.mean),
        "interannual_sd": (targets.national_spread, *targets.spread),
    }
    attained = {"mean": series.mean(axis=0), "interannual_sd": series.std(axis=0, ddof=1)}
    return [
        {
            "product": targets.product,
            "scope": scope,
            "statistic": statistic,
            "claim": claim,
            "published": float(said),
            "attained": _rounded(found),
            "residual": _rounded(found - said),
            "unit": "Pg C yr-1",
        }
        for statistic in published
        for scope, claim, said, found in zip(
            scopes, ids, published[statistic], attained[statistic], strict=True
        )
    ]


def description(fields: Fields, targets: Targets, *, attained: Attained) -> dict[str, Any]:
    """Return what the manifest says of one product."""
    before = fields.reconstruction.totals(fields.prior)
    land = fields.land.values
    correlation = fields.correlation
    wanted = targets.spread[:REGION_COUNT]
    assumed = asdict(standin_prior.ASSUMPTIONS[fields.product])
    shares = dict(zip(geography.ECOSYSTEMS, assumed["kept_share"], strict=True))
    described = {
        "assumptions": assumed | {"kept_share": shares},
        "cells_with_data": int(land.sum()),
        "condition_number": float(f"{fields.reconstruction.condition:.6g}"),
        "prior_totals": {
            scope: _rounded(total) for scope, total in zip(targets.scopes, before, strict=True)
        },
        "mean_flux_range": [_rounded(f(fields.mean[land]), 3) for f in (np.min, np.max)],
        "largest_month": _rounded(attained.extreme, 3),
        "region_correlations": [[_rounded(value, 6) for value in row] for row in correlation],
        "national_sd_if_regions_independent": _rounded(float(np.sqrt((wanted**2).sum()))),
    }
    return described | ({"ensemble": attained.ensemble} if attained.ensemble else {})


def check(rows: list[dict[str, Any]], products: dict[str, Any]) -> None:
    """Refuse a stand-in that misses a published mean or holds an implausible flux.

    Spreads may be unattainable; their residuals are reported and not refused.

    Raises
    ------
    InputError
        Naming what is off.
    """
    off = [
        f"{row['product']} {row['scope']} {row['residual']:+.2g}"
        for row in rows
        if row["statistic"] == "mean"
        and row["scope"] != "China"
        and abs(row["residual"]) > LARGEST_RESIDUAL
    ]
    off += [
        f"{key} {entry['largest_month']:g} g C m-2 month-1"
        for key, entry in products.items()
        if entry["largest_month"] > LARGEST_MONTH
    ]
    if off:
        raise InputError(
            "The stand-in misses a published total or is implausible.",
            where="means and largest months",
            found="; ".join(off),
            accepted=f"means within {LARGEST_RESIDUAL:g} Pg C yr-1, months below {LARGEST_MONTH:g}",
            fix="Review the assumptions in helpers/standin_prior.py.",
        )
