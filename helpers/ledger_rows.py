"""The claims ledger as rows for a page: each claim with what is printed and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from helpers.claim_role import printed, unit_text
from helpers.ledger import LEADING, UNJUDGED
from helpers.published import Claim
from helpers.style import UNIT_LABELS, title_of

FAMILIES = {
    "BEPS": ("BEPS", "all three"),
    "VEGAS": ("VEGAS", "all three"),
    "OCO-2 MIP": ("OCO-2", "all three", "satellite inversions"),
}
"""Products of the study, and the words that name them in a claim."""


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """One verdict on a claim, as shown.

    Parameters
    ----------
    verdict, product, reason : str
        As in the ledger, the product by its title.
    computed : str
        Computed value with its unit; empty when there is none.
    notebook : str
        Chapter that judged it; empty for `UNJUDGED`.
    """

    verdict: str
    product: str
    reason: str
    computed: str
    notebook: str


@dataclass(frozen=True, kw_only=True)
class ClaimLine:
    """One claim with its judgements.

    Parameters
    ----------
    claim : Claim
        As published.
    topic : str
        Topic of the claim.
    products : tuple of str
        Products or studies it is about, by the names that the filter offers.
    printed : str
        Number with ± and unit as printed; empty for a statement in words.
    correction : str
        What it should be, with the finding; empty when it stands.
    verdict : str
        The verdict that stands for the claim.
    judgements : tuple of Judgement
        All of them, the leading first.
    """

    claim: Claim
    topic: str
    products: tuple[str, ...]
    printed: str
    correction: str
    verdict: str
    judgements: tuple[Judgement, ...]


def claim_lines(
    claims: pd.DataFrame, ledger: pd.DataFrame, *, corrections: pd.DataFrame
) -> list[ClaimLine]:
    """Return every claim with its judgements, in the order of the table of claims.

    Parameters
    ----------
    claims, ledger, corrections : pandas.DataFrame
        As :func:`helpers.published.claims`, :func:`helpers.ledger.read_claims` and
        :func:`helpers.transcription.corrections` return.
    """
    judged = {name: list(rows.itertuples()) for name, rows in ledger.groupby("id")}
    changed = {name: list(rows.itertuples()) for name, rows in corrections.groupby("id")}
    lines = []
    for row in claims.astype(object).where(claims.notna(), None).itertuples():
        names = Claim.__dataclass_fields__
        item = Claim(**{name: getattr(row, name) for name in names})
        judgements = tuple(_judgements(judged.get(item.id, [])))
        number = printed(item)
        lines.append(
            ClaimLine(
                claim=item,
                topic=row.topic,
                products=products_of(item.product_or_study),
                printed=f"{number} {unit_text(item)}".strip().replace(" °", "°") if number else "",
                correction=_correction(changed.get(item.id, [])),
                verdict=judgements[0].verdict,
                judgements=judgements,
            )
        )
    return lines


def products_of(words: str) -> tuple[str, ...]:
    """Return the products or studies that a claim names.

    Examples
    --------
    >>> products_of("VEGAS 4.6"), products_of("all three"), products_of("Lal 2004")
    (('VEGAS',), ('BEPS', 'VEGAS', 'OCO-2 MIP'), ('Lal 2004',))
    """
    families = [name for name, marks in FAMILIES.items() if any(mark in words for mark in marks)]
    return tuple(families) or ((words,) if words else ())


def verdict_counts(lines: Iterable[ClaimLine]) -> dict[str, int]:
    """Return how many claims each verdict stands for, in the order of `LEADING`, zeros kept."""
    counts = dict.fromkeys(LEADING, 0)
    for line in lines:
        counts[line.verdict] += 1
    return counts


def shown_number(value: float) -> str:
    """Return a computed value with three significant digits and a true minus sign.

    Examples
    --------
    >>> shown_number(-0.03701), shown_number(12345.6), shown_number(0.0)
    ('−0.037', '12 346', '0')
    """
    text = f"{value:,.0f}".replace(",", " ") if abs(value) >= 1000 else f"{value:.3g}"
    return text.replace("-", "\u2212")


def _judgements(rows: Iterable[object]) -> list[Judgement]:
    """Return the judgements of one claim, the leading first."""
    found = [_judgement(row) for row in rows]
    order = sorted(found, key=lambda one: LEADING.index(one.verdict))
    return order or [Judgement(verdict=UNJUDGED, product="", reason="", computed="", notebook="")]


def _judgement(row: object) -> Judgement:
    fields: Mapping[str, object] = row._asdict()  # type: ignore[attr-defined]
    value, unit = float(str(fields["computed"])), str(fields["unit"])
    label = "" if unit == "1" else UNIT_LABELS.get(unit, unit)
    number = "" if pd.isna(value) else f"{shown_number(value)} {label}"
    products = [title_of(key) for key in str(fields["product"]).split("+") if key]
    return Judgement(
        verdict=str(fields["verdict"]),
        product=", ".join(products).replace("published-tables", "printed numbers"),
        reason=str(fields["reason"]).rstrip("."),
        computed=number.strip(),
        notebook=str(fields["notebook"]),
    )


def _correction(rows: Iterable[object]) -> str:
    """Return what a claim should be, in words."""
    parts = [
        f"{row.column} {row.corrected} instead of {row.printed}"  # type: ignore[attr-defined]
        for row in rows
    ]
    findings = sorted({row.finding for row in rows})  # type: ignore[attr-defined]
    return f"Should be: {'; '.join(parts)} ({', '.join(findings)})" if parts else ""
