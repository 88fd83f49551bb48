"""What cannot be assumed is refused by name."""

import pytest

from helpers.assumptions import Assumptions
from helpers.errors import InputError


def test_a_reading_of_an_undefined_spread_is_one_of_two():
    accepted = r"undefined ±(?s:.*)found: 'printedd'\n.*accepted: ensemble or printed"
    with pytest.raises(InputError, match=accepted):
        Assumptions(undefined="printedd")


@pytest.mark.parametrize("sd", [-1.0, float("nan"), float("inf")])
def test_a_standard_deviation_is_finite_and_not_negative(sd):
    with pytest.raises(InputError, match=rf"where: default_sd\n\s*found: {sd}\n"):
        Assumptions(default_sd=sd)
    assert Assumptions(default_sd=0.0).default_sd == 0.0
