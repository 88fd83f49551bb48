"""Cases that go the whole way to the analysis cube, and past the sentinels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import numpy as np

from helpers.gauntlet.case import Answer, Case
from helpers.gauntlet.cases_beps import RASTER
from helpers.gauntlet.world import LAT, LON, World, months_of, write_catalog, write_rasters

RATE = 40.0
"""Mean of the seasonal world, the same everywhere [g C m-2 yr-1]."""


def seasonal(
    lat: np.ndarray = LAT, lon: np.ndarray = LON, *, factor: float = 1.0, rise: float = 160.0
) -> np.ndarray:
    """Return a world of one seasonal course everywhere, shape (time, lat, lon)."""
    course = [RATE - rise * np.cos(2 * np.pi * (m - 1) / 12) for _, m in months_of()]
    return factor * np.broadcast_to(np.array(course)[:, None, None], (24, lat.size, lon.size))


def _attempt(expected: float) -> Callable[[Path], Answer]:
    """Return an attempt: cube, sentinels, and the mean of China beside area times rate."""

    def attempt(folder: Path) -> Answer:
        from helpers import budget, cube, geography, masks, timeaxis
        from helpers.preparation import alarms_of
        from helpers.sources import Request

        request = Request(folder, 2015, 2016, "LNLGIS")
        path = cube.build_cube(request, folder=folder / "cube", profile="gauntlet")
        flux = cube.read_fluxes(path)["world"]
        weights = cube.read_masks(path)["scope_weight"].sel(
            boundary="national", mask="fraction", scope="China"
        )
        monthly = timeaxis.climatology(budget.total(flux, weights))
        area = masks.polygon_area(geography.boundary_polygon("national"))
        wanted = expected * area / 1e15
        worst = abs(float(monthly.mean("month")) / wanted - 1.0)
        alarms = "; ".join(f"IMPLAUSIBLE ({a.code}) {a.cause}" for a in alarms_of(request, path))
        lines = "; ".join(cube.notices(request, path))
        return Answer(worst, alarms or f"no alarm; {lines}")

    return attempt


def _case(
    name: str,
    about: str,
    *,
    says: str,
    expects: Literal["error", "repair"] = "repair",
    world: dict[str, Any] | None = None,
    entry: dict[str, Any] | None = None,
    expected: float = RATE,
) -> Case:
    def build(folder: Path) -> None:
        write_catalog(folder, "cf", **(entry or {}))
        World(**{"values": seasonal(), **(world or {})}).write(folder / "world.nc")

    return Case(
        name=f"whole-{name}", area="pipeline", about=about, build=build,
        attempt=_attempt(expected), expects=expects, says=says,
    )  # fmt: skip


def _hole() -> np.ndarray:
    values = seasonal().copy()
    west_china = (
        (LON[None, :] > 80) & (LON[None, :] < 90) & (LAT[:, None] > 34) & (LAT[:, None] < 42)
    )
    values[:, west_china] = np.nan
    return values


def _raster(name: str, about: str, *, says: str, options: dict[str, Any]) -> Case:
    def build(folder: Path) -> None:
        files = "rasters/BEPS_NEP_{year}{month:02d}.raw"  # apart from the book's own entry
        write_catalog(folder, "beps", files=files, options={**RASTER, **options})
        write_rasters(folder / "rasters")

    return Case(name=f"whole-{name}", area="pipeline", about=about, build=build,
                attempt=_attempt(RATE), expects="error", says=says)  # fmt: skip


def cases() -> list[Case]:
    """Return the cases of the whole way."""
    east, west, cover = LON > 100, LON < 130, "does not cover China"
    co2 = {"attrs": {"units": "g C m-2 yr-1"}, "values": seasonal(factor=44 / 12)}
    ramp = np.linspace(0, 1, 24)[:, None, None]
    return [
        _case("plain", "a plausible world raises no alarm", says="no alarm; .*rows from"),
        _case("lacks-west", "a regional grid that lacks the west of China", says=cover,
              expects="error",
              world={"lon": LON[east], "values": seasonal(lon=LON[east])}),
        _case("lacks-east", "a regional grid that lacks the east of China", says=cover,
              expects="error",
              world={"lon": LON[west], "values": seasonal(lon=LON[west])}),
        _case("hole", "a hole of NaN in the west of China", says=cover, expects="error",
              world={"values": _hole()}),
        _raster("raster-rows", "half the rows, twice as long", says=f"{cover}|noise|reach",
                options={"shape": [100, 720]}),
        _case("sign", "the sign is reversed and declared the other way", says="IMPLAUSIBLE .sign.",
              world={"values": -seasonal()}, expected=-RATE),
        _case("carbon-dioxide", "CO2 declared as carbon", says=r"IMPLAUSIBLE .units. CO2 declared",
              world=co2, expected=RATE * 44 / 12),
        _case("thousand", "grams declared as kilograms", says="IMPLAUSIBLE .units. grams declared",
              world={"attrs": {"units": "kg C m-2 yr-1"}}, expected=RATE * 1000),
        _case("month-for-year", "values per year declared as per month, but for the days",
              says="IMPLAUSIBLE .units. values per year", world={"values": seasonal(factor=12)},
              expected=RATE * 12),
        _case("constant", "a constant field", says="IMPLAUSIBLE .seasonless.",
              world={"values": seasonal(rise=0.0)}),
        _case("zeros", "zero everywhere but a trace", says="IMPLAUSIBLE .seasonless.|.units.",
              world={"values": seasonal(factor=1e-9) + 0 * ramp}, expected=RATE * 1e-9),
    ]  # fmt: skip
