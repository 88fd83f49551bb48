"""Choices are refused before a kernel starts, with the nearest that would do."""

import numpy as np
import pytest
import xarray as xr

from helpers import choices
from helpers.errors import InputError

GOOD = {"mask": "centre", "boundary": "national", "start_year": 2015, "end_year": 2019}


def check(root, **values):
    choices.check_choices({**GOOD, **values}, notebook="one", root=root)


def test_what_a_notebook_can_use_passes(tmp_path):
    check(tmp_path, members=["a", "b"], ceos_file=None, regions_file=None)
    choices.check_choices({}, notebook="one", root=tmp_path)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"mask": "fracton"}, r"Unknown mask(.|\n)*did you mean 'fraction'"),
        ({"mask": "half"}, r"Unknown mask(.|\n)*Correct the parameter"),
        ({"boundary": 7}, "Unknown boundary"),
        ({"end_year": 2014}, "last year lies before"),
        ({"end_year": 99999}, "year is out of range"),
        ({"members": "a"}, "no list of names"),
        ({"members": []}, "no list of names"),
        ({"members": [1]}, "no list of names"),
        ({"ceos_file": 5}, r"no path(.|\n)*ceos_file"),
        ({"ceos_file": "nowhere.csv"}, "table is missing"),
        ({"regions_file": "nowhere.gpkg"}, "no file of polygons"),
    ],
)
def test_what_it_cannot_use_is_refused(tmp_path, values, message):
    with pytest.raises(InputError, match=message):
        check(tmp_path, **values)


def test_members_are_compared_with_those_prepared():
    names = xr.DataArray(np.zeros(2), dims="member", coords={"member": ["alpha", "beta"]})
    fluxes = {"one": xr.DataArray(0.0), "many": names}
    choices.check_members({"members": ["beta"]}, fluxes, notebook="one")
    choices.check_members({}, fluxes, notebook="one")
    with pytest.raises(InputError, match=r"found: bet\n(.|\n)*alpha, beta(.|\n)*mean 'beta'"):
        choices.check_members({"members": ["bet"]}, fluxes, notebook="one")
    with pytest.raises(InputError, match="no product here is an ensemble"):
        choices.check_members({"members": ["x"]}, {"one": xr.DataArray(0.0)}, notebook="one")
