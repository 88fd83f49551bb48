"""A disk that fills while data are prepared: file and reason are told, and nothing is lost."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

LIMITS = {20_000: "BEPS_NEP_201501.raw", 300_000: "VEGAS_S3_nbp.nc", 2_500_000: "2015-2015.nc"}
"""Most bytes of a file, and the first file that is larger: raw, NetCDF, and the cube."""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def report(root, tmp_path_factory):
    driver, folder = Path(__file__).with_name("full_disk.py"), tmp_path_factory.mktemp("disk")
    packages = os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, driver, folder, *map(str, LIMITS)],
        env={**os.environ, "PYTHONPATH": packages},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, f"{done.stderr}\n{done.stdout}"
    return json.loads(done.stdout)


@pytest.mark.parametrize("number", range(len(LIMITS)))
def test_a_full_disk_is_told_and_what_was_there_stays(report, number):
    row, name = report["rows"][number], list(LIMITS.values())[number]
    assert row["exit"] == 2, row["told"]
    message = row["told"][row["told"].index("error: ") :].splitlines()
    assert message[0] == "error: A file cannot be written."
    assert message[1].startswith("  file: ")
    assert message[1].endswith(name)
    assert message[2] == "  found: File too large"
    assert "Traceback" not in row["told"]
    assert row["remnants"] == []
    assert row["result"] == report["whole"]


def test_with_room_again_the_same_is_made(report):
    assert any(name.startswith("cube/") for name in report["whole"])
    assert report["again"] == [0, report["whole"]]
