"""Writing so that nothing is lost, and knowing files by their content."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import time

from helpers.errors import InputError

PART = ".part-"
"""Begins the name of whatever is being written; the number of the writing process follows."""

_DAY = 86400.0
_GROWTH = 2**24


@contextmanager
def atomic_path(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`, renamed to it when the block ends well.

    When the block raises, the temporary file is removed and an earlier `path` stays as it was.
    What a full disk did to it is told as by :func:`told_by_the_system`.

    Parameters
    ----------
    path : str or Path
        The file to write. Missing parent folders are made.

    Yields
    ------
    Path
        A hidden file name in the same folder, with the same suffix, that does not exist yet. What
        a killed process leaves of it is removed by :func:`remove_parts`.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    prefix = f"{part_prefix()}{path.stem}-"
    handle, name = tempfile.mkstemp(prefix=prefix, suffix=path.suffix, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    temporary.unlink()
    try:
        with told_by_the_system(temporary, name=path):
            yield temporary
        # mkstemp makes private files: give the result the permissions an ordinary open would
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def told_by_the_system(path: Path, *, name: str | Path | None = None) -> Iterator[None]:
    """Raise the error of the system where a library only says that it could not write `path`.

    The NetCDF library calls a full disk "HDF error". So when it fails, the file is made longer:
    what the system refuses then is the reason. An error without a file name gets one.

    Parameters
    ----------
    path : Path
        The file that the block writes; whoever calls removes it when the block fails.
    name : str or Path, optional
        What to call it; its own path unless given.

    Raises
    ------
    OSError
        With number, text and file name, where the system has a reason.
    """
    try:
        yield
    except (OSError, RuntimeError) as error:
        number = getattr(error, "errno", None)
        if isinstance(error, OSError) and number is not None and number > 0:
            error.filename = error.filename or str(name or path)
            raise
        refusal = _refusal_to_grow(path)
        if refusal is None:
            raise
        raise OSError(refusal.errno, refusal.strerror, str(name or path)) from error


def _refusal_to_grow(path: Path) -> OSError | None:
    """Return what the system says when a file is made longer, None where it lets it be."""
    try:
        with path.open("ab") as stream:
            stream.write(bytes(_GROWTH))
    except OSError as refusal:
        return refusal
    return None


def part_prefix() -> str:
    """Return how the name of a file or folder begins that this process is writing."""
    return f"{PART}{os.getpid()}-"


def is_part(path: Path) -> bool:
    """Tell whether a path is an unfinished file or folder, or lies in one."""
    return any(name.startswith(PART) for name in path.parts)


def remove_parts(folder: Path) -> list[Path]:
    """Remove what processes that were killed left half-written in a folder, and return its paths.

    What a process that still runs is writing stays, unless it is older than a day.
    """
    parts = [path for path in folder.rglob(f"{PART}*") if not is_part(path.parent)]
    gone = [path for path in parts if not _is_being_written(path)]
    for path in gone:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return gone


def _is_being_written(path: Path) -> bool:
    """Tell whether the process in the name of an unfinished file runs still."""
    number = path.name.removeprefix(PART).partition("-")[0]
    try:
        os.kill(int(number), 0)
        return time() - path.lstat().st_mtime < _DAY
    except PermissionError:  # it runs, for another user
        return True
    except (OSError, ValueError, OverflowError):
        return False


def write_text(path: str | Path, text: str) -> Path:
    """Write UTF-8 `text` to `path` atomically and return the path."""
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
    return Path(path)


def sha256_of(path: str | Path) -> str:
    """Return the sha256 of a file's bytes, in hexadecimal."""
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def check_readable(path: str | Path) -> None:
    """Refuse a file that is there but that this user may not read.

    Raises
    ------
    InputError
        Naming the file.
    """
    if Path(path).exists() and not os.access(path, os.R_OK):
        raise InputError(
            "The file may not be read.",
            file=path,
            found="no permission to read it",
            accepted="a file that you may read",
            fix="Change its permissions, for instance with chmod u+r.",
        )
