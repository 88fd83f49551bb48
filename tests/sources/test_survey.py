"""Stored numbers looked through: fills that nobody declared, and types that ran over."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from helpers.errors import InputError
from helpers.sources.survey import Survey, examined

FILE = Path("world.nc")


def surveyed(values, *, attrs, missing_values=()):
    survey = Survey(attrs, missing_values=missing_values)
    survey.add(values)
    return survey


def repairs(values, dtype="f4", missing_values=(), **attrs):
    return surveyed(np.array(values, dtype), attrs=attrs, missing_values=missing_values).repairs()


def suspects(values, dtype="f4", missing_values=(), **attrs):
    surveyed(np.array(values, dtype), attrs=attrs, missing_values=missing_values).refuse(
        file=FILE, where="v"
    )


def test_values_outside_the_valid_range_are_told():
    for attrs in ({"valid_range": [0.0, 5.0]}, {"valid_min": 0.0, "valid_max": 5.0}):
        (text,) = repairs([-1, 2, 9], **attrs)
        assert text == "2 values outside the valid range were read as missing"


def test_undeclared_fills_and_infinities_are_told_and_declared_ones_are_not():
    assert repairs([-9999, -9999, 1]) == ("2 values of -9999, not declared, were read as missing",)
    assert repairs([-9999, 1], _FillValue=np.float32(-9999)) == ()
    assert repairs([-9999, 1], missing_values=(-9999.0,)) == ()
    assert repairs([1e20, 1]) == ("1 value of 1e+20, not declared, was read as missing",)
    assert repairs([np.inf, np.nan, 1]) == ("1 infinite value was read as missing",)


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
    suspects(np.tile(np.linspace(-32767, 32766, 400), (20, 1)), "i2", **packed)  # full range used


def test_whole_numbers_are_looked_through_packed_or_not():
    """A fill among whole numbers stands out; -99, -999 and -9999 of a smooth field do not."""
    ramp = np.tile(np.arange(-1200, 801), 6)
    for attrs in ({}, {"scale_factor": 0.1}, {"add_offset": 3.0}):
        suspects(ramp, "i2", **attrs)
        for fill in (-99, -999, 999):
            with pytest.raises(InputError, match=f"{fill} looks like a fill"):
                suspects(np.append(ramp, [fill] * 30), "i2", **attrs)
        suspects(np.append(ramp, [-999] * 30), "i2", missing_values=(-999.0,), **attrs)
    suspects(np.append(ramp, [-999] * 12), "i2")  # 18 beside 6: not more than three times
    suspects(np.append(ramp.astype(float), [-99.9] * 9))
    with pytest.raises(InputError, match=r"-99\.9 looks like a fill"):
        suspects(np.append(ramp.astype(float), [-99.9] * 20))


def test_minus_9999_of_a_smooth_field_is_a_number():
    ramp = np.tile(np.arange(-12000, 8001), 2)
    assert repairs(ramp, "i2") == ()
    assert surveyed(ramp.astype("i2"), attrs={}).undeclared() == ()
    filled = np.append(ramp, [-9999] * 5)
    assert repairs(filled, "i2") == ("7 values of -9999, not declared, were read as missing",)
    assert surveyed(filled.astype("i4"), attrs={}).undeclared() == (-9999.0,)


def test_whole_numbers_that_ran_over_are_refused_without_a_scale_too():
    rows = np.tile(np.linspace(-100, 200, 60).round(), (12, 1))
    wrapped = (rows + 128) % 256 - 128
    for attrs in ({}, {"add_offset": 60.0}):
        with pytest.raises(InputError, match=r"overflow(.|\n)*12 jumps from one end of int8"):
            suspects(wrapped, "i1", **attrs)
        with pytest.raises(InputError, match=r"overflow(.|\n)*at the limit of int8"):
            suspects(np.clip(rows, -128, 127), "i1", **attrs)
        suspects(np.append(np.zeros(500), [127] * 9), "i1", **attrs)
    suspects(np.append(rows + 100, np.full((12, 1), 255), axis=1), "u2")


def test_surveys_of_several_files_count_together():
    one, two = (surveyed(np.array(v, "i2"), attrs={}) for v in ([1, -9999], [-9999, 32767]))
    large = surveyed(np.array([1e20]), attrs={})
    one.join(two)
    assert one.repairs() == ("2 values of -9999, not declared, were read as missing",)
    large.join(surveyed(np.array([1e21]), attrs={}))
    assert large.repairs() == ("2 values of 1e+20, not declared, were read as missing",)


def test_what_is_examined_gives_the_fills_to_read_by():
    part = xr.DataArray(np.array([1.0, -9999.0]), dims="x", name="nbp")
    missing, told = examined([part, part], (-5.0,), path=FILE)
    assert missing == (-5.0, -9999.0)
    assert told == ("2 values of -9999, not declared, were read as missing",)
    assert examined([], (-5.0,), path=FILE) == ((-5.0,), ())


@pytest.mark.parametrize("pieces", [1, 3, 40])
@pytest.mark.parametrize(
    ("dtype", "attrs", "bad", "refused"),
    [
        ("f4", {}, {7: -999.0}, r"-999 in 20 values"),
        ("f4", {}, {7: -9999.0, 9: np.inf, 11: 1e20}, None),
        ("f4", {"valid_max": 5.0}, {38: 7.0}, None),
        ("i4", {}, {7: -999}, r"-999 in 20 values"),
        ("i2", {}, {7: -9999}, None),
        ("i1", {"add_offset": 60.0}, {7: -128}, r"20 values at the limit of int8"),
        ("i2", {"scale_factor": 0.1}, {7: 32767}, r"20 values at the limit of int16"),
        ("i2", {"scale_factor": 0.1}, {5: [32000, -32000] * 10}, r"19 jumps from one end of int16"),
    ],
)
def test_pieces_change_nothing_of_what_is_refused_and_told(pieces, dtype, attrs, bad, refused):
    values = np.zeros((40, 20), dtype)
    for step, number in bad.items():
        values[step] = number
    survey = Survey(attrs)
    for piece in np.array_split(values, pieces):
        survey.add(piece)
    assert survey.repairs() == surveyed(values, attrs=attrs).repairs()
    if refused is None:
        assert survey.repairs()
        survey.refuse(file=FILE, where="v")
    else:
        with pytest.raises(InputError, match=refused):
            survey.refuse(file=FILE, where="v")
