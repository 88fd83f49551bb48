"""Verdicts from printed numbers and from arguments: complete, single, and true to the tables."""

import pandas as pd
import pytest

from helpers import argued, arithmetic, published, stock_arithmetic
from helpers.errors import InputError

RUN = {"profile": "stand-in", "notebook": "evidence"}
COMPUTED = {
    "national": arithmetic.national, "policy": arithmetic.policy, "forest": arithmetic.forests,
    "stocks": stock_arithmetic.pools,
}  # fmt: skip


def all_verdicts(topic):
    return [*COMPUTED[topic](**RUN), *argued.argued([topic], **RUN)]


@pytest.mark.parametrize("topic", list(COMPUTED))
def test_every_claim_of_the_topic_has_one_verdict(topic):
    known = published.claims()
    wanted = sorted(known.loc[known["topic"] == topic, "id"])
    assert sorted(verdict.id for verdict in all_verdicts(topic)) == wanted


@pytest.mark.parametrize("topic", list(COMPUTED))
def test_what_was_not_computed_is_argued(topic):
    for verdict in all_verdicts(topic):
        assert verdict.reason
        assert verdict.computed is not None or verdict.verdict == "not-testable-here"


def test_the_wrong_ones_are_those_of_the_findings():
    wrong = {
        verdict.id
        for topic in COMPUTED
        for verdict in all_verdicts(topic)
        if verdict.verdict == "inconsistent"
    }
    assert wrong == {
        "z24-tdbu-en", "z24-close-to-yang22", "z24-below-wang20", "d22-sink-share",
        "d22-sig-sink", "z24-d-forest-slightly", "d22-forest-largest",
    }  # fmt: skip


def test_the_corrected_sink():
    one = next(v for v in arithmetic.forests(**RUN) if v.id == "d22-t1-sink-1998")
    assert one.verdict == "corrected"
    assert one.computed == pytest.approx(0.0328, abs=5e-5)


def test_a_wrong_number_would_be_found(monkeypatch):
    known = published.claims()
    known.loc[known["id"] == "d22-t1-sink-2018", "value"] = 0.331
    monkeypatch.setattr(published, "claims", lambda: known)
    word = {v.id: v.verdict for v in arithmetic.forests(**RUN)}
    assert word["d22-t1-sink-2018"] == "inconsistent"
    assert word["d22-forest-late"] == "inconsistent"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"id": "d22-nowhere"},
            r"no known claim(?s:.*)found: d22-nowhere\n.*\n  fix: Correct the id",
        ),
        ({"reason": " "}, r"no reason(?s:.*)where: reason\n  found: d22-aichi(?s:.*)fix: Write"),
    ],
)
def test_bad_arguments_are_refused(monkeypatch, change, message):
    rows = pd.DataFrame([{"id": "d22-aichi", "verdict": "not-testable-here", "reason": "a target"}])
    monkeypatch.setattr(argued.evidence, "further", lambda _: rows.assign(**change))
    with pytest.raises(InputError, match=message):
        argued.reasons()


def test_a_claim_argued_twice_is_refused(monkeypatch):
    rows = pd.DataFrame([{"id": "d22-aichi", "verdict": "not-testable-here", "reason": "target"}])
    monkeypatch.setattr(argued.evidence, "further", lambda _: pd.concat([rows, rows]))
    with pytest.raises(InputError, match=r"argued twice(?s:.*)where: id\n(?s:.*)fix: Keep one"):
        argued.reasons()
