"""Published numbers: rows fit the schema, none changes unseen, corrections keep the printed."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from helpers import contradictions, forest, published, transcription
from helpers.errors import InputError
from helpers.published_schema import SOURCES

ROOT = Path(__file__).parents[1]


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A copy of the published tables that a test may damage."""
    for path in published.FOLDER.glob("*.csv"):
        shutil.copy2(path, tmp_path)
    monkeypatch.setattr(published, "FOLDER", tmp_path)

    def change(identifier, column, value, table="claims.csv"):
        frame = pd.read_csv(tmp_path / table, dtype=str, keep_default_na=False)
        assert (frame["id"] == identifier).any()
        frame.loc[frame["id"] == identifier, column] = value
        frame.to_csv(tmp_path / table, index=False)

    return change


def test_the_published_numbers_are_those_on_record():
    transcription.check_transcription()
    assert len(transcription.numbers()) > 500


@pytest.mark.parametrize(
    ("table", "identifier", "column", "value", "recorded"),
    [
        ("claims.csv", "z24-national-beps", "value", "0.39", "0.38"),
        ("claims.csv", "z24-national-beps", "uncertainty", "", "0.04"),
        ("claims.csv", "d22-t1-sink-1998", "value", "0.0328", "0.019"),
        ("evidence.csv", "ev-oco2v10", "high", "0.6", "0.59"),
    ],
)
def test_a_changed_published_value_names_file_id_and_both_values(
    copy, table, identifier, column, value, recorded
):
    copy(identifier, column, value, table)
    found = value or "None"
    message = rf"{table}(?s:.*){identifier}, {column}: recorded {recorded}, found {found}"
    with pytest.raises(InputError, match=message):
        transcription.check_transcription()
    _, moved = transcription.record_transcription()
    assert [(one.id, one.column) for one in moved] == [(identifier, column)]
    transcription.check_transcription()


@pytest.mark.parametrize(
    ("identifier", "column", "value", "message"),
    [
        ("z24-national-beps", "source", "d22", "does not begin with its source"),
        ("z24-national-beps", "source", "z25", "source of z24-national-beps"),
        ("z24-national-beps", "topic", "nation", "topic of z24-national-beps"),
        ("z24-national-beps", "kind", "figure", "kind of z24-national-beps"),
        ("z24-national-beps", "kind", "qualitative", "with a number"),
        ("z24-national-beps", "value", "", "without a value"),
        ("z24-national-beps", "uncertainty", "-0.1", "greater than or equal to 0"),
        ("z24-national-beps", "unit", "", "a number without a unit"),
        ("z24-national-beps", "locator", "", "locator of z24-national-beps"),
        ("z24-lit-yang22", "high", "0.1", "out of order"),
        ("z24-land-third", "unit", "Pg C", "a percent in the unit"),
    ],
)
def test_a_row_that_breaks_the_schema_is_named(copy, identifier, column, value, message):
    copy(identifier, column, value)
    with pytest.raises(InputError, match=rf"breaks its schema(?s:.*){message}"):
        published.claims()


def test_a_row_of_evidence_that_breaks_the_schema_is_named(copy):
    copy("ev-beps24", "method_class", "sideways", "evidence.csv")
    with pytest.raises(InputError, match=r"method_class of ev-beps24(?s:.*)'sideways'"):
        published.evidence()


def test_a_caller_cannot_change_the_table_of_another():
    mine = published.claims()
    mine["value"] = 0.0
    assert published.claim("z24-national-beps").value == 0.38


def test_corrections_keep_the_printed_value():
    rows = transcription.corrections()
    claims = published.claims().set_index("id")
    for row in rows[rows["column"] != "unit"].itertuples():
        assert float(row.printed) == claims.loc[row.id, row.column]
        assert float(row.corrected) != float(row.printed)


def test_corrections_are_what_the_book_computes():
    rows = transcription.corrections().set_index(["id", "column"])["corrected"]
    assert float(rows["d22-t1-sink-1998", "value"]) == pytest.approx(
        forest.finding_f7().computed, abs=5e-5
    )
    found = {item.id: item for item in contradictions.findings()}
    assert float(rows["eu21-fr-national", "value"]) == found["F11"].computed
    evidence = published.evidence().set_index("id")
    for kind in ("soc", "sic"):
        for column in ("low", "high"):
            right = evidence.loc[f"ev-c-lal04-{kind}-fix", column]
            assert float(rows[f"z24-crop-lal04-{kind}", column]) == right


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "z24-national-beps,value,0.39,0.4,F1,why",
            r"printed 0\.38 as in claims(?s:.*)fix: Correct the row",
        ),
        (
            "z24-nothing,value,0.39,0.4,F1,why",
            r"z24-nothing(?s:.*)accepted: an id and a column of claims",
        ),
        ("z24-national-beps,value,0.38,0.4,F1,", "and a reason"),
    ],
)
def test_a_correction_that_fits_nothing_is_refused(copy, line, message):
    path = published.FOLDER / transcription.CORRECTIONS
    path.write_text(f"id,column,printed,corrected,finding,reason\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError, match=message):
        transcription.corrections()


def test_reference_keys_lead_from_documents_and_citations_to_the_list_of_references():
    keys = pd.read_csv(published.FOLDER / "reference_keys.csv").set_index("words")["key"]
    listed = (ROOT / "book/references.bib").read_text(encoding="utf-8")
    assert {key for key in keys if f"{{{key}," not in listed} == set()
    assert keys.index.is_unique
    assert set(SOURCES) <= set(keys.index)
    cited = {word for cites in published.claims()["cites"] for word in cites.split("; ")}
    assert set(keys.index) - set(SOURCES) <= cited


def test_without_a_record_every_number_is_new(copy):
    (published.FOLDER / transcription.RECORD).unlink()
    changes = transcription.changes()
    assert len(changes) == len(transcription.numbers())
    assert {change.recorded for change in changes} == {None}


def test_corrections_with_other_columns_are_refused(copy):
    (published.FOLDER / transcription.CORRECTIONS).write_text("id,value\n")
    with pytest.raises(InputError, match=r"wrong columns(?s:.*)found: id, value(?s:.*)fix: Name"):
        transcription.corrections()
