"""The trap is one, and a case that springs it fails whatever it ended in."""

import pickle

import pytest

from helpers.errors import InputError
from helpers.gauntlet import canary, case


def test_the_trap_would_spring(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pickle.loads(canary.TRAP)
    assert (tmp_path / canary.CANARY).is_dir()


@pytest.mark.parametrize("springs", [False, True])
@pytest.mark.parametrize("fails", [False, True])
def test_a_sprung_trap_is_seen_behind_an_answer_and_behind_an_error(tmp_path, springs, fails):
    def attempt(folder):
        if springs:
            (folder / canary.CANARY).mkdir()
        if fails:
            raise InputError("No.", file="f")
        return case.Answer(0.0, "fine")

    one = canary.watched(
        case.Case(name="n", area="a", about="b", build=None, attempt=attempt, expects="error",
                  says="")
    )  # fmt: skip
    if fails and not springs:
        with pytest.raises(InputError, match="No"):
            one.attempt(tmp_path)
    else:
        assert one.attempt(tmp_path).deviation == (float("inf") if springs else 0.0)
