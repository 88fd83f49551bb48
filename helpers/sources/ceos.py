"""The CEOS national CO2 budgets: a table of countries and years, not a grid.

Pilot top-down budgets from the OCO-2 v10 MIP (Byrne et al. 2023, ESSD 15, 963-1004). Values are
Tg CO2 yr-1; positive is to the atmosphere, or a loss of carbon on land. Countries are ISO-3
codes: China is ``CHN``; the table holds no row for ``TWN``, ``HKG`` or ``MAC``, and supranational
rows start with ``Region_``.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from helpers import units
from helpers.errors import InputError
from helpers.sources import ceos_file
from helpers.sources.ceos_file import EXPERIMENTS, SHARED, SHARED_COLUMNS

QUANTITIES = {
    "NBE": "net biosphere exchange, fires included, fossil fuel excluded",
    "NCE": "net carbon exchange, NBE + fossil",
    "dC_loss": "loss of carbon stock on land, NBE - rivers - wood_crop",
    "rivers": "lateral flux by rivers, negative where carbon leaves",
    "wood_crop": "lateral flux in traded wood and crops, negative where carbon leaves",
    "fossil": "fossil fuel and cement emissions",
}
"""Terms of the budget; exchange with the air is positive to the atmosphere."""

IDENTITIES = {
    "NCE = NBE + fossil": ("NCE", {"NBE": 1, "fossil": 1}),
    "dC_loss = NBE - rivers - wood_crop": ("dC_loss", {"NBE": 1, "rivers": -1, "wood_crop": -1}),
}
"""What the terms of a country and year must satisfy."""

_KEY = ["iso", "year", "experiment", "quantity"]


def read_budget_table(path: Path | str, *, rows: str = "years") -> pd.DataFrame:
    """Return the national budgets, one row a value.

    Parameters
    ----------
    path : Path or str
        ``pilot_topdown_CO2_Budget_countries_v1.csv``.
    rows : {"years", "mean"}
        The years, or the file's own rows ``mean`` over all of them (`year` is then 0). The two
        never come together, so that a mean cannot pass for a year.

    Returns
    -------
    pandas.DataFrame
        Columns iso, year, experiment, quantity, value and uncertainty [Tg CO2 yr-1],
        value_pg_c and uncertainty_pg_c [Pg C yr-1], rounding (half of the last printed digit,
        [Tg CO2 yr-1]) and positive (``atmosphere``). Uncertainties are the spread of the
        ensemble (kind ``members``), NaN where the file has none. ``attrs``: `notices` (list of
        str), `negative_uncertainties` and `missing_uncertainties` (counts).

    Raises
    ------
    InputError
        If the file is not that table, or a row is repeated or not a number.
    """
    if rows not in ("years", "mean"):
        raise InputError("Unknown rows.", where="rows", found=rows, accepted="'years' or 'mean'",
                         fix="Ask for one of these.")  # fmt: skip
    path = Path(path)
    wide, notices = ceos_file.rows_as_text(path)
    is_mean = wide["Year"] == "mean"
    wide = wide[is_mean if rows == "mean" else ~is_mean]
    parts = [
        _part(wide, path, experiment=experiment, quantity=quantity, names=names)
        for (experiment, quantity), names in ceos_file.columns().items()
    ]
    table = pd.concat(parts, ignore_index=True)
    negative = table["uncertainty"] < 0
    table["uncertainty"] = table["uncertainty"].abs()
    table["value_pg_c"] = units.tg_co2_to_pg_carbon(1.0) * table["value"]
    table["uncertainty_pg_c"] = units.tg_co2_to_pg_carbon(1.0) * table["uncertainty"]
    table["positive"] = "atmosphere"
    table.attrs = {
        "file": path.name,
        "units": "Tg CO2 yr-1",
        "uncertainty_kind": "members",
        "negative_uncertainties": int(negative.sum()),
        "missing_uncertainties": int(table["uncertainty"].isna().sum()),
        "notices": notices + _repairs(table, negative),
    }
    return table


def _repairs(table: pd.DataFrame, negative: pd.Series) -> list[str]:
    notices = []
    for quantity, count in table.loc[negative, "quantity"].value_counts().items():
        notices.append(f"{count} negative uncertainties of {quantity} were made positive")
    absent = table["uncertainty"].isna()
    if absent.any():
        places = ", ".join(sorted(table.loc[absent, "iso"].unique()))
        notices.append(f"{int(absent.sum())} values have no uncertainty in the file ({places})")
    return notices


def _part(
    wide: pd.DataFrame, path: Path, *, experiment: str, quantity: str, names: tuple[str, str]
) -> pd.DataFrame:
    value, uncertainty = (ceos_file.numbers(wide, name, file=path) for name in names)
    if value.isna().any():
        row = wide.loc[value.isna().idxmax()]
        raise InputError(
            "A value is missing.",
            file=path,
            where=f"{names[0]}, {row['Alpha 3 Code']} {row['Year']}",
            found=repr(row[names[0]]),
            accepted="a number",
            fix="Fetch the file again.",
        )
    return pd.DataFrame(
        {
            "iso": wide["Alpha 3 Code"],
            "year": wide["Year"].replace("mean", "0").astype(int),
            "experiment": experiment,
            "quantity": quantity,
            "value": value,
            "uncertainty": uncertainty,
            "rounding": wide[names[0]].map(ceos_file.half_digit),
        }
    )


def read_constraints(path: Path | str) -> pd.DataFrame:
    """Return how far the observations decide the budget of each country and year.

    Parameters
    ----------
    path : Path or str
        ``pilot_topdown_CO2_Budget_countries_v1.csv``.

    Returns
    -------
    pandas.DataFrame
        Columns iso, year (0 for the mean over all years), experiment, `fur` (fractional reduction
        of the spread of net carbon exchange against the prior, 1 - posterior SD / prior SD) and
        `z_statistic` (median of LNLG less median of IS, over the SD of their difference; the same
        for every experiment) [1], NaN where the file has none.

    Raises
    ------
    InputError
        If the file is not that table, a column is absent or a cell is not a number.
    """
    path = Path(path)
    wide, _ = ceos_file.rows_as_text(path)
    parts = []
    for experiment in EXPERIMENTS:
        names = {key: name.format(experiment=experiment)
                 for key, name in ceos_file.CONSTRAINTS.items()}  # fmt: skip
        absent = [name for name in names.values() if name not in wide.columns]
        if absent:
            raise InputError("Columns are missing.", file=path, found="absent: " + absent[0],
                             accepted="the columns of version 1",
                             fix="Fetch the table again.")  # fmt: skip
        numbers = {key: ceos_file.numbers(wide, name, file=path) for key, name in names.items()}
        years = wide["Year"].replace("mean", "0").astype(int)
        parts.append(
            pd.DataFrame({"iso": wide["Alpha 3 Code"], "year": years, "experiment": experiment,
                          **numbers})
        )  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def check_identities(table: pd.DataFrame) -> pd.DataFrame:
    """Return how well the budget closes for every country, year and experiment.

    Parameters
    ----------
    table : pandas.DataFrame
        From :func:`read_budget_table`.

    Returns
    -------
    pandas.DataFrame
        Columns identity, iso, year, experiment, residual and tolerance [Tg CO2 yr-1], holds. The
        tolerance is what rounding of the printed numbers can make: the sum of half of the last
        digit of every term, plus 1e-9 of the largest.
    """
    wide = table.set_index(_KEY)[["value", "rounding"]].unstack("quantity")
    shared = wide.xs(SHARED, level="experiment")
    results = []
    for name, (left, right) in IDENTITIES.items():
        for experiment in EXPERIMENTS:
            own = wide.xs(experiment, level="experiment")
            terms = {
                q: (shared if q in SHARED_COLUMNS else own).xs(q, level="quantity", axis=1)
                for q in (left, *right)
            }
            total = sum(sign * terms[q]["value"] for q, sign in right.items())
            tolerance = sum(t["rounding"] for t in terms.values())
            largest = pd.concat([t["value"].abs() for t in terms.values()], axis=1).max(axis=1)
            frame = pd.DataFrame(
                {
                    "residual": terms[left]["value"] - total,
                    "tolerance": tolerance + 1e-9 * largest,
                }
            ).reset_index()
            results.append(frame.assign(identity=name, experiment=experiment))
    report = pd.concat(results, ignore_index=True)
    report["holds"] = report["residual"].abs() <= report["tolerance"]
    order = ["identity", "iso", "year", "experiment", "residual", "tolerance", "holds"]
    return report[order]


def china_budget(
    table: pd.DataFrame, *, start_year: int, end_year: int, iso: tuple[str, ...] = ("CHN",)
) -> pd.DataFrame:
    """Return the mean budget of China over whole years.

    Parameters
    ----------
    table : pandas.DataFrame
        From :func:`read_budget_table`, rows of years.
    start_year, end_year : int
        First and last year, both included.
    iso : tuple of str
        Codes to add up. The table keys by ISO-3 and has no row for TWN, HKG or MAC.

    Returns
    -------
    pandas.DataFrame
        Columns experiment, quantity, value [Tg CO2 yr-1], value_pg_c, interannual_sd_pg_c
        (divisor n - 1) and member_sd_pg_c [Pg C yr-1], n (years); positive to the atmosphere.
        `member_sd_pg_c` is the mean over years of the published ensemble spread, not divided by
        the root of n: members share observations and priors, and their spread does not fall with
        the number of years. Several countries add it up linearly, its upper bound.

    Raises
    ------
    InputError
        If a country or a year is not in the table.
    """
    years = list(range(start_year, end_year + 1))
    part = table[table["iso"].isin(iso) & table["year"].isin(years)]
    _check_complete(table, part, years=years, iso=iso)
    by_year = part.groupby(["experiment", "quantity", "year"])[
        ["value", "value_pg_c", "uncertainty_pg_c"]
    ].sum(min_count=len(iso))
    groups = by_year.groupby(["experiment", "quantity"])
    result = pd.DataFrame(
        {
            "value": groups["value"].mean(),
            "value_pg_c": groups["value_pg_c"].mean(),
            "interannual_sd_pg_c": groups["value_pg_c"].std(ddof=1),
            "member_sd_pg_c": groups["uncertainty_pg_c"].mean(),
            "n": groups["value"].size(),
        }
    ).reset_index()
    result.attrs = {
        "iso": list(iso),
        "period": f"{start_year}-{end_year}",
        "positive": "atmosphere",
    }
    return result


def _check_complete(
    table: pd.DataFrame, part: pd.DataFrame, *, years: list[int], iso: tuple[str, ...]
) -> None:
    have = set(zip(part["iso"], part["year"], strict=True))
    absent = [f"{code} {year}" for code in iso for year in years if (code, year) not in have]
    if absent or not years or not iso:
        there = sorted(int(y) for y in table["year"].unique())
        codes = sorted(code for code in table["iso"].unique() if not code.startswith("Region_"))
        raise InputError(
            "The table does not hold these countries and years.",
            file=table.attrs.get("file"),
            where="iso, year",
            found="absent: " + (", ".join(absent[:6]) or "everything"),
            accepted=f"years {there[0]} to {there[-1]}; {len(codes)} countries by ISO-3 code"
            if there
            else "a table with rows",
            fix="Choose years and codes that are in it; TWN, HKG and MAC are not.",
        )
