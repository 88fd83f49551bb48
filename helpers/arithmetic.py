"""Verdicts on printed numbers from other printed numbers: sums, shares, rounding, periods."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy import stats

from helpers import evidence, forest, published, tension
from helpers.argued import PRODUCT
from helpers.style import number
from helpers.verdicts import Verdict

Judge = Callable[..., Verdict]

CHINA_LAND, WORLD_LAND = 9.6e6, 149e6
"""Land areas as the reviews round them [km2]."""

GLOBAL_SINK = 1.9
"""Net global land sink of the 2010s in the abstract of Yang 2022 [Pg C yr-1]."""

SQUARE_METRES_PER_MU = 10000.0 / 15.0

_PG, _SHARE = "Pg C yr-1", "%"
_KEYS = ("beps", "vegas", "oco2")
CLASSES = ("forest", "shrub", "grass", "crop")
"""Ecosystems of the core study, as the ids of its claims name them."""

_REGIONS = ("north", "south", "northwest", "plateau")


def judging(profile: str, notebook: str) -> Judge:
    """Return a maker of verdicts for one notebook.

    It takes claim, computed value, unit and reason, and either the `verdict` or the `tolerance`
    within which the claim is ``consistent``, else ``inconsistent``.
    """

    def make(
        claim: str, computed: float, *, unit: str, reason: str, tolerance: float | None = None,
        verdict: str | None = None,
    ) -> Verdict:  # fmt: skip
        word = verdict
        if word is None:
            known = published.claim(claim)
            target = known.value if known.value is not None else known.high
            near = abs(computed - float(target or 0.0)) <= float(tolerance or 0.0) * (1 + 1e-9)
            word = "consistent" if near else "inconsistent"
        return Verdict(id=claim, verdict=word, computed=float(computed), tolerance=tolerance,
                       unit=unit, product=PRODUCT, profile=profile, notebook=notebook,
                       reason=reason, is_standin=False)  # fmt: skip

    return make


def printed_values() -> pd.Series:
    """Return the printed value of every claim, by id."""
    return published.claims().set_index("id")["value"]


def national(*, profile: str, notebook: str) -> list[Verdict]:
    """Return verdicts on national claims that printed numbers can decide."""
    judge, known, ladder = judging(profile, notebook), printed_values(), evidence.table()
    z = tension.contrasts()["z"]
    rows = [
        judge(f"z24-national-{key}", sum(known[f"z24-region-{r}-{key}"] for r in _REGIONS),
              unit=_PG,
              reason="the four printed regions add up to it", tolerance=0.005)
        for key in _KEYS
    ]  # fmt: skip
    near = int(tension.finding_f12().computed)
    yang, choice = tension.synthesis_arithmetic(), evidence.Assumptions()
    chosen = evidence.select(choice)
    top = chosen["method_class"] == "top-down"
    gap = (
        evidence.pooled_sink(chosen[top], choice).centre
        - evidence.pooled_sink(chosen[~top], choice).centre
    )
    centre = ladder.loc[ladder["national"] == 1, "central_used"]
    pooled_low = ladder.loc[chosen.index, "low"]
    zero = pooled_low.index[pooled_low <= 0]
    inventory = forest.inventory()["computed"]
    return [
        *rows,
        judge("z24-tdbu-zh", z.iloc[:3].min(), unit="1",
              reason="smallest distance between two of the three "
              "means, in combined ±: a discrepancy", verdict="consistent"),
        judge("z24-tdbu-en", z.iloc[:3].min(), unit="1",
              reason="the means do not converge: all pairs lie "
              "at least this many combined ± apart (F4)", verdict="inconsistent"),
        judge("z24-close-to-yang22", near, unit="1", reason=tension.finding_f12().sentence,
              verdict="inconsistent"),
        judge("z24-below-wang20", z["Wang 2020 − OCO-2"], unit="1",
              reason="below, but not clearly: OCO-2 is "
              "this many combined ± away, and the periods differ", verdict="inconsistent"),
        judge("z24-lit-wang20", ladder.loc["ev-wang20", "central"], unit=_PG,
              reason="as in the primary abstract (10.1038/s41586-020-2849-9)", tolerance=0.005),
        judge("z24-lit-yang22", ladder.loc["ev-yang22-z24", "high"], unit=_PG,
              reason="as in the primary abstract (10.1007/s11427-021-2045-5)", tolerance=0.005),
        judge("z24-lit-yang22-2060", ladder.loc["ev-yang22-2060", "high"], unit=_PG,
              reason="as in the primary abstract (10.1007/s11427-021-2045-5)", tolerance=0.005),
        judge("z24-lit-wang22b-over", ladder.loc["ev-ceos-is", "central_used"], unit=_PG,
              reason="eleven "
              "systems with surface data only find this little (Byrne 2023), not 1.11",
              verdict="consistent"),
        judge("z24-lit-uncertain", np.ptp(centre) / centre.median(), unit="1",
              reason="range of the published "
              "estimates, in medians", verdict="consistent"),
        judge("z24-d-geoschem", ladder.loc["ev-geoschem", "central_used"]
              - ladder.loc["ev-oco2v9", "central_used"], unit=_PG,
              reason="above the mean of the ensemble it "
              "is part of, and inside its range; whether that is an error is not decided",
              verdict="consistent"),
        judge("z24-d-td-high", gap, unit=_PG,
              reason="pooled inversions less pooled models and inventories, "
              "after the lateral correction; which of the two is off is not decided",
              verdict="consistent"),
        judge("d22-land-share", 100 * CHINA_LAND / WORLD_LAND, unit=_SHARE,
              reason="9.6 of 149 million km2", tolerance=0.1),
        judge("d22-sink-share", 100 * ladder.loc["ev-yang22-td", "high"] / GLOBAL_SINK, unit=_SHARE,
              reason="the largest national estimate of the paper over the net global sink; 31 % "
              f"needs {number(0.31 * GLOBAL_SINK)} Pg C yr-1, above anything it gives",
              verdict="inconsistent"),
        judge("d22-sig-sink", len(zero), unit="1",
              reason="estimates in the pool whose interval reaches zero: "
              + ", ".join(zero), verdict="inconsistent"),
        judge("d22-bu-lt-td", ladder.loc["ev-yang22-td", "central"]
              - ladder.loc["ev-yang22-bu", "central"], unit=_PG,
              reason="difference of the printed medians; "
              f"the pools of this page differ by {number(gap)}", verdict="consistent"),
        judge("d22-decade-up", inventory[[2003, 2008]].mean()
              - inventory[[1988, 1993, 1998]].mean(), unit=_PG,
              reason="forest trees alone, 1999-2008 less 1982-1998", verdict="consistent"),
        judge("d22-yang-combined", yang["weighted"], unit=_PG,
              reason="how the two medians were combined is "
              "not stated; inverse variance gives this", verdict="not-testable-here"),
        judge("d22-yang-combined-ci", yang["median_above_outer"], unit=_PG,
              reason="how the two were combined "
              "is not stated; the top-down median lies this much above the range",
              verdict="not-testable-here"),
    ]  # fmt: skip


def policy(*, profile: str, notebook: str) -> list[Verdict]:
    """Return verdicts on policy claims that one source states and another repeats."""
    judge, known = judging(profile, notebook), printed_values()
    reason = "the other review gives the same number, dated one year apart"
    return [
        judge(
            "d22-reserves",
            known["eu21-reserves"] / 1e4,
            unit="1e4 sites",
            reason=reason,
            tolerance=0.005,
        ),
        judge(
            "eu21-reserves", known["d22-reserves"] * 1e4, unit="sites", reason=reason, tolerance=50
        ),
        judge(
            "d22-reserves-area",
            known["eu21-reserves-pct"],
            unit=_SHARE,
            reason=reason,
            tolerance=0.5,
        ),
        judge(
            "eu21-reserves-pct",
            known["d22-reserves-area"],
            unit=_SHARE,
            reason=reason,
            tolerance=0.5,
        ),
    ]


def forests(*, profile: str, notebook: str) -> list[Verdict]:
    """Return verdicts on forest claims that printed numbers can decide."""
    judge, known = judging(profile, notebook), printed_values()
    return [
        *_forest_products(judge, known),
        *_forest_area(judge, known),
        *_forest_inventory(judge, known),
        judge("eu21-bef-plot", SQUARE_METRES_PER_MU, unit="m2", reason="one mu", tolerance=5),
    ]


def _forest_products(judge: Judge, known: pd.Series) -> list[Verdict]:
    rows = []
    for key in _KEYS:
        share = known[f"z24-eco-pct-forest-{key}"] / 100
        others = sum(known[f"z24-eco-{name}-{key}"] for name in CLASSES[1:])
        body = known[f"z24-eco-forest-{key}"]
        nation = sum(known[f"z24-region-{region}-{key}"] for region in _REGIONS)
        of_nation = "share of the national total; the printed one is of the four classes (F1)"
        rows += [
            judge(f"z24-eco-forest-{key}", others * share / (1 - share), unit=_PG,
                  reason="what its printed share and the other three classes give",
                  tolerance=0.001),
            judge(f"z24-abs-forest-{key}", body, unit=_PG, reason="rounded from the body",
                  tolerance=0.005),
            judge(f"z24-eco-pct-forest-{key}", 100 * body / nation, unit=_SHARE, reason=of_nation,
                  verdict="corrected"),
        ]  # fmt: skip
        if key != "vegas":
            rows.append(judge(f"z24-d-forest-share-{key}", 100 * body / nation, unit=_SHARE,
                              reason=of_nation, verdict="corrected"))  # fmt: skip
    z = {key: known[f"z24-eco-forest-{key}"] / _pm(f"z24-eco-forest-{key}") for key in _KEYS}
    least = tension.contrasts().loc["Forest − crop, OCO-2"]
    excess = forest.against_products()["excess"]
    return [
        *rows,
        judge("z24-rank-forest-beps-oco2", least["difference"], unit=_PG,
              reason="forest less cropland in "
              f"OCO-2: first by the means, by {number(least['z'], 1)} combined ± only",
              verdict="consistent"),
        judge("z24-vegas-forest-low", excess["ev-f-vegas"] * 100, unit=_SHARE,
              reason="against the inventory", verdict="consistent"),
        judge("z24-forest-significant", min(z.values()), unit="1",
              reason="smallest of the three, in its own "
              "printed ± (VEGAS): a sink in all, not significant in one", verdict="consistent"),
        judge("z24-lit-lu18", known["z24-lit-lu18"], unit="Tg C yr-1",
              reason=tension.finding_f6().sentence,
              verdict="corrected"),
        judge("z24-d-nfi-forest", forest.inventory()["printed"].iloc[-2:].mean(), unit=_PG,
              reason="mean of the last two rows of the inventory table", tolerance=0.005),
        judge("z24-d-forest-slightly", excess["ev-f-oco2"] * 100, unit=_SHARE,
              reason="OCO-2 over the "
              f"inventory; BEPS by {number(excess['ev-f-beps'] * 100, 0)} %: slight for one of "
              "two", verdict="inconsistent"),
    ]  # fmt: skip


def _pm(name: str) -> float:
    return float(published.claim(name).uncertainty or np.nan)


def _forest_area(judge: Judge, known: pd.Series) -> list[Verdict]:
    area, land = known["d22-forest-area"], CHINA_LAND * 100 / 1e8
    grew = known["d22-afforest-2020"] / known["d22-afforest-2010"] - 1
    stock = forest.inventory()["stock"]
    rising = bool((stock.diff().dropna() > 0).all())
    return [
        judge("d22-forest-area", known["d22-cover-2020"] / 100 * land, unit="1e8 ha",
              reason="from the printed cover", tolerance=0.05),
        judge("d22-cover-2020", 100 * area / land, unit=_SHARE, reason="from the printed area",
              tolerance=100 * 0.05 / land),
        judge("d22-forest-volume", known["d22-t1-vol-2018"] * area, unit="1e8 m3",
              reason="printed volume per "
              "hectare times printed area, to the rounding of the area",
              tolerance=known["d22-t1-vol-2018"] * 0.05),
        judge("d22-forest-30yr", stock.index[-1] - stock.index[0] if rising else 0, unit="year",
              reason="years over which the stock rose in every period; volume per hectare fell "
              "from 1981 to 1993", verdict="consistent"),
        judge("d22-afforest-pct", 100 * grew, unit=_SHARE,
              reason="from the two printed areas, which are "
              "annual", tolerance=0.05),
    ]  # fmt: skip


def _forest_inventory(judge: Judge, known: pd.Series) -> list[Verdict]:
    rows, verdicts = forest.inventory(), []
    for year, row in rows.iloc[1:].iterrows():
        wrong = year == forest.SUSPECT
        verdicts.append(
            judge(f"d22-t1-sink-{year}", row["computed"], unit=_PG,
                  reason=forest.finding_f7().sentence if wrong
                  else "change of the printed stocks over the years and 2.439 (F8)",
                  tolerance=(row["high"] - row["low"]) / 2 + forest.SINK_ROUNDING,
                  verdict="corrected" if wrong else None)
        )  # fmt: skip
    means = forest.mean_sinks()["value"]
    trend = float(stats.kendalltau(rows.index[1:], rows["computed"].iloc[1:]).statistic)
    return [
        *verdicts,
        judge("d22-t1-sink-mean", means["all", "printed", "years"], unit=_PG,
              reason="mean over years of the "
              f"printed rows; {number(means['all', 'corrected', 'years'], 4)} with the row of "
              "1994-1998 corrected", tolerance=0.001),
        judge("d22-forest-early", means["early", "printed", "rows"], unit=_PG,
              reason="mean of two rows, not "
              f"of years, which gives {number(means['early', 'printed', 'years'], 4)}",
              tolerance=0.0006),
        judge("d22-forest-late", means["late", "printed", "rows"], unit=_PG,
              reason="mean of the last two "
              "rows", tolerance=0.001),
        judge("d22-forest-rising", trend, unit="1",
              reason="Kendall's tau of the recomputed sink with time: "
              "it rises, not steadily", verdict="consistent"),
        judge("d22-t1-vol-mean", rows["volume"].mean(), unit="m3 ha-1",
              reason="mean of the nine rows",
              tolerance=0.01),
    ]  # fmt: skip
