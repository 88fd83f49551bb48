"""Fixtures shared by the tests: tiny typed worlds whose answers are visible."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import settings

from helpers import timeaxis
from helpers.flux import make_flux
from helpers.grid import analysis_grid

ROOT = Path(__file__).parents[1]

# A busy machine must not turn a right answer into a failure: no test asserts a duration.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def root():
    """Return the root of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data():
    """Return the folder of real files beside the project, or skip saying so."""
    folder = Path(os.environ.get("SINKBOOK_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no folder of real files at {folder.name}: set SINKBOOK_SHARED_DATA")
    return folder


@pytest.fixture(scope="session")
def cdo():
    """Return the path of the climate data operators, or skip saying so."""
    path = shutil.which("cdo")
    if path is None:
        pytest.skip("cdo is not installed (Debian package cdo)")
    return path


@pytest.fixture
def raw_field():
    """Build raw monthly values from a function of latitude, longitude and time index."""

    def build(function, *, grid=None, start_year=2015, end_year=2016):
        grid = analysis_grid() if grid is None else grid
        time = timeaxis.month_starts(start_year, end_year)
        t = xr.DataArray(np.arange(time.size, dtype=float), dims="time", coords={"time": time})
        values = function(grid["lat"], grid["lon"], t)
        return (values + 0 * t + 0 * grid["lat"] + 0 * grid["lon"]).transpose("time", "lat", "lon")

    return build


@pytest.fixture
def typed_flux(raw_field):
    """Build a typed NBP flux from a function of lat, lon and time index [g C m-2 yr-1]."""

    def build(function, **options):
        return make_flux(
            raw_field(function, **options),
            quantity="NBP",
            units="gC m-2 yr-1",
            positive="land",
            source="test world",
        )

    return build
