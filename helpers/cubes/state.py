"""From which state of its inputs each part of a cube was made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import netCDF4

from helpers import fingerprint, geography
from helpers.cubes.code import code_digest
from helpers.holdings import Holding
from helpers.sources import Request

FINGERPRINT = "input_fingerprint"
"""Attribute of the file and of each group."""

DIGESTS = "digests.json"
"""File beside the cubes that remembers digests of input files."""

MASKS = "masks"
"""Group of areas and masks; the other groups are products."""


def fingerprints(request: Request, there: dict[str, Holding], *, folder: Path) -> dict[str, str]:
    """Return a digest of all that each group of a cube is made from, by group.

    Files count by their bytes: dates do not tell of a copy that kept its date. What the digests of
    files were is remembered in `folder`, that of the cubes, as long as the files stay as they are.
    The code counts too, see :mod:`helpers.cubes.code`: any change to it makes the whole cube again.
    """
    cache = folder / DIGESTS
    inputs = _digests(sorted(geography.DATA_DIR.iterdir()), geography.DATA_DIR, cache=cache)
    marks = {MASKS: _digest([code_digest(), inputs])}
    period = [request.start_year, request.end_year, request.experiment]
    for key, held in there.items():
        entry = held.product.model_dump(mode="json")
        # the masks tell whether a product covers China, and their mark holds the code
        files = _digests(held.files, held.folder, cache=cache)
        record = [period, key, entry, files, marks[MASKS]]
        marks[key] = _digest(record)
    return marks


def fingerprint_of(request: Request, there: dict[str, Holding], *, folder: Path) -> str:
    """Return the digest of a whole cube; see :func:`fingerprints`."""
    return whole(fingerprints(request, there, folder=folder))


def whole(marks: dict[str, str]) -> str:
    """Return one digest for those of all groups, order included."""
    return _digest(list(marks.items()))


def stored_fingerprint(path: Path) -> str | None:
    """Return the digest in a cube, or None where the file is not a readable cube."""
    try:
        with netCDF4.Dataset(path) as file:
            return str(getattr(file, FINGERPRINT, None))
    except OSError:
        return None


def stored_fingerprints(path: Path) -> dict[str, str]:
    """Return the digest in each group of a cube; nothing where it is not a readable cube."""
    try:
        with netCDF4.Dataset(path) as file:
            marks = {name: getattr(group, FINGERPRINT, None) for name, group in file.groups.items()}
    except OSError:
        return {}
    return {name: str(mark) for name, mark in marks.items() if mark is not None}


def _digests(files: Iterable[Path], folder: Path, *, cache: Path) -> dict[str, str]:
    """Return the sha256 of each file by name."""
    named = {path.relative_to(folder).as_posix(): path for path in files if path.is_file()}
    return fingerprint.digests(named, cache=cache)


def _digest(record: Any) -> str:
    return hashlib.sha256(json.dumps(record, sort_keys=True, default=str).encode()).hexdigest()
