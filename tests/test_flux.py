"""The typed flux: what it carries and what it refuses."""

import numpy as np
import pytest

from helpers.constants import SECONDS_PER_YEAR
from helpers.errors import InputError
from helpers.flux import check_flux, make_flux

DECLARED = {"quantity": "NBE", "units": "gC m-2 yr-1", "positive": "atmosphere", "source": "x"}


def test_release_of_100_becomes_uptake_of_minus_100(raw_field):
    flux = make_flux(raw_field(lambda lat, lon, t: 100.0), **DECLARED)
    np.testing.assert_allclose(flux, -0.1 / SECONDS_PER_YEAR, rtol=1e-12)
    assert flux.attrs["units"] == "kg m-2 s-1"
    assert flux.attrs["positive"] == "land"
    assert flux.attrs["species"] == "C"
    assert flux.name == "NBE"
    check_flux(flux)


def test_axes_come_out_ascending_wrapped_and_at_month_starts(raw_field):
    raw = raw_field(lambda lat, lon, t: lat + 1000 * lon + t)
    shifted = raw.isel(lat=slice(None, None, -1)).assign_coords(lon=raw["lon"] + 360)
    shifted = shifted.assign_coords(time=raw["time"] + np.timedelta64(14, "D"))
    expected = make_flux(raw, **DECLARED)
    result = make_flux(shifted, **DECLARED)
    np.testing.assert_allclose(result, expected, rtol=1e-12)
    np.testing.assert_allclose(result["lon"], expected["lon"])
    assert result["time"].equals(expected["time"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"positive": "up"}, r"Unknown positive(.|\n)*'up'(.|\n)*'land' or 'atmosphere'"),
        ({"quantity": "flux"}, r"Unknown quantity(.|\n)*NBP"),
        ({"area_basis": "globe"}, "Unknown area basis"),
        ({"units": "K"}, r"unsuitable flux units(.|\n)*file: f.nc"),
        ({"units": None}, r"has no units(.|\n)*file: f.nc"),
        ({"units": "gCO2 m-2 yr-1", "species": "C"}, "disagree"),
    ],
)
def test_a_wrong_declaration_is_refused(raw_field, change, message):
    with pytest.raises(InputError, match=message):
        make_flux(raw_field(lambda lat, lon, t: 1.0), **{**DECLARED, **change}, file="f.nc")


def test_a_missing_month_is_refused(raw_field):
    raw = raw_field(lambda lat, lon, t: 1.0)
    with pytest.raises(InputError, match=r"missing(.|\n)*2015-06"):
        make_flux(raw.drop_isel(time=5), **DECLARED)


def test_untyped_data_are_refused(raw_field):
    with pytest.raises(InputError, match=r"attributes are missing(.|\n)*make_flux"):
        check_flux(raw_field(lambda lat, lon, t: 1.0))
    with pytest.raises(
        InputError, match=r"Not a typed flux(.|\n)*where: flux\n  found: ndarray(.|\n)*make_flux"
    ):
        check_flux(np.zeros(3))


@pytest.mark.parametrize(
    ("attribute", "value"), [("units", "g m-2"), ("positive", "atmosphere"), ("species", "CO2")]
)
def test_a_flux_whose_attributes_were_changed_is_refused(typed_flux, attribute, value):
    flux = typed_flux(lambda lat, lon, t: 1.0)
    flux.attrs[attribute] = value
    with pytest.raises(InputError, match=r"Not in the units and sign"):
        check_flux(flux)


def test_reversed_latitudes_are_refused(typed_flux):
    with pytest.raises(InputError, match="not ascending"):
        check_flux(typed_flux(lambda lat, lon, t: 1.0).isel(lat=slice(None, None, -1)))


def test_data_without_months_and_fluxes_of_other_dimensions_are_refused(raw_field):
    one = raw_field(lambda lat, lon, t: 1.0 + 0 * lat).isel(time=0, drop=True)
    declared = {"quantity": "NBP", "units": "gC m-2 yr-1", "positive": "land", "source": "x"}
    with pytest.raises(InputError, match="no time dimension"):
        make_flux(one, **declared)
    flux = make_flux(raw_field(lambda lat, lon, t: 1.0 + 0 * lat), **declared)
    with pytest.raises(InputError, match="Wrong dimensions"):
        check_flux(flux.transpose("lat", "lon", "time"))
