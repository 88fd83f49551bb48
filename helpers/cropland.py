"""Cropland: what each published number is, and which of them stand."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers import published
from helpers.errors import InputError
from helpers.fields import Fields
from helpers.findings import Finding
from helpers.statements import PUBLISHED, Test
from helpers.verdicts import Verdict

GROUPS: dict[str, str] = {
    "ev-c-oco2": "Net uptake over cropland",
    "ev-c-vegas": "Net uptake over cropland",
    "ev-c-beps": "Net uptake over cropland",
    "ev-c-piao09": "Soil carbon gain, observed",
    "ev-c-xie07": "Soil carbon gain, observed",
    "ev-c-huang06": "Soil carbon gain, observed",
    "ev-c-yu13": "Soil carbon gain, if a scenario came true",
    "ev-c-zuo23": "Soil carbon gain, if a scenario came true",
    "ev-c-lal04-soc-fix": "Potential of all soils of China, not cropland",
    "ev-c-lal04-sic-fix": "Potential of all soils of China, not cropland",
    "ev-c-lal04-soc": "The same potential as the study prints it: do not use",
    "ev-c-lal04-sic": "The same potential as the study prints it: do not use",
}
"""What each row of the evidence about cropland is, in the order drawn."""

LABELS: dict[str, str] = {
    "ev-c-oco2": "OCO-2 v10 MIP, seen from the air",
    "ev-c-vegas": "VEGAS, NBP with harvest moved",
    "ev-c-beps": "BEPS, NEP without harvest",
    "ev-c-piao09": "Piao 2009",
    "ev-c-xie07": "Xie 2007",
    "ev-c-huang06": "Huang & Sun 2006, topsoil",
    "ev-c-yu13": "Yu 2013, by 2050, best case",
    "ev-c-zuo23": "Zuo 2023, 2010–2060, 0–20 cm",
    "ev-c-lal04-soc-fix": "Lal 2004, organic carbon",
    "ev-c-lal04-sic-fix": "Lal 2004, carbonate",
    "ev-c-lal04-soc": "Lal 2004, organic, as printed",
    "ev-c-lal04-sic": "Lal 2004, carbonate, as printed",
}
"""Short names of the rows; "as printed" is the study's quotation."""

ZUO_STOCKS = (4.53, 4.98, 6.98, 7.89)
"""Ranges of the stock in 2010 and 2060 in the abstract of Zuo et al. (2023) [Pg C]."""

LAL_TOTAL = 12.0
"""Total potential in the abstract of Lal (2004) [Pg C]."""

PRODUCTS = ("beps", "vegas", "oco2")
"""Products by their word in the ids of claims."""


def estimates() -> pd.DataFrame:
    """Return the evidence about cropland with what each row is, for the chart of intervals."""
    rows = published.evidence().set_index("id").loc[list(GROUPS)]
    return pd.DataFrame(
        {
            "id": rows.index,
            "group": list(GROUPS.values()),
            "label": [LABELS[name] for name in rows.index],
            "value": rows["central_used"].to_numpy(float),
            "low": rows["low"].to_numpy(float),
            "high": rows["high"].to_numpy(float),
            "is_open": rows["note"].str.startswith("DO NOT USE").to_numpy(),
            "bound_type": rows["bound_type"].to_numpy(),
            "unit": "Pg C yr-1",
        }
    )


def observed_range() -> tuple[float, float]:
    """Return the least and the largest observed gain of soil carbon, printed ± included."""
    rows = estimates()
    seen = rows[rows["group"].str.contains("observed")]
    low, high = seen["low"].fillna(seen["value"]), seen["high"].fillna(seen["value"])
    return float(low.min()), float(high.max())


def lal_table() -> pd.DataFrame:
    """Return both printed potentials of Lal (2004) beside the primary ones, with their ratio."""
    rows = published.evidence().set_index("id")
    pairs = {"organic": "ev-c-lal04-soc", "carbonate": "ev-c-lal04-sic"}
    return pd.DataFrame(
        {
            "carbon": list(pairs),
            "printed": [_span(rows.loc[name]) for name in pairs.values()],
            "primary": [_span(rows.loc[f"{name}-fix"]) for name in pairs.values()],
            "primary / printed": [
                rows.loc[f"{name}-fix", "central_used"] / rows.loc[name, "central_used"]
                for name in pairs.values()
            ],
            "unit": "Pg C yr-1",
        }
    )


def finding_f5() -> Finding:
    """Return F5: the potential of Lal (2004) printed ten times too low, and as cropland."""
    rows = published.evidence().set_index("id")
    printed, primary = (
        float(rows.loc[name, "central_used"]) for name in ("ev-c-lal04-soc", "ev-c-lal04-soc-fix")
    )
    return Finding(
        id="F5",
        claims=("z24-crop-lal04-soc", "z24-crop-lal04-sic", "ev-c-lal04-soc-fix"),
        printed=printed,
        computed=primary,
        unit="Pg C yr-1",
        holds=bool(9 < primary / printed < 11),
        sentence=(
            f"the primary abstract gives {primary / printed:.1f} times the printed potential, "
            "for all soils of China and not for cropland"
        ),
    )


def per_area() -> pd.Series:
    """Return the three printed cropland fluxes over the area of the soil map [g C m-2 yr-1]."""
    area = _value("d22-t2-crop2-area")
    return pd.Series(
        {name: _value(f"z24-eco-crop-{name}") * 1e15 / (area * 1e10)
         for name in PRODUCTS}
    )  # fmt: skip


def true_share(product: str) -> float:
    """Return cropland's share of the sum of the four regions, which the study calls China [%]."""
    claims = published.claims()
    regions = claims[claims["id"].str.fullmatch(rf"z24-region-(?!pct)[a-z-]+-{product}")]
    if len(regions) != 4:
        raise InputError("Not four regions.", where=product, found=list(regions["id"][:8]),
                         accepted=f"four claims z24-region-<name>-{product}",
                         fix="Name a product of the study, or restore claims.csv.")  # fmt: skip
    crop = _value(f"z24-eco-crop-{product}")
    return 100 * crop / float(regions["value"].sum())


def printed_tests() -> list[Test]:
    """Return the statements about cropland that the printed numbers themselves can decide."""
    flux = {name: _value(f"z24-eco-crop-{name}") for name in PRODUCTS}
    rows = estimates().set_index("id")
    soil = rows[rows["group"].str.startswith("Soil carbon gain")]["value"]
    observed = rows[rows["group"].str.contains("observed")]["value"]
    step = (flux["vegas"] - flux["beps"]) / float(np.hypot(_error("vegas"), _error("beps")))
    in_order = flux["oco2"] > flux["vegas"] > flux["beps"]
    zuo = (sum(ZUO_STOCKS[2:]) - sum(ZUO_STOCKS[:2])) / 2 / 50
    lal = rows.loc[["ev-c-lal04-soc-fix", "ev-c-lal04-sic-fix"], "value"].sum()
    over_years = lal * _value("z24-crop-lal04-years")
    below = _value("z24-eco-forest-vegas") / flux["vegas"]
    repeated = _value("z24-crop-oco2-repeat")
    return [
        _test("z24-rank-vegas-crop", below, unit="1", holds=below > 0.8,
              rule="printed forest over printed crop sink is above 0.8, so only slightly less"),
        _test("z24-crop-order", step, unit="1", holds=in_order,
              rule="the printed values fall in this order; the number is VEGAS − BEPS over its ±",
              note="that step is not resolved" if step < 1.645 else ""),
        _test("z24-crop-high", min(flux.values()) / soil.max(), unit="1",
              holds=in_order and min(flux.values()) > soil.max(),
              rule="the least of three fluxes is above every soil estimate, "
                   "and OCO-2 is the largest",
              note="it compares net uptake with change of soil carbon, which are not the same"),
        _test("z24-crop-oco2-repeat", repeated, unit="Pg C yr-1", holds=repeated == flux["oco2"],
              rule="both places print the same value"),
        _test("z24-crop-unc", flux["oco2"] / observed.min(), unit="1",
              holds=flux["oco2"] > 3 * observed.min(),
              rule="the largest published value for cropland is more than 3 times the smallest"),
        _test("z24-crop-zuo23", zuo, unit="Pg C yr-1",
              holds=round(zuo, 3) == _value("z24-crop-zuo23"),
              rule="the stocks of the primary abstract, middle to middle over 50 years, "
                   "give this rate"),
        _test("z24-crop-lal04-years", over_years, unit="Pg C",
              holds=abs(over_years - LAL_TOTAL) < 0.5,
              rule="both primary potentials over these years give the total of the abstract"),
        _test("d22-stock-crop", _table_span()[1], unit="Pg C",
              holds=_table_span() == _span_of("d22-stock-crop"),
              rule="the range is the least and the largest row of the table it summarises"),
    ]  # fmt: skip


def model_tests(fields: Fields) -> list[Test]:
    """Return the statements the accounting model has something to say about.

    None decides, because the model's inputs are partly assumed.

    Parameters
    ----------
    fields : helpers.fields.Fields
        The reader's choices.
    """
    crops, today = fields.carbon(), fields.run()
    best = fields.run(
        returned=_value("z24-crop-yu13-straw") / 100, growth=_value("z24-crop-yu13-yield") / 100
    )
    in_2050 = float(best.soil.change[list(fields.years).index(2050)])
    note = "the accounting model with partly assumed inputs does not decide"
    return [
        _test("z24-crop-yu13", in_2050, unit="Pg C yr-1", holds=None, note=note,
              rule="gain in 2050 with the scenario's straw and yields and published turnover"),
        _test("z24-crop-beps-natural", _value("z24-eco-crop-beps") - float(crops.harvest),
              unit="Pg C yr-1", holds=None, note=note,
              rule="BEPS flux less the model's harvest; below zero it cannot be storage"),
        _test("z24-crop-vegas-residue", fields.humification["straw"] * float(crops.straw),
              unit="Pg C yr-1", holds=None, note=note, rule="all straw times the share humified"),
        _test("z24-crop-soc-only", float(today.net_uptake[0] / today.soil.change[0]), unit="1",
              holds=None,
              note=note, rule="net uptake of the fields over what the soil keeps, first year"),
    ]  # fmt: skip


def corrections(*, profile: str, notebook: str) -> list[Verdict]:
    """Return the claims that are wrong as printed, with the value that is right."""
    rows = published.evidence().set_index("id")
    shares = {
        "z24-eco-pct-crop-beps": "beps",
        "z24-eco-pct-crop-vegas": "vegas",
        "z24-d-vegas-crop-pct": "vegas",
        "z24-eco-pct-crop-oco2": "oco2",
    }
    fixed = [
        (claim, true_share(product), "%",
         "printed as a share of China, but it is a share of the four classes; this is the share "
         "of the four regions")
        for claim, product in shares.items()
    ]  # fmt: skip
    fixed += [
        (f"z24-crop-lal04-{kind}", float(rows.loc[f"ev-c-lal04-{kind}-fix", "central_used"]),
         "Pg C yr-1", "printed ten times too low; the primary abstract is about all soils of China")
        for kind in ("soc", "sic")
    ]  # fmt: skip
    return [
        Verdict(id=claim, verdict="corrected", computed=value, unit=unit, product=PUBLISHED,
                profile=profile, notebook=notebook, reason=reason, is_standin=False)
        for claim, value, unit, reason in fixed
    ]  # fmt: skip


def _test(
    claim: str, value: float, *, unit: str, holds: bool | None, rule: str, note: str = ""
) -> Test:
    return Test(claim=claim, product=PUBLISHED, rule=rule, value=float(value), unit=unit,
                holds=holds, is_standin=False, note=note)  # fmt: skip


def _value(claim: str) -> float:
    value = published.claim(claim).value
    if value is None:
        raise InputError("A claim has no value.", where=claim, found="no value",
                         accepted="a claim with one number",
                         fix="Name another claim, or use its low and high.")  # fmt: skip
    return value


def _error(product: str) -> float:
    return published.claim(f"z24-eco-crop-{product}").uncertainty or 0.0


def _span_of(claim: str) -> tuple[float | None, float | None]:
    found = published.claim(claim)
    return found.low, found.high


def _table_span() -> tuple[float, float]:
    rows = [_value(f"d22-t2-crop{row}-soil") for row in (1, 2, 3)]
    return min(rows), max(rows)


def _span(row: pd.Series) -> str:
    return f"{row['low']:.3f}–{row['high']:.3f}"
