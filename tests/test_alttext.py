"""Words for lines that rise, fall and cross zero."""

import pandas as pd
import pytest

from helpers.alttext import describe_series


def series(values, *, member="mean", product="beps"):
    years = [str(2015 + i) for i in range(len(values))]
    return pd.DataFrame({"product": product, "member": member, "period": years, "value": values,
                         "unit": "Pg C yr-1", "scope": "China"})  # fmt: skip


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([0.1, 0.2], "uptake every year."),
        ([0.1], "0.10 in 2015, uptake."),
        ([-0.1, -0.2], "release every year."),
        ([-0.1], "release."),
        ([-0.1, 0.2, 0.3], "uptake in 2 of 3 years."),
    ],
)
def test_the_sign_of_the_years_is_said(values, words):
    assert words in describe_series(series(values))


def test_members_without_their_mean_are_described_by_their_range():
    frame = pd.concat([series([0.1, 0.3], member="a"), series([0.2, 0.5], member="b")])
    told = describe_series(frame.reset_index(drop=True))
    assert "Its 2 members range from 0.10 (a, 2015) to 0.50 (b, 2016)." in told
    assert "every year" not in told
