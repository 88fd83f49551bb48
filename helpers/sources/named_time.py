"""Files that carry their time in their name: the name is confirmed by the file's own axis.

The name alone counts only where the file has no time axis, or one that gives no dates.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from helpers.errors import InputError
from helpers.sources import cf_codes, cf_steps, cf_time, months, netcdf
from helpers.sources.options import GriddedOptions

_SCALAR = ("time", "time_counter", "t")
_DATED = re.compile(r"\bsince\b|%Y", re.IGNORECASE)


def confirmed(
    dataset: xr.Dataset,
    dim: Hashable | None,
    *,
    named: pd.DatetimeIndex,
    file: Path,
    calendar: str | None = None,
    label: str | None = None,
) -> tuple[cf_steps.Steps | None, tuple[str, ...]]:
    """Return the steps on the axis of a file if they are those of its name, and what to tell.

    Parameters
    ----------
    dataset : xarray.Dataset
        The open file, nothing decoded.
    dim : str or None
        The time dimension of the variable; None where it has none, and a time of the whole file
        counts.
    named : pandas.DatetimeIndex
        Months that the name stands for.
    file : Path
        Named in errors.
    calendar, label
        See :func:`helpers.sources.cf_time.decode`.

    Returns
    -------
    steps : Steps or None
        None where the name alone counts: no time axis, or none that gives dates.
    notices : tuple of str
        That there is an axis which was not used.

    Raises
    ------
    InputError
        If the axis gives other months than the name, or is damaged.
    """
    if dim is None:
        dataset, dim = _of_whole_file(dataset), "time"
    axis = cf_time.coordinate(dataset, dim)
    if axis is None:
        return None, ()
    units = netcdf.text(axis.attrs, "units") or ""
    if not _DATED.search(units) and not cf_codes.is_coded(axis, file=file):
        told = f"the time axis (units {units!r}) gives no dates: the months are those of the name"
        return None, () if _only_counts(axis) else (told,)
    steps = _decoded(dataset, dim, named=named, file=file, calendar=calendar, label=label)
    if not _agree(steps, named):
        raise _disagreement(steps, named, file=file, where=str(axis.name))
    return steps, ()


def calendar_of(
    dataset: xr.Dataset,
    dim: Hashable | None,
    *,
    named: pd.DatetimeIndex,
    file: Path,
    options: GriddedOptions,
    calendar: str | None,
) -> tuple[str, tuple[str, ...]]:
    """Return the calendar of a file whose name gives its months, and what to tell.

    Raises
    ------
    InputError
        If its time axis gives others, unless `ignore_file_time` is declared; see
        :func:`confirmed`.
    """
    if options.ignore_file_time:
        return "standard", ("the time axis is ignored as declared, the name gives the months",)
    steps, told = confirmed(
        dataset, dim, named=named, file=file, calendar=calendar, label=options.time_label
    )
    return ("standard" if steps is None else steps.calendar), told


def _of_whole_file(dataset: xr.Dataset) -> xr.Dataset:
    """Return the one time that a file states beside a variable without time, as an axis."""
    for name in dataset.variables:
        found = dataset[name]
        if str(name).lower() in _SCALAR and found.size == 1:
            attrs = {key: value for key, value in found.attrs.items() if key != "bounds"}
            return xr.Dataset({"time": (("time",), np.ravel(found.values), attrs)})
    return xr.Dataset()


def _only_counts(axis: xr.DataArray) -> bool:
    """Tell whether an axis numbers its steps from 0 or 1, which needs no words."""
    return any(np.array_equal(axis.values, np.arange(axis.size) + first) for first in (0, 1))


def _decoded(
    dataset: xr.Dataset,
    dim: Hashable,
    *,
    named: pd.DatetimeIndex,
    file: Path,
    calendar: str | None,
    label: str | None,
) -> cf_steps.Steps:
    """Decode an axis as CF does, or by the words that models use."""
    try:
        return cf_time.decode(
            dataset, dim, file=file, calendar=calendar, label=label, named=named
        )  # fmt: skip
    except InputError as error:
        try:
            index, kept = months.on_axis(dataset, dim, file=file, calendar=calendar, label=label)
        except InputError:
            raise error from None
    return cf_steps.make_steps(
        np.asarray(index.year * 12 + index.month - 1), "month", calendar=kept
    )


def _agree(steps: cf_steps.Steps, named: pd.DatetimeIndex) -> bool:
    """Tell whether steps are the months of a name in order, or the one year of it."""
    numbers = np.asarray(named.year * 12 + named.month - 1)
    if steps.kind == "year":
        return named.size == 12 and np.array_equal(steps.months, numbers[:1])
    return steps.kind == "month" and np.array_equal(steps.months, numbers)


def _disagreement(
    steps: cf_steps.Steps, named: pd.DatetimeIndex, *, file: Path, where: str
) -> InputError:
    stated = [f"{month:%Y-%m}" for month in steps.index]
    listed = ", ".join(stated[:12]) + (f" and {len(stated) - 12} more" if stated[12:] else "")
    wanted = dict.fromkeys(f"{month:%Y-%m}" for month in (named[0], named[-1]))
    return InputError(
        "The time axis of the file and its name disagree.",
        file=file,
        where=where,
        found=f"{steps.kind} {listed} on the axis",
        accepted=f"{' to '.join(wanted)}, in order, as the name says",
        fix="Rename the file or correct its axis; where stamps close their months, set "
        "`time_label: end` under options; where the axis is wrong and the name right, set "
        "`ignore_file_time: true` there.",
    )
