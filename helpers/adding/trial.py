"""Trying an entry before it is written: does the product read, reach China, and make sense."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from helpers import budget, geography, masks, regrid, sentinels, sources, timeaxis
from helpers import grid as grids
from helpers.catalog import Product
from helpers.errors import InputError
from helpers.units import TOTAL_UNITS, to_rate

NET, GROSS = 3.0, 30.0
"""Magnitude of China's total that no net flux and no gross flux reaches [Pg C yr-1]."""

_CHINA = {"boundary": "national", "mask": "fraction", "scope": "China"}

BOOK_YEARS = (2015, 2019)
"""Years of the book's runs; a product needs them to join every page."""


@dataclass(frozen=True)
class Trial:
    """What a product comes to over China.

    Attributes
    ----------
    years : tuple of int
        First and last year tried.
    annual : dict of int to float
        Total of each year, mean of the members [Pg C yr-1], land uptake positive.
    january, july : float or None
        Mean rate of these months over the years [Pg C yr-1]; None for yearly values.
    missing : float
        Share of China without data [1].
    lowest, highest : float
        Range of the mean flux of the years over the cells of China [g C m-2 yr-1].
    members : tuple of str
    notices : str
        Repairs by the reader.
    alarms : tuple of sentinels.Alarm
        What the book's sentinels find.
    """

    years: tuple[int, int]
    annual: dict[int, float]
    january: float | None
    july: float | None
    missing: float
    lowest: float
    highest: float
    members: tuple[str, ...]
    notices: str
    alarms: tuple[sentinels.Alarm, ...]

    @property
    def mean(self) -> float:
        """Mean of the yearly totals [Pg C yr-1]."""
        return float(np.mean(list(self.annual.values())))


def try_product(product: Product, *, data_dir: Path, years: tuple[int, int]) -> Trial:
    """Read a product and integrate it over China, without writing anything.

    Parameters
    ----------
    product : Product
        The entry as it would be written.
    data_dir : Path
        Folder its file pattern is relative to.
    years : tuple of int
        First and last year, both included.

    Raises
    ------
    InputError
        If the reader refuses the files, or no cell of China has data.
    """
    flux = sources.read_product(product, data_dir=data_dir, start_year=years[0], end_year=years[1])
    flux = regrid.conservative(flux, grids.analysis_grid()).compute()
    weights = _masks()["scope_weight"].sel(_CHINA, drop=True)
    missing = budget.missing_share(flux, weights)
    if missing > 0.999:
        raise InputError("The product holds nothing over China.", where=product.key,
                         found=f"{missing:.1%} of China without values",
                         accepted="values over land between 73 and 135 degrees east",
                         fix="Check grid and fill values of the file.")  # fmt: skip
    monthly = budget.ensemble_mean(budget.total(flux, weights, max_gap=1.0))
    annual = timeaxis.annual_mean(monthly)
    whole = flux.attrs.get("time_step") == "year"
    of_month = timeaxis.climatology(monthly)
    field = to_rate(timeaxis.period_mean(budget.ensemble_mean(flux))).where(weights > 0)
    totals = zip(annual["year"].values, annual.values, strict=True)
    return Trial(
        years=years,
        annual={int(year): float(value) for year, value in totals},
        january=None if whole else float(of_month.sel(month=1)),
        july=None if whole else float(of_month.sel(month=7)),
        missing=missing,
        lowest=float(field.min()),
        highest=float(field.max()),
        members=tuple(map(str, flux["member"].values)) if "member" in flux.dims else (),
        notices=str(flux.attrs.get("notices", "")),
        alarms=tuple(sentinels.watch({product.key: flux}, _masks(), titles={})),
    )


def doubts(trial: Trial, product: Product) -> list[str]:
    """Return what looks wrong about a product, each with its likely cause; empty if nothing does.

    Parameters
    ----------
    trial : Trial
    product : Product
        Tells what the values are meant to be.
    """
    gross = product.quantity in ("GPP", "NPP")
    told = [str(alarm) for alarm in trial.alarms]
    limit = GROSS if gross else NET
    codes = {alarm.code for alarm in trial.alarms}
    if abs(trial.mean) > limit and "units" not in codes:
        told.append(
            f"{trial.mean:.3g} {TOTAL_UNITS}: no estimate of China's {product.quantity} reaches "
            f"{limit:g}. The unit (C for CO2, month for year, g for kg) is likely wrong."
        )
    no_summer = trial.january is not None and trial.july is not None and trial.january > trial.july
    if no_summer and "sign" not in codes:
        told.append(
            f"More uptake in January ({trial.january:.3g}) than in July ({trial.july:.3g}). "
            "The sign is likely wrong."
        )
    if gross and trial.lowest < 0 and abs(trial.lowest) > 0.05 * trial.highest:
        told.append(f"{product.quantity} below zero. The sign or the quantity is likely wrong.")
    if gross:
        told.append(
            f"{product.quantity} is gross uptake, many times the net sink. Figures that compare "
            "totals will be drawn to its scale."
        )
    return told


@cache
def _masks() -> xr.Dataset:
    """Return the masks that totals and sentinels need: exact shares, and land."""
    grid = grids.analysis_grid()
    polygons = {"China": geography.boundary_polygon(), **geography.region_polygons()}
    shares = [masks.polygon_weights(p, grid, name=name) for name, p in polygons.items()]
    scopes = xr.concat(shares, pd.Index(list(polygons), name="scope"))
    chosen = scopes.expand_dims(boundary=["national"], mask=["fraction"])
    return xr.Dataset({"scope_weight": chosen, "land_fraction": geography.land_fraction(grid)})
