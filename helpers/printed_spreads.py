"""What the printed ± of the study say about each other: can the parts make the whole (F3).

The study does not say what its ± is. Whatever it is, the ± of a sum follows from the ± of its
parts and how they vary together, so that printed values imply a correlation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from helpers import budget, geography, scopes, summary
from helpers.errors import InputError
from helpers.findings import Finding
from helpers.printed import SLUGS
from helpers.published import claim
from helpers.results import Row
from helpers.style import number, title_of

HALF_NATIONAL = 0.005
"""Half a unit of the last digit of a national ± [Pg C yr-1]."""


@dataclass(frozen=True, kw_only=True)
class SpreadCheck:
    """Printed ± of parts against the printed ± of their sum, for one product [Pg C yr-1].

    Parameters
    ----------
    product : str
        Catalog key.
    parts : tuple of float
        ± of the parts.
    whole : float
        ± of the sum, as printed.
    """

    product: str
    parts: tuple[float, ...]
    whole: float

    @property
    def quadrature(self) -> float:
        """± of the sum if the parts vary independently."""
        return float(np.hypot.reduce(self.parts))

    @property
    def linear(self) -> float:
        """± of the sum if the parts vary as one."""
        return float(sum(self.parts))

    @property
    def lowest(self) -> float:
        """± of the sum if the largest part is opposed by all others."""
        return max(0.0, 2 * max(self.parts) - self.linear)

    @property
    def correlation(self) -> float:
        """Mean correlation between pairs of parts that the printed values imply."""
        return implied_correlation(self.parts, self.whole)

    @property
    def correlation_range(self) -> tuple[float, float]:
        """Lowest and highest implied correlation that rounding of the whole leaves open."""
        ends = (self.whole - HALF_NATIONAL, self.whole + HALF_NATIONAL)
        low, high = (implied_correlation(self.parts, end) for end in ends)
        return low, high


def implied_correlation(parts: Sequence[float], whole: float) -> float:
    """Return the mean correlation between pairs that turns the ± of parts into that of a sum.

    Parameters
    ----------
    parts : sequence of float
        Standard deviations, at least two of them above zero.
    whole : float
        Standard deviation of the sum, same unit.

    Returns
    -------
    float
        Weighted by the products of the deviations; outside -1 to 1 if impossible.

    Notes
    -----
    var(sum) = sum s_i^2 + 2 r sum_{i<j} s_i s_j, so r = (whole^2 - Q^2) / (L^2 - Q^2) with the
    quadrature sum Q and the linear sum L.

    Raises
    ------
    InputError
        If fewer than two parts vary.
    """
    values = np.asarray(parts, float)
    squares, pairs = float((values**2).sum()), float(values.sum() ** 2 - (values**2).sum())
    if pairs <= 0:
        raise InputError("No pair of parts varies, so no correlation is implied.",
                         where="parts", found=values.tolist(), accepted="two ± above zero",
                         fix="Give the ± of two parts or more that vary.")  # fmt: skip
    return (whole**2 - squares) / pairs


def spread_checks(names: Sequence[str]) -> list[SpreadCheck]:
    """Return the check of each product for the four regions, or for the four ecosystems."""
    return [
        SpreadCheck(
            product=key,
            parts=tuple(scopes.published_spreads(names, product=key)),
            whole=_spread(summary.study_claims("China")[key]),
        )
        for key in SLUGS
    ]


def spread_findings() -> list[Finding]:
    """Return F3 by product: regional ± that fit the national one only by compensation."""
    found = []
    for check in spread_checks(geography.REGIONS):
        low, high = check.correlation_range
        names = (*geography.REGIONS, "China")
        found.append(
            Finding(
                id="F3", unit="Pg C yr-1", printed=check.whole, computed=check.quadrature,
                claims=tuple(summary.study_claims(name)[check.product] for name in names),
                holds=high < 0,
                sentence=(
                    f"{title_of(check.product)}: independent regions would give "
                    f"± {number(check.quadrature, 3)}, regions moving as one "
                    f"± {number(check.linear, 3)}; the printed ± {number(check.whole)} needs a "
                    f"mean correlation of {number(check.correlation)} ({number(low)} to "
                    f"{number(high)} by rounding)."
                ),
            )
        )  # fmt: skip
    return found


def spread_rows(checks: Sequence[SpreadCheck], *, kind: str) -> list[Row]:
    """Return sums of ± and implied correlations as result rows, `kind` in their names."""
    return [
        Row(quantity=f"published_{kind}_{name}", product=check.product, scope="China",
            period="2015-2019", value=value, unit=unit)
        for check in checks
        for name, value, unit in (
            ("spread_quadrature", check.quadrature, "Pg C yr-1"),
            ("spread_linear", check.linear, "Pg C yr-1"),
            ("spread_correlation", check.correlation, "1"),
        )
    ]  # fmt: skip


def computed_correlation(annual: xr.DataArray) -> float | None:
    """Return the mean correlation between pairs of scopes that yearly totals have.

    Parameters
    ----------
    annual : xarray.DataArray, dims (year, scope) and optionally member [Pg C yr-1]
        Ensembles enter as their mean.

    Returns
    -------
    float or None
        Weighted as in :func:`implied_correlation`; None for a single year or scope.
    """
    series = budget.ensemble_mean(annual)
    if series.sizes["year"] < 2 or series.sizes["scope"] < 2:
        return None
    parts = series.std("year", ddof=1).values
    return implied_correlation(list(parts), float(series.sum("scope").std("year", ddof=1)))


def _with_range(check: SpreadCheck) -> str:
    low, high = check.correlation_range
    return f"{number(check.correlation)} ({number(low)} to {number(high)})"


def spread_table(
    checks: Sequence[SpreadCheck], *, computed: Mapping[str, float | None] | None = None
) -> pd.DataFrame:
    """Return the checks as a table for a page, with the correlation `computed` by product."""
    found = {key: value for key, value in (computed or {}).items() if value is not None}
    return pd.DataFrame(
        {
            "product": title_of(check.product),
            "printed": number(check.whole),
            "independent": number(check.quadrature, 3),
            "as one": number(check.linear, 3),
            "implied correlation": _with_range(check),
            "in the data here": number(found[check.product]) if check.product in found else "",
        }
        for check in checks
    )


def _spread(identifier: str) -> float:
    spread = claim(identifier).uncertainty
    if spread is None:
        raise InputError("A published ± is missing.", file="data/published/claims.csv",
                         where=identifier, found="no ±", accepted="a ±",
                         fix="Name a claim that prints its ±.")  # fmt: skip
    return spread
