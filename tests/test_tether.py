"""A process that is tied to its parent ends with it, however the parent ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from helpers import tether

TIED = """\
import os, time
from helpers.tether import end_with_parent
assert end_with_parent()
print(os.getpid(), flush=True)  # from here on it is tied, however busy the machine
time.sleep(600)
"""
PARENT = f"""\
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", {TIED!r}])
time.sleep(600)
"""


def runs(number):
    """Tell whether a process runs; one that ended and was not fetched by its parent does not."""
    try:
        stat = Path(f"/proc/{number}/stat").read_text(encoding="ascii")
        return stat.rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux can tie a process")
def test_a_tied_process_ends_when_its_parent_is_killed(root):
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, cwd=root) as one:
        child = int(one.stdout.readline())
        assert runs(child)
        os.kill(one.pid, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while runs(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not runs(child)


def test_a_module_runs_with_the_arguments_that_follow_its_name(root, tmp_path):
    (tmp_path / "shout.py").write_text("import sys; print(__name__, sys.argv[1:])")
    shown = subprocess.run(
        [sys.executable, "-m", "helpers.tether", "shout", "-f", "x"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(root), str(tmp_path)])},
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    )
    assert shown.stdout == "__main__ ['-f', 'x']\n"


def test_main_ties_and_runs(monkeypatch, tmp_path, capsys):
    (tmp_path / "whisper.py").write_text("import sys; print(sys.argv[1:])")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "argv", ["tether", "whisper", "-q"])
    monkeypatch.setattr(tether, "end_with_parent", lambda: True)
    tether.main(["whisper", "-q"])
    assert capsys.readouterr().out == "['-q']\n"


def test_elsewhere_nothing_is_tied(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert not tether.end_with_parent()


def test_a_system_without_the_call_is_no_error(monkeypatch):
    def fail(name):
        raise OSError("no such library")

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(tether.ctypes, "CDLL", fail)
    assert not tether.end_with_parent()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux can tie a process")
@pytest.mark.parametrize("is_late", [True, False])
def test_a_process_whose_parent_has_already_ended_ends_too(root, is_late):
    parent = os.getppid() if is_late else os.getpid()  # whoever started it is this process
    code = f"from helpers.tether import end_with_parent as e; assert e({parent}); print('goes on')"
    one = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, check=False)
    assert one.returncode == (-signal.SIGKILL if is_late else 0)
    assert one.stdout == (b"" if is_late else b"goes on\n")
