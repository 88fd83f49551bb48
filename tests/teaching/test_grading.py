"""Words of the grader: what was seen, never what is right."""

import pytest

from helpers.teaching.grading import Grade, judge_place, judge_value

RULE = {"right": -0.5, "faulty": -0.4, "tolerance": 0.01, "unit": "Pg C", "hint": "Count."}


@pytest.mark.parametrize(
    ("answer", "right", "words"),
    [
        (None, None, "Give one number in Pg C; within 1 % counts as right."),
        (-0.504, True, ""),
        (-0.4, False, "as it stands"),
        (0.5, False, "the sign is not"),
        (-500.0, False, "power of ten"),
        (-5e-7, False, "power of ten"),
        (-0.51, False, "Close. Within 1 %"),
        (-0.7, False, "Count."),
        (0, False, "Count."),
        ("-0.5", False, "Give one number"),
        (True, False, "Give one number"),
        (float("nan"), False, "Give one number"),
        (10**400, False, "Give one number"),
    ],
)
def test_numbers(answer, right, words):
    found, said = judge_value(answer, **RULE)
    assert found is right
    assert words in said
    assert "0.5" not in said.replace("-0.5", "")


@pytest.mark.parametrize(
    ("answer", "right", "words"),
    [
        (None, None, "Write the letter of a step, A to C"),
        ("B", True, ""),
        ("a", False, "sound. Look."),
        ("D", False, "Write the letter"),
        (2, False, "Write the letter"),
    ],
)
def test_places(answer, right, words):
    found, said = judge_place(answer, letters="ABC", wrong_step="B", hint="Look.")
    assert found is right
    assert words in said


def test_a_grade_reads_the_same_on_a_page_and_in_a_terminal():
    solved = Grade(True, True, "", "")
    assert solved.passed
    assert "solved" in repr(solved)
    open_one = Grade(False, None, "a < b", "")
    assert not open_one.passed
    assert "a &lt; b" in open_one._repr_html_()
    assert "not yet. a < b" in repr(open_one)
    assert "no answer yet." in repr(open_one)
