"""A find-the-mistake lab: an analysis in steps, one of them wrong, and the checks that catch it.

A lab is a chain of named steps. Each step computes one value from the values before it; exactly one
step has a second, faulty way to do so. The chain is run twice on the same data, as published in the
lab and as it should be, so that nothing about the right answer is stored: the grader computes it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from typing import Any

import pandas as pd

from helpers.closure import Card, Identity, closure_card
from helpers.errors import InputError
from helpers.style import number
from helpers.tables import Table
from helpers.teaching.grading import Grade, grade

State = Mapping[str, Any]
"""Values of an analysis by name: what it starts from, then one value a step."""

LETTERS = "ABCDEFGH"
"""Names of the steps, in order."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of an analysis.

    Parameters
    ----------
    name : str
        Name of the value that the step computes.
    words : str
        What the analyst wrote about it; true of the right way and of the faulty one.
    run : callable
        Right way, from the values so far to the value of this step.
    shows : callable
        The value in a few words, for the record of the analysis.
    fault : callable, optional
        Wrong way, for the one step of a lab that has one.
    """

    name: str
    words: str
    run: Callable[[State], Any]
    shows: Callable[[Any], str]
    fault: Callable[[State], Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Lab:
    """An analysis with one mistake.

    Parameters
    ----------
    key : str
        Name of the notebook in ``notebooks/labs``.
    steps : sequence of Step
        In order; exactly one has a fault.
    claim : callable
        What the analyst concludes, from all values; one or two sentences.
    asked : str
        What the student is asked for, in words, without a unit.
    unit : str
        Unit of it, as shown.
    answer : callable
        The number asked for, from all values.
    checks : callable
        Identities of the analysis from all values; at least one fails with the fault and all hold
        without.
    tolerance : float
        Largest relative distance of a right answer [1].
    material : float
        Least relative effect of the fault that makes the lab worth doing [1].
    hint_place, hint_value : str
        Where to look next; neither gives the answer.
    digits : int
        Decimals shown.
    """

    key: str
    steps: Sequence[Step]
    claim: Callable[[State], str]
    asked: str
    unit: str
    answer: Callable[[State], float]
    checks: Callable[[State], list[Identity]]
    tolerance: float
    material: float
    hint_place: str
    hint_value: str
    digits: int = 3

    def __post_init__(self) -> None:
        wrong = [step.name for step in self.steps if step.fault is not None]
        if len(wrong) != 1 or not 2 <= len(self.steps) <= len(LETTERS):
            raise InputError(
                "A lab has two to eight steps, one of them wrong.", where=self.key,
                found=f"{len(self.steps)} steps, {len(wrong)} wrong",
                accepted="2 to 8 steps, 1 wrong", fix="Add, join or mend steps.",
            )  # fmt: skip
        if not 0 < 5 * self.tolerance <= self.material:
            raise InputError(
                "The fault of a lab could be taken for rounding.", where=self.key,
                found=f"tolerance {self.tolerance}, effect from {self.material}",
                accepted="an effect of at least five tolerances", fix="Choose a larger fault.",
            )  # fmt: skip

    def follow(self, start: State, *, faulty: bool) -> dict[str, Any]:
        """Return all values of the analysis, with the fault or without."""
        values = dict(start)
        for step in self.steps:
            way = step.fault if faulty and step.fault is not None else step.run
            values[step.name] = way(values)
        return values


@dataclass(frozen=True)
class Quotation:
    """What somebody says in a lab."""

    text: str

    def _repr_html_(self) -> str:
        """Return the words as a block quotation."""
        return f"<blockquote><p>{escape(self.text)}</p></blockquote>"

    def __repr__(self) -> str:
        """Return the words."""
        return self.text


@dataclass(frozen=True)
class Case:
    """A lab on data: what the student sees, and what the grader compares with.

    Attributes
    ----------
    lab : Lab
    start : mapping
        What the analysis starts from.
    is_standin : bool or str
        The data are reconstructed, or some of them ("mixed").
    """

    lab: Lab
    start: State = field(repr=False)
    is_standin: bool | str = False

    @cached_property
    def values(self) -> dict[str, Any]:
        """Values of the analysis as it was done, the mistake included."""
        return self.lab.follow(self.start, faulty=True)

    @cached_property
    def _mended(self) -> dict[str, Any]:
        return self.lab.follow(self.start, faulty=False)

    def record(self) -> Table:
        """Return the steps of the analysis with what each gave, as a table for the page."""
        rows = [
            {"step": letter, "what was done": step.words,
             "what came out": step.shows(self.values[step.name]), "name": step.name}
            for letter, step in zip(LETTERS, self.lab.steps, strict=False)
        ]  # fmt: skip
        return Table(pd.DataFrame(rows), self._caption("Record of the analysis"))

    def claim(self) -> Quotation:
        """Return what the analyst concludes from the analysis as it was done."""
        return Quotation(self.lab.claim(self.values))

    def card(self) -> Card:
        """Return the checks of the analysis as it was done; failures are shown, not raised."""
        return Card(tuple(self.lab.checks(self.values)))

    def mended_card(self) -> Card:
        """Return the checks of the corrected analysis, which must all hold."""
        return closure_card(self.lab.checks(self._mended))

    def effect(self) -> Table:
        """Return what the mistake did to the number asked for."""
        before, after = self.lab.answer(self.values), self.lab.answer(self._mended)
        row = {
            "number": f"{self.lab.asked} [{self.lab.unit}]",
            "as it was done": number(before, self.lab.digits),
            "corrected": number(after, self.lab.digits),
            "as done / corrected": number(before / after, 3),
        }
        return Table(pd.DataFrame([row]), self._caption("What the mistake did"))

    def grade(self, *, place: object = None, corrected: object = None) -> Grade:
        """Return what is right and what is not yet.

        Parameters
        ----------
        place : str, optional
            Letter of the step that is wrong.
        corrected : float, optional
            The number asked for, as it comes out when that step is mended and nothing else.
        """
        return grade(
            place=place,
            corrected=corrected,
            letters=LETTERS[: len(self.lab.steps)],
            wrong_step=self._wrong_step(),
            right=self.lab.answer(self._mended),
            faulty=self.lab.answer(self.values),
            tolerance=self.lab.tolerance,
            unit=self.lab.unit,
            hints=(self.lab.hint_place, self.lab.hint_value),
        )

    def _wrong_step(self) -> str:
        return LETTERS[[step.fault is not None for step in self.lab.steps].index(True)]

    def _caption(self, text: str) -> str:
        if not self.is_standin:
            return text
        return f"{text}. Reconstructed from published tables: not model output"
