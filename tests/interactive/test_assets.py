"""Files that pages load on demand: whole, local, of bounded size, made once."""

import re

import pytest

from helpers.errors import InputError
from helpers.interactive import assets, specs


def test_the_library_is_the_installed_one_and_written_once(tmp_path):
    path = assets.write_library(tmp_path)
    text = path.read_text(encoding="utf-8")
    assert path == tmp_path / "interactive" / "vega.js"
    assert "window.vegaEmbed" in text
    assert "BSD 3-Clause" in text.splitlines()[0]
    assert len(text) < 1_000_000
    # no module of another address: everything the library needs is in the file
    assert not re.search(r"\bimport\s*[\w{*][^;]{0,80}from\s*[\"']|\bimport\([\"']https?:", text)
    path.write_text(text + "// kept", encoding="utf-8")
    assert assets.write_library(tmp_path).read_text(encoding="utf-8").endswith("// kept")


def test_data_are_a_script_that_hands_them_over(tmp_path):
    path = assets.write_data(tmp_path, "a_page-map", content={"value": 1.5})
    assert specs.read_script(path.read_text(encoding="utf-8")) == {"value": 1.5}


def test_odd_names_and_large_data_are_refused(tmp_path):
    with pytest.raises(InputError, match="Not a name"):
        assets.write_data(tmp_path, "../up", content={})
    with pytest.raises(InputError, match="too large for a page"):
        assets.write_data(tmp_path, "big", content={"text": "x" * assets.LARGEST})
