"""Statements in words as computed tests: what is computed, when it holds, and what that may say.

A published number is judged by :func:`helpers.verdicts.judge`. A statement such as "uptake is
largest in summer" has no number: it becomes a :class:`Test`, one number with a rule, and
:func:`verdict` turns that into an entry of the claims ledger under the same limits: on
reconstructed data a test is run and shown, and decides nothing.

Examples
--------
>>> test = Test(claim="z24-season-summer-peak", product="beps", value=7, unit="month",
...             rule="the month of largest uptake is 6, 7 or 8", holds=True, is_standin=True)
>>> verdict(test, profile="stand-in", notebook="seasonality").verdict
'not-testable-here'
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape

import pandas as pd

from helpers.errors import InputError
from helpers.published import claim
from helpers.results import is_finite
from helpers.style import UNIT_LABELS, title_of
from helpers.verdicts import Verdict

PUBLISHED = "published"
"""Product of a test that rests on published statements alone, whatever the profile."""


@dataclass(frozen=True, kw_only=True)
class Test:
    """One statement of the study, made a number with a rule.

    Parameters
    ----------
    claim : str
        Claim id, as in ``data/published/claims.csv``.
    product : str
        Catalog key, several joined by ``+``, or `PUBLISHED` for logic on the statements alone.
    rule : str
        What is computed and when the statement holds, thresholds included; no full stop.
    value : float, optional
        The number that decides, in `unit`; None where it cannot be computed.
    unit : str
        Unit of `value`.
    holds : bool, optional
        Outcome of the rule; None where the data at hand cannot decide, which `note` then explains.
    is_standin : bool
        `value` rests on a reconstructed product.
    constrained : bool
        The reconstruction was made to carry what the rule tests.
    note : str
        More about the outcome, such as how many members agree; no full stop.

    Raises
    ------
    InputError
        If a test decides without a finite value, or does not say why it cannot decide.
    """

    __test__ = False  # not a class of tests for pytest

    claim: str
    product: str
    rule: str
    value: float | None
    unit: str
    holds: bool | None
    is_standin: bool
    constrained: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        if self.holds is not None and not is_finite(self.value):
            raise InputError(
                "A test decides without a value.",
                where=f"{self.claim} ({self.product})",
                found=f"{self.value}",
                accepted="a finite number, or holds=None",
                fix="Give the value that decides, or leave it undecided with a note.",
            )
        if self.holds is None and not self.note.strip():
            raise InputError(
                "A test that cannot decide does not say why.",
                where=f"{self.claim} ({self.product})",
                found=f"note {self.note!r}",
                accepted="the reason in `note`",
                fix="Write in `note` what is missing for a decision.",
            )

    @property
    def says(self) -> str:
        """Return what the outcome says by itself: ``holds``, ``fails`` or ``undecided``."""
        return {True: "holds", False: "fails", None: "undecided"}[self.holds]


def verdict(test: Test, *, profile: str, notebook: str) -> Verdict:
    """Return the verdict that a test earns.

    Parameters
    ----------
    test : Test
        The statement with its computed value.
    profile, notebook : str
        As in :class:`helpers.verdicts.Verdict`.

    Returns
    -------
    Verdict
        Undecided: ``not-testable-here``. Reconstructed and not constrained: ``not-testable-here``,
        the reason telling what the test would say. Reconstructed and constrained:
        ``by-construction`` if it holds, else ``inconsistent``. The product's own files, or
        published statements alone: ``consistent`` or ``inconsistent``.
    """
    return Verdict(
        id=test.claim,
        verdict=_verdict_word(test),
        computed=test.value,
        tolerance=0.0 if test.is_standin and test.constrained else None,
        unit=test.unit,
        product=test.product,
        profile=profile,
        notebook=notebook,
        reason=_reason(test),
        is_standin=test.is_standin,
        constrained=test.constrained,
    )


def verdicts(tests: Iterable[Test], *, profile: str, notebook: str) -> list[Verdict]:
    """Return the verdict of each test, in order; see :func:`verdict`."""
    return [verdict(test, profile=profile, notebook=notebook) for test in tests]


def table(tests: Iterable[Test], *, titles: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Return tests as a table for a page.

    Returns
    -------
    pandas.DataFrame
        Columns `claim`, `product` (names as shown), `rule`, `computed`, `unit`, `the rule` (holds,
        fails or undecided) and `note`.
    """
    return pd.DataFrame(
        [
            {
                "claim": test.claim,
                "product": ", ".join(title_of(key, titles) for key in test.product.split("+")),
                "rule": test.rule,
                "computed": test.value,
                "unit": test.unit,
                "the rule": test.says,
                "note": test.note,
            }
            for test in tests
        ]
    )


@dataclass(frozen=True)
class Card:
    """Tests as a page shows them: each statement with its rule and the outcome by product."""

    tests: tuple[Test, ...]
    titles: Mapping[str, str]

    def _repr_html_(self) -> str:
        """Return one definition list: the statement, its rule, and a line for each outcome."""
        parts = []
        for name in dict.fromkeys(test.claim for test in self.tests):
            same = [test for test in self.tests if test.claim == name]
            statement = escape(claim(name).quantity)
            parts.append(f"<dt>{statement} <code>{escape(name)}</code></dt>")
            for rule in dict.fromkeys(test.rule for test in same):
                parts.append(f"<dd>Rule: {escape(rule)}.</dd>")
                lines = [_line(test, self.titles) for test in same if test.rule == rule]
                parts += [f"<dd>{escape(line)}</dd>" for line in lines]
        return f'<dl class="statements">{"".join(parts)}</dl>'

    def __repr__(self) -> str:
        """Return the card as plain text, one outcome a line."""
        return "\n".join(f"{test.claim}: {_line(test, self.titles)}" for test in self.tests)


def card(tests: Iterable[Test], *, titles: Mapping[str, str] | None = None) -> Card:
    """Return tests as a card for a page, the last expression of a cell."""
    return Card(tuple(tests), titles or {})


def _line(test: Test, titles: Mapping[str, str]) -> str:
    """Return the outcome of one test in words."""
    names = {PUBLISHED: "Published statements", **titles}
    shown = ", ".join(title_of(key, names) for key in test.product.split("+"))
    note = f" ({test.note})" if test.note else ""
    return f"{shown}: {_number(test)}{test.says}{note}"


def _number(test: Test) -> str:
    """Return the number of a test with its unit and a comma, or nothing where it has none."""
    if test.value is None:
        return ""
    value = f"{test.value:.3g}".replace("-", "\u2212")
    if test.unit.startswith("calendar"):
        return f"{test.unit} {value}, "
    return f"{value} {UNIT_LABELS.get(test.unit, test.unit)}".removesuffix(" 1") + ", "


def _verdict_word(test: Test) -> str:
    if test.holds is None or (test.is_standin and not test.constrained):
        return "not-testable-here"
    if not test.holds:
        return "inconsistent"
    return "by-construction" if test.is_standin else "consistent"


def _reason(test: Test) -> str:
    """Return one sentence: the rule, its outcome, and why it decides nothing where it does not."""
    note = f" ({test.note})" if test.note else ""
    if test.holds is None:
        return f"Cannot be decided: {test.note}."
    if test.is_standin and not test.constrained:
        return f"Reconstructed data decide nothing; here the rule “{test.rule}” {test.says}{note}."
    if test.is_standin and test.holds:
        return f"The reconstruction was made so that {test.rule}{note}."
    return f"The rule “{test.rule}” {test.says}{note}."
