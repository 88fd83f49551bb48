"""The map explorer of a chapter: its data beside the figures, its place on the page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd
import xarray as xr

from helpers import season
from helpers.files import write_text
from helpers.interactive import fields, look, map_specs
from helpers.interactive.pages import DATA_KEY
from helpers.project import resolve
from helpers.study import Study
from helpers.tables import Table


@dataclass(frozen=True)
class MapExplorer:
    """The explorer as a page shows it.

    Attributes
    ----------
    name : str
        Stem of its data file.
    data : mapping
        See :func:`helpers.interactive.fields.map_data`.
    """

    name: str
    data: Mapping[str, Any]

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, str], dict[str, Any]]:
        """Return the place that the script of the page fills, and what it loads."""
        html = (
            f'<div class="sink-map" data-map="{escape(self.name)}">'
            "<noscript>The explorer needs JavaScript; the maps and the table below hold its "
            "seasons.</noscript></div>"
        )
        return {"text/html": html, "text/plain": repr(self)}, {DATA_KEY: self.name}

    def __repr__(self) -> str:
        """Return what the explorer holds, for readers without a browser."""
        data = self.data
        return (
            f"Explorer of {len(data['cells']['lat'])} cells, {len(data['series'])} series, "
            f"{data['period']}."
        )


def map_explorer(
    study: Study, *, notebook: str, results_dir: str | Path, woody_rule: str
) -> MapExplorer:
    """Write the data of the explorer beside the figures and return it for display.

    Parameters
    ----------
    study : helpers.study.Study
        Products on one grid.
    notebook : str
        Name of the chapter; the file is ``<results_dir>/figures/<notebook>-map.json``.
    results_dir : str or Path
        Folder of the result tables.
    woody_rule : str
        What woody savanna counts as.
    """
    data = fields.map_data(study, woody_rule=woody_rule)
    for series in data["series"]:
        series["shape"] = look.SHAPES[series.pop("marker")]
    data["specs"] = {
        "map": map_specs.map_spec(data),
        "months": map_specs.curve_spec("months", data),
        "annual": map_specs.curve_spec("annual", data),
    }
    name = f"{notebook}-map"
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    write_text(resolve(results_dir) / "figures" / f"{name}.json", text + "\n")
    return MapExplorer(name, data)


def season_fields(study: Study, name: str) -> dict[str, xr.DataArray]:
    """Return the mean flux of a season in every product, members averaged, dims (lat, lon)."""
    return {
        key: season.season_mean(season.climatology(fields.mean_flux(study, key)), name)
        for key in study.fluxes
    }


def season_table(data: Mapping[str, Any]) -> Table:
    """Return the uptake of every region, product and season as a table, for the page."""
    kinds = len(data["ecosystems"])
    means = [series for series in data["series"] if series["member"] == "mean"]
    rows = [
        {"region": region, "product": series["title"]}
        | {
            period: fields.season_totals(data, series["product"], place=place * kinds,
                                         period=period)
            for period in data["periods"]
        }
        for place, region in enumerate(data["regions"])
        for series in means
    ]  # fmt: skip
    caption = f"Uptake rate by season, {data['period']}, Pg C yr⁻¹, land uptake positive"
    return Table(pd.DataFrame(rows), caption, decimals=3)
