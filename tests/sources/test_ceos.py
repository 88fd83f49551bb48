import re

import numpy as np
import pandas as pd
import pytest

from helpers.errors import InputError
from helpers.sources import ceos, ceos_file

NAME = "pilot_topdown_CO2_Budget_countries_v1.csv"
YEARS = (2015, 2016)
EXPERIMENTS = ("IS", "LNLG", "LNLGIS", "LNLGOGIS")


def printed(value):
    return f"{value:.5e}"


def budget_rows(iso, base, *, crop_unc=-3.0):
    """Rows of one country whose terms close, as the file prints them."""
    rows = []
    for year in (*YEARS, "mean"):
        river, crop, fossil = -20.0 - base / 7, 9.0, 1000.0 + base / 3
        shift = 0.0 if year == "mean" else float(year - 2015)
        nbe = {e: -base - 11.0 * i - 30.0 * shift for i, e in enumerate(EXPERIMENTS)}
        row = [iso, str(year)]
        for e in EXPERIMENTS:
            row += [printed(nbe[e] - river - crop), printed(100.0 + shift)]
        for e in EXPERIMENTS:
            row += [printed(nbe[e]), printed(100.0 + shift)]
        for e in EXPERIMENTS:
            row += [printed(nbe[e] + fossil), printed(90.0)]
        row += [printed(river), printed(5.0), printed(crop), printed(crop_unc)]
        row += [printed(fossil), printed(40.0), "-0.61", "0.46", "0.68", "0.71", "0.74"]
        rows.append(",".join(row))
    return rows


def column_names():
    names = ["Alpha 3 Code", "Year"]
    for quantity in ("dC_loss", "NBE", "NCE"):
        for e in EXPERIMENTS:
            names += [f"{e} {quantity} (TgCO2)", f"{e} {quantity} unc (TgCO2)"]
    names += ["Rivers (TgCO2)", "River unc (TgCO2)", "Wood+Crop (TgCO2)"]
    names += ["Wood+Crop unc (TgCO2)", "FF (TgCO2)", "FF unc (TgCO2)", "Z-statistic"]
    return ",".join(names + [f"FUR {e}" for e in EXPERIMENTS])


@pytest.fixture
def table_file(tmp_path):
    """Write a small table in the form of the real one, with whatever is wrong with it."""

    def write(*, rows=None, header_lines=52, names=None, end="\r\n"):
        if rows is None:
            rows = budget_rows("CHN", 2000.0) + budget_rows("KNA", 1.5, crop_unc=0.25)
        head = [f"line {i} of text, with a comma" for i in range(header_lines)]
        path = tmp_path / NAME
        text = end.join([*head, names or column_names(), *rows, ""])
        path.write_bytes(text.encode("ascii"))
        return path

    return write


def test_tidy_table(table_file):
    table = ceos.read_budget_table(table_file())
    # 2 countries, 2 years, 4 experiments x 3 quantities + 3 shared terms
    assert len(table) == 2 * 2 * (4 * 3 + 3)
    one = table.set_index(["iso", "year", "experiment", "quantity"]).loc[
        ("CHN", 2016, "LNLGIS", "NBE")
    ]
    assert one["value"] == -2052.0
    assert one["value_pg_c"] == pytest.approx(-2.052 * 12 / 44.01, rel=1e-12)
    assert one["uncertainty"] == 101.0
    assert one["rounding"] == pytest.approx(0.005)
    assert one["positive"] == "atmosphere"
    assert table.attrs["uncertainty_kind"] == "members"
    assert set(table["year"]) == {2015, 2016}


def test_means_stay_apart_from_years(table_file):
    path = table_file()
    means = ceos.read_budget_table(path, rows="mean")
    assert set(means["year"]) == {0}
    assert len(means) == 2 * (4 * 3 + 3)
    with pytest.raises(InputError, match="Unknown rows"):
        ceos.read_budget_table(path, rows="all")


def test_negative_uncertainties_are_made_positive_and_reported(table_file):
    table = ceos.read_budget_table(table_file())
    crop = table[(table["quantity"] == "wood_crop") & (table["iso"] == "CHN")]
    assert (crop["uncertainty"] == 3.0).all()
    assert (crop["value"] == 9.0).all()
    assert table.attrs["negative_uncertainties"] == 2
    assert table.attrs["notices"] == ["2 negative uncertainties of wood_crop were made positive"]


def test_absent_uncertainties_are_reported(table_file):
    rows = budget_rows("CHN", 2000.0)
    cells = rows[0].split(",")
    cells[3] = "nan"
    table = ceos.read_budget_table(table_file(rows=[",".join(cells), *rows[1:]]))
    assert table.attrs["missing_uncertainties"] == 1
    assert "1 values have no uncertainty in the file (CHN)" in table.attrs["notices"]


def test_header_is_found_by_content(table_file):
    moved = ceos.read_budget_table(table_file(header_lines=3, end="\n"))
    usual = ceos.read_budget_table(table_file())
    pd.testing.assert_frame_equal(moved, usual, check_flags=False)
    assert "column names in line 4, expected in line 53" in moved.attrs["notices"]


def test_identities_hold_to_the_printed_digits(table_file):
    path = table_file()
    report = ceos.check_identities(ceos.read_budget_table(path))
    assert len(report) == 2 * 4 * 2 * 2
    assert report["holds"].all()
    text = path.read_text()
    broken = text.replace(printed(-2022.0), printed(-2022.1))  # NBE LNLGIS 2015
    assert broken != text
    path.write_text(broken)
    report = ceos.check_identities(ceos.read_budget_table(path))
    failed = report[~report["holds"]]
    assert set(failed["identity"]) == set(ceos.IDENTITIES)
    assert set(zip(failed["iso"], failed["year"], failed["experiment"], strict=True)) == {
        ("CHN", 2015, "LNLGIS")
    }


@pytest.mark.parametrize(
    ("text", "half"),
    [("1.19713e+00", 0.5e-5), ("-2.71662e+03", 0.005), ("9.93209E+03", 0.005), ("0.71", 0.005),
     ("12", 0.5), ("12.", 0.5)],
)  # fmt: skip
def test_half_of_the_last_digit(text, half):
    assert ceos_file.half_digit(text) == pytest.approx(half, rel=1e-12)


def test_budget_of_china(table_file):
    table = ceos.read_budget_table(table_file())
    budget = ceos.china_budget(table, start_year=2015, end_year=2016)
    row = budget.set_index(["experiment", "quantity"]).loc[("LNLGIS", "NBE")]
    assert row["value"] == pytest.approx(-2037.0)
    assert row["interannual_sd_pg_c"] == pytest.approx(np.sqrt(450) * 1e-3 * 12 / 44.01)
    assert row["member_sd_pg_c"] == pytest.approx(100.5e-3 * 12 / 44.01)
    assert row["n"] == 2
    both = ceos.china_budget(table, start_year=2015, end_year=2016, iso=("CHN", "KNA"))
    row = both.set_index(["experiment", "quantity"]).loc[("LNLGIS", "NBE")]
    assert row["value"] == pytest.approx(-2037.0 - 38.5)
    assert row["member_sd_pg_c"] == pytest.approx(201e-3 * 12 / 44.01)


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ({"start_year": 2015, "end_year": 2017}, "CHN 2017"),
        ({"start_year": 2015, "end_year": 2016, "iso": ("CHN", "TWN")}, "TWN 2015, TWN 2016"),
        ({"start_year": 2016, "end_year": 2015}, "everything"),
    ],
)
def test_absent_years_and_countries(table_file, arguments, found):
    table = ceos.read_budget_table(table_file())
    with pytest.raises(InputError, match=rf"absent: {found}(.*\n)*.*TWN, HKG and MAC are not"):
        ceos.china_budget(table, **arguments)


def replaced(rows, old, new):
    return [row.replace(old, new, 1) for row in rows]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"names": "Alpha 3 Code,Year,FF (TgCO2)", "rows": ["CHN,2015,1"]}, r"Columns are missing"),
        ({"names": column_names().replace("TgCO2", "TgC")}, r"absent: IS dC_loss \(TgCO2\)"),
        ({"names": "Country;Year"}, r"not the national budget table(.*\n)*.*'line 0"),
        ({"rows": budget_rows("CHN", 1.0) * 2}, r"appear twice(.*\n)*.*CHN, '2015'"),
        ({"rows": replaced(budget_rows("CHN", 1.0), ",2015,", ",15,")}, r"no year(.*\n)*.*'15'"),
        (
            {"rows": replaced(budget_rows("CHN", 2000.0), printed(-2000.0), "n/a")},
            r"not a number(.*\n)*.*IS NBE \(TgCO2\), CHN 2015(.*\n)*.*'n/a'",
        ),
        (
            {"rows": replaced(budget_rows("CHN", 2000.0), printed(-2000.0), "nan")},
            r"value is missing(.*\n)*.*IS NBE \(TgCO2\), CHN 2015",
        ),
    ],
)
def test_bad_tables(table_file, changes, message):
    with pytest.raises(InputError, match=message):
        ceos.read_budget_table(table_file(**changes))


def test_absent_empty_and_web_page(tmp_path):
    path = tmp_path / NAME
    with pytest.raises(InputError, match=r"missing or empty(.*\n)*.*nothing"):
        ceos.read_budget_table(path)
    path.touch()
    with pytest.raises(InputError, match="0 bytes"):
        ceos.read_budget_table(path)
    path.write_text("<!DOCTYPE html>\n<html></html>")
    with pytest.raises(InputError, match="web page"):
        ceos.read_budget_table(path)


@pytest.fixture(scope="session")
def real_table(shared_data):
    path = shared_data / "ceos" / NAME
    if not path.is_file():
        pytest.skip(f"{NAME} is not in the folder of real files")
    return path


@pytest.mark.parametrize(
    ("experiment", "quantity", "published"),
    [
        ("LNLGIS", "NBE", -644.9),
        ("IS", "NBE", -600.6),
        ("LNLG", "NBE", -569.7),
        ("LNLGIS", "dC_loss", -625.1),
    ],
)
def test_china_in_the_real_table(real_table, experiment, quantity, published):
    table = ceos.read_budget_table(real_table)
    budget = ceos.china_budget(table, start_year=2015, end_year=2019)
    row = budget.set_index(["experiment", "quantity"]).loc[(experiment, quantity)]
    assert row["value_pg_c"] * 1000 == pytest.approx(published, abs=0.1)


def test_identities_in_the_real_table(real_table):
    table = ceos.read_budget_table(real_table)
    report = ceos.check_identities(table)
    assert len(report) == 201 * 6 * 4 * 2
    assert report["holds"].all()
    assert ceos.check_identities(ceos.read_budget_table(real_table, rows="mean"))["holds"].all()


def test_repairs_in_the_real_table(real_table):
    table = ceos.read_budget_table(real_table)
    assert table["uncertainty"].min() >= 0
    assert table.attrs["negative_uncertainties"] == 306
    assert table.attrs["notices"][0] == "306 negative uncertainties of wood_crop were made positive"
    assert not {"TWN", "HKG", "MAC"} & set(table["iso"])


def test_constraints_are_read_for_every_experiment(table_file):
    table = ceos.read_constraints(table_file()).set_index(["iso", "year", "experiment"])
    assert table.loc[("CHN", 2015, "IS"), "fur"] == 0.46
    assert table.loc[("CHN", 0, "LNLGOGIS"), "fur"] == 0.74
    assert set(table["z_statistic"]) == {-0.61}


def test_constraints_without_their_columns_are_refused(table_file):
    names = column_names().replace("FUR IS", "FUR XX")
    with pytest.raises(InputError, match="absent: FUR IS"):
        ceos.read_constraints(table_file(names=names))


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda row: row + ",1", r"row 3 below the names has \d+ cells, not \d+"),
        (lambda row: row.rpartition(",")[0], r"row 3 below the names has \d+ cells, not \d+"),
    ],
)
def test_a_row_of_another_length_is_told(table_file, change, match):
    rows = budget_rows("CHN", 2000.0)
    rows[2] = change(rows[2])
    with pytest.raises(InputError, match=rf"table is damaged(?s:.*){match}"):
        ceos.read_budget_table(table_file(rows=rows))


def test_a_column_that_stands_twice_is_told(table_file):
    names = column_names().split(",")
    names[3] = names[2]
    with pytest.raises(InputError, match=rf"damaged(?s:.*){re.escape(names[2])}(?s:.*)twice"):
        ceos.read_budget_table(table_file(names=",".join(names)))


@pytest.mark.parametrize(
    "content",
    ["Alpha 3 Code,Year\nCHN,2015".encode("utf-16"), b"Alpha 3 Code,Year\nCURA\xc7AO,2015\n"],
)
def test_a_table_in_another_encoding_is_told(tmp_path, content):
    path = tmp_path / NAME
    path.write_bytes(content)
    with pytest.raises(InputError, match="not in UTF-8"):
        ceos.read_budget_table(path)


def test_what_is_no_number_has_no_last_digit():
    assert np.isnan(ceos_file.half_digit("about 3"))
