"""Places that the study names, and what a mean flux is there: rates, shares of area, likeness."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import shapely
import xarray as xr

from helpers import budget, geography, masks, regrid, timeaxis
from helpers import grid as grids
from helpers.constants import SECONDS_PER_YEAR
from helpers.study import Study

BOXES: dict[str, tuple[float, float, float, float]] = {
    "Northeast": (118.0, 135.5, 39.0, 54.0),
    "North China plain": (112.0, 120.0, 34.0, 40.0),
    "Yunnan-Guizhou": (100.0, 110.0, 22.0, 29.0),
    "Changbai Mountains": (126.0, 130.0, 41.0, 44.0),
    "mid-lower Yangtze": (111.0, 122.0, 28.0, 33.0),
    "west": (72.0, 104.0, 27.0, 50.0),
}
"""West, east, south and north edge of places in words [degrees]; the part inside China counts.
``west`` stands for Xinjiang, Tibet, Qinghai and Gansu together."""

HU_LINE = ((127.5, 50.25), (98.5, 25.02))
"""Heihe and Tengchong, longitude and latitude: the line between China's wet, peopled southeast and
its dry northwest, drawn straight in degrees."""

URBAN_CLASS, URBAN_SHARE = 13, 0.10
"""IGBP class of urban land, and the share from which a cell counts as holding large cities [1]."""

_TO_RATE = 1000.0 * SECONDS_PER_YEAR


def mean_rate_field(flux: xr.DataArray) -> xr.DataArray:
    """Return the mean flux of a product over years and members, dims (lat, lon) [g C m-2 yr-1]."""
    return timeaxis.period_mean(budget.ensemble_mean(flux)) * _TO_RATE


def area_of(study: Study, place: str) -> xr.DataArray:
    """Return the area of China that counts in a place, dims (lat, lon) [m2].

    Parameters
    ----------
    study : helpers.study.Study
    place : str
        ``China``, a region, a key of `BOXES`, or ``southeast`` or ``northwest`` of `HU_LINE`.
    """
    if place == "China" or place in geography.REGIONS:
        weights = study.weights(place)
    else:
        weights = study.weights("China") * masks.polygon_weights(polygon_of(place), _grid(study))
    return weights * grids.cell_areas(weights)


def polygon_of(place: str) -> shapely.Geometry:
    """Return the polygon of a box or of a side of `HU_LINE` [degrees]."""
    if place in BOXES:
        west, east, south, north = BOXES[place]
        return shapely.box(west, south, east, north)
    (x1, y1), (x2, y2) = HU_LINE
    step = ((x1 - x2) * 3, (y1 - y2) * 3)  # far beyond the country on both ends
    far = [(x1 + step[0], y1 + step[1]), (x2 - step[0], y2 - step[1])]
    corner = (179.0, -89.0) if place == "southeast" else (-179.0, 89.0)
    side = shapely.Polygon([*far, corner])
    return shapely.intersection(side, shapely.box(-179, -89, 179, 89))


def _grid(study: Study) -> xr.DataArray:
    return next(iter(study.fluxes.values()))


def mean_rate(field: xr.DataArray, area: xr.DataArray) -> float:
    """Return the mean of a field over an area; cells without data do not count."""
    counted = area.where(field.notnull(), 0.0)
    return float((field.fillna(0.0) * counted).sum() / counted.sum())


def share_above(field: xr.DataArray, area: xr.DataArray, *, threshold: float = 0.0) -> float:
    """Return the share of an area whose field is above a threshold [%]."""
    counted = area.where(field.notnull(), 0.0)
    return 100 * float(counted.where(field > threshold, 0.0).sum() / counted.sum())


def largest(field: xr.DataArray, area: xr.DataArray) -> float:
    """Return the largest value of a field in an area."""
    return float(field.where(area > 0).max())


def correlation(first: xr.DataArray, second: xr.DataArray, *, area: xr.DataArray) -> float:
    """Return the correlation of two fields over an area, weighted by it."""
    both = area.where(first.notnull() & second.notnull(), 0.0)
    a, b = (np.nan_to_num(f.values) for f in (first, second))
    w = (both / both.sum()).values
    a, b = a - (w * a).sum(), b - (w * b).sum()
    return float((w * a * b).sum() / np.sqrt((w * a * a).sum() * (w * b * b).sum()))


@lru_cache(maxsize=2)
def _urban_pixels() -> xr.DataArray:
    return (geography.land_cover()["igbp_class"] == URBAN_CLASS).astype(float)


def urban_share(field: xr.DataArray) -> xr.DataArray:
    """Return the share of urban land in each cell of a field's grid, dims (lat, lon) [1]."""
    return regrid.conservative(_urban_pixels(), field.coords.to_dataset())


class Survey:
    """Mean rates and shares of uptake at the places of one study, each field and area made once.

    Parameters
    ----------
    study : helpers.study.Study
    """

    def __init__(self, study: Study) -> None:
        self._study = study
        self._fields: dict[str, xr.DataArray] = {}
        self._areas: dict[str, xr.DataArray] = {}

    def field(self, product: str) -> xr.DataArray:
        """Return the mean rate of a product, see :func:`mean_rate_field`."""
        if product not in self._fields:
            self._fields[product] = mean_rate_field(self._study.fluxes[product])
        return self._fields[product]

    def area(self, place: str) -> xr.DataArray:
        """Return the area of a place, see :func:`area_of`."""
        if place not in self._areas:
            self._areas[place] = area_of(self._study, place)
        return self._areas[place]

    def rates(self, products: Sequence[str], place: str) -> dict[str, float]:
        """Return the mean rate of a place by product [g C m-2 yr-1]."""
        return {key: mean_rate(self.field(key), self.area(place)) for key in products}

    def shares(self, products: Sequence[str], place: str) -> dict[str, float]:
        """Return the share of a place's area that takes up, by product [%]."""
        return {key: share_above(self.field(key), self.area(place)) for key in products}
