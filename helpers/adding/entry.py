"""The catalog entry of an added product: made from answers, written without losing others'."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml
from filelock import FileLock

from helpers.adding import guesses
from helpers.adding.inspection import Inspection
from helpers.catalog import load_catalog
from helpers.errors import InputError
from helpers.files import write_text
from helpers.sources import netcdf

RESERVED = ("beps", "vegas", "oco2-mip", "ceos", "masks", "mean", "published")
"""Names that mean something else in the book."""

_KEY = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")


def check_key(key: str) -> str:
    """Return a name that a product can have.

    Raises
    ------
    InputError
        If it is not made of small letters and digits, or is taken by the book.
    """
    if not _KEY.fullmatch(key) or len(key) > 40 or key in RESERVED:
        raise InputError(
            "The product cannot have this name.",
            where="NAME",
            found=repr(key),
            accepted="small letters and digits, with - or _ between, but not "
            + ", ".join(RESERVED),
            fix="Choose another; --title gives the name shown in figures.",
        )
    return key


def make_entry(
    found: Inspection,
    answers: dict[str, str],
    *,
    files: str,
    title: str,
    label: str | None = None,
    allow_partial: bool = False,
) -> dict[str, Any]:
    """Return the fields of a catalog entry.

    Parameters
    ----------
    found : Inspection
        What the file says.
    answers : dict
        The answer to each of :data:`guesses.QUESTIONS`.
    files : str
        Pattern of the files in the data folder.
    title : str
        Name shown in figures.
    label : {"within", "end"}, optional
        Where time stamps lie.
    allow_partial : bool
        Accept a part of China without data.
    """
    options: dict[str, Any] = {}
    if found.member_dimension is not None:
        options["member_dimension"] = found.member_dimension
    if label is not None:
        options["time_label"] = label
    if allow_partial:
        options["allow_partial"] = True
    if guesses.contradicts_file(found, answers["units"]):
        options["ignore_file_units"] = True
    licence = netcdf.text(found.file_attrs, "license") or netcdf.text(found.file_attrs, "licence")
    return {
        "title": title,
        "method_class": answers["method"],
        "reader": "cf",
        "files": files,
        "variable": found.variable,
        "quantity": answers["quantity"],
        "units": answers["units"],
        "species": guesses.species_of(answers["units"]),
        "positive": answers["positive"],
        "area_basis": answers["area_basis"],
        **({"options": options} if options else {}),
        "citation": guesses.citation_of(found.file_attrs, title),
        "licence": (licence or "Not stated in the file.")[:300],
        "access": "Added by the reader with `sinkbook add`.",
    }


def write_entry(data_dir: Path, key: str, *, fields: dict[str, Any], replace: bool) -> Path:
    """Write an entry into the catalog of a data folder, leaving every other line as it is.

    Parameters
    ----------
    data_dir : Path
        Made when absent.
    key : str
        Name of the product.
    fields : dict
        From :func:`make_entry`.
    replace : bool
        Take the place of an entry of that name.

    Raises
    ------
    InputError
        If the name is taken, or the catalog cannot be edited line by line. The file then stays as
        it was.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    path = data_dir / "catalog.yml"
    with FileLock(data_dir / ".catalog.lock"):
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        check_free(data_dir, key, replace=replace)
        block = yaml.safe_dump({key: fields}, sort_keys=False, allow_unicode=True, width=96)
        after = _with_block(before, key, block=block, path=path)
        expected = {**(yaml.safe_load(before) or {}), key: fields}
        try:
            is_whole = yaml.safe_load(after) == expected
        except yaml.YAMLError:
            is_whole = False
        if not is_whole:
            raise _not_lines(path)
        write_text(path, after)
    return path


def check_free(data_dir: Path, key: str, *, replace: bool) -> str | None:
    """Refuse a name that the catalog of a data folder has already, unless it may be replaced.

    Returns
    -------
    str or None
        File pattern of the entry that would be replaced, if there is one.

    Raises
    ------
    InputError
        If the name is taken or the catalog is not valid.
    """
    there = load_catalog(data_dir).get(key)
    if there is not None and not replace:
        raise InputError(
            "The catalog has a product of this name.",
            file=data_dir / "catalog.yml",
            where=f"entry {key!r}",
            found=f"an entry of {there.files!r}",
            accepted="a new name",
            fix="Choose another name, or add --replace.",
        )
    return None if there is None else there.files


def _with_block(text: str, key: str, *, block: str, path: Path) -> str:
    """Return a catalog with the block of one entry put in place of its old one, or at the end."""
    lines = text.splitlines(keepends=True)
    starts = [
        i for i, line in enumerate(lines) if re.match(rf"(['\"]?){re.escape(key)}\1\s*:", line)
    ]
    if not starts:
        end = "" if not text or text.endswith("\n") else "\n"
        return f"{text}{end}{'' if not text.strip() else chr(10)}{block}"
    if len(starts) > 1:
        raise _not_lines(path)
    first = starts[0]
    last = first + 1
    while last < len(lines) and (lines[last][:1] in (" ", "\t") or not lines[last].strip()):
        last += 1
    while not lines[last - 1].strip():
        last -= 1
    return "".join([*lines[:first], block, *lines[last:]])


def _not_lines(path: Path) -> InputError:
    return InputError(
        "The catalog cannot be edited line by line.",
        file=path,
        found="entries on one line, or indented keys",
        accepted="each product's key at the start of a line, its fields indented below",
        fix="Write the entry by hand; --dry-run shows it.",
    )
