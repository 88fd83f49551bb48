"""Verdicts on the claims about the plateau and its permafrost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import xarray as xr

from helpers import budget, elevation, evidence, proportions, published, scope_claims, statements
from helpers.argued import PRODUCT, argued
from helpers.statements import Test
from helpers.study import Study
from helpers.style import number, title_of
from helpers.units import TOTAL_UNITS
from helpers.verdicts import Verdict

NOTEBOOK, SCOPE, TOPICS = "plateau", "Qinghai-Tibet", ("plateau", "permafrost")
PERIOD = "2015-2019"
FURTHER = "plateau_further.csv"
_PRODUCTS = {"beps": "beps", "vegas": "vegas", "oco2-mip": "oco2"}
_REGIONS = ("north", "south", "northwest", "plateau")
_HALF_DIGIT = 0.0005


def further() -> pd.DataFrame:
    """Return published numbers from primary abstracts, index id, with `value`, `low`, `high`."""
    return evidence.further(FURTHER).set_index("id")


def target_elevation() -> float:
    """Return where the largest sink is said to be [m]."""
    return float(published.claim("pan21-plateau-alt").value or 0.0)


def printed_share(product: str) -> tuple[float, float]:
    """Return the plateau's share of the printed four regions [%] and how far rounding moves it."""
    slug = _PRODUCTS[product]
    known = published.claims().set_index("id")["value"]
    parts = [known[f"z24-region-{name}-{slug}"] for name in _REGIONS]
    part, whole = parts[-1], sum(parts)
    slack = 100 * (_HALF_DIGIT / whole + abs(part) * len(parts) * _HALF_DIGIT / whole**2)
    return float(100 * part / whole), float(slack + 0.05)


def sign_tests(study: Study, totals: Mapping[str, xr.DataArray]) -> list[Test]:
    """Return tests of the sign of each product and of their disagreement.

    Parameters
    ----------
    study : helpers.study.Study
    totals : mapping of str to xarray.DataArray, dims (year,) or (year, member) [Pg C yr-1]
        Yearly totals of the region.
    """
    as_built = scope_claims.is_as_built(study)
    means = {key: float(budget.ensemble_mean(total).mean()) for key, total in totals.items()}
    standin = {key: bool(study.fluxes[key].attrs["is_standin"]) for key in totals}
    found = [
        Test(claim=claim, product=key, rule=f"the mean over years is {words} zero",
             value=means[key], unit=TOTAL_UNITS,
             holds=_if_same_years(study, standin[key], holds=means[key] * sign > 0),
             is_standin=standin[key], constrained=as_built and standin[key],
             note=_note(study, standin[key], words=_of_members(totals[key])))
        for key, claim, words, sign in (
            ("beps", "z24-plateau-beps-sink", "above", 1),
            ("oco2-mip", "z24-plateau-oco2-source", "below", -1),
        )
        if key in means
    ]  # fmt: skip
    if set(_PRODUCTS) <= set(means):
        values = [means[key] for key in _PRODUCTS]
        any_standin = any(standin[key] for key in _PRODUCTS)
        found.append(
            Test(claim="z24-plateau-disagree", product="+".join(_PRODUCTS),
                 rule="one product at least takes up and one at least releases",
                 value=max(values) - min(values), unit=TOTAL_UNITS,
                 holds=_if_same_years(study, any_standin, holds=min(values) < 0 < max(values)),
                 is_standin=any_standin, constrained=as_built and any_standin,
                 note=_note(study, any_standin, words="the value is the spread"))
        )  # fmt: skip
    return found


def _if_same_years(study: Study, is_standin: bool, *, holds: bool) -> bool | None:
    """Leave a test of originals open where its years are not those of the claim."""
    return holds if is_standin or study.period == PERIOD else None


def _note(study: Study, is_standin: bool, *, words: str) -> str:
    if _if_same_years(study, is_standin, holds=True):
        return words
    return f"the claim is about {PERIOD}, the data about {study.period}"


def _of_members(total: xr.DataArray) -> str:
    if "member" not in total.dims:
        return ""
    sources = int((total.mean("year") < 0).sum())
    return f"{sources} of {total.sizes['member']} members release"


def peak_tests(
    study: Study, peaks: Mapping[str, elevation.Peak], *, within: float
) -> list[Test]:  # fmt: skip
    """Return, for each product of the study, the test that uptake per area is largest near 4000 m.

    A product that a reader added is drawn and computed, but judges no published claim.
    """
    target = target_elevation()
    return [
        Test(claim="pan21-plateau-alt", product=key, value=(peak.low + peak.high) / 2, unit="m",
             rule=f"the largest uptake per area is inside the profile, its band centred within "
             f"{within:g} m of {target:g} m",
             holds=peak.is_near(target, within=within),
             is_standin=bool(study.fluxes[key].attrs["is_standin"]),
             note=f"largest in {peak.band}")
        for key, peak in peaks.items()
        if key in _PRODUCTS
    ]  # fmt: skip


def tests(
    study: Study,
    totals: Mapping[str, xr.DataArray],
    *,
    peaks: Mapping[str, elevation.Peak],
    within: float,
) -> list[Test]:
    """Return the tests of :func:`sign_tests` and :func:`peak_tests`."""
    return [*sign_tests(study, totals), *peak_tests(study, peaks, within=within)]


def published_verdicts(*, profile: str) -> list[Verdict]:
    """Return verdicts that printed numbers decide, by themselves or against primary abstracts."""
    known, first = published.claims().set_index("id"), further()
    spread = first.loc["pl-mcguire18-85"]
    thaw = first.loc["pl-wangt20-thaw85"]
    low, high = proportions.interval(first.loc["pl-wei21-sinks", "value"],
                                     first.loc["pl-wei21-sites", "value"])  # fmt: skip
    warm, cool = known.loc["pan21-warm-rate", "value"], known.loc["pan21-cool-rate", "value"]
    signs = [known.loc[f"z24-region-plateau-{slug}", "value"] for slug in _PRODUCTS.values()]
    signs.append(first.loc["pl-zeng23", "value"])
    undecided = "not-testable-here"
    rows: list[tuple[str, float, str, str, float | None, str]] = [
        ("pan21-plateau-sites", first.loc["pl-wei21-sinks", "value"], "1",
         f"as in the primary abstract; Wilson 95 % interval of the share {number(100 * low, 0)} to "
         f"{number(100 * high, 0)} %, if sites were drawn at random", 0.5, "consistent"),
        ("pan21-plateau-nsites", first.loc["pl-wei21-sites", "value"], "1",
         "as in the primary abstract", 0.5, "consistent"),
        ("pan21-plateau-nexp", first.loc["pl-wei21-experiments", "value"], "1",
         "as in the primary abstract", 0.5, "consistent"),
        ("pan21-36yr", 2018 - 1983 + 1, "yr", "1983 to 2018, both counted", 0.5, "consistent"),
        ("pan21-warm-rate", warm * 2.3, "deg C", "over the 23 years; the printed trend and "
         "years fit together, but no station record is at hand", None, undecided),
        ("pan21-cool-rate", -cool * 1.3, "deg C", "over the 13 years, so the 36 years end "
         f"{number(warm * 2.3 - cool * 1.3)} degrees warmer; no station record is at hand", None,
         undecided),
        ("pan21-plateau-sink", float(sum(value > 0 for value in signs)), "1",
         f"of {len(signs)} published estimates of the region so many are sinks; the inversions are "
         "not, and printed numbers cannot say which is right", None, undecided),
        ("z24-d-zeng23", first.loc["pl-zeng23", "value"], TOTAL_UNITS,
         "the abstract prints this sink and calls it substantial; it prints no trend, and the full "
         "text was not read", None, undecided),
        ("pan21-plateau-wet", thaw["value"] / 85, TOTAL_UNITS,
         "permafrost carbon thawing under RCP8.5 each year to 2100, all of it counted as lost "
         "(10.1126/sciadv.aaz3513): less than the 0.178 to 0.318 the primary abstract projects, "
         "more than the sink BEPS or VEGAS have today; which sink is right decides it", None,
         undecided),
        ("q21-model-spread", spread["high"] / spread["low"], "1",
         "652 over 74 Pg C lost by 2299 under RCP8.5 (10.1073/pnas.1719903115); under RCP4.5 the "
         "same models differ in sign, from 66 lost to 70 gained, and have no ratio", 0.5,
         "consistent"),
        ("q21-q10-25", first.loc["pl-zhou09-heterotrophic", "value"], "%",
         "as in the abstract of 10.1029/2008JG000850 for respiration by microbes; for all of soil "
         f"respiration it prints {number(first.loc['pl-zhou09-soil', 'value'], 0)} %", 0.5,
         "consistent"),
        ("q21-incubation", first.loc["pl-qin21-incubation", "value"], "day",
         "as in the primary abstract, which also has one of 28 days", 0.5, "consistent"),
    ]  # fmt: skip
    for product, slug in _PRODUCTS.items():
        share, slack = printed_share(product)
        claim = f"z24-region-pct-plateau-{slug}"
        fits = abs(share - known.loc[claim, "value"]) <= slack
        reason = f"share of the printed four regions, within rounding {number(slack)}"
        rows.append((claim, share, "%", reason, slack, "consistent" if fits else "inconsistent"))
    return [
        Verdict(id=claim, verdict=word, computed=float(value), tolerance=tolerance, unit=unit,
                product=PRODUCT, profile=profile, notebook=NOTEBOOK, reason=reason,
                is_standin=False)
        for claim, value, unit, reason, tolerance, word in rows
    ]  # fmt: skip


def verdicts(
    study: Study, totals: Mapping[str, xr.DataArray], *, tested: Sequence[Test]
) -> list[Verdict]:
    """Return one verdict or more for every claim of the two topics.

    Parameters
    ----------
    study : helpers.study.Study
    totals : mapping of str to xarray.DataArray, dims (year,) or (year, member) [Pg C yr-1]
        Yearly totals of the region.
    tested : sequence of Test
        From :func:`tests`.
    """
    scoped = {key: total.expand_dims(scope=[SCOPE]) for key, total in totals.items()}
    found = [
        *scope_claims.judge_totals(
            study,
            scoped,
            names=[SCOPE],
            constrained=scope_claims.is_as_built(study),
            notebook=NOTEBOOK,
        ),
        *statements.verdicts(tested, profile=study.profile, notebook=NOTEBOOK),
        *published_verdicts(profile=study.profile),
        *argued(TOPICS, profile=study.profile, notebook=NOTEBOOK),
    ]
    return [*found, *_absent(found, study)]


def _absent(found: Sequence[Verdict], study: Study) -> list[Verdict]:
    """Return a verdict for claims whose product is not among the data of the profile."""
    table = published.claims()
    judged = {verdict.id for verdict in found}
    silent = table[table["topic"].isin(TOPICS) & ~table["id"].isin(judged)]
    names = ", ".join(title_of(key, study.titles) for key in study.fluxes)
    return [
        Verdict(id=str(name), verdict="not-testable-here", product=PRODUCT, profile=study.profile,
                notebook=NOTEBOOK, is_standin=False,
                reason=f"needs a product that is not among the data: they hold {names}")
        for name in silent["id"]
    ]  # fmt: skip
