"""Medians, slopes, paired ratios and verdicts of made-up runs."""

import pytest

from helpers.bench import summary


@pytest.fixture
def rows(runs):
    return summary.summarise(runs)


def row_of(rows, measure, name, size=None):
    return next(r for r in rows if (r.measure, r.name, r.size) == (measure, name, size))


def test_medians_and_ranges(rows):
    row = row_of(rows, "seconds", "ours", 24)
    assert (row.value, row.low, row.high, row.n) == (1.12, 1.12, 2.24, 3)
    assert row_of(rows, "cpu_seconds", "ours", 24).value == 2.24
    assert row_of(rows, "peak_mb", "long", 468).value == 1200.0


def test_slopes_of_medians_and_of_each_round(rows):
    row = row_of(rows, "slope", "ours")
    assert row.value == pytest.approx(10.0)
    assert (row.low, row.high, row.n) == (pytest.approx(10.0), pytest.approx(20.0), 3)
    assert row_of(rows, "slope", "members").value == pytest.approx(500.0)


def test_ratios_are_taken_within_a_round(rows):
    row = row_of(rows, "target", "remapcon-24")
    assert (row.value, row.n, row.met) == (pytest.approx(10.0), 2, "yes")
    ready = row_of(rows, "target", "ready-48")
    assert (ready.low, ready.high) == (pytest.approx(0.2), pytest.approx(0.25))


def test_targets_are_judged_in_their_direction_or_left_out(rows):
    assert row_of(rows, "target", "xarray-regrid-24").met == "no"  # as fast, not 2.5 times
    assert row_of(rows, "target", "slope-ready").value == pytest.approx(0.2)
    assert row_of(rows, "target", "memory-long").met == "no"
    steady = row_of(rows, "target", "steady-long")
    assert (steady.value, steady.met) == (1.0, "yes")
    names = {row.name for row in rows if row.measure == "target"}
    assert "slope-read" not in names
    assert "zlib-24" not in names
