"""Unpacking archives that come from elsewhere, so that nothing leaves its folder.

Only plain files and folders with plain relative names are accepted. Links, devices, absolute names,
``..``, names that differ only in capitals, encrypted members, and archives that grow beyond their
limit are refused before or while they are read. What was written until then stays in the folder of
the caller, which must be a temporary one; see :func:`helpers.intake.placement.workshop`.
"""

from __future__ import annotations

import gzip
import io
import lzma
import re
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import IO, cast

from helpers.errors import InputError

MOST_FILES = 20_000
"""Largest number of members."""

LARGEST_RATIO = 200
"""Largest growth of an archive, beyond :data:`SMALL` bytes, on unpacking."""

SMALL = 50_000_000
"""Unpacked size below which the ratio does not matter [bytes]."""

_DAMAGES = (
    OSError, EOFError, ValueError, RecursionError, struct.error, zlib.error, lzma.LZMAError,
    tarfile.TarError, zipfile.BadZipFile,
)  # fmt: skip
"""What the libraries raise for a damaged archive; of ValueError, a name that is no UTF-8; a
RecursionError where one header of a tar announces the next a thousand times."""

_BLOCK = 1 << 20
_LARGEST_READ = 4 << 20
_SIP = 4096
"""What is asked of LZMA at once, which unpacks all of what it reads [bytes]; bzip2, of which so
little may become gigabytes, is not read."""


def unpack(
    archive: Path, folder: Path, *, kind: str, limit: int, keep: str = "*"
) -> list[PurePosixPath]:
    """Unpack an archive into a folder.

    Parameters
    ----------
    archive : Path
        The file.
    folder : Path
        An empty folder. It is made if absent.
    kind : {"zip", "tar", "tar.gz"}
        Format of the archive.
    limit : int
        Largest total size of what comes out [bytes].
    keep : str
        Pattern of the names, without folders, of the files that are written.

    Returns
    -------
    list of PurePosixPath
        The files written, relative to `folder`.

    Raises
    ------
    InputError
        If the archive is damaged, too large, or holds anything but files and folders inside.
    """
    allowed = min(limit, max(SMALL, LARGEST_RATIO * archive.stat().st_size))
    folder.mkdir(parents=True, exist_ok=True)
    members = (
        _zip_members(archive) if kind == "zip" else _tar_members(archive, kind, allowed=allowed)
    )
    written: list[PurePosixPath] = []
    seen: set[str] = set()
    total = 0
    try:
        for name, source in members:
            path = _safe_name(name, archive)
            folded = str(path).casefold()
            if folded in seen or len(seen) >= MOST_FILES:
                raise _refused(
                    archive, name, found="a repeated name, or more members than accepted"
                )
            seen.add(folded)
            if source is not None and not path.parts:
                raise _refused(archive, name, found="a file without a name")
            if source is None or not fnmatch(path.name, keep):
                continue
            total += _copy(source, folder / path, room=allowed - total, archive=archive)
            written.append(path)
    except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
        raise _refused(
            archive, "as a whole", found="a name that is both a file and a folder"
        ) from error
    except NotImplementedError as error:
        raise _not_read(archive, str(error) or type(error).__name__) from error
    except _DAMAGES as error:
        if isinstance(error, InputError) or (isinstance(error, OSError) and error.errno):
            raise  # a refusal from above, or the disk: not the archive
        raise InputError(
            "The archive is damaged.",
            file=archive.name,
            found=(str(error) or type(error).__name__)[:200],
            accepted=f"a whole archive of format {kind}, with names in UTF-8",
            fix="Fetch it again.",
        ) from error
    return written


def _not_read(archive: Path, found: str) -> InputError:
    return InputError(
        "The archive is packed in a way that is not read.",
        file=archive.name,
        found=found,
        accepted="zip by deflate or LZMA (not bzip2 or Deflate64)",
        fix="Unpack it with another program, and give its files packed again as a plain zip.",
    )


def _safe_name(name: str, archive: Path) -> PurePosixPath:
    """Return a member's name as a path below the folder, or refuse it."""
    path = PurePosixPath(name)
    bad = (
        not name
        or name.startswith(("/", "~"))
        or "\\" in name
        or ".." in path.parts
        or bool(re.match(r"^[A-Za-z]:", name))
        or any(ord(c) < 32 for c in name)
        or any(len(part.encode("utf-8", "surrogateescape")) > 200 for part in path.parts)
        or any(re.search("[\ud800-\udfff]", part) for part in path.parts)
    )
    if bad:
        raise _refused(archive, name, found="a name that could leave the folder")
    return path


def _refused(archive: Path, name: str, *, found: str) -> InputError:
    return InputError(
        "The archive is not safe to unpack.",
        file=archive.name,
        where=repr(name)[:120],
        found=found,
        accepted="files and folders with plain relative names, within the limits",
        fix="Nothing of it was kept. Ask the provider, or unpack by hand what you trust.",
    )


def _copy(source: IO[bytes], target: Path, *, room: int, archive: Path) -> int:
    """Write one member, never more than `room` bytes, and return its size."""
    target.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with target.open("xb") as out:
        while block := source.read(_BLOCK):
            size += len(block)
            if size > room:
                raise _refused(
                    archive, target.name, found="more data than the size of the archive allows"
                )
            out.write(block)
    return size


def _zip_members(archive: Path) -> Iterator[tuple[str, IO[bytes] | None]]:
    with zipfile.ZipFile(archive) as opened:
        for member in opened.infolist():
            mode = member.external_attr >> 16
            if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise _refused(archive, member.filename, found="a link or a device")
            if member.flag_bits & 0x1:
                raise _refused(archive, member.filename, found="an encrypted member")
            if member.is_dir():
                yield member.filename, None
            else:
                if member.compress_type == zipfile.ZIP_BZIP2:
                    raise _not_read(archive, f"bzip2: {member.filename}")
                with opened.open(member) as source:
                    is_lzma = member.compress_type == zipfile.ZIP_LZMA
                    yield member.filename, cast("IO[bytes]", _Sips(source)) if is_lzma else source


class _Sips:
    """A stream that is read a little at a time, so that a bomb is seen before it fills memory."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def read(self, size: int) -> bytes:
        """Return some bytes, at most `size`, none at the end."""
        return self._stream.read(min(size, _SIP))


def _tar_members(
    archive: Path, kind: str, *, allowed: int
) -> Iterator[tuple[str, IO[bytes] | None]]:
    with archive.open("rb") as raw:
        stream = cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if kind == "tar.gz" else raw
        guarded = cast(
            "IO[bytes]", _Guarded(stream, limit=allowed + _LARGEST_READ, archive=archive)
        )
        with tarfile.open(fileobj=guarded, mode="r:") as opened:
            for member in opened:
                if member.isdir():
                    yield member.name, None
                elif member.isreg() and not member.issparse():
                    yield member.name, cast("IO[bytes]", opened.extractfile(member))
                else:
                    raise _refused(archive, member.name, found="a link, a device or a sparse file")


class _Guarded(io.RawIOBase):
    """A stream that refuses to be read beyond a limit, or in one piece too large for memory."""

    def __init__(self, stream: IO[bytes], *, limit: int, archive: Path) -> None:
        self._stream, self._limit, self._archive = stream, limit, archive

    def read(self, size: int = -1) -> bytes:
        """Return at most `size` bytes."""
        if size < 0 or size > _LARGEST_READ:
            raise _refused(self._archive, "a header", found="a header of many megabytes")
        self._check(self._stream.tell() + size - 2 * tarfile.BLOCKSIZE * 20)
        return self._stream.read(size)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a position; going forward in a compressed archive unpacks what lies between."""
        if whence == io.SEEK_SET:
            if offset < 0:
                raise tarfile.ReadError("a member of negative size")
            self._check(offset)
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        """Return the position."""
        return self._stream.tell()

    def _check(self, position: int) -> None:
        if position > self._limit:
            raise _refused(self._archive, "as a whole", found="more data than the size allows")
