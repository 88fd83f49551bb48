"""The analysis cube: every product on one grid, with areas and masks, in one file.

``build/cube/<profile>.nc`` holds one group per product (month x 1 degree over the China box,
members included) and a group ``masks``. It is made from the files under `data_dir` by the readers
and the conservative regridder, and made again when a file, a catalog entry or the period changes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

import netCDF4
import numpy as np
import xarray as xr
from filelock import FileLock

from helpers import budget, geography, masks, regrid, sources, timeaxis
from helpers import grid as grids
from helpers.catalog import Product
from helpers.errors import InputError
from helpers.files import atomic_path
from helpers.flux import check_flux
from helpers.holdings import Holding, absent, holdings
from helpers.sources import Request

CUBE_VERSION = 1
"""Raised when the same input gives another cube."""

_FINGERPRINT = "input_fingerprint"


def cube_path(request: Request, *, folder: Path, profile: str) -> Path:
    """Return where the cube of a request lies: one file per profile, experiment and period."""
    beside = "" if request.standin_dir is None else f"-and-{request.data_dir.name}"
    name = f"{profile}{beside}-{request.experiment}-{request.start_year}-{request.end_year}.nc"
    return folder / name


def available(request: Request) -> dict[str, Product]:
    """Return the catalog entries whose files are there, in catalog order."""
    return {key: holding.product for key, holding in holdings(request).items()}


def notices(request: Request, path: Path) -> list[str]:
    """Return what the user of a cube must know: products left out, how the others were read."""
    lines = [
        f"{product.title} is left out: no file like {product.files}"
        + (f" for {request.experiment}" if "{experiment}" in product.files else "")
        for product in absent(request)
    ]
    with netCDF4.Dataset(path) as file:
        for key, product in available(request).items():
            flux = file[key]["flux"]
            repairs = getattr(flux, "notices", "").split("; ")
            lines += [f"{product.title}: {repair}" for repair in repairs if repair]
            if not product.is_standin:
                lines.append(f"{product.title} was read so: {getattr(flux, 'layout', 'unknown')}")
    return lines


def build_cube(request: Request, *, folder: Path, profile: str, force: bool = False) -> Path:
    """Make the cube of a request unless it is up to date, and return its path.

    Parameters
    ----------
    request : Request
        Folder of the data, period and experiment.
    folder : Path
        Where cubes lie, usually ``build/cube``.
    profile : str
        ``stand-in``, ``original`` or a name of the reader's own.
    force : bool
        Make it again even if nothing changed.

    Returns
    -------
    Path
        A CF NetCDF-4 file, written beside its place and renamed at the end.

    Raises
    ------
    InputError
        If no product is found under `data_dir`, or a reader refuses its file.
    """
    path = cube_path(request, folder=folder, profile=profile)
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock")):
        there = holdings(request)
        if not there:
            raise InputError(
                "No product was found.",
                file=request.data_dir.name,
                found=_listing(request.data_dir),
                accepted="files of at least one entry of data/catalog.yml",
                fix="Run `sinkbook prepare`, or see the data page for the layout of data_dir.",
            )
        fingerprint = fingerprint_of(request, there)
        if not force and path.is_file() and stored_fingerprint(path) == fingerprint:
            return path
        with atomic_path(path) as temporary:
            _write(temporary, request, there, {"profile": profile, _FINGERPRINT: fingerprint})
    return path


def read_fluxes(path: Path) -> dict[str, xr.DataArray]:
    """Return the typed flux of every product in a cube.

    Returns
    -------
    dict of str to xarray.DataArray
        By catalog key: dims (time, lat, lon) or (member, time, lat, lon) [kg m-2 s-1], land uptake
        positive, in memory.
    """
    with netCDF4.Dataset(path) as file:
        groups = [name for name in file.groups if name != "masks"]
    return {name: _read_flux(path, name) for name in groups}


def read_masks(path: Path) -> xr.Dataset:
    """Return areas and masks of a cube: see :func:`standard_masks`."""
    with xr.open_dataset(path, group="masks") as data:
        return data.load()


def standard_masks(grid: xr.Dataset) -> xr.Dataset:
    """Return cell areas and every standard mask on a grid.

    Returns
    -------
    xarray.Dataset
        `cell_area` (lat, lon) [m2]; `scope_weight` (boundary, mask, scope, lat, lon), share of the
        cell that counts for China and each region; `ecosystem_fraction` (ecosystem, lat, lon);
        `land_fraction` (lat, lon) [1].
    """
    polygons = {
        boundary: {"China": geography.boundary_polygon(boundary)}
        | geography.region_polygons(boundary)
        for boundary in geography.BOUNDARIES
    }
    weights: np.ndarray = np.stack([
        [
            [masks.polygon_weights(p, grid, method=m, name=n) for n, p in parts.items()]
            for m in masks.METHODS
        ]
        for parts in polygons.values()
    ])  # fmt: skip
    scope = xr.DataArray(
        weights,
        dims=("boundary", "mask", "scope", "lat", "lon"),
        coords={
            "boundary": list(polygons),
            "mask": list(masks.METHODS),
            "scope": ["China", *geography.REGIONS],
            "lat": grid["lat"],
            "lon": grid["lon"],
        },
        attrs={"units": "1", "long_name": "share of the cell that counts"},
    )
    return xr.Dataset(
        {
            "cell_area": grids.cell_areas(grid),
            "scope_weight": scope,
            "ecosystem_fraction": geography.ecosystem_fractions(grid),
            "land_fraction": geography.land_fraction(grid),
        }
    )


def _write(path: Path, request: Request, there: dict[str, Holding], record: dict[str, str]) -> None:
    grid = grids.analysis_grid()
    attrs = {
        "title": "Land carbon fluxes on one grid",
        "Conventions": "CF-1.11",
        "sign": "land uptake positive",
        **record,
    }
    xr.Dataset(attrs=attrs).to_netcdf(path)
    standard = standard_masks(grid)
    standard.to_netcdf(path, mode="a", group="masks")
    china = {"boundary": list(geography.BOUNDARIES), "mask": "fraction", "scope": "China"}
    for key, holding in there.items():
        flux = sources.read_product(
            holding.product,
            data_dir=holding.folder,
            start_year=request.start_year,
            end_year=request.end_year,
            experiment=request.experiment,
        )
        flux = _on_grid(flux, grid)
        if getattr(holding.product.parsed_options, "allow_partial", False):
            flux = _as_partial(flux, standard["scope_weight"].sel(china))
        _check_reach(flux, standard["scope_weight"].sel(china), holding)
        _as_dataset(flux, grid).to_netcdf(
            path,
            mode="a",
            group=key,
            encoding={"flux": {"zlib": True, "complevel": 1, "dtype": "float64"}},
        )


def _check_reach(flux: xr.DataArray, weights: xr.DataArray, holding: Holding) -> None:
    """Refuse a product that leaves part of China without data in either depiction."""
    try:
        budget.total(flux, weights)
    except InputError as error:
        files = holding.files
        raise InputError(
            "The product does not cover China.",
            file=files[0] if len(files) == 1 else files[0].parent,
            where=holding.product.variable,
            found=error.found,
            accepted=error.accepted,
            fix="Check grid and fill values of the files, or take the product out of data_dir.",
        ) from error


def _as_partial(flux: xr.DataArray, weights: xr.DataArray) -> xr.DataArray:
    """Let a product leave part of China without data, and say how much."""
    share = budget.missing_share(flux, weights)
    told = f"{share:.1%} of China has no data and counts as zero" if share > budget.MAX_GAP else ""
    words = [flux.attrs.get("notices", ""), told]
    return flux.assign_attrs(tolerated_gap=1.0, notices="; ".join(word for word in words if word))


def _on_grid(flux: xr.DataArray, grid: xr.Dataset) -> xr.DataArray:
    """Regrid, unless the flux lies on cells of the grid already."""
    flux = flux.compute() if flux.chunks is None else flux
    regridded = regrid.conservative(flux, grid).compute()
    regridded["time"].attrs = dict(flux["time"].attrs)
    return regridded


def _as_dataset(flux: xr.DataArray, grid: xr.Dataset) -> xr.Dataset:
    data = xr.Dataset({"flux": flux.rename("flux")})
    data["time"].attrs["bounds"] = "time_bnds"
    data["time_bnds"] = (("time", "bnds"), timeaxis.month_bounds(flux.indexes["time"]))
    for axis in ("lat", "lon"):
        data[axis].attrs["bounds"] = f"{axis}_bnds"
        data[f"{axis}_bnds"] = grid[f"{axis}_bnds"]
    for name in ("time", "time_bnds"):
        data[name].encoding = {"units": "days since 1850-01-01", "calendar": "standard"}
    return data


def _read_flux(path: Path, group: str) -> xr.DataArray:
    with xr.open_dataset(path, group=group) as data:
        flux = data["flux"].load().drop_encoding()
    flux["time"].attrs.pop("bounds", None)
    flux = flux.rename(flux.attrs["quantity"])
    check_flux(flux)
    return flux


def stored_fingerprint(path: Path) -> str | None:
    """Fingerprint in a cube, or None where the file is not a readable cube."""
    try:
        with netCDF4.Dataset(path) as file:
            return str(getattr(file, _FINGERPRINT, None))
    except OSError:
        return None


def fingerprint_of(request: Request, there: dict[str, Holding]) -> str:
    """Hash of the request, the catalog entries and the state of each input file."""
    entries = [
        (key, held.product.model_dump(mode="json"), _states(held.files, held.folder))
        for key, held in there.items()
    ]
    inputs = _states(sorted(geography.DATA_DIR.iterdir()), geography.DATA_DIR)
    record = (
        CUBE_VERSION,
        request.start_year,
        request.end_year,
        request.experiment,
        entries,
        inputs,
    )
    return hashlib.sha256(json.dumps(record, sort_keys=True, default=str).encode()).hexdigest()


def _states(files: Iterable[Path], folder: Path) -> list[tuple[str, int, int]]:
    """Name, size and time of change of each file: cheap, and enough to notice a new download."""
    return [
        (path.relative_to(folder).as_posix(), path.stat().st_size, path.stat().st_mtime_ns)
        for path in files
    ]


def _listing(folder: Path) -> str:
    if not folder.is_dir():
        return "no such folder"
    names = sorted(path.name for path in folder.iterdir())
    return ", ".join(names[:10]) or "an empty folder"
