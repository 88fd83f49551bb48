"""Mathematics as MathML, made while the book is built, so that a page loads no script for it.

A Sphinx extension: list `helpers.mathml` as one and set `html_math_renderer = "mathml"`. It also
writes the mathematics font that the style sheet names, since few phones have one.
"""

from __future__ import annotations

import html
import re
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from docutils import nodes
from fontTools import subset
from math_core import LatexError, LatexToMathML
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

from helpers.files import atomic_path

_LOG = logging.getLogger(__name__)
_CONVERTER = LatexToMathML(fancy_error=False)
# The label that MyST makes up for an environment without one.
_RANDOM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Sphinx numbers and labels equations itself.
_NUMBERING = re.compile(r"\\label\{[^}]*\}|\\(?:nonumber|notag)\b")
_ENVIRONMENT = re.compile(r"\\(begin|end)\{(align|gather|split|equation|multline)\*?\}")
_UNNUMBERED = {
    "align": "align*",
    "gather": "gather*",
    "split": "aligned",
    "multline": "gather*",
    "equation": None,
}
# What formulas use: Latin, Greek, punctuation, letter-like signs, arrows, operators, brackets, and
# the mathematical alphabets. The whole font is six times larger.
_CHARACTERS = (
    *(range(0x20, 0x7F), range(0xA0, 0x100), range(0x2C6, 0x2DE), range(0x300, 0x370)),
    *(range(0x391, 0x3F6), range(0x2010, 0x2065), range(0x2070, 0x208F), range(0x2100, 0x2150)),
    *(range(0x2190, 0x2300), range(0x2308, 0x230C), range(0x23B4, 0x23E1), range(0x27E8, 0x27F0)),
    *(range(0x2A00, 0x2A0D), range(0x2A7D, 0x2A7F), range(0x1D400, 0x1D500)),
    *(range(0x1D538, 0x1D56C), range(0x1D6A4, 0x1D7CC)),
)


def to_mathml(latex: str, *, display: bool = False) -> str:
    r"""Convert LaTeX mathematics to one MathML element, without an equation number.

    Parameters
    ----------
    latex : str
        The formula, without dollar signs. Several lines, or an ``&``, outside any environment are
        set as ``aligned``.
    display : bool
        Whether the formula stands on a line of its own.

    Returns
    -------
    str
        A ``<math>`` element that carries the LaTeX source in its ``alttext``.

    Raises
    ------
    ValueError
        If the formula cannot be read or uses a command the converter does not know.

    Examples
    --------
    >>> to_mathml("a^2")
    '<math alttext="a^2"><msup><mi>a</mi><mn>2</mn></msup></math>'
    >>> to_mathml(r"\nosuch{x}")
    Traceback (most recent call last):
    ...
    ValueError: Cannot read formula '\\nosuch{x}': ...
    """
    source = _ENVIRONMENT.sub(_without_number, _NUMBERING.sub("", latex)).strip()
    if re.search(r"\\\\|(?<!\\)&", source) and r"\begin" not in source:
        source = rf"\begin{{aligned}}{source}\end{{aligned}}"
    try:
        element = _CONVERTER.convert_with_local_state(source, displaystyle=display)
    except LatexError as error:
        message = f"Cannot read formula {latex!r}: {error}"
        raise ValueError(message) from error
    alternative = html.escape(" ".join(source.split()))
    return element.replace("<math", f'<math alttext="{alternative}"', 1)


def _without_number(match: re.Match[str]) -> str:
    """Return the unnumbered form of an environment's begin or end; `equation` needs none."""
    name = _UNNUMBERED[match.group(2)]
    return f"\\{match.group(1)}{{{name}}}" if name else ""


def _render(node: nodes.Element, *, display: bool) -> str:
    """Return the MathML of a node; a bad formula is a build warning at its place."""
    try:
        return to_mathml(node.astext(), display=display)
    except ValueError as error:
        _LOG.warning(str(error), location=node, type="mathml")
        return f"<code>{html.escape(node.astext())}</code>"


def visit_inline(self: HTML5Translator, node: nodes.math) -> None:
    """Write an inline formula."""
    self.body.append(self.starttag(node, "span", "", CLASS="math notranslate nohighlight"))
    self.body.append(_render(node, display=False) + "</span>")
    raise nodes.SkipNode


def visit_block(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a displayed formula, with its number when it has one."""
    if _RANDOM.fullmatch(str(node.get("label"))):
        node["ids"] = []  # nothing can refer to it, and it would differ in every build
    self.body.append(self.starttag(node, "div", CLASS="math notranslate nohighlight"))
    self.body.append(_render(node, display=True))
    if number := node.get("number"):
        self.body.append(f'<span class="eqno">({number})')
        if node["ids"]:
            self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


def write_font(path: Path) -> Path:
    """Write the part of STIX Two Math that formulas use, as a web font, and return its path."""
    options = subset.Options(hinting=False, layout_features=["ssty", "ccmp", "mark"])
    whole = distribution("ziamath").locate_file("ziamath/fonts/STIXTwoMath-Regular.ttf")
    with subset.load_font(str(whole), options) as font, atomic_path(path) as temporary:
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=[code for codes in _CHARACTERS for code in codes])
        subsetter.subset(font)
        font.flavor = "woff"
        font.save(temporary)
    return path


def _add_font(app: Sphinx, error: Exception | None) -> None:
    """Put the font beside the style sheet once the pages are written."""
    if error is None and app.builder.format == "html":
        write_font(Path(app.outdir) / "_static" / "math.woff")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the renderer with Sphinx."""
    app.connect("build-finished", _add_font)
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
