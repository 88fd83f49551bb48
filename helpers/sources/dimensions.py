"""The dimensions of a variable on a grid: which is time, which counts members, how it is packed."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import xarray as xr

from helpers.errors import InputError
from helpers.sources import cells
from helpers.sources.options import GriddedOptions

_TIME_NAMES = ("time", "time_counter", "t", "month", "months", "n_months", "date")
_LAYERS = ("depth", "lev", "level", "levels", "layer", "layers", "z", "height", "plev", "pft")
"""Usual names of dimensions that are never time, however many steps they have."""


def other_dimensions(
    variable: xr.DataArray, part: cells.Cells, *, options: GriddedOptions, file: Path
) -> tuple[Hashable | None, dict[Hashable, Any]]:
    """Return the time dimension, if any, and the selection that removes dimensions of one step."""
    known = {part.lat_dim, part.lon_dim, options.member_dimension}
    rest = [d for d in variable.dims if d not in known]
    named = [d for d in rest if d == options.time or str(d).lower() in _TIME_NAMES]
    long = [d for d in rest if variable.sizes[d] > 1]
    time = (named or [d for d in long if str(d).lower() not in _LAYERS] or [None])[0]
    surplus = [d for d in long if d != time]
    absent = {options.member_dimension, options.time} - {None, *variable.dims}
    if surplus or absent:
        raise InputError(
            "The dimensions of the variable are not understood.",
            file=file,
            where=str(variable.name),
            found=", ".join(f"{d} ({variable.sizes[d]})" for d in variable.dims),
            accepted="time, latitude, longitude and, if named under options, member_dimension",
            fix="Reduce the file to these, or name time and member_dimension under options.",
        )
    return time, {d: 0 for d in rest if d != time}


def member_names(dataset: xr.Dataset, dim: str | None, *, file: Path) -> dict[str, list[str]]:
    """Return the coordinate of members by name: those of the file, or member-01, member-02 ..."""
    if dim is None:
        return {}
    size = dataset.sizes[dim]
    if dim in dataset.variables and dataset[dim].ndim == 1:
        names = [str(v) for v in dataset[dim].values]
        repeated = [name for i, name in enumerate(names) if name in names[:i]]
        if repeated:
            raise InputError(
                "Two members have one name.",
                file=file,
                where=dim,
                found=repeated[0],
                accepted="a name for each member",
                fix=f"Name the members in the coordinate {dim} of the file, or remove it.",
            )
        return {"member": names}
    return {"member": [f"member-{i + 1:02d}" for i in range(size)]}


def packing(variable: xr.DataArray) -> tuple[str, ...]:
    """Return in words how values are packed, nothing where they are not."""
    return (f"unpacked from {variable.dtype}",) if "scale_factor" in variable.attrs else ()
