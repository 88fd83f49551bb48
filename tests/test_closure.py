"""Closure cards pass what closes and stop what does not."""

import numpy as np
import pytest
import xarray as xr

from helpers import closure, timeaxis

WHOLE = xr.DataArray([1.0, -2.0], dims="year", attrs={"units": "Pg C yr-1"})


def test_a_budget_that_closes_gives_a_card_with_its_residual():
    card = closure.closure_card([closure.identity("a + b = c", WHOLE + 1e-13, whole=WHOLE)])
    html = card._repr_html_()
    assert "pass" in html
    assert "FAIL" not in html
    assert "1.0e-13 Pg C yr-1" in html
    assert '<th scope="row">a + b = c</th>' in html


def test_a_card_writes_no_unit_after_a_pure_number():
    ratio = WHOLE.assign_attrs(units="1")
    card = closure.closure_card([closure.identity("a / b = c", ratio + 1e-13, whole=ratio)])
    assert "<td>1.0e-13</td>" in card._repr_html_()


def test_a_budget_that_does_not_close_stops_the_chapter():
    wrong = closure.identity("a + b = c", WHOLE * 1.14, whole=WHOLE)
    with pytest.raises(closure.ClosureError, match=r"does not close\.\nFAIL  a \+ b = c: 2\.8e-01"):
        closure.closure_card([wrong])


def test_a_missing_value_is_not_agreement():
    with pytest.raises(closure.ClosureError, match="a value is missing"):
        closure.identity("a = b", WHOLE.where(WHOLE > 0), whole=WHOLE)


def test_months_make_years_only_with_their_lengths(typed_flux):
    monthly = typed_flux(lambda lat, lon, t: np.cos(t)).mean(("lat", "lon"))
    assert closure.months_make_years(monthly, timeaxis.annual_mean(monthly)).holds
    unweighted = monthly.groupby("time.year").mean()
    assert not closure.months_make_years(monthly, unweighted).holds
