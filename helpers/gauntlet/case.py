"""A case of the gauntlet, what it declares, and how what happened is judged."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from helpers.errors import InputError

TOLERANCE = 1e-5
"""Largest relative deviation from the analytic truth that counts as right [1]."""

ERROR, REPAIR, WRONG, CRASH, SKIPPED = (
    "clear error", "safe repair", "wrong answer", "crash", "skipped",
)  # fmt: skip
"""What can become of a case."""

LONGEST_MESSAGE = 2500
"""Characters beyond which a message is not clear."""


@dataclass(frozen=True)
class Answer:
    """What an attempt gave: its deviation from the truth, and what was reported of repairs."""

    deviation: float
    reported: str = ""


class Skip(Exception):  # noqa: N818
    """Raised by a case that cannot be tried on this machine, with the reason."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One malformed input.

    Attributes
    ----------
    name : str
        Short and stable.
    area : str
        Which way in: a reader, ``catalog``, ``parameters``, ``polygons``, ``tables`` or ``intake``.
    about : str
        What is wrong with the input.
    build : callable
        Writes the input into an empty folder.
    attempt : callable
        Goes in by the public way and returns an Answer.
    expects : {"error", "repair"}
        A clear error, or a documented repair whose number is right and which is reported.
    says : str
        Regular expression that the error, or the report of the repair, must contain.
    drops_privilege : bool
        To be tried as an ordinary user, because root may read everything.
    """

    name: str
    area: str
    about: str
    build: Callable[[Path], None]
    attempt: Callable[[Path], Answer]
    expects: Literal["error", "repair"]
    says: str
    drops_privilege: bool = False


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a case, with its cost."""

    name: str
    area: str
    about: str
    outcome: str
    detail: str
    seconds: float = 0.0
    megabytes: float = 0.0


def judge_answer(case: Case, answer: Answer) -> tuple[str, str]:
    """Return outcome and detail of an attempt that gave a number."""
    if not answer.deviation <= TOLERANCE:
        return WRONG, f"off the truth by {answer.deviation:.2g}, and no error"
    if case.expects == "error":
        return WRONG, "accepted, though it was to be refused"
    if not re.search(case.says, answer.reported):
        return WRONG, f"right, but the repair is not reported: {answer.reported!r}"
    return REPAIR, answer.reported


def judge_error(case: Case, error: BaseException) -> tuple[str, str]:
    """Return outcome and detail of an attempt that raised."""
    text = str(error)
    if isinstance(error, Skip):
        return SKIPPED, text
    if not isinstance(error, InputError):
        return CRASH, f"{type(error).__name__}: {text[:300]}"
    missing = [name for name in ("found", "accepted", "fix") if not getattr(error, name)]
    if not (error.file or error.where):
        missing.append("file or place")
    if missing:
        return CRASH, f"the error lacks {', '.join(missing)}: {error.what}"
    if case.expects == "repair":
        return CRASH, f"refused, though it was to be repaired: {error.what}"
    if len(text) > LONGEST_MESSAGE or not re.search(case.says, text):
        return CRASH, f"the error does not name the trouble: {text[:300]}"
    return ERROR, text
