"""The command ``sinkbook pdf``: the whole book as one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from helpers import project

NOTES = (
    "Every number in this book is computed when it is built, and quoted from the tables it wrote.",
    "The code is not printed: each chapter is a notebook of the same name in the folder notebooks/ "
    "of the repository, and the pages on the screen show it cell by cell.",
    "Figures marked “reconstructed” are made from published totals, not from the products' own "
    "files. They carry those totals by construction and confirm nothing.",
    "Text and figures CC BY 4.0, code BSD 3-Clause.",
)
"""What a reader of the paper edition must know before the first page."""


def register(app: typer.Typer) -> None:
    """Add the command to the console command."""
    app.command()(pdf)


def pdf(
    out: Annotated[
        Path | None, typer.Option(help="File to write.  [default: build/pdf/book.pdf]")
    ] = None,
    fast: Annotated[bool, typer.Option("--fast", help="Print the pages in build/fast.")] = False,
) -> None:
    """Print the rendered book to one PDF, with a browser that is on this computer."""
    import yaml

    from helpers.book import pages_of
    from helpers.cli_run import console, near
    from helpers.pdf.printing import write_pdf
    from helpers.progress import step
    from helpers.runner import build_folder

    root = project.project_root()
    contents = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    settings = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    path = (out or root / "build" / "pdf" / "book.pdf").absolute()
    with step(console(), "Printing the pages"):
        write_pdf(
            list(pages_of(contents)),
            html_root=build_folder(root, fast=fast) / "html",
            out=path,
            title=settings["title"],
            notes=NOTES,
        )
    typer.echo(f"The book on paper: {near(path)}")
