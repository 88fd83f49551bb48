"""Exercises on pages: folded solutions, the note of a chapter, the tables."""

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.teaching import pages
from helpers.teaching.outline import Outline

OUTLINE = Outline(
    topic="sums",
    title="Exercises: sums and shares",
    time="an hour.",
    needs="arithmetic.",
    outcomes=("add", "take away"),
    exercises=("1. Add", "2. Take away"),
)


def tagged(cell, *tags):
    cell.metadata["tags"] = list(tags)
    return cell


def sources(notebook):
    return [cell["source"] for cell in notebook["cells"]]


def test_solutions_that_follow_each_other_are_folded_together():
    cells = [
        new_markdown_cell("# Exercises"),
        tagged(new_markdown_cell("## 1. More & less\n\nTask."), "exercise"),
        tagged(new_code_cell("start"), "exercise"),
        tagged(new_markdown_cell("Reason."), "solution"),
        tagged(new_code_cell("answer"), "solution"),
        tagged(new_markdown_cell("## 2. Next"), "exercise"),
        tagged(new_markdown_cell("Why."), "solution"),
    ]
    folded = pages.fold_solutions(new_notebook(cells=cells))
    assert sources(folded)[3:] == [
        '<details class="solution"><summary>Solution of 1. More &amp; less</summary>',
        "Reason.",
        "answer",
        "</details>",
        "## 2. Next",
        '<details class="solution"><summary>Solution of 2. Next</summary>',
        "Why.",
        "</details>",
    ]
    assert len({cell["id"] for cell in folded["cells"]}) == len(folded["cells"])


def test_a_solution_before_any_exercise_is_folded_too():
    assert pages.opening("") == '<details class="solution"><summary>Solution</summary>'


def test_the_note_of_a_chapter_stands_before_its_code():
    chapter = new_notebook(cells=[new_markdown_cell("# Sums"), new_code_cell("1 + 1")])
    noted = pages.add_note(chapter, OUTLINE)
    title, note, code = sources(noted)
    assert (title, code) == ("# Sums", "1 + 1")
    assert "2 exercises" in note
    assert "- take away" in note
    assert "(../exercises/sums.ipynb)" in note
    only_text = new_notebook(cells=[new_markdown_cell("# Sums")])
    assert len(pages.add_note(only_text, OUTLINE)["cells"]) == 2


def test_tables_name_chapter_count_and_worksheet():
    table = pages.teaching_table([OUTLINE])
    assert "| [Sums and shares](chapters/sums.ipynb) | [2](exercises/sums.ipynb) | an hour" in table
    assert "<exercises/worksheets/sums.ipynb>" in table
    linked = replace(OUTLINE, needs="[masks](../chapters/masks.ipynb).")
    assert "| [masks](chapters/masks.ipynb) |" in pages.teaching_table([linked])
    labs = pages.labs_table([replace(OUTLINE, needs="[masks](../chapters/masks.ipynb).")])
    assert "| [masks](chapters/masks.ipynb) |" in labs
    assert f"| [{OUTLINE.title}](labs/sums.ipynb) | an hour | " in labs
    assert "<labs/worksheets/sums.ipynb>" in labs
    listed = pages.outcomes_list([OUTLINE, OUTLINE])
    assert listed.count("**Sums and shares:** you can\n\n- add\n- take away") == 2


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "book" / "exercises"
    folder.mkdir(parents=True)
    offer = "**Time:** an hour.\n**You need:** arithmetic.\n\n- add"
    for name in ("a", "b"):
        cells = [new_markdown_cell(f"# Exercises: {name}"), new_markdown_cell(offer)]
        cells[1].metadata["tags"] = ["outcomes"]
        (folder / f"{name}.ipynb").write_text(json.dumps(new_notebook(cells=cells)))
    toc = "chapters:\n- file: book/exercises/b\n- file: book/intro\n- file: book/exercises/a\n"
    (tmp_path / "_toc.yml").write_text(toc)
    return tmp_path


def test_the_order_is_that_of_the_contents(source):
    assert [one.topic for one in pages.outlines_in_order(source)] == ["b", "a"]


@pytest.mark.parametrize(
    ("page", "mark"),
    [
        ("book/exercises/a.ipynb", "<details"),
        ("book/labs/sign.ipynb", "<details"),
        ("book/chapters/a.ipynb", "Learn with this page"),
        ("book/chapters/other.ipynb", None),
        ("book/exercises/a.md", None),
    ],
)
def test_a_page_is_changed_when_it_is_read(source, page, mark):
    dependencies = []
    env = SimpleNamespace(doc2path=lambda name: page, note_dependency=dependencies.append)
    app = SimpleNamespace(srcdir=source, env=env)
    text = json.dumps(new_notebook(cells=[tagged(new_markdown_cell("Why."), "solution")]))
    given = [text]
    pages._on_source_read(app, page.rpartition(".")[0], source=given)
    assert (given[0] == text) if mark is None else (mark in given[0])
    assert bool(dependencies) == ("chapters/a" in page)


@pytest.mark.parametrize(
    ("directive", "start"),
    [
        (pages.TeachingTable, "| chapter"),
        (pages.OutcomesList, "**B:** you can"),
        (pages.LabsTable, "| lab"),
    ],
)
def test_a_directive_parses_what_its_maker_writes(source, directive, start):
    env = SimpleNamespace(srcdir=source)
    given = SimpleNamespace(env=env, maker=directive.maker, folder=directive.folder,
                            parse_text_to_nodes=lambda text: [text])  # fmt: skip
    (text,) = directive.run(given)
    assert text.startswith(start)


def test_the_extension_registers_itself():
    added = []
    app = SimpleNamespace(
        add_directive=lambda name, _: added.append(name),
        connect=lambda event, _: added.append(event),
    )
    assert pages.setup(app)["parallel_read_safe"]
    assert added == ["teaching-table", "teaching-outcomes", "labs-table", "source-read"]
