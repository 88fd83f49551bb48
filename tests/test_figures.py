"""Publishing: the mark exactly where it belongs, files of what is drawn, words on the page."""

import base64
import io
import json
import subprocess
import sys

import nbformat
import numpy as np
import pandas as pd
import pytest
import xarray as xr
from PIL import Image

from helpers import captions, charts, figures
from helpers.errors import InputError
from helpers.spreads import COLUMNS
from helpers.style import BAND, Drawing, new_figure

PARAMETERS = {"profile": "stand-in", "data_dir": "secret/place", "start_year": 2015}


@pytest.fixture
def drawing():
    rows = [
        (
            "annual",
            "beps",
            "mean",
            "China",
            str(year),
            0.1 * i + 1e-12,
            None,
            None,
            None,
            "Pg C yr-1",
        )
        for i, year in enumerate(range(2015, 2020), start=1)
    ]
    return charts.annual_series(pd.DataFrame(rows, columns=list(COLUMNS)))


@pytest.fixture
def gridded():
    """Return a gridded drawing of one product on 2 x 2 cells, one of them outside."""
    axes = {"product": ["beps"], "lat": [30.5, 31.5], "lon": [100.5, 101.5]}
    flux = xr.DataArray([[[1.0, 2.0], [3.0, np.nan]]], coords=axes, attrs={"units": "g C m-2 yr-1"})
    weight = xr.DataArray([[1.0, 0.5], [1.0, 0.0]], coords={k: axes[k] for k in ("lat", "lon")})
    data = xr.Dataset({"flux": flux, "agreement": flux / 4, "weight": weight})
    return Drawing(new_figure(1.0), data.assign(title=("product", ["BEPS"])), "One map.")


def publish(drawing, folder, **options):
    defaults = {"name": "annual", "notebook": "national_sink", "is_standin": True}
    return figures.publish(
        drawing, results_dir=folder, parameters=PARAMETERS, **(defaults | options)
    )


def band_colour(png):
    image = Image.open(io.BytesIO(png)).convert("RGB")
    return "#{:02x}{:02x}{:02x}".format(*image.getpixel((3, image.height - 3))), image.size


@pytest.mark.parametrize("is_standin", [True, "mixed", False])
def test_mark_is_on_the_image_exactly_when_values_are_reconstructed(drawing, tmp_path, is_standin):
    shown = publish(drawing, tmp_path, is_standin=is_standin)
    colour, (width, height) = band_colour(shown.png)
    assert (colour == BAND) == (is_standin is not False)
    plain = figures.png_of(drawing.figure, False)
    assert (height > band_colour(plain)[1][1]) == (is_standin is not False)
    assert width == band_colour(plain)[1][0]
    assert ("not model output" in shown.alt) == (is_standin is not False)
    assert len(shown.png) < 200_000


def test_mark_covers_nothing_of_the_figure(drawing):
    plain = Image.open(io.BytesIO(figures.png_of(drawing.figure, False))).convert("L")
    marked = Image.open(io.BytesIO(figures.png_of(drawing.figure, True))).convert("L")
    upper = np.asarray(marked, float)[: plain.height]
    # palettes differ a little
    assert np.abs(upper - np.asarray(plain, float)).max() < 40


def test_publishing_twice_gives_the_same_bytes_and_one_band(drawing, tmp_path):
    first = publish(drawing, tmp_path)
    before = [path.read_bytes() for path in first.files]
    second = publish(drawing, tmp_path)
    assert second.png == first.png
    assert [path.read_bytes() for path in second.files] == before


def test_table_holds_the_values_drawn(drawing, tmp_path):
    shown = publish(drawing, tmp_path)
    assert [path.name for path in shown.files] == [
        "national_sink-annual.csv",
        "national_sink-annual.nc",
    ]
    table = pd.read_csv(shown.files[0])
    line = next(ln for ln in drawing.figure.axes[0].lines if ln.get_label() == "BEPS")
    np.testing.assert_allclose(table["value"], line.get_ydata(), rtol=1e-9)
    np.testing.assert_array_equal(table["period"], line.get_xdata())
    assert set(table["is_standin"].astype(str)) == {"True"}
    with xr.open_dataset(shown.files[1], engine="scipy") as data:
        np.testing.assert_allclose(data["value"], line.get_ydata(), rtol=1e-15)
        assert list(data["product"].values.astype(str)) == ["beps"] * 5
        assert json.loads(data.attrs["parameters"]) == {"profile": "stand-in", "start_year": 2015}


def test_gridded_table_holds_cells_of_the_mask(gridded, tmp_path):
    shown = publish(gridded, tmp_path, name="map")
    table = pd.read_csv(shown.files[0])
    assert list(table["flux"]) == [1.0, 2.0, 3.0]
    assert list(table["lon"]) == [100.5, 101.5, 100.5]
    assert set(table["unit"]) == {"g C m-2 yr-1"}
    with xr.open_dataset(shown.files[1], engine="scipy") as data:
        np.testing.assert_array_equal(data["flux"], gridded.data["flux"])


def test_rows_that_know_their_origin_keep_it(drawing, tmp_path):
    known = Drawing(drawing.figure, drawing.data.assign(is_standin=[True, False] * 2 + [True]), "x")
    table = pd.read_csv(publish(known, tmp_path, is_standin="mixed").files[0])
    assert list(table["is_standin"]) == [True, False, True, False, True]


def test_places_on_the_computer_are_not_published(drawing, tmp_path):
    shown = publish(drawing, tmp_path)
    data, metadata = shown._repr_mimebundle_()
    for text in (json.dumps(metadata), *(p.read_bytes().decode("latin-1") for p in shown.files)):
        assert "secret" not in text
    assert base64.b64decode(data["image/png"]) == shown.png


def test_bad_requests_are_refused(drawing, tmp_path):
    with pytest.raises(
        InputError, match=r"Not a name(?s:.*)where: name\n  found: '../map'(?s:.*)fix: Choose"
    ):
        publish(drawing, tmp_path, name="../map")
    with pytest.raises(InputError, match=r"Say whether(?s:.*)found: 'partly'(?s:.*)fix: Say True"):
        publish(drawing, tmp_path, is_standin="partly")
    with pytest.raises(InputError, match=r"no text alternative(?s:.*)found: ' '(?s:.*)fix: Give"):
        publish(Drawing(drawing.figure, drawing.data, " "), tmp_path)
    assert not (tmp_path / "figures").exists()


def cell_of(shown, **metadata):
    data, facts = shown._repr_mimebundle_()
    output = nbformat.v4.new_output("display_data", data=data, metadata=facts)
    return nbformat.v4.new_code_cell("figures.publish(...)", outputs=[output], metadata=metadata)


CAPTION = {"mystnb": {"figure": {"name": "fig-annual", "caption": "Annual values."}}}


def test_captions_get_alt_and_links(drawing, tmp_path):
    shown = publish(drawing, tmp_path)
    notebook = {"cells": [cell_of(shown, **CAPTION)]}
    told: list[str] = []
    captions.complete_captions(notebook, folder="../../results/figures", complain=told.append)
    settings = notebook["cells"][0]["metadata"]["mystnb"]
    assert settings["image"]["alt"] == shown.alt
    first, legend = settings["figure"]["caption"].split("\n\n")
    assert first == "Annual values."
    assert "[CSV](../../results/figures/national_sink-annual.csv)" in legend
    assert "[NetCDF](../../results/figures/national_sink-annual.nc)" in legend
    assert "start_year `2015`" in legend
    assert told == []


def test_a_published_figure_without_caption_is_reported(drawing, tmp_path):
    cell, told = cell_of(publish(drawing, tmp_path)), []
    captions.complete_captions({"cells": [cell]}, folder="x", complain=told.append)
    assert "no caption and no name" in told[0]
    both = cell_of(publish(drawing, tmp_path), **CAPTION)
    both["outputs"].append(both["outputs"][0])
    captions.complete_captions({"cells": [both]}, folder="x", complain=told.append)
    assert "more than one output" in told[1]


def test_alt_and_downloads_reach_the_page(drawing, tmp_path):
    source = tmp_path / "source"
    shown = publish(drawing, source / "results")
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    language = {"name": "python", "pygments_lexer": "ipython3"}
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": kernel, "language_info": language})
    notebook.cells = [nbformat.v4.new_markdown_cell("# Page"), cell_of(shown, **CAPTION)]
    nbformat.write(notebook, source / "page.ipynb")
    (source / "conf.py").write_text(
        "extensions = ['myst_nb', 'helpers.captions']\nnb_execution_mode = 'off'\n"
        "root_doc = 'page'\nnumfig = True\n"
    )
    command = [sys.executable, "-m", "sphinx", "-W", "-n", "-q", "-b", "html"]
    run = subprocess.run(
        [*command, str(source), str(tmp_path / "html")], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    page = (tmp_path / "html" / "page.html").read_text(encoding="utf-8")
    assert f'alt="{shown.alt}"' in page
    assert "Annual values." in page
    for path in shown.files:
        (copy,) = (tmp_path / "html" / "_downloads").glob(f"*/{path.name}")
        assert f"{copy.parent.name}/{copy.name}" in page
        assert copy.read_bytes() == path.read_bytes()
