"""Processes that do not outlive the one that started them.

A run may be killed in a way that it cannot catch (``kill -9``, the kernel when memory is short).
What it had started would then go on, and write results while the next run is at work.
``python -m helpers.tether MODULE ...`` runs a module so that it ends with its parent.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import runpy
import signal
import sys

_PR_SET_PDEATHSIG = 1


def end_with_parent(started_by: int | None = None) -> bool:
    """Have this process killed when the one that started it ends; tell whether that is possible.

    Only Linux offers it. Elsewhere a kernel notices within a second that its parent is gone.

    Parameters
    ----------
    started_by : int, optional
        Number of the process that started this one. When it has ended by now, so does this one:
        it could no longer be tied to it.
    """
    if not sys.platform.startswith("linux"):
        return False
    is_tied = False
    with contextlib.suppress(OSError, AttributeError):
        is_tied = bool(ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL) == 0)
    if is_tied and started_by not in (None, os.getppid()):
        os.kill(os.getpid(), signal.SIGKILL)
    return is_tied


def main(arguments: list[str]) -> None:
    """Run the module named first, with the other arguments, tied to the parent process."""
    end_with_parent()
    sys.argv[1:] = arguments[1:]
    runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1:])
