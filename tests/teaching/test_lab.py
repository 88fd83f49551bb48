"""A lab as such: one mistake, large enough, and two runs on the same data."""

import pytest

from helpers.closure import ClosureError
from helpers.errors import InputError
from helpers.teaching.equalities import at_least, equal
from helpers.teaching.lab import Case, Lab, Step


def make_lab(*, faults=1, tolerance=0.01, material=0.1, tripled=3):
    steps = [
        Step(name="twice", words="Doubled it.", run=lambda s: 2 * s["x"], shows=str,
             fault=(lambda s: tripled * s["x"]) if faults else None),
        Step(name="more", words="Added one.", run=lambda s: s["twice"] + 1, shows=str,
             fault=(lambda s: s["twice"] + 2) if faults > 1 else None),
    ]  # fmt: skip
    return Lab(
        key="toy", steps=steps, claim=lambda s: f"It is {s['more']} < 20.", asked="it", unit="1",
        answer=lambda s: s["more"],
        checks=lambda s: [equal("twice = x + x", s["twice"], whole=s["x"] + s["x"], unit="1")],
        tolerance=tolerance, material=material, hint_place="Look.", hint_value="Count.",
    )  # fmt: skip


def test_two_runs_differ_from_the_mistake_on():
    case = Case(make_lab(), {"x": 5})
    assert case.values == {"x": 5, "twice": 15, "more": 16}
    assert case.lab.follow(case.start, faulty=False) == {"x": 5, "twice": 10, "more": 11}
    assert case.start == {"x": 5}


def test_the_record_shows_what_came_out():
    record = Case(make_lab(), {"x": 5}).record().frame
    assert record["step"].tolist() == ["A", "B"]
    assert record["what came out"].tolist() == ["15", "16"]


def test_the_claim_is_quoted():
    claim = Case(make_lab(), {"x": 5}).claim()
    assert repr(claim) == "It is 16 < 20."
    assert claim._repr_html_() == "<blockquote><p>It is 16 &lt; 20.</p></blockquote>"


def test_the_mark_of_reconstructed_data():
    assert "Reconstructed" in Case(make_lab(), {"x": 5}, True).effect().caption
    assert "Reconstructed" not in Case(make_lab(), {"x": 5}).effect().caption


def test_cards_fail_with_the_mistake_and_hold_without():
    case = Case(make_lab(), {"x": 5})
    assert not case.card().identities[0].holds
    assert case.mended_card().identities[0].holds


def test_a_lab_whose_correction_fails_its_own_check_stops_the_page():
    case = Case(make_lab(), {"x": 5})
    object.__setattr__(case.lab, "checks", lambda s: [equal("never", 1, whole=2, unit="1")])
    with pytest.raises(ClosureError, match="never"):
        case.mended_card()


@pytest.mark.parametrize("faults", [0, 2])
def test_exactly_one_mistake(faults):
    with pytest.raises(InputError, match="one of them wrong"):
        make_lab(faults=faults)


def test_a_mistake_must_be_larger_than_the_tolerance():
    with pytest.raises(InputError, match="taken for rounding"):
        make_lab(tolerance=0.05, material=0.1)


def test_lines_of_a_card():
    assert equal("a", 1.0, whole=1.0, unit="1").holds
    assert not equal("a", 1.0, whole=1.1, unit="1").holds
    assert equal("a", 1.0, whole=1.1, unit="1", tolerance=0.1).holds
    assert at_least("b", 0.95, least=0.9).residual == 0.0
    assert not at_least("b", 0.8, least=0.9).holds
