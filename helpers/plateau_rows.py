"""Tables and result rows of the plateau chapter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr
from IPython.display import Markdown

from helpers import budget, elevation, flux_sites, geography, proportions, q10, respiration, summary
from helpers import grid as grids
from helpers.closure import Identity, identity
from helpers.elevation_charts import label_of
from helpers.plateau_claims import SCOPE, further
from helpers.q10 import Plan
from helpers.results import Row
from helpers.study import Study
from helpers.tables import Table, named
from helpers.units import TOTAL_UNITS

RATE = "g C m-2 yr-1"
SITES, CALCULATOR, RELIEF = "sites", "calculator", "geography"
INVERSION_CELLS = ((3.0, 4.0),)
"""Latitude by longitude of the cells that the core study says inversions run on [degrees]."""

PUBLISHED_GROUPS = ("Published by Zhang et al. (2024), 2015–2019", "Published by others")
"""Headings of the chart of estimates that hold published values."""


def estimates(study: Study, computed: Sequence[Row], *, published: Sequence[Row]) -> pd.DataFrame:
    """Return the published and computed totals of the region for a chart, with headings."""
    other = _row(
        "published_sink", "zeng2023", value=further().loc["pl-zeng23", "value"], unit=TOTAL_UNITS
    )
    return summary.grouped({
        PUBLISHED_GROUPS[0]: (published, {}),
        PUBLISHED_GROUPS[1]: ([other], {"zeng2023": "Zeng et al. (2023), sites and satellites"}),
        "Computed here": ([row for row in computed if row.member == "mean"], study.titles),
    })  # fmt: skip


def site_intervals(*, confidence: float = 0.95) -> Table:
    """Return the intervals of the share of sites that are sinks, sites worth fewer places too."""
    count, sites = _counts()
    exact = proportions.interval(count, sites, method="clopper-pearson", confidence=confidence)
    fewer = [sites, sites // 2, sites // 4]
    table = proportions.dependence(count, sites, independent=fewer, confidence=confidence)
    table["interval"] = "Wilson"
    first = pd.DataFrame([{"independent": sites, "low": exact[0], "high": exact[1],
                           "majority": exact[0] > 0.5, "interval": "Clopper–Pearson"}])  # fmt: skip
    table = pd.concat([first, table], ignore_index=True)
    shown = table.assign(low=(100 * table["low"]).round(1), high=(100 * table["high"]).round(1))
    shown["majority"] = np.where(table["majority"], "yes", "no")
    shown = shown.rename(columns={"independent": "independent places", "low": "low [%]",
                                  "high": "high [%]", "majority": "majority shown"})  # fmt: skip
    order = ["independent places", "interval", "low [%]", "high [%]", "majority shown"]
    shown["independent places"] = shown["independent places"].astype(int)
    return Table(shown[order], "Share of sites that are sinks", decimals=1)


def towers(folder: str | Path | None, boundary: str) -> Table | Markdown:
    """Return the towers of the region from the reader's files, or say that none are given."""
    if folder is None:
        return Markdown("*No folder of tower files was given (parameter* `fluxnet_dir`*).*")
    region = geography.region_polygons(boundary)[SCOPE]
    table = flux_sites.inside(flux_sites.read_years(folder), region).round(1)
    return named(table, "Towers of the region, g C m⁻² yr⁻¹, uptake positive", index="site")


def soils(data_file: str | Path | None, boundary: str, *, lowest: float) -> pd.DataFrame | None:
    """Return measured Q10 of the reader's file in the region, or None without a file."""
    if data_file is None:
        return None
    records = respiration.read_records(data_file)
    region = geography.region_polygons(boundary)[SCOPE]
    return respiration.summary(respiration.accepted(records, lowest=lowest, inside=region))


def soils_shown(table: pd.DataFrame | None) -> Table | Markdown:
    """Return measured Q10 as shown on the page, or say that no file is given."""
    if table is None:
        return Markdown(
            "*No file of soil respiration records was given (parameter* `srdb_file`*).*"
        )
    return named(table.round(2), "Measured Q10 of plateau soils, medians and quartiles of studies")


def probe_shown(kept: xr.DataArray) -> Table:
    """Return what is left of a known profile, one band a row."""
    names = [str(name).replace("3x4", "3° × 4° cells") for name in kept["cell"].values]
    bands = pd.Index([label_of(str(b)) for b in kept["band"].values], name="elevation [m]")
    table = pd.DataFrame(kept.transpose("band", "cell").values.round(2), bands, names)
    return named(table, "A maximum of 1 at the claimed elevation, as the grid shows it")


def release_shown(table: pd.DataFrame) -> Table:
    """Return the release under each law as the page shows it."""
    shown = table.rename(index=q10.TITLES).round(
        {"Q10 at start": 2, "release": 3, "from warming": 4, "release, change [%]": 1,
         "from warming, change [%]": 1}
    )  # fmt: skip
    shown = shown.rename(
        columns={"release": "release [Pg C]", "from warming": "from warming [Pg C]"}
    )
    return named(shown, "Release under each law, and its change against a constant Q10")


def pinned_shown(table: pd.DataFrame) -> Table:
    """Return the release for two Q10 by where their rates are pinned, as the page shows it."""
    shown = table.round(3).rename_axis("rates equal at [°C]")
    return named(shown, "Release in Pg C for two values of Q10, and their ratio")


def elevation_frame(
    profiles: Mapping[str, xr.Dataset], peaks: Mapping[str, elevation.Peak]
) -> pd.DataFrame:
    """Return profiles of the mean of members as rows for a chart, without empty bands."""
    parts = []
    for key, whole in profiles.items():
        found = whole.isel(band=np.flatnonzero(whole["area"] > 0))
        rate = budget.ensemble_mean(found["rate"])
        share = 100 * found["area"] / found["area"].sum()
        parts.append(pd.DataFrame({
            "product": key, "band": rate["band"].values, "rate": rate.values,
            "area_share": share.values, "is_peak": rate["band"].values == peaks[key].band,
        }))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def region_rows(
    computed: Sequence[Row], published: Sequence[Row], *, weights: xr.DataArray
) -> list[Row]:
    """Return the area of the region, every mean as a flux per area, and further estimates."""
    area = float((weights * grids.cell_areas(weights)).sum())
    rates = [
        replace(row, quantity=row.quantity.replace("annual_mean", "rate"), unit=RATE, sd=None,
                sd_kind=None, n=None, value=row.value * 1e15 / area)
        for row in (*computed, *published)
        if row.quantity.endswith("annual_mean") and row.member == "mean"
    ]  # fmt: skip
    values = [row.value for row in published]
    spread = Row(quantity="published_spread", product="published", scope=SCOPE,
                 period="2015-2019", value=max(values) - min(values), unit=TOTAL_UNITS)  # fmt: skip
    first = further()
    return [
        _row("area", RELIEF, value=area / 1e6, unit="km2"), spread, *rates,
        _row("published_sink", "zeng2023", value=first.loc["pl-zeng23", "value"], unit=TOTAL_UNITS),
        *(_row("projected_sink", "wei2021", value=first.loc["pl-wei21-2090s", end],
               unit=TOTAL_UNITS,
               member=end) for end in ("low", "high")),
    ]  # fmt: skip


def site_rows(*, confidence: float = 0.95) -> list[Row]:
    """Return what the count of sites says."""
    count, sites = _counts()
    rows = [("sink_share", "mean", 100 * count / sites, "%"),
            ("break_even", "mean", proportions.break_even(count, sites), "1")]  # fmt: skip
    fewest = proportions.least_independent(count, sites, confidence=confidence)
    if fewest is not None:
        rows.append(("least_independent", "mean", fewest, "1"))
    for method in proportions.METHODS:
        low, high = proportions.interval(count, sites, method=method, confidence=confidence)
        rows += [("sink_share_low", method, 100 * low, "%"),
                 ("sink_share_high", method, 100 * high, "%")]  # fmt: skip
    return [
        _row(name, SITES, value=value, unit=unit, member=member)
        for name, member, value, unit in rows
    ]


def elevation_rows(
    frame: pd.DataFrame, kept: xr.DataArray, *, peaks: Mapping[str, elevation.Peak], period: str
) -> list[Row]:
    """Return the profile, the elevation of its maxima, and what a known one loses on the grid."""
    rows = [
        Row(quantity="elevation_rate", product=row.product, member=row.band, scope=SCOPE,
            period=period, value=row.rate, unit=RATE)
        for row in frame.itertuples()
    ]  # fmt: skip
    rows += [
        _row("area_share", RELIEF, value=row.area_share, unit="%", member=row.band)
        for row in frame.drop_duplicates("band").itertuples()
    ]
    rows += [
        Row(quantity="peak_elevation", product=key, scope=SCOPE, period=period,
            value=(peak.low + peak.high) / 2, unit="m")
        for key, peak in peaks.items()
    ]  # fmt: skip
    contrast = kept.max("band") - kept.min("band")
    names = [str(name).replace(" ", "-") for name in kept["cell"].values]
    return rows + [
        _row("probe_contrast", RELIEF, value=value, unit="1", member=name)
        for name, value in zip(names, contrast.values, strict=True)
    ]


def release_rows(table: pd.DataFrame, pinned: pd.DataFrame) -> list[Row]:
    """Return the release under each law, and how far it hangs on where rates are pinned."""
    rows = []
    for law, found in table.iterrows():
        rows += [
            _row("release", CALCULATOR, value=found["release"], unit="Pg C", member=str(law)),
            _row("release_from_warming", CALCULATOR, value=found["from warming"], unit="Pg C",
                 member=str(law)),
            _row("release_change", CALCULATOR, value=found["release, change [%]"], unit="%",
                 member=str(law)),
            _row("warming_release_change", CALCULATOR, value=found["from warming, change [%]"],
                 unit="%",
                 member=str(law)),
            _row("q10_at_start", CALCULATOR, value=found["Q10 at start"], unit="1",
                 member=str(law)),
        ]  # fmt: skip
    rows += [
        _row("pinned_ratio", CALCULATOR, value=found["ratio"], unit="1", member=f"{reference:g}C")
        for reference, found in pinned.iterrows()
    ]
    spread = further().loc["pl-mcguire18-85"]
    return [
        *rows,
        _row("model_spread", "mcguire2018", value=spread["high"] / spread["low"], unit="1"),
    ]


def uneven_rows(*, gains: Mapping[str, float], needed: float) -> list[Row]:
    """Return what an uneven Q10 does by itself [%] and the correlation a larger gain needs."""
    rows = [
        _row("uneven_gain", CALCULATOR, value=gain, unit="%", member=name)
        for name, gain in gains.items()
    ]
    return [*rows, _row("needed_correlation", CALCULATOR, value=needed, unit="1")]


def release_checks(plan: Plan, q10_value: float) -> list[Identity]:
    """Check the calculator against the closed form, and that Q10 = 1 makes warming idle."""
    factor = q10_value ** ((plan.start - plan.reference) / 10)
    slope = plan.warming * np.log(q10_value) / 10
    grown = np.expm1(slope * plan.years) / slope if slope else plan.years
    closed = xr.DataArray(plan.decay * factor * grown)
    found = xr.DataArray(q10.exposure(plan, q10=q10_value)[-1])
    still = replace(plan, warming=0.0)
    idle = xr.DataArray(q10.release(plan, q10=1.0))
    return [
        identity("decay summed by the calculator = closed form", found, whole=closed),
        identity("release at Q10 = 1 = release without warming", idle,
                 whole=xr.DataArray(q10.release(still, q10=1.0), attrs={"units": "Pg C"})),
    ]  # fmt: skip


def _counts() -> tuple[int, int]:
    first = further()["value"]
    return int(first["pl-wei21-sinks"]), int(first["pl-wei21-sites"])


def _row(quantity: str, product: str, *, value: float, unit: str, member: str = "mean") -> Row:
    return Row(quantity=quantity, product=product, member=member, scope=SCOPE, period="static",
               value=float(value), unit=unit)  # fmt: skip
