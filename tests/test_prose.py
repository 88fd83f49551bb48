"""Prose of pages and notebooks: no ± with a typed number that does not say what it is."""

import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
NUMBER_AFTER = re.compile(r"(?:±|\+/-|\\pm)\s*(?=\.?\d)")
KIND_NAMED = re.compile(
    r"year[- ]to[- ]year|interannual|across (?:the )?(?:\w+ )?(?:members|experiments|masks|years)"
    r"|members|experiments|masks|propagated|sampling|printed|published|not defined|undefined"
    r"|standard deviation|\bSD\b|standard error|confidence|interval",
    re.IGNORECASE,
)
CODE = re.compile(r"```\{?code.*?```|(?<!\})`[^`\n]*`", re.DOTALL)


def undeclared(text):
    """Yield line number and sentence of each ± with a number whose paragraph names no kind."""
    text = CODE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
    line = 1
    for paragraph in re.split(r"(\n\s*\n)", text):
        if not KIND_NAMED.search(paragraph):
            for match in NUMBER_AFTER.finditer(paragraph):
                before = paragraph[: match.start()].count("\n")
                yield line + before, paragraph.splitlines()[before].strip()
        line += paragraph.count("\n")


def prose():
    """Return every text of the book: name of the page or cell, and its Markdown."""
    pages = [(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
             for path in sorted((ROOT / "book").rglob("*.md"))]  # fmt: skip
    for path in sorted((ROOT / "notebooks").rglob("*.ipynb")):
        for place, cell in enumerate(nbformat.read(path, as_version=4).cells):
            if cell.cell_type == "markdown":
                pages.append((f"notebooks/{path.name} cell {place}", cell.source))
    return pages


def test_every_spread_in_prose_says_what_it_is():
    faults = [
        f"{page}, line {line}: a ± with a typed number and no kind: {sentence!r}. Say what it is "
        "(year to year, members, printed …), or quote it by the role {result}."
        for page, text in prose()
        for line, sentence in undeclared(text)
    ]
    assert faults == []


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("The sink is 0.54 ± 0.05 Pg C a year.", [1]),
        ("One.\n\nTwo\nis $0.3 \\pm 0.1$.", [4]),
        ("It is 3 +/- 1.", [1]),
        ("The printed ± is not explained.", []),
        ("- **The ±.** Some print it.", []),
        ("The sink is 0.54 ± 0.05, as printed and not defined.", []),
        ("It is 0.38 ± 0.04 (standard deviation over five years).", []),
        ("It is 0.38 ± {result}`national_sink annual_mean beps mean China 2015-2019 | sd`.", []),
        ("Write `0.5 ± 0.1` in code.", []),
        ("A kind here: members.\n\nAnd 1 ± 2 there.", [3]),
    ],
)
def test_what_the_check_sees(text, lines):
    assert [line for line, _ in undeclared(text)] == lines
