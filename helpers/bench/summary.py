"""From runs to a table: medians and spreads, slopes, ratios, and whether the targets are met."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median

from helpers.bench.process import Run
from helpers.bench.rounds import Runs
from helpers.bench.targets import TARGETS, Target

SLOPED = ("ours", "object", "read", "cdo-ready", "cdo-remapcon", "xarray-regrid", "members")
"""Programs whose cost is taken against size."""

TIMED_INSIDE = ("workers",)
"""Programs that also print the seconds of the work alone."""


@dataclass(frozen=True)
class Row:
    """One number of the benchmark.

    Attributes
    ----------
    measure : str
        seconds, cpu_seconds, peak_mb, inside, slope, or target.
    name : str
        Program, or target.
    size : int or None
        Months or members.
    value, low, high : float
        Median, smallest and largest; of a slope or of a ratio of slopes, the value from medians
        and the range over the rounds.
    n : int
        Rounds.
    unit : str
    limit : float or None
        Of a target.
    met : str
        "yes" or "no" for a target.
    """

    measure: str
    name: str
    size: int | None
    value: float
    low: float
    high: float
    n: int
    unit: str
    limit: float | None = None
    met: str = ""


def summarise(runs: Runs) -> list[Row]:
    """Return all rows of a benchmark.

    Parameters
    ----------
    runs : dict
        From :func:`helpers.bench.rounds.measure`.
    """
    rows = []
    for (program, size), found in runs.items():
        for measure, unit in (("seconds", "s"), ("cpu_seconds", "s"), ("peak_mb", "MB")):
            values = [getattr(run, measure) for run in found]
            rows.append(_row(measure, program, size=size, values=values, unit=unit))
        if program in TIMED_INSIDE:
            rows.append(
                _row("inside", program, size=size, values=[run.inside for run in found], unit="s")
            )
    for program in SLOPED:
        if len(sizes_of(runs, program)) > 1:
            values = slopes(runs, program)
            rows.append(
                _spread(
                    "slope",
                    program,
                    value=values[0],
                    others=values[1:],
                    unit="ms per month or member",
                )
            )
    for target in TARGETS:
        row = judged(target, runs)
        if row is not None:
            rows.append(row)
    return rows


def _row(measure: str, name: str, *, size: int | None, values: Sequence[float], unit: str) -> Row:
    return Row(measure, name, size, median(values), min(values), max(values), len(values), unit)


def _spread(
    measure: str,
    name: str,
    *,
    value: float,
    others: Sequence[float],
    unit: str,
    size: int | None = None,
) -> Row:
    ends = [value, *others]
    return Row(measure, name, size, value, min(ends), max(ends), len(others), unit)


def sizes_of(runs: Runs, program: str) -> list[int]:
    """Return the sizes at which a program was run."""
    return sorted(size for name, size in runs if name == program)


def slopes(runs: Runs, program: str) -> list[float]:
    """Return the slope [ms per unit of size] of the medians, then that of each full round."""
    sizes = sizes_of(runs, program)
    found = [[run.seconds for run in runs[program, size]] for size in sizes]
    rounds = min(map(len, found))
    middle = [median(values) for values in found]
    return [
        1000 * _slope(sizes, values)
        for values in [middle, *([one[i] for one in found] for i in range(rounds))]
    ]


def _slope(sizes: Sequence[float], values: Sequence[float]) -> float:
    """Return the least-squares slope.

    Examples
    --------
    >>> _slope([1, 2, 3], [10.0, 12.0, 14.0])
    2.0
    """
    middle_size, middle_value = sum(sizes) / len(sizes), sum(values) / len(values)
    above = sum((s - middle_size) * (v - middle_value) for s, v in zip(sizes, values, strict=True))
    return above / sum((s - middle_size) ** 2 for s in sizes)


def paired(
    runs: Runs, above: tuple[str, int], *, below: tuple[str, int], measure: str
) -> list[float]:
    """Return the ratio of two cases in each round in which both were run."""
    pairs = zip(runs.get(above, []), runs.get(below, []), strict=False)
    return [getattr(a, measure) / getattr(b, measure) for a, b in pairs]


def judged(target: Target, runs: Runs) -> Row | None:
    """Return the row of a target, or None where it was not measured."""
    values = _values(target, runs)
    if not values:
        return None
    middle = values[0] if target.kind == "slopes" else median(values)
    met = middle >= target.limit if target.at_least else middle <= target.limit
    row = _spread("target", target.name, value=middle, others=values, unit=target.unit)
    rounds = len(values) - (target.kind == "slopes")
    return Row(**{**asdict(row), "n": rounds, "limit": target.limit, "met": "yes" if met else "no"})


def _values(target: Target, runs: Runs) -> list[float]:
    """Return what a target is about: one value a round; of slopes, that of the medians first."""
    if target.kind == "ratio" and target.below:
        return paired(runs, target.above, below=target.below, measure=target.measure)
    if target.kind == "value":
        return [getattr(run, target.measure) for run in runs.get(target.above, [])]
    if target.kind == "slopes" and target.below:
        names = target.above[0], target.below[0]
        if min(len(sizes_of(runs, name)) for name in names) < 2:
            return []
        above, below = (slopes(runs, name) for name in names)
        return [a / b for a, b in zip(above, below, strict=False) if b > 0]
    return [_late_over_early(run) for run in runs.get(target.above, [])]


def _late_over_early(run: Run) -> float:
    """Return the median time of the last third of the years over that of the first third.

    The very first year, which imports what is needed, is left out.
    """
    seconds = json.loads(run.output.splitlines()[-1])[1:]
    third = max(1, len(seconds) // 3)
    return median(seconds[-third:]) / median(seconds[:third])
