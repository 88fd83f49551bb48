"""Conversion of units and species against values worked out by hand."""

import numpy as np
import pytest
import xarray as xr

from helpers import units
from helpers.constants import CARBON_PER_CO2, SECONDS_PER_YEAR
from helpers.errors import InputError
from helpers.timeaxis import month_seconds, month_starts

G_PER_YEAR = 1e-3 / SECONDS_PER_YEAR


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kg m-2 s-1", 1.0),
        ("kgC m-2 s-1", 1.0),
        ("kg(C) m-2 s-1", 1.0),
        ("kg m**-2 s**-1", 1.0),
        ("kg/(m2 s)", 1.0),
        ("gC per m2 per year", G_PER_YEAR),
        ("g C m^-2 yr^-1", G_PER_YEAR),
        ("gC m^{-2} yr^{-1}", G_PER_YEAR),
        ("g C m⁻² a⁻¹", G_PER_YEAR),
        ("gC/m^2/day", 1e-3 / 86400),
        ("kg m^(-2) s^(-1)", 1.0),
        ("kg (m2 s)-1", 1.0),
        ("kg (m² s)⁻¹", 1.0),
        ("kg/m2 1/s", 1.0),
        ("kg·m-2·s-1", 1.0),
        ("kg m-12 m10 s-1", 1.0),
        ("t C/ha/yr", 0.1 / SECONDS_PER_YEAR),
        ("mol m-2 s-1", 12e-3),
        ("umol CO2 m-2 s-1", 12e-9),
        ("gCO2 m-2 yr-1", G_PER_YEAR * 12 / 44.01),
        ("kgCO2 m-2 s-1", 12 / 44.01),
    ],
)
def test_every_spelling_gives_the_factor_worked_out_by_hand(text, expected):
    factor, monthly = units.flux_factor(text)
    assert factor == pytest.approx(expected, rel=1e-12)
    assert not monthly


@pytest.mark.parametrize("text", ["g C m-2 month-1", "gC/m2/mon", "g m-2 mo-1"])
def test_month_is_kept_apart_because_its_length_varies(text):
    assert units.flux_factor(text) == (pytest.approx(1e-3), True)


@pytest.mark.parametrize("text", ["K", "kg s-1", "kg m-2", "W m-2", "t/ha", "apples", "1+"])
def test_unsuitable_units_are_refused_with_the_accepted_ones(text):
    with pytest.raises(InputError, match=r"Unknown or unsuitable flux units(.|\n)*accepted: mass"):
        units.flux_factor(text)


@pytest.mark.parametrize(
    "text",
    [
        "g C m-2 yr-1 9**9**9**9",  # computed for ever by the library
        "g m^9^9^9",
        "g m**9**9**9",
        "kg m-2 s-1 * 2**2**40",
        "((m^99)^99)^999 g",
        "kg m-2 s-001",
        "kg m-2 s-1 2/2",
        "1000 g m-2 yr-1",
    ],
)
def test_arithmetic_is_no_unit_and_costs_no_time(text, monkeypatch):
    monkeypatch.setattr(units, "_registry", lambda: pytest.fail("the library was asked"))
    with pytest.raises(InputError, match="Unknown or unsuitable flux units"):
        units.flux_factor(text)


def test_the_longest_unit_is_read_and_a_longer_one_refused_and_shown_in_part():
    text = f"kg m**-2{' ' * (units.LONGEST - 14)}s**-1"
    assert len(text) == units.LONGEST - 1
    assert units.flux_factor(f"{text} ") == (1.0, False)
    assert units.flux_factor(text.replace("  ", "   ", 1)) == (1.0, False)
    with pytest.raises(InputError, match=r"found: 'kg m\*\*-2 +s\*\*-'\n"):
        units.flux_factor(text.replace("  ", "    ", 1))


@pytest.mark.parametrize("text", ["", "  ", None])
def test_missing_units_are_refused(text):
    with pytest.raises(InputError, match=r"has no units\.\n  where: units\n"):
        units.flux_factor(text)


def test_unit_that_contradicts_the_species_is_refused():
    with pytest.raises(InputError, match=r"disagree\.\n  where: units, species\n"):
        units.flux_factor("gCO2 m-2 yr-1", species="C")


def test_species_is_used_where_the_unit_is_silent():
    factor, _ = units.flux_factor("kg m-2 s-1", species="CO2")
    assert factor == CARBON_PER_CO2


def test_amount_per_month_is_divided_by_the_length_of_its_own_month():
    seconds = month_seconds(month_starts(2016, 2016))
    amount = xr.DataArray(np.full(12, 2.0), dims="time", coords={"time": seconds["time"]})
    rate = units.to_kg_carbon(amount, units="g C m-2 month-1", month_seconds=seconds)
    assert float(rate[1]) == pytest.approx(2e-3 / (29 * 86400))
    assert float(rate[0]) == pytest.approx(2e-3 / (31 * 86400))
    assert rate.attrs["units"] == "kg m-2 s-1"


def test_amount_per_month_without_months_is_refused():
    with pytest.raises(InputError, match=r"length of each month\.\n  where: units\n"):
        units.to_kg_carbon(xr.DataArray(1.0), units="g C m-2 month-1")


def test_rate_goes_back_to_the_unit_of_the_maps():
    flux = units.to_kg_carbon(xr.DataArray(37.0), units="gC m-2 yr-1")
    rate = units.to_rate(flux)
    assert float(rate) == pytest.approx(37.0)
    assert rate.attrs["units"] == "g C m-2 yr-1"


def test_one_kilogram_per_second_for_a_year_in_petagrams():
    total = units.kg_per_second_to_pg_per_year(xr.DataArray(1e12 / SECONDS_PER_YEAR))
    assert float(total) == pytest.approx(1.0)
    assert total.attrs["units"] == "Pg C yr-1"


def test_carbon_dioxide_becomes_carbon():
    assert units.tg_co2_to_pg_carbon(-1000.0) == pytest.approx(-12 / 44.01, rel=1e-12)
    flux = xr.DataArray(44.01, attrs={"long_name": "uptake"})
    carbon = units.to_kg_carbon(flux, units="kg m-2 s-1", species="CO2")
    assert float(carbon) == pytest.approx(12.0, rel=1e-12)
    assert carbon.attrs == {"long_name": "uptake", "units": "kg m-2 s-1", "species": "C"}
    assert float(units.to_kg_carbon(xr.DataArray(1.0), units="kg m-2 s-1")) == 1.0


@pytest.mark.parametrize(
    ("text", "bare", "species"),
    [("gC m-2", "g m-2", "C"), ("CO2 m-2", "m-2", "CO2"), ("kg m-2 s-1", "kg m-2 s-1", None)],
)
def test_species_and_unit_come_apart(text, bare, species):
    assert units.split_species(text) == (bare, species)


@pytest.mark.parametrize(
    ("text", "flat", "per_cell"),
    [
        ("kg cell-1 s-1", "kg m-2 s-1", True),
        ("Tg C yr-1 per grid cell", "Tg C yr-1 m-2", True),
        ("kgC/gridcell/s", "kgC m-2 /s", True),
        ("g C m-2 yr-1", "g C m-2 yr-1", False),
        ("g  m-2", "g  m-2", False),
    ],
)
def test_a_unit_per_cell_becomes_one_per_square_metre(text, flat, per_cell):
    assert units.split_cell(text) == (flat, per_cell)


@pytest.mark.parametrize(
    ("text", "expected"), [("kg s-1", "kg s-1 m-2"), ("Tg C yr-1", "Tg C yr-1 m-2")]
)
def test_a_unit_per_time_alone_gets_an_area(text, expected):
    assert units.with_area(text) == expected
    assert units.with_area(expected) == expected
    assert units.flux_factor(expected)[0] > 0
