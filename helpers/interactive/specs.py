"""The specification of a figure's twin, from the file that the figure offers for download."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.errors import InputError
from helpers.figures import MARKS
from helpers.interactive import rungs, series

KINDS: dict[str, Callable[[pd.DataFrame, Mapping[str, Any]], dict[str, Any]]] = {
    "annual": series.annual,
    "mean-year": series.mean_year,
    "monthly": series.monthly,
    "estimates": rungs.estimates,
    "ladder": rungs.ladder,
    "members": rungs.members,
}
"""How each kind of figure is drawn again."""

_TEXT = ("period", "member", "product", "label", "group", "transport")


def twin_of(csv: Path, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the Vega-Lite specification of a figure's twin.

    Parameters
    ----------
    csv : Path
        The values drawn, as :func:`helpers.figures.publish` wrote them.
    facts : mapping
        What it left in the metadata of the output: `twin` and `is_standin`.

    Returns
    -------
    dict
        Rows hold the columns of the file unchanged, and layout under names that start with ``_``;
        ``usermeta`` holds the stand-in mark, the columns of the table and the file's name.

    Raises
    ------
    InputError
        If the file is absent or the kind unknown.
    """
    twin = facts["twin"]
    if twin.get("kind") not in KINDS:
        raise InputError("No such interactive chart.", where=csv.stem, found=twin.get("kind"),
                         accepted=", ".join(KINDS), fix="Name one of these.")  # fmt: skip
    if not csv.is_file():
        raise InputError("The values of a figure are missing.", file=csv.name,
                         found="no such file", accepted="the file beside the figure",
                         fix="Run the notebook again.")  # fmt: skip
    frame = pd.read_csv(csv, dtype=dict.fromkeys(_TEXT, str))
    for name in set(_TEXT) & set(frame.columns):
        frame[name] = frame[name].fillna("")
    spec = KINDS[twin["kind"]](frame, twin)
    spec["usermeta"]["mark"] = MARKS.get(facts.get("is_standin", False), "")
    return spec


def as_script(name: str, content: Mapping[str, Any]) -> str:
    """Return content as a script that hands it to the page, so that no request is needed.

    A script works where ``fetch`` does not: on pages opened from a disk.
    """
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return f"sinkbookInteractive.take({json.dumps(name)},{text});\n"


def read_script(text: str) -> dict[str, Any]:
    """Return the content of :func:`as_script`, for tests and tools."""
    return dict(json.loads(text[text.index(",") + 1 : text.rindex(")")]))
