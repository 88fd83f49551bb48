"""Time axes of providers as months: CF units, months or years since a date, decimal years."""

from __future__ import annotations

import calendar as calendar_names
import re
from pathlib import Path

import cftime
import numpy as np
import pandas as pd

from helpers.constants import SECONDS_PER_DAY
from helpers.errors import InputError
from helpers.timeaxis import YEARS, month_seconds, month_starts

_UNIT = re.compile(
    r"^\s*(?P<step>years?|yrs?|months?|mon|days?|hours?|hrs?|minutes?|seconds?|secs?)\s+since\s+"
    r"(?:AD\s+)?(?P<year>-?\d{1,4})-(?P<month>\d{1,2}|[A-Za-z]{3})(?:-(?P<day>\d{1,2})(?:st|nd|rd|th)?)?",
    re.IGNORECASE,
)
_MONTH_NAMES = {name.lower(): i for i, name in enumerate(calendar_names.month_abbr) if name}


def decode_months(
    values: np.ndarray,
    *,
    units: str,
    calendar: str = "standard",
    file: str | Path | None = None,
) -> pd.DatetimeIndex:
    """Decode a time axis of any provider to the first day of each month.

    Written by hand because several model files carry units that CF decoders refuse
    ("months since", "years since AD 1700-Jan-1st", decimal years).

    Parameters
    ----------
    values : numpy.ndarray, shape (time,)
        Numbers on the axis.
    units : str
        Such as ``"days since 1700-01-01"``, ``"months since 1700-01-16"`` or ``"year as %Y.%f"``.
    calendar : str
        CF calendar of the axis.
    file : str or Path, optional
        Named in errors.

    Returns
    -------
    pandas.DatetimeIndex
        First day of the month in which each value lies.

    Raises
    ------
    InputError
        If the unit or the calendar is not understood.
    """
    values = np.asarray(values, dtype=float)
    if not np.isfinite(values).all():
        raise InputError(
            "The time axis holds missing or infinite values.",
            file=file,
            where="time",
            found=f"{np.count_nonzero(~np.isfinite(values))} of {values.size} values",
            accepted="finite numbers",
            fix="Repair the time coordinate of the file.",
        )
    try:
        return _decoded(values, units, calendar=calendar, file=file)
    except (ValueError, OverflowError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            "The time axis cannot be decoded.",
            file=file,
            where="time",
            found=f"units {units!r}, calendar {calendar!r}; {error}",
            accepted=f"a CF calendar, and dates in the years {YEARS[0]} to {YEARS[1]}",
            fix="Correct `units` or `calendar` of time.",
        ) from error


def _decoded(
    values: np.ndarray, units: str, *, calendar: str, file: str | Path | None
) -> pd.DatetimeIndex:
    if "%Y" in units:
        return _from_decimal_years(values, calendar)
    match = _UNIT.match(units)
    if match is None:
        raise InputError(
            "Unknown time units.",
            file=file,
            where="time",
            found=repr(units),
            accepted="'<days|hours|seconds|months|years> since <date>' or '%Y.%f'",
            fix="Correct the `units` attribute of time.",
        )
    step = match["step"].lower()
    name = match["month"].lower()
    month = int(name) if name.isdigit() else _MONTH_NAMES.get(name, 0)
    if not 1 <= month <= 12:
        raise InputError(
            "Unknown month in the time units.",
            file=file,
            where="time",
            found=repr(units),
            accepted="months 1 to 12 or Jan to Dec",
            fix="Correct the `units` attribute of time.",
        )
    origin = int(match["year"]) + (month - 1) / 12
    if step.startswith(("year", "yr")):
        return _from_decimal_years(origin + values, calendar)
    if step.startswith("mon"):
        return _from_month_numbers(np.floor(origin * 12 + values + 1e-6))
    dates = cftime.num2date(values, _cf_units(units, match, month=month), calendar=calendar)
    return _from_month_numbers(np.array([d.year * 12 + d.month - 1 for d in np.atleast_1d(dates)]))


def _cf_units(units: str, match: re.Match[str], *, month: int) -> str:
    """Rewrite the origin date in digits; keep the clock time that follows, if any."""
    rest = units[match.end() :].strip()
    clock = rest if re.match(r"^[T ]?\d{1,2}:\d{2}", rest) else ""
    day = int(match["day"] or 1)
    step = {"sec": "seconds", "secs": "seconds", "hr": "hours", "hrs": "hours"}.get(
        match["step"].lower(), match["step"].lower()
    )
    date = f"{int(match['year']):04d}-{month:02d}-{day:02d}"
    return f"{step} since {date} {clock.lstrip('T')}".strip()


def _from_decimal_years(years: np.ndarray, calendar: str) -> pd.DatetimeIndex:
    """Month in which a decimal year lies; a month's own start counts to it.

    Files count in twelfths of a year or in days of the year. 2015 + 59/365, the first of March,
    is February in twelfths: where these do not give each month once, days of the year are tried.
    """
    twelfths = np.floor(years * 12 + 1e-3)
    months = twelfths
    if years.size > 1 and not (np.diff(twelfths) == 1).all():
        by_day = _months_by_day(years, calendar)
        months = by_day if (np.diff(by_day) == 1).all() else twelfths
    return _from_month_numbers(months)


def _months_by_day(years: np.ndarray, calendar: str) -> np.ndarray:
    """Months since year 0 of decimal years whose fraction counts days, to a hundredth of a day."""
    whole = np.floor(years + 1e-6).astype(int)
    months = np.empty(years.size)
    for i, year in enumerate(whole):
        starts = month_starts(int(year), int(year))
        ends = np.cumsum(month_seconds(starts, calendar=calendar).values) / SECONDS_PER_DAY
        day = (years[i] - year) * ends[-1]
        months[i] = year * 12 + min(np.searchsorted(ends, day + 1e-2, side="right"), 11)
    return months


def _from_month_numbers(numbers: np.ndarray) -> pd.DatetimeIndex:
    numbers = np.asarray(numbers)
    if ((numbers < YEARS[0] * 12) | (numbers >= (YEARS[1] + 1) * 12)).any():
        raise ValueError(f"years from {numbers.min() // 12:g} to {numbers.max() // 12:g}")
    numbers = numbers.astype(int)
    months = (numbers - 1970 * 12).astype("datetime64[M]")
    return pd.DatetimeIndex(months.astype("datetime64[ns]"), name="time")
