"""Every place that needs a number of a claim says so when the claim has none."""

from dataclasses import replace

import pytest

from helpers import (
    contrasts,
    cropland,
    monitoring,
    printed,
    printed_spreads,
    published,
    scopes,
    summary,
)
from helpers.errors import InputError

BARE = {"value": None, "uncertainty": None, "low": None, "high": None}
NAME = "z24-national-beps"


@pytest.mark.parametrize(
    ("module", "act", "error", "match"),
    [
        (published, contrasts.member_spread, ValueError, "has no range"),
        (published, lambda: contrasts._value(NAME), ValueError, "no value with ±"),
        (
            published,
            lambda: cropland._value(NAME),
            InputError,
            "A claim has no value(?s:.*)fix: Name",
        ),
        (
            published,
            lambda: monitoring.claimed(NAME),
            InputError,
            "A claim has no value(?s:.*)fix: Na",
        ),
        (scopes, lambda: scopes._printed(NAME), ValueError, "no value with ±"),
        (
            printed_spreads,
            lambda: printed_spreads._spread(NAME),
            InputError,
            "± is missing(?s:.*)found: no ±",
        ),
        (
            printed,
            lambda: printed._value(NAME),
            InputError,
            "number is missing(?s:.*)found: no value",
        ),
        (
            summary,
            lambda: summary.published_rows({"beps": NAME}, scope="China", period="2015-2019"),
            InputError,
            "published value is missing(?s:.*)found: no value\n  accepted: a number",
        ),
    ],
)
def test_the_claim_is_named(monkeypatch, module, act, error, match):
    found = published.claim(NAME)
    monkeypatch.setattr(module, "claim", lambda name: replace(found, **BARE))
    with pytest.raises(error, match=match):
        act()


def test_a_share_of_three_regions_is_refused(monkeypatch):
    table = published.claims()
    gone = table[table["id"] != "z24-region-south-beps"]
    monkeypatch.setattr(cropland.published, "claims", lambda: gone)
    with pytest.raises(
        InputError, match=r"Not four regions(?s:.*)z24-region-north-beps(?s:.*)fix: Name"
    ):
        cropland.true_share("beps")
