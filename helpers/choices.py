"""Choices that a run is given, checked before a kernel starts: values, years, files, members."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from helpers.errors import InputError
from helpers.project import resolve


def check_choices(values: Mapping[str, Any], *, notebook: str, root: Path) -> None:
    """Refuse values of well-known parameters that a notebook could not use.

    Parameters
    ----------
    values : mapping
        Values by name, from :func:`helpers.parameters.fit_parameters`.
    notebook : str
        Name for messages.
    root : Path
        What relative files start at.

    Raises
    ------
    InputError
        If `mask` or `boundary` is none there is, the years are reversed or no years, `members` is
        no list of names, or `ceos_file` or `regions_file` cannot be read.
    """
    from helpers import geography, masks, timeaxis

    for name, accepted in (("mask", masks.METHODS), ("boundary", geography.BOUNDARIES)):
        if name in values and values[name] not in accepted:
            near = get_close_matches(str(values[name]), accepted, n=1)
            raise InputError(
                f"Unknown {name}.",
                file=notebook,
                where=name,
                found=repr(values[name]),
                accepted=", ".join(accepted),
                fix=f"did you mean {near[0]!r}?" if near else f"Correct the parameter `{name}`.",
            )
    if {"start_year", "end_year"} <= set(values):
        timeaxis.month_starts(values["start_year"], values["end_year"])
    _check_names(values.get("members"), notebook)
    if values.get("ceos_file") is not None:
        from helpers.sources.ceos import read_budget_table

        read_budget_table(_file(values["ceos_file"], "ceos_file", notebook=notebook, root=root))
    if values.get("regions_file") is not None:
        from helpers.polygons import read_polygons

        file = _file(values["regions_file"], "regions_file", notebook=notebook, root=root)
        read_polygons(file, name_field=values.get("regions_name_field"))


def check_members(values: Mapping[str, Any], fluxes: Mapping[str, Any], *, notebook: str) -> None:
    """Refuse members that no ensemble of the prepared data has.

    Parameters
    ----------
    values : mapping
        Values by name.
    fluxes : mapping of str to xarray.DataArray
        Prepared products.
    notebook : str
        Name for messages.
    """
    wanted = values.get("members")
    there = {
        str(name)
        for flux in fluxes.values()
        if "member" in flux.dims
        for name in flux["member"].values
    }
    absent = [name for name in wanted or () if name not in there]
    if absent:
        near = get_close_matches(absent[0], sorted(there), n=1)
        raise InputError(
            "Unknown member.",
            file=notebook,
            where="members",
            found=", ".join(absent),
            accepted=", ".join(sorted(there)) or "none: no product here is an ensemble",
            fix=f"did you mean {near[0]!r}?" if near else "Correct the parameter `members`.",
        )


def _check_names(members: Any, notebook: str) -> None:
    if members is None:
        return
    is_list = isinstance(members, list | tuple) and all(isinstance(m, str) for m in members)
    if not is_list or not members:
        raise InputError(
            "The members are no list of names.",
            file=notebook,
            where="members",
            found=repr(members),
            accepted="a list such as [member-01, member-02], or null for all",
            fix="Correct the parameter `members`.",
        )


def _file(value: Any, name: str, *, notebook: str, root: Path) -> Path:
    if not isinstance(value, str | Path):
        raise InputError(
            "A file is named by something that is no path.",
            file=notebook,
            where=name,
            found=repr(value),
            accepted="a path, or null",
            fix=f"Correct the parameter `{name}`.",
        )
    return resolve(value, root=root)
