"""The code that makes a cube, as one digest: another reader or regridder makes another cube."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from helpers.files import sha256_of
from helpers.fingerprint import digest_of

PACKAGE = Path(__file__).parents[1]
"""Folder of the package."""

FOLDERS = ("cubes", "regrid", "scale", "sources")
"""Sub-packages of which every module counts."""

MODULES = (
    *("budget", "catalog", "constants", "cube", "errors", "files", "fingerprint", "flux"),
    *("geography", "grid", "holdings", "masks", "parameters", "plain_yaml", "polygons", "project"),
    *("timeaxis", "timecodes", "units", "teaching/folders", "__init__", "teaching/__init__"),
)
"""Further modules that a cube is made with, or that these import."""


def source_files(package: Path = PACKAGE) -> Iterator[Path]:
    """Yield the source of every module that a cube is made with, in a fixed order."""
    for folder in FOLDERS:
        yield from sorted((package / folder).rglob("*.py"))
    for name in MODULES:
        yield package / f"{name}.py"


def code_digest(package: Path = PACKAGE) -> str:
    """Return one digest of the code that makes a cube: some milliseconds, nothing is imported."""
    return digest_of(
        [[path.relative_to(package).as_posix(), sha256_of(path)] for path in source_files(package)]
    )
