"""How many threads the machine gives this process."""

from __future__ import annotations

import os


def thread_count() -> int:
    """Return the number of processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not Linux
        return os.cpu_count() or 1
