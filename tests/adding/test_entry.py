"""Entries go into the catalog and leave everything else as it was."""

import pytest
import yaml

from helpers.adding import entry
from helpers.catalog import load_catalog
from helpers.errors import InputError

FIELDS = {
    "title": "Own", "method_class": "bottom-up", "reader": "cf", "files": "own/x.nc",
    "variable": "nbp", "quantity": "NBP", "units": "kg C m-2 s-1", "species": "C",
    "positive": "land", "area_basis": "cell", "citation": "mine", "licence": "mine",
    "access": "mine",
}  # fmt: skip

OTHERS = """\
# kept: a comment at the top
vegas:  # another
  title: My VEGAS   # and one here

# before third
third:
  title: Third
  method_class: bottom-up
  reader: cf
  files: third.nc
  variable: x
  quantity: NBP
  positive: land
  citation: c
  licence: l
  access: a
"""


def test_a_new_catalog(tmp_path):
    path = entry.write_entry(tmp_path / "d", "own", fields=FIELDS, replace=False)
    assert yaml.safe_load(path.read_text()) == {"own": FIELDS}
    assert load_catalog(tmp_path / "d")["own"].title == "Own"


def test_other_lines_stay_byte_for_byte(tmp_path):
    path = tmp_path / "catalog.yml"
    path.write_text(OTHERS)
    entry.write_entry(tmp_path, "own", fields=FIELDS, replace=False)
    assert path.read_text().startswith(OTHERS)
    with pytest.raises(InputError, match=r"has a product of this name(.*\n)*.*--replace"):
        entry.write_entry(tmp_path, "own", fields=FIELDS, replace=False)
    entry.write_entry(tmp_path, "fourth", fields=FIELDS, replace=False)
    entry.write_entry(tmp_path, "own", fields={**FIELDS, "title": "New"}, replace=True)
    text = path.read_text()
    assert text.startswith(OTHERS)
    assert list(yaml.safe_load(text)) == ["vegas", "third", "own", "fourth"]
    assert yaml.safe_load(text)["own"]["title"] == "New"
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".catalog-")]


def test_an_entry_in_the_middle_is_replaced_with_its_neighbours_comments_kept(tmp_path):
    path = tmp_path / "catalog.yml"
    path.write_text(OTHERS.replace("third:", "'third':"))
    entry.write_entry(tmp_path, "third", fields=FIELDS, replace=True)
    assert path.read_text().startswith(OTHERS.split("third:")[0])


@pytest.mark.parametrize(
    "text", ["{third: {title: T}}\n", "vegas: {title: a}\n# no line end"], ids=["flow", "end"]
)
def test_a_catalog_that_cannot_be_edited_stays(tmp_path, text):
    path = tmp_path / "catalog.yml"
    path.write_text(text)
    if "third" in text:
        with pytest.raises(InputError, match=r"not valid|line by line"):
            entry.write_entry(tmp_path, "own", fields=FIELDS, replace=False)
        assert path.read_text() == text
    else:
        entry.write_entry(tmp_path, "own", fields=FIELDS, replace=False)
        assert path.read_text().startswith(text)


def test_a_flow_catalog_is_refused(tmp_path):
    path = tmp_path / "catalog.yml"
    path.write_text("{vegas: {title: T}}\n")
    with pytest.raises(InputError, match=r"line by line(.*\n)*.*by hand"):
        entry.write_entry(tmp_path, "own", fields=FIELDS, replace=False)


def test_a_key_inside_a_text_is_no_entry(tmp_path):
    path = tmp_path / "catalog.yml"
    path.write_text(OTHERS.replace("  access: a\n", "  access: |\n    own:\n    two\n"))
    entry.write_entry(tmp_path, "own", fields=FIELDS, replace=False)
    assert yaml.safe_load(path.read_text())["third"]["access"] == "own:\ntwo\n"


@pytest.mark.parametrize("key", ["Own", "a b", "masks", "ceos", "beps", "x" * 41, "-a"])
def test_names_that_cannot_be(key):
    with pytest.raises(InputError, match=r"cannot have this name"):
        entry.check_key(key)
    assert entry.check_key("my-model_2") == "my-model_2"
