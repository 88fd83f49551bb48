"""Timing builds: of a copy, in three states, which is removed again."""

import json
import subprocess

import pytest

from helpers.bench import builds, process


@pytest.fixture
def repository(tmp_path):
    root = tmp_path / "root"
    (root / "notebooks").mkdir(parents=True)
    cells = [{"cell_type": "markdown", "source": ["# A"]}, {"cell_type": "code", "source": ["1"]}]
    (root / "notebooks" / "a.ipynb").write_text(json.dumps({"cells": cells}))
    git = ["git", "-c", "user.name=n", "-c", "user.email=n@example.org"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "one"]):
        subprocess.run([*git, *words], cwd=root, check=True)
    return root


def test_three_builds_of_a_copy(repository, tmp_path, monkeypatch):
    seen = []

    def note(command, *, folder, env):
        text = (folder / "notebooks" / "a.ipynb").read_text()
        seen.append(("# changed" in text, env["SINKBOOK_ROOT"] == str(folder), command[-1]))
        return process.Run(1.0, 1.0, 1.0)

    monkeypatch.setattr(process, "run", note)
    said = []
    runs = builds.measure(tmp_path / "bench", root=repository, say=said.append)
    assert list(runs) == [("build-full", 0), ("build-none", 0), ("build-one", 0)]
    assert seen == [(False, True, "build"), (False, True, "build"), (True, True, "build")]
    assert len(said) == 3
    assert not (tmp_path / "bench" / builds.COPY).exists()
    assert "# changed" not in (repository / "notebooks" / "a.ipynb").read_text()
