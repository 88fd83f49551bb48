"""Verdicts on printed stocks from other printed stocks: sums, growth, ranges."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from helpers import evidence, forest, published, stocks
from helpers.arithmetic import CLASSES, Judge, judging, printed_values
from helpers.style import number
from helpers.verdicts import Verdict

_SHARE, _STOCK = "%", "Pg C"


def pools(*, profile: str, notebook: str) -> list[Verdict]:
    """Return verdicts on stock claims that printed numbers can decide."""
    judge, known = judging(profile, notebook), printed_values()
    further = evidence.further("stocks_further.csv").set_index("id")["value"]
    four = sum(further[f"st-tang18-{name}"] for name in CLASSES)
    return [
        judge("z24-lit-tang18", four, unit=_STOCK,
              reason="sum of the four ecosystems in the primary "
              "abstract (10.1073/pnas.1700291115)", tolerance=0.005),
        judge("d22-forest-largest", stocks.finding_f10().computed, unit=_STOCK,
              reason=stocks.finding_f10().sentence, verdict="inconsistent"),
        *_table_one(judge, known),
        *_table_two(judge),
        *_asia(judge),
    ]  # fmt: skip


def _table_one(judge: Judge, known: pd.Series) -> list[Verdict]:
    rows, verdicts = forest.inventory(), []
    years = list(rows.index)
    for before, year in pairwise(years):
        step = rows.loc[year, "printed"] * rows.loc[year, "years"] * forest.FACTOR
        slack = forest.SINK_ROUNDING * rows.loc[year, "years"] * forest.FACTOR + 0.01
        if year not in (forest.SUSPECT, 2003):
            verdicts.append(judge(f"d22-t1-stock-{year}", rows.loc[before, "stock"] + step,
                                  unit=_STOCK,
                                  reason="stock before plus printed sink, years and 2.439",
                                  tolerance=slack))  # fmt: skip
        if year in (1981, 2003, 2008):
            earlier = 2003 if year == 2008 else before
            verdicts.append(judge(f"d22-t1-stock-{earlier}", rows.loc[year, "stock"] - step,
                                  unit=_STOCK,
                                  reason="next stock less printed sink, years and 2.439",
                                  tolerance=slack))  # fmt: skip
    text = "the stock of Table 1; it holds trees, understory and soil (F8)"
    note = forest.finding_f9().sentence
    return [
        *verdicts,
        *(judge(f"d22-forest-stock-{year}", known[f"d22-t1-stock-{year}"], unit=_STOCK, reason=text,
                tolerance=0.005) for year in (1976, 2018)),
        *(judge(f"d22-t1-foot-{year}", known[f"d22-t1-stock-{year}"], unit=_STOCK, reason=note,
                verdict="corrected") for year in (1976, 1981)),
    ]  # fmt: skip


def _table_two(judge: Judge) -> list[Verdict]:
    rows, verdicts = stocks.stocks(), []
    for name, row in rows[rows["total"].notna()].iterrows():
        slack = stocks.ROUNDING * (2 + int(np.isfinite(row["water"])))
        parts = {part: row[part] for part in ("veg", "soil", "water") if np.isfinite(row[part])}
        verdicts.append(judge(f"d22-t2-{name}-total", row["summed"], unit=_STOCK,
                              reason="sum of its printed parts", verdict="consistent"))  # fmt: skip
        for part, value in parts.items():
            rest = row["total"] - sum(parts.values()) + value
            fits = abs(rest - value) <= slack + 1e-9
            verdicts.append(judge(f"d22-t2-{name}-{part}", rest, unit=_STOCK,
                                  reason="printed total less the "
                                  "other parts; the map behind it is not at hand",
                                  verdict="consistent" if fits else "inconsistent"))  # fmt: skip
    for word, name, part in (("grass", "grass", "used"), ("shrub", "shrub", "used"),
                             ("wet", "wetland", "soil")):  # fmt: skip
        column = rows.loc[rows["ecosystem"] == name, part]
        verdicts.append(judge(f"d22-stock-{word}", column.max(), unit=_STOCK,
                              reason="largest row of Table "
                              f"2; the smallest is {number(column.min(), 1)}",
                              tolerance=0.05))  # fmt: skip
    return verdicts


def _asia(judge: Judge) -> list[Verdict]:
    stock, share = published.claim("pan21-bc-carbon"), published.claim("pan21-bc-carbon-share")
    ends = [float(end or np.nan) for end in (stock.low, stock.high, share.low, share.high)]
    low, high, least, most = ends
    reason = "from its lower end and both ends of the other: one stock for all Asia"
    return [
        judge("pan21-bc-carbon", low * most / least, unit="1e11 t C", reason=reason, tolerance=0.1),
        judge(
            "pan21-bc-carbon-share", least * high / low, unit=_SHARE, reason=reason, tolerance=1.5
        ),
    ]
