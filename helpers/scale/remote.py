"""Object storage: copying the part of a remote Zarr store that the book needs, once, when allowed.

A catalog entry of the reader ``cf`` may say under `options`, `remote`, where its store comes from.
Nothing is fetched unless a command is told to (``sinkbook prepare --allow-remote``); the copy lies
where `files` of the entry says, and from then on it is a local store like any other. Notebooks
never fetch.
"""

from __future__ import annotations

import copy
import importlib.util
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.catalog import Product, load_catalog
from helpers.constants import CHINA_BOX
from helpers.errors import InputError
from helpers.files import part_prefix, remove_parts
from helpers.intake import placement
from helpers.sources.options import PACKAGES, CfOptions, RemoteStore

if TYPE_CHECKING:
    import xarray as xr

MOST_BYTES = 64_000_000
"""Largest chunk of a copy [bytes]."""

_TIMEOUT = {"connect_timeout": 10, "read_timeout": 60, "retries": {"max_attempts": 3}}


def copy_absent(
    data_dir: Path, *, is_allowed: bool, report: Callable[[str], None] | None = None
) -> list[str]:
    """Copy every remote store of the catalog of a folder that is not there yet.

    Parameters
    ----------
    data_dir : Path
        Folder of the data.
    is_allowed : bool
        Whether anything may be fetched.
    report : callable, optional
        Called with a short text at each store.

    Returns
    -------
    list of str
        A notice for each store that was not fetched.

    Raises
    ------
    InputError
        If a store cannot be opened or read; what was copied of it is removed.
    """
    notices = []
    for product in load_catalog(data_dir).values():
        store = remote_of(product)
        if store is None or os.path.lexists(data_dir / product.files):
            continue
        if not is_allowed:
            notices.append(
                f"{product.title} is not fetched from {store.url}: "
                "`sinkbook prepare --allow-remote` copies the part that is needed"
            )
            continue
        if report is not None:
            report(f"copying {store.url}")
        copy_store(product, store, data_dir=data_dir)
    return notices


def remote_of(product: Product) -> RemoteStore | None:
    """Return where the store of a product comes from, or None."""
    options = product.parsed_options
    return options.remote if isinstance(options, CfOptions) else None


def copy_store(product: Product, store: RemoteStore, *, data_dir: Path) -> Path:
    """Copy the variable of a product over the China box, all its steps, and return the copy.

    Raises
    ------
    InputError
        If a link leads out of `data_dir`, the place is taken, the package for the address is not
        installed, or the store cannot be read.
    """
    from helpers.sources import cf_store

    target = data_dir / product.files
    placement.refuse_detour(target, data_dir)
    placement.refuse_taken(target, data_dir)
    target.parent.mkdir(parents=True, exist_ok=True)
    remove_parts(target.parent)
    access = _access(store)
    with tempfile.TemporaryDirectory(prefix=part_prefix(), dir=target.parent) as folder:
        part = Path(folder) / target.name
        with cf_store.store(store.url, options=access) as dataset:
            _needed(dataset, product, store=store).to_zarr(part, consolidated=False)
        shutil.move(part, target)
    return target


def _needed(dataset: xr.Dataset, product: Product, *, store: RemoteStore) -> xr.Dataset:
    """Return the part of a store that is copied, in chunks of bounded size."""
    from helpers.sources import cells, cf_grid, netcdf

    options = CfOptions.model_validate(product.options)
    name, place = str(product.variable), Path(store.url.rpartition("/")[2])
    variable = netcdf.variable(dataset, name, file=place)
    placed, _ = cf_grid.with_centres(dataset, file=place)
    part = cells.in_box(
        placed, variable, box=CHINA_BOX, file=place,
        latitude=options.latitude, longitude=options.longitude,
        has_bounds=cf_grid.bounds(dataset) is not None,
    )  # fmt: skip
    others = [n for n, one in dataset.data_vars.items() if one.ndim > 2 and n != name]
    cut = dataset.drop_vars(others).isel({part.lat_dim: part.rows, part.lon_dim: part.columns})
    cut = cut.drop_encoding().assign_attrs(copied_from=store.url)
    return cut.chunk(_chunks(cut[name]))


def _chunks(variable: xr.DataArray) -> dict[Any, int]:
    """Return equal chunks, as they are in the store unless these are very large."""
    sizes = {dim: max(lengths) for dim, lengths in variable.chunksizes.items()}
    while _bytes(sizes, variable.dtype.itemsize) > MOST_BYTES:
        longest = max(sizes, key=lambda dim: sizes[dim])
        sizes[longest] = -(-sizes[longest] // 2)
    return sizes


def _bytes(sizes: dict[Any, int], width: int) -> int:
    product = width
    for size in sizes.values():
        product *= size
    return product


def _access(store: RemoteStore) -> dict[str, Any]:
    """Return the options with which the store is opened, refusing one that nothing can open."""
    scheme = store.url.partition(":")[0]
    package = PACKAGES[scheme]
    if importlib.util.find_spec(package) is None:
        raise InputError(
            "Object storage needs a package that is not installed.",
            file=store.url,
            found=f"no package {package}",
            accepted=f"{package}, which reads {scheme}:// addresses",
            fix=f"Install it beside the book: pip install {package}",
        )
    if scheme != "s3":
        return {}
    access: dict[str, Any] = {"anon": store.anonymous, "config_kwargs": copy.deepcopy(_TIMEOUT)}
    if store.endpoint is not None:
        access["endpoint_url"] = store.endpoint
    return access
