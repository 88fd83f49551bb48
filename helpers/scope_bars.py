"""Charts of differences, shares and sums of spreads, each row with its numbers in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from helpers.printed import PrintedShare
from helpers.printed_spreads import HALF_NATIONAL, SpreadCheck
from helpers.scope_charts import canvas, face, legend_below, line_text, span
from helpers.spreads import check_frame, rows_of
from helpers.style import (
    CARD,
    INK,
    MUTED,
    Drawing,
    book_style,
    number,
    product_styles,
    title_of,
    unit_label,
)

UPTAKE, RELEASE = "#01665e", "#8c510a"
"""Bars above and below zero: the ends of the maps' scale."""

_HEAD, _TEXT = 0.36, 0.26


def excess_bars(
    frame: pd.DataFrame, *, quantity: str, title: str, published: bool = True
) -> Drawing:
    """Draw a difference by scope as bars, the published one as an outline below.

    Parameters
    ----------
    frame : pandas.DataFrame
        Rows of `quantity`, ``<quantity>_share`` and the same after ``published_``, from
        :func:`helpers.scopes.excess_rows`.
    quantity : str
        Which difference.
    title : str
        Heading.
    published : bool
        Draw the published difference too, where the scope has one.

    Returns
    -------
    helpers.style.Drawing
        Without rows, because one class of products is missing, a figure that says so.
    """
    names = [quantity] + [f"published_{quantity}"] * published
    rows = frame[frame["quantity"].isin(names)].reset_index(drop=True)
    if rows.empty:
        return _nothing(rows, title)
    unit = check_frame(rows)
    share = {
        (row.quantity.removesuffix("_share"), row.scope): row.value
        for row in rows_of(frame[frame["quantity"].isin([f"{name}_share" for name in names])])
    }
    scopes = list(dict.fromkeys(rows["scope"]))
    told: list[str] = []
    with book_style():
        body = len(scopes) * (_TEXT + 0.42) + 0.1
        axes, figure = canvas(body, below=0.68 + 0.27 * len(names), title=title)
        span(axes, rows)
        for place, scope in enumerate(scopes):
            y = place * (_TEXT + 0.42)
            mine = {row.quantity: row.value for row in rows_of(rows[rows["scope"] == scope])}
            line_text(axes, 0, y=y + 0.15, text=scope, weight="bold")
            texts = []
            for level, name in enumerate(name for name in names if name in mine):
                value, part = mine[name], share.get((name, scope))
                colour = UPTAKE if value > 0 else RELEASE
                bar = Rectangle(
                    (0, y + _TEXT + 0.17 * level), value, 0.14, edgecolor=colour, linewidth=1.6,
                    facecolor=colour if name == quantity else CARD, zorder=3,
                )  # fmt: skip
                axes.add_patch(bar)
                texts.append(_with_share(value, part))
            line_text(axes, 1, y=y + 0.15, text=" / ".join(texts), color=MUTED, size=11)
            told.append(f"{scope} {' / '.join(texts)}")
        axes.set_xlabel(f"{unit_label(unit)}   (share of the sum in brackets)")
        patches = [Patch(facecolor=INK, edgecolor=INK), Patch(facecolor=CARD, edgecolor=INK)]
        labels = ["computed here", "from the published values"]
        legend_below(figure, patches[: len(names)], labels=labels[: len(names)])
    alt = f"Bar chart in {unit}, positive where inversions are higher: {'; '.join(told)}."
    return Drawing(figure, rows, alt)


def _nothing(rows: pd.DataFrame, title: str) -> Drawing:
    words = "It takes a top-down and a bottom-up product to part."
    with book_style():
        axes, figure = canvas(0.5, below=0.2, title=title)
        axes.set_axis_off()
        axes.set_title(title)
        axes.text(0, 0.3, words, transform=axes.get_yaxis_transform())
    return Drawing(figure, rows, words)


def _with_share(value: float, share: float | None) -> str:
    """Return a difference and its share of the sum; rounded first, so that ties look alike."""
    text = number(round(value, 6), 3)
    return text if share is None else f"{text} ({number(share, 0)} %)"


def share_marks(shares: Sequence[PrintedShare], *, title: str) -> Drawing:
    """Draw printed percents beside their shares of the four-class sum and of the nation.

    Parameters
    ----------
    shares : sequence of PrintedShare
        From :func:`helpers.printed.printed_shares`.
    title : str
        Heading.
    """
    frame = pd.DataFrame(
        {
            "claim": share.claim,
            "product": share.product,
            "scope": share.scope,
            "printed": share.printed,
            "of_four_classes": share.of_own[1],
            "of_nation": share.of_nation[1],
            "nation_low": share.of_nation[0],
            "nation_high": share.of_nation[2],
            "unit": "%",
        }
        for share in shares
    )
    styles = product_styles(frame["product"])
    told = []
    with book_style():
        body = len(frame) * 0.46 + frame["product"].nunique() * _HEAD + 0.1
        axes, figure = canvas(body, below=0.68 + 0.27 * 3, title=title)
        axes.set_xlim(-2, 1.05 * max(frame["nation_high"].max(), frame["printed"].max()))
        y = 0.0
        for product, mine in frame.groupby("product", sort=False):
            line_text(axes, 0, y=y + 0.24, text=title_of(str(product)), weight="bold", size=12.5)
            y += _HEAD
            for row in rows_of(mine):
                colour, marker = styles[row.product].colour, styles[row.product].marker
                level = y + 0.35
                axes.plot([row.printed, row.of_nation], [level, level], color=colour,
                          linewidth=2.2, alpha=0.5, zorder=2)  # fmt: skip
                axes.plot(row.of_nation, level, marker, zorder=4, **face("filled", colour))
                axes.plot(row.printed, level, marker, zorder=4, **face("open", colour))
                axes.plot(row.of_four_classes, level, "|", color=INK, markersize=15, zorder=5)
                text = f"{number(row.printed, 1)} / {number(row.of_nation, 1)}"
                line_text(axes, 0, y=y + 0.13, text=row.scope)
                line_text(axes, 1, y=y + 0.13, text=text, color=MUTED, size=11)
                told.append(f"{title_of(row.product)} {row.scope} {text}")
                y += 0.46
        axes.set_xlabel("%")
        handles = [
            Line2D([], [], marker="o", **face("open", INK)),
            Line2D([], [], marker="|", color=INK, markersize=14, linestyle=""),
            Line2D([], [], marker="o", **face("filled", INK)),
        ]
        labels = ["printed percent", "share of the sum of four classes",
                  "share of the national total"]  # fmt: skip
        legend_below(figure, handles, labels=labels)
    alt = f"Dot chart of shares in %, printed / of the national total: {'; '.join(told)}."
    return Drawing(figure, frame, alt)


def spread_rulers(
    checks: Sequence[SpreadCheck],
    *,
    title: str,
    computed: Mapping[str, float | None] | None = None,
) -> Drawing:
    """Draw what the ± of a sum can be, given the ± of its parts, and what is printed.

    Parameters
    ----------
    checks : sequence of SpreadCheck
        From :func:`helpers.printed_spreads.spread_checks`.
    title : str
        Heading.
    computed : mapping of str to float, optional
        Mean correlation of the parts in the data at hand, by product.
    """
    frame = pd.DataFrame(
        {
            "product": check.product,
            "printed": check.whole,
            "quadrature": check.quadrature,
            "linear": check.linear,
            "lowest": check.lowest,
            "implied_correlation": check.correlation,
            "computed_correlation": (computed or {}).get(check.product),
            "unit": "Pg C yr-1",
        }
        for check in checks
    )
    styles = product_styles(frame["product"])
    told = []
    with book_style():
        axes, figure = canvas(len(frame) * 0.66 + 0.1, below=0.68 + 0.27 * 4, title=title)
        axes.set_xlim(-0.006, 1.06 * float(frame["linear"].max()))
        for place, row in enumerate(rows_of(frame)):
            y, colour = place * 0.66, styles[row.product].colour
            text = f"needs r = {number(row.implied_correlation)}"
            line_text(axes, 0, y=y + 0.16, text=title_of(row.product), weight="bold")
            line_text(
                axes, 1, y=y + 0.16, text=f"± {number(row.printed)} {text}", color=MUTED, size=11
            )
            level = y + 0.46
            axes.plot([row.lowest, row.linear], [level, level], color=colour, alpha=0.35,
                      linewidth=7, solid_capstyle="butt", zorder=2)  # fmt: skip
            axes.plot(row.quadrature, level, "|", color=INK, markersize=17, markeredgewidth=2,
                      zorder=4)  # fmt: skip
            axes.add_patch(Rectangle((row.printed - HALF_NATIONAL, level - 0.09),
                                     2 * HALF_NATIONAL, 0.18, facecolor="none", edgecolor=colour,
                                     linewidth=1.5, zorder=3))  # fmt: skip
            axes.plot(row.printed, level, styles[row.product].marker, zorder=5,
                      **face("open", colour))  # fmt: skip
            told.append(
                f"{title_of(row.product)} printed {number(row.printed)}, possible "
                f"{number(row.lowest, 3)} to {number(row.linear, 3)}, independent "
                f"{number(row.quadrature, 3)}, {text}"
            )
        axes.set_xlabel(f"± of China in {unit_label('Pg C yr-1')}")
        handles = [
            Line2D([], [], color=INK, alpha=0.35, linewidth=7, solid_capstyle="butt"),
            Line2D([], [], marker="|", color=INK, markersize=15, markeredgewidth=2, linestyle=""),
            Line2D([], [], marker="o", **face("open", INK)),
            Patch(facecolor="none", edgecolor=INK),
        ]
        labels = ["possible, from full compensation to all as one", "if regions are independent",
                  "as printed for China", "what rounding leaves open"]  # fmt: skip
        legend_below(figure, handles, labels=labels)
    return Drawing(figure, frame, f"Ranges of the ± of China in Pg C yr-1: {'; '.join(told)}.")
