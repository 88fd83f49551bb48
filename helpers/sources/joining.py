"""The files of one product, joined along time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from helpers.errors import InputError
from helpers.sources import declaration, patterns

_SAME = {"gregorian": "standard", "proleptic_gregorian": "standard", "365_day": "noleap",
         "366_day": "all_leap"}  # fmt: skip


def calendar_kind(calendar: str) -> str:
    """Return one name for the calendars in which months of today are equally long."""
    return _SAME.get(calendar, calendar)


def joined(parts: list[declaration.Raw], matches: Sequence[patterns.Match]) -> declaration.Raw:
    """Join the parts of a series along time, refusing parts that differ in grid or unit.

    Parameters
    ----------
    parts : list of Raw
        In the order of time.
    matches : sequence of patterns.Match
        The file of each.

    Raises
    ------
    InputError
        If a part differs from the first in cells, units or calendar.
    """
    first = parts[0]
    for part, match in zip(parts[1:], matches[1:], strict=True):
        same_grid = all(
            np.array_equal(part.data[axis], first.data[axis]) for axis in ("lat", "lon")
        )
        same_calendar = calendar_kind(part.calendar) == calendar_kind(first.calendar)
        if not same_grid or part.units != first.units or not same_calendar:
            raise InputError(
                "The files of one product differ.",
                file=match.path,
                where="latitude, longitude, units or calendar",
                found=f"{part.data.sizes['lat']} x {part.data.sizes['lon']} cells, "
                f"{part.units}, {part.calendar}",
                accepted=f"as in {matches[0].path.name}: {first.data.sizes['lat']} x "
                f"{first.data.sizes['lon']} cells, {first.units}, {first.calendar}",
                fix="Use files of one version of the product.",
            )
    notices = tuple(dict.fromkeys(n for part in parts for n in part.notices))
    data = xr.concat([part.data for part in parts], "time") if len(parts) > 1 else first.data
    return declaration.Raw(data, first.units, first.calendar, notices, first.step, first.layout)
