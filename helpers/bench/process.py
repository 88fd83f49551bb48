"""Running a program and measuring it from outside: time, processor time and peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from helpers.errors import InputError

MEGABYTE = 1e6
_MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Run:
    """One run of a program.

    Attributes
    ----------
    seconds : float
        From start to end of the process.
    cpu_seconds : float
        Processor time of all its threads, the system's work for it included.
    peak_mb : float
        Largest resident memory [MB].
    output : str
        What it printed.
    """

    seconds: float
    cpu_seconds: float
    peak_mb: float
    output: str = ""

    @property
    def inside(self) -> float:
        """Return the seconds that a program measured itself and printed last."""
        return float(self.output.splitlines()[-1])


def run(command: Sequence[str], *, folder: Path, env: Mapping[str, str]) -> Run:
    """Run a program and return what it took.

    Raises
    ------
    InputError
        If it fails; the message holds the end of what it said.
    """
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if process.stdout is None:
        raise AssertionError("the output is a pipe")
    with process.stdout as stream:
        output = stream.read().decode("utf-8", errors="replace")
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise InputError(
            "A measured program failed.",
            where=" ".join(command)[:200],
            found=output[-1000:] or f"exit code {process.returncode}",
            accepted="exit code 0",
            fix="Run it by hand to see why; the benchmark needs every program.",
        )
    cpu = usage.ru_utime + usage.ru_stime
    return Run(seconds, cpu, usage.ru_maxrss * _MAXRSS_UNIT / MEGABYTE, output)


def environment(root: Path, *, folder: Path) -> dict[str, str]:
    """Return the environment of measured programs: this checkout, with compiled modules kept.

    A setting of the surroundings that forbids Python to keep compiled modules would measure the
    compiler.
    """
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    paths = [str(root), *filter(None, [os.environ.get("PYTHONPATH")])]
    env["PYTHONPATH"] = os.pathsep.join(paths)
    env["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
    return env
