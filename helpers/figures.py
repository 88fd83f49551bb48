"""Publishing a figure: the stand-in mark, the text alternative, and files of exactly what it draws.

In a notebook the last line of a cell is ``figures.publish(...)``. What it returns shows the image
and carries the text alternative and the names of the files in the metadata of the output;
:mod:`helpers.captions` puts them on the page.
"""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.figure import Figure
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from helpers.errors import InputError
from helpers.files import atomic_path, write_text
from helpers.project import resolve
from helpers.style import BAND, BAND_INK, DPI, Drawing, book_style, new_figure

StandIn = bool | Literal["mixed"]

MARKS: dict[StandIn, str] = {
    True: "Reconstructed from published tables: not model output",
    "mixed": "Names marked “reconstructed”: from published tables, not model output",
}
"""Text of the band below a figure with reconstructed values: all of them, or some."""

METADATA_KEY = "sinkbook_figure"
"""Key of what a published figure carries in the metadata of its output."""

PRIVATE_PARAMETERS = ("data_dir", "results_dir")
"""Parameters that are places on one computer, and so are not published."""

_BAND_IN = 0.36
_NAME = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


@dataclass(frozen=True)
class PublishedFigure:
    """A figure as shown in a notebook.

    Attributes
    ----------
    png : bytes
        The image, with the stand-in mark where it applies.
    alt : str
        Text alternative.
    files : tuple of pathlib.Path
        CSV and NetCDF file of the values drawn.
    parameters : mapping
        Parameters that made it, as published.
    is_standin : bool or "mixed"
        Whether its values are reconstructed.
    twin : mapping, optional
        See :class:`helpers.style.Drawing`.
    """

    png: bytes = field(repr=False)
    alt: str
    files: tuple[Path, ...]
    parameters: Mapping[str, Any]
    is_standin: StandIn
    twin: Mapping[str, Any] | None = None

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, str], dict[str, Any]]:
        """Return the image and, as metadata, what the page shows beside it."""
        data = {"image/png": base64.b64encode(self.png).decode(), "text/plain": self.alt}
        facts = {
            "files": [path.name for path in self.files],
            "parameters": dict(self.parameters),
            "is_standin": self.is_standin,
        }
        if self.twin:
            facts["twin"] = dict(self.twin)
        return data, {"image/png": {"alt": self.alt}, METADATA_KEY: facts}


def publish(
    drawing: Drawing,
    *,
    name: str,
    notebook: str,
    results_dir: str | Path,
    is_standin: StandIn,
    parameters: Mapping[str, Any],
) -> PublishedFigure:
    """Mark, describe and save a figure, and return it for display.

    Parameters
    ----------
    drawing : helpers.style.Drawing
        From :mod:`helpers.charts` or :mod:`helpers.maps`.
    name, notebook : str
        The files are ``<results_dir>/figures/<notebook>-<name>.csv`` and ``.nc``.
    results_dir : str or Path
        Folder of the result tables.
    is_standin : bool or "mixed"
        True if every value is reconstructed, "mixed" if some are.
    parameters : mapping
        Parameters of the notebook; places on the computer are left out.

    Returns
    -------
    PublishedFigure

    Raises
    ------
    InputError
        If a name cannot be part of a file name, `is_standin` is neither of the three, or the
        drawing has no text alternative.
    """
    for where, word in (("name", name), ("notebook", notebook)):
        if not _NAME.fullmatch(word):
            raise InputError("Not a name for a figure.", where=where, found=repr(word),
                             accepted="lower-case letters and digits, joined by - or _",
                             fix="Choose a name such as 'annual-totals'.")  # fmt: skip
    if is_standin not in (True, False, "mixed"):
        raise InputError("Say whether the values are reconstructed.", where="is_standin",
                         found=repr(is_standin), accepted="True, False or 'mixed'",
                         fix="Say True if all are, 'mixed' if some are, else False.")  # fmt: skip
    is_standin = is_standin if is_standin == "mixed" else bool(is_standin)
    if not drawing.alt.strip():
        raise InputError("A figure has no text alternative.", where=f"{notebook}-{name}",
                         found=repr(drawing.alt), accepted="words that say what it shows",
                         fix="Give the drawing its alt.")  # fmt: skip
    shown = {key: value for key, value in parameters.items() if key not in PRIVATE_PARAMETERS}
    alt = drawing.alt if is_standin is False else f"{drawing.alt} {MARKS[is_standin]}."
    stem = resolve(results_dir) / "figures" / f"{notebook}-{name}"
    data = drawing.data
    if "is_standin" not in data:
        data = data.assign(is_standin=str(is_standin).lower())
    files = (
        save_table(data, stem.with_suffix(".csv")),
        save_netcdf(
            data, stem.with_suffix(".nc"), attributes={"parameters": shown, "summary": alt}
        ),
    )
    return PublishedFigure(
        png_of(drawing.figure, is_standin, alt=alt), alt, files, shown, is_standin, drawing.twin
    )


def png_of(figure: Figure, is_standin: StandIn, *, alt: str = "") -> bytes:
    """Return a figure as PNG with at most 256 colours, and below it the band of its stand-in mark.

    The band is added to the image, so nothing in the figure moves or is covered.
    """
    image = _image(figure)
    if is_standin is not False:
        image = _stacked(image, _image(_band(MARKS[is_standin])))
    note, small = PngInfo(), io.BytesIO()
    note.add_itxt("Description", alt)
    palette = image.quantize(256, dither=Image.Dither.NONE)
    palette.save(small, format="png", optimize=True, pnginfo=note, dpi=(DPI, DPI))
    return small.getvalue()


def _image(figure: Figure) -> Image.Image:
    raw = io.BytesIO()
    with book_style():
        figure.savefig(raw, format="png", dpi=DPI, metadata={"Software": None})
    return Image.open(raw).convert("RGB")


def _band(text: str) -> Figure:
    with book_style():
        band = new_figure(_BAND_IN)
        band.set_facecolor(BAND)
        band.text(0.5, 0.5, text, ha="center", va="center", color=BAND_INK, size=11.5)
    return band


def _stacked(upper: Image.Image, lower: Image.Image) -> Image.Image:
    whole = Image.new("RGB", (upper.width, upper.height + lower.height), BAND)
    whole.paste(upper, (0, 0))
    whole.paste(lower, ((upper.width - lower.width) // 2, upper.height))
    return whole


def save_table(data: pd.DataFrame | xr.Dataset, path: Path) -> Path:
    """Write drawn values as CSV: rows as they are, or one row a cell with data or in the mask."""
    table = data if isinstance(data, pd.DataFrame) else _long(data)
    return write_text(path, table.to_csv(index=False, float_format="%.10g", lineterminator="\n"))


def _long(data: xr.Dataset) -> pd.DataFrame:
    cells = data.drop_vars([name for name in ("lat_bnds", "lon_bnds") if name in data])
    frame = cells.to_dataframe(dim_order=["product", "lat", "lon"]).reset_index()
    frame = frame[frame["weight"] > 0].assign(unit=data["flux"].attrs["units"])
    return frame[
        ["product", "title", "lat", "lon", "flux", "unit", "agreement", "weight", "is_standin"]
    ]


def save_netcdf(
    data: pd.DataFrame | xr.Dataset, path: Path, *, attributes: Mapping[str, Any]
) -> Path:
    """Write drawn values as NetCDF (classic format, so that the same values are the same bytes)."""
    dataset = _as_dataset(data)
    dataset.attrs = {**dataset.attrs, "Conventions": "CF-1.11"} | {
        key: value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)
        for key, value in attributes.items()
    }
    with atomic_path(path) as temporary:
        dataset.to_netcdf(temporary, engine="scipy", format="NETCDF3_64BIT")
    return path


def _as_dataset(data: pd.DataFrame | xr.Dataset) -> xr.Dataset:
    """Return rows as variables along `row`, text without gaps."""
    if isinstance(data, xr.Dataset):
        return data.copy()
    columns = {}
    for name in data.columns:
        column = data[name]
        is_text = not pd.api.types.is_numeric_dtype(column)
        values = (
            column.fillna("").astype(str).to_numpy(dtype=str)
            if is_text
            else np.asarray(column, float)
        )
        columns[str(name)] = ("row", values)
    return xr.Dataset(columns)
