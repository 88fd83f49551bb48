"""A writer of products that shares no code with the package, and the answers it implies."""

import itertools
import math
from types import SimpleNamespace

import netCDF4
import numpy as np
import pytest
import shapely
import zarr

RADIUS = 6371007.1809  # authalic radius of WGS84, m
YEAR = 365.25 * 86400.0
C_PER_CO2 = 12.0 / 44.01
DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def is_leap(year, calendar):
    if calendar in ("noleap", "360_day"):
        return False
    return year % 4 == 0 and (year != 1900 or calendar == "julian")  # of 1900 to 2099


def month_days(year, month, calendar="standard"):
    if calendar == "360_day":
        return 30
    return DAYS[month - 1] + (month == 2 and is_leap(year, calendar))


def year_days(year, calendar):
    return sum(month_days(year, m, calendar) for m in range(1, 13))


def rate(year, month):
    """Uptake of every square metre [g C m-2 yr-1]: large in July, more from year to year."""
    return 30.0 + 250.0 * math.cos(2 * math.pi * (month - 7) / 12) + 5.0 * (year - 2017)


def yearly(year):
    """Mean of the months weighted by their true lengths [g C m-2 yr-1]."""
    days = [month_days(year, m) for m in range(1, 13)]
    return sum(rate(year, m) * d for m, d in zip(range(1, 13), days, strict=True)) / sum(days)


def china_area(polygon):
    """Area on the sphere by the closed integral of sin(lat) d(lon), edges straight in degrees."""
    total = 0.0
    for part in getattr(polygon, "geoms", [polygon]):
        for sign, ring in [(1, part.exterior)] + [(-1, hole) for hole in part.interiors]:
            area = 0.0
            points = [(math.radians(x), math.radians(y)) for x, y in ring.coords]
            for (x1, y1), (x2, y2) in itertools.pairwise(points):
                if abs(y2 - y1) < 1e-12:
                    area += (x2 - x1) * math.sin(y1)
                else:
                    area += (x2 - x1) * (math.cos(y1) - math.cos(y2)) / (y2 - y1)
            total += sign * abs(area)
    return total * RADIUS**2


def cell_areas(lat_edges, lon_edges):
    heights = np.abs(np.diff(np.sin(np.radians(lat_edges))))
    return RADIUS**2 * np.outer(heights, np.abs(np.diff(np.radians(lon_edges))))


# from g C m-2 yr-1 to a unit, given the days of the month in the file's calendar
UNITS = {
    "g C m-2 yr-1": lambda r, d: r,
    "kg C m-2 s-1": lambda r, d: r * 1e-3 / YEAR,
    "kg m-2 s-1": lambda r, d: r * 1e-3 / YEAR,
    "g CO2 m-2 d-1": lambda r, d: r / C_PER_CO2 / YEAR * 86400,
    "g C m-2 d-1": lambda r, d: r / YEAR * 86400,
    "gC m-2 month-1": lambda r, d: r / YEAR * 86400 * d,
    "kg CO2 m-2 month-1": lambda r, d: r * 1e-3 / C_PER_CO2 / YEAR * 86400 * d,
    "umol m-2 s-1": lambda r, d: r / 12.0 * 1e6 / YEAR,
    "mol C m-2 day-1": lambda r, d: r / 12.0 / YEAR * 86400,
    "kg s-1": lambda r, d: r * 1e-3 / YEAR,  # times the area of each cell
    "Tg C cell-1 month-1": lambda r, d: r * 1e-12 / YEAR * 86400 * d,  # times the area
    None: lambda r, d: r,
}
PER_CELL = ("kg s-1", "Tg C cell-1 month-1")


def edges(start, stop, step):
    return np.linspace(start, stop, round((stop - start) / step) + 1)


REGION = (edges(10, 60, 1.0), edges(65, 145, 1.0))


def steps_of(years, step, calendar):
    """(year, month, days from 1 January 1900 at the start, days it lasts) of each step."""
    start, steps = {}, []
    count = 0
    for year in range(1900, years[1] + 2):
        start[year] = count
        count += year_days(year, calendar)
    for year in range(years[0], years[1] + 1):
        if step == "year":
            steps.append((year, None, start[year], year_days(year, calendar)))
            continue
        day = start[year]
        for month in range(1, 13):
            length = month_days(year, month, calendar)
            pieces = [1] * length if step == "day" else [length]
            for piece in pieces:
                steps.append((year, month, day, piece))
                day += piece
    return steps


def stamps(steps, kind, calendar):
    """Numbers of the time axis and its unit."""
    first = [s[2] for s in steps]
    middle = [s[2] + s[3] / 2 for s in steps]
    if kind == "days":
        return middle, "days since 1900-01-01"
    if kind == "starts":
        return first, "days since 1900-01-01 00:00:00"
    if kind == "ends":
        return [s[2] + s[3] for s in steps], "days since 1900-01-01"
    if kind == "hours":
        return [24 * m for m in middle], "hours since 1900-01-01"
    if kind == "months":
        return [(s[0] - 1950) * 12 + s[1] - 1 for s in steps], "months since 1950-01-01"
    if kind == "years":
        return [s[0] for s in steps], None
    if kind == "years since":
        return [s[0] - 1900 for s in steps], "years since 1900-01-01"
    if kind == "yyyymm":
        return [s[0] * 100 + s[1] for s in steps], None
    if kind == "yyyymmdd":
        return [s[0] * 10000 + s[1] * 100 + 15 for s in steps], "day as %Y%m%d.%f"
    if kind == "day of year":
        base = {}
        for s in steps:
            base.setdefault(s[0], s[2])
        return [s[0] + (s[2] - base[s[0]]) / year_days(s[0], calendar) for s in steps], "years"
    raise AssertionError(kind)


def fields(world, years):
    """Values as stored, (time, lat, lon), and the axes."""
    w = world
    lat = (w.lat_edges[1:] + w.lat_edges[:-1]) / 2
    lon = (w.lon_edges[1:] + w.lon_edges[:-1]) / 2
    area = cell_areas(w.lat_edges, w.lon_edges)
    shape = w.shape(w.lat_edges)[:, None] + 0 * area
    if w.unit in PER_CELL:
        shape = shape * area
    convert = UNITS[w.unit]
    steps = steps_of(years, w.step, w.calendar)
    values = []
    for year, month, _, days in steps:
        r = yearly(year) if month is None else rate(year, month)
        length = days if w.step != "day" else month_days(year, month, w.calendar)
        values.append(convert(r, length) * shape)
    values = np.stack(values) * (1 if w.positive == "land" else -1)
    if w.missing is not None:
        values[:, w.missing(lat[:, None], lon[None, :])] = np.nan
    if w.north_first:
        lat, values = lat[::-1], values[:, ::-1]
    lon = lon % 360.0 if w.longitudes == "0..360" else lon
    start = 0
    if w.longitudes == "0..360":
        order = np.argsort(lon)
        lon, values = lon[order], values[:, :, order]
    elif w.longitudes == "rotated":  # begins in the middle of China
        start = int(np.searchsorted(lon, 100.0))
        lon = np.concatenate([lon[start:], lon[:start] + 360.0])
        values = np.roll(values, -start, axis=2)
    return steps, lat, lon, values


def write_netcdf(path, world, *, years, factor=1.0):
    steps, lat, lon, values = fields(world, years)
    values = values * factor
    path.parent.mkdir(parents=True, exist_ok=True)
    with netCDF4.Dataset(path, "w", format=world.format) as file:
        for name, size in (("time", len(steps)), ("lat", lat.size), ("lon", lon.size)):
            file.createDimension(name, size)
        numbers, unit = stamps(steps, world.time, world.calendar)
        kind = "i4" if world.time in ("years", "yyyymm") else "f8"
        time = file.createVariable("time", kind, ("time",))
        time[:] = numbers
        if unit:
            time.units = unit
        if world.calendar != "standard":
            time.calendar = world.calendar
        north = file.createVariable("lat", "f8", ("lat",))
        east = file.createVariable("lon", "f8", ("lon",))
        north.units, east.units = "degrees_north", "degrees_east"
        north[:], east[:] = lat, lon
        if world.bounds:
            file.createDimension("two", 2)
            tables = {
                "time": [(s[2], s[2] + s[3]) for s in steps],
                "lat": np.stack([world.lat_edges[:-1], world.lat_edges[1:]], axis=1),
                "lon": np.stack([world.lon_edges[:-1], world.lon_edges[1:]], axis=1),
            }
            for name, table in tables.items():
                file[name].bounds = f"{name}_bnds"
                file.createVariable(f"{name}_bnds", "f8", (name, "two"))[:] = table
            north[:] = world.lat_edges[:-1]  # labelled by the corner: the bounds must win
            east[:] = world.lon_edges[:-1]
        order = {"time": 0, "lat": 1, "lon": 2}
        axes = [order[name] for name in world.order]
        dtype = "i2" if world.packing else world.dtype
        flux = file.createVariable(world.variable, dtype, world.order, fill_value=world.fill)
        flux.set_auto_maskandscale(False)
        stored = values.transpose(axes)
        if world.packing:
            scale, offset = world.packing
            flux.scale_factor, flux.add_offset = scale, offset
            stored = np.round((stored - offset) / scale)
        if world.fill is not None:
            stored = np.where(np.isnan(stored), world.fill, stored)
        flux[:] = stored
        if world.unit:
            flux.units = world.unit
        flux.setncatts(world.attrs)
    return path


def write_zarr(path, world, *, years, version, factor=1.0, whole=True):
    """Write a store; if not `whole`, without the chunks of zeros (-0.0 is not one)."""
    steps, lat, lon, values = fields(world, years)
    numbers, unit = stamps(steps, world.time, world.calendar)
    group = zarr.open_group(path, mode="w", zarr_format=version)
    parts = {
        "time": (np.asarray(numbers, float), ("time",), {"units": unit} if unit else {}),
        "lat": (lat, ("lat",), {"units": "degrees_north"}),
        "lon": (lon, ("lon",), {"units": "degrees_east"}),
        world.variable: (values * factor + 0.0, ("time", "lat", "lon"),
                         {**({"units": world.unit} if world.unit else {}), **world.attrs}),
    }  # fmt: skip
    parts["time"][2]["calendar"] = world.calendar
    for name, (data, dims, attrs) in parts.items():
        named = {"dimension_names": dims} if version == 3 else {}
        chunks = tuple(min(n, 40) for n in data.shape)
        array = group.create_array(name, shape=data.shape, dtype="f8", chunks=chunks, **named,
                                   config={"write_empty_chunks": whole})  # fmt: skip
        array[:] = data
        if version == 2:
            attrs = {**attrs, "_ARRAY_DIMENSIONS": list(dims)}
        array.attrs.update(attrs)
    return path


def world(**changes):
    plain = {
        "lat_edges": REGION[0], "lon_edges": REGION[1], "shape": lambda lat: np.ones(lat.size - 1),
        "unit": "g C m-2 yr-1", "positive": "land", "north_first": False, "longitudes": "plain",
        "calendar": "standard", "step": "month", "time": "days", "order": ("time", "lat", "lon"),
        "format": "NETCDF4", "dtype": "f8", "packing": None, "fill": None, "missing": None,
        "bounds": False, "variable": "nbp", "attrs": {},
    }  # fmt: skip
    return SimpleNamespace(**{**plain, **changes})


@pytest.fixture(scope="session")
def writer():
    return SimpleNamespace(
        world=world, write_netcdf=write_netcdf, write_zarr=write_zarr, edges=edges, yearly=yearly,
        rate=rate, cell_areas=cell_areas, china_area=china_area, YEAR=YEAR,
    )  # fmt: skip


@pytest.fixture(scope="session")
def china():
    """The national depiction: its polygon and its area [m2]."""
    from helpers.geography import boundary_polygon

    polygon = boundary_polygon("national")
    assert shapely.is_valid(polygon)
    return SimpleNamespace(polygon=polygon, area=china_area(polygon))


@pytest.fixture
def sinkbook(monkeypatch, capsys):
    """Run the command as a shell does: exit code, standard output, standard error."""
    from helpers import cli

    def call(*words):
        monkeypatch.setattr("sys.argv", ["sinkbook", *map(str, words)])
        with pytest.raises(SystemExit, match=r"^\d*$") as stop:
            cli.main()
        out, err = capsys.readouterr()
        return stop.value.code, out, err

    return call
