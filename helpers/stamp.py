"""The stamp beside an executed notebook: from what it was made, and what it wrote."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from helpers.files import sha256_of, write_text
from helpers.provenance import record_path

States = dict[str, tuple[int, int, int]]


def stamp_path(output: Path) -> Path:
    """Return where the stamp of an executed notebook lies."""
    return output.with_suffix(".stamp.json")


def results_of(notebook: str, *, results_dir: Path) -> dict[str, str]:
    """Return name and sha256 of each result file of a notebook.

    These are ``<notebook>.csv``, ``claims/<notebook>.csv`` and ``figures/<notebook>-*``.
    """
    files = [results_dir / f"{notebook}.csv", results_dir / "claims" / f"{notebook}.csv"]
    files += sorted((results_dir / "figures").glob(f"{notebook}-*"))
    return {
        path.relative_to(results_dir).as_posix(): sha256_of(path)
        for path in files
        if path.is_file()
    }


def states_of(notebook: str, *, results_dir: Path) -> States:
    """Return what tells whether a result file was written again: place on the disk and times.

    Two of them are compared, never one with the clock: that of a file system elsewhere may be late,
    and that of the machine may be set while a notebook runs.
    """
    names = results_of(notebook, results_dir=results_dir)
    found = {name: (results_dir / name).stat() for name in names}
    return {name: (one.st_ino, one.st_mtime_ns, one.st_ctime_ns) for name, one in found.items()}


def remove_results(notebook: str, *, results_dir: Path, old: States | None = None) -> None:
    """Remove result files of a notebook: all, or those still in a state that they had before."""
    states = states_of(notebook, results_dir=results_dir)
    for name, state in states.items():
        if old is None or old.get(name) == state:
            (results_dir / name).unlink()
    if old is None:
        record_path(notebook, results_dir=results_dir).unlink(missing_ok=True)


def write(output: Path, fingerprint: str, *, results: Mapping[str, str]) -> None:
    """Write the stamp, last of all that a run writes."""
    record = {"fingerprint": fingerprint, "notebook": sha256_of(output), "results": dict(results)}
    write_text(stamp_path(output), json.dumps(record, indent=2, sort_keys=True) + "\n")


def is_current(
    output: Path, fingerprint: str, *, results_dir: Path, notebook: str | None = None
) -> bool:
    """Tell whether a notebook was made from this fingerprint and all it wrote is still there.

    Its name is that of the file unless `notebook` is given (``exercises/masks``).
    """
    name = notebook or output.stem
    try:
        record = json.loads(stamp_path(output).read_text(encoding="utf-8"))
        return (
            record["fingerprint"] == fingerprint
            and record["notebook"] == sha256_of(output)
            and record["results"] == results_of(name, results_dir=results_dir)
            and record_path(name, results_dir=results_dir).is_file()
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False


def remove(output: Path, *, results_dir: Path, notebook: str | None = None) -> None:
    """Remove an executed notebook with its stamp and the results it wrote."""
    remove_results(notebook or output.stem, results_dir=results_dir)
    output.unlink(missing_ok=True)
    stamp_path(output).unlink(missing_ok=True)
