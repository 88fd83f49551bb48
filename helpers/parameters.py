"""Parameters of notebooks: what a notebook declares, what it is given, and whether they fit."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

import nbformat
from pydantic import TypeAdapter, ValidationError

from helpers.errors import InputError
from helpers.plain_yaml import parse_yaml
from helpers.teaching.folders import FOLDERS

COMMON = ("profile", "data_dir", "start_year", "end_year", "experiment", "mask", "results_dir")
TAG = "parameters"
_TYPES: dict[str, Any] = {
    **{kind.__name__: kind for kind in (str, int, float, bool, list, dict, tuple)},
    "Literal": Literal,
    "Any": Any,
    "None": None,
}


@dataclass(frozen=True)
class Parameter:
    """One parameter that a notebook declares: name, type as written, default and comment."""

    name: str
    annotation: str
    default: Any
    comment: str = ""


def declared_parameters(notebook: str | Path) -> dict[str, Parameter]:
    """Return the parameters that a notebook's cell tagged ``parameters`` declares, in order.

    Parameters
    ----------
    notebook : str or Path
        Source notebook.

    Raises
    ------
    InputError
        If the file is no notebook, has no such cell or more than one, or the cell holds anything
        but literals (``start_year: int = 2015  # comment``). Without a type, that of the literal
        counts, and any value may take the place of None. Only a notebook of exercises or of a lab
        may do without parameters.
    """
    path = Path(notebook)
    cells = [cell for cell in read_notebook(path).cells if TAG in cell.metadata.get("tags", [])]
    if not cells and path.parent.name in FOLDERS:
        return {}
    if len(cells) != 1:
        raise InputError(
            f"A notebook needs exactly one cell tagged {TAG!r}.",
            file=path.name,
            found=f"{len(cells)} cells",
            accepted="one cell of literals",
            fix=f"Give one cell the tag {TAG!r}.",
        )
    source = cells[0].source
    comments = _comments(source)
    declared = {}
    for statement in ast.parse(source).body:
        parameter = _declaration(statement, comments=comments)
        if parameter is None:
            raise InputError(
                "A parameter is not a literal.",
                file=path.name,
                where=f"cell tagged {TAG!r}, line {statement.lineno}",
                found=ast.get_source_segment(source, statement),
                accepted="name = literal or name: type = literal, such as start_year: int = 2015",
                fix="Write the value itself; compute in another cell.",
            )
        declared[parameter.name] = parameter
    return declared


def effective_values(notebook: str | Path, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the value of each parameter of a notebook: that given, else the notebook's own."""
    own = {name: item.default for name, item in declared_parameters(notebook).items()}
    return own | dict(given)


def read_notebook(path: Path) -> Any:
    """Return a notebook, or refuse a file that is none.

    Raises
    ------
    InputError
        If the file is missing or cannot be read as a notebook.
    """
    if not path.is_file():
        there = sorted(other.stem for other in path.parent.glob("*.ipynb"))
        near = get_close_matches(path.stem, there, n=1)
        raise InputError(
            "No such notebook.",
            file=path.name,
            found="no such file",
            accepted=", ".join(there) or "a notebook of the book",
            fix=f"did you mean {near[0]!r}?" if near else "Correct the name.",
        )
    try:
        return nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    except (ValueError, KeyError, AttributeError, nbformat.ValidationError) as error:
        raise InputError(
            "Not a notebook.",
            file=path.name,
            found=str(error)[:200],
            accepted="a Jupyter notebook, format 4",
            fix="Restore it from the repository.",
        ) from error


def fit_parameters(
    given: Mapping[str, Any], *, declared: Mapping[str, Parameter], notebook: str
) -> dict[str, Any]:
    """Return the values a notebook will run with: its defaults, replaced by those given.

    Parameters
    ----------
    given : mapping
        Values by name.
    declared : mapping
        As `declared_parameters` returns.
    notebook : str
        Name for messages.

    Raises
    ------
    InputError
        If a name is not declared, or a value is not of the declared type.
    """
    for name, value in given.items():
        if name not in declared:
            near = get_close_matches(name, list(declared), n=1)
            raise InputError(
                "Unknown parameter.",
                file=notebook,
                where=name,
                found=repr(name),
                accepted=", ".join(declared),
                fix=f"did you mean {near[0]!r}?" if near else "Leave it out.",
            )
        _check_type(value, parameter=declared[name], notebook=notebook)
    return {name: given.get(name, parameter.default) for name, parameter in declared.items()}


def parse_value(text: str, *, parameter: Parameter | None) -> Any:
    """Return a value typed on the command line, read as YAML; text stays text where declared.

    Examples
    --------
    >>> parse_value("[2015, 2019]", parameter=None)
    [2015, 2019]
    >>> parse_value("NO", parameter=Parameter("region", "str", "CN"))
    'NO'
    """
    value = parse_yaml(
        text,
        "A value cannot be read as YAML.",
        place="-p" if parameter is None else parameter.name,
        accepted="a scalar such as 2015 or null, or a list such as [2015, 2019]",
        fix="Write it as YAML; put text with special characters in quotes.",
    )
    if parameter is None:
        return value
    readings = [value, _number(text), text]
    return next((reading for reading in readings if _fits(reading, parameter)), value)


def _number(text: str) -> float | None:
    """Return a number that YAML takes for text, such as 1e-3, or None."""
    try:
        return float(text)
    except ValueError:
        return None


def _declaration(statement: ast.stmt, *, comments: Mapping[int, str]) -> Parameter | None:
    """Return the parameter that one statement declares, or None when it declares none."""
    target: ast.expr
    if isinstance(statement, ast.AnnAssign):
        target, annotation = statement.target, ast.unparse(statement.annotation)
    elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target, annotation = statement.targets[0], ""
    else:
        return None
    if not isinstance(target, ast.Name) or statement.value is None:
        return None
    try:
        default = ast.literal_eval(statement.value)
        annotation = annotation or _type_of(default)
        _adapter(annotation)
    except (ValueError, TypeError, KeyError):
        return None
    comment = comments.get(statement.end_lineno or statement.lineno, "")
    return Parameter(target.id, annotation, default, comment)


def _type_of(default: Any) -> str:
    """Return the type that a bare default stands for; None stands for any."""
    return "Any" if default is None else type(default).__name__


def _comments(source: str) -> dict[int, str]:
    """Return the comment of each line that has one."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {
        token.start[0]: token.string.lstrip("# ").strip()
        for token in tokens
        if token.type == tokenize.COMMENT
    }


def _adapter(annotation: str) -> TypeAdapter[Any]:
    """Return a validator for a type written with builtin types, ``|``, ``[]`` and ``Literal``."""
    return TypeAdapter(_type(ast.parse(annotation, mode="eval").body))


def _type(node: ast.expr) -> Any:
    """Return the type that an annotation stands for, without running it."""
    match node:
        case ast.Name(id=name):
            return _TYPES[name]
        case ast.Constant(value=value):
            return value
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _type(left) | _type(right)
        case ast.Subscript(value=value, slice=ast.Tuple(elts=items)):
            return _type(value)[tuple(_type(item) for item in items)]
        case ast.Subscript(value=value, slice=item):
            return _type(value)[_type(item)]
    raise TypeError(ast.dump(node))


def _fits(value: Any, parameter: Parameter) -> bool:
    """Tell whether a value is of the declared type."""
    try:
        _adapter(parameter.annotation).validate_python(value, strict=True)
    except ValidationError:
        return False
    return True


def _check_type(value: Any, *, parameter: Parameter, notebook: str) -> None:
    """Refuse a value that is not of the declared type."""
    if _fits(value, parameter):
        return
    choices = []
    if "Literal" in parameter.annotation:
        literals = ast.walk(ast.parse(parameter.annotation))
        choices = [str(node.value) for node in literals if isinstance(node, ast.Constant)]
    near = get_close_matches(str(value), choices, n=1)
    raise InputError(
        "A parameter has the wrong type or value.",
        file=notebook,
        where=parameter.name,
        found=f"{value!r} ({type(value).__name__})",
        accepted=parameter.annotation,
        fix=f"did you mean {near[0]!r}?" if near else f"the default is {parameter.default!r}",
    )
