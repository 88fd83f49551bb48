"""One notebook in one process: ``python -m helpers.execution TASK REPORT`` (both JSON files).

The runner starts this module with its own interpreter. Nothing of the reader's Jupyter, IPython
or matplotlib settings is used: the kernel is described on the fly, in a folder of its own.
"""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path
from typing import Any

import nbformat

from helpers.files import atomic_path, write_text
from helpers.parameters import TAG
from helpers.tether import end_with_parent

KERNEL = "python3"
INJECTED = "injected-parameters"
HIDE = "hide-input"


def execute(
    source: Path, output: Path, *, parameters: dict[str, Any], root: Path
) -> dict[str, Any]:
    """Execute one notebook and write it when every cell succeeded.

    Parameters
    ----------
    source, output : Path
        The notebook, and where its executed copy goes (atomically).
    parameters : dict
        Values by name, checked before.
    root : Path
        Working directory of the notebook.

    Returns
    -------
    dict
        ``{"warnings": [...]}`` on success, else ``{"failure": {...}}`` with the number and source
        of the cell and the text of the error.
    """
    import papermill
    from papermill.exceptions import PapermillExecutionError

    # It only warns where the runner has refused before, and it cannot read `str | None`.
    logging.getLogger("papermill").setLevel(logging.ERROR)
    try:
        notebook = papermill.execute_notebook(
            nbformat.read(source, as_version=4),
            None,
            parameters=parameters,
            kernel_name=KERNEL,
            language="python",
            progress_bar=False,
            cwd=root,
            start_timeout=180,
            config=kernel_settings(),
        )
    except PapermillExecutionError as error:
        return {"failure": _cell_failure(source, error)}
    except Exception as error:  # a kernel that dies or never starts, whatever its class
        return {
            "failure": {"cell": None, "source": "", "error": f"{type(error).__name__}: {error}"}
        }
    finished = finish(notebook)
    with atomic_path(output) as temporary:
        temporary.write_text(nbformat.writes(finished, version=4), encoding="utf-8", newline="\n")
    return {"warnings": stderr_lines(finished)}


def kernel_settings() -> Any:
    """Return settings under which the port of a kernel is encrypted, where Jupyter can do so."""
    import zmq
    from jupyter_client.manager import KernelManager
    from traitlets.config import Config

    can_encrypt = hasattr(KernelManager, "transport_encryption") and zmq.has("curve")
    return Config({"KernelManager": {"transport_encryption": "auto"}} if can_encrypt else {})


def finish(notebook: Any) -> Any:
    """Return an executed notebook as the book wants it.

    Parameter cells are tagged ``hide-input``; times, paths and execution records are removed, so
    that the same run gives the same file.
    """
    notebook = nbformat.from_dict(notebook)
    notebook.metadata.pop("papermill", None)
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
        for name in ("papermill", "execution"):
            cell.metadata.pop(name, None)
        tags = cell.metadata.get("tags", [])
        if {TAG, INJECTED} & set(tags) and HIDE not in tags:
            cell.metadata["tags"] = [*tags, HIDE]
    return notebook


def stderr_lines(notebook: Any) -> list[str]:
    """Return what the cells wrote to the error stream, each line with the number of its cell."""
    return [
        f"cell {number}: {line}"
        for number, cell in _source_cells(notebook)
        for output in cell.get("outputs", [])
        if output.output_type == "stream" and output.name == "stderr"
        for line in output.text.strip().splitlines()
    ]


def _source_cells(notebook: Any) -> list[tuple[int, Any]]:
    """Return the cells numbered from 1 as in the source, the injected one left out."""
    own = [cell for cell in notebook.cells if INJECTED not in cell.metadata.get("tags", [])]
    return list(enumerate(own, start=1))


def _cell_failure(source: Path, error: Any) -> dict[str, Any]:
    """Return number, source and error text of the cell that failed."""
    cells = nbformat.read(source, as_version=4).cells
    same = [number for number, cell in enumerate(cells, start=1) if cell.source == error.source]
    is_injected = not same
    frames = "\n".join(error.traceback)
    logging.getLogger(__name__).error("%s", frames)
    return {
        "cell": None if is_injected else _position(same, cells, error=error),
        "source": error.source,
        "error": f"{error.ename}: {error.evalue}",
    }


def _position(same: list[int], cells: list[Any], *, error: Any) -> int:
    """Return the number of the failed cell among cells that have the same source."""
    tagged = [n for n, cell in enumerate(cells, start=1) if TAG in cell.metadata.get("tags", [])]
    place = error.cell_index + 1  # counted with the injected cell, which follows the parameters
    place -= 1 if tagged and place > tagged[0] else 0
    return place if place in same else same[0]


def main(task: str, report: str) -> None:
    """Execute the notebook of a task file and write the report file."""
    given = json.loads(Path(task).read_text(encoding="utf-8"))
    end_with_parent(given.get("started_by"))
    logging.basicConfig(stream=sys.stderr, level=logging.ERROR, format="%(message)s")
    outcome = execute(
        Path(given["source"]),
        Path(given["output"]),
        parameters=given["parameters"],
        root=Path(given["root"]),
    )
    write_text(report, json.dumps(outcome))


if __name__ == "__main__":
    main(*sys.argv[1:])
