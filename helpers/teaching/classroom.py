"""What exercises and labs start from: the book's own data, opened by one short line."""

from __future__ import annotations

from typing import Any

from helpers.study import STAND_IN, Study, open_study

CHOICES: dict[str, Any] = {
    "profile": STAND_IN,
    "data_dir": None,
    "start_year": 2015,
    "end_year": 2019,
    "experiment": "LNLGIS",
    "mask": "fraction",
}
"""The choices of the book as it is built by default."""


def open_book(**choices: Any) -> Study:
    """Return the study that the chapters of the book work on.

    Parameters
    ----------
    **choices
        What shall differ, such as ``mask="touched"``; names as in
        :func:`helpers.study.open_study`.
    """
    return open_study(**{**CHOICES, **choices})


def compare(mine: Any, expected: Any, *, tolerance: float = 1e-6) -> str:
    """Return in words whether an answer agrees with what a helper computes.

    Parameters
    ----------
    mine : number, DataArray or None
        The answer; None while there is none.
    expected : number or DataArray
        What it should be.
    tolerance : float
        Largest difference, as a share of the expected value.

    Examples
    --------
    >>> compare(None, 2.0), compare(2.0, 2.0)
    ('no answer yet', 'agrees')
    >>> compare(7.333, 2.0)
    'differs: 3.67 times what is expected'
    """
    if mine is None:
        return "no answer yet"
    answer, right = float(mine), float(expected)
    if abs(answer - right) <= tolerance * abs(right):
        return "agrees"
    return f"differs: {answer / right:.3g} times what is expected" if right else "differs"
