"""Tables computed by another Python, or with the oldest packages, beside those of the lock.

The environments are those that `make pythons` and `make oldest` make in ``build/.cache``.
"""

import sys

import pytest

from helpers.reproduce import elsewhere

NOTEBOOKS = ("cropland_soc", "masks", "national_sink")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def here(root, tmp_path_factory):
    book = elsewhere.linked_book(tmp_path_factory.mktemp("here"), root=root)
    elsewhere.run_report(sys.executable, book, notebooks=NOTEBOOKS)
    return book


@pytest.mark.parametrize(("target", "same_bytes"), [("pythons", True), ("oldest", False)])
def test_another_environment_computes_the_same(root, tmp_path, request, target, same_bytes):
    name = "other-venv" if same_bytes else "oldest-venv"
    python = root / "build" / ".cache" / name / "bin" / "python"
    if not python.exists():
        pytest.skip(f"there is no environment {name}: run `make {target}` first")
    book = elsewhere.linked_book(tmp_path, root=root)
    elsewhere.run_report(python, book, notebooks=NOTEBOOKS)
    found = elsewhere.compare(request.getfixturevalue("here"), book)
    assert found.tables > len(NOTEBOOKS)
    assert found.moved == ()
    if same_bytes:
        assert found.unlike == ()
