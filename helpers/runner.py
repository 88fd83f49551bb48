"""Running the notebooks: in parallel, only what changed, going on past a failure."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from time import perf_counter, time
from typing import Any

from helpers import fingerprint, ledger, provenance, stamp
from helpers.choices import check_choices
from helpers.errors import InputError
from helpers.parameters import declared_parameters, fit_parameters
from helpers.process import run_process
from helpers.project import resolve
from helpers.settings import load_settings
from helpers.tasks import Failure, Outcome, Report, Task
from helpers.teaching.folders import NOTEBOOKS, notebook_key, teaching_names

SETTINGS = NOTEBOOKS / "parameters.yml"


def notebook_names(root: Path) -> list[str]:
    """Return the names of the chapters, in alphabetical order; see also `teaching_names`."""
    return sorted(path.stem for path in (root / NOTEBOOKS).glob("*.ipynb"))


def build_folder(root: Path, *, fast: bool) -> Path:
    """Return where a run writes: ``build``, or ``build/fast``, so no fast value is published."""
    return root / "build" / "fast" if fast else root / "build"


def is_other_run(root: Path, values: Mapping[str, Mapping[str, Any]]) -> bool:
    """Tell whether notebooks run with other choices than those their text was written for.

    Parameters
    ----------
    root : Path
        Root of the book.
    values : mapping of str to mapping
        Values by notebook, from :func:`values_of`.

    Returns
    -------
    bool
        True where a value differs from the default in the notebook itself; where results go does
        not count.
    """
    return any(
        values[name].get(key, parameter.default) != parameter.default
        for name in values
        for key, parameter in declared_parameters(root / NOTEBOOKS / f"{name}.ipynb").items()
        if key != "results_dir"
    )


def values_of(
    root: Path,
    *,
    names: Iterable[str] | None = None,
    fast: bool = False,
    overrides: Mapping[str, Any] | None = None,
) -> dict[str, dict[str, Any]]:
    """Return the values each notebook will run with, every name and type checked.

    Parameters
    ----------
    root : Path
        Root of the book.
    names : iterable of str, optional
        Notebooks to run; all chapters unless given. Those of exercises and labs, such as
        ``exercises/masks``, have no settings: they run with their own values and `overrides`.
    fast : bool
        Use the fast values of ``notebooks/parameters.yml``.
    overrides : mapping, optional
        Values that replace those of the settings, for every notebook.

    Raises
    ------
    InputError
        If a notebook or a parameter is unknown, or a value cannot be used.
    """
    known = notebook_names(root)
    every = known + teaching_names(root)
    wanted = known if names is None else [_known(name, every) for name in names]
    settings = load_settings(root / SETTINGS, notebooks=known, fast=fast)
    fitted = {
        name: fit_parameters(
            {**settings.get(name, {}), **(overrides or {})},
            declared=declared_parameters(root / NOTEBOOKS / f"{name}.ipynb"),
            notebook=name,
        )
        for name in wanted
    }
    for name, values in fitted.items():
        check_choices(values, notebook=name, root=root)
    return fitted


def plan(
    root: Path,
    values: Mapping[str, Mapping[str, Any]],
    *,
    fast: bool = False,
    into: Path | None = None,
) -> list[Task]:
    """Return the tasks of a run, with a digest of everything they will read.

    Parameters
    ----------
    root : Path
        Root of the book.
    values : mapping
        As `values_of` returns.
    fast : bool
        Write below ``build/fast``.
    into : Path, optional
        Folder for executed notebooks and logs instead of the book's own.
    """
    build, helpers_sha256 = build_folder(root, fast=fast), fingerprint.helpers_digest()
    tasks = []
    for name, parameters in values.items():
        source = root / NOTEBOOKS / f"{name}.ipynb"
        files = fingerprint.input_files(parameters, root=root)
        tasks.append(
            Task(
                name=name,
                source=source,
                output=(into or build) / "notebooks" / f"{name}.ipynb",
                log=(into or build) / "logs" / f"{name}.log",
                root=root,
                results_dir=resolve(parameters.get("results_dir", build / "results"), root=root),
                parameters=parameters,
                inputs=fingerprint.digests(files, cache=root / "build/.cache/digests.json"),
                source_sha256=fingerprint.notebook_digest(source),
                helpers_sha256=helpers_sha256,
            )
        )
    return tasks


def run_tasks(
    tasks: Iterable[Task],
    *,
    workers: int | None = None,
    force: bool = False,
    report: Report = lambda name, outcome: None,
) -> list[Outcome]:
    """Run tasks in parallel processes and return what became of each, in the order given.

    What is up to date is skipped. A failure stops no other task; the failed one leaves its earlier
    executed notebook as it was but no results, and is run again next time.

    Parameters
    ----------
    tasks : iterable of Task
        As `plan` returns.
    workers : int, optional
        Notebooks at a time; one per processor unless given.
    force : bool
        Run also what is up to date.
    report : callable
        Told of each start and end.
    """
    tasks = list(tasks)
    cpus = os.cpu_count() or 1
    workers = max(1, min(workers or cpus, len(tasks) or 1))
    threads = max(1, cpus // workers)
    outcomes: dict[str, Outcome] = {}
    pool = ThreadPoolExecutor(workers)
    try:
        futures = []
        for task in tasks:
            if not force and stamp.is_current(
                task.output, task.fingerprint, results_dir=task.results_dir, notebook=task.name
            ):
                outcomes[task.name] = Outcome(task=task, state="up to date")
                report(task.name, outcomes[task.name])
            else:
                futures.append(pool.submit(_run_task, task, threads=threads, report=report))
        for future in as_completed(futures):
            outcome = future.result()
            outcomes[outcome.task.name] = outcome
            report(outcome.task.name, outcome)
    finally:
        pool.shutdown(cancel_futures=True)
    for results_dir in {
        task.results_dir for task in tasks if (task.results_dir / "claims").is_dir()
    }:
        ledger.merge_ledger(results_dir, claim_ids=ledger.published_ids())
    return [outcomes[task.name] for task in tasks]


def remove_leftovers(root: Path, *, fast: bool = False) -> list[str]:
    """Remove executed notebooks, records and results whose notebook is gone; return their names."""
    build, known = build_folder(root, fast=fast), {*notebook_names(root), *teaching_names(root)}
    executed = build / "notebooks"
    found = {path.relative_to(executed).with_suffix("") for path in executed.rglob("*.ipynb")}
    gone = sorted({path.as_posix() for path in found} - known)
    for name in gone:
        output = executed / f"{name}.ipynb"
        stamp.remove(output, results_dir=build / "results", notebook=name)
    return gone


def _run_task(task: Task, *, threads: int, report: Report) -> Outcome:
    """Run one task in a process of its own, then write its records."""
    report(task.name, None)
    began, clock = time(), perf_counter()
    old = stamp.states_of(task.name, results_dir=task.results_dir)
    outcome = run_process(
        {
            "source": str(task.source),
            "output": str(task.output),
            "parameters": dict(task.parameters),
            "root": str(task.root),
        },
        log=task.log,
        root=task.root,
        threads=threads,
    )
    seconds = perf_counter() - clock
    if "failure" in outcome:
        # what it wrote before it failed must not pass for a result
        stamp.remove_results(task.name, results_dir=task.results_dir)
        failure = Failure(**outcome["failure"])
        return Outcome(task=task, state="failed", seconds=seconds, failure=failure)
    stamp.remove_results(task.name, results_dir=task.results_dir, old=old)
    results = stamp.results_of(task.name, results_dir=task.results_dir)
    record = provenance.make_record(
        notebook=task.name,
        source_sha256=task.source_sha256,
        helpers_sha256=task.helpers_sha256,
        parameters=task.parameters,
        inputs=task.inputs,
        results=results,
        products=fingerprint.products_read(task.parameters, root=task.root),
        root=task.root,
    )
    started = datetime.fromtimestamp(began, UTC).isoformat(timespec="seconds")
    provenance.write_record(record, results_dir=task.results_dir, started=started, seconds=seconds)
    stamp.write(task.output, task.fingerprint, results=results)
    return Outcome(
        task=task, state="done", seconds=seconds, warnings=tuple(outcome.get("warnings", ()))
    )


def _known(name: str, known: list[str]) -> str:
    """Return the name of a notebook that exists; a path or a suffix is forgiven."""
    stem = notebook_key(name)
    if stem not in known:
        near = get_close_matches(stem, known, n=1)
        raise InputError(
            "No such notebook.",
            found=name,
            accepted=", ".join(known) or "none: the folder notebooks/ is empty",
            where="notebook",
            fix=f"did you mean {near[0]!r}?" if near else "Choose one of these.",
        )
    return stem
