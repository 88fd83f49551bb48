"""A gridded world in yearly files that is read lazily, as one too large for memory would be."""

import numpy as np
import pytest
import xarray as xr

from helpers import grid, timeaxis
from helpers.sources import Request

ENTRY = """
yearly:
  title: Yearly files
  method_class: bottom-up
  reader: cf
  files: yearly/{year}.nc
  variable: nbp
  quantity: NBP
  units: kg m-2 s-1
  species: C
  positive: land
  citation: nobody
  licence: made by a test
  access: made by a test
"""


def made_world(years, *, resolution=0.5, seed=1):
    """Return monthly fields with gaps over a box around China, no two cells alike."""
    cells = grid.regular_grid(resolution, box=(70.0, 140.0, 15.0, 57.0))
    time = timeaxis.month_starts(*years)
    shape = (time.size, cells.sizes["lat"], cells.sizes["lon"])
    values = np.random.default_rng(seed).normal(2e-9, 1e-9, shape).astype("float32")
    values[:, :4, :4] = np.nan
    coords = {"time": time, "lat": cells["lat"].values, "lon": cells["lon"].values}
    attrs = {"units": "kg m-2 s-1"}
    return xr.DataArray(values, dims=list(coords), coords=coords, name="nbp", attrs=attrs)


@pytest.fixture
def data_dir(tmp_path):
    folder = tmp_path / "data"
    (folder / "yearly").mkdir(parents=True)
    (folder / "catalog.yml").write_text(ENTRY)
    for year in (2015, 2016):
        made_world((year, year), seed=year).to_netcdf(folder / "yearly" / f"{year}.nc")
    return folder


@pytest.fixture
def request_for(data_dir):
    return Request(data_dir=data_dir, start_year=2015, end_year=2016, experiment="LNLGIS")


@pytest.fixture
def lazily(monkeypatch):
    """Let every file count as too large for memory."""
    monkeypatch.setattr("helpers.sources.gridded.LAZY_BYTES", 1)


@pytest.fixture(scope="session")
def world():
    """Return what makes a world."""
    return made_world
