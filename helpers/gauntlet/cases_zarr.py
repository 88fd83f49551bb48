"""Cases of Zarr stores, written byte by byte, in versions 2 and 3."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import numpy as np

from helpers.gauntlet.canary import TRAP, watched
from helpers.gauntlet.case import Case
from helpers.gauntlet.world import LAT, LON, fields, months_of, reading, write_catalog

CHUNKS = (24, 30, 30)
NORTH_EAST = (0, 2, 5)
"""Place of the chunk that lies over the north east of the China box."""

Array = dict[str, Any]


def _north_east(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    return (lat > 30) & (lon > 120)


def _write_array(
    folder: Path,
    values: np.ndarray,
    *,
    version: int,
    dims: tuple[str, ...],
    attrs: dict[str, Any],
    fill: Any = "NaN",
    chunks: tuple[int, ...] | None = None,
) -> None:
    """Write one array of a store, its chunks as they are in memory."""
    chunks = chunks or values.shape
    folder.mkdir()
    if version == 2:
        told: Array = {"zarr_format": 2, "shape": values.shape, "chunks": chunks, "order": "C",
                       "dtype": values.dtype.str, "fill_value": fill, "filters": None,
                       "compressor": None}  # fmt: skip
        (folder / ".zarray").write_text(json.dumps(told))
        (folder / ".zattrs").write_text(json.dumps({**attrs, "_ARRAY_DIMENSIONS": dims}))
    else:
        told = {"zarr_format": 3, "node_type": "array", "shape": values.shape,
                "data_type": values.dtype.name, "fill_value": fill,
                "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": chunks}},
                "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
                "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}],
                "attributes": attrs, "dimension_names": dims}  # fmt: skip
        (folder / "zarr.json").write_text(json.dumps(told))
    counts = [range(size // length) for size, length in zip(values.shape, chunks, strict=True)]
    for place in itertools.product(*counts):
        part = tuple(slice(i * n, (i + 1) * n) for i, n in zip(place, chunks, strict=True))
        path = _chunk(folder, place, version=version)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(np.ascontiguousarray(values[part]).tobytes())


def _chunk(folder: Path, place: tuple[int, ...], *, version: int) -> Path:
    names = [str(i) for i in place]
    return folder / ".".join(names) if version == 2 else folder.joinpath("c", *names)


def _write_store(
    path: Path, *, version: int, dtype: str, fill: Any, chunks: tuple[int, ...]
) -> None:
    path.mkdir()
    group = ".zgroup", {"zarr_format": 2}
    if version == 3:
        group = "zarr.json", {"zarr_format": 3, "node_type": "group"}  # type: ignore[dict-item]
    (path / group[0]).write_text(json.dumps(group[1]))
    values = fields(LAT, LON, steps=months_of())
    values = np.round(values / 5 if dtype == "i1" else values, 1 if dtype == "f4" else 0).astype(
        dtype
    )
    attrs = {"units": "g C m-2 yr-1", **({"scale_factor": 5.0} if dtype == "i1" else {})}
    _write_array(path / "nbp", values, version=version, dims=("time", "lat", "lon"), attrs=attrs,
                 fill=fill, chunks=chunks)  # fmt: skip
    since = {"units": "months since 2015-01-01", "calendar": "standard"}
    for name, axis, told in (("time", np.arange(24.0), since), ("lat", LAT, {}), ("lon", LON, {})):
        _write_array(path / name, axis, version=version, dims=(name,), attrs=told)


def _case(
    name: str,
    about: str,
    *,
    says: str,
    version: int = 2,
    expects: Literal["error", "repair"] = "error",
    after: Callable[[Path], Any] | None = None,
    dtype: str = "f4",
    fill: Any = "NaN",
    chunks: tuple[int, ...] = CHUNKS,
    missing: Callable[[np.ndarray, np.ndarray], np.ndarray] | None = None,
) -> Case:
    def build(folder: Path) -> None:
        write_catalog(folder, "cf", files="world.zarr")
        store = folder / "world.zarr"
        _write_store(store, version=version, dtype=dtype, fill=fill, chunks=chunks)
        if after is not None:
            after(store)

    half = {"i1": 2.5, "i2": 0.5}.get(dtype, 0.05) + 1e-5
    return watched(Case(
        name=f"zarr-{name}-{version}", area="cf", about=f"{about}, version {version}", build=build,
        attempt=reading(rounding=half, missing=missing), expects=expects, says=says,
    ))  # fmt: skip


def _told(name: str, **changes: Any) -> Callable[[Path], None]:
    """Change what an array says of itself."""

    def change(store: Path) -> None:
        path = next(p for p in (store / name / ".zarray", store / name / "zarr.json") if p.exists())
        path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))

    return change


def _huge(store: Path) -> None:
    """Make latitude, and the flux along it, 150 million rows, none of them written."""
    grid = "chunk_grid" if (store / "zarr.json").exists() else "chunks"
    for name, shape in (("lat", [150_000_000]), ("nbp", [24, 150_000_000, 180])):
        chunks: Any = [*shape[:-2], 1_000_000, 180][-len(shape) :] if name == "nbp" else shape
        if grid == "chunk_grid":
            chunks = {"name": "regular", "configuration": {"chunk_shape": chunks}}
        _told(name, shape=shape, **{grid: chunks}, fill_value=1.0)(store)
    for path in (store / "lat" / "0", store / "lat" / "c" / "0"):
        path.unlink(missing_ok=True)


def _bomb(store: Path) -> None:
    """Declare chunks of the flux that unpack to 8 GB, however small they are stored."""
    step = [24, 6_500, 6_500]
    grid = {"name": "regular", "configuration": {"chunk_shape": step}}
    chunks = {"chunk_grid": grid} if (store / "nbp" / "zarr.json").exists() else {"chunks": step}
    _told("nbp", **chunks)(store)


def _harmed(version: int, harm: Callable[[Path], Any], *, name: str = "nbp") -> Callable:
    place = NORTH_EAST if name == "nbp" else (0,)
    return lambda store: harm(_chunk(store / name, place, version=version))


def _months_lost(version: int) -> Callable[[Path], None]:
    def lose(store: Path) -> None:
        for row, column in itertools.product(range(3), range(6)):
            _chunk(store / "nbp", (1, row, column), version=version).unlink()

    return lose


def _pickled(version: int, name: str, **changes: Any) -> Callable[[Path], None]:
    """Let an array be read by pickle, and put a trap into its chunk."""

    def pack(store: Path) -> None:
        _told(name, **changes)(store)
        _harmed(version, lambda path: path.write_bytes(TRAP), name=name)(store)

    return pack


def _pickles() -> list[Case]:
    pickle = {"id": "pickle"}
    objects = {"dtype": "|O", "fill_value": None}
    ways: list[tuple[str, dict[str, Any]]] = [
        ("compressor", {"compressor": pickle}),
        ("filter", {"filters": [pickle]}),
        ("objects", {"filters": [pickle], **objects}),
        ("texts", {"compressor": pickle, "filters": [{"id": "vlen-utf8"}], **objects}),
    ]
    third = {"codecs": [{"name": "numcodecs.pickle", "configuration": {}}]}
    return [
        _case(f"pickle-{way}-{name}", f"pickle as {way} of {name}, a trap in the chunk",
              says="holds pickles", after=_pickled(2, name, **changes))
        for way, changes in ways for name in ("lat", "nbp")
    ] + [
        _case(f"pickle-codec-{name}", f"pickle as codec of {name}, a trap in the chunk", version=3,
              says="holds pickles", after=_pickled(3, name, **third))
        for name in ("lat", "nbp")
    ]  # fmt: skip


def _cases(version: int) -> list[Case]:
    unread = "Zarr store cannot be read"
    lost: dict[str, Any] = {
        "version": version, "expects": "repair", "missing": _north_east,
        "after": _harmed(version, Path.unlink), "says": "1 of 18 chunks, absent, were read as",
    }  # fmt: skip
    told = ".zarray" if version == 2 else "zarr.json"
    size = {"dtype": "<f8"} if version == 2 else {"data_type": "float64"}

    def case(name: str, about: str, *, says: str, **more: Any) -> Case:
        return _case(name, about, says=says, version=version, **more)

    return [
        case("plain", "a store as it should be", expects="repair", says="rows from"),
        case("whole-numbers", "whole numbers, nothing declared missing", expects="repair",
             says="rows from", dtype="i2", fill=0),
        case("huge-axis", "a latitude of 150 million rows in some kilobytes",
             says="axis is too long(.|\n)*150000000", after=_huge),
        case("huge-chunks", "chunks that unpack to 8 GB", after=_bomb,
             says="too large to unpack(.|\n)*where: nbp"),
        _case("chunk-absent-zero", "a chunk is gone, and 0 would stand for it", fill=0.0, **lost),
        _case("chunk-absent-whole", "a chunk of whole numbers is gone", fill=0, dtype="i2", **lost),
        _case("chunk-absent", "a chunk is gone, and NaN stands for it",
              **{**lost, "says": "rows from"}),
        case("chunk-absent-bytes", "a chunk of single bytes is gone", dtype="i1", fill=0,
             says="Chunks .* are absent(.|\n)*1 of 18", after=_harmed(version, Path.unlink)),
        case("months-absent", "the chunks of the second year are gone, 0 would stand for them",
             fill=0.0, chunks=(12, 30, 30), after=_months_lost(version),
             says="month holds no value(.|\n)*2016-01"),
        case("chunk-cut", "a chunk is cut off", says=unread,
             after=_harmed(version, lambda path: path.write_bytes(path.read_bytes()[:1000]))),
        case("chunk-empty", "a chunk of zero bytes", says=unread,
             after=_harmed(version, lambda path: path.write_bytes(b""))),
        case("metadata-cut", "the metadata of the flux are cut off", says=unread,
             after=lambda store: (store / "nbp" / told).write_bytes(
                 (store / "nbp" / told).read_bytes()[:80])),
        case("metadata-list", "the metadata of the flux are a list", says=unread,
             after=lambda store: (store / "nbp" / told).write_text("[1, 2]")),
        case("metadata-absent", "the flux has no metadata", says="variable is missing|" + unread,
             after=lambda store: (store / "nbp" / told).unlink()),
        case("metadata-type", "four-byte numbers declared as eight-byte", says=unread,
             after=_told("nbp", **size)),
        case("metadata-shape", "a flux of twice as many columns as longitudes", says=unread,
             after=_told("nbp", shape=[24, 90, 360])),
        case("metadata-negative", "a flux of a negative number of rows", says=unread,
             after=_told("nbp", shape=[24, -90, 180])),
        case("codec-unknown", "a codec that nobody knows", says=unread,
             after=_told("nbp", **({"compressor": {"id": "shrink"}} if version == 2 else
                                   {"codecs": [{"name": "shrink", "configuration": {}}]}))),
    ]  # fmt: skip


def cases() -> list[Case]:
    """Return the cases of Zarr stores."""
    return [*_cases(2), *_cases(3), *_pickles()]
