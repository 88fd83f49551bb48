"""Notebooks of the labs: what a student sees, what a worksheet holds, what the solution proves."""

import json
import re

import nbformat
import pytest

from helpers.project import project_root
from helpers.teaching import classroom
from helpers.teaching.folders import LABS as FOLDER
from helpers.teaching.folders import teaching_names
from helpers.teaching.labs import LABS, open_case
from helpers.teaching.outline import EXERCISE, SOLUTION, read_outline, source_of, tags_of
from helpers.teaching.worksheets import LAB_PREFACE, make_worksheet, write_worksheets

ROOT = project_root()
KEYS = [lab.key for lab in LABS]
GRADE = "case.grade(place=place, corrected=corrected)"


@pytest.fixture(params=KEYS)
def key(request):
    return request.param


def path_of(key):
    return ROOT / "notebooks" / FOLDER / f"{key}.ipynb"


def cells_of(key):
    return json.loads(path_of(key).read_text(encoding="utf-8"))["cells"]


def test_each_lab_has_a_page_and_each_page_a_lab():
    assert sorted(KEYS) == [name.partition("/")[2] for name in teaching_names(ROOT, folder=FOLDER)]
    toc = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    assert re.findall(r"file: book/labs/(\w+)", toc) == KEYS


def test_a_lab_says_what_it_takes_and_teaches(key):
    outline = read_outline(path_of(key))
    assert re.fullmatch(r"about \d+ minutes\.?", outline.time)
    assert len(outline.outcomes) >= 2


def test_a_lab_has_its_parts_in_order(key):
    sources = [source_of(cell) for cell in cells_of(key)]
    parts = [f'labs.open_case("{key}"', "case.claim()", "case.card()", "Hint 2", "place = None",
             GRADE, "assert solved.passed", "case.mended_card()"]  # fmt: skip
    places = [[part in source for source in sources].index(True) for part in parts]
    assert places == sorted(places)


def test_nothing_outside_the_solution_tells_the_step(key):
    (letter,) = {
        found[1]
        for cell in cells_of(key)
        if SOLUTION in tags_of(cell)
        for found in re.finditer(r'place="([A-H])"', source_of(cell))
    }
    (step,) = [step for step in {lab.key: lab for lab in LABS}[key].steps if step.fault]
    steps = {lab.key: lab for lab in LABS}[key].steps
    assert letter == "ABCDEFGH"[list(steps).index(step)]
    for cell in cells_of(key):
        if SOLUTION not in tags_of(cell):
            assert not re.search(rf"\b[Ss]tep {letter}\b", source_of(cell)), key
            assert f'"{letter}"' not in source_of(cell)


def test_the_answer_cell_is_empty(key):
    (answer,) = [
        cell for cell in cells_of(key) if EXERCISE in tags_of(cell) and cell["cell_type"] == "code"
    ]
    lines = [line.partition("#")[0].strip() for line in source_of(answer).splitlines()]
    assert lines == ["place = None", "corrected = None"]


def test_the_worksheet_holds_everything_but_the_solution(key):
    notebook = json.loads(path_of(key).read_text(encoding="utf-8"))
    sheet = make_worksheet(notebook, with_room=False)
    kept = [source_of(cell) for cell in sheet["cells"]]
    assert kept[1] == LAB_PREFACE
    assert GRADE in kept
    for source in kept:
        assert "solved" not in source
        assert "mended_card" not in source
        assert not re.search(r"```\{|\{(download|term|cite|claim|result)", source)
    told = [source_of(c) for c in notebook["cells"] if SOLUTION in tags_of(c)]
    assert told
    assert not set(told) & set(kept)
    nbformat.validate(nbformat.from_dict(sheet))


def test_worksheets_of_labs_are_written_by_themselves(tmp_path):
    written = write_worksheets(ROOT, into=tmp_path, folder=FOLDER)
    assert sorted(path.stem for path in written) == sorted(KEYS)


@pytest.fixture(scope="module")
def study():
    return classroom.open_book()


def run_cells(notebook, *, study, results_dir, monkeypatch, answers=None):
    """Run the code of a notebook in this process and return its names and the last values."""
    monkeypatch.setattr(classroom, "open_book", lambda: study)
    names, shown = {}, {}
    for cell in notebook["cells"]:
        source = source_of(cell)
        if cell["cell_type"] != "code":
            continue
        source = source.replace('"build/results"', repr(str(results_dir)))
        if "place = None" in source and answers is not None:
            source = f"place, corrected = {answers!r}"
        *_, last = source.splitlines()
        exec(compile(source, "lab", "exec"), names)
        if source.startswith("case."):
            shown[last] = eval(last, names)
    return names, shown


def test_the_page_runs_and_its_solution_passes(key, study, tmp_path, monkeypatch):
    notebook = {"cells": cells_of(key)}
    names, shown = run_cells(notebook, study=study, results_dir=tmp_path, monkeypatch=monkeypatch)
    assert names["solved"].passed
    before = shown[GRADE]
    assert (before.place, before.value) == (None, None)
    assert not all(line.holds for line in shown["case.card()"].identities)
    assert all(line.holds for line in shown["case.mended_card()"].identities)


def test_a_worksheet_tells_right_answers_from_wrong_ones(key, study, tmp_path, monkeypatch):
    sheet = make_worksheet({"cells": cells_of(key)}, with_room=False)
    own = {"study": study, "results_dir": tmp_path, "monkeypatch": monkeypatch}
    case = open_case(key, study)
    (place,) = [
        letter for letter, step in zip("ABCDEFGH", case.lab.steps, strict=False) if step.fault
    ]
    right = float(case.lab.answer(case.lab.follow(case.start, faulty=False)))
    faulty = float(case.lab.answer(case.values))
    for answers, passes in (
        ((place, right), True),
        ((place, faulty), False),
        (("E", faulty), False),
    ):
        _, shown = run_cells(sheet, answers=answers, **own)
        assert shown[GRADE].passed is passes
