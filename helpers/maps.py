"""Maps of fluxes: small multiples on one diverging scale, with the members' agreement marked."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import xarray as xr

from helpers import grid, masks, outlines
from helpers.alttext import describe_maps
from helpers.constants import SECONDS_PER_YEAR
from helpers.errors import InputError
from helpers.outlines import Outline
from helpers.panels import CLASSES, map_figure
from helpers.style import Drawing, book_style, title_of

UNITS = "g C m-2 yr-1"
_STEPS = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


def rate_field(field: xr.DataArray) -> xr.DataArray:
    """Return a mean flux per area in g C m-2 yr-1, refusing anything untyped.

    Parameters
    ----------
    field : xarray.DataArray, dims (lat, lon) [kg m-2 s-1 or g C m-2 yr-1]
        Carbon, land uptake positive, with attributes `units` and `positive`.

    Returns
    -------
    xarray.DataArray, dims (lat, lon) [g C m-2 yr-1]

    Raises
    ------
    InputError
        If the dimensions, the unit or the sign are not stated or not these.
    """
    factors = {"kg m-2 s-1": 1000.0 * SECONDS_PER_YEAR, UNITS: 1.0}
    found = field.attrs.get("units") if isinstance(field, xr.DataArray) else type(field).__name__
    if found not in factors:
        raise _untyped("unit", found, accepted=" or ".join(factors))
    if field.attrs.get("positive") != "land" or field.attrs.get("species", "C") != "C":
        shown = {name: field.attrs.get(name, "absent") for name in ("positive", "species")}
        raise _untyped("sign or species", shown, accepted={"positive": "land", "species": "C"})
    if set(field.dims) != {"lat", "lon"}:
        raise _untyped("dimensions", field.dims, accepted=("lat", "lon"))
    values = field.transpose("lat", "lon") * factors[found]
    return values.assign_attrs(units=UNITS, positive="land", species="C")


def _untyped(what: str, found: object, *, accepted: object) -> InputError:
    return InputError(
        f"A map needs a typed mean flux: wrong {what}.",
        where="fields",
        found=repr(found),
        accepted=accepted,
        fix="Take the period mean of a flux made by helpers.flux.make_flux, attributes kept.",
    )


def shared_limit(fields: Mapping[str, xr.DataArray], *, quantile: float = 0.98) -> float:
    """Return the end of a symmetric scale that holds most cells of all fields.

    The quantile of absolute values, rounded up so that the scale has six even classes on each
    side of zero with round bounds.
    """
    values = np.concatenate(
        [np.abs(field.values[np.isfinite(field.values)]) for field in fields.values()]
    )
    if not values.size:
        raise InputError("There is nothing to map: no cell has a value.", where="fields",
                         found=f"only missing cells in {', '.join(map(str, fields))}",
                         accepted="a finite value in at least one cell",
                         fix="Draw months and a place that the products cover.")  # fmt: skip
    step = max(float(np.quantile(values, quantile)), 1e-6) / CLASSES
    power = 10.0 ** math.floor(math.log10(step))
    return CLASSES * power * next(s for s in _STEPS if s * power >= step * (1 - 1e-9))


def flux_maps(
    fields: Mapping[str, xr.DataArray],
    *,
    boundary: str = "national",
    outline: Outline | None = None,
    regions: bool = True,
    agreement: Mapping[str, xr.DataArray] | None = None,
    limit: float | None = None,
    titles: Mapping[str, str] | None = None,
    notes: Mapping[str, str] | None = None,
) -> Drawing:
    """Draw mean fluxes side by side on one scale.

    Parameters
    ----------
    fields : mapping of str to xarray.DataArray, dims (lat, lon) [kg m-2 s-1 or g C m-2 yr-1]
        Typed mean flux by product, land uptake positive, on one regular grid.
    boundary : str
        One of :data:`helpers.geography.BOUNDARIES`; cells are cut at it.
    outline : helpers.outlines.Outline, optional
        Other polygons and lines instead, in degrees.
    regions : bool
        Whether the regions are outlined.
    agreement : mapping of str to xarray.DataArray, dims (lat, lon) [1], optional
        Share of members with the sign of their mean; cells below two thirds are hatched.
    limit : float, optional
        End of the scale [g C m-2 yr-1]; see :func:`shared_limit`.
    titles, notes : mapping of str to str, optional
        Name of a product, and a line below it.

    Returns
    -------
    helpers.style.Drawing
        With a dataset of `flux` (product, lat, lon), `agreement`, `weight` (share of the cell
        inside) and cell bounds, NaN outside the country.

    Raises
    ------
    InputError
        If a field is untyped, the grids differ or no cell has a value.
    """
    shape = outline or outlines.china(boundary)
    data = _dataset(fields, agreement or {}, shape=shape, titles=titles)
    end = shared_limit({"all": data["flux"]}) if limit is None else float(limit)
    data.attrs["scale_limit"] = end
    projected = outlines.china_projected(boundary) if outline is None else outline.projected()
    with book_style():
        figure = map_figure(data, projected, limit=end, regions=regions, notes=notes or {})
    return Drawing(figure, data, describe_maps(data))


def _dataset(
    fields: Mapping[str, xr.DataArray],
    agreement: Mapping[str, xr.DataArray],
    *,
    shape: Outline,
    titles: Mapping[str, str] | None,
) -> xr.Dataset:
    """Return what a map draws: values, agreement and weights on one grid."""
    rates = {key: rate_field(field) for key, field in fields.items()}
    if not rates:
        raise InputError("There is nothing to map: no field was given.", where="fields",
                         found="no field", accepted="one mean flux or more, by product",
                         fix="Give the period mean of at least one product.")  # fmt: skip
    first = next(iter(rates.values()))
    for key, other in {**rates, **agreement}.items():
        same = all(
            other.sizes[a] == first.sizes[a] and np.allclose(other[a], first[a])
            for a in ("lat", "lon")
        )
        if not same:
            raise InputError(
                "The fields of one figure are on different grids.",
                where=key,
                found=dict(other.sizes),
                accepted=dict(first.sizes),
                fix="Regrid them.",
            )
    weights = masks.polygon_weights(shape.boundary, first)
    empty = xr.full_like(first, np.nan)
    index = xr.DataArray(list(rates), dims="product", name="product")
    lat_edges, lon_edges = grid.bounds_of(first)
    cells = grid.grid_from_edges(lat_edges, lon_edges)
    stacked = xr.concat([rate.drop_vars(_extra(rate)) for rate in rates.values()], dim=index)
    shares = [agreement.get(key, empty).transpose("lat", "lon") for key in rates]
    share = xr.concat([s.drop_vars(_extra(s)) for s in shares], dim=index)
    data = xr.Dataset(
        {
            "flux": stacked.where(weights > 0).assign_attrs(
                units=UNITS, positive="land", long_name="mean flux, land uptake positive"
            ),
            "agreement": share.where(weights > 0).assign_attrs(
                units="1", long_name="share of members with the sign of their mean"
            ),
            "weight": weights,
            "title": ("product", [title_of(key, titles) for key in rates]),
            "lat_bnds": cells["lat_bnds"].assign_coords(lat=first["lat"]),
            "lon_bnds": cells["lon_bnds"].assign_coords(lon=first["lon"]),
        }
    )
    data["lat"].attrs = {
        "standard_name": "latitude",
        "units": "degrees_north",
        "bounds": "lat_bnds",
    }
    data["lon"].attrs = {
        "standard_name": "longitude",
        "units": "degrees_east",
        "bounds": "lon_bnds",
    }
    return data


def _extra(data: xr.DataArray) -> list[str]:
    return [str(name) for name in data.coords if name not in ("lat", "lon")]
