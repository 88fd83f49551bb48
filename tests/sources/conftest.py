"""An independent writer of provider files: netCDF4 and bytes, no code of the package.

The truth is a flux in g C m-2 yr-1, land uptake positive; `Layout` says how a provider would store
it. Unit factors are worked out here by hand, so that a wrong factor in the package shows.
"""

import calendar
import dataclasses
import datetime
from pathlib import Path
from types import SimpleNamespace

import netCDF4
import numpy as np
import pytest
import yaml

YEAR_DAYS = 365.25
YEAR_SECONDS = 365.25 * 86400
BOX = (72.0, 137.0, 17.0, 55.0)

# g C m-2 yr-1 -> unit, for rates
RATES = {
    "kg m-2 s-1": 1e-3 / YEAR_SECONDS,
    "kgC m-2 s-1": 1e-3 / YEAR_SECONDS,
    "kg C m-2 s-1": 1e-3 / YEAR_SECONDS,
    "kg CO2 m-2 s-1": 1e-3 / YEAR_SECONDS * 44.01 / 12,
    "gC m-2 yr-1": 1.0,
    "gC/m2/yr": 1.0,
    "gC per m2 per year": 1.0,
    "g CO2 m-2 yr-1": 44.01 / 12,
    "g C m-2 day-1": 1 / YEAR_DAYS,
    "mol m-2 s-1": 1 / 12 / YEAR_SECONDS,
    "umol m-2 s-1": 1e6 / 12 / YEAR_SECONDS,
    "t C ha-1 yr-1": 0.01,
}
# g C m-2 yr-1 -> unit per day of the month
MONTHLY = {
    "gC m-2 month-1": 1 / YEAR_DAYS,
    "g C m-2 mon-1": 1 / YEAR_DAYS,
    "kg C m-2 month-1": 1e-3 / YEAR_DAYS,
    "g CO2 m-2 month-1": 44.01 / 12 / YEAR_DAYS,
}


def uniform(lat, lon, year, month):
    return np.full(np.broadcast_shapes(lat.shape, lon.shape), 100.0)


def varied(lat, lon, year, month):
    """A field without symmetry: any flip, roll or shifted month changes it."""
    lon = (lon + 180.0) % 360.0 - 180.0
    wave = 40 * np.sin(np.deg2rad(3 * lat + 10)) * np.cos(np.deg2rad(2 * lon + 20))
    return 60 + wave + 0.4 * lat + 0.3 * lon + 7.0 * month + 2.0 * (year - 2010)


def axis(start, stop, step):
    """Cell centres between two edges."""
    count = round((stop - start) / step)
    return start + step * (np.arange(count) + 0.5)


def days_in(year, month, kind="standard"):
    if kind == "360_day":
        return 30
    if month == 2:
        leap = calendar.isleap(year) and kind not in ("noleap", "365_day")
        return 29 if leap or kind in ("all_leap", "366_day") else 28
    return calendar.monthrange(year, month)[1]


def days_since(year, month, day, *, origin, kind):
    """Days from the start of year `origin`, counted month by month."""
    total = sum(days_in(y, m, kind) for y in range(origin, year) for m in range(1, 13))
    return total + sum(days_in(year, m, kind) for m in range(1, month)) + day


@dataclasses.dataclass
class Layout:
    """How a provider stores the truth."""

    truth: object = staticmethod(varied)
    variable: str = "nbp"
    units: str | None = "kg m-2 s-1"
    stored_units: str | None = None  # the attribute, where it is not `units`; "" for none
    positive: str = "land"
    lat: np.ndarray = dataclasses.field(default_factory=lambda: axis(-90, 90, 2.0))
    lon: np.ndarray = dataclasses.field(default_factory=lambda: axis(-180, 180, 2.0))
    north_first: bool = False
    lat_name: str = "lat"
    lon_name: str = "lon"
    time_name: str = "time"
    order: tuple = ("time", "lat", "lon")
    years: tuple = (2015, 2016)
    time_units: str | None = "days since 1700-01-01"
    calendar: str | None = "noleap"
    time_values: object = None
    stamp: float = 14.0  # day of the month, from 0
    dtype: str = "f4"
    fill: float | None = None  # stored where the truth is missing
    fill_attribute: bool = True
    missing: object = None  # (lat, lon) -> bool
    scale: float | None = None
    format: str = "NETCDF4"
    attrs: dict = dataclasses.field(default_factory=dict)
    bounds: bool = False
    months: object = None  # list of (year, month) in the file

    @property
    def steps(self):
        if self.months is not None:
            return list(self.months)
        return [(y, m) for y in range(self.years[0], self.years[1] + 1) for m in range(1, 13)]


def in_unit(rate, unit, *, year, month, kind):
    if unit in RATES:
        return rate * RATES[unit]
    return rate * MONTHLY[unit] * days_in(year, month, kind)


def cube(layout):
    """Values as stored, shape (time, lat, lon)."""
    lat = layout.lat[::-1] if layout.north_first else layout.lat
    sign = 1.0 if layout.positive == "land" else -1.0
    unit = layout.units or "gC m-2 yr-1"
    grid_lat, grid_lon = lat[:, None], layout.lon[None, :]
    fields = [
        sign
        * in_unit(
            layout.truth(grid_lat, grid_lon, y, m),
            unit,
            year=y,
            month=m,
            kind=layout.calendar or "standard",
        )
        for y, m in layout.steps
    ]
    values = np.stack(fields)
    if layout.missing is not None:
        values = np.where(layout.missing(grid_lat, grid_lon), np.nan, values)
    return lat, values


def write_netcdf(path, layout):
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    lat, values = cube(layout)
    if layout.scale is not None:
        values = values / layout.scale
    if layout.fill is not None:
        values = np.where(np.isnan(values), layout.fill, values)
    kind = layout.calendar or "standard"
    with netCDF4.Dataset(path, "w", format=layout.format) as file:
        sizes = {"time": len(layout.steps), "lat": lat.size, "lon": layout.lon.size}
        names = {"time": layout.time_name, "lat": layout.lat_name, "lon": layout.lon_name}
        for key, name in names.items():
            if key in layout.order:
                file.createDimension(name, sizes[key])
        file.createVariable(layout.lat_name, "f8", (layout.lat_name,))[:] = lat
        file.createVariable(layout.lon_name, "f8", (layout.lon_name,))[:] = layout.lon
        if layout.time_units is not None and "time" in layout.order:
            time = file.createVariable(layout.time_name, "f8", (layout.time_name,))
            stamps = layout.time_values
            if stamps is None or layout.bounds:
                origin = int(layout.time_units.split("since ")[1][:4])
            if stamps is None:
                stamps = [
                    days_since(y, m, layout.stamp, origin=origin, kind=kind)
                    for y, m in layout.steps
                ]
            time[:] = np.asarray(stamps, dtype=float)
            if layout.time_units:
                time.units = layout.time_units
            if layout.calendar:
                time.calendar = layout.calendar
            if layout.bounds:
                time.bounds = "time_bnds"
                file.createDimension("bnds", 2)
                starts = [days_since(y, m, 0, origin=origin, kind=kind) for y, m in layout.steps]
                ends = [
                    s + days_in(y, m, kind) for s, (y, m) in zip(starts, layout.steps, strict=True)
                ]
                file.createVariable("time_bnds", "f8", (layout.time_name, "bnds"))[:] = (
                    np.transpose([starts, ends])
                )
        declared = layout.fill if layout.fill is not None and layout.fill_attribute else None
        dims = [names[key] for key in layout.order]
        variable = file.createVariable(layout.variable, layout.dtype, dims, fill_value=declared)
        variable.set_auto_maskandscale(False)
        if layout.scale is not None:
            variable.scale_factor = layout.scale
        stored = layout.units if layout.stored_units is None else layout.stored_units
        if stored:
            variable.units = stored
        variable.setncatts(layout.attrs)
        if "time" not in layout.order:
            values = values[0]
            order = [("lat", "lon").index(k) for k in layout.order]
        else:
            order = [("time", "lat", "lon").index(k) for k in layout.order]
        values = values.transpose(order)
        variable[:] = np.round(values) if np.dtype(layout.dtype).kind in "iu" else values
    return path


def write_member(
    path,
    *,
    truth=varied,
    years=(2015, 2016),
    start_dates="first",
    time_dim="time",
    units="gC per m2 per year",
    north_first=False,
    lat=None,
    lon=None,
    fill=None,
    add=0.0,
):
    """An OCO-2 version 10 file: land, ocean and net, positive to the atmosphere."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    lat = axis(-90, 90, 1.0) if lat is None else lat
    lon = axis(-180, 180, 1.0) if lon is None else lon
    lat = lat[::-1] if north_first else lat
    steps = [(y, m) for y in range(years[0], years[1] + 1) for m in range(1, 13)]
    land = np.stack([-truth(lat[:, None], lon[None, :], y, m) - add for y, m in steps])
    if fill is not None:
        land = np.where(lat[:, None] < -60, fill, land)
    with netCDF4.Dataset(path, "w") as file:
        file.createDimension("latitude", lat.size)
        file.createDimension("longitude", lon.size)
        file.createDimension(time_dim, len(steps))
        file.createDimension("date_component", 3)
        file.createVariable("latitude", "f4", ("latitude",))[:] = lat
        file.createVariable("longitude", "f4", ("longitude",))[:] = lon
        if time_dim == "time":
            file.createVariable("time", "i2", ("time",))[:] = np.arange(len(steps)) + 1
        if start_dates is not None:
            dates = file.createVariable("start_date", "i2", (time_dim, "date_component"))
            if start_dates == "first":
                start_dates = [(y, m, 1) for y, m in steps]
            elif start_dates == "middle":
                start_dates = [(y, m, 16) for y, m in steps]
            elif start_dates == "day-before":
                days = [datetime.date(y, m, 1) - datetime.timedelta(1) for y, m in steps]
                start_dates = [(d.year, d.month, d.day) for d in days]
            dates[:] = np.asarray(start_dates)
        for name, values in (("land", land), ("ocean", land * 0 - 5), ("net", land - 5)):
            variable = file.createVariable(name, "f4", (time_dim, "latitude", "longitude"))
            variable[:] = values
            if units:
                variable.units = units
    return path


def write_rasters(
    folder,
    *,
    truth=varied,
    years=(2015, 2016),
    step=1 / 13.75,
    west=70.0,
    north=56.0,
    shape=(567, 949),
    dtype="int16",
    byte_order="little",
    scale=0.01,
    offset=0.0,
    nodata=-32768,
    row_order="north-first",
    header=b"",
    missing=None,
    unit="gC m-2 month-1",
):
    """Headerless rasters BEPS_NEP_<yyyymm>.raw; returns the options that describe them."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    rows, columns = shape
    lat = north - step * (np.arange(rows) + 0.5)
    lon = west + step * (np.arange(columns) + 0.5)
    for year in range(years[0], years[1] + 1):
        for month in range(1, 13):
            rate = truth(lat[:, None], lon[None, :], year, month)
            stored = (in_unit(rate, unit, year=year, month=month, kind="standard") - offset) / scale
            stored = np.round(stored) if np.dtype(dtype).kind in "iu" else stored
            if missing is not None:
                stored = np.where(missing(lat[:, None], lon[None, :]), nodata, stored)
            if row_order == "south-first":
                stored = stored[::-1]
            code = (">" if byte_order == "big" else "<") + np.dtype(dtype).str[1:]
            name = folder / f"BEPS_NEP_{year}{month:02d}.raw"
            name.write_bytes(header + np.ascontiguousarray(stored).astype(code).tobytes())
    edge = {"north": north} if row_order == "north-first" else {"south": north - rows * step}
    return {
        "shape": list(shape),
        "dtype": dtype,
        "byte_order": byte_order,
        "scale": scale,
        "offset": offset,
        "nodata": nodata,
        "row_order": row_order,
        "west": west,
        "resolution": step,
        "header_bytes": len(header),
        **edge,
    }


def write_catalog(data_dir, entries):
    Path(data_dir).mkdir(parents=True, exist_ok=True)
    path = Path(data_dir) / "catalog.yml"
    path.write_text(yaml.safe_dump(entries, sort_keys=False), encoding="utf-8")
    return path


def expected(flux, truth=varied):
    """The truth on the axes of a typed flux, in kg m-2 s-1."""
    lat, lon = flux["lat"].values[:, None], flux["lon"].values[None, :]
    stamps = [(int(t.dt.year), int(t.dt.month)) for t in flux["time"]]
    fields = [truth(lat, lon, y, m) for y, m in stamps]
    return np.stack(fields) * 1e-3 / YEAR_SECONDS


@pytest.fixture(scope="session")
def provider():
    """The writers and truths of this module under one name."""
    return SimpleNamespace(
        Layout=Layout,
        uniform=uniform,
        varied=varied,
        axis=axis,
        expected=expected,
        write_netcdf=write_netcdf,
        write_member=write_member,
        write_rasters=write_rasters,
        write_catalog=write_catalog,
        days_in=days_in,
        days_since=days_since,
        RATES=RATES,
        MONTHLY=MONTHLY,
        BOX=BOX,
    )


CUSTOM = {
    "title": "A model",
    "method_class": "bottom-up",
    "citation": "zhang2024",
    "licence": "none",
    "access": "ask",
}


@pytest.fixture
def product():
    """Make a catalog product from a reader and whatever differs from a plain entry."""
    from helpers.catalog import Product

    plain = {
        "beps": {"files": "beps/BEPS_NEP_{year}{month:02d}.raw", "quantity": "NEP",
                 "units": "g C m-2 month-1", "positive": "land"},
        "trendy": {"files": "m/M_S3_nbp.nc", "variable": "nbp", "quantity": "NBP",
                   "units": None, "positive": "land", "experiment": "S3"},
        "cf": {"files": "m/nep.nc", "variable": "nbp", "quantity": "NBP",
               "units": None, "positive": "land"},
        "oco2-mip-v10": {
            "files": "oco2/{experiment}/{member}_gridded_fluxes_{experiment}.nc4",
            "variable": "land", "quantity": "NBE", "units": "g C m-2 yr-1",
            "positive": "atmosphere", "experiment": "LNLGIS"},
        "oco2-mip-v11": {
            "files": "oco2/{experiment}/{member}_gridded_fluxes_{experiment}.nc4",
            "variable": "land_flux", "quantity": "NBE", "units": "g C m-2 yr-1",
            "positive": "atmosphere", "experiment": "LNLGIS"},
    }  # fmt: skip

    def make(reader, **changes):
        fields = {"key": "model", "reader": reader, **CUSTOM, **plain[reader], **changes}
        return Product.model_validate(fields)

    return make
