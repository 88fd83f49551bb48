"""Steps of a time axis: what each stands for, and the steps that make up a month."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from helpers import timeaxis
from helpers.errors import InputError

Step = Literal["day", "month", "year"]


@dataclass(frozen=True)
class Steps:
    """What each step of a time axis stands for.

    Attributes
    ----------
    months : numpy.ndarray of int, shape (time,)
        Months since year 0 in which each step lies; of a yearly step its January.
    kind : {"day", "month", "year"}
        Length of a step; days and shorter are ``day``.
    calendar : str
        Calendar of the axis.
    lengths : numpy.ndarray, shape (time,)
        Length of each step [days]; of daily and shorter steps only.
    stamps : numpy.ndarray, shape (time,), or None
        Where each step lies, counted from any day [days]; of daily and shorter steps.
    """

    months: np.ndarray
    kind: Step
    calendar: str
    lengths: np.ndarray
    stamps: np.ndarray | None = None

    @property
    def index(self) -> pd.DatetimeIndex:
        """The first day of the month of each step."""
        return index_of(self.months)


def make_steps(
    months: np.ndarray,
    kind: Step,
    *,
    calendar: str,
    days: float = 1.0,
    stamps: np.ndarray | None = None,
) -> Steps:
    """Return the steps of a kind and length [days], a year counted from its January."""
    months = np.asarray(months, dtype=int)
    months = months // 12 * 12 if kind == "year" else months
    return Steps(months, kind, calendar, np.full(months.size, days), stamps)


def index_of(months: np.ndarray) -> pd.DatetimeIndex:
    """Return month starts from months since year 0."""
    stamps = (np.asarray(months, dtype=int) - 1970 * 12).astype("datetime64[M]")
    return pd.DatetimeIndex(stamps.astype("datetime64[ns]"), name="time")


def months_of(steps: Steps, *, wanted: pd.DatetimeIndex, file: Path) -> list[np.ndarray]:
    """Return the positions of the steps that make up each month wanted.

    Parameters
    ----------
    steps : Steps
        Of one file.
    wanted : pandas.DatetimeIndex
        Month starts.
    file : Path
        Named in errors.

    Raises
    ------
    InputError
        If a month is absent, lacks days, has days twice or in disorder, or, on an axis of months or
        years, is there more than once or out of order.
    """
    numbers = np.asarray(wanted.year * 12 + wanted.month - 1)
    keys = numbers // 12 * 12 if steps.kind == "year" else numbers
    places = [np.flatnonzero(steps.months == key) for key in keys]
    absent = [n for n, place in zip(numbers, places, strict=True) if not place.size]
    if absent:
        have = steps.index
        raise InputError(
            "The file does not cover the years asked for.",
            file=file,
            where="time",
            found=f"{have.min():%Y-%m} to {have.max():%Y-%m}; {len(absent)} months absent, the "
            f"first {index_of(np.array(absent[:1]))[0]:%Y-%m}",
            accepted=f"all months of {wanted[0]:%Y-%m} to {wanted[-1]:%Y-%m}",
            fix="Choose start_year and end_year inside the period, or complete the file.",
        )
    if steps.kind == "day":
        _check_days(steps, numbers, places=places, file=file)
        return places
    repeated = max(place.size for place in places) > 1
    if repeated or (np.diff([place[0] for place in places]) < 0).any():
        there = steps.months[np.unique(np.concatenate(places))]
        timeaxis.check_months(index_of(there), file=file)
    return places


def _check_days(steps: Steps, numbers: np.ndarray, *, places: list[np.ndarray], file: Path) -> None:
    """Refuse a month that lacks days, has some twice, or not one after the other."""
    whole = timeaxis.month_seconds(index_of(numbers), calendar=steps.calendar).values / 86400
    have = np.array([steps.lengths[place].sum() for place in places])
    wrong = np.flatnonzero(np.abs(have - whole) > 0.5 * steps.lengths[0])
    if wrong.size:
        first = int(wrong[0])
        raise InputError(
            "Steps are absent or repeated.",
            file=file,
            where=f"time, {index_of(numbers)[first]:%Y-%m}",
            found=f"{have[first]:g} days in {places[first].size} steps",
            accepted=f"{whole[first]:g} days (calendar {steps.calendar})",
            fix="Complete the file; if stamps close their step, set `time_label: end` under "
            "options of the catalog entry.",
        )
    for number, place in zip(numbers, places, strict=True):
        _check_spacing(steps, number, place=place, file=file)


def _check_spacing(steps: Steps, number: int, *, place: np.ndarray, file: Path) -> None:
    """Refuse steps of a month that are not as far apart as they are long."""
    length = float(steps.lengths[0])
    gaps = np.empty(0) if steps.stamps is None else np.diff(steps.stamps[place])
    wrong = np.flatnonzero(np.abs(gaps - length) > 0.5 * length)
    if wrong.size:
        first = int(wrong[0])
        raise InputError(
            "Steps are absent, repeated or out of order.",
            file=file,
            where=f"time, {index_of(np.array([number]))[0]:%Y-%m}",
            found=f"{gaps[first]:.4g} days between steps {place[first] + 1} and "
            f"{place[first + 1] + 1} of the file",
            accepted=f"{length:.4g} days, the length of a step",
            fix="Complete the file, each step once and in order.",
        )
