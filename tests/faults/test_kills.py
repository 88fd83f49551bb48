"""Whatever the moment at which the work is killed, the next run ends in the same bytes.

Twenty moments for each of three commands, on a small book; the commands are tried side by side.
`make faults` runs these tests, and so does `make test-slow`.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

COUNT = 20
STAGES = ("prepare", "run", "build")
DRIVER = Path(__file__).with_name("kills.py")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def reports(root, tmp_path_factory):
    """Return what came of every attempt, by stage."""
    packages = os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": packages, "OMP_NUM_THREADS": "1"}
    running = {
        name: subprocess.Popen(
            [sys.executable, DRIVER, name, tmp_path_factory.mktemp(name), str(COUNT)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env=environment,
        )
        for name in STAGES
    }
    told = {name: process.communicate() for name, process in running.items()}
    for name, (out, err) in told.items():
        assert running[name].returncode == 0, f"{name}: {err}\n{out}"
    return {name: json.loads(out) for name, (out, _) in told.items()}


@pytest.mark.parametrize("stage", STAGES)
def test_every_attempt_was_killed_at_work(reports, stage):
    rows = reports[stage]["rows"]
    assert len(rows) == COUNT
    assert all(row["killed"] for row in rows)


@pytest.mark.parametrize("stage", STAGES)
def test_nothing_half_done_passes_for_done(reports, stage):
    assert [row for row in reports[stage]["rows"] if row["passed for whole"]] == []


@pytest.mark.parametrize("stage", STAGES)
def test_the_next_run_ends_well_in_the_same_bytes(reports, stage):
    assert reports[stage]["files"] > 5
    rows = reports[stage]["rows"]
    assert [row for row in rows if row["exit"] or row["differs"]] == [], reports[stage]["log"]


@pytest.mark.parametrize("stage", STAGES)
def test_nothing_half_written_stays(reports, stage):
    assert [row for row in reports[stage]["rows"] if row["remnants"]] == []
