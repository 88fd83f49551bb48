"""Writing that loses nothing, and errors that say where."""

import errno
import hashlib
import os
import resource
import subprocess
import sys

import pytest

from helpers.errors import InputError
from helpers.files import (
    PART,
    atomic_path,
    is_part,
    part_prefix,
    remove_parts,
    sha256_of,
    told_by_the_system,
    write_text,
)


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


def fail(error, path, **options):
    with told_by_the_system(path, **options):
        path.write_text("half")
        raise error


@pytest.fixture
def room():
    """Let no file of this process grow beyond ten bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    yield 10
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize(
    "error", [RuntimeError("HDF error"), OSError(-101, "HDF error"), OSError("problem writing")]
)
def test_a_full_disk_is_told_in_place_of_what_a_library_makes_of_it(tmp_path, room, error):
    with pytest.raises(OSError, match="File too large") as told:
        fail(error, tmp_path / ".part", name=tmp_path / "cube.nc")
    assert (told.value.errno, told.value.filename) == (errno.EFBIG, str(tmp_path / "cube.nc"))
    assert told.value.__cause__ is error


@pytest.mark.parametrize("error", [RuntimeError("HDF error"), OSError(-101, "HDF error")])
def test_an_error_with_room_left_stays_as_it_is(tmp_path, error):
    with pytest.raises(type(error), match="HDF error") as told:
        fail(error, tmp_path / "cube.nc")
    assert told.value is error


def test_an_error_of_the_system_gets_the_name_of_the_file_it_lacks(tmp_path):
    with pytest.raises(OSError, match="No space left on device") as told:
        fail(OSError(errno.ENOSPC, "No space left on device"), tmp_path / "a.raw")
    assert told.value.filename == str(tmp_path / "a.raw")
    with pytest.raises(OSError, match="denied") as told, told_by_the_system(tmp_path / "a.raw"):
        raise PermissionError(errno.EACCES, "Permission denied", "b.raw")
    assert told.value.filename == "b.raw"


def test_an_atomic_write_names_its_file_and_not_the_temporary_one(tmp_path, room):
    with pytest.raises(OSError, match="File too large") as told:
        write_text(tmp_path / "table.csv", "x" * 20)
    assert told.value.filename == str(tmp_path / "table.csv")
    assert list(tmp_path.iterdir()) == []


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


def ended_process():
    with subprocess.Popen([sys.executable, "-c", ""]) as one:
        pass
    return one.pid


def test_what_a_killed_process_left_is_removed_and_what_is_being_written_stays(tmp_path):
    gone = ended_process()
    whole = write_text(tmp_path / "a" / "table.csv", "whole")
    own = write_text(tmp_path / "a" / f"{part_prefix()}table-x.csv", "now")
    elses = write_text(tmp_path / f"{PART}1-table-x.csv", "the first process always runs")
    left = write_text(tmp_path / "a" / f"{PART}{gone}-table-x.csv", "half")
    folder = write_text(tmp_path / f"{PART}{gone}-run-x" / f"{PART}{gone}-y.csv", "half").parent
    odd = write_text(tmp_path / f"{PART}name.csv", "half")
    old = write_text(tmp_path / f"{part_prefix()}old.csv", "half")
    os.utime(old, (1e9, 1e9))
    assert set(remove_parts(tmp_path)) == {left, folder, odd, old}
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == {whole, own, elses}


def test_a_process_of_another_user_counts_as_running(tmp_path, monkeypatch):
    def refuse(number, sign):
        raise PermissionError

    monkeypatch.setattr(os, "kill", refuse)
    part = write_text(tmp_path / f"{PART}77-x.csv", "half")
    assert remove_parts(tmp_path) == []
    assert part.is_file()


def test_unfinished_files_are_known_by_their_name_and_folder(tmp_path):
    with atomic_path(tmp_path / "x.csv") as temporary:
        assert is_part(temporary)
        assert is_part(temporary / "inside")
        temporary.write_text("whole")
    assert not is_part(tmp_path / "x.csv")
