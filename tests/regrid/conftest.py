"""Small files in many layouts, and the bit-by-bit comparison of the ways through the package."""

import numpy as np
import pytest
import xarray as xr

from helpers import grid
from helpers.regrid import blocks

GLOBE = (-180.0, 180.0, -90.0, 90.0)


@pytest.fixture
def compiled_always(monkeypatch):
    """Send small fields through the compiled engine and the file path, as large ones go."""
    monkeypatch.setattr(blocks, "COMPILED_FROM", 0)


@pytest.fixture(scope="session")
def target():
    """Return a grid of 10 degrees."""
    return grid.regular_grid(10.0, box=GLOBE)


def field_with_coasts(*, steps=3, rows=61, columns=90, seed=0, changing=True, dtype=np.float32):
    """Return a global field with gaps; rows centred on the poles; gaps that change with time."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(steps, rows, columns)).astype(dtype)
    gaps = rng.random((steps if changing else 1, rows, columns)) < 0.3
    values = np.where(gaps, np.nan, values).astype(dtype)
    step = 360.0 / columns
    coords = {
        "time": np.datetime64("2015-01-15", "ns") + np.arange(steps) * np.timedelta64(30, "D"),
        "lat": ("lat", np.linspace(-90, 90, rows), {"units": "degrees_north"}),
        "lon": ("lon", -180 + step * (np.arange(columns) + 0.5), {"units": "degrees_east"}),
    }
    attrs = {"units": "kg m-2 s-1", "long_name": "net ecosystem production"}
    return xr.DataArray(values, dims=("time", "lat", "lon"), coords=coords, name="nep", attrs=attrs)


@pytest.fixture
def coasts():
    """Return the function that makes a field."""
    return field_with_coasts


def turned(field):
    """Return a field with longitudes 0..360."""
    field = field.roll(lon=field.sizes["lon"] // 2, roll_coords=True)
    return field.assign_coords(lon=field["lon"] % 360)


@pytest.fixture
def east():
    """Return the function that turns longitudes to 0..360."""
    return turned
