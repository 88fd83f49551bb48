"""Interleaved rounds: every program once per round, so that all see the same machine."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import helpers.bench.process as processes
from helpers.bench import plan, programs
from helpers.bench.plan import Case
from helpers.bench.process import Run

Runs = dict[tuple[str, int], list[Run]]
"""The runs of each case, one per round, by program and size."""


def measure(
    folder: Path, *, root: Path, rounds: int, say: Callable[[str], None], cases: Sequence[Case]
) -> Runs:
    """Make the inputs and run all cases in interleaved rounds.

    Parameters
    ----------
    folder : Path
        Where inputs and outputs are, usually ``build/bench``.
    root : Path
        Root of the book.
    rounds : int
        Number of rounds.
    say : callable
        Called with a line of progress.
    cases : sequence of Case
        From :func:`helpers.bench.plan.all_cases`.

    Returns
    -------
    dict
        Runs by program and size. A run before the rounds, which leaves everything warm, is not
        counted; the first of ours, without machine code, is kept as ``first-use``.
    """
    env = processes.environment(root, folder=folder)
    say("making the inputs")
    inputs = [sys.executable, "-m", "helpers.bench.inputs", str(folder)]
    processes.run(inputs, folder=root, env=env)
    for command in plan.preparations(folder):
        processes.run(command, folder=folder, env=env)
    runs: Runs = {}
    ours = [case for case in cases if case.program == "ours"]
    if ours:
        runs["first-use", ours[0].size] = [_first_use(ours[0], folder, env=env)]
    _warm(cases, folder, env=env, say=say)
    for number in range(rounds):
        for case in cases:
            if number < case.rounds:
                one = processes.run(case.command, folder=folder, env=env)
                runs.setdefault(case.key, []).append(one)
                say(f"  {plan.TITLES[case.program]} [{case.size}]: {one.seconds:.2f} s")
        say(f"round {number + 1} of {rounds} is done")
    return runs


def _warm(
    cases: Sequence[Case], folder: Path, *, env: dict[str, str], say: Callable[[str], None]
) -> None:
    """Run what compiles modules, and what reads the inputs, once."""
    say("warming up")
    seen = set()
    for case in sorted(cases, key=lambda one: one.size):
        is_new = case.program not in seen and case.command[0] == sys.executable
        if case.program in ("read", "inflate") or (is_new and case.rounds > 1):
            seen.add(case.program)
            processes.run(case.command, folder=folder, env=env)


def _first_use(case: Case, folder: Path, *, env: dict[str, str]) -> Run:
    """Run ours with no machine code at hand, as on the first use on a machine."""
    processes.run(programs.python("import xarray, numba, h5py, netCDF4"), folder=folder, env=env)
    with tempfile.TemporaryDirectory() as empty:
        return processes.run(case.command, folder=folder, env={**env, "NUMBA_CACHE_DIR": empty})
