"""Verdicts on the study's claims about regions and ecosystems, from totals computed here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import xarray as xr

from helpers import budget, published, scopes, summary
from helpers.partition import Partition, open_partition
from helpers.printed import HALF_SHARE, HALF_TOTAL, PrintedShare
from helpers.statements import PUBLISHED, Test
from helpers.study import Study
from helpers.style import number, title_of
from helpers.units import TOTAL_UNITS
from helpers.verdicts import Verdict, judge

PERIOD = "2015-2019"
"""Years of the study's claims."""

ALL = ("beps", "vegas", "oco2-mip")
"""Catalog keys of the study's products."""

_ABSENT = "is not among the data of this profile"


def is_as_built(study: Study, *, whole_cells: bool = False) -> bool:
    """Tell whether the choices are those that the reconstruction was made to carry totals under.

    Parameters
    ----------
    study : helpers.study.Study
    whole_cells : bool
        For the majority rule, which takes no mask.
    """
    usual = (study.boundary, study.period) == ("national", PERIOD)
    complete = all(
        study.fluxes[key].sizes["member"] == len(product.members)
        for key, product in study.products.items()
        if product.members and "member" in study.fluxes[key].dims
    )
    return usual and complete and (whole_cells or study.mask == "fraction")


def judge_totals(
    study: Study,
    totals: Mapping[str, xr.DataArray],
    *,
    names: Sequence[str],
    constrained: bool,
    notebook: str,
    tolerance: float = HALF_TOTAL,
) -> list[Verdict]:
    """Judge the published mean of each scope and product, its ± told in the reason.

    Parameters
    ----------
    study : helpers.study.Study
    totals : mapping of str to xarray.DataArray, dims (year, scope) and optionally member
        Yearly totals [Pg C yr-1].
    names : sequence of str
        Scopes of the study.
    constrained : bool
        The reconstruction was made to carry these totals as they were computed.
    notebook : str
        Where they were computed.
    tolerance : float
        Half of the last printed digit [Pg C yr-1].

    Returns
    -------
    list of Verdict
        One for each scope and product of the study. A product that is absent, or other years than
        the claim's, are ``not-testable-here``.
    """
    found = []
    for name in names:
        for key, identifier in summary.study_claims(name).items():
            if key in totals:
                annual = budget.ensemble_mean(totals[key].sel(scope=name))
                found.append(
                    _judged(study, annual, claim=identifier, product=key, notebook=notebook,
                            constrained=constrained, tolerance=tolerance)
                )  # fmt: skip
            else:
                found.append(
                    Verdict(id=identifier, verdict="not-testable-here", product=key,
                            profile=study.profile, notebook=notebook, is_standin=False,
                            reason=f"{title_of(key)} {_ABSENT}.")
                )  # fmt: skip
    return found


def _judged(
    study: Study,
    annual: xr.DataArray,
    *,
    claim: str,
    product: str,
    notebook: str,
    constrained: bool,
    tolerance: float,
) -> Verdict:
    printed, is_standin = published.claim(claim), is_reconstructed(study, [product])
    value = float(annual.mean("year"))
    if study.period != PERIOD and not is_standin:
        return Verdict(
            id=claim, verdict="not-testable-here", computed=value, unit=printed.unit,
            product=product, profile=study.profile, notebook=notebook, is_standin=False,
            reason=f"The claim is about {PERIOD}, the value about {study.period}.",
        )  # fmt: skip
    verdict = judge(
        claim, value, published=printed.value or 0.0, tolerance=tolerance, unit=printed.unit,
        product=product, profile=study.profile, notebook=notebook, is_standin=is_standin,
        constrained=constrained, spread=printed.uncertainty,
    )  # fmt: skip
    return replace(verdict, reason=f"{verdict.reason} {_about_spread(annual, printed)}".strip())


def _about_spread(annual: xr.DataArray, printed: published.Claim) -> str:
    """Say how the year-to-year SD stands to the printed ±."""
    told = f"Printed ± {number(printed.uncertainty or 0.0, 3)}, kind not stated"
    if annual.sizes["year"] < 2:
        return f"{told}; a single year has no spread."
    return f"{told}; SD over years {number(float(annual.std('year', ddof=1)), 3)}."


def judge_shares(shares: Iterable[PrintedShare], *, study: Study, notebook: str) -> list[Verdict]:
    """Judge printed percents by arithmetic on the printed totals: no gridded data enter.

    A percent that fits the nation's total is ``consistent``; one that fits the sum of its own kind
    only is ``corrected`` to its share of the nation, which is what it is called; one that fits
    neither is ``inconsistent``.
    """
    found = []
    for share in shares:
        low, nation, high = share.of_nation
        if share.fits_nation:
            word, also = (
                "consistent",
                " (and of the sum of four classes)"
                * (share.fits_own and share.of_own != share.of_nation),
            )
            reason = f"Within rounding, the printed totals give this share of the nation{also}."
        else:
            word = "corrected" if share.fits_own else "inconsistent"
            reason = (
                f"Printed {number(share.printed, 1)} % is the share of the sum of four classes; of "
                f"China's sink it is {number(nation, 1)} % ({number(low, 1)} to "
                f"{number(high, 1)} by rounding)."
            )
        found.append(
            Verdict(id=share.claim, verdict=word, computed=nation, unit="%", product=PUBLISHED,
                    tolerance=max(high - nation, nation - low) + HALF_SHARE, reason=reason,
                    profile=study.profile, notebook=notebook, is_standin=False)
        )  # fmt: skip
    return found


def is_reconstructed(study: Study, products: Iterable[str]) -> bool:
    """Tell whether any of these products of a study is a reconstruction."""
    return any(bool(study.fluxes[key].attrs["is_standin"]) for key in products)


def computed_test(
    study: Study,
    *,
    claim: str,
    products: Sequence[str],
    rule: str,
    unit: str,
    value: Callable[[], tuple[float, bool, str]],
    constrained: bool = False,
) -> Test:
    """Return a test of a statement, undecided where a product it needs is absent.

    Parameters
    ----------
    study : helpers.study.Study
    claim : str
        Claim id.
    products : sequence of str
        Catalog keys that the statement is about.
    rule, unit, constrained
        As in :class:`helpers.statements.Test`.
    value : callable
        Called only when all products are there; returns the number, whether the rule holds, and a
        note.
    """
    absent = [key for key in products if key not in study.fluxes]
    if absent:
        names = " and ".join(title_of(key) for key in absent)
        return Test(claim=claim, product="+".join(products), rule=rule, value=None, unit=unit,
                    holds=None, is_standin=False, note=f"{names} {_ABSENT}")  # fmt: skip
    number_, holds, note = value()
    standin = is_reconstructed(study, products)
    if study.period != PERIOD and not standin:
        return Test(claim=claim, product="+".join(products), rule=rule, value=number_, unit=unit,
                    holds=None, is_standin=False,
                    note=f"the claim is about {PERIOD}, the data about {study.period}")  # fmt: skip
    return Test(claim=claim, product="+".join(products), rule=rule, value=number_, unit=unit,
                holds=bool(holds), is_standin=standin, constrained=constrained and standin,
                note=note)  # fmt: skip


def untested(claim: str, *, rule: str, note: str, product: str = PUBLISHED) -> Test:
    """Return a test that the data of the book cannot decide, with the reason in `note`."""
    return Test(claim=claim, product=product, rule=rule, value=None, unit="", holds=None,
                is_standin=False, note=note)  # fmt: skip


def resolution(first: tuple[str, str], second: tuple[str, str]) -> str:
    """Say how a printed difference stands to the printed ±, taken as independent.

    Parameters
    ----------
    first, second : tuple of str
        Scope and catalog key of the two printed values.
    """
    values, spreads = zip(*(_printed(*pair) for pair in (first, second)), strict=True)
    difference, spread = abs(values[0] - values[1]), float(np.hypot(*spreads))
    return (
        f"the printed difference {number(difference, 3)} {TOTAL_UNITS} is "
        f"{number(difference / spread, 1)} times the printed ± of it"
    )


def _printed(scope: str, product: str) -> tuple[float, float]:
    value = scopes.published_means([scope], product=product)[0]
    return value, scopes.published_spreads([scope], product=product)[0]


def in_topics(found: Iterable[Verdict], topics: Collection[str]) -> list[Verdict]:
    """Return the verdicts whose claims are of these topics; other chapters judge the rest."""
    table = published.claims().set_index("id")["topic"]
    return [verdict for verdict in found if table[verdict.id] in topics]


def unjudged(found: Iterable[Verdict], topics: Collection[str]) -> list[str]:
    """Return the ids of claims of these topics that have no verdict."""
    table = published.claims()
    judged = {verdict.id for verdict in found}
    mine = table.loc[table["topic"].isin(topics), "id"]
    return [str(identifier) for identifier in mine if identifier not in judged]


def study_regions(
    study: Study, regions: Partition, *, totals: Mapping[str, xr.DataArray]
) -> Mapping[str, xr.DataArray]:
    """Return the totals that the study's claims are judged by.

    Those of the regions at hand when they carry the names of the study's four, else those of the
    book's own four regions.
    """
    if regions.is_books:
        return totals
    weights = open_partition(boundary=study.boundary).weights(study.weights(), mask=study.mask)
    return scopes.annual_totals(study, weights)


def verdict_table(found: Iterable[Verdict]) -> pd.DataFrame:
    """Return verdicts as a table for a page: claim, verdict, computed value, and why."""
    return pd.DataFrame(
        {
            "claim": verdict.id,
            "verdict": verdict.verdict,
            "computed": _in_words(verdict),
            "why": verdict.reason,
        }
        for verdict in found
    )


def _in_words(verdict: Verdict) -> str:
    if verdict.computed is None:
        return ""
    unit = "" if verdict.unit == "1" else f" {verdict.unit}"
    return f"{number(verdict.computed, _digits(verdict))}{unit}"


def _digits(verdict: Verdict) -> int:
    return {TOTAL_UNITS: 3, "1": 2}.get(verdict.unit, 1)
