"""What can be changed in every chapter, read from the notebooks themselves."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from helpers import assumptions, geography, masks, pooling
from helpers.parameters import COMMON, Parameter, declared_parameters, read_notebook
from helpers.runner import NOTEBOOKS, notebook_names

CHOICES: dict[str, tuple[str, ...]] = {
    "mask": masks.METHODS,
    "boundary": geography.BOUNDARIES,
    "woody_rule": geography.WOODY_RULES,
    "method": pooling.METHODS,
    "undefined": assumptions.READINGS,
}
"""Parameters with a closed list of values, by name: the lists that the code itself checks."""

_KINDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "`true` or `false`",
    "list": "a list",
    "dict": "a mapping; keys as in the default",
    "Any": "`null`, or as described",
}

_WORDS = {
    "profile": "`stand-in`, `original`, or a name of your own with `data_dir`",
    "data_dir": "`null`, or a folder",
    "experiment": "an experiment that the files hold",
    "results_dir": "a folder, from the root of the book",
}


@dataclass(frozen=True)
class Chapter:
    """A chapter and what can be changed in it.

    Attributes
    ----------
    name, title : str
        Name of the notebook, and its heading.
    parameters : mapping of str to Parameter
        As its parameters cell declares them, in order.
    """

    name: str
    title: str
    parameters: Mapping[str, Parameter]

    @property
    def own(self) -> list[Parameter]:
        """Parameters that this chapter adds to the common ones."""
        return [item for item in self.parameters.values() if item.name not in COMMON]


def chapters(root: Path) -> list[Chapter]:
    """Return the chapters of a checkout, by name; notebooks of exercises take no part.

    Raises
    ------
    InputError
        If a notebook cannot be read or declares something else than literals.
    """
    found = []
    for name in notebook_names(root):
        if "/" in name:
            continue
        path = root / NOTEBOOKS / f"{name}.ipynb"
        first = read_notebook(path).cells[0].source.splitlines()[0]
        found.append(Chapter(name, first.lstrip("# ").strip(), declared_parameters(path)))
    return found


def accepted(parameter: Parameter) -> str:
    """Return the values that a parameter takes, in Markdown.

    Examples
    --------
    >>> accepted(Parameter("end_year", "int", 2019))
    'a whole number'
    >>> accepted(Parameter("mask", "str", "fraction"))
    '`fraction`, `centre` or `touched`'
    """
    if parameter.name in _WORDS:
        return _WORDS[parameter.name]
    if parameter.name in CHOICES:
        *others, last = (f"`{value}`" for value in CHOICES[parameter.name])
        return f"{', '.join(others)} or {last}"
    return _KINDS.get(parameter.annotation.removesuffix(" | None"), "as described")


def default(parameter: Parameter) -> str:
    """Return the default as it is typed on a command line.

    Examples
    --------
    >>> default(Parameter("members", "Any", None)), default(Parameter("sizes", "list", [11, 12]))
    ('null', '[11, 12]')
    """
    if parameter.default is None or isinstance(parameter.default, bool):
        return yaml.safe_dump(parameter.default).split("\n")[0]
    if isinstance(parameter.default, dict | list | tuple):
        return yaml.safe_dump(parameter.default, default_flow_style=True, width=10_000).strip()
    return str(parameter.default)


def other_value(parameter: Parameter) -> Any:
    """Return a sensible value that is not the default, or None where only the reader knows one."""
    value = parameter.default
    if parameter.name in CHOICES:
        return next(choice for choice in CHOICES[parameter.name] if choice != value)
    if isinstance(value, bool):
        return not value
    if isinstance(value, float):
        return float(f"{0.8 * value:.2g}")
    return None


def example(chapter: Chapter) -> tuple[str, Any]:
    """Return the parameter and the value that the example of a chapter changes."""
    for parameter in chapter.own:
        value = other_value(parameter)
        if value is not None:
            return parameter.name, value
    years = chapter.parameters
    return "end_year", max(years["start_year"].default, years["end_year"].default - 2)


def command(chapter: Chapter) -> str:
    """Return the command that runs a chapter with one value changed, exactly as it is typed.

    Examples
    --------
    >>> command(Chapter("masks", "Masks", {"boundary": Parameter("boundary", "str", "national")}))
    '.venv/bin/sinkbook run masks -p boundary natural-earth'
    """
    name, value = example(chapter)
    text = default(Parameter(name, "", value))
    return f".venv/bin/sinkbook run {chapter.name} -p {name} {shlex.quote(text)}"
