"""Say which branches of ``helpers`` no test takes; run by ``make coverage``."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path


def shares(summary: dict) -> tuple[float, float]:
    """Return the percent of statements and of branches that were taken."""
    lines = 100 * summary["covered_lines"] / max(summary["num_statements"], 1)
    branches = 100 * summary["covered_branches"] / max(summary["num_branches"], 1)
    return lines, branches


def main(arguments: list[str] | None = None) -> int:
    """Print the branches not taken, file by file, and both totals; fail below the target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help="report of `coverage json`")
    parser.add_argument("--target", type=float, default=95.0, help="percent of branches")
    options = parser.parse_args(arguments)
    report = json.loads(options.file.read_text(encoding="utf-8"))
    for name, found in sorted(report["files"].items()):
        missing = found["missing_branches"]
        if missing:
            arrows = ", ".join(f"{start}→{end if end > 0 else 'end'}" for start, end in missing)
            print(f"{name}: {arrows}")
    lines, branches = shares(report["totals"])
    print(f"statements taken: {lines:.1f} %; branches taken: {branches:.1f} %")
    return int(branches < options.target)


if __name__ == "__main__":
    sys.exit(main())
