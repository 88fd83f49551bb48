"""Arithmetic on the printed numbers: findings F1, F2 and F3 recomputed from the claims."""

import numpy as np
import pytest

from helpers import geography, printed, printed_spreads
from helpers.ecosystems import FOUR
from helpers.errors import InputError
from helpers.results import check_results, to_frame


@pytest.mark.parametrize("names", [geography.REGIONS, FOUR])
def test_every_printed_share_fits_the_sum_of_its_own_kind(names):
    shares = printed.printed_shares(names)
    assert len(shares) == 12
    assert all(share.fits_own for share in shares)


def test_regional_percents_are_shares_of_the_nation():
    shares = printed.printed_shares(geography.REGIONS)
    assert all(share.fits_nation for share in shares)
    gaps = {share.claim: abs(share.printed - share.of_nation[1]) for share in shares}
    assert max(gaps, key=gaps.get) == "z24-region-pct-north-vegas"
    assert gaps["z24-region-pct-north-vegas"] == pytest.approx(0.18, abs=0.005)


def test_ecosystem_percents_are_not_shares_of_the_nation():
    """F1: true shares of the four-region total; only OCO-2 grass is too small to tell."""
    shares = printed.printed_shares(FOUR)
    assert [share.claim for share in shares if share.fits_nation] == ["z24-eco-pct-grass-oco2"]
    found = {(s.product, s.scope): round(s.of_nation[1], 1) for s in shares}
    wanted = {"beps": (53.6, 22.4, 13.0, 24.5), "vegas": (27.6, 12.4, 20.3, 54.8),
              "oco2-mip": (47.5, 15.2, 1.1, 39.6)}  # fmt: skip
    for key, values in wanted.items():
        assert [found[key, name] for name in FOUR] == list(values)


def test_four_classes_exceed_the_nation():
    """F2: +0.052, +0.033 and +0.018 Pg C a year, more than rounding can make."""
    found = [f for f in printed.ecosystem_findings() if f.id == "F2"]
    assert [round(f.computed - f.printed, 3) for f in found] == [0.052, 0.033, 0.018]
    assert all(f.holds for f in found)
    assert [f.holds for f in printed.ecosystem_findings() if f.id == "F1"] == [True] * 3


def test_rounding_is_carried_to_the_ends():
    low, middle, high = printed._share(0.1, 0.3)
    assert middle == pytest.approx(25.0)
    assert low == pytest.approx(100 * 0.0995 / (0.0995 + 0.3015))
    assert high == pytest.approx(100 * 0.1005 / (0.1005 + 0.2985))


def test_regional_spreads_need_compensation():
    """F3: quadrature, linear sum and implied correlation of forensics 1.3."""
    checks = {c.product: c for c in printed_spreads.spread_checks(geography.REGIONS)}
    wanted = {"beps": (0.059, 0.081, -0.61, -0.73, -0.47),
              "vegas": (0.074, 0.129, -0.41, -0.44, -0.39),
              "oco2-mip": (0.060, 0.113, -0.13, -0.18, -0.07)}  # fmt: skip
    for key, (quadrature, linear, middle, low, high) in wanted.items():
        check = checks[key]
        assert check.quadrature == pytest.approx(quadrature, abs=5e-4)
        assert check.linear == pytest.approx(linear, abs=1e-9)
        assert (check.correlation, *check.correlation_range) == pytest.approx(
            (middle, low, high), abs=0.005
        )
    assert checks["beps"].lowest == pytest.approx(0.033)
    assert all(finding.holds for finding in printed_spreads.spread_findings())


def test_class_spreads_are_only_indicative():
    found = [round(c.correlation, 2) for c in printed_spreads.spread_checks(FOUR)]
    assert found == [0.08, -0.29, 0.28]


@pytest.mark.parametrize("correlation", [-0.3, 0.0, 0.4, 1.0])
def test_an_implied_correlation_is_the_one_put_in(correlation):
    spread = np.array([0.2, 0.5, 0.1, 0.3])
    matrix = np.full((4, 4), correlation) + (1 - correlation) * np.eye(4)
    whole = float(np.sqrt(spread @ matrix @ spread))
    assert printed_spreads.implied_correlation(list(spread), whole) == pytest.approx(correlation)


def test_one_spread_implies_no_correlation():
    with pytest.raises(
        InputError, match=r"No pair of parts varies(?s:.*)\[0\.1, 0\.0\](?s:.*)fix:"
    ):
        printed_spreads.implied_correlation([0.1, 0.0], 0.1)


def test_rows_fit_the_result_tables():
    shares = [*printed.printed_shares(geography.REGIONS), *printed.printed_shares(FOUR)]
    checks = printed_spreads.spread_checks(geography.REGIONS)
    rows = [*printed.share_rows(shares), *printed_spreads.spread_rows(checks, kind="region")]
    assert len(check_results(to_frame(rows))) == 3 * 24 + 3 * 3
    table = printed.share_table(shares)
    assert table["fits the nation"].value_counts()["no"] == 11
    assert "of four classes [%]" in table
    assert "of four classes [%]" not in printed.share_table(shares[:12])
    assert next(iter(printed_spreads.spread_table(checks)["product"])) == "BEPS"
