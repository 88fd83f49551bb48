"""What was seen of a folder of products, as text for a terminal of 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from helpers.intake.inspection import Look

WIDTH = 80
_COLUMNS = (
    ("product", 10), ("found", 8), ("years", 9), ("grid", 8), ("unit", 15), ("sign +", 7),
    ("year", 5), ("Jan", 5), ("Jul", 5),
)  # fmt: skip


def table(looks: Sequence[Look]) -> str:
    """Return a table of products, then what is to be said of each.

    Parameters
    ----------
    looks : sequence of Look
        From :func:`helpers.intake.inspection.inspect`.
    """
    lines = [_row([name for name, _ in _COLUMNS])]
    lines += [_row(_cells(look)) for look in looks]
    samples = sorted({look.sample_year for look in looks if look.sample_year is not None})
    if samples:
        years = ", ".join(str(year) for year in samples)
        text = (
            f"year, Jan, Jul: China in {years}, Pg C yr-1, uptake positive whatever the files do."
        )
        lines.append(_wrapped("  ", text))
    for look in looks:
        lines += _notes(look)
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    parts = [
        f"{text:<{width}}" if len(text) <= width else text[: width - 1] + "…"
        for text, (_, width) in zip(cells, _COLUMNS, strict=True)
    ]
    return " ".join(parts).rstrip()


def _cells(look: Look) -> list[str]:
    if look.state == "absent":
        return [look.key, "absent", *[""] * 7]
    found = f"{look.files} files" if look.files > 1 else "1 file"
    if look.members:
        wanted = len(look.members) + len(look.absent_members)
        found = f"{len(look.members)} of {wanted}"
    return [
        look.key,
        found,
        spans(look.years) or "none",
        look.grid and look.grid + "°",
        look.unit,
        "uptake" if look.positive == "land" else "release",
        *("" if x is None else f"{x:+.2f}" for x in (look.total, look.january, look.july)),
    ]


def spans(years: Sequence[int]) -> str:
    """Return years as spans.

    Examples
    --------
    >>> spans([2015, 2016, 2018])
    '2015-2016, 2018'
    """
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(str(r[0]) if len(r) == 1 else f"{r[0]}-{r[-1]}" for r in runs)


def _notes(look: Look) -> list[str]:
    name = look.title if look.title.lower() == look.key else f"{look.key} ({look.title})"
    if look.state == "absent":
        return [_wrapped(f"- {name}: ", f"absent, will be left out. {look.how}")]
    lines = [_wrapped(f"WRONG {name}: ", problem) for problem in look.problems]
    if look.absent_years and look.years:
        lines.append(_wrapped(f"- {name}: ", f"not whole: {spans(look.absent_years)}"))
    if look.is_standin:
        lines.append(_wrapped(f"- {name}: ", "a reconstruction, not the product"))
    lines += [_wrapped(f"- {name}: ", f"repaired on reading: {note}") for note in look.notices]
    return lines


def _wrapped(head: str, text: str) -> str:
    return textwrap.fill(
        text,
        width=WIDTH,
        initial_indent=head,
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )
