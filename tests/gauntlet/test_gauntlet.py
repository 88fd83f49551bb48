"""A quick part of the gauntlet, and how outcomes are judged and told."""

import csv

import pytest

from helpers.errors import InputError
from helpers.gauntlet import attempt, catalogue, table
from helpers.gauntlet.case import CRASH, ERROR, REPAIR, SKIPPED, WRONG, Answer, Case, Skip

QUICK = (
    "cf-units-contradict", "cf-fill-999", "cf-packed-overflow", "cf-huge-grid", "cf-file-html",
    "cf-pickle-in-attribute", "cf-file-forbidden", "oco2-v10-member-twice", "ceos-value-text",
    "catalog-bomb", "catalog-tag-python", "catalog-stars", "polygon-crossing", "polygon-swapped",
    "polygon-metres", "run-mask", "run-years-reversed",
)  # fmt: skip


@pytest.fixture(scope="module")
def cases():
    return {case.name: case for case in catalogue.all_cases()}


def test_every_case_has_a_name_of_its_own(cases):
    assert len(catalogue.all_cases()) == len(cases) > 200


@pytest.mark.parametrize("name", QUICK)
def test_a_quick_part_ends_in_clear_errors_and_safe_repairs(cases, name):
    outcome = attempt.try_case(cases[name])
    assert outcome.outcome in (ERROR, REPAIR, SKIPPED), outcome.detail


def refuse(folder):
    raise InputError("No.", file="f", found="a", accepted="b", fix="c")


def skip(folder):
    raise Skip("not here")


def hang(folder):
    while True:
        pass


@pytest.mark.parametrize(
    ("act", "expects", "outcome", "detail"),
    [
        (refuse, "error", ERROR, "No."),
        (refuse, "repair", CRASH, "to be repaired"),
        (lambda f: Answer(0.0, "No."), "repair", REPAIR, "No."),
        (lambda f: Answer(0.0, "silence"), "repair", WRONG, "not reported"),
        (lambda f: Answer(0.0, "No."), "error", WRONG, "to be refused"),
        (lambda f: Answer(1.0, "No."), "error", WRONG, "off the truth"),
        (lambda f: Answer(float("nan"), "No."), "repair", WRONG, "off the truth"),
        (lambda f: 1 / 0, "error", CRASH, "ZeroDivisionError"),
        (lambda f: bytes(1 << 40), "error", CRASH, "MemoryError"),
        (hang, "error", CRASH, "still running"),
        (skip, "error", SKIPPED, "not here"),
    ],
)
def test_what_happens_is_judged(act, expects, outcome, detail):
    case = Case(
        name="n", area="a", about="b", build=lambda f: None, attempt=act, expects=expects, says="No"
    )
    result = attempt.try_case(case, time_limit=1.0 if act is hang else 20.0)
    assert result.outcome == outcome
    assert detail in result.detail


def test_an_error_without_its_parts_is_no_clear_error():
    def act(folder):
        raise InputError("No.", found="a")

    case = Case(
        name="n", area="a", about="b", build=lambda f: None, attempt=act, expects="error", says="No"
    )
    assert "lacks accepted, fix, file or place" in attempt.try_case(case).detail


def test_the_table_counts_and_closes(tmp_path):
    made = [
        attempt.Outcome(name=str(i), area="x", about="y", outcome=outcome, detail="d\ne", seconds=i)
        for i, outcome in enumerate([ERROR, ERROR, REPAIR, SKIPPED])
    ]
    line = table.closing_line(made)
    assert line == "cases 3, clear errors 2, safe repairs 1, wrong answers 0, crashes 0"
    assert table.is_passed(made)
    assert not table.is_passed(made[3:])
    broken = [*made, attempt.Outcome(name="w", area="z", about="", outcome=WRONG, detail="")]
    assert not table.is_passed(broken)
    assert table.areas_table(broken).splitlines()[-1].split()[:6] == [
        "all",
        "4",
        "2",
        "1",
        "1",
        "0",
    ]
    path = table.write_table(broken, tmp_path / "table.csv")
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert [row["outcome"] for row in rows][-1] == WRONG
    assert rows[0]["detail"] == "d"
