"""Telling by its first bytes whether a file can be what it is said to be."""

from __future__ import annotations

from pathlib import Path

from helpers.errors import InputError

_STARTS = {
    "netcdf": (b"\x89HDF\r\n\x1a\n", b"CDF\x01", b"CDF\x02", b"CDF\x05"),
    "hdf4": (b"\x0e\x03\x13\x01",),
    "zip": (b"PK\x03\x04",),
    "tar.gz": (b"\x1f\x8b",),
}
"""First bytes of each format."""

_WORDS = {
    "netcdf": "a NetCDF file",
    "hdf4": "an HDF4 file",
    "zip": "a zip archive",
    "tar": "a tar archive",
    "tar.gz": "a gzipped tar archive",
    "csv": "a table as text",
}

_PAGE = (b"<!doctype html", b"<html", b"<?xml", b"<head", b"<body", b"<!--")


def is_page(start: bytes) -> bool:
    """Return whether the first bytes are those of a web page.

    Examples
    --------
    >>> is_page(b" <!DOCTYPE html><title>Sign in</title>")
    True
    """
    return start.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_PAGE)


def refuse_page(start: bytes, *, where: str, kind: str = "") -> None:
    """Refuse a web page where data were expected.

    Parameters
    ----------
    start : bytes
        First bytes.
    where : str
        Address or file name.
    kind : str
        What the server says it is, such as ``text/html; charset=utf-8``.

    Raises
    ------
    InputError
        If the bytes, or the server's word for them, are those of a page.
    """
    if is_page(start) or kind.partition(";")[0].strip().lower() in (
        "text/html",
        "application/xhtml+xml",
    ):
        raise InputError(
            "The answer is a web page (HTML), not the file.",
            where=where,
            found=" ".join(start[:160].decode("utf-8", "replace").split()) or kind,
            accepted="the file itself",
            fix="The provider asks for a sign-in or a click, or has moved the file: open the page "
            "of the source in a browser (`sinkbook fetch --list`). Earlier files are as they were.",
        )


def check_start(path: Path, kind: str, *, name: str | None = None) -> None:
    """Check that a file begins as its format must.

    Parameters
    ----------
    path : Path
        The file.
    kind : str
        Its format as in ``data/downloads.yml``.
    name : str, optional
        Name for the message.

    Raises
    ------
    InputError
        If the file is empty, a web page, or something else.
    """
    with path.open("rb") as stream:
        start = stream.read(512)
    refuse_page(start, where=name or path.name)
    if kind == "tar":
        is_good = start[257:262] == b"ustar"
    elif kind == "csv":
        is_good = bool(start) and b"\0" not in start
    else:
        is_good = start.startswith(_STARTS[kind])
    if not is_good:
        raise InputError(
            "The file is not what it should be.",
            file=name or path.name,
            found=repr(start[:40]) if start else "nothing: the file is empty",
            accepted=_WORDS[kind],
            fix="Look at the page of the source. Earlier files stay as they were.",
        )
