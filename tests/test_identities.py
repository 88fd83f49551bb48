"""The identities of a closure card: they hold for a partition and fail for anything else."""

import math
from types import SimpleNamespace

import pytest
import xarray as xr

from helpers import geography, identities
from helpers.closure import ClosureError, closure_card


def study_of(parts, *, mask="fraction", nation=1.0):
    """A study whose regions take up `parts` of a nation's total, in two months."""

    def monthly_totals(scope):
        share = nation if scope == "China" else parts[geography.REGIONS.index(scope)]
        total = xr.DataArray([1.0, -2.0], dims="time", attrs={"units": "Pg C yr-1"})
        return {"model": total * share}

    return SimpleNamespace(mask=mask, titles={"model": "Model"}, monthly_totals=monthly_totals)


def test_regions_that_share_out_the_nation_pass():
    (item,) = identities.regions_make_nation(study_of((0.1, 0.2, 0.3, 0.4)))
    assert item.holds
    assert item.residual < 1e-15
    assert item.name == "sum of regions = China, Model"


def test_a_region_too_much_stops_the_page():
    items = identities.regions_make_nation(study_of((0.1, 0.2, 0.3, 0.4001)))
    with pytest.raises(ClosureError, match="sum of regions = China, Model"):
        closure_card(items)


def test_touched_cells_are_shown_and_not_enforced():
    (item,) = identities.regions_make_nation(study_of((0.2, 0.3, 0.3, 0.4), mask="touched"))
    assert math.isinf(item.tolerance)
    assert item.residual == pytest.approx(0.4)
    card = closure_card([item])
    assert "shown only" in card._repr_html_()
    assert "pass" not in repr(card)
