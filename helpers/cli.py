"""The console command ``sinkbook``."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any

import typer
from filelock import FileLock, Timeout
from rich.console import Console
from typer.core import TyperCommand

from helpers import project
from helpers.errors import InputError

app = typer.Typer(
    name="sinkbook",
    help="How large is China's land carbon sink? A book that computes its numbers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
FAILED, REFUSED = 1, 2

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
Fast = Annotated[bool, typer.Option("--fast", help="Use the fast values; write to build/fast.")]
Force = Annotated[bool, typer.Option("--force", help="Make again what is up to date.")]


class PairedCommand(TyperCommand):
    """A command whose option ``-p`` takes two words, NAME VALUE, and may be repeated."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Join each NAME VALUE after ``-p`` into NAME=VALUE, then parse as usual."""
        return super().parse_args(ctx, join_pairs(args))


def join_pairs(words: list[str]) -> list[str]:
    """Return command-line words with each ``-p NAME VALUE`` written ``-p NAME=VALUE``.

    Examples
    --------
    >>> join_pairs(["national_sink", "-p", "end_year", "2016", "--force"])
    ['national_sink', '-p', 'end_year=2016', '--force']
    """
    joined, rest = [], list(words)
    while rest:
        word = rest.pop(0)
        joined.append(word)
        if word in ("-p", "--parameter") and len(rest) > 1 and "=" not in rest[0]:
            joined.append(f"{rest.pop(0)}={rest.pop(0)}")
    return joined


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
            raise InputError("Not a book.", file=root, accepted="a folder with notebooks/")
        os.environ[project.ROOT_VARIABLE] = str(root.absolute())


@app.command()
def prepare(profile: Profile = None, data_dir: DataDir = None, force: Force = False) -> None:
    """Make the stand-in data set and the analysis cube."""
    from helpers.preparation import distinct_choices
    from helpers.runner import values_of

    root = project.project_root()
    values = values_of(root, overrides=_data_choice(profile, data_dir))
    with _lock(root):
        _prepare(distinct_choices(values.values()), root=root, force=force)


@app.command(cls=PairedCommand)
def run(
    notebook: Annotated[str, typer.Argument(help="Name of the notebook.")],
    parameter: Annotated[
        list[str] | None,
        typer.Option("-p", "--parameter", metavar="NAME VALUE", help="A value, read as YAML."),
    ] = None,
    fast: Fast = False,
    force: Force = False,
) -> None:
    """Execute one notebook."""
    from helpers.parameters import declared_parameters, parse_value
    from helpers.runner import NOTEBOOKS, values_of

    root = project.project_root()
    name = next(iter(values_of(root, names=[notebook], fast=fast)))
    declared = declared_parameters(root / NOTEBOOKS / f"{name}.ipynb")
    overrides = {}
    for pair in parameter or []:
        key, is_pair, text = pair.partition("=")
        if not is_pair:
            raise InputError("A parameter has no value.", where=key, accepted="-p NAME VALUE")
        overrides[key] = parse_value(text, parameter=declared.get(key))
    if isinstance(overrides.get("data_dir"), str):
        overrides["data_dir"] = str(Path(overrides["data_dir"]).expanduser().absolute())
    values = values_of(root, names=[name], fast=fast, overrides=overrides)
    with _lock(root):
        _run(values, root=root, fast=fast, workers=1, force=force)


@app.command()
def build(
    fast: Fast = False,
    workers: Workers = None,
    profile: Profile = None,
    data_dir: DataDir = None,
    force: Force = False,
) -> None:
    """Compute every result and write the book."""
    from helpers.book import build_html
    from helpers.progress import step
    from helpers.runner import build_folder, remove_leftovers, values_of

    root = project.project_root()
    values = values_of(root, fast=fast, overrides=_data_choice(profile, data_dir))
    out = build_folder(root, fast=fast)
    with _lock(root):
        remove_leftovers(root, fast=fast)
        _run(values, root=root, fast=fast, workers=workers, force=force)
        with step(_console(), "Writing the pages"):
            page = build_html(
                root, notebooks=out / "notebooks", out=out / "html", results=out / "results"
            )
    typer.echo(f"The book: {_near(page)}")


@app.command()
def check(data_dir: DataDir = None) -> None:
    """Look before a run: inputs, settings and, for a folder of yours, the products found."""
    from helpers import preflight

    root = project.project_root()
    findings = preflight.check_inputs(root) + preflight.check_values(root)
    if data_dir is not None:
        findings += preflight.check_products(data_dir.expanduser())
    for finding in findings:
        typer.echo(f"{'ok   ' if finding.is_good else 'WRONG'} {finding.name}: {finding.seen}")
    if not all(finding.is_good for finding in findings):
        raise typer.Exit(FAILED)


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
    try:
        app()
    except InputError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(REFUSED)


def _run(
    values: dict[str, dict[str, Any]],
    *,
    root: Path,
    fast: bool,
    workers: int | None,
    force: bool,
) -> None:
    """Prepare the data, run notebooks and tell what became of them; stop when one failed."""
    from helpers.preparation import distinct_choices
    from helpers.progress import explain, notebook_progress
    from helpers.runner import plan, run_tasks

    _prepare(distinct_choices(values.values()), root=root, force=False)
    tasks = plan(root, values, fast=fast)
    with notebook_progress(_console(), total=len(tasks)) as report:
        outcomes = run_tasks(tasks, workers=workers, force=force, report=report)
    for outcome in outcomes:
        for line in outcome.warnings:
            typer.echo(f"{outcome.task.name}, warning in {line}", err=True)
    failed = [outcome for outcome in outcomes if outcome.failure is not None]
    for outcome in failed:
        if outcome.failure is not None:
            log = _near(outcome.task.log)
            typer.echo(explain(outcome.failure, name=outcome.task.name, log=log), err=True)
    if failed:
        raise typer.Exit(FAILED)
    for folder in sorted({_near(task.results_dir) for task in tasks}):
        typer.echo(f"Results: {folder}")


def _prepare(choices: list[dict[str, Any]], *, root: Path, force: bool) -> None:
    """Make the data of each choice ready."""
    from helpers.preparation import prepare_data
    from helpers.progress import step

    for choice in choices:
        years = f"{choice['start_year']}-{choice['end_year']}"
        with step(_console(), f"Preparing the data: {choice['profile']}, {years}") as report:
            prepare_data(choice, root=root, force=force, report=report)


def _data_choice(profile: str | None, data_dir: Path | None) -> dict[str, Any]:
    """Return the values that ``--profile`` and ``--data-dir`` stand for."""
    choice: dict[str, Any] = {} if profile is None else {"profile": profile}
    if data_dir is not None:
        choice["data_dir"] = str(data_dir.expanduser().absolute())
    return choice


@contextmanager
def _lock(root: Path) -> Iterator[None]:
    """Hold the checkout for one run at a time."""
    path = root / "build" / ".lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(path, timeout=0):
            yield
    except Timeout as error:
        raise InputError(
            "Another sinkbook is at work in this checkout.",
            file="build/.lock",
            fix="wait until it has finished; the lock goes with the process that holds it",
        ) from error


def _console() -> Console:
    """Return the console that progress goes to: standard error."""
    return Console(stderr=True)


def _near(path: Path) -> Path:
    """Return a path relative to the current folder when it lies below it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


if __name__ == "__main__":
    main()
