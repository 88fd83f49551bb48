"""The record beside a result: complete, the same every time, silent about the machine."""

import json
import subprocess

import pytest

from helpers.fingerprint import digest_of
from helpers.provenance import git_state, make_record, write_record


@pytest.fixture
def record(tmp_path):
    def make(**parameters):
        return make_record(
            notebook="sink",
            source_sha256="a" * 64,
            helpers_sha256="b" * 64,
            parameters={"profile": "stand-in", "start_year": 2015, **parameters},
            inputs={"stand-in/manifest.json": "c" * 64, "data/catalog.yml": "d" * 64},
            results={"sink.csv": "e" * 64},
            products={"beps": {"title": "BEPS (reconstructed)", "is_standin": True}},
            root=tmp_path,
        )

    return make


def test_the_same_run_gives_the_same_record(record):
    first = record()
    assert json.dumps(record()) == json.dumps(first)
    assert list(first["inputs"]) == ["data/catalog.yml", "stand-in/manifest.json"]
    assert first["is_standin"] is True
    assert record(start_year=2016)["sha256"] != first["sha256"]
    body = {name: value for name, value in first.items() if name != "sha256"}
    assert first["sha256"] == digest_of(body)


def test_no_path_of_the_machine_is_recorded(record, tmp_path):
    given = record(
        data_dir="/home/reader/carbon",
        results_dir=str(tmp_path / "build" / "results"),
        files=["/home/reader/a.nc"],
    )
    assert given["parameters"]["data_dir"] == "carbon"
    assert given["parameters"]["results_dir"] == "build/results"
    assert given["parameters"]["files"] == ["a.nc"]
    assert "/home" not in json.dumps(given)
    assert str(tmp_path) not in json.dumps(given)


def test_times_stand_apart(record, tmp_path):
    options = {"results_dir": tmp_path, "seconds": 1.23456}
    path = write_record(record(), started="2026-01-01T00:00:00+00:00", **options)
    first = json.loads(path.read_text())
    assert path.name == "sink.provenance.json"
    assert first.pop("run") == {"started": "2026-01-01T00:00:00+00:00", "seconds": 1.235}
    second = json.loads(write_record(record(), started="later", **options).read_text())
    second.pop("run")
    assert second == first


def test_the_commit_is_that_of_this_checkout_and_no_other(tmp_path):
    assert git_state(tmp_path) is None
    git = ["git", "-C", str(tmp_path), "-c", "user.name=x", "-c", "user.email=x@example.org"]
    for arguments in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "Start"]):
        subprocess.run([*git, *arguments], check=True)
    state = git_state(tmp_path)
    assert len(state["commit"]) == 40
    assert state["modified"] is False
    (tmp_path / "below").mkdir()
    assert git_state(tmp_path / "below") is None
