"""Pages that ask nothing of another address: scripts and styles from elsewhere are taken out.

A Sphinx extension. Jupyter Book adds a script that names a remote address for a feature this book
does not use (running cells in the browser); readers behind a wall, or with no network, must not
meet it. The rendered-book tests check the result.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

_UNUSED = ("sphinx-thebe",)


def is_remote(asset: Any) -> bool:
    """Tell whether a script or style of a page lies elsewhere, or serves an unused feature.

    Parameters
    ----------
    asset : object or str
        A file name, or Sphinx's record of an asset with ``filename`` and ``attributes``.

    Examples
    --------
    >>> is_remote("https://example.org/a.js"), is_remote("_static/book.css")
    (True, False)
    """
    text = str(getattr(asset, "filename", asset) or "")
    text += str(getattr(asset, "attributes", {}).get("body", ""))
    return "://" in text or any(name in text for name in _UNUSED)


def keep_local(  # noqa: PLR0917  Sphinx calls it
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Leave only local scripts and styles in the context of a page."""
    for kind in ("script_files", "css_files"):
        context[kind] = [asset for asset in context.get(kind, []) if not is_remote(asset)]


def setup(app: Sphinx) -> dict[str, Any]:
    """Run after every other extension has added what it adds."""
    app.connect("html-page-context", keep_local, priority=950)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
