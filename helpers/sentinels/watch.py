"""Looking at every product of a study with every sentinel."""

from __future__ import annotations

from collections.abc import Mapping

import xarray as xr

from helpers.sentinels import measures, rules
from helpers.sentinels.alarm import Alarm


def watch(
    fluxes: Mapping[str, xr.DataArray],
    masks: xr.Dataset,
    *,
    titles: Mapping[str, str] | None = None,
) -> list[Alarm]:
    """Return an alarm for everything that looks mistaken; nothing is changed.

    Parameters
    ----------
    fluxes : mapping of str to xarray.DataArray
        Typed fluxes on one grid [kg m-2 s-1], land uptake positive, by product. Those of yearly
        values have no season to look at and are passed over.
    masks : xarray.Dataset
        From :func:`helpers.cube.standard_masks`. The exact share of the national depiction is
        used whatever mask a page chose, so that a choice cannot silence a sentinel.
    titles : mapping of str to str, optional
        Names of the products for the alarms.

    Returns
    -------
    list of Alarm
        In the order of the products; empty when all is quiet.
    """
    fluxes = {key: f for key, f in fluxes.items() if f.attrs.get("time_step") != "year"}
    names = {key: (titles or {}).get(key, key) for key in fluxes}
    shares = masks["scope_weight"].sel(boundary="national", mask="fraction", drop=True)
    china = shares.sel(scope="China", drop=True)
    scopes = {
        key: measures.course(flux, shares.sel(scope=["China", "North"]))
        for key, flux in fluxes.items()
    }
    courses = {key: months.sel(scope="China", drop=True) for key, months in scopes.items()}
    peaks = {names[key]: float(measures.peak(course).median()) for key, course in courses.items()}
    alarms: list[Alarm | None] = []
    for key, flux in fluxes.items():
        name, course = names[key], courses[key]
        north = scopes[key].sel(scope="North", drop=True)
        exponent = measures.coastal_exponent(
            flux, land_fraction=masks["land_fraction"], weights=china
        )
        seasonless = rules.season_alarm(course, product=name)
        if seasonless is not None:  # all others look at the season
            alarms.append(seasonless)
            continue
        others = {other: value for other, value in peaks.items() if other != name}
        quantity = str(flux.attrs["quantity"])
        alarms += [
            rules.sign_alarm(north, product=name),
            rules.units_alarm(course, product=name, quantity=quantity, others=others),
            rules.coast_alarm(exponent, product=name),
            *rules.member_alarms(course, north, product=name),
        ]
    return [alarm for alarm in alarms if alarm is not None]
