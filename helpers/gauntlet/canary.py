"""A trap in the input, and a case that fails where anything springs it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from helpers.gauntlet.case import Answer, Case

CANARY = "a-pickle-was-opened"
"""Name of the folder that whoever springs a trap makes where they stand."""

TRAP = f"cos\nmkdir\n(V{CANARY}\ntR.".encode()
"""A pickle, protocol 0, whose opening makes the folder."""


def watched(case: Case) -> Case:
    """Return a case again that is wrong where the folder was made, whatever else it ended in."""

    def attempt(folder: Path) -> Answer:
        sprung = Answer(float("inf"), "the trap was sprung")
        try:
            answer = case.attempt(folder)
        except Exception:
            if (folder / CANARY).exists():
                return sprung
            raise
        return sprung if (folder / CANARY).exists() else answer

    return replace(case, attempt=attempt)
