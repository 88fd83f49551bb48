"""The embedded real inputs are the ones their provenance describes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import xarray as xr
import yaml

from helpers.files import sha256_of
from helpers.geography import BOUNDARIES, DATA_DIR, REGIONS, boundary_polygon, region_polygons
from helpers.masks import polygon_area

PROVENANCE = yaml.safe_load((DATA_DIR / "provenance.yml").read_text(encoding="utf-8"))
OUTPUTS = PROVENANCE["outputs"]
SCRIPTS = sorted(DATA_DIR.parent.glob("derive_*.py"))


def test_provenance_lists_every_data_file():
    present = {path.name for path in DATA_DIR.iterdir()} - {"README.md", "provenance.yml"}
    assert present == set(OUTPUTS)


@pytest.mark.parametrize("name", OUTPUTS)
def test_file_has_the_recorded_bytes(name):
    path = DATA_DIR / name
    assert path.stat().st_size == OUTPUTS[name]["bytes"]
    assert sha256_of(path) == OUTPUTS[name]["sha256"], "rerun data/derive_inputs.py"


def test_files_are_small():
    sizes = [path.stat().st_size for path in DATA_DIR.iterdir()]
    assert max(sizes) < 5e6
    assert sum(sizes) < 6e6


@pytest.mark.parametrize("name", OUTPUTS)
def test_file_names_sources_that_are_recorded(name):
    assert OUTPUTS[name]["sources"]
    assert set(OUTPUTS[name]["sources"]) <= set(PROVENANCE["sources"])


@pytest.mark.parametrize("name", PROVENANCE["sources"])
def test_source_says_version_hash_licence_and_citation(name):
    source = PROVENANCE["sources"][name]
    assert re.fullmatch(r"[0-9a-f]{64}", source["sha256"])
    assert all(source[key] for key in ("package", "version", "member", "licence", "citation"))


def test_provenance_agrees_with_the_list_of_sources():
    listed = yaml.safe_load((DATA_DIR.parent / "input_sources.yml").read_text(encoding="utf-8"))
    assert listed == PROVENANCE["sources"]


def test_readme_names_every_file():
    readme = (DATA_DIR / "README.md").read_text(encoding="utf-8")
    assert [name for name in OUTPUTS if f"`{name}`" not in readme] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_script_names_no_host(path):
    assert not re.search(r"https?:|index.url|\.(org|com|net)/", path.read_text(encoding="utf-8"))


def test_two_scripts_are_checked():
    assert [path.name for path in SCRIPTS] == ["derive_inputs.py", "derive_regions.py"]


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_recorded_areas_are_those_of_the_polygons(boundary):
    areas = PROVENANCE["areas"]
    # recorded to 1 km2
    recorded = areas["boundaries"][boundary]
    assert polygon_area(boundary_polygon(boundary)) / 1e6 == pytest.approx(recorded, abs=2)
    for name, polygon in region_polygons(boundary).items():
        recorded = areas["regions"][boundary][name]["km2"]
        assert polygon_area(polygon) / 1e6 == pytest.approx(recorded, abs=2)


def test_readme_prints_the_recorded_shares():
    readme = (DATA_DIR / "README.md").read_text(encoding="utf-8")
    recorded = PROVENANCE["areas"]["regions"]["national"]
    for name in REGIONS:
        row = next(line for line in readme.splitlines() if line.startswith(f"| {name} |"))
        assert f"{recorded[name]['percent']:.1f} %" in row


def test_national_depiction_is_the_sum_of_its_recorded_pieces():
    areas = PROVENANCE["areas"]
    # the pieces share borders only; each is rounded to 1 km2
    assert sum(areas["pieces"].values()) == pytest.approx(areas["boundaries"]["national"], abs=15)


def test_boundary_kept_the_area_of_its_source():
    # Natural Earth's China features before noding, summed once from the source file [km2]
    assert polygon_area(boundary_polygon("natural-earth")) / 1e6 == pytest.approx(
        9_372_703.6, rel=1e-4
    )


@pytest.mark.parametrize("name", [name for name in OUTPUTS if name.endswith(".nc")])
def test_grids_carry_cf_metadata(name):
    with xr.open_dataset(DATA_DIR / name) as data:
        assert data.attrs["Conventions"].startswith("CF-")
        assert data["lat"].attrs["units"] == "degrees_north"
        assert data["lon"].attrs["units"] == "degrees_east"
        assert all("units" in data[variable].attrs for variable in data.data_vars)
        assert "creation" not in str(data.attrs)


def test_no_machine_path_in_the_records():
    for path in [Path(DATA_DIR / "provenance.yml"), DATA_DIR / "README.md", *SCRIPTS]:
        assert not re.search(r"(^|[\s\"'(])/(tmp|root|home|work)/", path.read_text("utf-8"))
