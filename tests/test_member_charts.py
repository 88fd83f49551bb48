"""The chart of members: one line a member, headings where transports are known."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import xarray as xr

from helpers.member_charts import member_chart

NAMES = ["small", "middle", "large"]


@pytest.fixture
def annual():
    """Three members whose means are 0, 0.25 and 0.5, with an SD over years of 0.1."""
    means = xr.DataArray([0.0, 0.25, 0.5], coords={"member": NAMES})
    swing = xr.DataArray([-0.1, 0.0, 0.1], coords={"year": [2015, 2016, 2017]})
    return (means + swing).expand_dims(scope=["China"])


@pytest.fixture(autouse=True)
def _no_figure_is_left():
    yield
    plt.close("all")


def draw(annual, **options):
    return member_chart(annual, scope="China", product="oco2-mip", **options)


def test_members_from_the_largest_with_the_mean_of_the_others(annual):
    drawing = draw(annual)
    frame = drawing.data
    assert list(frame["member"]) == ["large", "middle", "small"]
    np.testing.assert_allclose(frame["value"], [0.5, 0.25, 0.0], atol=1e-12)
    np.testing.assert_allclose(frame["without"], [0.125, 0.25, 0.375])
    np.testing.assert_allclose(frame["sd"], 0.1)
    assert set(frame["sd_kind"]) == {"interannual"}
    assert "mean of 3 members 0.25, SD across members 0.25" in drawing.alt


def test_transports_are_headings_and_the_largest_group_comes_first(annual):
    groups = {"small": "TM5", "middle": "GEOS-Chem", "large": "TM5"}
    drawing = draw(annual, groups=groups)
    assert list(drawing.data["member"]) == ["large", "small", "middle"]
    shown = [text.get_text() for axes in drawing.figure.axes for text in axes.texts]
    assert [text for text in shown if text in ("TM5", "GEOS-Chem")] == ["TM5", "GEOS-Chem"]
    assert "TM5, large 0.5" in drawing.alt


def test_one_year_has_no_spread_over_years(annual):
    drawing = draw(annual.isel(year=[1]))
    assert drawing.data["sd"].isna().all()
    assert set(drawing.data["sd_kind"]) == {""}
