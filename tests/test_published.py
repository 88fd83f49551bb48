import csv

import numpy as np
import pytest

from helpers import published
from helpers.errors import InputError
from helpers.published_schema import ClaimRow, EvidenceRow

RESULT_KINDS = {"number", "range", "percent", "ranking", "sign", "qualitative"}


def test_claims():
    table = published.claims()
    assert len(table) == 459
    assert table["id"].is_unique
    assert set(table["kind"]) == RESULT_KINDS
    for name in ("value", "uncertainty", "low", "high"):
        assert table[name].dtype == np.float64
        assert not np.isinf(table[name]).any()
    assert not table[["unit", "note", "cites"]].isna().any().any()


def test_a_range_is_in_order():
    table = published.claims().dropna(subset=["low", "high"])
    assert len(table)
    assert (table["low"] <= table["high"]).all()


@pytest.mark.parametrize(
    ("identifier", "value", "uncertainty"),
    [("z24-national-beps", 0.38, 0.04), ("z24-national-vegas", 0.22, 0.03),
     ("z24-national-oco2", 0.54, 0.05)],
)  # fmt: skip
def test_one_claim(identifier, value, uncertainty):
    claim = published.claim(identifier)
    assert (claim.value, claim.uncertainty, claim.unit) == (value, uncertainty, "Pg C yr-1")
    assert claim.period == "2015-2019"
    assert claim.kind == "number"


def test_a_claim_without_numbers():
    claim = published.claim("z24-unc-undefined")
    assert claim.kind == "qualitative"
    assert claim.value is None
    assert claim.uncertainty is None


def test_unknown_claims_name_the_nearest():
    with pytest.raises(InputError, match=r"'z24-national-bep'\n.*such as z24-national-beps"):
        published.claim("z24-national-bep")
    with pytest.raises(InputError, match=r"Unknown claim"):
        published.claim("")


def test_evidence():
    table = published.evidence()
    assert len(table) == 46
    assert set(table["unit"]) == {"Pg C yr-1"}
    bounded = table.dropna(subset=["low", "high"])
    assert (bounded["low"] <= bounded["high"]).all()
    assert set(table["category"]) >= {"land_sink"}


def test_evidence_and_claims_agree_on_the_study():
    evidence = published.evidence().set_index("id")
    for key, claim in (("ev-beps24", "z24-national-beps"), ("ev-vegas24", "z24-national-vegas"),
                       ("ev-oco2v10", "z24-national-oco2")):  # fmt: skip
        one = published.claim(claim)
        assert evidence.loc[key, "central"] == one.value
        assert evidence.loc[key, "high"] - one.value == pytest.approx(one.uncertainty)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,value\na,1\n", r"columns(.*\n)*.*absent: source"),
        ("HEAD\na,,,,,,,,1.0,,,,,,,\na,,,,,,,,2.0,,,,,,,\n", r"id\n.*'a'(.*\n)*.*each id once"),
        ("HEAD\na,,,,,,,,1.0±0.1,,,,,,,\n", r"value of a\n.*'1.0±0.1'(.*\n)*.*a number or nothing"),
    ],
)
def test_damaged_tables(tmp_path, monkeypatch, text, message):
    head = ",".join(published.claims().columns)
    (tmp_path / "claims.csv").write_text(text.replace("HEAD", head), encoding="utf-8")
    monkeypatch.setattr(published, "FOLDER", tmp_path)
    with pytest.raises(InputError, match=message):
        published.claims()
    with pytest.raises(InputError, match=r"missing(.*\n)*.*evidence.csv"):
        published.evidence()


NUMBERS = ("value", "uncertainty", "low", "high", "central", "period_start", "period_end")


def first_row(name):
    with (published.FOLDER / name).open(encoding="utf-8", newline="") as file:
        row = next(csv.DictReader(file))
    return {key: (text or None) if key in NUMBERS else text for key, text in row.items()}


@pytest.mark.parametrize(
    ("model", "name", "change", "match"),
    [
        (
            ClaimRow,
            "claims.csv",
            {"value": None, "low": "0.1", "high": "0.2"},
            "a ± without a value",
        ),
        (
            EvidenceRow,
            "evidence.csv",
            {"period_start": "2010", "period_end": "2000"},
            "a period from 2010 to 2000",
        ),
    ],
)
def test_a_row_that_contradicts_itself_is_refused(model, name, change, match):
    row = first_row(name)
    model(**row)
    with pytest.raises(ValueError, match=match):
        model(**{**row, **change})
