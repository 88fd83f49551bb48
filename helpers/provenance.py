"""The record beside each result: what it was made from, with which software, by which commit."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from helpers.files import write_text
from helpers.fingerprint import digest_of, versions
from helpers.project import shown


def make_record(
    *,
    notebook: str,
    source_sha256: str,
    helpers_sha256: str,
    parameters: Mapping[str, Any],
    inputs: Mapping[str, str],
    results: Mapping[str, str],
    products: Mapping[str, Mapping[str, Any]],
    root: Path,
) -> dict[str, Any]:
    """Return the record of a run: the same for the same inputs, with no path and no time in it.

    Parameters
    ----------
    notebook : str
        Name of the notebook.
    source_sha256, helpers_sha256 : str
        Digests of the notebook's source and of the package.
    parameters : mapping
        Values it ran with. A folder outside the book is recorded by its name alone.
    inputs, results : mapping
        Names to sha256 of the files read and written.
    products : mapping
        Title, and whether it is a reconstruction, of each product that was there to read.
    root : Path
        Root of the book, for the git commit and for shortening paths.

    Returns
    -------
    dict
        Ends with ``sha256``, the digest of everything before it.
    """
    record: dict[str, Any] = {
        "notebook": notebook,
        "profile": parameters.get("profile"),
        "is_standin": any(product["is_standin"] for product in products.values()),
        "products": {key: dict(product) for key, product in products.items()},
        "parameters": plain(dict(parameters), root=root),
        "source_sha256": source_sha256,
        "helpers_sha256": helpers_sha256,
        "inputs": dict(sorted(inputs.items())),
        "results": dict(sorted(results.items())),
        "versions": versions(),
        "git": git_state(root),
    }
    return {**record, "sha256": digest_of(record)}


def record_path(notebook: str, *, results_dir: Path) -> Path:
    """Return where the record of a notebook lies: beside its results."""
    return results_dir / f"{notebook}.provenance.json"


def write_record(
    record: Mapping[str, Any], *, results_dir: Path, started: str, seconds: float
) -> Path:
    """Write ``<results_dir>/<notebook>.provenance.json`` atomically and return its path.

    Parameters
    ----------
    record : mapping
        As `make_record` returns.
    results_dir : Path
        Folder of the results.
    started : str
        Start time in UTC, ISO 8601; kept in a block of its own, outside the digest.
    seconds : float
        Duration [s].
    """
    run = {"started": started, "seconds": round(seconds, 3)}
    text = json.dumps({**record, "run": run}, indent=2, ensure_ascii=False)
    return write_text(record_path(record["notebook"], results_dir=results_dir), f"{text}\n")


def read_record(notebook: str, *, results_dir: Path) -> dict[str, Any] | None:
    """Return the record beside the results of a notebook, or None when there is none."""
    path = record_path(notebook, results_dir=results_dir)
    if not path.is_file():
        return None
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return record


def git_state(root: Path) -> dict[str, Any] | None:
    """Return the commit of the checkout and whether files differ from it; None without git."""
    commit = _git(root, "rev-parse", "HEAD")
    top = _git(root, "rev-parse", "--show-toplevel")
    if not commit or not top or Path(top).resolve() != root.resolve():
        return None
    return {"commit": commit, "modified": bool(_git(root, "status", "--porcelain", "-uno"))}


def commit_date(root: Path) -> str | None:
    """Return when the commit of the checkout was made, ISO 8601; None without git."""
    return _git(root, "show", "--no-patch", "--format=%cI", "HEAD") or None


def _git(root: Path, *arguments: str) -> str | None:
    """Return what a git command prints, or None when it fails or git is absent."""
    try:
        run = subprocess.run(
            ["git", "--no-optional-locks", "-C", str(root), *arguments],
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    except OSError:
        return None
    return run.stdout.strip() if run.returncode == 0 else None


def plain(value: Any, *, root: Path) -> Any:
    """Return a value for the record, absolute paths shortened."""
    if isinstance(value, str) and Path(value).expanduser().is_absolute():
        return shown(value, root=root)
    if isinstance(value, list | tuple):
        return [plain(item, root=root) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item, root=root) for key, item in value.items()}
    return value
