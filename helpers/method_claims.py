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
    faults = {
        "columns": [] if list(table.columns) == _COLUMNS else list(table.columns),
        "unknown claim": [name for name in table.get("id", []) if name not in known],
        "twice": list(table.loc[table["id"].duplicated(), "id"]),
        "no reason": list(table.loc[table["reason"].str.strip() == "", "id"]),
    }
    for what, found in faults.items():
        if found:
            raise InputError("The table of arguments about methods is damaged.", file=FILE,
                             where=what, found=", ".join(found))  # fmt: skip
    return table


def argued_methods(*, profile: str, notebook: str) -> list[Verdict]:
    """Return the argued verdicts of one notebook."""
    table = method_reasons()
    return [
        Verdict(id=row.id, verdict=row.verdict, product=PRODUCT, profile=profile,
                notebook=notebook, reason=row.reason, is_standin=False)
        for row in table[table["notebook"] == notebook].itertuples()
    ]  # fmt: skip
