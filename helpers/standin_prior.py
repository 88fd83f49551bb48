"""The prior of the stand-in: plausible yearly fluxes and seasons from real climate and land cover.

Everything that was chosen rather than published or measured is in :data:`ASSUMPTIONS`, one record
a product; the manifest and the book's page print it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
import xarray as xr
from scipy.ndimage import binary_dilation, gaussian_filter

from helpers import geography, masks, regrid
from helpers import grid as grids

URBAN, CARBON_IN_DRY_MATTER = 13, 0.475


@dataclass(frozen=True)
class Assumptions:
    """Choices for one product; none is a result, none is taken from the product itself.

    Attributes
    ----------
    kept_share : tuple of float
        Share of net primary production kept as a sink in forest, shrub, grass, crop and other
        land [1].
    cold_crop : float
        Added to the crop share where the year is colder than 8 degC, taken off where warmer [1].
    upland : float
        Relative gain of the sink around 1500 m [1].
    city_flux : float
        Flux of built-up land [g C m-2 yr-1], land uptake positive.
    dry_highland_flux : float
        Flux added on high or dry land [g C m-2 yr-1].
    tropical_loss : float
        Part of the sink lost where even the coldest month is warm (8 to 18 degC) [1].
    smoothing, length : float
        Standard deviation of the Gaussian that smooths the prior, and of the one in the
        covariance [degrees].
    season : float
        Size of the seasonal cycle: uptake and release each, as a share of production [1].
    """

    kept_share: tuple[float, float, float, float, float]
    cold_crop: float = 0.0
    upland: float = 0.0
    city_flux: float = 0.0
    dry_highland_flux: float = 0.0
    tropical_loss: float = 0.0
    smoothing: float = 0.0
    length: float = 1.0
    season: float = 1.0


ASSUMPTIONS: dict[str, Assumptions] = {
    "beps": Assumptions((0.11, 0.15, 0.06, 0.10, 0.05), upland=0.5, season=0.4),
    "vegas": Assumptions(
        (0.03, 0.04, 0.09, 0.16, 0.02), cold_crop=0.12, city_flux=-250.0, season=0.9
    ),
    "oco2-mip": Assumptions(
        (0.19, 0.13, 0.01, 0.26, 0.0),
        dry_highland_flux=-20.0,
        tropical_loss=0.9,
        smoothing=1.5,
        length=1.5,
        season=0.85,
    ),
}


def native_grid(product: str) -> xr.Dataset:
    """Return the part of a provider's grid that covers the China box.

    BEPS: cells of 1/13.75 degrees counted from 180 W and 90 N; VEGAS: 0.5; OCO-2 MIP: 1 degree.
    """
    if product != "beps":
        return grids.analysis_grid(0.5 if product == "vegas" else 1.0)
    west, east, south, north = grids.CHINA_BOX
    per_degree = 13.75
    columns = np.arange(np.floor((west + 180) * per_degree), np.ceil((east + 180) * per_degree) + 1)
    rows = np.arange(np.floor((90 - north) * per_degree), np.ceil((90 - south) * per_degree) + 1)
    return grids.grid_from_edges(90 - rows[::-1] / per_degree, columns / per_degree - 180)


def _sampled(data: xr.DataArray, grid: xr.Dataset) -> xr.DataArray:
    """Bring 0.25 degree data to a grid: interpolate to finer cells, average over coarser."""
    if float(grid["lat"][1] - grid["lat"][0]) < 0.25:
        return data.interp(lat=grid["lat"], lon=grid["lon"], kwargs={"fill_value": None})
    return regrid.conservative(data, grid)


def native_land(grid: xr.Dataset, *, analysis: xr.Dataset) -> xr.DataArray:
    """Return the native cells that hold data: land, and enough coast that China lacks none.

    Land is where the centre lies on land or the land cover is not water, widened by one cell;
    then, in each cell of the analysis grid that China touches and no land cell reaches, all.
    """
    lon, lat = np.meshgrid(grid["lon"].values, grid["lat"].values)
    polygon = geography.land_polygon()
    shapely.prepare(polygon)
    land = shapely.intersects_xy(polygon, lon, lat)
    igbp = geography.land_cover()["igbp_class"]
    land |= regrid.conservative((igbp > 0).astype(float), grid).fillna(0.0).values >= 0.5
    land = binary_dilation(land)
    china = masks.polygon_weights(geography.boundary_polygon(), analysis, method="touched")
    to_lat, to_lon = regrid.weight_matrices(grid, analysis)
    bare = (china.values > 0) & (((to_lat @ land.astype(float)) @ to_lon.T) <= 0)
    land |= ((to_lat.T @ bare.astype(float)) @ to_lon) > 0
    return xr.DataArray(
        land, dims=("lat", "lon"), coords={"lat": grid["lat"], "lon": grid["lon"]}, name="land"
    )


def drivers(grid: xr.Dataset, *, land: xr.DataArray) -> xr.Dataset:
    """Return what the prior and the seasons are made of, on a native grid.

    Returns
    -------
    xarray.Dataset
        ``production`` (lat, lon) net primary production [g C m-2 yr-1]; ``fractions``
        (ecosystem, lat, lon) [1]; ``urban`` [1]; ``temperature`` (month, lat, lon) [degC];
        ``rain`` (month, lat, lon) [mm month-1]; ``elevation`` [m]; ``evergreen`` [1]; ``sunlight``
        (month, lat) [1].

    Notes
    -----
    Production is the Miami model (Lieth 1975), the lesser of 3000 / (1 + exp(1.315 - 0.119 T))
    and 3000 (1 - exp(-0.000664 P)) g dry matter m-2 yr-1, times 0.475 and times greenness,
    (NDVI_max - 0.1) / 0.7 between 0 and 1.
    """
    surface, cover = geography.surface(), geography.land_cover()
    temperature = _sampled(surface["air_temperature"], grid)
    rain = _sampled(surface["precipitation"], grid).clip(min=0.0)
    days = xr.DataArray(MONTH_DAYS[False] / 365.0, dims="month")
    warmth, wetness = (temperature * days).sum("month"), rain.sum("month")
    miami = np.minimum(
        3000.0 / (1.0 + np.exp(1.315 - 0.119 * warmth)),
        3000.0 * (1.0 - np.exp(-0.000664 * wetness)),
    )
    highest = regrid.conservative(cover["ndvi_maximum"], grid).fillna(0.0)
    lowest = regrid.conservative(cover["ndvi_minimum"], grid).fillna(0.0)
    greenness = ((highest - 0.1) / 0.7).clip(0.0, 1.0)
    urban = (cover["igbp_class"] == URBAN).astype(float)
    return xr.Dataset(
        {
            "production": CARBON_IN_DRY_MATTER * miami * greenness * land,
            "fractions": geography.ecosystem_fractions(grid),
            "urban": regrid.conservative(urban, grid).fillna(0.0),
            "temperature": temperature,
            "warmth": warmth,
            "rain": rain,
            "elevation": _sampled(surface["elevation"], grid).clip(min=0.0),
            "evergreen": (lowest / highest.clip(min=0.1)).clip(0.0, 1.0),
            "sunlight": sunlight(grid["lat"]),
            "land": land,
        }
    )


MONTH_DAYS: dict[bool, np.ndarray] = {
    leap: np.array([31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], dtype=float)
    for leap in (False, True)
}


def sunlight(lat: xr.DataArray) -> xr.DataArray:
    """Return mid-month sunlight above the atmosphere relative to its yearly mean, (month, lat)."""
    middle = np.cumsum(MONTH_DAYS[False]) - MONTH_DAYS[False] / 2
    tilt = np.deg2rad(23.44) * np.sin(2 * np.pi * (middle - 80.0) / 365.0)
    declination = xr.DataArray(tilt, dims="month", coords={"month": np.arange(1, 13)})
    phi = np.deg2rad(lat)
    half_day = np.arccos((-np.tan(phi) * np.tan(declination)).clip(-1.0, 1.0))
    received = half_day * np.sin(phi) * np.sin(declination) + np.cos(phi) * np.cos(
        declination
    ) * np.sin(half_day)
    return (received / received.mean("month")).transpose("month", "lat")


def smooth_on_land(field: np.ndarray, land: np.ndarray, *, cells: float) -> np.ndarray:
    """Smooth a field by a Gaussian that sees land only; zero elsewhere."""
    if cells <= 0:
        return np.where(land, field, 0.0)
    above = gaussian_filter(np.where(land, field, 0.0), cells, mode="nearest")
    below = gaussian_filter(land.astype(float), cells, mode="nearest")
    return np.where(land, above / np.maximum(below, 1e-12), 0.0)


def prior_flux(data: xr.Dataset, assumptions: Assumptions) -> np.ndarray:
    """Return the prior mean annual flux, shape (lat, lon) [g C m-2 yr-1], land uptake positive."""
    share = (data["fractions"] * np.array(assumptions.kept_share)[:, None, None]).sum("ecosystem")
    cold = np.tanh((8.0 - data["warmth"]) / 4.0)
    share = share + assumptions.cold_crop * cold * data["fractions"].sel(ecosystem="crop")
    hills = np.exp(-(((data["elevation"] - 1500.0) / 700.0) ** 2))
    flux = data["production"] * share * (1.0 + assumptions.upland * hills)
    mild = ((data["temperature"].min("month") - 8.0) / 10.0).clip(0.0, 1.0)
    flux = flux * (1.0 - assumptions.tropical_loss * mild)
    bleak = 1.0 / (1.0 + np.exp((data["production"] - 250.0) / 60.0))
    flux = flux + assumptions.dry_highland_flux * bleak + assumptions.city_flux * data["urban"]
    step = float(data["lat"][1] - data["lat"][0])
    return smooth_on_land(flux.values, data["land"].values, cells=assumptions.smoothing / step)


def spread(data: xr.Dataset) -> np.ndarray:
    """Return how much a cell may move, (lat, lon) [g C m-2 yr-1]: production / 20 plus 15."""
    return np.where(data["land"], 15.0 + 0.05 * data["production"], 0.0)


def activity(data: xr.Dataset, *, leap: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return the yearly course of uptake and of release, each with mean one.

    Parameters
    ----------
    data : xarray.Dataset
        From :func:`drivers`.
    leap : bool
        Whether February has 29 days.

    Returns
    -------
    tuple of numpy.ndarray, shape (12, lat, lon) [1]
        Means over the year, weighted by the days of the months, are one in every cell.

    Notes
    -----
    Uptake follows sunlight x warmth x moisture, with a winter floor where the vegetation stays
    green; release grows by 1.6 for every 10 degrees. Where the coldest month is warm, both
    courses are drawn towards a flat one, as seasons are weak in the tropical south.
    """
    temperature = data["temperature"]
    warm = ((temperature + 2.0) / 27.0).clip(0.0, 1.0)
    warm = warm * warm * (3.0 - 2.0 * warm)
    moist = 0.4 + 0.6 * data["rain"] / (data["rain"] + 40.0)
    floor = 0.02 + 0.15 * data["evergreen"]
    uptake = data["sunlight"] * moist * (floor + (1.0 - floor) * warm)
    release = 1.6 ** (temperature / 10.0)
    mildness = ((temperature.min("month") - 8.0) / 7.0).clip(0.0, 1.0)
    days = MONTH_DAYS[leap][:, None, None] / MONTH_DAYS[leap].sum()
    courses = []
    for course in (uptake, release):
        values = course.transpose("month", "lat", "lon").values
        values = values / (values * days).sum(axis=0)
        courses.append(1.0 + (values - 1.0) * (1.0 - 0.9 * mildness.values))
    return courses[0], courses[1]
