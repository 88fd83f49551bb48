"""What the printed ± can be: candidates beside it, and tests of the statements that rest on it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from helpers import contrasts, geography, printed_spreads, scopes, summary
from helpers.air_spreads import AirSpread
from helpers.coverage import Toy, effective_members, sd_range
from helpers.published import claim
from helpers.results import Row
from helpers.statements import PUBLISHED, Test
from helpers.units import TOTAL_UNITS


def candidates(
    spreads: Sequence[AirSpread], *, start_year: int = 2015, end_year: int = 2019, members: int = 14
) -> pd.DataFrame:
    """Return what the ± printed with the national value of the inversions could be, as rulers.

    Parameters
    ----------
    spreads : sequence of AirSpread
        From :func:`helpers.air_spreads.air_spreads`; experiment LNLGIS is used.
    start_year, end_year : int
        Window of the study.
    members : int
        Members of the ensemble, for the standard error nobody should use.
    """
    whole = next(item for item in spreads if item.experiment == "LNLGIS")
    inversions = whole.within(start_year, end_year) or whole
    years = len(inversions.years)
    wide = contrasts.member_spread()
    checks = {c.product: c for c in printed_spreads.spread_checks(geography.REGIONS)}
    lines = [
        ("printed ±, undefined", "oco2-mip", _printed(), True),
        (f"years, SD over {years}", "ceos", inversions.interannual, False),
        (f"years, SD / √{years}", "ceos", inversions.interannual / math.sqrt(years), False),
        ("regions, if independent", "oco2-mip", checks["oco2-mip"].quadrature, False),
        ("regions, as one", "oco2-mip", checks["oco2-mip"].linear, False),
        ("members, from v9 range", "oco2-mip", wide, False),
        (f"members, SD / √{members}", "oco2-mip", wide / math.sqrt(members), False),
    ]
    if inversions.of_average_year is not None:
        lines.append(("members, CEOS table", "ceos", inversions.of_average_year, False))
    return pd.DataFrame(
        {"group": "", "label": label, "product": product, "sd": size, "unit": TOTAL_UNITS,
         "is_open": is_open}
        for label, product, size, is_open in lines
    )  # fmt: skip


def candidate_rows(frame: pd.DataFrame) -> list[Row]:
    """Return the candidates as result rows ``candidate_<what>``, and one ratio to the printed ±."""
    sizes = dict(zip(frame["label"], frame["sd"], strict=True))
    ratio = sizes["members, from v9 range"] / sizes["printed ±, undefined"]
    names = {"members, from v9 range": "members_v9", "regions, if independent": "regions"}
    names |= {label: "members_error" for label in frame["label"] if label.startswith("members, SD")}
    names |= {label: "years" for label in frame["label"] if label.startswith("years, SD over")}
    rows = [
        Row(quantity=f"candidate_{names[row.label]}", product=row.product, scope="China",
            period="2015-2019", value=row.sd, unit=TOTAL_UNITS)
        for row in frame.itertuples()
        if row.label in names
    ]  # fmt: skip
    return [*rows, _row("candidate_members_v9_ratio", "oco2-mip", value=ratio, period="2015-2019")]


def factor_rows() -> list[Row]:
    """Return how well an SD of five years is known, and the correlations F3 needs, as rows."""
    low, high = sd_range(_window())
    rows = [
        _row("sd_factor_low", PUBLISHED, value=low, period="2015-2019"),
        _row("sd_factor_high", PUBLISHED, value=high, period="2015-2019"),
    ]
    for (product, kind), value in contrasts.implied_correlations().items():
        rows.append(_row(f"implied_correlation_{kind}", product, value=value, period="2015-2019"))
        if kind == "region":
            needed = needed_correlation(product)
            rows.append(_row("needed_correlation", product, value=needed, period="2015-2019"))
    return rows


def coverage_rows(toy: Toy, simulated: pd.Series, *, exact: pd.Series, level: float) -> list[Row]:
    """Return the toy ensemble's coverages [%] and sizes as rows of product ``toy``.

    Members of ``coverage_simulated`` and ``coverage_exact`` are the intervals of
    :data:`helpers.coverage.INTERVALS`.
    """
    rows = [
        Row(quantity=name, product="toy", member=str(interval), scope="China", period="static",
            value=100 * float(value), unit="%")
        for name, table in (("coverage_simulated", simulated), ("coverage_exact", exact))
        for interval, value in table.items()
    ]  # fmt: skip
    return [
        *rows,
        Row(quantity="coverage_nominal", product="toy", scope="China", period="static",
            value=100 * level, unit="%"),
        Row(quantity="shared_error", product="toy", scope="China", period="static",
            value=toy.shared, unit=TOTAL_UNITS),
        _row("effective_members", "toy", value=effective_members(toy), period="static"),
    ]  # fmt: skip


def _row(quantity: str, product: str, *, value: float, period: str) -> Row:
    return Row(quantity=quantity, product=product, scope="China", period=period, value=value,
               unit="1")  # fmt: skip


def f3_table() -> pd.DataFrame:
    """Return what the printed ± of parts say about the printed ± of the nation, as a table."""
    parts = {"four regions": geography.REGIONS, "four ecosystems": contrasts.FOUR}
    tables = []
    for words, names in parts.items():
        checks = printed_spreads.spread_checks(names)
        table = printed_spreads.spread_table(checks)
        tables.append(table.assign(parts=words))
    whole = pd.concat(tables, ignore_index=True).set_index(["parts", "product"])
    return whole[[name for name in whole.columns if name != "in the data here"]]


def needed_correlation(product: str) -> float:
    """Return the correlation of the largest region with the rest that the national ± needs.

    The rest is taken as three independent regions; below -1 no such regions exist [1].
    """
    spreads = scopes.published_spreads(geography.REGIONS, product=product)
    whole = claim(summary.study_claims("China")[product]).uncertainty
    largest = max(spreads)
    rest = math.sqrt(sum(s**2 for s in spreads) - largest**2)
    if whole is None:
        message = f"{product} has no ±"
        raise ValueError(message)
    return (whole**2 - largest**2 - rest**2) / (2 * largest * rest)


def spread_tests() -> list[Test]:
    """Return the tests about the sample behind ± that published numbers decide."""
    years = _window()
    low, high = sd_range(years)
    return [
        Test(
            claim="z24-m-period", product=PUBLISHED, value=float(years), unit="yr",
            holds=years == len(range(2015, 2020)), is_standin=False,
            rule="the window from its first to its last year holds five years",
            note=f"an SD from so few values is known to a factor of {low:.1f} to {high:.1f}",
        ),
    ]  # fmt: skip


def _printed() -> float:
    found = claim("z24-national-oco2").uncertainty
    if found is None:
        message = "z24-national-oco2 has no ±"
        raise ValueError(message)
    return found


def _window() -> int:
    """Return the years of the study's window."""
    window = claim("z24-m-period")
    if window.low is None or window.high is None:
        message = "z24-m-period has no years"
        raise ValueError(message)
    return int(window.high - window.low) + 1
