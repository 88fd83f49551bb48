"""Which files make up a product: from the names given to a pattern of the catalog."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from helpers.errors import InputError
from helpers.sources.patterns import expression, is_store, matching_files

_DATE = re.compile(r"(?<!\d)(1[7-9]\d\d|2[0-2]\d\d)([-_.]?)(0[1-9]|1[0-2])?(?!\d)")


@dataclass(frozen=True)
class Layout:
    """The files of a product and how their names tell them apart.

    Attributes
    ----------
    files : tuple of Path
        In the order of their names.
    name : str
        Their name, with ``{year}``, ``{month:02d}`` or ``{member}`` where they differ.
    evidence : str
        How that was found.
    """

    files: tuple[Path, ...]
    name: str
    evidence: str


def find_layout(given: Sequence[str]) -> Layout:
    """Return the layout of the files named on a command line.

    Parameters
    ----------
    given : sequence of str
        Paths of NetCDF files or Zarr stores; ``*`` and ``?`` are expanded where the shell has not.

    Raises
    ------
    InputError
        If a file is missing, the files lie in several folders, or their names do not tell what
        they are.
    """
    paths = [path for text in given for path in _expanded(text)]
    paths = sorted(dict.fromkeys(_located(path) for path in paths), key=lambda path: path.name)
    if len({path.parent for path in paths}) > 1:
        raise InputError(
            "The files lie in several folders.", where="files", accepted="files of one folder",
            found=", ".join(sorted({str(path.parent) for path in paths})),
            fix="Put them, or links to them, into one folder.",
        )  # fmt: skip
    names = [path.name for path in paths]
    unsafe = [name for name in names if set("{}*\\") & set(name)]
    if unsafe:
        raise InputError(
            "The name of a file cannot stand in the catalog.", file=unsafe[0],
            found="a name with one of { } * and backslash",
            accepted="names without { } * and backslash", fix="Rename the file.",
        )  # fmt: skip
    if len(paths) == 1:
        return Layout(tuple(paths), names[0], "one file")
    for pattern, evidence in _dated(names):
        return Layout(tuple(paths), pattern, evidence)
    pattern, members = _members(names)
    return Layout(tuple(paths), pattern, "one file a member: " + _listed(members))


def _located(path: Path) -> Path:
    """Return the absolute path: steps up (``..``) as the file system takes them, links as links."""
    path = path.absolute()
    if ".." not in path.parts:
        return path
    return path.resolve() if path.name == ".." else path.parent.resolve() / path.name


def place_files(layout: Layout, *, key: str, data_dir: Path, copy: bool) -> str:
    """Put the files where the catalog can name them, and return their pattern in `data_dir`.

    Files inside `data_dir` stay where they are. Others are linked, or copied, into a folder of the
    product's name.

    Raises
    ------
    InputError
        If that folder holds another file of the name.
    """
    home = _located(data_dir) / key
    if not layout.files[0].parent.is_relative_to(home.parent):
        home.mkdir(parents=True, exist_ok=True)
        for path in layout.files:
            _put(path, home / path.name, copy=copy)
    return pattern_of(layout, key=key, data_dir=data_dir)


def pattern_of(layout: Layout, *, key: str, data_dir: Path) -> str:
    """Return the pattern that :func:`place_files` would return, without placing a file."""
    folder, inside = layout.files[0].parent, _located(data_dir)
    if folder.is_relative_to(inside):
        return (folder.relative_to(inside) / layout.name).as_posix()
    return f"{key}/{layout.name}"


@contextmanager
def alone(layout: Layout) -> Iterator[Path]:
    """Yield a temporary folder with links to the files of a layout and to nothing else.

    Raises
    ------
    InputError
        Of the caller, telling of the files where they lie.
    """
    with tempfile.TemporaryDirectory(prefix="sinkbook-add-") as name:
        for path in layout.files:
            _put(path, Path(name) / path.name, copy=False)
        try:
            yield Path(name)
        except InputError as error:
            true = str(layout.files[0].parent)
            fields = ("file", "where", "found", "accepted", "fix")
            parts = {field: getattr(error, field) for field in fields}
            parts = {field: text and text.replace(name, true) for field, text in parts.items()}
            raise InputError(error.what, **parts) from error


def check_alone(layout: Layout, *, key: str, data_dir: Path, replace: bool) -> None:
    """Refuse a place where the pattern of the files would match others, which were not named.

    Parameters
    ----------
    layout : Layout
    key : str
        Name of the product.
    data_dir : Path
        Folder of the catalog.
    replace : bool
        Links of an earlier `sinkbook add` do not count: :func:`remove_links` takes them away.

    Raises
    ------
    InputError
        With the names of the other files.
    """
    pattern = pattern_of(layout, key=key, data_dir=data_dir)
    folder = (_located(data_dir) / pattern).parent
    named = {folder / path.name for path in layout.files}
    there = matching_files(_located(data_dir), pattern, suffixes=("", ".gz"))
    others = [match.path for match in there if match.path not in named]
    links = {path for path in others if path.parent == _located(data_dir) / key and _is_ours(path)}
    others = [path for path in others if not (replace and path in links)]
    if others:
        fix = "Name them too, or move them into another folder."
        if links.issuperset(others):
            fix = "Name them too, or add --replace to remove these links of an earlier add."
        raise InputError(
            "Files that were not named would be read with the product.",
            file=folder,
            where=f"files: {pattern}",
            found=_listed([path.name for path in others]),
            accepted="only " + _listed([path.name for path in layout.files]),
            fix=fix,
        )


def remove_links(layout: Layout, *, key: str, data_dir: Path, earlier: str | None) -> list[Path]:
    """Remove the links that an earlier `sinkbook add` made and the product no longer has.

    Files, and links that lead elsewhere than those of `sinkbook add`, are never removed.

    Parameters
    ----------
    layout : Layout
        What the product has now.
    key : str
        Name of the product.
    data_dir : Path
        Folder of the catalog.
    earlier : str or None
        Pattern of the entry that is replaced.

    Returns
    -------
    list of Path
        What was removed.
    """
    home = _located(data_dir) / key
    pattern, removed = pattern_of(layout, key=key, data_dir=data_dir), []
    wanted = [expression(text) for text in (pattern, earlier) if text is not None]
    is_home = (_located(data_dir) / pattern).parent == home
    kept = {path.name for path in layout.files} if is_home else set()
    for path in sorted(home.glob("*")):
        name = f"{key}/{path.name.removesuffix('.gz')}"
        is_read = any(one.fullmatch(text) for one in wanted for text in (name, f"{name}.gz"))
        if path.name not in kept and is_read and _is_ours(path):
            path.unlink()
            removed.append(path)
    return removed


def _is_ours(path: Path) -> bool:
    """Tell whether a path is a link as :func:`place_files` makes it: same name, whole way."""
    if not path.is_symlink():
        return False
    target = path.readlink()
    return target.name == path.name and target == path.resolve()


def _put(path: Path, target: Path, *, copy: bool) -> None:
    if target.is_symlink() or target.exists():
        if target.resolve() == path.resolve() and not (copy and target.is_symlink()):
            return
        if not target.is_symlink():
            raise InputError(
                "Another file has this name already.", file=target, found="another file",
                accepted="a free name, or a link made by an earlier `sinkbook add`",
                fix="Move it away, or choose another name for the product.",
            )  # fmt: skip
        target.unlink()
    if copy:
        if path.is_dir():
            shutil.copytree(path, target)
        else:
            shutil.copy2(path, target)
        return
    target.symlink_to(path.resolve(), target_is_directory=path.is_dir())


def _expanded(text: str) -> list[Path]:
    path = Path(text).expanduser()
    if path.is_file() or is_store(path):
        return [path]
    found = sorted(path.parent.glob(path.name)) if set("*?[") & set(path.name) else []
    found = [p for p in found if p.is_file() or is_store(p)]
    if not found:
        raise InputError(
            "The file is missing.",
            file=path,
            found="a folder that is no Zarr store" if path.is_dir() else "nothing",
            accepted="NetCDF files or Zarr stores",
            fix="Correct the path; quote a pattern with *.",
        )
    return found


def _dated(names: list[str]) -> list[tuple[str, str]]:
    """Return the pattern of names that differ by year, or year and month, and the evidence."""
    patterns = {_DATE.sub(_as_fields, name) for name in names}
    if len(patterns) != 1:
        return []
    pattern = patterns.pop()
    if pattern.count("{year}") != 1 or len(set(names)) != len(names):
        return []
    kind = "month" if "{month" in pattern else "year"
    return [(pattern, f"one file a {kind}: {_listed(names)}")]


def _as_fields(match: re.Match[str]) -> str:
    month = f"{match[2]}{{month:02d}}" if match[3] else match[2]
    return "{year}" + month


def _members(names: list[str]) -> tuple[str, list[str]]:
    """Return the pattern of names that share their beginning and end, and what differs."""
    start = _shared_start(names)
    end = _shared_start([name[len(start) :][::-1] for name in names])[::-1]
    # keep whole words: r1 and r10 are members r1 and r10, not '' and '0'
    start = start[: max((i + 1 for i, c in enumerate(start) if c in "-_."), default=0)]
    cut = [i for i, c in enumerate(end) if c in "-_."]
    end = end[cut[0] :] if cut else ""
    members = [name[len(start) : len(name) - len(end)] for name in names]
    if not end or not all(members):
        raise InputError(
            "The names of the files do not tell what they are.", where="names of files",
            found=_listed(names),
            accepted="one file; or one a year or month (nep_2015.nc, nep_201501.nc); or one a "
            "member (nep_A.nc, nep_B.nc)",
            fix="Rename the files, or join them along time.",
        )  # fmt: skip
    return f"{start}{{member}}{end}", members


def _shared_start(names: Sequence[str]) -> str:
    first, last = min(names), max(names)
    same = [a == b for a, b in zip(first, last, strict=False)]
    return first[: same.index(False) if False in same else len(same)]


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:3])
    return shown if len(names) <= 3 else f"{shown}, … ({len(names)})"
