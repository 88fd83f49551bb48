"""Reviewer mode: one folder that holds everything a run came to, and what moved between two.

A report holds ``verdicts.csv``, ``values.csv`` and ``run.json`` for machines, ``report.html`` with
all of it for a reader, in one file that needs no other, and a description as an RO-Crate.
"""

from __future__ import annotations

import json
import math
import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from helpers import ledger, provenance
from helpers.errors import InputError
from helpers.files import sha256_of, write_text
from helpers.fingerprint import versions
from helpers.reproduce.crate import write_crate
from helpers.results import as_csv

VERDICTS, VALUES, RUN, PAGE = "verdicts.csv", "values.csv", "run.json", "report.html"
VERDICT_KEY = ["id", "product", "notebook"]
VALUE_KEY = ["notebook", "quantity", "product", "member", "scope", "period", "unit"]
RELATIVE = 1e-9
"""Largest relative difference of two numbers that still are the same."""

Rows = dict[tuple[str, ...], dict[str, str]]
_TEXTS, _NUMBERS = ("verdict", "sd_kind"), ("computed", "value", "sd", "n")

_STYLE = """
:root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.5; }
body { margin: 1rem auto; max-width: 70rem; padding: 0 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.85rem; font-variant-numeric: tabular-nums; }
caption { font-weight: 600; text-align: left; }
th, td { border-bottom: 1px solid #8886; padding: 0.25rem 0.6rem; text-align: left;
  vertical-align: top; }
"""


@dataclass(frozen=True)
class Moved:
    """One verdict or value that differs between two reports; empty text where it is absent."""

    what: str
    id: str
    before: str
    after: str


def write_report(out: Path, *, results_dir: Path, notebooks: Iterable[str], root: Path) -> Path:
    """Write a report of results that are there and return its page.

    Parameters
    ----------
    out : Path
        Folder of the report; its earlier report is replaced.
    results_dir : Path
        Folder of the result tables, with their records of provenance.
    notebooks : iterable of str
        Notebooks to report on.
    root : Path
        Root of the book, for the commit.

    Raises
    ------
    InputError
        If a notebook has no record of provenance there.
    """
    notebooks = sorted(notebooks)
    verdicts = _verdicts(results_dir, notebooks)
    values = all_values(results_dir, notebooks=notebooks)
    run = _run_facts(results_dir, notebooks, root=root)
    write_text(out / VERDICTS, as_csv(verdicts))
    write_text(out / VALUES, as_csv(values))
    write_text(out / RUN, json.dumps(run, indent=2, ensure_ascii=False) + "\n")
    page = write_text(out / PAGE, report_html(verdicts, values, run=run))
    write_crate(out, facts=run, root=root)
    return page


def all_values(results_dir: Path, *, notebooks: Iterable[str]) -> pd.DataFrame:
    """Return every result row of notebooks, members included, with the notebook in front."""
    parts = []
    for name in notebooks:
        path = results_dir / f"{name}.csv"
        if path.is_file():
            table = pd.read_csv(path, dtype={"member": str, "period": str}, keep_default_na=False,
                                na_values={"value": "", "sd": "", "n": ""})  # fmt: skip
            parts.append(table.assign(notebook=name))
    columns = ["notebook", "quantity", "product", "member", "scope", "period", "value", "sd",
               "sd_kind", "n", "unit"]  # fmt: skip
    joined = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    return joined[columns]


def compare(before: Path, after: Path, *, tolerance: float = RELATIVE) -> list[Moved]:
    """Return exactly the verdicts and values that differ between two reports.

    Parameters
    ----------
    before, after : Path
        Folders of reports.
    tolerance : float
        Largest relative difference of two numbers that still are the same.

    Returns
    -------
    list of Moved
        Verdicts first, then values, each in the order of the first report.

    Raises
    ------
    InputError
        If a folder holds no report.
    """
    moved = []
    tables = read_tables(before), read_tables(after)
    for name, shown in ((VERDICTS, _verdict_text), (VALUES, _value_text)):
        one, two = (table[name] for table in tables)
        for place in [*one, *(place for place in two if place not in one)]:
            pair = one.get(place), two.get(place)
            if not _same(*pair, tolerance=tolerance):
                texts = ["" if row is None else shown(row) for row in pair]
                label = " ".join(part for part in place if part)
                moved.append(Moved(name.removesuffix("s.csv"), label, *texts))
    return moved


def read_tables(folder: Path) -> dict[str, Rows]:
    """Return the rows of both tables of a report by their key, every cell as text.

    An InputError tells of a table that is missing, or is another one.
    """
    return {
        VERDICTS: _indexed(folder / VERDICTS, VERDICT_KEY, more=["verdict", "computed"]),
        VALUES: _indexed(folder / VALUES, VALUE_KEY, more=["value", "sd", "sd_kind", "n"]),
    }


def choices(folder: Path) -> dict[str, str]:
    """Return the parameters of a report, those that all notebooks share once, as texts."""
    try:
        facts = json.loads((folder / RUN).read_text(encoding="utf-8"))
        given = {name: dict(item["parameters"]) for name, item in facts["notebooks"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _no_report(folder / RUN, f"{type(error).__name__}: {error}") from error
    found: dict[str, str] = {}
    for name, own in given.items():
        for key, value in own.items():
            shared = all(other.get(key, value) == value for other in given.values())
            found[key if shared else f"{name}.{key}"] = str(value)
    return {key: value for key, value in found.items() if not key.endswith("results_dir")}


def report_html(verdicts: pd.DataFrame, values: pd.DataFrame, *, run: Mapping[str, Any]) -> str:
    """Return the page of a report; it needs no other file."""
    leading = ledger.leading_verdicts(verdicts)
    counts = leading.value_counts().reindex(ledger.LEADING, fill_value=0)
    runs = run["notebooks"].values()
    inputs = {name: digest for item in runs for name, digest in item["inputs"].items()}
    notebooks = pd.DataFrame(
        {
            "notebook": name,
            "profile": item["profile"],
            "stand-in": "yes" if item["is_standin"] else "no",
            "parameters": ", ".join(f"{key}={value}" for key, value in item["parameters"].items()),
            "source sha256": item["source_sha256"],
        }
        for name, item in run["notebooks"].items()
    )
    parts = [
        _table("Claims by verdict", counts.rename_axis("verdict").reset_index(name="claims")),
        _table("Runs", notebooks),
        _table("Verdicts", verdicts),
        _table("Values", values),
        _table("Environment", _pairs(run["environment"])),
        _table("Inputs, sha256", _pairs(inputs)),
        _table("Results, sha256", _pairs(run["results"])),
    ]
    commit = run["git"] or {}
    state = f"commit {commit.get('commit', 'unknown')}" + (
        ", with changes not committed" if commit.get("modified") else ""
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>Report of a run</title><style>{_STYLE}</style></head><body>"
        f"<h1>Report of a run</h1><p>The China land carbon sink book, {escape(state)}. "
        "Values of a stand-in rest on a reconstruction and confirm nothing.</p>"
        f"{''.join(parts)}</body></html>\n"
    )


def _verdicts(results_dir: Path, notebooks: list[str]) -> pd.DataFrame:
    """Return the verdicts of notebooks, and a row for each claim that none of them judges."""
    parts = [
        ledger.read_claims(path)
        for name in notebooks
        if (path := results_dir / "claims" / f"{name}.csv").is_file()
    ]
    judged = pd.concat(parts, ignore_index=True) if parts else ledger.to_frame([])
    return ledger.with_unjudged(judged, claim_ids=ledger.published_ids())


def _run_facts(results_dir: Path, notebooks: list[str], *, root: Path) -> dict[str, Any]:
    """Return what was run with what, without times and places."""
    facts: dict[str, Any] = {}
    for name in notebooks:
        found = provenance.read_record(name, results_dir=results_dir)
        if found is None:
            raise InputError(
                "A notebook has no results to report.", file=name, found="no record of a run",
                accepted="a notebook that has run", fix=f"sinkbook run {name}",
            )  # fmt: skip
        keys = ("profile", "is_standin", "parameters", "source_sha256", "inputs", "results")
        facts[name] = {key: found[key] for key in keys}
    system = {"python": platform.python_version(), "system": platform.system(),
              "machine": platform.machine()}  # fmt: skip
    published = {
        f"data/published/{path.name}": sha256_of(path)
        for path in sorted((root / "data/published").glob("*.csv"))
    }
    results = {f: digest for item in facts.values() for f, digest in item["results"].items()}
    return {
        "environment": {**system, **versions()},
        "git": provenance.git_state(root),
        "notebooks": facts,
        "results": {**published, **results},
    }


def _indexed(path: Path, key: list[str], *, more: list[str]) -> Rows:
    """Return the rows of a table of a report by their key, every cell as text."""
    if not path.is_file():
        raise _no_report(path, "no such file")
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        return {tuple(r[name] for name in key): r for r in table[key + more].to_dict("records")}
    except (ValueError, KeyError) as error:  # not UTF-8, not a table, or another one
        raise _no_report(path, f"{type(error).__name__}: {error}") from error


def _no_report(path: Path, found: str) -> InputError:
    return InputError(
        "Not a report.", file=path, found=found[:200],
        accepted="a folder that `sinkbook report` wrote",
        fix="Write it again with `sinkbook report --out FOLDER`.",
    )  # fmt: skip


def _same(
    one: Mapping[str, str] | None, two: Mapping[str, str] | None, *, tolerance: float
) -> bool:
    """Tell whether two rows say the same; reasons may be worded differently."""
    if one is None or two is None:
        return False
    return all(one.get(name) == two.get(name) for name in _TEXTS) and all(
        _same_number(one.get(name, ""), two.get(name, ""), tolerance=tolerance) for name in _NUMBERS
    )


def _same_number(one: str, two: str, *, tolerance: float) -> bool:
    """Tell whether two cells hold the same number; what is not finite equals only its own text."""
    if one == two:
        return True
    try:
        x, y = float(one), float(two)
    except ValueError:  # empty, or no number
        return False
    is_finite = math.isfinite(x) and math.isfinite(y)
    return is_finite and abs(x - y) <= tolerance * max(abs(x), abs(y))


def _verdict_text(row: Mapping[str, str]) -> str:
    return f"{row['verdict']} {row['computed']}".strip()


def _value_text(row: Mapping[str, str]) -> str:
    spread = f" ± {row['sd']} ({row['sd_kind']})" if row["sd"] else ""
    count = f", n = {row['n']}" if row["n"] else ""
    return f"{row['value']}{spread}{count}"


def _pairs(entries: Mapping[str, Any]) -> pd.DataFrame:
    return pd.DataFrame({"name": list(entries), "value": [str(one) for one in entries.values()]})


def _table(caption: str, frame: pd.DataFrame) -> str:
    """Return a table as HTML."""
    body = frame.to_html(index=False, border=0, na_rep="", float_format="%.6g", escape=True)
    table = body.replace('class="dataframe">', f"><caption>{escape(caption)}</caption>", 1)
    return f'<h2>{escape(caption)}</h2><div class="wide" tabindex="0">{table}</div>\n'
