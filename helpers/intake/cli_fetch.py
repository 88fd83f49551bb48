"""The command ``sinkbook fetch``."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from helpers import project
from helpers.cli_run import FAILED, console
from helpers.errors import InputError

if TYPE_CHECKING:
    import requests
    from rich.console import Console

    from helpers.intake.downloads import Download
    from helpers.intake.fetching import Arrival, Wishes
    from helpers.intake.transfer import Report

DATA_DIR = Path("data-original")
"""Folder that is fetched into unless another is named, relative to the root of the book."""


def register(app: typer.Typer) -> None:
    """Add the command to the console command."""
    app.command()(fetch)


def fetch(
    names: Annotated[
        list[str] | None, typer.Argument(help="Names of sources.  [default: all open ones]")
    ] = None,
    data_dir: Annotated[
        Path | None, typer.Option(help=f"Folder to fetch into.  [default: {DATA_DIR}]")
    ] = None,
    *,
    show: Annotated[bool, typer.Option("--list", help="Only tell what there is.")] = False,
    mirror: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Take copies from URL/<source>/<file>; https only."),
    ] = None,
    link: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Address that a source's page gave after your click."),
    ] = None,
    file: Annotated[
        Path | None, typer.Option(help="File of one source that you downloaded by hand.")
    ] = None,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Fetch again what its provider adds to.")
    ] = False,
    accept_change: Annotated[
        bool,
        typer.Option("--accept-change", help="Take named sources although they have changed."),
    ] = False,
    ca_file: Annotated[
        Path | None, typer.Option(help="Certificate authorities to trust (PEM).")
    ] = None,
) -> None:
    """Fetch open data, checked, and tell how to get the rest."""
    from helpers.intake import downloads
    from helpers.intake.fetching import Wishes
    from helpers.intake.session import open_session

    root = project.project_root()
    declared = downloads.load_downloads(root / downloads.DOWNLOADS)
    sources = downloads.chosen(declared, names or [])
    if show:
        typer.echo("\n\n".join(described(name, one) for name, one in sources.items()))
        return
    one_only = {"--link": link, "--file": file}
    given = [option for option, value in one_only.items() if value is not None]
    if (given and len(names or []) != 1) or len(given) > 1 or (accept_change and not names):
        raise InputError(
            "The options do not fit the names.",
            where="names of sources",
            found=(" ".join(given) or "--accept-change") + f" with {len(names or [])} names",
            accepted="--link or --file with one name; --accept-change with names",
            fix="Name the source, such as `sinkbook fetch oco2-v10-mip --file ARCHIVE`.",
        )
    wishes = Wishes(mirror, link, file, accept_change, refresh)
    folder = (data_dir.expanduser() if data_dir else root / DATA_DIR).absolute()
    session = open_session(ca_file)
    failed = fetch_all(sources, folder=folder, wishes=wishes, session=session, named=bool(names))
    if failed:
        raise typer.Exit(FAILED)


def fetch_all(
    sources: dict[str, Download],
    *,
    folder: Path,
    wishes: Wishes,
    session: requests.Session,
    named: bool,
) -> int:
    """Bring each source, tell what became of it, and return how many failed."""
    from filelock import FileLock, Timeout

    from helpers.intake.fetching import bring
    from helpers.intake.placement import unwritable

    failed, arrivals = 0, []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".fetch.lock", timeout=0):
            for name, source in sources.items():
                try:
                    with progress(console(), name) as report:
                        arrival = bring(
                            name, source, data_dir=folder, wishes=wishes, session=session,
                            report=report,
                        )  # fmt: skip
                    arrivals.append(arrival)
                    if arrival.state != "by hand":
                        typer.echo(f"{name}: {arrival.state}; {arrival.seen}")
                except InputError as error:
                    failed += 1
                    typer.echo(
                        f"{name}: not fetched\n{textwrap.indent(str(error), '  ')}", err=True
                    )
    except Timeout as error:
        raise InputError(
            "Another fetch is at work in this folder.",
            file=folder,
            found="its lock, .fetch.lock, is held",
            accepted="one fetch at a time",
            fix="wait until it has finished",
        ) from error
    except OSError as error:
        raise unwritable(error, folder) from error
    _tell_the_rest(arrivals, sources, named=named)
    return failed


def _tell_the_rest(arrivals: list[Arrival], sources: dict[str, Download], *, named: bool) -> None:
    """Tell how to get what no program may fetch: in full where it was named, else in a line."""
    rest = [arrival.name for arrival in arrivals if arrival.state == "by hand"]
    for name in rest if named else []:
        typer.echo(described(name, sources[name]))
    if rest and not named:
        typer.echo("By hand: " + ", ".join(rest) + ". How: sinkbook fetch --list")


def described(name: str, source: Download) -> str:
    """Return what is known of a source as text for a terminal of 80 columns."""
    how = {
        "open": "fetched by this command",
        "agreement": "from its page, by hand or with --link",
        "registered": "with an account",
        "request": "on request",
    }
    check = "first use"
    if source.sha256:
        check = f"sha256 {source.sha256[:16]}..., from {source.sha256_from}"
    elif source.changes:
        check = "recorded; the provider adds to the file (--refresh)"
    rows = {
        "how": how[source.access],
        "page": source.page,
        "address": " ".join(source.urls) or None,
        "place": source.path + ("/" if source.is_archive or source.format == "folder" else ""),
        "size": _size(source),
        "check": check if source.access in ("open", "agreement") else None,
        "used for": source.used_for,
        "licence": source.licence,
        "cite": source.citation,
        "seen": source.evidence,
    }
    lines = [f"{name}: {source.title}"]
    lines += [_wrapped(f"  {key:<9}", text) for key, text in rows.items() if text]
    lines += [_wrapped(f"  {i}. ", step) for i, step in enumerate(source.steps, start=1)]
    return "\n".join(lines)


def _size(source: Download) -> str | None:
    if source.format == "folder":
        return None
    return f"{source.bytes} bytes" if source.bytes else f"at most {source.limit_mb} MB"


def _wrapped(head: str, text: str) -> str:
    return textwrap.fill(
        text, width=80, initial_indent=head, subsequent_indent=" " * len(head),
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


@contextmanager
def progress(console: Console, name: str) -> Iterator[Report]:
    """Yield the function that a transfer reports its bytes to.

    A terminal gets a bar with speed and remaining time; a file or a pipe gets nothing.
    """
    from rich import progress as bars

    if not console.is_terminal:
        yield lambda there, total: None
        return
    columns = (
        bars.TextColumn("{task.description}"), bars.BarColumn(), bars.DownloadColumn(),
        bars.TransferSpeedColumn(), bars.TimeRemainingColumn(),
    )  # fmt: skip
    with bars.Progress(*columns, console=console, transient=True) as display:
        task = display.add_task(name, total=None)
        yield lambda there, total: display.update(task, completed=there, total=total)
