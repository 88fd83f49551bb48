"""How long the book takes to build: everything, after one change, and when nothing changed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from helpers.bench import process
from helpers.bench.rounds import Runs

COPY = "book"
"""Folder of the copy, in that of the benchmark."""


def measure(folder: Path, *, root: Path, say: Callable[[str], None]) -> Runs:
    """Build a copy of the committed book three times.

    Parameters
    ----------
    folder : Path
        Where the copy is made and removed again.
    root : Path
        Root of the book, a checkout whose commits are taken.
    say : callable
        Called with a line of progress.

    Returns
    -------
    dict
        One run each of ``build-full``, ``build-one`` and ``build-none``.
    """
    copy = folder / COPY
    shutil.rmtree(copy, ignore_errors=True)
    clone = ["git", "clone", "--quiet", "--local", str(root), str(copy)]
    subprocess.run(clone, check=True)
    env = process.environment(copy, folder=folder) | {"SINKBOOK_ROOT": str(copy)}
    command = [sys.executable, "-m", "helpers.cli", "build"]
    runs: Runs = {}
    try:
        for name in ("build-full", "build-none", "build-one"):
            say(f"{name}: sinkbook build")
            if name == "build-one":
                change_notebook(min((copy / "notebooks").glob("*.ipynb")))
            runs[name, 0] = [process.run(command, folder=copy, env=env)]
    finally:
        shutil.rmtree(copy, ignore_errors=True)
    return runs


def change_notebook(path: Path) -> None:
    """Change a code cell so that the notebook has to run again, with the same results."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    code = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    code["source"] = [*code["source"], "\n# changed to measure the build"]
    path.write_text(json.dumps(notebook, indent=1) + "\n", encoding="utf-8")
