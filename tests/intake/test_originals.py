"""The notebooks on files of the providers' own: marks go where originals are, and only there."""

import json

import nbformat
import netCDF4
import numpy as np
import pytest
import yaml

from helpers import cli
from helpers.catalog import load_catalog
from helpers.errors import InputError
from helpers.figures import METADATA_KEY
from helpers.sources import read_product

CHAPTERS = ("national_sink", "members", "plateau")


@pytest.fixture(scope="module")
def stand_in(root):
    folder = root / "build" / "stand-in"
    if not (folder / "manifest.json").is_file():
        pytest.skip("the stand-in is not there; run `make prepare` first")
    return folder


def write_originals(source, folder, *, own):
    """Write products in their providers' layouts with other values; the rest stay the stand-in's.

    No word of the reconstruction is left in the files or entries of the products in `own`, and
    members have the names of models.
    """
    catalog = yaml.safe_load((source / "catalog.yml").read_text(encoding="utf-8"))
    entries = {key: fields for key, fields in catalog.items() if key not in own}
    for key in ("beps", "vegas", "oco2-v10-mip/LNLGIS"):
        (folder / key).mkdir(parents=True)
    if "beps" in own:
        entries["beps"] = {"options": catalog["beps"]["options"]}
    for file in (source / "beps").glob("*.raw"):
        values = np.fromfile(file, "<i2")
        if "beps" in own:
            values[values != -32768] = values[values != -32768] * 0.9
        values.tofile(folder / "beps" / file.name)
    copy_netcdf(
        source / "vegas/VEGAS_S3_nbp.nc", folder / "vegas", 1.15 if "vegas" in own else None
    )
    names = load_catalog()["oco2-mip"].members
    for i, file in enumerate(sorted((source / "oco2-v10-mip/LNLGIS").glob("*.nc4"))):
        is_own = "oco2-mip" in own
        name = file.name.replace(f"member-{i + 1:02d}", names[i]) if is_own else file.name
        place = folder / "oco2-v10-mip/LNLGIS"
        copy_netcdf(file, place, 0.8 + 0.03 * i if is_own else None, name=name)
    (folder / "catalog.yml").write_text(yaml.safe_dump(entries), encoding="utf-8")


def copy_netcdf(source, folder, factor, *, name=None):
    """Copy a file; with a factor, multiply its flux and drop every word on its making."""
    target = folder / (name or source.name)
    target.write_bytes(source.read_bytes())
    if factor is None:
        return
    with netCDF4.Dataset(target, "a") as file:
        file.set_auto_maskandscale(False)
        for attribute in file.ncattrs():
            file.delncattr(attribute)
        for variable in ("nbp", "land"):
            if variable in file.variables:
                values = file[variable][:]
                there = values > -9e4
                values[there] = values[there] * factor
                file[variable][:] = values


def run_chapters(stand_in, tmp_path_factory, *, own):
    """Run chapters on a folder with some original products; return notebooks and results."""
    folder = tmp_path_factory.mktemp("data")
    write_originals(stand_in, folder, own=own)
    out = tmp_path_factory.mktemp("out")
    words = ["report", "--out", str(out), "--profile", "original", "--data-dir", str(folder)]
    words += [word for name in CHAPTERS for word in ("--only", name)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["sinkbook", *words, "--workers", "1"])
        with pytest.raises(SystemExit, match=r"^0$"):
            cli.main()
    return {
        path.stem: nbformat.read(path, as_version=4) for path in (out / "run").rglob("*.ipynb")
    }, out / "results"


@pytest.fixture(scope="module")
def all_own(stand_in, tmp_path_factory):
    return run_chapters(stand_in, tmp_path_factory, own=("beps", "vegas", "oco2-mip"))


@pytest.fixture(scope="module")
def one_own(stand_in, tmp_path_factory):
    return run_chapters(stand_in, tmp_path_factory, own=("vegas",))


def outputs(notebook):
    return [
        output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs
    ]


def marks(notebook):
    """Return the stand-in mark of each published figure, by its first file."""
    found = {}
    for output in outputs(notebook):
        facts = output.get("metadata", {}).get(METADATA_KEY)
        if facts:
            found[facts["files"][0]] = facts["is_standin"]
    return found


@pytest.mark.slow
def test_no_mark_is_left_where_every_product_is_original(all_own):
    notebooks, results = all_own
    assert set(CHAPTERS) <= set(notebooks)
    for name in CHAPTERS:
        assert marks(notebooks[name])
        assert set(marks(notebooks[name]).values()) == {False}, name
        said = json.dumps(outputs(notebooks[name])).lower()
        assert "reconstructed" not in said, name
        assert "member-0" not in said, name
        record = json.loads((results / f"{name}.provenance.json").read_text())
        assert record["is_standin"] is False
        assert not any(product["is_standin"] for product in record["products"].values())
    for table in results.glob("**/*.csv"):
        assert "member-0" not in table.read_text(), table.name


@pytest.mark.slow
def test_a_mixed_run_says_which_is_which(one_own):
    notebooks, results = one_own
    record = json.loads((results / "national_sink.provenance.json").read_text())
    assert {key: product["title"] for key, product in record["products"].items()} == {
        "beps": "BEPS (reconstructed)",
        "vegas": "VEGAS",
        "oco2-mip": "OCO-2 v10 MIP (reconstructed)",
    }
    assert "mixed" in marks(notebooks["national_sink"]).values()
    # one product on the page, and it is reconstructed
    assert True in marks(notebooks["members"]).values()
    said = json.dumps(outputs(notebooks["national_sink"]))
    assert "BEPS (reconstructed)" in said
    assert "VEGAS (reconstructed)" not in said


@pytest.mark.slow
def test_the_numbers_are_those_of_the_files(all_own, one_own):
    import pandas as pd

    def mean(results, product):
        rows = pd.read_csv(results / "national_sink.csv")
        rows = rows[(rows["quantity"] == "annual_mean") & (rows["product"] == product)]
        return rows[(rows["scope"] == "China") & (rows["member"] == "mean")]["value"].iloc[0]

    assert mean(all_own[1], "vegas") == pytest.approx(mean(one_own[1], "vegas"), rel=1e-12)
    assert mean(all_own[1], "beps") == pytest.approx(0.9 * mean(one_own[1], "beps"), rel=0.02)


def test_a_copy_of_the_stand_in_does_not_pass_for_the_product(stand_in, tmp_path):
    (tmp_path / "vegas").mkdir()
    copy_netcdf(stand_in / "vegas/VEGAS_S3_nbp.nc", tmp_path / "vegas", None)
    with pytest.raises(InputError, match="a reconstruction made by this book"):
        read_product(load_catalog()["vegas"], data_dir=tmp_path, start_year=2015, end_year=2015)
