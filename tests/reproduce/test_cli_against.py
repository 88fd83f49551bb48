"""The command: the same again is good, a moved number is named."""

import json
from pathlib import Path

import pandas as pd
import pytest

from helpers import cli

ROOT = Path(__file__).parents[2]


def sinkbook(*words, monkeypatch):
    """Run the command and return its exit code."""
    monkeypatch.setattr("sys.argv", ["sinkbook", *map(str, words)])
    with pytest.raises(SystemExit) as stop:  # noqa: PT011 - the code is what is looked at
        cli.main()
    return stop.value.code


def test_a_report_run_again_moves_nothing_and_a_changed_one_is_found(tmp_path, monkeypatch, capsys):
    out = tmp_path / "report"
    words = ("report", "--out", out, "--only", "forest_inventory", "-p", "mask", "centre")
    assert sinkbook(*words, monkeypatch=monkeypatch) == 0
    assert json.loads((out / "ro-crate-metadata.json").read_text())["@graph"]
    assert sinkbook("check", "--against", out, monkeypatch=monkeypatch) == 0
    said = capsys.readouterr().out
    assert "1 notebooks run again; 0 verdicts and values moved" in said
    assert "differs" not in said

    table = pd.read_csv(out / "values.csv", dtype=str, keep_default_na=False)
    table.loc[0, "value"] = str(float(table.loc[0, "value"]) * (1 + 1e-10))
    table.to_csv(out / "values.csv", index=False)
    assert sinkbook("check", "--against", out, monkeypatch=monkeypatch) == 1
    assert "MOVED value forest_inventory" in capsys.readouterr().out
