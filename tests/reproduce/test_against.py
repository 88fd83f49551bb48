"""A report is read back with its values, and what differs around its numbers is told."""

import json

import pytest

from helpers.errors import InputError
from helpers.reproduce import against


def facts(**changes):
    item = {
        "parameters": {"mask": "fraction", "data_dir": None, "results_dir": "build/results"},
        "inputs": {"data/a.csv": "1", "data/b.csv": "2"},
        "source_sha256": "x",
    }
    return {
        "environment": {"python": "3.11", "numpy": "2.0"},
        "git": {"commit": "abc"},
        "notebooks": {"masks": {**item, **changes}},
    }


def written(folder, text):
    (folder / "run.json").write_text(text, encoding="utf-8")
    (folder / "verdicts.csv").write_text("id,product,notebook,verdict,computed\n")
    (folder / "values.csv").write_text(
        "notebook,quantity,product,member,scope,period,unit,value,sd,sd_kind,n\n"
    )
    return folder


def test_a_report_comes_back_as_written(tmp_path):
    assert against.facts_of(written(tmp_path, json.dumps(facts()))) == facts()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("not json", "cannot be read"),
        ("[" * 100_000, "cannot be read(.|\n)*RecursionError"),
        ("{}", "not whole(.|\n)*where: environment"),
        ("[]", "not whole(.|\n)*where: the whole record"),
        (json.dumps({**facts(), "notebooks": {}}), "not whole(.|\n)*where: notebooks"),
        (json.dumps({**facts(), "git": "abc"}), "not whole(.|\n)*where: git"),
        (json.dumps(facts(parameters=[])), "not whole(.|\n)*where: notebooks, masks, parameters"),
        (
            '{"notebooks":{"masks":{"parameters":{},"inputs":{}}}}',
            "not whole(.|\n)*where: environment",
        ),
        (
            '{"environment":{},"notebooks":{"masks":{"parameters":{},"inputs":{}}}}',
            "not whole(.|\n)*where: notebooks, masks, source_sha256",
        ),
    ],
    ids=range(9),
)
def test_what_is_no_report_is_refused(tmp_path, text, message):
    with pytest.raises(InputError, match=message) as refusal:
        against.facts_of(written(tmp_path, text))
    error = refusal.value
    assert error.file
    assert error.found
    assert error.accepted == "a folder that `sinkbook report` wrote"
    assert "sinkbook report" in error.fix


@pytest.mark.parametrize("name", ["values.csv", "verdicts.csv"])
@pytest.mark.parametrize("text", [None, "a,b\n", ""])
def test_a_table_that_is_missing_or_another_is_refused_before_anything_runs(tmp_path, name, text):
    folder = written(tmp_path, json.dumps(facts()))
    (folder / name).unlink()
    if text is not None:
        (folder / name).write_text(text)
    with pytest.raises(InputError, match="Not a report") as refusal:
        against.facts_of(folder)
    assert refusal.value.file.endswith(name)


def test_an_absent_or_enormous_record_is_refused(tmp_path, monkeypatch):
    with pytest.raises(InputError, match="Not a report"):
        against.facts_of(tmp_path)
    monkeypatch.setattr(against, "MAX_BYTES", 3)
    with pytest.raises(InputError, match="too large"):
        against.facts_of(written(tmp_path, json.dumps(facts())))


def test_the_values_of_a_run_without_where_its_results_went():
    assert against.choices_of(facts()) == {"masks": {"mask": "fraction", "data_dir": None}}


def test_product_files_are_taken_from_where_they_lie_now(tmp_path):
    used = facts(parameters={"data_dir": "mine"})
    with pytest.raises(InputError, match=r"product files(?s:.*)give --data-dir"):
        against.choices_of(used)
    assert against.choices_of(used, data_dir=tmp_path) == {"masks": {"data_dir": str(tmp_path)}}


def test_every_difference_around_the_numbers_is_told():
    other = facts(inputs={"data/a.csv": "9", "data/c.csv": "3"}, source_sha256="y")
    other["environment"] = {"python": "3.13", "scipy": "1"}
    other["git"] = None
    assert against.circumstances(facts(), facts()) == []
    assert against.circumstances(facts(), other) == [
        "software numpy: 2.0 -> none",
        "software python: 3.11 -> 3.13",
        "software scipy: none -> 1",
        "commit of the book: abc -> unknown",
        "notebook masks: changed",
        "input data/a.csv: changed",
        "input data/b.csv: gone",
        "input data/c.csv: new",
    ]
