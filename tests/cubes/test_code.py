"""Which code a cube is made with, and that another code makes another cube."""

import ast
import shutil
import time
from pathlib import Path

import pytest

from helpers.cubes import code, state
from helpers.sources import Request


def imported(path):
    """Modules of the package that a source file imports, as files."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("helpers"):
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names if alias.name.startswith("helpers.")]
        else:
            continue
        for name in names:
            found = code.PACKAGE.parent / name.replace(".", "/")
            yield from filter(Path.is_file, (found.with_suffix(".py"), found / "__init__.py"))


def test_every_module_that_a_cube_is_made_with_counts():
    counted = set(code.source_files())
    assert all(path.is_file() for path in counted)
    seen, open_ = set(), [code.PACKAGE / "cube.py"]
    while open_:
        path = open_.pop()
        if path not in seen:
            seen.add(path)
            open_ += imported(path)
    assert {p.name for p in seen} >= {"gridded.py", "kernel.py", "masks.py", "timeaxis.py"}
    assert sorted(seen - counted) == []


@pytest.fixture
def package(tmp_path):
    """A copy of the code."""
    for path in code.source_files():
        copy = tmp_path / "helpers" / path.relative_to(code.PACKAGE)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    return tmp_path / "helpers"


@pytest.mark.parametrize(
    "name", ["sources/gridded.py", "regrid/kernel.py", "units.py", "masks.py", "polygons.py"]
)
def test_any_change_to_it_changes_the_digest(package, name):
    before = code.code_digest(package)
    assert before == code.code_digest()  # wherever the package lies
    with (package / name).open("a", encoding="utf-8") as source:
        source.write("\nMORE = 1\n")
    assert code.code_digest(package) != before


def test_a_new_module_of_a_reader_changes_the_digest(package):
    before = code.code_digest(package)
    (package / "sources" / "other.py").write_text("", encoding="utf-8")
    assert code.code_digest(package) != before


def test_every_group_of_a_cube_is_marked_with_the_code(tmp_path, monkeypatch):
    class Held:
        files, folder = (), tmp_path

        class product:  # noqa: N801
            model_dump = staticmethod(lambda mode: {"key": "one"})

    request = Request(tmp_path, 2015, 2016, "")
    before = state.fingerprints(request, {"one": Held}, folder=tmp_path)
    assert before == state.fingerprints(request, {"one": Held}, folder=tmp_path)
    monkeypatch.setattr(state, "code_digest", lambda: "another reader")
    after = state.fingerprints(request, {"one": Held}, folder=tmp_path)
    assert before.keys() == after.keys() == {"masks", "one"}
    assert not set(before.values()) & set(after.values())


def test_the_digest_takes_milliseconds():
    began = time.perf_counter()
    code.code_digest()
    assert time.perf_counter() - began < 0.5
    assert sum(Path(path).stat().st_size for path in code.source_files()) < 2_000_000
