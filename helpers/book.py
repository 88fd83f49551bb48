"""Rendering: one source tree from settings, prose and executed notebooks, then one set of pages."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml
from filelock import FileLock

from helpers.errors import InputError
from helpers.files import write_text
from helpers.project import OTHER_RUN
from helpers.teaching.folders import FOLDERS
from helpers.teaching.worksheets import write_worksheets

CHAPTERS = Path("book/chapters")
_SETTINGS = ("_config.yml", "_toc.yml")
_STAMP = ".inputs.sha256"
_EXTENSIONS = (
    *("bench/page", "bench/record", "bench/targets", "bench/words"),
    *("captions", "claim_role", "excerpt", "intake/origins", "ledger_page", "ledger_rows"),
    *("mathml", "offline", "pages/finish", "pages/questions", "quotation", "source_note"),
    *("teaching/outline", "teaching/pages"),
)
PUBLISHED = Path("data/published")
BENCHMARKS = Path("data/benchmarks")
_RENDERER = (
    "import sys; from helpers.tether import end_with_parent as end; end(int(sys.argv.pop(1))); "
    "from jupyter_book.cli.main import main; main()"
)
_LOG_LINES = 12
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def build_html(
    root: Path,
    *,
    notebooks: Path,
    out: Path,
    results: Path | None = None,
    force: bool = False,
    is_other_run: bool = False,
) -> Path:
    """Render the book and return its first page.

    Warnings count as errors. The new pages take the place of the old ones in one step at the end;
    on failure the old ones stay. Nothing is done when no input has changed since the last build.

    Parameters
    ----------
    root : Path
        The repository: ``_config.yml``, ``_toc.yml``, ``book/``.
    notebooks : Path
        Folder of executed notebooks; each becomes ``book/chapters/<name>.ipynb``.
    out : Path
        Folder of the pages, usually ``build/html``.
    results : Path, optional
        Folder of the result tables that pages quote and offer for download; ``results`` beside
        `notebooks` unless given.
    force : bool
        Render again even when nothing changed.
    is_other_run : bool
        The notebooks ran with other years, products or data than the text was written for: a
        quoted number that the run lacks is said to be absent instead of stopping the build.

    Returns
    -------
    Path
        ``index.html`` in `out`.

    Raises
    ------
    InputError
        If a page of the table of contents has no source, or the pages do not build without
        warnings. The message names the log.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    work = out.parent / "book"
    with FileLock(out.parent / ".book.lock"):
        source = assemble(
            root, notebooks=notebooks, results=results or notebooks.parent / "results", into=work
        )
        inputs = _fingerprint(source)
        index, stamp = out / "index.html", out / _STAMP
        if not force and index.is_file() and stamp.is_file() and stamp.read_text() == inputs:
            return index
        pages = _render(source, log=out.parent / "logs" / "book.log", is_other_run=is_other_run)
        (pages / _STAMP).write_text(inputs)
        _swap(pages, out)
    return out / "index.html"


def assemble(root: Path, *, notebooks: Path, results: Path, into: Path) -> Path:
    """Write the source tree of the book afresh and return its folder.

    Parameters
    ----------
    root, notebooks, results : Path
        As in `build_html`.
    into : Path
        Folder to fill; what it held before is removed.

    Raises
    ------
    InputError
        If a setting or a page named in the table of contents is missing.
    """
    shutil.rmtree(into, ignore_errors=True)
    source = into / "source"
    source.mkdir(parents=True)
    for name in _SETTINGS:
        if not (root / name).is_file():
            raise InputError(
                "A setting of the book is missing.", file=root / name, found="no such file",
                accepted="the file of the repository", fix=f"git restore {name}",
            )  # fmt: skip
        shutil.copy2(root / name, source / name)
    shutil.copytree(root / "book", source / "book", ignore=shutil.ignore_patterns("chapters"))
    (source / CHAPTERS).mkdir()
    for notebook in sorted(notebooks.glob("*.ipynb")):
        shutil.copy2(notebook, source / CHAPTERS / notebook.name)
    for folder in FOLDERS:
        if (notebooks / folder).is_dir():
            stamps = shutil.ignore_patterns("*.json")
            shutil.copytree(notebooks / folder, source / "book" / folder, ignore=stamps)
    for folder in FOLDERS:
        write_worksheets(root, into=source / "book" / folder / "worksheets", folder=folder)
    if results.is_dir():
        shutil.copytree(results, source / "results")
    for tables in (PUBLISHED, BENCHMARKS):
        if (root / tables).is_dir():
            shutil.copytree(root / tables, source / tables.name)
    _check_pages(source)
    return source


def pages_of(toc: Any) -> Iterator[str]:
    """Yield the pages that a table of contents names, in reading order, without suffix."""
    for entry in toc if isinstance(toc, list) else [toc]:
        for key in ("root", "file"):
            if key in entry:
                yield entry[key]
        for key in ("parts", "chapters", "sections", "entries"):
            yield from pages_of(entry.get(key, []))


def _check_pages(source: Path) -> None:
    """Refuse a table of contents that names a page without a source."""
    for page in pages_of(yaml.safe_load((source / "_toc.yml").read_text(encoding="utf-8"))):
        if not any((source / f"{page}{suffix}").is_file() for suffix in (".md", ".ipynb")):
            is_chapter = Path(page).parent.name in (CHAPTERS.name, *FOLDERS)
            name = page.removeprefix("book/").removeprefix("chapters/")
            raise InputError(
                "A page of the book has no source.",
                file="_toc.yml",
                where=page,
                found="no such file",
                accepted="an executed notebook" if is_chapter else "a Markdown file",
                fix=f"sinkbook run {name}" if is_chapter else f"write {page}.md",
            )


def _fingerprint(source: Path) -> str:
    """Return the sha256 of everything the pages are made from, the rendering code included."""
    digest = hashlib.sha256(f"{version('jupyter-book')} {version('sphinx')}".encode())
    extensions = [Path(__file__).parent / f"{name}.py" for name in _EXTENSIONS]
    for folder in ("interactive", "rerun"):
        extensions += sorted(Path(__file__).with_name(folder).glob("*.py"))
    files = sorted(path for path in source.rglob("*") if path.is_file())
    for path in [*extensions, *files]:
        digest.update(str(path.name if path in extensions else path.relative_to(source)).encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _render(source: Path, *, log: Path, is_other_run: bool) -> Path:
    """Run Jupyter Book on a source tree and return the folder of the pages."""
    output = source.with_name("output")
    command = [
        *(sys.executable, "-c", _RENDERER, str(os.getpid())),
        *("build", str(source)),
        *("--path-output", str(output), "-W", "-n", "--keep-going", "--all"),
    ]
    packages = [str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    run = subprocess.run(
        command,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, packages)),
            "PYTHONUTF8": "1",
            OTHER_RUN: "1" if is_other_run else "",
            "JUPYTER_PLATFORM_DIRS": "1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    text = _COLOUR.sub("", run.stdout)
    write_text(log, text)
    pages = output / "_build" / "html"
    if run.returncode or not (pages / "index.html").is_file():
        raise InputError(
            "The book does not build without warnings.",
            file=log,
            found=_complaints(text, source=source),
            accepted="a build without a warning",
            fix="mend the pages named above; the log holds the whole output",
        )
    return pages


def _complaints(text: str, *, source: Path) -> str:
    """Return the lines of a build log that say what is wrong, with paths as in the repository."""
    lines = text.replace(f"{source.resolve()}/", "").replace(f"{source}/", "").splitlines()
    wrong = [line for line in lines if re.search(r"WARNING|ERROR|[Ee]rror:", line)]
    return "\n    ".join(["", *(wrong or lines)[:_LOG_LINES]])


def _swap(pages: Path, out: Path) -> None:
    """Put finished pages in the place of the old ones, keeping the old ones if that fails."""
    old = out.with_name(f"{out.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        out.rename(old)
    try:
        pages.rename(out)
    except OSError:
        if old.exists():
            old.rename(out)
        raise
    shutil.rmtree(old, ignore_errors=True)
