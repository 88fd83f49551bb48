"""Stored numbers: fills, valid ranges, packing, and what is refused rather than guessed."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from helpers.errors import InputError
from helpers.sources import stored

FILE = Path("world.nc")


def decode(values, dtype="f4", missing_values=(), **attrs):
    return stored.decode(np.array(values, dtype), attrs=attrs, missing_values=missing_values)


def repairs(values, dtype="f4", missing_values=(), **attrs):
    return stored.repairs(np.array(values, dtype), attrs=attrs, missing_values=missing_values)


def suspects(values, dtype="f4", missing_values=(), **attrs):
    return stored.check_suspects(
        np.array(values, dtype), attrs=attrs, missing_values=missing_values, file=FILE, where="v"
    )


def variable(dtype="f4", **attrs):
    return xr.DataArray(np.zeros(2, dtype), dims="x", name="nbp", attrs=attrs)


def test_values_outside_the_valid_range_are_missing_and_told():
    for attrs in ({"valid_range": [0.0, 5.0]}, {"valid_min": 0.0, "valid_max": 5.0}):
        np.testing.assert_array_equal(decode([-1, 2, 9], **attrs), [np.nan, 2, np.nan])
        (text,) = repairs([-1, 2, 9], **attrs)
        assert text == "2 values outside the valid range were read as missing"
    np.testing.assert_array_equal(decode([-1, 2], valid_min="none"), [-1, 2])


def test_undeclared_fills_and_infinities_are_told_and_declared_ones_are_not():
    assert repairs([-9999, -9999, 1]) == ("2 values of -9999, not declared, were read as missing",)
    assert repairs([-9999, 1], _FillValue=np.float32(-9999)) == ()
    assert repairs([-9999, 1], missing_values=(-9999.0,)) == ()
    assert repairs([1e20, 1]) == ("1 value of 1e+20, not declared, was read as missing",)
    assert repairs([np.inf, np.nan, 1]) == ("1 infinite value was read as missing",)


def test_unsigned_numbers_in_a_signed_format_and_the_reverse():
    np.testing.assert_array_equal(decode([-56, 100], "i1", _Unsigned="true"), [200, 100])
    np.testing.assert_array_equal(decode([200, 100], "u1", _Unsigned="false"), [-56, 100])
    np.testing.assert_array_equal(decode([-56, 100], "i1", _Unsigned="false"), [-56, 100])


def test_a_repeated_suspect_is_refused_unless_it_is_declared():
    values = np.append(np.linspace(-3, 3, 200), [-999.0] * 10)
    with pytest.raises(InputError, match=r"-999 looks like a fill(.|\n)*-999 in 10 values"):
        suspects(values)
    suspects(values[:-1])
    suspects(values, missing_values=(-999.0,))
    suspects(values, _FillValue=np.float32(-999))
    suspects([])


def test_packed_numbers_that_ran_over_are_refused():
    row = np.linspace(-20000, 60000, 400)
    grid = np.tile(row, (20, 1))
    packed = {"scale_factor": 0.01}
    with pytest.raises(InputError, match=r"overflow(.|\n)*values at the limit of int16"):
        suspects(np.clip(grid, -32768, 32767), "i2", **packed)
    with pytest.raises(InputError, match=r"overflow(.|\n)*20 jumps from one end"):
        suspects(((grid + 32768) % 65536 - 32768), "i2", **packed)
    suspects(np.clip(grid, -32768, 32767), "i2")  # not packed: whole numbers may be what they are
    suspects(np.tile(np.linspace(-32767, 32766, 400), (20, 1)), "i2", **packed)  # full range used


@pytest.mark.parametrize("value", [0.0, np.nan, np.inf, "hundredths"])
def test_a_scale_that_cannot_be_meant_is_refused(value):
    with pytest.raises(InputError, match="attribute scale_factor cannot be used"):
        stored.check_numbers(variable(scale_factor=value), file=FILE)


def test_an_offset_must_be_finite_and_may_be_zero():
    stored.check_numbers(variable(add_offset=0.0, scale_factor=2.0), file=FILE)
    with pytest.raises(InputError, match="attribute add_offset cannot be used"):
        stored.check_numbers(variable(add_offset=-np.inf), file=FILE)


def test_text_is_no_number():
    with pytest.raises(InputError, match=r"values are not numbers(.|\n)*type \|S1"):
        stored.check_numbers(variable("S1"), file=FILE)


@pytest.mark.parametrize("pieces", [1, 3, 40])
@pytest.mark.parametrize(
    ("dtype", "attrs", "bad", "refused"),
    [
        ("f4", {}, {7: -999.0}, r"-999 in 20 values"),
        ("f4", {}, {7: -9999.0, 9: np.inf, 11: 1e20}, None),
        ("f4", {"valid_max": 5.0}, {38: 7.0}, None),
        ("i2", {"scale_factor": 0.1}, {7: 32767}, r"20 values at the limit of int16"),
        ("i2", {"scale_factor": 0.1}, {5: [32000, -32000] * 10}, r"19 jumps from one end of int16"),
    ],
)
def test_pieces_change_nothing_of_what_is_refused_and_told(pieces, dtype, attrs, bad, refused):
    values = np.zeros((40, 20), dtype)
    for step, number in bad.items():
        values[step] = number
    survey = stored.Survey(attrs)
    for piece in np.array_split(values, pieces):
        survey.add(piece)
    assert survey.repairs() == stored.repairs(values, attrs=attrs)
    if refused is None:
        assert survey.repairs()
        survey.refuse(file=FILE, where="v")
    else:
        with pytest.raises(InputError, match=refused):
            survey.refuse(file=FILE, where="v")
