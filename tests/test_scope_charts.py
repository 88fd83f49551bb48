"""Charts and maps of scopes: they draw exactly their data, and say it in words."""

import numpy as np
import pandas as pd
import pytest
import shapely
import xarray as xr

from helpers import (
    ecosystems,
    geography,
    partition,
    printed,
    printed_spreads,
    scope_bars,
    scope_charts,
    scope_maps,
    scope_tables,
    scopes,
)
from helpers.errors import InputError
from helpers.grid import analysis_grid
from helpers.results import Row, to_frame


def means(*, members=3, scope="North"):
    rows = [
        Row(quantity="annual_mean", product="oco2-mip", scope=scope, period="2015-2019", value=0.2,
            sd=0.05, sd_kind="interannual", n=5, unit="Pg C yr-1"),
        Row(quantity="published_annual_mean", product="oco2-mip", scope=scope, period="2015-2019",
            value=0.21, sd=0.04, sd_kind="published-undefined", unit="Pg C yr-1"),
    ]  # fmt: skip
    rows += [
        Row(quantity="annual_mean", product="oco2-mip", member=f"member-{i:02d}", scope=scope,
            period="2015-2019", value=0.1 * i, unit="Pg C yr-1")
        for i in range(members)
    ]  # fmt: skip
    return rows


def texts(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def legend_of(figure):
    return [text.get_text() for legend in figure.legends for text in legend.get_texts()]


def test_totals_show_each_way_and_each_member():
    rows = [*means(), *means(scope="forest")]
    drawing = scope_charts.scope_totals(to_frame(rows), title="Totals")
    (axes,) = drawing.figure.axes
    ticks = [line for line in axes.collections if len(line.get_segments()) == 3]
    assert len(ticks) == 2
    assert "0.200 / 0.210" in texts(drawing.figure)
    assert legend_of(drawing.figure) == [
        "computed here", "as published", "one member of an ensemble", "± 1 SD over 5 years",
        "published ±, kind not stated",
    ]  # fmt: skip
    low, high = axes.get_xlim()
    assert low < 0 < 0.25 < high
    assert "members of OCO-2 v10 MIP: 0.00 to 0.20" in drawing.alt
    assert len(drawing.data) == len(rows)


def test_totals_leave_out_other_quantities_and_refuse_nothing():
    other = [Row(quantity="share", product="beps", scope="North", period="2015", value=1, unit="%")]
    drawing = scope_charts.scope_totals(to_frame(means() + other), title="Totals")
    assert set(drawing.data["quantity"]) == {"annual_mean", "published_annual_mean"}
    with pytest.raises(
        InputError, match=r"nothing to draw(?s:.*)found: share\n(?s:.*)fix: Give rows"
    ):
        scope_charts.scope_totals(to_frame(other), title="Totals")
    with pytest.raises(InputError, match=r"nothing to draw(?s:.*)found: no row\n"):
        scope_charts.scope_totals(to_frame(other).iloc[:0], title="Totals")


def test_excess_bars_have_the_length_of_their_values():
    rows = scopes.excess_rows(
        scopes.published_rows(geography.REGIONS), classes=scopes.published_classes()
    )
    drawing = scope_bars.excess_bars(to_frame(rows), quantity=scopes.EXCESS, title="Gap")
    (axes,) = drawing.figure.axes
    widths = [patch.get_width() for patch in axes.patches]
    assert widths == pytest.approx([0.075, 0.2305, 0.007, -0.072])
    assert "Qinghai-Tibet −0.072 (−30 %)" in drawing.alt
    assert "0.230 (96 %)" in " ".join(texts(drawing.figure)) or "0.231 (96 %)" in drawing.alt


def test_excess_of_one_class_of_products_says_so():
    drawing = scope_bars.excess_bars(to_frame([]), quantity=scopes.EXCESS, title="Gap")
    assert "takes a top-down and a bottom-up product" in drawing.alt


def test_shares_and_spreads_tell_their_numbers():
    shares = scope_bars.share_marks(printed.printed_shares(ecosystems.FOUR), title="Shares")
    assert "BEPS forest 47.2 / 53.6" in shares.alt
    assert len(shares.data) == 12
    checks = printed_spreads.spread_checks(geography.REGIONS)
    rulers = scope_bars.spread_rulers(checks, title="Spreads", computed={"beps": -0.5})
    assert "BEPS printed 0.04, possible 0.033 to 0.081" in rulers.alt
    assert rulers.data["computed_correlation"].tolist()[0] == -0.5


def test_a_cross_table_shows_margins_that_are_sums():
    coords = {"region": ["North", "South"], "ecosystem": ["forest", "crop"]}
    values = xr.DataArray([[0.1, -0.2], [0.3, 0.4]], dims=("region", "ecosystem"), coords=coords)
    drawing = scope_tables.cross_tables({"beps": values})
    shown = texts(drawing.figure)
    assert {"−0.100", "0.700", "0.400", "0.200", "0.600"} <= set(shown)
    assert "largest South crop 0.400, smallest North crop −0.200" in drawing.alt
    frame = drawing.data.set_index(["region", "ecosystem"])["value"]
    assert frame["all regions", "all ecosystems"] == pytest.approx(0.6)


def test_regions_are_filled_by_their_rate_and_named():
    halves = {"west": shapely.box(80, 25, 100, 45), "east": shapely.box(100, 25, 120, 45)}
    part = partition.divide(halves, geography.boundary_polygon(), source="halves.gpkg")
    rows = [
        Row(quantity="rate", product="beps", scope=name, period="2015-2019", value=value,
            unit="g C m-2 yr-1")
        for name, value in {"west": -40.0, "east": 90.0}.items()
    ]  # fmt: skip
    drawing = scope_maps.region_rate_maps(to_frame(rows), part, boundary="national")
    assert {"−40", "90", "west", "east"} <= set(texts(drawing.figure))
    assert "BEPS, west −40" in drawing.alt


def test_the_class_map_counts_cells_and_the_land_in_them():
    grid = analysis_grid()
    names = list(geography.ECOSYSTEMS)
    forest = xr.DataArray(
        np.broadcast_to(np.eye(5)[0][:, None, None], (5, grid.sizes["lat"], grid.sizes["lon"])),
        dims=("scope", "lat", "lon"), coords={"scope": names, "lat": grid["lat"],
                                              "lon": grid["lon"]},
    )  # fmt: skip
    drawing = scope_maps.class_map(forest, boundary="national", title="Classes")
    frame = drawing.data.set_index("scope")
    assert frame.loc["forest", "cells"] == frame["cells"].sum() > 1000
    inside = partition._km2(geography.boundary_polygon())  # with islets south of the grid
    assert frame.loc["forest", "area_inside"] == pytest.approx(
        inside, rel=1e-6
    )  # islets lie south of the grid
    assert frame.loc["forest", "area_touched"] > 1.1 * inside
    assert isinstance(drawing.data, pd.DataFrame)


def test_a_mean_of_one_year_alone_has_no_spread_and_no_members():
    row = Row(quantity="annual_mean", product="beps", scope="North", period="2015", value=0.2,
              unit="Pg C yr-1")  # fmt: skip
    drawing = scope_charts.scope_totals(to_frame([row]), title="Totals")
    assert "one member of an ensemble" not in legend_of(drawing.figure)
    assert not drawing.figure.axes[0].collections
