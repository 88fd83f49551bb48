"""Result rows of the cropland and monitoring chapters, so that their prose can quote them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from helpers import cropland, summary
from helpers.fields import Fields, needed_humification
from helpers.results import Row
from helpers.soil_mass import ROCK_METHODS, compaction_bias, stony_stock

ACCOUNT = "accounting-model"
"""Product of rows from the accounting model."""

SURVEY = "survey-design"
"""Product of rows from sampling theory."""

PG = "Pg C yr-1"


def cropland_rows(
    fields: Fields, *, straw_goal: float, growth: float, bias: Mapping[str, float]
) -> list[Row]:
    """Return what the cropland chapter quotes.

    Parameters
    ----------
    fields : helpers.fields.Fields
        The reader's choices.
    straw_goal, growth : float [1, yr-1]
        Share of straw returned and growth of yields in the scenario.
    bias : mapping of str to float
        What compaction alone adds, by profile [t C ha-1].
    """
    rows = summary.published_rows(
        {"beps": "z24-eco-crop-beps", "vegas": "z24-eco-crop-vegas",
         "oco2-mip": "z24-eco-crop-oco2"}, scope="crop", period="2015-2019"
    )  # fmt: skip
    evidence = cropland.estimates().set_index("id")
    least, most_seen = cropland.observed_range()
    crops, today = fields.carbon(), fields.run()
    first, span = str(fields.first_year), f"{fields.first_year}-{fields.last_year}"
    most, goal = fields.run(returned=1.0), fields.run(returned=straw_goal)
    grown = fields.run(returned=straw_goal, growth=growth)
    at_2050 = list(fields.years).index(2050)
    yu, zuo = (float(evidence.loc[name, "value"]) for name in ("ev-c-yu13", "ev-c-zuo23"))
    base = float(today.soil.change.mean())
    rows += [
        _row("observed_gain_least", least, product="published"),
        _row("observed_gain_most", most_seen, product="published"),
        _row("scenario_gain", yu, product="yu2013", period="2050"),
        _row("scenario_gain", zuo, product="zuo2023", period="2010-2060"),
        _row("misquoted", cropland.finding_f5().printed, product="lal2004", member="printed"),
        _row("misquoted", cropland.finding_f5().computed, product="lal2004", member="primary"),
        _row("fixed", float(crops.total), period=first),
        _row("harvest", float(today.flows["harvest"][0]), period=first),
        _row("net_uptake", float(today.net_uptake[0]), period=first),
        _row("soil_gain", float(today.soil.change[0]), period=first),
        _row("soil_gain", base, member="today", period=span),
        _row("soil_gain", float(goal.soil.change.mean()), member="goal", period=span),
        _row("soil_gain", float(grown.soil.change.mean()), member="goal-and-growth", period=span),
        _row("soil_gain", float(grown.soil.change[at_2050]), member="goal-and-growth",
             period="2050"),
        _row("straw_gain", float(goal.soil.change.mean()) - base, member="goal", period=span),
        _row("straw_gain", float(most.soil.change.mean()) - base, member="all", period=span),
        _row("needed_humification", unit="1", member="goal-and-growth", period="2050",
             value=needed_humification(fields, gain=yu, year=2050, returned=straw_goal,
                                       growth=growth)),
    ]  # fmt: skip
    rows += [
        _row("rate_per_area", float(value), product="oco2-mip" if name == "oco2" else str(name),
             period="2015-2019", unit="g C m-2 yr-1")
        for name, value in cropland.per_area().items()
    ]  # fmt: skip
    return rows + [
        _row(
            "compaction_bias",
            float(value),
            member=str(name).replace(" ", "-"),
            unit="t C ha-1",
            product="soil-profile",
        )
        for name, value in bias.items()
    ]


def monitoring_rows(values: Mapping[str, tuple[float, str]]) -> list[Row]:
    """Return what the monitoring chapter quotes: value and unit by quantity."""
    return [
        _row(name, value, unit=unit, product=SURVEY, scope="crop")
        for name, (value, unit) in values.items()
    ]


def sensitivity_bars(swings: pd.DataFrame, indices: pd.DataFrame) -> pd.DataFrame:
    """Return one-at-a-time swings with Sobol's total index as bars for :mod:`helpers.curves`."""
    total = indices.set_index("parameter")["total"]
    return pd.DataFrame(
        {
            "group": "",
            "label": [
                f"{row.parameter}, {row.low:g} to {row.high:g}" for row in swings.itertuples()
            ],
            "start": swings["at_low"],
            "end": swings["at_high"],
            "text": [f"{total[name]:.2f} of variance" for name in swings["parameter"]],
            "sobol_total": total.reindex(swings["parameter"]).to_numpy(),
        }
    )


def compaction_curves(
    profiles: Mapping[str, Sequence[float]], *, changes: ArrayLike, **soil: Any
) -> pd.DataFrame:
    """Return what a fixed depth gains by compaction alone, for each profile, as curves.

    Parameters
    ----------
    profiles : mapping of str to sequence [g kg-1]
        Carbon of the layers.
    changes : array_like [1]
        Relative changes of density; ``x`` of the curves is in percent.
    **soil
        As for :func:`helpers.soil_mass.compaction_bias`.
    """
    rows = [
        (name, 100 * change, compaction_bias(carbon, density_change=change, **soil))
        for name, carbon in profiles.items()
        for change in np.asarray(changes, float)
    ]
    return pd.DataFrame(rows, columns=["series", "x", "value"])


def stone_errors(stones: Sequence[float], *, fine_density: float) -> pd.DataFrame:
    """Return the error of each way to count stones, in percent, for shares of the volume."""
    share = np.asarray(stones, float)
    layer: dict[str, Any] = {
        "fine_density": fine_density,
        "rock_volume": share,
        "thickness": 1.0,
    }
    table = pd.DataFrame(
        {
            f"{words} ({method})": stony_stock(1.0, method=method, **layer)
            / stony_stock(1.0, **layer)
            * 100
            - 100
            for method, words in ROCK_METHODS.items()
        },
        index=[f"{100 * value:.0f} % stones" for value in share],
    )
    return table.T


def _row(
    quantity: str, value: float, *, product: str = ACCOUNT, member: str = "mean",
    scope: str = "crop", period: str = "static", unit: str = PG,
) -> Row:  # fmt: skip
    return Row(quantity=quantity, product=product, member=member, scope=scope, period=period,
               value=value, unit=unit)  # fmt: skip
