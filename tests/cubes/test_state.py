"""What tells that a cube is out of date."""

import xarray as xr

from helpers.cubes import state


def test_a_digest_covers_the_order_of_the_groups():
    marks = {"masks": "a", "one": "b", "two": "c"}
    assert state.whole(marks) == state.whole(dict(marks))
    assert state.whole(marks) != state.whole({"masks": "a", "two": "c", "one": "b"})
    assert state.whole(marks) != state.whole({**marks, "two": "d"})


def test_a_file_that_is_no_cube_has_no_fingerprints(tmp_path):
    (tmp_path / "cube.nc").write_bytes(b"no cube")
    assert state.stored_fingerprint(tmp_path / "cube.nc") is None
    assert state.stored_fingerprints(tmp_path / "cube.nc") == {}


def test_groups_of_an_older_layout_have_none(tmp_path):
    path = tmp_path / "cube.nc"
    xr.Dataset(attrs={state.FINGERPRINT: "whole"}).to_netcdf(path)
    xr.Dataset().to_netcdf(path, mode="a", group="old")
    xr.Dataset(attrs={state.FINGERPRINT: "mark"}).to_netcdf(path, mode="a", group="new")
    assert state.stored_fingerprint(path) == "whole"
    assert state.stored_fingerprints(path) == {"new": "mark"}
