"""The cube: from files of any layout to one grid, made again only when something changed."""

import os

import netCDF4
import numpy as np
import pytest
import xarray as xr

from helpers import budget, cube, geography, grid, masks, timeaxis
from helpers.errors import InputError
from helpers.sources import Request

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


def write_world(folder, value, *, years=(2015, 2016), south=5.0):
    cells = grid.regular_grid(0.5, box=(60.0, 150.0, south, 65.0))
    time = timeaxis.month_starts(*years)
    data = xr.DataArray(
        np.full((time.size, cells.sizes["lat"], cells.sizes["lon"]), value, dtype="float32"),
        dims=("time", "lat", "lon"),
        coords={"time": time, "lat": cells["lat"].values, "lon": cells["lon"].values},
        name="nbp",
        attrs={"units": "g C m-2 yr-1"},
    )
    data.to_netcdf(folder / "world.nc")


@pytest.fixture
def request_for(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "catalog.yml").write_text(ENTRY)
    return Request(data_dir=tmp_path / "data", start_year=2015, end_year=2016, experiment="LNLGIS")


def test_a_uniform_world_keeps_its_value_and_gives_chinas_area(request_for, tmp_path):
    write_world(request_for.data_dir, 100.0)
    path = cube.build_cube(request_for, folder=tmp_path / "cube", profile="mine")
    fluxes = cube.read_fluxes(path)
    assert list(fluxes) == ["half-degree"]
    standard = cube.read_masks(path)
    weights = standard["scope_weight"].sel(boundary="national", mask="fraction", scope="China")
    result = budget.annual_totals(fluxes["half-degree"], weights)
    polygon = geography.boundary_polygon("national")
    np.testing.assert_allclose(result, masks.polygon_area(polygon) * 0.1 / 1e12, rtol=1e-6)
    with xr.open_dataset(path, group="half-degree") as data:
        assert data["flux"].attrs["units"] == "kg m-2 s-1"
        assert data["time"].attrs["bounds"] == "time_bnds"


def test_regions_add_up_to_china_under_every_conserving_mask(request_for, tmp_path):
    write_world(request_for.data_dir, 1.0)
    standard = cube.read_masks(cube.build_cube(request_for, folder=tmp_path, profile="mine"))
    area = (standard["scope_weight"] * standard["cell_area"]).sum(("lat", "lon"))
    regions = area.sel(scope=list(geography.REGIONS)).sum("scope")
    china = area.sel(scope="China", drop=True)
    np.testing.assert_allclose(regions.sel(mask="fraction"), china.sel(mask="fraction"), rtol=1e-10)
    assert (regions.sel(mask="touched") > china.sel(mask="touched") * 1.01).all()
    np.testing.assert_allclose(standard["ecosystem_fraction"].sum("ecosystem"), 1.0, rtol=1e-12)


def test_nothing_is_done_twice_and_a_changed_file_is_noticed(request_for, tmp_path):
    write_world(request_for.data_dir, 1.0)
    path = cube.build_cube(request_for, folder=tmp_path, profile="mine")
    first = path.stat().st_mtime_ns
    assert cube.build_cube(request_for, folder=tmp_path, profile="mine").stat().st_mtime_ns == first
    world = request_for.data_dir / "world.nc"
    before = world.stat()
    write_world(request_for.data_dir, 2.0)
    assert world.stat().st_size == before.st_size
    os.utime(world, ns=(before.st_atime_ns, before.st_mtime_ns))  # as a copy with times does
    again = cube.read_fluxes(cube.build_cube(request_for, folder=tmp_path, profile="mine"))
    values = again["half-degree"].values * 1000 * 31557600
    np.testing.assert_allclose(values[np.isfinite(values)], 2.0, rtol=1e-6)


def test_a_refused_file_leaves_the_old_cube_and_no_other_file(request_for, tmp_path):
    write_world(request_for.data_dir, 1.0)
    folder = tmp_path / "cube"
    path = cube.build_cube(request_for, folder=folder, profile="mine")
    before = path.read_bytes()
    (request_for.data_dir / "world.nc").write_bytes(b"<html>not found</html>")
    with pytest.raises(InputError, match=r"world\.nc"):
        cube.build_cube(request_for, folder=folder, profile="mine")
    assert path.read_bytes() == before
    assert [p.name for p in folder.iterdir() if p.suffix not in (".lock", ".json")] == [path.name]


def test_a_cube_cut_short_is_made_again(request_for, tmp_path):
    write_world(request_for.data_dir, 1.0)
    path = cube.build_cube(request_for, folder=tmp_path, profile="mine")
    path.write_bytes(path.read_bytes()[:500])
    assert "half-degree" in cube.read_fluxes(
        cube.build_cube(request_for, folder=tmp_path, profile="mine")
    )


def test_an_empty_folder_is_refused_with_what_is_accepted(request_for, tmp_path):
    with pytest.raises(InputError, match=r"No product was found(.|\n)*catalog.yml"):
        cube.build_cube(request_for, folder=tmp_path, profile="mine")


def test_products_left_out_and_repairs_are_told(request_for, tmp_path):
    write_world(request_for.data_dir, 1.0)
    path = cube.build_cube(request_for, folder=tmp_path / "cube", profile="mine")
    told = cube.notices(request_for, path)
    assert "VEGAS is left out: no file like vegas/VEGAS_S3_nbp.nc" in told
    assert any("OCO-2" in line and line.endswith("for LNLGIS") for line in told)
    (own,) = [line for line in told if "Half-degree" in line]
    assert own.startswith("Half-degree world was read so: months 2015-01 to 2016-12, calendar")
    assert own.endswith("rows from south to north; longitudes from 60 to 150; converted from "
                        "'g C m-2 yr-1'")  # fmt: skip
    with netCDF4.Dataset(path, "a") as file:
        file["half-degree"]["flux"].notices = "world.nc: dropped 2 rows beyond the pole"
    repair = "Half-degree world: world.nc: dropped 2 rows beyond the pole"
    assert repair in cube.notices(request_for, path)


def test_a_grid_that_ends_inside_china_is_refused_by_file_and_variable(request_for, tmp_path):
    write_world(request_for.data_dir, 1.0, south=30.0)
    with pytest.raises(InputError, match=r"does not cover China(.|\n)*world\.nc(.|\n)*nbp(.|\n)*%"):
        cube.build_cube(request_for, folder=tmp_path / "cube", profile="mine")
    assert sorted(p.suffix for p in (tmp_path / "cube").iterdir()) == [".json", ".lock"]


SECOND = ENTRY.replace("half-degree", "other").replace("world.nc", "other.nc")


@pytest.fixture
def two_products(request_for):
    write_world(request_for.data_dir, 1.0)
    world = request_for.data_dir / "world.nc"
    (request_for.data_dir / "other.nc").write_bytes(world.read_bytes())
    (request_for.data_dir / "catalog.yml").write_text(ENTRY + SECOND)
    return request_for


@pytest.fixture
def made(monkeypatch):
    """Return the keys of the products that were read."""
    keys, read = [], cube.sources.read_product

    def watched(product, **choice):
        keys.append(product.key)
        return read(product, **choice)

    monkeypatch.setattr(cube.sources, "read_product", watched)
    return keys


def test_only_the_product_that_changed_is_made_again(two_products, tmp_path, made, monkeypatch):
    before = cube.read_fluxes(cube.build_cube(two_products, folder=tmp_path, profile="mine"))
    assert made == ["half-degree", "other"]
    made.clear()
    monkeypatch.setattr(cube, "standard_masks", None)  # must not be called again
    write_world(two_products.data_dir, 2.0)
    path = cube.build_cube(two_products, folder=tmp_path, profile="mine")
    assert made == ["half-degree"]
    after = cube.read_fluxes(path)
    assert list(after) == ["half-degree", "other"]
    xr.testing.assert_identical(after["other"], before["other"])
    np.testing.assert_allclose(after["half-degree"], 2 * before["half-degree"], rtol=1e-12)


def test_a_product_taken_away_and_an_entry_changed_are_noticed(two_products, tmp_path, made):
    cube.build_cube(two_products, folder=tmp_path, profile="mine")
    (two_products.data_dir / "world.nc").unlink()
    made.clear()
    path = cube.build_cube(two_products, folder=tmp_path, profile="mine")
    assert list(cube.read_fluxes(path)) == ["other"]
    assert made == []
    renamed = SECOND.replace("Half-degree world", "Another name")
    (two_products.data_dir / "catalog.yml").write_text(renamed)
    path = cube.build_cube(two_products, folder=tmp_path, profile="mine")
    assert cube.read_fluxes(path)["other"].attrs["source"] == "Another name"
    assert made == ["other"]


def test_force_makes_everything_again(two_products, tmp_path, made):
    cube.build_cube(two_products, folder=tmp_path, profile="mine")
    cube.build_cube(two_products, folder=tmp_path, profile="mine", force=True)
    assert made == ["half-degree", "other"] * 2


def test_a_group_that_cannot_be_read_is_made_again(two_products, tmp_path, made, monkeypatch):
    cube.build_cube(two_products, folder=tmp_path, profile="mine")
    write_world(two_products.data_dir, 2.0)
    monkeypatch.setattr(cube.content, "kept", lambda path, group: None)
    made.clear()
    cube.build_cube(two_products, folder=tmp_path, profile="mine")
    assert made == ["half-degree", "other"]


def test_a_cube_says_what_it_is_and_what_it_was_made_from(two_products, tmp_path):
    path = cube.build_cube(two_products, folder=tmp_path / "cube", profile="mine")
    with netCDF4.Dataset(path) as file:
        assert file.Conventions == "CF-1.11"
        assert "china-land-carbon-sink-book" in file.history
        group = file["other"]
        assert group.input_files == "other.nc"
        assert int(group.input_bytes) == (two_products.data_dir / "other.nc").stat().st_size
        assert '"variable":"nbp"' in group.catalog_entry
        assert str(tmp_path) not in "".join(str(group.getncattr(n)) for n in group.ncattrs())
        flux = group["flux"]
        assert flux.standard_name.endswith("expressed_as_carbon_due_to_all_land_processes")
        assert flux.cell_methods == "area: time: mean"
        assert {"time_bnds", "lat_bnds", "lon_bnds"} <= set(group.variables)
