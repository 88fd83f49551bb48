"""What a Zarr store says of its arrays: what is refused, and what stands for lost chunks."""

import gc
import json

import numpy as np
import pytest
import zarr
from zarr.storage import LocalStore

from helpers.errors import InputError
from helpers.sources import cf_store, zarr_metadata
from helpers.sources.netcdf import LONGEST_AXIS
from helpers.sources.zarr_store import CheckedStore

LOST = (
    "absent, were read as missing (where they held zeros, write the store with write_empty_chunks)"
)


def told(**changes):
    return {"zarr_format": 3, "shape": [4, 6], "data_type": "float32", "fill_value": 0, **changes}


@pytest.mark.parametrize(
    ("changes", "fill"),
    [
        ({}, "NaN"),
        ({"fill_value": 5.0}, "NaN"),
        ({"fill_value": "NaN"}, None),
        ({"data_type": "int16"}, -32767),
        ({"data_type": "uint16"}, 65535),
        ({"data_type": "int16", "fill_value": -32767}, None),
        ({"data_type": "int16", "attributes": {"_FillValue": -1}}, -1),
        ({"data_type": "int16", "attributes": {"_FillValue": -1}, "fill_value": -1}, None),
        ({"data_type": "int16", "attributes": {"_FillValue": "x"}}, -32767),
        ({"data_type": "int8"}, None),
        ({"data_type": "int8", "attributes": {"_FillValue": -128}}, -128),
        ({"data_type": "bool"}, None),
        ({"data_type": {"name": "odd"}}, None),
        ({"shape": [4]}, None),
        ({"zarr_format": 2, "dtype": "<f4"}, "NaN"),
        ({"zarr_format": 2, "dtype": "<i4", "fill_value": None}, -2147483647),
        ({"zarr_format": 2, "dtype": "<f4", "fill_value": -9999.0}, None),
    ],
)
def test_what_stands_for_chunks_that_were_never_written(changes, fill):
    array = told(**changes)
    assert zarr_metadata.missing_fill(array) == fill
    content = json.dumps(array).encode()
    mended = json.loads(zarr_metadata.checked(content, name="x", place="s"))
    assert mended["fill_value"] == (array["fill_value"] if fill is None else fill)


@pytest.mark.parametrize("content", [b"{", b"[1]", b"{}", b'{"shape": 3}'])
def test_what_describes_no_array_is_left_to_the_library(content):
    assert zarr_metadata.checked(content, name="x", place="s") == content


def test_a_long_axis_and_pickles_are_refused():
    zarr_metadata.check(told(shape=[LONGEST_AXIS, "odd"]), name="x", place="s")
    zarr_metadata.check(told(shape=[]), name="x", place="s")
    with pytest.raises(InputError, match=rf"too long(.|\n)*where: x\n.*{LONGEST_AXIS + 1} steps"):
        zarr_metadata.check(told(shape=[3, LONGEST_AXIS + 1]), name="x", place="s")
    for part in ({"compressor": {"id": "pickle"}}, {"filters": [{"id": "Pickle"}]},
                 {"codecs": [{"name": "numcodecs.pickle"}]}):  # fmt: skip
        with pytest.raises(InputError, match=r"holds pickles(.|\n)*where: x"):
            zarr_metadata.check(told(**part), name="x", place="s")


GRID = {"name": "regular", "configuration": {"chunk_shape": [30_000, 40_000]}}
SHARDS = [{"name": "sharding_indexed", "configuration": {"chunk_shape": [3_000, 4_000]}}]
SECOND = {"zarr_format": 2, "dtype": "<f8", "chunks": [30_000, 40_000]}


@pytest.mark.parametrize("changes", [SECOND, {"data_type": "float64", "chunk_grid": GRID}])
def test_chunks_that_fill_the_memory_are_refused(changes):
    with pytest.raises(InputError, match=r"too large(.|\n)*where: x\n.*of 9600000000 bytes"):
        zarr_metadata.check(told(**changes), name="x", place="s")


@pytest.mark.parametrize(
    "changes",
    [
        {**SECOND, "chunks": [10_000, 40_000]},
        {"data_type": "float64", "chunk_grid": GRID, "codecs": SHARDS},
        {**SECOND, "dtype": "no type"},
        {**SECOND, "chunks": "many"},
        {"chunk_grid": {"configuration": []}},
        {"chunk_grid": GRID, "codecs": [{"name": "sharding_indexed"}]},
    ],
)
def test_smaller_chunks_pass_and_what_is_not_understood_is_left_to_the_library(changes):
    zarr_metadata.check(told(**changes), name="x", place="s")


def store(path, *, version, dtype, **more):
    group = zarr.open_group(path, mode="w", zarr_format=version)
    names = {"dimension_names": ["y", "x"]} if version == 3 else {}
    array = group.create_array(
        "v", shape=(4, 6), chunks=(2, 3), dtype=dtype, fill_value=0, **names, **more
    )
    array[:] = np.arange(1, 25).reshape(4, 6)
    if version == 2:
        array.attrs["_ARRAY_DIMENSIONS"] = ["y", "x"]
    return path


@pytest.mark.parametrize("version", [2, 3])
@pytest.mark.parametrize("dtype", ["f4", "i2"])
def test_a_lost_chunk_is_missing_and_told(tmp_path, version, dtype):
    path = store(tmp_path / "x.zarr", version=version, dtype=dtype)
    assert zarr_metadata.absent(path, "v") == ()
    (path / "v" / ("0.1" if version == 2 else "c/0/1")).unlink()
    assert zarr_metadata.absent(path, "v") == (f"1 of 4 chunks, {LOST}",)
    with cf_store.opened(path) as data:
        values = data["v"].values
    lost = values[:2, 3:]
    assert np.isnan(lost).all() if dtype == "f4" else (lost == -32767).all()
    assert values[2:].min() == 13


def test_a_lost_chunk_of_bytes_is_refused(tmp_path):
    path = store(tmp_path / "x.zarr", version=3, dtype="i1")
    assert zarr_metadata.absent(path, "v") == ()
    (path / "v" / "c/0/1").rename(path / "v" / "c/0/1.part")
    (path / "v" / "c/0/Thumbs.db").write_bytes(b"")
    with pytest.raises(InputError, match=r"Chunks .* absent(.|\n)*1 of 4 chunks(.|\n)*int8"):
        zarr_metadata.absent(path, "v")


def test_shards_count_as_they_are_stored(tmp_path):
    path = store(tmp_path / "x.zarr", version=3, dtype="f4", shards=(4, 3))
    assert zarr_metadata.absent(path, "v") == ()
    (path / "v" / "c/0/1").unlink()
    assert zarr_metadata.absent(path, "v") == (f"1 of 2 chunks, {LOST}",)


def test_a_file_that_is_no_store_has_no_chunks(tmp_path):
    assert zarr_metadata.absent(tmp_path / "x.nc", "v") == ()
    (tmp_path / "v").mkdir()
    (tmp_path / "v" / "zarr.json").write_text(json.dumps(told(data_type="float32")))
    assert zarr_metadata.absent(tmp_path, "v") == ()


def test_a_damaged_chunk_is_a_damaged_store(tmp_path):
    path = store(tmp_path / "x.zarr", version=2, dtype="f4", compressors=None)
    (path / "v" / "0.1").write_bytes(b"12")
    with (
        pytest.raises(InputError, match="Zarr store cannot be read"),
        cf_store.opened(path) as data,
    ):
        data["v"].load()


def test_refused_arrays_are_told_once_and_the_library_prints_nothing(tmp_path, capfd):
    path = store(tmp_path / "x.zarr", version=3, dtype="f4")
    zarr.open_group(path, mode="a").create_array(
        "w", shape=(4, LONGEST_AXIS + 1), chunks=(4, 1000), dtype="f4", dimension_names=["y", "z"]
    )
    for _ in range(2):
        with pytest.raises(InputError, match=r"too long(.|\n)*where: w"), cf_store.opened(path):
            pass
    gc.collect()
    assert capfd.readouterr().err == ""


def test_a_store_that_is_given_on_keeps_its_refusals(tmp_path):
    one = CheckedStore(LocalStore(tmp_path))
    assert one._with_store(LocalStore(tmp_path)).refusals is one.refusals
