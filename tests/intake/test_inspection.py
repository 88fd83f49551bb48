"""`sinkbook check DATA_DIR` sees what a run would stumble over, before it runs."""

import datetime
import json

import netCDF4
import numpy as np
import pytest
import yaml

from helpers import cli, cube, project, sources
from helpers.errors import InputError
from helpers.files import sha256_of
from helpers.grid import analysis_grid
from helpers.intake import inspection, overview
from helpers.intake.checksums import Record, write_record

ENTRY = {
    "title": "My product",
    "method_class": "bottom-up",
    "reader": "cf",
    "files": "mine/nep.nc",
    "variable": "nep",
    "quantity": "NEP",
    "units": "g C m-2 yr-1",
    "positive": "land",
    "citation": "none",
    "licence": "none",
    "access": "none",
}

LAT = np.arange(13.0, 60.0, 2.0)
LON = np.arange(67.0, 143.0, 2.0)


def season(month):
    """Return a rate that takes up in summer [g C m-2 yr-1]."""
    return 40.0 - 150.0 * np.cos(2 * np.pi * (month - 1) / 12)


def write_product(folder, *, rate=season, years=(2015, 2016), lat=LAT, lon=LON, path="mine/nep.nc"):
    """Write a CF file whose rate depends on the month alone [g C m-2 yr-1]."""
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    months = [(year, month) for year in range(years[0], years[1] + 1) for month in range(1, 13)]
    with netCDF4.Dataset(folder / path, "w") as file:
        file.createDimension("time", len(months))
        for name, values, unit in (("lat", lat, "degrees_north"), ("lon", lon, "degrees_east")):
            file.createDimension(name, len(values))
            axis = file.createVariable(name, "f8", (name,))
            axis[:], axis.units = values, unit
        time = file.createVariable("time", "f8", ("time",))
        time.units = f"days since {years[0]}-01-01"
        time[:] = netCDF4.date2num(_days(months), time.units)
        data = file.createVariable("nep", "f4", ("time", "lat", "lon"))
        data.units = "g C m-2 yr-1"
        data[:] = np.array([rate(month) for _, month in months])[:, None, None] + np.zeros(
            (1, len(lat), len(lon))
        )


def _days(months):
    return [datetime.datetime(year, month, 15) for year, month in months]


def write_ensemble(folder, names, *, factors=None, experiment="LNLGIS"):
    """Write member files in the layout of the OCO-2 v10 MIP, positive to the atmosphere."""
    place = folder / "oco2-v10-mip" / experiment
    place.mkdir(parents=True)
    for name in names:
        factor = (factors or {}).get(name, 1.0)
        with netCDF4.Dataset(place / f"{name}_gridded_fluxes_{experiment}.nc4", "w") as file:
            sizes = {"time": 24, "latitude": LAT.size, "longitude": LON.size, "date_component": 3}
            for axis, size in sizes.items():
                file.createDimension(axis, size)
            file.createVariable("latitude", "f4", ("latitude",))[:] = LAT
            file.createVariable("longitude", "f4", ("longitude",))[:] = LON
            dates = file.createVariable("start_date", "i2", ("time", "date_component"))
            dates[:] = [(2015 + i // 12, i % 12 + 1, 1) for i in range(24)]
            land = file.createVariable("land", "f4", ("time", "latitude", "longitude"))
            land.units = "gC per m2 per year"
            rates = np.array([-factor * season(i % 12 + 1) for i in range(24)])
            land[:] = rates[:, None, None] + np.zeros((1, LAT.size, LON.size))


@pytest.fixture(scope="module", autouse=True)
def same_masks():
    """Make the masks once for all tests of the module."""
    made = cube.standard_masks(analysis_grid())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cube, "standard_masks", lambda _: made)
        yield


@pytest.fixture
def look(tmp_path):
    """Look at a folder with one product of ours; every other product is absent."""

    def call(start_year=2015, end_year=2016, *, entry=ENTRY, **options):
        (tmp_path / "catalog.yml").write_text(yaml.safe_dump({"mine": entry}))
        looks = inspection.inspect(tmp_path, start_year=start_year, end_year=end_year, **options)
        return {one.key: one for one in looks}

    return call


def test_a_good_product_is_described(look, tmp_path):
    write_product(tmp_path)
    looks = look()
    mine = looks["mine"]
    assert (mine.state, mine.problems, mine.files) == ("ok", [], 1)
    assert (mine.years, mine.sample_year, mine.grid) == ([2015, 2016], 2015, "2")
    assert (mine.unit, mine.positive) == ("g C m-2 yr-1", "land")
    assert mine.january < 0 < mine.july
    assert 0.12 < mine.total < 1.1
    assert looks["beps"].state == "absent"
    assert "Ask the authors" in looks["beps"].how


def test_the_total_is_that_of_the_calendar_year(look, tmp_path):
    write_product(tmp_path, rate=lambda month: 12.0 * (month == 2))
    mine = look()["mine"]
    area = 9.5e12
    assert mine.total == pytest.approx(12.0 * 28 / 365 * area / 1e15, rel=0.02)


def test_years_that_are_not_whole_are_named(look, tmp_path):
    write_product(tmp_path)
    mine = look(2014, 2017)["mine"]
    assert mine.state == "WRONG"
    assert (mine.years, mine.absent_years) == ([2015, 2016], [2014, 2017])
    assert mine.sample_year == 2015
    text = overview.table([mine])
    assert "not whole: 2014, 2017" in text
    none = look(1990, 1991)["mine"]
    assert (none.years, none.sample_year, none.state) == ([], None, "WRONG")
    assert " none " in overview.table([none])


def test_a_reversed_sign_and_a_wrong_unit_are_seen(look, tmp_path):
    write_product(tmp_path)
    turned = look(entry={**ENTRY, "positive": "atmosphere"})["mine"]
    assert any("the sign is reversed" in problem for problem in turned.problems)
    large = look(entry={**ENTRY, "units": "kg C m-2 yr-1", "options": {"ignore_file_units": True}})
    assert any("grams declared as kilograms" in problem for problem in large["mine"].problems)


def test_a_product_that_misses_part_of_china_is_wrong(look, tmp_path):
    write_product(tmp_path, lon=np.arange(71.0, 120.0, 2.0))
    (problem,) = look()["mine"].problems
    assert "no data" in problem or "without data" in problem


def test_a_file_that_cannot_be_read_is_a_problem_not_a_crash(look, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "nep.nc").write_text("<html>")
    mine = look()["mine"]
    assert mine.state == "WRONG"
    assert mine.total is None
    assert "nep.nc" in mine.problems[0]
    assert "\n" not in mine.problems[0]


def test_a_file_that_says_it_is_reconstructed_does_not_pass_for_the_product(look, tmp_path):
    write_product(tmp_path)
    with netCDF4.Dataset(tmp_path / "mine" / "nep.nc", "a") as file:
        file.is_standin = 1
    (problem,) = set(look()["mine"].problems)
    assert problem.startswith("The file is a reconstruction made by this book, not the product")
    assert look(entry={**ENTRY, "is_standin": True})["mine"].state == "ok"


def test_trouble_of_the_disk_is_a_problem_too(look, tmp_path, monkeypatch):
    def broken(*_, **__):
        raise OSError(5, "Input/output error")

    write_product(tmp_path)
    monkeypatch.setattr(sources, "read_product", broken)
    assert look()["mine"].problems == ["[Errno 5] Input/output error"]
    monkeypatch.setattr(sources, "found", broken)
    assert look()["mine"].problems == ["[Errno 5] Input/output error"]


def test_members_there_and_absent_are_named_and_those_there_are_judged(look, tmp_path):
    write_ensemble(tmp_path, ["Ames", "CMS_FLUX", "CT"])
    entry = {"members": ["Ames", "CMS-Flux", "CT", "WOMBAT"]}
    (tmp_path / "catalog.yml").write_text(yaml.safe_dump({"oco2-mip": entry}))
    looks = inspection.inspect(tmp_path, start_year=2015, end_year=2016, experiment="LNLGIS")
    mip = {one.key: one for one in looks}["oco2-mip"]
    assert mip.members == ["Ames", "CMS_FLUX", "CT"]
    assert mip.absent_members == ["WOMBAT"]
    (problem,) = mip.problems
    assert problem.startswith("1 of 4 members are absent: WOMBAT")
    assert (mip.grid, mip.years) == ("2", [2015, 2016])
    assert "3 of 4" in overview.table([mip])
    looks = inspection.inspect(tmp_path, start_year=2015, end_year=2016, experiment="IS")
    assert {one.key: one for one in looks}["oco2-mip"].state == "absent"


def test_one_odd_member_is_named(tmp_path):
    write_ensemble(tmp_path, ["A", "B", "C", "D", "E"], factors={"D": 44 / 12})
    (tmp_path / "catalog.yml").write_text("oco2-mip: {members: null}")
    looks = inspection.inspect(tmp_path, start_year=2015, end_year=2015, experiment="LNLGIS")
    mip = {one.key: one for one in looks}["oco2-mip"]
    (problem,) = mip.problems
    assert problem.startswith("OCO-2 v10 MIP, D: The size of this member is unlike")


def test_the_folder_and_the_years_must_make_sense(tmp_path):
    with pytest.raises(InputError, match="folder of product files is not there"):
        inspection.inspect(tmp_path / "none", start_year=2015, end_year=2015)
    with pytest.raises(InputError, match="years are reversed"):
        inspection.inspect(tmp_path, start_year=2016, end_year=2015)


def test_a_table_fits_a_terminal(look, tmp_path):
    write_product(tmp_path)
    text = overview.table(list(look(2013, 2018).values()))
    assert max(map(len, text.splitlines())) <= overview.WIDTH
    lines = text.splitlines()
    assert lines[0].split() == [
        "product", "found", "years", "grid", "unit", "sign", "+", "year", "Jan", "Jul",
    ]  # fmt: skip
    assert lines[4].startswith("mine       1 file   2015-2016 2°       g C m-2 yr-1    uptake  +0.")


def test_long_words_are_cut_in_the_table():
    one = inspection.Look("a-key-of-many-letters", "T", "NEP", "kg C m-2 month-1", "land", files=2)
    assert overview.table([one]).splitlines()[1].startswith("a-key-of-… 2 files ")


def test_repairs_and_reconstructions_are_told():
    one = inspection.Look("x", "X", "NEP", "", "atmosphere", True, 1, notices=["rows dropped"])
    text = overview.table([one])
    assert "- X: a reconstruction, not the product" in text
    assert "- X: repaired on reading: rows dropped" in text
    assert "year, Jan" not in text


def test_fetched_files_that_changed_are_named(tmp_path):
    assert inspection.fetched(tmp_path) == []
    files = {}
    for i in range(5):
        path = tmp_path / f"{i}.csv"
        path.write_text(str(i))
        files[path.name] = sha256_of(path)
    write_record(
        tmp_path, "table", record=Record(sha256="0" * 64, bytes=1, origin="", on="x", files=files)
    )
    assert inspection.fetched(tmp_path) == []
    (tmp_path / "0.csv").unlink()
    assert inspection.fetched(tmp_path)[0].endswith("on x: 0.csv")
    for i in range(1, 5):
        (tmp_path / f"{i}.csv").write_text("edited")
    assert inspection.fetched(tmp_path)[0].endswith(": 0.csv, 1.csv, 2.csv and 2 more")


@pytest.fixture
def sinkbook(monkeypatch, capsys):
    def call(*words):
        monkeypatch.setattr("sys.argv", ["sinkbook", *words])
        with pytest.raises(SystemExit, match=r"^\d*$") as stop:
            cli.main()
        out, err = capsys.readouterr()
        return stop.value.code, out, err

    return call


def test_the_command_tells_all_and_its_exit_code_decides(sinkbook, look, tmp_path):
    write_product(tmp_path)
    look()
    words = ["check", str(tmp_path), "--start-year", "2015", "--end-year", "2016"]
    code, out, _ = sinkbook(*words)
    assert code == 0
    assert "\nproduct    found " in out
    assert out.splitlines()[-1] == "How to get them: sinkbook fetch oco2-v10-mip beps vegas"
    code, out, _ = sinkbook("check", "--data-dir", str(tmp_path))
    assert code == 1  # the book asks for years to 2019
    assert "WRONG mine (My product): " in out
    (tmp_path / "x.csv").write_text("x")
    write_record(
        tmp_path,
        "x",
        record=Record(sha256="0" * 64, bytes=1, origin="", on="then", files={"x.csv": "0"}),
    )
    code, out, _ = sinkbook(*words)
    assert code == 1
    assert "WRONG x: changed or gone since it was fetched on then: x.csv" in out


def test_the_command_prints_json(sinkbook, look, tmp_path):
    write_product(tmp_path)
    look()
    words = ["check", str(tmp_path), "--start-year", "2015", "--end-year", "2015", "--json"]
    code, out, _ = sinkbook(*words)
    content = json.loads(out)
    assert (code, content["good"], content["fetched"]) == (0, True, [])
    mine = content["products"][-1]
    assert (mine["key"], mine["state"], mine["years"]) == ("mine", "ok", [2015])
    assert {one["name"] for one in content["inputs"]} >= {"data/inputs/surface.nc"}


def test_an_empty_folder_is_not_good_and_two_folders_are_one_too_many(sinkbook, tmp_path):
    code, out, _ = sinkbook("check", str(tmp_path))
    assert code == 1
    assert "WRONG products: none found" in out
    code, _, err = sinkbook("check", str(tmp_path), "--data-dir", "elsewhere")
    assert code == 2
    assert "Two folders are named" in err


def test_prepared_data_that_look_mistaken_are_told(sinkbook, look, tmp_path, monkeypatch):
    from helpers import preflight

    write_product(tmp_path)
    look()
    bad = [preflight.Finding("plausibility, sign", False, "reversed in 2016")]
    monkeypatch.setattr(preflight, "check_plausible", lambda *_, **__: bad)
    words = ["check", str(tmp_path), "--start-year", "2015", "--end-year", "2015"]
    code, out, _ = sinkbook(*words)
    assert code == 1
    assert "WRONG plausibility, sign: reversed in 2016" in out


def test_a_book_without_choices_of_data_is_looked_at_for_the_usual_years(monkeypatch):
    from helpers import preparation
    from helpers.intake import cli_check

    monkeypatch.setattr(preparation, "distinct_choices", lambda _: [])
    assert cli_check._book_choice(project.project_root()) == (2015, 2019, None)
