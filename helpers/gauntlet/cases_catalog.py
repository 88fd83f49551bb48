"""Cases of hostile or broken catalogs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from helpers.gauntlet.canary import CANARY, watched
from helpers.gauntlet.case import Case, Skip
from helpers.gauntlet.world import World, reading, write_catalog

BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + last] * 9)}]\n"
    for last, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def _case(
    name: str,
    about: str,
    *,
    says: str,
    text: str | bytes | Callable[[Path], Any],
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

    return watched(Case(
        name=f"catalog-{name}", area="catalog", about=about, build=build, attempt=reading(),
        expects=expects, says=says, drops_privilege=drops_privilege,
    ))  # fmt: skip


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
        _case("bomb", "aliases that multiply to a thousand million entries", says="an alias",
              text=BOMB),
        _case("tag-python", "a tag that would make a folder",
              says="could not determine a constructor|plain YAML",
              text=f"world: !!python/object/apply:os.mkdir ['{CANARY}']\n"),
        _case("tag-unknown", "a tag of somebody else", says="plain YAML",
              text="world: !thing {title: x}\n"),
        _case("deep", "a hundred thousand brackets", says="plain YAML",
              text="world: " + "[" * 100_000),
        _case("large", "two megabytes", says="too large", text="# " + "x" * 2_000_000),
        _case("path-up", "`../` in `files`", says=inside, text=_entry(files="../secret.nc")),
        _case("path-up-hidden", "`..` behind a folder", says=inside,
              text=_entry(files="a/../../secret.nc")),
        _case("path-absolute", "an absolute path", says=inside, text=_entry(files="/etc/passwd")),
        _case("path-home", "a path from the home folder", says=inside,
              text=_entry(files="~/secret.nc")),
        _case("path-windows", "a drive letter", says=inside, text=_entry(files="C:\\secret.nc")),
        _case("path-nul", "a zero byte in the path", says=inside, text=_entry(files="world\0.nc")),
        _case("path-folders", "`..` in the folders of an option", says=inside,
              text=lambda path: write_catalog(path.parent, "oco2-mip-v10",
                                         options={"folders": ["../.."]})),
        _case("path-format", "a field that reaches into objects", says="unknown field",
              text=_entry(files="{year.__class__}.nc")),
        _case("path-long", "a path of ten thousand characters", says="field files",
              text=_entry(files="a" * 10_000 + ".nc")),
        _case("stars", "forty wildcards, slow to match", says=r"at most .*\*",
              text=_entry(files="*a" * 40 + "b.nc")),
        _case("link-loop", "the catalog is a link to itself", says="catalog",
              text=lambda path: path.symlink_to(path.name)),
        _case("forbidden", "a catalog that may not be read", says="may not be read",
              text=_locked,
              drops_privilege=True),
    ]  # fmt: skip


ODD_VALUES = {
    "date": ("the 13th month", "2015-13-45"),
    "bool": ("`maybe` for yes or no", "!!bool maybe"),
    "timestamp": ("a word for a time", "!!timestamp foo"),
    "int": ("a word for a number", "!!int x"),
    "digits": ("a number of 5000 digits", "1" * 5000),
}
"""Values at which PyYAML raises an error of Python: what they are, and their text."""


def odd_values() -> list[Case]:
    """Return the cases of values that YAML itself cannot mean."""
    return [
        _case(f"value-{name}", about, says="not plain YAML(.|\n)*line 1(.|\n)*no valid",
              text=f"world: {{title: {text}}}\n")
        for name, (about, text) in ODD_VALUES.items()
    ]  # fmt: skip


def broken() -> list[Case]:
    """Return the cases of catalogs with mistakes."""
    return [
        _case("plain", "an entry as it should be", says="rows from", text=_entry(),
              expects="repair"),
        _case("null-field", "a field set to null", says="rows from", text=_entry(calendar=None),
              expects="repair"),
        _case("not-utf-8", "bytes that are not UTF-8", says="UTF-8",
              text=b"world:\n  title: \xff\xfe\n"),
        _case("utf-16", "the whole catalog in UTF-16", says="UTF-8",
              text="world:\n  title: x\n".encode("utf-16")),
        _case("list", "a list", says="not made of entries", text="- world\n- other\n"),
        _case("word", "a word", says="not made of entries", text="world\n"),
        _case("entry-word", "an entry that is a word", says="not made of entries",
              text="world: yes\n"),
        _case("key-number", "a number for a key", says="not made of entries",
              text="1: {title: x}\n"),
        _case("key-path", "a key that is a path", says="key",
              text="../world: {title: x, reader: cf}\n"),
        _case("key-twice", "a key is there twice", says="twice", text="world: {}\nworld: {}\n"),
        _case("tabs", "tabs for indentation", says="plain YAML", text="world:\n\ttitle: x\n"),
        _case("field-unknown", "`positive_` for `positive`", says="positive",
              text=_entry(positive_="land")),
        _case("field-missing", "no `files`", says="files", text=_entry(files=...)),
        _case("reader-unknown", "a reader nobody wrote", says="reader", text=_excel),
        _case("option-unknown", "an option nobody knows", says="options",
              text=_entry(options={"latitude_": "y"})),
        _case("options-list", "options that are a list", says="options",
              text=_entry(options=[1, 2])),
        _case("units-arithmetic", "a unit that takes for ever to compute", says="units",
              text=_entry(units="g C m-2 yr-1 9**9**9**9")),
        _case("units-unknown", "a unit nobody knows", says="units", text=_entry(units="bushels")),
        _case("species-unknown", "methane", says="species", text=_entry(species="CH4")),
        _case("quantity-unknown", "a quantity nobody knows", says="quantity",
              text=_entry(quantity="SINK")),
        _case("is-standin-word", "`is_standin: maybe`", says="is_standin",
              text=_entry(is_standin="maybe")),
        _case("members-repeated", "a member is named twice", says="members",
              text=_entry(members=["A", "a"])),
        _case("colour-script", "a script for a colour", says="colour",
              text=_entry(colour="<script>alert(1)</script>")),
        _case("folder", "the catalog is a folder", says="catalog", text=Path.mkdir),
    ]  # fmt: skip


def cases() -> list[Case]:
    """Return all cases of catalogs."""
    return hostile() + odd_values() + broken()
