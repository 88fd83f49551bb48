"""Text alternatives of the figures about seasons, computed from the data drawn."""

from __future__ import annotations

import calendar
from collections.abc import Mapping

import pandas as pd

from helpers.style import number, title_of

_SIGN = "land uptake positive"


def month_name(month: int) -> str:
    """Return the English name of a calendar month, 1 to 12."""
    return calendar.month_name[month]


def describe_months(frame: pd.DataFrame, *, titles: Mapping[str, str] | None = None) -> str:
    """Describe monthly values or the mean year of each product.

    Parameters
    ----------
    frame : pandas.DataFrame
        Tidy rows of one scope; periods ``2017-07`` or ``07``.
    """
    scope, unit = frame["scope"].iloc[0], frame["unit"].iloc[0]
    periods = sorted(frame["period"].unique())
    is_series = "-" in periods[0]
    span = f"monthly, {periods[0]} to {periods[-1]}" if is_series else "by month of the mean year"
    parts = [f"Line chart of the land uptake of {scope} {span}, {unit}, {_SIGN}."]
    ranges = {}
    for product in dict.fromkeys(frame["product"]):
        rows = frame[(frame["product"] == product) & (frame["member"] == "mean")]
        high, low = rows.loc[rows["value"].idxmax()], rows.loc[rows["value"].idxmin()]
        title = title_of(product, titles)
        ranges[title] = float(high["value"] - low["value"])
        positive = int((rows["value"] > 0).sum())
        parts.append(
            f"{title}: highest {number(high['value'])} in {_when(high['period'])}, lowest "
            f"{number(low['value'])} in {_when(low['period'])}, uptake in {positive} of "
            f"{len(rows)} months."
        )
        members = frame[(frame["product"] == product) & (frame["member"] != "mean")]
        if len(members):
            tops = members.loc[members.groupby("member")["value"].idxmax(), "value"]
            parts.append(
                f"The highest month of its {len(tops)} members is from {number(tops.min())} to "
                f"{number(tops.max())}."
            )
    if len(ranges) > 1:
        order = sorted(ranges, key=lambda title: -ranges[title])
        parts.append("Range from large to small: " + ", ".join(order) + ".")
    return " ".join(parts)


def _when(period: str) -> str:
    year, _, month = period.rpartition("-")
    return f"{month_name(int(month))} {year}".strip()


def describe_seasons(frame: pd.DataFrame, *, titles: Mapping[str, str] | None = None) -> str:
    """Describe growing seasons: length, start, end and peak by scope and product.

    Parameters
    ----------
    frame : pandas.DataFrame
        As drawn by :func:`helpers.season_charts.growing_seasons`.
    """
    scopes = list(dict.fromkeys(frame["scope"]))
    parts = [
        f"Bars of the growing season over the mean year in {len(scopes)} areas, from the first to "
        "the last day of net uptake around the peak."
    ]
    for scope in scopes:
        rows = frame[(frame["scope"] == scope) & (frame["member"] == "mean")]
        texts = [_season(row, titles) for _, row in rows.iterrows()]
        parts.append(f"{scope}: {'; '.join(texts)}.")
    return " ".join(parts)


def _season(row: pd.Series, titles: Mapping[str, str] | None) -> str:
    title = title_of(row["product"], titles)
    if row["length"] <= 0:
        return f"{title} no month of uptake"
    peak = month_name(int(row["peak_month"]))
    if row["whole_year"]:
        return f"{title} all year, peak in {peak}"
    return (
        f"{title} {row['length']:.0f} days from {day_name(row['start'])} to "
        f"{day_name(row['end'])}, peak in {peak}"
    )


def day_name(day: float) -> str:
    """Return a day of a common year, counted from zero, as ``17 March``.

    Examples
    --------
    >>> day_name(0.0), day_name(364.9)
    ('1 January', '31 December')
    """
    date = pd.Timestamp("2001-01-01") + pd.Timedelta(days=min(int(day), 364))
    return f"{date.day} {date:%B}"


def describe_sections(frame: pd.DataFrame, *, titles: Mapping[str, str] | None = None) -> str:
    """Describe latitude by time sections: extremes with their place and month.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns `product`, `south`, `north`, `period` (``2017-07``), `value`, `unit`.
    """
    unit, count = frame["unit"].iloc[0], frame["product"].nunique()
    parts = [
        f"{count} sections of latitude by month on one scale, {unit}, {_SIGN}, green for uptake, "
        "brown for release."
    ]
    for product in dict.fromkeys(frame["product"]):
        rows = frame[frame["product"] == product]
        high, low = rows.loc[rows["value"].idxmax()], rows.loc[rows["value"].idxmin()]
        share = float((rows["value"] > 0).mean())
        parts.append(
            f"{title_of(product, titles)}: highest {_spot(high)}, lowest {_spot(low)}; uptake in "
            f"{share:.0%} of rows and months."
        )
    return " ".join(parts)


def _spot(row: pd.Series) -> str:
    place = f"{row['south']:g} to {row['north']:g}°N"
    return f"{number(row['value'], 0)} at {place} in {_when(row['period'])}"


def describe_profiles(frame: pd.DataFrame, *, titles: Mapping[str, str] | None = None) -> str:
    """Describe winter and summer means by latitude.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns `product`, `member`, `period` (season), `south`, `north`, `value`, `unit`.
    """
    unit = frame["unit"].iloc[0]
    parts = [f"Mean uptake per area by latitude in winter and in summer, {unit}, {_SIGN}."]
    for product in dict.fromkeys(frame["product"]):
        texts = []
        for season in dict.fromkeys(frame["period"]):
            rows = frame[(frame["product"] == product) & (frame["period"] == season)]
            rows = rows[rows["member"] == "mean"]
            high, low = rows.loc[rows["value"].idxmax()], rows.loc[rows["value"].idxmin()]
            texts.append(
                f"{season} from {number(low['value'], 0)} at {low['south']:g}°N to "
                f"{number(high['value'], 0)} at {high['south']:g}°N"
            )
        parts.append(f"{title_of(product, titles)}: {'; '.join(texts)}.")
    return " ".join(parts)
