"""One group of a cube: a product with CF metadata and where it came from, written and read."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import xarray as xr

from helpers import timeaxis
from helpers.cubes.state import FINGERPRINT
from helpers.flux import check_flux
from helpers.holdings import Holding

STANDARD_NAMES = {
    "GPP": "gross_primary_productivity_of_biomass_expressed_as_carbon",
    "NPP": "net_primary_productivity_of_biomass_expressed_as_carbon",
    "NEP": "surface_net_downward_mass_flux_of_carbon_dioxide_expressed_as_carbon_due_to_all_land_"
    "processes_excluding_anthropogenic_land_use_change",
    "NBP": "surface_net_downward_mass_flux_of_carbon_dioxide_expressed_as_carbon_due_to_all_land_"
    "processes",
}
"""CF names of quantities that are positive towards the land as the cube holds them."""

CHUNK_MONTHS = 120
"""Longest run of months in a chunk."""

MOST_NAMES = 20
"""Input files that are named; of more, the first and how many."""

_CF_ONLY = ("standard_name", "cell_methods")


def labelled(
    flux: xr.DataArray, grid: xr.Dataset, *, holding: Holding, fingerprint: str
) -> xr.Dataset:
    """Return a product on the grid of the cube as a CF dataset that says what it was made from.

    Parameters
    ----------
    flux : xarray.DataArray, dims (time, lat, lon) or (member, time, lat, lon) [kg m-2 s-1]
        Typed flux on `grid`.
    grid : xarray.Dataset
        With bounds.
    holding : Holding
        Entry and files it was read from.
    fingerprint : str
        Digest of these.
    """
    data = xr.Dataset({"flux": flux.rename("flux")}, attrs=_origin(holding, fingerprint))
    data["flux"].attrs["cell_methods"] = "area: time: mean"
    name = STANDARD_NAMES.get(flux.attrs["quantity"])
    if name is not None:
        data["flux"].attrs["standard_name"] = name
    data["time"].attrs["bounds"] = "time_bnds"
    data["time_bnds"] = (("time", "bnds"), timeaxis.month_bounds(flux.indexes["time"]))
    for axis in ("lat", "lon"):
        data[axis].attrs["bounds"] = f"{axis}_bnds"
        data[f"{axis}_bnds"] = grid[f"{axis}_bnds"]
    return data


def _origin(holding: Holding, fingerprint: str) -> dict[str, str]:
    """Return attributes of a group: its entry, its files by name, what was done."""
    names = [path.relative_to(holding.folder).as_posix() for path in holding.files]
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    size = sum(path.stat().st_size for path in holding.files)
    return {
        "title": holding.product.title,
        "catalog_entry": holding.product.model_dump_json(exclude_none=True),
        "input_files": ", ".join(names[:MOST_NAMES]) + more,
        "input_bytes": str(size),
        "processing": "read to months in kg of carbon m-2 s-1, land uptake positive; brought to "
        "the grid by exact overlap of areas",
        FINGERPRINT: fingerprint,
    }


def written_by() -> str:
    """Return the name and version of this book's package."""
    try:
        return f"china-land-carbon-sink-book {version('china-land-carbon-sink-book')}"
    except PackageNotFoundError:
        return "china-land-carbon-sink-book, not installed"


def append(data: xr.Dataset, path: Path, *, group: str) -> None:
    """Add a product to a cube: compressed, a chunk for all months (of ten years) of one member.

    Notebooks read one product or one member over all months, so no chunk is read in vain.
    """
    shape = data["flux"].shape
    chunks = (*(1 for _ in shape[:-3]), min(CHUNK_MONTHS, shape[-3]), *shape[-2:])
    packed = {"zlib": True, "complevel": 1, "shuffle": True, "dtype": "float64"}
    for name in ("time", "time_bnds"):
        data[name].encoding = {"units": "days since 1850-01-01", "calendar": "standard"}
    data.to_netcdf(path, mode="a", group=group, encoding={"flux": {**packed, "chunksizes": chunks}})


def append_masks(masks: xr.Dataset, path: Path, *, group: str) -> None:
    """Add areas and masks to a cube, compressed."""
    packed = {name: {"zlib": True, "complevel": 1} for name in masks.data_vars}
    masks.to_netcdf(path, mode="a", group=group, encoding=packed)


def kept(path: Path, *, group: str) -> xr.Dataset | None:
    """Return a group of an earlier cube with its metadata, or None where it cannot be read."""
    try:
        with xr.open_dataset(path, group=group) as data:
            return data.load().drop_encoding()
    except (OSError, RuntimeError, ValueError):
        return None


def read_flux(path: Path, *, group: str) -> xr.DataArray:
    """Return the typed flux of a product in a cube, in memory."""
    with xr.open_dataset(path, group=group) as data:
        flux = data["flux"].load().drop_encoding()
    flux["time"].attrs.pop("bounds", None)
    for name in _CF_ONLY:
        flux.attrs.pop(name, None)
    flux = flux.rename(flux.attrs["quantity"])
    check_flux(flux)
    return flux
