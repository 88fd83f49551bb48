"""Where notebooks lie, and how those of exercises and labs are called.

A chapter is ``notebooks/masks.ipynb``, known as ``masks``. Teaching notebooks lie one folder below:
``notebooks/exercises/masks.ipynb`` is known as ``exercises/masks``, and so are its results, log and
page.
"""

from __future__ import annotations

from pathlib import Path, PurePath

NOTEBOOKS = Path("notebooks")
EXERCISES, LABS = "exercises", "labs"
FOLDERS = (EXERCISES, LABS)
"""Folders of teaching notebooks below ``notebooks/``."""


def teaching_names(root: Path, *, folder: str | None = None) -> list[str]:
    """Return the names of the teaching notebooks, such as ``exercises/masks``, in order.

    Parameters
    ----------
    root : Path
        Root of the book.
    folder : {"exercises", "labs"}, optional
        One folder only; all unless given.
    """
    folders = FOLDERS if folder is None else (folder,)
    return [
        f"{name}/{path.stem}"
        for name in folders
        for path in sorted((root / NOTEBOOKS / name).glob("*.ipynb"))
    ]


def notebook_key(name: str) -> str:
    """Return the name of a notebook from a name, a file name or a path.

    Examples
    --------
    >>> notebook_key("notebooks/masks.ipynb"), notebook_key("notebooks/exercises/masks.ipynb")
    ('masks', 'exercises/masks')
    """
    path = PurePath(name)
    return f"{path.parent.name}/{path.stem}" if path.parent.name in FOLDERS else path.stem
