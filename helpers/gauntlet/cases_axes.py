"""Cases of the horizontal grid."""

from __future__ import annotations

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


def cases() -> list[Case]:
    """Return the cases of axes."""
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
