"""The command: what it shows, asks and refuses."""

import shlex

import netCDF4
import numpy as np
import pytest
import yaml

from helpers import sources
from helpers.adding import example, inspection, proposal, trial
from helpers.catalog import load_catalog
from helpers.errors import InputError

ALL = ("--units", "g C m-2 yr-1", "--positive", "land", "--area-basis", "cell",
       "--method", "bottom-up")  # fmt: skip


@pytest.fixture
def plain(tmp_path, writer):
    """A file that says nothing but its variable's name and unit."""
    return writer.write_netcdf(tmp_path / "files" / "nbp.nc", writer.world(), years=(2015, 2015))


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "my-data"


def test_without_a_terminal_it_prints_the_line_to_run_and_writes_nothing(plain, folder, sinkbook):
    words = ("add", "own", plain, "--data-dir", folder, "--title", "My own")
    code, out, err = sinkbook(*words)
    assert code == 2
    assert not folder.exists()
    assert "? land" in out
    line = next(line for line in err.splitlines() if line.strip().startswith("sinkbook add"))
    given = ["add", "own", str(plain), "--data-dir", str(folder), "--title", "My own"]
    guessed = ["--positive", "land", "--area-basis", "cell", "--method", "bottom-up", "--yes"]
    assert shlex.split(line)[-7:] == guessed
    assert sorted(shlex.split(line)[1:-7]) == sorted(given)
    assert "usual for NBP, but the file does not say" in err


def test_unknown_answers_are_named_not_guessed(tmp_path, writer, folder, sinkbook):
    path = writer.write_netcdf(
        tmp_path / "f.nc", writer.world(variable="flux", unit=None), years=(2015, 2015)
    )
    code, _, err = sinkbook("add", "own", path, "--data-dir", folder)
    assert code == 2
    assert "--quantity QUANTITY --units UNITS --positive POSITIVE" in err


def test_all_answers_but_nobody_to_confirm(plain, folder, sinkbook):
    code, out, err = sinkbook("add", "own", plain, "--data-dir", folder, *ALL)
    assert code == 2
    assert "Pg C yr-1 (2015: " in out
    assert "--method bottom-up" in err
    assert err.rstrip().endswith("--yes")
    assert not folder.exists()


@pytest.fixture
def terminal(monkeypatch):
    """Answer questions from a list."""
    import io

    def answer(*lines):
        stream = io.StringIO("".join(f"{line}\n" for line in lines))
        stream.isatty = lambda: True
        monkeypatch.setattr("sys.stdin", stream)

    return answer


def test_on_a_terminal_it_asks_until_it_knows(plain, folder, sinkbook, terminal):
    terminal("upward", "land", "", "bottom-up", "y")
    code, out, err = sinkbook("add", "own", plain, "--data-dir", folder)
    assert code == 0, err
    assert "land or atmosphere" in err
    product = load_catalog(folder)["own"]
    assert (product.positive, product.area_basis) == ("land", "cell")
    assert "Write this entry?" in out


def test_no_is_no(plain, folder, sinkbook, terminal):
    terminal("land", "cell", "bottom-up", "n")
    code, _, _ = sinkbook("add", "own", plain, "--data-dir", folder)
    assert code == 1
    assert not folder.exists()


def test_dry_run_shows_and_writes_nothing(plain, folder, sinkbook):
    code, out, _ = sinkbook("add", "own", plain, "--data-dir", folder, *ALL, "--dry-run")
    assert code == 0
    assert yaml.safe_load(out[out.index("own:\n") :])["own"]["files"] == "own/nbp.nc"
    assert not folder.exists()


def test_replace(plain, folder, sinkbook):
    words = ("add", "own", plain, "--data-dir", folder, *ALL, "--yes")
    assert sinkbook(*words)[0] == 0
    code, _, err = sinkbook(*words)
    assert code == 2
    assert "add --replace" in err
    assert sinkbook(*words, "--replace", "--title", "New", "--copy")[0] == 0
    assert not (folder / "own" / "nbp.nc").is_symlink()  # the copy took the place of the link
    assert load_catalog(folder)["own"].title == "New"


@pytest.fixture
def members(tmp_path, writer):
    """Three members in one folder; the third is four times the others."""
    return [
        writer.write_netcdf(
            tmp_path / "files" / f"nep_{name}.nc", writer.world(), years=(2015, 2015), factor=factor
        )
        for name, factor in (("A", 1.0), ("B", 1.0), ("C", 4.0))
    ]


def total_of(out):
    return float(out.split("uptake positive")[1].split()[0])


def test_only_the_files_that_were_named_are_tried_and_added(members, folder, sinkbook, tmp_path):
    one, *_ = sinkbook("add", "one", members[0], "--data-dir", tmp_path / "x", *ALL, "--dry-run")[
        1:
    ]
    words = ("--data-dir", folder, *ALL, "--yes")
    code, out, err = sinkbook("add", "own", *members[:2], *words)
    assert code == 0, err
    assert "members                 2: A, B" in out
    assert total_of(out) == total_of(one)
    assert sorted(path.name for path in (folder / "own").iterdir()) == ["nep_A.nc", "nep_B.nc"]


def test_replacing_by_fewer_members_leaves_fewer(members, folder, sinkbook):
    words = ("--data-dir", folder, *ALL, "--yes")
    assert sinkbook("add", "own", *members, *words)[0] == 0
    code, out, err = sinkbook("add", "own", *members[:2], *words, "--replace")
    assert code == 0, err
    assert "Removed the link" in out
    product = load_catalog(folder)["own"]
    found = sources.found(product, data_dir=folder)
    assert [path.name for path in found] == ["nep_A.nc", "nep_B.nc"]
    assert members[2].is_file()


def test_files_in_place_that_were_not_named_are_refused(members, sinkbook):
    folder = members[0].parent
    code, _, err = sinkbook("add", "own", *members[:2], "--data-dir", folder, *ALL, "--yes")
    assert code == 2
    assert "Files that were not named would be read with the product." in err
    assert "found: nep_C.nc" in err
    assert not (folder / "catalog.yml").exists()


def test_a_refusal_of_the_trial_names_the_place_of_the_files(members, folder, sinkbook):
    with netCDF4.Dataset(members[1], "a") as file:
        file["nbp"][:] = np.inf
    code, _, err = sinkbook("add", "own", *members[:2], "--data-dir", folder, *ALL, "--yes")
    assert code == 2
    assert f"file: {members[1].parent}" in err
    assert "sinkbook-add-" not in err


@pytest.mark.parametrize(
    ("changes", "options", "words"),
    [
        ({"positive": "atmosphere"}, (), "sign"),
        ({}, ("--units", "kg C m-2 yr-1"), "grams declared as kilograms"),
        ({}, ("--quantity", "GPP"), "GPP is gross uptake"),
    ],
)
def test_what_looks_wrong_is_said(tmp_path, writer, folder, sinkbook, changes, options, words):
    path = writer.write_netcdf(tmp_path / "f.nc", writer.world(**changes), years=(2015, 2015))
    options = (*ALL, *options)
    code, out, err = sinkbook("add", "own", path, "--data-dir", folder, *options, "--yes")
    assert code == 0, err
    assert "WARNING" in err
    assert words in out + err
    assert "lacks part of 2015-2019" in err


def test_an_answer_against_the_file_is_kept_and_written(tmp_path, writer, folder, sinkbook):
    world = writer.world(unit="g CO2 m-2 d-1", step="month")
    path = writer.write_netcdf(tmp_path / "f.nc", world, years=(2015, 2015))
    options = ("--units", "g C m-2 d-1", *ALL[2:], "--yes")
    code, out, err = sinkbook("add", "own", path, "--data-dir", folder, *options)
    assert code == 0, err
    assert "but the file says 'g CO2 m-2 d-1'" in out
    assert load_catalog(folder)["own"].options == {"ignore_file_units": True}


def test_several_variables(tmp_path, writer, sinkbook, folder):
    path = writer.write_netcdf(tmp_path / "f.nc", writer.world(), years=(2015, 2015))
    with netCDF4.Dataset(path, "a") as file:
        for name in ("gpp", "nbp_std", "cell_area"):
            file.createVariable(name, "f4", ("time", "lat", "lon"))[:] = 1.0
    code, _, err = sinkbook("add", "own", path, "--data-dir", folder, *ALL)
    assert code == 2
    assert "nbp (no long name); gpp (no long name)" in err
    assert "Add --variable nbp" in err
    code, out, err = sinkbook("add", "own", path, "--variable", "nbp", "--dry-run", *ALL)
    assert code == 0, err
    assert "also there: gpp" in out


def test_no_gridded_variable(tmp_path):
    path = tmp_path / "f.nc"
    with netCDF4.Dataset(path, "w") as file:
        file.createDimension("x", 3)
        file.createVariable("a", "f4", ("x",))[:] = 1
    with pytest.raises(InputError, match=r"No gridded variable(.*\n)*.*found: a"):
        inspection.inspect(path)


def test_files_that_follow_one_another_are_no_members(tmp_path, writer, sinkbook, folder):
    paths = [
        writer.write_netcdf(tmp_path / f"nbp_{y}-{y + 1}.nc", writer.world(), years=(y, y + 1))
        for y in (2013, 2015)
    ]
    code, _, err = sinkbook("add", "own", *paths, "--data-dir", folder, *ALL)
    assert code == 2
    assert "mergetime" in err


def test_other_years_are_tried_and_told(tmp_path, writer, sinkbook, folder):
    path = writer.write_netcdf(tmp_path / "f.nc", writer.world(), years=(2001, 2007))
    code, out, err = sinkbook("add", "own", path, "--data-dir", folder, *ALL, "--yes")
    assert code == 0, err
    assert "2003: " in out
    assert "start_year 2003 and end_year 2007" in err


def test_less_than_a_year(tmp_path, writer, sinkbook, folder):
    path = writer.write_netcdf(tmp_path / "f.nc", writer.world(), years=(2015, 2015))
    import xarray as xr

    short = tmp_path / "short.nc"
    with xr.open_dataset(path, decode_cf=False) as data:
        data.isel(time=slice(2, 9)).to_netcdf(short)
    code, _, err = sinkbook("add", "own", short, "--data-dir", folder, *ALL)
    assert code == 2
    assert "holds no whole year" in err


def test_one_field_a_year_in_the_name(tmp_path, sinkbook, folder):
    for year in (2015, 2016):
        with netCDF4.Dataset(tmp_path / f"nbp_{year}.nc", "w") as file:
            for name, values in (("lat", np.arange(10.5, 60)), ("lon", np.arange(65.5, 145))):
                file.createDimension(name, values.size)
                file.createVariable(name, "f8", (name,))[:] = values
            flux = file.createVariable("nbp", "f4", ("lat", "lon"))
            flux.units, flux[:] = "g C m-2 yr-1", 20.0
    pattern = tmp_path / "nbp_*.nc"
    code, out, err = sinkbook("add", "own", pattern, "--data-dir", folder, *ALL, "--yes")
    assert code == 0, err
    assert "no time axis; the name of each file gives its time" in out
    assert "the values are yearly" in out


@pytest.mark.parametrize(("shift", "code"), [(0, 0), (-1, 2), (24, 2)])
def test_months_on_the_axis_of_files_named_by_year(tmp_path, sinkbook, folder, shift, code):
    for year in (2015, 2016):
        with netCDF4.Dataset(tmp_path / f"nbp_{year}.nc", "w") as file:
            months = np.arange(12) + 12.0 * (year - 2015) + shift
            for name, values in (("time", months), ("lat", np.arange(10.5, 60)),
                                 ("lon", np.arange(65.5, 145))):  # fmt: skip
                file.createDimension(name, values.size)
                file.createVariable(name, "f8", (name,))[:] = values
            file["time"].units = "months since 2015-01-01"
            flux = file.createVariable("nbp", "f4", ("time", "lat", "lon"))
            flux.units, flux[:] = "g C m-2 yr-1", 20.0
    pattern = tmp_path / "nbp_*.nc"
    got, out, err = sinkbook("add", "own", pattern, "--data-dir", folder, *ALL, "--yes")
    assert got == code, err
    if code:
        assert "time axis of the file and its name disagree" in err
    else:
        assert "12 months, 2015-01 to 2015-12, calendar standard" in out


def test_nothing_over_china(tmp_path, writer, sinkbook, folder):
    world = writer.world(missing=lambda lat, lon: lat + 0 * lon > 11)
    path = writer.write_netcdf(tmp_path / "f.nc", world, years=(2015, 2015))
    code, _, err = sinkbook("add", "own", path, "--data-dir", folder, *ALL, "--yes")
    assert code == 2
    assert "holds nothing over China" in err or "holds no value in the box" in err


def test_small_and_negative_gross_fluxes_are_doubted():
    from types import SimpleNamespace

    gross = SimpleNamespace(quantity="GPP")
    odd = trial.Trial((2015, 2015), {2015: 50.0}, 1.0, 0.5, 0.0, -200.0, 900.0, (), "", ())
    told = " ".join(trial.doubts(odd, gross))
    for word in ("reaches 30", "More uptake in January", "GPP below zero", "gross uptake"):
        assert word in told
    even = trial.Trial((2015, 2015), {2015: 0.4}, None, None, 0.0, -1.0, 9.0, ("a",), "fix", ())
    assert trial.doubts(even, SimpleNamespace(quantity="NBP")) == []
    lines = "\n".join(proposal.trial_lines(even))
    assert "1: a" in lines
    assert "notice: fix" in lines


def test_the_example(tmp_path, sinkbook):
    path = tmp_path / "a" / "example.nc"
    assert sinkbook("example-product", path)[0] == 0
    with pytest.raises(InputError, match=r"there already"):
        example.write_example(path)
    first = path.read_bytes()
    example.write_example(path, force=True)
    assert path.read_bytes() == first
    with netCDF4.Dataset(path) as file:
        assert "made up" in file.title
