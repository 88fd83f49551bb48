"""The commands of ``sinkbook`` for a product of one's own: add, example-product."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from helpers.errors import InputError

if TYPE_CHECKING:
    from helpers.adding.proposal import Proposal

DATA_DIR = Path("my-data")
"""Folder of product files unless another is named."""

Answer = str | None


def register(app: typer.Typer) -> None:
    """Add the commands to the console command."""
    app.command()(add)
    app.command("example-product")(example_product)


def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Key of the product: small letters and digits.")],
    *,
    files: Annotated[
        list[str], typer.Argument(help="NetCDF files or Zarr stores, or a quoted pattern with *.")
    ],
    title: Annotated[Answer, typer.Option(help="Name in figures.  [default: NAME]")] = None,
    variable: Annotated[Answer, typer.Option(help="Variable, if several could be meant.")] = None,
    quantity: Annotated[Answer, typer.Option(help="GPP, NPP, NEP, NBP, NEE or NBE.")] = None,
    units: Annotated[
        Answer, typer.Option(help="Such as 'g C m-2 yr-1', 'kg CO2 cell-1 s-1'.")
    ] = None,
    positive: Annotated[Answer, typer.Option(help="land (uptake) or atmosphere (release).")] = None,
    area_basis: Annotated[Answer, typer.Option(help="cell, or land: the land in it.")] = None,
    method: Annotated[Answer, typer.Option(help="bottom-up or top-down.")] = None,
    time_label: Annotated[
        Answer, typer.Option(help="end, if a time stamp closes its step; else within.")
    ] = None,
    data_dir: Annotated[Path, typer.Option(help="Folder of your product files.")] = DATA_DIR,
    allow_partial: Annotated[
        bool, typer.Option("--allow-partial", help="Count the part of China without data as zero.")
    ] = False,
    copy: Annotated[bool, typer.Option("--copy", help="Copy the files, do not link them.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Replace an entry of NAME.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the entry, write none.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before writing.")] = False,
) -> None:
    """Add a product of yours: look at its files, ask what they do not say, write its entry."""
    from helpers.adding import entry, guesses, layout, proposal, trial

    given = dict(
        zip(guesses.QUESTIONS, (quantity, units, positive, area_basis, method), strict=True)
    )
    data_dir = data_dir.expanduser()
    earlier = entry.check_free(data_dir, name, replace=replace or dry_run)
    offer = proposal.propose(
        name,
        files,
        data_dir=data_dir,
        given=given,
        title=title,
        variable=variable,
        label=time_label,
    )
    layout.check_alone(offer.layout, key=name, data_dir=data_dir, replace=replace or dry_run)
    typer.echo(f"{name}, as its files describe it (? = not certain):")
    for line in offer.lines():
        typer.echo(line)
    answers = proposal.answered(offer, _asked(offer, context))
    outcome = proposal.tried(offer, answers, allow_partial=allow_partial)
    typer.echo("With these answers it comes to:")
    for line in proposal.trial_lines(outcome):
        typer.echo(line)
    pattern = _pattern(offer)
    fields, product = proposal.product_of(
        _titled(offer, outcome.missing), answers, allow_partial=allow_partial, files=pattern
    )
    warnings = [*trial.doubts(outcome, product), proposal.period_doubt(offer)]
    for warning in filter(None, warnings):
        typer.secho(f"WARNING: {warning}", fg="yellow", err=True)
    if dry_run:
        _show(name, fields)
        return
    _confirm(yes=yes, context=context)
    layout.place_files(offer.layout, key=name, data_dir=data_dir, copy=copy)
    if replace:
        for link in layout.remove_links(offer.layout, key=name, data_dir=data_dir, earlier=earlier):
            typer.echo(f"Removed the link {link}: the product no longer has it.")
    path = entry.write_entry(data_dir, name, fields=fields, replace=replace)
    typer.echo(f"Written: {path}. Next: sinkbook run national_sink -p data_dir {data_dir}")


def example_product(
    path: Annotated[Path, typer.Argument(help="NetCDF file to make.")],
    force: Annotated[bool, typer.Option("--force", help="Replace the file.")] = False,
) -> None:
    """Write a made-up product to try `sinkbook add` with."""
    from helpers.adding.example import write_example

    typer.echo(f"Made up: {write_example(path, force=force)}")


def _asked(offer: Proposal, context: typer.Context) -> dict[str, str]:
    """Ask each open question on the terminal, or refuse where there is none."""
    from helpers.adding import guesses, proposal

    if not offer.open_questions:
        return {}
    if not _is_terminal():
        raise proposal.refusal(offer, _words(context))
    answers = {}
    for question in offer.open_questions:
        choices = ", ".join(guesses.CHOICES.get(question, ()))
        words = guesses.QUESTIONS[question] + (f" ({choices})" if choices else "")
        while question not in answers:
            text = typer.prompt(words, default=offer.guesses[question].value)
            try:
                answers[question] = guesses.check_answer(question, text.strip())
            except InputError as error:
                typer.echo(str(error), err=True)
    return answers


def _confirm(*, yes: bool, context: typer.Context) -> None:
    """Ask before writing; without a terminal only --yes will do."""
    import shlex

    if yes:
        return
    if not _is_terminal():
        raise InputError(
            "Nobody is there to confirm the entry; nothing was written.",
            where="--yes",
            found="no terminal to ask at",
            accepted="a terminal, or --yes",
            fix="check what is printed above, then run\n  "
            + shlex.join(["sinkbook", *_words(context), "--yes"]),
        )
    typer.confirm("Write this entry?", abort=True)


def _pattern(offer: Proposal) -> str:
    from helpers.adding.layout import pattern_of

    return pattern_of(offer.layout, key=offer.key, data_dir=offer.data_dir)


def _titled(offer: Proposal, missing: float) -> Proposal:
    """Say in the title of a product how much of China it has."""
    from dataclasses import replace

    from helpers.budget import MAX_GAP

    if missing <= MAX_GAP:
        return offer
    return replace(offer, title=f"{offer.title} ({1 - missing:.0%} of China)")


def _show(key: str, fields: dict[str, object]) -> None:
    import yaml

    typer.echo(yaml.safe_dump({key: fields}, sort_keys=False, allow_unicode=True, width=96))


def _words(context: typer.Context) -> list[str]:
    """Return the command as it was given, without the program's name and --yes."""
    given = dict(context.params)
    words = ["add", given.pop("name"), *given.pop("files")]
    if given["data_dir"] == DATA_DIR:
        del given["data_dir"]
    given.pop("yes")
    for option, value in given.items():
        flag = "--" + option.replace("_", "-")
        words += [flag] if value is True else [flag, str(value)] if value else []
    return words


def _is_terminal() -> bool:
    return sys.stdin.isatty()
