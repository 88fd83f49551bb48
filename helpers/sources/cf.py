"""Any gridded flux in NetCDF or Zarr, by day, month or year: bring your own product.

The catalog says what the numbers mean; words in the file (`units`, `positive`, `standard_name`)
only confirm it. Files may be one, one a year, one a month, or one a member; members may also lie
along a dimension of the file.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import xarray as xr

from helpers.errors import InputError
from helpers.sources import cf_file, declaration, ensemble, joining, patterns
from helpers.sources.options import CfOptions
from helpers.sources.request import Request

if TYPE_CHECKING:
    from helpers.catalog import Product


def find(product: Product, *, data_dir: Path, experiment: str) -> list[patterns.Match]:
    """Return the files of the product that belong to an experiment."""
    if "member" in patterns.fields_of(product.files):
        return ensemble.find(product, data_dir=data_dir, experiment=experiment)
    matches = patterns.matching_files(data_dir, product.files, suffixes=("", ".gz"))
    return [m for m in matches if m.fields.get("experiment", experiment) == experiment]


def read(product: Product, request: Request) -> xr.DataArray:
    """Return the typed flux of any gridded product on its own grid.

    Parameters
    ----------
    product : Product
        Catalog entry with reader ``cf``.
    request : Request
        Years, box, experiment, members.

    Returns
    -------
    xarray.DataArray, dims (time, lat, lon) or (member, time, lat, lon) [kg m-2 s-1]
        Carbon, land uptake positive.

    Raises
    ------
    InputError
        If a file or its content is not as declared.
    """
    options = CfOptions.model_validate(product.options)

    def read_member(path: Path, request: Request) -> declaration.Raw:
        match = patterns.Match(path, {})
        return cf_file.read_file(match, product, request=request, options=options)

    if "member" in patterns.fields_of(product.files):
        return ensemble.read_members(product, request, read_member=read_member)
    matches = find(product, data_dir=request.data_dir, experiment=request.experiment)
    dated = "year" in matches[0].fields
    if not dated and len(matches) > 1:
        raise patterns.ambiguous(matches, "file")
    years = {"start_year": request.start_year, "end_year": request.end_year}
    chosen = patterns.chosen_files(matches, **years) if dated else matches
    part = replace(request, files=len(chosen))
    parts = [cf_file.read_file(m, product, request=part, options=options) for m in chosen]
    raw = joining.joined(parts, chosen)
    flux = declaration.typed(raw, product, request=request, file=matches[0].path)
    return _members(flux, request, file=matches[0].path)


def _members(flux: xr.DataArray, request: Request, *, file: Path) -> xr.DataArray:
    """Keep the members asked for, in that order."""
    if request.members is None:
        return flux
    there = [str(m) for m in flux["member"].values] if "member" in flux.dims else []
    names = {patterns.fold(m): m for m in there}
    absent = [m for m in request.members if patterns.fold(m) not in names]
    if absent:
        raise InputError(
            "Members of the ensemble are absent.",
            file=file,
            where="member",
            found=(", ".join(there) or "no member dimension") + "; absent: " + ", ".join(absent),
            accepted="every member asked for",
            fix="Correct `members`, or name the dimension under options, member_dimension.",
        )
    return flux.sel(member=[names[patterns.fold(m)] for m in request.members])
