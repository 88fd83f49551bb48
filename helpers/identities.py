"""The identities that every gridded chapter shares, ready for its closure card."""

from __future__ import annotations

import math

from helpers import budget, geography
from helpers.closure import TOLERANCE, Identity, identity
from helpers.study import Study


def regions_make_nation(study: Study) -> list[Identity]:
    """Check, product by product, that the four regions add up to China in every month and member.

    With the mask ``touched`` a cell on a border counts in two regions, so the residual is shown
    and not enforced.
    """
    tolerance = math.inf if study.mask == "touched" else TOLERANCE
    nation = study.monthly_totals("China")
    regions = [study.monthly_totals(name) for name in geography.REGIONS]
    return [
        identity(
            f"sum of regions = China, {study.titles[key]}",
            sum((part[key] for part in regions[1:]), start=regions[0][key]),
            whole=nation[key],
            tolerance=tolerance,
        )
        for key in nation
    ]


def ensembles_make_mean(study: Study, scope: str = "China") -> list[Identity]:
    """Check that the mean over members of the totals is the total of the mean field."""
    weights = study.weights(scope)
    return [
        identity(
            f"sum of members / n = mean, {study.titles[key]}",
            budget.total(flux, weights).mean("member"),
            whole=budget.total(budget.ensemble_mean(flux), weights),
        )
        for key, flux in study.fluxes.items()
        if "member" in flux.dims
    ]
