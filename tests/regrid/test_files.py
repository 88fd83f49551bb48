"""From a file in one call: the same bits as from memory, whatever the layout of the file."""

import h5py
import netCDF4
import numpy as np
import pytest
import xarray as xr

from helpers import grid, regrid
from helpers.errors import InputError
from helpers.regrid import bands, files, plain, sources, steps

pytestmark = pytest.mark.usefixtures("compiled_always")

FILL = np.float32(-9999.0)
LAYOUTS = {
    "one piece": {"contiguous": True},
    "chunks": {"contiguous": False, "chunksizes": (1, 20, 33)},
    "zlib": {"zlib": True, "chunksizes": (1, 20, 33)},
    "zlib without shuffle": {"zlib": True, "shuffle": False, "chunksizes": (1, 61, 40)},
    "zlib, several steps": {"zlib": True, "chunksizes": (2, 16, 90)},
    "float64": {"dtype": "f8", "zlib": True, "chunksizes": (1, 20, 33)},
    "fill": {"_FillValue": FILL, "contiguous": True},
    "fill, zlib": {"_FillValue": FILL, "zlib": True, "chunksizes": (1, 20, 33)},
    "packed int16": {
        "dtype": "i2", "scale_factor": 0.01, "_FillValue": np.int16(-32768), "zlib": True,
        "chunksizes": (1, 20, 33),
    },
    "packed int16, single scale": {
        "dtype": "i2", "scale_factor": np.float32(0.01), "add_offset": np.float32(1.5),
        "_FillValue": np.int16(-1), "contiguous": True,
    },
    "packed int32": {
        "dtype": "i4", "scale_factor": 1e-5, "add_offset": 3.0, "_FillValue": np.int32(-1),
        "contiguous": True,
    },
    "packed uint8": {
        "dtype": "u1", "scale_factor": 0.05, "add_offset": -5.0, "_FillValue": np.uint8(255),
        "zlib": True, "chunksizes": (3, 20, 33),
    },
    "bare int16": {"dtype": "i2", "_FillValue": np.int16(-7), "contiguous": True},
}  # fmt: skip


def written(field, path, **encoding):
    fill = {"_FillValue": np.float32(np.nan)}
    field.to_netcdf(path, encoding={"nep": {**fill, **encoding}}, engine="netcdf4")
    return path


def expected(path, target):
    """Return what xarray and NumPy make of a file, with all in memory."""
    with xr.open_dataset(path) as dataset:
        field = grid.normalise_lonlat(dataset["nep"].load())
    return regrid.conservative(field, target), regrid.valid_area(field, target)


def assert_same_bits(result, path, target):
    mean, area = expected(path, target)
    xr.testing.assert_identical(result["nep"], mean)
    xr.testing.assert_identical(result["valid_area"].drop_attrs(), area.drop_attrs())


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("north_first", [False, True])
def test_every_layout_gives_the_bits_of_the_eager_way(
    tmp_path, coasts, east, target, layout, north_first
):
    field = east(coasts()) if north_first else coasts()
    field = field.isel(lat=slice(None, None, -1)) if north_first else field
    path = written(field, tmp_path / "in.nc", **LAYOUTS[layout])
    assert isinstance(sources.open_source(path, "nep"), sources.PlainSource)
    assert_same_bits(regrid.conservative_file(path, target, variable="nep"), path, target)


@pytest.mark.parametrize("layout", ["one piece", "zlib", "packed int16, single scale"])
def test_blocks_of_a_few_rows_give_the_same_bits(tmp_path, coasts, target, layout, monkeypatch):
    path = written(coasts(), tmp_path / "in.nc", **LAYOUTS[layout])
    row = 90 * sources.open_source(path, "nep").steps.stored.dtype.itemsize
    read = []
    real = steps.Steps.read_rows
    monkeypatch.setattr(
        steps.Steps,
        "read_rows",
        lambda *a, **k: read.append(k["last"] - k["first"]) or real(*a, **k),
    )
    for rows in (1, 9, 20, 1000):
        monkeypatch.setattr(steps, "GROUP_BYTES", rows * row)
        assert_same_bits(regrid.conservative_file(path, target, variable="nep"), path, target)
        # a row of the target needs at most six of the source; more only where they stay below
        assert not read or max(read) < max(rows, 6)
        read.clear()


def test_a_target_of_a_few_rows_reads_no_others(tmp_path, coasts, monkeypatch):
    path = written(coasts(), tmp_path / "in.nc", contiguous=True)
    read = []
    real = steps.Steps.read_rows
    monkeypatch.setattr(
        steps.Steps,
        "read_rows",
        lambda *a, **k: read.append((k["first"], k["last"])) or real(*a, **k),
    )
    band = grid.regular_grid(10.0, box=(0.0, 40.0, 20.0, 40.0))
    assert_same_bits(regrid.conservative_file(path, band, variable="nep"), path, band)
    centres = np.linspace(-90, 90, 61)
    first, last = (int(np.abs(centres - lat).argmin()) for lat in (20.0, 40.0))
    assert set(read) <= {(first, last), (first, last + 1), (first + 1, last + 1)}


def test_a_time_axis_without_values_stays_without(tmp_path, coasts, target):
    path = written(coasts().drop_vars("time"), tmp_path / "in.nc", contiguous=True)
    assert isinstance(sources.open_source(path, "nep"), sources.PlainSource)
    result = regrid.conservative_file(path, target, variable="nep")
    assert "time" not in result.coords
    assert_same_bits(result, path, target)


def test_a_region_of_fine_cells_is_plain_and_axes_that_are_no_degrees_are_not(tmp_path):
    lat, lon = np.arange(30.25, 33, 0.5), np.arange(100.25, 104, 0.5)
    data = xr.DataArray(np.ones((6, 8)), dims=("lat", "lon"), name="nep")
    data = data.assign_coords(lat=lat, lon=lon)
    path = written(data, tmp_path / "in.nc", contiguous=True)
    assert isinstance(sources.open_source(path, "nep"), sources.PlainSource)
    for number, (change, message) in enumerate([
        ({"lat": lat + 60}, "beyond the pole"), ({"lon": lon + 440}, "longitude is out of range"),
        ({"lon": lon - 470}, "longitude is out of range"),
        ({"lon": np.array([0, 1, 2, 3, 4, 5, 6, 360.0])}, "repeated"),
    ]):  # fmt: skip
        path = written(data.assign_coords(change), tmp_path / f"{number}.nc", contiguous=True)
        with pytest.raises(InputError, match=message):
            sources.open_source(path, "nep")


@pytest.mark.parametrize("packing", [{"add_offset": 60.0}, {"scale_factor": 0.5}])
def test_packed_axes_are_left_to_xarray(tmp_path, packing):
    lat, lon = np.arange(30.25, 33, 0.5), np.arange(100.0, 104, 0.5)
    data = xr.DataArray(np.ones((6, 8)), dims=("lat", "lon"), name="nep")
    path = written(data.assign_coords(lat=lat, lon=lon), tmp_path / "in.nc", contiguous=True)
    with netCDF4.Dataset(path, "a") as file:
        file["lon"].setncatts(packing)
    found = sources.open_source(path, "nep")
    assert isinstance(found, sources.LibrarySource)
    placed = lon * packing.get("scale_factor", 1.0) + packing.get("add_offset", 0.0)
    np.testing.assert_array_equal(found.lon, placed)


@pytest.mark.parametrize(
    ("axis", "units", "refused"),
    [("lon", "degrees_west", True), ("lat", "radians", True), ("lon", "degreesE", False),
     ("lat", "degrees_north", False), ("lat", "degree_north", False)],
)  # fmt: skip
@pytest.mark.parametrize("contiguous", [True, False])
def test_axes_in_another_unit_are_refused(tmp_path, coasts, axis, units, refused, contiguous):
    form = {"contiguous": True} if contiguous else {"fletcher32": True, "chunksizes": (1, 20, 33)}
    path = written(coasts(), tmp_path / "in.nc", **form)
    with netCDF4.Dataset(path, "a") as file:
        file[axis].units = units
    if not refused:
        assert sources.open_source(path, "nep").lat.size == 61
        return
    with pytest.raises(InputError, match=r"not in degrees (north|east)") as refusal:
        sources.open_source(path, "nep")
    assert (refusal.value.where, refusal.value.found) == (axis, f"units {units!r}")


@pytest.mark.parametrize("units", ["degrees_east", np.bytes_(b"degrees_east"), None])
def test_a_plain_file_stays_plain_with_the_usual_units(tmp_path, coasts, units):
    path = written(coasts(), tmp_path / "in.nc", contiguous=True)
    with h5py.File(path, "a") as file:
        file["lon"].attrs.pop("units", None)
        if units is not None:
            file["lon"].attrs["units"] = units
    assert isinstance(sources.open_source(path, "nep"), sources.PlainSource)


def test_coordinates_along_latitude_or_longitude_do_not_come_along(tmp_path, coasts, target):
    field = coasts().assign_coords(zone=("lat", np.arange(61.0)), side=("lon", np.arange(90.0)))
    field = field.assign_coords(season=("time", np.arange(3.0)))
    path = written(field.transpose("lon", "lat", "time"), tmp_path / "in.nc")
    assert isinstance(sources.open_source(path, "nep"), sources.LibrarySource)
    result = regrid.conservative_file(path, target, variable="nep")
    assert set(result.coords) == {"time", "season", "lat", "lon"}
    assert result["nep"].dims == ("time", "lat", "lon")
    np.testing.assert_array_equal(result["nep"], regrid.conservative(field, target))


@pytest.mark.parametrize("contiguous", [True, False])
def test_the_number_of_threads_is_passed_on(tmp_path, coasts, target, monkeypatch, contiguous):
    form = {"contiguous": True} if contiguous else {"fletcher32": True, "chunksizes": (1, 20, 33)}
    path = written(coasts(), tmp_path / "in.nc", **form)
    seen = []
    for module, name in ((sources, "stream"), (sources.blocks, "sums")):
        real = getattr(module, name)
        monkeypatch.setattr(
            module, name, lambda *a, real=real, **k: seen.append(k["threads"]) or real(*a, **k)
        )
    monkeypatch.setattr(files, "thread_count", lambda: 2)
    regrid.conservative_file(path, target, variable="nep", threads=3)
    assert set(seen) == {3}
    seen.clear()
    regrid.conservative_file(path, target, variable="nep")
    assert set(seen) == {2}


PACKINGS = [
    (dtype, fill, scale, offset)
    for dtype in ("i1", "u1", "i2", "i4", "f4", "f8")
    for fill in (None, "_FillValue", "missing_value")
    for scale in (None, "f4", "f8")
    for offset in (None, "f4", "f8")
    if scale or offset
]


@pytest.mark.parametrize("packing", PACKINGS, ids=lambda one: "-".join(map(str, one)))
def test_packed_numbers_get_the_type_that_xarray_gives_them(packing):
    dtype, fill, scale, offset = packing
    attrs = {key: np.dtype(kind).type(0.5) for key, kind in
             (("scale_factor", scale), ("add_offset", offset)) if kind}  # fmt: skip
    if fill:
        attrs[fill] = np.dtype(dtype).type(7)
    values = np.zeros((2, 2), dtype)
    stored = plain.Stored(
        path="in.nc", name="nep", shape=(2, 2), dtype=values.dtype, attrs=attrs,
        dims=("lat", "lon"), offset=0, chunk_shape=(2, 2), chunks={},
    )  # fmt: skip
    decoding = steps.decoding_of(attrs, stored)
    decoded = xr.decode_cf(xr.Dataset({"nep": (("lat", "lon"), values, attrs)}))["nep"]
    assert decoding.dtype == decoded.dtype
    unpacked, left = decoding.unpack(np.array([[7, 1]], dtype))
    assert unpacked.dtype == decoded.dtype
    assert left.size == 0
    assert np.isnan(unpacked[0, 0]) == bool(fill)
    expected = 1 * (0.5 if scale else 1) + (0.5 if offset else 0)
    assert unpacked[0, 1] == expected


@pytest.mark.parametrize("options", [{"contiguous": True}, {"zlib": True}])
def test_numbers_in_the_other_byte_order(tmp_path, coasts, target, options):
    path, field = tmp_path / "in.nc", coasts()
    field.to_dataset().drop_vars("nep").to_netcdf(path)
    with netCDF4.Dataset(path, "a") as dataset:
        swapped = dataset.createVariable("nep", ">f4", field.dims, endian="big", **options)
        swapped[:] = field.values
        swapped.setncatts(field.attrs)
    assert sources.open_source(path, "nep").steps.stored.dtype.byteorder == ">"
    assert_same_bits(regrid.conservative_file(path, target, variable="nep"), path, target)


@pytest.mark.parametrize("form", ["NETCDF3_64BIT", "fletcher", "few", "text axis"])
def test_files_that_are_not_plain_give_the_same_through_xarray(
    tmp_path, coasts, target, form, monkeypatch
):
    path = tmp_path / "in.nc"
    if form == "NETCDF3_64BIT":
        coasts().to_netcdf(path, format=form)
    elif form == "fletcher":
        written(coasts(), path, fletcher32=True, chunksizes=(1, 20, 33))
    else:
        field = coasts().assign_coords(time=["a", "b", "c"]) if form == "text axis" else coasts()
        written(field, path)
    if form == "few":
        monkeypatch.undo()
    assert isinstance(sources.open_source(path, "nep"), sources.LibrarySource)
    assert_same_bits(regrid.conservative_file(path, target, variable="nep"), path, target)


def test_a_chunk_that_was_never_written_holds_the_fill(tmp_path, coasts, target):
    path = tmp_path / "in.nc"
    written(coasts(), path, zlib=True, chunksizes=(1, 20, 33), _FillValue=FILL)
    with netCDF4.Dataset(path, "a") as dataset:
        more = dataset.createVariable(
            "gap", "f4", ("time", "lat", "lon"), zlib=True, chunksizes=(1, 20, 33), fill_value=FILL
        )
        more[1] = 2.0
    result = regrid.conservative_file(path, target, variable="gap")
    assert result["gap"].isel(time=[0, 2]).isnull().all()
    np.testing.assert_allclose(result["gap"].isel(time=1), 2.0, rtol=1e-12)


def test_a_number_of_degrees_stands_for_a_global_grid(tmp_path, coasts, target):
    path = written(coasts(), tmp_path / "in.nc", contiguous=True)
    named = regrid.conservative_file(path, 10, variable="nep")
    xr.testing.assert_identical(named, regrid.conservative_file(path, target, variable="nep"))
    with pytest.raises(InputError, match="does not divide"):
        regrid.conservative_file(path, 0.7, variable="nep")


def test_the_integral_is_kept_with_the_valid_area_of_each_month(tmp_path, coasts, target):
    field = coasts(changing=True)
    path = written(field, tmp_path / "in.nc", contiguous=True)
    result = regrid.conservative_file(path, target, variable="nep")
    kept = (result["nep"].fillna(0) * result["valid_area"]).sum(("lat", "lon"))
    source = (field.astype(float).fillna(0) * grid.cell_areas(field)).sum(("lat", "lon"))
    np.testing.assert_allclose(kept, source, rtol=1e-12)
    assert float(result["valid_area"].std("time").max()) > 0


def test_gaps_that_stay_are_kept_once(tmp_path, coasts, target):
    path = written(coasts(changing=False), tmp_path / "in.nc", contiguous=True)
    area = regrid.conservative_file(path, target, variable="nep")["valid_area"]
    assert area.values.strides[0] == 0
    assert (area == area.isel(time=0)).all()


def test_files_that_follow_each_other_are_joined(tmp_path, coasts, target):
    field = coasts(steps=4)
    whole = written(field, tmp_path / "whole.nc", contiguous=True)
    parts = [
        written(field.isel(time=slice(0, 1)), tmp_path / "a.nc", contiguous=True),
        written(field.isel(time=slice(1, 4)), tmp_path / "b.nc", zlib=True),
    ]
    joined = regrid.conservative_file(parts, target, variable="nep")
    xr.testing.assert_identical(joined, regrid.conservative_file(whole, target, variable="nep"))


def test_files_of_members_are_joined_along_the_first_dimension(tmp_path, target):
    lat, lon = np.linspace(-67.5, 67.5, 4), np.linspace(-150, 150, 6)
    values = np.random.default_rng(0).normal(size=(3, 2, 4, 6))
    coords = {"member": [0, 1, 2], "time": [5, 6], "lat": lat, "lon": lon}
    field = xr.DataArray(values, dims=("member", "time", "lat", "lon"), coords=coords, name="nep")
    paths = [
        written(field.isel(member=[0]), tmp_path / "a.nc", contiguous=True),
        written(field.isel(member=[1, 2]), tmp_path / "b.nc", contiguous=True),
    ]
    joined = regrid.conservative_file(paths, target, variable="nep")
    assert joined["nep"].dims == ("member", "time", "lat", "lon")
    assert joined["member"].values.tolist() == [0, 1, 2]
    assert joined["time"].values.tolist() == [5, 6]
    np.testing.assert_array_equal(joined["nep"], regrid.conservative(field, target))
    np.testing.assert_array_equal(joined["valid_area"], regrid.valid_area(field, target))
    others = {
        "lon": field.assign_coords(lon=lon + 5), "lat": field.assign_coords(lat=lat + 5),
        "fewer": field.isel(time=[0]), "flat": field.isel(member=0, time=0),
    }  # fmt: skip
    for name, other in others.items():
        path = written(other, tmp_path / f"{name}.nc", contiguous=True)
        for pair in ([paths[0], path], [path, paths[0]]):
            with pytest.raises(InputError, match="not on the same grid"):
                regrid.conservative_file(pair, target, variable="nep")
    with pytest.raises(InputError, match="not on the same grid"):
        regrid.conservative_file([tmp_path / "flat.nc"] * 2, target, variable="nep")
    whole = regrid.conservative_file(paths[0], variable="nep")
    xr.testing.assert_identical(whole, regrid.conservative_file(paths[0], 1.0, variable="nep"))
    assert whole.sizes["lat"] == 180


def test_a_step_that_nearly_divides_the_globe_is_taken_and_no_other():
    lat, lon = files._target_edges(1.0000000001)
    assert (lat.size, lon.size) == (181, 361)
    for step in (0.7, 179.0, 0.99):
        with pytest.raises(InputError, match="does not divide"):
            files._target_edges(step)


def test_a_variable_of_exactly_the_size_is_plain_and_one_of_other_dimensions_is_not(
    tmp_path, coasts, monkeypatch
):
    field = coasts()
    path = written(field, tmp_path / "in.nc", contiguous=True)
    for size, kind in ((field.size, sources.PlainSource), (field.size + 1, sources.LibrarySource)):
        monkeypatch.setattr(sources.blocks, "COMPILED_FROM", size)
        assert isinstance(sources.open_source(path, "nep"), kind)
    monkeypatch.setattr(sources.blocks, "COMPILED_FROM", 0)
    turned = written(field.transpose("time", "lon", "lat"), tmp_path / "turned.nc")
    assert isinstance(sources.open_source(turned, "nep"), sources.LibrarySource)
    with netCDF4.Dataset(tmp_path / "row.nc", "w") as dataset:
        for name, size in (("row", 4), ("lon", 6)):
            dataset.createDimension(name, size)
            dataset.createVariable(name, "f8", (name,))[:] = np.arange(size)
        dataset.createVariable("nep", "f4", ("row", "lon"))[:] = 1.0
    with pytest.raises(InputError, match="No latitude dimension"):
        sources.open_source(tmp_path / "row.nc", "nep")


def test_files_on_different_grids_are_refused(tmp_path, coasts, target):
    paths = [
        written(coasts(), tmp_path / "a.nc"),
        written(coasts(rows=31), tmp_path / "b.nc"),
    ]
    with pytest.raises(InputError, match="not on the same grid"):
        regrid.conservative_file(paths, target, variable="nep")


def test_what_is_missing_or_no_file_is_said(tmp_path, coasts, target):
    with pytest.raises(
        InputError, match=r"file is missing(?s:.*)found: no such file\n  accepted: NetCDF"
    ):
        regrid.conservative_file(tmp_path / "none.nc", target, variable="nep")
    path = written(coasts(), tmp_path / "in.nc")
    with pytest.raises(
        InputError, match=r"variable is missing(.|\n)*found: nep\n  accepted: a variable of"
    ):
        regrid.conservative_file(path, target, variable="gpp")
    page = tmp_path / "page.nc"
    page.write_text("<html>")
    with pytest.raises(InputError, match="cannot be read"):
        regrid.conservative_file(page, target, variable="nep")


def test_a_target_beyond_the_source_is_missing(tmp_path, coasts):
    south = coasts().isel(lat=slice(0, 20))
    path = written(south, tmp_path / "in.nc", contiguous=True)
    far = grid.regular_grid(10.0, box=(0.0, 40.0, 40.0, 80.0))
    result = regrid.conservative_file(path, far, variable="nep")
    assert result["nep"].isnull().all()
    assert (result["valid_area"] == 0).all()


def test_a_field_without_time_and_one_with_members(tmp_path, coasts, target):
    flat = written(coasts().isel(time=0, drop=True), tmp_path / "flat.nc", contiguous=True)
    assert_same_bits(regrid.conservative_file(flat, target, variable="nep"), flat, target)
    members = xr.concat([coasts(seed=1), coasts(seed=2)], "member")
    path = written(members, tmp_path / "members.nc", zlib=True, chunksizes=(1, 2, 20, 33))
    result = regrid.conservative_file(path, target, variable="nep")
    assert result["nep"].dims == ("member", "time", "lat", "lon")
    assert_same_bits(result, path, target)


def test_one_thread_and_many_give_the_same_bits(tmp_path, coasts, target):
    path = written(coasts(steps=7), tmp_path / "in.nc", zlib=True, chunksizes=(1, 20, 33))
    one = regrid.conservative_file(path, target, variable="nep", threads=1)
    many = regrid.conservative_file(path, target, variable="nep", threads=5)
    xr.testing.assert_identical(one, many)


def test_a_damaged_chunk_is_said(tmp_path, coasts, target):
    path = written(coasts(), tmp_path / "in.nc", zlib=True, chunksizes=(1, 20, 33))
    offset, size = sources.open_source(path, "nep").steps.stored.chunks[0, 1, 1]
    with path.open("r+b") as stream:
        stream.seek(offset + size // 2)
        stream.write(b"\xff" * 20)
    with pytest.raises(
        InputError, match=r"damaged or truncated(.|\n)*in\.nc(.|\n)*a damaged chunk"
    ):
        regrid.conservative_file(path, target, variable="nep")


def test_a_file_that_shrinks_while_it_is_read_is_said(tmp_path, coasts, target):
    path = written(coasts(), tmp_path / "in.nc", contiguous=True)
    source = sources.open_source(path, "nep")
    with path.open("r+b") as stream:
        stream.truncate(source.steps.stored.offset + 1000)
    lat, lon = bands.bands_of(*[(np.linspace(-90, 90, n + 1), np.linspace(-180, 180, m + 1))
                                for n, m in ((61, 90), (18, 36))])  # fmt: skip
    with pytest.raises(InputError, match=r"ends .* bytes early"):
        list(source.pairs(lat, lon, threads=1))
