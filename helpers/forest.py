"""The forest inventory table: stocks, printed sinks, and what each column contains."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from helpers import evidence, published
from helpers.errors import InputError
from helpers.findings import Finding
from helpers.style import number

UNDERSTORY, SOIL = 0.195, 1.244
"""Carbon of understory and of soil per carbon of trees in the stock-volume expansion method [1]."""

FACTOR = 1.0 + UNDERSTORY + SOIL
"""Carbon of trees, understory and soil per carbon of trees [1]."""

STOCK_ROUNDING, SINK_ROUNDING = 0.005, 0.0005
"""Half a unit of the last printed digit of stocks [Pg C] and sinks [Pg C yr-1]."""

SUSPECT = 1998
"""End year of the row whose sink does not follow from its stocks (F7)."""

_YEARS = (1976, 1981, 1988, 1993, 1998, 2003, 2008, 2013, 2018)


def inventory(*, factor: float = FACTOR) -> pd.DataFrame:
    """Return the inventory table with the sink recomputed from the stocks.

    The printed stock is that of the end of each period and covers trees, understory and soil; the
    printed sink is that of trees alone, so sink = (stock - stock before) / years / `factor`.

    Parameters
    ----------
    factor : float
        Total carbon per carbon of trees [1].

    Returns
    -------
    pandas.DataFrame, index end year
        `start`, `years`, `volume` [m3 ha-1], `stock` [Pg C], `printed` [Pg C yr-1] and, computed,
        `total_change` [Pg C yr-1, trees + understory + soil], `computed` [Pg C yr-1, trees],
        `low` and `high` (from the rounding of the stocks), `agrees` and `relative` difference of
        the printed from the computed sink [1]. The first row has no change.

    Raises
    ------
    InputError
        If `factor` is not above 0, or not finite.
    """
    if not 0.0 < factor < np.inf:
        raise InputError("Not a factor of carbon.", where="factor", found=factor,
                         accepted="a finite number above 0",
                         fix="Give total carbon per carbon of trees.")  # fmt: skip
    known = published.claims().set_index("id")["value"]
    rows = pd.DataFrame(index=pd.Index(_YEARS, name="end"))
    rows["start"] = [np.nan, *_YEARS[:-1]]
    rows["years"] = rows.index - rows["start"]
    for name in ("vol", "stock"):
        rows[name] = [known[f"d22-t1-{name}-{year}"] for year in _YEARS]
    rows["printed"] = [known.get(f"d22-t1-sink-{year}", np.nan) for year in _YEARS]
    rows["total_change"] = rows["stock"].diff() / rows["years"]
    rows["computed"] = rows["total_change"] / factor
    slack = 2.0 * STOCK_ROUNDING / rows["years"] / factor
    rows["low"], rows["high"] = rows["computed"] - slack, rows["computed"] + slack
    overlap = (rows["low"] <= rows["printed"] + SINK_ROUNDING + 1e-12) & (
        rows["high"] >= rows["printed"] - SINK_ROUNDING - 1e-12
    )
    rows["agrees"] = overlap.astype("boolean").mask(rows["printed"].isna())
    rows["relative"] = rows["printed"] / rows["computed"] - 1.0
    return rows.rename(columns={"vol": "volume"})


def implied_factors() -> pd.DataFrame:
    """Return the interval of the factor that each row allows, from rounding alone.

    Returns
    -------
    pandas.DataFrame, index end year
        `low`, `centre`, `high` [1].
    """
    rows = inventory().iloc[1:]
    change, years, sink = rows["stock"].diff(), rows["years"], rows["printed"]
    change.iloc[0] = rows["total_change"].iloc[0] * years.iloc[0]
    slack = 2.0 * STOCK_ROUNDING
    return pd.DataFrame(
        {
            "low": (change - slack) / years / (sink + SINK_ROUNDING),
            "centre": change / years / sink,
            "high": (change + slack) / years / (sink - SINK_ROUNDING),
        }
    )


def common_factor(*, without: tuple[int, ...] = (SUSPECT,)) -> tuple[float, float]:
    """Return the interval of one factor that every row but those of `without` allows [1].

    An empty interval, low above high, means that no single factor fits.
    """
    rows = implied_factors().drop(index=list(without))
    return float(rows["low"].max()), float(rows["high"].min())


def mean_sinks() -> pd.DataFrame:
    """Return the means the source prints, beside each weighting of each version of the column.

    Returns
    -------
    pandas.DataFrame, index (mean, version, weighting)
        `printed`, `value` [Pg C yr-1] and `fits` to the printed digits. Versions: ``printed``,
        ``corrected`` (the suspect row from its stocks) and ``recomputed`` (all rows from stocks).
    """
    rows = inventory().iloc[1:]
    corrected = rows["printed"].where(rows.index != SUSPECT, rows["computed"])
    versions = {"printed": rows["printed"], "corrected": corrected, "recomputed": rows["computed"]}
    spans = {
        "all": ("d22-t1-sink-mean", rows.index, 0.0005),
        "early": ("d22-forest-early", rows.index[:2], 0.00005),
        "late": ("d22-forest-late", rows.index[-2:], 0.0005),
    }
    table = {}
    for name, (claim, years, half) in spans.items():
        printed = float(published.claim(claim).value or np.nan)
        for version, sinks in versions.items():
            for weighting in ("years", "rows"):
                weights = rows.loc[years, "years"] if weighting == "years" else None
                value = float(np.average(sinks.loc[years], weights=weights))
                slack = half + (SINK_ROUNDING if version == "printed" else 0.0)
                table[name, version, weighting] = (printed, value, abs(value - printed) <= slack)
    frame = pd.DataFrame.from_dict(table, orient="index", columns=["printed", "value", "fits"])
    frame.index = pd.MultiIndex.from_tuples(frame.index, names=["mean", "version", "weighting"])
    return frame


def pools(year: int, *, understory: float = UNDERSTORY, soil: float = SOIL) -> Mapping[str, float]:
    """Return the carbon of trees, understory and soil behind a printed stock [Pg C]."""
    stock = float(inventory().loc[year, "stock"])
    trees = stock / (1.0 + understory + soil)
    return {"trees": trees, "understory": understory * trees, "soil": soil * trees}


def independent_growth() -> pd.DataFrame:
    """Return the growth of tree carbon 1981-2018 here and in a study of the same inventories.

    Yang C. 2022 estimates biomass from the same inventories by another method. If the sinks of the
    table are those of trees, the growth of the stocks divided by `FACTOR` must come near it.

    Returns
    -------
    pandas.DataFrame, index ``this table, trees``, ``this table, as printed``, ``Yang C. 2022``
        `first` (1981), `last` (2018) and `growth` [Pg C].
    """
    stock = inventory()["stock"]
    further = evidence.further("stocks_further.csv").set_index("id")["value"]
    pairs = {
        "this table, trees": (stock[1981] / FACTOR, stock[2018] / FACTOR),
        "this table, as printed": (stock[1981], stock[2018]),
        "Yang C. 2022": (further["st-yangc22-1981"], further["st-yangc22-2018"]),
    }
    rows = pd.DataFrame.from_dict(pairs, orient="index", columns=["first", "last"])
    return rows.assign(growth=rows["last"] - rows["first"])


def against_products() -> pd.DataFrame:
    """Return the forest sinks of inventories and products, with their ratio to the inventory.

    Returns
    -------
    pandas.DataFrame, index evidence id
        `study`, `period`, `contains`, `value`, `low`, `high` [Pg C yr-1], `excess` over the
        inventory of claim ``z24-d-nfi-forest`` [1].
    """
    rows = evidence.table("forest_sink").loc[
        [
            "ev-f-nfilate",
            "ev-f-wang22b",
            "ev-f-yangc22-late",
            "ev-f-beps",
            "ev-f-vegas",
            "ev-f-oco2",
        ]
    ]
    base = published.claim("z24-d-nfi-forest").value or np.nan
    whole = rows["estimate_type"].isin(["model", "inversion"])
    return pd.DataFrame(
        {
            "study": rows["study"],
            "period": rows["period"],
            "contains": np.where(whole, "whole ecosystem, 1° majority cells", "tree biomass"),
            "value": rows["central_used"],
            "low": rows["low"],
            "high": rows["high"],
            "excess": rows["central_used"] / base - 1.0,
        }
    )


def finding_f7() -> Finding:
    """Return F7: one printed sink does not follow from the stocks beside it."""
    row = inventory().loc[SUSPECT]
    others = inventory().iloc[1:].drop(index=SUSPECT)
    return Finding(
        id="F7",
        claims=("d22-t1-sink-1998", "d22-t1-stock-1993", "d22-t1-stock-1998"),
        printed=float(row["printed"]),
        computed=float(row["computed"]),
        unit="Pg C yr-1",
        holds=bool(not row["agrees"] and others["agrees"].all()),
        sentence=(
            f"The sink of 1994–1998 is printed {number(abs(row['relative']) * 100, 0)} % below "
            "what the stocks beside it give; every other row agrees to rounding."
        ),
    )


def finding_f8() -> Finding:
    """Return F8: stock and sink columns differ by one factor, so they differ in scope."""
    low, high = common_factor()
    return Finding(
        id="F8",
        claims=tuple(f"d22-t1-sink-{year}" for year in _YEARS[1:]),
        printed=1.0,
        computed=(low + high) / 2.0,
        unit="1",
        holds=bool(low <= FACTOR <= high and low > 1.0),
        sentence=(
            f"The stocks grow {number(low, 3)} to {number(high, 3)} times faster than the sinks "
            f"say, in seven rows of eight: 1 + {UNDERSTORY} + {SOIL} = {FACTOR:.3f}, trees with "
            "understory and soil against trees alone."
        ),
    )


def finding_f9() -> Finding:
    """Return F9: the footnote gives stocks the unit of a flux."""
    notes = [published.claim(f"d22-t1-foot-{year}") for year in _YEARS[:2]]
    stocks = [published.claim(f"d22-t1-stock-{year}") for year in _YEARS[:2]]
    same = all(a.value == b.value for a, b in zip(notes, stocks, strict=True))
    flux = all("yr-1" in note.unit for note in notes)
    return Finding(
        id="F9",
        claims=tuple(item.id for item in (*notes, *stocks)),
        printed=float(notes[0].value or np.nan),
        computed=float(stocks[0].value or np.nan),
        unit="Pg C",
        holds=same and flux,
        sentence="The footnote gives the stocks of 1976 and 1981 per year; they are stocks.",
    )


def finding_f13() -> Finding:
    """Return F13: half is called slightly below."""
    forest, crop = (published.claim(f"z24-eco-{name}-vegas").value for name in ("forest", "crop"))
    share = (forest or np.nan) / (crop or np.nan)
    return Finding(
        id="F13",
        claims=("z24-eco-forest-vegas", "z24-eco-crop-vegas", "z24-rank-vegas-crop"),
        printed=1.0,
        computed=float(share),
        unit="1",
        holds=bool(share < 0.75),
        sentence=(
            "Forest in VEGAS is called slightly below cropland; it is "
            f"{number(share * 100, 0)} % of it."
        ),
    )


def rungs(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows of `against_products` as :func:`helpers.ladders.ladder` draws them."""
    is_whole = rows["contains"].str.startswith("whole")
    colours = {"ev-f-beps": "beps", "ev-f-vegas": "vegas", "ev-f-oco2": "oco2-mip"}
    return pd.DataFrame(
        {
            "label": rows["study"] + ", " + rows["period"],
            "group": np.where(is_whole, "Products: whole ecosystem", "Inventories: trees"),
            "value": rows["value"],
            "low": rows["low"],
            "high": rows["high"],
            "kind": np.where(rows["low"].notna(), "undefined", "none"),
            "used": is_whole,
            "disputed": False,
            "colour": [colours.get(name, "ceos") for name in rows.index],
        }
    )
