"""Readers: from the files of a provider to a typed flux, one module for each layout."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import xarray as xr

from helpers.constants import CHINA_BOX
from helpers.errors import InputError
from helpers.sources import beps, cf, oco2_mip, oco2_mip_v11, patterns, trendy
from helpers.sources.request import Request

if TYPE_CHECKING:
    from helpers.catalog import Product

READERS: dict[str, Callable[[Product, Request], xr.DataArray]] = {
    "beps": beps.read,
    "trendy": trendy.read,
    "oco2-mip-v10": oco2_mip.read,
    "oco2-mip-v11": oco2_mip_v11.read,
    "cf": cf.read,
}
"""The function that reads each layout."""

_FINDERS: dict[str, Callable[..., list[patterns.Match]]] = {
    "beps": beps.find,
    "trendy": trendy.find,
    "oco2-mip-v10": oco2_mip.find,
    "oco2-mip-v11": oco2_mip_v11.find,
    "cf": cf.find,
}

__all__ = ["READERS", "Request", "found", "read_product"]


def found(product: Product, *, data_dir: Path | str, experiment: str | None = None) -> list[Path]:
    """Return the files of a product that are there; an empty list if it is absent.

    Parameters
    ----------
    product : Product
        Catalog entry.
    data_dir : Path or str
        Folder of the data; it may be absent.
    experiment : str, optional
        Instead of the product's own, for products whose files name one.
    """
    chosen = _experiment(product, experiment)
    matches = _FINDERS[product.reader](product, data_dir=Path(data_dir), experiment=chosen)
    return [path for match in matches for path in patterns.files_in(match.path)]


def read_product(
    product: Product,
    *,
    data_dir: Path | str,
    start_year: int,
    end_year: int,
    experiment: str | None = None,
    members: Sequence[str] | None = None,
    box: tuple[float, float, float, float] = CHINA_BOX,
) -> xr.DataArray:
    """Return the typed flux of a product on its own grid, cut to a box.

    Parameters
    ----------
    product : Product
        Catalog entry.
    data_dir : Path or str
        Folder of the data.
    start_year, end_year : int
        First and last year, both included; all their months must be there.
    experiment : str, optional
        Instead of the product's own, for products whose files name one.
    members : sequence of str, optional
        Instead of the product's own list.
    box : tuple of float
        West, east, south and north edge [degrees]; at least a degree more is kept.

    Returns
    -------
    xarray.DataArray, dims (time, lat, lon) or (member, time, lat, lon) [kg m-2 s-1]
        Carbon, land uptake positive; lazy where the files are large. Attribute `notices` tells of
        repairs, such as rows beyond a pole that were dropped.

    Raises
    ------
    InputError
        If the product is absent, or its files are not as the catalog says.
    """
    folder = Path(data_dir)
    if members is not None and not members:
        raise InputError(
            "No member was chosen.",
            where=f"members of product {product.key!r}",
            found="an empty list",
            accepted="names of members, or nothing for all",
            fix="Correct the parameter `members`, or leave it out.",
        )
    names = tuple(members) if members is not None else product.members
    request = Request(folder, start_year, end_year, _experiment(product, experiment), names, box)
    ensemble = "member" in patterns.fields_of(product.files)
    if not ensemble and not found(product, data_dir=folder, experiment=experiment):
        raise InputError(
            "The product is absent.",
            file=folder / product.files,
            where=f"product {product.key!r}",
            found="no such file" if folder.is_dir() else f"no folder {folder}",
            accepted=f"files like {product.files} under data_dir",
            fix=product.access,
        )
    return READERS[product.reader](product, request)


def _experiment(product: Product, experiment: str | None) -> str:
    """Return the experiment to read: products whose files name none have one of their own."""
    if experiment is not None and "experiment" in patterns.fields_of(product.files):
        return experiment
    return product.experiment or ""
