"""What a count of sites says about a region: intervals, dependence, and what it cannot say."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from helpers.errors import InputError

METHODS = {"wilson": "wilson", "clopper-pearson": "beta"}
"""Names of intervals, and what statsmodels calls them."""


def interval(
    count: float, sites: float, *, method: str = "wilson", confidence: float = 0.95
) -> tuple[float, float]:
    """Return the interval of a proportion.

    Parameters
    ----------
    count, sites : float
        Sites with a property, and all sites; may be fractions where sites count for less than one.
    method : {"wilson", "clopper-pearson"}
        Score interval, or the exact one, which is never too narrow.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    tuple of float
        Low and high [1].

    Raises
    ------
    InputError
        If the count is not among the sites, or the method or confidence is unknown.

    Notes
    -----
    Holds if sites are drawn at random from the area, independently; else see :func:`dependence`.
    """
    if method not in METHODS:
        raise InputError("Unknown interval.", where="interval_method", found=repr(method),
                         accepted=" or ".join(METHODS), fix="Choose one of them.")  # fmt: skip
    if not 0 <= count <= sites or sites <= 0:
        raise InputError("The count is not among the sites.", where="count, sites",
                         found=f"{count:g} of {sites:g}",
                         accepted="0 to all sites, at least one site",
                         fix="Count the sites with the property among all sites.")  # fmt: skip
    if not 0 < confidence < 1:
        raise InputError("Not a confidence.", where="confidence", found=confidence,
                         accepted="between 0 and 1, such as 0.95",
                         fix="Give a share, not a percentage.")  # fmt: skip
    low, high = proportion_confint(count, sites, alpha=1 - confidence, method=METHODS[method])
    return float(low), float(high)


def dependence(
    count: int, sites: int, *, independent: Sequence[float], confidence: float = 0.95
) -> pd.DataFrame:
    """Return how the interval widens when sites near each other repeat one another.

    Parameters
    ----------
    count, sites : int
        As counted.
    independent : sequence of float
        How many independent places the sites are worth, at most `sites`.
    confidence : float
        As in :func:`interval`.

    Returns
    -------
    pandas.DataFrame
        Columns `independent`, `low`, `high` (Wilson, same proportion) and `majority`: the lower
        end is above one half.
    """
    rows = []
    for number in independent:
        if not 0 < number <= sites:
            raise InputError("Not a number of independent places.", where="independent",
                             found=f"{number}", accepted=f"above 0, at most {sites}",
                             fix="Give no more places than sites.")  # fmt: skip
        low, high = interval(count / sites * number, number, confidence=confidence)
        rows.append({"independent": number, "low": low, "high": high, "majority": low > 0.5})
    return pd.DataFrame(rows)


def least_independent(count: int, sites: int, *, confidence: float = 0.95) -> int | None:
    """Return the fewest independent places for which a majority is still established.

    None where even all sites do not establish it.
    """
    table = dependence(
        count, sites, independent=range(1, sites + 1), confidence=confidence
    ).sort_values("independent", ascending=False)
    kept = table["majority"].cumprod().astype(bool)
    return int(table.loc[kept, "independent"].min()) if kept.any() else None


def break_even(count: int, sites: int) -> float:
    """Return how many times stronger sources must be than sinks for the sites to add up to zero.

    Sites of equal area: ``count * sink = (sites - count) * source``. Infinite without a source.

    Examples
    --------
    >>> break_even(24, 32)
    3.0
    """
    interval(count, sites)  # refuses impossible counts
    return count / (sites - count) if count < sites else float("inf")
