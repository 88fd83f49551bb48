"""Sphinx extension: the reference of parameters, launch links, and the way to them.

Two directives, ``{parameter-reference}`` and ``{launch-links}``, and a line at the end of every
chapter that leads to its place on the page about running it again. Tables are generated from the
notebooks while the book is built, so they cannot go stale.
"""

from __future__ import annotations

from collections import Counter
from html import escape
from pathlib import Path, PurePosixPath
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from helpers.errors import InputError
from helpers.parameters import COMMON, Parameter
from helpers.project import project_root
from helpers.rerun.launch import SETTING, services
from helpers.rerun.reference import Chapter, accepted, chapters, command, default

PAGE = "book/rerun"
CHAPTERS = PurePosixPath("book/chapters")


def place_of(name: str) -> str:
    """Return the id of a chapter's place on the page."""
    return f"rerun-{name.replace('_', '-')}"


def reference_text(found: list[Chapter]) -> str:
    """Return the Markdown of the reference: the common parameters once, then chapter by chapter."""
    common = [_usual(name, found) for name in COMMON]
    lines = ["### In every chapter", "", *_table(common), ""]
    for chapter in found:
        lines += [f"({place_of(chapter.name)})=", f"### {chapter.title}", ""]
        lines += ["```bash", command(chapter), "```", ""]
        same = {item.name: item for item in common}
        differs = [
            item
            for name in COMMON
            if (item := chapter.parameters[name]).comment != same[name].comment
            or item.default != same[name].default
        ]
        shown = [*differs, *chapter.own]
        lines += [*_table(shown), ""] if shown else ["The common parameters only.", ""]
    return "\n".join(lines)


def _usual(name: str, found: list[Chapter]) -> Parameter:
    """Return a parameter as most chapters declare it."""
    comments = Counter(chapter.parameters[name].comment for chapter in found)
    comment = comments.most_common(1)[0][0]
    return next(
        chapter.parameters[name] for chapter in found if chapter.parameters[name].comment == comment
    )


def _table(parameters: list[Parameter]) -> list[str]:
    head = ["| parameter | type | default | accepted | what it does |", "|---|---|---|---|---|"]
    return head + [
        f"| `{item.name}` | `{_cell(_kind(item))}` | `{_cell(default(item))}` | {accepted(item)} "
        f"| {_cell(item.comment)} |"
        for item in parameters
    ]


def _kind(parameter: Parameter) -> str:
    return "any" if parameter.annotation == "Any" else parameter.annotation


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


class ParameterReference(SphinxDirective):
    """The directive ``{parameter-reference}``."""

    def run(self) -> list[nodes.Node]:
        """Return sections and tables of every chapter."""
        root = project_root()
        try:
            text = reference_text(chapters(root))
        except InputError as error:
            raise self.error(str(error)) from error
        for chapter in chapters(root):
            self.env.note_dependency(str(root / "notebooks" / f"{chapter.name}.ipynb"))
        return self.parse_text_to_nodes(text, allow_section_headings=True)


class LaunchLinks(SphinxDirective):
    """The directive ``{launch-links}``: links for each chapter, or a sentence."""

    def run(self) -> list[nodes.Node]:
        """Return a table of links, or the sentence that no service is set."""
        try:
            rows = [
                (chapter.title, _links(self.config[SETTING], chapter.name))
                for chapter in chapters(project_root())
            ]
        except InputError as error:
            raise self.error(str(error)) from error
        if not rows or not rows[0][1]:
            return self.parse_text_to_nodes(
                f"This copy of the book names no hosted service: `{SETTING}` in `_config.yml` is "
                "empty."
            )
        body = "".join(
            f'<tr><th scope="row">{escape(title)}</th><td>{links}</td></tr>'
            for title, links in rows
        )
        table = (
            '<table class="table"><caption>Open a chapter elsewhere</caption><thead><tr>'
            '<th scope="col">chapter</th><th scope="col">open in</th></tr></thead>'
            f"<tbody>{body}</tbody></table>"
        )
        return [nodes.raw("", table, format="html")]


def _links(setting: Any, name: str) -> str:
    found = services(setting, notebook=f"notebooks/{name}.ipynb")
    return ", ".join(
        f'<a class="launch" rel="noopener" href="{escape(one.link)}">{escape(one.name)}</a>'
        for one in found
    )


def chapter_line(name: str, *, setting: Any, up: str) -> str:
    """Return the line at the end of a chapter: the way to its command, and launch links if any."""
    links = _links(setting, name)
    return (
        f'<p class="rerun-this"><a href="{up}rerun.html#{place_of(name)}">Rerun this chapter</a> '
        f"with other values{f', or open it in {links}' if links else ''}.</p>"
    )


def _on_doctree_read(app: Sphinx, document: nodes.document) -> None:
    page = PurePosixPath(app.env.docname)
    path = Path(app.env.doc2path(app.env.docname))
    if page.parent != CHAPTERS or path.suffix != ".ipynb" or PAGE not in app.env.found_docs:
        return
    line = chapter_line(page.name, setting=app.config[SETTING], up="../")
    sections = list(document.findall(nodes.section))
    (sections[-1] if sections else document).append(nodes.raw("", line, format="html"))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the setting and the directives, and listen to the reading of chapters."""
    app.add_config_value(SETTING, {}, "env")
    app.add_directive("parameter-reference", ParameterReference)
    app.add_directive("launch-links", LaunchLinks)
    app.connect("doctree-read", _on_doctree_read)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
