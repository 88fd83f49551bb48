"""Every figure carries its caption, words, values, parameters and mark; every file opens."""

import json
import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pandas as pd
import pytest
import xarray as xr

from helpers.figures import MARKS, METADATA_KEY

ROOT = Path(__file__).parents[2]
NOTEBOOKS = ROOT / "build" / "notebooks"


@cache
def shown_images():
    """Return page, alternative text and facts of every image that an executed notebook shows."""
    found = []
    for path in sorted(NOTEBOOKS.rglob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                if any(kind.startswith("image/") for kind in output.get("data", {})):
                    data = output["metadata"]
                    alt = data.get("image/png", {}).get("alt", "")
                    found.append((path.stem, alt, data.get(METADATA_KEY)))
    if not found:
        pytest.skip("no notebook has run; run `make book` first")
    return found


def figures(soups):
    return [
        (page, figure)
        for page, soup in soups.items()
        for figure in soup.select("article figure")
        if figure.select_one("img")
    ]


def linked(figure, html, page):
    """Return the files of values that a figure links to."""
    links = [unquote(link["href"]) for link in figure.select("a.download")]
    return [(html / page).parent / link for link in links]


def test_every_image_of_a_notebook_was_published_with_its_words_and_files():
    bare = {
        (name, alt[:40])
        for name, alt, facts in shown_images()
        if not facts or len(alt) < 40 or len(facts["files"]) != 2
    }
    assert bare == set()


def test_alternative_text_of_what_is_reconstructed_says_so():
    silent = {
        (name, alt[:40])
        for name, alt, facts in shown_images()
        if facts["is_standin"] is not False and MARKS[facts["is_standin"]] not in alt
    }
    assert silent == set()


def test_alternative_text_is_computed_it_holds_numbers():
    assert {(name, alt) for name, alt, _ in shown_images() if not re.search(r"\d", alt)} == set()


def test_every_figure_has_a_caption_and_links_to_its_values_and_to_itself(soups, html):
    found = figures(soups)
    assert len(found) >= len(shown_images())
    for page, figure in found:
        caption = figure.select_one("figcaption .caption-text")
        assert caption, page
        assert len(caption.get_text(strip=True)) > 20, page
        assert len(figure.select_one("img")["alt"]) >= 40, page
        suffixes = [path.suffix for path in linked(figure, html, page)]
        assert suffixes == [".csv", ".nc"], (page, figure.get("id"))
        assert "Parameters:" in figure.select_one(".legend").get_text(), page
        whole = figure.select_one("a.full-size")["href"]
        assert whole == figure.select_one("img")["src"], page
        assert ((html / page).parent / whole).is_file(), page


def test_every_file_of_values_opens_and_says_the_same_as_the_figure(soups, html):
    for page, figure in figures(soups):
        table, array = linked(figure, html, page)
        rows = pd.read_csv(table)
        assert len(rows) > 0, (page, table.name)
        assert "is_standin" in rows, table.name
        with xr.open_dataset(array, engine="scipy", decode_times=False) as data:
            assert data.attrs["summary"] == figure.select_one("img")["alt"], array.name
            shown = json.loads(data.attrs["parameters"])
            if "row" in data.sizes:
                assert data.sizes["row"] == len(rows), array.name
        text = figure.select_one(".legend").get_text()
        missing = {key for key in shown if f"{key} " not in text}
        assert missing == set(), (page, array.name)
