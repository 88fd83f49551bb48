"""Grading the two answers of a lab: which step is wrong, and what comes out when it is mended."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape

NOT_YET = "not yet"


@dataclass(frozen=True)
class Grade:
    """What is right and what is not yet.

    Attributes
    ----------
    place, value : bool or None
        True if right, False if not, None if not answered.
    place_words, value_words : str
        What the student reads; no answer in it.
    """

    place: bool | None
    value: bool | None
    place_words: str
    value_words: str

    @property
    def passed(self) -> bool:
        """True when both answers are right."""
        return self.place is True and self.value is True

    def _lines(self) -> list[tuple[str, str]]:
        words = {True: "right", False: NOT_YET, None: "no answer yet"}
        lines = [
            ("Which step", f"{words[self.place]}. {self.place_words}"),
            ("Which number", f"{words[self.value]}. {self.value_words}"),
        ]
        if self.passed:
            lines.append(("Together", "solved."))
        return [(name, text.strip()) for name, text in lines]

    def _repr_html_(self) -> str:
        """Return a definition list: each answer with what is said about it."""
        body = "".join(
            f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in self._lines()
        )
        return f'<dl class="statements lab-grade">{body}</dl>'

    def __repr__(self) -> str:
        """Return the grade as plain text."""
        return "\n".join(f"{name}: {text}" for name, text in self._lines())


def grade(
    *,
    place: object,
    corrected: object,
    letters: str,
    wrong_step: str,
    right: float,
    faulty: float,
    tolerance: float,
    unit: str,
    hints: tuple[str, str],
) -> Grade:
    """Compare two answers with the truth.

    Parameters
    ----------
    place : object
        Answer to "which step"; None if there is none.
    corrected : object
        Answer to "which number"; None if there is none.
    letters : str
        Steps there are.
    wrong_step : str
        The one that is wrong.
    right, faulty : float
        The number asked for, without and with the mistake [unit].
    tolerance : float
        Largest relative distance of a right answer [1].
    unit : str
        Unit of the number.
    hints : tuple of str
        Where to look next, for the step and for the number.
    """
    where, where_words = judge_place(place, letters=letters, wrong_step=wrong_step, hint=hints[0])
    what, what_words = judge_value(
        corrected, right=right, faulty=faulty, tolerance=tolerance, unit=unit, hint=hints[1]
    )
    return Grade(where, what, where_words, what_words)


def judge_place(
    place: object, *, letters: str, wrong_step: str, hint: str
) -> tuple[bool | None, str]:
    """Return whether a step is the wrong one, and what to say.

    Examples
    --------
    >>> judge_place(" b ", letters="ABC", wrong_step="B", hint="Look again.")
    (True, '')
    >>> judge_place("C", letters="ABC", wrong_step="B", hint="Look again.")
    (False, 'What that step does is sound. Look again.')
    """
    asked = f"Write the letter of a step, {letters[0]} to {letters[-1]}, in quotes."
    if place is None:
        return None, asked
    letter = place.strip().upper() if isinstance(place, str) else ""
    if len(letter) != 1 or letter not in letters:
        return False, asked
    if letter != wrong_step:
        return False, f"What that step does is sound. {hint}"
    return True, ""


def judge_value(
    corrected: object, *, right: float, faulty: float, tolerance: float, unit: str, hint: str
) -> tuple[bool | None, str]:
    """Return whether a number is right within the tolerance, and what to say.

    Examples
    --------
    >>> rule = {"right": 2.0, "faulty": 3.0, "tolerance": 0.01, "unit": "Pg C", "hint": "Count."}
    >>> judge_value(2.01, **rule)[0], judge_value(3.0, **rule)
    (True, (False, 'That is the number of the analysis as it stands.'))
    >>> judge_value(2000.0, **rule)[1]
    'The digits are right, the power of ten is not: it is asked for in Pg C.'
    """
    accepted = f"Give one number in {unit}; within {100 * tolerance:g} % counts as right."
    if corrected is None:
        return None, accepted
    found = _as_number(corrected)
    if found is None:
        return False, accepted
    if abs(found - right) <= tolerance * abs(right):
        return True, ""
    return False, _why_not(
        found, right=right, faulty=faulty, tolerance=tolerance, unit=unit, hint=hint
    )


def _as_number(answer: object) -> float | None:
    """Return an answer as a finite number, or None for text, truth values, lists and NaN."""
    if isinstance(answer, str | bytes | bool):
        return None
    try:
        found = float(answer)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def _why_not(
    found: float, *, right: float, faulty: float, tolerance: float, unit: str, hint: str
) -> str:
    """Return what to say about a number that is not right, without telling the right one."""
    if abs(found - faulty) <= tolerance * abs(faulty):
        return "That is the number of the analysis as it stands."
    if abs(found + right) <= tolerance * abs(right):
        return "The size is right, the sign is not: uptake by land is positive in this book."
    power = round(math.log10(abs(found / right))) if found else 0
    if power and abs(abs(found / right) / 10.0**power - 1.0) <= tolerance:
        return f"The digits are right, the power of ten is not: it is asked for in {unit}."
    if abs(found - right) <= 5 * tolerance * abs(right):
        return f"Close. Within {100 * tolerance:g} % counts as right: round later, change less."
    return hint
