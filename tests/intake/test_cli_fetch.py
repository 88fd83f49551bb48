"""The command `sinkbook fetch`."""

import io

import pytest
import yaml
from filelock import FileLock
from rich.console import Console

from helpers import cli
from helpers.intake import cli_fetch


@pytest.fixture
def book(tmp_path, monkeypatch, declared):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "data").mkdir()
    asked = {"access": "request", "urls": [], "steps": ["Ask the authors."]}
    sources = {
        "table": declared(),
        "grid": declared(**asked, format="folder", path="grid", page=None),
        "monthly": declared(changes=True, path="monthly.csv", bytes=9),
    }
    content = {name: one.model_dump(mode="json") for name, one in sources.items()}
    (tmp_path / "data" / "downloads.yml").write_text(yaml.safe_dump(content, sort_keys=False))
    monkeypatch.setenv("SINKBOOK_ROOT", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def sinkbook(monkeypatch, capsys, server):
    def call(*words):
        monkeypatch.setattr("sys.argv", ["sinkbook", *words, "--ca-file", str(server.ca)])
        with pytest.raises(SystemExit, match=r"^\d*$") as stop:
            cli.main()
        out, err = capsys.readouterr()
        return stop.value.code, out, err

    return call


def test_all_open_sources_are_fetched_and_the_rest_is_named(book, sinkbook):
    code, out, err = sinkbook("fetch")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "table: fetched; 0.36 MB, first use: checksum recorded",
        "monthly: fetched; 0.36 MB, first use: checksum recorded",
        "By hand: grid. How: sinkbook fetch --list",
    ]
    assert (book / "data-original" / "tables" / "table.csv").is_file()
    code, out, _ = sinkbook("fetch", "table")
    assert out.startswith("table: there; as recorded on ")


def test_a_failure_of_one_does_not_stop_the_others(book, sinkbook, server):
    server.script = [("status", 404)]
    code, out, err = sinkbook("fetch", "--data-dir", "mine")
    assert code == 1
    assert err.startswith("table: not fetched\n  The server does not give the file.\n")
    assert out.startswith("monthly: fetched")
    assert (book / "mine" / "monthly.csv").is_file()


def test_a_named_source_that_is_had_by_hand_is_explained(book, sinkbook):
    code, out, _ = sinkbook("fetch", "grid")
    assert code == 0
    assert "grid: A table\n  how      on request\n  place    grid/\n" in out
    assert out.endswith("  1. Ask the authors.\n")


def test_the_list_fits_a_terminal_and_fetches_nothing(book, sinkbook, server, root, monkeypatch):
    _, out, _ = sinkbook("fetch", "--list")
    assert (
        "  size     9 bytes\n  check    recorded; the provider adds to the file (--refresh)" in out
    )
    assert server.asked == []
    monkeypatch.setenv("SINKBOOK_ROOT", str(root))
    code, out, _ = sinkbook("fetch", "--list")
    assert code == 0
    assert max(map(len, out.splitlines())) <= 80


@pytest.mark.parametrize(
    "words",
    [
        ["--link", "https://localhost/x"],
        ["table", "monthly", "--file", "x"],
        ["table", "--file", "x", "--link", "https://localhost/x"],
        ["--accept-change"],
    ],
)
def test_options_for_one_source_need_its_name(book, sinkbook, words):
    code, _, err = sinkbook("fetch", *words)
    assert code == 2
    assert "options do not fit the names" in err


def test_two_fetches_in_one_folder_do_not_meet(book, sinkbook):
    (book / "mine").mkdir()
    with FileLock(book / "mine" / ".fetch.lock"):
        code, _, err = sinkbook("fetch", "--data-dir", "mine")
    assert code == 2
    assert "Another fetch is at work" in err


def test_a_folder_that_is_a_file_is_told(book, sinkbook):
    (book / "mine").write_text("x")
    code, _, err = sinkbook("fetch", "--data-dir", "mine")
    assert code == 2
    assert "folder of data cannot be written" in err


def test_a_terminal_gets_a_bar():
    console = Console(force_terminal=True, width=80, file=io.StringIO())
    with cli_fetch.progress(console, "table") as report:
        report(500, 1000)
    assert "table" in console.file.getvalue()
