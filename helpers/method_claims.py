"""Claims about methods and ±: computed tests on published numbers, and arguments where none is."""

from __future__ import annotations

import pandas as pd

from helpers import published
from helpers.argued import PRODUCT
from helpers.errors import InputError
from helpers.verdicts import Verdict

FILE = "method_reasons.csv"
"""Arguments, in the folder of the published tables: id, notebook, verdict, reason."""

_COLUMNS = ["id", "notebook", "verdict", "reason"]


def method_reasons() -> pd.DataFrame:
    """Return the arguments, one a row.

    Raises
    ------
    InputError
        If columns differ, a claim is unknown or stands twice, or a reason is empty.
    """
    table = pd.read_csv(published.FOLDER / FILE, dtype=str, keep_default_na=False)
    known = set(published.claims()["id"])
    columns = [] if list(table.columns) == _COLUMNS else list(table.columns)
    unknown = [name for name in table.get("id", []) if name not in known]
    twice = list(table.loc[table["id"].duplicated(), "id"])
    silent = list(table.loc[table["reason"].str.strip() == "", "id"])
    for where, found, accepted, fix in (
        ("columns", columns, ", ".join(_COLUMNS), "Restore the head of the table."),
        ("unknown claim", unknown, "the id of a published claim", "Correct it as in claims.csv."),
        ("twice", twice, "one row for each claim", "Keep one of the rows."),
        ("no reason", silent, "a reason in words", "Write the reason, or remove the row."),
    ):
        if found:
            raise InputError("The table of arguments about methods is damaged.", file=FILE,
                             where=where, found=", ".join(found[:8]), accepted=accepted,
                             fix=fix)  # fmt: skip
    return table


def argued_methods(*, profile: str, notebook: str) -> list[Verdict]:
    """Return the argued verdicts of one notebook."""
    table = method_reasons()
    return [
        Verdict(id=row.id, verdict=row.verdict, product=PRODUCT, profile=profile,
                notebook=notebook, reason=row.reason, is_standin=False)
        for row in table[table["notebook"] == notebook].itertuples()
    ]  # fmt: skip
