"""The directive on a page of its own: tables and sentences from the record, and what it refuses."""

import io

import pytest
from sphinx.application import Sphinx

from helpers.bench import page, record, summary


@pytest.fixture
def source(tmp_path, runs, machine):
    folder = tmp_path / "source"
    record.write(folder / page.FOLDER, rows=summary.summarise(runs), runs=runs, machine=machine)
    return folder


def text_of(source, *parts):
    lines = [f".. benchmark:: {part}\n" for part in parts]
    (source / "index.rst").write_text("Speed\n=====\n\n" + "\n".join(lines))
    (source / "conf.py").write_text("extensions = ['helpers.bench.page']\nhtml_theme = 'basic'\n")
    out, said = source.parent / "out", io.StringIO()
    app = Sphinx(source, source, out, out / ".trees", "html", status=None, warning=said)
    app.build()
    # what Sphinx says of a second application in one process is left out
    lines = [line for line in said.getvalue().splitlines() if "already registered" not in line]
    return (out / "index.html").read_text(), "\n".join(lines)


def test_every_part_is_written(source):
    text, said = text_of(source, "machine", *page.PARTS)
    assert said == ""
    assert "Measured on 2024-05-06" in text
    assert "7 of 9 measured targets are met." in text
    for words in ("conservative_file", "1.12 to 2.24", "1200 MB", "Met", "one run", "0.75 to 0.85"):
        assert words in text


def test_an_unknown_part_is_refused(source):
    _, said = text_of(source, "colours")
    assert "no part 'colours', only: machine, targets" in said


def test_without_a_record_the_page_says_so(source):
    (source / page.FOLDER / record.RESULTS).unlink()
    text, said = text_of(source, "targets")
    assert said == ""
    assert "No benchmark has been accepted yet" in text
