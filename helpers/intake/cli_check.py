"""The command ``sinkbook check``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from helpers import project
from helpers.cli_run import FAILED, console
from helpers.errors import InputError

if TYPE_CHECKING:
    from helpers.intake.inspection import Look
    from helpers.preflight import Finding


def register(app: typer.Typer) -> None:
    """Add the command to the console command."""
    app.command()(check)


def check(
    folder: Annotated[
        Path | None, typer.Argument(help="Folder of your own product files.", show_default=False)
    ] = None,
    data_dir: Annotated[
        Path | None, typer.Option(help="The same, as other commands take it.", show_default=False)
    ] = None,
    *,
    start_year: Annotated[
        int | None, typer.Option(help="First year wanted.  [default: that of the book]")
    ] = None,
    end_year: Annotated[
        int | None, typer.Option(help="Last year wanted.  [default: that of the book]")
    ] = None,
    experiment: Annotated[
        str | None, typer.Option(help="Experiment of ensembles.  [default: that of the book]")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
    against: Annotated[
        Path | None,
        typer.Option(
            help="Folder of a report: run it again and tell what moved.", show_default=False
        ),
    ] = None,
) -> None:
    """Look before a run: inputs, settings and, for a folder of yours, each product in it."""
    from helpers import preflight

    root = project.project_root()
    chosen = _one_folder(folder, data_dir)
    if against is not None:
        from helpers.reproduce.cli_against import check_against

        if not check_against(against, data_dir=chosen):
            raise typer.Exit(FAILED)
        return
    findings = preflight.check_inputs(root) + preflight.check_values(root)
    if not as_json:
        _tell_findings(findings)
    good = all(finding.is_good for finding in findings)
    content: dict[str, Any] = {"inputs": [vars(finding) for finding in findings]}
    if chosen is not None:
        years = (start_year, end_year)
        good &= _look(
            chosen, root=root, years=years, experiment=experiment, content=content, as_json=as_json
        )
    if as_json:
        typer.echo(json.dumps({"good": good, **content}, indent=2, ensure_ascii=False))
    if not good:
        raise typer.Exit(FAILED)


def _one_folder(folder: Path | None, data_dir: Path | None) -> Path | None:
    if folder is not None and data_dir is not None and folder != data_dir:
        raise InputError(
            "Two folders are named.",
            where="--data-dir",
            found=f"{folder} and {data_dir}",
            accepted="one",
            fix="Leave one of them out.",
        )
    chosen = folder or data_dir
    if chosen is None:
        return None
    if not chosen.expanduser().is_dir():
        raise _no_folder(chosen)
    return chosen.expanduser()


def _no_folder(folder: Path) -> InputError:
    return InputError(
        "The folder of product files is not there.",
        file=folder,
        found="a file" if folder.expanduser().is_file() else "nothing",
        accepted="an existing folder",
        fix="Correct the path; the data page describes what lies in the folder.",
    )


def _tell_findings(findings: list[Finding]) -> None:
    for finding in findings:
        typer.echo(f"{'ok   ' if finding.is_good else 'WRONG'} {finding.name}: {finding.seen}")


def _look(
    folder: Path,
    *,
    root: Path,
    years: tuple[int | None, int | None],
    experiment: str | None,
    content: dict[str, Any],
    as_json: bool,
) -> bool:
    """Look at the products of a folder, tell of them, and return whether all is good."""
    from helpers import preflight
    from helpers.intake import inspection, overview
    from helpers.progress import step

    first, last, usual = _book_choice(root)
    with step(console(), f"Looking at {folder}"):
        looks = inspection.inspect(
            folder,
            start_year=first if years[0] is None else years[0],
            end_year=last if years[1] is None else years[1],
            experiment=usual if experiment is None else experiment,
        )
        changed = inspection.fetched(folder)
        prepared = [
            finding
            for finding in preflight.check_plausible(folder, root=root)
            if not finding.is_good
        ]
    good = inspection.is_good(looks, changed) and not prepared
    content["products"] = [look.as_dict() for look in looks]
    content["fetched"] = changed
    if as_json:
        return good
    typer.echo(overview.table(looks))
    for line in changed:
        typer.echo(f"WRONG {line}")
    if not any(look.problems for look in looks):
        _tell_findings(prepared)
    _tell_how(looks, root)
    return good


def _book_choice(root: Path) -> tuple[int, int, str | None]:
    """Return the years that the book asks for, all notebooks together, and its experiment."""
    from helpers.preparation import distinct_choices
    from helpers.runner import values_of

    choices = distinct_choices(values_of(root).values())
    if not choices:
        return 2015, 2019, None
    first = min(choice["start_year"] for choice in choices)
    return first, max(choice["end_year"] for choice in choices), choices[0]["experiment"]


def _tell_how(looks: list[Look], root: Path) -> None:
    """Name the command that tells how to get what is absent."""
    from helpers.intake.downloads import DOWNLOADS, load_downloads

    absent = {look.key for look in looks if look.state == "absent"}
    if len(absent) == len(looks):
        typer.echo("WRONG products: none found; the data page describes the folder")
    file = root / DOWNLOADS
    declared = load_downloads(file) if absent and file.is_file() else {}
    names = [name for name, source in declared.items() if source.product in absent]
    if names:
        typer.echo("How to get them: sinkbook fetch " + " ".join(names))
