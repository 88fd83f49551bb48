"""Cases of stored numbers: fills, infinities, packing, dimensions, size."""

from __future__ import annotations

from functools import partial
from typing import Any

import netCDF4
import numpy as np

from helpers.gauntlet.case import Case
from helpers.gauntlet.gridded import gridded_case, lazily
from helpers.gauntlet.world import LAT, LON, fields, months_of

PACKING = 0.01


def _sea(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """Where the worlds below have no value: a wedge of the south east."""
    return (lon > 125) & (lat < 30)


def _one(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """Where and when the world with one infinite value is missing, shape (time, lat, lon)."""
    here = (lat == LAT[63]) & (lon == LON[145])
    return here & (np.arange(24)[:, None, None] == 3)


def _filled(value: float, **world: Any) -> dict[str, Any]:
    values = fields(LAT, LON, steps=months_of())
    values = np.where(_sea(LAT[:, None], LON[None, :]), value, values)
    return {"values": values, **world}


def _packed(dtype: str, *, wrap: bool = False, clip: bool = False, scale: float = PACKING,
            **attrs: Any) -> dict[str, Any]:  # fmt: skip
    stored = np.round(fields(LAT, LON, steps=months_of()) / scale)
    info = np.iinfo(dtype)
    if wrap:
        stored = (stored - info.min) % (info.max - info.min + 1) + info.min
    if clip:
        stored = np.clip(stored, info.min, info.max)
    return {
        "values": stored,
        "dtype": dtype,
        "attrs": {"units": "g C m-2 yr-1", "scale_factor": scale, **attrs},
    }


def _emptied(step: int | slice) -> dict[str, Any]:
    values = fields(LAT, LON, steps=months_of())
    values[step] = np.nan
    return {"values": values}


def _level(file: Any) -> None:
    file.createDimension("level", 3)
    data = file.createVariable("npp", "f4", ("time", "level", "lat", "lon"))
    data.units = "g C m-2 yr-1"
    data[:] = 1.0


def _letters(file: Any) -> None:
    file.createVariable("words", "S1", ("time", "lat", "lon"))[:] = b"x"


def _texts(file: Any) -> None:
    file.createVariable("words", str, ("lat", "lon"))[0, 0] = "hello"


def _ragged(file: Any) -> None:
    kind = file.createVLType(np.float64, "row")
    rows = file.createVariable("rows", kind, ("lat", "lon"))
    rows.units = "g C m-2 yr-1"
    rows[0, 0] = np.ones(3)


def _huge(rows: int, columns: int, *, steps: int = 24) -> Any:
    """Dimensions of a size that no memory holds, in a file of some kilobytes."""

    def tweak(file: Any) -> None:
        for name, size in (("t", steps), ("y", rows), ("x", columns)):
            file.createDimension(name, size)
        chunks = {"t": 1, "y": min(rows, 1000), "x": min(columns, 1000)}
        data = file.createVariable(
            "big", "f4", ("t", "y", "x"), chunksizes=tuple(chunks.values()), zlib=True
        )
        data.units = "g C m-2 yr-1"
        for name, units in (
            ("y", "degrees_north"),
            ("x", "degrees_east"),
            ("t", "months since 2015-01-01"),
        ):
            axis = file.createVariable(
                name, "f8", (name,), chunksizes=(min(len(file.dimensions[name]), 1000),)
            )
            axis.units = units
        if rows <= 10**6:
            file["y"][:] = -90 + (np.arange(rows) + 0.5) * 180 / rows
            file["x"][:] = -180 + (np.arange(columns) + 0.5) * 360 / columns
        if steps <= 24:
            file["t"][:] = np.arange(steps)

    return tweak


def fills() -> list[Case]:
    """Return the cases of missing values."""
    error: dict[str, Any] = {"expects": "error"}
    repair: dict[str, Any] = {"expects": "repair", "missing": _sea}
    gone = fields(LAT, LON, steps=months_of())
    gone[3, 63, 145] = np.inf
    valid = {"units": "g C m-2 yr-1", "valid_range": np.array([-500.0, 500.0], dtype="f4")}
    return [
        gridded_case("fill-declared", "a declared fill over sea",
                     world=_filled(-1e34, fill=-1e34), says="rows from", **repair),
        gridded_case("fill-nan", "NaN over sea", world=_filled(np.nan), says="rows from", **repair),
        gridded_case("fill-9999", "-9999 over sea, not declared", world=_filled(-9999.0),
                     says="of -9999, .*read as missing", **repair),
        gridded_case("fill-1e20", "1e20 over sea, not declared", world=_filled(1e20),
                     says="of 1e\\+20, .*read as missing", **repair),
        gridded_case("fill-999", "-999 over sea, not declared", world=_filled(-999.0),
                     says="-999 looks like a fill", **error),
        gridded_case("fill-8888", "-8888 over sea, not declared", world=_filled(-8888.0),
                     says="-8888 looks like a fill", **error),
        gridded_case("fill-999-declared", "-999 over sea, named in the catalog",
                     world=_filled(-999.0), entry={"options": {"missing_values": [-999]}},
                     says="rows from", **repair),
        gridded_case("fill-integer", "the default fill of integers, not declared",
                     world={**_packed("i4"), "values": np.where(
                         _sea(LAT[:, None], LON[None, :]), netCDF4.default_fillvals["i4"],
                         np.round(fields(LAT, LON, steps=months_of()) / PACKING))},
                     rounding=PACKING / 2 + 1e-9, says="rows from", **repair),
        gridded_case("valid-range", "values outside the file's own valid range",
                     world=_filled(700.0, attrs=valid), says="outside .*valid", **repair),
        gridded_case("infinite", "one value is infinite", world={"values": gone}, missing=_one,
                     says="1 infinite value", expects="repair"),
        gridded_case("empty", "NaN everywhere", world=_emptied(slice(None)), says="no value",
                     **error),
        gridded_case("empty-month", "one month is NaN", world=_emptied(5),
                     says="month holds no value(.|\n)*2015-06", **error),
    ]  # fmt: skip


def _bytes_with(fill: int) -> np.ndarray:
    """Return unsigned bytes in a signed format, a fill at sea."""
    values = np.round(fields(LAT, LON, steps=months_of()) / 2.0).astype("u1").view("i1")
    values[:, _sea(LAT[:, None], LON[None, :])] = fill
    return values


def packing() -> list[Case]:
    """Return the cases of packed integers."""
    error: dict[str, Any] = {"expects": "error"}
    half: dict[str, Any] = {"rounding": PACKING / 2 + 1e-9}
    bytes_: dict[str, Any] = {"scale": 2.0, "add_offset": 0.0}
    return [
        gridded_case("packed", "packed in 16 bits with a scale", world=_packed("i2"),
                     expects="repair", says="unpacked", **half),
        gridded_case("packed-overflow", "packed numbers wrapped round at 16 bits",
                     world=_packed("i2", wrap=True, scale=0.004), says="overflow", **error),
        gridded_case("packed-clipped", "packed numbers cut off at 16 bits",
                     world=_packed("i2", clip=True, scale=0.004), says="overflow", **error),
        gridded_case("packed-unsigned", "unsigned bytes in a signed format, `_Unsigned = true`",
                     world={**_packed("u1", _Unsigned="true", **bytes_), "dtype": "i1",
                            "values": np.round(fields(LAT, LON, steps=months_of()) / 2.0)
                            .astype("u1").view("i1")},
                     expects="repair", says="unpacked", rounding=1.0 + 1e-6,
                     missing=None),
        gridded_case("packed-unsigned-fill", "a fill of -3 in bytes to be read as 253",
                     world={**_packed("u1", _Unsigned="true", **bytes_), "dtype": "i1", "fill": -3,
                            "values": _bytes_with(-3)},
                     expects="repair", says="unpacked", rounding=1.0 + 1e-6, missing=_sea),
        gridded_case("packed-scale-zero", "a scale of zero", world=_packed("i2", scale_factor=0.0),
                     says="scale_factor", **error),
        gridded_case("packed-scale-text", "a scale in words",
                     world=_packed("i2", scale_factor="hundredths"), says="scale_factor", **error),
        gridded_case("packed-scale-nan", "a scale that is NaN",
                     world=_packed("i2", scale_factor=np.nan), says="scale_factor", **error),
        gridded_case("packed-offset-inf", "an infinite offset",
                     world=_packed("i2", add_offset=np.inf), says="add_offset", **error),
    ]  # fmt: skip


def whole_numbers() -> list[Case]:
    """Return the cases of whole numbers without a scale, or of fills among packed ones."""
    error: dict[str, Any] = {"expects": "error"}
    repair: dict[str, Any] = {"expects": "repair", "rounding": 0.5 + 1e-9}
    truth = fields(LAT, LON, steps=months_of())
    sea = _sea(LAT[:, None], LON[None, :])
    shift = {"units": "g C m-2 yr-1", "add_offset": 60.0}
    found = []
    for reader in ("cf", "trendy"):
        case = partial(gridded_case, reader=reader)
        whole: dict[str, Any] = {"values": np.round(truth), "dtype": "i2"}
        packed = _packed("i2", scale=0.1)
        turned = (np.round(truth) - 60 + 128) % 256 - 128
        found += [
            case("whole", "whole numbers without a scale, -99 among them", world=whole,
                 says="rows from", **repair),
            case("whole-fill-999", "whole numbers, -999 over sea",
                 world={**whole, "values": np.where(sea, -999, whole["values"])},
                 says="-999 looks like a fill", **error),
            case("whole-fill-99", "whole numbers, -99 over sea and among the values",
                 world={**whole, "values": np.where(sea, -99, whole["values"])},
                 says="-99 looks like a fill", **error),
            case("packed-fill-999", "packed numbers, stored -999 over sea and among the values",
                 world={**packed, "values": np.where(sea, -999, packed["values"])},
                 says="-999 looks like a fill", **error),
            case("packed-9999", "packed numbers among which -9999 is one like others",
                 world=_packed("i4", scale=0.001), says="unpacked", expects="repair",
                 rounding=0.0005 + 1e-9),
            case("whole-overflow", "bytes that wrapped round, without a scale",
                 world={"values": (np.round(truth) + 128) % 256 - 128, "dtype": "i1"},
                 says="overflow", **error),
            case("whole-clipped", "bytes that were cut off, without a scale",
                 world={"values": np.clip(np.round(truth), -128, 127), "dtype": "i1"},
                 says="overflow", **error),
            case("offset-overflow", "bytes that wrapped round, with an offset only",
                 world={"values": turned, "dtype": "i1", "attrs": shift}, says="overflow", **error),
        ]  # fmt: skip
    return found


def shapes() -> list[Case]:
    """Return the cases of variables and dimensions."""
    error: dict[str, Any] = {"expects": "error"}
    return [
        gridded_case("variable-absent", "another variable name", world={"variable": "npb"},
                     says="variable is missing(.|\n)*npb", **error),
        gridded_case("variable-levels", "a dimension of levels", world={"tweak": _level},
                     entry={"variable": "npp"}, says="dimensions .* not understood", **error),
        gridded_case("variable-letters", "letters for numbers", world={"tweak": _letters},
                     entry={"variable": "words", "units": "g C m-2 yr-1"},
                     says="not numbers", **error),
        gridded_case("variable-texts", "texts for numbers", world={"tweak": _texts},
                     entry={"variable": "words", "units": "g C m-2 yr-1"},
                     says="not numbers|no time dimension", **error),
        gridded_case("variable-one-dimension", "the variable is an axis",
                     entry={"variable": "lat", "units": "g C m-2 yr-1"},
                     says="No longitude dimension", **error),
        gridded_case("no-steps", "a time dimension of length zero", world={"steps": [],
                     "values": np.empty((0, LAT.size, LON.size))},
                     says="no month|cover|time step", **error),
        gridded_case("variable-ragged", "cells that hold rows of any length",
                     world={"tweak": _ragged}, entry={"variable": "rows"},
                     says="rows of any length(.|\n)*where: rows", **error),
        gridded_case("huge-grid", "a grid of 400 000 x 800 000 cells",
                     world={"tweak": _huge(400_000, 800_000)}, entry={"variable": "big"},
                     says="too many cells", **error),
        gridded_case("huge-axis", "a latitude of two thousand million rows",
                     world={"tweak": _huge(2_000_000_000, 10)}, entry={"variable": "big"},
                     says="too long", **error),
        gridded_case("huge-time", "two thousand million time steps",
                     world={"tweak": _huge(90, 180, steps=2_000_000_000)},
                     entry={"variable": "big"},
                     says="too long", **error),
    ]  # fmt: skip


def later() -> list[Case]:
    """Return cases whose trouble begins after the first month, for both readers."""
    error: dict[str, Any] = {"expects": "error"}
    month = np.arange(24)[:, None, None] == 5
    truth = fields(LAT, LON, steps=months_of())
    sea = _sea(LAT[:, None], LON[None, :])

    def gone(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
        return _sea(lat, lon) & month

    def filled(value: float) -> dict[str, Any]:
        return {"values": np.where(sea & month, value, truth)}

    found = []
    for reader in ("cf", "trendy"):
        case = partial(gridded_case, reader=reader)
        clipped = _packed("i2")
        clipped["values"] = np.where(sea & month, 32767, clipped["values"])
        found += [
            case("later-fill-999", "-999 over sea in the sixth month only", world=filled(-999.0),
                 says="-999 looks like a fill", **error),
            case("later-fill-8888", "-8888 over sea in the sixth month only",
                 world=filled(-8888.0), says="-8888 looks like a fill", **error),
            case("later-fill-9999", "-9999 over sea in the sixth month only", missing=gone,
                 world=filled(-9999.0), says="of -9999, .*read as missing", expects="repair"),
            case("later-infinite", "infinite over sea in the sixth month only", missing=gone,
                 world=filled(np.inf), says="infinite values", expects="repair"),
            case("later-packed-clipped", "packed numbers cut off in the sixth month only",
                 world=clipped, says="overflow", **error),
        ]  # fmt: skip
    return found


def cases() -> list[Case]:
    """Return all cases of stored numbers; those of values also as if they filled no memory."""
    values = fills() + packing() + later() + whole_numbers()
    return values + [lazily(case) for case in values] + shapes()
