"""A number in prose is one row of a result table, or the build fails."""

import pytest

from helpers.errors import InputError
from helpers.quotation import ABSENT, quote, quote_any

HEADER = "quantity,product,member,scope,period,value,sd,sd_kind,n,unit"


@pytest.fixture
def results(tmp_path):
    rows = [
        "annual_mean,beps,mean,China,2015-2019,0.384,0.04,interannual,5,Pg C yr-1",
        "annual_mean,beps,mean,China,2017,0.41,,,,Pg C yr-1",
        "annual_mean,oco2-mip,mean,Qinghai-Tibet,2015-2019,-0.037,0.02,members,14,Pg C yr-1",
        "annual_mean,vegas,mean,China,2015-2019,0.2,0.03,interannual,5,Pg C yr-1",
        "annual_mean,vegas,mean,China,2015-2019,0.3,0.03,interannual,5,Pg C yr-1",
    ]
    (tmp_path / "sink.csv").write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("reference", "text"),
    [
        ("sink annual_mean beps mean China 2015-2019", "0.38"),
        ("sink annual_mean beps mean China 2015-2019 | .3f", "0.384"),
        ("sink annual_mean beps mean China 2015-2019 | sd", "0.04"),
        ("sink annual_mean beps mean China 2015-2019 | n .0f", "5"),
        ("sink annual_mean oco2-mip mean Qinghai-Tibet 2015-2019 | .3f", "−0.037"),
    ],
)
def test_value_is_quoted_as_asked(results, reference, text):
    assert quote(reference, results=results)[0] == text


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        (
            "sink annual_mean beps mean China",
            r"incomplete(?s:.*)found: 'sink (?s:.*)fix: Write one word",
        ),
        ("sink annual_mean nobody mean China 2015-2019", "0 rows"),
        ("sink annual_mean vegas mean China 2015-2019", "2 rows"),
        (
            "sink annual_mean beps mean China 2017 | sd",
            r"no such number(?s:.*)found: ''(?s:.*)fix: Correct",
        ),
        (
            "sink annual_mean beps mean China 2017 | median",
            r"no such number(?s:.*)found: None(?s:.*)accepted: a column",
        ),
        ("other annual_mean beps mean China 2017", r"found: no such file(?s:.*)sinkbook run other"),
    ],
)
def test_reference_to_nothing_or_to_two_rows_is_refused(results, reference, message):
    with pytest.raises(InputError, match=message):
        quote(reference, results=results)


def test_a_run_of_other_years_is_quoted_with_its_years(tmp_path):
    rows = "sink,beps,mean,China,2018-2019,0.4256,0.02,interannual,2,Pg C yr-1\n"
    (tmp_path / "page.csv").write_text(
        "quantity,product,member,scope,period,value,sd,sd_kind,n,unit\n" + rows
    )
    text, row = quote_any("page sink beps mean China 2015-2019 | .2f", results=tmp_path)
    assert (text, row["period"]) == ("0.43 (2018-2019)", "2018-2019")
    assert quote_any("page sink beps mean China 2018-2019", results=tmp_path)[0] == "0.43"


def test_what_a_run_lacks_is_said_to_be_absent(tmp_path):
    rows = "sink,beps,mean,China,2018,0.4256,,,,Pg C yr-1\n"
    (tmp_path / "page.csv").write_text(
        "quantity,product,member,scope,period,value,sd,sd_kind,n,unit\n" + rows
    )
    assert quote_any("page sink vegas mean China 2015-2019", results=tmp_path)[0] == ABSENT
    assert quote_any("page sink beps mean China 2018 | sd", results=tmp_path)[0] == ABSENT
    assert quote_any("none sink beps mean China 2018", results=tmp_path)[0] == ABSENT
