"""Putting what was verified into its place in a data folder, each file at once."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from helpers.errors import InputError
from helpers.files import sha256_of
from helpers.intake import archives
from helpers.intake.downloads import Download

MEGABYTE = 1_000_000


def unwritable(error: OSError, data_dir: Path) -> InputError:
    """Return the refusal for a disk that does not take what is written."""
    return InputError(
        "The folder of data cannot be written.",
        file=data_dir,
        found=error.strerror or str(error),
        accepted="a folder with room that you may write into",
        fix="Make room or change permissions; files that were there are as they were.",
    )


def taken(file: Path, shop: Path, *, download: Download) -> Path:
    """Copy a file that was downloaded by hand."""
    if not file.is_file():
        raise InputError(
            "The file is not there.",
            file=file,
            where="--file",
            found="a folder" if file.is_dir() else "nothing",
            accepted="the file that you downloaded",
            fix="Correct the path.",
        )
    if file.stat().st_size > download.limit_mb * MEGABYTE:
        raise InputError(
            "The file is larger than it can be.",
            file=file,
            found=f"{file.stat().st_size} bytes",
            accepted=f"at most {download.limit_mb} MB (limit_mb in data/downloads.yml)",
            fix="Look at the page of the source whether this is the file; nothing was changed.",
        )
    return Path(shutil.copyfile(file, shop / "taken"))


@contextmanager
def workshop(data_dir: Path) -> Iterator[Path]:
    """Yield a folder inside the data folder that is removed at the end, whatever happens."""
    for remnant in data_dir.glob(".fetch-*"):  # of a fetch that was killed
        shutil.rmtree(remnant, ignore_errors=True)
    try:
        with tempfile.TemporaryDirectory(prefix=".fetch-", dir=data_dir) as shop:
            yield Path(shop)
    except OSError as error:
        raise unwritable(error, data_dir) from error


def placed(
    got: Path,
    download: Download,
    *,
    data_dir: Path,
    shop: Path,
    earlier: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Put a file, or the files of an archive, into place, and remove what they replace.

    Every place is looked at before the first file is moved.

    Parameters
    ----------
    got : Path
        The verified file.
    download : Download
        Its declaration.
    data_dir, shop : Path
        Folder of the data, and a folder to work in, on the same disk.
    earlier : mapping of str to str, optional
        sha256 of the files that the source alone put there before, by their path; those that it
        no longer has are removed.

    Returns
    -------
    dict of str to str
        sha256 of each file put in place, by its path below `data_dir`.

    Raises
    ------
    InputError
        If the archive is refused or holds nothing wanted, a link leads out of `data_dir`, a place
        is taken, or a file to be removed is not as it was put there.
    """
    if download.is_archive:
        out, whole = shop / "out", shop / "whole"
        whole.mkdir()
        got = got.replace(whole / download.file_name)  # the name that refusals give it
        limit = download.limit_mb * MEGABYTE
        names = archives.unpack(got, out, kind=download.format, limit=limit, keep=download.keep)
        if not names:
            raise InputError(
                "The archive holds no file that is wanted.",
                file=download.file_name,
                found="no file of such a name",
                accepted=f"files named {download.keep}",
                fix="Nothing was changed. Look at the page of the source for the right archive.",
            )
        pairs = [(out / name, f"{download.path}/{name}") for name in names]
    else:
        pairs = [(got, download.path)]
    sums = {name: sha256_of(path) for path, name in pairs}
    gone = _superseded(earlier or {}, sums, data_dir=data_dir)
    targets = [data_dir / name for name in sums]
    for target in [*targets, *gone]:
        refuse_detour(target, data_dir)
    for target in targets:
        refuse_taken(target, data_dir)
    for target in targets:
        target.parent.mkdir(parents=True, exist_ok=True)
    for (path, _), target in zip(pairs, targets, strict=True):
        path.chmod(0o644)
        path.replace(target)
    for path in gone:
        path.unlink()
    return sums


def _superseded(
    earlier: Mapping[str, str], now: Mapping[str, str], *, data_dir: Path
) -> list[Path]:
    """Return the files of an earlier archive that the new one lacks; refuse if one was changed."""
    there = {data_dir / n: sha for n, sha in earlier.items() if n not in now}
    gone = {path: sha for path, sha in there.items() if path.is_file()}
    changed = [path for path, sha in gone.items() if sha256_of(path) != sha]
    if changed:
        raise InputError(
            "A file that the source no longer has was changed since it was fetched.",
            file=changed[0],
            found=f"another checksum than recorded ({len(changed)} files)",
            accepted="the file as it was fetched, which is then removed",
            fix="Nothing was changed. Move it out of the folder of data and fetch again.",
        )
    return list(gone)


def refuse_taken(target: Path, data_dir: Path) -> None:
    """Refuse a place where a folder stands, or below a file, or that cannot be written.

    Raises
    ------
    InputError
        Naming the place and what stands there.
    """
    above = [path for path in target.parents if path.is_relative_to(data_dir) and path.exists()]
    found = ""
    if target.is_dir() and not target.is_symlink():
        found = "a folder of this name"
    elif not above[0].is_dir():
        found = f"a file named {above[0].name!r} where a folder is needed"
    elif not os.access(above[0], os.W_OK | os.X_OK):
        found = f"no permission to write into {above[0].name!r}"
    if found:
        raise InputError(
            "The place of the file is taken.",
            file=target,
            found=found,
            accepted="a free place, or the file of an earlier fetch",
            fix="Nothing was changed. Move away what stands there, and fetch again.",
        )


def refuse_detour(target: Path, data_dir: Path) -> None:
    """Refuse a place that a link inside the data folder would take elsewhere.

    Raises
    ------
    InputError
        Naming the place and where the link leads.
    """
    if not target.parent.resolve().is_relative_to(data_dir.resolve()):
        raise InputError(
            "The place of the file lies outside the folder of data.",
            file=target,
            found=f"a link to {target.parent.resolve()}",
            accepted="folders inside the folder of data",
            fix="Remove the link, or fetch into the folder that it leads to.",
        )
