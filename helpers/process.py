"""The process that executes one notebook: its environment, its log, its report."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from helpers.execution import KERNEL
from helpers.files import part_prefix, write_text
from helpers.project import ROOT_VARIABLE

_PACKAGE_HOME = Path(__file__).absolute().parents[1]
_LOG_LINES = 12
_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def run_process(
    task: Mapping[str, Any], *, log: Path, root: Path, threads: int = 1
) -> dict[str, Any]:
    """Execute the notebook of a task in a process of its own and return its report.

    Parameters
    ----------
    task : mapping
        ``source``, ``output``, ``parameters`` and ``root``, as `helpers.execution` reads them.
    log : Path
        Receives everything the process and its kernel print.
    root : Path
        Root of the book; the caches of the kernel go to its ``build/.cache``.
    threads : int
        Threads that numerical libraries may use.

    Returns
    -------
    dict
        As `helpers.execution.execute`; a process that ends without a report is a failure too.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    build = root / "build"
    build.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(
        prefix=f"{part_prefix()}run-", dir=build, ignore_cleanup_errors=True
    ) as folder:
        own = Path(folder)
        write_kernel(own / "kernels" / KERNEL)
        told = json.dumps({**task, "started_by": os.getpid()})
        (own / "task.json").write_text(told, encoding="utf-8")
        command = [sys.executable, "-m", "helpers.execution", "task.json", "report.json"]
        with log.open("w", encoding="utf-8") as stream:
            code = subprocess.run(
                [*command[:3], *(str(own / name) for name in command[3:])],
                cwd=root,
                env=environment(own, root=root, threads=threads),
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                check=False,
            ).returncode
        plain = _COLOUR.sub("", log.read_text(encoding="utf-8", errors="replace"))
        write_text(log, plain)
        report = own / "report.json"
        if code == 0 and report.is_file():
            outcome: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
            return outcome
    tail = "\n".join(plain.splitlines()[-_LOG_LINES:])
    error = f"the process ended with exit code {code}\n{tail}".strip()
    return {"failure": {"cell": None, "source": "", "error": error}}


def write_kernel(folder: Path) -> None:
    """Describe a kernel: this very interpreter, no history, ended when the run is."""
    from ipykernel.kernelspec import get_kernel_dict

    kernel = get_kernel_dict(
        extra_arguments=["--HistoryManager.enabled=False"],
        python_arguments=["-Xfrozen_modules=off"],
    )
    kernel["argv"].insert(kernel["argv"].index("-m") + 1, "helpers.tether")
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text(json.dumps(kernel), encoding="utf-8")


def environment(own: Path, *, root: Path, threads: int = 1) -> dict[str, str]:
    """Return the environment of the process: nothing depends on, or goes to, the home directory.

    Parameters
    ----------
    own : Path
        Folder of this run alone, with the kernel in ``kernels/``.
    root : Path
        Root of the book.
    threads : int
        Threads that numerical libraries may use, unless the caller has set a limit.
    """
    cache = root / "build" / ".cache"
    inherited = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    limits = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    path = [str(_PACKAGE_HOME), os.environ.get("PYTHONPATH", "")]
    return {
        **dict.fromkeys(limits, str(threads)),
        "XDG_CACHE_HOME": str(cache),
        "XDG_DATA_HOME": str(cache / "data"),
        **inherited,
        "PYTHONPATH": os.pathsep.join(part for part in path if part),
        "PYTHONNOUSERSITE": "1",
        "PYTHONUTF8": "1",
        "PYTHONHASHSEED": "0",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "MPLCONFIGDIR": str(cache / "matplotlib"),
        "IPYTHONDIR": str(own / "ipython"),
        "JUPYTER_PATH": str(own),
        "JUPYTER_CONFIG_DIR": str(own / "config"),
        "JUPYTER_DATA_DIR": str(own / "data"),
        "JUPYTER_RUNTIME_DIR": str(own / "runtime"),
        "JUPYTER_NO_CONFIG": "1",
        "JUPYTER_PLATFORM_DIRS": "1",
        ROOT_VARIABLE: str(root),
    }
