"""Who does the work when a cube is made: threads, worker processes here, or a Dask scheduler.

One setting says it, the environment variable :data:`VARIABLE`, which the option ``--scheduler`` of
the commands sets. The result is the same to the last bit: a task is a block of months of one
product, read, checked and regridded by one worker, and no sum crosses months.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.errors import InputError
from helpers.regrid.threads import thread_count

if TYPE_CHECKING:
    import xarray as xr
    from distributed import Client, LocalCluster

VARIABLE = "SINKBOOK_SCHEDULER"
"""Environment variable that holds the setting."""

ACCEPTED = "none (threads), local, local:N (N worker processes here), or tcp://HOST:PORT"

MOST_WORKERS = 256
WAIT_SECONDS = 20
"""How long a scheduler, and its first worker, may take to answer [s]."""

Compute = Callable[["xr.DataArray"], "xr.DataArray"]
"""Makes the values of a lazy field."""

_ADDRESS = re.compile(r"(tcp|tls)://(\[[0-9a-fA-F:]+\]|[\w.-]+):\d{1,5}")


@dataclass(frozen=True)
class Scheduler:
    """What a setting asks for.

    Attributes
    ----------
    workers : int
        Worker processes to start on this machine; 0 for none.
    address : str or None
        Of a scheduler that is already running.
    """

    workers: int = 0
    address: str | None = None


def parse(text: str | None) -> Scheduler:
    """Return the scheduler that a setting stands for.

    Raises
    ------
    InputError
        If it is none of :data:`ACCEPTED`.

    Examples
    --------
    >>> parse("local:2")
    Scheduler(workers=2, address=None)
    >>> parse("none") == parse(None) == Scheduler()
    True
    """
    text = (text or "").strip()
    if text in ("", "none"):
        return Scheduler()
    kind, _, number = text.partition(":")
    if kind == "local" and text == "local":
        return Scheduler(workers=thread_count())
    if kind == "local" and re.fullmatch(r"\d{1,3}", number) and 0 < int(number) <= MOST_WORKERS:
        return Scheduler(workers=int(number))
    if _ADDRESS.fullmatch(text) and int(text.rpartition(":")[2]) < 65536:
        return Scheduler(address=text)
    raise InputError(
        "Unknown scheduler.",
        where=f"--scheduler or {VARIABLE}",
        found=repr(text),
        accepted=ACCEPTED,
        fix="Correct the setting, or leave it out.",
    )


def choose(text: str | None) -> None:
    """Make a setting that of this process and of those it starts; None leaves it as it is.

    Raises
    ------
    InputError
        If the setting, given or already there, is not valid.
    """
    parse(os.environ.get(VARIABLE) if text is None else text)
    if text is not None:
        os.environ[VARIABLE] = text


def chosen() -> Scheduler:
    """Return the scheduler of this process."""
    return parse(os.environ.get(VARIABLE))


@contextlib.contextmanager
def opened(scheduler: Scheduler | None = None, *, folder: Path | None = None) -> Iterator[Compute]:
    """Yield what makes values of lazy fields, and close afterwards what was started.

    Parameters
    ----------
    scheduler : Scheduler, optional
        That of this process unless given.
    folder : Path, optional
        Folder of the data, which every worker has to see.

    Raises
    ------
    InputError
        If no scheduler or worker answers, or its workers have another version of the book or lack
        the folder.
    """
    scheduler = chosen() if scheduler is None else scheduler
    if scheduler == Scheduler():
        yield _in_threads
        return
    with client_of(scheduler) as client:
        if scheduler.address is not None:
            _check_workers(client, scheduler.address, folder=folder)
        yield lambda lazy: client.compute(lazy).result()


def _in_threads(lazy: xr.DataArray) -> xr.DataArray:
    return lazy.compute()


@contextlib.contextmanager
def client_of(scheduler: Scheduler) -> Iterator[Client]:
    """Yield a client of a running scheduler, or of worker processes that end with the block."""
    from distributed import Client

    if scheduler.address is None:
        with (
            local_cluster(scheduler.workers) as cluster,
            Client(cluster, set_as_default=False) as client,
        ):
            yield client
        return
    try:
        client = Client(scheduler.address, timeout=WAIT_SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise InputError(
            "No scheduler answers at this address.",
            where=f"--scheduler or {VARIABLE}",
            found=f"{scheduler.address}; {error}"[:300],
            accepted="the address that `dask scheduler` prints when it starts",
            fix="Start the scheduler, or correct the address.",
        ) from error
    with client:
        yield client


@contextlib.contextmanager
def local_cluster(workers: int) -> Iterator[LocalCluster]:
    """Yield worker processes of one thread each, which only this machine can reach."""
    import dask
    from distributed import LocalCluster

    quiet: dict[
        str, list[str]
    ] = {  # a scheduler always opens a port for reports: a free one, with nothing behind it
        "distributed.scheduler.http.routes": [],
        "distributed.worker.http.routes": [],
    }
    with (
        dask.config.set(quiet),
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            protocol="tcp",
            dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard": False},
        ) as cluster,
    ):
        yield cluster


def _check_workers(client: Client, address: str, *, folder: Path | None) -> None:
    """Refuse workers that cannot do the work, before any of it is handed out."""
    where = f"scheduler {address}"
    try:
        client.wait_for_workers(1, timeout=WAIT_SECONDS)
    except TimeoutError as error:
        raise InputError(
            "The scheduler has no workers.",
            where=where,
            found=f"none within {WAIT_SECONDS} s",
            accepted="at least one",
            fix=f"Start workers: dask worker {address}",
        ) from error
    try:
        answers: dict[str, Any] = client.run(look_around, str(folder or ""))
    except Exception as error:  # whatever a worker raises when it lacks the package
        raise _other_book(where, f"{type(error).__name__}: {error}") from error
    own, _ = look_around("")
    if others := [name for name, (digest, _) in answers.items() if digest != own]:
        raise _other_book(where, ", ".join(others[:5]))
    if blind := [name for name, (_, sees) in answers.items() if not sees]:
        raise InputError(
            "Workers do not see the folder of the data.",
            file=folder,
            where=where,
            found="not there for " + ", ".join(blind[:5]),
            accepted="the same folder on every machine",
            fix="Put the data on a file system that all machines share.",
        )


def look_around(folder: str) -> tuple[str, bool]:
    """Return the version of the book here, and whether a folder is seen from here."""
    from helpers.fingerprint import helpers_digest

    return helpers_digest(), not folder or Path(folder).is_dir()


def _other_book(where: str, found: str) -> InputError:
    return InputError(
        "Workers do not have this version of the book.",
        where=where,
        found=found,
        accepted="the same package `helpers` as here",
        fix="Start the workers in the environment and checkout that you work in.",
    )
