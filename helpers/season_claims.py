"""What the core study says about seasons: each statement tried on each product.

Every rule of :mod:`helpers.season_rules` is tried on the ensemble mean, and the note says for how
many members it holds.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product as combinations

import numpy as np
import xarray as xr

from helpers import budget, season
from helpers import season_rules as rules
from helpers.published import claim
from helpers.season_rules import Fields, Outcome, Rule, Thresholds
from helpers.seasonality import Seasonality
from helpers.statements import Test
from helpers.style import number

PRODUCTS = ("beps", "vegas", "oco2-mip")
"""Products the statements are about, by catalog key."""


def season_tests(seasons: Seasonality, limits: Thresholds | None = None) -> list[Test]:
    """Return the test of every statement of topic ``seasonality`` on every product.

    Parameters
    ----------
    seasons : Seasonality
        From :func:`helpers.seasonality.measure`.
    limits : Thresholds, optional
        Other thresholds than the book's.

    Returns
    -------
    list of Test
        Undecided where a product is absent or the years are not those of the statement.
    """
    chosen = limits or Thresholds()
    nation, zonal = seasons.mean_years["China"], seasons.zonal_years
    plan: list[tuple[str, Fields, Rule]] = [
        ("summer-peak", nation, rules.summer_peak(chosen)),
        ("winter", nation, rules.winter_weak(chosen)),
        ("winter-order", nation, rules.winter_order(chosen)),
        ("winter-allrelease", nation, rules.winter_release(chosen)),
        ("grow-order", nation, rules.summer_order(chosen)),
        ("zonal-extratrop", zonal, rules.clear_cycle(chosen)),
        ("s25-weak", zonal, rules.weak_cycle(chosen)),
        ("s25-allyear", zonal, rules.all_year(chosen)),
        ("bands", zonal, rules.band_maxima(chosen)),
        ("south-length", seasons.mean_years["South"], rules.south_length(chosen)),
        ("north-length", seasons.mean_years["North"], rules.north_summer(chosen)),
    ]
    found = []
    for short, fields, rule in plan:
        attempt = _ranked if short.endswith("-order") else _each
        found += attempt(seasons, f"z24-season-{short}", fields=fields, rule=rule)
    return [_with_interval(seasons, test) if _is_winter(test) else test for test in found]


def _is_winter(test: Test) -> bool:
    """Tell whether the number of a test is the winter mean of a product."""
    names = ("z24-season-winter", "z24-season-winter-allrelease")
    return test.claim in names and test.value is not None


def _with_interval(seasons: Seasonality, test: Test) -> Test:
    """Return a test of winter with the interval of its mean over resampled years in the note."""
    monthly = budget.ensemble_mean(seasons.monthly["China"][test.product])
    years = season.season_by_year(monthly, "DJF").values
    if years.size < 2:
        return test
    low, high = bootstrap_interval(years)
    words = f"{number(low)} to {number(high)} over resampled years"
    return replace(test, note="; ".join(part for part in (test.note, words) if part))


def _each(seasons: Seasonality, name: str, *, fields: Fields, rule: Rule) -> list[Test]:
    """Try a rule on each product by itself."""
    return [
        _one(seasons, name, field=fields.get(product), product=product, rule=rule)
        for product in PRODUCTS
    ]


def _one(
    seasons: Seasonality, name: str, *, field: xr.DataArray | None, product: str, rule: Rule
) -> Test:
    if field is None:
        return _absent(name, product, rule=rule)
    value, holds = rule.attempt(budget.ensemble_mean(field))
    note = ""
    if "member" in field.dims:
        agree = [rule.attempt(field.sel(member=m))[1] for m in field["member"].values]
        note = f"true of {sum(agree)} of {len(agree)} members"
    return _test(seasons, name, product=product, rule=rule, outcome=(value, holds), note=note)


def _ranked(seasons: Seasonality, name: str, *, fields: Fields, rule: Rule) -> list[Test]:
    """Try a rule on the three products together."""
    joined = "+".join(PRODUCTS)
    if not set(PRODUCTS) <= set(fields):
        return [_absent(name, joined, rule=rule)]
    means = {product: budget.ensemble_mean(fields[product]) for product in PRODUCTS}
    return [_test(seasons, name, product=joined, rule=rule, outcome=rule.attempt(means), note="")]


def _test(
    seasons: Seasonality, name: str, *, product: str, rule: Rule, outcome: Outcome, note: str
) -> Test:
    value, holds = outcome
    about = claim(name).period
    is_same = seasons.period == about
    return Test(
        claim=name,
        product=product,
        rule=rule.words,
        value=value,
        unit=rule.unit,
        holds=holds if is_same else None,
        is_standin=any(seasons.is_standin[key] for key in product.split("+")),
        note=note if is_same else f"computed for {seasons.period}, the statement is about {about}",
    )


def _absent(name: str, product: str, *, rule: Rule) -> Test:
    """Return a test that lacks a product."""
    return Test(
        claim=name,
        product=product,
        rule=rule.words,
        value=None,
        unit=rule.unit,
        holds=None,
        is_standin=False,
        note="a product it is about has no files here",
    )


def bootstrap_interval(
    values: np.ndarray, *, level: float = 0.9, seed: int = 2019
) -> tuple[float, float]:
    """Return the interval of the mean when years are drawn again with replacement.

    Parameters
    ----------
    values : numpy.ndarray, shape (year,)
        At least two.
    level : float
        Share of the resampled means inside.
    seed : int
        Of the random choice, made only where all resamples are too many (seven years and more).

    Returns
    -------
    tuple of float
        Lower and upper end. It shows variability between years, not error of the product.
    """
    count = values.size
    if count <= 6:
        draws = np.array(list(combinations(range(count), repeat=count)))
    else:
        draws = np.random.default_rng(seed).integers(0, count, size=(20_000, count))
    means = values[draws].mean(axis=1)
    tail = (1.0 - level) / 2.0
    low, high = np.quantile(means, [tail, 1.0 - tail])
    return float(low), float(high)
