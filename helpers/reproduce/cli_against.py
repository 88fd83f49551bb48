"""The part of ``sinkbook check`` that runs a report again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from helpers import project

TOLERANCE = 1e-12
"""Largest relative difference of two numbers that still are the same when a report is rerun."""


def check_against(
    folder: Path, *, data_dir: Path | None = None, workers: int | None = None
) -> bool:
    """Run the notebooks of a report again, with its values, and tell what moved.

    Parameters
    ----------
    folder : Path
        Folder of the report.
    data_dir : Path, optional
        Folder of product files, where the report used one.
    workers : int, optional
        Notebooks at a time.

    Returns
    -------
    bool
        Nothing moved.
    """
    from helpers import cli_run, review
    from helpers.reproduce import against
    from helpers.runner import values_of

    root = project.project_root()
    facts = against.facts_of(folder)
    out = root / "build" / "again"
    results_dir = out / "results"
    values: dict[str, dict[str, Any]] = {}
    for name, choice in against.choices_of(facts, data_dir=data_dir).items():
        own = {**choice, "results_dir": str(results_dir)}
        values |= values_of(root, names=[name], overrides=own)
    with cli_run.lock(root):
        cli_run.run_values(
            values, root=root, fast=False, workers=workers, force=True, into=out / "run"
        )
        review.write_report(out / "report", results_dir=results_dir, notebooks=values, root=root)
    for line in against.circumstances(facts, against.facts_of(out / "report")):
        typer.echo(f"differs: {line}")
    moved = review.compare(folder, out / "report", tolerance=TOLERANCE)
    for one in moved:
        typer.echo(f"MOVED {one.what} {one.id}: {one.before or 'none'} -> {one.after or 'none'}")
    typer.echo(
        f"{len(values)} notebooks run again; {len(moved)} verdicts and values moved by more than "
        f"{TOLERANCE:g} of themselves"
    )
    return not moved
