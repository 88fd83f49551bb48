"""The commands of ``sinkbook`` for authors and reviewers: record, report, compare."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from helpers import project
from helpers.cli_words import PairedCommand
from helpers.errors import InputError

MOVED = 1
"""Exit code of `compare` when something moved, as of other programs that compare."""


def register(app: typer.Typer) -> None:
    """Add the commands to the console command."""
    app.command()(record)
    app.command(cls=PairedCommand)(report)
    app.command()(compare)


def record() -> None:
    """Take published numbers and computed values into their records; show old -> new."""
    from helpers import record as records
    from helpers import transcription
    from helpers.runner import build_folder, values_of

    root = project.project_root()
    _, changed = transcription.record_transcription()
    for one in changed:
        typer.echo(f"published {one.id} {one.column}: {_text(one.recorded)} -> {_text(one.found)}")
    values = values_of(root)
    results_dir = build_folder(root, fast=False) / "results"
    own = records.books_own(root, values=values, results_dir=results_dir)
    for name in sorted(set(values) - own):
        typer.echo(f"not recorded: {name}, which was not run with the book's values", err=True)
    path, moved = records.write_record(root, results_dir=results_dir, notebooks=own)
    for drift in moved:
        typer.echo(f"computed {drift.id}: {_text(drift.recorded)} -> {_text(drift.found)}")
    typer.echo(f"{len(changed)} published numbers and {len(moved)} computed values are new in "
               f"{path.parent.relative_to(root)}")  # fmt: skip


def report(
    out: Annotated[
        Path | None, typer.Option(help="Folder of the report.  [default: build/report]")
    ] = None,
    profile: Annotated[
        str | None, typer.Option(help="'stand-in' or 'original' (your files).")
    ] = None,
    *,
    data_dir: Annotated[
        Path | None, typer.Option(help="Folder of your own product files.", show_default=False)
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(help="Name of a notebook; may be repeated.  [default: all]")
    ] = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option("-p", "--parameter", metavar="NAME VALUE", help="A value for every notebook."),
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Notebooks at a time.")] = None,
) -> None:
    """Run what is out of date and write verdicts, values and what they were made with."""
    from helpers import cli_run, review
    from helpers.runner import build_folder, values_of

    root = project.project_root()
    overrides = {**cli_run.data_choice(profile, data_dir), **_overrides(parameter, root=root)}
    out = (out or root / "build" / "report").absolute()
    book = values_of(root, names=only or None)
    values = values_of(root, names=only or None, overrides=overrides)
    results_dir, into = build_folder(root, fast=False) / "results", None
    if values != book:  # keep the results of the book as they are
        results_dir, into = out / "results", out / "run"
        own = {**overrides, "results_dir": str(results_dir)}
        values = values_of(root, names=only or None, overrides=own)
    with cli_run.lock(root):
        cli_run.run_values(values, root=root, fast=False, workers=workers, force=False, into=into)
        page = review.write_report(out, results_dir=results_dir, notebooks=values, root=root)
    typer.echo(f"The report: {cli_run.near(page)}")


def compare(
    before: Annotated[Path, typer.Argument(help="Folder of a report.")],
    after: Annotated[Path, typer.Argument(help="Folder of another.")],
    *,
    csv: Annotated[Path | None, typer.Option(help="Also write the list to this file.")] = None,
) -> None:
    """List the verdicts and values that moved between two reports; exit code 1 if any did."""
    import pandas as pd

    from helpers import review
    from helpers.files import write_text
    from helpers.results import as_csv

    moved = review.compare(before, after)
    old, new = review.choices(before), review.choices(after)
    for key in sorted(set(old) | set(new)):
        if old.get(key) != new.get(key):
            typer.echo(f"choice {key}: {old.get(key, 'none')} -> {new.get(key, 'none')}")
    for one in moved:
        typer.echo(f"{one.what} {one.id}: {one.before or 'none'} -> {one.after or 'none'}")
    counts = {what: sum(one.what == what for one in moved) for what in ("verdict", "value")}
    typer.echo(f"{counts['verdict']} verdicts and {counts['value']} values moved")
    if csv is not None:
        frame = pd.DataFrame(moved, columns=["what", "id", "before", "after"])
        write_text(csv, as_csv(frame))
    if moved:
        raise typer.Exit(MOVED)


def _overrides(pairs: list[str] | None, *, root: Path) -> dict[str, Any]:
    """Return the values that ``-p`` gives to every notebook."""
    from helpers.parameters import declared_parameters, parse_value
    from helpers.runner import NOTEBOOKS, notebook_names

    first = notebook_names(root)[0]
    declared = declared_parameters(root / NOTEBOOKS / f"{first}.ipynb")
    overrides = {}
    for pair in pairs or []:
        key, is_pair, text = pair.partition("=")
        if not is_pair:
            raise InputError(
                "A parameter has no value.",
                where=key,
                found=repr(pair),
                accepted="-p NAME VALUE",
                fix=f"Write `-p {key} VALUE`.",
            )
        overrides[key] = parse_value(text, parameter=declared.get(key))
    return overrides


def _text(value: float | None) -> str:
    return "none" if value is None else f"{value:.10g}"
