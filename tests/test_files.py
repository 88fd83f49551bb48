"""Writing that loses nothing, and errors that say where."""

import hashlib

import pytest

from helpers.errors import InputError
from helpers.files import atomic_path, sha256_of, write_text


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path):
    target = write_text(tmp_path / "a" / "table.csv", "old\n")

    def fail():
        with atomic_path(target) as temporary:
            temporary.write_text("half")
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        fail()
    assert target.read_text() == "old\n"
    assert list(target.parent.iterdir()) == [target]


def test_a_finished_write_replaces_the_file_with_ordinary_permissions(tmp_path):
    target = write_text(tmp_path / "x.txt", "one")
    write_text(target, "two")
    assert target.read_text() == "two"
    assert target.stat().st_mode & 0o400
    assert list(tmp_path.iterdir()) == [target]


def test_sha256_is_that_of_the_bytes(tmp_path):
    path = write_text(tmp_path / "x.txt", "abc")
    assert sha256_of(path) == hashlib.sha256(b"abc").hexdigest()


def test_error_lists_only_what_is_known():
    error = InputError("Bad.", file="f.nc", fix="Mend it.")
    assert str(error) == "Bad.\n  file: f.nc\n  fix: Mend it."
    assert isinstance(error, ValueError)
