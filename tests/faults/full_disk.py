"""Prepare the data on a disk that is full after so many bytes a file, and report what came of it.

``python tests/faults/full_disk.py FOLDER LIMIT ...`` prints one JSON object. Each attempt is a fork
of this process, whose limit it takes over.
"""

import json
import os
import resource
import sys
from pathlib import Path

import dask
import kills

WORDS = ("prepare", "--force")


def attempt(stage, limit):
    """Prepare again where no file may grow beyond a limit; return what happened."""
    Path("log").unlink()
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, most))
    code = kills.finish(kills.start(*WORDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    remnants = [path.name for path in Path("build").rglob(".*") if path.suffix != ".lock"]
    return {
        "exit": code, "told": Path("log").read_text(), "result": stage.result(),
        "remnants": [name for name in remnants if name != ".lock"],
    }  # fmt: skip


def main(folder, *limits):
    dask.config.set(scheduler="synchronous")
    kills.make_coarse()
    root = Path(folder) / "book"
    kills.make_book(root)
    os.environ["SINKBOOK_ROOT"] = str(root)
    os.chdir(root)
    stage = kills.Prepare(root, words=WORDS, made=("stand-in", "cube"))
    if kills.finish(kills.start(*WORDS)):
        raise SystemExit(Path("log").read_text())
    whole = stage.result()
    rows = [attempt(stage, int(limit)) for limit in limits]
    again = kills.finish(kills.start(*WORDS))
    json.dump({"whole": whole, "rows": rows, "again": [again, stage.result()]}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
