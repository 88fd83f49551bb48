"""What a benchmark ran on, and when."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from helpers.bench import programs
from helpers.regrid.threads import thread_count

PACKAGES = ("numpy", "numba", "h5py", "xarray", "dask", "xarray-regrid")


def describe(*, rounds: int) -> dict[str, str]:
    """Return date, machine and software of a run, as texts."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "rounds": str(rounds),
        "processor": processor(),
        "processors": str(thread_count()),
        "memory_gb": memory(),
        "load_before": f"{load:.1f}",
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{name: _version(name) for name in PACKAGES},
        "cdo": cdo_version(),
    }


def processor(info: Path = Path("/proc/cpuinfo")) -> str:
    """Return the model of the processor."""
    lines = info.read_text(encoding="utf-8").splitlines() if info.is_file() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or "unknown"


def memory() -> str:
    """Return the size of the memory [GB]."""
    try:
        return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 1e9:.0f}"
    except (AttributeError, ValueError, OSError):
        return "unknown"


def cdo_version() -> str:
    """Return the version of CDO."""
    if programs.cdo() is None:
        return "not installed"
    command = [str(programs.cdo()), "--version"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    words = (run.stdout + run.stderr).split()
    return next((word for word in words if word[:1].isdigit()), "unknown")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
