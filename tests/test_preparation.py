"""Preparing a folder of the reader's own: what is told on the way, and what `check` tells after."""

import numpy as np
import pytest
import xarray as xr

from helpers import grid, preflight, preparation, standin, timeaxis
from helpers.errors import InputError

ENTRY = """
half-degree:
  title: Half-degree world
  method_class: bottom-up
  reader: cf
  files: world.nc
  variable: nbp
  quantity: NBP
  units: g C m-2 yr-1
  positive: land
  citation: nobody
  licence: made by a test
  access: made by a test
"""


def write_world(folder, factor, name="world.nc"):
    cells = grid.regular_grid(1.0, box=(60.0, 150.0, 5.0, 65.0))
    time = timeaxis.month_starts(2015, 2019)
    course = factor * (40 - 160 * np.cos(2 * np.pi * (time.month.to_numpy() - 1) / 12))
    shape = (time.size, cells.sizes["lat"], cells.sizes["lon"])
    data = xr.DataArray(
        np.broadcast_to(course[:, None, None], shape).astype("float32"),
        dims=("time", "lat", "lon"),
        coords={"time": time, "lat": cells["lat"].values, "lon": cells["lon"].values},
        name="nbp",
        attrs={"units": "g C m-2 yr-1"},
    )
    data.to_netcdf(folder / name)


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "mine"
    path.mkdir()
    (path / "catalog.yml").write_text(ENTRY)
    return path


def prepare(folder, root):
    lines = []
    choice = {
        "profile": "original",
        "data_dir": str(folder),
        "start_year": 2015,
        "end_year": 2019,
        "experiment": "LNLGIS",
    }
    preparation.prepare_data(choice, root=root, notify=lines.append)
    return [line for line in lines if line.startswith("IMPLAUSIBLE")]


@pytest.fixture
def checked(monkeypatch, tmp_path, folder):
    values = {"n": {"start_year": 2015, "end_year": 2019, "experiment": "LNLGIS"}}
    monkeypatch.setattr(
        preflight, "values_of", lambda root, overrides: {"n": {**values["n"], **overrides}}
    )
    return lambda: [(f.name, f.is_good) for f in preflight.check_plausible(folder, root=tmp_path)]


def test_preparing_and_checking_tell_of_a_product_that_looks_mistaken(folder, tmp_path, checked):
    assert checked() == [("plausibility", True)]
    write_world(folder, 1.0)
    assert prepare(folder, tmp_path) == []
    assert checked() == [("plausibility", True)]
    write_world(folder, -1.0)
    assert "not looked at" in preflight.check_plausible(folder, root=tmp_path)[0].seen
    (line,) = prepare(folder, tmp_path)
    assert line.startswith("IMPLAUSIBLE (sign) Half-degree world: ")
    assert checked() == [("plausibility, sign", False)]


@pytest.mark.parametrize("profile", ["stand-in", "original"])
def test_members_of_an_ensemble_of_the_readers_are_known_before_a_run(
    folder, tmp_path, monkeypatch, profile
):
    monkeypatch.setattr(standin, "prepare", lambda **_: None)  # only the name of the cube matters
    (folder / "catalog.yml").write_text(ENTRY.replace("world.nc", "world_{member}.nc"))
    for name in ("A", "B"):
        write_world(folder, 1.0, f"world_{name}.nc")
    choice = {"profile": profile, "data_dir": str(folder), "start_year": 2015, "end_year": 2019,
              "experiment": "LNLGIS"}  # fmt: skip
    path = preparation.prepare_data(choice, root=tmp_path)
    assert ("-and-mine-" in path.name) == (profile == "stand-in")
    preparation.check_prepared_members({"n": {**choice, "members": ["B"]}}, root=tmp_path)
    with pytest.raises(InputError, match=r"Unknown member(.*\n)*.*found: C\n.*accepted: A, B"):
        preparation.check_prepared_members({"n": {**choice, "members": ["C"]}}, root=tmp_path)


def test_what_was_not_fetched_is_told_first(folder, tmp_path, monkeypatch):
    from helpers.scale import remote

    write_world(folder, 1.0)
    told = []
    monkeypatch.setattr(remote, "copy_absent", lambda *_, **__: ["a store was not copied"])
    choice = {"profile": "original", "data_dir": str(folder), "start_year": 2015,
              "end_year": 2019, "experiment": "LNLGIS"}  # fmt: skip
    preparation.prepare_data(choice, root=tmp_path, notify=told.append)
    assert told[0] == "a store was not copied"
    preparation.prepare_data(choice, root=tmp_path)  # nobody listens
