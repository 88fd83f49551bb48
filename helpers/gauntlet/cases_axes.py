"""Cases of the horizontal grid."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from helpers.gauntlet.case import Case
from helpers.gauntlet.gridded import gridded_case
from helpers.gauntlet.world import LAT, LON, fields, months_of


def _with(values: np.ndarray, position: int, *, value: float) -> np.ndarray:
    changed = values.copy()
    changed[position] = value
    return changed


def _swapped(file: Any) -> None:
    """Give latitudes the values of longitudes; the dimension has room for half of them."""
    file["lat"][:] = LON[::2]
    file["lon"][:] = np.repeat(LAT, 2)


def _curvilinear(file: Any) -> None:
    for name, axis in (("nav_lat", LAT[:, None]), ("nav_lon", LON[None, :])):
        table = file.createVariable(name, "f8", ("y", "x"))
        table[:] = axis + 0.3 * np.sin(np.arange(LAT.size))[:, None] + 0 * LON[None, :]


def _unnamed(file: Any) -> None:
    file.renameVariable("lat", "elsewhere")


def _text_axis(file: Any) -> None:
    file.renameVariable("lat", "gone")
    file.createVariable("lat", str, ("lat",))[:] = np.array([f"{v:g}N" for v in LAT], dtype=object)


def _with_bounds(axis: str, table: np.ndarray) -> Callable[[Any], None]:
    def tweak(file: Any) -> None:
        file[axis].bounds = f"{axis}_bnds"
        file.createDimension("two", 2)
        file.createVariable(f"{axis}_bnds", "f8", (axis, "two"))[:] = table

    return tweak


def _packed(axis: str, stored: np.ndarray, **attrs: Any) -> Callable[[Any], None]:
    """Put packed numbers in place of an axis."""

    def tweak(file: Any) -> None:
        units = {k: v for k, v in file[axis].__dict__.items() if k in ("units", "calendar")}
        file.renameVariable(axis, f"plain_{axis}")
        found = file.createVariable(axis, stored.dtype, (axis,))
        found.set_auto_maskandscale(False)
        found.setncatts({**units, **attrs})
        found[:] = stored

    return tweak


def _in(axis: str, units: str) -> Callable[[Any], None]:
    return lambda file: file[axis].setncattr("units", units)


def bounds_and_units() -> list[Case]:
    """Return the cases of what a file says beside its coordinates."""
    north, east = np.stack([LAT - 1, LAT + 1], 1), np.stack([LON - 1, LON + 1], 1)
    steps = months_of()
    error: dict[str, Any] = {"expects": "error", "says": "coordinate and its bounds disagree"}
    labels: dict[str, Any] = {"lat": LAT - 1, "values": fields(LAT, LON, steps=steps)}
    mirrored: dict[str, Any] = {"lon": -LON[::-1], "tweak": _in("lon", "degrees_west"),
                                "values": fields(LAT, LON, steps=steps)[:, :, ::-1]}  # fmt: skip
    early = [(y, m) for y in range(2014, 2018) for m in range(1, 13)]
    found = [
        gridded_case("bounds-other-order", "rows north first, their bounds south first",
                     world={"lat": LAT[::-1], "tweak": _with_bounds("lat", north)}, **error),
        gridded_case("bounds-shifted", "bounds of longitude half a turn off",
                     world={"tweak": _with_bounds("lon", east + 180)}, **error),
        gridded_case("bounds-turn", "bounds of longitude a whole turn off", expects="repair",
                     world={"tweak": _with_bounds("lon", east + 360)}, says="rows from"),
        gridded_case("bounds-corners", "latitudes are southern edges, the bounds tell",
                     world={**labels, "tweak": _with_bounds("lat", north)}, expects="repair",
                     says="cells are placed by lat_bnds"),
    ]  # fmt: skip
    for reader in ("cf", "trendy"):
        case = partial(gridded_case, reader=reader)
        found += [
            case("lon-packed", "longitudes packed with an offset", expects="repair",
                 world={"tweak": _packed("lon", np.arange(0, 360, 2, dtype="i2"),
                                         add_offset=-179.0, units="degrees_east")},
                 says="longitudes from -180 to 180"),
            case("time-packed", "months packed with an offset", expects="repair",
                 world={"steps": early, "tweak": _packed("time", np.arange(48), add_offset=-12.0)},
                 says="2015-01 to 2016-12"),
            case("lon-packed-by-zero", "longitudes with the scale 0", expects="error",
                 world={"tweak": _packed("lon", LON, scale_factor=0.0)},
                 says="scale_factor cannot be used"),
            case("lon-west", "longitudes in degrees_west", world=mirrored, expects="error",
                 says="longitude is not in degrees east"),
            case("lat-units-radians", "latitudes said to be radians", expects="error",
                 world={"tweak": _in("lat", "radians")}, says="latitude is not in degrees north"),
        ]  # fmt: skip
    return found


def cases() -> list[Case]:
    """Return the cases of axes."""
    return placed() + bounds_and_units()


def placed() -> list[Case]:
    """Return the cases of the numbers of axes."""
    rng = np.random.default_rng(7)
    shuffled, steps = rng.permutation(LAT), months_of()
    east = np.arange(1.0, 360.0, 2.0)
    twice = np.append(np.arange(0.0, 360.0, 2.0), 360.0)
    error: dict[str, Any] = {"expects": "error"}
    repair: dict[str, Any] = {"expects": "repair"}
    part = (LON > 66) & (LON < 143), (LAT > 11) & (LAT < 61)
    return [
        gridded_case("lat-north-first", "rows from north to south", world={"lat": LAT[::-1]},
                     says="rows from north to south", **repair),
        gridded_case("lat-shuffled", "rows in no order", world={"lat": shuffled},
                     says="rows in no order", **repair),
        gridded_case("lat-repeated", "a latitude is there twice",
                     world={"lat": _with(LAT, 60, value=LAT[61])}, says="lat", **error),
        gridded_case("lat-irregular", "rows of unequal height",
                     world={"lat": np.sign(LAT) * 90 * (np.abs(LAT) / 90) ** 1.5},
                     says="(?i)regular|spac", **error),
        gridded_case("lat-beyond-pole", "latitudes up to 95", world={"lat": LAT + 6},
                     says="latitude lies beyond the pole", **error),
        gridded_case("lat-beyond-pole-row", "one row of centres beyond the pole", reader="trendy",
                     world={"lat": np.arange(-91.0, 92.0, 2.0)}, says="dropped 2 rows beyond",
                     **repair),
        gridded_case("lat-nan", "a latitude is NaN", world={"lat": _with(LAT, 3, value=np.nan)},
                     says="latitude coordinate .*missing or infinite", **error),
        gridded_case("lon-infinite", "a longitude is infinite",
                     world={"lon": _with(LON, 3, value=np.inf)},
                     says="longitude coordinate .*missing or infinite", **error),
        gridded_case("lat-text", "latitudes written as '45N'", world={"tweak": _text_axis},
                     says="latitude coordinate", **error),
        gridded_case("lat-absent", "no latitude coordinate", world={"tweak": _unnamed},
                     says="latitude coordinate is missing", **error),
        gridded_case("lat-radians", "latitudes in radians", world={"lat": np.deg2rad(LAT)},
                     says="does not reach the analysis box|regular", **error),
        gridded_case("axes-swapped", "latitudes hold longitudes and the reverse",
                     world={"tweak": _swapped}, says="beyond the pole", **error),
        gridded_case("axes-unnamed", "dimensions called a and b",
                     world={"names": ("time", "a", "b")}, says="No latitude dimension", **error),
        gridded_case("axes-curvilinear", "a curvilinear grid",
                     world={"names": ("time", "y", "x"), "tweak": _curvilinear,
                            "lat": np.arange(90.0), "lon": np.arange(180.0),
                            "values": fields(LAT, LON, steps=steps)},
                     says="not one-dimensional|does not reach|regular|disagree", **error),
        gridded_case("lon-0-360", "longitudes from 0 to 360", world={"lon": east},
                     says="longitudes from 0 to 360", **repair),
        gridded_case("lon-shifted", "longitudes from -540 to -180", world={"lon": LON - 360},
                     says="longitudes from -540 to -180", **repair),
        gridded_case("lon-seam-twice", "0 and 360 are both there, far from China",
                     world={"lon": twice}, says="longitudes from -1 to 361", **repair),
        gridded_case("lon-repeated", "a longitude of China is there twice",
                     world={"lon": _with(LON, 140, value=LON[141])}, says="lon", **error),
        gridded_case("grid-elsewhere", "a regional grid over America",
                     world={"lon": LON[20:60]}, says="does not reach the analysis box", **error),
        gridded_case("grid-one-cell", "a single cell", world={"lat": LAT[60:61], "lon": LON[70:71]},
                     says="(?i)cell|regular|cover", **error),
        gridded_case("grid-regional", "a grid that covers China and little more",
                     world={"lon": LON[part[0]], "lat": LAT[part[1]]}, says="rows from", **repair),
    ]  # fmt: skip
