"""Looking at a folder of product files before anything long runs.

For each product: which files are there, what they lack, grid, unit, sign and period, and whether
one year of it looks plausible. Every year is tried on a few cells, and one year is read whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from helpers.errors import InputError

if TYPE_CHECKING:
    import xarray as xr

    from helpers.catalog import Product

FEW_CELLS = (100.0, 101.0, 30.0, 31.0)
"""Box that is read to see which months there are: west, east, south, north [degrees]."""


@dataclass
class Look:
    """What was seen of one product.

    Attributes
    ----------
    key, title, quantity, unit, positive : str
        As in the catalog; `unit` is that of the file where the catalog names none.
    is_standin : bool
        Whether the files are a reconstruction.
    files : int
        Files found.
    members, absent_members : list of str
        Members of an ensemble that are there, and those the catalog asks for that are not.
    years, absent_years : list of int
        Years of those asked for that are whole, and the others.
    grid : str
        Native resolution.
    sample_year : int or None
        Year that was read whole.
    total, january, july : float or None
        China in the sample year, and its January and July as rates [Pg C yr-1], uptake positive;
        the median of members.
    problems, notices : list of str
        What stops a run or looks mistaken; what readers repair.
    how : str
        How to get a product that is not there.
    """

    key: str
    title: str
    quantity: str
    unit: str
    positive: str
    is_standin: bool = False
    files: int = 0
    members: list[str] = field(default_factory=list)
    absent_members: list[str] = field(default_factory=list)
    years: list[int] = field(default_factory=list)
    absent_years: list[int] = field(default_factory=list)
    grid: str = ""
    sample_year: int | None = None
    total: float | None = None
    january: float | None = None
    july: float | None = None
    problems: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    how: str = ""

    @property
    def state(self) -> str:
        """``absent``, ``WRONG`` or ``ok``."""
        if self.files == 0:
            return "absent"
        return "WRONG" if self.problems else "ok"

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        return {"state": self.state, **asdict(self)}


def inspect(
    data_dir: Path, *, start_year: int, end_year: int, experiment: str | None = None
) -> list[Look]:
    """Look at every product of the catalog in a folder.

    Parameters
    ----------
    data_dir : Path
        Folder in the layout of the data page.
    start_year, end_year : int
        Years that a run would ask for, both included.
    experiment : str, optional
        Experiment of ensemble products; each product's own unless given.

    Returns
    -------
    list of Look
        In the order of the catalog. Nothing that a product has wrong raises; it becomes a problem.

    Raises
    ------
    InputError
        If the folder is missing, the years are reversed, or the catalog is not valid.
    """
    from helpers.catalog import load_catalog

    if not data_dir.is_dir():
        raise InputError(
            "The folder of product files is not there.", file=data_dir, found="no such folder",
            accepted="an existing folder", fix="Correct the path.",
        )  # fmt: skip
    if end_year < start_year:
        raise InputError(
            "The years are reversed.", where="start_year, end_year",
            found=f"{start_year} to {end_year}", accepted="first, last", fix="Swap the two.",
        )  # fmt: skip
    years = range(start_year, end_year + 1)
    samples: dict[str, xr.DataArray] = {}
    looks = []
    for key, product in load_catalog(data_dir).items():
        look, sample = look_at(product, data_dir=data_dir, years=years, experiment=experiment)
        looks.append(look)
        if sample is not None:
            samples[key] = sample
    if samples:
        judge({look.key: look for look in looks}, samples)
    return looks


def look_at(
    product: Product, *, data_dir: Path, years: range, experiment: str | None
) -> tuple[Look, xr.DataArray | None]:
    """Return what was seen of one product, and a year of it on the analysis grid [kg m-2 s-1]."""
    from helpers import sources

    unit = product.units or "as in the file"
    look = Look(
        product.key, product.title, product.quantity, unit, product.positive, product.is_standin
    )
    try:
        found = sources.found(product, data_dir=data_dir, experiment=experiment)
        look.files = len(found)
        if not found:
            look.how = product.access
            return look, None
        members = _members(look, product, data_dir=data_dir, experiment=experiment)
        ask: dict[str, Any] = {"data_dir": data_dir, "experiment": experiment, "members": members}
        _find_years(look, product, years=years, ask=ask)
        if not look.years:
            return look, None
        look.sample_year = look.years[0]
        flux = sources.read_product(
            product, start_year=look.sample_year, end_year=look.sample_year, **ask
        )
        look.grid = resolution(flux)
        look.notices = [text for text in flux.attrs.get("notices", "").split("; ") if text]
        return look, _on_analysis_grid(flux)
    except (InputError, OSError) as error:
        look.problems.append(in_a_line(error))
        return look, None


def _members(
    look: Look, product: Product, *, data_dir: Path, experiment: str | None
) -> list[str] | None:
    """Note members there and absent; return those to read, or None for a single product."""
    from helpers.sources import ensemble, patterns

    if "member" not in patterns.fields_of(product.files):
        return None
    chosen = experiment if experiment is not None else product.experiment or ""
    matches = ensemble.find(product, data_dir=data_dir, experiment=chosen)
    look.members = [match.fields["member"] for match in matches]
    folded = {patterns.fold(name) for name in look.members}
    look.absent_members = [m for m in product.members or () if patterns.fold(m) not in folded]
    if look.absent_members:
        look.problems.append(
            f"{len(look.absent_members)} of {len(product.members or ())} members are absent: "
            + ", ".join(look.absent_members)
            + "; add them, or list those there under `members` in catalog.yml of the data folder"
        )
    wanted = {patterns.fold(m) for m in product.members or look.members}
    return [name for name in look.members if patterns.fold(name) in wanted] or look.members


def _find_years(look: Look, product: Product, *, years: range, ask: dict[str, Any]) -> None:
    """Note which years are whole: all at once on few cells, else one by one."""
    from helpers import sources

    def read(first: int, last: int) -> None:
        sources.read_product(product, start_year=first, end_year=last, box=FEW_CELLS, **ask)

    try:
        read(years[0], years[-1])
        look.years = list(years)
        return
    except (InputError, OSError) as error:
        look.problems.append(in_a_line(error))
    for year in years:
        try:
            read(year, year)
            look.years.append(year)
        except (InputError, OSError):
            look.absent_years.append(year)


def resolution(flux: xr.DataArray) -> str:
    """Return the cell size of a flux as text: ``0.5``, or ``1 x 1.25`` (latitude x longitude)."""
    steps = [float(np.median(np.diff(flux[axis].values))) for axis in ("lat", "lon")]
    texts = [f"{step:.4g}" for step in steps]
    return texts[0] if texts[0] == texts[1] else " x ".join(texts)


def _on_analysis_grid(flux: xr.DataArray) -> xr.DataArray:
    from helpers import grid, regrid

    return regrid.conservative(flux.compute(), grid.analysis_grid()).compute()


def judge(looks: dict[str, Look], samples: dict[str, xr.DataArray]) -> None:
    """Add totals and alarms of the sample years, looked at together.

    Parameters
    ----------
    looks : dict of str to Look
        Completed in place.
    samples : dict of str to xarray.DataArray
        Typed fluxes on the analysis grid [kg m-2 s-1], land uptake positive.
    """
    from helpers import budget, cube, grid, sentinels
    from helpers.sentinels import measures

    masks = cube.standard_masks(grid.analysis_grid())
    china = masks["scope_weight"].sel(
        boundary="national", mask="fraction", scope="China", drop=True
    )
    for key, flux in samples.items():
        months = measures.course(flux, china)
        months = months.median("member") if "member" in months.dims else months
        lengths = flux["time"].dt.days_in_month.groupby(flux["time"].dt.month).mean()
        look = looks[key]
        look.total = float(months.weighted(lengths.rename(month="month")).mean("month"))
        look.january, look.july = (float(months.sel(month=month)) for month in (1, 7))
        try:
            budget.total(flux, china)
        except InputError as error:
            look.problems.append(in_a_line(error))
    titles = {look.title: look for look in looks.values()}
    names = {key: looks[key].title for key in samples}
    for alarm in sentinels.watch(samples, masks, titles=names):
        # an alarm about a member is named "title, member"
        title = max((t for t in titles if alarm.product.startswith(t)), key=len)
        titles[title].problems.append(str(alarm))


def in_a_line(error: Exception) -> str:
    """Return an error as one line: what is wrong, where, what was found, and the fix."""
    if not isinstance(error, InputError):
        return str(error)
    parts = [error.what.rstrip(".")]
    for word in ("file", "where", "found", "accepted", "fix"):
        value = getattr(error, word)
        if value:
            parts.append(f"{word} {Path(value).name if word == 'file' else value}".rstrip("."))
    return "; ".join(parts)


def fetched(data_dir: Path) -> list[str]:
    """Return a line for each source whose fetched files are no longer as they came.

    Raises
    ------
    InputError
        If the record of checksums is damaged.
    """
    from helpers.intake.checksums import read_records
    from helpers.intake.fetching import changed_files

    lines = []
    for name, record in read_records(data_dir).items():
        moved = changed_files(record, data_dir)
        if moved:
            text = ", ".join(moved[:3]) + (f" and {len(moved) - 3} more" if len(moved) > 3 else "")
            lines.append(f"{name}: changed or gone since it was fetched on {record.on}: {text}")
    return lines


def is_good(looks: Sequence[Look], changed: Sequence[str]) -> bool:
    """Return whether a run can start: some product is there, and nothing has a problem."""
    there = [look for look in looks if look.files]
    return bool(there) and not any(look.problems for look in there) and not changed
