"""Where the files of each product lie: the reader's own folder, and the stand-in beside it.

A run names one folder, `data_dir`. A run of the stand-in that names one too reads both: what is
found in the reader's folder comes from there, and the rest is reconstructed and says so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from helpers import sources
from helpers.catalog import Product, load_catalog
from helpers.sources import Request

MARKER = "STAND-IN.md"
"""File by which a folder says that it holds the reconstruction."""


@dataclass(frozen=True)
class Holding:
    """A product that is there: its catalog entry, the folder it is read from and its files."""

    product: Product
    folder: Path
    files: tuple[Path, ...]


def holdings(request: Request) -> dict[str, Holding]:
    """Return every product that a request can read, in catalog order, the reader's own last.

    Parameters
    ----------
    request : Request
        Its `data_dir` is looked at first, its `standin_dir`, if it has one, for the products that
        are not there.
    """
    own = _found(request, request.data_dir)
    if request.standin_dir is None:
        return own
    made = _found(request, request.standin_dir)
    order = [*load_catalog(request.data_dir)]
    return {key: own.get(key) or made[key] for key in order if key in own or key in made}


def absent(request: Request) -> list[Product]:
    """Return the catalog entries without files, in catalog order."""
    there = holdings(request)
    return [p for key, p in load_catalog(request.data_dir).items() if key not in there]


def standin_beside(folder: Path, *, profile: str, standin: Path) -> Path | None:
    """Return the folder of the stand-in that a run reads besides `folder`, if any.

    Parameters
    ----------
    folder : Path
        The run's `data_dir`.
    profile : str
        Only ``stand-in`` adds the reconstruction to a folder.
    standin : Path
        Where the book's stand-in lies. It is not added to itself, nor to a copy of it.
    """
    is_other = profile == standin.name and not (folder / MARKER).is_file()
    return standin if is_other and folder.absolute() != standin.absolute() else None


def asked_of(holding: Holding, request: Request) -> Request:
    """Return the request as it is put to the folder of one product."""
    return replace(request, data_dir=holding.folder, standin_dir=None)


def _found(request: Request, folder: Path) -> dict[str, Holding]:
    found = {}
    for key, product in load_catalog(folder).items():
        files = sources.found(product, data_dir=folder, experiment=request.experiment)
        if files:
            found[key] = Holding(product, folder, tuple(files))
    return found
