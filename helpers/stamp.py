"""The stamp beside an executed notebook: from what it was made, and what it wrote."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from helpers.files import sha256_of, write_text
from helpers.provenance import record_path

CLOCK_SLACK = 2.0
"""What the clocks of a file system and of the machine may differ by [s]."""


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


def remove_results(notebook: str, *, results_dir: Path, before: float | None = None) -> None:
    """Remove result files of a notebook: all, or those last written `before` [s since 1970]."""
    for name in results_of(notebook, results_dir=results_dir):
        written = (results_dir / name).stat().st_mtime
        if before is None or written < before - CLOCK_SLACK:
            (results_dir / name).unlink()
    if before is None:
        record_path(notebook, results_dir=results_dir).unlink(missing_ok=True)


def write(output: Path, fingerprint: str, *, results: Mapping[str, str]) -> None:
    """Write the stamp, last of all that a run writes."""
    record = {"fingerprint": fingerprint, "notebook": sha256_of(output), "results": dict(results)}
    write_text(stamp_path(output), json.dumps(record, indent=2, sort_keys=True) + "\n")


def is_current(
    output: Path, fingerprint: str, results_dir: Path, *, notebook: str | None = None
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
