"""Cases of ``check``, ``fetch`` and ``check --against`` in a book of their own."""

from __future__ import annotations

import contextlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from helpers.gauntlet.case import Answer, Case
from helpers.gauntlet.cases_catalog import ODD_VALUES
from helpers.gauntlet.cases_files import HTML
from helpers.gauntlet.cases_parameters import command, write_book

MEMBER, CONTENT = "one.nc", b"\x89HDF\r\n\x1a\n" + bytes(range(256)) * 20
"""The one file of a good archive."""

PAPERS = """title: Papers
access: open
{urls}
path: papers
format: {format}
keep: "*.nc"
used_for: the gauntlet
licence: made by the gauntlet
citation: none
evidence: none
"""
ITEM: dict[str, Any] = {"parameters": {}, "inputs": {}, "source_sha256": "0" * 64}
RUN: dict[str, Any] = {
    "environment": {"python": "3.11"}, "git": None, "notebooks": {"one": ITEM},
}  # fmt: skip
"""A record of a run, as far as it is looked at."""

TABLES = {
    "verdicts.csv": "id,product,notebook,verdict,computed\n",
    "values.csv": "notebook,quantity,product,member,scope,period,unit,value,sd,sd_kind,n\n",
}


def write_whole_book(folder: Path) -> None:
    """Write a book with inputs, which are none, and one source of each of two kinds."""
    write_book(folder)
    (folder / "data/inputs").mkdir(parents=True)
    (folder / "data/inputs/provenance.yml").write_text("outputs: {}\n")
    entries = {
        "papers": PAPERS.format(urls="urls: [https://example.org/papers.zip]", format="zip"),
        "shelf": PAPERS.format(urls="steps: [ask]", format="folder").replace("open", "request"),
    }
    text = "".join(
        f"{name}:\n" + "".join(f"  {line}\n" for line in lines.splitlines())
        for name, lines in entries.items()
    )
    (folder / "data/downloads.yml").write_text(text)
    (folder / "mine").mkdir()


def _case(
    name: str,
    about: str,
    *,
    says: str,
    attempt: Callable[[Path], Answer],
    more: Callable[[Path], Any] = lambda folder: None,
    expects: Literal["error", "repair"] = "error",
) -> Case:
    def build(folder: Path) -> None:
        write_whole_book(folder)
        more(folder)

    return Case(
        name=f"intake-{name}", area="intake", about=about, build=build, attempt=attempt,
        expects=expects, says=says,
    )  # fmt: skip


def _text(place: str, text: str | bytes) -> Callable[[Path], None]:
    """Return what writes one file of the book."""

    def write(folder: Path) -> None:
        (folder / place).parent.mkdir(exist_ok=True)
        (folder / place).write_bytes(text.encode() if isinstance(text, str) else text)

    return write


def checks() -> list[Case]:
    """Return the cases of ``sinkbook check``."""
    odd = [
        _case(f"check-catalog-{name}", f"a catalog with {about}",
              says="not plain YAML(.|\n)*line 1(.|\n)*no valid",
              attempt=command("check", "HERE/mine"),
              more=_text("mine/catalog.yml", f"world: {{title: {text}}}\n"))
        for name, (about, text) in ODD_VALUES.items()
    ]  # fmt: skip
    return [
        *odd,
        _case("check-absent", "a folder that is not there", says="is not there",
              attempt=command("check", "HERE/nowhere")),
        _case("check-two", "two folders", says="Two folders",
              attempt=command("check", "HERE/mine", "--data-dir", "HERE/notebooks")),
        _case("check-reversed", "reversed years", says="reversed",
              attempt=command("check", "HERE/mine", "--start-year", "2019", "--end-year", "2015")),
        _case("check-inputs", "a record of the inputs with a 13th month",
              says="record of the inputs", attempt=command("check"),
              more=_text("data/inputs/provenance.yml", "outputs: {a: {sha256: 2015-13-45}}")),
        _case("check-inputs-word", "a record of the inputs that is a word",
              says="record of the inputs", attempt=command("check"),
              more=_text("data/inputs/provenance.yml", "outputs: all")),
    ]  # fmt: skip


def archive_of(
    name: str = MEMBER, *, packed: int = zipfile.ZIP_STORED, changes: dict[int, bytes] | None = None
) -> bytes:
    """Return a zip of one member; changes of its first header hold for its second too."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packed) as opened:
        opened.writestr(zipfile.ZipInfo(name), CONTENT, compress_type=packed)
    data = bytearray(out.getvalue())
    for head in (data.index(b"PK\x03\x04"), data.index(b"PK\x01\x02") + 2):
        for place, value in (changes or {}).items():
            data[head + place : head + place + len(value)] = value
    return bytes(data)


def _link() -> bytes:
    member = zipfile.ZipInfo(MEMBER)
    member.external_attr = 0o120777 << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as opened:
        opened.writestr(member, "/etc/passwd")
    return out.getvalue()


def fetch(*words: str) -> Callable[[Path], Answer]:
    """Return an attempt that calls ``sinkbook fetch`` and looks at what lies there afterwards."""

    def attempt(folder: Path) -> Answer:
        from helpers import cli

        said = io.StringIO()
        given = [word.replace("HERE", str(folder)) for word in words]
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
            code = cli.app(
                ["--root", str(folder), "fetch", *given, "--data-dir", str(folder / "got")],
                standalone_mode=False,
            )
        files = [path for path in (folder / "got").rglob("*") if path.is_file()]
        there = {path.name: path.read_bytes() for path in files if path.name[0] != "."}
        if code:
            if set(there) - {"checksums.yml"}:
                return Answer(float("inf"), "refused, but left " + ", ".join(there))
            raise error_of(said.getvalue())
        right = there.get(MEMBER) == CONTENT and set(there) == {MEMBER, "checksums.yml"}
        return Answer(0.0 if right else float("inf"), said.getvalue())

    return attempt


def error_of(said: str) -> Exception:
    """Return the refusal that a command printed for one source, as the error it was."""
    from helpers.errors import InputError

    lines = re.findall(r"^  (?! )(.*)$", said, flags=re.MULTILINE)
    parts = dict(re.findall(r"^    (file|where|found|accepted|fix): (.*)$", said, re.MULTILINE))
    return InputError(lines[0] if lines else said[:200], **parts)


def fetches() -> list[Case]:
    """Return the cases of ``sinkbook fetch``."""
    lzma = bytearray(archive_of(packed=zipfile.ZIP_LZMA))
    lzma[45:60] = b"\xff" * 15
    crc = archive_of().replace(CONTENT[8:20], bytes(12), 1)
    archives: dict[str, tuple[str, str, bytes]] = {
        "deflate64": ("an archive packed as Deflate64", "papers.zip(.|\n)*Deflate64",
                      archive_of(changes={8: b"\x09\x00"})),
        "lzma": ("damaged LZMA", "damaged", bytes(lzma)),
        "name": ("a name that is said to be UTF-8 and is not", "damaged(.|\n)*utf-8",
                 archive_of("ab.nc", changes={6: b"\0\x08"}).replace(b"ab.nc", b"\xff\xfe.nc")),
        "crc": ("a member that is not its checksum", "damaged", crc),
        "cut": ("half an archive", "damaged", archive_of()[:2000]),
        "up": ("a member that would leave its folder", "not safe", archive_of("../one.nc")),
        "link": ("a member that is a link", "not safe", _link()),
        "secret": ("an encrypted member", "not safe", archive_of(changes={6: b"\x01\x00"})),
        "unwanted": ("an archive of other files", "no file that is wanted", archive_of("a.txt")),
        "bzip2": ("an archive packed as bzip2", "not read(.|\n)*bzip2",
                  archive_of(packed=zipfile.ZIP_BZIP2)),
        "html": ("a web page under the name of an archive", "web page|what it should be",
                 HTML.encode()),
        "empty": ("an empty file", "what it should be", b""),
    }  # fmt: skip
    by_hand = ("papers", "--file", "HERE/papers.zip")
    return [
        _case("fetch-plain", "an archive as it should be", says="papers: taken",
              attempt=fetch(*by_hand), more=_text("papers.zip", archive_of()), expects="repair"),
        *(_case(f"fetch-{name}", about, says=says, attempt=fetch(*by_hand),
                more=_text("papers.zip", data))
          for name, (about, says, data) in archives.items()),
        _case("fetch-absent", "a file that is not there", says="not there",
              attempt=fetch(*by_hand)),
        _case("fetch-unknown", "a source nobody declared", says="Unknown source(.|\n)*papers",
              attempt=fetch("paper")),
        _case("fetch-options", "a file for no source", says="do not fit",
              attempt=fetch("--file", "HERE/papers.zip")),
        _case("fetch-hand", "a file for what only a person can place", says="by hand",
              attempt=fetch("shelf", "--file", "HERE/papers.zip")),
        _case("fetch-http", "a mirror without TLS", says="not safe",
              attempt=fetch("papers", "--mirror", "http://example.org")),
        _case("fetch-bracket", "a mirror that is no address", says="not safe(.|\n)*Invalid",
              attempt=fetch("papers", "--mirror", "https://[x")),
        _case("fetch-elsewhere", "a link to another host", says="not one of the provider",
              attempt=fetch("papers", "--link", "https://example.com/papers.zip")),
        _case("fetch-authorities", "certificate authorities that are not there",
              says="authorities is missing",
              attempt=fetch(*by_hand, "--ca-file", "HERE/none.pem")),
        _case("fetch-declared", "declarations with a 13th month", says="plain YAML(.|\n)*line 1",
              attempt=fetch(*by_hand), more=_text("data/downloads.yml", "a: 2015-13-45")),
        _case("fetch-record", "a record of checksums with a 13th month",
              says="plain YAML(.|\n)*line 1", attempt=fetch(*by_hand),
              more=_text("got/checksums.yml", "a: {on: 2015-13-45}")),
    ]  # fmt: skip


def _report(
    run: Any = RUN, *, without: str = "", table: str | None = None
) -> Callable[[Path], None]:
    """Return what writes a report: its record, and its tables but for one that is absent."""

    def write(folder: Path) -> None:
        report = folder / "report"
        report.mkdir()
        text = run if isinstance(run, bytes) else json.dumps(run).encode()
        (report / "run.json").write_bytes(text)
        for name, head in TABLES.items():
            if name != without:
                (report / name).write_text(head)
            elif table is not None:
                (report / name).write_text(table)

    return write


def against() -> list[Case]:
    """Return the cases of ``sinkbook check --against``."""
    bare = {key: value for key, value in ITEM.items() if key != "source_sha256"}
    reports: dict[str, tuple[str, str, Callable[[Path], Any]]] = {
        "absent": ("a folder without a report", "Not a report", lambda folder: None),
        "json": ("a record that ends early", "cannot be read", _report(b'{"environment": {')),
        "binary": ("a record that is not UTF-8", "cannot be read", _report(b"\xff\xfe\0")),
        "deep": ("a hundred thousand brackets", "cannot be read", _report(b"[" * 100_000)),
        "list": ("a record that is a list", "not whole", _report([1, 2])),
        "software": ("a record without its software", "not whole(.|\n)*environment",
                     _report({"notebooks": RUN["notebooks"]})),
        "digest": ("a record without the digest of a notebook", "not whole(.|\n)*source_sha256",
                   _report({**RUN, "notebooks": {"one": bare}})),
        "inputs": ("inputs that are a list", "not whole(.|\n)*inputs",
                   _report({**RUN, "notebooks": {"one": {**ITEM, "inputs": []}}})),
        "nothing": ("a record of no notebook", "not whole", _report({**RUN, "notebooks": {}})),
        "other": ("a notebook that is not there", "No such notebook",
                  _report({**RUN, "notebooks": {"two": ITEM}})),
        "parameter": ("a parameter that is not there", "Unknown parameter",
                      _report({**RUN, "notebooks": {"one": {**ITEM, "parameters": {"x": 1}}}})),
        "values": ("a report without its values", "Not a report(.|\n)*values.csv|values.csv",
                   _report(without="values.csv")),
        "verdicts": ("another table for its verdicts", "Not a report",
                     _report(without="verdicts.csv", table="a,b\n")),
    }  # fmt: skip
    return [
        _case(f"against-{name}", about, says=says, more=more,
              attempt=command("check", "--against", "HERE/report"))
        for name, (about, says, more) in reports.items()
    ]  # fmt: skip


def cases() -> list[Case]:
    """Return all cases of intake."""
    return checks() + fetches() + against()
