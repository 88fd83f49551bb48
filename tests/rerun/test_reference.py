"""The reference of parameters: complete, as the notebooks declare, with commands that fit."""

import shlex

import pytest

from helpers.parameters import COMMON, Parameter, fit_parameters, parse_value
from helpers.rerun import reference
from helpers.rerun.pages import reference_text
from helpers.runner import notebook_names


@pytest.fixture(scope="module")
def found(root):
    return reference.chapters(root)


def test_every_chapter_is_there_with_every_parameter(found, root):
    assert [one.name for one in found] == [n for n in notebook_names(root) if "/" not in n]
    text = reference_text(found)
    for chapter in found:
        part = text.split(f"### {chapter.title}\n")[1].split("\n### ")[0]
        for parameter in chapter.own:
            row = next(line for line in part.splitlines() if f"| `{parameter.name}` |" in line)
            assert parameter.comment.replace("|", "\\|") in row
            assert reference.default(parameter).replace("|", "\\|") in row
        assert reference.command(chapter) in part
    common = text.split("### In every chapter")[1].split("\n### ")[0]
    assert all(f"| `{name}` |" in common for name in COMMON)


def test_each_command_is_accepted_by_its_notebook(found):
    for chapter in found:
        words = shlex.split(reference.command(chapter))
        assert words[:4] == [".venv/bin/sinkbook", "run", chapter.name, "-p"]
        name, typed = words[4:]
        value = parse_value(typed, parameter=chapter.parameters[name])
        fitted = fit_parameters({name: value}, declared=chapter.parameters, notebook=chapter.name)
        assert fitted[name] != chapter.parameters[name].default


@pytest.mark.parametrize(
    ("parameter", "words", "typed", "other"),
    [
        (Parameter("mask", "str", "fraction"), "`fraction`, `centre` or `touched`", "fraction",
         "centre"),
        (Parameter("use", "bool", True), "`true` or `false`", "true", False),
        (Parameter("level", "float", 0.95), "a number", "0.95", 0.76),
        (Parameter("members", "Any", None), "`null`, or as described", "null", None),
        (Parameter("fates", "dict", {"b": 1.5}), "a mapping; keys as in the default", "{b: 1.5}",
         None),
        (Parameter("file", "str | None", None), "text", "null", None),
        (Parameter("odd", "complex", 1), "as described", "1", None),
        (Parameter("data_dir", "Any", None), "`null`, or a folder", "null", None),
    ],
)  # fmt: skip
def test_words_and_values_of_one_parameter(parameter, words, typed, other):
    assert reference.accepted(parameter) == words
    assert reference.default(parameter) == typed
    assert reference.other_value(parameter) == other


def test_a_chapter_with_nothing_of_its_own_changes_the_years():
    years = {"start_year": Parameter("start_year", "int", 2015),
             "end_year": Parameter("end_year", "int", 2019)}  # fmt: skip
    chapter = reference.Chapter("stocks", "Stocks", years)
    assert reference.command(chapter) == ".venv/bin/sinkbook run stocks -p end_year 2017"
    one_year = {**years, "end_year": Parameter("end_year", "int", 2016)}
    assert reference.example(reference.Chapter("x", "X", one_year)) == ("end_year", 2015)
