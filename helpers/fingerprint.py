"""Knowing what a notebook's results depend on, and whether any of it has changed."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import python_version
from typing import Any

from helpers.errors import InputError
from helpers.files import sha256_of, write_text
from helpers.parameters import read_notebook
from helpers.project import resolve

STAND_IN = "stand-in"
STAND_IN_DIR = Path("build/stand-in")
MANIFEST = "manifest.json"
PACKAGES = (
    *("cartopy", "dask", "h5py", "ipykernel", "matplotlib", "netCDF4", "numpy", "pandas"),
    *("papermill", "pint", "pydantic", "pyproj", "scipy", "shapely", "xarray"),
)
_SETTLED_SECONDS = 2.0
_NOT_DATA = (".py", ".md")
_RECORDS = ("recorded_results.csv", "recorded_numbers.csv")  # compared after a run, never read


def versions() -> dict[str, str]:
    """Return the version of Python and of every package that shapes a result."""
    found = {"python": python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "absent"
    return found


def notebook_digest(path: Path) -> str:
    """Return the sha256 of what a notebook says: cells, tags and metadata, not its outputs."""
    notebook = read_notebook(path)
    cells = [[cell.cell_type, cell.source, cell.metadata] for cell in notebook.cells]
    return digest_of([cells, notebook.metadata.get("kernelspec", {}).get("name")])


def helpers_digest() -> str:
    """Return the sha256 of the package that the notebooks call, every file of it."""
    package = Path(__file__).parent
    files = sorted(path for path in package.rglob("*") if path.is_file())
    return digest_of([
        [path.relative_to(package).as_posix(), sha256_of(path)]
        for path in files
        if "__pycache__" not in path.parts
    ])  # fmt: skip


def data_folder(parameters: Mapping[str, Any], *, root: Path) -> Path | None:
    """Return the folder of product files that a run reads, or None when it reads none.

    Raises
    ------
    InputError
        If a profile other than the stand-in is asked for and no folder is named, or the folder
        is not there.
    """
    profile, named = parameters.get("profile"), parameters.get("data_dir")
    if named is None and profile in (None, STAND_IN):
        return None if profile is None else root / STAND_IN_DIR
    if named is None:
        raise InputError(
            f"The profile {profile!r} needs the folder of your product files.",
            where="data_dir",
            found="no folder",
            accepted="the folder with beps/, vegas/, oco2-v10-mip/ (see the data page)",
            fix=f"give --data-dir FOLDER, or use the profile {STAND_IN!r}",
        )
    folder = resolve(named, root=root)
    if not folder.is_dir():
        raise InputError(
            "The folder of product files is not there.",
            where="data_dir",
            file=folder,
            found="a file" if folder.is_file() else "nothing",
            accepted="a folder",
            fix="Correct the parameter `data_dir`.",
        )
    return folder


def standin_folder(parameters: Mapping[str, Any], *, root: Path) -> Path | None:
    """Return the folder of the stand-in that a run reads besides the one it names, if any."""
    from helpers.holdings import standin_beside

    if parameters.get("profile") is None or parameters.get("data_dir") is None:
        return None
    folder, standin = data_folder(parameters, root=root), root / STAND_IN_DIR
    if folder is None:
        return None
    return standin_beside(folder, profile=parameters["profile"], standin=standin)


def input_files(parameters: Mapping[str, Any], *, root: Path) -> dict[str, Path]:
    """Return every file that a run may read, by a name that holds no path of the machine.

    These are ``data/**`` of the book but for the records of its numbers, the product files of the
    profile (for the stand-in its manifest, which lists the checksum of each file) and any file that
    a parameter names.

    Parameters
    ----------
    parameters : mapping
        Values the notebook runs with.
    root : Path
        Root of the book.
    """
    own = [path for path in (root / "data").rglob("*") if path.is_file()]
    own = [p for p in own if p.suffix not in _NOT_DATA and p.name not in _RECORDS]
    files = {path.relative_to(root).as_posix(): path for path in own}
    files = {name: path for name, path in files.items() if "__pycache__" not in name}
    folder = data_folder(parameters, root=root)
    if folder is not None and (folder / MANIFEST).is_file():
        files[f"{folder.name}/{MANIFEST}"] = folder / MANIFEST
    elif folder is not None and folder.is_dir():
        for path in _product_files(folder, parameters):
            files[f"data_dir/{path.relative_to(folder).as_posix()}"] = path
    beside = standin_folder(parameters, root=root)
    if beside is not None and (beside / MANIFEST).is_file():
        files[f"{beside.name}/{MANIFEST}"] = beside / MANIFEST
    for name, value in parameters.items():
        if isinstance(value, str) and value and len(value) < 4096:
            path = resolve(value, root=root)
            if path.is_file():
                files[f"{name}/{path.name}"] = path
    return dict(sorted(files.items()))


def products_read(parameters: Mapping[str, Any], *, root: Path) -> dict[str, dict[str, Any]]:
    """Return the products whose files a run may read: `title`, and `is_standin` by key.

    Whatever the profile is called, `is_standin` is that of the catalog of its folder.
    """
    folder = data_folder(parameters, root=root)
    if folder is None or not folder.is_dir():
        return {}
    there = {product.key: product for product, _ in _products_found(folder, parameters)}
    beside = standin_folder(parameters, root=root)
    if beside is not None:
        there = {p.key: p for p, _ in _products_found(beside, parameters)} | there
    return {
        key: {"title": product.title, "is_standin": product.is_standin}
        for key, product in there.items()
    }


def digests(files: Mapping[str, Path], *, cache: Path) -> dict[str, str]:
    """Return the sha256 of each file, remembering those of files that have not been touched.

    A file counts as untouched when path, size, time of writing and time of any change are those of
    the last reading. Programs that copy or unpack set the first time as they please; the second is
    the file system's own. A file that is newer than the clock is read every time.

    Parameters
    ----------
    files : mapping
        Names to paths.
    cache : Path
        JSON file of what is remembered; damage to it costs time only.
    """
    try:
        remembered = dict(json.loads(cache.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        remembered = {}
    found, fresh = {}, {}
    for name, path in files.items():
        state = path.stat()
        key = f"{path.absolute()}|{state.st_size}|{state.st_mtime_ns}|{state.st_ctime_ns}"
        found[name] = remembered.get(key) or sha256_of(path)
        if time.time() - max(state.st_mtime, state.st_ctime) > _SETTLED_SECONDS:
            fresh[key] = found[name]
    if not fresh.keys() <= remembered.keys():
        write_text(cache, json.dumps({**remembered, **fresh}, indent=0, sort_keys=True))
    return found


def digest_of(record: Any) -> str:
    """Return the sha256 of a record made of plain values, the same whatever the key order.

    Examples
    --------
    >>> digest_of({"a": 1, "b": 2}) == digest_of({"b": 2, "a": 1})
    True
    """
    text = json.dumps(record, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _product_files(folder: Path, parameters: Mapping[str, Any]) -> Iterable[Path]:
    """Return the catalog and the files of every product found in a folder of product files."""
    files = set((folder / "ceos").glob("*")) | set(folder.glob("catalog.yml"))
    files |= {path for _, paths in _products_found(folder, parameters) for path in paths}
    return sorted(path for path in files if path.is_file())


def _products_found(folder: Path, parameters: Mapping[str, Any]) -> list[tuple[Any, list[Path]]]:
    """Return the files of each product of the catalog that has some in a folder."""
    from helpers import sources
    from helpers.catalog import load_catalog

    experiment = parameters.get("experiment")
    found = [
        (product, sources.found(product, data_dir=folder, experiment=experiment))
        for product in load_catalog(folder).values()
    ]
    return [(product, files) for product, files in found if files]
