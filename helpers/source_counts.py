"""Verdicts on claims about methods and counts, from the sources' own tables and from each other."""

from __future__ import annotations

from helpers import air_budget, contradictions, evidence, published
from helpers.findings import Finding
from helpers.statements import Test
from helpers.statements import verdicts as judged
from helpers.verdicts import Verdict

PRODUCT = "source-text"
"""Product of these verdicts: the wording, the lists and the tables of the documents."""

TRANSPORT = {"GEOS-Chem": 8, "TM5": 3, "PCTM": 1, "LMDz": 1, "NIES-TM/FLEXPART": 1}
"""Rows of the study's Table 1 by transport model."""

METHODS = {"4D-Var": 7, "geostatistical/4D-Var": 1, "variational": 1, "EnKF": 2, "synthesis": 2,
           "not given": 1}  # fmt: skip
"""Rows of the study's Table 1 by inversion method."""

VEGAS_TYPES = ("broadleaf", "needleleaf", "C3 cool grass", "C4 warm grass", "crop")
"""Plant functional types that the study lists for VEGAS."""

STATIONS = {"Heihe": 14, "Qinghai Lake": 4, "Datong": 1, "Shule": 2, "Shiyang": 2, "Qaidam": 1}
"""Stations by basin in the newsletter."""

DATA_SETS = (62, 9, 7, 3)
"""Data sets by kind in the newsletter, ground stations first."""

PROTECTED = ("mammal", "bird", "amph", "rept")
"""Groups of species with a share of their own in the newsletter."""

BEPS_CELLS = 13.75
"""Cells of BEPS in a degree, the spacing of its files."""

REVIEW_YEAR = 2022
"""Year in which the review that counts forty years was printed."""

CRU_STARTS = 1901
"""First year of CRU TS, from its title in the study's reference list."""


def source_verdicts(*, profile: str, notebook: str) -> list[Verdict]:
    """Return the verdicts on claims of topics ``methods`` and ``other`` that numbers can decide.

    Parameters
    ----------
    profile, notebook : str
        As in :class:`helpers.verdicts.Verdict`.
    """
    counted = [
        _consistent(
            claim, value, tolerance=tolerance, unit=unit, what=what,
            profile=profile, notebook=notebook,
        )
        for claim, value, tolerance, unit, what in _counted()
    ]  # fmt: skip
    return [*counted, *judged(_statements(), profile=profile, notebook=notebook)]


def _consistent(
    claim: str, value: float, *, tolerance: float, unit: str, what: str, profile: str, notebook: str
) -> Verdict:
    """Return whether a printed number agrees with another one: coherence, no reproduction."""
    item = published.claim(claim)
    target = float(item.value if item.value is not None else item.high or 0.0)
    agrees = abs(value - target) <= tolerance * (1 + 1e-9)
    return Verdict(
        id=claim, verdict="consistent" if agrees else "inconsistent", computed=float(value),
        tolerance=float(tolerance), unit=unit, product=PRODUCT, profile=profile,
        notebook=notebook, reason=f"{what[0].upper()}{what[1:]}.", is_standin=False,
    )  # fmt: skip


def _counted() -> list[tuple[str, float, float, str, str]]:
    """Return claim, value from elsewhere in the sources, tolerance, unit, and what the value is."""
    claims = published.claims()
    printed = claims.set_index("id")
    regions = claims["id"].str.extract(r"^z24-region-([a-z]+)-beps$")[0].nunique()
    classes = claims["id"].str.extract(r"^z24-eco-([a-z]+)-beps$")[0].nunique()
    shares = printed.loc[[f"pan21-bc-{name}" for name in PROTECTED], "value"]
    window = printed.loc["z24-national-beps", "period"]
    first = printed.loc["d22-plot-history", "value"]
    leaf, modis = "z24-m-globmap", "z24-m-globmap-modis"
    table = "rows of the study's Table 1"
    return [
        ("z24-m-beps-res", 1 / BEPS_CELLS, 5e-5, "deg", "spacing of the provider's files"),
        ("z24-m-beps-span", printed.loc[leaf, "high"], 0, "yr", "last year of its leaf area data"),
        (leaf, printed.loc[modis, "high"], 0, "yr", "last year of its second part"),
        (f"{leaf}-avhrr", printed.loc[modis, "low"] - 1, 0, "yr", "year before its second part"),
        (modis, printed.loc[leaf, "high"], 0, "yr", "last year of the whole"),
        ("z24-m-vegas-pft", len(VEGAS_TYPES), 0, "1", "types listed; none of them is shrub"),
        ("z24-m-vegas-spin-year", CRU_STARTS, 0, "yr", "first year of the named climate data"),
        ("z24-m-oco2-n", sum(TRANSPORT.values()), 0, "1", table),
        ("z24-m-regions", regions, 0, "1", "regions with a printed total"),
        ("z24-m-ecos", classes, 0, "1", "ecosystems with a printed total"),
        ("z24-m-period", int(window.split("-")[1]), 0, "yr", "last year of the printed means"),
        ("pan21-flux-stations", sum(STATIONS.values()), 0, "1", "stations listed by basin"),
        ("pan21-flux-datasets", sum(DATA_SETS), 0, "1", "data sets listed by kind"),
        ("pan21-bc-species", shares.mean(), 5, "%", "mean of four groups; reptiles are below"),
        ("pan21-bc-scales", 3, 0, "1", "scales named: regional, biome, national"),
        ("d22-40yr", REVIEW_YEAR - first, 5, "yr", "years from the first surveys to the review"),
    ]


def _statements() -> list[Test]:
    """Return the statements in words as tests on printed numbers."""
    ladder, v9 = evidence.table(), published.claim("z24-d-v9-range")
    carried, half_range = _carried_away(), (float(v9.high or 0) - float(v9.low or 0)) / 2
    before, after = (ladder.loc[f"ev-jiang16-td{end}", "central"] for end in ("", "-lateral"))
    share = 100 * TRANSPORT["GEOS-Chem"] / sum(TRANSPORT.values())
    return [
        _from(contradictions.finding_f15(), "z24-m-beps-nep",
              rule="the flux that is defined is the flux that is compared"),
        _from(contradictions.finding_f14(), "z24-m-vegas-cru",
              rule="the named climate data cover the years studied"),
        _test("z24-m-oco2-transport", share, unit="%", holds=share > 50,
              rule="more than half of the rows of Table 1 list GEOS-Chem"),
        _test("z24-m-oco2-methods", sum(METHODS.values()), unit="1",
              holds=sum(METHODS.values()) == sum(TRANSPORT.values()),
              rule="the methods of Table 1 add up to its models"),
        _test("z24-d-trade", carried, unit="Pg C yr-1", holds=carried > 0,
              rule="in a national budget from the "
              "same inversions, uptake from the air exceeds the gain of stocks"),
        _test("z24-d-error-dominates", half_range / (before - after), unit="1",
              holds=half_range > before - after,
              rule="half the range quoted for version 9 exceeds the "
              "correction for lateral fluxes in Jiang 2016"),
    ]  # fmt: skip


def _carried_away() -> float:
    """Return net uptake less gain of stocks in the national budget [Pg C yr-1]."""
    rows = air_budget.budget_rows(None, start_year=2015, end_year=2019)
    known = {row.quantity: row.value for row in rows if row.member == "LNLGIS"}
    return known["net_uptake"] - known["stock_gain"]


def _from(found: Finding, claim: str, *, rule: str) -> Test:
    return _test(
        claim, found.computed, unit=found.unit, holds=not found.holds, rule=rule, note=found.id
    )


def _test(claim: str, value: float, *, unit: str, holds: bool, rule: str, note: str = "") -> Test:
    return Test(claim=claim, product=PRODUCT, rule=rule, value=float(value), unit=unit,
                holds=bool(holds), is_standin=False, note=note)  # fmt: skip
