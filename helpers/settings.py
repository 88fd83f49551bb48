"""Settings: the values that ``notebooks/parameters.yml`` gives to each notebook."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from helpers.errors import InputError
from helpers.plain_yaml import parse_yaml


def load_settings(path: str | Path, *, notebooks: Iterable[str], fast: bool) -> dict[str, Any]:
    """Return the values that a settings file gives to each notebook.

    Parameters
    ----------
    path : str or Path
        YAML with sections ``book`` and ``fast``, each with ``common`` and ``notebooks``.
    notebooks : iterable of str
        Names of the notebooks that exist.
    fast : bool
        Lay ``fast`` over ``book``.

    Returns
    -------
    dict
        Notebook name to its values by parameter name.

    Raises
    ------
    InputError
        If the file is missing or has another shape, or names a notebook that does not exist.
    """
    values: dict[str, Any] = {name: {} for name in notebooks}
    sections = _sections(Path(path), notebooks=list(values))
    for section in ("book", "fast") if fast else ("book",):
        common, own = sections[section]
        for name in values:
            values[name] |= {**common, **(own.get(name) or {})}
    return values


def _sections(path: Path, *, notebooks: list[str]) -> dict[str, tuple[Any, Any]]:
    """Return the common and the notebooks' own values of each section, shape checked."""
    if not path.is_file():
        raise InputError(
            "The settings of the notebooks are missing.",
            file=path.name,
            found="no file",
            accepted="YAML with sections book and fast",
            fix="Restore it from the repository.",
        )
    settings = parse_yaml(path.read_bytes(), "The settings are not YAML.", file=path.name) or {}
    _check_keys(settings, accepted=("book", "fast"), where="top level", file=path)
    sections = {}
    for section in ("book", "fast"):
        part = settings.get(section) or {}
        _check_keys(part, accepted=("common", "notebooks"), where=section, file=path)
        common, own = part.get("common") or {}, part.get("notebooks") or {}
        _check_keys(common, accepted=None, where=f"{section}: common", file=path)
        _check_keys(own, accepted=notebooks, where=f"{section}: notebooks", file=path)
        for name, values in own.items():
            _check_keys(values or {}, accepted=None, where=f"{section}: {name}", file=path)
        sections[section] = (common, own)
    return sections


def _check_keys(part: Any, *, accepted: Iterable[str] | None, where: str, file: Path) -> None:
    """Refuse a part of the settings that is no mapping or has a key that is not accepted."""
    names = None if accepted is None else list(accepted)
    if not isinstance(part, dict):
        unknown = [part]
    else:
        unknown = [key for key in part if names is not None and key not in names]
    if unknown:
        near = get_close_matches(str(unknown[0]), names or [], n=1)
        raise InputError(
            "The settings of the notebooks have an unknown entry.",
            file=file.name,
            where=where,
            found=unknown[0],
            accepted="names with values" if names is None else ", ".join(names),
            fix=f"did you mean {near[0]!r}?" if near else "Remove it.",
        )
