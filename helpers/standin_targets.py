"""What the stand-in has to add up to: published totals, and the cells they are read from.

The numbers come from ``data/published/claims.csv``; none is typed here.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr

from helpers import geography, masks, regrid
from helpers import grid as grids
from helpers.errors import InputError

PG_PER_G = 1e-15
PRODUCTS: dict[str, str] = {"beps": "beps", "vegas": "vegas", "oco2-mip": "oco2"}
"""Catalog key of each reconstructed product, and its name in the claim ids."""

CLASSES: tuple[str, ...] = ("forest", "shrub", "grass", "crop")
SCOPES: tuple[str, ...] = (*geography.REGIONS, *CLASSES)
_REGION_IDS = ("north", "south", "northwest", "plateau")


@dataclass(frozen=True)
class Targets:
    """Published mean and spread of one product, 2015-2019 [Pg C yr-1, land uptake positive].

    Attributes
    ----------
    scopes, claims : tuple of str
        The four regions, then the four ecosystems, and the ids of the claims.
    mean, spread : numpy.ndarray, shape (8,)
        Published value and plus-minus. The source never defines its plus-minus; it is taken as
        the sample standard deviation of five annual totals, the reading that fits best.
    national_mean, national_spread : float
        Published national value, to two decimals.
    """

    product: str
    scopes: tuple[str, ...]
    claims: tuple[str, ...]
    mean: np.ndarray
    spread: np.ndarray
    national_claim: str
    national_mean: float
    national_spread: float


def read_claims(path: str | Path) -> dict[str, dict[str, str]]:
    """Read the table of published claims, by id.

    Raises
    ------
    InputError
        If the file is absent or has no column `id`.
    """
    try:
        with Path(path).open(encoding="utf-8", newline="") as stream:
            return {row["id"]: row for row in csv.DictReader(stream)}
    except (OSError, KeyError) as error:
        raise InputError(
            "The table of published claims cannot be read.",
            file=path,
            found=f"{type(error).__name__}: {error}",
            accepted="a CSV file with the columns id, value, uncertainty, low, high",
            fix="Restore data/published/claims.csv from the repository.",
        ) from error


def claim_number(claims: dict[str, dict[str, str]], identifier: str, *, column: str) -> float:
    """Return one number of one claim.

    Raises
    ------
    InputError
        If the claim or the number is absent.
    """
    try:
        return float(claims[identifier][column])
    except (KeyError, ValueError) as error:
        raise InputError(
            "A published number is missing.",
            where=f"claim {identifier}, column {column}",
            found=repr(claims.get(identifier, {}).get(column)),
            accepted="a number",
            fix="Restore the row in data/published/claims.csv.",
        ) from error


def read_targets(claims: dict[str, dict[str, str]], product: str) -> Targets:
    """Return the published totals of one product, by catalog key."""
    short = PRODUCTS[product]
    ids = [f"z24-region-{name}-{short}" for name in _REGION_IDS]
    ids += [f"z24-eco-{name}-{short}" for name in CLASSES]
    national = f"z24-national-{short}"
    return Targets(
        product=product,
        scopes=SCOPES,
        claims=tuple(ids),
        mean=np.array([claim_number(claims, i, column="value") for i in ids]),
        spread=np.array([claim_number(claims, i, column="uncertainty") for i in ids]),
        national_claim=national,
        national_mean=claim_number(claims, national, column="value"),
        national_spread=claim_number(claims, national, column="uncertainty"),
    )


def scope_weights(grid: xr.Dataset) -> xr.DataArray:
    """Return what each cell of the analysis grid counts in each published total.

    Parameters
    ----------
    grid : xarray.Dataset
        The analysis grid.

    Returns
    -------
    xarray.DataArray, dims (scope, lat, lon) [1]
        Regions: exact share of the cell inside the region's polygon. Ecosystems: one in every
        cell that China touches and whose land has that ecosystem as its largest, else zero. The
        second rule is inferred: with it the published sums of four classes can exceed the
        national totals, as they do.
    """
    regions = [masks.polygon_weights(p, grid) for p in geography.region_polygons().values()]
    touched = masks.polygon_weights(geography.boundary_polygon(), grid, method="touched") > 0
    majority = geography.majority_class(geography.ecosystem_fractions(grid))
    classes = [((majority == name) & touched).astype(float) for name in CLASSES]
    return xr.concat(
        [*regions, *classes], dim="scope", coords="minimal", compat="override"
    ).assign_coords(scope=list(SCOPES))


def total_rows(weights: xr.DataArray, valid: xr.DataArray, *, grid: xr.Dataset) -> np.ndarray:
    """Return the weight of each native cell in totals taken on the analysis grid.

    Parameters
    ----------
    weights : xarray.DataArray, dims (scope, lat, lon) [1]
        From :func:`scope_weights`.
    valid : xarray.DataArray of bool, dims (lat, lon)
        Cells of the native grid that hold data.
    grid : xarray.Dataset
        The analysis grid.

    Returns
    -------
    numpy.ndarray, shape (scope, lat, lon) [Pg C yr-1 per (g C m-2 yr-1)]
        Such that sum(row * flux) is the total after regridding as the book does it: a cell of the
        analysis grid takes the mean of the valid native area in it.

    Raises
    ------
    InputError
        If a cell that counts has no valid native area.
    """
    lat, lon = regrid.weight_matrices(valid, grid)
    covered = (lat @ valid.values.astype(float)) @ lon.T
    area = (weights * grids.cell_areas(grid)).values
    bare = (covered <= 0) & (area > 0).any(axis=0)
    if bare.any():
        raise InputError(
            "Cells that count have no native data.",
            where="valid",
            found=f"{int(bare.sum())} cells",
            accepted="native data in every cell that China touches",
            fix="Extend the native land at the coast.",
        )
    per_covered = PG_PER_G * area / np.where(covered > 0, covered, 1.0)
    return np.stack([(lat.T @ layer) @ lon for layer in per_covered]) * valid.values
