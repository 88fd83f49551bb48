"""Kill a stage of the work at random moments, run it again, and report what came of it.

``python tests/faults/kills.py STAGE FOLDER COUNT`` prints one JSON object. The stages are the
commands of the reader on a small book: ``prepare`` (a coarse stand-in and its cube), ``run`` (one
notebook) and ``build`` (its pages). This process has one thread and has loaded everything, so that
each attempt is a fork that goes straight to work; it leads a process group, and the whole group is
killed, as by a closed terminal or a batch system.
"""

import hashlib
import json
import os
import random
import shutil
import signal
import sys
import time
from abc import ABC, abstractmethod
from pathlib import Path

import dask
import nbformat
import netCDF4
import numpy as np
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers import (
    cli,
    fingerprint,
    grid,
    guard,
    runner,
    stamp,
    standin,
    standin_files,
    standin_prior,
)
from helpers.files import PART, sha256_of

ROOT = Path(__file__).parents[2]
COARSE = 2.75
"""Cells per degree of the raster here, instead of 13.75."""
PERIOD = {"start_year": 2015, "end_year": 2015}
PARAMETERS = """\
profile: str = "stand-in"
data_dir: str | None = None
start_year: int = 2015
end_year: int = 2015
experiment: str = "LNLGIS"
results_dir: str = "build/results"
"""
WORK = """\
import csv, time
from pathlib import Path
from helpers.results import Row, write_results
rows = [Row(quantity="annual_mean", product="beps", scope="China", period=str(year),
            value=year / 7, unit="Pg C yr-1") for year in range(start_year, end_year + 1)]
for name in range(3):
    write_results(rows, notebook="small", results_dir=results_dir)
    (figures := Path(results_dir, "figures")).mkdir(exist_ok=True)
    with open(figures / f"small-{name}.csv", "w") as table:
        for year in range(2000):
            table.write(f"{year},{year / 7}\\n")
        table.flush()
        time.sleep(0.05)
"""
SETTINGS = """\
title: Small
only_build_toc_files: true
execute: {execute_notebooks: "off"}
sphinx:
  extra_extensions: [helpers.mathml, helpers.offline, helpers.quotation]
  config: {html_math_renderer: mathml, nb_ipywidgets_js: {}}
"""
PAGE = "# Small\n\nUptake {result}`small annual_mean beps mean China 2015 | .2f`, and $x^2$.\n"


def make_coarse():
    """Let the stand-in have a raster of fewer cells: the same code on less data."""
    fine, entries = standin_prior.native_grid, standin_files.catalog_entries

    def native_grid(product):
        if product != "beps":
            return fine(product)
        west, east, south, north = grid.CHINA_BOX
        across = [i / COARSE for i in range(round(west * COARSE), round(east * COARSE) + 1)]
        down = [i / COARSE for i in range(round(south * COARSE), round(north * COARSE) + 1)]
        return grid.grid_from_edges(np.array(down), np.array(across))

    def catalog_entries(raster, *, members):
        found = entries(raster, members=members)
        found["beps"]["options"]["resolution"] = f"1/{COARSE}"
        return found

    standin_prior.native_grid = native_grid
    standin_files.catalog_entries = catalog_entries


def make_book(root):
    """Write a book of one notebook and one page, with the real inputs of the stand-in."""
    (root / "notebooks").mkdir(parents=True)
    (root / "book").mkdir()
    (root / "data").symlink_to(ROOT / "data")
    (root / "notebooks" / "parameters.yml").write_text(f"book: {{common: {json.dumps(PERIOD)}}}\n")
    write_notebook(root, WORK)
    (root / "book" / "intro.md").write_text(PAGE)
    (root / "_toc.yml").write_text(
        "format: jb-book\nroot: book/intro\nchapters:\n- file: book/chapters/small\n"
    )
    (root / "_config.yml").write_text(SETTINGS)


def write_notebook(root, source):
    cells = [
        new_markdown_cell("# A small notebook"),
        new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}),
        new_code_cell(source),
    ]
    nbformat.write(new_notebook(cells=cells), root / "notebooks" / "small.ipynb")


def start(*words):
    """Run the command in a process group of its own and return the number of the group."""
    child = os.fork()
    if child:
        return child
    code = 70
    try:
        os.setsid()
        log = os.open("log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(log, 1)
        os.dup2(log, 2)
        sys.argv = ["sinkbook", *words]
        cli.main()
    except SystemExit as end:
        code = end.code or 0
    finally:
        os._exit(code)


def finish(child):
    """Wait for a process and return its exit code."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def digest_of_cube(path):
    """Return the sha256 of every value and attribute of a cube, but for when it was made."""
    lines = []
    with netCDF4.Dataset(path) as file:
        for group in (file, *file.groups.values()):
            attributes = {name: str(group.getncattr(name)) for name in group.ncattrs()}
            attributes.pop("history", None)
            lines.append([group.name, attributes])
            for name, variable in group.variables.items():
                variable.set_auto_mask(False)
                values = np.asarray(variable[...])
                values = values.astype("S") if values.dtype == object else values
                digest = hashlib.sha256(values.tobytes()).hexdigest()
                kept = {key: str(variable.getncattr(key)) for key in variable.ncattrs()}
                lines.append([name, list(variable.dimensions), kept, digest])
    return fingerprint.digest_of(lines)


def digest_of(path):
    """Return the sha256 of a file; of a record of a run without when and how long it ran."""
    if path.suffix == ".nc" and path.parent.name == "cube":
        return digest_of_cube(path)
    if not path.name.endswith(".provenance.json"):
        return sha256_of(path)
    record = json.loads(path.read_text())
    del record["run"]
    return fingerprint.digest_of(record)


def digests(folder):
    """Return the sha256 of every file in a folder by name, locks and memories of digests apart."""
    return {
        path.relative_to(folder).as_posix(): digest_of(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".lock" and path.name != "digests.json"
    }


class Stage(ABC):
    """One command: what it makes, from what it starts, and whether what is there is whole."""

    def __init__(self, root, *, words, made):
        self.root, self.words, self.made = root, words, made

    @abstractmethod
    def begin(self, turn):
        """Bring the folder to the state before a run: now nothing is there, now an older result."""

    def result(self):
        """Return the digest of everything that the stage makes, and what else lies there."""
        return {
            f"{name}/{path}": digest
            for name in self.made
            for path, digest in digests(self.root / "build" / name).items()
        }

    @abstractmethod
    def claims_more(self, whole):
        """Tell whether what a killed run left passes for a whole result without being one."""


class Prepare(Stage):
    def begin(self, turn):
        if turn % 2 == 0:
            shutil.rmtree(self.root / "build", ignore_errors=True)
        else:  # an earlier data set, of other inputs
            manifest = self.root / "build" / "stand-in" / "manifest.json"
            manifest.write_text(manifest.read_text().replace('"inputs"', '"inputs_before"'))

    def claims_more(self, whole):
        for path in (self.root / "build" / "cube").glob("[!.]*.nc"):
            if digest_of(path) != whole[f"cube/{path.name}"]:
                return True
        folder = self.root / "build" / "stand-in"
        inputs = standin.input_checksums(self.root)
        if folder.is_dir() and standin._up_to_date(folder, inputs) is not None:
            held = digests(folder)
            return held != {
                name.removeprefix("stand-in/"): digest
                for name, digest in whole.items()
                if name.startswith("stand-in/")
            }
        return False


class Run(Stage):
    def begin(self, turn):
        build = self.root / "build"
        if turn % 2 == 0:
            for name in self.made:
                shutil.rmtree(build / name, ignore_errors=True)
        else:
            (build / "results" / "figures" / "small-1.csv").write_text("damaged")

    def claims_more(self, whole):
        task = runner.plan(self.root, runner.values_of(self.root))[0]
        counts = stamp.is_current(
            task.output, task.fingerprint, results_dir=task.results_dir, notebook=task.name
        )
        return counts and any(
            whole.get(f"results/{name}") != digest
            for name, digest in stamp.results_of("small", results_dir=task.results_dir).items()
        )


class Build(Stage):
    def begin(self, turn):
        if turn % 2 == 0:
            for name in self.made:
                shutil.rmtree(self.root / "build" / name, ignore_errors=True)
        else:  # pages of an older text
            (self.root / "build" / "html" / ".inputs.sha256").write_text("older")

    def claims_more(self, whole):
        pages = self.root / "build" / "html"
        found = {f"html/{name}": digest for name, digest in digests(pages).items()}
        found["html/.inputs.sha256"] = whole["html/.inputs.sha256"]  # that of the older text
        return pages.is_dir() and found != whole


def clock(child):
    began = time.monotonic()
    code = finish(child)
    return time.monotonic() - began, code


def try_stage(stage, *, count, seed):
    """Kill a stage at `count` random moments; return what happened at each."""
    chance = random.Random(seed)
    os.chdir(stage.root)
    seconds, code = clock(start(*stage.words))  # fills caches
    if code:
        raise SystemExit(Path("log").read_text())
    stage.begin(0)
    seconds, _ = clock(start(*stage.words))
    whole = stage.result()
    rows = []
    for turn in range(count):
        moment, was_killed = chance.uniform(0, seconds), False
        while not was_killed:
            stage.begin(turn)
            was_killed = kill_after(moment, *stage.words)
            moment *= 1.0 if was_killed else 0.7  # it had ended: the machine was quicker
        lies = stage.claims_more(whole)
        again, code = clock(start(*stage.words))
        result = stage.result()
        rows.append({
            "moment": round(moment, 2), "killed": was_killed, "passed for whole": lies,
            "exit": code, "seconds": round(again, 2),
            "differs": sorted(n for n in {*whole, *result} if whole.get(n) != result.get(n))[:5],
            "remnants": sorted(p.name for p in Path("build").rglob(f"{PART}*")),
        })  # fmt: skip
        sys.stderr.write(f"{json.dumps(rows[-1])}\n")
        sys.stderr.flush()
    log = Path("log").read_text()[-2000:]
    return {"seconds": seconds, "files": len(whole), "rows": rows, "log": log}


def kill_after(seconds, *words):
    """Start the command, kill its group after some time, and tell whether it was still at work."""
    child = start(*words)
    time.sleep(seconds)
    while os.getpgid(child) != child:  # it has not come to lead a group yet
        time.sleep(0.001)
    os.killpg(child, signal.SIGKILL)
    return finish(child) == -signal.SIGKILL


STAGES = {
    "prepare": (Prepare, ("prepare",), ("stand-in", "cube")),
    "run": (Run, ("run", "small"), ("notebooks", "results")),
    "build": (Build, ("build",), ("html",)),
}


def main(name, folder, count):
    dask.config.set(scheduler="synchronous")
    make_coarse()
    root = Path(folder) / "book"
    make_book(root)
    os.environ["SINKBOOK_ROOT"] = str(root)
    guard.check_sources = lambda root: None  # the records of the book are not those of this one
    guard.check_results = lambda root, results_dir: []
    kind, words, made = STAGES[name]
    stage = kind(root, words=words, made=made)
    json.dump(try_stage(stage, count=int(count), seed=len(name)), sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
