"""Worksheets hold the exercises, room for answers, and nothing of a solution."""

import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.project import project_root
from helpers.teaching.folders import EXERCISES, teaching_names
from helpers.teaching.outline import SOLUTION, read_outline, source_of, tags_of
from helpers.teaching.worksheets import (
    CODE,
    LAB_PREFACE,
    WORDS,
    make_worksheet,
    plain_markdown,
    write_worksheets,
)

ROOT = project_root()
TOPICS = [name.partition("/")[2] for name in teaching_names(ROOT, folder=EXERCISES)]


def tagged(cell, *tags):
    cell.metadata["tags"] = list(tags)
    return cell


@pytest.fixture
def notebook():
    shown = new_output("stream", text="0.38")
    return new_notebook(
        cells=[
            new_markdown_cell("# Exercises: sums\n\n{download}`Worksheet <a.ipynb>`"),
            tagged(new_markdown_cell("## 1. Add\n\nAdd {term}`NEP`."), "exercise"),
            tagged(new_code_cell("a = 1", outputs=[shown], execution_count=1), "exercise"),
            tagged(new_markdown_cell("It is two."), "solution"),
            tagged(new_code_cell("a + 1"), "solution"),
            tagged(new_markdown_cell("## 2. Think"), "exercise"),
            tagged(new_markdown_cell("Because."), "solution"),
        ]
    )


def test_solutions_give_way_to_room_for_answers(notebook):
    before = nbformat.writes(notebook)
    sheet = make_worksheet(notebook)
    assert nbformat.writes(notebook) == before
    sources = [source_of(cell) for cell in sheet["cells"]]
    assert sources[0] == "# Exercises: sums\n"
    assert sources[1].startswith("> **Worksheet.**")
    assert sources[2:] == [
        "## 1. Add\n\nAdd NEP.", "a = 1", CODE, WORDS, "## 2. Think", WORDS
    ]  # fmt: skip
    assert all(not cell.get("outputs") for cell in sheet["cells"])
    nbformat.validate(nbformat.from_dict(sheet))


def test_a_lab_has_room_for_answers_already(notebook):
    sources = [source_of(cell) for cell in make_worksheet(notebook, with_room=False)["cells"]]
    assert sources[1] == LAB_PREFACE
    assert sources[2:] == ["## 1. Add\n\nAdd NEP.", "a = 1", "## 2. Think"]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("[masks](../chapters/masks.ipynb) and [x](https://a.org)", "masks and [x](https://a.org)"),
        ("{term}`net flux <NBE>`", "net flux"),
        (
            "Before\n\n```{admonition} Reconstructed\n:class: note\nOne.\n\nTwo.\n```\nAfter",
            "Before\n\n> **Reconstructed.**\n> One.\n>\n> Two.\nAfter",
        ),
        ("`code` and $x$", "`code` and $x$"),
    ],
)
def test_what_only_the_book_can_show_becomes_plain(text, plain):
    assert plain_markdown(text) == plain


def test_one_topic_or_all_are_written(tmp_path, notebook):
    folder = tmp_path / "notebooks" / "exercises"
    folder.mkdir(parents=True)
    for name in ("a", "b"):
        nbformat.write(notebook, folder / f"{name}.ipynb")
    assert [p.name for p in write_worksheets(tmp_path, into=tmp_path / "all")] == [
        "a.ipynb",
        "b.ipynb",
    ]
    only = write_worksheets(tmp_path, into=tmp_path / "one", topics=("b",))
    assert [p.name for p in only] == ["b.ipynb"]
    assert write_worksheets(tmp_path / "empty", into=tmp_path / "none") == []


@pytest.mark.parametrize("topic", TOPICS)
def test_worksheet_holds_every_exercise_and_no_line_of_a_solution(topic):
    path = ROOT / "notebooks" / EXERCISES / f"{topic}.ipynb"
    source = json.loads(path.read_text(encoding="utf-8"))
    sheet = make_worksheet(source)
    kept = "\n".join(source_of(cell) for cell in sheet["cells"])
    for heading in read_outline(path).exercises:
        assert f"## {heading}" in kept
    own = {
        line.strip()
        for cell in source["cells"]
        if SOLUTION not in tags_of(cell)
        for line in source_of(cell).splitlines()
    }
    told = {
        line.strip()
        for cell in source["cells"]
        if SOLUTION in tags_of(cell)
        for line in source_of(cell).splitlines()
        if len(line.strip()) > 8
    }
    lines = {line.strip() for line in kept.splitlines()}
    assert (told - own) & lines == set()
    assert {line for line in told - own if len(line) > 30 and line in kept} == set()
    assert all(SOLUTION not in tags_of(cell) for cell in sheet["cells"])
    for mark in ("```{", "{download}", "{term}", "{cite", "{result}"):
        assert mark not in kept
    nbformat.validate(nbformat.from_dict(sheet))


@pytest.mark.parametrize("topic", TOPICS)
def test_worksheet_runs_as_it_is(topic):
    """Run the cells in this process: a worksheet is plain Python, and a kernel costs seconds."""
    path = ROOT / "notebooks" / EXERCISES / f"{topic}.ipynb"
    sheet = make_worksheet(json.loads(path.read_text(encoding="utf-8")))
    names = {}
    for cell in sheet["cells"]:
        if cell["cell_type"] == "code":
            exec(compile(source_of(cell), f"{topic}, worksheet", "exec"), names)
