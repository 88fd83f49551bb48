"""Where the book lies on disk, so that a relative path means the same from every folder."""

from __future__ import annotations

import os
from pathlib import Path

ROOT_VARIABLE = "SINKBOOK_ROOT"

OTHER_RUN = "SINKBOOK_OTHER_RUN"
"""Environment variable set while pages of a run with other years, products or data are rendered."""


def project_root() -> Path:
    """Return the root of the book: ``SINKBOOK_ROOT`` when set, else the checkout of this package.

    The runner sets the variable for its kernels, so a notebook finds ``build/`` and ``data/``
    whatever folder it is started in (Jupyter and nbmake start it in ``notebooks/``).
    """
    named = os.environ.get(ROOT_VARIABLE)
    return Path(named).absolute() if named else Path(__file__).absolute().parents[1]


def resolve(path: str | Path, *, root: Path | None = None) -> Path:
    """Return `path` as it is when absolute, else taken from the root of the book."""
    return (project_root() if root is None else root) / Path(path).expanduser()


def shown(path: str | Path, *, root: Path | None = None) -> str:
    """Return a path fit for a record: relative to the root, or only its name when outside.

    Examples
    --------
    >>> shown("/book/build/results", root=Path("/book"))
    'build/results'
    >>> shown("/home/reader/carbon", root=Path("/book"))
    'carbon'
    """
    root = project_root() if root is None else root
    path = Path(os.path.normpath(resolve(path, root=root)))
    if path.is_relative_to(root):
        return path.relative_to(root).as_posix()
    return path.name
