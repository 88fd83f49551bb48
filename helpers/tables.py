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
    decimals : int
        Digits of floating-point numbers.
    """

    frame: pd.DataFrame
    caption: str = ""
    decimals: int = 2

    def _repr_html_(self) -> str:
        """Return an HTML table with row and column headers marked as such."""
        caption = f"<caption>{escape(self.caption)}</caption>" if self.caption else ""
        head = "".join(f'<th scope="col">{escape(str(name))}</th>' for name in self.frame.columns)
        body = "".join(self._row(row) for row in self.frame.itertuples(index=False, name=None))
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def __repr__(self) -> str:
        """Return the table as plain text."""
        return self.frame.to_string(index=False)

    def _row(self, values: tuple[object, ...]) -> str:
        first, *rest = (self._cell(value) for value in values)
        cells = "".join(f"<td>{cell}</td>" for cell in rest)
        return f'<tr><th scope="row">{first}</th>{cells}</tr>'

    def _cell(self, value: object) -> str:
        if isinstance(value, float):
            return "" if pd.isna(value) else number(value, self.decimals)
        return "" if value is None or value is pd.NA else escape(str(value))
