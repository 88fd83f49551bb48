"""Putting what was verified into its place in a data folder, each file at once."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
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
        fix="Make room or change permissions; files that were there are as they were.",
    )


def taken(file: Path, shop: Path, download: Download) -> Path:
    """Copy a file that was downloaded by hand."""
    if not file.is_file():
        raise InputError("The file is not there.", file=file, where="--file")
    if file.stat().st_size > download.limit_mb * MEGABYTE:
        raise InputError(
            "The file is larger than it can be.",
            file=file,
            found=f"{file.stat().st_size} bytes",
            accepted=f"at most {download.limit_mb} MB (limit_mb in data/downloads.yml)",
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


def placed(got: Path, download: Download, *, data_dir: Path, shop: Path) -> dict[str, str]:
    """Put a file, or the files of an archive, into place.

    Parameters
    ----------
    got : Path
        The verified file.
    download : Download
        Its declaration.
    data_dir, shop : Path
        Folder of the data, and a folder to work in, on the same disk.

    Returns
    -------
    dict of str to str
        sha256 of each file put in place, by its path below `data_dir`.

    Raises
    ------
    InputError
        If the archive is refused or holds nothing wanted, or a link leads out of `data_dir`.
    """
    if download.is_archive:
        out = shop / "out"
        limit = download.limit_mb * MEGABYTE
        names = archives.unpack(got, out, kind=download.format, limit=limit, keep=download.keep)
        if not names:
            raise InputError(
                "The archive holds no file that is wanted.",
                file=download.file_name,
                accepted=f"files named {download.keep}",
            )
        pairs = [(out / name, f"{download.path}/{name}") for name in names]
    else:
        pairs = [(got, download.path)]
    sums = {name: sha256_of(path) for path, name in pairs}
    for path, name in pairs:
        target = data_dir / name
        _refuse_detour(target, data_dir)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.chmod(0o644)
        path.replace(target)
    return sums


def _refuse_detour(target: Path, data_dir: Path) -> None:
    """Refuse a place that a link inside the data folder would take elsewhere."""
    if not target.parent.resolve().is_relative_to(data_dir.resolve()):
        raise InputError(
            "The place of the file lies outside the folder of data.",
            file=target,
            found=f"a link to {target.parent.resolve()}",
            fix="Remove the link, or fetch into the folder that it leads to.",
        )
