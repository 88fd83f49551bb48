"""Cases of files named by their year or month, whose own time axis says the same or something else.

The values follow the name; where the axis says otherwise, either may be wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import numpy as np

from helpers.gauntlet.case import Case
from helpers.gauntlet.world import World, months_of, reading, write_catalog

Stamps = Callable[[int, np.ndarray], np.ndarray]
"""From a year and its months, counted from 0, to the numbers on the axis."""

_SINCE = {"units": "months since 2015-01-01", "calendar": "standard"}


def _shifted(by: float) -> Stamps:
    return lambda year, months: (year - 2015) * 12.0 + months + by


def _named(
    reader: str,
    name: str,
    *,
    about: str,
    stamps: Stamps,
    expects: Literal["error", "repair"],
    says: str,
    time_attrs: dict[str, Any] = _SINCE,
    monthly: bool = False,
    options: dict[str, Any] | None = None,
) -> Case:
    pattern = "named/nbp_{year}{month:02d}.nc" if monthly else "named/nbp_{year}.nc"

    def build(folder: Path) -> None:
        write_catalog(folder, reader, files=pattern, options=options or {})
        for year, month in months_of():
            months = np.array([month - 1]) if monthly else np.arange(12)
            world = World(
                steps=[(year, int(m) + 1) for m in months], stamps=stamps(year, months),
                time_attrs=time_attrs,
            )  # fmt: skip
            if monthly or month == 1:
                world.write(folder / pattern.format(year=year, month=month))

    return Case(name=f"{reader}-named-{name}", area=reader, about=about, build=build,
                attempt=reading(), expects=expects, says=says)  # fmt: skip


def _cases(reader: str) -> list[Case]:
    refused: dict[str, Any] = {"expects": "error", "says": "time axis .* and its name disagree"}
    right: dict[str, Any] = {"expects": "repair", "says": "2015-01 to 2016-12"}
    thirty = {"units": "days since 2015-01-01", "calendar": "360_day"}
    decimal = {"units": "years since AD 2015-Jan-1st"}
    rows: list[tuple[str, str, Stamps, dict[str, Any]]] = [
        ("year", "one file a year, axis and name agree", _shifted(0.5), right),
        ("year-360", "one file a year, months of 30 days",
         lambda year, months: (year - 2015) * 360.0 + 30 * months + 15,
         {"time_attrs": thirty, "expects": "repair", "says": "calendar 360_day"}),
        ("year-words", "one file a year, 'years since AD 2015-Jan-1st'",
         lambda year, months: year - 2015 + (months + 0.5) / 12, {"time_attrs": decimal, **right}),
        ("year-no-units", "one file a year, the axis has no unit",
         lambda year, months: 100.0 + months,
         {"time_attrs": {}, "expects": "repair", "says": "gives no dates"}),
        ("year-shifted", "named 2015, the axis runs from December 2014", _shifted(-1.0), refused),
        ("year-other", "named 2015 and 2016, the axes say 2017 and 2018", _shifted(24.0), refused),
        ("year-backwards", "one file a year, the axis runs backwards",
         lambda year, months: (year - 2015) * 12.0 + months[::-1], refused),
        ("year-ignored", "the axis says another year, the catalog that the name counts",
         _shifted(24.0), {"options": {"ignore_file_time": True}, "expects": "repair",
                          "says": "time axis is ignored as declared"}),
        ("year-ends", "one file a year, stamps close their months, declared so", _shifted(1.0),
         {"options": {"time_label": "end"}, **right}),
        ("month", "one file a month, axis and name agree", _shifted(0.5),
         {"monthly": True, **right}),
        ("month-other", "one file a month, the axis says the month after", _shifted(1.0),
         {"monthly": True, **refused}),
        ("month-ends", "one file a month, stamps close the month, declared so", _shifted(1.0),
         {"monthly": True, "options": {"time_label": "end"}, **right}),
    ]  # fmt: skip
    return [
        _named(reader, name, about=about, stamps=stamps, **more)
        for name, about, stamps, more in rows
    ]


def cases() -> list[Case]:
    """Return the cases of files named by their time, for each reader of such files."""
    return [case for reader in ("cf", "trendy") for case in _cases(reader)]
