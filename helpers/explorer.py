"""The explorer of members: data and a static table in the page, a small script to play with them.

The script is ``book/_static/explorer.js``; without it, or without a browser, the table stays.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import xarray as xr

from helpers.errors import InputError
from helpers.figures import MARKS, StandIn
from helpers.published import claim
from helpers.style import number, unit_label
from helpers.summary import study_claims

LARGEST = 900_000
"""Most bytes that the data of an explorer may take in a page."""

_STATIC = "../../_static"


@dataclass(frozen=True)
class Explorer:
    """An explorer as a page shows it.

    Attributes
    ----------
    data : mapping
        What the script works on: members, years, scopes, values, published, unit, groups, mark.
    """

    data: Mapping[str, Any]

    def _repr_html_(self) -> str:
        """Return data, static table, style and script of the explorer."""
        text = json.dumps(self.data, ensure_ascii=False, separators=(",", ":"))
        safe = text.replace("<", "\\u003c").replace("&", "\\u0026")
        mark = self.data["mark"]
        banner = f'<p class="explorer-mark">{escape(mark)}</p>' if mark else ""
        return (
            f'<link rel="stylesheet" href="{_STATIC}/explorer.css">'
            f'<div class="explorer">{banner}'
            f'<script type="application/json">{safe}</script>'
            f'<div class="explorer-static">{_table(self.data)}</div></div>'
            f'<script src="{_STATIC}/explorer.js" defer></script>'
        )

    def __repr__(self) -> str:
        """Return what the explorer holds, for readers without a browser."""
        data = self.data
        return (
            f"Explorer of {len(data['members'])} members, {data['years'][0]} to "
            f"{data['years'][-1]}, {', '.join(data['scopes'])}; {data['unit']}."
        )


def explorer(
    annual: xr.DataArray,
    *,
    product: str,
    groups: Mapping[str, str] | None,
    is_standin: StandIn,
) -> Explorer:
    """Return the explorer of an ensemble's yearly totals.

    Parameters
    ----------
    annual : xarray.DataArray, dims (year, scope, member) [Pg C yr-1]
        Land uptake positive.
    product : str
        Catalog key; published values are shown where the study has them.
    groups : mapping of str to str, optional
        Transport model by member; None where members are anonymous.
    is_standin : bool or "mixed"
        Whether the values are reconstructed; the mark is then part of every summary.

    Raises
    ------
    InputError
        If a value is missing, or the data are too large for a page.
    """
    values = annual.transpose("scope", "member", "year")
    if not bool(values.notnull().all()):
        raise InputError(
            "A yearly total of a member is missing.", where="explorer",
            found=f"{int(values.isnull().sum())} of {values.size} totals missing",
            accepted="a total of every scope, member and year",
            fix="Leave out the members or years with gaps.",
        )  # fmt: skip
    scopes = [str(name) for name in values["scope"].values]
    data = {
        "unit": unit_label("Pg C yr-1"),
        "members": [str(name) for name in values["member"].values],
        "years": [int(year) for year in values["year"].values],
        "scopes": scopes,
        "values": {
            scope: [[round(float(v), 5) for v in series] for series in values.sel(scope=scope)]
            for scope in scopes
        },
        "published": {scope: found for scope in scopes if (found := _published(scope, product))},
        "groups": dict(groups) if groups else None,
        "mark": "" if is_standin is False else MARKS[is_standin],
    }
    size = len(json.dumps(data, ensure_ascii=False).encode())
    if size > LARGEST:
        raise InputError("The explorer is too large for a page.", where="explorer",
                         found=f"{size} bytes", accepted=f"at most {LARGEST}",
                         fix="Choose fewer years.")  # fmt: skip
    return Explorer(data)


def _published(scope: str, product: str) -> dict[str, float] | None:
    try:
        found = claim(study_claims(scope)[product])
    except (KeyError, InputError):
        return None
    return None if found.value is None else {"value": found.value}


def _table(data: Mapping[str, Any]) -> str:
    """Return the mean of every member and scope as an HTML table."""
    period = f"{data['years'][0]}–{data['years'][-1]}"
    head = "".join(f'<th scope="col">{escape(scope)}</th>' for scope in data["scopes"])
    rows = []
    for place, name in enumerate(data["members"]):
        cells = "".join(
            f"<td>{number(sum(data['values'][scope][place]) / len(data['years']), 3)}</td>"
            for scope in data["scopes"]
        )
        rows.append(f'<tr><th scope="row">{escape(name)}</th>{cells}</tr>')
    return (
        f"<table><caption>Mean uptake by member, {period}, {data['unit']}</caption>"
        f'<thead><tr><th scope="col">member</th>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )
