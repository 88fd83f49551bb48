"""Reading YAML that a person wrote: whatever the parser stumbles over becomes one clear error."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import yaml

from helpers.errors import InputError

LONGEST_SHOWN = 60
"""Characters of a value that an error repeats."""

LONGEST_NUMBER = 400
"""Characters of a number beyond which Python takes long to read it, or refuses to print it."""


class PlainLoader(yaml.SafeLoader):
    """Safe YAML whose every refusal of a value says which value and where it stands."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """Return the value of a node; PyYAML itself lets errors of Python through here."""
        kind = str(node.tag).rpartition(":")[2]
        if kind in ("int", "float") and len(node.value) > LONGEST_NUMBER:
            raise yaml.MarkedYAMLError(
                problem=f"a number of {len(node.value)} characters, which is no valid {kind}",
                problem_mark=node.start_mark,
            )
        try:
            return super().construct_object(node, deep)
        except (yaml.YAMLError, RecursionError):
            raise
        except Exception as error:
            raise yaml.MarkedYAMLError(
                problem=f"{_cut(repr(node.value))}, which is no valid {kind}",
                problem_mark=node.start_mark,
            ) from error


class StrictLoader(PlainLoader):
    """Plain YAML without anchors and without repeated keys."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Return the next node, unless it is an alias."""
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()
            raise yaml.MarkedYAMLError(problem="an alias", problem_mark=event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Return a mapping, unless it names a key twice."""
        seen = set()
        for key, _ in node.value:
            name = self.construct_object(key, deep=True)
            if not isinstance(name, Hashable):
                break  # which the library refuses
            if name in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"the key {name!r} twice", problem_mark=key.start_mark
                )
            seen.add(name)
        return super().construct_mapping(node, deep)


def parse_yaml(
    text: str | bytes,
    what: str,
    *,
    file: object = None,
    place: str | None = None,
    accepted: str = "plain YAML in UTF-8",
    fix: str = "Correct that place; text with special characters goes in quotes.",
    strict: bool = False,
) -> Any:
    """Return the content of YAML, or refuse it with its place.

    Parameters
    ----------
    text : str or bytes
        The YAML; bytes must be UTF-8.
    what : str
        First sentence of the refusal.
    file, place : optional
        What the refusal names, before line and column.
    accepted, fix : str
        Of the refusal.
    strict : bool
        Refuse anchors and repeated keys too.

    Raises
    ------
    InputError
        Whatever the parser raises: its constructors raise more than ``YAMLError``, such as a
        ValueError for the 13th month or a KeyError for ``!!bool maybe``.

    Examples
    --------
    >>> parse_yaml("{a: 1}", "The file is not plain YAML.")
    {'a': 1}
    >>> parse_yaml("2015-13-45", "The value is not YAML.", place="start_year")
    Traceback (most recent call last):
    ...
    helpers.errors.InputError: The value is not YAML.
      where: start_year, line 1, column 1
      found: '2015-13-45', which is no valid timestamp
      accepted: plain YAML in UTF-8
      fix: Correct that place; text with special characters goes in quotes.
    """
    try:
        plain = text.decode("utf-8") if isinstance(text, bytes) else text
        if strict:
            return yaml.load(plain, Loader=StrictLoader)
        return yaml.load(plain, Loader=PlainLoader)
    except Exception as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}, column {mark.column + 1}" if mark else None
        where = ", ".join(part for part in (place, line) if part)
        raise InputError(
            what,
            file=None if file is None else str(file),
            where=where or "the whole text",
            found=_found(error),
            accepted=accepted,
            fix=fix,
        ) from error


def _found(error: Exception) -> str:
    """Return in one line what the parser met."""
    if isinstance(error, RecursionError):
        return "brackets or indents a thousand deep"
    text = getattr(error, "problem", None) or str(error).partition("\n")[0]
    return _cut(str(text), longest=300) if text else type(error).__name__


def _cut(text: str, *, longest: int = LONGEST_SHOWN) -> str:
    return text if len(text) <= longest else text[: longest - 3] + "..."
