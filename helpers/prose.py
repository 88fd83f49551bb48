"""The prose of the book: what is left of a page without code, mathematics, roles and addresses.

On it rests the rule that no result is typed: a number that looks like a result must come from the
role ``{result}`` or ``{claim}``. What is typed on purpose, such as a definition, stands with its
reason in ``book/typed_numbers.yml``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from helpers.errors import InputError
from helpers.teaching.folders import FOLDERS

ALLOWED = Path("book/typed_numbers.yml")
"""Numbers that may be typed, each with its page and its reason."""

PROSE_DIRECTIVES = (
    *("admonition", "note", "tip", "warning", "important", "caution", "hint", "seealso"),
    *("div", "dropdown", "margin", "sidebar", "figure", "epigraph", "exercise", "solution"),
)
"""Directives whose content is read as prose; that of all others is code."""

_NUMBER = r"[+\-−]?\d+(?:[.,\u202f ]\d{3})*(?:\.\d+)?"
_UNITS = (
    r"%|‰|per ?cent\b|percent\b|[PTGMk]?g\b(?! ?=)|[MG]?t C\b|[MG]?t CO|t ha|petagrams?\b|"
    r"teragrams?\b|tonnes?\b|tons?\b|[Mk]?km²|Mkm²|[Mk]?m²|[Mk]?ha\b|hectares?\b|"
    r"W m|ppm\b|-?fold\b|times (?!\d)|sigma\b|σ|standard deviations?\b|million\b|billion\b"
)
RESULT = re.compile(
    rf"(?<![\w.#/\-])(?:{_NUMBER}\s?±\s?{_NUMBER}|\d+\.\d+(?!\.?\d)|{_NUMBER}[\s\u00a0\u202f]?(?:{_UNITS}))"
)
"""What looks like a result: a number with a ±, with decimals, or with a unit of amount."""

LEVEL = re.compile(
    r"\d+(?:[.–-]\d+)?[\s\u00a0\u202f]?% "
    r"(?:interval|confidence|level|range|bound|quantile|limit|credible)"
    r"|(?:intervals?|confidence|levels?)(?: (?:of|at))? \d+(?:[.–-]\d+)?[\s\u00a0\u202f]?%"
)
"""Levels of intervals and tests: choices, not results."""

_FENCE = re.compile(r"^\s*(`{3,}|~{3,}|:{3,})\s*(?:\{([\w:-]+)\})?")
_MATH_FENCE = re.compile(r"^\s*\$\$")
_OPTION = re.compile(r"^\s*:[\w-]+:|^\s*---\s*$")
_BLANKED = (
    re.compile(r"<!--.*?-->"),
    re.compile(r"\{[\w:.-]+\}`[^`]*`"),  # roles
    re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)"),  # code
    re.compile(r"(?<!\\)\$[^$]+(?<!\\)\$"),  # mathematics
    re.compile(r"(?<=\])\([^)\s]*\)"),  # addresses of links
    re.compile(r"<[a-z/][^>]*>"),  # tags
    re.compile(r"\b(?:https?://|doi:|10\.\d{4,9}/)\S+"),
)


@dataclass(frozen=True)
class Line:
    """One line of prose.

    Parameters
    ----------
    file : str
        Page, relative to the root of the book.
    number : int
        Line of a Markdown file, or of the source of a cell.
    cell : int or None
        Number of the cell in a notebook, from 0.
    text : str
        What is left when everything that is not prose is blanked.
    """

    file: str
    number: int
    cell: int | None
    text: str

    @property
    def place(self) -> str:
        """Return page and line in words."""
        cell = "" if self.cell is None else f" cell {self.cell}"
        return f"{self.file}{cell} line {self.number}"


def pages(root: Path) -> list[Path]:
    """Return the sources of all pages: Markdown files of ``book/``, then notebooks."""
    taught = [path for folder in FOLDERS for path in (root / "notebooks" / folder).glob("*.ipynb")]
    chapters = (root / "notebooks").glob("*.ipynb")
    return [*sorted((root / "book").glob("*.md")), *sorted(chapters), *sorted(taught)]


def prose_of(path: Path, *, root: Path) -> list[Line]:
    """Return the lines of prose of a page.

    Parameters
    ----------
    path : Path
        A Markdown file, or a notebook, of which Markdown cells and captions are read.
    root : Path
        Root of the book, for the name of the page.
    """
    name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
    if path.suffix != ".ipynb":
        text = path.read_text(encoding="utf-8")
        return [Line(name, number, None, line) for number, line in prose_lines(text)]
    lines = []
    for index, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"]):
        source = "".join(cell["source"])
        if cell["cell_type"] != "markdown":
            source = cell.get("metadata", {}).get("mystnb", {}).get("figure", {}).get("caption", "")
        lines += [Line(name, number, index, line) for number, line in prose_lines(source)]
    return lines


def prose_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield number and remaining text of each line of prose of a Markdown text."""
    fences: list[tuple[str, bool]] = []
    in_math = in_header = False
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() == "---" and (number == 1 or in_header):
            in_header = number == 1
            continue
        if _MATH_FENCE.match(line):
            in_math = not in_math if line.count("$$") % 2 else in_math
            continue
        found = _FENCE.match(line)
        if found and not in_math:
            _step(fences, mark=found[1], directive=found[2], rest=line[found.end() :])
            continue
        is_prose = all(readable for _, readable in fences)
        if is_prose and not in_math and not in_header and not (fences and _OPTION.match(line)):
            yield number, _blanked(line)


def bare_numbers(lines: Iterable[Line]) -> Iterator[tuple[Line, str]]:
    """Yield each number in prose that looks like a result, with its line."""
    for line in lines:
        for found in RESULT.finditer(LEVEL.sub("\N{SYMBOL FOR NULL}", line.text)):
            yield line, found[0].strip()


@dataclass(frozen=True)
class Allowance:
    """A number that may be typed on a page: `text` holds it and words around it."""

    file: str
    text: str
    reason: str


def allowances(root: Path) -> list[Allowance]:
    """Return the numbers that may be typed.

    Raises
    ------
    InputError
        If an entry lacks its page, its text or its reason.
    """
    path = root / ALLOWED
    if not path.is_file():
        return []
    entries = []
    for file, items in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).items():
        for item in items:
            if not isinstance(item, dict) or not all(item.get(key) for key in ("text", "reason")):
                raise InputError(
                    "A typed number is allowed without its words or its reason.",
                    file=ALLOWED,
                    where=file,
                    found=repr(item),
                    accepted="text: words of the page; reason: why they are no result",
                    fix="Add what is absent to the entry, or remove the entry.",
                )
            entries.append(Allowance(file, str(item["text"]), str(item["reason"])))
    return entries


def check_prose(root: Path) -> None:
    """Refuse numbers in prose that look like results and come from no role.

    Raises
    ------
    InputError
        With page, line and text of each, and of allowances that nothing needs any more.
    """
    allowed = allowances(root)
    used: set[Allowance] = set()
    wrong = []
    for path in pages(root):
        for line, number in bare_numbers(prose_of(path, root=root)):
            fits = [
                one
                for one in allowed
                if one.file == line.file and number in one.text and one.text in line.text
            ]
            used |= set(fits)
            if not fits:
                wrong.append(f"{line.place}: {number!r} in {line.text.strip()[:110]!r}")
    wrong += [
        f"{ALLOWED}: nothing on {one.file} needs {one.text!r}" for one in allowed if one not in used
    ]
    if wrong:
        more = [f"and {len(wrong) - 20} more"] if len(wrong) > 20 else []
        raise InputError(
            "A number in prose looks like a result and comes from no table.",
            file=wrong[0].partition(":")[0],
            found="\n    ".join(["", *wrong[:20], *more]),
            accepted="the role {result} or {claim}",
            fix=f"quote it by a role; if it is a definition or a choice, allow it in {ALLOWED}",
        )


def _step(fences: list[tuple[str, bool]], *, mark: str, directive: str | None, rest: str) -> None:
    """Open or close a fence, in place."""
    if fences and not directive and not rest.strip() and mark.startswith(fences[-1][0]):
        fences.pop()
        return
    fences.append((mark, directive in PROSE_DIRECTIVES))


def _blanked(line: str) -> str:
    """Return a line with everything that is not prose replaced by one mark."""
    for pattern in _BLANKED:
        line = pattern.sub("\N{SYMBOL FOR NULL}", line)
    return line


def quotations(path: Path) -> list[str]:
    """Return what a page quotes by the role ``{result}``, as written."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        text = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    return re.findall(r"\{result\}`([^`]+)`", text.replace("\\|", "|"))
