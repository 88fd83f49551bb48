"""The command that tries malformed inputs: what it prints, and its exit code."""

import pytest
from typer.testing import CliRunner

from helpers import cli, project
from helpers.gauntlet import case, catalogue, table

CASES = [
    case.Case(name=name, area="cf", about="odd", build=None, attempt=None, expects="error", says="")
    for name in ("lat-odd", "lon-odd")
]


@pytest.fixture
def gauntlet(monkeypatch, tmp_path):
    """Run the command on two cases with given outcomes; return exit code and output."""

    def run(*words, outcomes=("clear error", "clear error")):
        def run_cases(cases, report):
            made = [
                case.Outcome(name=one.name, area="cf", about="odd", outcome=what, detail="said\nso")
                for one, what in zip(cases, outcomes, strict=False)
            ]
            for one in made:
                report(one)
            return made

        monkeypatch.setattr(catalogue, "all_cases", lambda: CASES)
        monkeypatch.setattr(table, "run_cases", run_cases)
        monkeypatch.setattr(project, "project_root", lambda: tmp_path)
        done = CliRunner().invoke(cli.app, ["gauntlet", *words])
        return done.exit_code, done.output, done.exception

    return run


def test_all_cases_pass_in_silence_and_the_table_is_written(gauntlet, tmp_path):
    code, out, _ = gauntlet()
    assert code == 0
    assert "Trying 2 malformed inputs" in out
    assert "lat-odd" not in out
    assert out.splitlines()[-1].startswith("cases 2, clear errors 2")
    assert (tmp_path / "build" / "gauntlet" / "table.csv").is_file()


def test_what_goes_wrong_is_told_and_fails(gauntlet):
    code, out, _ = gauntlet(outcomes=("wrong answer", "skipped"))
    assert code == 1
    assert "lat-odd: wrong answer: said\n" in out
    assert "lon-odd: skipped: said\n" in out


def test_some_cases_alone_and_every_one_told(gauntlet):
    code, out, _ = gauntlet("--only", "lon", "--verbose")
    assert code == 0
    assert "lat-odd" not in out
    assert "lon-odd: clear error: said\n" in out


def test_cases_that_do_not_exist_are_refused(gauntlet):
    code, _, error = gauntlet("--only", "nothing")
    assert code == 1
    assert "No such case" in str(error)
    assert "lat-odd" in str(error)
