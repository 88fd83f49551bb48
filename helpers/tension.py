"""Overlap and tension between published estimates, and the statements that rest on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from helpers import evidence, published
from helpers.findings import Finding
from helpers.pooling import contrast, pool
from helpers.style import number

PRODUCTS = {
    "BEPS": "z24-national-beps",
    "VEGAS": "z24-national-vegas",
    "OCO-2": "z24-national-oco2",
}
"""Claims with the national sink of the three products."""

CONTRASTS = {
    "OCO-2 − BEPS": ("z24-national-oco2", "z24-national-beps"),
    "OCO-2 − VEGAS": ("z24-national-oco2", "z24-national-vegas"),
    "BEPS − VEGAS": ("z24-national-beps", "z24-national-vegas"),
    "South − North, BEPS": ("z24-region-south-beps", "z24-region-north-beps"),
    "South − North, OCO-2": ("z24-region-south-oco2", "z24-region-north-oco2"),
    "North − South, VEGAS": ("z24-region-north-vegas", "z24-region-south-vegas"),
    "Crop − forest, VEGAS": ("z24-eco-crop-vegas", "z24-eco-forest-vegas"),
    "Forest − crop, OCO-2": ("z24-eco-forest-oco2", "z24-eco-crop-oco2"),
    "Forest − crop, BEPS": ("z24-eco-forest-beps", "z24-eco-crop-beps"),
    "Crop − shrub, BEPS": ("z24-eco-crop-beps", "z24-eco-shrub-beps"),
    "Zero − Plateau, OCO-2": ("", "z24-region-plateau-oco2"),
    "South − zero, VEGAS": ("z24-region-south-vegas", ""),
    "Grass − zero, OCO-2": ("z24-eco-grass-oco2", ""),
    "Wang 2020 − OCO-2": ("z24-lit-wang20", "z24-national-oco2"),
}
"""Differences that the core study states or implies, as pairs of claims; empty is zero."""

RESOLVED = 2.0
"""Least z of a difference that counts as resolved by the printed ± [1]."""

SYNTHESIS = {
    "combined, central": "ev-yang22-comb",
    "combined, outer": "ev-yang22-comb-ci",
    "bottom-up, 5–95 %": "ev-yang22-bu",
    "top-down, 5–95 %": "ev-yang22-td",
}
"""Intervals of the synthesis of Yang 2022, by evidence row."""


def contrasts(
    pairs: Mapping[str, tuple[str, str]] = CONTRASTS, *, correlation: float = 0.0
) -> pd.DataFrame:
    """Return differences between printed values against their printed ±.

    The sources do not say what their ± is; it is read here as one standard deviation, so z is as
    good as that reading.

    Parameters
    ----------
    pairs : mapping of str to tuple of str
        Label, and the two claims; empty for zero.
    correlation : float
        Of the two errors [1].

    Returns
    -------
    pandas.DataFrame, index label
        `difference`, `sd` [Pg C yr-1], `z`, `probability` that the first is larger, `resolved`.
    """
    known = published.claims().set_index("id")
    rows = {}
    for label, ids in pairs.items():
        (a, da), (b, db) = (_value(known, name) for name in ids)
        difference, sd, z, probability = contrast(
            a, b, first_sd=da, second_sd=db, correlation=correlation
        )
        rows[label] = (difference, sd, z, probability, z >= RESOLVED)
    return pd.DataFrame.from_dict(
        rows, orient="index", columns=["difference", "sd", "z", "probability", "resolved"]
    )


def _value(known: pd.DataFrame, name: str) -> tuple[float, float]:
    if not name:
        return 0.0, 0.0
    row = known.loc[name]
    return float(row["value"]), float(row["uncertainty"])


def closeness(
    products: Mapping[str, str] = PRODUCTS, intervals: Mapping[str, str] = SYNTHESIS
) -> pd.DataFrame:
    """Return where each product lies against each interval of a synthesis (F12).

    Returns
    -------
    pandas.DataFrame
        `product`, `interval`, `low`, `high`, `value`, `inside`, and `beyond`: distance outside
        the interval, positive above it [Pg C yr-1].
    """
    known, rows = evidence.table(), published.claims().set_index("id")
    table = []
    for product, name in products.items():
        value = float(rows.loc[name, "value"])
        for label, row in intervals.items():
            low, high = (float(known.loc[row, side]) for side in ("low", "high"))
            beyond = max(value - high, 0.0) - max(low - value, 0.0)
            table.append((product, label, low, high, value, low <= value <= high, beyond))
    return pd.DataFrame(
        table, columns=["product", "interval", "low", "high", "value", "inside", "beyond"]
    )


def synthesis_arithmetic() -> dict[str, float]:
    """Return what the synthesis of Yang 2022 implies [Pg C yr-1, shares 1].

    Returns
    -------
    dict
        `overlap` of its bottom-up and top-down intervals; `low_share` and `high_share`: how far
        its central range lies on the way from the bottom-up to the top-down median; `mean` of the
        medians; `weighted` and `weighted_sd`: their inverse-variance pool; `median_above_outer`:
        top-down median less upper end of its own outer range.
    """
    known = evidence.table()
    bottom, top = (known.loc[SYNTHESIS[f"{side}, 5–95 %"]] for side in ("bottom-up", "top-down"))
    centre, outer = (known.loc[SYNTHESIS[f"combined, {one}"]] for one in ("central", "outer"))
    gap = top["central_used"] - bottom["central_used"]
    sds = evidence.standard_deviations(known.loc[["ev-yang22-bu", "ev-yang22-td"]],
                                       evidence.Assumptions())["sd"]  # fmt: skip
    weighted = pool([bottom["central_used"], top["central_used"]], list(sds), method="fixed")
    return {
        "overlap": max(0.0, min(bottom["high"], top["high"]) - max(bottom["low"], top["low"])),
        "low_share": (centre["low"] - bottom["central_used"]) / gap,
        "high_share": (centre["high"] - bottom["central_used"]) / gap,
        "mean": (bottom["central_used"] + top["central_used"]) / 2.0,
        "weighted": weighted.centre,
        "weighted_sd": weighted.se,
        "median_above_outer": top["central_used"] - outer["high"],
    }


def finding_f4() -> Finding:
    """Return F4: one abstract says discrepancy, the other convergence; the numbers say which."""
    names = list(CONTRASTS)[:3]
    z = contrasts({name: CONTRASTS[name] for name in names})["z"]
    return Finding(
        id="F4",
        claims=("z24-tdbu-zh", "z24-tdbu-en", *PRODUCTS.values()),
        printed=0.0,
        computed=float(z.min()),
        unit="1",
        holds=bool((z >= RESOLVED).all()),
        sentence=(
            "The English abstract says the methods converge; the printed means lie "
            f"{', '.join(number(value, 1) for value in sorted(z))} combined ± apart, "
            "so the Chinese wording, a discrepancy, is right."
        ),
    )


def finding_f6() -> Finding:
    """Return F6: the period given for Lu 2018 is longer than the one in its own title."""
    stated = published.claim("z24-lit-lu18").period
    ends = [int(word) for word in stated.replace("-", " ").split() if word.isdigit()]
    row = evidence.table().loc["ev-lu18"]
    return Finding(
        id="F6",
        claims=("z24-lit-lu18", "ev-lu18"),
        printed=float(ends[-1]),
        computed=float(row["period_end"]),
        unit="year",
        holds=ends[-1] != int(row["period_end"]),
        sentence=(
            f"Lu 2018 is quoted for {ends[0]}–{ends[-1]}; the title in the study's own reference "
            f"list says {row['period']}."
        ),
    )


def finding_f12() -> Finding:
    """Return F12: closeness to Yang 2022 is claimed for three products and holds for one."""
    table = closeness()
    widest = table[table["interval"] == "combined, outer"]
    inside = list(widest.loc[widest["inside"], "product"])
    return Finding(
        id="F12",
        claims=("z24-close-to-yang22", *SYNTHESIS.values()),
        printed=float(len(widest)),
        computed=float(len(inside)),
        unit="products",
        holds=len(inside) < len(widest),
        sentence=(
            f"Of {len(widest)} products said to be close to Yang 2022, {len(inside)} "
            f"({', '.join(inside)}) lies inside even its widest interval; the others are "
            f"{_beyond(widest)} Pg C yr⁻¹ above it."
        ),
    )


def _beyond(rows: pd.DataFrame) -> str:
    out: Iterable[float] = rows.loc[~rows["inside"], "beyond"]
    return " and ".join(number(value, 3) for value in out)
