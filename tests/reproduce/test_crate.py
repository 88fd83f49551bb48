"""The description of a report names what it holds, and another reader of RO-Crates opens it."""

import json

import pytest
from rocrate.rocrate import ROCrate

from helpers.files import sha256_of
from helpers.reproduce.crate import LOCK, METADATA, write_crate

FACTS = {
    "environment": {"python": "3.11", "numpy": "2.0"},
    "git": {"commit": "abc", "modified": True},
    "notebooks": {
        name: {
            "parameters": {"mask": "fraction", "members": None},
            "inputs": {"data/a.csv": "f" * 64},
            "is_standin": name == "masks",
            "source_sha256": "x",
        }
        for name in ("masks", "evidence")
    },
}


@pytest.fixture
def folder(tmp_path):
    out = tmp_path / "report"
    out.mkdir()
    for name in ("values.csv", "verdicts.csv", "run.json", "report.html"):
        (out / name).write_text(f"text of {name}\n")
    (tmp_path / LOCK).write_text("numpy==2.0\n")
    write_crate(out, facts=FACTS, root=tmp_path)
    return out


def test_files_parameters_inputs_and_software_are_in_it(folder):
    crate = ROCrate(folder)
    assert crate.dereference("values.csv")["sha256"] == sha256_of(folder / "values.csv")
    assert (folder / LOCK).read_text() == "numpy==2.0\n"
    assert crate.dereference("#book")["version"] == "abc"
    assert crate.dereference("#book")["softwareRequirements"] == "numpy 2.0, python 3.11"
    assert crate.dereference("#masks-mask")["value"] == '"fraction"'
    assert crate.dereference("#masks-members")["value"] == "null"
    action = crate.dereference("#run-masks")
    assert action["description"] == "stand-in"
    assert crate.dereference("#run-evidence")["description"] == "no stand-in"
    assert {one.id for one in action["object"]} == {
        "#masks-mask", "#masks-members", "#input-" + "f" * 16,
    }  # fmt: skip
    assert LOCK not in {one.id for one in action["result"]}
    assert len(action["result"]) == 4


def test_the_description_has_a_date_and_no_path_of_the_machine(folder):
    text = (folder / METADATA).read_text(encoding="utf-8")
    root = next(one for one in json.loads(text)["@graph"] if one["@id"] == "./")
    assert root["datePublished"] >= "2026"
    assert str(folder.parent) not in text


def test_a_report_without_git_or_lock_is_described_too(tmp_path):
    facts = {**FACTS, "git": None}
    (tmp_path / "values.csv").write_text("a\n")
    write_crate(tmp_path, facts=facts, root=tmp_path)
    assert ROCrate(tmp_path).dereference("#book")["version"] == "unknown"
    assert not (tmp_path / LOCK).exists()
