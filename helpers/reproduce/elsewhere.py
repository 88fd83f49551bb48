"""Every table computed twice from the inputs on: with another Python, or with other workers.

``python -m helpers.reproduce.elsewhere [--values] OTHER [NOTEBOOK ...]`` is run by the interpreter
of the lock. OTHER is one in which the same lock is installed (`make pythons` makes it): tables must
be the same bytes. With ``--values`` it may hold other packages (`make oldest`): values must agree.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import typer

from helpers import project, review
from helpers.reproduce.cli_against import TOLERANCE

_PACKAGE_HOME = Path(__file__).absolute().parents[2]
_LINKS = ("notebooks", "data", "book", "_config.yml", "_toc.yml", "CHANGELOG.md", "README.md")
VALUES_ONLY = "--values"
_VERSION = "import platform; print(platform.python_version())"


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What two runs have in common: number of tables, those of other bytes, what moved."""

    tables: int
    unlike: tuple[str, ...]
    moved: tuple[review.Moved, ...]


def linked_book(folder: Path, *, root: Path) -> Path:
    """Make a folder that shares the sources of a book and has a build of its own."""
    (folder / "build").mkdir(parents=True, exist_ok=True)
    for name in _LINKS:
        if (root / name).exists() and not (folder / name).is_symlink():
            (folder / name).symlink_to(root / name)
    return folder


def run_report(
    python: str | Path, book: Path, *, notebooks: Iterable[str] = (), workers: int | None = None
) -> None:
    """Run notebooks of a book with an interpreter, all of them unless some are named."""
    command = [str(python), "-m", "helpers.cli", "--root", str(book), "report"]
    command += [] if workers is None else ["--workers", str(workers)]
    for name in notebooks:
        command += ["--only", name]
    path = os.pathsep.join(filter(None, [str(_PACKAGE_HOME), os.environ.get("PYTHONPATH", "")]))
    subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, check=True)


def compare(one: Path, two: Path, *, tolerance: float = TOLERANCE) -> Comparison:
    """Compare the tables and the reports of two books that :func:`run_report` ran.

    Parameters
    ----------
    one, two : Path
        Folders of the books.
    tolerance : float
        Largest relative difference of two numbers that still are the same.
    """
    first, second = _tables(one), _tables(two)
    names = sorted({*first, *second})
    unlike = tuple(name for name in names if first.get(name) != second.get(name))
    moved = review.compare(one / "build/report", two / "build/report", tolerance=tolerance)
    return Comparison(tables=len(names), unlike=unlike, moved=tuple(moved))


def main(other: str, *notebooks: str, values_only: bool = False) -> int:
    """Compute with this interpreter and another, tell what differs, return the exit code.

    The other one is called after the folder of its environment, ``other-venv`` or ``oldest-venv``.
    The code is 1 where a value moved or, unless `values_only`, a table has other bytes.
    """
    version = subprocess.run(
        [other, "-c", _VERSION], stdout=subprocess.PIPE, encoding="utf-8", check=True
    ).stdout.strip()
    root = project.project_root()
    books, environment = [], Path(other).absolute().parents[1].name
    for name, python in (("this", sys.executable), ("other", other)):
        books.append(linked_book(root / "build" / "pythons" / environment / name, root=root))
        run_report(python, books[-1], notebooks=notebooks)
    found = compare(*books)
    for table in found.unlike:
        typer.echo(f"not the same bytes: {table}")
    for one in found.moved:
        typer.echo(f"MOVED {one.what} {one.id}: {one.before or 'none'} -> {one.after or 'none'}")
    typer.echo(
        f"Python {sys.version.split()[0]} and {version} of {environment}: {found.tables} tables, "
        f"{found.tables - len(found.unlike)} of the same bytes; "
        f"{len(found.moved)} verdicts and values differ by more than {TOLERANCE:g} of themselves"
    )
    return 1 if found.moved or (found.unlike and not values_only) else 0


def _tables(book: Path) -> dict[str, bytes]:
    """Return the bytes of every table of results by name."""
    results = book / "build" / "results"
    return {
        path.relative_to(results).as_posix(): path.read_bytes()
        for path in sorted(results.rglob("[!.]*.csv"))
    }


if __name__ == "__main__":
    sys.exit(
        main(
            *(word for word in sys.argv[1:] if word != VALUES_ONLY),
            values_only=VALUES_ONLY in sys.argv,
        )
    )
