"""The sixteen findings in one place: what does not add up in the sources, all recomputed."""

from __future__ import annotations

import math
from collections.abc import Iterable

from helpers import (
    cropland,
    forest,
    monitoring_claims,
    printed,
    printed_spreads,
    published,
    stocks,
    summary,
    tension,
    winter_logic,
)
from helpers.closure import ClosureError, Identity
from helpers.findings import Finding
from helpers.results import Row
from helpers.style import number, title_of

COUNT = 16
"""Findings, F1 to F16."""

FORCING_ENDS = 2013
"""Last year of CRU TS3.22, from its title in the study's own reference list [year]."""

HALF_NATION = 0.005
"""Half a unit of the last digit of a national total [Pg C yr-1]."""

_PERIOD = "2015-2019"


def findings() -> list[Finding]:
    """Return every finding, F1 to F16 in order; F1, F2 and F3 once for each product."""
    found = [
        *printed.ecosystem_findings(),
        *printed_spreads.spread_findings(),
        tension.finding_f4(),
        cropland.finding_f5(),
        tension.finding_f6(),
        forest.finding_f7(),
        forest.finding_f8(),
        forest.finding_f9(),
        stocks.finding_f10(),
        monitoring_claims.finding_f11(),
        tension.finding_f12(),
        forest.finding_f13(),
        finding_f14(),
        finding_f15(),
        finding_f16(),
    ]
    return sorted(found, key=lambda one: int(one.id.removeprefix("F")))


def finding_f14() -> Finding:
    """Return F14: the climate that is said to drive VEGAS ends before the years studied."""
    window = published.claim("z24-m-period")
    start, end = int(window.low or 0), int(window.high or 0)
    uncovered = len([year for year in range(start, end + 1) if year > FORCING_ENDS])
    return Finding(
        id="F14",
        claims=("z24-m-vegas-cru", "z24-m-period"),
        printed=float(end - start + 1),
        computed=float(end - start + 1 - uncovered),
        unit="yr",
        holds=uncovered == end - start + 1,
        sentence=(
            f"The data set named as monthly climate of VEGAS ends in {FORCING_ENDS} by its own "
            f"title; it covers {end - start + 1 - uncovered} of the {end - start + 1} years "
            f"studied, {start}–{end}."
        ),
    )


def finding_f15() -> Finding:
    """Return F15: a balance without harvest and fire is set beside one with them."""
    crop, nation = (
        float(published.claim(name).value or 0.0)
        for name in ("z24-eco-crop-beps", "z24-national-beps")
    )
    return Finding(
        id="F15",
        claims=("z24-m-beps-nep", "z24-eco-crop-beps", "z24-national-beps"),
        printed=nation,
        computed=nation - crop,
        unit="Pg C yr-1",
        holds=crop > 0,
        sentence=(
            "The equations of BEPS give NEP, which counts harvest and fire as uptake; without the "
            f"cropland class, {number(crop, 3)} Pg C yr⁻¹, whose uptake is mostly harvested, "
            f"{number(nation - crop)} is left of {number(nation)}."
        ),
    )


def finding_f16() -> Finding:
    """Return F16: three statements about winter cannot all be true as they are worded."""
    test = winter_logic.conflict()
    return Finding(
        id="F16",
        claims=(winter_logic.NEUTRAL, winter_logic.RELEASE, winter_logic.UPTAKE),
        printed=1.0,
        computed=float(test.value or 0.0),
        unit="1",
        holds=test.holds is False,
        sentence=(
            "That BEPS is neutral in winter, that all models release in winter, and that the "
            "south below 25° N takes up all year cannot all be true; they can if the second "
            "leaves out the tropical south."
        ),
    )


def standing(found: Iterable[Finding] | None = None) -> list[Finding]:
    """Return every finding, or stop the page when one is no longer there.

    Raises
    ------
    ClosureError
        Naming the findings that do not hold any more.
    """
    found = findings() if found is None else list(found)
    gone = [f"{one.id}: {one.sentence}" for one in found if not one.holds]
    if gone:
        raise ClosureError("A finding is no longer there.\n" + "\n".join(gone))
    return found


def checks() -> list[Identity]:
    """Return the sums that the study's printed totals make, those that fail shown only."""
    rows = []
    for product, identifier in summary.study_claims("China").items():
        nation = float(published.claim(identifier).value or 0.0)
        for name, parts, tolerance in (
            ("four regions = China", printed.geography.REGIONS, HALF_NATION / nation),
            ("four ecosystems = China (F2)", printed.FOUR, math.inf),
        ):
            total = sum(printed.scopes.published_means(parts, product=product))
            rows.append(
                Identity(name=f"{name}, as printed, {title_of(product)}", scale=nation,
                         residual=abs(total - nation), tolerance=tolerance, unit="Pg C yr-1")
            )  # fmt: skip
    return rows


def finding_rows() -> list[Row]:
    """Return the numbers of the findings as result rows, for the text to quote."""
    return [*_shares(), *_spreads(), *_contrasts(), *_soil(), *_inventory(), *_rest()]


def _row(quantity: str, value: float, *, unit: str, product: str = "published") -> Row:
    return Row(quantity=quantity, product=product, scope="China", period=_PERIOD, value=value,
               unit=unit)  # fmt: skip


def _shares() -> list[Row]:
    """Return F1 and F2: forest's share of China, and the excess of four classes."""
    shares = printed.printed_shares(printed.FOUR)
    only_own = [share for share in shares if share.fits_own and not share.fits_nation]
    rows = [
        _row("shares_of_the_wrong_whole", float(len(only_own)), unit="1"),
        _row("shares", float(len(shares)), unit="1"),
    ]
    products = []
    for share in shares:
        if share.scope == "forest":
            products.append(share.product)
            rows.append(_row("forest_share", share.of_nation[1], unit="%", product=share.product))
    excess = [one for one in printed.ecosystem_findings() if one.id == "F2"]
    for product, one in zip(products, excess, strict=True):
        over = one.computed - one.printed
        rows += [
            _row("class_sum", one.computed, unit="Pg C yr-1", product=product),
            _row("region_sum", one.printed, unit="Pg C yr-1", product=product),
            _row("class_excess", over, unit="Pg C yr-1", product=product),
            _row("class_excess_share", 100 * over / one.printed, unit="%", product=product),
        ]
    return rows


def _spreads() -> list[Row]:
    """Return F3: the ± of independent regions, and the correlation that the printed ± needs."""
    rows = []
    for check in printed_spreads.spread_checks(printed.geography.REGIONS):
        rows += [
            _row("spread_independent", check.quadrature, unit="Pg C yr-1", product=check.product),
            _row("spread_correlation", check.correlation, unit="1", product=check.product),
        ]
    return rows


def _contrasts() -> list[Row]:
    """Return F4 and F12: distances in combined ±, and closeness to the synthesis."""
    z = tension.contrasts()["z"]
    table = tension.closeness().set_index(["product", "interval"])
    return [
        _row("distance_oco2_beps", z["OCO-2 − BEPS"], unit="1"),
        _row("distance_oco2_vegas", z["OCO-2 − VEGAS"], unit="1"),
        _row("distance_beps_vegas", z["BEPS − VEGAS"], unit="1"),
        _row("inside_synthesis", tension.finding_f12().computed, unit="1"),
        _row(
            "beyond_top_down", table.loc[("OCO-2", "top-down, 5–95 %"), "beyond"], unit="Pg C yr-1"
        ),
        _row("beyond_outer", table.loc[("BEPS", "combined, outer"), "beyond"], unit="Pg C yr-1"),
    ]


def _soil() -> list[Row]:
    """Return F5 and F11: ratios of printed to primary values."""
    rows = published.evidence().set_index("id").loc["ev-c-lal04-soc-fix"]
    lal, french = cropland.finding_f5(), monitoring_claims.finding_f11()
    farms = float(published.claim("eu21-fr-ag").value or 0.0)
    true = 100 * monitoring_claims.FRENCH[0] / monitoring_claims.FRENCH[1]
    return [
        _row("lal_ratio", lal.computed / lal.printed, unit="1"),
        _row("lal_low", float(rows["low"]), unit="Pg C yr-1"),
        _row("lal_high", float(rows["high"]), unit="Pg C yr-1"),
        _row("french_share_implied", 100 * french.printed / farms, unit="%"),
        _row("french_share_study", true, unit="%"),
        _row("french_offset_study", french.computed, unit="%"),
    ]


def _inventory() -> list[Row]:
    """Return F7, F8 and F10: the inventory table, recomputed."""
    sink, scope, pool = forest.finding_f7(), forest.finding_f8(), stocks.finding_f10()
    table = forest.inventory()
    years = table.index[-1] - table.index[0]
    gain = (table["stock"].iloc[-1] - table["stock"].iloc[0]) / years
    grass = stocks.stocks().loc[lambda rows: rows["ecosystem"] == "grass", "used"]
    means = forest.mean_sinks()["value"]
    shift = means["all", "corrected", "years"] - means["all", "printed", "years"]
    return [
        _row("sink_1998", sink.computed, unit="Pg C yr-1"),
        _row("sink_1998_short", 100 * (1 - sink.printed / sink.computed), unit="%"),
        _row("sink_mean_shift", shift, unit="Pg C yr-1"),
        _row("scope_factor", scope.computed, unit="1"),
        _row("stock_gain", float(gain), unit="Pg C yr-1"),
        _row("grass_rows_above_forest", float((grass > pool.printed).sum()), unit="1"),
        _row("grass_rows", float(len(grass)), unit="1"),
    ]


def _rest() -> list[Row]:
    """Return F6, F13, F14, F15 and F16."""
    rest = finding_f15()
    return [
        _row("lu18_end", tension.finding_f6().computed, unit="yr"),
        _row("vegas_forest_of_crop", 100 * forest.finding_f13().computed, unit="%"),
        _row("forcing_end", float(FORCING_ENDS), unit="yr"),
        _row("forcing_years_covered", finding_f14().computed, unit="yr"),
        _row("beps_without_crop", rest.computed, unit="Pg C yr-1"),
        _row("beps_crop_share", 100 * (1 - rest.computed / rest.printed), unit="%"),
        _row("winter_patterns", finding_f16().computed, unit="1"),
    ]
