"""Quickest tests first: a plug-in of pytest that ``make mutation`` loads.

It also loads, once and before the first change, what every test would load again for every change.

A changed line is tried by the tests that reach it. Those that take long come last, and are left
out beyond a time: a change that only they would notice then counts as missed, never as noticed.
"""

from __future__ import annotations

import gc
import json
import os
from pathlib import Path

import dask.array
import dask.distributed
import h5py
import netCDF4
import pytest
import scipy.sparse
import xarray as xr

from helpers import units

DURATIONS = Path("mutmut-stats.json")
"""Written by mutmut before the first change is tried; pytest is started beside it."""

LONGEST = 4.0
"""Seconds that the tests of one change take together, if they all pass."""


LOADED = (dask.array, dask.distributed, h5py, netCDF4, scipy.sparse, xr.backends.list_engines())
units._registry()


def quickest(durations: dict[str, float]) -> list[str]:
    """Return the names of the quickest tests that take :data:`LONGEST` together, in order."""
    chosen, spent = [], 0.0
    for name in sorted(durations, key=lambda one: (durations[one], one)):
        spent += durations[name]
        if chosen and spent > LONGEST:
            break
        chosen.append(name)
    return chosen


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Order the tests of one change, and leave out the slowest."""
    if config.option.collectonly:
        gc.freeze()  # what is loaded by now need not be looked through again for every change
        return
    if "__mutmut_" not in os.environ.get("MUTANT_UNDER_TEST", ""):
        return  # all tests, to see which functions they reach and how long they take
    known = json.loads(DURATIONS.read_text(encoding="utf-8"))["duration_by_test"]
    by_name = {item.nodeid: item for item in items}
    order = quickest({name: known.get(name, 0.0) for name in by_name})
    items[:] = [by_name[name] for name in order]
