"""Sums of classes on totals made by hand, and the excess that the study printed."""

import pytest
import xarray as xr

from helpers import ecosystems, geography, scopes
from helpers.results import Row

CLASSES = ("forest", "shrub", "grass", "crop", "other")


def totals(values, *, years=(2015, 2016)):
    """Return yearly totals of five classes, one value a class, a tenth more in the last year."""
    parts = xr.DataArray(list(values), coords={"scope": list(CLASSES)}, dims="scope")
    rise = xr.DataArray([0.1 * k for k in range(len(years))], coords={"year": list(years)})
    return parts + rise


def nation(value, *, years=(2015, 2016)):
    return xr.DataArray([value] * len(years), coords={"year": list(years)}, dims="year")


def test_the_sum_of_four_leaves_the_rest_out():
    found = ecosystems.four_sum({"beps": totals([1.0, 2.0, 3.0, 4.0, 100.0])})["beps"]
    assert found.values == pytest.approx([10.0, 10.4])


def values(rows):
    return {(row.quantity, row.product, row.period): row.value for row in rows}


def test_the_excess_is_the_sum_less_the_nation_and_its_share():
    found = values(
        ecosystems.excess_rows(
            {"beps": totals([1.0, 2.0, 3.0, 4.0, 100.0])}, {"beps": nation(8.0)}, rule="fraction"
        )
    )
    assert found == pytest.approx({
        ("four_class_sum_fraction", "beps", "2015-2016"): 10.2,
        ("four_class_excess_fraction", "beps", "2015-2016"): 2.2,
        ("four_class_excess_share_fraction", "beps", "2015-2016"): 27.5,
    })  # fmt: skip


def test_a_nation_of_zero_has_no_share_and_one_year_is_one_year():
    found = values(
        ecosystems.excess_rows(
            {"beps": totals([1.0, 0.0, 0.0, 0.0, 0.0], years=(2017,))},
            {"beps": nation(0.0, years=(2017,))},
            rule="majority",
        )
    )
    assert found == {
        ("four_class_sum_majority", "beps", "2017"): 1.0,
        ("four_class_excess_majority", "beps", "2017"): 1.0,
    }


def test_the_printed_excess_is_the_difference_of_printed_sums():
    found = values(ecosystems.published_excess_rows())
    for product in scopes.published_classes():
        four = sum(scopes.published_means(ecosystems.FOUR, product=product))
        regions = sum(scopes.published_means(geography.REGIONS, product=product))
        place = (product, "2015-2019")
        assert found["published_four_class_sum", *place] == pytest.approx(four)
        excess = found["published_four_class_excess", *place]
        assert excess == pytest.approx(four - regions)
        share = found["published_four_class_excess_share", *place]
        assert share == pytest.approx(100 * (four / regions - 1))


def test_regions_by_ecosystems_become_rows_and_a_table_with_margins():
    cross = xr.DataArray(
        [[[1.0, 2.0], [3.0, 4.0]], [[3.0, 4.0], [5.0, 6.0]]],
        coords={
            "year": [2015, 2016],
            "ecosystem": ["forest", "crop"],
            "region": ["North", "South"],
        },
        dims=("year", "ecosystem", "region"),
    )
    means = ecosystems.cross_means({"beps": cross})
    assert means["beps"].dims == ("region", "ecosystem")
    rows = ecosystems.cross_rows(means, period="2015-2016")
    assert {row.scope: row.value for row in rows} == {
        "North/forest": 2.0, "North/crop": 4.0, "South/forest": 3.0, "South/crop": 5.0,
    }  # fmt: skip
    table = ecosystems.cross_table(means["beps"])
    assert table.loc["all regions", "all ecosystems"] == 14.0
    assert table.loc["North", "all ecosystems"] == 6.0


def test_shares_of_four_add_up_to_all():
    rows = ecosystems.share_of_four_rows(
        {"beps": totals([1.0, 2.0, 3.0, 4.0, 100.0])}, quantity="share_of_four_classes"
    )
    assert [row.scope for row in rows] == list(ecosystems.FOUR)
    assert sum(row.value for row in rows) == pytest.approx(100.0)
    table = scopes.share_table(rows, titles={"beps": "A model"}, digits=0)
    assert list(table["share"]) == ["A model, of four classes"]
    assert table["crop"][0] == "40"


def test_the_table_of_excess_has_a_column_a_rule_and_leaves_other_rows_out():
    def row(quantity, value):
        return Row(quantity=quantity, product="beps", scope="China", period="2015-2019",
                   value=value, unit="%")  # fmt: skip

    rows = [
        row("four_class_excess_share_fraction", 0.0),
        row("four_class_excess_share_majority", 12.0),
        row("four_class_sum_fraction", 0.3),
    ]
    table = ecosystems.excess_table(rows, titles={"beps": "A model"})
    assert table.to_dict("records") == [
        {"product": "A model", "by shares of cells": 0.0, "by majority": 12.0}
    ]
