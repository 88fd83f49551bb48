"""Six conventions and more, written independently, added by the command, right to 1e-6.

The answer is known without the package: a uniform uptake over China is its rate times the area of
the polygon, and a uniform field passes through any area-conserving regridding unchanged, on
whatever grid it comes. What is left is rounding: of float32 (6e-8) and of sums. For fields that
vary with latitude the exact mean of each cell is stored and the grids nest, so the mean of each
cell of the analysis grid is exact too.
"""

from types import SimpleNamespace

import numpy as np
import pytest

from helpers import grid, masks
from helpers.adding.trial import try_product
from helpers.catalog import load_catalog

KNOWN = ("--area-basis", "cell", "--method", "bottom-up", "--yes")


def check(sinkbook, writer, folder, files, area, *options, years, members=1, factor=1.0):
    data_dir = folder / "my-data"
    code, out, err = sinkbook("add", "own", *files, "--data-dir", data_dir, *options, *KNOWN)
    assert code == 0, err
    product = load_catalog(data_dir)["own"]
    assert not product.is_standin
    found = try_product(product, data_dir=data_dir, years=years)
    assert sorted(found.annual) == list(range(years[0], years[1] + 1))
    for year, value in found.annual.items():
        expected = writer.yearly(year) * area * 1e-15 * factor
        assert value == pytest.approx(expected, rel=1e-6)
    assert max(1, len(found.members)) == members
    return found, out, err


def rounded_years(writer):
    """Yearly means of rates stored as whole numbers of 0.02, from 100."""

    def yearly(year):
        months = np.arange(f"{year}-01", f"{year + 1}-01", dtype="datetime64[M]")
        days = np.diff(np.append(months, months[-1] + 1).astype("datetime64[D]")).astype(float)
        rates = [round((writer.rate(year, m) - 100) / 0.02) * 0.02 + 100 for m in range(1, 13)]
        return np.average(rates, weights=days)

    return yearly


LAND = ("--positive", "land", "--quantity", "NBP")
AIR = ("--positive", "atmosphere", "--quantity", "NEE")

CASES = {
    "grams a month, 0..360, north first, noleap, half a degree": (
        {"unit": "gC m-2 month-1", "longitudes": "0..360", "north_first": True,
         "calendar": "noleap", "res": 0.5, "globe": True, "dtype": "f4"}, LAND),
    "kg CO2 a month, to the atmosphere, rotated, 360 days, 1 degree": (
        {"unit": "kg CO2 m-2 month-1", "positive": "atmosphere", "longitudes": "rotated",
         "calendar": "360_day", "res": 1.0, "globe": True}, AIR),
    "umol, time last, julian, quarter of a degree": (
        {"unit": "umol m-2 s-1", "order": ("lat", "lon", "time"), "calendar": "julian",
         "res": 0.25}, (*LAND, "--units", "umol C m-2 s-1")),
    "kg without species, starts of months, 2.5 degrees": (
        {"unit": "kg m-2 s-1", "time": "starts", "res": 2.5, "format": "NETCDF3_CLASSIC"},
        (*LAND, "--units", "kg C m-2 s-1")),
    "packed, 5 degrees, 201501": (
        {"unit": "g C m-2 yr-1", "packing": (0.02, 100.0), "fill": -32768, "res": 5.0,
         "time": "yyyymm", "rounded": True}, LAND),
    "ends of months": (
        {"time": "ends", "order": ("lon", "lat", "time")}, (*LAND, "--time-label", "end")),
    "totals of cells, unit without area": (
        {"unit": "kg s-1", "res": 0.5}, (*LAND, "--units", "kg C cell-1 s-1")),
    "totals of cells a month": ({"unit": "Tg C cell-1 month-1"}, LAND),
    "no unit": ({"unit": None}, (*LAND, "--units", "g C m-2 yr-1")),
    "months since": ({"time": "months", "dtype": "f4"}, LAND),
    "20150115": ({"time": "yyyymmdd"}, LAND),
    "decimal years by day of year": ({"time": "day of year"}, LAND),
    "decimal years by day of year, noleap": (
        {"time": "day of year", "calendar": "noleap"}, LAND),
    "days, g CO2, hours since": (
        {"step": "day", "unit": "g CO2 m-2 d-1", "time": "hours", "res": 2.5}, LAND),
    "days, 360_day, starts": (
        {"step": "day", "unit": "mol C m-2 day-1", "calendar": "360_day", "time": "starts",
         "res": 5.0}, LAND),
    "years as numbers, a twentieth of a degree": (
        {"step": "year", "time": "years", "res": 0.05, "dtype": "f4"}, LAND),
    "years since": ({"step": "year", "time": "years since"}, LAND),
    "years by date": ({"step": "year", "time": "days", "calendar": "noleap"}, LAND),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_uniform_uptake(tmp_path, writer, china, sinkbook, case):
    changes, options = CASES[case]
    changes = dict(changes)
    step, globe = changes.pop("res", 1.0), changes.pop("globe", False)
    if globe:
        changes |= {"lat_edges": writer.edges(-90, 90, step),
                    "lon_edges": writer.edges(-180, 180, step)}  # fmt: skip
    else:
        changes |= {"lat_edges": writer.edges(10, 60, step),
                    "lon_edges": writer.edges(65, 145, step)}  # fmt: skip
    rounded = changes.pop("rounded", False)
    world = writer.world(**changes)
    path = writer.write_netcdf(tmp_path / "files" / "flux.nc", world, years=(2015, 2016))
    if rounded:  # the answer is that of the rates a short integer holds
        writer = SimpleNamespace(**{**vars(writer), "yearly": rounded_years(writer)})
    found, _, _ = check(
        sinkbook, writer, tmp_path, [path], china.area, *options, years=(2015, 2016)
    )
    assert (found.july is None) == (changes.get("step") == "year")


def test_cells_of_unequal_height_by_their_bounds(tmp_path, writer, china, sinkbook):
    lat = np.degrees(np.arcsin(np.linspace(np.sin(np.radians(5)), np.sin(np.radians(65)), 41)))
    world = writer.world(lat_edges=lat, lon_edges=writer.edges(65, 145, 1.25), bounds=True)
    path = writer.write_netcdf(tmp_path / "files" / "flux.nc", world, years=(2015, 2015))
    check(sinkbook, writer, tmp_path, [path], china.area, *LAND, years=(2015, 2015))


def test_corner_labels_by_their_bounds(tmp_path, writer, sinkbook):
    """A field that varies with latitude shows whether the bounds moved the cells."""
    a, b, c = -0.5, 2.0, 1.0

    def exact(lat_edges):
        low, high = np.sin(np.radians(lat_edges[:-1])), np.sin(np.radians(lat_edges[1:]))
        return a + b * (low + high) / 2 + c * (low**2 + low * high + high**2) / 3

    from helpers.geography import boundary_polygon

    cells = grid.analysis_grid()
    share = masks.polygon_weights(boundary_polygon(), cells)
    lat_edges, lon_edges = np.arange(17.0, 56.0), np.arange(72.0, 138.0)
    area = float((share.values * writer.cell_areas(lat_edges, lon_edges)
                  * exact(lat_edges)[:, None]).sum())  # fmt: skip
    for bounds, step, place in ((True, 0.5, "bounds"), (False, 0.25, "none")):
        world = writer.world(lat_edges=writer.edges(10, 60, step), bounds=bounds, shape=exact,
                             lon_edges=writer.edges(65, 145, step))  # fmt: skip
        path = writer.write_netcdf(tmp_path / place / "flux.nc", world, years=(2015, 2015))
        check(sinkbook, writer, tmp_path / place, [path], area, *LAND, years=(2015, 2015))


def test_one_file_a_year_of_days(tmp_path, writer, china, sinkbook):
    world = writer.world(step="day", lat_edges=writer.edges(10, 60, 2.5), time="days",
                         lon_edges=writer.edges(65, 145, 2.5), unit="g C m-2 d-1")  # fmt: skip
    for year in (2015, 2016):
        writer.write_netcdf(tmp_path / "files" / f"nbp_{year}.nc", world, years=(year, year))
    pattern = tmp_path / "files" / "nbp_*.nc"  # not expanded by a shell
    _found, out, _ = check(
        sinkbook, writer, tmp_path, [pattern], china.area, *LAND, years=(2015, 2016)
    )
    assert "nbp_{year}.nc  [one file a year" in out


def test_members_along_a_dimension(tmp_path, writer, china, sinkbook):
    import netCDF4

    world = writer.world()
    path = writer.write_netcdf(tmp_path / "files" / "flux.nc", world, years=(2015, 2015))
    with netCDF4.Dataset(path, "a") as file:
        file.createDimension("ensemble", 3)
        many = file.createVariable("ens", "f8", ("time", "ensemble", "lat", "lon"))
        many.units = "g C m-2 yr-1"
        for k in range(3):
            many[:, k] = file["nbp"][:] * (k + 1)
    options = ("--variable", "ens", *LAND)
    _found, out, _ = check(sinkbook, writer, tmp_path, [path], china.area, *options,
                          years=(2015, 2015), members=3, factor=2.0)  # fmt: skip
    assert "dimension 'ensemble'" in out


@pytest.mark.parametrize("version", [2, 3])
def test_one_zarr_store_a_member(tmp_path, writer, china, sinkbook, version):
    world = writer.world(lat_edges=writer.edges(10, 60, 2.0), longitudes="plain",
                         lon_edges=writer.edges(65, 145, 2.0), north_first=True)  # fmt: skip
    stores = [
        writer.write_zarr(tmp_path / f"nbp_{name}.zarr", world, years=(2015, 2015),
                          version=version, factor=factor)
        for name, factor in (("low", 0.5), ("high", 1.5))
    ]  # fmt: skip
    found, _, _ = check(sinkbook, writer, tmp_path, stores, china.area, *LAND,
                        years=(2015, 2015), members=2)  # fmt: skip
    assert set(found.members) == {"low", "high"}


def test_zeros_in_a_zarr_store_are_values(tmp_path, writer, china, sinkbook):
    """The fill value 0 of version 2 marks unwritten chunks; it must not make a desert missing."""
    world = writer.world(shape=lambda lat: np.where(lat[1:] > 40, 0.0, 1.0))
    store = writer.write_zarr(tmp_path / "flux.zarr", world, years=(2015, 2015), version=2)
    data_dir = tmp_path / "my-data"
    code, out, err = sinkbook("add", "own", store, "--data-dir", data_dir, *LAND, *KNOWN)
    assert code == 0, err
    assert "without data" not in out


def test_zeros_left_out_of_a_zarr_store_are_refused_by_name(tmp_path, writer, china, sinkbook):
    """Nothing tells a chunk left out because it holds zeros from one that was lost."""
    world = writer.world(lat_edges=writer.edges(10, 90, 1.0),
                         shape=lambda lat: np.where(lat[1:] > 50, 0.0, 1.0))  # fmt: skip
    store = writer.write_zarr(tmp_path / "flux.zarr", world, years=(2015, 2015), version=2,
                              whole=False)  # fmt: skip
    words = ("add", "own", store, "--data-dir", tmp_path / "my-data", *LAND, *KNOWN)
    code, _out, err = sinkbook(*words)
    assert code == 2
    assert "of China missing; flux.zarr: " in err
    assert "2 of 4 chunks, absent, were read as missing" in err
    assert "write_empty_chunks" in err
    code, _out, err = sinkbook(*words, "--allow-partial")
    assert code == 0, err


def test_part_of_china_is_refused_unless_allowed(tmp_path, writer, china, sinkbook):
    import shapely

    world = writer.world(lon_edges=writer.edges(90, 145, 1.0))
    path = writer.write_netcdf(tmp_path / "flux.nc", world, years=(2015, 2015))
    east = shapely.intersection(china.polygon, shapely.box(90, 0, 150, 60))
    share = 1 - writer.china_area(east) / china.area
    words = ("add", "own", path, "--data-dir", tmp_path / "my-data", *LAND, *KNOWN)
    code, _, err = sinkbook(*words)
    assert code == 2
    assert f"{share:.1%} of China missing" in err
    assert not (tmp_path / "my-data").exists()
    code, _out, err = sinkbook(*words, "--allow-partial")
    assert code == 0, err
    product = load_catalog(tmp_path / "my-data")["own"]
    assert product.title == f"own ({1 - share:.0%} of China)"
    found = try_product(product, data_dir=tmp_path / "my-data", years=(2015, 2015))
    assert found.missing == pytest.approx(share, rel=1e-6)
    assert found.annual[2015] == pytest.approx(
        writer.yearly(2015) * writer.china_area(east) * 1e-15, rel=1e-6
    )
