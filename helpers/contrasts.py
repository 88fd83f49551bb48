"""The contrasts that the study states, under several readings of its undefined ±.

One reading takes errors as independent; one takes the correlation that the printed ± of nation and
parts imply (F3); one takes the ± of the inversions for what it should be, a spread across members.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from scipy import stats

from helpers import geography, pooling, printed_spreads, published, tension
from helpers.ecosystems import FOUR
from helpers.results import Row
from helpers.rulers import label_canvas, line_label
from helpers.scope_charts import face, legend_below
from helpers.spreads import rows_of
from helpers.style import INK, MUTED, Drawing, book_style, number, product_styles

INDEPENDENT = "errors independent"
IMPLIED = "correlated as the national ± implies"
POSITIVE = "correlation +0.5"
MEMBERS = "OCO-2: spread across members"
READINGS = (INDEPENDENT, IMPLIED, POSITIVE, MEMBERS)
"""Ways to read the printed ±."""

_MARKS = {INDEPENDENT: ("beps", "filled"), IMPLIED: ("vegas", "filled"),
          POSITIVE: ("ceos", "open"), MEMBERS: ("oco2-mip", "filled")}  # fmt: skip

_V9_RANGE = "z24-d-v9-range"
V9_MEMBERS = 10
"""Inversions of the previous ensemble, from its primary publication."""

_OCO2 = "z24-national-oco2"
_SLUGS = {"beps": "beps", "vegas": "vegas", "oco2": "oco2-mip"}


def member_spread() -> float:
    """Return the SD across members that the range quoted for the previous ensemble implies.

    The study quotes a range over inversions; the ten inversions of that ensemble are from its
    primary publication, and a Gaussian distribution is assumed [Pg C yr-1].
    """
    quoted = published.claim(_V9_RANGE)
    if quoted.low is None or quoted.high is None:
        message = f"{_V9_RANGE} has no range"
        raise ValueError(message)
    return pooling.range_to_sd(quoted.high - quoted.low, n=V9_MEMBERS)


def implied_correlations() -> dict[tuple[str, str], float]:
    """Return the correlation the printed ± imply, by product and ``region`` or ``eco``."""
    return {
        (check.product, kind): check.correlation
        for kind, names in (("region", geography.REGIONS), ("eco", FOUR))
        for check in printed_spreads.spread_checks(names)
    }


def readings(pairs: Mapping[str, tuple[str, str]] = tension.CONTRASTS) -> pd.DataFrame:
    """Return every contrast under every reading that applies to it.

    Parameters
    ----------
    pairs : mapping of str to tuple of str
        Label, and the two claims; empty for zero.

    Returns
    -------
    pandas.DataFrame
        Columns `contrast`, `reading`, `difference`, `sd` [Pg C yr-1], `z`, `probability` that the
        first is larger, `resolved` (z of at least :data:`helpers.tension.RESOLVED`).
    """
    implied, spread = implied_correlations(), member_spread()
    rows = []
    for label, ids in pairs.items():
        (first, first_sd), (second, second_sd) = (_value(name) for name in ids)
        cases: dict[str, tuple[float, float, float]] = {INDEPENDENT: (first_sd, second_sd, 0.0)}
        own = {_key(name) for name in ids if name}
        if "" not in ids and len(own) == 1 and next(iter(own)) in implied:
            cases[IMPLIED] = (first_sd, second_sd, implied[next(iter(own))])
        if "" not in ids:
            cases[POSITIVE] = (first_sd, second_sd, 0.5)
        if _OCO2 in ids:
            wide = [spread if name == _OCO2 else sd
                    for name, sd in zip(ids, (first_sd, second_sd), strict=True)]  # fmt: skip
            cases[MEMBERS] = (wide[0], wide[1], 0.0)
        for reading, (a, b, rho) in cases.items():
            difference, sd, z, probability = pooling.contrast(
                first, second, first_sd=a, second_sd=b, correlation=rho
            )
            rows.append((label, reading, difference, sd, z, probability, z >= tension.RESOLVED))
    columns = ["contrast", "reading", "difference", "sd", "z", "probability", "resolved"]
    return pd.DataFrame(rows, columns=columns)


def summary_rows(table: pd.DataFrame) -> list[Row]:
    """Return how many contrasts each reading leaves resolved, as result rows."""
    rows = []
    for reading, part in table.groupby("reading", sort=False):
        slug = {INDEPENDENT: "independent", IMPLIED: "implied", POSITIVE: "positive",
                MEMBERS: "members"}[str(reading)]  # fmt: skip
        shared: dict[str, Any] = {
            "product": "published", "scope": "China", "period": "2015-2019", "unit": "1"
        }  # fmt: skip
        rows += [
            Row(quantity="contrasts", member=slug, value=float(len(part)), **shared),
            Row(quantity="contrasts_resolved", member=slug, value=float(part["resolved"].sum()),
                **shared),
        ]  # fmt: skip
    return rows


def probability_chart(table: pd.DataFrame, *, title: str) -> Drawing:
    """Draw the probability of each contrast's sign, one line a contrast, one mark a reading."""
    order = list(dict.fromkeys(table["contrast"]))
    styles = product_styles([product for product, _ in _MARKS.values()])
    with book_style():
        figure, axes = label_canvas(len(order) * 0.31 + 0.1, below=0.66 + 4 * 0.27, title=title)
        axes.set_xlim(48, 101)
        resolved = 100 * float(stats.norm.cdf(tension.RESOLVED))
        axes.axvline(resolved, color=INK, linewidth=1.2, zorder=1)
        for place, name in enumerate(order):
            y = 0.05 + 0.31 * (place + 0.5)
            rows = table[table["contrast"] == name]
            line_label(axes, name, y=y)
            ends = 100 * rows["probability"]
            axes.hlines(y, ends.min(), ends.max(), color=MUTED, linewidth=1.0, zorder=2)
            for row in rows_of(rows):
                product, look = _MARKS[row.reading]
                axes.plot(100 * row.probability, y, styles[product].marker, zorder=3,
                          clip_on=False, **face(look, styles[product].colour))  # fmt: skip
        axes.set_xlabel("probability of the stated sign, %")
        handles = [
            axes.plot([], [], styles[product].marker, **face(look, styles[product].colour))[0]
            for product, look in _MARKS.values()
        ]
        legend_below(figure, handles, labels=list(_MARKS))
    return Drawing(figure, table, _describe(table, title))


def _describe(table: pd.DataFrame, title: str) -> str:
    parts = []
    for name, rows in table.groupby("contrast", sort=False):
        values = ", ".join(
            f"{row.reading} {number(100 * row.probability, 0)} %" for row in rows_of(rows)
        )
        parts.append(f"{name}: {values}")
    plain = table[table["reading"] == INDEPENDENT]
    return (
        f"Dot chart. {title}, probability of the stated sign: "
        f"{int(plain['resolved'].sum())} of {len(plain)} contrasts are resolved with independent "
        f"errors. {'; '.join(parts)}."
    )


def _key(name: str) -> tuple[str, str]:
    """Return product and kind of scope of a claim such as ``z24-region-south-beps``."""
    words = name.split("-")
    return _SLUGS.get(words[-1], words[-1]), words[1]


def _value(name: str) -> tuple[float, float]:
    if not name:
        return 0.0, 0.0
    found = published.claim(name)
    if found.value is None or found.uncertainty is None:
        message = f"{name} has no value with ±"
        raise ValueError(message)
    return found.value, found.uncertainty
