"""Another Python on this computer: a command, a path, or a version that pyenv holds.

``python -m helpers.reproduce.interpreters [WANTED]`` prints the path of one. `make pythons` and
`make oldest` ask it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import typer

from helpers.errors import InputError

OLDEST = (3, 11)
"""Oldest Python that the book runs with."""

_TELL = "import ensurepip, platform, sys; print(platform.python_version(), sys.executable)"
_ENOUGH = f"Python {'.'.join(map(str, OLDEST))} or newer"
_Found = tuple[tuple[int, ...], str]


def find_interpreter(wanted: str | None = None) -> str:
    """Return the path of another Python.

    Parameters
    ----------
    wanted : str, optional
        A command such as ``python3.13``, a path, or a version such as ``3.13``. Unless given, the
        newest Python whose version is not that of this process.

    Raises
    ------
    InputError
        If there is none that starts, can make a virtual environment and is new enough.
    """
    names = [f"python3.{minor}" for minor in range(OLDEST[1], 30)]
    if wanted is not None:
        number = wanted.removeprefix("python")
        found = _started([wanted] if os.sep in wanted else [wanted, f"python{number}"])
        found = found or _started(_held_by_pyenv(number))
    else:
        here = sys.version_info[:2]
        found = [one for one in _started([*names, *_held_by_pyenv("3")]) if one[0][:2] != here]
    if not found:
        raise InputError(
            "There is no other Python.",
            where="OTHER",
            found="nothing that starts" if wanted is None else f"{wanted!r}, which does not start",
            accepted=f"a command, a path or a version that can make a venv, {_ENOUGH}",
            fix="Name one, for example OTHER=/opt/python3.13/bin/python3.",
        )
    version, path = max(found)
    if version[:2] < OLDEST:
        raise InputError(
            "The other Python is too old.",
            where="OTHER",
            found=".".join(map(str, version)),
            accepted=_ENOUGH,
            fix="Name a newer one.",
        )
    return path


def _held_by_pyenv(number: str) -> list[str]:
    """Return the Pythons of pyenv of a version; its commands start only the one made active."""
    searched = (Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep))
    roots = [f.parent for f in searched if f.name == "shims"]
    roots.append(Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv"))
    folders = {f for root in roots for f in root.glob("versions/*")}
    wanted = [f for f in folders if f"{f.name}.".startswith(f"{number}.")]
    return [str(folder / "bin" / "python") for folder in wanted]


def _started(commands: Iterable[str]) -> list[_Found]:
    """Return version and path of each command that starts."""
    found = []
    for command in commands:
        try:
            told = subprocess.run(
                [command, "-c", _TELL], capture_output=True, encoding="utf-8", check=True
            ).stdout
        except (OSError, subprocess.CalledProcessError):
            continue
        version, path = told.strip().split(" ", 1)
        found.append((tuple(int(part) for part in re.findall(r"\d+", version)[:3]), path))
    return found


def main(*words: str) -> int:
    """Print the path of another Python, or say why there is none."""
    try:
        typer.echo(find_interpreter(*words))
    except InputError as error:
        typer.echo(f"error: {error}", err=True)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
