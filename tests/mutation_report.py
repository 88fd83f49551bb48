"""Say which changes of the numeric core the tests notice; run by ``make mutation``.

mutmut writes a verdict for every changed line under ``mutants/``. Two scores are printed: of all
changes, and of those outside a ``raise``, which alter more than the words of an error. The target
holds for the second. A change that nothing can notice, because it leaves every result as it is, is
named in ``mutation_argued.toml`` with the reason. It counts as missed in both scores; a third score
leaves it out.
"""

from __future__ import annotations

import argparse
import ast
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

import libcst as cst
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import read_functions_from_index
from mutmut.stats import status_by_exit_code

NOTICED = {"killed", "timeout", "segfault", "caught by type check"}
UNTRIED = {"skipped", "not checked", "check was interrupted by user"}
FAILED = 255
"""Code of a run that could not be started, which mutmut takes for one that took too long."""

ARGUED = Path(__file__).with_name("mutation_argued.toml")


@dataclass(frozen=True)
class Change:
    """One changed line and what became of it."""

    file: str
    name: str
    status: str
    old: str
    new: str
    is_wording: bool

    @property
    def is_noticed(self) -> bool:
        """Say whether a test failed."""
        return self.status in NOTICED

    @property
    def key(self) -> tuple[str, str, str]:
        """Return what names the change in the list of argued ones."""
        return self.file, self.old, self.new


def is_wording(diff: str) -> bool:
    """Say whether the first changed line of a function belongs to a ``raise`` statement.

    The diff must hold the whole function, as ``whole_diff`` gives.
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


def verdicts() -> Iterator[tuple[Path, str, str]]:
    """Yield file, name and status of each change."""
    for meta in sorted(Path("mutants").rglob("*.py.meta")):
        path = Path(str(meta.relative_to("mutants")).removesuffix(".meta"))
        data = SourceFileMutationData(path=path)
        data.load()
        for name, code in data.exit_code_by_key.items():
            yield path, name, "not checked" if code == FAILED else status_by_exit_code[code]


def untried() -> list[str]:
    """Return the names of changes that no test was run with: another run takes them."""
    return [name for _, name, status in verdicts() if status in UNTRIED]


def changes() -> Iterator[Change]:
    """Yield each change with what the tests said."""
    for path, name, status in verdicts():
        diff = whole_diff(name, path)
        shown = name.rpartition(".")[2].replace("__mutmut_", " ")
        yield Change(str(path), shown, status, *changed_lines(diff), is_wording(diff))


def argued(text: str) -> dict[tuple[str, str, str], str]:
    """Return the changes that nothing can notice, with the reason."""
    return {
        (item["file"], change["old"], change["new"]): item["why"]
        for item in tomllib.loads(text).get("argued", [])
        for change in item["changes"]
    }


def score(what: str, noticed: int, total: int) -> str:
    """Return a line of the end of the report."""
    return f"{what}: {noticed} of {total} noticed, {100 * noticed / max(total, 1):.1f} %"


def report(found: list[Change], reasons: dict[tuple[str, str, str], str]) -> tuple[str, float]:
    """Return the survivors with the scores, and the score that the target holds for [percent]."""
    tried = [one for one in found if one.status not in UNTRIED]
    numeric = [one for one in tried if not one.is_wording]
    lines = []
    for one in tried:
        if not one.is_noticed:
            kind = "words of an error" if one.is_wording else one.status
            kind = f"argued: {reasons[one.key]}" if one.key in reasons else kind
            lines += [f"{one.file}: {one.name}: {kind}", f"  - {one.old}", f"  + {one.new}"]
    missed = {one.key for one in tried if not one.is_noticed}
    lines += [f"argued, yet noticed or gone: {' | '.join(key)}" for key in reasons.keys() - missed]
    by_file = Counter(one.file for one in numeric)
    noticed_by_file = Counter(one.file for one in numeric if one.is_noticed)
    lines += [score(file, noticed_by_file[file], count) for file, count in by_file.items()]
    noticed = sum(one.is_noticed for one in numeric)
    open_ones = [one for one in numeric if one.is_noticed or one.key not in reasons]
    lines += [
        f"not tried: {len(found) - len(tried)}",
        f"noticed by taking too long: {sum(one.status == 'timeout' for one in tried)}",
        score("all changes", sum(one.is_noticed for one in tried), len(tried)),
        score("changes outside the words of errors", noticed, len(numeric)),
        score("the same without those argued to change nothing", noticed, len(open_ones)),
    ]
    return "\n".join(lines), 100 * noticed / max(len(numeric), 1)


def main(arguments: list[str] | None = None) -> int:
    """Print the survivors and the scores; fail below the target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", type=float, default=85.0, help="percent that must be noticed")
    parser.add_argument("--untried", action="store_true", help="only name what was not tried")
    options = parser.parse_args(arguments)
    if options.untried:
        print("\n".join(untried()))
        return 0
    found = list(changes())
    text, reached = report(found, argued(ARGUED.read_text(encoding="utf-8")))
    print(text)
    return int(reached < options.target or any(one.status in UNTRIED for one in found))


if __name__ == "__main__":
    sys.exit(main())
