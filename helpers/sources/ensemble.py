"""Ensembles with a file for each member: finding members, and putting them on one axis."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from helpers import units
from helpers.errors import InputError
from helpers.sources import declaration, joining, patterns
from helpers.sources.request import Request

if TYPE_CHECKING:
    from helpers.catalog import Product

NOT_MEMBERS = ("ensmean", "ens-mean", "ensstd", "ens-std", "ensmedian", "ens-median")
"""Names, folded, of files that hold statistics of the ensemble."""

_DEPTH = 3


def all_files(product: Product, *, data_dir: Path) -> list[patterns.Match]:
    """Return every member file of every experiment, in any of the usual folders.

    The experiment and the member come from the file name, so it does not matter whether the folders
    are one an experiment, flattened, or none. Spellings may differ in capitals and in '-' and '_'.
    """
    name = patterns.expression(PurePosixPath(product.files).name, fold=True)
    roots = [Path(data_dir) / patterns.root_of(product.files)]
    for folder in getattr(product.parsed_options, "folders", ()):
        roots += sorted(p for p in Path(data_dir).glob(folder) if p.is_dir())
    found: dict[Path, patterns.Match] = {}
    for root in roots:
        for depth in range(_DEPTH):
            for path in sorted(root.glob("*/" * depth + "*")):
                match = name.fullmatch(path.name)
                there = path.is_file() or patterns.is_store(path)
                if match and there and not path.name.startswith("."):
                    found.setdefault(path.resolve(), patterns.Match(path, match.groupdict()))
    return [
        match
        for match in found.values()
        if patterns.fold(match.fields.get("member", "")) not in NOT_MEMBERS
    ]


def find(product: Product, *, data_dir: Path, experiment: str) -> list[patterns.Match]:
    """Return the member files of one experiment, sorted by member."""
    wanted = patterns.fold(experiment)
    matches = [
        match
        for match in all_files(product, data_dir=data_dir)
        if patterns.fold(match.fields.get("experiment", experiment)) == wanted
    ]
    return sorted(matches, key=lambda m: patterns.fold(m.fields["member"]))


def read_members(
    product: Product,
    request: Request,
    *,
    read_member: Callable[[Path, Request], declaration.Raw],
) -> xr.DataArray:
    """Return the typed flux of an ensemble.

    Parameters
    ----------
    product : Product
        Catalog entry.
    request : Request
        Years, box, experiment, and members or None for all that are found.
    read_member : callable
        Reads the file of one member, as far as a request goes.

    Returns
    -------
    xarray.DataArray, dims (member, time, lat, lon) [kg m-2 s-1]
        Carbon, land uptake positive; members named as in their files.

    Raises
    ------
    InputError
        If the experiment or a member is not there, a member is there twice, or its grid, unit,
        step, or the calendar by which its amounts count, differs.
    """
    chosen = _chosen(product, request)
    part = replace(request, files=len(chosen))
    raws = [read_member(match.path, part) for match in chosen]
    names = [match.fields["member"] for match in chosen]
    first = _oriented(raws[0].data)
    fields = [first]
    for raw, match in zip(raws[1:], chosen[1:], strict=True):
        field = _oriented(raw.data)
        _check_same(field, first, match=match, name=names[0])
        fields.append(field.assign_coords(lat=first["lat"], lon=first["lon"]))
    calendars = _check_declared(product, raws, names=names, folder=chosen[0].path.parent)
    data = xr.concat(fields, xr.IndexVariable("member", names))
    notices = tuple(dict.fromkeys(n for raw in raws for n in raw.notices))
    layout = (*calendars, *raws[0].layout)
    raw = declaration.Raw(data, raws[0].units, raws[0].calendar, notices, raws[0].step, layout)
    return declaration.typed(raw, product, request=request, file=chosen[0].path.parent)


def _check_declared(
    product: Product, raws: list[declaration.Raw], *, names: list[str], folder: Path
) -> tuple[str, ...]:
    """Refuse members that cannot be typed as one; return in words the calendars of rates.

    Amounts are divided by the length of their month, so their calendars must agree; rates are the
    same in each.
    """
    amounts = units.flux_factor(raws[0].units, species=product.species)[1]
    kinds = [joining.calendar_kind(raw.calendar) for raw in raws]
    rows = (
        ("units", [raw.units for raw in raws],
         f"State `units` in the catalog entry {product.key!r}."),
        ("time steps", [raw.step for raw in raws],
         "Leave out the members of other steps by `members` of the product in catalog.yml."),
        ("calendars", kinds if amounts else [],
         f"If the files are wrong, state `calendar` in the catalog entry {product.key!r}; if they "
         "are right, divide the amounts by the seconds of their months first."),
    )  # fmt: skip
    for what, found, fix in rows:
        if len(set(found)) > 1:
            raise InputError(
                f"The members have different {what}.",
                file=folder,
                where=f"members of {product.key!r}",
                found=", ".join(f"{n}: {v}" for n, v in zip(names, found, strict=True)),
                accepted=f"one in all members (values in {raws[0].units})",
                fix=fix,
            )
    return (f"calendars of members {', '.join(sorted(set(kinds)))}",) if len(set(kinds)) > 1 else ()


def _chosen(product: Product, request: Request) -> list[patterns.Match]:
    matches = find(product, data_dir=request.data_dir, experiment=request.experiment)
    if not matches:
        there = sorted(
            {m.fields.get("experiment", "") for m in all_files(product, data_dir=request.data_dir)}
        )
        raise InputError(
            "The experiment is not there.",
            file=request.data_dir,
            where="experiment",
            found=f"{request.experiment!r}; there are " + (", ".join(there) or "no member files"),
            accepted=", ".join(there) or f"files like {product.files}",
            fix="Choose one of these, or download the files of the experiment.",
        )
    by_name: dict[str, list[patterns.Match]] = {}
    for match in matches:
        by_name.setdefault(patterns.fold(match.fields["member"]), []).append(match)
    for same in by_name.values():
        if len(same) > 1:
            raise InputError(
                "A member is there twice.",
                file=same[0].path,
                where=f"member {same[0].fields['member']}",
                found=", ".join(m.path.relative_to(request.data_dir).as_posix() for m in same),
                accepted="one file a member and experiment",
                fix="Remove the outdated copy.",
            )
    wanted = request.members or [m.fields["member"] for m in matches]
    absent = [name for name in wanted if patterns.fold(name) not in by_name]
    if absent:
        raise InputError(
            "Members of the ensemble are absent.",
            file=matches[0].path.parent,
            where=f"members of {request.experiment}",
            found=", ".join(m.fields["member"] for m in matches) + "; absent: " + ", ".join(absent),
            accepted="every member asked for",
            fix="Download the absent members, or set `members` of the product in catalog.yml of "
            "the data folder to those there are (null for all that are found).",
        )
    return [by_name[patterns.fold(name)][0] for name in wanted]


def _oriented(data: xr.DataArray) -> xr.DataArray:
    """Sort a member's axes, so that members stored in other directions agree."""
    lon = (data["lon"].values + 180.0) % 360.0 - 180.0
    return data.assign_coords(lon=("lon", lon)).sortby(["lat", "lon"])


def _check_same(
    field: xr.DataArray, first: xr.DataArray, *, match: patterns.Match, name: str
) -> None:
    for axis in ("lat", "lon"):
        same = field.sizes[axis] == first.sizes[axis]
        if not same or not np.allclose(field[axis], first[axis], atol=1e-4):
            raise InputError(
                "A member is on another grid.",
                file=match.path,
                where=f"member {match.fields['member']}, {axis}",
                found=_extent(field, axis),
                accepted=f"as member {name}: {_extent(first, axis)}",
                fix="Regrid the member, or leave it out of `members`.",
            )


def _extent(field: xr.DataArray, axis: str) -> str:
    values = field[axis].values
    return f"{values.size} cells from {values[0]:g} to {values[-1]:g}"
