"""The files of the built book: all that a page asks for is there, and every download opens.

No browser is needed. Links between pages are followed in `tests/test_book.py`.
"""

import json
import re
from functools import cache
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from PIL import Image

ASKED = {"src", "srcset", "poster", "data", "action"}
CSS_ADDRESS = re.compile(r"(?:url\(|@import)\s*[\"']?([^\"')\s;]+)")


class Reader(HTMLParser):
    """What one page asks for, and its figures: image, text alternative and downloads."""

    def __init__(self, path):
        super().__init__()
        self.path, self.asked, self.downloads = path, [], []
        self.figures, self.twins = [], []
        self._figure = None
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        for name in ASKED & set(given):
            self.asked += [part.split()[0] for part in given[name].split(",") if part.strip()] if (
                name == "srcset") else [given[name]]  # fmt: skip
        if "data-twin" in given:
            self.twins.append(given["data-twin"])
        if tag == "link":
            self.asked.append(given.get("href", ""))
        if tag == "figure":
            self._figure = {"id": given.get("id", ""), "files": {}}
            self.figures.append(self._figure)
        if tag == "img" and self._figure is not None:
            self._figure.update(image=given["src"], alt=given.get("alt", ""))
        if tag == "a" and "download" in given:
            self.downloads.append(given["href"])
            if self._figure is not None:
                self._figure["files"][given["href"].rpartition(".")[2]] = given["href"]

    def handle_endtag(self, tag):
        if tag == "figure":
            self._figure = None

    def place(self, address):
        return (self.path.parent / unquote(urlsplit(address).path)).resolve()


@cache
def readers(folder):
    return [Reader(path) for path in sorted(folder.rglob("*.html")) if "_static" not in path.parts]


@pytest.fixture
def pages(html):
    return readers(html)


@pytest.fixture
def drawn(pages):
    """Return the page and what it says of each figure that was drawn from values."""
    return [(page, figure) for page in pages for figure in page.figures if figure["files"]]


def is_own(address):
    return bool(address) and not urlsplit(address).scheme and not address.startswith(("#", "//"))


def test_the_reader_finds_what_is_asked_for(tmp_path):
    path = tmp_path / "a.html"
    path.write_text(
        '<img srcset="b.png 1x, c.png 2x"><figure id="f"><img src="d.png" alt="D"><a download '
        'href="e.csv">CSV</a></figure><a download href="g.nc">'
    )
    page = Reader(path)
    assert page.asked == ["b.png", "c.png", "d.png"]
    assert page.downloads == ["e.csv", "g.nc"]
    assert page.figures == [
        {"id": "f", "files": {"csv": "e.csv"}, "image": "d.png", "alt": "D"}
    ]  # fmt: skip


def test_every_file_a_page_asks_for_is_there(pages):
    missing = {
        (page.path.name, address)
        for page in pages
        for address in page.asked
        if is_own(address) and not page.place(address).is_file()
    }
    assert missing == set()


def test_every_chart_that_a_page_offers_is_there(pages, html):
    offered = {name for page in pages for name in page.twins}
    there = {path.stem for path in (html / "_static" / "interactive").glob("*.js")}
    assert offered
    assert offered - there == set()


def test_every_file_a_style_sheet_asks_for_is_there(html):
    missing = {
        (sheet.name, address)
        for sheet in html.rglob("*.css")
        for address in CSS_ADDRESS.findall(sheet.read_text(encoding="utf-8"))
        if is_own(address) and not (sheet.parent / urlsplit(address).path).resolve().is_file()
    }
    assert missing == set()


def test_every_download_opens(pages):
    for path in sorted({page.place(address) for page in pages for address in page.downloads}):
        match path.suffix:
            case ".csv":
                assert len(pd.read_csv(path)), path.name
            case ".nc":
                with xr.open_dataset(path) as data:
                    assert data.sizes, path.name
            case ".ipynb":
                assert json.loads(path.read_text(encoding="utf-8"))["cells"], path.name
            case _:
                assert path.stat().st_size, path.name


def test_every_figure_with_values_offers_both_files(drawn):
    assert len(drawn) > 30
    assert [figure["id"] for _, figure in drawn if set(figure["files"]) != {"csv", "nc"}] == []


def test_the_files_of_a_figure_hold_the_same_values(drawn):
    for page, figure in drawn:
        table = pd.read_csv(page.place(figure["files"]["csv"]), keep_default_na=False, dtype=str)
        with xr.open_dataset(page.place(figure["files"]["nc"]), decode_times=False) as data:
            rows = same_rows(data, table)
        for name in table.columns:
            assert_same(rows[name], table[name], f"{figure['id']}: {name}")


def test_the_files_of_a_figure_describe_the_image_beside_them(drawn):
    for page, figure in drawn:
        with xr.open_dataset(page.place(figure["files"]["nc"])) as data:
            summary = data.attrs["summary"]
        with Image.open(page.place(figure["image"])) as image:
            assert image.info["Description"] == summary, figure["id"]
        assert " ".join(figure["alt"].split()) == " ".join(summary.split()), figure["id"]


def same_rows(data, table):
    """Return a figure's NetCDF file as rows like those of its CSV file."""
    if "row" in data.sizes:
        return data.to_dataframe()
    cells = data.drop_vars([name for name in ("lat_bnds", "lon_bnds") if name in data])
    frame = cells.to_dataframe(dim_order=["product", "lat", "lon"]).reset_index()
    frame["unit"] = data["flux"].attrs["units"]
    return frame[frame["weight"] > 0]


def assert_same(stored, written, name):
    assert len(stored) == len(written), name
    if stored.dtype.kind in "fiu":
        plain = written.replace({"True": "1", "False": "0"})  # NetCDF has no truth values
        numbers = pd.to_numeric(plain, errors="coerce").to_numpy(float)
        values = stored.to_numpy(float)
        assert np.allclose(numbers, values, rtol=1e-6, atol=1e-12, equal_nan=True), name
    else:
        texts = [text.decode() if isinstance(text, bytes) else str(text) for text in stored]
        assert texts == list(written), name
