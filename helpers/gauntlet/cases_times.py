"""Cases of calendar and time axis, through each reader of plain files."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from helpers.gauntlet.case import Case
from helpers.gauntlet.cases_meaning import DAYS_OF_STEPS, with_units
from helpers.gauntlet.gridded import gridded_case
from helpers.gauntlet.world import DAYS, LAT, LON, fields, months_of


def _time(stamps: object, units: str = "days since 2015-01-01", **attrs: Any) -> dict[str, Any]:
    return {"stamps": np.asarray(stamps, dtype=float), "time_attrs": {"units": units, **attrs}}


def _stamps(calendar_days: np.ndarray) -> np.ndarray:
    """Middle of each month, counted in days."""
    return np.concatenate([[0.0], np.cumsum(calendar_days)[:-1]]) + 14.0


def _years(first: int, last: int) -> list[tuple[int, int]]:
    return months_of((first, last))


def _later_bounds(file: Any) -> None:
    stamps = file["time"][:]
    file["time"].bounds = "time_bnds"
    file.createDimension("two", 2)
    file.createVariable("time_bnds", "f8", ("time", "two"))[:] = np.stack(
        [stamps + 1, stamps + 2], axis=1
    )


def _daily(
    order: list[int] | None = None,
    *,
    since: str = "days since 2015-01-01",
    calendar: str = "standard",
    coded: bool = False,
) -> dict[str, Any]:
    """Return a world by day whose monthly means are the truth; `order` picks the days there are."""
    lengths = {"360_day": lambda y, m: 30}.get(calendar, lambda y, m: DAYS[y][m - 1])
    days = [(y, m, d + 1) for y, m in months_of() for d in range(lengths(y, m))]
    kept = [days[i] for i in (range(len(days)) if order is None else order)]
    lat, lon = LAT[50:74:2] + 0.0, LON[124:162:2] + 0.0
    away = np.array([d - (lengths(y, m) + 1) / 2 for y, m, d in kept])[:, None, None]
    values = fields(lat, lon, steps=[(y, m) for y, m, _ in kept]) + 20.0 * away
    stamps = [days.index(day) + 0.5 for day in kept] if order else np.arange(len(days)) + 0.5
    codes = [y * 10000 + m * 100 + d for y, m, d in kept]
    return {
        "lat": lat, "lon": lon, "values": values, "steps": kept,
        "stamps": np.array(codes if coded else stamps, dtype=float),
        "time_attrs": {} if coded else {"units": "days since 2015-01-01", "calendar": calendar},
    }  # fmt: skip


def time_axes(reader: str) -> list[Case]:
    """Return the cases of calendar and time axis."""
    case = partial(gridded_case, reader=reader)
    noleap = np.where(DAYS_OF_STEPS.ravel() == 29, 28, DAYS_OF_STEPS.ravel())
    thirty = np.full(24, 30.0)
    whole, steps = np.arange(24.0), months_of()
    months = "months since 2015-01-01"
    error: dict[str, Any] = {"expects": "error"}
    return [
        case("calendar-unknown", "a calendar nobody knows",
                     world=_time(_stamps(noleap), calendar="martian"),
                     says=r"cannot be decoded|is not understood[\s\S]*martian", **error),
        case("calendar-noleap", "no leap years, stamps in days",
                     world=_time(_stamps(noleap), calendar="noleap"), expects="repair",
                     says="calendar noleap"),
        case("calendar-360", "amounts of months of 30 days",
                     world={**_time(_stamps(thirty), calendar="360_day"),
                            **with_units("g C m-2 month-1", 30 / 365.25)},
                     expects="repair", says="calendar 360_day"),
        case("time-gap", "a month is missing",
                     world={"steps": steps[:7] + steps[8:]}, says="2015-08", **error),
        case("time-repeat", "a month is there twice",
                     world=_time([*whole[:7], 6.0, *whole[8:]], months),
                     says="appears more than once(.|\n)*2015-07|months absent, the first 2015-08",
                     **error),
        case("time-unsorted", "two months have changed places",
                     world=_time([0, 1, 3, 2, *whole[4:]], months), says="not in order", **error),
        case("time-backwards", "the axis runs backwards",
                     world=_time(whole[::-1], months), says="not in order|steps of -1 months",
                     **error),
        case("time-no-units", "the axis has no unit", world={"time_attrs": {}},
                     says="time axis has no units|units ''", **error),
        case("time-units-unknown", "'moons since creation'",
                     world=_time(whole, "moons since creation"),
                     says="Unknown time units|is not understood(.|\n)*moons", **error),
        case("time-month-13", "'days since 2015-13-01'",
                     world=_time(_stamps(noleap), "days since 2015-13-01"),
                     says="time units|is not understood(.|\n)*2015-13-01",
                     **error),
        case("time-nan", "a time stamp is missing",
                     world=_time([*whole[:5], np.nan, *whole[6:]], months),
                     says="missing or infinite", **error),
        case("time-absurd", "time stamps of 1e300 days",
                     world=_time(np.full(24, 1e300)),
                     says="time axis cannot be decoded|steps of 0 days", **error),
        case("time-far-months", "months 1e18 after the origin",
                     world=_time(whole + 1e18, months), says="time axis cannot be decoded",
                     **error),
        case("time-other-years", "a file of other years", world=_time(whole - 240, months),
                     says="does not cover the years", **error),
        case("time-month-ends", "stamps that close their months",
                     world=_time(np.cumsum(DAYS_OF_STEPS)), says="months are ambiguous", **error),
        case("time-months-ends", "months since a date that close their months, other years asked",
                     world={"steps": _years(2015, 2020), "stamps": np.arange(1.0, 73.0)},
                     says="months are ambiguous", **error),
        case("time-bounds-other", "bounds a month after their stamps",
                     world={"steps": _years(2014, 2017), "tweak": _later_bounds},
                     says="coordinate and its bounds disagree(.|\n)*time_bnds", **error),
        case("time-names-in-words", "'months since AD 2015-Jan-1st'",
                     world=_time(whole, "months since AD 2015-Jan-1st"), expects="repair",
                     says="2015-01 to 2016-12"),
        case("time-decimal-years", "decimal years, 'year as %Y.%f'",
                     world=_time(2015 + (whole + 0.5) / 12, "year as %Y.%f"), expects="repair",
                     says="2015-01 to 2016-12"),
        case("years-reversed", "the last year asked for lies before the first",
                     years=(2016, 2015), says="last year lies before the first", **error),
        case("years-absurd", "the year 99999 is asked for", years=(2015, 99999),
                     says="year", **error),
    ]  # fmt: skip


def by_trendy() -> list[Case]:
    """Return the cases of steps that `trendy` refuses."""
    case = partial(gridded_case, reader="trendy")
    months = "months since 2015-01-01"
    error: dict[str, Any] = {"expects": "error"}
    return [
        case("time-yearly", "one value a year",
                     world={"steps": [(y, 1) for y in range(2010, 2020)],
                            "time_attrs": {"units": months}}, says="yearly steps", **error),
        case("time-daily", "one value a day",
                     world={"steps": [(2015, 1 + d // 31) for d in range(365)],
                            **_time(np.arange(365.0))}, says="daily", **error),
    ]  # fmt: skip


def by_cf() -> list[Case]:
    """Return the cases of days, and of dates as plain numbers, which `cf` reads."""
    whole = np.arange(24.0)
    all_days = list(range(731))
    twice = [*all_days[:5], 4, *all_days[6:]]
    swapped = [*all_days[:5], 6, 5, *all_days[7:]]
    codes = np.array([y * 100.0 + m for y, m in months_of()])
    error: dict[str, Any] = {"expects": "error"}
    repair: dict[str, Any] = {"expects": "repair", "says": "2015-01 to 2016-12"}
    return [
        gridded_case("daily", "one value a day", world=_daily(), **repair),
        gridded_case("daily-360", "one value a day, months of 30 days",
                     world=_daily(calendar="360_day"), **repair),
        gridded_case("daily-coded", "one value a day, dates as 20150131", world=_daily(coded=True),
                     **repair),
        gridded_case("daily-absent", "a day is missing", world=_daily(all_days[:5] + all_days[6:]),
                     says="Steps are absent or repeated(.|\n)*30 days in 30 steps", **error),
        gridded_case("daily-twice", "a day is there twice, the next one is missing",
                     world=_daily(twice), says="Steps are absent, repeated(.|\n)*0 days between",
                     **error),
        gridded_case("daily-coded-twice", "a date is there twice, the next one is missing",
                     world=_daily(twice, coded=True),
                     says="Steps are absent, repeated(.|\n)*0 days between", **error),
        gridded_case("daily-swapped", "two days have changed places", world=_daily(swapped),
                     says="out of order(.|\n)*2 days between steps 5 and 6", **error),
        gridded_case("time-days-as-years", "1800 to 1823 in 'days' are no years",
                     world=_time(whole + 1800, "days"), years=(1801, 1810),
                     says="time axis is not understood(.|\n)*'days'", **error),
        gridded_case("time-codes", "months as 201501, without a unit",
                     world={"stamps": codes, "time_attrs": {}}, **repair),
        gridded_case("time-codes-pattern", "months as 201501, 'month as %Y%m.%f'",
                     world=_time(codes, "month as %Y%m.%f"), **repair),
        gridded_case("time-codes-years", "decimal years under the word 'years'",
                     world=_time(2015 + (whole + 0.5) / 12, "years"), **repair),
    ]  # fmt: skip


def cases() -> list[Case]:
    """Return the cases of each reader."""
    return time_axes("cf") + time_axes("trendy") + by_trendy() + by_cf()
