"""Stored numbers: valid ranges, packing, signs, and attributes that cannot be meant."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from helpers.errors import InputError
from helpers.sources import stored

FILE = Path("world.nc")


def decode(values, dtype="f4", missing_values=(), **attrs):
    return stored.decode(np.array(values, dtype), attrs=attrs, missing_values=missing_values)


def variable(dtype="f4", **attrs):
    return xr.DataArray(np.zeros(2, dtype), dims="x", name="nbp", attrs=attrs)


def test_values_outside_the_valid_range_are_missing():
    for attrs in ({"valid_range": [0.0, 5.0]}, {"valid_min": 0.0, "valid_max": 5.0}):
        np.testing.assert_array_equal(decode([-1, 2, 9], **attrs), [np.nan, 2, np.nan])
    np.testing.assert_array_equal(decode([-1, 2], valid_min="none"), [-1, 2])


def test_unsigned_numbers_in_a_signed_format_and_the_reverse():
    np.testing.assert_array_equal(decode([-56, 100], "i1", _Unsigned="true"), [200, 100])
    np.testing.assert_array_equal(decode([200, 100], "u1", _Unsigned="false"), [-56, 100])
    np.testing.assert_array_equal(decode([-56, 100], "i1", _Unsigned="false"), [-56, 100])


def test_fills_and_limits_have_the_sign_of_the_stored_type():
    np.testing.assert_array_equal(
        decode([-3, 100], "i1", _Unsigned="true", _FillValue=np.int8(-3)), [np.nan, 100]
    )
    np.testing.assert_array_equal(
        decode([253, 100], "u1", _Unsigned="false", missing_value=np.uint8(253)), [np.nan, 100]
    )
    np.testing.assert_array_equal(
        decode([-3, 100], "i1", _Unsigned="true", valid_range=np.array([0, -6], "i1")),
        [np.nan, 100],
    )
    np.testing.assert_array_equal(decode([-32767, 5], "i2", _Unsigned="true"), [np.nan, 5])
    np.testing.assert_array_equal(decode([32769, 5], "u2", _Unsigned="false"), [-32767, 5])
    np.testing.assert_array_equal(decode([200, 5], "u1", _FillValue=np.int8(-56)), [200, 5])


@pytest.mark.parametrize("text", ["-8888", " -8888.0 ", ["-8888", "-7777"]])
def test_fills_written_as_text_are_fills(text):
    np.testing.assert_array_equal(decode([-8888, 5], "f4", missing_value=text), [np.nan, 5])


def test_other_text_is_no_fill():
    np.testing.assert_array_equal(decode([-8888, 5], "f4", missing_value="none"), [-8888, 5])


@pytest.mark.parametrize("value", [np.array([]), np.array([1.0, 2.0])])
def test_a_scale_that_is_not_one_number_is_refused(value):
    with pytest.raises(InputError, match="attribute scale_factor cannot be used"):
        stored.check_numbers(variable(scale_factor=value), file=FILE)


@pytest.mark.parametrize("value", [0.0, np.nan, np.inf, "hundredths"])
def test_a_scale_that_cannot_be_meant_is_refused(value):
    with pytest.raises(InputError, match="attribute scale_factor cannot be used"):
        stored.check_numbers(variable(scale_factor=value), file=FILE)


def test_an_offset_must_be_finite_and_may_be_zero():
    stored.check_numbers(variable(add_offset=0.0, scale_factor=2.0), file=FILE)
    with pytest.raises(InputError, match="attribute add_offset cannot be used"):
        stored.check_numbers(variable(add_offset=-np.inf), file=FILE)


def test_what_netcdf_leaves_unwritten_is_missing_but_a_byte_is_a_number():
    np.testing.assert_array_equal(decode([-32767, 5], "i2"), [np.nan, 5])
    np.testing.assert_array_equal(
        decode([-32767, 5], "i2", _FillValue=np.int16(5)), [-32767, np.nan]
    )
    np.testing.assert_array_equal(decode([-127, 5], "i1"), [-127, 5])
    np.testing.assert_array_equal(decode([255, 5], "u1"), [255, 5])


def test_text_is_no_number():
    with pytest.raises(InputError, match=r"values are not numbers(.|\n)*type \|S1"):
        stored.check_numbers(variable("S1"), file=FILE)
