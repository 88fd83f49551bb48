"""Every ± has a declared kind, a mark of its own and words that say what it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.legend_handler import HandlerBase
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from helpers.errors import InputError
from helpers.style import INK, unit_label

COLUMNS: tuple[str, ...] = (
    "quantity", "product", "member", "scope", "period", "value", "sd", "sd_kind", "n", "unit"
)  # fmt: skip
"""Columns of a tidy result table."""


def rows_of(frame: pd.DataFrame) -> list[Any]:
    """Return the rows of a table as named tuples."""
    return list(frame.itertuples(index=False))


def check_frame(frame: pd.DataFrame) -> str:
    """Refuse anything that is not one unit of tidy results with declared spreads; return the unit.

    Raises
    ------
    InputError
        If columns are missing, the frame is empty or mixes units, a value is not finite, or a ±
        has no declared kind, no n where its kind needs one, or is negative.
    """
    missing = [name for name in COLUMNS if name not in frame.columns]
    if missing or frame.empty:
        raise InputError(
            "A chart needs rows of a tidy result table.",
            where="columns" if missing else "rows",
            found="absent: " + ", ".join(missing) if missing else "no row",
            accepted=", ".join(COLUMNS),
            fix="Take the rows from helpers.results.",
        )
    units = list(dict.fromkeys(frame["unit"]))
    if len(units) != 1:
        raise InputError("One axis cannot show several units.", where="unit", found=units,
                         accepted="one unit", fix="Draw one chart for each unit.")  # fmt: skip
    odd = frame[~np.isfinite(frame["value"].astype(float))]
    if len(odd):
        row = rows_of(odd)[0]
        raise InputError("A value to draw is not finite.", where=_where(row), found=f"{row.value}",
                         accepted="a finite number",
                         fix="Correct it where it was computed, or leave it out.")  # fmt: skip
    unit_label(units[0])
    for row in rows_of(frame[frame["sd"].notna()]):
        _check_spread(row)
    return units[0]


def _where(row: Any) -> str:
    return f"{row.product} {row.member} {row.scope} {row.period}"


def _check_spread(row: Any) -> None:
    """Refuse a ± that does not say what it is."""
    where = _where(row)
    if row.sd_kind not in SPREADS:
        raise InputError(
            "A ± without a declared kind is not drawn.",
            where=where,
            found=f"± {row.sd:g}, sd_kind {row.sd_kind!r}",
            accepted=", ".join(SPREADS),
            fix="State in sd_kind what the ± is.",
        )
    if row.sd < 0:
        raise InputError("A ± is negative.", where=where, found=f"{row.sd:g}", accepted="0 or more",
                         fix="Correct it where it was computed or typed.")  # fmt: skip
    if SPREADS[row.sd_kind].needs_n and pd.isna(row.n):
        raise InputError(
            "A ± of this kind needs its n.", where=where, found=f"{row.sd_kind}, n absent",
            accepted="the number of values behind the ±", fix="State it in column n.",
        )  # fmt: skip


@dataclass(frozen=True)
class SpreadStyle:
    """How one kind of ± is drawn, and what it is in words."""

    words: str
    tag: str
    needs_n: bool
    line: dict[str, Any] = field(default_factory=dict)
    cap: str | None = None
    is_open_bar: bool = False


SPREADS: dict[str, SpreadStyle] = {
    "interannual": SpreadStyle(
        "SD over {n} years", "years", True, {"linewidth": 6.0, "alpha": 0.45}
    ),
    "members": SpreadStyle("SD over {n} members", "members", True, {"linewidth": 1.6}, cap="|"),
    "experiments": SpreadStyle("SD over {n} experiments", "experiments", True, is_open_bar=True),
    "masks": SpreadStyle(
        "SD over {n} masks",
        "masks",
        True,
        {"linewidth": 1.6, "linestyle": (0, (4, 1.5, 1, 1.5))},
        cap="s",
    ),
    "published-undefined": SpreadStyle(
        "published ±, kind not stated",
        "as published",
        False,
        {"linewidth": 1.8, "linestyle": (0, (1.2, 1.6))},
        cap="o",
    ),
    "propagated": SpreadStyle(
        "propagated uncertainty",
        "propagated",
        False,
        {"linewidth": 1.6, "linestyle": (0, (5, 2.5))},
        cap="|",
    ),
    "sampling": SpreadStyle(
        "sampling SD, n = {n}",
        "sampling",
        True,
        {"linewidth": 1.6, "linestyle": (0, (6, 2, 1.2, 2))},
        cap="d",
    ),
}
"""Mark of each kind of ±: bar, capped line, open bar, squares, rings, dashes, diamonds."""


class SpreadHandle(HandlerBase):
    """Legend entry that is drawn exactly as the mark it explains."""

    def create_artists(  # noqa: PLR0917  Matplotlib calls it
        self,
        legend: Any,
        handle: Any,
        x: float,
        y: float,
        width: float,
        height: float,
        size: float,
        transform: Any,
    ) -> list[Any]:
        """Return the artists of the entry; the label of `handle` is the kind of ±."""
        kind = SPREADS[handle.get_label()]
        artists = spread_artists(
            kind, x, high=x + width, y=y + height / 2, height=height * 0.8, colour=INK
        )
        for artist in artists:
            artist.set_transform(transform)
        return artists


def spread_artists(
    style: SpreadStyle, low: float, *, high: float, y: float, height: float, colour: str
) -> list[Any]:
    """Return the mark of one ±, from `low` to `high` at `y`."""
    if style.is_open_bar:
        return [Rectangle((low, y - height / 2), high - low, height, facecolor="none",
                          edgecolor=colour, linewidth=1.5)]  # fmt: skip
    line = Line2D([low, high], [y, y], color=colour, solid_capstyle="butt", **style.line)
    if style.cap is None:
        return [line]
    size = 11.0 if style.cap == "|" else 6.5
    caps = Line2D([low, high], [y, y], linestyle="", marker=style.cap, color=colour,
                  markersize=size, markeredgewidth=1.6, markerfacecolor="white")  # fmt: skip
    return [line, caps]


def spread_words(rows: pd.DataFrame) -> str:
    """Return what a ± is, with its n or the range of its n."""
    style = SPREADS[rows["sd_kind"].iloc[0]]
    counts = sorted({int(n) for n in rows["n"].dropna()})
    shown = "–".join(str(n) for n in dict.fromkeys((counts[0], counts[-1]))) if counts else ""
    text = "± 1 " + style.words.format(n=shown) if style.needs_n else style.words
    return text if style.needs_n or not shown else f"{text}, n = {shown}"
