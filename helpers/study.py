"""What a notebook works on: typed fluxes on one grid, masks, and the choices behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import xarray as xr

from helpers import budget, cube, geography, masks, sentinels
from helpers.catalog import Product
from helpers.errors import InputError
from helpers.holdings import standin_beside
from helpers.project import project_root, resolve
from helpers.sources import Request
from helpers.tables import Table

STAND_IN = "stand-in"
"""The profile whose data are reconstructed from the published tables."""


@dataclass(frozen=True, kw_only=True)
class Study:
    """Everything a chapter needs, opened once.

    Parameters
    ----------
    profile, mask, boundary, experiment : str
        The choices, as in the notebook's parameters.
    start_year, end_year : int
        Whole years, both included.
    products : dict of str to Product
        Catalog entries found, in catalog order.
    fluxes : dict of str to xarray.DataArray
        Typed flux of each product on the analysis grid [kg m-2 s-1], land uptake positive.
    masks : xarray.Dataset
        See :func:`helpers.cube.standard_masks`.
    alarms : tuple of sentinels.Alarm
        What looks mistaken in the products; nothing was changed because of it.
    """

    profile: str
    mask: str
    boundary: str
    experiment: str
    start_year: int
    end_year: int
    products: dict[str, Product]
    fluxes: dict[str, xr.DataArray]
    masks: xr.Dataset
    alarms: tuple[sentinels.Alarm, ...] = ()

    @property
    def period(self) -> str:
        """The years, as result tables write them: ``2015-2019``."""
        return f"{self.start_year}-{self.end_year}"

    @property
    def titles(self) -> dict[str, str]:
        """Name of each product as figures show it."""
        return {key: product.title for key, product in self.products.items()}

    @property
    def is_standin(self) -> bool | str:
        """True if every product is reconstructed, False if none is, else ``"mixed"``."""
        marks = {bool(flux.attrs["is_standin"]) for flux in self.fluxes.values()}
        return "mixed" if len(marks) == 2 else marks.pop()

    def overview(self) -> Table:
        """Return what was opened, one product a row, for the page."""
        rows = [
            {
                "product": product.title,
                "quantity": self.fluxes[key].attrs["quantity"],
                "method": product.method_class,
                "members": self.fluxes[key].sizes.get("member", 1),
                "period": self.period,
                "stand-in": "yes" if self.fluxes[key].attrs["is_standin"] else "no",
            }
            for key, product in self.products.items()
        ]
        table = pd.DataFrame(rows)
        if self.without_months:
            steps = dict.fromkeys(self.without_months, "years")
            table["values"] = [steps.get(key, "months") for key in self.products]
        return Table(table, "Products on this page")

    @property
    def without_months(self) -> list[str]:
        """Keys of the products that have one value a year, so no season."""
        return [key for key, f in self.fluxes.items() if f.attrs.get("time_step") == "year"]

    def seasonal(self) -> Study:
        """Return the study without the products that have one value a year.

        Raises
        ------
        InputError
            If no product is left.
        """
        left = set(self.fluxes) - set(self.without_months)
        if not left:
            raise InputError(
                "No product has months.", where="products", found=", ".join(self.titles.values()),
                accepted="a product with monthly or daily values", fix="Add one.",
            )  # fmt: skip
        return replace(
            self,
            products={key: value for key, value in self.products.items() if key in left},
            fluxes={key: value for key, value in self.fluxes.items() if key in left},
        )

    def season_note(self) -> Table | None:
        """Return which products a page on seasons leaves out, or None where it has all."""
        names = [self.titles[key] for key in self.without_months]
        if not names:
            return None
        left_out = {"left out": names, "why": ["one value a year: no months"] * len(names)}
        return Table(pd.DataFrame(left_out), "Products without seasons")

    def weights(self, scope: str = "China") -> xr.DataArray:
        """Return the share of each cell that counts for China or a region, dims (lat, lon) [1]."""
        choice = {"boundary": self.boundary, "mask": self.mask, "scope": scope}
        return self.masks["scope_weight"].sel(choice, drop=True)

    def monthly_totals(self, scope: str = "China") -> dict[str, xr.DataArray]:
        """Return the total of each month and product [Pg C yr-1], land uptake positive."""
        weights = self.weights(scope)
        return {key: budget.total(flux, weights) for key, flux in self.fluxes.items()}

    def annual_totals(self, scope: str = "China") -> dict[str, xr.DataArray]:
        """Return the yearly total of each product [Pg C yr-1], land uptake positive."""
        weights = self.weights(scope)
        return {key: budget.annual_totals(flux, weights) for key, flux in self.fluxes.items()}


def open_study(
    *,
    profile: str,
    data_dir: str | Path | None,
    start_year: int,
    end_year: int,
    experiment: str,
    mask: str,
    boundary: str = "national",
    members: Sequence[str] | None = None,
) -> Study:
    """Open the data of a notebook from its parameters, preparing what is missing.

    A product that looks mistaken (sign, units, ...) is announced by a card on the page.

    Parameters
    ----------
    profile : str
        ``stand-in`` for the reconstruction that comes with the book, ``original`` (or a name of
        your own) for files under `data_dir`.
    data_dir : str or Path, optional
        Folder of product files. With the stand-in it may be left out; named, its products come
        first, and the reconstruction gives those that it lacks.
    start_year, end_year : int
        Whole years, both included.
    experiment : str
        Experiment of ensemble products, such as ``LNLGIS``.
    mask : {"fraction", "centre", "touched"}
        How borders fall on cells.
    boundary : {"national", "natural-earth"}
        Depiction of China.
    members : sequence of str, optional
        Members to keep in ensembles; all if left out.

    Raises
    ------
    InputError
        If a parameter is not one of those accepted, or the data are not there.
    """
    _accept(mask, masks.METHODS, where="mask")
    _accept(boundary, geography.BOUNDARIES, where="boundary")
    source, standin_dir = _folders(profile, data_dir)
    request = Request(
        data_dir=source,
        start_year=start_year,
        end_year=end_year,
        experiment=experiment,
        standin_dir=standin_dir,
    )
    folder = project_root() / "build" / "cube"
    path = cube.build_cube(request, folder=folder, profile=profile)
    products = cube.available(request)
    fluxes = {
        key: keep_members(flux, members) if "member" in flux.dims else flux
        for key, flux in cube.read_fluxes(path).items()
    }
    standard = cube.read_masks(path)
    titles = {key: product.title for key, product in products.items()}
    alarms = tuple(sentinels.watch(fluxes, standard, titles=titles))
    sentinels.announce(alarms)
    return Study(
        profile=profile,
        mask=mask,
        boundary=boundary,
        experiment=experiment,
        start_year=start_year,
        end_year=end_year,
        products=products,
        fluxes=fluxes,
        masks=standard,
        alarms=alarms,
    )


def keep_members(flux: xr.DataArray, members: Sequence[str] | None) -> xr.DataArray:
    """Return the members asked for, refusing names that are not there."""
    if members is None:
        return flux
    there = [str(name) for name in flux["member"].values]
    unknown = [name for name in members if name not in there]
    if unknown or not members:
        raise InputError(
            "Unknown member." if unknown else "No member was chosen.",
            where=f"members of {flux.attrs['source']}",
            found=", ".join(unknown) or "an empty list",
            accepted=", ".join(there),
            fix="Correct the parameter `members`, or leave it out for all.",
        )
    return flux.sel(member=list(members))


def _folders(profile: str, data_dir: str | Path | None) -> tuple[Path, Path | None]:
    """Return the folder to read, and that of the stand-in to read beside it."""
    if data_dir is None and profile != STAND_IN:
        raise InputError(
            "This profile needs a folder of data.",
            where="data_dir",
            found="nothing",
            accepted="the folder with beps/, vegas/, oco2-v10-mip/ (see the data page)",
            fix=f"Set `data_dir`, or use profile {STAND_IN!r}.",
        )
    out = project_root() / "build" / STAND_IN
    folder = out if data_dir is None else resolve(data_dir)
    beside = standin_beside(folder, profile=profile, standin=out)
    if data_dir is None or beside is not None:
        # made here when absent, so that a notebook also runs by itself
        from helpers import standin

        standin.prepare(root=project_root(), out=out)
    return folder, beside


def _accept(value: str, accepted: Sequence[str], *, where: str) -> None:
    if value not in accepted:
        raise InputError(
            f"Unknown {where}.",
            where=where,
            found=repr(value),
            accepted=" or ".join(accepted),
            fix=f"Correct the parameter `{where}`.",
        )
