"""The recorded benchmark on a page: tables and sentences, every number from the record.

A Sphinx extension with one directive,

    ```{benchmark} targets
    ```

whose argument is ``targets``, ``times``, ``slopes``, ``memory``, ``members``,
``workers`` or ``machine``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from helpers.bench import record, words
from helpers.bench.plan import TITLES
from helpers.bench.summary import Row
from helpers.bench.targets import TARGETS

FOLDER = "benchmarks"
"""Folder of the record in the source tree of the book."""

NO_RECORD = "No benchmark has been accepted yet; `sinkbook bench`, then with `--accept`, makes one."
"""What stands in the place of a part while there is no record."""

Cells = list[list[str]]


class Benchmark(SphinxDirective):
    """The directive ``{benchmark}``."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return a table, or a sentence and a table."""
        folder = Path(self.env.srcdir) / FOLDER
        part = self.arguments[0]
        if part not in PARTS and part != "machine":
            raise self.error(f"A benchmark has no part {part!r}, only: machine, {', '.join(PARTS)}")
        if not (folder / record.RESULTS).is_file():
            return [nodes.paragraph(text=NO_RECORD)]
        rows, machine = record.read(folder)
        self.env.note_dependency(str(folder / record.RESULTS))
        self.env.note_dependency(str(folder / record.MACHINE))
        if part == "machine":
            return [nodes.paragraph(text=machine_text(machine))]
        header, cells = PARTS[part](rows)
        found: list[nodes.Node] = []
        if part == "targets":
            found.append(nodes.paragraph(text=verdict_text(rows)))
        return [*found, table(header, cells)]


def verdict_text(rows: Sequence[Row]) -> str:
    """Return which targets are met, in words."""
    judged = [row for row in rows if row.measure == "target"]
    missed = [row for row in judged if row.met == "no"]
    absent = [one.name for one in TARGETS if one.name not in {row.name for row in judged}]
    text = f"{len(judged) - len(missed)} of {len(judged)} measured targets are met."
    for row in missed:
        text += f" Missed: {words.asked(row)}; it is {words.number(row.value)} {row.unit}".rstrip()
        text += "."
    if absent:
        says = {one.name: one.says.format(limit=words.number(one.limit)) for one in TARGETS}
        text += f" Not measured in this run: {'; '.join(says[name] for name in absent)}."
    return text


def machine_text(machine: dict[str, str]) -> str:
    """Return on what and when the record was made, in words."""
    software = ", ".join(
        f"{name} {machine[name]}"
        for name in ("python", "numpy", "numba", "h5py", "xarray", "xarray-regrid", "dask", "cdo")
        if name in machine
    )
    return (
        f"Measured on {machine['date']} in {machine['rounds']} rounds on {machine['processors']} "
        f"processors ({machine['processor']}, {machine['system']}), {machine['memory_gb']} GB of "
        f"memory; when it began, {machine['load_before']} other programs wanted a processor. "
        f"Software: {software}."
    )


def targets(rows: Sequence[Row]) -> tuple[list[str], Cells]:
    """Return what is asked for, what was found, and the verdict."""
    header = ["Target", "Found", "Range over the rounds", "Met"]
    cells = [
        [words.asked(row), _with_unit(row), _range(row), row.met]
        for row in rows
        if row.measure == "target"
    ]
    return header, cells


def times(rows: Sequence[Row]) -> tuple[list[str], Cells]:
    """Return the seconds of every program."""
    header = ["Program", "Months", "Seconds", "Range", "Rounds", "Processor seconds"]
    cells = []
    for row in rows:
        if row.measure == "seconds" and row.name not in _NO_MONTHS:
            cpu = _same(rows, "cpu_seconds", like=row)
            size = str(row.size) if row.size else "–"
            cells.append(
                [TITLES[row.name], size, words.number(row.value), _range(row), str(row.n),
                 words.number(cpu.value)]
            )  # fmt: skip
    return header, cells


def slopes(rows: Sequence[Row]) -> tuple[list[str], Cells]:
    """Return the milliseconds that each month adds."""
    header = ["Program", "Milliseconds per added month", "Range over the rounds"]
    cells = [
        [TITLES[row.name], words.number(row.value), _range(row)]
        for row in rows
        if row.measure == "slope" and row.name != "members"
    ]
    return header, cells


def memory(rows: Sequence[Row]) -> tuple[list[str], Cells]:
    """Return the peak memory of every program."""
    header = ["Program", "Months", "Peak memory (MB)"]
    cells = [
        [TITLES[row.name], str(row.size), words.number(row.value)]
        for row in rows
        if row.measure == "peak_mb" and row.size and row.name not in _NO_MONTHS
    ]
    return header, cells


def members(rows: Sequence[Row]) -> tuple[list[str], Cells]:
    """Return the cost of an ensemble against its members."""
    header = ["Members", "Seconds", "Range", "Peak memory (MB)"]
    cells = [
        [str(row.size), words.number(row.value), _range(row),
         words.number(_same(rows, "peak_mb", like=row).value)]
        for row in rows
        if row.measure == "seconds" and row.name == "members"
    ]  # fmt: skip
    return header, cells


def workers(rows: Sequence[Row]) -> tuple[list[str], Cells]:
    """Return the time of worker processes, with their start and once they are up."""
    header = ["Workers", "Seconds, whole process", "Range", "Seconds of the work alone", "Range"]
    cells = []
    for row in rows:
        if row.measure == "seconds" and row.name == "workers":
            inside = _same(rows, "inside", like=row)
            cells.append(
                [str(row.size), words.number(row.value), _range(row),
                 words.number(inside.value), _range(inside)]
            )  # fmt: skip
    return header, cells


PARTS = {
    "targets": targets, "times": times, "slopes": slopes, "memory": memory, "members": members,
    "workers": workers,
}  # fmt: skip
"""Tables by their name."""


_NO_MONTHS = ("members", "workers")
"""Programs whose size does not count months."""


def _same(rows: Sequence[Row], measure: str, *, like: Row) -> Row:
    return next(r for r in rows if (r.measure, r.name, r.size) == (measure, like.name, like.size))


def _with_unit(row: Row) -> str:
    return f"{words.number(row.value)} {row.unit}".strip()


def _range(row: Row) -> str:
    if row.n < 2:
        return "one run"
    return f"{words.number(row.low)} to {words.number(row.high)}"


def table(header: Sequence[str], cells: Cells) -> nodes.table:
    """Return a table of texts; the first column names the row."""
    group = nodes.tgroup(cols=len(header))
    group += [nodes.colspec(colwidth=20) for _ in header]
    head = nodes.thead()
    head += _row(header)
    body = nodes.tbody()
    body += [_row(line) for line in cells]
    group += [head, body]
    result = nodes.table(classes=["benchmark"])
    result += group
    return result


def _row(texts: Sequence[str]) -> nodes.row:
    row = nodes.row()
    for text in texts:
        entry = nodes.entry()
        entry += nodes.paragraph(text=text)
        row += entry
    return row


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("benchmark", Benchmark)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
