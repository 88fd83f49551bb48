"""Contrasts under readings of ±: the forensic table from the claims, implied correlations."""

import pytest

from helpers import contrasts
from helpers.contrasts import IMPLIED, INDEPENDENT, MEMBERS, POSITIVE, READINGS

# From the consistency check of the source documents: difference, its ±, z, probability
FORENSIC = {
    "OCO-2 − BEPS": (0.16, 0.064, 2.5, 0.994),
    "OCO-2 − VEGAS": (0.32, 0.058, 5.5, 1.0),
    "BEPS − VEGAS": (0.16, 0.05, 3.2, 0.999),
    "South − North, BEPS": (0.148, 0.058, 2.5, 0.994),
    "South − North, OCO-2": (0.193, 0.055, 3.5, 1.0),
    "North − South, VEGAS": (0.073, 0.070, 1.0, 0.85),
    "Crop − forest, VEGAS": (0.059, 0.047, 1.25, 0.89),
    "Forest − crop, OCO-2": (0.043, 0.030, 1.4, 0.92),
    "Forest − crop, BEPS": (0.112, 0.029, 3.9, 1.0),
    "Crop − shrub, BEPS": (0.008, 0.024, 0.3, 0.63),
    "Zero − Plateau, OCO-2": (0.037, 0.018, 2.1, 0.98),
    "South − zero, VEGAS": (0.050, 0.061, 0.8, 0.79),
    "Grass − zero, OCO-2": (0.006, 0.017, 0.35, 0.64),
    "Wang 2020 − OCO-2": (0.57, 0.38, 1.5, 0.93),
}


@pytest.fixture(scope="module")
def table():
    return contrasts.readings().set_index(["contrast", "reading"])


@pytest.mark.parametrize("name", list(FORENSIC))
def test_independent_errors_give_the_forensic_table(table, name):
    row = table.loc[(name, INDEPENDENT)]
    difference, sd, z, probability = FORENSIC[name]
    assert row["difference"] == pytest.approx(difference, abs=5e-4)
    assert row["sd"] == pytest.approx(sd, abs=5e-3)
    assert row["z"] == pytest.approx(z, abs=0.06)
    assert row["probability"] == pytest.approx(probability, abs=6e-3)


def test_every_contrast_of_the_forensic_check_is_there(table):
    assert set(table.index.get_level_values("contrast")) == set(FORENSIC)
    assert set(table.index.get_level_values("reading")) == set(READINGS)


def test_implied_correlations_are_those_of_f3():
    found = contrasts.implied_correlations()
    assert found["beps", "region"] == pytest.approx(-0.61, abs=0.005)
    assert found["vegas", "region"] == pytest.approx(-0.41, abs=0.005)
    assert found["oco2-mip", "region"] == pytest.approx(-0.13, abs=0.005)
    assert found["beps", "eco"] == pytest.approx(0.08, abs=0.005)


def test_compensating_regions_make_their_contrast_less_sure(table):
    for name in ("South − North, BEPS", "North − South, VEGAS"):
        assert table.loc[(name, IMPLIED), "z"] < table.loc[(name, INDEPENDENT), "z"]
        assert table.loc[(name, POSITIVE), "z"] > table.loc[(name, INDEPENDENT), "z"]


def test_a_spread_across_members_resolves_no_national_contrast(table):
    assert contrasts.member_spread() == pytest.approx(0.370, abs=0.002)
    members = table.xs(MEMBERS, level="reading")
    assert set(members.index) == {"OCO-2 − BEPS", "OCO-2 − VEGAS", "Wang 2020 − OCO-2"}
    assert not members["resolved"].any()


def test_contrasts_with_zero_know_no_correlation(table):
    assert ("South − zero, VEGAS", POSITIVE) not in table.index
    assert ("OCO-2 − BEPS", IMPLIED) not in table.index


def test_figure_tells_every_probability(table):
    frame = table.reset_index()
    drawing = contrasts.probability_chart(frame, title="Signs")
    assert len(drawing.data) == len(frame)
    assert "7 of 14 contrasts are resolved" in drawing.alt or "of 14" in drawing.alt
    for name in FORENSIC:
        assert name in drawing.alt


def test_counts_are_rows(table):
    rows = {(r.quantity, r.member): r.value for r in contrasts.summary_rows(table.reset_index())}
    assert rows["contrasts", "independent"] == 14
    assert rows["contrasts_resolved", "independent"] == 7
    assert rows["contrasts_resolved", "members"] == 0
