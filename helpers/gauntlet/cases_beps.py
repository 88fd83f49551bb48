"""Cases of headerless rasters and of their declared layout."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import numpy as np

from helpers.gauntlet.case import Case
from helpers.gauntlet.world import RASTER, months_of, reading, rough, write_catalog, write_rasters

HALF = 0.005 * 365.25 / 28 + 1e-9
"""What rounding to a hundredth of g C m-2 month-1 explains [g C m-2 yr-1]."""


def _case(
    name: str,
    about: str,
    *,
    says: str,
    expects: Literal["error", "repair"] = "error",
    options: dict[str, Any] | None = None,
    entry: dict[str, Any] | None = None,
    after: Callable[[Path], Any] | None = None,
    rasters: dict[str, Any] | None = None,
    missing: Callable[[np.ndarray, np.ndarray], np.ndarray] | None = None,
) -> Case:
    def build(folder: Path) -> None:
        chosen = {k: v for k, v in {**RASTER, **(options or {})}.items() if v is not ...}
        write_catalog(folder, "beps", **{"options": chosen, **(entry or {})})
        write_rasters(folder / "beps", **(rasters or {}))
        if after is not None:
            after(folder / "beps" / "BEPS_NEP_201507.raw")

    return Case(
        name=f"beps-{name}", area="beps", about=about, build=build,
        attempt=reading(rounding=HALF, formula=rough, missing=missing), expects=expects, says=says,
    )  # fmt: skip


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def _desert(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """Where the rasters below hold another number: a block in the west of China."""
    return (lat > 37) & (lat < 41) & (lon > 78) & (lon < 89)


def _desert_of(number: float, **rasters: Any) -> dict[str, Any]:
    """Return what writes a number over the desert."""
    rows, columns = RASTER["shape"]
    lat = 58.0 - 0.2 * (np.arange(rows) + 0.5)
    lon = 70.0 + 0.2 * (np.arange(columns) + 0.5)
    desert = _desert(lat[:, None], lon[None, :])
    return {"change": lambda stored: np.where(desert, number, stored), **rasters}


def fills() -> list[Case]:
    """Return the cases of numbers that are no values, over a desert."""
    float32 = {"dtype": "float32", "nodata": []}
    gone: dict[str, Any] = {"expects": "repair", "missing": _desert}
    return [
        _case("fill-9999", "-9999 over the desert, not declared", rasters=_desert_of(-9999),
              says="24 rasters: .* of -9999, not declared, were read as missing", **gone),
        _case("fill-9999-declared", "-9999 over the desert, declared", rasters=_desert_of(-9999),
              options={"nodata": [-32768, -9999]}, says="rows from", **gone),
        _case("fill-999", "-999 over the desert, not declared", rasters=_desert_of(-999),
              says="-999 looks like a fill(.|\n)*201501.raw"),
        _case("fill-999-declared", "-999 over the desert, among the missing values",
              rasters=_desert_of(-999), options={"missing_values": [-999]}, says="rows from",
              **gone),
        _case("fill-limit", "-32768 over the desert, and nodata -9999", rasters=_desert_of(-32768),
              options={"nodata": -9999}, says="overflow(.|\n)*limit of int16"),
        _case("clipped", "the desert cut off at 32767", rasters=_desert_of(32767),
              says="overflow(.|\n)*limit of int16"),
        _case("fill-1e20", "1e20 over the desert in 32 bits, nothing declared", options=float32,
              rasters=_desert_of(1e20, code="<f4"), says=r"of 1e\+20, not declared", **gone),
        _case("infinite", "infinite over the desert in 32 bits", options=float32,
              rasters=_desert_of(np.inf, code="<f4"), says="infinite values were", **gone),
    ]  # fmt: skip


def _blank(path: Path) -> None:
    rows, columns = RASTER["shape"]
    path.write_bytes(np.full(rows * columns, -32768, dtype="<i2").tobytes())


def cases() -> list[Case]:
    """Return the cases of rasters."""
    steps = months_of()
    return [
        _case("plain", "rasters as declared", says="rows from north to south", expects="repair"),
        _case("cut", "one raster is short", says="declared size", after=_cut),
        _case("empty", "one raster has zero bytes", says="declared size",
              after=lambda path: path.write_bytes(b"")),
        _case("html", "one raster is a web page", says="declared size",
              after=lambda path: path.write_text("<html></html>")),
        _case("month-absent", "a month is missing", says="file is missing(.|\n)*2015-07",
              after=Path.unlink),
        _case("month-13", "a further file of month 13", says="rows from", expects="repair",
              after=lambda p: (p.parent / "BEPS_NEP_201513.raw").write_bytes(p.read_bytes())),
        _case("undeclared", "number format and scale not declared", says="layout .* not declared",
              options={"dtype": ..., "scale": ...}),
        _case("byte-order", "the wrong byte order", says="look like noise",
              options={"byte_order": "big"}),
        _case("byte-order-said", "big-endian, and declared so", says="rows from", expects="repair",
              options={"byte_order": "big"}, rasters={"code": ">i2"}),
        _case("dtype", "two-byte numbers declared as one-byte",
              says="look like noise|declared size",
              options={"dtype": "int8", "shape": [200, 720], "nodata": -128}),
        _case("shape-swapped", "rows and columns changed places",
              says="look like noise|beyond a pole",
              options={"shape": [360, 200]}),
        _case("beyond-pole", "the north edge at 100 degrees", says="north|pole",
              options={"north": 100.0}),
        _case("resolution-zero", "a cell size of zero", says="resolution",
              options={"resolution": 0}),
        _case("resolution-words", "a cell size in words", says="resolution",
              options={"resolution": "1/0"}),
        _case("shape-negative", "a negative number of rows", says="shape",
              options={"shape": [-200, 360]}),
        _case("shape-huge", "a shape beyond all memory", says="declared size|shape",
              options={"shape": [10**9, 10**9]}),
        _case("scale-nan", "a scale that is NaN", says="scale", options={"scale": float("nan")}),
        _case("scale-zero", "a scale of zero", says="scale", options={"scale": 0.0}),
        _case("scale-large", "a scale a million times too large", says="too large for their unit",
              options={"scale": 1e4}),
        _case("month-blank", "a month of nothing but nodata",
              says="month holds no value(.|\n)*2015-07", after=_blank),
        _case("option-misspelt", "`nodta` for `nodata`", says="nodata", options={"nodta": 1}),
        _case("year-only", "a pattern without the month",
              says="a file for each month|file .*absent",
              entry={"files": "beps/BEPS_NEP_{year}07.raw"}),
        _case("units-amount", "per month without saying whose months", says="units|unit",
              entry={"units": "g C m-2"}),
        _case("other-years", "only 2015 is there", says="file is missing",
              rasters={"steps": steps[:12]}),
        *fills(),
    ]  # fmt: skip
