"""The study's statements about ecosystems, as computed tests."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr

from helpers import scopes
from helpers.ecosystems import FOUR
from helpers.printed import printed_shares
from helpers.scope_claims import (
    ALL,
    computed_test,
    in_topics,
    is_as_built,
    judge_shares,
    judge_totals,
    resolution,
    untested,
)
from helpers.statements import Test, verdicts
from helpers.study import Study
from helpers.style import number, title_of
from helpers.units import TOTAL_UNITS
from helpers.verdicts import Verdict

BUILT_RULE = "forest-shrub"
"""Rule for woody savanna under which the reconstruction carries the published class totals."""

_PAIR = ("beps", "oco2-mip")


def is_built_rule(study: Study, woody_rule: str) -> bool:
    """Tell whether totals by the majority rule are those that the reconstruction carries."""
    return woody_rule == BUILT_RULE and is_as_built(study, whole_cells=True)


def ecosystem_verdicts(
    study: Study, majority: Mapping[str, xr.DataArray], *, woody_rule: str, notebook: str
) -> list[Verdict]:
    """Return the verdict on every claim of topic ``ecosystems``; see :func:`ecosystem_tests`."""
    tests = ecosystem_tests(study, majority, woody_rule=woody_rule)
    found = [
        *judge_totals(study, majority, names=FOUR, notebook=notebook,
                      constrained=is_built_rule(study, woody_rule)),
        *judge_shares(printed_shares(FOUR), study=study, notebook=notebook),
        *verdicts(tests, profile=study.profile, notebook=notebook),
    ]  # fmt: skip
    return in_topics(found, ["ecosystems"])


def ecosystem_tests(
    study: Study, majority: Mapping[str, xr.DataArray], *, woody_rule: str
) -> list[Test]:
    """Return a test for every statement of topic ``ecosystems`` that is not a number.

    Parameters
    ----------
    study : helpers.study.Study
    majority : mapping of str to xarray.DataArray, dims (year, scope) and optionally member
        Yearly totals of ecosystems by the majority rule, the study's own [Pg C yr-1].
    woody_rule : str
        As in :func:`helpers.geography.ecosystem_fractions`.
    """
    built, means = is_built_rule(study, woody_rule), scopes.means(majority)

    def at(key: str, name: str) -> float:
        return float(means[key].sel(scope=name))

    def agree() -> tuple[float, bool, str]:
        apart = abs(at("beps", "shrub") - at("oco2-mip", "shrub"))
        lower = min(at("beps", "shrub"), at("oco2-mip", "shrub")) - at("vegas", "shrub")
        first, second = (scopes.published_spreads(["shrub"], product=k)[0] for k in _PAIR)
        within = float(np.hypot(first, second))
        return apart, apart <= within and lower > 0, f"VEGAS lower by {number(lower, 3)}"

    def lowest() -> tuple[float, bool, str]:
        lead = min(at("beps", "grass"), at("vegas", "grass")) - at("oco2-mip", "grass")
        return lead, lead > 0, resolution(("grass", "vegas"), ("grass", "oco2-mip"))

    def main() -> tuple[float, bool, str]:
        leads = {
            key: min(at(key, "forest"), at(key, "crop")) - max(at(key, "shrub"), at(key, "grass"))
            for key in ALL
        }
        shares = {
            key: 100 * (at(key, "forest") + at(key, "crop")) / sum(at(key, n) for n in FOUR)
            for key in ALL
        }
        told = ", ".join(f"{title_of(key)} {number(share, 0)} %" for key, share in shares.items())
        doubt = resolution(("crop", "beps"), ("shrub", "beps"))
        note = f"their share of four classes: {told}; crop against shrub in BEPS: {doubt}"
        return min(leads.values()), min(leads.values()) > 0, note

    return [
        computed_test(
            study, claim="z24-shrub-agree", products=ALL, unit=TOTAL_UNITS, constrained=built,
            value=agree,
            rule="BEPS and OCO-2 shrub totals lie within their printed ± and VEGAS below both",
        ),
        computed_test(
            study, claim="z24-grass-oco2-lowest", products=ALL, unit=TOTAL_UNITS,
            constrained=built, value=lowest,
            rule="the grass total of the inversions is below both others",
        ),
        computed_test(
            study, claim="z24-forest-crop-main", products=ALL, unit=TOTAL_UNITS, constrained=built,
            value=main, rule="in every product forest and crop exceed both shrub and grass",
        ),
        untested("d22-grass-cover", rule="natural grassland is 56.1 % covered by plants",
                 note="the book holds no survey of vegetation cover"),
        untested("d22-grass-yield", rule="grassland yields more than 1.1 Gt of fresh grass",
                 note="the book holds no survey of grass yield"),
    ]  # fmt: skip
