"""Bringing one source into a data folder: fetch or take, verify, record, put in place."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pooch
import requests

from helpers.errors import InputError
from helpers.files import sha256_of
from helpers.intake import placement, transfer
from helpers.intake.checksums import Record, read_records, write_record
from helpers.intake.content import check_start
from helpers.intake.downloads import Download, secure_url


@dataclass(frozen=True)
class Wishes:
    """What the user asks for beyond the name of a source.

    Attributes
    ----------
    mirror : str or None
        Address below which copies lie as ``<source>/<file name>``.
    link : str or None
        Address that the page of a source gave after a click.
    file : Path or None
        A file that was downloaded by hand.
    accept_change : bool
        Take what comes although another checksum is recorded.
    refresh : bool
        Fetch again what the provider adds to.
    """

    mirror: str | None = None
    link: str | None = None
    file: Path | None = None
    accept_change: bool = False
    refresh: bool = False


@dataclass(frozen=True)
class Arrival:
    """What became of one source: ``there``, ``fetched``, ``taken`` or ``by hand``."""

    name: str
    state: str
    seen: str
    files: list[str] = field(default_factory=list)


def bring(
    name: str,
    download: Download,
    *,
    data_dir: Path,
    wishes: Wishes,
    session: requests.Session,
    report: transfer.Report,
    today: Callable[[], datetime.date] = datetime.date.today,
    attempts: int = 5,
    timeout: tuple[float, float] = (20.0, 60.0),
) -> Arrival:
    """Bring one source into the data folder, or tell why it must come by hand.

    Parameters
    ----------
    name : str
        Name of the source.
    download : Download
        Its declaration.
    data_dir : Path
        Folder of the data, which exists.
    wishes : Wishes
        See there.
    session : requests.Session
        See :func:`helpers.intake.session.open_session`.
    report : callable
        Told of progress in bytes.

    Raises
    ------
    InputError
        If it cannot be had or is not what it should be. Files that were there stay as they were.
    """
    if download.format == "folder":
        if wishes.file is not None or wishes.link is not None:
            raise InputError(
                "This source is put in place by hand.",
                where=name,
                found="--file" if wishes.file is not None else "--link",
                accepted=f"its files in {download.path}/ of the data folder",
                fix="Copy them there, then run `sinkbook check` on the data folder.",
            )
        return Arrival(name, "by hand", "; ".join(download.steps))
    records = read_records(data_dir)
    record = records.get(name)
    if record is not None and not _wants_anew(download, wishes):
        moved = changed_files(record, data_dir)
        if not moved:
            return Arrival(name, "there", f"as recorded on {record.on}", list(record.files))
    if wishes.file is None and wishes.link is None and not download.urls and wishes.mirror is None:
        return Arrival(name, "by hand", "; ".join(download.steps))
    known = _known_checksum(download, record, wishes=wishes)
    with placement.workshop(data_dir) as shop:
        if wishes.file is not None:
            got, origin = (
                placement.taken(wishes.file, shop, download=download),
                f"file {wishes.file.name}",
            )
        else:
            got, origin = _fetched(
                name, download, wishes=wishes, data_dir=data_dir, known=known, session=session,
                report=report, attempts=attempts, timeout=timeout,
            )  # fmt: skip
        try:
            check_start(got, download.format, name=download.file_name)
            found = sha256_of(got)
            _check_sum(found, known, download=download, record=record, name=name)
            size = got.stat().st_size
            files = placement.placed(
                got, download, data_dir=data_dir, shop=shop, earlier=_own_files(name, records)
            )
        finally:
            got.unlink(missing_ok=True)
    entry = Record(
        sha256=found, bytes=size, origin=origin, on=today().isoformat(), files=files
    )  # fmt: skip
    write_record(data_dir, name, record=entry)
    state = "taken" if wishes.file is not None else "fetched"
    seen = _seen(entry, record, known=known)
    lost = [one for one in _own_files(name, records) if one not in files]
    if lost:
        seen += f"; gone with this version: {', '.join(lost)}"
    return Arrival(name, state, seen, list(files))


def changed_files(record: Record, data_dir: Path) -> list[str]:
    """Return the recorded files that are missing or no longer have their checksum."""
    return [
        name
        for name, sha256 in record.files.items()
        if not (data_dir / name).is_file() or sha256_of(data_dir / name) != sha256
    ]


def _own_files(name: str, records: Mapping[str, Record]) -> dict[str, str]:
    """Return the recorded files of a source that no other source has put there too."""
    own = records[name].files if name in records else {}
    others = {file for key, record in records.items() if key != name for file in record.files}
    return {file: sha256 for file, sha256 in own.items() if file not in others}


def _wants_anew(download: Download, wishes: Wishes) -> bool:
    return (
        wishes.accept_change
        or wishes.file is not None
        or wishes.link is not None
        or (wishes.refresh and download.changes)
    )


def _known_checksum(download: Download, record: Record | None, *, wishes: Wishes) -> str | None:
    """Return the checksum that must come: the declared one, else the one recorded first."""
    if download.sha256 is not None:
        return download.sha256
    if record is None or wishes.accept_change or (wishes.refresh and download.changes):
        return None
    return record.sha256


def _check_sum(
    found: str, known: str | None, *, download: Download, record: Record | None, name: str
) -> None:
    if known is None or found == known:
        return
    if download.sha256 is not None:
        source = f"stated by {download.sha256_from}"
        fix = "Nothing was changed. Try again; if it stays, the provider has changed the file."
    else:
        source = f"recorded on {record.on if record else '?'}"
        why, option = (
            ("The provider adds to this file: take what is new with", "--refresh")
            if download.changes
            else ("If the provider says that the file is new, fetch it with", "--accept-change")
        )
        fix = f"Nothing was changed. {why} `sinkbook fetch {name} {option}`."
    raise InputError(
        "The file does not have its checksum.",
        file=download.file_name,
        found=f"sha256 {found}",
        accepted=f"sha256 {known}, {source}",
        fix=fix,
    )


def _seen(entry: Record, before: Record | None, *, known: str | None) -> str:
    size = f"{entry.bytes / placement.MEGABYTE:.2f} MB"
    if known is not None:
        return f"{size}, checksum as known"
    if before is None:
        return f"{size}, first use: checksum recorded"
    if before.sha256 == entry.sha256:
        return f"{size}, the same as on {before.on}"
    return f"{size}, changed: {before.sha256[:12]} of {before.on} -> {entry.sha256[:12]}"


def _addresses(name: str, download: Download, *, wishes: Wishes) -> list[str]:
    """Return the addresses to try, in order."""
    if wishes.link is not None:
        hosts = {urlsplit(url).hostname for url in (download.page, *download.urls) if url}
        if urlsplit(_secure(wishes.link, "--link")).hostname not in hosts:
            raise InputError(
                "The link is not one of the provider.",
                where="--link",
                found=wishes.link[:200],
                accepted="an address at " + " or ".join(sorted(str(host) for host in hosts)),
                fix="Download it by hand and give the file with --file.",
            )
        return [wishes.link]
    if wishes.mirror is not None:
        return [f"{_secure(wishes.mirror, '--mirror').rstrip('/')}/{name}/{download.file_name}"]
    return list(download.urls)


def _secure(url: str, where: str) -> str:
    try:
        return secure_url(url)
    except ValueError as error:
        raise InputError(
            "The address is not safe.", where=where, found=f"{url[:200]} ({error})",
            accepted="an https address of a host, without user, password or blanks",
            fix="Correct the address; nothing was fetched.",
        ) from error  # fmt: skip


def _fetched(
    name: str,
    download: Download,
    *,
    wishes: Wishes,
    data_dir: Path,
    known: str | None,
    session: requests.Session,
    report: transfer.Report,
    attempts: int,
    timeout: tuple[float, float],
) -> tuple[Path, str]:
    """Fetch from the first address that gives the file; return it and where it came from."""
    pooch.get_logger().setLevel(logging.WARNING)
    part = data_dir / f".{name}.part"
    one = transfer.Transfer(
        session=session,
        part=part,
        limit=download.limit_mb * placement.MEGABYTE,
        may_join=known is not None,
        report=report,
        attempts=attempts,
        timeout=timeout,
    )
    addresses = _addresses(name, download, wishes=wishes)
    for i, url in enumerate(addresses):
        try:
            return _retrieved(url, one, data_dir=data_dir, name=name, known=known), url
        except InputError:
            if i == len(addresses) - 1:
                raise
    raise AssertionError("a source without an address")


def _retrieved(
    url: str, one: transfer.Transfer, *, data_dir: Path, name: str, known: str | None
) -> Path:
    """Let pooch fetch one address; bytes of two versions that were joined are fetched once more."""
    target = data_dir / f".{name}.fetched"
    target.unlink(missing_ok=True)
    for again in (False, True):
        try:
            pooch.retrieve(
                url, known_hash=None, fname=target.name, path=data_dir, downloader=one
            )  # the checksum is compared below, to tell what was found
        except OSError as error:
            raise placement.unwritable(error, data_dir) from error
        if known is None or again or not one.was_joined or sha256_of(target) == known:
            break
        target.unlink()
    return target
