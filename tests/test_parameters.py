"""Parameters of notebooks: declared, given, fitted."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.errors import InputError
from helpers.parameters import (
    Parameter,
    declared_parameters,
    fit_parameters,
    parse_value,
)

SOURCE = """\
start_year: int = 2015  # first year
data_dir: str | None = None
mask: Literal["fraction", "centre"] = "fraction"
regions: list[str] = [
    "North",
    "South",
]  # of four
scale = 0.5
members = None  # all
"""


@pytest.fixture
def notebook(tmp_path):
    def write(source, *, tags=("parameters",)):
        cell = new_code_cell(source)
        cell.metadata["tags"] = list(tags)
        path = tmp_path / "sink.ipynb"
        nbformat.write(new_notebook(cells=[new_markdown_cell("# Sink"), cell]), path)
        return path

    return write


def test_declared_parameters_carry_type_default_and_comment(notebook):
    declared = declared_parameters(notebook(SOURCE))
    assert declared["start_year"] == Parameter("start_year", "int", 2015, "first year")
    assert declared["regions"] == Parameter("regions", "list[str]", ["North", "South"], "of four")
    assert declared["scale"] == Parameter("scale", "float", 0.5)
    assert declared["members"] == Parameter("members", "Any", None, "all")
    assert list(declared) == ["start_year", "data_dir", "mask", "regions", "scale", "members"]


@pytest.mark.parametrize(
    "source",
    [
        "start_year: int = 2000 + 15",
        "import os",
        "a = b = 1",
        "start_year: int",
        "x: os.PathLike = 1",
        "x: __import__('os') = 1",
        "print('no')",
    ],
)
def test_only_literals_are_parameters(notebook, source):
    with pytest.raises(InputError, match="not a literal"):
        declared_parameters(notebook(source))


def test_a_notebook_without_a_parameters_cell_is_refused(notebook):
    with pytest.raises(InputError, match="exactly one cell tagged 'parameters'"):
        declared_parameters(notebook(SOURCE, tags=()))


def test_a_file_that_is_no_notebook_is_refused(tmp_path):
    (tmp_path / "broken.ipynb").write_text('{"cells": [')
    with pytest.raises(InputError, match="Not a notebook"):
        declared_parameters(tmp_path / "broken.ipynb")
    with pytest.raises(InputError, match="did you mean 'broken'"):
        declared_parameters(tmp_path / "brken.ipynb")


def test_given_values_replace_defaults(notebook):
    declared = declared_parameters(notebook(SOURCE))
    values = fit_parameters({"start_year": 2016, "scale": 2}, declared=declared, notebook="sink")
    assert values["start_year"] == 2016
    assert values["scale"] == 2
    assert values["regions"] == ["North", "South"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"start_yaer": 2016}, "did you mean 'start_year'"),
        ({"start_year": "2016"}, r"'2016' \(str\)"),
        ({"start_year": True}, r"True \(bool\)"),
        ({"start_year": None}, "wrong type"),
        ({"scale": "big"}, "wrong type"),
        ({"data_dir": 5}, r"str \| None"),
        ({"regions": ["North", 3]}, "wrong type"),
        ({"mask": "center"}, "did you mean 'centre'"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(notebook, given, message):
    declared = declared_parameters(notebook(SOURCE))
    with pytest.raises(InputError, match=message):
        fit_parameters(given, declared=declared, notebook="sink")


@pytest.mark.parametrize(
    ("text", "annotation", "expected"),
    [
        ("2016", "int", 2016),
        ("2016", "str", "2016"),
        ("NO", "str", "NO"),
        ("null", "str | None", None),
        ("[North, South]", "list[str]", ["North", "South"]),
        ("1e-3", "float", 0.001),
        ("0.001", "float", 0.001),
        ("true", "bool", True),
    ],
)
def test_words_of_the_command_line_are_yaml_unless_text_is_declared(text, annotation, expected):
    parsed = parse_value(text, parameter=Parameter("x", annotation, None))
    assert parsed == expected
    assert type(parsed) is type(expected)


def test_a_word_that_is_no_yaml_is_refused():
    with pytest.raises(InputError, match="cannot be read as YAML"):
        parse_value("[2015, ", parameter=Parameter("years", "list", []))
