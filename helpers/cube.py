"""The analysis cube: every product on one grid, with areas and masks, in one file.

``build/cube/<profile>.nc`` holds one group per product (month x 1 degree over the China box,
members included) and a group ``masks``. It is made from the files under `data_dir` by the readers
and the conservative regridder. When a file or a catalog entry changes, the products concerned are
made again and the others are taken over; see :mod:`helpers.cubes` for what is in the file.
"""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from pathlib import Path

import netCDF4
import numpy as np
import xarray as xr
from filelock import FileLock

from helpers import budget, geography, masks, regrid, sources
from helpers import grid as grids
from helpers.catalog import Product
from helpers.cubes import content, state
from helpers.cubes.state import FINGERPRINT, MASKS, fingerprint_of, stored_fingerprint
from helpers.errors import InputError
from helpers.files import atomic_path
from helpers.holdings import Holding, absent, holdings
from helpers.scale import scheduler
from helpers.sources import Request

__all__ = [
    "available", "build_cube", "cube_path", "fingerprint_of", "notices", "read_fluxes",
    "read_masks", "standard_masks", "stored_fingerprint",
]  # fmt: skip


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
        Make all of it again even if nothing changed.

    Returns
    -------
    Path
        A CF NetCDF-4 file, written beside its place and renamed at the end. Products whose files
        and entry are as they were come from the earlier file. What is too large for memory is
        computed block by block, by the scheduler of :mod:`helpers.scale.scheduler`.

    Raises
    ------
    InputError
        If no product is found under `data_dir`, a reader refuses its file, or the scheduler does
        not answer.
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
        marks = state.fingerprints(request, there, folder=folder)
        if not force and path.is_file() and stored_fingerprint(path) == state.whole(marks):
            return path
        earlier = {} if force or not path.is_file() else _unchanged(path, marks)
        with atomic_path(path) as temporary:
            _write(temporary, request, there=there, profile=profile, marks=marks, earlier=earlier)
    return path


def _unchanged(path: Path, marks: dict[str, str]) -> dict[str, xr.Dataset]:
    """Return the groups of an earlier cube that would be made again from the same inputs."""
    stored = state.stored_fingerprints(path)
    same = [name for name, mark in marks.items() if stored.get(name) == mark]
    groups = {name: content.kept(path, group=name) for name in same}
    return {name: data for name, data in groups.items() if data is not None}


def read_fluxes(path: Path) -> dict[str, xr.DataArray]:
    """Return the typed flux of every product in a cube.

    Returns
    -------
    dict of str to xarray.DataArray
        By catalog key: dims (time, lat, lon) or (member, time, lat, lon) [kg m-2 s-1], land uptake
        positive, in memory.
    """
    with netCDF4.Dataset(path) as file:
        groups = [name for name in file.groups if name != MASKS]
    return {name: content.read_flux(path, group=name) for name in groups}


def read_masks(path: Path) -> xr.Dataset:
    """Return areas and masks of a cube: see :func:`standard_masks`."""
    with xr.open_dataset(path, group=MASKS) as data:
        return data.load().drop_attrs(deep=False)


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


def _write(
    path: Path,
    request: Request,
    *,
    there: dict[str, Holding],
    profile: str,
    marks: dict[str, str],
    earlier: dict[str, xr.Dataset],
) -> None:
    """Write a cube, taking over the groups of an earlier one."""
    grid = grids.analysis_grid()
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    attrs = {
        "title": "Land carbon fluxes on one grid",
        "Conventions": "CF-1.11",
        "history": f"{now}: made by {content.written_by()}",
        "sign": "land uptake positive",
        "profile": profile,
        FINGERPRINT: state.whole(marks),
    }
    xr.Dataset(attrs=attrs).to_netcdf(path)
    standard = earlier.get(MASKS)
    if standard is None:
        standard = standard_masks(grid).assign_attrs({FINGERPRINT: marks[MASKS]})
    content.append_masks(standard, path, group=MASKS)
    china = {"boundary": list(geography.BOUNDARIES), "mask": "fraction", "scope": "China"}
    weights = standard["scope_weight"].sel(china)
    with contextlib.ExitStack() as stack:
        compute: scheduler.Compute | None = None
        for key, holding in there.items():
            data = earlier.get(key)
            if data is None:
                if compute is None:  # nothing is started when nothing is to be made
                    compute = stack.enter_context(scheduler.opened(folder=request.data_dir))
                flux = _product(holding, request, grid=grid, weights=weights, compute=compute)
                data = content.labelled(flux, grid, holding=holding, fingerprint=marks[key])
            content.append(data, path, group=key)


def _product(
    holding: Holding,
    request: Request,
    *,
    grid: xr.Dataset,
    weights: xr.DataArray,
    compute: scheduler.Compute,
) -> xr.DataArray:
    """Return the typed flux of one product on the grid, in memory."""
    flux = sources.read_product(
        holding.product,
        data_dir=holding.folder,
        start_year=request.start_year,
        end_year=request.end_year,
        experiment=request.experiment,
    )
    flux = _on_grid(flux, grid, compute=compute)
    if getattr(holding.product.parsed_options, "allow_partial", False):
        flux = _as_partial(flux, weights)
    _check_reach(flux, weights, holding=holding)
    return flux


def _check_reach(flux: xr.DataArray, weights: xr.DataArray, *, holding: Holding) -> None:
    """Refuse a product that leaves part of China without data in either depiction."""
    try:
        budget.total(flux, weights)
    except InputError as error:
        files = holding.files
        raise InputError(
            "The product does not cover China.",
            file=files[0] if len(files) == 1 else files[0].parent,
            where=holding.product.variable,
            found="; ".join(filter(None, (error.found, flux.attrs.get("notices")))),
            accepted=error.accepted,
            fix="Check grid and fill values of the files, or take the product out of data_dir.",
        ) from error


def _as_partial(flux: xr.DataArray, weights: xr.DataArray) -> xr.DataArray:
    """Let a product leave part of China without data, and say how much."""
    share = budget.missing_share(flux, weights)
    told = f"{share:.1%} of China has no data and counts as zero" if share > budget.MAX_GAP else ""
    words = [flux.attrs.get("notices", ""), told]
    return flux.assign_attrs(tolerated_gap=1.0, notices="; ".join(word for word in words if word))


def _on_grid(flux: xr.DataArray, grid: xr.Dataset, *, compute: scheduler.Compute) -> xr.DataArray:
    """Regrid, block by block where the flux is lazy."""
    is_lazy = flux.chunks is not None
    regridded = regrid.conservative(flux, grid)
    regridded = compute(regridded) if is_lazy else regridded
    regridded["time"].attrs = dict(flux["time"].attrs)
    return regridded


def _listing(folder: Path) -> str:
    if not folder.is_dir():
        return "no such folder"
    names = sorted(path.name for path in folder.iterdir())
    return ", ".join(names[:10]) or "an empty folder"
