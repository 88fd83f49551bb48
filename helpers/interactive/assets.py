"""What the pages load on demand: the Vega scripts of an installed package, and data files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import vl_convert

from helpers.errors import InputError
from helpers.files import write_text
from helpers.interactive.specs import as_script

FOLDER = "interactive"
"""Folder below ``_static`` of everything written here."""

LIBRARY = "vega.js"
"""File of the Vega, Vega-Lite and Vega-Embed scripts."""

LARGEST = 3_000_000
"""Most bytes of one data file, so that with the library an explorer stays below 4 MB."""

_SNIPPET = "window.vegaEmbed = vegaEmbed; window.vega = vega;"

_NAME = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


def write_library(folder: Path) -> Path:
    """Write the scripts that the installed package carries, and return their path.

    A file that the same version wrote is kept.
    """
    path = folder / FOLDER / LIBRARY
    head = (
        "/* Vega, Vega-Lite and Vega-Embed with what they stand on, as bundled by vl-convert-python"
        f" {version('vl-convert-python')}; BSD 3-Clause, https://vega.github.io */\n"
    )
    if path.is_file() and path.read_text(encoding="utf-8").startswith(head):
        return path
    bundle = vl_convert.javascript_bundle(_SNIPPET)
    # in a scope of its own: its names must not meet those of the theme's scripts
    return write_text(path, f"{head}(function () {{\n{bundle}\n}}());\n")


def write_data(folder: Path, name: str, *, content: Mapping[str, Any]) -> Path:
    """Write content as a script that hands it to the page.

    Raises
    ------
    InputError
        If the name cannot be part of a file name, or the data are too large for a page.
    """
    if not _NAME.fullmatch(name):
        raise InputError("Not a name for a data file.", where="name", found=repr(name),
                         accepted="small letters and digits, joined by '-' or '_'",
                         fix="Choose another name.")  # fmt: skip
    text = as_script(name, content)
    size = len(text.encode())
    if size > LARGEST:
        raise InputError("The data of an interactive chart are too large for a page.", where=name,
                         found=f"{size} bytes", accepted=f"at most {LARGEST}",
                         fix="Choose fewer years or members.")  # fmt: skip
    return write_text(folder / FOLDER / f"{name}.js", text)
