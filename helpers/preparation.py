"""Making ready what the notebooks read: the stand-in data set and the analysis cubes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.fingerprint import STAND_IN, STAND_IN_DIR, data_folder, standin_folder

if TYPE_CHECKING:
    from helpers.sentinels import Alarm
    from helpers.sources import Request

_CHOICE = ("profile", "data_dir", "start_year", "end_year", "experiment")


def distinct_choices(values: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return each choice of data that occurs among the values of notebooks, once.

    Notebooks that lack one of the parameters profile, data_dir, start_year, end_year or
    experiment read no product and are left out.
    """
    choices: list[dict[str, Any]] = []
    for given in values:
        choice = {name: given.get(name) for name in _CHOICE}
        if set(_CHOICE) <= set(given) and choice not in choices:
            choices.append(choice)
    return choices


def prepare_data(
    choice: Mapping[str, Any],
    *,
    root: Path,
    force: bool = False,
    allow_remote: bool = False,
    report: Callable[[str], None] | None = None,
    notify: Callable[[str], None] | None = None,
) -> Path:
    """Make what one choice of data needs, unless it is there, and return the cube.

    Parameters
    ----------
    choice : mapping
        profile, data_dir, start_year, end_year and experiment.
    root : Path
        Root of the book.
    force : bool
        Make it again.
    allow_remote : bool
        Copy stores in object storage that the catalog names; see :mod:`helpers.scale.remote`.
    report : callable, optional
        Called with a short text at each long step.
    notify : callable, optional
        Called with each notice: a product left out, a repair by a reader, a product that looks
        mistaken.

    Raises
    ------
    InputError
        If the data are not there or are refused by a reader.
    """
    from helpers import cube
    from helpers.scale import remote

    request = request_of(choice, root=root)
    is_own = choice["profile"] == STAND_IN and choice["data_dir"] is None
    if request.standin_dir is not None or is_own:
        from helpers import standin

        standin.prepare(root=root, out=root / STAND_IN_DIR, force=force, report=report)
    unfetched = remote.copy_absent(request.data_dir, is_allowed=allow_remote, report=report)
    path = cube.build_cube(
        request, folder=root / "build" / "cube", profile=choice["profile"], force=force
    )
    if notify is not None:
        for line in unfetched:
            notify(line)
        for line in cube.notices(request, path):
            notify(line)
        for alarm in alarms_of(request, path):
            notify(f"IMPLAUSIBLE ({alarm.code}) {alarm}")
    return path


def request_of(choice: Mapping[str, Any], *, root: Path) -> Request:
    """Return what one choice of data asks of the readers; it also names the cube.

    Parameters
    ----------
    choice : mapping
        profile, data_dir, start_year, end_year and experiment.
    root : Path
        Root of the book.
    """
    from helpers.sources import Request

    folder = data_folder(choice, root=root)
    if folder is None:
        raise AssertionError("a choice of data names its profile")
    return Request(
        data_dir=folder,
        start_year=choice["start_year"],
        end_year=choice["end_year"],
        experiment=choice["experiment"],
        standin_dir=standin_folder(choice, root=root),
    )


def alarms_of(request: Request, path: Path) -> list[Alarm]:
    """Return what looks mistaken in the products of a cube; see :mod:`helpers.sentinels`."""
    from helpers import cube, sentinels

    titles = {key: product.title for key, product in cube.available(request).items()}
    return sentinels.watch(cube.read_fluxes(path), cube.read_masks(path), titles=titles)


def is_current(request: Request, path: Path) -> bool:
    """Tell whether a cube was made from the files that a request finds now."""
    from helpers import cube
    from helpers.holdings import holdings

    return cube.stored_fingerprint(path) == cube.fingerprint_of(
        request, holdings(request), folder=path.parent
    )


def check_prepared_members(values: Mapping[str, Mapping[str, Any]], *, root: Path) -> None:
    """Refuse members that the prepared data of a notebook do not have, before it is run.

    Parameters
    ----------
    values : mapping of str to mapping
        Values by notebook.
    root : Path
        Root of the book.
    """
    from helpers import cube
    from helpers.choices import check_members

    for name, given in values.items():
        if not given.get("members") or not distinct_choices([given]):
            continue
        request = request_of(given, root=root)
        path = cube.cube_path(request, folder=root / "build" / "cube", profile=given["profile"])
        check_members(given, cube.read_fluxes(path), notebook=name)
