"""The results of a benchmark as files, and the record of them that the book shows."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import asdict, fields
from pathlib import Path

from helpers.bench.rounds import Runs
from helpers.bench.summary import Row
from helpers.errors import InputError
from helpers.files import write_text

RESULTS, MACHINE, RUNS = "results.csv", "machine.json", "runs.csv"
RECORD = Path("data/benchmarks")
"""Folder of the record, from the root of the book."""


def write(folder: Path, *, rows: Iterable[Row], runs: Runs, machine: dict[str, str]) -> Path:
    """Write a benchmark: its rows, every run, and the machine; return the rows' file."""
    path = write_text(folder / RESULTS, _csv([f.name for f in fields(Row)], map(_cells, rows)))
    every = [
        [program, size, number, _text(run.seconds), _text(run.cpu_seconds), _text(run.peak_mb)]
        for (program, size), found in runs.items()
        for number, run in enumerate(found, start=1)
    ]
    header = ["program", "size", "round", "seconds", "cpu_seconds", "peak_mb"]
    write_text(folder / RUNS, _csv(header, every))
    write_text(folder / MACHINE, json.dumps(machine, indent=2) + "\n")
    return path


def _cells(row: Row) -> list[str]:
    return [_text(value) for value in asdict(row).values()]


def _text(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _csv(header: list[str], lines: Iterable[Iterable[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(lines)
    return text.getvalue()


def read(folder: Path) -> tuple[list[Row], dict[str, str]]:
    """Return the rows and the machine of a benchmark.

    Raises
    ------
    InputError
        If there is none.
    """
    path = folder / RESULTS
    if not path.is_file():
        raise InputError(
            "There is no benchmark.", file=path, found="no such file", accepted="an accepted run",
            fix="Run `sinkbook bench`, then with --accept.",
        )  # fmt: skip
    with path.open(encoding="utf-8", newline="") as stream:
        rows = [_row(line) for line in csv.DictReader(stream)]
    return rows, json.loads((folder / MACHINE).read_text(encoding="utf-8"))


def _row(line: dict[str, str]) -> Row:
    return Row(
        measure=line["measure"],
        name=line["name"],
        size=int(line["size"]) if line["size"] else None,
        value=float(line["value"]),
        low=float(line["low"]),
        high=float(line["high"]),
        n=int(line["n"]),
        unit=line["unit"],
        limit=float(line["limit"]) if line["limit"] else None,
        met=line["met"],
    )


def accept(folder: Path, *, root: Path) -> Path:
    """Make a benchmark the record of the book and return the record's file."""
    read(folder)
    for name in (RESULTS, MACHINE, RUNS):
        write_text(root / RECORD / name, (folder / name).read_text(encoding="utf-8"))
    return root / RECORD / RESULTS
