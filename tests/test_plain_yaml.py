"""Whatever the parser of YAML stumbles over is one clear error, with its place."""

import re

import pytest

from helpers.errors import InputError
from helpers.intake.checksums import RECORD, read_records
from helpers.parameters import Parameter, parse_value
from helpers.plain_yaml import parse_yaml

ODD = {
    "2015-13-45": r"'2015-13-45', which is no valid timestamp",
    "!!bool maybe": r"'maybe', which is no valid bool",
    "!!timestamp foo": r"'foo', which is no valid timestamp",
    "!!int x": r"'x', which is no valid int",
    "!!float abc": r"'abc', which is no valid float",
    "1" * 5000: "a number of 5000 characters",
    "0x" + "f" * 5000: "a number of 5002 characters",
    "1" + ":1" * 5000: "a number of 10001 characters",
    "!!int [1]": "expected a scalar node",
    "[": "expected the node content",
    "!!python/object/apply:os.getcwd []": "could not determine a constructor",
}
"""What PyYAML refuses with a ValueError, a KeyError, an AttributeError ... or one of its own."""


@pytest.mark.parametrize("value", ODD, ids=lambda value: value[:20])
def test_every_odd_value_is_refused_with_all_parts(value):
    with pytest.raises(InputError, match="Not YAML") as refusal:
        parse_yaml(f"a: 1\nb: {value}", "Not YAML.", file="x.yml", place="entry")
    error = refusal.value
    assert error.file == "x.yml"
    assert error.where.startswith("entry, line 2, column ")
    assert re.search(ODD[value], error.found)
    assert error.accepted == "plain YAML in UTF-8"
    assert "quotes" in error.fix


@pytest.mark.parametrize(
    ("text", "where", "found"),
    [
        (b"\xff", "the whole text", "'utf-8' codec"),
        ("[" * 5000, "the whole text", "a thousand deep"),
        ("a\x00", "the whole text", "special characters"),
    ],
)
def test_what_has_no_line_is_refused_as_a_whole(text, where, found):
    with pytest.raises(InputError, match=found) as refusal:
        parse_yaml(text, "Not YAML.")
    assert (refusal.value.where, refusal.value.file) == (where, None)


def test_plain_values_are_read_as_ever():
    text = "a: [1, 2.5, null, yes]\nb: &x {c: d}\ne: *x\n"
    assert parse_yaml(text, "Not YAML.") == {
        "a": [1, 2.5, None, True], "b": {"c": "d"}, "e": {"c": "d"},
    }  # fmt: skip
    assert parse_yaml(b"", "Not YAML.") is None
    with pytest.raises(InputError, match=r"line 3(.*\n)*.*an alias"):
        parse_yaml(text, "Not YAML.", strict=True)


@pytest.mark.parametrize("value", ["2015-13-45", "!!bool x"])
@pytest.mark.parametrize("parameter", [None, Parameter("start_year", "int", 2015)])
def test_a_value_of_the_command_line_is_refused(value, parameter):
    with pytest.raises(InputError, match="cannot be read as YAML") as refusal:
        parse_value(value, parameter=parameter)
    assert refusal.value.where == ("start_year" if parameter else "-p") + ", line 1, column 1"


def test_a_record_of_checksums_is_refused(tmp_path):
    (tmp_path / RECORD).write_text("a: {on: 2015-13-45}")
    with pytest.raises(InputError, match="no valid timestamp"):
        read_records(tmp_path)


def test_twenty_thousand_keys_take_no_time_and_a_repeated_one_is_found():
    text = "".join(f"k{i}: 1\n" for i in range(20_000))
    with pytest.raises(InputError, match="the key 'k7' twice") as refusal:
        parse_yaml(text + "k7: 2\n", "Not YAML.", strict=True)
    assert refusal.value.where == "line 20001, column 1"


def test_a_key_that_is_a_list_is_refused():
    with pytest.raises(InputError, match="unhashable key"):
        parse_yaml("? [1]\n: 2\n", "Not YAML.", strict=True)
