"""The commands of ``sinkbook`` for courses: worksheets."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from helpers import project


def register(app: typer.Typer) -> None:
    """Add the commands to the console command."""
    app.command()(worksheets)


def worksheets(
    folder: Annotated[Path, typer.Argument(help="Folder to write to.")] = Path("worksheets"),
) -> None:
    """Write the exercises of every chapter, and the labs, as notebooks without solutions."""
    from helpers.teaching.folders import EXERCISES, LABS
    from helpers.teaching.worksheets import write_worksheets

    for kind, into in ((EXERCISES, folder), (LABS, folder / LABS)):
        for path in write_worksheets(project.project_root(), into=into, folder=kind):
            typer.echo(path)
