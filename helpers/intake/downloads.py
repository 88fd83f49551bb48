"""What can be fetched: the entries of ``data/downloads.yml``."""

from __future__ import annotations

import difflib
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal
from urllib.parse import urlsplit

import pydantic
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from helpers.errors import InputError
from helpers.plain_yaml import parse_yaml
from helpers.sources.patterns import check_pattern

DOWNLOADS = Path("data/downloads.yml")
"""The declarations, relative to the root of the book."""

SIZE_LIMIT = 200_000
"""Largest file of declarations, or of recorded checksums, that is read [bytes]."""

ARCHIVES = ("zip", "tar", "tar.gz")
"""Formats that are unpacked."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


def secure_url(text: str) -> str:
    """Return an address if it is one of TLS without a name or password in it.

    Raises
    ------
    ValueError
        If it is anything else: ``http``, ``ftp``, ``file``, no host, a password, blanks.

    Examples
    --------
    >>> secure_url("https://gml.noaa.gov/data.csv")
    'https://gml.noaa.gov/data.csv'
    >>> secure_url("http://gml.noaa.gov/data.csv")
    Traceback (most recent call last):
    ...
    ValueError: only https addresses are used
    """
    parts = urlsplit(text)
    if parts.scheme != "https":
        raise ValueError("only https addresses are used")
    if not parts.hostname or "@" in parts.netloc:
        raise ValueError("an address names a host, and neither user nor password")
    if any(c.isspace() or ord(c) < 32 or c == "\\" for c in text):
        raise ValueError("an address holds no blanks, control characters or backslashes")
    return text


def _safe_path(text: str) -> str:
    path = check_pattern(text)
    if "*" in path or "{" in path or PurePosixPath(path).name.startswith("."):
        raise ValueError("the path names one visible file or folder")
    return path


Url = Annotated[str, AfterValidator(secure_url)]
Place = Annotated[str, AfterValidator(_safe_path)]


class Download(BaseModel):
    """One source: where it is, how to know it, where it goes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Text
    access: Literal["open", "agreement", "registered", "request"] = Field(
        description="open: fetched; agreement: a page asks for a click first; registered: an "
        "account is needed; request: ask the authors"
    )
    page: Url | None = Field(None, description="page about the source")
    urls: tuple[Url, ...] = Field((), description="addresses, tried in this order")
    path: Place = Field(description="file, or for an archive the folder, below data_dir")
    format: Literal["csv", "netcdf", "hdf4", "zip", "tar", "tar.gz", "folder"] = Field(
        description="folder: files that only a person can put there"
    )
    name: Annotated[str, StringConstraints(pattern=r"^[\w.+-]+$")] | None = Field(
        None, description="file name on a mirror, when it is not that of `path`"
    )
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    sha256_from: Text | None = Field(None, description="who states the checksum")
    changes: bool = Field(False, description="true if the provider adds to the file")
    bytes: Annotated[int, Field(gt=0)] | None = None
    limit_mb: Annotated[int, Field(gt=0)] = Field(
        1, description="more than this is refused; for an archive, also unpacked"
    )
    keep: Text = Field("*", description="names of the files of an archive that are kept")
    used_for: Text
    licence: Text
    citation: Text
    evidence: Text = Field(description="where the address, or the lack of one, was seen")
    steps: tuple[Text, ...] = Field((), description="what to do where no program may fetch")
    product: Text | None = Field(None, description="catalog key, to check what arrived")

    @pydantic.model_validator(mode="after")
    def _consistent(self) -> Download:
        if (self.access == "open") != bool(self.urls):
            raise ValueError("`urls` are given for open sources, and only for them")
        if self.access != "open" and not self.steps:
            raise ValueError("`steps` are needed where no program may fetch")
        if self.sha256 is not None and self.sha256_from is None:
            raise ValueError("`sha256_from` is needed: who states the checksum")
        return self

    @property
    def is_archive(self) -> bool:
        """Whether what is fetched is unpacked into a folder."""
        return self.format in ARCHIVES

    @property
    def file_name(self) -> str:
        """Name of the file that is fetched."""
        if self.name is not None:
            return self.name
        suffix = f".{self.format}" if self.is_archive else ""
        return PurePosixPath(self.path).name + suffix


def read_plain(file: Path) -> dict[str, object]:
    """Return a small YAML file of plain values, or refuse it.

    Raises
    ------
    InputError
        If it is missing, too large, or not a mapping in plain YAML.
    """
    if not file.is_file() or file.stat().st_size > SIZE_LIMIT:
        raise InputError(
            "The file is missing or too large.",
            file=file,
            found=f"{file.stat().st_size} bytes" if file.is_file() else "nothing",
            accepted=f"YAML of at most {SIZE_LIMIT} bytes",
            fix="Restore it from the repository, or from a copy of the folder of data.",
        )
    content = parse_yaml(file.read_bytes(), "The file is not plain YAML.", file=file)
    if content is None:
        return {}
    if not isinstance(content, dict) or not all(isinstance(key, str) for key in content):
        raise InputError(
            "The file is not made of entries.",
            file=file,
            found=type(content).__name__,
            accepted="names, and below each its fields",
            fix="Write `name:` and indent `field: value` below it.",
        )
    return content


def load_downloads(file: Path) -> dict[str, Download]:
    """Return the declared sources by name.

    Parameters
    ----------
    file : Path
        ``data/downloads.yml``.

    Raises
    ------
    InputError
        If an entry is not valid; it names the entry and the field.
    """
    found = {}
    for name, fields in read_plain(file).items():
        try:
            found[name] = Download.model_validate(fields)
        except pydantic.ValidationError as error:
            first = error.errors(include_url=False)[0]
            raise InputError(
                "A declared download is not valid.",
                file=file,
                where=f"{name}, {'.'.join(str(part) for part in first['loc']) or 'entry'}",
                found=repr(first["input"])[:80],
                accepted=first["msg"].removeprefix("Value error, "),
                fix="Correct that field; data/README.md lists the fields.",
            ) from error
    return found


def chosen(downloads: dict[str, Download], names: list[str]) -> dict[str, Download]:
    """Return the sources named, or all; an unknown name is refused with the nearest one."""
    unknown = [name for name in names if name not in downloads]
    if unknown:
        near = difflib.get_close_matches(unknown[0], downloads, n=1)
        raise InputError(
            "Unknown source.",
            where="names of sources",
            found=unknown[0],
            accepted=", ".join(downloads),
            fix=f"did you mean {near[0]!r}?" if near else "`sinkbook fetch --list` tells of each.",
        )
    return {name: downloads[name] for name in names or downloads}
