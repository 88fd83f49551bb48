"""A piece of text that tells where it comes from: on hover, on keyboard focus, and as a link.

Roles that print numbers return a :class:`Sourced` node. On a page it is a link, or a focusable
span where there is nothing to link to, with a note that both a pointer and a keyboard bring up.
"""

from __future__ import annotations

from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx


class Sourced(nodes.inline):
    """Text with a note on its source; attributes `note`, `kind`, `page` and `place`."""


def sourced(text: str, *, note: str, kind: str, page: str = "", place: str = "") -> Sourced:
    """Return a node for a text with a note.

    Parameters
    ----------
    text : str
        What is printed.
    note : str
        Where it comes from, in words.
    kind : str
        ``claim`` or ``result``, for the look.
    page, place : str
        Document to link to, without suffix, and the id of a place on it; none when the document
        is not part of the book.
    """
    return Sourced(text, text, note=note, kind=kind, page=page, place=place, classes=[kind])


def opening(number: int, *, kind: str, target: str) -> str:
    """Return the HTML before the text."""
    start = f'<a href="{escape(target)}"' if target else '<span tabindex="0"'
    return (
        f'<span class="sourced">{start} class="{escape(kind)}" aria-describedby="source-{number}">'
    )


def closing(number: int, *, note: str, target: str) -> str:
    """Return the HTML after the text, the note included."""
    end = "</a>" if target else "</span>"
    return f'{end}<span role="tooltip" id="source-{number}">{escape(note)}</span></span>'


def _visit(self: Any, node: Sourced) -> None:
    self.sourced_count = getattr(self, "sourced_count", 0) + 1
    builder = self.builder
    page = node["page"]
    target = ""
    if page in builder.env.found_docs and (page != builder.current_docname or node["place"]):
        target = builder.get_relative_uri(builder.current_docname, page)
        target += f"#{node['place']}" if node["place"] else ""
    node["target"], node["number"] = target, self.sourced_count
    self.body.append(opening(node["number"], kind=node["kind"], target=target))


def _depart(self: Any, node: Sourced) -> None:
    self.body.append(closing(node["number"], note=node["note"], target=node["target"]))


def _visit_plain(self: Any, node: Sourced) -> None:
    self.visit_inline(node)


def _depart_plain(self: Any, node: Sourced) -> None:
    self.depart_inline(node)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the node."""
    plain = (_visit_plain, _depart_plain)
    app.add_node(Sourced, html=(_visit, _depart), text=plain, latex=plain)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
