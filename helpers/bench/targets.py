"""What the regridder has to reach, as numbers that a benchmark can judge."""

from __future__ import annotations

from dataclasses import dataclass

LONG = 468
"""Months of the long run."""


@dataclass(frozen=True)
class Target:
    """A bound on a ratio or on a number.

    Attributes
    ----------
    name : str
        Short key, as in the table.
    says : str
        What is asked, in words; ``{limit}`` stands for the number.
    kind : str
        ratio (of two cases, round by round), slopes (their ratio), value, or steady.
    above, below : tuple
        Cases, by program and size.
    limit : float
    at_least : bool
        The value has to reach the limit; otherwise it has to stay below.
    measure : str
        What is taken of a run.
    unit : str
        Of the value: "" for ratios.
    """

    name: str
    says: str
    kind: str
    above: tuple[str, int]
    limit: float
    below: tuple[str, int] | None = None
    at_least: bool = False
    measure: str = "seconds"
    unit: str = ""


TARGETS = (
    Target("remapcon-24", "at least {limit} times as fast as cdo remapcon, 24 months", "ratio",
           ("cdo-remapcon", 24), 5.0, below=("ours", 24), at_least=True),
    Target("xarray-regrid-24", "at least {limit} times as fast as xarray-regrid, 24 months",
           "ratio", ("xarray-regrid", 24), 2.5, below=("ours", 24), at_least=True),
    Target("ready-48", "time over that of cdo remap with ready weights, 48 months, at most {limit}",
           "ratio", ("ours", 48), 1.0, below=("cdo-ready", 48)),
    Target("slope-ready", "time per added month over that of cdo remap, at most {limit}", "slopes",
           ("ours", 0), 0.5, below=("cdo-ready", 0)),
    Target("slope-read", "time per added month over that of reading the bytes, at most {limit}",
           "slopes", ("ours", 0), 3.0, below=("read", 0)),
    Target("zlib-24", "zlib input: time over that of decompressing it, at most {limit}", "ratio",
           ("ours-zlib", 24), 1.5, below=("inflate", 24)),
    Target("memory-48", "peak memory, 48 months, at most {limit} MB", "value",
           ("ours", 48), 500.0, measure="peak_mb", unit="MB"),
    Target("memory-flat", "peak memory of 48 months over that of 12, at most {limit}", "ratio",
           ("ours", 48), 1.25, below=("ours", 12), measure="peak_mb"),
    Target("memory-long", "peak memory of 39 years by the month, at most {limit} MB", "value",
           ("long", LONG), 1000.0, measure="peak_mb", unit="MB"),
    Target("steady-long", "39 years: last years over first years, at most {limit}",
           "steady", ("long", LONG), 1.25),
    Target("workers-2", "two workers, 48 months, their start included: time over that of one, "
           "at most {limit}", "ratio", ("workers", 2), 1.0, below=("workers", 1)),
    Target("build-full", "the whole book, at most {limit} s", "value", ("build-full", 0), 360.0,
           unit="s"),
    Target("build-one", "the book after a change of one notebook, at most {limit} s", "value",
           ("build-one", 0), 60.0, unit="s"),
    Target("build-none", "the book when nothing has changed, at most {limit} s", "value",
           ("build-none", 0), 5.0, unit="s"),
)  # fmt: skip
