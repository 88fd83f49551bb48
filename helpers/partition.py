"""Polygons as a division of China: what they cover twice, leave out, and reach beyond.

For any polygons P1 ... Pn inside China C, with U the union of those before Pk,

    sum of T(Pk) = T(C) + sum of T(Pk and U) - T(C without all P)

holds for every total T that adds up over areas. A partition is the case where both corrections
are zero; for anything else they are named, so that a sum that misses the nation is explained.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from itertools import combinations
from pathlib import Path

import pandas as pd
import shapely
import xarray as xr

from helpers import budget, geography, masks
from helpers.closure import TOLERANCE, Identity, identity
from helpers.errors import InputError
from helpers.outlines import Outline, china
from helpers.polygons import read_polygons
from helpers.project import resolve
from helpers.study import Study
from helpers.tables import Table

NEGLIGIBLE_KM2 = 1.0
"""Overlaps, gaps and land outside below this are rounding of coordinates [km2]."""


@dataclass(frozen=True, kw_only=True)
class Partition:
    """China divided into polygons, cleanly or not.

    Parameters
    ----------
    polygons : mapping of str to shapely.Geometry
        Degrees, cut to `land`.
    land : shapely.Geometry
        China in a depiction.
    outside : mapping of str to float
        Area of each polygon that was cut off because it lies outside `land` [km2].
    source : str
        ``the book's four regions``, or the name of the reader's file.
    """

    polygons: Mapping[str, shapely.Geometry]
    land: shapely.Geometry
    outside: Mapping[str, float]
    source: str

    @property
    def names(self) -> list[str]:
        """Names of the polygons, in order."""
        return list(self.polygons)

    @property
    def is_books(self) -> bool:
        """True if these are the four regions of the study by name, so that its values compare."""
        return set(self.polygons) == set(geography.REGIONS)

    @cached_property
    def areas(self) -> dict[str, float]:
        """Area of each polygon inside China [km2]."""
        return {name: _km2(polygon) for name, polygon in self.polygons.items()}

    @cached_property
    def repeated(self) -> shapely.Geometry:
        """What was covered before, polygon after polygon; a place may count several times."""
        seen, again = shapely.MultiPolygon(), []
        for polygon in self.polygons.values():
            again += _areal(shapely.intersection(polygon, seen))
            seen = shapely.union(seen, polygon)
        return shapely.GeometryCollection(again)

    @cached_property
    def gap(self) -> shapely.Geometry:
        """China without all polygons."""
        covered = shapely.union_all(list(self.polygons.values()))
        return shapely.MultiPolygon(_areal(shapely.difference(self.land, covered)))

    @cached_property
    def overlaps(self) -> dict[tuple[str, str], float]:
        """Area shared by each pair of polygons that overlap by more than rounding [km2]."""
        shared = {
            (a, b): _km2(shapely.intersection(self.polygons[a], self.polygons[b]))
            for a, b in combinations(self.polygons, 2)
        }
        return {pair: area for pair, area in shared.items() if area > NEGLIGIBLE_KM2}

    @cached_property
    def gap_area(self) -> float:
        """Area of China that no polygon covers [km2]."""
        return _km2(self.gap)

    @cached_property
    def is_exact(self) -> bool:
        """True if nothing at all is covered twice or left out, down to a square metre."""
        return _km2(self.repeated) + self.gap_area <= 1e-6

    @property
    def messages(self) -> list[str]:
        """What a reader has to know, one sentence each; empty when the division is clean."""
        said = [
            f"{a} and {b} overlap by {area:,.0f} km²: it counts in both totals."
            for (a, b), area in self.overlaps.items()
        ]
        if self.gap_area > NEGLIGIBLE_KM2:
            share = self.gap_area / _km2(self.land)
            said.append(
                f"{self.gap_area:,.0f} km² of China ({share:.1%}) lie in no polygon: "
                "they count in no total."
            )
        said += [
            f"{area:,.0f} km² of {name} lie outside China and were cut off."
            for name, area in self.outside.items()
            if area > NEGLIGIBLE_KM2
        ]
        if said and (self.overlaps or self.gap_area > NEGLIGIBLE_KM2):
            said.append("So the totals of the polygons need not add up to China's.")
        return said

    def weights(self, grid: xr.Dataset | xr.DataArray, *, mask: str = "fraction") -> xr.DataArray:
        """Return the share of each cell in each polygon, dims (scope, lat, lon) [1]."""
        parts = [
            masks.polygon_weights(polygon, grid, method=mask, name=name)
            for name, polygon in self.polygons.items()
        ]
        index = pd.Index(self.names, name="scope")
        return xr.concat(parts, dim=index, coords="minimal", compat="override")

    def outline(self, boundary: str) -> Outline:
        """Return the lines of a map with these polygons in place of the regions."""
        ground = china(boundary)
        return Outline(
            boundary=ground.boundary, regions=self.polygons, lines=ground.lines, land=ground.land
        )

    def _repr_html_(self) -> str:
        """Return the table of areas and, below it, what a reader has to know."""
        said = "".join(f"<li>{escape(message)}</li>" for message in self.messages)
        table = Table(self.table(), f"Regions: {self.source}")._repr_html_()
        return table + (f'<ul class="partition-notes">{said}</ul>' if said else "")

    def __repr__(self) -> str:
        """Return the same as plain text."""
        return "\n".join([self.table().to_string(index=False), *self.messages])

    def table(self) -> pd.DataFrame:
        """Return areas for a page; areas shared or cut off only where there are any."""
        land = _km2(self.land)
        shared = {
            name: sum(area for pair, area in self.overlaps.items() if name in pair)
            for name in self.names
        }
        columns = {
            "region": dict(zip(self.names, self.names, strict=True)),
            "area [km²]": {name: f"{area:,.0f}" for name, area in self.areas.items()},
            "share of China [%]": {n: f"{100 * a / land:.1f}" for n, a in self.areas.items()},
        }
        for heading, values in (
            ("shared with others [km²]", shared), ("outside China, cut off [km²]", self.outside)
        ):  # fmt: skip
            if any(area > NEGLIGIBLE_KM2 for area in values.values()):
                columns[heading] = {name: f"{values.get(name, 0):,.0f}" for name in self.names}
        return pd.DataFrame(columns).loc[self.names]


def open_partition(
    *, boundary: str, regions_file: str | Path | None = None, regions_name_field: str | None = None
) -> Partition:
    """Return the four regions of the book, or the polygons of the reader's file.

    Parameters
    ----------
    boundary : {"national", "natural-earth"}
        Depiction of China that the polygons are cut to.
    regions_file : str or Path, optional
        See :func:`helpers.polygons.read_polygons`.
    regions_name_field : str, optional
        Column of names in that file.

    Raises
    ------
    InputError
        If the file or a polygon cannot be used, or a polygon has no land in China.
    """
    land = geography.boundary_polygon(boundary)
    if regions_file is None:
        polygons = geography.region_polygons(boundary)
        return Partition(polygons=polygons, land=land, outside={}, source="the book's four regions")
    name = resolve(regions_file).name
    return divide(read_polygons(regions_file, name_field=regions_name_field), land, source=name)


def divide(
    polygons: Mapping[str, shapely.Geometry], land: shapely.Geometry, *, source: str
) -> Partition:
    """Cut polygons to China's land, refusing those with nothing left.

    Raises
    ------
    InputError
        If a polygon has no area in `land`.
    """
    inside, outside = {}, {}
    for name, polygon in polygons.items():
        cut = shapely.MultiPolygon(_areal(shapely.intersection(polygon, land)))
        if _km2(cut) <= NEGLIGIBLE_KM2:
            raise InputError(
                "The polygon lies outside China.", file=source, where=name,
                found=f"{_km2(cut):,.0f} km² of it in China",
                accepted=f"more than {NEGLIGIBLE_KM2:g} km²",
                fix="Remove it; the book's fluxes cover China only.",
            )  # fmt: skip
        inside[name] = cut
        outside[name] = max(_km2(polygon) - _km2(cut), 0.0)
    return Partition(polygons=inside, land=land, outside=outside, source=source)


def closure(
    study: Study, partition: Partition, *, totals: Mapping[str, xr.DataArray]
) -> list[Identity]:
    """Check the totals of polygons against China's, with what counts twice or not at all.

    Parameters
    ----------
    study : helpers.study.Study
        Mask and fluxes.
    partition : Partition
        Polygons of the totals.
    totals : mapping of str to xarray.DataArray, dims (scope, time, ...) [Pg C yr-1]
        Monthly total of each polygon by product.

    Returns
    -------
    list of Identity
        For a partition, polygons = China: enforced, but shown only with mask ``touched``, where a
        border cell counts in each neighbour. Otherwise the bare residual is shown, and polygons
        - repeated + gap = China is enforced with mask ``fraction``.
    """
    nation = study.monthly_totals("China")
    clean = partition.is_exact
    bare = TOLERANCE if clean and study.mask != "touched" else math.inf
    found = [
        identity(
            f"sum of regions = China, {title}", part.sum("scope"), whole=nation[key], tolerance=bare
        )
        for key, title, part in _titled(study, totals)
    ]
    if clean or study.mask != "fraction":
        return found
    again = _total_of(study, partition.repeated)
    gaps = _total_of(study, partition.gap)
    return found + [
        identity(
            f"sum of regions − counted twice + gaps = China, {title}",
            part.sum("scope") - again[key] + gaps[key],
            whole=nation[key],
        )
        for key, title, part in _titled(study, totals)
    ]


def _titled(
    study: Study, totals: Mapping[str, xr.DataArray]
) -> list[tuple[str, str, xr.DataArray]]:
    return [(key, study.titles[key], part) for key, part in totals.items()]


def _total_of(study: Study, shape: shapely.Geometry) -> dict[str, xr.DataArray]:
    """Return the total over pieces that may cover each other, counting each, by product."""
    grid = next(iter(study.fluxes.values()))
    weights = xr.zeros_like(study.weights("China"))
    for piece in _areal(shape):
        weights = weights + masks.polygon_weights(piece, grid)
    return {key: budget.total(f, weights, max_gap=math.inf) for key, f in study.fluxes.items()}


def _areal(shape: shapely.Geometry) -> list[shapely.Geometry]:
    """Return the polygons of a geometry, without lines and points that cutting leaves."""
    return [part for part in shapely.get_parts(shape, return_index=False).tolist()
            if part.geom_type == "Polygon" and not shapely.is_empty(part)]  # fmt: skip


def _km2(shape: shapely.Geometry) -> float:
    return masks.polygon_area(shape) / 1e6 if _areal(shape) else 0.0
