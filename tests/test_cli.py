"""The console command: plain messages, exit codes, one run at a time."""

import errno
import io
import os
import sys
from pathlib import Path

import nbformat
import pytest
import typer
from filelock import FileLock
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from rich.console import Console

from helpers import cli, cli_run, preflight, preparation, progress, runner
from helpers.errors import InputError
from helpers.files import sha256_of

PARAMETERS = """\
start_year: int = 2015  # first year
regions: list[str] = ["North"]
results_dir: str = "build/results"
"""


@pytest.fixture
def book(tmp_path, monkeypatch):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "data" / "inputs").mkdir(parents=True)
    land = tmp_path / "data" / "inputs" / "land.geojson"
    land.write_text("{}")
    (land.parent / "provenance.yml").write_text(
        f"outputs:\n  land.geojson: {{sha256: {sha256_of(land)}}}\n"
    )
    (tmp_path / "notebooks" / "parameters.yml").write_text("book: {common: {start_year: 2016}}\n")
    cells = [
        new_markdown_cell("# Sink"),
        new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}),
        new_code_cell("assert start_year > 2015, start_year\nregions"),
    ]
    nbformat.write(new_notebook(cells=cells), tmp_path / "notebooks" / "sink.ipynb")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SINKBOOK_ROOT", str(tmp_path))
    return tmp_path


@pytest.fixture
def sinkbook(monkeypatch, capsys):
    """Run the command as a shell does: exit code, standard output, standard error."""

    def call(*words):
        monkeypatch.setattr("sys.argv", ["sinkbook", *words])
        with pytest.raises(SystemExit, match=r"^\d*$") as stop:
            cli.main()
        out, err = capsys.readouterr()
        return stop.value.code, out, err

    return call


def test_run_takes_pairs_and_tells_where_the_results_are(book, sinkbook):
    code, out, err = sinkbook(
        "run", "sink", "-p", "regions", "[South, Northwest]", "-p", "start_year", "2017"
    )
    assert (code, out) == (0, "Results: build/results\n")
    assert err.splitlines()[0] == "sink: started"
    assert err.splitlines()[1].startswith("[1/1] sink: done in ")
    notebook = nbformat.read(book / "build/notebooks/sink.ipynb", as_version=4)
    assert notebook.cells[-1].outputs[0].data["text/plain"] == "['South', 'Northwest']"


def test_a_failing_notebook_is_explained_with_exit_code_1(book, sinkbook):
    code, out, err = sinkbook("run", "sink", "-p", "start_year", "2014")
    assert (code, out) == (1, "")
    assert err.splitlines()[2:] == [
        "sink, cell 3 failed.",
        "    | assert start_year > 2015, start_year",
        "    | regions",
        "    AssertionError: 2014",
        "    ran with:",
        "      start_year = 2014",
        "      regions = ['North']",
        "      results_dir = 'build/results'",
        "    log: build/logs/sink.log",
    ]
    assert not (book / "build/notebooks").exists()


def test_each_of_several_failures_at_once_is_told_with_cell_input_and_log(book, capsys):
    cells = nbformat.read(book / "notebooks" / "sink.ipynb", as_version=4).cells
    for name, source in (("late", "x = 1"), ("north", "regions[1]")):
        changed = new_notebook(cells=[*cells[:2], new_markdown_cell("Then"), new_code_cell(source)])
        nbformat.write(changed, book / "notebooks" / f"{name}.ipynb")
    values = runner.values_of(book, overrides={"start_year": 2013})
    with pytest.raises(typer.Exit, match=r"^1?$"):
        cli_run.run_values(values, root=book, fast=False, workers=3, force=False)
    err = capsys.readouterr().err
    told = err[err.index("north, cell 4 failed.") :].splitlines() + err.splitlines()
    ran_with = ["    ran with:", "      start_year = 2013", "      regions = ['North']"]
    ran_with += ["      results_dir = 'build/results'"]
    assert told[:8] == [
        "north, cell 4 failed.",
        "    | regions[1]",
        "    IndexError: list index out of range",
        *ran_with,
        "    log: build/logs/north.log",
    ]
    first = told.index("sink, cell 3 failed.")
    assert told[first + 3 : first + 9] == [
        "    AssertionError: 2013",
        *ran_with,
        "    log: build/logs/sink.log",
    ]
    assert "late: done in" in err
    assert "IndexError" in (book / "build/logs/north.log").read_text()
    assert "AssertionError" in (book / "build/logs/sink.log").read_text()
    assert (book / "build/notebooks/late.ipynb").is_file()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", "sikn"], "did you mean 'sink'"),
        (["run", "sink", "-p", "start_yaer", "2016"], "did you mean 'start_year'"),
        (["run", "sink", "-p", "start_year", "soon"], "found: 'soon' (str)"),
        (["run", "sink", "-p", "start_year"], "A parameter has no value."),
        (["run", "sink", "-p", "regions", "[North"], "cannot be read as YAML"),
        (["build", "--profile", "original"], "Unknown parameter"),
        (["params", "sikn"], "did you mean 'sink'"),
        (["check", "--data-dir", "nowhere"], "folder of product files is not there"),
        (["--root", "data", "check"], "Not a book."),
    ],
)
def test_a_refused_input_is_one_plain_message_with_exit_code_2(book, sinkbook, words, message):
    code, out, err = sinkbook(*words)
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert message in err
    assert "Traceback" not in err


def test_params_lists_type_default_meaning_and_book_value(book, sinkbook):
    code, out, _ = sinkbook("params", "sink")
    assert code == 0
    assert out.splitlines() == [
        "start_year: int = 2015  # first year  [book: 2016]",
        "regions: list[str] = ['North']",
        "results_dir: str = 'build/results'",
    ]


def test_two_runs_in_one_checkout_do_not_meet(book, sinkbook):
    (book / "build").mkdir()
    with FileLock(book / "build" / ".lock"):
        code, _, err = sinkbook("run", "sink")
    assert code == 2
    assert "Another sinkbook is at work in this checkout." in err


def test_check_finds_a_damaged_input_and_settings_that_do_not_fit(book, sinkbook):
    code, out, _ = sinkbook("check")
    assert code == 0
    assert out.count("ok ") == 3
    (book / "data" / "inputs" / "land.geojson").write_text("changed")
    (book / "notebooks" / "parameters.yml").write_text("fast: {common: {start_yaer: 2018}}")
    code, out, _ = sinkbook("check")
    assert code == 1
    assert "WRONG data/inputs/land.geojson: differs from its checksum" in out
    assert "WRONG notebooks/parameters.yml: fast: Unknown parameter." in out
    (book / "data" / "inputs" / "land.geojson").unlink()
    assert [f.seen.split(";")[0] for f in preflight.check_inputs(book)] == ["missing"]


def test_the_record_of_inputs_must_be_there(book):
    (book / "data" / "inputs" / "provenance.yml").unlink()
    with pytest.raises(InputError, match="record of the inputs is missing"):
        preflight.check_inputs(book)


def test_help_and_version_name_every_verb(book, sinkbook):
    code, out, _ = sinkbook("--help")
    assert code == 0
    for verb in ("prepare", "run", "build", "check", "params", "fetch"):
        assert f"\n  {verb} " in out
    code, out, _ = sinkbook("--version")
    assert code == 0
    assert out.startswith("sinkbook ")


@pytest.mark.parametrize("words", [("prepare",), ("run", "sink"), ("build",)])
def test_an_unknown_scheduler_is_refused_before_anything_runs(book, sinkbook, words):
    code, _, told = sinkbook(*words, "--scheduler", "cloud")
    assert code == 2
    assert "Unknown scheduler" in told
    assert not (book / "build").exists()


@pytest.mark.parametrize("words", [(), ("--allow-remote",)])
def test_only_prepare_may_fetch_and_only_when_told(book, sinkbook, monkeypatch, words):
    asked = []
    monkeypatch.setattr(preparation, "distinct_choices", lambda values: [CHOICE])
    monkeypatch.setattr(preparation, "prepare_data", lambda choice, **told: asked.append(told))
    code, _, told = sinkbook("prepare", *words)
    assert code == 0, told
    assert [one["allow_remote"] for one in asked] == [bool(words)]


CHOICE = {"profile": "original", "start_year": 2015, "end_year": 2019}


def test_each_choice_of_data_is_prepared_once():
    first = {
        "profile": "stand-in",
        "data_dir": None,
        "start_year": 2015,
        "end_year": 2019,
        "experiment": "LNLGIS",
    }
    other = {**first, "experiment": "IS"}
    values = [{**first, "mask": "fraction"}, {**first, "mask": "centre"}, other, {"start_year": 1}]
    assert preparation.distinct_choices(values) == [first, other]


def test_a_terminal_gets_a_live_display_and_the_same_lines(book):
    task = runner.plan(book, runner.values_of(book))[0]
    console = Console(force_terminal=True, width=60, record=True, file=io.StringIO())
    with progress.notebook_progress(console, total=1) as report:
        report("sink", None)
        report("sink", runner.Outcome(task=task, state="done", seconds=2.0))
    with progress.step(console, "Preparing [the] data") as tell:
        tell("a [step]")
    assert "[1/1] sink: done in 2.0 s" in console.export_text()


def test_notices_of_the_data_reach_the_user(book, monkeypatch, capsys):
    def prepare_data(choice, *, notify, **_):
        notify("VEGAS is left out: no file like vegas/x.nc")

    monkeypatch.setattr(preparation, "prepare_data", prepare_data)
    choice = {"profile": "original", "start_year": 2015, "end_year": 2019}
    cli_run.prepare_choices([choice], root=book, force=False)
    assert "notice: VEGAS is left out: no file like vegas/x.nc\n" in capsys.readouterr().err


@pytest.mark.parametrize(("number", "code"), [(errno.ENOSPC, 2), (errno.EROFS, 2)])
def test_a_full_or_closed_disk_is_one_plain_message(book, sinkbook, monkeypatch, number, code):
    def refuse():
        raise OSError(number, "no", "build/x.csv")

    monkeypatch.setattr(cli, "app", refuse)
    ended, out, err = sinkbook("build")
    assert (ended, out) == (code, "")
    assert err.startswith("error: A file cannot be written.\n  file: build/x.csv")


def test_another_trouble_of_the_system_is_not_dressed_up(monkeypatch):
    def break_down():
        raise OSError(errno.EIO, "broken disk")

    monkeypatch.setattr(cli, "app", break_down)
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    with pytest.raises(OSError, match="broken disk"):
        cli.main()
    sys.stdout.write("−\n")  # a sign that the terminal lacks is a mark and no error
    sys.stdout.flush()
    assert sys.stdout.buffer.getvalue() == b"?\n"


def test_the_root_named_is_the_one_of_the_processes_that_are_started(book, tmp_path, sinkbook):
    (tmp_path / "other" / "notebooks").mkdir(parents=True)
    code, _, err = sinkbook("--root", "other", "params", "sink")
    assert os.environ["SINKBOOK_ROOT"] == str(tmp_path / "other")
    assert code == 2
    assert "sink" in err


def test_a_folder_of_data_is_named_from_the_root_of_the_system(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert cli_run.data_choice(None, None) == {}
    assert cli_run.data_choice("original", Path("mine")) == {
        "profile": "original", "data_dir": str(tmp_path / "mine"),
    }  # fmt: skip
    assert cli_run.data_choice(None, Path("~/x")) == {"data_dir": str(tmp_path / "home" / "x")}


def test_warnings_of_notebooks_are_told(book, monkeypatch, capsys):
    def run_tasks(tasks, **_):
        told = ("cell 2: a warning",)
        return [runner.Outcome(task=tasks[0], state="done", seconds=1.0, warnings=told)]

    monkeypatch.setattr(runner, "run_tasks", run_tasks)
    values = runner.values_of(book)
    cli_run.run_values(values, root=book, fast=False, workers=1, force=False)
    assert "sink, warning in cell 2: a warning\n" in capsys.readouterr().err
