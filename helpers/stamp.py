"""The stamp beside an executed notebook: from what it was made, and what it wrote."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from helpers.files import sha256_of, write_text

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


def remove_older(notebook: str, *, results_dir: Path, than: float) -> None:
    """Remove the result files that a run which started at `than` [s since 1970] did not write."""
    for name in results_of(notebook, results_dir=results_dir):
        path = results_dir / name
        if path.stat().st_mtime < than - CLOCK_SLACK:
            path.unlink()


def write(output: Path, fingerprint: str, *, results: Mapping[str, str]) -> None:
    """Write the stamp, last of all that a run writes."""
    record = {"fingerprint": fingerprint, "notebook": sha256_of(output), "results": dict(results)}
    write_text(stamp_path(output), json.dumps(record, indent=2, sort_keys=True) + "\n")


def is_current(output: Path, fingerprint: str, results_dir: Path) -> bool:
    """Tell whether a notebook was made from this fingerprint and all it wrote is still there."""
    try:
        record = json.loads(stamp_path(output).read_text(encoding="utf-8"))
        return (
            record["fingerprint"] == fingerprint
            and record["notebook"] == sha256_of(output)
            and record["results"] == results_of(output.stem, results_dir=results_dir)
            and (results_dir / f"{output.stem}.provenance.json").is_file()
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False


def remove(output: Path, *, results_dir: Path) -> None:
    """Remove an executed notebook with its stamp and the results it wrote."""
    for name in results_of(output.stem, results_dir=results_dir):
        (results_dir / name).unlink()
    for path in (output, stamp_path(output), results_dir / f"{output.stem}.provenance.json"):
        path.unlink(missing_ok=True)
