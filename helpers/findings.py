"""Findings: what does not add up in the sources, recomputed from the carried tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
from pandas.io.formats.style import Styler

from helpers.style import number


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One inconsistency of a source, with the printed and the recomputed value.

    Parameters
    ----------
    id : str
        ``F1`` to ``F16``.
    claims : tuple of str
        Ids of the claims or evidence rows it rests on.
    printed, computed : float
        As printed, and as recomputed here, both in `unit`.
    unit : str
        Unit of both.
    holds : bool
        True when the inconsistency is there: what was computed contradicts what is printed.
    sentence : str
        What is wrong, in one sentence with the computed numbers.
    """

    id: str
    claims: tuple[str, ...]
    printed: float
    computed: float
    unit: str
    holds: bool
    sentence: str


def findings_table(findings: Iterable[Finding]) -> pd.DataFrame:
    """Return findings as a table for a page: printed beside computed, and the reason."""
    return pd.DataFrame(
        {
            "finding": found.id,
            "printed": number(found.printed, _digits(found)),
            "computed": number(found.computed, _digits(found)),
            "unit": found.unit,
            "holds": "yes" if found.holds else "no",
            "what": found.sentence,
            "rests on": ", ".join(found.claims),
        }
        for found in findings
    )


def _digits(found: Finding) -> int:
    """Return the digits to show: none where years or counts are compared."""
    return 0 if float(found.printed).is_integer() and float(found.computed).is_integer() else 4


def in_full(frame: pd.DataFrame, name: str) -> Styler:
    """Return a table that a page shows with its words uncut, the same bytes on every run.

    Parameters
    ----------
    frame : pandas.DataFrame
        Any table; its index is not shown. Missing numbers are left blank.
    name : str
        Unique on the page; part of the table's HTML id.
    """
    shown = Styler(frame, uuid=name, cell_ids=False)
    return shown.format(precision=3, na_rep="").hide(axis="index")
