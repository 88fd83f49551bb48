"""File names: from a pattern of the catalog to the files that are there.

A pattern is a path relative to `data_dir` with `{year}`, `{month}`, `{member}` and `{experiment}`
(a width such as `{month:02d}` is allowed) and `*` for any text within one name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from string import Formatter

import numpy as np
import pandas as pd

from helpers import timeaxis
from helpers.errors import InputError

FIELDS: dict[str, str] = {
    "year": r"\d{4}",
    "month": r"\d{2}",
    "member": r"[^/]+?",
    "experiment": r"[^/]+?",
}
"""Fields of a pattern and what each matches."""

MOST_STARS = 3
"""Wildcards in one name, beyond which matching a long name may take for ever."""

_WIDTH = re.compile(r"(0?\d)?d?")


@dataclass(frozen=True)
class Match:
    """A file and the values its name gives to the fields of the pattern."""

    path: Path
    fields: dict[str, str]


def check_pattern(pattern: str) -> str:
    """Return `pattern` if it is safe to use.

    Raises
    ------
    ValueError
        If it has too many wildcards, leaves `data_dir`, or holds a field that is not one of
        :data:`FIELDS`.
    """
    parts = PurePosixPath(pattern).parts
    if not parts or "\\" in pattern or "\0" in pattern or re.match(r"^[A-Za-z]:", pattern):
        raise ValueError("write a relative path with '/'")
    if pattern.startswith(("/", "~")) or ".." in parts:
        raise ValueError("the path must stay inside data_dir: no leading '/' or '~', no '..'")
    if any(part.count("*") > MOST_STARS for part in parts):
        raise ValueError(f"at most {MOST_STARS} '*' in a name: more take too long to match")
    try:
        for _, name, width, conversion in Formatter().parse(pattern):
            if name is None:
                continue
            if name not in FIELDS or conversion or not _WIDTH.fullmatch(width or ""):
                raise ValueError(
                    f"unknown field {{{name}}}: use " + ", ".join(f"{{{f}}}" for f in FIELDS)
                )
    except ValueError as error:
        raise ValueError(str(error)) from error
    return pattern


def fields_of(pattern: str) -> set[str]:
    """Return the names of the fields in a pattern."""
    return {name for _, name, _, _ in Formatter().parse(pattern) if name}


def expression(pattern: str, *, fold: bool = False) -> re.Pattern[str]:
    """Return the regular expression of a pattern, matching a whole relative path.

    Parameters
    ----------
    pattern : str
        See the module.
    fold : bool
        Treat capitals as small letters, and '-' as '_'.
    """
    seen: set[str] = set()
    text = ""
    for literal, name, _, _ in Formatter().parse(pattern):
        plain = "".join("[^/]*" if c == "*" else re.escape(c) for c in literal)
        text += re.sub(r"\\-|_", "[-_]", plain) if fold else plain
        if name:
            text += f"(?P={name})" if name in seen else f"(?P<{name}>{FIELDS[name]})"
            seen.add(name)
    return re.compile(text, re.IGNORECASE if fold else 0)


def root_of(pattern: str) -> PurePosixPath:
    """Return the leading folders of a pattern that are plain names."""
    parts: list[str] = []
    for part in PurePosixPath(pattern).parts[:-1]:
        if "{" in part or "*" in part:
            break
        parts.append(part)
    return PurePosixPath(*parts)


def matching_files(
    data_dir: Path, pattern: str, *, suffixes: tuple[str, ...] = ("",)
) -> list[Match]:
    """Return the files under `data_dir` that match a pattern, sorted by path.

    Parameters
    ----------
    data_dir : Path
        Folder the pattern is relative to; it may be absent.
    pattern : str
        See the module.
    suffixes : tuple of str
        Endings that may follow the pattern, such as ``".gz"``; the first one present counts.
    """
    root = root_of(pattern)
    depth = len(PurePosixPath(pattern).parts) - len(root.parts)
    matches: dict[str, Match] = {}
    for suffix in suffixes:
        regular = expression(pattern)
        for path in (Path(data_dir) / root).glob("/".join("*" * depth) + suffix):
            name = path.relative_to(data_dir).as_posix()
            stem = name.removesuffix(suffix) if suffix else name
            found = regular.fullmatch(stem)
            if found and not path.name.startswith(".") and (path.is_file() or is_store(path)):
                matches.setdefault(stem, Match(path, found.groupdict()))
    return [matches[name] for name in sorted(matches)]


def is_store(path: Path) -> bool:
    """Tell whether a path is a Zarr store: a folder with the metadata of a group."""
    return any((path / name).is_file() for name in ("zarr.json", ".zgroup", ".zmetadata"))


def files_in(path: Path) -> list[Path]:
    """Return a file itself, or every file of a Zarr store, sorted."""
    return sorted(p for p in path.rglob("*") if p.is_file()) if is_store(path) else [path]


def fold(name: str) -> str:
    """Return a name in small letters with '-' for '_', to compare spellings.

    Examples
    --------
    >>> fold("CMS_FLUX") == fold("CMS-Flux")
    True
    """
    return name.lower().replace("_", "-")


def chosen_files(matches: Sequence[Match], *, start_year: int, end_year: int) -> list[Match]:
    """Return one file for each month (or year, by their names) of a period, in order.

    Raises
    ------
    InputError
        If one is missing, or there are two for the same month.
    """
    monthly = "month" in matches[0].fields
    have: dict[tuple[int, ...], list[Match]] = {}
    for match in matches:
        key = tuple(int(match.fields[f]) for f in ("year", "month") if f in match.fields)
        have.setdefault(key, []).append(match)
    wanted: list[tuple[int, ...]] = [
        (m.year, m.month) if monthly else (m.year,)
        for m in timeaxis.month_starts(start_year, end_year)
        if monthly or m.month == 1
    ]
    absent = [key for key in wanted if key not in have]
    if absent:
        first = "-".join(f"{n:02d}" for n in absent[0])
        raise InputError(
            "A file is missing.",
            file=matches[0].path.parent,
            where="time",
            found=f"{len(absent)} of {len(wanted)} files absent, the first for {first}",
            accepted=f"one file like {matches[0].path.name} for each "
            f"{'month' if monthly else 'year'} of {start_year} to {end_year}",
            fix="Add the files, or choose years that are complete.",
        )
    for key in wanted:
        if len(have[key]) > 1:
            raise ambiguous(have[key], "-".join(f"{n:02d}" for n in key))
    return [have[key][0] for key in wanted]


def months_in_name(fields: dict[str, str]) -> pd.DatetimeIndex:
    """Return the months that the year, or year and month, of a file name stand for."""
    year = int(fields["year"])
    if "month" not in fields:
        return timeaxis.month_starts(year, year)
    return pd.DatetimeIndex([f"{year:04d}-{int(fields['month']):02d}-01"], name="time")


def ambiguous(matches: Sequence[Match], where: str) -> InputError:
    """Return the error for more than one file where there should be one."""
    return InputError(
        "More than one file for the same data.",
        file=matches[0].path,
        where=where,
        found=", ".join(str(m.path.name) for m in matches[:4]) + f" ({len(matches)} files)",
        accepted="one file",
        fix="Remove the others, or make `files` in the catalog entry more exact.",
    )


def as_slice(positions: np.ndarray) -> slice | np.ndarray:
    """Return ascending positions as a slice where they have no gap, which reads faster."""
    first, last = int(positions[0]), int(positions[-1])
    return slice(first, last + 1) if last - first + 1 == positions.size else positions
