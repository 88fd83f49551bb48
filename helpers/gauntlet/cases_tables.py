"""Cases of the CEOS national table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from helpers.gauntlet.case import Answer, Case, Skip
from helpers.gauntlet.cases_files import HTML

EXPERIMENTS = ("IS", "LNLG", "LNLGIS", "LNLGOGIS")
SHARED = ("Rivers (TgCO2)", "River unc (TgCO2)", "Wood+Crop (TgCO2)", "Wood+Crop unc (TgCO2)",
          "FF (TgCO2)", "FF unc (TgCO2)")  # fmt: skip
NAMES = [
    "Alpha 3 Code", "Year",
    *[f"{e} {q}{u} (TgCO2)" for q in ("dC_loss", "NBE", "NCE") for e in EXPERIMENTS
      for u in ("", " unc")],
    *SHARED, "Z-statistic", *[f"FUR {e}" for e in EXPERIMENTS],
]  # fmt: skip
RIVERS, WOOD, FOSSIL = -120.0, -60.0, 9000.0
NBE = {"IS": -400.0, "LNLG": -900.0, "LNLGIS": -1000.0, "LNLGOGIS": -1100.0}


def _row(country: str, year: str) -> list[str]:
    loss = [f"{NBE[e] - RIVERS - WOOD:.6g} 300".split() for e in EXPERIMENTS]
    exchange = [f"{NBE[e]:.6g} 300".split() for e in EXPERIMENTS]
    net = [f"{NBE[e] + FOSSIL:.6g} 310".split() for e in EXPERIMENTS]
    pairs = [cell for pair in (*loss, *exchange, *net) for cell in pair]
    shared = [f"{v:.6g}" for v in (RIVERS, 40.0, WOOD, 18.0, FOSSIL, 500.0)]
    return [country, year, *pairs, *shared, "0.4", *["0.5"] * 4]


def table(*, header: int = 52) -> list[list[str]]:
    """Return the lines of a table of two countries and six years, cell by cell."""
    rows = [["# text"] for _ in range(header)] + [NAMES]
    years = [*map(str, range(2015, 2021)), "mean"]
    return rows + [_row(country, year) for country in ("CHN", "FRA") for year in years]


def _written(rows: list[list[str]], separator: str = ",") -> bytes:
    return ("\n".join(separator.join(row) for row in rows) + "\n").encode()


def _cell(column: str, text: str) -> Callable[[], bytes]:
    """Return a writer of the table with another text in one cell of China."""

    def write() -> bytes:
        rows = table()
        rows[53][NAMES.index(column)] = text
        return _written(rows)

    return write


def _attempt(folder: Path) -> Answer:
    """Read the table by the public way and compare China's exchange with what was written."""
    from helpers.sources.ceos import read_budget_table

    data = read_budget_table(folder / "table.csv")
    china = data[(data["iso"] == "CHN") & (data["experiment"] == "LNLGIS")]
    values = china[china["quantity"] == "NBE"].set_index("year")["value_pg_c"]
    wanted = NBE["LNLGIS"] * 12 / 44.01 / 1000
    worst = float((values - wanted).abs().max()) / abs(wanted) if len(values) == 6 else float("inf")
    return Answer(worst, "; ".join(data.attrs["notices"]) or "nothing to report")


def _case(
    name: str,
    about: str,
    *,
    says: str,
    content: Callable[[], bytes] | None,
    expects: Literal["error", "repair"] = "error",
    place: Callable[[Path], None] | None = None,
    drops_privilege: bool = False,
) -> Case:
    def build(folder: Path) -> None:
        path = folder / "table.csv"
        if content is not None:
            path.write_bytes(content())
        if place is not None:
            try:
                place(path)
            except OSError as error:
                raise Skip(str(error)) from error

    return Case(
        name=f"ceos-{name}", area="tables", about=about, build=build, attempt=_attempt,
        expects=expects, says=says, drops_privilege=drops_privilege,
    )  # fmt: skip


def cases() -> list[Case]:
    """Return the cases of the table."""
    plain = _written(table())
    nbe = "LNLGIS NBE (TgCO2)"
    return [
        _case("plain", "the table as it is", says="nothing to report", content=lambda: plain,
              expects="repair"),
        _case("header-moved", "fewer lines above the names", says="expected in line",
              content=lambda: _written(table(header=3)), expects="repair"),
        _case("byte-order-mark", "a byte order mark in front", says="nothing to report",
              content=lambda: b"\xef\xbb\xbf" + plain, expects="repair"),
        _case("windows-lines", "lines that end as on Windows", says="nothing to report",
              content=lambda: plain.replace(b"\n", b"\r\n"), expects="repair"),
        _case("latin-1", "a comment that is not UTF-8", says="not UTF-8",
              content=lambda: plain.replace(b"# text", b"# C\xf4te d'Ivoire", 1), expects="repair"),
        _case("latin-1-country", "a country code that is not UTF-8", says="not in UTF-8",
              content=lambda: plain.replace(b"FRA", b"FR\xc4")),
        _case("utf-16", "the whole table in UTF-16", says="UTF-16",
              content=lambda: plain.decode().encode("utf-16")),
        _case("empty", "zero bytes", says="0 bytes", content=lambda: b""),
        _case("html", "a web page", says="web page", content=HTML.encode),
        _case("binary", "a NetCDF file", says="not the national budget table",
              content=lambda: b"\x89HDF\r\n\x1a\n" + bytes(range(256)) * 10),
        _case("semicolons", "semicolons between the cells", says="not the national budget table",
              content=lambda: _written(table(), ";")),
        _case("column-absent", "a column is missing", says="Columns are missing(.|\n)*LNLGIS NBE",
              content=lambda: plain.replace(nbe.encode(), b"other")),
        _case("column-carbon", "columns in TgC", says="Columns are missing",
              content=lambda: plain.replace(b"TgCO2", b"TgC")),
        _case("column-twice", "a column is there twice", says="column .*twice",
              content=lambda: plain.replace(b"LNLG NBE (TgCO2)", nbe.encode())),
        _case("row-twice", "a country and year are there twice", says="appear twice",
              content=lambda: plain + _written([_row("CHN", "2016")])),
        _case("row-short", "a row that ends early", says="damaged(.|\n)*9 cells",
              content=lambda: _written([*table()[:-1], table()[-1][:9]])),
        _case("row-long", "a row with cells too many", says="damaged",
              content=lambda: _written([*table(), [*_row("DEU", "2015"), "1", "2"]])),
        _case("year-text", "a year in words", says="row has no year",
              content=_cell("Year", "twenty")),
        _case("value-text", "'n.a.' for a value", says="not a number(.|\n)*n.a.",
              content=_cell(nbe, "n.a.")),
        _case("value-nan", "a value is nan", says="value is missing", content=_cell(nbe, "nan")),
        _case("value-infinite", "a value is infinite", says="not a number",
              content=_cell(nbe, "inf")),
        _case("value-comma", "decimal commas in quotes", says="not a number",
              content=_cell(nbe, '"-1,0e3"')),
        _case("negative-uncertainty", "a negative uncertainty", says="negative uncertainties",
              content=_cell("Wood+Crop unc (TgCO2)", "-18"), expects="repair"),
        _case("absent", "no file", says="missing or empty", content=None),
        _case("folder", "a folder", says="missing or empty", content=None, place=Path.mkdir),
        _case("loop", "a link to itself", says="missing or empty", content=None,
              place=lambda path: path.symlink_to(path.name)),
        _case("forbidden", "a table that may not be read", says="may not be read",
              content=lambda: plain,
              place=lambda path: path.chmod(0), drops_privilege=True),
    ]  # fmt: skip
