"""The ladder: published estimates of China's carbon sinks, normalised, selected and pooled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from helpers import published
from helpers.assumptions import Assumptions
from helpers.errors import InputError
from helpers.pooling import Pooled, leave_one_out, pool, range_to_sd
from helpers.project import resolve

FOLDER = Path("data/published")
UNIT = "Pg C yr-1"
INTERVALS = {
    "printed +- (meaning not defined)": "undefined",
    "5-95 %": "percentiles",
    "central range": "range",
    "model min-max": "range",
    "range": "range",
    "upper scenario": "none",
    "this check": "none",
    "none printed": "none",
}
"""Kind of interval of each printed wording; any other wording that names a range is a range."""

_NUMBERS = ("low", "central", "high", "central_used", "value", "uncertainty")
_WIDE, _HALF = 2 * float(stats.norm.ppf(0.95)), 2 * float(stats.norm.ppf(0.75))
_LATERAL_SMALL = ("ev-ceos-lnlgis", "ev-ceos-stock")
_LATERAL_LARGE = ("ev-jiang16-td", "ev-jiang16-td-lateral")


def table(category: str = "land_sink") -> pd.DataFrame:
    """Return the normalised evidence of one category, in the order of the files.

    Parameters
    ----------
    category : str
        ``land_sink``, ``forest_sink``, ``plateau_sink`` …

    Returns
    -------
    pandas.DataFrame, index id
        Columns of ``data/published/evidence.csv`` and, from ``evidence_attributes.csv``,
        `definition`, `lateral`, `cluster`, `pool`, `sd_from`, `members`, `disputed_by`, `reason`;
        also `kind`, the kind of interval, and `period`. Uptake positive, Pg C yr-1.

    Raises
    ------
    InputError
        If an id stands twice, a unit differs, an interval does not hold its centre, or a row
        points at one that does not exist.
    """
    rows = _everything()
    return rows[rows["category"] == category].copy()


@cache
def _everything() -> pd.DataFrame:
    """Return every row of evidence with its attributes, checked, read once."""
    rows = pd.concat([published.evidence(), further("evidence_further.csv")], ignore_index=True)
    rows = rows.set_index("id").join(further("evidence_attributes.csv").set_index("id"))
    words = [name for name in rows if not pd.api.types.is_numeric_dtype(rows[name])]
    rows[words] = rows[words].fillna("")
    for name in ("period_start", "period_end", "pub_year", "members", "national"):
        rows[name] = pd.to_numeric(rows[name], errors="coerce")
    rows["kind"] = [INTERVALS.get(wording, "range") for wording in rows["bound_type"]]
    rows["period"] = [_period(row) for row in rows.itertuples()]
    _check(rows)
    return rows


def further(name: str) -> pd.DataFrame:
    """Return a table that the book adds to the carried ones; texts are never missing.

    Parameters
    ----------
    name : str
        ``evidence_further.csv``, ``evidence_attributes.csv`` or ``stocks_further.csv``.
    """
    frame = pd.read_csv(resolve(FOLDER / name), dtype=str, keep_default_na=False)
    numbers = [column for column in _NUMBERS if column in frame]
    return frame.assign(**{one: pd.to_numeric(frame[one], errors="coerce") for one in numbers})


def _period(row: object) -> str:
    start, end = row.period_start, row.period_end  # type: ignore[attr-defined]
    if pd.isna(start):
        return "not stated"
    return f"{start:.0f}" if start == end else f"{start:.0f}–{end:.0f}"


def _check(rows: pd.DataFrame) -> None:
    """Refuse evidence that cannot be compared."""
    twice = rows.index[rows.index.duplicated()]
    centre = rows["central_used"]
    outside = (rows["low"] > centre + 1e-9) | (rows["high"] < centre - 1e-9) | centre.isna()
    pointers = [*rows["duplicate_of"], *rows["sd_from"]]
    lost = [name for name in pointers if name and "*" not in name and name not in rows.index]
    for what, found, accepted, fix in (
        ("An id stands twice in the evidence.", twice, "each id once", "Rename one of the rows."),
        ("A unit in the evidence differs.", rows.index[rows["unit"] != UNIT], UNIT, "Convert it."),
        ("An interval in the evidence does not hold its centre.", rows.index[outside],
         "low <= central_used <= high", "Correct the row against its source."),
        ("An evidence row points at one that does not exist.", lost,
         "an id of the evidence", "Correct duplicate_of or sd_from."),
    ):  # fmt: skip
        if len(found):
            raise InputError(what, file="evidence.csv, evidence_further.csv",
                             found=", ".join(found[:8]), accepted=accepted, fix=fix)  # fmt: skip


def lateral_correction(share: float | None) -> float:
    """Return what is taken off an inversion for lateral carbon [Pg C yr-1].

    Two published corrections of the same kind, net uptake from the air less gain of stocks, bound
    it: Byrne 2023 (rivers, wood, crops) and Jiang 2016 (also trade and reduced gases).

    Parameters
    ----------
    share : float or None
        0 for the smaller, 1 for the larger, between for a mixture; None for no correction.
    """
    if share is None:
        return 0.0
    if not 0.0 <= share <= 1.0:
        raise InputError("Not a share.", where="lateral", found=share, accepted="0 to 1, or None",
                         fix="Give 0.5 for the middle of the two, None for none.")  # fmt: skip
    centre = table()["central_used"]
    small, large = (centre[a] - centre[b] for a, b in (_LATERAL_SMALL, _LATERAL_LARGE))
    return float(small + share * (large - small))


def standard_deviations(rows: pd.DataFrame, assumptions: Assumptions) -> pd.DataFrame:
    """Return the standard deviation used for each row, `sd`, and where it is from, `sd_source`.

    A percentile range of 5 to 95 % is 3.29 sd wide; a range of n members is d2(n) sd wide; a
    range of unstated n is read as 5 to 95 %; a central range as quartiles; an undefined ± as 1 sd.
    """
    everything = table()
    pairs = [_sd(rows.loc[name], everything, assumptions=assumptions) for name in rows.index]
    return pd.DataFrame(pairs, columns=["sd", "sd_source"], index=rows.index)


def _sd(row: pd.Series, everything: pd.DataFrame, *, assumptions: Assumptions) -> tuple[float, str]:
    borrowed = row["sd_from"]
    if borrowed and not (row["kind"] == "undefined" and assumptions.undefined == "printed"):
        sd, source = _sd(everything.loc[borrowed], everything, assumptions=assumptions)
        return sd, f"{source}, of {borrowed}"
    width = float(row["high"] - row["low"])
    if row["kind"] == "none" or not np.isfinite(width):
        return assumptions.default_sd * abs(float(row["central_used"])), "assumed share"
    if row["kind"] == "undefined":
        return width / 2.0, "± as printed"
    if np.isfinite(row["members"]):
        return range_to_sd(width, n=int(row["members"])), f"range of {int(row['members'])}"
    if row["bound_type"] == "central range":
        return width / _HALF, "central range as quartiles"
    return width / _WIDE, "5–95 %"


def select(assumptions: Assumptions) -> pd.DataFrame:
    """Return the land-sink rows that enter the pool, on a common definition.

    Returns
    -------
    pandas.DataFrame, index id
        As `table`, with `value` (uptake less the lateral correction where none was made), `sd`,
        `sd_source` and `correction` [Pg C yr-1].
    """
    rows = table()
    ends = rows["period_end"].fillna(rows["pub_year"]).astype(int)
    keep = (rows["pool"] == "yes") & (rows["duplicate_of"] == "")
    keep |= assumptions.use_nep & (rows["definition"] == "NEP")
    keep |= assumptions.use_syntheses & (rows.index == "ev-yang22-comb")
    keep &= ends >= assumptions.first_year
    keep &= assumptions.use_disputed | (rows["disputed_by"] == "")
    rows = rows[keep]
    correction = lateral_correction(assumptions.lateral) * (rows["lateral"] == "not-removed")
    rows = rows.assign(correction=correction, value=rows["central_used"] - correction)
    return rows.join(standard_deviations(rows, assumptions))


def pooled_sink(rows: pd.DataFrame, assumptions: Assumptions) -> Pooled:
    """Return the pooled sink of rows chosen by `select` [Pg C yr-1]."""
    return pool(
        rows["value"], rows["sd"], method=assumptions.method, clusters=list(rows["cluster"]),
        correlation=assumptions.correlation,
    )  # fmt: skip


def pools(rows: pd.DataFrame, assumptions: Assumptions) -> dict[str, Pooled]:
    """Return pooled sinks by label: as assumed, by three other methods, and each side alone."""
    is_top = rows["method_class"] == "top-down"
    others = {
        name: pooled_sink(rows, replace(assumptions, method=name.lower()))
        for name in ("Paule-Mandel", "Huber", "Median")
    }
    sides = {"Bottom-up only": rows[~is_top], "Top-down only": rows[is_top]}
    return {
        "As assumed": pooled_sink(rows, assumptions),
        **others,
        **{name: pooled_sink(side, assumptions) for name, side in sides.items() if len(side)},
    }


def without_each(rows: pd.DataFrame, assumptions: Assumptions) -> pd.DataFrame:
    """Return the pooled sink without each study, and the shift it makes, by id."""
    every = pooled_sink(rows, assumptions)
    left = leave_one_out(lambda keep: pooled_sink(rows.iloc[keep], assumptions), n=len(rows))
    return pd.DataFrame(
        {
            "study": rows["study"],
            "centre": [one.centre for one in left],
            "low": [one.low for one in left],
            "high": [one.high for one in left],
            "shift": [one.centre - every.centre for one in left],
            "weight": every.weights,
        },
        index=rows.index,
    )


def by_choice(
    assumptions: Assumptions, *, lateral: Iterable[float | None] = (None, 0.0, 1.0)
) -> pd.DataFrame:
    """Return the pooled sink under every combination of the choices a reader may dispute.

    Returns
    -------
    pandas.DataFrame
        One row a combination: `method`, `lateral`, `use_nep`, `use_syntheses`, `use_disputed`,
        `undefined`, and `centre`, `low`, `high`, `tau`, `n`.
    """
    rows = []
    switches = (False, True)
    for method, share, nep, synthesis, disputed, undefined in product(
        ("dersimonian-laird", "paule-mandel", "huber", "median"), lateral, switches, switches,
        switches, ("ensemble", "printed"),
    ):  # fmt: skip
        choice = replace(
            assumptions, method=method, lateral=share, use_nep=nep, use_syntheses=synthesis,
            use_disputed=disputed, undefined=undefined,
        )  # fmt: skip
        result = pooled_sink(select(choice), choice)
        rows.append({
            "method": method, "lateral": share, "use_nep": nep, "use_syntheses": synthesis,
            "use_disputed": disputed, "undefined": undefined, "centre": result.centre,
            "low": result.low, "high": result.high, "tau": result.tau, "n": result.n,
        })  # fmt: skip
    return pd.DataFrame(rows)
