"""Anatomy of every notebook: what a reader, a reviewer and the runner can rely on."""

import ast
import re
from itertools import groupby
from pathlib import Path

import nbformat
import pytest
import yaml
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.book import pages_of
from helpers.errors import InputError
from helpers.parameters import COMMON, TAG, declared_parameters
from helpers.runner import notebook_names, values_of
from helpers.teaching.folders import EXERCISES, teaching_names
from helpers.teaching.outline import EXERCISE, SOLUTION, read_outline, tags_of

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
MAX_LINES = 15
MAX_RUNNING = 2
MIN_EXERCISES = 5
WITHOUT_EXERCISES = {"explorer"}  # a tool, not a chapter of its own
FORBIDDEN = ("requests", "urllib", "socket", "subprocess", "pooch", "http", "ftplib", "pip")
COMPUTED_ALT = re.compile(r"\bfigures\.publish\(|\balt=")


def complaints(path):
    """Return what is wrong with a notebook, one sentence each."""
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [
        *_name_and_title(path, notebook),
        *_parameters(path),
        *(text for cell in code for text in _code_cell(cell)),
        *_running(notebook),
    ]


def teaching_complaints(path):
    """Return what is wrong with a notebook of exercises or of a lab: a lighter set."""
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [
        *_name_and_title(path, notebook),
        *(text for cell in code for text in _code_cell(cell)),
        *(_exercises(path, notebook) if path.parent.name == EXERCISES else []),
    ]


def _exercises(path, notebook):
    if len(read_outline(path).exercises) < MIN_EXERCISES:
        yield f"exercises: fewer than {MIN_EXERCISES}"
    kinds = [
        (bool(re.match("## ", cell.source)), tags_of(cell)[0] if tags_of(cell) else "")
        for cell in notebook.cells
        if cell.cell_type == "markdown"
    ]
    exercises = [number for number, (is_heading, _) in enumerate(kinds) if is_heading]
    for start, end in zip(exercises, [*exercises[1:], len(kinds)], strict=True):
        if kinds[start][1] != EXERCISE or SOLUTION not in [kind for _, kind in kinds[start:end]]:
            yield f"exercises: number {exercises.index(start) + 1} has no solution in words"
    for cell in notebook.cells:
        is_text = cell.cell_type == "markdown" and SOLUTION in tags_of(cell)
        if is_text and re.search(r"^#+ ", cell.source, re.MULTILINE):
            yield "exercises: a solution has a heading, which cannot be folded"


def _name_and_title(path, notebook):
    if not re.fullmatch(r"[a-z]+(_[a-z0-9]+)*", path.stem):
        yield "name: a topic or question in snake_case, unnumbered"
    first = notebook.cells[0]
    if first.cell_type != "markdown" or not first.source.startswith("# "):
        yield "title: the first cell is Markdown and opens with '# '"
    headings = [
        line
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for line in re.sub(r"```.*?```", "", cell.source, flags=re.DOTALL).splitlines()
        if line.startswith("# ")
    ]
    if len(headings) > 1:
        yield f"title: one only, found {len(headings)}"


def _parameters(path):
    try:
        declared = declared_parameters(path)
    except InputError as error:
        yield f"parameters: {error.what}"
        return
    absent = [name for name in COMMON if name not in declared]
    if absent:
        yield f"parameters: no {', '.join(absent)}"
    for item in declared.values():
        if not item.comment:
            yield f"parameters: {item.name} has no comment"


def _code_cell(cell):
    tags, lines = cell.metadata.get("tags", []), cell.source.splitlines()
    start = f"cell '{lines[0][:40]}'" if lines else "empty cell"
    if cell.outputs or cell.execution_count is not None:
        yield f"{start}: has outputs"
    if not lines or len(lines) > MAX_LINES:
        yield f"{start}: {len(lines)} lines"
    if TAG in tags and "hide-input" not in tags:
        yield f"{start}: parameters cell is not tagged hide-input"
    try:
        tree = ast.parse(cell.source)
    except SyntaxError:
        yield f"{start}: magic, shell command or broken Python"
        return
    yield from (f"{start}: {text}" for text in _statements(tree))
    if "figure" in tags:
        yield from (f"{start}: figure without {text}" for text in _figure(cell))


def _statements(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            yield "defines a function or class"
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for module in modules:
            if module.split(".")[0] in FORBIDDEN:
                yield f"imports {module}"
        if isinstance(node, ast.Constant) and str(node.value).startswith(("http:", "https:")):
            yield "names a web address"
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("filterwarnings"):
            yield "hides warnings"


def _figure(cell):
    settings = cell.metadata.get("mystnb", {})
    for name in ("caption", "name"):
        if not str(settings.get("figure", {}).get(name, "")).strip():
            yield f"mystnb.figure.{name}"
    if not settings.get("image", {}).get("alt") and not COMPUTED_ALT.search(cell.source):
        yield "alt text (mystnb.image.alt, or computed)"


def _running(notebook):
    for kind, cells in groupby(notebook.cells, key=lambda cell: cell.cell_type):
        count = len([cell for cell in cells if not {TAG} & set(cell.metadata.get("tags", []))])
        if kind == "code" and count > MAX_RUNNING:
            yield f"{count} code cells in a row"


@pytest.mark.parametrize("name", notebook_names(NOTEBOOKS.parent) or ["none"])
def test_anatomy(name):
    if name == "none":
        pytest.skip("no notebook yet")
    assert complaints(NOTEBOOKS / f"{name}.ipynb") == []


@pytest.mark.parametrize("name", teaching_names(NOTEBOOKS.parent))
def test_anatomy_of_teaching_notebooks(name):
    assert teaching_complaints(NOTEBOOKS / f"{name}.ipynb") == []


def test_every_chapter_has_exercises_in_the_contents():
    root = NOTEBOOKS.parent
    chapters = set(notebook_names(root)) - WITHOUT_EXERCISES
    assert {f"{EXERCISES}/{name}" for name in chapters} == set(
        teaching_names(root, folder=EXERCISES)
    )
    pages = set(pages_of(yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))))
    assert {f"book/{EXERCISES}/{name}" for name in chapters} <= pages


@pytest.mark.parametrize("fast", [False, True])
def test_settings_fit_every_notebook(fast):
    values = values_of(NOTEBOOKS.parent, fast=fast)
    assert sorted(values) == notebook_names(NOTEBOOKS.parent)


def test_figure_labels_are_not_used_twice():
    labels = [
        cell.metadata.get("mystnb", {}).get("figure", {}).get("name")
        for path in sorted(NOTEBOOKS.rglob("*.ipynb"))
        for cell in nbformat.read(path, as_version=4).cells
    ]
    used = [label for label in labels if label]
    assert len(used) == len(set(used))


GOOD_PARAMETERS = "\n".join(f"{name}: str | None = None  # meaning" for name in COMMON)


@pytest.fixture
def judged(tmp_path):
    """Return the complaints about a good notebook with one cell added or replaced."""

    def judge(*cells, title="# Sink", parameters=GOOD_PARAMETERS, name="sink"):
        tags = {"tags": ["parameters", "hide-input"]}
        body = [new_markdown_cell(title), new_code_cell(parameters, metadata=tags)]
        nbformat.write(new_notebook(cells=[*body, *cells]), tmp_path / f"{name}.ipynb")
        return complaints(tmp_path / f"{name}.ipynb")

    return judge


FIGURE = {"tags": ["figure"], "mystnb": {"figure": {"caption": "What is shown.", "name": "a"}}}


def test_a_good_notebook_has_no_complaint(judged):
    computed = new_code_cell("figures.publish(drawing)", metadata=FIGURE)
    settings = {**FIGURE["mystnb"], "image": {"alt": "A line that rises."}}
    fixed = new_code_cell("drawing", metadata={**FIGURE, "mystnb": settings})
    assert judged(computed, fixed) == []


@pytest.mark.parametrize(
    ("cell", "complaint"),
    [
        (new_code_cell("def f():\n    return 1"), "defines a function"),
        (new_code_cell("f = lambda x: x"), "defines a function"),
        (new_code_cell("!pip install x"), "magic, shell command"),
        (new_code_cell("%matplotlib inline"), "magic, shell command"),
        (new_code_cell("import urllib.request"), "imports urllib.request"),
        (new_code_cell("from requests import get"), "imports requests"),
        (new_code_cell("load('https://example.org/a.nc')"), "names a web address"),
        (new_code_cell("warnings.filterwarnings('ignore')"), "hides warnings"),
        (new_code_cell("x = 1\n" * 16), "16 lines"),
        (new_code_cell("1", outputs=[new_output("stream", text="1")]), "has outputs"),
        (new_code_cell("1", execution_count=1), "has outputs"),
        (new_code_cell("draw()", metadata=FIGURE), "figure without alt text"),
        (new_code_cell("f(alt='x')", metadata={"tags": ["figure"]}), "mystnb.figure.caption"),
        (new_markdown_cell("# Another title"), "one only, found 2"),
    ],
)
def test_each_fault_of_a_cell_is_seen(judged, cell, complaint):
    found = judged(cell)
    assert found
    assert complaint in found[0]


def test_three_code_cells_in_a_row_are_too_many(judged):
    cells = [new_code_cell(f"x{number} = 1") for number in range(3)]
    assert judged(*cells) == ["3 code cells in a row"]
    assert judged(cells[0], cells[1], new_markdown_cell("Text."), cells[2]) == []


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"title": "The sink"}, "title: the first cell"),
        ({"name": "01_sink"}, "name: a topic"),
        ({"parameters": "start_year = 2015  # year"}, "parameters: no profile, data_dir, end_year"),
        ({"parameters": GOOD_PARAMETERS + "\nown = 1"}, "own has no comment"),
        ({"parameters": "start_year = 2000 + 15"}, "A parameter is not a literal."),
    ],
)
def test_each_fault_of_a_page_is_seen(judged, change, complaint):
    assert complaint in judged(**change)[0]


OFFER = "**Time:** an hour.\n\n**You need:** arithmetic.\n\n- add"


def exercise(number, *, is_solved=True, words="Because."):
    cells = [new_markdown_cell(f"## {number}. Add", metadata={"tags": ["exercise"]})]
    return cells + [new_markdown_cell(words, metadata={"tags": ["solution"]})] * is_solved


@pytest.mark.parametrize(
    ("cells", "complaint"),
    [
        ([exercise(n) for n in range(5)], None),
        ([exercise(n) for n in range(4)], "fewer than 5"),
        ([exercise(n, is_solved=n != 2) for n in range(5)], "number 3 has no solution in words"),
        ([exercise(n, words="### Why") for n in range(5)], "a solution has a heading"),
        ([*(exercise(n) for n in range(5)), [new_markdown_cell("## More")]], "number 6 has no"),
        ([*(exercise(n) for n in range(5)), [new_code_cell("def f(): pass")]], "defines a"),
    ],
)
def test_each_fault_of_a_notebook_of_exercises_is_seen(tmp_path, cells, complaint):
    path = tmp_path / "exercises" / "sums.ipynb"
    path.parent.mkdir()
    first = [new_markdown_cell("# Exercises: sums")]
    first.append(new_markdown_cell(OFFER, metadata={"tags": ["outcomes"]}))
    nbformat.write(new_notebook(cells=[*first, *(cell for few in cells for cell in few)]), path)
    found = teaching_complaints(path)
    assert (found == []) if complaint is None else (complaint in found[0])
