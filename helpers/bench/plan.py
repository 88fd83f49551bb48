"""Which programs are measured, on what, and how often."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from helpers.bench import programs
from helpers.bench.inputs import MONTHS, input_name

YEARS = 39
"""Length of the long run: the record of BEPS, 1981 to 2019."""
MEMBERS = (1, 2, 4, 8)


@dataclass(frozen=True)
class Case:
    """A program on an input.

    Attributes
    ----------
    program : str
        Key of the program, as in :data:`TITLES`.
    size : int
        Months, or members, or whatever the cost is taken against.
    command : tuple of str
    rounds : int
        In how many of the rounds it runs.
    """

    program: str
    size: int
    command: tuple[str, ...]
    rounds: int

    @property
    def key(self) -> tuple[str, int]:
        """Return program and size."""
        return self.program, self.size


TITLES = {
    "ours": "conservative_file",
    "imports": "the imports of conservative_file only",
    "object": "conservative, an opened xarray object",
    "read": "h5py, reading the same bytes only",
    "cdo-remapcon": "cdo remapcon, two threads",
    "cdo-ready": "cdo remap with ready weights",
    "xarray-regrid": "xarray-regrid, Dask, a month a chunk",
    "inflate": "zlib, decompressing only, in threads",
    "inflate-fast": "libdeflate, decompressing only, in threads",
    "ours-zlib": "conservative_file, zlib input",
    "members": "conservative_file, members of a year each",
    "workers": "conservative by worker processes, 48 months, cluster included",
    "long": "conservative_file, year after year",
    "first-use": "conservative_file, machine code not made yet",
    "build-full": "sinkbook build, everything",
    "build-one": "sinkbook build, one notebook changed",
    "build-none": "sinkbook build, nothing changed",
}
"""What each program is called in tables."""


def regridding(rounds: int) -> list[Case]:
    """Return the programs that do the same work, at all sizes."""
    cases = [Case("imports", 0, (*programs.python(programs.IMPORTS),), rounds)]
    for months in MONTHS:
        name = input_name(months)
        often = rounds if months == 24 else min(rounds, 3)
        cases += [
            Case("ours", months, (*programs.python(programs.OURS, name),), rounds),
            Case("read", months, (*programs.python(programs.H5PY_READ, name),), rounds),
            Case("object", months, (*programs.python(programs.XARRAY_OBJECT, name),), often),
        ]
        if programs.cdo():
            cases += [
                Case("cdo-ready", months, (*programs.cdo_remap(name, "ready.nc"),), rounds),
                Case("cdo-remapcon", months, (*programs.cdo_remapcon(name, "con.nc"),), often),
            ]
        if importlib.util.find_spec("xarray_regrid"):
            command = programs.python(programs.XARRAY_REGRID, name)
            cases.append(Case("xarray-regrid", months, (*command,), often))
    return cases


def compressed(rounds: int) -> list[Case]:
    """Return regridding of compressed input, and decompressing it only."""
    name = input_name(24, form="zlib")
    return [
        Case("inflate", 24, (*programs.python(programs.INFLATE, name),), rounds),
        Case("inflate-fast", 24, (*programs.python(programs.INFLATE_FAST, name),), rounds),
        Case("ours-zlib", 24, (*programs.python(programs.OURS, name),), rounds),
    ]


def members(rounds: int) -> list[Case]:
    """Return regridding of an ensemble, a file a member."""
    name = input_name(12)
    return [
        Case("members", n, (*programs.python(programs.OURS, *[name] * n),), min(rounds, 3))
        for n in MEMBERS
    ]


def long_run(rounds: int) -> list[Case]:
    """Return the long record: one year's file read again and again."""
    command = programs.python(programs.LONG_RUN, input_name(12), str(YEARS))
    return [Case("long", YEARS * 12, (*command,), 1)]


def workers(rounds: int) -> list[Case]:
    """Return the same work by one and by two worker processes."""
    name = input_name(48)
    return [
        Case("workers", n, (*programs.python(programs.WORKERS, name, str(n)),), rounds)
        for n in (1, 2)
    ]


PARTS: list[Callable[[int], list[Case]]] = [regridding, compressed, members, workers, long_run]
"""Functions from the number of rounds to cases. A new kind of measurement is one more function
here and its titles above."""


def all_cases(rounds: int) -> list[Case]:
    """Return every case of a run."""
    return [case for part in PARTS for case in part(rounds)]


def preparations(folder: Path) -> list[list[str]]:
    """Return the commands that have to run once before the rounds."""
    wanted = programs.cdo() and not (folder / "weights.nc").is_file()
    return [programs.cdo_weights(input_name(12))] if wanted else []
