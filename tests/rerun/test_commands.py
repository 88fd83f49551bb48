"""The page about running again, followed literally in a copy of the checkout."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.project import ROOT_VARIABLE

BLOCK = re.compile(r"(<!-- not run: [^>]+ -->\n)?```(bash|python|shell|yaml)\n(.*?)```", re.DOTALL)
PLACES = ("notebooks", "data", "book", "_config.yml", "_toc.yml", "pyproject.toml")


def blocks(text):
    """Return language, source and reason not to run of each block of code on the page."""
    return [(language, source, note) for note, language, source in BLOCK.findall(text)]


@pytest.fixture(scope="module")
def page(root):
    return (root / "book" / "rerun.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def copy(root, tmp_path_factory):
    """A copy of what the commands read, with `.venv` for the Python that runs the tests."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in PLACES:
        source = root / name
        (shutil.copytree if source.is_dir() else shutil.copy2)(source, folder / name)
    for name in ("stand-in", "cube"):  # made again where absent, which takes minutes
        if (root / "build" / name).is_dir():
            shutil.copytree(root / "build" / name, folder / "build" / name)
    (folder / ".venv" / "bin").mkdir(parents=True)
    for name, call in {"python": '"$@"', "sinkbook": '-m helpers.cli "$@"'}.items():
        script = folder / ".venv" / "bin" / name
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" {call}\n')
        script.chmod(0o755)
    return folder


def test_what_is_not_run_says_why(page):
    assert len(blocks(page)) >= 9
    for language, source, note in blocks(page):
        assert bool(note) == (language in ("shell", "yaml")), source
    assert page.count("```") == 2 * (len(blocks(page)) + page.count("```{"))


@pytest.mark.slow
def test_every_command_of_the_page_works(page, copy, root):
    surroundings = {
        **os.environ, ROOT_VARIABLE: str(copy), "PYTHONPATH": str(root), "HOME": str(copy),
        "JUPYTER_DATA_DIR": str(copy / "jupyter"), "MPLBACKEND": "agg",
    }  # fmt: skip
    for language, source, note in blocks(page):
        if note:
            continue
        command = ["bash", "-euc", source] if language == "bash" else [sys.executable, "-c", source]
        done = subprocess.run(command, cwd=copy, env=surroundings, capture_output=True, text=True,
                              timeout=600, check=False)  # fmt: skip
        assert done.returncode == 0, f"{source}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
    assert (copy / "build" / "notebooks" / "evidence.ipynb").is_file()
    assert (copy / "build" / "results" / "evidence.provenance.json").is_file()
    mine = Path(copy / "build" / "mine")
    assert (mine / "evidence.ipynb").is_file()
    assert (mine / "results" / "evidence.csv").is_file()
    assert (copy / "jupyter" / "kernels" / "china-land-carbon-sink" / "kernel.json").is_file()
