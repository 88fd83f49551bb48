"""Reviewer mode: a report holds everything, and two reports differ exactly where they do."""

import json
from pathlib import Path

import pandas as pd
import pytest

from helpers import cli, cli_review, ledger, provenance, results, review
from helpers.errors import InputError
from helpers.verdicts import Verdict

ROOT = Path(__file__).parents[1]
UNIT = "Pg C yr-1"


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Return a function that writes the results of a run and a report on it."""
    monkeypatch.setenv("SINKBOOK_ROOT", str(tmp_path))

    def make(name, *, mask, total, verdict="by-construction", member=0.3, reason="r"):
        folder = tmp_path / name / "results"
        place = {"notebook": "sink", "results_dir": folder}
        rows = [
            results.Row(quantity="annual_mean", product="beps", member=who, scope="China",
                        period="2015-2019", value=value, sd=sd, unit=UNIT,
                        sd_kind=None if sd is None else "interannual")
            for who, value, sd in (("mean", total, 0.04), ("member-01", member, None))
        ]  # fmt: skip
        results.write_results(rows, **place)
        judged = Verdict(
            id="z24-national-beps", verdict=verdict, computed=total, tolerance=0.005, unit=UNIT,
            product="beps", profile="stand-in", notebook="sink", reason=reason, is_standin=True,
            constrained=verdict == "by-construction",
        )  # fmt: skip
        ledger.write_verdicts([judged], **place)
        record = provenance.make_record(
            notebook="sink", source_sha256="s" * 64, helpers_sha256="h" * 64,
            parameters={"profile": "stand-in", "mask": mask, "results_dir": str(folder)},
            inputs={"beps": "i" * 64}, results={"sink.csv": "r" * 64},
            products={"beps": {"title": "BEPS (reconstructed)", "is_standin": True}},
            root=tmp_path,
        )  # fmt: skip
        provenance.write_record(record, results_dir=folder, started="now", seconds=1.0)
        out = tmp_path / name / "report"
        review.write_report(out, results_dir=folder, notebooks=["sink"], root=tmp_path)
        return out

    return make


def test_a_report_holds_everything_in_one_page(run):
    out = run("a", mask="fraction", total=0.384)
    page = (out / "report.html").read_text(encoding="utf-8")
    for text in ("z24-national-beps", "by-construction", "0.384", "mask=fraction", "s" * 64,
                 "i" * 64, "r" * 64, "pandas", "458"):  # fmt: skip
        assert text in page
    assert "http" not in page.replace("http-equiv", "")
    assert "<script" not in page
    assert "/results" not in json.loads((out / "run.json").read_text())["notebooks"]["sink"][
        "parameters"
    ]["results_dir"].removeprefix("a/results")
    verdicts = pd.read_csv(out / "verdicts.csv")
    assert verdicts["id"].nunique() == 459
    assert len(pd.read_csv(out / "values.csv")) == 2


def test_two_equal_runs_differ_in_nothing(run):
    one = run("a", mask="fraction", total=0.384)
    two = run("b", mask="fraction", total=0.384 * (1 + 1e-12), reason="worded otherwise")
    assert review.compare(one, two) == []


def test_exactly_what_moved_is_listed(run):
    one = run("a", mask="fraction", total=0.384)
    two = run("b", mask="touched", total=0.43, verdict="not-testable-here")
    assert review.compare(one, two) == [
        review.Moved("verdict", "z24-national-beps beps sink", "by-construction 0.384",
                     "not-testable-here 0.43"),
        review.Moved("value", f"sink annual_mean beps mean China 2015-2019 {UNIT}",
                     "0.384 ± 0.04 (interannual)", "0.43 ± 0.04 (interannual)"),
    ]  # fmt: skip
    only_member = run("c", mask="fraction", total=0.384, member=0.31)
    assert [one.id for one in review.compare(one, only_member)] == [
        f"sink annual_mean beps member-01 China 2015-2019 {UNIT}"
    ]


def test_a_verdict_that_comes_or_goes_has_moved(run):
    one, two = run("a", mask="fraction", total=0.384), run("b", mask="fraction", total=0.384)
    path = two / "verdicts.csv"
    kept = [line for line in path.read_text().splitlines() if "by-construction" not in line]
    path.write_text("\n".join(kept) + "\n")
    moved = review.Moved("verdict", "z24-national-beps beps sink", "by-construction 0.384", "")
    assert review.compare(one, two) == [moved]
    assert [found.before for found in review.compare(two, one)] == [""]


@pytest.mark.parametrize(
    ("column", "one", "two", "differ"),
    [
        ("value", "0.384", "nan", True),
        ("value", "0.384", "inf", True),
        ("value", "inf", "-inf", True),
        ("value", "nan", "nan", False),
        ("value", "inf", "inf", False),
        ("value", "0.384", "", True),
        ("value", "0.384", "unknown", True),
        ("value", "0.384", "0.38400000000001", False),
        ("sd", "0.04", "NaN", True),
        ("n", "5", "4", True),
        ("n", "5", "", True),
        ("n", "5.0", "5", False),
        ("sd_kind", "interannual", "ensemble", True),
    ],
)
def test_what_is_not_finite_equals_only_itself(run, column, one, two, differ):
    reports = run("a", mask="fraction", total=0.384), run("b", mask="fraction", total=0.384)
    for report, value in zip(reports, (one, two), strict=True):
        table = pd.read_csv(report / "values.csv", dtype=str, keep_default_na=False)
        table.loc[table["member"] == "mean", column] = value
        table.to_csv(report / "values.csv", index=False)
    there, back = review.compare(*reports), review.compare(*reports[::-1])
    assert [len(there), len(back)] == [int(differ)] * 2
    if differ:
        assert there[0].before != there[0].after


def test_the_command_tells_choices_and_moves_and_its_code(run, capsys, monkeypatch):
    one = run("a", mask="fraction", total=0.384)
    two = run("b", mask="touched", total=0.43, verdict="not-testable-here")
    csv = one.parent / "moved.csv"
    monkeypatch.setattr("sys.argv", ["sinkbook", "compare", str(one), str(two), "--csv", str(csv)])
    with pytest.raises(SystemExit, match=r"^1$"):
        cli.main()
    assert capsys.readouterr().out.splitlines() == [
        "choice mask: fraction -> touched",
        "verdict z24-national-beps beps sink: by-construction 0.384 -> not-testable-here 0.43",
        f"value sink annual_mean beps mean China 2015-2019 {UNIT}: "
        "0.384 ± 0.04 (interannual) -> 0.43 ± 0.04 (interannual)",
        "1 verdicts and 1 values moved",
    ]
    assert len(pd.read_csv(csv)) == 2
    monkeypatch.setattr("sys.argv", ["sinkbook", "compare", str(one), str(one)])
    with pytest.raises(SystemExit, match=r"^0$"):
        cli.main()


def test_no_report_and_no_results_are_refused(tmp_path):
    with pytest.raises(InputError, match=r"Not a report(?s:.*)verdicts\.csv"):
        review.compare(tmp_path, tmp_path)
    with pytest.raises(InputError, match=r"no results to report(?s:.*)sinkbook run sink"):
        review.write_report(
            tmp_path / "out", results_dir=tmp_path, notebooks=["sink"], root=tmp_path
        )


@pytest.mark.slow
def test_the_stand_in_under_two_masks_differs_where_it_must(tmp_path, monkeypatch):
    if not (ROOT / "build/stand-in/manifest.json").is_file():
        pytest.skip("the stand-in is not there; run `make prepare` first")
    for mask in ("fraction", "touched"):
        out = tmp_path / mask
        words = ["report", "--out", str(out), "--only", "national_sink", "-p", "mask", mask]
        # results go beside the report, so that those of the book stay as they are
        monkeypatch.setattr("sys.argv", ["sinkbook", *words, "-p", "results_dir", str(out)])
        with pytest.raises(SystemExit, match=r"^0$"):
            cli.main()
    moved = review.compare(tmp_path / "fraction", tmp_path / "touched")

    tables = [
        pd.read_csv(tmp_path / mask / "values.csv", dtype=str, keep_default_na=False)
        for mask in ("fraction", "touched")
    ]
    key = review.VALUE_KEY
    joined = tables[0].merge(tables[1], on=key, suffixes=("_a", "_b"), validate="1:1")
    assert len(joined) == len(tables[0]) == len(tables[1])
    differs = (joined["value_a"] != joined["value_b"]) | (joined["sd_a"] != joined["sd_b"])
    expected = {" ".join(filter(None, row)) for row in joined.loc[differs, key].to_numpy()}
    found = {one.id for one in moved if one.what == "value"}
    assert found <= expected
    close = joined.set_index(joined[key].agg(" ".join, axis=1)).loc[sorted(expected - found)]
    assert all(
        float(row.value_a) == pytest.approx(float(row.value_b), rel=1e-9)
        for row in close.itertuples()
    )
    assert any("annual_mean beps mean China" in one for one in found)
    assert not any("published" in one or " ceos " in one for one in found)
    verdicts = {one.id: (one.before, one.after) for one in moved if one.what == "verdict"}
    assert set(verdicts) == {
        f"z24-national-{claim} {product} national_sink"
        for claim, product in (("beps", "beps"), ("vegas", "vegas"), ("oco2", "oco2-mip"))
    }
    assert all(a.startswith("by-construction") for a, _ in verdicts.values())
    assert all(b.startswith("not-testable-here") for _, b in verdicts.values())


def test_a_parameter_without_its_value_is_refused(monkeypatch):
    with pytest.raises(InputError, match=r"has no value(?s:.*)start_year"):
        cli_review._overrides(["start_year"], root=ROOT)
    assert cli_review._overrides(["start_year=2016"], root=ROOT) == {"start_year": 2016}


def test_a_value_that_vanishes_has_moved():
    row = {"value": "0.5", "sd": ""}
    other = {"value": "", "sd": ""}
    assert not review._same(row, other, tolerance=1e-9)
    assert review._same(row, row, tolerance=0.0)
