"""The runner: in parallel, only what changed, past a failure, with nothing half-written.

Kernels cost seconds, so one run of three notebooks serves most tests here.
"""

import json
import os
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers import runner, stamp
from helpers.errors import InputError
from helpers.execution import finish, stderr_lines

PARAMETERS = """\
start_year: int = 2015  # first year
label: str | None = None
results_dir: str = "build/results"
"""
GOOD = """\
import sys
from pathlib import Path
from helpers.results import Row, write_results
row = Row(quantity="annual_mean", product="beps", scope="China", period=str(start_year),
          value=0.5, unit="Pg C yr-1")
write_results([row], notebook="good", results_dir=results_dir)
folder = Path(results_dir, "figures"); folder.mkdir(exist_ok=True)
(folder / "good-map.csv").write_text("x")
[Path.cwd().name, sys.executable, start_year]"""
BAD = """\
from pathlib import Path
from helpers.errors import InputError
Path(results_dir).mkdir(parents=True, exist_ok=True)
Path(results_dir, "bad.csv").write_text("half of the rows")
raise InputError("No such product.", found="'beeps'", fix="correct it")"""
MENDED = "import warnings; warnings.warn('mind the gap', stacklevel=1)"
DEAD = "import os; os._exit(7)"


def write_notebook(root, name, *sources):
    cells = [new_markdown_cell(f"# {name}"), new_code_cell(PARAMETERS)]
    cells[1].metadata["tags"] = ["parameters"]
    cells += [new_code_cell(source) for source in sources]
    nbformat.write(new_notebook(cells=cells), root / "notebooks" / f"{name}.ipynb")


def make_book(root):
    (root / "notebooks").mkdir(parents=True)
    (root / "data").mkdir()
    (root / "data" / "catalog.yml").write_text("{}")
    (root / "notebooks" / "parameters.yml").write_text(
        "book:\n  common: {start_year: 2016}\nfast:\n  common: {start_year: 2018}\n"
    )
    write_notebook(root, "good", GOOD)
    return root


def run(root, **options):
    return runner.run_tasks(runner.plan(root, runner.values_of(root)), **options)


@pytest.fixture(scope="module")
def first_run(tmp_path_factory):
    """Run a good, a failing and a dying notebook with no home directory."""
    root = make_book(tmp_path_factory.mktemp("book"))
    write_notebook(root, "bad", "fine = 1", BAD)
    write_notebook(root, "dead", DEAD)
    events = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", "/nonexistent")
        patch.setenv("MPLBACKEND", "agg")
        outcomes = run(
            root,
            workers=3,
            report=lambda name, outcome: events.append((name, outcome and outcome.state)),
        )
    return root, {outcome.task.name: outcome for outcome in outcomes}, events


def test_a_failure_stops_no_other(first_run):
    _, outcomes, events = first_run
    assert {name: outcome.state for name, outcome in outcomes.items()} == {
        "bad": "failed",
        "dead": "failed",
        "good": "done",
    }
    assert sorted(events, key=str) == sorted(
        [(name, None) for name in outcomes]
        + [(name, outcome.state) for name, outcome in outcomes.items()],
        key=str,
    )


def test_a_failure_names_cell_source_error_and_log(first_run):
    _, outcomes, _ = first_run
    failure = outcomes["bad"].failure
    assert failure.cell == 4
    assert failure.source == BAD
    assert failure.error.startswith("InputError: No such product.\n")
    log = outcomes["bad"].task.log.read_text()
    assert "Traceback" in log
    assert "\x1b[" not in log
    assert "Kernel died" in outcomes["dead"].failure.error


def test_a_failure_leaves_no_notebook_behind(first_run):
    root, _, _ = first_run
    assert sorted(path.name for path in (root / "build/notebooks").iterdir()) == [
        "good.ipynb",
        "good.stamp.json",
    ]


def test_a_failure_leaves_no_results_behind(first_run):
    root, _, _ = first_run
    assert sorted(path.name for path in (root / "build/results").rglob("*.*")) == [
        "good-map.csv",
        "good.csv",
        "good.provenance.json",
    ]


def test_the_kernel_is_this_interpreter_at_the_root_with_the_book_values(first_run):
    root, outcomes, _ = first_run
    notebook = nbformat.read(outcomes["good"].task.output, as_version=4)
    shown = notebook.cells[-1].outputs[0].data["text/plain"]
    assert shown == repr([root.name, sys.executable, 2016])
    log = outcomes["good"].task.log.read_text().splitlines()
    # a slow kernel says so when it is told to stop
    assert [line for line in log if "KeyboardInterrupt caught in kernel" not in line] == []
    assert outcomes["good"].warnings == ()


def test_parameter_cells_are_hidden_and_nothing_dates_the_notebook(first_run):
    root, outcomes, _ = first_run
    text = outcomes["good"].task.output.read_text()
    notebook = nbformat.reads(text, as_version=4)
    tags = [cell.metadata.get("tags", []) for cell in notebook.cells[1:3]]
    assert tags == [["parameters", "hide-input"], ["injected-parameters", "hide-input"]]
    assert "papermill" not in text
    assert "start_time" not in text
    assert str(root) not in text


def test_results_and_their_record_are_written(first_run):
    root, _, _ = first_run
    folder = root / "build" / "results"
    record = json.loads((folder / "good.provenance.json").read_text())
    assert record["parameters"] == {
        "start_year": 2016,
        "label": None,
        "results_dir": "build/results",
    }
    assert list(record["inputs"]) == ["data/catalog.yml"]
    assert list(record["results"]) == ["figures/good-map.csv", "good.csv"]
    assert record["run"]["seconds"] > 0
    assert str(root) not in json.dumps(record)


def current(root):
    task = runner.plan(root, runner.values_of(root, names=["good"]))[0]
    return stamp.is_current(task.output, task.fingerprint, results_dir=task.results_dir)


def test_what_is_up_to_date_is_skipped_until_anything_changes(first_run):
    root, _, _ = first_run
    only = runner.plan(root, runner.values_of(root, names=["good"]))
    assert [outcome.state for outcome in runner.run_tasks(only)] == ["up to date"]
    for name, old, new in (
        ("notebooks/good.ipynb", "value=0.5", "value=0.6"),
        ("notebooks/parameters.yml", "2016", "2017"),
        ("data/catalog.yml", "{}", "{a: 1}"),
        ("build/notebooks/good.ipynb", "# good", "# changed"),
        ("build/results/good.csv", "0.5", "0.6"),
        ("build/results/figures/good-map.csv", "x", "y"),
    ):
        before = (root / name).read_text()
        assert old in before
        (root / name).write_text(before.replace(old, new))
        was_current = current(root)
        (root / name).write_text(before)
        assert not was_current, name
        assert current(root), name


def test_a_change_of_the_package_or_its_libraries_is_noticed(first_run, monkeypatch):
    root, _, _ = first_run
    for function in ("helpers_digest", "versions"):
        with monkeypatch.context() as patch:
            patch.setattr(runner.fingerprint, function, lambda: "another")
            assert not current(root), function
    assert current(root)


def test_after_a_failure_only_the_failed_one_runs_again(tmp_path):
    root = make_book(tmp_path)
    write_notebook(root, "bad", MENDED)
    good = runner.plan(root, runner.values_of(root, names=["good"]))[0]
    good.output.parent.mkdir(parents=True)
    good.output.write_text("executed")
    (good.results_dir).mkdir(parents=True)
    (good.results_dir / "good.provenance.json").write_text("{}")
    stamp.write(good.output, good.fingerprint, results={})
    (good.results_dir / "bad.csv").write_text("left by an earlier source")
    os.utime(good.results_dir / "bad.csv", (1, 1))
    outcomes = run(root)
    assert [(o.task.name, o.state) for o in outcomes] == [("bad", "done"), ("good", "up to date")]
    assert "UserWarning: mind the gap" in outcomes[0].warnings[0]
    assert outcomes[0].warnings[0].startswith("cell 3: ")
    assert not (good.results_dir / "bad.csv").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"names": ["god"]}, "did you mean 'good'"),
        ({"overrides": {"start_yaer": 2016}}, "did you mean 'start_year'"),
        ({"overrides": {"start_year": "x"}}, "wrong type or value"),
    ],
)
def test_a_plan_that_cannot_work_is_refused_before_any_kernel(tmp_path, options, message):
    root = make_book(tmp_path)
    with pytest.raises(InputError, match=message):
        runner.values_of(root, **options)


def test_fast_results_never_take_the_place_of_the_book(tmp_path):
    root = make_book(tmp_path)
    values = runner.values_of(root, fast=True)
    assert values["good"]["start_year"] == 2018
    task = runner.plan(root, values, fast=True)[0]
    assert task.output == root / "build/fast/notebooks/good.ipynb"


def test_what_a_removed_notebook_left_is_removed(tmp_path):
    root = make_book(tmp_path)
    for name in ("notebooks/old.ipynb", "notebooks/good.ipynb", "results/old.csv"):
        (root / "build" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "build" / name).write_text("{}")
    assert runner.remove_leftovers(root) == ["old"]
    assert [path.name for path in (root / "build/notebooks").iterdir()] == ["good.ipynb"]
    assert not (root / "build/results/old.csv").exists()


def test_finish_is_the_same_twice():
    cell = new_code_cell("x", metadata={"tags": ["injected-parameters"], "papermill": {"d": 1}})
    notebook = new_notebook(cells=[cell], metadata={"papermill": {"start_time": "now"}})
    once = finish(notebook)
    assert finish(once) == once
    assert once.cells[0].metadata == {"tags": ["injected-parameters", "hide-input"]}
    assert stderr_lines(once) == []


def test_exercises_run_by_their_name_with_their_own_values(first_run):
    root, _, _ = first_run
    folder = root / "notebooks" / "exercises"
    folder.mkdir()
    source = "from pathlib import Path\nPath.cwd().name"
    nbformat.write(new_notebook(cells=[new_code_cell(source)]), folder / "good.ipynb")
    assert "exercises/good" not in runner.values_of(root)
    values = runner.values_of(root, names=["notebooks/exercises/good.ipynb"])
    assert values == {"exercises/good": {}}
    with pytest.raises(InputError, match="Unknown parameter"):
        runner.values_of(root, names=["exercises/good"], overrides={"start_year": 2017})
    before = sorted((root / "build/results").glob("good*"))
    assert [one.state for one in runner.run_tasks(runner.plan(root, values))] == ["done"]
    assert [one.state for one in runner.run_tasks(runner.plan(root, values))] == ["up to date"]
    assert (root / "build/notebooks/exercises/good.ipynb").is_file()
    assert (root / "build/logs/exercises/good.log").is_file()
    assert (root / "build/results/exercises/good.provenance.json").is_file()
    assert runner.remove_leftovers(root) == []
    (folder / "good.ipynb").unlink()
    assert runner.remove_leftovers(root) == ["exercises/good"]
    assert not (root / "build/notebooks/exercises/good.ipynb").exists()
    assert sorted((root / "build/results").glob("good*")) == before
