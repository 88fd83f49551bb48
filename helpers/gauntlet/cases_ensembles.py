"""Cases of ensembles with a file for each member."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import numpy as np

from helpers.gauntlet.case import Answer, Case
from helpers.gauntlet.world import (
    LAT,
    LON,
    World,
    deviation,
    fields,
    months_of,
    read,
    reports,
    write_catalog,
    write_member,
)

Members = dict[str, dict[str, Any] | None]
PAIR: Members = {"alpha": {}, "beta": {"factor": 0.5}}
FACTORS = {"alpha": 1.0, "beta": 0.5}


def _case(
    name: str,
    about: str,
    *,
    says: str,
    expects: Literal["error", "repair"] = "error",
    members: Members | None = None,
    entry: dict[str, Any] | None = None,
    choice: dict[str, Any] | None = None,
    after: Callable[[Path], Any] | None = None,
    names: tuple[str, ...] = ("alpha", "beta"),
) -> Case:
    def build(folder: Path) -> None:
        write_catalog(folder, "oco2-mip-v10", **(entry or {}))
        for member, changes in (PAIR if members is None else members).items():
            path = folder / "mip" / f"{member}_gridded_fluxes_LNLGIS.nc4"
            write_member(path, **(changes or {}))
        if after is not None:
            after(folder / "mip")

    def attempt(folder: Path) -> Answer:
        flux = read(folder, **(choice or {}))
        if tuple(str(m) for m in flux["member"].values) != names:
            return Answer(float("inf"))
        worst = max(deviation(flux.sel(member=m), factor=FACTORS[m]) for m in names)
        return Answer(worst, reports(flux))

    return Case(
        name=f"oco2-v10-{name}", area="oco2-mip-v10", about=about, build=build, attempt=attempt,
        expects=expects, says=says,
    )  # fmt: skip


def _copy(name: str) -> Callable[[Path], Any]:
    """Put a second copy of the first member beside it under another name."""
    source = "alpha_gridded_fluxes_LNLGIS.nc4"
    return lambda folder: (folder / name).write_bytes((folder / source).read_bytes())


def version_10() -> list[Case]:
    """Return the cases of version 10."""
    steps = months_of()
    middle = np.array([(y, m, 16) for y, m in steps])
    gap = np.array([(y, m + (m > 6), 1) for y, m in steps if m < 12])
    nonsense, months_13 = middle * 100, middle + np.array([0, 12, 0])
    units = {"attrs": {"units": "gC per m2 per month"}}
    return [
        _case("plain", "two members, positive to the atmosphere", says="sign turned",
              expects="repair"),
        _case("dates-middle", "start dates in the middle of months", says="sign turned",
              expects="repair", members={**PAIR, "beta": {"factor": 0.5, "dates": middle}}),
        _case("dates-none", "a member without dates", says="sign turned", expects="repair",
              members={**PAIR, "beta": {"factor": 0.5, "dates": None}}),
        _case("dates-absurd", "the year 201500", says="start dates cannot be understood",
              members={**PAIR, "beta": {"dates": nonsense}}),
        _case("dates-month-13", "months beyond December", says="start dates cannot be understood",
              members={**PAIR, "beta": {"dates": months_13}}),
        _case("dates-two-columns", "dates without days", says="start dates cannot be understood",
              members={**PAIR, "beta": {"dates": middle[:, :2]}}),
        _case("dates-gap", "a month is missing in the dates", says="month is missing",
              members={**PAIR, "beta": {"dates": gap, "steps": steps[:22]}}),
        _case("steps-few", "a member that ends early", says="cover the years",
              members={**PAIR, "beta": {"steps": steps[:12]}}),
        _case("grid-other", "a member on another grid", says="on another grid",
              members={**PAIR, "beta": {"lat": np.arange(-88.0, 89.0, 2.0)}}),
        _case("north-first", "one member north first", says="sign turned", expects="repair",
              members={**PAIR, "beta": {"factor": 0.5, "lat": LAT[::-1]}}),
        _case("units-other", "a member in another unit", says="units .* disagree",
              members={**PAIR, "beta": units}),
        _case("member-cut", "a member's file is cut off", says="damaged or truncated",
              after=lambda folder: next(folder.glob("beta*")).write_bytes(
                  next(folder.glob("beta*")).read_bytes()[:5000])),
        _case("member-twice", "a member is there in two spellings", says="member is there twice",
              after=_copy("ALPHA_gridded_fluxes_LNLGIS.nc4")),
        _case("member-unknown", "an unknown member is asked for",
              says="Members .* absent(.|\n)*gamma",
              choice={"members": ["alpha", "gamma"]}),
        _case("member-one", "one member is asked for", says="sign turned", expects="repair",
              choice={"members": ["beta"]}, names=("beta",)),
        _case("members-none", "an empty list of members is asked for", says="(?i)member",
              choice={"members": []}),
        _case("experiment-unknown", "an experiment that is not there",
              says="experiment is not there",
              choice={"experiment": "LNLGX"}),
        _case("experiment-path", "an experiment that is a path", says="experiment is not there",
              choice={"experiment": "../../etc"}),
        _case("mean-beside", "the mean of the ensemble lies beside the members", says="sign turned",
              expects="repair", after=_copy("EnsMean_gridded_fluxes_LNLGIS.nc4")),
        _case("folder-loop", "a folder that links to its parent, entered twice",
              says="sign turned", expects="repair",
              after=lambda folder: (folder / "loop").symlink_to(folder)),
        _case("variable-ocean", "a variable that is not there", says="variable is missing",
              entry={"variable": "ocean"}),
    ]  # fmt: skip


def version_11() -> list[Case]:
    """Return the cases of version 11, whose files are as the gridded ones but for their names."""

    def case(name: str, about: str, *, says: str, expects: Any = "error", **world: Any) -> Case:
        def build(folder: Path) -> None:
            write_catalog(folder, "oco2-mip-v11")
            steps = months_of()
            days = np.cumsum([0, *_days(steps)])[:-1]
            plain = {
                "values": -fields(LAT, LON, steps=steps),
                "variable": "land_flux",
                "names": ("n_months", "latitude", "longitude"),
                "stamps": (days + 14.0 + 16436.0) * 86400.0,
                "time_attrs": {},
            }
            World(**{**plain, **world}).write(folder / "mip" / "alpha_gridded_fluxes_LNLGIS.nc4")

        def attempt(folder: Path) -> Answer:
            flux = read(folder)
            return Answer(deviation(flux), reports(flux))

        return Case(name=f"oco2-v11-{name}", area="oco2-mip-v11", about=about, build=build,
                    attempt=attempt, expects=expects, says=says)  # fmt: skip

    return [
        case("plain", "seconds since 1970, without units", says="sign turned", expects="repair"),
        case("lon-0-360", "longitudes from 0 to 360", says="longitudes from 0 to 360",
             expects="repair",
             lon=(LON + 360) % 360, values=None,
             tweak=lambda f: f["land_flux"].__setitem__(slice(None), -f["land_flux"][:])),
        case("time-days", "days under the unit of seconds", says="cover the years",
             stamps=16436.0 + 30.4 * np.arange(24)),
        case("units", "another unit than the catalog's", says="units .* disagree",
             attrs={"units": "kg m-2 s-1"}),
        case("variable", "another variable", says="variable is missing", variable="land"),
    ]  # fmt: skip


def by_cf() -> list[Case]:
    """Return the cases of members that `cf` reads, the second with months of 30 days."""
    steps = months_of()
    days = np.array(_days(steps), dtype=float)[:, None, None]
    truth = fields(LAT, LON, steps=steps)
    since = {"units": "days since 2015-01-01"}
    yearly = [(y, 7) for y in (2015, 2016)]

    def case(name: str, about: str, *, says: str, expects: Any = "error",
             alpha: dict[str, Any] | None = None, beta: dict[str, Any]) -> Case:  # fmt: skip
        def build(folder: Path) -> None:
            write_catalog(folder, "cf", files="{member}.nc")
            World(**(alpha or {})).write(folder / "alpha.nc")
            World(**beta).write(folder / "beta.nc")

        def attempt(folder: Path) -> Answer:
            flux = read(folder)
            return Answer(max(deviation(one) for one in flux), reports(flux))

        return Case(name=f"cf-members-{name}", area="cf", about=about, build=build,
                    attempt=attempt, expects=expects, says=says)  # fmt: skip

    thirty: dict[str, Any] = {
        "stamps": np.arange(24) * 30.0 + 14, "time_attrs": {**since, "calendar": "360_day"},
    }  # fmt: skip
    proleptic = {"units": "months since 2015-01-01", "calendar": "proleptic_gregorian"}
    unit = {"attrs": {"units": "g C m-2 month-1"}}
    amounts = {**unit, "values": truth * days / 365.25}
    return [
        case("calendars", "amounts of real months, and of months of 30 days",
             says="members have different calendars(.|\n)*beta: 360_day", alpha=amounts,
             beta={**thirty, **unit, "values": truth * 30 / 365.25}),
        case("calendars-rates", "rates by the real calendar, and by months of 30 days",
             says="calendars of members 360_day, standard", expects="repair", beta=thirty),
        case("calendars-same", "amounts, calendars standard and proleptic_gregorian",
             says="divided by the length of each month", expects="repair", alpha=amounts,
             beta={**amounts, "time_attrs": proleptic}),
        case("steps", "a member by month and one by year", says="different time steps",
             beta={"steps": yearly}),
    ]  # fmt: skip


def _days(steps: list[tuple[int, int]]) -> list[int]:
    from helpers.gauntlet.world import DAYS

    return [DAYS[y][m - 1] for y, m in steps]


def cases() -> list[Case]:
    """Return all cases of ensembles."""
    return version_10() + version_11() + by_cf()
