"""Trying one case in a process of its own, with a limit on time and on memory."""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import resource
import select
import shutil
import signal
import tempfile
import time
import traceback
import warnings
from pathlib import Path

import dask

from helpers.gauntlet.case import CRASH, Case, Outcome, judge_answer, judge_error

TIME_LIMIT = 60.0
"""Seconds after which a case counts as hanging."""

MEMORY_LIMIT = 1_500_000_000
"""Bytes of address space that a case may use beyond what the process starts with."""

NOBODY = 65534
"""User that cases run as which root must not be exempt from."""


def try_case(case: Case, *, time_limit: float = TIME_LIMIT) -> Outcome:
    """Try a case in a child process and return what became of it.

    The input is written by this process and read by the child; both use a temporary folder that
    is removed. The child is forked, so what is imported here need not be imported again.
    """
    folder = Path(tempfile.mkdtemp(prefix="gauntlet-"))
    try:
        return _tried(case, folder, time_limit=time_limit)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _tried(case: Case, folder: Path, *, time_limit: float) -> Outcome:
    inputs = folder / "input"
    inputs.mkdir()
    try:
        _quietly(case.build, inputs)
    except Exception as error:  # a case that cannot be built must not pass for a good one
        verdict = judge_error(case, error)
        if verdict[0] != "skipped":
            verdict = (CRASH, f"the case cannot be built: {traceback.format_exc(limit=-2)}")
        return _outcome(case, verdict)
    began = time.perf_counter()
    verdict, peak = _in_child(case, inputs, time_limit=time_limit)
    return _outcome(case, verdict, seconds=time.perf_counter() - began, megabytes=peak)


def _outcome(
    case: Case, verdict: tuple[str, str], *, seconds: float = 0.0, megabytes: float = 0.0
) -> Outcome:
    return Outcome(
        name=case.name, area=case.area, about=case.about, outcome=verdict[0], detail=verdict[1],
        seconds=seconds, megabytes=megabytes,
    )  # fmt: skip


def _in_child(case: Case, inputs: Path, *, time_limit: float) -> tuple[tuple[str, str], float]:
    """Return the verdict of a child, and the most memory it held [MB]."""
    gc.collect()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _child(case, inputs, writer=writer)
    os.close(writer)
    text = _read_all(reader, deadline=time.monotonic() + time_limit)
    os.close(reader)
    if text is None:
        os.kill(child, signal.SIGKILL)
    _, status, usage = os.wait4(child, 0)
    peak = usage.ru_maxrss / 1024  # kilobytes on Linux
    if text is None:
        return (CRASH, f"still running after {time_limit:g} s"), peak
    if not text:
        return (CRASH, f"the process died with status {status}"), peak
    outcome, detail = json.loads(text)
    return (outcome, detail), peak


def _read_all(reader: int, *, deadline: float) -> str | None:
    """Read to the end, or return None when the deadline comes first."""
    parts: list[bytes] = []
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([reader], [], [], left)[0]:
            return None
        part = os.read(reader, 65536)
        if not part:
            return b"".join(parts).decode()
        parts.append(part)


def _child(case: Case, inputs: Path, *, writer: int) -> None:
    """Try the case and write the verdict; never returns."""
    dask.config.set(scheduler="synchronous")  # a fork has none of its parent's threads
    try:
        verdict = judge(case, inputs)
    except BaseException:
        verdict = (CRASH, traceback.format_exc(limit=-3))
    with contextlib.suppress(BaseException):
        os.write(writer, json.dumps(verdict).encode())
    os._exit(0)


def judge(case: Case, inputs: Path) -> tuple[str, str]:
    """Set the limits, try the case in this process and return outcome and detail."""
    os.chdir(inputs)
    _limit_memory()
    if case.drops_privilege:
        _become_nobody(inputs)
    try:
        answer = _quietly(case.attempt, inputs)
    except Exception as error:
        return judge_error(case, error)
    return judge_answer(case, answer)


def _quietly(function, folder: Path):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function(folder)


def _limit_memory() -> None:
    """Allow this process so much address space more than it has."""
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY_LIMIT, used + MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _become_nobody(inputs: Path) -> None:
    """Give up root, which no permission stops; an ordinary user stays what they are."""
    if os.getuid() != 0:
        return
    for folder in (inputs, inputs.parent):
        folder.chmod(0o755)
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def warm_up() -> None:
    """Load what every case needs before the first fork, and start no thread.

    The standard masks take seconds and depend on no input, so they are made once here.
    """
    from helpers import catalog, cube, grid, units

    for name in ("cli", "intake.fetching", "partition", "preparation", "sources.ceos"):
        importlib.import_module(f"helpers.{name}")
    units.flux_factor("g C m-2 yr-1")
    catalog.load_catalog()
    masks = cube.standard_masks(grid.analysis_grid())
    vars(cube)["standard_masks"] = lambda _: masks
