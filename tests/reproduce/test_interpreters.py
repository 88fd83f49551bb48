"""Finding another Python: by command, by path, by version, or none and why."""

import os
import sys

import pytest

from helpers.errors import InputError
from helpers.reproduce import interpreters


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A computer that has only the Pythons that a test writes."""
    commands, versions = tmp_path / "bin", tmp_path / "pyenv" / "versions"
    commands.mkdir()
    monkeypatch.setenv("PATH", str(commands))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))

    def write(name, version, *, code=0):
        by_pyenv = name.startswith("pyenv ")
        path = versions / name[6:] / "bin" / "python" if by_pyenv else commands / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\necho {version} '{path}'\nexit {code}\n")
        path.chmod(0o755)
        return str(path)

    return write


def test_a_command_is_found_and_so_is_a_path(machine):
    path = machine("python3.93", "3.93.1")
    for wanted in ("python3.93", "3.93", path):
        assert interpreters.find_interpreter(wanted) == path


def test_a_shim_that_does_not_start_gives_way_to_the_version_behind_it(machine):
    machine("python3.93", "pyenv: command not found", code=127)
    machine("pyenv 3.9.1", "3.9.1")
    old, new = machine("pyenv 3.93.2", "3.93.2"), machine("pyenv 3.93.11", "3.93.11")
    assert interpreters.find_interpreter("python3.93") == new
    assert interpreters.find_interpreter("3.93.2") == old


def test_unless_named_the_newest_of_another_version_is_taken(machine):
    machine("python3.11", "3.11.0")
    minor = sys.version_info[1]
    machine(f"pyenv 3.{minor}.99", f"3.{minor}.99")
    newest = machine("python3.29", "3.29.0rc1+")
    assert interpreters.find_interpreter() == newest


def test_home_is_searched_where_pyenv_names_no_folder(machine, monkeypatch, tmp_path):
    machine("pyenv 3.93.1", "3.93.1")
    monkeypatch.delenv("PYENV_ROOT")
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(InputError, match="does not start"):
        interpreters.find_interpreter("3.93")
    (tmp_path / "pyenv").rename(tmp_path / ".pyenv")
    assert "/3.93.1/" in interpreters.find_interpreter("3.93")


def test_the_folder_of_shims_on_the_path_tells_where_pyenv_lies(machine, monkeypatch, tmp_path):
    machine("pyenv 3.93.1", "3.93.1")
    monkeypatch.delenv("PYENV_ROOT")
    monkeypatch.setenv("HOME", str(tmp_path / "empty"))
    monkeypatch.setenv("PATH", str(tmp_path / "pyenv" / "shims"), prepend=os.pathsep)
    assert "/3.93.1/" in interpreters.find_interpreter("3.93")


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (("python3.94",), "'python3.94', which does not start"),
        (("/nowhere/python",), "'/nowhere/python', which does not start"),
        ((), "nothing that starts"),
        (("python3.9",), "too old.*\n.*\n  found: 3.9.5"),
    ],
)
def test_none_is_told_with_what_to_do(machine, capsys, wanted, message):
    machine("python3.9", "3.9.5")
    with pytest.raises(InputError, match=message):
        interpreters.find_interpreter(*wanted)
    assert interpreters.main(*wanted) == 2
    told = capsys.readouterr().err
    assert told.startswith("error: ")
    assert "fix: Name" in told


def test_main_prints_the_path(capsys):
    assert interpreters.main(sys.executable) == 0
    assert capsys.readouterr().out.strip() == sys.executable
