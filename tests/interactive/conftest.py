"""Rows of small results, shared by the tests of interactive charts."""

import pytest

from helpers import results
from helpers.results import Row

SERIES = (
    ("beps", "mean"),
    ("oco2-mip", "mean"),
    ("oco2-mip", "member-01"),
    ("oco2-mip", "m <2>"),
)


@pytest.fixture
def rows_for():
    """Return rows of one model and of an ensemble with two members, no two values equal."""

    def make(periods, quantity="annual"):
        rows, value = [], -0.2
        for product, member in SERIES:
            for period in periods:
                value += 0.07123456789
                rows.append(Row(quantity=quantity, product=product, member=member, scope="China",
                                period=period, value=value, unit="Pg C yr-1"))  # fmt: skip
        return results.to_frame(rows)

    return make
