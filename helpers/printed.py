"""What the printed totals and percents of the study say about each other, rounding included.

Nothing here needs a gridded flux: totals and percents are taken from the claims as printed, and
rounding is carried through by the corners of the intervals that it leaves open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product as corners

import pandas as pd

from helpers import geography, scopes, summary
from helpers.ecosystems import FOUR
from helpers.errors import InputError
from helpers.findings import Finding
from helpers.published import claim
from helpers.results import Row
from helpers.style import number, title_of

HALF_TOTAL = 0.0005
"""Half a unit of the last digit of a regional or ecosystem total [Pg C yr-1]."""

HALF_SHARE = 0.05
"""Half a unit of the last digit of a printed share [%]."""

SLUGS: dict[str, str] = {"beps": "beps", "vegas": "vegas", "oco2-mip": "oco2"}
"""Name of each product in the ids of claims."""


@dataclass(frozen=True, kw_only=True)
class PrintedShare:
    """One printed percent beside the shares that the printed totals give.

    Parameters
    ----------
    claim, product, scope : str
        Id of the percent, catalog key, and the region or ecosystem.
    printed : float
        As printed [%].
    of_own, of_nation : tuple of float
        Lowest, central and highest share that rounding leaves open [%]: of the sum of the scope's
        own kind (four regions or four classes), and of the nation (four regions).
    """

    claim: str
    product: str
    scope: str
    printed: float
    of_own: tuple[float, float, float]
    of_nation: tuple[float, float, float]

    @property
    def fits_own(self) -> bool:
        """True if the printed percent can be a share of the sum of its own kind."""
        return _meets(self.of_own, self.printed)

    @property
    def fits_nation(self) -> bool:
        """True if the printed percent can be a share of the national total."""
        return _meets(self.of_nation, self.printed)


def _meets(share: tuple[float, float, float], printed: float) -> bool:
    low, _, high = share
    return low - HALF_SHARE <= printed + 1e-9 and printed - 1e-9 <= high + HALF_SHARE


def share_claim(scope: str, product: str) -> str:
    """Return the id of the printed share of a scope.

    Examples
    --------
    >>> share_claim("Qinghai-Tibet", "oco2-mip")
    'z24-region-pct-plateau-oco2'
    """
    stem = summary.study_claims(scope)[product].removesuffix(f"-{SLUGS[product]}")
    kind, _, name = stem.removeprefix("z24-").partition("-")
    return f"z24-{kind}-pct-{name}-{SLUGS[product]}"


def printed_shares(names: Sequence[str]) -> list[PrintedShare]:
    """Return every printed share of regions or of ecosystems, three products each.

    Parameters
    ----------
    names : sequence of str
        All four regions, or all four ecosystems: the denominator is their sum.
    """
    found = []
    for key in SLUGS:
        own = scopes.published_means(names, product=key)
        nation = sum(scopes.published_means(geography.REGIONS, product=key))
        inside = tuple(names) == geography.REGIONS
        for name, part in zip(names, own, strict=True):
            of_own = _share(part, sum(own) - part)
            identifier = share_claim(name, key)
            found.append(
                PrintedShare(
                    claim=identifier, product=key, scope=name, printed=_value(identifier),
                    of_own=of_own, of_nation=of_own if inside else _share_of(part, nation),
                )
            )  # fmt: skip
    return found


def _share(part: float, rest: float) -> tuple[float, float, float]:
    """Share of a part in the sum of four rounded parts [%], over all that rounding allows."""
    ends = [
        100 * (part + a) / (part + a + rest + b)
        for a, b in corners((-HALF_TOTAL, HALF_TOTAL), (-3 * HALF_TOTAL, 3 * HALF_TOTAL))
    ]
    return min(ends), 100 * part / (part + rest), max(ends)


def _share_of(part: float, whole: float) -> tuple[float, float, float]:
    """Share of a rounded part in a sum of four other rounded values [%]."""
    ends = [
        100 * (part + a) / (whole + b)
        for a, b in corners((-HALF_TOTAL, HALF_TOTAL), (-4 * HALF_TOTAL, 4 * HALF_TOTAL))
    ]
    return min(ends), 100 * part / whole, max(ends)


def share_table(shares: Sequence[PrintedShare]) -> pd.DataFrame:
    """Return printed shares as a table for a page: printed, from the totals, and whether it fits.

    Shares of the sum of their own kind are left out where that sum is the nation.
    """
    own = any(share.of_own != share.of_nation for share in shares)
    return pd.DataFrame(
        {
            "share": f"{title_of(share.product)}, {share.scope}",
            "printed [%]": number(share.printed, 1),
            **({"of four classes [%]": number(share.of_own[1], 1)} if own else {}),
            "of the nation [%]": number(share.of_nation[1], 1),
            "fits the nation": "yes" if share.fits_nation else "no",
        }
        for share in shares
    )


def share_rows(shares: Sequence[PrintedShare]) -> list[Row]:
    """Return printed shares, and what the printed totals give, as result rows [%]."""
    return [
        Row(quantity=quantity, product=share.product, scope=share.scope, period="2015-2019",
            value=value, unit="%")
        for share in shares
        for quantity, value in (
            ("published_share", share.printed),
            ("published_share_of_own_sum", share.of_own[1]),
            ("published_share_of_nation", share.of_nation[1]),
        )
    ]  # fmt: skip


def ecosystem_findings() -> list[Finding]:
    """Return F1, percents of the wrong whole, and F2, classes above the nation, by product."""
    shares = printed_shares(FOUR)
    found = []
    for key in SLUGS:
        mine = [share for share in shares if share.product == key]
        forest = next(share for share in mine if share.scope == "forest")
        wrong = [share for share in mine if share.fits_own and not share.fits_nation]
        found.append(
            Finding(
                id="F1", claims=tuple(share.claim for share in mine), unit="%",
                printed=forest.printed, computed=forest.of_nation[1],
                holds=forest in wrong,
                sentence=(
                    f"{title_of(key)}: {len(wrong)} of {len(mine)} percents are shares of the sum "
                    f"of four classes and cannot be shares of China's sink; forest is "
                    f"{number(forest.of_nation[1], 1)} % of it, not {number(forest.printed, 1)} %."
                ),
            )
        )  # fmt: skip
    return found + [_excess_finding(key) for key in SLUGS]


def _excess_finding(key: str) -> Finding:
    four = sum(scopes.published_means(FOUR, product=key))
    nation = sum(scopes.published_means(geography.REGIONS, product=key))
    rounding = HALF_TOTAL * (len(FOUR) + len(geography.REGIONS))
    return Finding(
        id="F2", unit="Pg C yr-1", printed=nation, computed=four,
        claims=tuple(summary.study_claims(name)[key] for name in (*FOUR, *geography.REGIONS)),
        holds=four - nation > rounding,
        sentence=(
            f"{title_of(key)}: four classes add up to {number(four, 3)}, four regions to "
            f"{number(nation, 3)}; the excess of {number(four - nation, 3)} "
            f"({number(100 * (four - nation) / nation, 1)} %) is more than rounding."
        ),
    )  # fmt: skip


def _value(identifier: str) -> float:
    value = claim(identifier).value
    if value is None:
        raise InputError("A published number is missing.", file="data/published/claims.csv",
                         where=identifier, found="no value", accepted="a value",
                         fix="Name a claim with a number.")  # fmt: skip
    return value
