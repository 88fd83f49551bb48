"""Closure cards: the identities a chapter rests on, computed, shown, and enforced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import xarray as xr

from helpers.timeaxis import month_seconds

TOLERANCE = 1e-10
"""Largest relative residual of an identity that must hold to rounding [1]."""


class ClosureError(AssertionError):
    """An identity that a chapter rests on does not hold."""


@dataclass(frozen=True, kw_only=True)
class Identity:
    """One identity: parts against a whole.

    Parameters
    ----------
    name : str
        Such as ``"sum of regions = China"``.
    residual : float
        Largest absolute difference, in `unit`.
    scale : float
        Largest absolute value compared, in `unit`.
    tolerance : float
        Largest accepted ``residual / scale``; infinite where parts overlap by design, so that the
        residual is shown but not enforced.
    unit : str
        Unit of the residual.
    """

    name: str
    residual: float
    scale: float
    tolerance: float
    unit: str

    @property
    def holds(self) -> bool:
        """True when the residual is within the tolerance."""
        return bool(self.residual <= self.tolerance * max(self.scale, np.finfo(float).tiny))


def identity(
    name: str, parts: xr.DataArray, *, whole: xr.DataArray, tolerance: float = TOLERANCE
) -> Identity:
    """Compare parts already added up with the whole, everywhere at once.

    Parameters
    ----------
    name : str
        What should equal what.
    parts, whole : xarray.DataArray
        Same unit; they are aligned by dimension and must have the same coordinates.
    tolerance : float
        Largest accepted residual, relative to the largest absolute value.

    Raises
    ------
    ClosureError
        If a value is missing, so that nothing was compared there.
    """
    difference = np.abs(parts - whole)
    if not bool(np.isfinite(difference).all()) or not difference.size:
        message = f"{name}: a value is missing, so the identity cannot be checked."
        raise ClosureError(message)
    return Identity(
        name=name,
        residual=float(difference.max()),
        scale=float(np.abs(whole).max()),
        tolerance=tolerance,
        unit=str(whole.attrs.get("units", "1")),
    )


def months_make_years(monthly: xr.DataArray, annual: xr.DataArray, *, label: str = "") -> Identity:
    """Check that amounts of the months add up to the amount of the year.

    Parameters
    ----------
    monthly : xarray.DataArray, dims (time, ...)
        Rates.
    annual : xarray.DataArray, dims (year, ...)
        Rates, from :func:`helpers.timeaxis.annual_mean`.
    label : str
        Which product, for the card.
    """
    seconds = month_seconds(monthly["time"])
    amounts = (monthly * seconds).groupby("time.year").sum("time")
    lengths = seconds.groupby("time.year").sum("time")
    amounts.attrs = dict(annual.attrs)
    name = "sum of months = year" + (f", {label}" if label else "")
    return identity(name, amounts / lengths, whole=annual)


@dataclass(frozen=True)
class Card:
    """The identities of a chapter as a table a page can show."""

    identities: tuple[Identity, ...]

    def _repr_html_(self) -> str:
        """Return an HTML table: identity, residual, tolerance, pass or fail."""
        head = "".join(
            f'<th scope="col">{name}</th>'
            for name in ("identity", "residual", "relative", "accepted", "outcome")
        )
        body = "".join(_table_row(item) for item in self.identities)
        return (
            '<table class="closure"><caption>Closure card</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )

    def __repr__(self) -> str:
        """Return the card as plain text."""
        return "\n".join(
            f"{_word(item)}  {item.name}: {item.residual:.1e} {item.unit}"
            for item in self.identities
        )


def _word(item: Identity) -> str:
    """Return the outcome in a word; a residual that nothing bounds has not passed a check."""
    if np.isinf(item.tolerance):
        return "shown only"
    return "pass" if item.holds else "FAIL"


def _table_row(item: Identity) -> str:
    relative = item.residual / item.scale if item.scale else 0.0
    cells = (
        f"{item.residual:.1e} {escape('' if item.unit == '1' else item.unit)}".rstrip(),
        f"{relative:.1e}",
        "any" if np.isinf(item.tolerance) else f"{item.tolerance:.0e}",
        "<strong>FAIL</strong>" if _word(item) == "FAIL" else _word(item),
    )
    return f'<tr><th scope="row">{escape(item.name)}</th>' + "".join(
        f"<td>{cell}</td>" for cell in cells
    ) + "</tr>"  # fmt: skip


def closure_card(identities: Sequence[Identity]) -> Card:
    """Return the card of a chapter, or stop it when an identity fails.

    Raises
    ------
    ClosureError
        Naming every identity that fails, with its residual.
    """
    card = Card(tuple(identities))
    if not all(item.holds for item in identities):
        message = f"The budget does not close.\n{card!r}"
        raise ClosureError(message)
    return card
