"""The console command ``sinkbook``."""

from __future__ import annotations

import io
import os
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated

import typer

from helpers import cli_add, cli_gauntlet, cli_pdf, cli_teaching, project
from helpers.bench import cli as bench_cli
from helpers.cli_review import register
from helpers.cli_run import (
    REFUSED,
    UNWRITABLE,
    choose_scheduler,
    console,
    data_choice,
    lock,
    near,
    prepare_choices,
    run_values,
    unwritable,
)
from helpers.cli_words import PairedCommand
from helpers.errors import InputError
from helpers.intake import cli_check, cli_fetch

app = typer.Typer(
    name="sinkbook",
    help="How large is China's land carbon sink? A book that computes its numbers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Profile = Annotated[
    str | None,
    typer.Option(help="'stand-in' (comes with the book) or 'original' (your files)."),
]
DataDir = Annotated[
    Path | None, typer.Option(help="Folder of your own product files.", show_default=False)
]
Workers = Annotated[
    int | None, typer.Option(min=1, help="Notebooks at a time.  [default: one per processor]")
]
Scheduler = Annotated[
    str | None,
    typer.Option(
        metavar="WHERE",
        help="Who prepares the data: none (threads), local, local:N (worker processes) or "
        "tcp://HOST:PORT.  [default: $SINKBOOK_SCHEDULER]",
        show_default=False,
    ),
]
Fast = Annotated[bool, typer.Option("--fast", help="Use the fast values; write to build/fast.")]
Force = Annotated[bool, typer.Option("--force", help="Make again what is up to date.")]


def _show_version(is_wanted: bool) -> None:
    """Print the version and stop."""
    if is_wanted:
        try:
            typer.echo(f"sinkbook {version('china-land-carbon-sink-book')}")
        except PackageNotFoundError:
            typer.echo("sinkbook (not installed)")
        raise typer.Exit


@app.callback()
def _begin(
    root: Annotated[
        Path | None,
        typer.Option(help="Folder of the book.  [default: the checkout]", show_default=False),
    ] = None,
    is_version_wanted: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Remember which book is meant, for this process and the ones it starts."""
    if root is not None:
        if not (root / "notebooks").is_dir():
            raise InputError(
                "Not a book.",
                file=root,
                found="no folder notebooks/",
                accepted="a folder with notebooks/",
                fix="Name the folder of the checkout.",
            )
        os.environ[project.ROOT_VARIABLE] = str(root.absolute())


@app.command()
def prepare(
    profile: Profile = None,
    data_dir: DataDir = None,
    *,
    scheduler: Scheduler = None,
    allow_remote: Annotated[
        bool,
        typer.Option("--allow-remote", help="Copy what catalog.yml names in object storage."),
    ] = False,
    force: Force = False,
) -> None:
    """Make the stand-in data set and the analysis cube."""
    from helpers.preparation import distinct_choices
    from helpers.runner import values_of

    choose_scheduler(scheduler)
    root = project.project_root()
    values = values_of(root, overrides=data_choice(profile, data_dir))
    with lock(root):
        choices = distinct_choices(values.values())
        prepare_choices(choices, root=root, force=force, allow_remote=allow_remote)


@app.command(cls=PairedCommand)
def run(
    notebook: Annotated[str, typer.Argument(help="Name of the notebook.")],
    parameter: Annotated[
        list[str] | None,
        typer.Option("-p", "--parameter", metavar="NAME VALUE", help="A value, read as YAML."),
    ] = None,
    *,
    fast: Fast = False,
    scheduler: Scheduler = None,
    force: Force = False,
) -> None:
    """Execute one notebook."""
    from helpers.parameters import declared_parameters, parse_value
    from helpers.runner import NOTEBOOKS, values_of

    choose_scheduler(scheduler)
    root = project.project_root()
    name = next(iter(values_of(root, names=[notebook], fast=fast)))
    declared = declared_parameters(root / NOTEBOOKS / f"{name}.ipynb")
    overrides = {}
    for pair in parameter or []:
        key, is_pair, text = pair.partition("=")
        if not is_pair:
            raise InputError(
                "A parameter has no value.",
                where=key,
                found="a name alone",
                accepted="-p NAME VALUE",
                fix="Give the value after the name.",
            )
        overrides[key] = parse_value(text, parameter=declared.get(key))
    if isinstance(overrides.get("data_dir"), str):
        overrides["data_dir"] = str(Path(overrides["data_dir"]).expanduser().absolute())
    values = values_of(root, names=[name], fast=fast, overrides=overrides)
    with lock(root):
        run_values(values, root=root, fast=fast, workers=1, force=force)


@app.command()
def build(
    fast: Fast = False,
    workers: Workers = None,
    *,
    profile: Profile = None,
    data_dir: DataDir = None,
    scheduler: Scheduler = None,
    force: Force = False,
) -> None:
    """Compute every result and write the book."""
    from helpers import guard
    from helpers.book import build_html
    from helpers.progress import step
    from helpers.runner import build_folder, is_other_run, remove_leftovers, values_of
    from helpers.teaching.folders import teaching_names

    choose_scheduler(scheduler)
    root = project.project_root()
    values = values_of(root, fast=fast, overrides=data_choice(profile, data_dir))
    out = build_folder(root, fast=fast)
    where = {"results_dir": (out / "results").relative_to(root).as_posix()}
    teaching = {  # always the book's own choices; what they write lies beside this build's results
        name: own | (where if "results_dir" in own else {})
        for name, own in values_of(root, names=teaching_names(root)).items()
    }
    guard.check_sources(root)
    with lock(root):
        remove_leftovers(root, fast=fast)
        run_values({**values, **teaching}, root=root, fast=fast, workers=workers, force=force)
        for line in guard.check_results(root, results_dir=out / "results"):
            typer.echo(line)
        with step(console(), "Writing the pages"):
            page = build_html(
                root,
                notebooks=out / "notebooks",
                out=out / "html",
                results=out / "results",
                is_other_run=is_other_run(root, values),
            )
    typer.echo(f"The book: {near(page)}")


@app.command()
def params(
    notebook: Annotated[str, typer.Argument(help="Name of the notebook.")], fast: Fast = False
) -> None:
    """List the parameters of a notebook with type, default and meaning."""
    from helpers.parameters import declared_parameters
    from helpers.runner import NOTEBOOKS, values_of

    root = project.project_root()
    name, values = next(iter(values_of(root, names=[notebook], fast=fast).items()))
    for item in declared_parameters(root / NOTEBOOKS / f"{name}.ipynb").values():
        line = f"{item.name}: {item.annotation} = {item.default!r}"
        line += f"  # {item.comment}" if item.comment else ""
        if values[item.name] != item.default:
            line += f"  [{'fast' if fast else 'book'}: {values[item.name]!r}]"
        typer.echo(line)


def main() -> None:
    """Run the console command; a refused input is one plain message, not a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that lacks a sign gets a mark
            stream.reconfigure(errors="replace")
    try:
        app()
    except InputError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(REFUSED)
    except OSError as error:
        if error.errno not in UNWRITABLE:
            raise
        typer.echo(f"error: {unwritable(error)}", err=True)
        sys.exit(REFUSED)


register(app)
cli_teaching.register(app)
cli_fetch.register(app)
cli_check.register(app)
cli_pdf.register(app)
cli_add.register(app)
bench_cli.register(app)
cli_gauntlet.register(app)

if __name__ == "__main__":
    main()
