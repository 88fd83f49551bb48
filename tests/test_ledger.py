"""The claims ledger and its verdicts: a reconstruction proves nothing."""

import pytest

from helpers.errors import InputError
from helpers.ledger import merge_ledger, read_claims, write_verdicts
from helpers.verdicts import VERDICTS, Verdict, judge

PLACE = {"profile": "stand-in", "notebook": "sink"}
BASIS = {"is_standin": True, "constrained": True}
VALUE = {"computed": 0.381, "tolerance": 0.005, "unit": "Pg C yr-1", "product": "beps"}
BEPS = {"id": "z24-national-beps", "verdict": "by-construction", "reason": "r"}
IDS = {"z24-national-beps", "z24-national-vegas"}


def verdict(**changes):
    return Verdict(**{**BEPS, **VALUE, **PLACE, **BASIS, **changes})


@pytest.mark.parametrize("name", VERDICTS)
@pytest.mark.parametrize("constrained", [True, False])
def test_a_reconstruction_never_supports_a_claim(name, constrained):
    allowed = {"not-testable-here"}
    if constrained:
        allowed |= {"by-construction", "inconsistent"}
    if name in allowed:
        assert verdict(verdict=name, constrained=constrained).verdict == name
    else:
        with pytest.raises(InputError, match="comes from a reconstruction"):
            verdict(verdict=name, constrained=constrained)


@pytest.mark.parametrize("name", VERDICTS)
def test_what_is_no_reconstruction_is_never_by_construction(name):
    if name == "by-construction":
        with pytest.raises(InputError, match="comes from no reconstruction"):
            verdict(verdict=name, is_standin=False)
    else:
        assert verdict(verdict=name, is_standin=False).verdict == name


@pytest.mark.parametrize(
    ("computed", "options", "expected"),
    [
        (0.384, {"is_standin": True, "constrained": True}, "by-construction"),
        (0.39, {"is_standin": True, "constrained": True}, "inconsistent"),
        (0.384, {"is_standin": True}, "not-testable-here"),
        (0.5, {"is_standin": True}, "not-testable-here"),
        (0.384, {"is_standin": False}, "reproduced"),
        (0.375, {"is_standin": False}, "reproduced"),
        (0.41, {"is_standin": False, "spread": 0.04}, "consistent"),
        (0.43, {"is_standin": False, "spread": 0.04}, "inconsistent"),
    ],
)
def test_a_value_earns_its_verdict(computed, options, expected):
    given = judge(
        "z24-national-beps",
        computed,
        published=0.38,
        tolerance=0.005,
        unit="Pg C yr-1",
        product="beps",
        **PLACE,
        **options,
    )
    assert given.verdict == expected
    assert bool(given.reason) == (expected != "reproduced")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"verdict": "confirmed"}, "outside the vocabulary"),
        ({"computed": None}, r"lacks its computed value(?s:.*)found: None\n(?s:.*)fix: Give"),
        ({"computed": float("nan")}, "lacks its computed value"),
        ({"tolerance": None}, "lacks its tolerance value"),
        ({"reason": " "}, r"lacks its reason(?s:.*)found: ' '\n(?s:.*)fix: Say"),
    ],
)
def test_an_unfounded_verdict_is_refused(changes, message):
    with pytest.raises(InputError, match=message):
        verdict(**changes)


def test_parts_are_merged_in_one_order_with_the_same_bytes(tmp_path):
    real = verdict(
        id="z24-national-vegas",
        verdict="reproduced",
        product="vegas",
        notebook="other",
        is_standin=False,
    )
    write_verdicts([verdict()], notebook="sink", results_dir=tmp_path, claim_ids=IDS)
    write_verdicts([real], notebook="other", results_dir=tmp_path, claim_ids=IDS)
    ledger = merge_ledger(tmp_path)
    assert ledger.read_text() == (
        "id,verdict,computed,tolerance,unit,product,profile,notebook,reason\n"
        "z24-national-beps,by-construction,0.381,0.005,Pg C yr-1,beps,stand-in,sink,r\n"
        "z24-national-vegas,reproduced,0.381,0.005,Pg C yr-1,vegas,stand-in,other,r\n"
    )
    before = ledger.read_bytes()
    assert merge_ledger(tmp_path).read_bytes() == before
    assert list(read_claims(ledger)["notebook"]) == ["sink", "other"]
    assert list(read_claims(merge_ledger(tmp_path, notebooks=["sink"]))["notebook"]) == ["sink"]


def test_what_a_killed_run_left_among_the_parts_is_no_part(tmp_path):
    write_verdicts([verdict()], notebook="sink", results_dir=tmp_path, claim_ids=IDS)
    part = tmp_path / "claims" / "sink.csv"
    (tmp_path / "claims" / ".part-77-sink-x.csv").write_bytes(part.read_bytes())
    assert len(read_claims(merge_ledger(tmp_path))) == 1


def test_a_verdict_without_number_is_written_and_read(tmp_path):
    open_claim = verdict(verdict="not-testable-here", computed=None, tolerance=None, unit="")
    part = write_verdicts([open_claim], notebook="sink", results_dir=tmp_path, claim_ids=IDS)
    assert read_claims(part)["computed"].isna().all()
    assert "not-testable-here,,,,beps" in merge_ledger(tmp_path).read_text()


def test_unknown_claims_and_foreign_notebooks_are_refused(tmp_path):
    rules = {"results_dir": tmp_path, "claim_ids": IDS}
    with pytest.raises(InputError, match="did you mean 'z24-national-beps'"):
        write_verdicts([verdict(id="z24-national-bep")], notebook="sink", **rules)
    with pytest.raises(InputError, match="notebook of z24-national-beps"):
        write_verdicts([verdict(notebook="other")], notebook="sink", **rules)
    assert not list(tmp_path.iterdir())


def test_one_claim_judged_twice_is_refused(tmp_path):
    rules = {"results_dir": tmp_path, "claim_ids": IDS}
    write_verdicts([verdict()], notebook="sink", **rules)
    write_verdicts([verdict(notebook="other")], notebook="other", **rules)
    with pytest.raises(InputError, match="judged twice"):
        merge_ledger(tmp_path)
    assert not (tmp_path / "claims_ledger.csv").exists()


def test_claims_come_from_the_published_table(tmp_path):
    pytest.importorskip("helpers.published")
    with pytest.raises(InputError, match="claim id"):
        write_verdicts([verdict(id="no-such-claim")], notebook="sink", results_dir=tmp_path)
    write_verdicts([verdict()], notebook="sink", results_dir=tmp_path)


def test_a_file_of_claims_with_other_columns_is_refused(tmp_path):
    path = tmp_path / "claims.csv"
    path.write_text("id,verdict\n")
    with pytest.raises(InputError, match="wrong columns"):
        read_claims(path)
