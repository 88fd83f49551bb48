"""Looking before a run: whether inputs are whole, values fit, and products are there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from helpers.errors import InputError
from helpers.files import sha256_of
from helpers.runner import values_of

INPUTS = Path("data/inputs")


@dataclass(frozen=True)
class Finding:
    """One thing looked at: its name, whether it is as it must be, and what was seen."""

    name: str
    is_good: bool
    seen: str


def check_inputs(root: Path) -> list[Finding]:
    """Compare each file of ``data/inputs`` with the checksum on record.

    Parameters
    ----------
    root : Path
        Root of the book.

    Returns
    -------
    list of Finding
        One for each file on record, in its order.

    Raises
    ------
    InputError
        If the record is missing or cannot be read.
    """
    path = root / INPUTS / "provenance.yml"
    try:
        record = yaml.safe_load(path.read_text(encoding="utf-8"))["outputs"]
        sums = {str(name): str(entry["sha256"]) for name, entry in record.items()}
    except (OSError, yaml.YAMLError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            "The record of the inputs is missing or damaged.",
            file=INPUTS / "provenance.yml",
            found=f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}",
            accepted="the record of the repository",
            fix="restore data/inputs from the repository",
        ) from error
    findings = []
    for name, sha256 in sums.items():
        file = root / INPUTS / name
        if not file.is_file():
            seen = "missing; restore it from the repository"
        elif sha256_of(file) != sha256:
            seen = "differs from its checksum; restore it from the repository"
        else:
            seen = f"{file.stat().st_size / 1e6:.2f} MB, checksum as recorded"
        findings.append(Finding(f"{INPUTS}/{name}", "checksum as" in seen, seen))
    return findings


def check_values(root: Path) -> list[Finding]:
    """Check that the settings of all notebooks fit them, for the book and for a fast run."""
    findings = []
    for section in ("book", "fast"):
        try:
            seen, is_good = f"{len(values_of(root, fast=section == 'fast'))} notebooks", True
        except InputError as error:
            seen, is_good = str(error), False
        findings.append(Finding(f"notebooks/parameters.yml: {section}", is_good, seen))
    return findings


def check_plausible(data_dir: Path, *, root: Path) -> list[Finding]:
    """Tell what looks mistaken in the products of a folder, as far as they were prepared.

    Parameters
    ----------
    data_dir : Path
        Folder in the layout of the data page.
    root : Path
        Root of the book; prepared data lie below its ``build``.

    Returns
    -------
    list of Finding
        One for each alarm of :mod:`helpers.sentinels`, bad; else one that is good.
    """
    from helpers import cube
    from helpers.preparation import alarms_of, distinct_choices, is_current
    from helpers.sources import Request

    found: dict[tuple[str, str], str] = {}
    prepared = 0
    overrides = {"profile": "original", "data_dir": str(data_dir.absolute())}
    for choice in distinct_choices(values_of(root, overrides=overrides).values()):
        request = Request(data_dir, choice["start_year"], choice["end_year"], choice["experiment"])
        path = cube.cube_path(request, folder=root / "build" / "cube", profile="original")
        if path.is_file() and is_current(request, path):
            prepared += 1
            found |= {(alarm.code, alarm.product): str(alarm) for alarm in alarms_of(request, path)}
    if not prepared:
        return [Finding("plausibility", True, "not looked at; run `sinkbook prepare` first")]
    bad = [Finding(f"plausibility, {code}", False, seen) for (code, _), seen in found.items()]
    return bad or [Finding("plausibility", True, "sign, units, coast and members look right")]
