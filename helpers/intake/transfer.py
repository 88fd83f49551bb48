"""One file over TLS: redirects looked at, retries, and going on where a download was cut.

:class:`Transfer` is a downloader for pooch.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

from helpers.errors import InputError
from helpers.files import write_text
from helpers.intake.content import refuse_page
from helpers.intake.downloads import secure_url

RETRIED = (408, 425, 429, 500, 502, 503, 504)
"""Answers after which it is worth trying again."""

_REDIRECTS = (301, 302, 303, 307, 308)
_MOST_REDIRECTS, _LONGEST_WAIT = 5, 60.0
_BLOCK, _MOST_DIGITS = 1 << 18, 30

Report = Callable[[int, int | None], None]
"""Told the bytes there are and, if the server says so, the bytes there will be."""


class CutError(Exception):
    """A failure after which another attempt may do better."""

    def __init__(self, found: str, *, wait: float = 0.0) -> None:
        super().__init__(found)
        self.wait = wait


def pause(seconds: float) -> None:
    """Wait between two attempts."""
    time.sleep(seconds)


@dataclass(kw_only=True)
class Transfer:
    """A downloader for pooch: ``transfer(url, output_file, pooch)``.

    Parameters
    ----------
    session : requests.Session
        See :func:`helpers.intake.session.open_session`.
    part : Path
        Where the bytes are kept until they are complete.
    limit : int
        More is refused [bytes].
    may_join : bool
        Whether bytes of two attempts may be joined although the server gives no mark of its
        version: only where a checksum will tell.
    report : callable
        Told of progress.
    attempts : int
        How often in all.
    timeout : tuple of float
        Longest wait for a connection and for the next bytes [s].
    """

    session: requests.Session
    part: Path
    limit: int
    may_join: bool
    report: Report
    attempts: int = 5
    timeout: tuple[float, float] = (20.0, 60.0)
    was_joined: bool = False

    def __call__(self, url: str, output_file: str, _pooch: Any = None) -> None:
        """Bring the file at `url` to `output_file`."""
        for attempt in range(1, self.attempts + 1):
            try:
                self._attempt(url)
                break
            except CutError as error:
                if attempt == self.attempts:
                    raise self._given_up(url, error) from error
                pause(max(error.wait, min(2.0 ** (attempt - 1), _LONGEST_WAIT)))
        self.part.replace(output_file)
        self._marks.unlink(missing_ok=True)

    @property
    def _marks(self) -> Path:
        return self.part.with_name(self.part.name + ".json")

    def discard(self) -> None:
        """Forget the bytes of earlier attempts."""
        self.part.unlink(missing_ok=True)
        self._marks.unlink(missing_ok=True)

    def _attempt(self, url: str) -> None:
        start, condition = self._there(url)
        headers = {"Range": f"bytes={start}-"} if start else {}
        if start and condition:
            headers["If-Range"] = condition
        try:
            with self._answer(url, headers) as answer:
                self._check(answer, url, start=start)
                self._receive(answer, url, start=start if answer.status_code == 206 else 0)
        except requests.exceptions.SSLError as error:
            raise _untrusted(url, error) from error
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError) as error:
            raise CutError(_short(error)) from error

    def _there(self, url: str) -> tuple[int, str | None]:
        """Return how many bytes can be kept, and the server's mark of their version."""
        try:
            marks = json.loads(self._marks.read_text(encoding="utf-8"))
            size = self.part.stat().st_size
            mark = marks["mark"]
            usable = marks["url"] == url and (mark is not None or self.may_join)
        except (OSError, ValueError, KeyError, TypeError):
            usable, size, mark = False, 0, None
        if not usable or size == 0:
            self.discard()
            return 0, None
        return size, mark

    def _answer(self, url: str, headers: dict[str, str]) -> requests.Response:
        """Ask, and follow redirects to other addresses of TLS."""
        address = url
        for _ in range(_MOST_REDIRECTS + 1):
            answer = self.session.get(
                address,
                headers=headers,
                stream=True,
                timeout=self.timeout,
                allow_redirects=False,
                verify=self.session.verify,  # else a variable may override it
            )
            if answer.status_code not in _REDIRECTS:
                return answer
            target = answer.headers.get("Location", "")
            answer.close()
            try:
                address = secure_url(urljoin(address, target))
            except ValueError as error:
                raise InputError(
                    "The server sends us to an address that is not safe.",
                    where=url,
                    found=target[:200],
                    accepted="https",
                    fix="Nothing was fetched. Look at the page of the source for a new address.",
                ) from error
        raise InputError(
            "The server sends us in circles.",
            where=url,
            found=address[:200],
            accepted=f"at most {_MOST_REDIRECTS} redirects",
            fix="Nothing was fetched. Look at the page of the source for a new address.",
        )

    def _check(self, answer: requests.Response, url: str, *, start: int) -> None:
        status = answer.status_code
        if status in RETRIED:
            raise CutError(f"answer {status} {answer.reason}", wait=_retry_after(answer))
        if status == 416 or (status == 206 and _first_byte(answer) != start):
            self.discard()
            raise CutError(f"answer {status} does not fit what was there")
        if status not in (200, 206):
            raise InputError(
                "The server does not give the file.",
                where=url,
                found=f"{status} {answer.reason}",
                accepted="200 OK",
                fix="The provider may have moved it: look at the page of the source "
                "(`sinkbook fetch --list`), or name a copy with --mirror.",
            )
        if answer.headers.get("Content-Encoding", "identity") != "identity":
            raise InputError(
                "The server packs the file on its way, unasked.",
                where=url,
                found=answer.headers["Content-Encoding"],
                accepted="the bytes as they are",
                fix="Download it in a browser and give it with --file.",
            )
        size = _expected(answer, start if status == 206 else 0)
        if size is not None and size > self.limit:
            raise self._too_large(url, size)
        room = shutil.disk_usage(self.part.parent).free
        if size is not None and size - start > room:
            raise InputError(
                "There is no room for the file.",
                file=self.part.parent,
                found=f"{room / 1e6:.0f} MB free",
                accepted=f"{(size - start) / 1e6:.0f} MB",
                fix="Make room; nothing was changed.",
            )

    def _receive(self, answer: requests.Response, url: str, *, start: int) -> None:
        tag = answer.headers.get("ETag", "W/")
        mark = answer.headers.get("Last-Modified") if tag.startswith("W/") else tag
        total = _expected(answer, start)
        self.was_joined = start > 0
        write_text(self._marks, json.dumps({"url": url, "mark": mark}))
        size = start
        with self.part.open("ab" if start else "wb") as out:
            self.report(size, total)
            while block := answer.raw.read1(_BLOCK, decode_content=False):
                if size == 0:
                    self._refuse_page(block, answer, url=url)
                size += len(block)
                if size > self.limit:
                    out.close()
                    self.discard()
                    raise self._too_large(url, size)
                out.write(block)
                self.report(size, total)
        if total is not None and size != total:
            raise CutError(f"{size} of {total} bytes came")
        if size == 0:
            raise CutError("an empty answer")

    def _refuse_page(self, block: bytes, answer: requests.Response, *, url: str) -> None:
        try:
            refuse_page(block, where=url, kind=answer.headers.get("Content-Type", ""))
        except InputError:
            self.discard()
            raise

    def _too_large(self, url: str, size: int) -> InputError:
        return InputError(
            "The file is larger than it can be.",
            where=url,
            found=f"{size} bytes or more",
            accepted=f"at most {self.limit} bytes (limit_mb in data/downloads.yml)",
            fix="Nothing was kept. Look at the page of the source.",
        )

    def _given_up(self, url: str, error: CutError) -> InputError:
        there = self.part.stat().st_size if self.part.exists() else 0
        kept = f"{there} bytes are kept and the next fetch goes on from there; " if there else ""
        return InputError(
            f"The file could not be fetched from {urlsplit(url).hostname}.",
            where=url,
            found=f"{error}, after {self.attempts} attempts",
            accepted="the whole file",
            fix=f"{kept}earlier files are as they were. Try again later or on another network, "
            "name a copy with --mirror, or download it by hand and give it with --file.",
        )


def _untrusted(url: str, error: Exception) -> InputError:
    return InputError(
        "The certificate of the server is not trusted.",
        where=url,
        found=_short(error),
        accepted="a certificate of an authority that is trusted here",
        fix="Nothing was fetched. Behind a proxy that re-signs traffic, name its authority with "
        "--ca-file; certificates are never left unchecked.",
    )


def _short(error: Exception) -> str:
    """Return the innermost reason of a failure in one line."""
    inner: Any = error
    while inner.args and isinstance(inner.args[0], Exception):
        inner = inner.args[0]
    reason = getattr(inner, "reason", None)
    text = str(reason if isinstance(reason, Exception) else inner) or type(inner).__name__
    return text.split(": ", 1)[-1][:160] if "object at 0x" in text else text[:160]


def _retry_after(answer: requests.Response) -> float:
    return min(float(_whole(answer.headers.get("Retry-After")) or 0), _LONGEST_WAIT)


def _first_byte(answer: requests.Response) -> int:
    text = answer.headers.get("Content-Range", "").removeprefix("bytes ").split("-")[0]
    first = _whole(text)
    return -1 if first is None else first


def _expected(answer: requests.Response, start: int) -> int | None:
    """Return the size of the whole file, of which a server may give a part at a time."""
    if answer.status_code == 206:
        whole = _whole(answer.headers.get("Content-Range", "").rpartition("/")[2])
        if whole is not None:
            return whole
    length = _whole(answer.headers.get("Content-Length"))
    return None if length is None else start + length


def _whole(text: str | None) -> int | None:
    """Return a number of bytes or seconds in a header, None where it is none that can be meant."""
    return int(text) if text and text.isdecimal() and len(text) < _MOST_DIGITS else None
