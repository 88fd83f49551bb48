"""Fills that nobody declared stand far above all other numbers; values of real fields do not."""

from pathlib import Path

import numpy as np
import pytest

from helpers.errors import InputError
from helpers.sources.peaks import Peak, peak_of
from helpers.sources.survey import Survey

FLUX = np.random.default_rng(9).normal(0.0, 300.0, 20_000)


def refuse(*pieces, dtype="f4", attrs=None, missing_values=()):
    survey = Survey(attrs or {}, missing_values=missing_values)
    for piece in pieces:
        survey.add(np.asarray(piece, dtype).reshape(1, -1))
    survey.refuse(file=Path("world.nc"), where="nbp")


def holed(number, count=500, field=FLUX):
    values = field.copy()
    values[:: values.size // count] = number
    return values


@pytest.mark.parametrize("dtype", ["f4", "f8", "i2"])
@pytest.mark.parametrize("fill", [-8888.0, -32000.0, 12345.0])
def test_a_repeated_number_far_beyond_all_others_is_refused(fill, dtype):
    with pytest.raises(InputError, match=f"The number {fill:.0f} looks like a fill") as refusal:
        refuse(holed(fill), dtype=dtype)
    assert refusal.value.found == f"{fill:.0f} in 500 values"
    assert f"missing_values: [{fill:.0f}]" in refusal.value.fix
    refuse(holed(fill), dtype=dtype, missing_values=(fill,))
    refuse(holed(fill), dtype=dtype, attrs={"_FillValue": np.dtype(dtype).type(fill)})


def test_it_is_refused_in_any_unit_and_beside_other_fills():
    with pytest.raises(InputError, match="The number -8888 looks"):
        refuse(holed(-8888.0, field=FLUX * 1e-11))
    both = holed(-8888.0)
    both[1::50] = -9999.0
    both[2::50] = 1e20
    with pytest.raises(InputError, match="The number -8888 looks"):
        refuse(both)
    with pytest.raises(InputError, match="The number 10000000000 looks"):
        refuse(holed(1e10))


@pytest.mark.parametrize(
    "values",
    [
        FLUX,
        np.where(np.abs(FLUX) < 250, 0.0, FLUX),
        np.clip(FLUX, -500, 500),
        np.zeros(5000),
        np.full(5000, 5000.0),
        np.repeat([0.0, 5000.0], 2500),
        np.repeat(np.arange(9) * 1000.0, 600),
        np.repeat([0.0, 1.0, 2.0, 300.0, 5000.0], 1000),
        holed(-8888.0, count=15),
        holed(-8888.5),
        holed(-1500.0),
        np.exp(FLUX / 100),
        np.full(5000, np.nan),
        holed(np.nan),
        holed(-9999.0),
        holed(50.0, field=FLUX * 1e-3),
        np.empty(0),
    ],
)
def test_fields_of_zeros_classes_limits_and_rare_extremes_pass(values):
    refuse(values)


def test_numbers_outside_the_valid_range_are_told_and_not_refused():
    refuse(holed(-8888.0), attrs={"valid_min": np.float32(-5000.0)})


@pytest.mark.parametrize("pieces", [2, 7, 40])
def test_pieces_change_nothing(pieces):
    with pytest.raises(InputError, match=r"-8888 in 500 values"):
        refuse(*np.array_split(holed(-8888.0), pieces))
    refuse(*np.array_split(np.append(holed(-8888.0), -20_000.5), pieces))


def test_surveys_join_their_peaks():
    one, two = (Survey({}) for _ in range(2))
    one.add(holed(-8888.0, count=100).astype("f4")[None])
    two.add(FLUX.astype("f4")[None])
    two.join(one)
    with pytest.raises(InputError, match="-8888 in 100 values"):
        two.refuse(file=Path("world.nc"), where="nbp")


def test_what_is_below_a_peak_is_the_largest_of_both_parts():
    high, low = Peak(-900.0, 5, 10.0), Peak(200.0, 3, 20.0)
    assert high.joined(low) == low.joined(high) == Peak(-900.0, 5, 200.0)
    assert high.joined(Peak(-900.0, 2, 30.0)) == Peak(-900.0, 7, 30.0)
    assert peak_of(np.array([]), lambda number: False) == Peak()
