"""Say which changes of the numeric core the tests notice; run by ``make mutation``.

mutmut writes a verdict for every changed line under ``mutants/``. A change inside a ``raise``
alters only the words of an error; whether those words help is judged by the gauntlet, so the
target counts the other changes. Both scores are printed.
"""

from __future__ import annotations

import argparse
import ast
import sys
from difflib import unified_diff
from pathlib import Path

import libcst as cst
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import read_functions_from_index
from mutmut.stats import status_by_exit_code

NOTICED = {"killed", "timeout", "segfault", "caught by type check"}
UNTRIED = {"skipped", "not checked", "check was interrupted by user"}


def is_wording(diff: str) -> bool:
    """Say whether the first changed line of a function belongs to a ``raise`` statement.

    The diff must hold the whole function, as ``get_diff_for_mutant`` gives with enough context.
    """
    old = [line[1:] for line in diff.splitlines()[3:] if not line.startswith("+")]
    first = next(
        (at for at, line in enumerate(diff.splitlines()[3:], 1) if line.startswith(("-", "+"))), 0
    )
    return any(
        node.lineno <= first <= (node.end_lineno or node.lineno)
        for node in ast.walk(ast.parse("\n".join(old)))
        if isinstance(node, ast.Raise)
    )


def changed_lines(diff: str) -> tuple[str, str]:
    """Return the old and the new text of the line a mutant changes."""
    body = diff.splitlines()[3:]
    old = next((line[1:].strip() for line in body if line.startswith("-")), "")
    new = next((line[1:].strip() for line in body if line.startswith("+")), "")
    return old, new


def whole_diff(name: str, path: Path) -> str:
    """Return the difference of a mutant from its function, with the whole function around it."""
    functions = read_functions_from_index(name, path)
    if functions is None:
        raise FileNotFoundError(f"{path}: no index of mutants; run mutmut first")
    old, new = (cst.Module([one]).code.strip().split("\n") for one in functions)
    return "\n".join(unified_diff(old, new, lineterm="", n=len(old) + len(new)))


def verdicts(path: Path) -> list[tuple[str, str]]:
    """Return each mutant of a source file with what the tests said."""
    data = SourceFileMutationData(path=path)
    data.load()
    return [(name, status_by_exit_code[code]) for name, code in data.exit_code_by_key.items()]


def main(arguments: list[str] | None = None) -> int:
    """Print the survivors and both scores; fail below the target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", type=float, default=85.0, help="percent that must be noticed")
    target = parser.parse_args(arguments).target
    counts = {"all": [0, 0], "numeric": [0, 0]}
    untried = 0
    for meta in sorted(Path("mutants").rglob("*.py.meta")):
        path = Path(str(meta.relative_to("mutants")).removesuffix(".meta"))
        for name, status in verdicts(path):
            if status in UNTRIED:
                untried += 1
                continue
            is_noticed = status in NOTICED
            diff = whole_diff(name, path)
            kinds = ["all"] if is_wording(diff) else ["all", "numeric"]
            for kind in kinds:
                counts[kind][0] += is_noticed
                counts[kind][1] += 1
            if "numeric" in kinds and not is_noticed:
                old, new = changed_lines(diff)
                print(f"{path}: {status}: {name.rpartition('.')[2]}\n  - {old}\n  + {new}")
    print(f"not tried: {untried}")
    for kind, (noticed, total) in counts.items():
        what = "all changes" if kind == "all" else "changes outside the words of errors"
        print(f"{what}: {noticed} of {total} noticed, {100 * noticed / max(total, 1):.1f} %")
    noticed, total = counts["numeric"]
    return int(untried > 0 or 100 * noticed < target * total)


if __name__ == "__main__":
    sys.exit(main())
