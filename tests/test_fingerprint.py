"""What results depend on: every input once, by content, with no path of the machine."""

import json
import os
import time

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from helpers import fingerprint
from helpers.errors import InputError
from helpers.files import sha256_of

STAND_IN = {"profile": "stand-in", "data_dir": None}


@pytest.fixture
def book(tmp_path):
    for name, text in {
        "data/catalog.yml": "{}",
        "data/published/claims.csv": "id",
        "data/derive.py": "pass",
        "data/README.md": "read me",
        "build/stand-in/manifest.json": "{}",
        "build/stand-in/beps/BEPS_NEP_201501.raw": "x",
        "notes/ceos.csv": "year",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_inputs_are_named_without_the_machine(book):
    files = fingerprint.input_files({**STAND_IN, "ceos_file": "notes/ceos.csv"}, root=book)
    assert list(files) == [
        "ceos_file/ceos.csv",
        "data/catalog.yml",
        "data/published/claims.csv",
        "stand-in/manifest.json",
    ]


def test_a_folder_of_product_files_counts_with_every_file_found(book, tmp_path):
    folder = tmp_path / "mine"
    (folder / "ceos").mkdir(parents=True)
    (folder / "ceos" / "budget.csv").write_text("year")
    (folder / "catalog.yml").write_text("{}")
    (folder / "holiday.jpg").write_text("not a product")
    files = fingerprint.input_files(
        {"profile": "original", "data_dir": str(folder), "experiment": "LNLGIS"}, root=book
    )
    own = [name for name in files if name.startswith("data_dir/")]
    assert own == ["data_dir/catalog.yml", "data_dir/ceos/budget.csv"]


def test_a_profile_of_own_files_needs_its_folder(book):
    with pytest.raises(InputError, match="needs the folder of your product files"):
        fingerprint.data_folder({"profile": "original", "data_dir": None}, root=book)
    with pytest.raises(InputError, match="not there"):
        fingerprint.data_folder({"profile": "original", "data_dir": "nowhere"}, root=book)


def test_a_reconstruction_is_known_whatever_the_profile_is_called(book, tmp_path):
    folder = tmp_path / "mine"
    (folder / "flux").mkdir(parents=True)
    (folder / "flux" / "mine.nc").write_text("x")
    entry = "mine: {title: M, method_class: bottom-up, reader: cf, files: flux/mine.nc, "
    entry += "variable: nbp, quantity: NBP, positive: land, citation: me, licence: x, access: x"
    original = {"profile": "original", "data_dir": str(folder), "experiment": "LNLGIS"}
    (folder / "catalog.yml").write_text(entry + "}")
    mine = {"mine": {"title": "M", "is_standin": False}}
    assert fingerprint.products_read(original, root=book) == mine
    assert "data_dir/flux/mine.nc" in fingerprint.input_files(original, root=book)
    (folder / "catalog.yml").write_text(entry + ", is_standin: true}")
    assert fingerprint.products_read(original, root=book)["mine"]["is_standin"] is True
    assert fingerprint.products_read({"start_year": 2015}, root=book) == {}


def later(monkeypatch):
    """Let the clock be ten seconds on, so that files just written count as settled."""
    now = time.time() + 10
    monkeypatch.setattr(fingerprint.time, "time", lambda: now)


def test_digests_are_those_of_the_content_and_are_remembered(book, monkeypatch):
    later(monkeypatch)
    path = book / "data/published/claims.csv"
    os.utime(path, (1, 1))
    cache = book / "build/.cache/digests.json"
    first = fingerprint.digests({"claims": path}, cache=cache)
    assert first == {"claims": sha256_of(path)}
    remembered = json.loads(cache.read_text())
    cache.write_text(json.dumps(dict.fromkeys(remembered, "remembered")))
    assert fingerprint.digests({"claims": path}, cache=cache) == {"claims": "remembered"}
    path.write_text("id,value")
    assert fingerprint.digests({"claims": path}, cache=cache) == {"claims": sha256_of(path)}
    cache.write_text("damaged")
    assert fingerprint.digests({"claims": path}, cache=cache) == {"claims": sha256_of(path)}


@pytest.mark.parametrize("written", [1.0, 1e9, 4e9])
def test_other_bytes_of_the_same_size_and_date_are_noticed(book, monkeypatch, written):
    """As after unpacking an archive, copying with times, or with a clock that is wrong."""
    later(monkeypatch)
    path, cache = book / "data/published/claims.csv", book / "build/.cache/digests.json"
    for text in ("id,a", "id,b", "id,c"):
        time.sleep(0.02)  # more than a tick of the file system's own clock
        path.write_text(text)
        os.utime(path, (written, written))
        assert fingerprint.digests({"claims": path}, cache=cache) == {"claims": sha256_of(path)}


def test_a_file_of_the_future_is_read_every_time(book, monkeypatch):
    later(monkeypatch)
    path, cache = book / "data/published/claims.csv", book / "build/.cache/digests.json"
    os.utime(path, (4e9, 4e9))
    assert fingerprint.digests({"claims": path}, cache=cache) == {"claims": sha256_of(path)}
    assert not cache.exists()


def test_a_memory_of_another_kind_costs_time_only(book):
    path, cache = book / "data/published/claims.csv", book / "build/.cache/digests.json"
    cache.parent.mkdir(parents=True, exist_ok=True)
    for text in ("[]", "[1]", "3"):
        cache.write_text(text)
        assert fingerprint.digests({"claims": path}, cache=cache) == {"claims": sha256_of(path)}


def test_outputs_do_not_count_but_source_and_tags_do(tmp_path):
    def digest(source, *, tags=(), outputs=()):
        cell = new_code_cell(source, outputs=list(outputs), id="same")
        cell.metadata["tags"] = list(tags)
        path = tmp_path / "sink.ipynb"
        nbformat.write(new_notebook(cells=[cell]), path)
        return fingerprint.notebook_digest(path)

    plain = digest("1 + 1")
    assert digest("1 + 1", outputs=[new_output("stream", text="2")]) == plain
    assert len({plain, digest("1 + 2"), digest("1 + 1", tags=["figure"])}) == 3


def test_versions_name_python_and_every_package():
    assert set(fingerprint.versions()) == {"python", *fingerprint.PACKAGES}
    assert "absent" not in fingerprint.versions().values()


def test_records_of_numbers_are_no_inputs(tmp_path):
    folder = tmp_path / "data" / "published"
    folder.mkdir(parents=True)
    for name in ("claims.csv", "recorded_results.csv", "recorded_numbers.csv"):
        (folder / name).write_text("id\n")
    assert list(fingerprint.input_files({}, root=tmp_path)) == ["data/published/claims.csv"]


def test_the_stand_in_beside_own_files_counts_too(book, tmp_path, monkeypatch):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "catalog.yml").write_text("{}")
    mixed = {"profile": "mixed", "data_dir": str(folder), "experiment": "LNLGIS"}
    beside = book / "build" / "stand-in"
    monkeypatch.setattr(fingerprint, "standin_folder", lambda parameters, *, root: beside)
    assert "stand-in/manifest.json" in fingerprint.input_files(mixed, root=book)
    entry = "beps: {title: B, method_class: bottom-up, reader: cf, files: beps/*, variable: nbp, "
    entry += "quantity: NBP, positive: land, citation: me, licence: x, access: x, is_standin: true}"
    (beside / "catalog.yml").write_text("{" + entry + "}")
    assert fingerprint.products_read(mixed, root=book) == {
        "beps": {"title": "B", "is_standin": True}
    }
