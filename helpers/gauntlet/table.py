"""Running the gauntlet, and its table: what became of each case, with the worst time and memory."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from helpers.files import atomic_path
from helpers.gauntlet.attempt import try_case, warm_up
from helpers.gauntlet.case import CRASH, ERROR, REPAIR, SKIPPED, WRONG, Case, Outcome

COLUMNS = ("area", "case", "about", "outcome", "seconds", "megabytes", "detail")


def run_cases(
    cases: Iterable[Case], *, report: Callable[[Outcome], None] = lambda outcome: None
) -> list[Outcome]:
    """Try cases one after the other, each in a process of its own, and return what became of them.

    Parameters
    ----------
    cases : iterable of Case
        From :func:`helpers.gauntlet.catalogue.all_cases`.
    report : callable
        Told of each outcome.
    """
    warm_up()
    outcomes = []
    for case in cases:
        outcomes.append(try_case(case))
        report(outcomes[-1])
    return outcomes


def write_table(outcomes: Sequence[Outcome], path: Path) -> Path:
    """Write one row a case: area, case, about, outcome, seconds, megabytes and first words."""
    with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for o in outcomes:
            first = o.detail.splitlines()[0] if o.detail else ""
            cost = f"{o.seconds:.1f}", f"{o.megabytes:.0f}"
            writer.writerow([o.area, o.name, o.about, o.outcome, *cost, first])
    return path


def areas_table(outcomes: Sequence[Outcome]) -> str:
    """Return the table by area as text: cases, each outcome, worst time and memory."""
    head = f"{'way in':<14}{'cases':>7}{'errors':>8}{'repairs':>9}{'wrong':>7}{'crashes':>9}"
    lines = [head + f"{'worst s':>9}{'worst MB':>10}"]
    for area in dict.fromkeys(o.area for o in outcomes):
        own = [o for o in outcomes if o.area == area]
        lines.append(_line(area, own))
    return "\n".join([*lines, _line("all", outcomes)])


def _line(name: str, outcomes: Sequence[Outcome]) -> str:
    tried = [o for o in outcomes if o.outcome != SKIPPED]
    count = Counter(o.outcome for o in tried)
    seconds = max((o.seconds for o in tried), default=0.0)
    megabytes = max((o.megabytes for o in tried), default=0.0)
    return (
        f"{name:<14}{len(tried):>7}{count[ERROR]:>8}{count[REPAIR]:>9}{count[WRONG]:>7}"
        f"{count[CRASH]:>9}{seconds:>9.1f}{megabytes:>10.0f}"
    )


def closing_line(outcomes: Sequence[Outcome]) -> str:
    """Return the last line: how many cases were tried, and what became of them."""
    count = Counter(o.outcome for o in outcomes if o.outcome != SKIPPED)
    return (
        f"cases {sum(count.values())}, clear errors {count[ERROR]}, safe repairs {count[REPAIR]}, "
        f"wrong answers {count[WRONG]}, crashes {count[CRASH]}"
    )


def is_passed(outcomes: Sequence[Outcome]) -> bool:
    """Tell whether something was tried, and nothing gave a wrong answer or crashed."""
    count = Counter(o.outcome for o in outcomes)
    return bool(count[ERROR] + count[REPAIR]) and not count[WRONG] + count[CRASH]
