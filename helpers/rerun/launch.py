"""Links that open a chapter on a hosted service, from one setting; none while it is not set."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from helpers.errors import InputError

SETTING = "book_launch"
"""Name of the setting in ``_config.yml``, under ``sphinx: config:``."""

KEYS = ("repository", "branch", "hub")

_GITHUB = re.compile(r"/([\w.-]+)/([\w.-]+?)(?:\.git)?/?")


@dataclass(frozen=True)
class Service:
    """A place that can run a notebook of the book: its name and the link that opens it there."""

    name: str
    link: str


def services(setting: Mapping[str, str] | None, *, notebook: str) -> list[Service]:
    """Return where a notebook can be opened, from the setting; none when it is empty.

    Parameters
    ----------
    setting : mapping, optional
        `repository` (address of the public git repository), `branch` (``main`` unless given) and
        `hub` (address of a JupyterHub with nbgitpuller, optional).
    notebook : str
        Path of the notebook in the repository.

    Raises
    ------
    InputError
        If a key is unknown, or an address is not an ``https`` one.

    Examples
    --------
    >>> [service.name for service in services({"repository": "https://github.com/o/n"},
    ...                                       notebook="notebooks/masks.ipynb")]
    ['Binder', 'Colab']
    """
    given = dict(setting or {})
    unknown = sorted(set(given) - set(KEYS))
    if unknown:
        raise InputError("Unknown key of the launch setting.", file="_config.yml", where=SETTING,
                         found=", ".join(unknown), accepted=", ".join(KEYS),
                         fix="Correct or remove it.")  # fmt: skip
    repository = str(given.get("repository") or "")
    if not repository:
        if given.get("hub"):
            raise InputError("A hub needs a repository to take the book from.",
                             file="_config.yml", where=f"{SETTING}: repository",
                             found="none", accepted="https://...",
                             fix="Name the repository, or remove the hub.")  # fmt: skip
        return []
    for key in ("repository", "hub"):
        address = urlsplit(str(given.get(key) or "https://x"))
        if address.scheme != "https" or not address.netloc:
            raise InputError("Not a web address.", file="_config.yml", where=f"{SETTING}: {key}",
                             found=given[key], accepted="https://...",
                             fix="Correct the address.")  # fmt: skip
    branch = quote(str(given.get("branch") or "main"), safe="")
    found = [_binder(repository, branch, notebook=notebook)]
    if owner := _on_github(repository):
        link = f"https://colab.research.google.com/github/{owner}/blob/{branch}/{quote(notebook)}"
        found.append(Service("Colab", link))
    if hub := str(given.get("hub") or "").rstrip("/"):
        found.append(_hub(hub, repository, branch=branch, notebook=notebook))
    return found


def _on_github(repository: str) -> str:
    """Return ``owner/name`` of a repository on GitHub, else nothing."""
    address = urlsplit(repository)
    match = _GITHUB.fullmatch(address.path)
    return f"{match[1]}/{match[2]}" if address.netloc == "github.com" and match else ""


def _binder(repository: str, branch: str, *, notebook: str) -> Service:
    owner = _on_github(repository)
    source = f"gh/{owner}" if owner else f"git/{quote(repository, safe='')}"
    path = quote(notebook, safe="")
    return Service("Binder", f"https://mybinder.org/v2/{source}/{branch}?labpath={path}")


def _hub(hub: str, repository: str, *, branch: str, notebook: str) -> Service:
    name = urlsplit(repository).path.rstrip("/").rsplit("/", 1)[-1].removesuffix(".git")
    path = quote(f"lab/tree/{name}/{notebook}", safe="")
    query = f"repo={quote(repository, safe='')}&branch={branch}&urlpath={path}"
    return Service("JupyterHub", f"{hub}/hub/user-redirect/git-pull?{query}")
