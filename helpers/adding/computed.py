"""What the book computed for products that a reader added: a table beside the claims ledger.

These values have no verdict: no published claim is about them, and they judge none.
"""

from __future__ import annotations

from html import escape
from pathlib import Path

import pandas as pd

from helpers.catalog import load_catalog
from helpers.results import read_results
from helpers.style import number, unit_label

NOTEBOOKS = ("national_sink", "regions", "ecosystems")
"""Chapters whose means are shown, in this order."""

COLUMNS = ("Product", "Scope", "Mean uptake", "± and its kind", "Years", "Chapter")
_QUANTITIES = {"annual_mean": "mean", "ensemble_mean": "mean"}


def added_rows(results_dir: Path) -> pd.DataFrame:
    """Return the computed means of products that are not the book's own.

    Parameters
    ----------
    results_dir : Path
        Folder of the result tables; chapters that have not run are passed over.

    Returns
    -------
    pandas.DataFrame
        Rows of the result tables with a column `notebook`, each scope once.
    """
    own = {*load_catalog(), "ceos", "top-down", "bottom-up"}
    parts = []
    for notebook in NOTEBOOKS:
        if (results_dir / f"{notebook}.csv").is_file():
            table = read_results(notebook, results_dir=results_dir)
            kept = table["quantity"].isin(list(_QUANTITIES)) & (table["member"] == "mean")
            kept &= ~table["scope"].str.contains("/")
            kept &= ~table["product"].isin(own) & (table["unit"] == "Pg C yr-1")
            parts.append(table[kept].assign(notebook=notebook))
    if not parts:
        return pd.DataFrame()
    found = pd.concat(parts, ignore_index=True)
    return found.drop_duplicates(["quantity", "product", "scope", "period"], ignore_index=True)


def added_html(results_dir: Path) -> str:
    """Return the table of :func:`added_rows` as HTML, or nothing where no product was added."""
    rows = added_rows(results_dir)
    if rows.empty:
        return ""
    head = "".join(f'<th scope="col" role="columnheader">{name}</th>' for name in COLUMNS)
    body = "\n".join(_row(row) for row in rows.to_dict("records"))
    return (
        '\n<table class="ledger-counts ledger-added" role="table"><caption>Products added to this '
        "book: computed values without a verdict. No claim above is about them, and they judge "
        f'none.</caption><thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">\n{body}\n</tbody></table>'
    )


def _row(row: dict[str, object]) -> str:
    value, spread = float(str(row["value"])), row["sd"]
    told = ""
    if not pd.isna(spread):
        told = f"± {number(float(str(spread)), 3)} ({row['sd_kind']}, n = {row['n']})"
    chapter = escape(str(row["notebook"]))
    cells = (
        f"<code>{escape(str(row['product']))}</code>",
        escape(str(row["scope"])),
        f"{number(value, 3)} {unit_label(str(row['unit']))}",
        escape(told),
        escape(str(row["period"])),
        f'<a href="chapters/{chapter}.html">{chapter.replace("_", " ")}</a>',
    )
    return '<tr role="row">' + "".join(f'<td role="cell">{cell}</td>' for cell in cells) + "</tr>"
