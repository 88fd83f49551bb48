"""The command that prints the book: which pages, from where, to where."""

import pytest
from typer.testing import CliRunner

from helpers import project
from helpers.cli import app
from helpers.pdf import printing


@pytest.fixture
def asked(tmp_path, monkeypatch):
    (tmp_path / "_toc.yml").write_text("root: book/intro\nchapters:\n- file: book/data\n")
    (tmp_path / "_config.yml").write_text("title: A book\n")
    monkeypatch.setenv(project.ROOT_VARIABLE, str(tmp_path))
    calls = []

    def write_pdf(pages, **options):
        calls.append((pages, options))

    monkeypatch.setattr(printing, "write_pdf", write_pdf)
    return calls


def test_pages_of_the_contents_are_printed_in_order(asked, tmp_path):
    result = CliRunner().invoke(app, ["pdf"])
    assert result.exit_code == 0, result.output
    assert "build/pdf/book.pdf" in result.output
    (pages, options), *more = asked
    assert pages == ["book/intro", "book/data"]
    assert options["html_root"] == tmp_path / "build" / "html"
    assert options["out"] == tmp_path / "build" / "pdf" / "book.pdf"
    assert options["title"] == "A book"
    assert any("reconstructed" in note for note in options["notes"])
    assert more == []


def test_fast_pages_and_another_file_can_be_named(asked, tmp_path):
    out = tmp_path / "paper.pdf"
    result = CliRunner().invoke(app, ["pdf", "--fast", "--out", str(out)])
    assert result.exit_code == 0, result.output
    options = asked[0][1]
    assert options["html_root"] == tmp_path / "build" / "fast" / "html"
    assert options["out"] == out
