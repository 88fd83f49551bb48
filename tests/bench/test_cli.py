"""The command: it measures, writes and judges; --accept makes the record."""

import pytest
from typer.testing import CliRunner

from helpers import project
from helpers.bench import builds, record, rounds
from helpers.cli import app


@pytest.fixture
def measured(tmp_path, monkeypatch, runs):
    monkeypatch.setenv(project.ROOT_VARIABLE, str(tmp_path))
    seen = {}
    monkeypatch.setattr(rounds, "measure", lambda folder, **options: seen.update(options) or runs)
    builds_made = {("build-none", 0): runs["members", 1]}
    monkeypatch.setattr(builds, "measure", lambda folder, **options: builds_made)
    return seen


def test_a_benchmark_is_written_and_accepted(measured, tmp_path):
    result = CliRunner().invoke(app, ["bench", "--quick", "--book"])
    assert result.exit_code == 0, result.output
    assert measured["rounds"] == 2
    assert "met    the book when nothing has changed, at most 5 s: 1 s" in result.output
    assert "All numbers: build/bench/results.csv" in result.output
    result = CliRunner().invoke(app, ["bench", "--accept"])
    assert "The record: data/benchmarks/results.csv" in result.output
    assert record.read(tmp_path / record.RECORD)[0]


def test_five_rounds_unless_asked(measured):
    assert CliRunner().invoke(app, ["bench"]).exit_code == 0
    assert measured["rounds"] == 5
