"""The claims ledger as a reader meets it: all claims, filtered by a script, whole without it."""

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from helpers import ledger, ledger_page, ledger_rows, published, transcription
from helpers.verdicts import Verdict

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / "book/_static/claims.js"


def judged(identifier, verdict, **changes):
    value = {"computed": 0.384, "tolerance": 0.005, "unit": "Pg C yr-1"}
    place = {"product": "beps", "profile": "stand-in", "notebook": "national_sink"}
    fields = {**value, **place, "reason": "A reason."}
    standin = verdict == "by-construction"
    return Verdict(id=identifier, verdict=verdict, is_standin=standin, constrained=standin,
                   **{**fields, **changes})  # fmt: skip


@pytest.fixture(scope="module")
def lines():
    made = ledger.to_frame(
        [
            judged("z24-national-beps", "by-construction"),
            judged("z24-national-beps", "consistent", product="published", notebook="evidence"),
            judged("z24-tdbu-en", "inconsistent", computed=-2.5, unit="1", reason="a < b & c"),
            judged("d22-t1-sink-1998", "corrected", computed=0.0328, notebook="elsewhere"),
        ]
    )
    table = ledger.with_unjudged(made, claim_ids=ledger.published_ids())
    return ledger_rows.claim_lines(
        published.claims(), table, corrections=transcription.corrections()
    )


class Rows(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.rows, self.links, self.ids, self.depth = [], [], set(), 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "tr" and "data-topic" in attributes:
            self.rows.append(attributes)
        self.ids |= {attributes["id"]} if "id" in attributes else set()
        self.links += [attributes["href"]] if tag == "a" else []


def test_every_claim_is_one_row_that_can_be_linked_to(lines):
    page = Rows(ledger_page.ledger_html(lines, chapters=["national_sink"]))
    assert len(page.rows) == 459
    assert {row["id"] for row in page.rows} == {f"claim-{line.claim.id}" for line in lines}
    inside = {link[1:] for link in page.links if link.startswith("#")}
    assert inside <= page.ids
    assert {row["data-verdict"] for row in page.rows} <= set(ledger.LEADING)


def test_the_leading_verdict_stands_for_a_claim_and_all_are_shown(lines):
    by_id = {line.claim.id: line for line in lines}
    beps = by_id["z24-national-beps"]
    assert beps.verdict == "consistent"
    assert [one.verdict for one in beps.judgements] == ["consistent", "by-construction"]
    assert by_id["z24-gradient"].verdict == "unjudged"
    counts = ledger_rows.verdict_counts(lines)
    assert counts == {"inconsistent": 1, "corrected": 1, "reproduced": 0, "consistent": 1,
                      "by-construction": 0, "not-testable-here": 0, "unjudged": 456}  # fmt: skip
    assert "3 of 459 claims have a verdict" in ledger_page.ledger_html(lines, chapters=[])


def test_a_row_tells_what_is_printed_what_is_right_and_where_it_was_judged(lines):
    text = ledger_page.ledger_html(lines, chapters=["national_sink"])
    assert "chapters/national_sink.html#verdicts" in text
    assert "chapters/elsewhere.html" not in text
    assert "judged in elsewhere" in text
    assert "0.019 Pg C yr⁻¹<br>" in text
    assert "Should be: value 0.0328 instead of 0.019 (F7)" in text
    assert "−2.5: a &lt; b &amp; c;" in text


def test_the_cell_that_writes_verdicts_gets_the_place_that_rows_link_to():
    cells = [
        {"cell_type": "markdown", "source": "# A"},
        {"cell_type": "code", "source": ["ledger.", "write_verdicts(v)"]},
        {"cell_type": "code", "source": "ledger.write_verdicts(w)"},
    ]
    notebook = ledger_page.mark_verdict_cells({"cells": cells})
    assert [cell["cell_type"] for cell in notebook["cells"]] == [
        "markdown", "markdown", "code", "code",
    ]  # fmt: skip
    assert notebook["cells"][1]["source"] == '<span id="verdicts"></span>'
    assert ledger_page.mark_verdict_cells({"cells": []}) == {"cells": []}


def test_every_notebook_that_judges_writes_its_verdicts_in_a_cell():
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        code = [c for c in json.loads(path.read_text())["cells"] if c["cell_type"] == "code"]
        sources = "\n".join("".join(cell["source"]) for cell in code)
        if "verdict" in sources:
            assert "write_verdicts(" in sources, path.name


def test_the_script_needs_no_network_and_no_library():
    text = SCRIPT.read_text(encoding="utf-8")
    assert not re.search(r"https?:|import|require|fetch\(|XMLHttp|\$\(", text)


# A stand-in for a browser page, enough for the script: the form, the rows and their data.
HARNESS = """
const fs = require("fs");
const rows = JSON.parse(fs.readFileSync(process.argv[2], "utf8")).map(function (row) {
  return { hidden: false, textContent: row.text, dataset: row.data, scrollIntoView() {} };
});
const listeners = {};
const status = { textContent: "" };
const elements = {};
"topic verdict source product text".split(" ").forEach((name) => (elements[name] = { value: "" }));
const form = {
  hidden: true, elements: elements, querySelector: () => status,
  addEventListener: (name, act) => (listeners[name] = act), scrollIntoView() {},
};
global.window = { addEventListener() {} };
global.location = { search: process.argv[4] || "", hash: "", pathname: "/ledger.html" };
global.history = { replaceState: (a, b, address) => (global.address = address) };
global.document = {
  readyState: "complete", addEventListener() {}, body: { classList: { add() {}, remove() {} } },
  querySelector: (what) => (what.startsWith("form") ? form : null),
  querySelectorAll: (what) => (what.includes("tbody tr") ? rows : []),
  getElementById: () => null,
};
eval(fs.readFileSync(process.argv[3], "utf8"));
const out = [];
function look() {
  out.push([rows.filter((row) => !row.hidden).length, status.textContent, global.address]);
}
look();
JSON.parse(process.argv[5]).forEach(function (choice) {
  Object.keys(choice).forEach((name) => (elements[name] = { value: choice[name] }));
  const start = process.hrtime.bigint();
  listeners.input();
  out.push(Number(process.hrtime.bigint() - start) / 1e6);
  look();
});
console.log(JSON.stringify({ hidden: form.hidden, out: out }));
"""


@pytest.mark.skipif(not shutil.which("node"), reason="needs node to run the page's script")
def test_the_script_shows_exactly_the_rows_that_fit(lines, tmp_path):
    rows = [
        {
            "text": f"{line.claim.quantity} {line.claim.id}",
            "data": {"topic": line.topic, "verdict": line.verdict, "source": line.claim.source,
                     "product": "|".join(line.products)},
        }
        for line in lines
    ]  # fmt: skip
    (tmp_path / "rows.json").write_text(json.dumps(rows))
    (tmp_path / "page.js").write_text(HARNESS)
    choices = [
        {"topic": "forest"},
        {"topic": "", "product": "VEGAS"},
        {"product": "", "source": "q21", "text": " Q10 q21 "},
        {"source": "", "text": "no such words"},
        {"text": ""},
    ]
    run = subprocess.run(
        ["node", tmp_path / "page.js", tmp_path / "rows.json", SCRIPT, "?verdict=inconsistent",
         json.dumps([{"verdict": "", **choices[0]}, *choices[1:]])],
        capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    found = json.loads(run.stdout)
    assert found["hidden"] is False
    looks = [one for one in found["out"] if isinstance(one, list)]
    expected = [
        sum(line.verdict == "inconsistent" for line in lines),
        sum(line.topic == "forest" for line in lines),
        sum("VEGAS" in line.products for line in lines),
        sum(line.claim.source == "q21" and "q10" in f"{line.claim.quantity} {line.claim.id}".lower()
            for line in lines),
        0,
        459,
    ]  # fmt: skip
    assert [one[0] for one in looks] == expected
    assert expected[3] > 1
    assert looks[0][1] == "1 of 459 claims are shown."
    assert looks[-1][1] == "All 459 claims are shown."
    assert looks[1][2] == "?topic=forest"
    slowest = max(one for one in found["out"] if not isinstance(one, list))
    assert slowest < 100  # milliseconds for 459 rows: no lag
