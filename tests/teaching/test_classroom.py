"""What exercises start from."""

import pytest
import xarray as xr

from helpers import runner
from helpers.errors import InputError
from helpers.project import project_root
from helpers.teaching import classroom


def test_the_choices_are_those_of_the_book(monkeypatch):
    opened = []
    monkeypatch.setattr(classroom, "open_study", lambda **choices: opened.append(choices))
    classroom.open_book()
    classroom.open_book(mask="touched")
    values = runner.values_of(project_root(), names=["national_sink"])["national_sink"]
    assert opened[0] == {name: values[name] for name in opened[0]}
    assert opened[1] == {**opened[0], "mask": "touched"}


def test_an_unknown_choice_is_refused():
    with pytest.raises(InputError, match="Unknown mask"):
        classroom.open_book(mask="guess")


@pytest.mark.parametrize(
    ("mine", "expected", "words"),
    [
        (None, 1.0, "no answer yet"),
        (1.0004, 1.0, "agrees"),
        (xr.DataArray(1.0), xr.DataArray(1.0), "agrees"),
        (-1.0, 1.0, "differs: -1 times what is expected"),
        (44 / 12, 12 / 44, "differs: 13.4 times what is expected"),
        (0.1, 0.0, "differs"),
        (0.0, 0.0, "agrees"),
    ],
)
def test_an_answer_is_judged_in_words(mine, expected, words):
    assert classroom.compare(mine, expected, tolerance=1e-3) == words
