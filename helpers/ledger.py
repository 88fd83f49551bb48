"""The claims ledger: every judged claim of every notebook, in one table."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from difflib import get_close_matches
from pathlib import Path

import pandas as pd

from helpers.errors import InputError
from helpers.files import is_part, write_text
from helpers.project import resolve
from helpers.results import accept, as_csv
from helpers.verdicts import Verdict

LEDGER = "claims_ledger.csv"
COLUMNS = (
    *("id", "verdict", "computed", "tolerance", "unit", "product", "profile", "notebook"),
    "reason",
)
_NUMBERS = ("computed", "tolerance")
UNJUDGED = "unjudged"
"""Verdict of a claim that no notebook judges."""

LEADING = (
    *("inconsistent", "corrected", "reproduced", "consistent", "by-construction"),
    *("not-testable-here", UNJUDGED),
)
"""Verdicts in the order in which one stands for a claim that has several: what finds fault first,
then what decides, then what does not."""


def to_frame(verdicts: Iterable[Verdict]) -> pd.DataFrame:
    """Return verdicts as a table with the columns `COLUMNS`, in the order given."""
    frame = pd.DataFrame([asdict(verdict) for verdict in verdicts], columns=list(COLUMNS))
    return frame.astype(dict.fromkeys(_NUMBERS, float))


def write_verdicts(
    verdicts: Iterable[Verdict],
    *,
    notebook: str,
    results_dir: str | Path,
    claim_ids: Iterable[str] | None = None,
) -> Path:
    """Write a notebook's part of the ledger, ``<results_dir>/claims/<notebook>.csv``.

    Parameters
    ----------
    verdicts : iterable of Verdict
        Each claim at most once for a product and profile.
    notebook : str
        Name of the notebook; every verdict must carry it.
    results_dir : str or Path
        Folder; taken from the root of the book when relative.
    claim_ids : iterable of str, optional
        The claims that exist; those of ``data/published/claims.csv`` unless given.

    Raises
    ------
    InputError
        If a claim is unknown or judged twice, or a verdict names another notebook.
    """
    known = published_ids() if claim_ids is None else set(claim_ids)
    verdicts = list(verdicts)
    for verdict in verdicts:
        accept(verdict.id, where="claim id", accepted=_near(verdict.id, known))
        accept(verdict.notebook, where=f"notebook of {verdict.id}", accepted=[notebook])
    path = resolve(results_dir) / "claims" / f"{notebook}.csv"
    return write_text(path, as_csv(_in_order(to_frame(verdicts))))


def merge_ledger(
    results_dir: str | Path,
    *,
    notebooks: Iterable[str] | None = None,
    claim_ids: Iterable[str] = (),
) -> Path:
    """Join the parts into ``<results_dir>/claims_ledger.csv`` atomically and return its path.

    Parameters
    ----------
    results_dir : str or Path
        Folder that holds ``claims/``; taken from the root of the book when relative.
    notebooks : iterable of str, optional
        Only these notebooks' parts; all that are found unless given.
    claim_ids : iterable of str
        Claims that must be listed: those that no notebook judges get the verdict `UNJUDGED`.

    Raises
    ------
    InputError
        If a part has other columns, or one claim is judged twice for one product and profile.
    """
    folder = resolve(results_dir)
    wanted = None if notebooks is None else set(notebooks)
    parts = [
        read_claims(path)
        for path in sorted((folder / "claims").glob("*.csv"))
        if not is_part(path) and (wanted is None or path.stem in wanted)
    ]
    ledger = pd.concat(parts, ignore_index=True) if parts else to_frame([])
    return write_text(
        folder / LEDGER, as_csv(_in_order(with_unjudged(ledger, claim_ids=claim_ids)))
    )


def with_unjudged(ledger: pd.DataFrame, *, claim_ids: Iterable[str]) -> pd.DataFrame:
    """Return a ledger with a row of verdict `UNJUDGED` for each claim that it does not judge."""
    silent = sorted(set(claim_ids) - set(ledger["id"]))
    if not silent:
        return ledger
    empty = {name: math.nan if name in _NUMBERS else "" for name in COLUMNS}
    rows = [{**empty, "id": name, "verdict": UNJUDGED} for name in silent]
    unjudged = pd.DataFrame(rows, columns=list(COLUMNS))
    return pd.concat([ledger, unjudged], ignore_index=True) if len(ledger) else unjudged


def read_claims(path: str | Path) -> pd.DataFrame:
    """Return a ledger, or a notebook's part of it, as a table with the columns `COLUMNS`.

    Raises
    ------
    InputError
        If the columns differ.
    """
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    if tuple(frame.columns) != COLUMNS:
        raise InputError(
            "A claims file has the wrong columns.",
            file=Path(path).name,
            found=", ".join(frame.columns),
            accepted=", ".join(COLUMNS),
            fix="Run the notebook again.",
        )
    return frame.assign(**{name: pd.to_numeric(frame[name]) for name in _NUMBERS})


def leading_verdicts(ledger: pd.DataFrame) -> pd.Series:
    """Return one verdict for each claim, the first of `LEADING` that it has.

    Parameters
    ----------
    ledger : pandas.DataFrame
        As `read_claims` returns.

    Returns
    -------
    pandas.Series, index id
        In the order of the ledger.
    """
    order = {verdict: place for place, verdict in enumerate(LEADING)}
    places = ledger["verdict"].map(order).groupby(ledger["id"], sort=False).min()
    return places.map(dict(enumerate(LEADING))).rename("verdict")


def published_ids() -> set[str]:
    """Return the ids of the published claims."""
    from helpers import published

    claims = published.claims()
    return {str(name) for name in (claims if isinstance(claims, Mapping) else claims["id"])}


def _in_order(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a ledger sorted by claim, product and profile, refusing doubles."""
    key = ["id", "product", "profile"]
    frame = frame.sort_values([*key, "notebook"], kind="stable", ignore_index=True)
    twice = frame.duplicated(key, keep=False)
    if twice.any():
        double = frame[twice].iloc[:2]
        raise InputError(
            "One claim is judged twice.",
            where=" ".join(map(str, double.iloc[0][key])),
            found=", ".join(double["notebook"] + ": " + double["verdict"]),
            accepted="one verdict for each claim, product and profile",
            fix="Judge it in one notebook.",
        )
    return frame


def _near(word: str, known: set[str]) -> list[str]:
    """Return `word` alone when known, else the few known words most like it."""
    return [word] if word in known else get_close_matches(word, sorted(known), n=5, cutoff=0.3)
