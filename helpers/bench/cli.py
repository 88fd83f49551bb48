"""The command ``sinkbook bench``."""

from __future__ import annotations

from typing import Annotated

import typer

from helpers import project


def register(app: typer.Typer) -> None:
    """Add the command to the console command."""
    app.command()(bench)


def bench(
    quick: Annotated[bool, typer.Option("--quick", help="Two rounds instead of five.")] = False,
    book: Annotated[
        bool, typer.Option("--book", help="Also time builds of the book, in a copy of it.")
    ] = False,
    *,
    accept: Annotated[
        bool, typer.Option("--accept", help="Make the last benchmark the record of the book.")
    ] = False,
) -> None:
    """Measure speed and memory beside other programs; print the ratios."""
    from helpers.bench import record

    root = project.project_root()
    folder = root / "build" / "bench"
    if accept:
        typer.echo(f"The record: {record.accept(folder, root=root).relative_to(root)}")
        return
    from helpers.bench import builds, machine, plan, rounds, summary, words

    number = 2 if quick else 5
    about = machine.describe(rounds=number)
    runs = rounds.measure(folder, root=root, rounds=number, say=_say, cases=plan.all_cases(number))
    if book:
        runs |= builds.measure(folder, root=root, say=_say)
    rows = summary.summarise(runs)
    path = record.write(folder, rows=rows, runs=runs, machine=about)
    for line in words.lines(rows):
        typer.echo(line)
    typer.echo(f"All numbers: {path.relative_to(root)}")


def _say(text: str) -> None:
    typer.echo(text, err=True)
