"""Measuring a program from outside."""

import resource
import sys

import pytest

from helpers.bench import process, programs
from helpers.errors import InputError


def run(program, tmp_path):
    env = process.environment(tmp_path, folder=tmp_path)
    return process.run(programs.python(program), folder=tmp_path, env=env)


def test_time_and_memory_of_a_program(tmp_path, monkeypatch):
    monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)  # watching it takes memory too
    # larger than the test runner, whose memory a new process counts as its own until it starts
    megabytes = 800 + resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000
    program = f"import time; x = b'x' * {megabytes * 10**6}; time.sleep(0.3); print(len(x))"
    busy = run(program, tmp_path)
    assert busy.output == f"{megabytes * 10**6}\n"
    assert busy.seconds >= 0.3
    assert busy.peak_mb == pytest.approx(megabytes + 15, abs=15)
    assert busy.cpu_seconds > 0


def test_a_program_that_fails_is_said_with_its_words(tmp_path):
    with pytest.raises(InputError, match="no such thing"):
        run("raise SystemExit('no such thing')", tmp_path)
    with pytest.raises(InputError, match="exit code 3"):
        run("raise SystemExit(3)", tmp_path)


def test_the_environment_keeps_compiled_modules(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    env = process.environment(tmp_path / "root", folder=tmp_path)
    assert "PYTHONDONTWRITEBYTECODE" not in env
    assert env["PYTHONPATH"].startswith(str(tmp_path / "root"))
    assert env["PYTHONPATH"].endswith("elsewhere")
    assert programs.python("pass")[0] == sys.executable
