"""The accounting model of cropland carbon, driven by a reader's choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray
from scipy import optimize

from helpers.closure import Identity, identity
from helpers.published import FOLDER
from helpers.sensitivity import Model
from helpers.soil_carbon import PLANT_HUMIFICATION, Turnover
from helpers.straw import CropCarbon, FieldRun, crop_carbon, run_fields, with_return

Array = NDArray[np.float64]

CROP_COLUMNS = ("production", "dry_share", "harvest_index", "root_shoot")
CROPS = FOLDER / "crops.csv"
"""Harvests of 2019 and how each crop divides its growth, with the source of every number."""

RANGES: dict[str, tuple[float, float]] = {
    "yield": (0.9, 1.1),
    "harvest index": (0.9, 1.1),
    "root:shoot": (0.5, 1.5),
    "carbon content": (0.42, 0.48),
    "returned today": (0.40, 0.65),
    "straw humified": (0.08, 0.25),
    "climate": (1.0, 2.5),
    "young rate": (0.5, 1.2),
    "old rate": (0.004, 0.010),
}
"""Ranges of the sensitivity, assumed; parameters as in `straw_model`."""


def crops(*, production: float = 1.0, harvest_index: float = 1.0) -> dict[str, list[float]]:
    """Return the crops of the book, with all harvests or harvest indices times a factor."""
    table = pd.read_csv(CROPS, index_col="crop")
    table["production"] *= production
    table["harvest_index"] *= harvest_index
    return {str(name): row.tolist() for name, row in table[list(CROP_COLUMNS)].iterrows()}


@dataclass(frozen=True, kw_only=True)
class Fields:
    """A reader's choices for the accounting model; units as in :mod:`helpers.straw`.

    Parameters
    ----------
    crops : mapping of str to sequence
        ``production`` [Mt], ``dry_share``, ``harvest_index``, ``root_shoot`` of each crop.
    fates : mapping
        Shares of straw ``returned, burnt, fed, removed`` today.
    manure : float [Pg C yr-1]
        Carbon of manure brought to fields.
    stock : float [Pg C]
        Soil carbon at the start.
    humification : mapping
        h of ``straw``, ``roots``, ``manure``.
    turnover : Turnover
        Rates and climate factor.
    carbon_content, extra_root : float [1]
        Carbon in dry matter; carbon released by roots over carbon in roots.
    first_year, last_year : int
        Years run.
    """

    crops: Mapping[str, Sequence[float]]
    fates: Mapping[str, float]
    manure: float
    stock: float
    humification: Mapping[str, float]
    turnover: Turnover = field(default_factory=Turnover)
    carbon_content: float = 0.45
    extra_root: float = 0.65
    first_year: int = 2021
    last_year: int = 2060

    @property
    def years(self) -> NDArray[np.int_]:
        """Years run."""
        return np.arange(self.first_year, self.last_year + 1, dtype=np.int_)

    def crop_table(self) -> pd.DataFrame:
        """Return the crops with their carbon by part [Pg C yr-1]."""
        table = pd.DataFrame.from_dict(self.crops, orient="index", columns=list(CROP_COLUMNS))
        for name, row in table.iterrows():
            parts = self._carbon({key: np.array([row[key]]) for key in CROP_COLUMNS})
            table.loc[name, ["harvest", "straw", "roots"]] = [
                float(parts.harvest), float(parts.straw), float(parts.roots)
            ]  # fmt: skip
        return table

    def run(self, *, returned: Any = None, growth: Any = 0.0) -> FieldRun:
        """Return the run with another share of straw returned from the first year on."""
        share = self.fates["returned"] if returned is None else returned
        return run_fields(
            self.carbon(), shares=with_return(self.fates, share), base_shares=self.fates,
            manure=self.manure, growth=growth, stock=self.stock, humification=self.humification,
            turnover=self.turnover, years=len(self.years),
        )  # fmt: skip

    def carbon(self) -> CropCarbon:
        """Return the carbon fixed by all crops in the year before the first [Pg C yr-1]."""
        table = np.array([list(row) for row in self.crops.values()], float).T
        return self._carbon(dict(zip(CROP_COLUMNS, table, strict=True)))

    def _carbon(self, parts: Mapping[str, Array]) -> CropCarbon:
        return crop_carbon(
            parts["production"], dry_share=parts["dry_share"], root_shoot=parts["root_shoot"],
            harvest_index=parts["harvest_index"], carbon_content=self.carbon_content,
            extra_root=self.extra_root,
        )  # fmt: skip


def identities(run: FieldRun) -> list[Identity]:
    """Return the two balances of carbon, to be shown and enforced: of the fields, of their soil."""
    gone = run.carried_off + run.flows["burnt"] + run.soil.respired + run.flows["manure"]
    pairs = {
        "fixed + manure = carried off + burnt + respired + stored": (
            gone + run.soil.change, run.flows["fixed"] + run.flows["manure"]
        ),
        "soil inputs = respired + change of stock": (
            run.soil.respired + run.soil.change, run.soil.inputs
        ),
        "start + all inputs = all respired + end": (
            run.soil.respired.sum(axis=0, keepdims=True) + run.soil.stock[-1:],
            run.soil.stock[:1] + run.soil.inputs.sum(axis=0, keepdims=True),
        ),
    }  # fmt: skip
    attributes = {"units": "Pg C yr-1"}
    return [
        identity(
            name, xr.DataArray(parts), whole=xr.DataArray(whole, attrs=attributes), tolerance=1e-12
        )
        for name, (parts, whole) in pairs.items()
    ]


def ledger_rows(run: FieldRun, *, year: int = 0) -> pd.DataFrame:
    """Return one year's carbon of the fields as bars: what comes in, leaves and stays."""
    flows = {name: float(values[year]) for name, values in run.flows.items()}
    stored = float(run.soil.change[year])
    rows = [
        ("In", "fixed by crops", flows["fixed"]),
        ("In", "manure brought in", flows["manure"]),
        ("Carried off the field", "harvest", -flows["harvest"]),
        ("Carried off the field", "straw fed to animals", -flows["fed"]),
        ("Carried off the field", "straw used elsewhere", -flows["removed"]),
        ("Back to the air from the field", "straw burnt or unaccounted", -flows["burnt"]),
        ("Back to the air from the field", "respired in the soil", -float(run.soil.respired[year])),
        ("Left", "stored in the soil", stored),
    ]
    frame = pd.DataFrame(rows, columns=["group", "label", "end"])
    frame["start"], frame["unit"] = 0.0, "Pg C yr-1"
    frame["text"] = [f"{value:.3f}".replace("-", "−") for value in frame["end"]]
    return frame


def scenarios(fields: Fields, *, shares: Sequence[float], growths: Sequence[float]) -> pd.DataFrame:
    """Return the soil's gain in every year for each share of straw and growth of yield.

    Returns
    -------
    pandas.DataFrame
        ``returned, growth, series, x`` (year), ``value`` [Pg C yr-1].
    """
    parts = []
    for growth in growths:
        for share in shares:
            change = fields.run(returned=share, growth=growth).soil.change
            name = f"{100 * share:.0f} % returned"
            name += f", yields {100 * growth:+.0f} % a year" if growth else ""
            parts.append(
                pd.DataFrame({"returned": share, "growth": growth, "series": name,
                              "x": fields.years, "value": change})
            )  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def needed_humification(fields: Fields, *, gain: float, year: int, returned: float, growth: float
                        ) -> float:  # fmt: skip
    """Return the h of straw and roots at which the soil would gain so much in a year [1].

    nan if even h = 1 is too little.
    """
    place = int(np.flatnonzero(fields.years == year)[0])

    def missing(h: float) -> float:
        changed = {**fields.humification, "straw": h, "roots": h}
        run = replace(fields, humification=changed).run(returned=returned, growth=growth)
        return float(run.soil.change[place]) - gain

    if missing(1.0) < 0:
        return float("nan")
    return float(optimize.brentq(missing, 0.0, 1.0, xtol=1e-6)) if missing(0.0) < 0 else 0.0


def straw_model(fields: Fields, *, returned: float) -> Model:
    """Return the model for sensitivity: what more straw adds to the mean gain [Pg C yr-1].

    Its parameters are factors of, or replacements for, the reader's choices: ``yield``,
    ``harvest index``, ``root:shoot`` (factors), ``carbon content``, ``returned today``,
    ``straw humified``, ``climate``, ``young rate``, ``old rate``.
    """
    table = np.array([list(row) for row in fields.crops.values()], float).T

    def model(p: Mapping[str, Array]) -> Array:
        crops = crop_carbon(
            table[0] * p["yield"][:, None], dry_share=table[1],
            harvest_index=np.minimum(table[2] * p["harvest index"][:, None], 1.0),
            root_shoot=table[3] * p["root:shoot"][:, None],
            carbon_content=p["carbon content"][:, None], extra_root=fields.extra_root,
        )  # fmt: skip
        fates = with_return(fields.fates, p["returned today"])
        turnover = Turnover(p["young rate"], p["old rate"], p["climate"])
        mean = [
            run_fields(
                crops, shares=with_return(fields.fates, share), base_shares=fates, growth=0.0,
                manure=fields.manure, stock=fields.stock, turnover=turnover,
                years=len(fields.years),
                humification={**fields.humification, "straw": p["straw humified"]},
            ).soil.change.mean(axis=0)
            for share in (np.full_like(p["yield"], returned), p["returned today"])
        ]  # fmt: skip
        return np.asarray(mean[0] - mean[1])

    return model


def baseline_of(fields: Fields) -> dict[str, float]:
    """Return the reader's choices as parameters of `straw_model`."""
    rates = {k: float(np.asarray(getattr(fields.turnover, k))) for k in ("climate", "young", "old")}
    return {
        "yield": 1.0, "harvest index": 1.0, "root:shoot": 1.0,
        "carbon content": fields.carbon_content, "returned today": fields.fates["returned"],
        "straw humified": fields.humification["straw"], "climate": rates["climate"],
        "young rate": rates["young"], "old rate": rates["old"],
    }  # fmt: skip


def book_account() -> Fields:
    """Return the account with the book's own choices, the defaults of its cropland page."""
    return Fields(
        crops=crops(),
        fates={"returned": 0.547, "burnt": 0.119, "fed": 0.18, "removed": 0.154},
        manure=0.05,
        stock=4.76,
        humification={"straw": PLANT_HUMIFICATION, "roots": PLANT_HUMIFICATION, "manure": 0.25},
    )
