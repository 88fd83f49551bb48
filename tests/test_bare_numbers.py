"""No result is typed into a page: numbers come from roles, or stand on a list with a reason."""

import json
from pathlib import Path

import pytest

from helpers import prose
from helpers.errors import InputError

ROOT = Path(__file__).parents[1]


def test_no_page_of_the_book_types_a_result():
    prose.check_prose(ROOT)


def test_every_page_is_read():
    names = {path.name for path in prose.pages(ROOT)}
    assert {"intro.md", "ledger.md", "national_sink.ipynb"} <= names


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("The sink is 0.38 Pg C a year.", ["0.38"]),
        ("It takes up 540 Tg C.", ["540 Tg"]),
        ("Uptake of −37 g C m⁻².", ["−37 g"]),
        ("It is 0.54 ± 0.05.", ["0.54 ± 0.05"]),
        ("That is 12 % of it, or 12 per cent.", ["12 %", "12 per cent"]),
        ("An area of 9,600,000 km².", ["9,600,000 km²"]),
        ("Soils hold 92 t C.", ["92 t C"]),
        ("It grew 3-fold, 5 times as much.", ["3-fold", "5 times"]),
        ("| BEPS | 0.38 |", ["0.38"]),
        ("```{admonition} A\n:class: b\nIt is 0.38.\n```", ["0.38"]),
        (":::{div} number-card\n0.38\n:::", ["0.38"]),
        ("# A sink of 0.38", ["0.38"]),
        # what is no result, or comes from a role
        ("{result}`a b c mean China 2015 | .3f` Pg C and {claim}`z24-national-beps`.", []),
        ("In 2015–2019, 14 inversions of 4 regions at 1°, 25° N.", []),
        ("Set `0.38 Pg C` in code, or $x = 0.38$ in mathematics.", []),
        ("$$\nx = 0.38\n$$ (label)\n", []),
        ("```python\nx = 0.38\n```", []),
        ("```{code-block} python\nx = 0.38\n```", []),
        ("See [the page](a/0.38.html) and https://doi.org/10.5194/essd-15-963-2023.", []),
        ("Version 4.6.1 of it, ERA5, CRU TS3.22, CO₂.", []),
        ("A 95 % interval, the 5–95 % range, intervals of 95 % and a level of 5 %.", []),
        ("<!-- 0.38 --> <span data-x='0.38'>text</span>", []),
    ],
)
def test_what_looks_like_a_result(text, numbers):
    lines = [prose.Line("page.md", n, None, line) for n, line in prose.prose_lines(text)]
    assert [number for _, number in prose.bare_numbers(lines)] == numbers


@pytest.fixture
def small(tmp_path):
    """A book of one page and one notebook; returns its root."""
    (tmp_path / "book").mkdir()
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "book" / "intro.md").write_text("# A\n\nBy {claim}`x`, 4 regions.\n")
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# B\n", "\n", "Text.\n"]},
        {"cell_type": "code", "metadata": {}, "source": ["x = 0.38"]},
    ]
    (tmp_path / "notebooks" / "sink.ipynb").write_text(json.dumps({"cells": cells}))
    return tmp_path


def test_a_bare_number_in_a_page_names_file_line_and_text(small):
    prose.check_prose(small)
    with (small / "book" / "intro.md").open("a") as page:
        page.write("The sink is 0.38 Pg C.\n")
    message = r"book/intro\.md line 4: '0\.38' in 'The sink is 0\.38 Pg C\.'"
    with pytest.raises(InputError, match=message):
        prose.check_prose(small)


@pytest.mark.parametrize("place", ["source", "caption"])
def test_a_bare_number_in_a_notebook_names_its_cell(small, place):
    path = small / "notebooks" / "sink.ipynb"
    notebook = json.loads(path.read_text())
    if place == "source":
        notebook["cells"][0]["source"].append("It is 12 % more.\n")
        message = r"sink\.ipynb cell 0 line 4: '12 %'"
    else:
        figure = {"figure": {"caption": "A rise of 12 %.", "name": "a"}}
        notebook["cells"][1]["metadata"] = {"mystnb": figure}
        message = r"sink\.ipynb cell 1 line 1: '12 %'"
    path.write_text(json.dumps(notebook))
    with pytest.raises(InputError, match=message):
        prose.check_prose(small)


def test_a_typed_number_is_allowed_with_a_reason_and_only_while_it_is_there(small):
    with (small / "book" / "intro.md").open("a") as page:
        page.write("A year has 365.25 days.\n")
    allowed = small / prose.ALLOWED
    allowed.write_text("book/intro.md:\n  - {text: 365.25 days, reason: a definition}\n")
    prose.check_prose(small)
    allowed.write_text("book/intro.md:\n  - {text: 365.25 days}\n")
    with pytest.raises(InputError, match=r"without its words(?s:.*)found: \{(?s:.*)fix: Add what"):
        prose.check_prose(small)
    allowed.write_text(
        "book/intro.md:\n  - {text: 365.25 days, reason: a definition}\n"
        "  - {text: 0.4 days, reason: a definition}\n"
    )
    with pytest.raises(InputError, match=r"nothing on book/intro\.md needs '0\.4 days'"):
        prose.check_prose(small)
