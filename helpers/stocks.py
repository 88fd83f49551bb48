"""Carbon stocks of ecosystems: totals taken apart into area and density, and compared."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

from helpers import evidence, forest, published
from helpers.errors import InputError
from helpers.findings import Finding
from helpers.style import number

CLASSES = {"grass": "grass", "shrub": "shrub", "wet": "wetland", "crop": "crop"}
"""Classes of the stocks table, by the word in the ids of its claims."""

SOIL_ONLY = ("crop",)
"""Classes whose rows hold soil alone, so that their total is the soil."""

ROUNDING = 0.05
"""Half a unit of the last printed digit of most stocks [Pg C]."""

_AREA_TO_M2 = 1e10
_PG_TO_KG = 1e12
_PARTS = ("area", "veg", "soil", "water", "total")


def stocks() -> pd.DataFrame:
    """Return the rows of the ecosystem stocks table, with densities.

    A range is taken at its middle; its ends stay in `<part>_low` and `<part>_high`.

    Returns
    -------
    pandas.DataFrame, index id (``grass1`` …)
        `ecosystem`, `method`, `area` [1e4 km2], `veg`, `soil`, `water`, `total` [Pg C; NaN where
        not printed], `summed` (parts added up), `used` (total where printed, else the sum), and
        `density`, `veg_density`, `soil_density` [kg C m-2].
    """
    known = published.claims()
    known = known[known["id"].str.fullmatch(r"d22-t2-[a-z]+\d-(area|veg|soil|water|total)")]
    words = known["id"].str.extract(r"d22-t2-(?P<row>[a-z]+\d)-(?P<part>[a-z]+)")
    known = known.assign(
        row=words["row"],
        part=words["part"],
        middle=known["value"].fillna((known["low"] + known["high"]) / 2.0),
        lower=known["low"].fillna(known["value"]),
        upper=known["high"].fillna(known["value"]),
    )
    table = pd.DataFrame(index=pd.Index(dict.fromkeys(known["row"]), name="id"))
    table["ecosystem"] = [CLASSES[name[:-1]] for name in table.index]
    table["method"] = known.drop_duplicates("row").set_index("row")["product_or_study"]
    for part in _PARTS:
        one = known[known["part"] == part].set_index("row")
        table[part] = one["middle"]
        table[f"{part}_low"], table[f"{part}_high"] = one["lower"], one["upper"]
    parts = table[["veg", "soil", "water"]]
    table["summed"] = parts.sum(axis=1, min_count=1)
    table["used"] = table["total"].fillna(table["summed"])
    square_metres = table["area"] * _AREA_TO_M2 / _PG_TO_KG
    table["density"] = table["used"] / square_metres
    table["veg_density"] = table["veg"] / square_metres
    table["soil_density"] = table["soil"] / square_metres
    return table


def row_sums() -> pd.DataFrame:
    """Return printed totals beside the sums of their parts, at both ends of a range.

    Returns
    -------
    pandas.DataFrame, index (id, end)
        `printed`, `summed`, `difference` [Pg C], `holds` within the rounding of the parts.
    """
    table, rows = stocks(), {}
    for name, row in table[table["total"].notna()].iterrows():
        ends = ("low", "high") if row["total_low"] < row["total_high"] else ("low",)
        for end in ends:
            parts = [row[f"{part}_{end}"] for part in ("veg", "soil", "water")]
            summed = float(np.nansum(parts))
            slack = ROUNDING * (1 + sum(np.isfinite(parts)))
            difference = float(row[f"total_{end}"]) - summed
            rows[name, end if len(ends) > 1 else "value"] = (
                row[f"total_{end}"], summed, difference, abs(difference) <= slack + 1e-9,
            )  # fmt: skip
    frame = pd.DataFrame.from_dict(
        rows, orient="index", columns=["printed", "summed", "difference", "holds"]
    )
    frame.index = pd.MultiIndex.from_tuples(frame.index, names=["id", "end"])
    return frame


def decompose(first: pd.Series, second: pd.Series) -> dict[str, float]:
    """Return what drives the ratio of two stocks: area or density.

    Parameters
    ----------
    first, second : pandas.Series
        Rows with `area`, `density` and `used`, all above 0.

    Returns
    -------
    dict
        `ratio`, `area_ratio`, `density_ratio` [1], whose logarithms add up; `area_share` and
        `density_share` of the logarithm of the ratio [1], NaN where the stocks are equal.

    Raises
    ------
    InputError
        If an area, density or stock is missing or not above 0.

    Notes
    -----
    S = A d, so ln(S2/S1) = ln(A2/A1) + ln(d2/d1): exact, and the same in both directions. A
    share below 0 or above 1 means that the two work against each other.
    """
    names = ("used", "area", "density")
    values = [(float(first[name]), float(second[name])) for name in names]
    if not all(np.isfinite(pair).all() and min(pair) > 0 for pair in values):
        pairs = (f"{name} {a:g} and {b:g}" for name, (a, b) in zip(names, values, strict=True))
        raise InputError(
            "A stock cannot be taken apart.", where=", ".join(names), found="; ".join(pairs),
            accepted="areas and stocks above 0",
            fix="Choose two estimates that print an area and a stock.",
        )  # fmt: skip
    ratio, area, density = (b / a for a, b in values)
    whole = np.log(ratio)
    area_share, density_share = (
        (float(np.log(part) / whole) if whole else float("nan")) for part in (area, density)
    )
    return {
        "ratio": ratio, "area_ratio": area, "density_ratio": density,
        "area_share": area_share, "density_share": density_share,
    }  # fmt: skip


def drivers() -> pd.DataFrame:
    """Return what drives the range of each class: its smallest row against its largest.

    Returns
    -------
    pandas.DataFrame, index ecosystem
        `low_id`, `high_id`, `low`, `high` [Pg C] and the entries of `decompose`. Wetland and
        cropland compare soil alone, the only part that all their rows give.
    """
    rows = {}
    for name, group in stocks().groupby("ecosystem", sort=False):
        part = group.assign(
            used=group["soil"] if name in ("wetland", "crop") else group["used"],
        )
        part["density"] = part["used"] / (part["area"] * _AREA_TO_M2 / _PG_TO_KG)
        small, large = part["used"].idxmin(), part["used"].idxmax()
        rows[name] = {
            "low_id": small, "high_id": large, "low": part.loc[small, "used"],
            "high": part.loc[large, "used"], **decompose(part.loc[small], part.loc[large]),
        }  # fmt: skip
    return pd.DataFrame.from_dict(rows, orient="index")


def spread(column: str) -> pd.Series:
    """Return largest over smallest of a column of `stocks`, by ecosystem [1]."""
    groups = stocks().groupby("ecosystem", sort=False)[column]
    return groups.max() / groups.min()


def four_systems() -> tuple[float, float]:
    """Return the least and most that forest, shrub, grass and cropland hold together [Pg C]."""
    rows = stocks()
    picks = [
        list(rows.loc[rows["ecosystem"] == name, "used"]) for name in ("grass", "shrub", "crop")
    ]
    fixed = float(forest.inventory()["stock"].iloc[-1])
    sums = [fixed + sum(choice) for choice in itertools.product(*picks)]
    return min(sums), max(sums)


def surveys() -> pd.DataFrame:
    """Return the stocks of each ecosystem in two national syntheses, beside the table's range.

    Returns
    -------
    pandas.DataFrame, index id
        `study`, `ecosystem`, `value`, `uncertainty` [Pg C], `low` and `high` of the table and
        `inside`. For forest the table is the inventory total of the last period.
    """
    rows = evidence.further("stocks_further.csv")
    rows = rows[rows["class"].isin(["forest", "shrub", "grass", "crop", "wetland"])]
    table = stocks().groupby("ecosystem")["used"].agg(["min", "max"])
    last = float(forest.inventory()["stock"].iloc[-1])
    table.loc["forest"] = (last, last)
    low, high = (table.loc[rows["class"], side].to_numpy() for side in ("min", "max"))
    return pd.DataFrame(
        {
            "study": rows["study"].to_numpy(),
            "ecosystem": rows["class"].to_numpy(),
            "value": rows["value"].to_numpy(),
            "uncertainty": rows["uncertainty"].to_numpy(),
            "low": low,
            "high": high,
            "inside": (rows["value"].to_numpy() >= low) & (rows["value"].to_numpy() <= high),
        },
        index=pd.Index(rows["id"], name="id"),
    )


def ranking() -> pd.DataFrame:
    """Return which pool is largest under each scope in which the question can be asked (F10).

    Returns
    -------
    pandas.DataFrame, index scope
        `forest`, `rival` (largest other) [Pg C], `rival_name`, `forest_is_largest`.
    """
    rows, last = stocks(), float(forest.inventory()["stock"].iloc[-1])
    trees = forest.pools(2018)
    cases = {}
    top = rows.loc[rows["used"].idxmax()]
    cases["total carbon, largest rows"] = (last, top["used"], top["ecosystem"])
    grass = rows.loc["grass2"]
    cases["total carbon, field survey of grassland"] = (last, grass["used"], "grass")
    green = rows.loc[rows["veg"].idxmax()]
    plants = trees["trees"] + trees["understory"]
    cases["vegetation carbon"] = (plants, green["veg"], green["ecosystem"])
    for study, group in surveys().groupby("study", sort=False):
        own = group.set_index("ecosystem")["value"]
        rival = own.drop("forest").idxmax()
        cases[f"total carbon, {study}"] = (own["forest"], own[rival], rival)
    frame = pd.DataFrame.from_dict(cases, orient="index", columns=["forest", "rival", "rival_name"])
    return frame.assign(forest_is_largest=frame["forest"] > frame["rival"])


def finding_f10() -> Finding:
    """Return F10: forest is called the largest pool beside a table in which it is not."""
    grass = stocks().loc[lambda rows: rows["ecosystem"] == "grass", "used"]
    last = float(forest.inventory()["stock"].iloc[-1])
    above = grass[grass > last]
    return Finding(
        id="F10",
        claims=("d22-forest-largest", "d22-forest-stock-2018", "d22-stock-grass"),
        printed=last,
        computed=float(grass.max()),
        unit="Pg C",
        holds=bool(len(above)),
        sentence=(
            f"Forest, {number(last, 1)} Pg C, is called the largest land pool; {len(above)} of "
            f"{len(grass)} grassland rows of the same paper are larger, "
            f"{number(above.min(), 1)} to {number(above.max(), 1)} Pg C. It is the largest in "
            "vegetation, and in surveys that count forest soil to the same depth."
        ),
    )
