"""The declared downloads are safe, complete, and say what they rest on."""

import pytest

from helpers.catalog import load_catalog
from helpers.errors import InputError
from helpers.files import sha256_of
from helpers.intake import downloads
from helpers.intake.checksums import RECORD, Record, read_records, write_record
from helpers.intake.content import check_start

GOOD = """\
table:
  title: A table
  access: open
  urls: [https://example.org/table.csv]
  path: tables/table.csv
  format: csv
  used_for: a test
  licence: none
  citation: none
  evidence: none
"""


@pytest.fixture
def load(tmp_path):
    def call(text):
        (tmp_path / "downloads.yml").write_text(text, encoding="utf-8")
        return downloads.load_downloads(tmp_path / "downloads.yml")

    return call


def test_the_downloads_of_the_book_are_valid_and_name_their_evidence(root):
    declared = downloads.load_downloads(root / downloads.DOWNLOADS)
    assert set(declared) >= {
        "oco2-v10-mip", "oco2-v11-mip", "ceos-table", "ceos-grid", "land-cover", "co2-mauna-loa",
        "beps", "vegas",
    }  # fmt: skip
    catalog = load_catalog()
    for name, one in declared.items():
        assert one.evidence, name
        assert one.product is None or one.product in catalog, name
        assert one.page or one.steps, name


def test_places_of_products_are_where_their_readers_look(root):
    declared = downloads.load_downloads(root / downloads.DOWNLOADS)
    for one in declared.values():
        if one.product is not None:
            assert load_catalog()[one.product].files.startswith(one.path + "/")


def test_the_checksum_of_the_table_is_that_of_the_real_file(root, shared_data):
    declared = downloads.load_downloads(root / downloads.DOWNLOADS)["ceos-table"]
    file = shared_data / "ceos" / "pilot_topdown_CO2_Budget_countries_v1.csv"
    assert (declared.bytes, declared.sha256) == (file.stat().st_size, sha256_of(file))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("https:", "http:", "only https"),
        ("https://example", "file:///example", "only https"),
        ("https://example", "https://user:word@example", "neither user nor password"),
        ("https://example.org/table.csv", "'https:///table.csv'", "names a host"),
        ("https://example.org/table.csv", "'https://example.org/a b'", "no blanks"),
        ("tables/table.csv", "../table.csv", "inside data_dir"),
        ("tables/table.csv", "/table.csv", "inside data_dir"),
        ("tables/table.csv", "tables/*.csv", "one visible file"),
        ("tables/table.csv", "tables/.hidden", "one visible file"),
        ("format: csv", "format: pickle", "'csv'"),
        ("access: open", "access: registered", "`urls` are given"),
        ("access: open\n  urls: [https://example.org/table.csv]", "access: request", "`steps`"),
        ("format: csv", "format: csv\n  sha256: " + "a" * 64, "`sha256_from`"),
        ("format: csv", "format: csv\n  shell: rm", "Extra inputs"),
        ("format: csv", "format: csv\n  sha256: abc", "pattern"),
    ],
)
def test_a_declaration_that_is_not_safe_is_refused(load, old, new, message):
    assert old in GOOD
    with pytest.raises(InputError, match="declared download is not valid") as refusal:
        load(GOOD.replace(old, new))
    assert message in str(refusal.value)
    assert "table" in refusal.value.where


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("!!python/object/apply:os.system [x]", "not plain YAML"),
        ("a: [", "not plain YAML"),
        ("- a", "not made of entries"),
        ("1: {}", "not made of entries"),
        ("#" * 200_001, "missing or too large"),
    ],
)
def test_a_file_that_is_not_plain_yaml_is_refused(load, text, message):
    with pytest.raises(InputError, match=message):
        load(text)


def test_an_empty_file_declares_nothing_and_a_missing_one_is_told(load, tmp_path):
    assert load("") == {}
    with pytest.raises(InputError, match="missing or too large"):
        downloads.load_downloads(tmp_path / "none.yml")


def test_sources_are_chosen_by_name(load):
    declared = load(GOOD)
    assert downloads.chosen(declared, []) == declared
    assert list(downloads.chosen(declared, ["table"])) == ["table"]
    with pytest.raises(InputError, match="did you mean 'table'"):
        downloads.chosen(declared, ["tablex"])
    with pytest.raises(InputError, match=r"accepted: table\n"):
        downloads.chosen(declared, ["xyz"])


def test_a_mirror_asks_for_the_name_of_the_file(declared):
    assert declared().file_name == "table.csv"
    assert declared(format="zip", path="mip").file_name == "mip.zip"
    assert declared(name="other.csv").file_name == "other.csv"


def test_the_record_is_kept_in_order_and_a_damaged_one_is_told(tmp_path):
    assert read_records(tmp_path) == {}
    one = Record(sha256="0" * 64, bytes=1, origin="x", on="2020-01-01", files={"a": "b"})
    write_record(tmp_path, "b", record=one)
    write_record(tmp_path, "a", record=one)
    assert list(read_records(tmp_path)) == ["a", "b"]
    assert read_records(tmp_path)["b"] == one
    (tmp_path / RECORD).write_text("a: {sha256: no}")
    with pytest.raises(InputError, match="record of checksums is damaged"):
        read_records(tmp_path)


@pytest.mark.parametrize(
    ("kind", "start"),
    [
        ("netcdf", b"\x89HDF\r\n\x1a\n"),
        ("netcdf", b"CDF\x02"),
        ("hdf4", b"\x0e\x03\x13\x01"),
        ("zip", b"PK\x03\x04"),
        ("tar.gz", b"\x1f\x8b"),
        ("tar", bytes(257) + b"ustar"),
        ("csv", b"year,value\n"),
    ],
)
def test_a_format_is_known_by_its_first_bytes(tmp_path, kind, start):
    (tmp_path / "x").write_bytes(start + bytes(10) if kind != "csv" else start)
    check_start(tmp_path / "x", kind)
    (tmp_path / "x").write_bytes(b"\0other")
    with pytest.raises(InputError, match="not what it should be"):
        check_start(tmp_path / "x", kind)
    (tmp_path / "x").write_bytes(b"")
    with pytest.raises(InputError, match="the file is empty"):
        check_start(tmp_path / "x", kind)
    (tmp_path / "x").write_bytes(b"\xef\xbb\xbf\n<HTML>")
    with pytest.raises(InputError, match="web page"):
        check_start(tmp_path / "x", kind)
