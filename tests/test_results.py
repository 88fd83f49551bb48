"""Result tables: vocabulary, spreads with a kind, the same bytes."""

import math

import pandas as pd
import pytest

from helpers.errors import InputError
from helpers.results import COLUMNS, Row, read_results, to_frame, write_results

MEAN = {
    "quantity": "annual_mean",
    "product": "beps",
    "scope": "China",
    "period": "2015-2019",
    "value": 0.25,
    "unit": "Pg C yr-1",
}


def test_written_bytes_are_those_of_the_vocabulary(tmp_path):
    rows = [
        Row(**MEAN, sd=0.125, sd_kind="interannual", n=5),
        Row(**{**MEAN, "product": "oco2-mip", "member": "member-01", "value": -1 / 3}),
    ]
    path = write_results(rows, notebook="sink", results_dir=tmp_path)
    assert path.read_bytes() == (
        b"quantity,product,member,scope,period,value,sd,sd_kind,n,unit\n"
        b"annual_mean,beps,mean,China,2015-2019,0.25,0.125,interannual,5,Pg C yr-1\n"
        b"annual_mean,oco2-mip,member-01,China,2015-2019,-0.3333333333,,,,Pg C yr-1\n"
    )


def test_what_is_read_is_what_was_written(tmp_path):
    rows = [Row(**MEAN, sd=0.5, sd_kind="members", n=14), Row(**{**MEAN, "period": "2017"})]
    first = write_results(rows, notebook="sink", results_dir=tmp_path).read_bytes()
    table = read_results("sink", results_dir=tmp_path)
    pd.testing.assert_frame_equal(table, to_frame(rows))
    assert write_results(table, notebook="sink", results_dir=tmp_path).read_bytes() == first


def test_negative_zero_is_written_as_zero(tmp_path):
    path = write_results([Row(**{**MEAN, "value": -0.0})], notebook="sink", results_dir=tmp_path)
    assert ",0,,,,Pg C yr-1" in path.read_text()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sd": 0.1}, "A spread must come with its kind"),
        ({"sd_kind": "members"}, "a kind with its spread"),
        ({"sd": 0.1, "sd_kind": "interanual"}, "did you mean 'interannual'"),
        ({"sd": -0.1, "sd_kind": "members"}, "at least 0"),
        ({"sd": math.nan, "sd_kind": "members"}, "at least 0"),
        ({"unit": "PgC yr-1"}, "did you mean 'Pg C yr-1'"),
        ({"value": math.inf}, "not a finite number"),
        ({"value": "0.38"}, "not a finite number"),
        ({"quantity": "Annual mean"}, "no valid quantity"),
        ({"period": "2015 to 2019"}, "no valid period"),
        ({"period": "2017-13"}, "no valid period"),
        ({"scope": "china"}, "did you mean 'China'"),
        ({"scope": "Qinghai\N{EN DASH}Tibet"}, "did you mean 'Qinghai-Tibet'"),
        ({"scope": "North/Forest"}, "did you mean 'forest'"),
        ({"product": " "}, "no product"),
        ({"n": 0}, "whole number of at least 1"),
        ({"n": 2.5}, "whole number of at least 1"),
    ],
)
def test_a_row_outside_the_rules_is_refused(change, message):
    with pytest.raises(InputError, match=message):
        Row(**{**MEAN, **change})


@pytest.mark.parametrize("period", ["2017", "2015-2019", "2017-07", "JJA", "07", "static"])
@pytest.mark.parametrize("scope", ["China", "Northwest/grass", "Guizhou"])
def test_periods_and_scopes_in_use_are_accepted(period, scope):
    assert Row(**{**MEAN, "period": period, "scope": scope}).period == period


def test_a_refused_table_leaves_the_earlier_one(tmp_path):
    before = write_results([Row(**MEAN)], notebook="sink", results_dir=tmp_path).read_bytes()
    with pytest.raises(InputError, match="one value twice"):
        write_results([Row(**MEAN), Row(**MEAN)], notebook="sink", results_dir=tmp_path)
    frame = to_frame([Row(**MEAN)]).drop(columns="unit")
    with pytest.raises(InputError, match="wrong columns"):
        write_results(frame, notebook="sink", results_dir=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["sink.csv"]
    assert (tmp_path / "sink.csv").read_bytes() == before


def test_a_plain_frame_needs_only_the_columns_without_default(tmp_path):
    write_results(pd.DataFrame([MEAN]), notebook="sink", results_dir=tmp_path)
    table = read_results("sink", results_dir=tmp_path)
    assert tuple(table.columns) == COLUMNS
    assert table.loc[0, "member"] == "mean"


def test_a_missing_table_names_the_command_that_makes_it(tmp_path):
    with pytest.raises(InputError, match="sinkbook run sink"):
        read_results("sink", results_dir=tmp_path)
