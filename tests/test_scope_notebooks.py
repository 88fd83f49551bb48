"""Reruns of the chapters on regions and ecosystems with other choices pass their own checks."""

import json
from pathlib import Path

import nbformat
import papermill
import pytest
import shapely

from helpers.results import read_results

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"

CHOICES = {
    "touched, one year, two members": {
        "mask": "touched", "start_year": 2017, "end_year": 2017,
        "members": ["member-03", "member-11"],
    },
    "other years and depiction": {
        "start_year": 2015, "end_year": 2017, "boundary": "natural-earth", "mask": "centre",
    },
    "three polygons": {"regions_file": True},
}  # fmt: skip


@pytest.fixture
def three_polygons(tmp_path):
    """Three polygons that overlap in pairs and leave gaps, as GeoJSON."""
    boxes = {"a": (82, 28, 100, 40), "b": (96, 30, 112, 43), "c": (98, 24, 125, 35)}
    features = [
        {"type": "Feature", "properties": {"name": name},
         "geometry": shapely.geometry.mapping(shapely.box(*box))}
        for name, box in boxes.items()
    ]  # fmt: skip
    path = tmp_path / "three.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


@pytest.mark.slow
@pytest.mark.parametrize("choice", CHOICES)
@pytest.mark.parametrize("name", ["regions", "ecosystems"])
def test_a_rerun_passes_its_own_checks(name, choice, three_polygons, tmp_path):
    given = dict(CHOICES[choice])
    if "regions_file" in given:
        given["regions_file"] = str(three_polygons)
    out = tmp_path / f"{name}.ipynb"
    papermill.execute_notebook(
        NOTEBOOKS / f"{name}.ipynb", out, progress_bar=False,
        parameters={**given, "results_dir": str(tmp_path / "results")},
    )  # fmt: skip
    shown = [
        "".join(output.get("data", {}).get("text/html", ""))
        for cell in nbformat.read(out, as_version=4).cells
        for output in cell.get("outputs", [])
    ]
    (card,) = [text for text in shown if "Closure card" in text]
    assert "FAIL" not in card
    assert "pass" in card
    table = read_results(name, results_dir=tmp_path / "results")
    if "regions_file" in given:
        notes = "".join(shown)
        for words in ("a and b overlap by", "of China", "lie in no polygon", "were cut off"):
            assert words in notes
        assert "counted twice + gaps = China" in card
        assert {"a", "b", "c"} <= {scope.split("/")[0] for scope in table["scope"]}
    claims = (tmp_path / "results" / "claims" / f"{name}.csv").read_text()
    assert ("by-construction" in claims) == (choice == "three polygons")
