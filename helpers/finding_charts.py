"""The figure of the findings: how far each recomputed value lies from the printed one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.errors import InputError
from helpers.findings import Finding
from helpers.style import INK, PRODUCTS, RULE, WIDTH_IN, Drawing, book_style, new_figure, number

LABELS = {
    "F1": "F1 forest's share of China, {}",
    "F2": "F2 sum of ecosystems, {}",
    "F3": "F3 ± of the nation, {}",
    "F5": "F5 potential of soils (Lal 2004)",
    "F7": "F7 forest sink 1994–1998",
    "F8": "F8 growth of stocks over sinks",
    "F11": "F11 share of French emissions",
    "F13": "F13 VEGAS forest over cropland",
    "F15": "F15 BEPS without cropland",
}
"""Findings whose printed and recomputed values are numbers of one kind, as the figure calls them;
the first three come once for each product."""

_ROW, _ABOVE, _BELOW = 0.36, 0.45, 0.75
_TICKS = (0.5, 1.0, 2.0, 5.0, 10.0)


def ratios(findings: Sequence[Finding]) -> Drawing:
    """Draw the recomputed over the printed value of findings, on a logarithmic scale.

    Parameters
    ----------
    findings : sequence of Finding
        As :func:`helpers.contradictions.findings` returns; those without a place in `LABELS` are
        left out.

    Raises
    ------
    InputError
        If none is left, or a value is not above zero.
    """
    chosen = [one for one in findings if one.id in LABELS]
    wrong = [one for one in chosen if not (one.printed > 0 and one.computed > 0)]
    if not chosen or wrong:
        raise InputError(
            "A ratio needs two values above zero.",
            where="findings",
            found=", ".join(f"{one.id}: {one.computed} over {one.printed}" for one in wrong)
            or "no finding that has a place",
            accepted=f"above zero; at least one of {', '.join(LABELS)}",
            fix="Leave out the findings that are not ratios.",
        )
    rows = _rows(chosen)
    with book_style():
        height = _ABOVE + _BELOW + len(rows) * _ROW
        figure = new_figure(height)
        axes = figure.add_axes((0.43, _BELOW / height, 0.5, len(rows) * _ROW / height))
        _draw(axes, rows)
        figure.text(0.1 / WIDTH_IN, 1 - 0.12 / height, "What the arithmetic gives, over what is "
                    "printed", va="top", weight="bold", size=13)  # fmt: skip
    return Drawing(figure, rows, _describe(rows))


def _rows(findings: Sequence[Finding]) -> pd.DataFrame:
    products = {"BEPS": "BEPS", "VEGAS": "VEGAS", "OCO-2 v10 MIP": "OCO-2"}
    rows = []
    for one in findings:
        name = next((s for t, s in products.items() if one.sentence.startswith(f"{t}:")), "")
        rows.append(
            {
                "label": LABELS[one.id].format(name),
                "printed": one.printed,
                "computed": one.computed,
                "ratio": one.computed / one.printed,
                "unit": one.unit,
            }
        )
    return pd.DataFrame(rows, columns=["label", "printed", "computed", "ratio", "unit"])


def _draw(axes: Axes, rows: pd.DataFrame) -> None:
    colour = PRODUCTS["oco2-mip"].colour
    places = np.arange(len(rows))
    axes.set_xscale("log")
    axes.set_xlim(0.22, 16)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.hlines(places, 1, rows["ratio"], color=colour, linewidth=2.5)
    axes.plot(rows["ratio"], places, "o", color=colour, markersize=7)
    for place, ratio in enumerate(rows["ratio"]):
        side = "left" if ratio >= 1 else "right"
        shift = 1.12 if ratio >= 1 else 1 / 1.12
        axes.text(ratio * shift, place, number(ratio), va="center", ha=side, size=11)
    axes.axvline(1, color=INK, linewidth=1.2)
    axes.set_yticks(places, rows["label"], size=11)
    axes.set_xticks(_TICKS, [f"{tick:g}" for tick in _TICKS], size=11)
    axes.minorticks_off()
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color=RULE)
    axes.set_axisbelow(True)
    axes.set_xlabel("recomputed / printed", size=11)


def _describe(rows: pd.DataFrame) -> str:
    """Return the figure in words."""
    far = rows.loc[np.log(rows["ratio"]).abs().idxmax()]
    above = int((rows["ratio"] > 1).sum())
    listed = "; ".join(f"{row.label} {number(row.ratio)}" for row in rows.itertuples())
    return (
        f"Dot chart of recomputed over printed values for {len(rows)} numbers, logarithmic. "
        f"{above} lie above one and {len(rows) - above} below; the farthest is {far['label']}, "
        f"{number(far['ratio'])}. In order: {listed}."
    )
