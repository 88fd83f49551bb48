"""A report as an RO-Crate: what was run, with what, to what end, in words other programs read.

RO-Crate 1.x is a folder with one JSON-LD file that describes its files and the actions that made
them; see the specification at https://w3id.org/ro/crate.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rocrate.model.contextentity import ContextEntity
from rocrate.rocrate import ROCrate

from helpers.files import sha256_of, write_text
from helpers.provenance import commit_date

METADATA = "ro-crate-metadata.json"
LOCK = "requirements.lock"
_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_WHAT = {
    "verdicts.csv": ("Verdict of every published claim", "text/csv"),
    "values.csv": ("Every computed value, land uptake positive, with unit", "text/csv"),
    "run.json": ("Parameters, software, and sha256 of every input and result", "application/json"),
    "report.html": ("All of it for a reader", "text/html"),
    LOCK: ("Every package with version and hash", "text/plain"),
}


def write_crate(folder: Path, *, facts: Mapping[str, Any], root: Path) -> Path:
    """Describe a report as an RO-Crate, with the software to run it again.

    Parameters
    ----------
    folder : Path
        Folder of the report; a copy of the lock is put beside its files.
    facts : mapping
        As :func:`helpers.reproduce.against.facts_of` returns.
    root : Path
        Root of the book.

    Returns
    -------
    Path
        The description; the same bytes for the same report of the same commit, whose date it
        bears. Without git it bears the date of today.
    """
    if (root / LOCK).is_file():
        write_text(folder / LOCK, (root / LOCK).read_text(encoding="utf-8"))
    crate = ROCrate()
    crate.name = "A run of the China land carbon sink book"
    crate.description = (
        "Values, verdicts and what they were made from. Values of a stand-in rest on a "
        "reconstruction of published tables and confirm nothing. To run it again: check out the "
        "commit, install the lock, and run `sinkbook check --against` with this folder."
    )
    crate.license = _LICENCE
    there = [folder / name for name in _WHAT if (folder / name).is_file()]
    files = [_add_file(crate, path) for path in there]
    software = _add_software(crate, facts)
    for name, item in sorted(facts["notebooks"].items()):
        _add_action(crate, name, item=item, software=software, results=[
            one for one, path in zip(files, there, strict=True) if path.name != LOCK
        ])  # fmt: skip
    crate.datePublished = commit_date(root) or datetime.now(tz=UTC).date().isoformat()
    document = json.dumps(crate.metadata.generate(), indent=2, sort_keys=True, ensure_ascii=False)
    return write_text(folder / METADATA, f"{document}\n")


def _add_file(crate: ROCrate, path: Path) -> Any:
    """Add a file of the report, which stays where it is."""
    name, kind = _WHAT[path.name]
    facts = {
        "name": name,
        "encodingFormat": kind,
        "contentSize": str(path.stat().st_size),
        "sha256": sha256_of(path),
    }
    return crate.add_file(path, dest_path=path.name, properties=facts)


def _add_software(crate: ROCrate, facts: Mapping[str, Any]) -> Any:
    """Add the book at its commit, with the versions it ran with."""
    state = facts.get("git") or {}
    versions = ", ".join(f"{key} {value}" for key, value in sorted(facts["environment"].items()))
    return crate.add(
        ContextEntity(
            crate,
            "#book",
            properties={
                "@type": "SoftwareSourceCode",
                "name": "The China land carbon sink book",
                "version": state.get("commit", "unknown"),
                "creativeWorkStatus": "changed after the commit" if state.get("modified") else "",
                "softwareRequirements": versions,
            },
        )
    )


def _add_action(
    crate: ROCrate, name: str, *, item: Mapping[str, Any], software: Any, results: list[Any]
) -> None:
    """Add the run of one notebook: its parameters and its inputs by sha256."""
    parameters = [
        _entity(crate, f"#{name}-{key}", kind="PropertyValue", name=key, value=json.dumps(value))
        for key, value in sorted(item["parameters"].items())
    ]
    inputs = [
        _entity(crate, f"#input-{digest[:16]}", kind="CreativeWork", name=path, sha256=digest)
        for path, digest in sorted(item["inputs"].items())
    ]
    properties = {
        "@type": "CreateAction",
        "name": f"Run of the notebook {name}",
        "description": "stand-in" if item["is_standin"] else "no stand-in",
        "actionStatus": "http://schema.org/CompletedActionStatus",
    }
    action = crate.add(ContextEntity(crate, f"#run-{name}", properties=properties))
    action["instrument"] = software
    action["object"] = [*parameters, *inputs]
    action["result"] = results


def _entity(crate: ROCrate, key: str, *, kind: str, **properties: str) -> Any:
    """Add a described thing once, and return it."""
    found = crate.dereference(key)
    if found is not None:
        return found
    return crate.add(ContextEntity(crate, key, properties={"@type": kind, **properties}))
