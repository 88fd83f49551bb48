"""Every refusal says where, what was found, what is accepted, and the fix."""

import ast

import pytest

from helpers.project import project_root

PARTS = ("found", "accepted", "fix")
HELPERS = project_root() / "helpers"
MODULES = sorted(path.relative_to(HELPERS).as_posix() for path in HELPERS.rglob("*.py"))


def lacks(source):
    """Return the line and the missing parts of each refusal that lacks one."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "InputError"):
            continue
        given = {word.arg: word.value for word in node.keywords}
        if None in given:  # **parts: passed on
            continue
        missing = [part for part in PARTS if part not in given or may_be_none(given[part])]
        if not {"file", "where"} & set(given):
            missing.append("file or where")
        if missing:
            found.append(f"line {node.lineno}: {', '.join(missing)}")
    return found


def may_be_none(value):
    """Tell whether an expression is None, or is None in one of its cases."""
    if isinstance(value, ast.IfExp):
        return may_be_none(value.body) or may_be_none(value.orelse)
    return isinstance(value, ast.Constant) and value.value is None


@pytest.mark.parametrize("module", MODULES)
def test_a_refusal_has_all_its_parts(module):
    assert lacks((HELPERS / module).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("call", "missing"),
    [
        ("InputError('x', file=f, found=1, accepted=2, fix='y')", None),
        ("InputError('x', where=f, found=1, accepted=2, fix=a if b else 'c')", None),
        ("InputError('x', **parts)", None),
        ("InputError('x', found=1, accepted=2, fix='y')", "file or where"),
        ("InputError('x', file=f, accepted=2, fix='y')", "found"),
        ("InputError('x', file=f, found=1, fix='y')", "accepted"),
        ("InputError('x', file=f, found=1, accepted=2)", "fix"),
        ("InputError('x', file=f, found=1, accepted=2, fix=a if b else None)", "fix"),
    ],
)
def test_the_check_sees_what_it_looks_for(call, missing):
    assert lacks(call) == ([] if missing is None else [f"line 1: {missing}"])
