"""The guards of `sinkbook build`: typed, published and drifted numbers stop it, and say which."""

import shutil

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers import cli, published

SETTINGS = 'results_dir: str = "build/results"  # where tables go'
RESULT = """\
from helpers import results
row = results.Row(quantity="annual_mean", product="beps", scope="China", period="2015-2019",
                  value=VALUE, unit="Pg C yr-1")
results.write_results([row], notebook="sink", results_dir=results_dir)"""
ID = "sink annual_mean beps mean China 2015-2019"


@pytest.fixture
def book(tmp_path, monkeypatch):
    """A book of one page and one notebook; returns its root and a function that sets its value."""
    for folder in ("notebooks", "book", "data"):
        (tmp_path / folder).mkdir()
    shutil.copytree(published.FOLDER, tmp_path / "data/published")
    (tmp_path / "data/published/recorded_results.csv").unlink(missing_ok=True)
    (tmp_path / "book/intro.md").write_text("# A book\n")
    (tmp_path / "notebooks/parameters.yml").write_text("book: {common: {}}\n")
    (tmp_path / "CHANGELOG.md").write_text("## [Unreleased]\n\n### Results changed\n\n- None.\n")

    def compute(value):
        cells = [
            new_markdown_cell("# Sink", id="title"),
            new_code_cell(SETTINGS, metadata={"tags": ["parameters"]}, id="settings"),
            new_code_cell(RESULT.replace("VALUE", str(value)), id="result"),
        ]
        nbformat.write(new_notebook(cells=cells), tmp_path / "notebooks/sink.ipynb")

    compute(0.384)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SINKBOOK_ROOT", str(tmp_path))
    monkeypatch.setattr(published, "FOLDER", tmp_path / "data/published")
    return tmp_path, compute


@pytest.fixture
def sinkbook(monkeypatch, capsys):
    """Run the command as a shell does: exit code, standard output, standard error."""

    def call(*words):
        monkeypatch.setattr("sys.argv", ["sinkbook", *words])
        with pytest.raises(SystemExit, match=r"^\d*$") as stop:
            cli.main()
        out, err = capsys.readouterr()
        return stop.value.code, out, err

    return call


def test_a_typed_result_stops_the_build_before_anything_runs(book, sinkbook):
    root, _ = book
    (root / "book/intro.md").write_text("# A book\n\nThe sink is 0.38 Pg C a year.\n")
    code, _, err = sinkbook("build")
    assert code == 2
    assert "book/intro.md line 3: '0.38' in 'The sink is 0.38 Pg C a year.'" in err
    assert not (root / "build").exists()


def test_a_changed_published_value_stops_the_build(book, sinkbook):
    path = book[0] / "data/published/claims.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    table.loc[table["id"] == "z24-national-vegas", "value"] = "0.23"
    table.to_csv(path, index=False)
    code, _, err = sinkbook("build")
    assert code == 2
    assert "data/published/claims.csv" in err
    assert "z24-national-vegas, value: recorded 0.22, found 0.23" in err


def test_a_drift_stops_the_build_until_it_is_announced_and_recorded(book, sinkbook):
    root, compute = book
    assert sinkbook("run", "sink")[0] == 0
    code, out, _ = sinkbook("record")
    assert code == 0
    assert out.splitlines() == [
        f"computed {ID}: none -> 0.384",
        "0 published numbers and 1 computed values are new in data/published",
    ]

    compute(0.43)
    code, _, err = sinkbook("build")
    assert code == 2
    assert "sink.csv" in err
    assert f"{ID}: recorded 0.384, found 0.43" in err
    assert "sinkbook record" in err

    log = root / "CHANGELOG.md"
    log.write_text(log.read_text().replace("None.", f"`{ID}`: 0.384 -> 0.43, a new border."))
    code, out, err = sinkbook("build")
    assert "nothing announces it" not in err
    assert "A setting of the book is missing." in err  # it went on to the pages
    assert f"announced change: {ID}: 0.384 -> 0.43" in out
    assert f"computed {ID}: 0.384 -> 0.43" in sinkbook("record")[1]
    log.write_text("## [Unreleased]\n")
    assert "A setting of the book is missing." in sinkbook("build")[2]


def test_results_of_other_choices_are_not_compared_and_not_recorded(book, sinkbook):
    root, _ = book
    sinkbook("run", "sink", "-p", "results_dir", str(root / "elsewhere"))
    _, out, err = sinkbook("record")
    assert "not recorded: sink" in err
    assert "0 computed values" in out
