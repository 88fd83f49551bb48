"""Cases of files that are not what their name says, or cannot be reached."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from helpers.gauntlet.canary import TRAP, watched
from helpers.gauntlet.case import Case, Skip
from helpers.gauntlet.gridded import gridded_case

HTML = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>404</body></html>\n"


def _cut(share: float) -> Callable[[Path], None]:
    def cut(path: Path) -> None:
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * share)])

    return cut


def _content(content: bytes) -> Callable[[Path], Any]:
    return lambda path: path.write_bytes(content)


def _gzipped(content: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def pack(path: Path) -> None:
        packed = content(path.read_bytes())
        path.unlink()
        path.with_name(path.name + ".gz").write_bytes(packed)

    return pack


def _replaced(make: Callable[[Path], None]) -> Callable[[Path], None]:
    def replace(path: Path) -> None:
        path.unlink()
        try:
            make(path)
        except OSError as error:
            raise Skip(f"not possible on this machine: {error}") from error

    return replace


def _flipped(path: Path) -> None:
    """Damage the middle of the file, where the values are."""
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 4000] = os.urandom(4000)
    path.write_bytes(bytes(content))


def _trapped(file: Any) -> None:
    file["nbp"].setncattr("history", np.frombuffer(TRAP, dtype="u1"))
    file.setncattr("pickle", np.frombuffer(TRAP, dtype="u1"))


def _unreadable(path: Path) -> None:
    path.chmod(0)


def cases() -> list[Case]:
    """Return the cases of files."""
    error: dict[str, Any] = {"expects": "error"}
    link = Path.symlink_to
    return [
        gridded_case("absent", "no file", after=Path.unlink, says="product is absent", **error),
        gridded_case("file-empty", "a file of zero bytes", after=_content(b""), says="0 bytes",
                     **error),
        gridded_case("file-html", "a web page under the file's name",
                     after=_content(HTML.encode()), says="web page", **error),
        gridded_case("file-json", "an error message in JSON", after=_content(b'{"error": 403}'),
                     says="not NetCDF", **error),
        gridded_case("file-noise", "noise after a valid signature",
                     after=_content(b"\x89HDF\r\n\x1a\n" + bytes(range(256)) * 40),
                     says="damaged or truncated", **error),
        *[gridded_case(f"file-cut-{int(share * 100)}", f"cut off after {share:.0%}",
                       after=_cut(share), says="damaged or truncated", **error)
          for share in (0.01, 0.5, 0.999)],
        *[gridded_case(f"file-classic-cut-{int(share * 100)}",
                       f"NetCDF 3, cut off after {share:.0%}", after=_cut(share),
                       world={"format": "NETCDF3_CLASSIC"}, says="damaged or truncated", **error)
          for share in (0.005, 0.5, 0.99)],
        gridded_case("file-gzip-cut", "a gzip file that ends early",
                     after=_gzipped(lambda data: gzip.compress(data)[:-200]), reader="trendy",
                     says="damaged or truncated", **error),
        gridded_case("file-gzip-noise", "a gzip file of something else",
                     after=_gzipped(lambda data: gzip.compress(b"x" * 1000)), reader="trendy",
                     says="not NetCDF", **error),
        gridded_case("file-gzip-zeros", "four gigabytes of zeros in four megabytes",
                     after=_gzipped(lambda data: gzip.compress(bytes(4 << 20)) * 1024),
                     reader="trendy", says="not NetCDF", **error),
        gridded_case("file-gzip-bomb", "a gigabyte that opens like NetCDF, in a megabyte",
                     after=_gzipped(lambda data: gzip.compress(data[:8] + bytes(4 << 20)) * 256),
                     reader="trendy", says="unpacks to more than its size", **error),
        gridded_case("file-gzip-as-nc", "a gzip file under the name of a NetCDF file",
                     after=_content(gzip.compress(b"x" * 1000)), says="a gzip file", **error),
        gridded_case("file-is-folder", "a folder under the file's name",
                     after=_replaced(Path.mkdir), says="product is absent", **error),
        gridded_case("file-is-pipe", "a named pipe under the file's name",
                     after=_replaced(os.mkfifo), says="product is absent", **error),
        gridded_case("file-is-device", "a link to an endless device",
                     after=_replaced(lambda path: link(path, "/dev/zero")),
                     says="product is absent", **error),
        gridded_case("file-loop", "a link to itself",
                     after=_replaced(lambda path: link(path, path.name)),
                     says="product is absent", **error),
        *[gridded_case(f"folder-loop-{depth}", f"a folder that links to its parent, {times}",
                       after=lambda path: link(path.parent / "loop", path.parent),
                       entry={"files": "*/" * depth + "world.nc"}, expects="repair",
                       says="rows from")
          for depth, times in ((1, "entered once"), (2, "entered twice"))],
        gridded_case("file-dangling", "a link to nothing",
                     after=_replaced(lambda path: link(path, "nowhere.nc")),
                     says="product is absent", **error),
        gridded_case("file-forbidden", "a file that may not be read", after=_unreadable,
                     drops_privilege=True, says="may not be read", **error),
        watched(gridded_case("pickle-in-attribute", "pickles in attributes, which must stay shut",
                             world={"tweak": _trapped}, expects="repair", says="rows from")),
    ]  # fmt: skip
