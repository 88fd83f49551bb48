"""Tables for pages: one header row, the first column names the row, numbers to the right."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import pandas as pd

from helpers.style import number


@dataclass(frozen=True)
class Table:
    """A data frame as a page shows it.

    Attributes
    ----------
    frame : pandas.DataFrame
        Columns as headed; the first names the row.
    caption : str
        What the table holds.
    decimals : int or None
        Digits of floating-point numbers; None shows them as they are, rounded by the caller.
    """

    frame: pd.DataFrame
    caption: str = ""
    decimals: int | None = 2

    def _repr_html_(self) -> str:
        """Return an HTML table with row and column headers marked as such."""
        caption = f"<caption>{escape(self.caption)}</caption>" if self.caption else ""
        head = "".join(self._heading(str(name)) for name in self.frame.columns)
        body = "".join(self._row(row) for row in self.frame.itertuples(index=False, name=None))
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def __repr__(self) -> str:
        """Return the table as plain text."""
        return self.frame.to_string(index=False)

    def _heading(self, name: str) -> str:
        """Return the head of a column; a blank one is a plain cell, for it heads nothing."""
        return f'<th scope="col">{escape(name)}</th>' if name.strip() else "<td></td>"

    def _row(self, values: tuple[object, ...]) -> str:
        first, *rest = (self._cell(value) for value in values)
        cells = "".join(f"<td>{cell}</td>" for cell in rest)
        return f'<tr><th scope="row">{first}</th>{cells}</tr>'

    def _cell(self, value: object) -> str:
        if isinstance(value, float):
            return "" if pd.isna(value) else self._number(value)
        if isinstance(value, bool):
            return "yes" if value else "no"
        return "" if value is None or value is pd.NA else escape(str(value))

    def _number(self, value: float) -> str:
        if self.decimals is not None:
            return number(value, self.decimals)
        text = f"{value:.10g}"
        return text.lstrip("-") if float(text) == 0 else text.replace("-", "−")


def named(frame: pd.DataFrame | pd.Series, caption: str, *, index: str = "") -> Table:
    """Return a table whose row names are the index of a frame or series.

    Parameters
    ----------
    frame : pandas.DataFrame or pandas.Series
        With a meaningful index of one or more levels; one that only counts rows is left out.
    caption : str
        What the table holds.
    index : str
        Heading of the row names where the index has no name of its own.
    """
    table = frame.to_frame("value") if isinstance(frame, pd.Series) else frame.copy()
    table.columns = [str(name) for name in table.columns]
    if isinstance(table.index, pd.RangeIndex):
        return Table(table, caption, decimals=None)
    if table.index.nlevels == 1 and table.index.name is None:
        table.index = table.index.rename(index)
    return Table(table.reset_index(), caption, decimals=None)
