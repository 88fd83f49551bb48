"""Sphinx extension: why to turn the page. Links to neighbours carry the question they answer.

The questions stand in ``book/pages.yml``, one a page. The template of the links to the previous
and the next page prints them, and so do the page for a wrong address and the printed book.
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from helpers.errors import InputError
from helpers.plain_yaml import parse_yaml

QUESTIONS = Path("book/pages.yml")
"""The question of each page, relative to the root of the book."""

MISSING_PAGE = "404"
"""Name of the page that a server shows for an address that is not there."""


def read_questions(path: Path) -> dict[str, str]:
    """Return the question of each page, by the page's name in the table of contents.

    Parameters
    ----------
    path : Path
        A YAML file of ``page: question``; an absent file holds none.

    Raises
    ------
    InputError
        If the file is not such a mapping, or a question does not end with a question mark.
    """
    if not path.is_file():
        return {}
    entries = parse_yaml(
        path.read_bytes(),
        "The questions of the pages cannot be read.",
        file=path,
        fix="put a question that has a colon in quotation marks",
    )
    entries = {} if entries is None else entries
    if not isinstance(entries, dict):
        raise InputError(
            "The questions of the pages are not a mapping.",
            file=path,
            found=type(entries).__name__,
            accepted="lines of `page: question`",
            fix="Write one line for each page.",
        )
    for page, question in entries.items():
        if not (isinstance(question, str) and question.endswith("?")):
            raise InputError(
                "The line of a page is not a question.",
                file=path,
                where=str(page),
                found=repr(question),
                accepted="one sentence that ends with a question mark",
                fix="Ask what the page answers.",
            )
    return entries


def question_of(page: str | None, questions: Mapping[str, str]) -> str:
    """Return the question of a page: its own, else that of the first pattern it fits, else none.

    Examples
    --------
    >>> question_of("book/exercises/masks", {"book/exercises/*": "Can you?", "book/data": "Where?"})
    'Can you?'
    """
    if page is None:
        return ""
    fitting = (text for name, text in questions.items() if fnmatchcase(page, name))
    return questions.get(page) or next(fitting, "")


def _on_page(  # noqa: PLR0917  Sphinx calls it
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Give the templates the questions of the neighbours, and one page the list of all."""
    questions = read_questions(Path(app.srcdir) / QUESTIONS)
    relations = getattr(app.builder, "relations", {})
    _, before, after = relations.get(page) or (None, None, None)
    context["question_before"] = question_of(before, questions)
    context["question_after"] = question_of(after, questions)
    if page == MISSING_PAGE:
        context["all_pages"] = [
            {
                "link": f"{name}.html",
                "title": title.astext(),
                "question": question_of(name, questions),
            }
            for name in relations
            if (title := app.env.titles.get(name))
        ]


def setup(app: Sphinx) -> dict[str, Any]:
    """Listen to the writing of pages."""
    app.connect("html-page-context", _on_page)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
