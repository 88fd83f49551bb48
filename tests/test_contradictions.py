"""The sixteen findings: all there, recomputed, and at the sizes that arithmetic gives."""

import dataclasses
import math

import pytest

from helpers import contradictions, finding_charts, published, source_counts
from helpers.closure import ClosureError
from helpers.errors import InputError
from helpers.findings import Finding


def test_all_sixteen_are_there_in_order_and_hold():
    found = contradictions.findings()
    assert list(dict.fromkeys(one.id for one in found)) == [
        f"F{number}" for number in range(1, contradictions.COUNT + 1)
    ]
    assert [one.id for one in found if not one.holds] == []
    assert contradictions.standing() == found


def test_a_finding_that_is_gone_stops_the_page():
    found = contradictions.findings()
    with pytest.raises(ClosureError, match=r"no longer there\.\nF1: BEPS"):
        contradictions.standing([dataclasses.replace(found[0], holds=False), *found[1:]])


def test_regions_make_the_nation_and_ecosystems_do_not():
    checks = contradictions.checks()
    assert len(checks) == 6
    assert all(check.holds for check in checks)
    shown = [check for check in checks if math.isinf(check.tolerance)]
    assert [round(check.residual, 3) for check in shown] == [0.056, 0.03, 0.019]


def test_every_finding_rests_on_known_claims():
    known = set(published.claims()["id"]) | set(published.evidence()["id"])
    for one in contradictions.findings():
        assert one.claims
        assert set(one.claims) <= known


@pytest.mark.parametrize(
    ("quantity", "product", "value"),
    [
        # by hand, from the printed numbers
        ("forest_share", "beps", 100 * 0.206 / 0.384),
        ("forest_share", "vegas", 100 * 0.060 / 0.217),
        ("class_excess", "oco2-mip", 0.559 - 0.541),
        ("class_excess_share", "vegas", 100 * 0.033 / 0.217),
        ("distance_oco2_beps", "published", 0.16 / (0.05**2 + 0.04**2) ** 0.5),
        ("sink_1998", "published", 0.40 / 5 / 2.439),
        ("stock_gain", "published", (21.44 - 12.51) / 42),
        ("french_share_implied", "published", 100 * 17 / 40),
        ("vegas_forest_of_crop", "published", 100 * 0.060 / 0.119),
        ("beps_without_crop", "published", 0.38 - 0.094),
        ("forcing_years_covered", "published", 0),
        ("winter_patterns", "published", 0),
        ("shares_of_the_wrong_whole", "published", 11),
    ],
)
def test_numbers_of_findings(quantity, product, value):
    rows = {(row.quantity, row.product): row.value for row in contradictions.finding_rows()}
    assert rows[quantity, product] == pytest.approx(value, rel=1e-4, abs=1e-9)


def test_a_finding_follows_the_published_numbers(monkeypatch):
    claims = published.claims()
    claims.loc[claims["id"] == "z24-eco-crop-beps", "value"] = 0.0
    monkeypatch.setattr(published, "claims", lambda: claims)
    assert contradictions.finding_f15().holds is False


def test_the_figure_draws_each_ratio_once_and_says_so():
    drawing = finding_charts.ratios(contradictions.findings())
    assert drawing.data["label"].is_unique
    assert len(drawing.data) == 15
    row = drawing.data.set_index("label").loc["F7 forest sink 1994–1998"]
    assert row["ratio"] == pytest.approx(0.0328 / 0.019, rel=1e-3)
    assert "farthest is F5 potential of soils" in drawing.alt


def test_a_ratio_to_nothing_is_refused():
    nothing = Finding(id="F7", claims=("a",), printed=0.0, computed=1.0, unit="1", holds=True,
                      sentence="x")  # fmt: skip
    with pytest.raises(
        InputError, match=r"two values above zero(?s:.*)found: F7: 1.0 over 0.0(?s:.*)fix: "
    ):
        finding_charts.ratios([nothing])
    with pytest.raises(InputError, match=r"found: no finding(?s:.*)at least one of F1, F2"):
        finding_charts.ratios([])


def test_source_counts_judge_each_claim_once_and_find_the_two_contradictions():
    verdicts = source_counts.source_verdicts(profile="stand-in", notebook="n")
    assert len({one.id for one in verdicts}) == len(verdicts)
    wrong = {one.id for one in verdicts if one.verdict == "inconsistent"}
    assert wrong == {"z24-m-beps-nep", "z24-m-vegas-cru"}
    assert sum(source_counts.TRANSPORT.values()) == sum(source_counts.METHODS.values()) == 14
