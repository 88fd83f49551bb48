"""The command ``sinkbook gauntlet``: malformed inputs, and what becomes of each."""

from __future__ import annotations

from typing import Annotated

import typer

from helpers import project
from helpers.errors import InputError


def register(app: typer.Typer) -> None:
    """Add the command to the console command."""
    app.command()(gauntlet)


def gauntlet(
    only: Annotated[
        str | None, typer.Option(help="Part of the names of cases to try.  [default: all]")
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="Print every case.")] = False,
) -> None:
    """Try malformed inputs; print what became of them, exit code 1 for a wrong answer or crash."""
    from helpers import cli_run
    from helpers.gauntlet import table
    from helpers.gauntlet.case import CRASH, SKIPPED, WRONG, Outcome
    from helpers.gauntlet.catalogue import all_cases

    every = all_cases()
    cases = [case for case in every if only is None or only in case.name]
    if not cases:
        raise InputError(
            "No such case.",
            where="--only",
            found=repr(only),
            accepted="part of a name such as " + ", ".join(c.name for c in every[::40]),
            fix="Leave --only out to try all of them.",
        )

    def report(outcome: Outcome) -> None:
        if verbose or outcome.outcome in (WRONG, CRASH, SKIPPED):
            said = outcome.detail if outcome.outcome in (WRONG, CRASH) else outcome.detail[:100]
            typer.echo(f"{outcome.name}: {outcome.outcome}: {said.splitlines()[0] if said else ''}")

    typer.echo(f"Trying {len(cases)} malformed inputs", err=True)
    outcomes = table.run_cases(cases, report=report)
    root = project.project_root()
    path = table.write_table(outcomes, root / "build" / "gauntlet" / "table.csv")
    typer.echo(table.areas_table(outcomes))
    typer.echo(f"The table: {cli_run.near(path)}")
    typer.echo(table.closing_line(outcomes))
    if not table.is_passed(outcomes):
        raise typer.Exit(cli_run.FAILED)
