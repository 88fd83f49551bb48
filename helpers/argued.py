"""Verdicts that rest on an argument: claims that the data at hand cannot decide, and why."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from helpers import evidence, published
from helpers.errors import InputError
from helpers.verdicts import Verdict

FILE = "verdict_reasons.csv"
PRODUCT = "published-tables"
"""Product of verdicts that rest on printed numbers alone."""


def reasons() -> pd.DataFrame:
    """Return the argued verdicts: `id`, `verdict`, `reason`, and `topic` of the claim.

    Raises
    ------
    InputError
        If a claim is unknown, stands twice, or has no reason.
    """
    rows = evidence.further(FILE)
    topics = published.claims().set_index("id")["topic"]
    unknown = [name for name in rows["id"] if name not in topics.index]
    twice = list(rows.loc[rows["id"].duplicated(), "id"])
    silent = list(rows.loc[rows["reason"].str.strip() == "", "id"])
    for what, found, accepted, fix in (
        ("An argued verdict is about no known claim.", unknown,
         "the id of a published claim", "Correct the id, as in claims.csv."),
        ("A claim is argued twice.", twice, "one row for each claim", "Keep one of the rows."),
        ("An argued verdict has no reason.", silent,
         "a reason in words", "Write the reason, or remove the row."),
    ):  # fmt: skip
        if found:
            raise InputError(what, file=FILE, where="reason" if found is silent else "id",
                             found=", ".join(found[:8]), accepted=accepted, fix=fix)  # fmt: skip
    return rows.assign(topic=topics.reindex(rows["id"]).to_numpy())


def argued(topics: Iterable[str], *, profile: str, notebook: str) -> list[Verdict]:
    """Return the argued verdicts on the claims of some topics.

    Parameters
    ----------
    topics : iterable of str
        Such as ``forest``; every topic belongs to one notebook.
    profile, notebook : str
        As in :class:`helpers.verdicts.Verdict`.
    """
    rows = reasons()
    rows = rows[rows["topic"].isin(list(topics))]
    return [
        Verdict(id=row.id, verdict=row.verdict, product=PRODUCT, profile=profile,
                notebook=notebook, reason=row.reason, is_standin=False)
        for row in rows.itertuples()
    ]  # fmt: skip
