"""What the commands of ``sinkbook`` share: the lock, the choice of data, running notebooks."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer
from filelock import FileLock, Timeout
from rich.console import Console

from helpers.errors import InputError
from helpers.files import remove_parts

FAILED, REFUSED = 1, 2
"""Exit codes: a run or a check failed; an input was refused."""

UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM)
"""What the system says of a disk that is full, a limit reached, or a place that is read-only."""


def run_values(
    values: dict[str, dict[str, Any]],
    *,
    root: Path,
    fast: bool,
    workers: int | None,
    force: bool,
    into: Path | None = None,
) -> None:
    """Prepare the data, run notebooks and tell what became of them; stop when one failed.

    Executed notebooks and logs go to `into` when it is given, so that those of the book stay.
    """
    from helpers.parameters import effective_values
    from helpers.preparation import check_prepared_members, distinct_choices
    from helpers.progress import explain, notebook_progress
    from helpers.runner import plan, run_tasks

    prepare_choices(distinct_choices(values.values()), root=root, force=False)
    check_prepared_members(values, root=root)
    tasks = plan(root, values, fast=fast, into=into)
    with notebook_progress(console(), total=len(tasks)) as report:
        outcomes = run_tasks(tasks, workers=workers, force=force, report=report)
    for outcome in outcomes:
        for line in outcome.warnings:
            typer.echo(f"{outcome.task.name}, warning in {line}", err=True)
    failed = [(outcome.task, outcome.failure) for outcome in outcomes if outcome.failure]
    for task, failure in failed:
        values_used = effective_values(task.source, task.parameters)
        log = near(task.log)
        typer.echo(explain(failure, name=task.name, log=log, parameters=values_used), err=True)
    if failed:
        raise typer.Exit(FAILED)
    for folder in sorted({near(task.results_dir) for task in tasks}):
        typer.echo(f"Results: {folder}")


def prepare_choices(
    choices: list[dict[str, Any]], *, root: Path, force: bool, allow_remote: bool = False
) -> None:
    """Make the data of each choice ready, and tell of products left out and of repairs."""
    from helpers.preparation import prepare_data
    from helpers.progress import step

    for choice in choices:
        years = f"{choice['start_year']}-{choice['end_year']}"
        notices: list[str] = []
        with step(console(), f"Preparing the data: {choice['profile']}, {years}") as report:
            prepare_data(
                choice,
                root=root,
                force=force,
                allow_remote=allow_remote,
                report=report,
                notify=notices.append,
            )
        for line in notices:
            typer.echo(f"notice: {line}", err=True)


def data_choice(profile: str | None, data_dir: Path | None) -> dict[str, Any]:
    """Return the values that ``--profile`` and ``--data-dir`` stand for."""
    choice: dict[str, Any] = {} if profile is None else {"profile": profile}
    if data_dir is not None:
        choice["data_dir"] = str(data_dir.expanduser().absolute())
    return choice


def choose_scheduler(text: str | None) -> None:
    """Take the value of ``--scheduler``, or check that of the surroundings."""
    from helpers.scale.scheduler import choose

    choose(text)


@contextmanager
def lock(root: Path) -> Iterator[None]:
    """Hold the checkout for one run at a time."""
    path = root / "build" / ".lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(path, timeout=0):
            remove_parts(path.parent)
            yield
    except Timeout as error:
        raise InputError(
            "Another sinkbook is at work in this checkout.",
            file="build/.lock",
            found="the lock is held",
            accepted="one run at a time",
            fix="wait until it has finished; the lock goes with the process that holds it",
        ) from error


def unwritable(error: OSError) -> InputError:
    """Return in plain words why something could not be written."""
    return InputError(
        "A file cannot be written.",
        file=error.filename,
        found=error.strerror,
        accepted="a folder of the book that you may write to, on a disk with room",
        fix="make room or give the permission, and run it again; what is done stays done",
    )


def console() -> Console:
    """Return the console that progress goes to: standard error."""
    return Console(stderr=True)


def near(path: Path) -> Path:
    """Return a path relative to the current folder when it lies below it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
