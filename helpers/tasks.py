"""A notebook to run, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from helpers import fingerprint

State = Literal["done", "up to date", "failed"]


@dataclass(frozen=True, kw_only=True)
class Task:
    """One notebook to run: its source, where its results go, its values and its inputs."""

    name: str
    source: Path
    output: Path
    log: Path
    root: Path
    results_dir: Path
    parameters: Mapping[str, Any]
    inputs: Mapping[str, str]
    source_sha256: str
    helpers_sha256: str

    @property
    def fingerprint(self) -> str:
        """Digest of everything the results depend on."""
        return fingerprint.digest_of([
            self.source_sha256,
            self.helpers_sha256,
            dict(self.parameters),
            dict(self.inputs),
            fingerprint.versions(),
        ])  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Why a notebook failed: number and source of the cell, text of the error."""

    cell: int | None
    source: str
    error: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a task."""

    task: Task
    state: State
    seconds: float = 0.0
    failure: Failure | None = None
    warnings: tuple[str, ...] = field(default=())


Report = Callable[[str, Outcome | None], None]
"""Called with a notebook's name when it starts (None) and when it ends (its outcome)."""
