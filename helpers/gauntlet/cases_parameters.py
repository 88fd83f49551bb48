"""Cases of the command line: parameters, notebooks, settings, reports."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat

from helpers.gauntlet.case import Answer, Case
from helpers.gauntlet.cases_polygons import collection
from helpers.gauntlet.cases_whole import seasonal
from helpers.gauntlet.world import World, write_catalog

PARAMETERS = """profile = "stand-in"  # which data
data_dir = None  # folder of product files
start_year = 2015  # first year
end_year = 2016  # last year
experiment = "LNLGIS"  # experiment
mask = "fraction"  # how borders fall on cells
results_dir = "build/results"  # where results go
boundary = "national"  # depiction of China
members = None  # members to keep
ceos_file = None  # the national table
regions_file = None  # polygons
regions_name_field = None  # column of names
share: float = 0.5  # a number
"""
KERNEL = 'raise SystemExit("a kernel was started")'


def write_book(root: Path, settings: str | bytes = "") -> None:
    """Write a book of one notebook, `one`, which no case may start."""
    folder = root / "notebooks"
    folder.mkdir()
    book = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}),
            nbformat.v4.new_code_cell(KERNEL),
        ]
    )
    nbformat.write(book, folder / "one.ipynb")
    text = settings.encode() if isinstance(settings, str) else settings
    (folder / "parameters.yml").write_bytes(text)


def command(*arguments: str) -> Callable[[Path], Answer]:
    """Return an attempt that calls ``sinkbook`` on the book of a folder.

    A refusal (exit code 2 and one message) is raised again as the error it was; anything else
    that is printed counts as having gone on.
    """

    def attempt(folder: Path) -> Answer:
        from helpers import cli
        from helpers.errors import InputError

        errors = io.StringIO()
        words = [a.replace("HERE", str(folder)) for a in arguments]
        with contextlib.redirect_stderr(errors), contextlib.redirect_stdout(io.StringIO()):
            try:
                cli.app(["--root", str(folder), *words], standalone_mode=False)
            except InputError:
                if re.search("started", errors.getvalue()):
                    return Answer(float("inf"), "refused only after a notebook was started")
                raise
        return Answer(float("inf"), "went on: " + errors.getvalue()[-200:])

    return attempt


def _case(
    name: str,
    about: str,
    *,
    says: str,
    words: tuple[str, ...],
    settings: str | bytes = "",
    more: Callable[[Path], Any] | None = None,
) -> Case:
    def build(folder: Path) -> None:
        write_book(folder, settings)
        if more is not None:
            more(folder)

    return Case(
        name=f"run-{name}", area="parameters", about=about, build=build,
        attempt=command(*words), expects="error", says=says,
    )  # fmt: skip


def _run(name: str, about: str, *, says: str, pairs: tuple[str, ...], more: Any = None) -> Case:
    options = [word for pair in pairs for word in ("-p", pair)]
    return _case(name, about, says=says, words=("run", "one", *options), more=more)


def _ensemble(folder: Path) -> None:
    data = folder / "data"
    data.mkdir()
    write_catalog(data, "cf", files="{member}.nc")
    for member in ("alpha", "beta"):
        World(values=seasonal()).write(data / f"{member}.nc")


def values() -> list[Case]:
    """Return the cases of parameters."""
    ensemble = ("profile=mine", "data_dir=HERE/data")
    return [
        _run("unknown", "a parameter that is not there", says="Unknown parameter(.|\n)*start_year",
             pairs=("start_yaer=2015",)),
        _run("type", "a word for a number", says="wrong type or value(.|\n)*start_year",
             pairs=("start_year=early",)),
        _run("type-bool", "`true` for a number", says="wrong type or value", pairs=("share=true",)),
        _run("not-yaml", "a value that is no YAML", says="wrong type or value|read as YAML",
             pairs=("share=[1, 2",)),
        _run("tag", "a value with a tag of Python", says="wrong type or value|read as YAML",
             pairs=("share=!!python/object/apply:os.getcwd []",)),
        _run("date", "the 13th month", says="read as YAML(.|\n)*start_year",
             pairs=("start_year=2015-13-45",)),
        _run("bool", "a word for yes or no", says="read as YAML(.|\n)*start_year",
             pairs=("start_year=!!bool x",)),
        _case("no-value", "a parameter without a value", says="no value",
              words=("run", "one", "-p", "share")),
        _run("years-reversed", "reversed years", says="last year lies before",
             pairs=("start_year=2019", "end_year=2015")),
        _run("year-absurd", "the year 99999", says="out of range", pairs=("end_year=99999",)),
        _run("year-negative", "the year -5", says="out of range", pairs=("start_year=-5",)),
        _run("mask", "a mask nobody knows", says="Unknown mask(.|\n)*fraction",
             pairs=("mask=half",)),
        _run("boundary", "a depiction nobody knows", says="Unknown boundary",
             pairs=("boundary=mine",)),
        _run("profile", "another profile without a folder", says="folder of",
             pairs=("profile=original",)),
        _run("data-dir", "a folder that is not there", says="folder of product files is not there",
             pairs=("profile=original", "data_dir=HERE/nowhere")),
        _run("data-dir-file", "a file for a folder", says="folder of product files is not there",
             pairs=("profile=original", "data_dir=HERE/notebooks/one.ipynb")),
        _run("data-dir-empty", "a folder without products", says="No product was found",
             pairs=("profile=original", "data_dir=HERE/notebooks")),
        _run("members-word", "members that are no list", says="no list of names",
             pairs=("members=5",)),
        _run("members-empty", "an empty list of members", says="no list of names",
             pairs=("members=[]",)),
        _run("members-unknown", "a member that no ensemble has",
             says="Unknown member(.|\n)*alpha, beta", pairs=(*ensemble, "members=[alpha, gama]"),
             more=_ensemble),
        _run("experiment", "an experiment without files", says="No product was found",
             pairs=("profile=mine", "data_dir=HERE/data", "experiment=NONE"),
             more=lambda f: (f / "data").mkdir()),
        _run("ceos-absent", "a table that is not there", says="table is missing",
             pairs=("ceos_file=HERE/nowhere.csv",)),
        _run("ceos-number", "a number for a table", says="no path", pairs=("ceos_file=5",)),
        _run("ceos-other", "another file for a table", says="not the national budget table",
             pairs=("ceos_file=HERE/notebooks/one.ipynb",)),
        _run("regions-absent", "polygons that are not there", says="no file of polygons",
             pairs=("regions_file=HERE/nowhere.geojson",)),
        _run("regions-column", "a column of names that is not there", says="no column of names",
             pairs=("regions_file=HERE/r.geojson", "regions_name_field=province"),
             more=lambda f: (f / "r.geojson").write_text(str(collection()).replace("'", '"'))),
    ]  # fmt: skip


def commands() -> list[Case]:
    """Return the cases of notebooks, settings and reports."""
    report = "HERE/before", "HERE/after"

    def two(text: bytes) -> Callable[[Path], None]:
        def write(folder: Path) -> None:
            for name in ("before", "after"):
                (folder / name).mkdir()
                for file in ("values.csv", "verdicts.csv", "claims_ledger.csv", "choices.csv"):
                    (folder / name / file).write_bytes(text)

        return write

    return [
        _case("notebook-unknown", "a notebook that is not there", says="No such notebook",
              words=("run", "two")),
        _case("notebook-path", "a path for a notebook", says="No such notebook",
              words=("run", "../../etc/x")),
        _case("notebook-broken", "a notebook that is no notebook", says="(?i)not a notebook",
              words=("run", "one"), more=lambda f: (f / "notebooks" / "one.ipynb").write_text("{")),
        _case("settings-tag", "a tag in the settings", says="not YAML", words=("run", "one"),
              settings="book: !!python/object/apply:os.getcwd []"),
        _case("settings-binary", "settings that are not UTF-8", says="not YAML",
              words=("run", "one"), settings=b"\xff\xfe\x00"),
        _case("settings-date", "the 13th month in the settings", says="not YAML(.|\n)*line 1",
              words=("run", "one"), settings="book: {common: {end_year: 2015-13-45}}"),
        _case("settings-unknown", "a notebook in the settings that is not there",
              says="unknown entry", words=("run", "one"),
              settings="book: {notebooks: {tow: {share: 1.0}}}"),
        _case("settings-list", "settings that are a list", says="unknown entry",
              words=("run", "one"), settings="[1, 2]"),
        _case("compare-absent", "reports that are not there", says="(?i)report",
              words=("compare", *report)),
        _case("compare-binary", "reports that are not UTF-8", says="(?i)report|UTF-8|table",
              words=("compare", *report), more=two(b"\xff\xfe\x00,")),
        _case("compare-html", "reports that are web pages", says="(?i)report|table|column",
              words=("compare", *report), more=two(b"<html>\n")),
    ]  # fmt: skip


def cases() -> list[Case]:
    """Return all cases of the command line."""
    return values() + commands()
