"""Telling how a long run goes: a live display on a terminal, one line an event elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from helpers.tasks import Failure, Outcome

_INDENT = "    "


@contextmanager
def notebook_progress(
    console: Console, *, total: int
) -> Iterator[Callable[[str, Outcome | None], None]]:
    """Yield the function that `helpers.runner.run_tasks` reports to.

    Parameters
    ----------
    console : rich.console.Console
        A terminal gets a bar for the whole and a spinner for each running notebook; a file or a
        pipe gets plain lines.
    total : int
        Number of notebooks.
    """
    lock, done = threading.Lock(), 0
    with _display(console) as display:
        whole = display.add_task("notebooks", total=total) if display else None
        running: dict[str, TaskID] = {}

        def report(name: str, outcome: Outcome | None) -> None:
            nonlocal done
            with lock:
                if outcome is None:
                    if display:
                        running[name] = display.add_task(f"  {name}", total=None)
                    else:
                        console.print(
                            f"{name}: started", markup=False, highlight=False, soft_wrap=True
                        )
                    return
                done += 1
                if display and whole is not None:
                    display.advance(whole)
                    if name in running:
                        display.remove_task(running.pop(name))
                line = f"[{done}/{total}] {name}: {describe(outcome)}"
                console.print(line, markup=False, highlight=False, soft_wrap=True)

        yield report


@contextmanager
def step(console: Console, what: str) -> Iterator[Callable[[str], None]]:
    """Show that one long step is under way: a spinner on a terminal, lines elsewhere.

    Yields a function that tells how far the step is.
    """
    if console.is_terminal:
        with console.status(escape(what)) as status:
            yield lambda detail: status.update(escape(f"{what}: {detail}"))
    else:
        console.print(what, markup=False, highlight=False, soft_wrap=True)
        yield lambda detail: console.print(
            f"  {detail}", markup=False, highlight=False, soft_wrap=True
        )


def describe(outcome: Outcome) -> str:
    """Return what became of a task in a few words."""
    if outcome.state == "up to date":
        return "up to date"
    return f"{outcome.state} in {outcome.seconds:.1f} s"


def explain(
    failure: Failure, *, name: str, log: Path, parameters: Mapping[str, Any] | None = None
) -> str:
    """Return a failure as text: notebook, cell, its source, the error, what it ran with, the log.

    Parameters
    ----------
    failure : Failure
    name : str
        Of the notebook.
    log : Path
    parameters : mapping, optional
        Value of each parameter.
    """
    place = name if failure.cell is None else f"{name}, cell {failure.cell}"
    lines = [f"{place} failed."]
    lines += [f"{_INDENT}| {line}" for line in failure.source.splitlines()]
    lines += [f"{_INDENT}{line}" for line in failure.error.splitlines()]
    if parameters:
        lines += [f"{_INDENT}ran with:"]
        lines += [f"{_INDENT}  {name} = {value!r}" for name, value in parameters.items()]
    return "\n".join([*lines, f"{_INDENT}log: {log}"])


@contextmanager
def _display(console: Console) -> Iterator[Progress | None]:
    """Yield a live display on a terminal, else nothing."""
    if not console.is_terminal:
        yield None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as display:
        yield display
