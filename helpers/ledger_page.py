"""The claims ledger on a page: every claim, searchable in the browser, readable without a script.

A Sphinx extension with one directive, ``{claims-ledger}``, without argument or content. It writes
the counts per verdict, the form that filters, and one table with all claims, as plain HTML. The
script ``claims.js`` only hides rows. In the chapters, the cell that writes verdicts gets the place
`VERDICTS_PLACE`, which the rows link to.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from helpers import published, transcription
from helpers.adding.computed import added_html
from helpers.claim_role import place_of
from helpers.errors import InputError
from helpers.ledger import LEADING, LEDGER, read_claims
from helpers.ledger_rows import FAMILIES, ClaimLine, Judgement, claim_lines, verdict_counts
from helpers.published_schema import SOURCE_TITLES, TOPICS

VERDICTS_PLACE = "verdicts"
"""Id of the place in a chapter where its verdicts are written."""

COLUMNS = ("Claim", "Printed", "Verdict")
MEANINGS = {
    "inconsistent": "contradicted by what is computed, or impossible beside other claims",
    "corrected": "wrong as printed; the right value is given",
    "reproduced": "computed from the products' own files, and equal",
    "consistent": "within what is computed or printed elsewhere",
    "by-construction": "equal because the stand-in was made to carry it; confirms nothing",
    "not-testable-here": "the data at hand cannot decide; the reason is given",
    "unjudged": "no chapter has looked at it",
}
_MARKS = dict(zip(LEADING, ["✕", "↻", "✓", "≈", "=", "?", "–"], strict=True))


def ledger_html(lines: Sequence[ClaimLine], *, chapters: Iterable[str]) -> str:
    """Return counts, filter form and table as HTML.

    The roles repeat what the elements mean, because cards on a phone take their meaning away.

    Parameters
    ----------
    lines : sequence of ClaimLine
        All claims.
    chapters : iterable of str
        Notebooks that are pages of the book; others are named without a link.
    """
    pages = set(chapters)
    rows = "\n".join(_row(line, pages) for line in lines)
    head = "".join(f'<th scope="col" role="columnheader">{name}</th>' for name in COLUMNS)
    return (
        f"{_counts(lines)}\n{_form(lines)}\n"
        '<table class="ledger" role="table"><caption>All claims of the five documents, with their '
        f'verdicts</caption><thead role="rowgroup"><tr role="row">{head}</tr></thead>\n'
        f'<tbody role="rowgroup">\n{rows}\n</tbody></table>'
    )


def _counts(lines: Sequence[ClaimLine]) -> str:
    """Return the table of counts per verdict; each verdict is a link that filters."""
    counts = verdict_counts(lines)
    rows = "".join(
        f'<tr role="row"><th scope="row" role="rowheader"><a href="?verdict={name}" '
        f'data-filter-verdict="{name}">{_badge(name)}</a></th>'
        f'<td role="cell" class="count">{count}</td>'
        f'<td role="cell">{escape(MEANINGS[name])}</td></tr>'
        for name, count in counts.items()
    )
    judged = len(lines) - counts["unjudged"]
    return (
        f'<table class="ledger-counts" role="table"><caption>{judged} of {len(lines)} claims have '
        'a verdict</caption><thead><tr><th scope="col">verdict</th><th scope="col">claims</th>'
        f'<th scope="col">it means</th></tr></thead><tbody>{rows}</tbody></table>'
    )


def _form(lines: Sequence[ClaimLine]) -> str:
    """Return the form that filters; hidden until the script is there to serve it."""
    studies = sorted({name for line in lines for name in line.products} - set(FAMILIES))
    topics = [name for name in TOPICS if any(line.topic == name for line in lines)]
    products = (
        f'<optgroup label="Products of the study">{_options(FAMILIES)}</optgroup>'
        f'<optgroup label="Studies and data cited">{_options(studies)}</optgroup>'
    )
    fields = (
        ("topic", "Topic", _options(topics)),
        ("verdict", "Verdict", _options(LEADING)),
        ("source", "Document", _options(SOURCE_TITLES, SOURCE_TITLES.values())),
        ("product", "Product or study", products),
    )
    selects = "".join(
        f'<label>{label}<select name="{name}"><option value="">all</option>{options}</select>'
        "</label>"
        for name, label, options in fields
    )
    return (
        '<form class="ledger-filter" role="search" aria-label="Filter the claims" hidden>'
        f'{selects}<label class="wide">Words<input type="search" name="text" '
        'autocomplete="off" spellcheck="false"></label>'
        '<button type="reset">Show all</button>'
        '<p role="status" aria-live="polite" class="ledger-count"></p></form>'
    )


def _options(values: Iterable[str], labels: Iterable[str] | None = None) -> str:
    values = list(values)
    return "".join(
        f'<option value="{escape(value)}">{escape(label)}</option>'
        for value, label in zip(values, list(labels or values), strict=True)
    )


def _row(line: ClaimLine, pages: set[str]) -> str:
    """Return the table row of one claim."""
    item = line.claim
    about = "; ".join(filter(None, (item.product_or_study, item.scope, item.period)))
    verdicts = "".join(f"<li>{_judgement(one, pages)}</li>" for one in line.judgements)
    printed = escape(line.printed) or '<span class="in-words">in words</span>'
    if line.correction:
        printed += f'<br><span class="correction">{escape(line.correction)}</span>'
    data = {
        "topic": line.topic,
        "verdict": line.verdict,
        "source": item.source,
        "product": "|".join(line.products),
    }
    attributes = " ".join(f'data-{name}="{escape(value)}"' for name, value in data.items())
    return (
        f'<tr id="{place_of(item.id)}" role="row" {attributes}><th scope="row" role="rowheader">'
        f'<span class="quantity">{escape(item.quantity)}</span>'
        f"{f' <span>{escape(about)}</span>' if about else ''}"
        f'<small><a href="#{place_of(item.id)}"><code>{escape(item.id)}</code></a> '
        f'<abbr title="{escape(SOURCE_TITLES[item.source])}">{item.source}</abbr>, '
        f"{escape(item.locator)} · {escape(line.topic)}</small></th>"
        f'<td role="cell" data-label="Printed">{printed}</td>'
        f'<td role="cell" data-label="Verdict"><ul>{verdicts}</ul></td></tr>'
    )


def _judgement(one: Judgement, pages: set[str]) -> str:
    """Return one verdict with its value, its reason and a link to where it was made."""
    parts = [_badge(one.verdict)]
    about = ", ".join(filter(None, (one.product, one.computed)))
    parts += [escape(f"{about}:" if about and one.reason else about)] if about else []
    parts += [escape(f"{one.reason};")] if one.reason else []
    if one.notebook in pages:
        name = escape(one.notebook.replace("_", " "))
        target = f"chapters/{quote(one.notebook)}.html#{VERDICTS_PLACE}"
        parts.append(f'<a href="{target}">judged in {name}</a>')
    elif one.notebook:
        parts.append(f"judged in {escape(one.notebook)}")
    return " ".join(parts)


def _badge(verdict: str) -> str:
    return (
        f'<span class="verdict verdict-{verdict}"><span aria-hidden="true">{_MARKS[verdict]} '
        f"</span>{verdict}</span>"
    )


def mark_verdict_cells(notebook: dict[str, Any]) -> dict[str, Any]:
    """Put the place `VERDICTS_PLACE` before the first cell that writes verdicts.

    Parameters
    ----------
    notebook : dict
        An executed notebook; changed in place and returned.
    """
    for index, cell in enumerate(notebook.get("cells", [])):
        if cell.get("cell_type") == "code" and "write_verdicts(" in "".join(cell["source"]):
            place = f'<span id="{VERDICTS_PLACE}"></span>'
            mark = {"cell_type": "markdown", "metadata": {}, "source": place}
            if "id" in cell:
                mark["id"] = VERDICTS_PLACE
            notebook["cells"].insert(index, mark)
            break
    return notebook


class ClaimsLedger(SphinxDirective):
    """The directive ``{claims-ledger}``."""

    def run(self) -> list[nodes.Node]:
        """Return the ledger as raw HTML."""
        source = Path(self.env.srcdir)
        path = source / self.config.results_folder / LEDGER
        try:
            if not path.is_file():
                raise InputError(
                    "No claims ledger.", file=LEDGER, found="no such file",
                    accepted="the ledger of a run", fix="sinkbook build",
                )  # fmt: skip
            lines = claim_lines(
                published.claims(), read_claims(path), corrections=transcription.corrections()
            )
        except InputError as error:
            raise self.error(str(error)) from error
        chapters = {Path(page).name for page in self.env.found_docs if "/chapters/" in page}
        page = ledger_html(lines, chapters=chapters) + added_html(path.parent)
        return [nodes.raw("", page, format="html")]


def _on_source_read(app: Sphinx, docname: str, source: list[str]) -> None:  # noqa: PLR0917  Sphinx calls it
    if str(app.env.doc2path(docname)).endswith(".ipynb"):
        notebook = mark_verdict_cells(json.loads(source[0]))
        source[0] = json.dumps(notebook, ensure_ascii=False)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive, and listen to the reading of chapters."""
    app.setup_extension("helpers.quotation")
    app.add_directive("claims-ledger", ClaimsLedger)
    app.connect("source-read", _on_source_read)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
