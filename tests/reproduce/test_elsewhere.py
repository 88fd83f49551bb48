"""Comparing two runs: bytes of tables, and values to 1e-12."""

import subprocess
import sys

import pytest

from helpers import review
from helpers.reproduce import elsewhere

NEAR = 0.3 * (1 + 1e-14)
VALUES = "notebook,quantity,product,member,scope,period,value,sd,sd_kind,n,unit\n"


def ran(folder, value, *, extra=False):
    """Write what a run leaves: one table and a report with one value."""
    results, report = folder / "build" / "results", folder / "build" / "report"
    results.mkdir(parents=True)
    report.mkdir()
    (results / "sink.csv").write_text(f"value\n{value!r}\n")
    (results / ".part-1-sink.csv").write_text("half")
    if extra:
        (results / "other.csv").write_text("value\n")
    (report / review.VERDICTS).write_text(
        "id,verdict,computed,tolerance,unit,product,profile,notebook,reason\n"
    )
    row = f"sink,annual_mean,beps,,China,2015,{value!r},,,,Pg C yr-1\n"
    (report / review.VALUES).write_text(VALUES + row)
    return folder


@pytest.mark.parametrize(
    ("value", "unlike", "moved"),
    [(0.3, 0, 0), (0.3 * (1 + 1e-14), 1, 0), (0.3 * (1 + 1e-9), 1, 1)],
)
def test_bytes_are_compared_and_values_to_their_tolerance(tmp_path, value, unlike, moved):
    found = elsewhere.compare(ran(tmp_path / "one", 0.3), ran(tmp_path / "two", value))
    assert (found.tables, len(found.unlike), len(found.moved)) == (1, unlike, moved)


def test_a_table_that_only_one_run_has_is_unlike(tmp_path):
    found = elsewhere.compare(ran(tmp_path / "one", 0.3), ran(tmp_path / "two", 0.3, extra=True))
    assert (found.tables, found.unlike) == (2, ("other.csv",))


def test_a_linked_book_has_the_sources_and_a_build_of_its_own(tmp_path):
    (tmp_path / "root" / "notebooks").mkdir(parents=True)
    (tmp_path / "root" / "build").mkdir()
    (tmp_path / "root" / "_toc.yml").write_text("root: book/intro")
    for _ in range(2):  # once more changes nothing
        book = elsewhere.linked_book(tmp_path / "book", root=tmp_path / "root")
    assert sorted(path.name for path in book.iterdir()) == ["_toc.yml", "build", "notebooks"]
    assert not (book / "build").is_symlink()


def test_a_report_is_asked_for_with_interpreter_notebooks_and_workers(monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(subprocess, "run", lambda words, **options: asked.append((words, options)))
    elsewhere.run_report("python9", tmp_path, notebooks=["masks"], workers=3)
    elsewhere.run_report("python9", tmp_path)
    words = ["python9", "-m", "helpers.cli", "--root", str(tmp_path), "report"]
    assert asked[0][0] == [*words, "--workers", "3", "--only", "masks"]
    assert asked[1][0] == words
    assert asked[0][1]["check"]


@pytest.mark.parametrize(
    ("value", "values_only", "expected"),
    [(0.3, False, 0), (0.4, False, 1), (NEAR, False, 1), (NEAR, True, 0), (0.4, True, 1)],
)
def test_main_tells_what_differs_and_fails_when_it_counts(
    monkeypatch, tmp_path, capsys, value, values_only, expected
):
    root = tmp_path / "root"
    root.mkdir()
    monkeypatch.setenv("SINKBOOK_ROOT", str(root))
    values = iter([0.3, value])

    def run(python, book, *, notebooks):
        assert notebooks == ("sink",)
        (book / "build").rmdir()
        ran(book, next(values))

    monkeypatch.setattr(elsewhere, "run_report", run)
    code = elsewhere.main(sys.executable, "sink", values_only=values_only)
    out = capsys.readouterr().out
    assert code == expected
    assert ("not the same bytes: sink.csv" in out) == (value != 0.3)
    assert ("MOVED value" in out) == (value == 0.4)
    (environment,) = (root / "build" / "pythons").iterdir()  # no table of another comparison
    assert sorted(path.name for path in environment.iterdir()) == ["other", "this"]
    same, moved = int(value == 0.3), int(value == 0.4)
    assert f"1 tables, {same} of the same bytes; {moved} verdicts and values" in out
