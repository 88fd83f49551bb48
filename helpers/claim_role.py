"""Published claims in prose, read from their table while the book is built, so none is typed.

A Sphinx extension with one role. In a page,

    {claim}`z24-national-beps`

writes the value, its ± and its unit as printed in the source document, tells document and place on
hover and on keyboard focus, and links to the claim on the ledger page. ``| value`` after the id
writes the number without ± and unit, ``| number`` with ± but without unit; ``| low``, ``| high``
and ``| uncertainty`` one number of it. An id that does not exist is a build warning, and so a
failed build.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from helpers import published
from helpers.errors import InputError
from helpers.published import Claim, claim
from helpers.published_schema import SOURCE_TITLES
from helpers.source_note import sourced

LEDGER_PAGE = "book/ledger"
"""Document that lists all claims."""

FIRST_DATE = 1000
"""A number of years at least as large is a date and not a span."""

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
MANNERS = ("", "value", "number", "low", "high", "uncertainty")
_LOG = logging.getLogger(__name__)


def place_of(identifier: str) -> str:
    """Return the id of a claim's row on the ledger page."""
    return f"claim-{identifier}"


def wording(reference: str) -> tuple[str, Claim]:
    """Return the text that a reference to a claim stands for, and the claim.

    Parameters
    ----------
    reference : str
        ``id``, or ``id | manner`` with one of `MANNERS`.

    Raises
    ------
    InputError
        If the claim is unknown, has no such number, or the manner is unknown.

    Examples
    --------
    >>> wording("z24-national-beps")[0]
    '0.38 ± 0.04 Pg C yr⁻¹'
    >>> wording("z24-lit-yang22 | number")[0]
    '0.20–0.25'
    """
    identifier, _, manner = (part.strip() for part in reference.partition("|"))
    found = claim(identifier)
    if manner not in MANNERS:
        raise InputError(
            "A claim cannot be written that way.",
            where=identifier,
            found=repr(manner),
            accepted=", ".join(filter(None, MANNERS)),
            fix="Write one of these after the bar, or leave out the bar.",
        )
    text = getattr(found, manner) if manner in MANNERS[3:] else None
    if manner in MANNERS[3:] and text is None:
        there = [name for name in ("value", *MANNERS[3:]) if getattr(found, name) is not None]
        raise InputError(
            "A claim has no such number.",
            where=f"{manner} of {identifier}",
            found=printed(found) or "no number",
            accepted=", ".join(there) or "a claim with a number",
            fix="Name a number that the claim has, or another claim.",
        )
    if text is not None:
        return figure(text, published.decimals(identifier)[manner]), found
    number = printed(found, with_spread=manner != "value")
    if not number:
        raise InputError(
            "A claim without a number cannot be printed as one.",
            where=identifier,
            found=found.quantity,
            accepted="a claim with a number",
            fix="say it in words, and link to the ledger",
        )
    unit = unit_text(found) if not manner else ""
    return f"{number} {unit}".strip().replace(" °", "°"), found


def printed(item: Claim, *, with_spread: bool = True) -> str:
    """Return the numbers of a claim as a text, digits as printed; empty when it has none."""
    digits = published.decimals(item.id)
    given = (("low", item.low), ("high", item.high))
    ends = [figure(end, digits[name]) for name, end in given if end is not None]
    span = (" to " if any(end.startswith("\u2212") for end in ends) else "–").join(ends)
    if item.value is None:
        return span
    text = figure(item.value, digits["value"])
    if with_spread and item.uncertainty is not None:
        text += f" ± {figure(item.uncertainty, digits['uncertainty'])}"
    return f"{text} ({span})" if with_spread and span else text


def figure(value: float, decimals: int = 0) -> str:
    """Return a number with all its digits, at least some decimals, and a true minus sign.

    Examples
    --------
    >>> figure(-0.037), figure(0.05, 3), figure(17000.0)
    ('−0.037', '0.050', '17 000')
    """
    text = f"{value:.10g}" if abs(value) < 1e4 else f"{value:,.0f}".replace(",", " ")
    whole, _, part = text.partition(".")
    part = part.ljust(decimals, "0")
    return (f"{whole}.{part}" if part else whole).replace("-", "\u2212")


def unit_text(item: Claim) -> str:
    """Return the unit of a claim as typeset; none for dates."""
    if item.unit == "year":
        years = [one for one in (item.value, item.low, item.high) if one is not None]
        return "" if min(years) >= FIRST_DATE else "years"
    text = re.sub(r"^10\^", "× 10^", re.sub(r"\bdeg\b( (?=[CN]\b))?", "°", item.unit))
    text = text.replace("CO2", "CO₂").replace("month", "months")
    return re.sub(
        r"\^(\d+)|(?<=[a-zA-Z])(-?\d)\b",
        lambda found: (found[1] or found[2]).translate(_RAISED),
        text,
    )


def source_line(item: Claim) -> str:
    """Return where a claim is printed, in words.

    Examples
    --------
    >>> source_line(claim("z24-national-vegas"))  # doctest: +ELLIPSIS
    'Printed in Zhang et al. 2024, the study this book rebuilds: S3.2 P2; ...'
    """
    about = "; ".join(filter(None, (item.product_or_study, item.scope, item.period)))
    spread = " What its ± means is not defined." if item.uncertainty is not None else ""
    quantity = f"{item.quantity[:1].upper()}{item.quantity[1:]}"
    return (
        f"Printed in {SOURCE_TITLES[item.source]}: {item.locator}. {quantity}"
        f"{f' ({about})' if about else ''}. Claim {item.id}.{spread}"
    )


class ClaimRole(SphinxRole):
    """The role ``{claim}``."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the claim, or a warning at its place."""
        try:
            text, found = wording(self.text)
        except InputError as error:
            _, line = self.get_source_info()
            _LOG.warning(str(error), location=(self.env.docname, line), type="claim")
            return [nodes.literal(text=self.text)], []
        note, place = source_line(found), place_of(found.id)
        return [sourced(text, note=note, kind="claim", page=LEDGER_PAGE, place=place)], []


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the role."""
    app.setup_extension("helpers.source_note")
    app.add_role("claim", ClaimRole())
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
