"""The page's own commands, run as they stand; then the product is in every figure."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys

import pandas as pd
import pytest
import yaml

PAGES = ("national_sink", "seasonality", "regions", "ecosystems", "masks", "uncertainty", "plateau")
WITHOUT = {
    "ecosystems-classes": "the land cover",
    "ecosystems-excess": "one value a class of methods; the product is in the mean of its class",
    "ecosystems-shares": "printed percents",
    "masks-areas": "areas of polygons",
    "plateau-laws": "arithmetic",
    "plateau-release": "arithmetic",
    "plateau-uneven": "arithmetic",
    "regions-excess": "one value a class of methods; the product is in the mean of its class",
    "regions-spreads": "printed spreads",
    "uncertainty-air": "the CEOS budget",
    "uncertainty-candidates": "printed spreads",
    "uncertainty-contrasts": "printed values",
    "uncertainty-coverage": "a simulation",
}  # fmt: skip
"""Figures that hold no product of the catalog by name, and why."""


def blocks(root):
    """The code blocks of the page that a shell can run, in order."""
    text = (root / "book" / "add_your_own.md").read_text(encoding="utf-8")
    return re.findall(r"^```bash\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def checkout(root, tmp_path_factory):
    """A copy of the book with the stand-in that is there, and `.venv/bin/sinkbook`."""
    copy = tmp_path_factory.mktemp("book") / "book"
    copy.mkdir()
    for name in ("_config.yml", "_toc.yml", "CHANGELOG.md", "pyproject.toml"):
        shutil.copy(root / name, copy / name)
    for name in ("book", "data", "helpers", "notebooks"):
        shutil.copytree(root / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    if (root / "build" / "stand-in").is_dir():
        shutil.copytree(root / "build" / "stand-in", copy / "build" / "stand-in")
    program = copy / ".venv" / "bin" / "sinkbook"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m helpers.cli "$@"\n')
    program.chmod(0o755)
    return copy


def shell(checkout, block):
    environment = {**os.environ, "PYTHONPATH": str(checkout), "SINKBOOK_ROOT": str(checkout)}
    return subprocess.run(
        ["sh", "-euc", block], cwd=checkout, env=environment, capture_output=True, text=True,
        stdin=subprocess.DEVNULL, timeout=1500, check=False,
    )  # fmt: skip


def lines_but_the_run(block):
    return "".join(f"{line}\n" for line in block.splitlines() if " run " not in line)


def test_the_page_has_the_commands(root):
    first, second = blocks(root)
    assert [line.split()[1] for line in first.splitlines()] == ["example-product", "add", "run"]
    assert second == ".venv/bin/sinkbook build --data-dir my-data\n"


def test_the_made_up_product_is_added_as_the_page_says(root, checkout):
    done = shell(checkout, lines_but_the_run(blocks(root)[0]))
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    entry = yaml.safe_load((checkout / "my-data" / "catalog.yml").read_text(encoding="utf-8"))
    assert entry["example"]["title"] == "Example (made up)"
    assert "is_standin" not in entry["example"]
    assert (checkout / "my-data" / "example" / "example.nc").resolve().is_file()


@pytest.mark.slow
def test_the_product_is_in_every_figure(root, checkout):
    shutil.rmtree(checkout / "my-data", ignore_errors=True)
    shutil.rmtree(checkout / "files", ignore_errors=True)
    for block in blocks(root):  # one chapter, then the whole book
        done = shell(checkout, block)
        assert done.returncode == 0, done.stderr[-4000:]
        assert "WARNING" not in done.stderr
    assert (checkout / "build" / "html" / "index.html").is_file()
    results = checkout / "build" / "results"
    shown = {}
    for path in sorted((results / "figures").glob("*.csv")):
        if path.name.startswith(tuple(f"{page}-" for page in PAGES)):
            words = pd.read_csv(path, dtype=str, keep_default_na=False).to_numpy().ravel()
            shown[path.stem] = any(word in ("example", "Example (made up)") for word in words)
    missing = {name for name, there in shown.items() if not there}
    assert missing == set(WITHOUT), "figures without the product"
    for page in PAGES:
        table = pd.read_csv(results / f"{page}.csv", dtype=str)
        assert (table["product"] == "example").any(), page
    explorer = json.loads((results / "figures" / "explorer-map.json").read_text(encoding="utf-8"))
    assert "Example (made up)" in {series["title"] for series in explorer["series"]}
    ledger = pd.read_csv(results / "claims_ledger.csv", dtype=str)
    assert not ledger["product"].fillna("").str.contains("example").any()
