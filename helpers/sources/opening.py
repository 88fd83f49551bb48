"""One lock for opening and reading NetCDF files, which the thread that holds it may take again.

The C libraries serve one thread at a time. xarray takes its lock to read values, not to read the
attributes while it opens a file, so that a file opened beside a reading thread ends the process.
"""

from __future__ import annotations

import threading
from typing import Any

from xarray.backends.netCDF4_ import NETCDF4_PYTHON_LOCK


class ReentrantLock:
    """xarray's lock for netCDF4, taken once a thread however often that thread asks."""

    def __init__(self) -> None:
        self._owner: int | None = None
        self._depth = 0

    def acquire(self, blocking: bool = True) -> bool:
        """Take the lock; without waiting if not `blocking`."""
        if self._owner != threading.get_ident():
            if not NETCDF4_PYTHON_LOCK.acquire(blocking):
                return False
            self._owner = threading.get_ident()
        self._depth += 1
        return True

    def release(self) -> None:
        """Give the lock back as often as it was taken."""
        self._depth -= 1
        if not self._depth:
            self._owner = None
            NETCDF4_PYTHON_LOCK.release()

    def locked(self) -> bool:
        """Tell whether a thread holds the lock."""
        return self._owner is not None

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    def __reduce__(self) -> tuple[Any, ...]:
        return _the_lock, ()


LOCK = ReentrantLock()
"""The lock of this process."""


def _the_lock() -> ReentrantLock:
    return LOCK
