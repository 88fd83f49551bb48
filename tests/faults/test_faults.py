"""A full disk, a read-only folder, a bare environment: one plain message, and nothing lost."""

import copy
import os
import resource
import shutil
import subprocess
import sys
from dataclasses import replace

import nbformat
import pytest
from matplotlib import font_manager
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers import style
from helpers.files import PART

pytestmark = pytest.mark.slow

PARAMETERS = 'results_dir: str = "build/results"\n'
WORK = """\
from helpers.results import Row, write_results
rows = [Row(quantity="annual_mean", product="beps", scope="China", period=str(year), value=year / 7,
            unit="Pg C yr-1") for year in range(1000, 1400)]
write_results(rows, notebook="sink", results_dir=results_dir)
"R² is −0.5 °C⁻¹" """
DRAWING = """\
from pathlib import Path
from helpers import style
with style.book_style():
    figure = style.new_figure(2)
    figure.add_subplot().set_title("R² is −0.5 °C⁻¹")
    (folder := Path(results_dir, "figures")).mkdir(parents=True)
    figure.savefig(folder / "sink-1.png")
"""
ROOM = 6000
"""Largest file that may be written on the full disk: logs and records fit, the table does not."""


@pytest.fixture
def book(tmp_path):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "catalog.yml").write_text("{}")
    (tmp_path / "notebooks" / "parameters.yml").write_text("{}")
    write_notebook(tmp_path, WORK)
    return tmp_path


def write_notebook(book, source):
    cells = [
        new_markdown_cell("# Sink"),
        new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}),
        new_code_cell(source),
    ]
    nbformat.write(new_notebook(cells=cells), book / "notebooks" / "sink.ipynb")


@pytest.fixture
def run(root, book):
    def call(*, before=(), limit=None, env=None):
        def confine():
            if limit is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        words = [sys.executable, "-m", "helpers.cli", "--root", str(book), "run", "sink"]
        environment = {**os.environ, "PYTHONPATH": str(root)} if env is None else env
        return subprocess.run(
            [*before, *words],
            cwd=book,
            env={**environment, "PYTHONPATH": str(root)},
            preexec_fn=confine,
            capture_output=True,
            check=False,
        )

    return call


def tables(book):
    return {path.name: path.read_bytes() for path in (book / "build").rglob("*.csv")}


def test_a_full_disk_is_told_and_the_next_run_makes_everything(book, run):
    assert run().returncode == 0
    whole = tables(book)
    (book / "build" / "results" / "sink.csv").unlink()
    full = run(limit=ROOM)
    told = full.stderr.decode()
    assert full.returncode in (1, 2), told
    assert "File too large" in told
    assert "Traceback" not in told
    assert not (book / "build" / "results" / "sink.csv").exists()
    assert run().returncode == 0
    assert tables(book) == whole
    assert list((book / "build").rglob(f"{PART}*")) == []


@pytest.mark.parametrize("place", ["build", "build/results"])
def test_a_read_only_folder_is_told(book, run, place):
    before = ()
    if os.geteuid() == 0:  # root may write everywhere unless it gives that up
        if shutil.which("setpriv") is None:
            pytest.skip("run as root without setpriv (Debian package util-linux)")
        before = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--")
    assert run().returncode == 0
    whole = tables(book)
    (book / "build" / "notebooks" / "sink.stamp.json").unlink()
    (book / place).chmod(0o555)
    try:
        refused = run(before=before)
    finally:
        (book / place).chmod(0o755)
    told = refused.stderr.decode()
    assert refused.returncode in (1, 2), told
    assert "Permission denied" in told
    assert "Traceback" not in told
    assert tables(book) == whole or place == "build/results"
    assert run().returncode == 0
    assert tables(book) == whole


@pytest.mark.parametrize(("utf8", "locale"), [("0", "POSIX"), ("0", "zz_ZZ.UTF-8"), ("", "")])
def test_a_bare_environment_without_home_or_locale_will_do(book, run, utf8, locale):
    bare = {
        "PATH": os.environ["PATH"],
        "LC_ALL": locale,
        "PYTHONUTF8": utf8,
        "PYTHONCOERCECLOCALE": "0",
        "HOME": "/nonexistent",
    }
    if not utf8:
        del bare["HOME"], bare["PYTHONUTF8"], bare["LC_ALL"]
    done = run(env=bare)
    assert done.returncode == 0, done.stderr.decode()
    assert "R² is −0.5 °C⁻¹" in (book / "build/notebooks/sink.ipynb").read_text(encoding="utf-8")


@pytest.fixture
def list_fonts(book):
    """Let matplotlib remember fonts in the folder that the runs of a book use."""

    def write(fonts):
        listed = copy.copy(font_manager.fontManager)
        listed.ttflist = fonts
        folder = book / "build" / ".cache" / "matplotlib"
        folder.mkdir(parents=True)
        version = font_manager.FontManager.__version__
        font_manager.json_dump(listed, folder / f"fontlist-v{version}.json")

    write_notebook(book, DRAWING)
    return write


def test_fonts_remembered_from_another_place_are_looked_for_again(book, run, list_fonts):
    every = font_manager.fontManager.ttflist
    list_fonts([replace(font, fname=f"/gone{font.fname}") for font in every])
    done = run()
    assert done.returncode == 0, done.stderr.decode()
    assert (book / "build" / "results" / "figures" / "sink-1.png").stat().st_size > 1000


def test_a_missing_font_is_one_plain_message(book, run, list_fonts):
    list_fonts([font for font in font_manager.fontManager.ttflist if font.name != style.FONT])
    refused = run()
    told = refused.stderr.decode()
    assert refused.returncode == 1, told
    assert "InputError: The font of the figures is missing.\n      where: DejaVu Sans" in told
    assert "fix: Install the packages again" in told
    assert "Traceback" not in told
    assert not (book / "build" / "results" / "figures" / "sink-1.png").exists()
