"""The trap is one: whoever opens it makes a folder."""

import pickle

from helpers.gauntlet.cases_files import CANARY, TRAP


def test_the_trap_would_spring(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pickle.loads(TRAP)
    assert (tmp_path / CANARY).is_dir()
