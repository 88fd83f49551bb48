"""What the sources claim about monitoring, soil goals and N2O, as tests and corrections."""

from __future__ import annotations

from helpers import sampling
from helpers.crediting import conservative_credit
from helpers.findings import Finding
from helpers.monitoring import claimed
from helpers.statements import PUBLISHED, Test
from helpers.verdicts import Verdict

FRENCH = (6.8, 41.0)
"""Share of France's emissions and of its farms' that the study itself gives [%] (`inra2019`)."""

N2O_WARMING = 273.0
"""Warming by N2O over that by CO2, by mass, over 100 years [1] (`forster2021`)."""

MAP_KEY = "mcd12c1"
"""Key of the real map that sampling schemes are tried on."""


def finding_f11() -> Finding:
    """Return F11: 17 % of France's emissions and 40 % of its farms' cannot both be."""
    national, farms = claimed("eu21-fr-national"), claimed("eu21-fr-ag")
    implied, true = 100 * national / farms, 100 * FRENCH[0] / FRENCH[1]
    return Finding(
        id="F11",
        claims=("eu21-fr-national", "eu21-fr-ag"),
        printed=national,
        computed=FRENCH[0],
        unit="%",
        holds=bool(implied > 2 * true),
        sentence=(
            f"the printed pair makes farming {implied:.1f} % of France's emissions; the study "
            f"gives {FRENCH[0]:g} % and {FRENCH[1]:g} %, so {true:.1f} %, which is probably where "
            "the printed number comes from"
        ),
    )


def tests(
    *, change: float, bend: float, map_ratio: float, atmosphere: float, emissions: float
) -> list[Test]:
    """Return the statements about monitoring, soil goals and N2O as numbers with rules.

    Parameters
    ----------
    change : float [t C ha-1]
        Least change that the chapter's survey finds.
    bend : float [year]
        Bend found in the synthetic series.
    map_ratio : float [1]
        Variance of systematic over random samples on the real map.
    atmosphere, emissions : float [Pg C, Pg C yr-1]
        Carbon in the air and yearly fossil emissions.
    """
    few, many = (sampling.simple_size(cv) for cv in (0.5, 1.0))
    offset = 0.004 * 2 * atmosphere / emissions
    bound = float(conservative_credit(1.0, sd=1.0, n=30, confidence=0.95))
    survey = "the printed gain has no uncertainty; the chapter's survey could not see it"
    return [
        _test("eu21-mrv-n-var", many / few, unit="1", holds=many > few,
              rule="twice the spread needs more plots for the same precision"),
        _test("eu21-mrv-systematic", map_ratio, unit="1", holds=map_ratio < 1, product=MAP_KEY,
              rule="on a real map a systematic sample with random start varies less than a random "
              "one of its size"),
        _test("eu21-mrv-conservative", bound, unit="1", holds=bound < 1,
              rule="the lower bound of a measured gain is below its mean"),
        _test("eu21-4p1000-offset", offset, unit="1", holds=offset >= 1,
              rule="0.4 % a year of twice the carbon in the air is at least the emissions"),
        _test("eu21-fr-ag", FRENCH[1], unit="%", holds=abs(FRENCH[1] - claimed("eu21-fr-ag")) <= 1,
              rule="the study gives 41 %, within a point of the printed value"),
        _test("eu21-maize-stock", change, unit="t C ha-1", holds=None, note=survey,
              rule="least change that the chapter's survey finds"),
        _test("eu21-maize-emis", change, unit="t C ha-1", holds=None, note=survey,
              rule="least change that the chapter's survey finds"),
        _test("eu21-n2o-break", bend, unit="yr", holds=None,
              note="the series is synthetic, made with a bend in 2003",
              rule="year of the bend by least squares"),
    ]  # fmt: skip


def corrections(*, profile: str, notebook: str) -> list[Verdict]:
    """Return the claims that are wrong as printed, with the value that is right."""
    fixed = {
        "eu21-fr-national": (FRENCH[0], "%", "the study gives 6.8 % of national emissions; 17 % "
                             "is about farming's share of them"),
        "eu21-n2o-gwp": (N2O_WARMING, "1", "the printed 300 is 10 % above the value of the sixth "
                         "assessment report"),
    }  # fmt: skip
    return [
        Verdict(id=claim, verdict="corrected", computed=value, unit=unit, product=PUBLISHED,
                profile=profile, notebook=notebook, reason=reason, is_standin=False)
        for claim, (value, unit, reason) in fixed.items()
    ]  # fmt: skip


def _test(
    claim: str, value: float, *, unit: str, holds: bool | None, rule: str, note: str = "",
    product: str = PUBLISHED,
) -> Test:  # fmt: skip
    return Test(claim=claim, product=product, rule=rule, value=float(value), unit=unit,
                holds=holds, is_standin=False, note=note)  # fmt: skip
