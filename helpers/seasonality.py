"""The seasons of a study: every scope and product measured once, with every member."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product as product_of

import numpy as np
import pandas as pd
import xarray as xr

from helpers import budget, closure, geography, identities, latitudes, season
from helpers.closure import Identity, identity
from helpers.results import Row, to_frame
from helpers.study import Study
from helpers.units import TOTAL_UNITS

ByProduct = Mapping[str, xr.DataArray]

AREAS = ("China", *geography.REGIONS)
"""Scopes that every study has; latitude bands come on top."""


@dataclass(frozen=True, kw_only=True)
class Seasonality:
    """Monthly totals, mean years and latitude sections of a study.

    Parameters
    ----------
    period : str
        Such as ``2015-2019``.
    titles : mapping of str to str
        Name of each product as shown.
    is_standin : mapping of str to bool
        Whether a product is reconstructed.
    weights : mapping of str to xarray.DataArray, dims (lat, lon) [1]
        Mask of each scope: China, the four regions, latitude bands such as ``25-35N``.
    monthly, mean_years : mapping of scope to mapping of product to xarray.DataArray
        Dims (time[, member]) and (month[, member]) [Pg C yr-1], land uptake positive.
    sections : mapping of product to xarray.Dataset
        See :func:`helpers.latitudes.section`, dims (time, lat[, member]).
    zonal_years : mapping of product to xarray.DataArray, dims (month, lat[, member])
        Mean year of each row per area [g C m-2 yr-1]; coordinates `south`, `north`, `area`.
    """

    period: str
    titles: Mapping[str, str]
    is_standin: Mapping[str, bool]
    weights: Mapping[str, xr.DataArray]
    monthly: Mapping[str, ByProduct]
    mean_years: Mapping[str, ByProduct]
    sections: Mapping[str, xr.Dataset]
    zonal_years: Mapping[str, xr.DataArray]


def measure(study: Study, *, lat_bands: Sequence[float]) -> Seasonality:
    """Return the seasons of a study for China, its regions and latitude bands.

    Parameters
    ----------
    study : Study
        From :func:`helpers.study.open_study`.
    lat_bands : sequence of float
        Ascending edges [degrees north]; see :func:`helpers.latitudes.band_weights`.

    Raises
    ------
    InputError
        If the edges do not ascend, or a band holds nothing of China.
    """
    china = study.weights("China")
    bands = latitudes.band_weights(china, lat_bands)
    weights = {scope: study.weights(scope) for scope in AREAS}
    weights |= {str(n): bands.sel(band=n, drop=True) for n in bands["band"].values}
    masks = xr.concat(list(weights.values()), dim=pd.Index(list(weights), name="scope"))
    totals = {key: budget.total(flux, masks) for key, flux in study.fluxes.items()}
    years = {key: season.climatology(total) for key, total in totals.items()}
    sections = {key: latitudes.section(flux, china) for key, flux in study.fluxes.items()}
    single = study.start_year == study.end_year
    return Seasonality(
        period=str(study.start_year) if single else study.period,
        titles=study.titles,
        is_standin={key: bool(flux.attrs["is_standin"]) for key, flux in study.fluxes.items()},
        weights=weights,
        monthly=_by_scope(totals),
        mean_years=_by_scope(years),
        sections=sections,
        zonal_years={
            key: season.climatology(part["rate"]).assign_coords(area=part["area"])
            for key, part in sections.items()
        },
    )


def _by_scope(data: ByProduct) -> dict[str, dict[str, xr.DataArray]]:
    """Return arrays with a dimension `scope` by scope and product."""
    scopes = next(iter(data.values()))["scope"].values
    return {
        str(scope): {key: part.sel(scope=scope, drop=True) for key, part in data.items()}
        for scope in scopes
    }


def identities_of(study: Study, seasons: Seasonality) -> list[Identity]:
    """Return the identities of the chapter: months, members, rows of latitude and regions."""
    months = [
        closure.months_make_years(
            total,
            budget.annual_totals(study.fluxes[key], study.weights("China")),
            label=seasons.titles[key],
        )
        for key, total in seasons.monthly["China"].items()
    ]
    shared = identities.ensembles_make_mean(study) + identities.regions_make_nation(study)
    return [*months, *rows_make_nation(seasons), *shared]


def rows_make_nation(seasons: Seasonality) -> list[Identity]:
    """Check that the rows of latitude add up to China in every month and member."""
    return [
        identity(
            f"sum of latitude rows = China, {seasons.titles[key]}",
            part["total"].sum("lat"),
            whole=seasons.monthly["China"][key],
        )
        for key, part in seasons.sections.items()
    ]


def monthly_rows(seasons: Seasonality, *, scope: str = "China") -> list[Row]:
    """Return every month of every product and member; periods such as ``2017-07``."""
    rows = []
    for product, data in seasons.monthly[scope].items():
        names = [f"{month:%Y-%m}" for month in data.indexes["time"]]
        rows += _rows(
            "monthly", data, periods=names, unit=TOTAL_UNITS, product=product, scope=scope
        )
    return rows


def mean_year_rows(seasons: Seasonality) -> list[Row]:
    """Return the mean year of every scope, product and member; periods ``01`` to ``12``."""
    names = [f"{month:02d}" for month in range(1, 13)]
    rows = []
    for scope, products in seasons.mean_years.items():
        for product, data in products.items():
            rows += _rows(
                "climatology", data, periods=names, unit=TOTAL_UNITS, product=product, scope=scope
            )
    return rows


def season_rows(seasons: Seasonality) -> list[Row]:
    """Return what describes the season of every scope, product and member.

    Returns
    -------
    list of Row
        ``season_mean`` of DJF, MAM, JJA and SON [Pg C yr-1] with the ``interannual`` SD of the
        season; over the whole period ``amplitude`` [Pg C yr-1], ``summer_share`` [%] of gross
        uptake, ``peak_month``, ``season_start``, ``season_end``, ``season_length`` [month], and
        ``season_start_day``, ``season_end_day``, ``season_length_days`` [day]. Starts and ends are
        left out where uptake lasts all year or does not occur.
    """
    rows = []
    for product in seasons.sections:
        rows += _season_means(seasons, product)
    for scope, products in seasons.mean_years.items():
        for product, data in products.items():
            mean_year = with_mean(data)
            for name, values, unit in _descriptors(mean_year):
                rows += [
                    Row(quantity=name, product=product, member=str(member), scope=scope,
                        period=seasons.period, value=float(value), unit=unit)
                    for member, value in zip(values["member"].values, values.values, strict=True)
                    if np.isfinite(value)
                ]  # fmt: skip
    return rows


def zonal_rows(seasons: Seasonality) -> list[Row]:
    """Return per row of latitude, scopes such as ``35-36N``, for the ensemble mean.

    Returns
    -------
    list of Row
        ``zonal_rate`` in DJF and JJA and ``harmonic_amplitude`` of the mean year, g C m-2 yr-1.
    """
    rows = []
    for product, data in seasons.zonal_years.items():
        mean_year = budget.ensemble_mean(data)
        harmonic = season.first_harmonic(mean_year)["amplitude"]
        values = [("harmonic_amplitude", seasons.period, harmonic)]
        values += [("zonal_rate", n, season.season_mean(mean_year, n)) for n in ("DJF", "JJA")]
        names = [
            latitudes.band_name(south, north)
            for south, north in zip(data["south"].values, data["north"].values, strict=True)
        ]
        rows += [
            Row(quantity=quantity, product=product, scope=name, period=period,
                value=float(value), unit=latitudes.RATE_UNITS)
            for quantity, period, part in values
            for name, value in zip(names, part.values, strict=True)
        ]  # fmt: skip
    return rows


def select(rows: Iterable[Row], *quantities: str, scopes: Sequence[str] = ()) -> pd.DataFrame:
    """Return the rows of some quantities, and of some scopes, as a table."""
    return to_frame(
        row for row in rows if row.quantity in quantities and (not scopes or row.scope in scopes)
    )


def with_mean(data: xr.DataArray) -> xr.DataArray:
    """Return data along `member` with the ensemble mean first, under the name ``mean``."""
    mean = budget.ensemble_mean(data).expand_dims(member=["mean"])
    return xr.concat([mean, data], dim="member") if "member" in data.dims else mean


def _rows(
    quantity: str,
    data: xr.DataArray,
    *,
    periods: Sequence[str],
    unit: str,
    product: str,
    scope: str,
) -> list[Row]:
    """Return one row for each member, the mean first, and each place on the only other axis."""
    named = with_mean(data).transpose("member", ...)
    return [
        Row(quantity=quantity, product=product, member=str(member), scope=scope, period=period,
            value=float(value), unit=unit)
        for member, values in zip(named["member"].values, named.values, strict=True)
        for period, value in zip(periods, values, strict=True)
    ]  # fmt: skip


def _season_means(seasons: Seasonality, product: str) -> list[Row]:
    """Return the mean of each season, with its spread over years, of every scope and member."""
    names = pd.Index(list(seasons.monthly), name="scope")
    monthly = with_mean(xr.concat([part[product] for part in seasons.monthly.values()], dim=names))
    mean_year = season.climatology(monthly)
    rows = []
    for name in season.SEASONS:
        years = season.season_by_year(monthly, name)
        count = years.sizes["year"]
        spreads = years.std("year", ddof=1) if count > 1 else None
        means = season.season_mean(mean_year, name)
        for scope, member in product_of(means["scope"].values, means["member"].values):
            here = {"scope": scope, "member": member}
            rows.append(
                Row(quantity="season_mean", product=product, member=str(member), scope=str(scope),
                    period=name, value=float(means.sel(here)), unit=TOTAL_UNITS, n=count,
                    sd=None if spreads is None else float(spreads.sel(here)),
                    sd_kind=None if spreads is None else "interannual")
            )  # fmt: skip
    return rows


def _descriptors(mean_year: xr.DataArray) -> list[tuple[str, xr.DataArray, str]]:
    """Return name, values and unit of what describes mean years, NaN where it does not exist."""
    months = season.growing_season(mean_year)
    days = season.growing_season(mean_year, method="days")
    is_part = (months["length"] > 0) & (months["length"] < 12)
    return [
        ("amplitude", season.amplitude(mean_year), TOTAL_UNITS),
        ("summer_share", 100.0 * season.uptake_share(mean_year, season.SEASONS["JJA"]), "%"),
        ("peak_month", season.peak_month(mean_year), "month"),
        ("season_length", months["length"], "month"),
        ("season_length_days", days["length"], "day"),
        ("season_start", months["start"].where(is_part), "month"),
        ("season_end", months["end"].where(is_part), "month"),
        ("season_start_day", days["start"].where(is_part), "day"),
        ("season_end_day", days["end"].where(is_part), "day"),
    ]
