"""Cases of hostile or broken catalogs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from helpers.gauntlet.case import Answer, Case, Skip
from helpers.gauntlet.cases_files import CANARY
from helpers.gauntlet.world import World, reading, write_catalog

BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + last] * 9)}]\n"
    for last, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def _case(
    name: str,
    about: str,
    says: str,
    text: str | bytes | Callable[[Path], Any],
    *,
    expects: Literal["error", "repair"] = "error",
    drops_privilege: bool = False,
) -> Case:
    """Return a case whose catalog is a text, bytes, or whatever a function puts in its place."""

    def build(folder: Path) -> None:
        World().write(folder / "world.nc")
        (folder / ("a" * 200)).touch()
        path = folder / "catalog.yml"
        if callable(text):
            try:
                text(path)
            except OSError as error:
                raise Skip(str(error)) from error
        else:
            path.write_bytes(text.encode() if isinstance(text, str) else text)

    def attempt(folder: Path) -> Answer:
        answer = reading()(folder)
        opened = (folder / CANARY).exists()
        return Answer(float("inf") if opened else answer.deviation, answer.reported)

    return Case(
        name=f"catalog-{name}", area="catalog", about=about, build=build, attempt=attempt,
        expects=expects, says=says, drops_privilege=drops_privilege,
    )  # fmt: skip


def _entry(**changes: Any) -> Callable[[Path], None]:
    return lambda path: write_catalog(path.parent, "cf", **changes)


def _excel(path: Path) -> None:
    write_catalog(path.parent, "cf")
    path.write_text(path.read_text().replace("reader: cf", "reader: excel"))


def _locked(path: Path) -> None:
    write_catalog(path.parent, "cf")
    path.chmod(0)


def hostile() -> list[Case]:
    """Return the cases of catalogs that mean harm."""
    inside = "stay inside data_dir|relative path"
    return [
        _case("bomb", "aliases that multiply to a thousand million entries", "an alias", BOMB),
        _case("tag-python", "a tag that would make a folder",
              "could not determine a constructor|plain YAML",
              f"world: !!python/object/apply:os.mkdir ['{CANARY}']\n"),
        _case("tag-unknown", "a tag of somebody else", "plain YAML", "world: !thing {title: x}\n"),
        _case("deep", "a hundred thousand brackets", "plain YAML", "world: " + "[" * 100_000),
        _case("large", "two megabytes", "too large", "# " + "x" * 2_000_000),
        _case("path-up", "`../` in `files`", inside, _entry(files="../secret.nc")),
        _case("path-up-hidden", "`..` behind a folder", inside, _entry(files="a/../../secret.nc")),
        _case("path-absolute", "an absolute path", inside, _entry(files="/etc/passwd")),
        _case("path-home", "a path from the home folder", inside, _entry(files="~/secret.nc")),
        _case("path-windows", "a drive letter", inside, _entry(files="C:\\secret.nc")),
        _case("path-nul", "a zero byte in the path", inside, _entry(files="world\0.nc")),
        _case("path-folders", "`..` in the folders of an option", inside,
              lambda path: write_catalog(path.parent, "oco2-mip-v10",
                                         options={"folders": ["../.."]})),
        _case("path-format", "a field that reaches into objects", "unknown field",
              _entry(files="{year.__class__}.nc")),
        _case("path-long", "a path of ten thousand characters", "field files",
              _entry(files="a" * 10_000 + ".nc")),
        _case("stars", "forty wildcards, slow to match", r"at most .*\*",
              _entry(files="*a" * 40 + "b.nc")),
        _case("link-loop", "the catalog is a link to itself", "catalog",
              lambda path: path.symlink_to(path.name)),
        _case("forbidden", "a catalog that may not be read", "may not be read",
              _locked,
              drops_privilege=True),
    ]  # fmt: skip


def broken() -> list[Case]:
    """Return the cases of catalogs with mistakes."""
    return [
        _case("plain", "an entry as it should be", "rows from", _entry(), expects="repair"),
        _case("null-field", "a field set to null", "rows from", _entry(calendar=None),
              expects="repair"),
        _case("not-utf-8", "bytes that are not UTF-8", "UTF-8", b"world:\n  title: \xff\xfe\n"),
        _case("utf-16", "the whole catalog in UTF-16", "UTF-8",
              "world:\n  title: x\n".encode("utf-16")),
        _case("list", "a list", "not made of entries", "- world\n- other\n"),
        _case("word", "a word", "not made of entries", "world\n"),
        _case("entry-word", "an entry that is a word", "not made of entries", "world: yes\n"),
        _case("key-number", "a number for a key", "not made of entries", "1: {title: x}\n"),
        _case("key-path", "a key that is a path", "key", "../world: {title: x, reader: cf}\n"),
        _case("key-twice", "a key is there twice", "twice", "world: {}\nworld: {}\n"),
        _case("tabs", "tabs for indentation", "plain YAML", "world:\n\ttitle: x\n"),
        _case("field-unknown", "`positive_` for `positive`", "positive", _entry(positive_="land")),
        _case("field-missing", "no `files`", "files", _entry(files=...)),
        _case("reader-unknown", "a reader nobody wrote", "reader", _excel),
        _case("option-unknown", "an option nobody knows", "options",
              _entry(options={"latitude_": "y"})),
        _case("options-list", "options that are a list", "options", _entry(options=[1, 2])),
        _case("units-unknown", "a unit nobody knows", "units", _entry(units="bushels")),
        _case("species-unknown", "methane", "species", _entry(species="CH4")),
        _case("quantity-unknown", "a quantity nobody knows", "quantity", _entry(quantity="SINK")),
        _case("is-standin-word", "`is_standin: maybe`", "is_standin", _entry(is_standin="maybe")),
        _case("members-repeated", "a member is named twice", "members",
              _entry(members=["A", "a"])),
        _case("colour-script", "a script for a colour", "colour",
              _entry(colour="<script>alert(1)</script>")),
        _case("folder", "the catalog is a folder", "catalog", Path.mkdir),
    ]  # fmt: skip


def cases() -> list[Case]:
    """Return all cases of catalogs."""
    return hostile() + broken()
