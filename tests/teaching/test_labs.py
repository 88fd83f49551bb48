"""Every lab: its mistake matters, is caught, and is told from the right answer by the grader."""

import math
import re

import numpy as np
import pytest

from helpers.closure import ClosureError, closure_card
from helpers.errors import InputError
from helpers.study import open_study
from helpers.teaching import lab_charts
from helpers.teaching.labs import LABS, lab_of, open_case

KEYS = [lab.key for lab in LABS]
BOOK = {
    "profile": "stand-in", "data_dir": None, "start_year": 2015, "end_year": 2019,
    "experiment": "LNLGIS", "mask": "fraction",
}  # fmt: skip


@pytest.fixture(scope="module")
def cases():
    """Every lab on the data of the book."""
    study = open_study(**BOOK)
    return {key: open_case(key, study) for key in KEYS}


@pytest.fixture(params=KEYS)
def case(request, cases):
    return cases[request.param]


def truth(case):
    """Return wrong step, faulty number and right number, from the two runs of the analysis."""
    (step,) = [step for step in case.lab.steps if step.fault is not None]
    place = "ABCDEFGH"[list(case.lab.steps).index(step)]
    mended = case.lab.follow(case.start, faulty=False)
    return place, case.lab.answer(case.values), case.lab.answer(mended)


def test_ten_labs_each_once():
    assert len(set(KEYS)) == 10


def test_the_mistake_moves_the_number_materially(case):
    _, faulty, right = truth(case)
    assert abs(faulty / right - 1) >= case.lab.material
    assert case.lab.material >= 5 * case.lab.tolerance


def test_the_mistake_is_caught_by_a_line_of_the_card(case):
    lines = case.card().identities
    failed = [line.name for line in lines if not line.holds]
    assert failed
    assert "FAIL" in case.card()._repr_html_()
    with pytest.raises(ClosureError, match=re.escape(failed[0])):
        closure_card(lines)


def test_some_line_holds_in_spite_of_the_mistake(case):
    assert any(line.holds for line in case.card().identities)


def test_the_corrected_analysis_passes_every_line(case):
    card = case.mended_card()
    assert all(line.holds for line in card.identities)
    assert {line.name for line in card.identities} == {line.name for line in case.card().identities}


def test_values_before_the_mistake_are_right(case):
    place, *_ = truth(case)
    mended = case.lab.follow(case.start, faulty=False)
    for letter, step in zip("ABCDEFGH", case.lab.steps, strict=False):
        same = step.shows(case.values[step.name]) == step.shows(mended[step.name])
        if letter < place:
            assert same, step.name


def test_right_answers_pass(case):
    place, _, right = truth(case)
    for letter in (place, place.lower(), f" {place} "):
        for number in (right, np.float32(right), right * (1 + 0.9 * case.lab.tolerance)):
            assert case.grade(place=letter, corrected=number).passed


def test_no_answer_is_neither_right_nor_wrong(case):
    empty = case.grade()
    assert (empty.place, empty.value, empty.passed) == (None, None, False)
    assert "no answer yet" in repr(empty)


WRONG_NUMBERS = {
    "faulty": lambda faulty, right: faulty,
    "a thousand too large": lambda faulty, right: 1000 * right,
    "a thousand too small": lambda faulty, right: right / 1000,
    "sign": lambda faulty, right: -right,
    "the mistake made twice": lambda faulty, right: faulty * faulty / right,
    "the mistake turned round": lambda faulty, right: right * right / faulty,
    "half way": lambda faulty, right: (faulty + right) / 2,
    "just outside": lambda faulty, right: right * 1.03,
    "zero": lambda faulty, right: 0.0,
    "nan": lambda faulty, right: math.nan,
    "infinite": lambda faulty, right: math.inf,
    "text": lambda faulty, right: str(right),
    "true": lambda faulty, right: True,
    "list": lambda faulty, right: [right, right],
    "dictionary": lambda faulty, right: {"value": right},
}


@pytest.mark.parametrize("kind", WRONG_NUMBERS)
def test_the_right_step_with_a_wrong_number_does_not_pass(case, kind):
    place, faulty, right = truth(case)
    found = case.grade(place=place, corrected=WRONG_NUMBERS[kind](faulty, right))
    assert (found.place, found.value, found.passed) == (True, False, False)
    assert not tells(found.value_words, right)


@pytest.mark.parametrize("place", ["other", "", "Z", "AB", "1", 1, None, True, ["A"]])
def test_the_right_number_with_a_wrong_step_does_not_pass(case, place):
    right_place, _, right = truth(case)
    letters = "ABCDEFGH"[: len(case.lab.steps)]
    tried = [one for one in letters if one != right_place] if place == "other" else [place]
    for one in tried:
        found = case.grade(place=one, corrected=right)
        assert found.value is True
        assert found.place is not True
        assert not found.passed
        assert not re.search(rf"\b{right_place}\b", found.place_words.replace(
            f"{letters[0]} to {letters[-1]}", ""))  # fmt: skip


def tells(words, right):
    """Tell whether words hold a number near the right one, in any power of ten."""
    for text in re.findall(r"\d+(?:\.\d+)?", words):
        number = float(text)
        if number and abs(math.log10(number / abs(right)) % 1) < 0.004 and number != 1:
            return True
    return False


def test_hints_and_record_do_not_give_the_number(case):
    _, _, right = truth(case)
    shown = f"{abs(right):.{case.lab.digits}f}"
    for text in (case.lab.hint_place, case.lab.hint_value):
        assert not tells(text, right)
    record = case.record()._repr_html_()
    assert not re.search(rf"(?<![\d.]){re.escape(shown)}(?!\d)", record)


def test_reconstructed_data_are_marked_and_printed_ones_are_not(cases):
    for key, case in cases.items():
        printed = key in ("policy_brief", "figure_of_years", "three_experiments")
        assert ("Reconstructed" in case.record()._repr_html_()) is not printed
        assert ("Reconstructed" in case.effect()._repr_html_()) is not printed


def test_effect_shows_both_numbers(cases):
    row = cases["policy_brief"].effect().frame.iloc[0]
    assert (row["as it was done"], row["corrected"]) == ("0.879", "11.826")


def test_figures_show_the_analysis_with_its_mistake(cases):
    years = lab_charts.series_of_years(cases["figure_of_years"])
    assert years.data["period"].astype(int).max() == 2021
    bars = lab_charts.bars_of_experiments(cases["three_experiments"])
    assert bars.data["sd"].nunique() == 1
    parts = lab_charts.regions(cases["regional_budget"], product="beps", period="2015-2019").data
    assert parts["value"].iloc[:4].sum() == pytest.approx(parts["value"].iloc[4])
    assert lab_charts.months(cases["monthly_amounts"]).data["value"].size == 12
    seasons = lab_charts.seasons(cases["fourteen_files"]).data
    assert seasons["value"].min() < -1


def test_unknown_labs_and_missing_data_are_refused():
    with pytest.raises(InputError, match="No such lab"):
        lab_of("none")
    with pytest.raises(InputError, match="This lab works on fields"):
        open_case("regional_budget")
