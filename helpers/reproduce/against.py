"""Running the notebooks of a report again, with its values, to see what moved."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pydantic
from pydantic import BaseModel, Field

from helpers import review
from helpers.errors import InputError

MAX_BYTES = 64 * 2**20
"""Largest record of a run that is read."""


class _Item(BaseModel):
    """What a record says of one notebook, as far as it is used here."""

    parameters: dict[str, Any]
    inputs: dict[str, str]
    source_sha256: str


class _Run(BaseModel):
    """What a record says of a run, as far as it is used here."""

    environment: dict[str, Any]
    git: dict[str, Any] | None = None
    notebooks: dict[str, _Item] = Field(min_length=1)


def facts_of(folder: Path) -> dict[str, Any]:
    """Return what a report says of its run.

    Parameters
    ----------
    folder : Path
        Folder that ``sinkbook report`` wrote.

    Raises
    ------
    InputError
        If the folder holds no report, or its record or one of its tables is not one.
    """
    path = folder / review.RUN
    if not path.is_file():
        raise _refused("Not a report.", path, found="no such file")
    if path.stat().st_size > MAX_BYTES:
        found = f"{path.stat().st_size} bytes, more than {MAX_BYTES}"
        raise _refused("The record of a run is too large.", path, found=found)
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        _Run.model_validate(facts)
    except pydantic.ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise _refused(
            "The record of a run is not whole.", path, found=first["msg"],
            where=", ".join(str(part) for part in first["loc"]) or "the whole record",
        ) from error  # fmt: skip
    except (ValueError, RecursionError) as error:
        found = f"{type(error).__name__}: {error}"
        raise _refused("The record of a run cannot be read.", path, found=found) from error
    review.read_tables(folder)
    return dict(facts)


def _refused(what: str, path: Path, *, found: str, where: str | None = None) -> InputError:
    return InputError(
        what, file=path, where=where, found=found[:200],
        accepted="a folder that `sinkbook report` wrote",
        fix="Restore the folder, or write a report again with `sinkbook report --out FOLDER`.",
    )  # fmt: skip


def choices_of(
    facts: Mapping[str, Any], *, data_dir: Path | None = None
) -> dict[str, dict[str, Any]]:
    """Return the values with which each notebook of a report ran, but for where results went.

    Parameters
    ----------
    facts : mapping
        As :func:`facts_of` returns.
    data_dir : Path, optional
        Where the reader's product files lie now; a report names their folder without its place.

    Raises
    ------
    InputError
        If a notebook read product files and no folder is given.
    """
    found = {}
    for name, item in facts["notebooks"].items():
        values = {key: value for key, value in item["parameters"].items() if key != "results_dir"}
        if values.get("data_dir") is not None:
            if data_dir is None:
                raise InputError(
                    "The report was made from product files of a folder.",
                    where=f"{name}, data_dir",
                    found=values["data_dir"],
                    accepted="the folder that holds them now",
                    fix="give --data-dir FOLDER",
                )
            values["data_dir"] = str(data_dir.expanduser().absolute())
        found[name] = values
    return found


def circumstances(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return in words what differs between two runs besides their numbers.

    Parameters
    ----------
    before, after : mapping
        As :func:`facts_of` returns.

    Returns
    -------
    list of str
        Software, commit, sources of notebooks and inputs that are not the same.
    """
    lines = _differences("software", before["environment"], two=after["environment"])
    commits = [(one.get("git") or {}).get("commit", "unknown") for one in (before, after)]
    lines += _differences("commit", {"of the book": commits[0]}, two={"of the book": commits[1]})
    for key, what in (("source_sha256", "notebook"), ("inputs", "input")):
        one, two = (_gathered(run, key) for run in (before, after))
        for name in sorted(set(one) | set(two)):
            if one.get(name) != two.get(name):
                lines.append(f"{what} {name}: {_how(one.get(name), two.get(name))}")
    return lines


def _gathered(facts: Mapping[str, Any], key: str) -> dict[str, str]:
    """Return the digests of all notebooks of a run by name of what they are of."""
    found: dict[str, str] = {}
    for name, item in facts["notebooks"].items():
        found |= item[key] if isinstance(item[key], dict) else {name: item[key]}
    return found


def _how(before: str | None, after: str | None) -> str:
    if before is None:
        return "new"
    return "gone" if after is None else "changed"


def _differences(what: str, one: Mapping[str, Any], *, two: Mapping[str, Any]) -> list[str]:
    return [
        f"{what} {key}: {one.get(key, 'none')} -> {two.get(key, 'none')}"
        for key in sorted(set(one) | set(two))
        if one.get(key) != two.get(key)
    ]
