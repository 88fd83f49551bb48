import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from helpers import catalog
from helpers.catalog import load_catalog, product_of
from helpers.errors import InputError
from helpers.sources import READERS, options, patterns

ENTRY = {
    "title": "Mine",
    "method_class": "bottom-up",
    "reader": "cf",
    "files": "mine/nep.nc",
    "variable": "nep",
    "quantity": "NEP",
    "positive": "land",
    "citation": "zhang2024",
    "licence": "CC BY 4.0",
    "access": "ask",
}


@pytest.fixture
def overlay(tmp_path):
    """Write the catalog of a data folder, from entries or from text."""

    def write(content):
        text = content if isinstance(content, str) else yaml.safe_dump(content, sort_keys=False)
        (tmp_path / "catalog.yml").write_text(text, encoding="utf-8")
        return tmp_path

    return write


def test_the_products_of_the_study():
    products = load_catalog()
    assert list(products) == ["beps", "vegas", "oco2-mip"]
    assert {k: p.positive for k, p in products.items()} == {
        "beps": "land", "vegas": "land", "oco2-mip": "atmosphere",
    }  # fmt: skip
    assert {k: p.quantity for k, p in products.items()} == {
        "beps": "NEP", "vegas": "NBP", "oco2-mip": "NBE",
    }  # fmt: skip
    assert not any(p.is_standin for p in products.values())
    assert len(products["oco2-mip"].members) == 14
    assert products["oco2-mip"].experiment == "LNLGIS"
    assert products["beps"].parsed_options.resolution == 2 / 27.5


def test_citations_are_in_the_bibliography(root):
    bibliography = root / "book" / "references.bib"
    keys = set(re.findall(r"@\w+\{([^,\s]+)", bibliography.read_text(encoding="utf-8")))
    assert {p.citation for p in load_catalog().values()} <= keys


def test_every_reader_has_options():
    assert set(READERS) == set(options.OPTIONS)


def test_an_absent_overlay_changes_nothing(tmp_path):
    assert load_catalog(tmp_path) == load_catalog()
    assert load_catalog(tmp_path / "nowhere") == load_catalog()


def test_the_overlay_changes_field_by_field(overlay):
    changed = load_catalog(
        overlay(
            {
                "beps": {
                    "title": "BEPS (reconstructed)",
                    "is_standin": True,
                    "options": {"dtype": "int16", "scale": 0.01, "nodata": -32768},
                },
                "oco2-mip": {"members": None},
            }
        )
    )
    plain = load_catalog()
    beps = changed["beps"]
    assert (beps.title, beps.is_standin, beps.units) == (
        "BEPS (reconstructed)", True, plain["beps"].units,
    )  # fmt: skip
    assert beps.parsed_options.dtype == "int16"
    assert beps.parsed_options.shape == (2475, 4950)
    assert changed["oco2-mip"].members is None
    assert changed["vegas"] == plain["vegas"]


def test_another_reader_drops_the_options(overlay):
    products = load_catalog(overlay({"beps": {"reader": "cf", "files": "beps/nep.nc"}}))
    assert products["beps"].options == {}


def test_the_overlay_adds_a_product(overlay):
    products = load_catalog(overlay({"mine": ENTRY}))
    assert list(products) == ["beps", "vegas", "oco2-mip", "mine"]
    assert products["mine"].units is None


def test_unknown_product():
    with pytest.raises(InputError, match=r"'bepps'\n.*accepted: beps, vegas, oco2-mip"):
        product_of(load_catalog(), "bepps")
    assert product_of(load_catalog(), "beps").key == "beps"


def complaint(where, found, accepted, fix):
    lines = {"where": where, "found": found, "accepted": accepted, "fix": fix}
    rest = "".join(rf"\n.*{name}: .*{text}.*" for name, text in lines.items())
    return r"entry is not valid.*\n.*catalog.yml" + rest


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"positive": None},
            complaint("'mine', field positive", "nothing", "'land' if", "Add `positive`"),
        ),
        (
            {"positive": "up"},
            complaint("positive", "'up'", "'atmosphere' if", "Correct `positive`"),
        ),
        ({"quantity": "NPE"}, complaint("quantity", "'NPE'", "NEP, NBP", "Correct `quantity`")),
        ({"reader": "netcdf"}, complaint("reader", "'netcdf'", "beps or trendy", "Correct")),
        (
            {"units": "stone per acre"},
            complaint("units", "'stone per acre'", "unknown unit; use mass", "Correct"),
        ),
        ({"units": "kg"}, complaint("units", "'kg'", "unknown unit", "Correct `units`")),
        ({"species": "CH4"}, complaint("species", "'CH4'", "'C' or 'CO2'", "Correct")),
        (
            {"calendar": "julian-ish"},
            complaint("calendar", "'julian-ish'", "CF calendar", "Correct"),
        ),
        ({"colour": "green"}, complaint("colour", "'green'", "#rrggbb", "Correct")),
        ({"member": ["a"]}, complaint("field member", r"\['a'\]", "members", "Write `members`")),
        ({"sign": 1}, complaint("sign", "1", "fields key, title", "Remove `sign`")),
        ({"members": ["A-b", "a_B"]}, complaint("members", "A-b", "each member once", "Correct")),
        ({"members": []}, complaint("members", "", "leave the field out", "Correct")),
        ({"variable": None}, complaint("entry", "nothing", "`variable` is needed", "Complete")),
        (
            {"files": "/data/nep.nc"},
            complaint("files", "/data/nep.nc", "inside data_dir", "Correct"),
        ),
        ({"files": "../nep.nc"}, complaint("files", "../nep.nc", "inside data_dir", "Correct")),
        ({"files": "a/../../nep.nc"}, complaint("files", "nep.nc", "inside data_dir", "Correct")),
        ({"files": "~/nep.nc"}, complaint("files", "~/nep.nc", "inside data_dir", "Correct")),
        ({"files": "C:/nep.nc"}, complaint("files", "C:/nep.nc", "relative path", "Correct")),
        ({"files": "a\\nep.nc"}, complaint("files", "nep.nc", "relative path", "Correct")),
        ({"files": "{year.real}.nc"}, complaint("files", "year.real", "unknown field", "Correct")),
        ({"files": "{day}.nc"}, complaint("files", "day", r"use \{year\}", "Correct")),
        ({"files": "{year"}, complaint("files", "year", "expected", "Correct")),
        (
            {"options": {"nodata": -1}},
            complaint(r"field options\.nodata", "-1", "missing_values", "Remove `nodata`"),
        ),
        (
            {"options": {"time_label": "start"}},
            complaint(r"options\.time_label", "'start'", "'within' if", "Correct"),
        ),
        (
            {"reader": "beps", "options": {"resolution": "1/0"}},
            complaint(r"options\.resolution", "'1/0'", "quotient", "Correct `resolution`"),
        ),
        (
            {"reader": "beps", "options": {"north": 90, "south": -90}},
            complaint("options.entry", "nothing", "not both", "Complete the entry"),
        ),
        (
            {"reader": "oco2-mip-v10", "options": {"folders": ["../x"]}},
            complaint(r"options\.folders", "'../x'", "inside data_dir", "Correct"),
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_invalid_entries(overlay, changes, message):
    with pytest.raises(InputError, match=message):
        load_catalog(overlay({"mine": {**ENTRY, **changes}}))


def test_several_faults_come_together(overlay):
    entry = {**ENTRY, "positive": "up", "quantity": "X"}
    with pytest.raises(InputError, match=r"fields? quantity, positive") as caught:
        load_catalog(overlay({"mine": entry}))
    assert "'X'; 'up'" in caught.value.found


def test_a_fault_of_the_overlay_names_the_overlay(overlay):
    folder = overlay({"beps": {"positive": "down"}})
    with pytest.raises(InputError, match="entry 'beps', field positive") as caught:
        load_catalog(folder)
    assert caught.value.file == str(folder / "catalog.yml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("mine: [1, 2]", r"not made of entries(.*\n)*.*'mine'(.*\n)*.*found: list"),
        ("- a\n- b", r"not made of entries(.*\n)*.*found: list"),
        ("1: {a: b}", r"not made of entries(.*\n)*.*entry 1"),
        ("mine:\n  title: a\n  title: b\n", r"not plain YAML(.*\n)*.*line 3(.*\n)*.*'title' twice"),
        ("mine: {}\nmine: {}\n", r"line 2(.*\n)*.*'mine' twice"),
        ("a: &x {b: 1}\nc: *x\n", r"line 2(.*\n)*.*alias"),
        ("mine: !!python/object/apply:os.getcwd []", r"not plain YAML(.*\n)*.*python/object"),
        ("mine: {title: [", r"not plain YAML(.*\n)*.*line 1"),
        ("a: {b: c}\n\x00", r"not plain YAML"),
        ("? {a: b}\n: c", r"not plain YAML|not made of entries"),
        ("Mine Own: {}", r"field key(.*\n)*.*'Mine Own'(.*\n)*.*small letters"),
    ],
    ids=lambda value: str(value)[:30].replace("\x00", "NUL"),
)
def test_what_is_not_a_catalog(overlay, text, message):
    with pytest.raises(InputError, match=message):
        load_catalog(overlay(text))


def test_an_empty_overlay_is_fine(overlay):
    assert load_catalog(overlay("# nothing yet\n")) == load_catalog()


def test_a_huge_or_binary_file_is_refused(tmp_path):
    path = tmp_path / "catalog.yml"
    path.write_bytes(b"#" * (catalog.SIZE_LIMIT + 1))
    with pytest.raises(InputError, match=r"too large(.*\n)*.*1000001 bytes"):
        load_catalog(tmp_path)
    path.write_bytes(b"\x89HDF\r\n\x1a\n\xff\xfe")
    with pytest.raises(InputError, match=r"not plain YAML"):
        load_catalog(tmp_path)


SAFE = st.text("abcXYZ019-_. ", min_size=1, max_size=12).filter(lambda s: s.strip(" ."))


@given(st.lists(SAFE, min_size=1, max_size=4))
def test_a_plain_path_matches_itself_only(parts):
    name = "/".join(parts)
    assert patterns.check_pattern(name) == name
    assert patterns.expression(name).fullmatch(name)
    assert not patterns.expression(name).fullmatch(name + "x")
    assert patterns.expression(name, fold=True).fullmatch(name.upper().replace("-", "_"))


@given(st.integers(1000, 2999), st.integers(1, 12))
def test_a_pattern_gives_year_and_month_back(year, month):
    regular = patterns.expression("b/{year}/N_{year}{month:02d}.nc")
    found = regular.fullmatch(f"b/{year}/N_{year}{month:02d}.nc")
    assert found.groupdict() == {"year": str(year), "month": f"{month:02d}"}
    assert not regular.fullmatch(f"b/{year + 1}/N_{year}{month:02d}.nc")


def test_a_folder_in_the_place_of_the_catalog_is_told(tmp_path):
    (tmp_path / "catalog.yml").mkdir()
    with pytest.raises(InputError, match=r"catalog is missing(?s:.*)a folder"):
        load_catalog(tmp_path)


def test_totals_of_cells_need_the_reader_that_knows_them(overlay):
    entry = {**ENTRY, "reader": "trendy", "units": "kg C s-1 per cell"}
    with pytest.raises(InputError, match="only the reader `cf` understands totals of cells"):
        load_catalog(overlay({"mine": entry}))
