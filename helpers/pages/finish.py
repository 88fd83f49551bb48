"""Sphinx extension: last touches to the HTML of a page, which no directive or setting reaches.

- A figure gets a link to its image at full size, beside the links to its values, and its image
  loads when the reader comes near it.
- A blank cell above a column is no header, which a screen reader would read out.
- The label of folded code says what is visible, so that speech input can name it, and the list of
  references has no roles that browsers have given up.
- Files that no page uses, the theme's icon fonts among them, are taken out of the finished book.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

_FIGURE = re.compile(r"<figure\b.*?</figure>", re.DOTALL)
_IMAGE = re.compile(r'<img\b[^>]*?\bsrc="([^"]+)"')
_LEGEND = re.compile(r'(<div class="legend">\s*<p>)')
_CAPTION_END = re.compile(r"</figcaption>")
_REPLACED = {
    '<summary aria-label="Toggle hidden content">': "<summary>",
    '<th class="head"><p></p></th>': "<td></td>",
    ' role="doc-biblioentry"': "",
    '<div role="list" class="citation-list">': '<div class="citation-list">',
}

_ICON_CODES = re.compile(r"(?:\.fa-[\w-]+:{1,2}before,?)+\{[^}]*\}")
_ICON_FONT = re.compile(r"@font-face\{[^}]*Font Awesome[^}]*\}")
UNUSED = ("*.map", "scripts/fontawesome.js*", "vendor/fontawesome/**/*", "images/logo_*")
"""Files below ``_static`` that the theme brings and no page of this book asks for."""


def finish(body: str) -> str:
    """Return the HTML of a page with its last touches.

    Parameters
    ----------
    body : str
        The content of the page, as the writer left it.

    Examples
    --------
    >>> print(finish('<figure><img alt="a" src="a.png"><figcaption><p>A</p></figcaption></figure>'))
    <figure><img loading="lazy" decoding="async" alt="a" src="a.png"><figcaption><p>A</p><p \
class="legend"><a class="full-size" href="a.png">Full size</a></p></figcaption></figure>
    """
    for old, new in _REPLACED.items():
        body = body.replace(old, new)
    return _FIGURE.sub(lambda match: _with_link(match[0]), body)


def _with_link(figure: str) -> str:
    """Return a figure with a link to its image, and the image loaded late."""
    image = _IMAGE.search(figure)
    if not image or 'class="full-size"' in figure:
        return figure
    link = f'<a class="full-size" href="{image[1]}">Full size</a>'
    late = figure.replace("<img ", '<img loading="lazy" decoding="async" ', 1)
    if _LEGEND.search(late):
        return _LEGEND.sub(lambda match: f"{match[1]}{link} · ", late, count=1)
    return _CAPTION_END.sub(f'<p class="legend">{link}</p></figcaption>', late, count=1)


def remove_unused(static: Path) -> list[Path]:
    """Remove what no page asks for from the folder of static files, and return what went."""
    gone = sorted({path for pattern in UNUSED for path in static.rglob(pattern) if path.is_file()})
    for path in gone:
        path.unlink()
    return gone


def without_icon_font(style: str) -> str:
    """Return a style sheet without the theme's icon fonts and the codes of their thousand icons.

    Examples
    --------
    >>> without_icon_font('a{b:c}.fa-x:before,.fa-y:before{content:"y"}@font-face{font-family:'
    ...                   'Font Awesome;src:url(a.woff2)}d{e:f}')
    'a{b:c}d{e:f}'
    """
    return _ICON_FONT.sub("", _ICON_CODES.sub("", style))


def _on_page(  # noqa: PLR0917  Sphinx calls it
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    if context.get("body"):
        context["body"] = finish(context["body"])


def _on_finish(app: Sphinx, error: Exception | None) -> None:
    if error is None and app.builder.format == "html":
        static = Path(app.outdir) / "_static"
        remove_unused(static)
        for sheet in sorted((static / "styles").glob("*.css")):
            sheet.write_text(without_icon_font(sheet.read_text(encoding="utf-8")), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Listen to the writing of pages and to the end of the build."""
    app.connect("html-page-context", _on_page, priority=900)
    app.connect("build-finished", _on_finish, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
