"""Dimensions of a variable: which is time, and the names of members."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from helpers.errors import InputError
from helpers.sources.cells import Cells
from helpers.sources.dimensions import member_names, other_dimensions
from helpers.sources.options import CfOptions

FILE = Path("world.nc")
PART = Cells("lat", "lon", slice(None), slice(None), np.zeros(2), np.zeros(3))


def of(*dims, **options):
    sizes = {"lat": 2, "lon": 3, "one": 1}
    data = xr.DataArray(np.zeros([sizes.get(d, 12) for d in dims]), dims=dims, name="nbp")
    return other_dimensions(data, PART, options=CfOptions(**options), file=FILE)


def test_time_goes_by_its_name_or_is_the_one_long_dimension():
    assert of("time", "one", "lat", "lon") == ("time", {"one": 0})
    assert of("steps", "lat", "lon") == ("steps", {})
    assert of("lat", "lon") == (None, {})


@pytest.mark.parametrize("name", ["depth", "Lev", "pft", "z"])
def test_layers_are_no_time_unless_the_catalog_says_so(name):
    with pytest.raises(InputError, match=rf"not understood(.|\n)*{name} \(12\)"):
        of(name, "lat", "lon")
    assert of(name, "lat", "lon", time=name) == (name, {})


def members(names):
    return member_names(xr.Dataset(coords={"ens": names}), "ens", file=FILE)


def test_members_have_names_of_their_own():
    assert members([3, 1]) == {"member": ["3", "1"]}
    assert member_names(xr.Dataset(), None, file=FILE) == {}
    plain = xr.Dataset({"v": ("ens", np.zeros(2))})
    assert member_names(plain, "ens", file=FILE) == {"member": ["member-01", "member-02"]}
    with pytest.raises(InputError, match="Two members have one name") as refusal:
        members([1, 2, 1])
    assert (refusal.value.where, refusal.value.found) == ("ens", "1")
