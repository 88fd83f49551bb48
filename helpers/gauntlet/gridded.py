"""Making a case from what is wrong with a NetCDF file of the world, or with its catalog entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from helpers.gauntlet.case import Answer, Case
from helpers.gauntlet.world import ENTRIES, World, reading, write_catalog

FILES = {"cf": "world.nc", "trendy": "M_S3_nbp.nc"}
"""Name of the one file of each layout."""


def gridded_case(
    name: str,
    about: str,
    *,
    expects: Literal["error", "repair"],
    says: str,
    world: dict[str, Any] | None = None,
    entry: dict[str, Any] | None = None,
    reader: str = "cf",
    after: Callable[[Path], Any] | None = None,
    drops_privilege: bool = False,
    **reading_choices: Any,
) -> Case:
    """Return a case of the readers `cf` and `trendy`.

    Parameters
    ----------
    name, about, expects, says, drops_privilege
        See :class:`Case`.
    world : dict, optional
        What differs from a whole :class:`World`.
    entry : dict, optional
        What differs from the plain catalog entry.
    reader : str
        ``cf`` or ``trendy``.
    after : callable, optional
        Damages the finished file.
    **reading_choices
        Of :func:`helpers.gauntlet.world.reading`.
    """

    def build(folder: Path) -> None:
        write_catalog(folder, reader, **(entry or {}))
        path = World(**(world or {})).write(folder / FILES[reader])
        if after is not None:
            after(path)

    return Case(
        name=f"{reader}-{name}",
        area=reader,
        about=about,
        build=build,
        attempt=reading(**reading_choices),
        expects=expects,
        says=says,
        drops_privilege=drops_privilege,
    )


def lazily(case: Case) -> Case:
    """Return a case again, its file read as those are that fill no memory: in pieces, late."""

    def attempt(folder: Path) -> Answer:
        from helpers.sources import gridded

        usual, gridded.LAZY_BYTES = gridded.LAZY_BYTES, 1
        try:
            return case.attempt(folder)
        finally:
            gridded.LAZY_BYTES = usual

    about = f"{case.about}, read in pieces"
    return replace(case, name=f"{case.name}-in-pieces", about=about, attempt=attempt)


__all__ = ["ENTRIES", "FILES", "gridded_case", "lazily"]
