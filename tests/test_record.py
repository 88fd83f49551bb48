"""Computed values do not move unseen: a drift fails, an announced one passes."""

from pathlib import Path

import pandas as pd
import pytest

from helpers import book, guard, prose, record
from helpers.errors import InputError
from helpers.runner import values_of

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "build" / "results"
HEADER = "quantity,product,member,scope,period,value,sd,sd_kind,n,unit"
ID = "sink annual_mean beps mean China 2015-2019"
OWN = {"notebooks": ["sink"]}


@pytest.fixture
def small(tmp_path):
    """A book with one recorded table; returns its root and a function that sets a value."""
    (tmp_path / "results").mkdir()
    (tmp_path / "data/published").mkdir(parents=True)

    def compute(value, *further):
        rows = [
            f"annual_mean,beps,mean,China,2015-2019,{value},0.04,interannual,5,Pg C yr-1",
            "annual_mean,beps,member-01,China,2015-2019,0.3,,,,Pg C yr-1",
            *further,
        ]
        (tmp_path / "results/sink.csv").write_text("\n".join([HEADER, *rows]) + "\n")
        return {"results_dir": tmp_path / "results", **OWN}

    record.write_record(tmp_path, **compute(0.384))
    return tmp_path, compute


def announce(root, text):
    (root / "CHANGELOG.md").write_text(
        f"# Changelog\n\n## [Unreleased]\n\n### Added\n\n- x\n\n### Results changed\n\n{text}\n\n"
        f"## [0.1]\n\n### Results changed\n\n- `{ID}`: an older change\n"
    )


def test_the_record_holds_means_with_a_tolerance(small):
    root, _ = small
    rows = record.read_record(root)
    assert [record.result_id(row) for row in rows.to_dict("records")] == [ID]
    assert rows["value"][0] == 0.384
    assert rows["tolerance"][0] == pytest.approx(0.384 * record.RELATIVE)


def test_a_value_within_its_tolerance_passes(small):
    root, compute = small
    assert record.check_drift(root, **compute(0.384 + 3e-5)) == []


@pytest.mark.parametrize("value", [0.3841, 0.4, -0.384])
def test_a_drift_names_file_id_and_both_values(small, value):
    root, compute = small
    with pytest.raises(InputError, match=rf"sink\.csv(?s:.*){ID}: recorded 0\.384, found {value}"):
        record.check_drift(root, **compute(value))


def test_a_value_that_is_gone_is_a_drift(small):
    root, compute = small
    places = compute(0.384)
    (places["results_dir"] / "sink.csv").write_text(f"{HEADER}\n")
    with pytest.raises(InputError, match=r"recorded 0\.384, found nothing"):
        record.check_drift(root, **places)


def test_a_value_that_is_not_a_number_is_a_drift(small):
    root, compute = small
    with pytest.raises(InputError, match=r"recorded 0\.384, found nan"):
        record.check_drift(root, **compute("nan"))


def test_an_announced_drift_passes_and_is_returned(small):
    root, compute = small
    announce(root, f"- `{ID}`: 0.384 -> 0.4, because the border moved.")
    drifts = record.check_drift(root, **compute(0.4))
    assert [(one.id, one.recorded, one.found) for one in drifts] == [(ID, 0.384, 0.4)]


@pytest.mark.parametrize("text", ["- None.", "- `sink annual_mean beps mean`: x", f"- {ID[:-1]}8"])
def test_another_or_an_older_announcement_does_not_count(small, text):
    root, compute = small
    announce(root, text)
    with pytest.raises(InputError, match="nothing announces it"):
        record.check_drift(root, **compute(0.4))


def test_recording_tells_what_moved_and_keeps_tolerances_set_by_hand(small):
    root, compute = small
    path = root / record.RECORD
    path.write_text(path.read_text().replace("3.84e-05", "0.005"))
    assert record.check_drift(root, **compute(0.388)) == []
    places = compute(0.4, "annual_mean,vegas,mean,China,2015-2019,0.2,,,,Pg C yr-1")
    _, moved = record.write_record(root, **places)
    new = ID.replace("beps", "vegas")
    assert [(one.id, one.recorded, one.found) for one in moved] == [
        (ID, 0.384, 0.4),
        (new, None, 0.2),
    ]
    tolerances = record.read_record(root).set_index("product")["tolerance"]
    assert tolerances["beps"] == 0.005
    assert tolerances["vegas"] == pytest.approx(2e-5)
    assert record.check_drift(root, **places) == []


def test_recording_keeps_the_rows_of_other_notebooks(small):
    root, compute = small
    places = compute(0.4)
    record.write_record(root, results_dir=places["results_dir"], notebooks=["other"])
    assert record.read_record(root)["value"].tolist() == [0.384]


# --- the book as it stands ----------------------------------------------------------------------


@pytest.fixture
def own():
    values = values_of(ROOT)
    names = record.books_own(ROOT, values=values, results_dir=RESULTS)
    if not names:
        pytest.skip("build/results holds no results of the book; run `make book` first")
    return names


def test_no_result_of_the_book_has_drifted(own):
    guard.check_results(ROOT, results_dir=RESULTS)


def test_every_result_that_a_page_quotes_is_on_record(own):
    recorded = record.read_record(ROOT)
    if recorded.empty:
        pytest.skip("nothing is on record yet; run `sinkbook record`")
    known = {record.result_id(row) for row in recorded.to_dict("records")}
    quoted = {
        " ".join(reference.split("|")[0].split())
        for path in prose.pages(ROOT)
        for reference in prose.quotations(path)
    }
    means = {one for one in quoted if one.split()[3:4] == ["mean"] and one.split()[0] in own}
    assert len(means) > 10
    assert means - known == set()


def test_results_run_with_other_values_are_not_compared(tmp_path):
    assert record.books_own(ROOT, values=values_of(ROOT), results_dir=tmp_path) == set()


def test_the_record_is_part_of_what_pages_are_made_from():
    assert record.RECORD.parent == book.PUBLISHED
    assert isinstance(record.read_record(ROOT), pd.DataFrame)
