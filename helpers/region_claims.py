"""The study's statements about where the sink is, as computed tests."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import combinations, pairwise

import xarray as xr

from helpers import geography, places, scopes
from helpers.partition import Partition
from helpers.printed import printed_shares
from helpers.scope_claims import (
    ALL,
    computed_test,
    in_topics,
    is_as_built,
    judge_shares,
    judge_totals,
    resolution,
    study_regions,
    untested,
)
from helpers.statements import PUBLISHED, Test, verdicts
from helpers.study import Study
from helpers.style import number, title_of
from helpers.units import TOTAL_UNITS
from helpers.verdicts import Verdict

RATE = scopes.RATE_UNITS
_OCO2 = ("oco2-mip",)


def region_verdicts(
    study: Study, regions: Partition, *, totals: Mapping[str, xr.DataArray], notebook: str
) -> list[Verdict]:
    """Return the verdict on every claim of topic ``regions``.

    Parameters
    ----------
    study : helpers.study.Study
    regions : helpers.partition.Partition
        Regions at hand; where they are not the study's four by name, the book's are judged.
    totals : mapping of str to xarray.DataArray, dims (year, scope) and optionally member
        Yearly totals of `regions` [Pg C yr-1].
    notebook : str
        Where they were computed.
    """
    names, totals = geography.REGIONS, study_regions(study, regions, totals=totals)
    found = [
        *judge_totals(study, totals, names=names, constrained=is_as_built(study),
                      notebook=notebook),
        *judge_shares(printed_shares(names), study=study, notebook=notebook),
        *verdicts(region_tests(study, totals), profile=study.profile, notebook=notebook),
    ]  # fmt: skip
    return in_topics(found, ["regions"])


def region_tests(study: Study, totals: Mapping[str, xr.DataArray]) -> list[Test]:
    """Return a test for every statement of topic ``regions`` that is not a number.

    Parameters
    ----------
    study : helpers.study.Study
    totals : mapping of str to xarray.DataArray, dims (year, scope) and optionally member
        Yearly totals of the four regions of the study [Pg C yr-1].
    """
    survey = places.Survey(study)
    return [
        *_pattern_tests(study, survey),
        *_place_tests(study, survey),
        *_rank_tests(study, totals),
    ]


def _listed(values: Mapping[str, float], digits: int = 0) -> str:
    return ", ".join(f"{title_of(key)} {number(value, digits)}" for key, value in values.items())


def _less(first: Mapping[str, float], second: Mapping[str, float]) -> dict[str, float]:
    return {key: first[key] - second[key] for key in first}


def _pattern_tests(study: Study, survey: places.Survey) -> list[Test]:
    def gradient() -> tuple[float, bool, str]:
        contrast = _less(survey.rates(ALL, "southeast"), survey.rates(ALL, "northwest"))
        return min(contrast.values()), min(contrast.values()) > 0, _listed(contrast)

    def strong() -> tuple[float, bool, str]:
        china, west = survey.rates(ALL, "China"), survey.shares(ALL, "Northwest")
        above = {
            key: min(survey.rates(ALL, place)[key] for place in ("Northeast", "South")) - china[key]
            for key in ALL
        }
        holds = min(above.values()) > 0 and all(0 < share < 100 for share in west.values())
        return min(above.values()), holds, f"uptake in % of the Northwest: {_listed(west)}"

    def disagree() -> tuple[float, bool, str]:
        area = survey.area("China")
        fields = {key: survey.field(key) for key in ALL}
        found = {
            f"{title_of(a)} and {title_of(b)}": places.correlation(fields[a], fields[b], area=area)
            for a, b in combinations(ALL, 2)
        }
        told = ", ".join(f"{pair} {number(value)}" for pair, value in found.items())
        return max(found.values()), max(found.values()) < 0.5, told

    def pattern() -> tuple[float, bool, str]:
        east = _less(survey.rates(ALL, "southeast"), survey.rates(ALL, "northwest"))
        south = _less(survey.rates(ALL, "South"), survey.rates(ALL, "North"))
        least = min(*east.values(), *south.values())
        return least, least > 0, f"South less North: {_listed(south)}"

    return [
        computed_test(
            study, claim="z24-gradient", products=ALL, unit=RATE, value=gradient,
            rule="in every product the mean rate southeast of the line Heihe–Tengchong exceeds "
            "that northwest of it",
        ),
        computed_test(
            study, claim="z24-ne-south-strong", products=ALL, unit=RATE, value=strong,
            rule="in every product the Northeast and the South exceed the mean rate of China, and "
            "part of the Northwest releases",
        ),
        computed_test(
            study, claim="z24-spatial-disagree", products=ALL, unit="1", value=disagree,
            rule="no two mean fields correlate by 0.5 or more over China's area",
        ),
        computed_test(
            study, claim="d22-pattern", products=ALL, unit=RATE, value=pattern,
            rule="in every product the rate falls from southeast to northwest and from South to "
            "North",
        ),
        untested(
            "z24-lit-he19", rule="the east takes up and the west releases in 1982–2010",
            note="it is about another study and other years than the products here",
        ),
    ]  # fmt: skip


def _place_tests(study: Study, survey: places.Survey) -> list[Test]:
    def share_of(key: str, place: str, *, least: float) -> tuple[float, bool, str]:
        share = survey.shares([key], place)[key]
        return share, share >= least, ""

    def release_in(key: str, place: str) -> tuple[float, bool, str]:
        share = 100 - survey.shares([key], place)[key]
        return share, share > 0, ""

    def maximum() -> tuple[float, bool, str]:
        field = survey.field("beps")
        china, box = (survey.area(p) for p in ("China", "Yunnan-Guizhou"))
        lead = places.largest(field, box) - places.largest(field, china.where(box == 0, 0.0))
        above = _less(survey.rates(["beps"], "Northeast"), survey.rates(["beps"], "China"))
        south = _less(survey.rates(["beps"], "South"), survey.rates(["beps"], "China"))
        told = f"Northeast {number(above['beps'], 0)}, South {number(south['beps'], 0)} above China"
        return lead, lead > 0 and above["beps"] > 0 and south["beps"] > 0, told

    def cities() -> tuple[float, bool, str]:
        field, area = survey.field("vegas"), survey.area("China")
        urban = places.urban_share(field) >= places.URBAN_SHARE
        inside = places.mean_rate(field, area.where(urban, 0.0))
        outside = places.mean_rate(field, area.where(~urban, 0.0))
        return inside, inside < 0 < outside, f"elsewhere {number(outside, 0)} {RATE}"

    def northeast() -> tuple[float, bool, str]:
        keys = ["vegas"]
        lead = _less(survey.rates(keys, "Northeast"), survey.rates(keys, "China"))["vegas"]
        return lead, lead > 0, ""

    def east() -> tuple[float, bool, str]:
        share = survey.shares(_OCO2, "southeast")["oco2-mip"]
        china = survey.rates(_OCO2, "China")["oco2-mip"]
        named = ("Changbai Mountains", "mid-lower Yangtze")
        lead = {place: survey.rates(_OCO2, place)["oco2-mip"] - china for place in named}
        told = ", ".join(f"{place} {number(value, 0)} above China" for place, value in lead.items())
        return share, share > 50 and min(lead.values()) > 0, told

    return [
        computed_test(
            study, claim="z24-beps-allsink", products=["beps"], unit="%",
            value=lambda: share_of("beps", "China", least=95.0),
            rule="at least 95 % of China's area takes up on the mean of the years",
        ),
        computed_test(
            study, claim="z24-beps-ne-south", products=["beps"], unit=RATE, value=maximum,
            rule="the largest cell lies in 22–29° N, 100–110° E and leads all others; Northeast "
            "and South exceed China's mean",
        ),
        computed_test(
            study, claim="z24-vegas-cities", products=["vegas"], unit=RATE, value=cities,
            rule="cells with 10 % urban land or more release on the mean, the others take up",
        ),
        computed_test(
            study, claim="z24-vegas-ne-strong", products=["vegas"], unit=RATE, value=northeast,
            rule="the mean rate of the Northeast exceeds that of China",
        ),
        computed_test(
            study, claim="z24-vegas-ncp-source", products=["vegas"], unit="%",
            value=lambda: release_in("vegas", "North China plain"),
            rule="some of the area in 34–40° N, 112–120° E releases",
        ),
        computed_test(
            study, claim="z24-oco2-east-sink", products=_OCO2, unit="%", value=east,
            rule="more than half of the area southeast of the line Heihe–Tengchong takes up, and "
            "the two places named exceed China's mean",
        ),
        computed_test(
            study, claim="z24-oco2-west-source", products=_OCO2, unit="%",
            value=lambda: release_in("oco2-mip", "west"),
            rule="some of the area in 27–50° N west of 104° E releases",
        ),
    ]  # fmt: skip


def _rank_tests(study: Study, totals: Mapping[str, xr.DataArray]) -> list[Test]:
    built, means = is_as_built(study), scopes.means(totals)

    def at(key: str, name: str) -> float:
        return float(means[key].sel(scope=name))

    def first(key: str, name: str, *, second: str) -> tuple[float, bool, str]:
        lead = at(key, name) - max(at(key, other) for other in geography.REGIONS if other != name)
        told = resolution((name, key), (second, key))
        return lead, lead > 0, told + _members(totals[key], name)

    def order() -> tuple[float, bool, str]:
        names = ("North", "South", "Qinghai-Tibet", "Northwest")
        least = min(at("vegas", a) - at("vegas", b) for a, b in pairwise(names))
        return least, least > 0, resolution(("North", "vegas"), ("South", "vegas"))

    def strongest() -> tuple[float, bool, str]:
        least = min(
            at("oco2-mip", name) - max(at("beps", name), at("vegas", name))
            for name in ("North", "South")
        )
        return least, least > 0, ""

    def similar() -> tuple[float, bool, str]:
        values = {key: at(key, "Northwest") for key in ALL}
        spread = max(values.values()) - min(values.values())
        widest = max(scopes.published_spreads(["Northwest"], product=key)[0] for key in ALL)
        return spread, spread <= widest, _listed(values, 3)

    ranks = (("z24-rank-south-beps", "beps", "South", "North"),
             ("z24-rank-south-oco2", "oco2-mip", "South", "North"),
             ("z24-rank-north-vegas", "vegas", "North", "South"))  # fmt: skip
    return [
        *(
            computed_test(
                study, claim=name, products=[key], unit=TOTAL_UNITS, constrained=built,
                value=partial(first, key, top, second=next_),
                rule=f"the total of the {top} exceeds that of every other region",
            )
            for name, key, top, next_ in ranks
        ),
        computed_test(
            study, claim="z24-rank-vegas-order", products=["vegas"], unit=TOTAL_UNITS,
            constrained=built, value=order,
            rule="totals fall from North over South and Qinghai-Tibet to Northwest",
        ),
        computed_test(
            study, claim="z24-rank-oco2-ns-strongest", products=ALL, unit=TOTAL_UNITS,
            constrained=built, value=strongest,
            rule="in North and South the total of the inversions exceeds both others",
        ),
        computed_test(
            study, claim="z24-nw-agree", products=ALL, unit=TOTAL_UNITS, constrained=built,
            value=similar,
            rule="the range of the three totals of the Northwest is within the widest printed ±",
        ),
        south_strong_test(),
    ]  # fmt: skip


def _members(annual: xr.DataArray, name: str) -> str:
    """Say in how many members a region has the largest total."""
    if "member" not in annual.dims:
        return ""
    totals = annual.mean("year")
    often = int((totals.sel(scope=name) >= totals.max("scope")).sum())
    return f"; {name} is the largest in {often} of {totals.sizes['member']} members"


def south_strong_test() -> Test:
    """Return the test of a strong sink in the South in all products, on the printed numbers."""
    ratios = {
        key: scopes.published_means(["South"], product=key)[0]
        / scopes.published_spreads(["South"], product=key)[0]
        for key in ALL
    }
    return Test(
        claim="z24-south-strong-all", product=PUBLISHED, unit="1", value=min(ratios.values()),
        rule="the printed total of the South is at least twice its printed ± in every product",
        holds=min(ratios.values()) >= 2, is_standin=False,
        note=f"total over ±: {_listed(ratios, 1)}",
    )  # fmt: skip
