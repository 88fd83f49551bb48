"""All cases of the gauntlet."""

from __future__ import annotations

from helpers.gauntlet import (
    cases_axes,
    cases_beps,
    cases_catalog,
    cases_ensembles,
    cases_files,
    cases_intake,
    cases_meaning,
    cases_named,
    cases_parameters,
    cases_polygons,
    cases_tables,
    cases_times,
    cases_values,
    cases_whole,
    cases_zarr,
)
from helpers.gauntlet.case import Case

MODULES = (
    cases_meaning, cases_times, cases_named, cases_axes, cases_values, cases_files, cases_beps,
    cases_ensembles, cases_tables, cases_catalog, cases_parameters, cases_polygons, cases_intake,
    cases_whole, cases_zarr,
)  # fmt: skip


def all_cases() -> list[Case]:
    """Return every case, in the order of the table."""
    return [case for module in MODULES for case in module.cases()]
