"""A quick part of the gauntlet, and how outcomes are judged and told."""

import csv
import os
import signal
import warnings
from types import SimpleNamespace

import dask.array
import pytest

from helpers.errors import InputError
from helpers.gauntlet import attempt, catalogue, table
from helpers.gauntlet.case import (
    CRASH,
    ERROR,
    REPAIR,
    SKIPPED,
    WRONG,
    Answer,
    Case,
    Skip,
    judge_error,
)

QUICK = (
    "cf-units-contradict", "cf-fill-999", "cf-whole-fill-99", "cf-packed-overflow",
    "cf-huge-grid", "cf-file-html",
    "cf-pickle-in-attribute", "cf-folder-loop-2", "trendy-file-gzip-bomb", "cf-file-forbidden",
    "oco2-v10-member-twice", "ceos-value-text",
    "catalog-bomb", "catalog-tag-python", "catalog-stars", "polygon-crossing", "polygon-swapped",
    "polygon-metres", "run-mask", "run-years-reversed",
    "beps-plain", "beps-fill-limit", "oco2-v10-dates-none", "oco2-v11-plain", "cf-packed",
    "cf-fill-nan",
    "catalog-value-date", "run-bool", "intake-check-catalog-bool", "intake-fetch-plain",
    "intake-fetch-deflate64", "intake-fetch-lzma", "intake-against-digest",
    "polygon-plain", "ceos-latin-1-country", "run-compare-html",
    "zarr-huge-axis-2", "zarr-chunk-absent-zero-3", "zarr-pickle-filter-lat-2",
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


def test_threads_that_the_parent_has_started_hold_up_no_case(cases):
    dask.array.ones((100, 100), chunks=10).sum().compute(scheduler="threads")
    outcome = attempt.try_case(cases["beps-plain"])
    assert outcome.outcome == REPAIR, outcome.detail


def test_every_input_can_be_written(cases, tmp_path):
    for name, case in cases.items():
        folder = tmp_path / name
        folder.mkdir()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd values on purpose
            case.build(folder)


def refuse(folder):
    raise InputError("No.", file="f", found="a", accepted="b", fix="c")


def skip(folder):
    raise Skip("not here")


def hang(folder):
    while True:
        pass


def die(folder):
    os.kill(os.getpid(), signal.SIGKILL)


def case_of(act, *, expects="error", build=lambda folder: None, **changes):
    return Case(
        name="n", area="a", about="b", build=build, attempt=act, expects=expects, says="No",
        **changes,
    )  # fmt: skip


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
        (die, "error", CRASH, "the process died with status 9"),
        (skip, "error", SKIPPED, "not here"),
    ],
)
def test_what_happens_is_judged(act, expects, outcome, detail):
    result = attempt.try_case(
        case_of(act, expects=expects), time_limit=1.0 if act is hang else 20.0
    )
    assert result.outcome == outcome
    assert detail in result.detail


def test_an_error_without_its_parts_is_no_clear_error():
    def act(folder):
        raise InputError("No.", found="a")

    assert "lacks accepted, fix, file or place" in attempt.try_case(case_of(act)).detail


@pytest.mark.parametrize("message", ["Yes.", "No." * 1000])
def test_an_error_that_names_something_else_or_never_ends_is_no_clear_error(message):
    error = InputError(message, file="f", found="a", accepted="b", fix="c")
    outcome, detail = judge_error(case_of(refuse), error)
    assert outcome == CRASH
    assert detail.startswith("the error does not name the trouble")


@pytest.mark.parametrize(
    ("build", "outcome", "detail"),
    [
        (lambda f: 1 / 0, CRASH, "the case cannot be built"),
        (skip, SKIPPED, "not here"),
    ],
)
def test_a_case_that_cannot_be_built_does_not_pass(build, outcome, detail):
    result = attempt.try_case(case_of(refuse, build=build))
    assert result.outcome == outcome
    assert detail in result.detail


@pytest.mark.parametrize(("user", "given_up"), [(0, True), (1000, False)])
def test_only_root_gives_up_its_rights(user, given_up, tmp_path, monkeypatch):
    calls = []
    fake = SimpleNamespace(
        getuid=lambda: user,
        **{name: lambda value, name=name: calls.append(name)
           for name in ("setgroups", "setgid", "setuid")},
    )  # fmt: skip
    monkeypatch.setattr(attempt, "os", fake)
    attempt._become_nobody(tmp_path)
    assert calls == (["setgroups", "setgid", "setuid"] if given_up else [])


def test_each_outcome_is_told_as_it_comes(monkeypatch):
    monkeypatch.setattr(table, "warm_up", lambda: None)
    told = []
    cases = [case_of(refuse), case_of(skip)]
    outcomes = table.run_cases(cases, report=told.append)
    assert told == outcomes
    assert [outcome.outcome for outcome in outcomes] == [ERROR, SKIPPED]


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
